//! The user's timetable: a line is put behind a mark, and taken out again. The system's own tool reads and
//! writes it.

use std::time::Duration;

use beistand_session::{DeedSight, DeedSwitch, SightKind};
use beistand_tool::ToolCall;
use serde::{Deserialize, Serialize};

use super::sight;
use crate::{DeedFault, Machine};

/// What stands before a line that no longer counts.
const MARK: &str = "# beistand: ";

/// The largest timetable in bytes.
const MAX_BYTES: usize = 64 << 10;

/// How long the tool may take.
const LIMIT: Duration = Duration::from_secs(10);

/// The timetable before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct CronBefore {
    /// The line that is meant, without the mark.
    line: String,
    to: DeedSwitch,
    old: String,
    new: String,
}

pub(super) fn before(line: u32, to: DeedSwitch, machine: &Machine) -> Result<CronBefore, DeedFault> {
    let old = read(machine)?;
    let index = usize::try_from(line).ok().and_then(|line| line.checked_sub(1)).ok_or(DeedFault::Gone)?;
    let mut lines: Vec<String> = old.lines().map(str::to_owned).collect();
    let meant = lines.get_mut(index).ok_or(DeedFault::Gone)?;
    let plain = match to {
        DeedSwitch::Off if meant.trim().is_empty() || meant.trim_start().starts_with('#') => {
            return Err(if meant.starts_with(MARK) { DeedFault::Already } else { DeedFault::Unfit });
        }
        DeedSwitch::Off => {
            let plain = meant.clone();
            *meant = format!("{MARK}{plain}");
            plain
        }
        DeedSwitch::On => {
            let plain = meant.strip_prefix(MARK).ok_or(DeedFault::Already)?.to_owned();
            *meant = plain.clone();
            plain
        }
    };
    let new = lines.join("\n") + "\n";
    Ok(CronBefore { line: plain, to, old, new })
}

impl CronBefore {
    pub(super) fn sight(&self) -> DeedSight {
        let kind = match self.to {
            DeedSwitch::Off => SightKind::On,
            DeedSwitch::On => SightKind::Off,
        };
        sight(kind, 0, &self.line)
    }

    pub(super) fn run(&self, machine: &Machine) -> Result<(), DeedFault> {
        if read(machine)? != self.old {
            return Err(DeedFault::Changed);
        }
        write(&self.new, machine)
    }

    pub(super) fn undo(&self, machine: &Machine) -> Result<(), DeedFault> {
        let now = read(machine)?;
        if now == self.old {
            return Ok(());
        }
        if now != self.new {
            return Err(DeedFault::Changed);
        }
        write(&self.old, machine)
    }
}

fn read(machine: &Machine) -> Result<String, DeedFault> {
    match machine.try_tool(&ToolCall::new("crontab", &["-l"]).within(LIMIT))? {
        // What is no text can't be written back as it was.
        (true, text) if text.contains(char::REPLACEMENT_CHARACTER) => Err(DeedFault::Unfit),
        (true, text) if text.len() <= MAX_BYTES => Ok(text),
        (true, _) => Err(DeedFault::TooLarge),
        // It says so where the user has none.
        (false, _) => Err(DeedFault::Gone),
    }
}

fn write(text: &str, machine: &Machine) -> Result<(), DeedFault> {
    let call = ToolCall::new("crontab", &["-"]).within(LIMIT).reading(text.as_bytes());
    machine.run_tool(&call).map(drop)
}
