//! What waits for a printer is thrown away, by the print service's own tools. That can't be taken back.

use std::time::Duration;

use beistand_session::{DeedName, DeedSight, SightKind};
use beistand_tool::ToolCall;

use super::sight;
use crate::{DeedFault, Machine};

/// How long the print service may take, and the user to answer its question.
const LIMIT: Duration = Duration::from_secs(60);

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
