//! What waits for a printer is thrown away, which can't be taken back, and a printer that is stopped prints
//! again: by the print service's own tools.

use std::time::Duration;

use beistand_session::{DeedName, DeedSight, SightKind};
use beistand_tool::ToolCall;
use serde::{Deserialize, Serialize};

use super::sight;
use crate::{DeedFault, Machine};

/// How long the print service may take, and the user to answer its question.
const LIMIT: Duration = Duration::from_secs(60);

/// The longest reason of a printer's, in characters: a line that a person reads.
const MAX_REASON_CHARS: usize = 200;

/// How many jobs wait.
pub(super) fn before(printer: &DeedName, machine: &Machine) -> Result<u32, DeedFault> {
    if machine.tools().find("cancel").is_none() {
        return Err(DeedFault::NotHere("cancel".to_owned()));
    }
    match waiting(printer, machine)? {
        0 => Err(DeedFault::Already),
        jobs => Ok(jobs),
    }
}

pub(super) fn run(printer: &DeedName, shown: u32, machine: &Machine) -> Result<DeedSight, DeedFault> {
    // What came since was not shown.
    if waiting(printer, machine)? > shown {
        return Err(DeedFault::Changed);
    }
    machine.run_tool(&ToolCall::new("cancel", &["-a", printer.as_str()]).within(LIMIT))?;
    Ok(sight(SightKind::Jobs, waiting(printer, machine)?.into(), ""))
}

/// A printer that is stopped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct StoppedBefore {
    reason: String,
}

pub(super) fn before_resume(printer: &DeedName, machine: &Machine) -> Result<StoppedBefore, DeedFault> {
    stopped(printer, machine)?.map(|reason| StoppedBefore { reason }).ok_or(DeedFault::Already)
}

impl StoppedBefore {
    pub(super) fn sight(&self) -> DeedSight {
        sight(SightKind::Stopped, 0, &self.reason)
    }

    pub(super) fn run(&self, printer: &DeedName, machine: &Machine) -> Result<DeedSight, DeedFault> {
        if stopped(printer, machine)?.as_ref() != Some(&self.reason) {
            return Err(DeedFault::Changed);
        }
        machine.run_tool(&ToolCall::new("cupsenable", &[printer.as_str()]).within(LIMIT))?;
        Ok(sight(SightKind::Printing, 0, ""))
    }

    /// Stops it again, for the same reason.
    pub(super) fn undo(&self, printer: &DeedName, machine: &Machine) -> Result<(), DeedFault> {
        if stopped(printer, machine)?.is_some() {
            return Ok(());
        }
        let call = ["-r", &self.reason, printer.as_str()];
        machine.run_tool(&ToolCall::new("cupsdisable", &call).within(LIMIT)).map(drop)
    }
}

/// Why a printer is stopped; `None` where it isn't.
fn stopped(printer: &DeedName, machine: &Machine) -> Result<Option<String>, DeedFault> {
    let (known, text) = machine.try_tool(&ToolCall::new("lpstat", &["-p", printer.as_str()]))?;
    let mut lines = text.lines();
    // `printer NAME disabled since WHEN -`, and the reason below.
    let first = lines.next().filter(|_| known).ok_or(DeedFault::Gone)?;
    let is_stopped = first.split(' ').nth(2) == Some("disabled");
    let reason = lines.next().unwrap_or_default().trim().chars().take(MAX_REASON_CHARS).collect();
    Ok(is_stopped.then_some(reason))
}

fn waiting(printer: &DeedName, machine: &Machine) -> Result<u32, DeedFault> {
    // It says no as well where there is no such printer.
    match machine.try_tool(&ToolCall::new("lpstat", &["-o", printer.as_str()]))? {
        (true, text) => {
            let jobs = text.lines().filter(|line| !line.trim().is_empty()).count();
            Ok(u32::try_from(jobs).unwrap_or(u32::MAX))
        }
        (false, _) => Err(DeedFault::Gone),
    }
}
