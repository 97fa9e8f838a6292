//! What is read off a machine that needs help, with a verdict for each line.
//!
//! What it does: collectors, one for each subject, read files and run the system's own tools, side by side
//! and with one deadline for all. What they find is a list of [`Finding`]s: a kind out of a fixed list, a
//! verdict and short values. Secrets are masked before a finding exists.
//!
//! What it does not do: it changes nothing on the machine, asks for no rights, and says nothing to anybody;
//! what a kind is called in which language is for others to know. What only an administrator can read is
//! named as such and never guessed.

#![forbid(unsafe_code)]

mod collect;
mod compare;
mod finding;
mod hide;
mod linux;
mod probe;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

pub use collect::{
    command_is_strange, cron_commands, hosts_verdict, memory_verdict, setting_of, space_verdict,
};
pub use compare::{Change, ChangeKind, compare};
pub use finding::{
    Finding, FindingKind, MAX_FINDINGS, MAX_VALUE_CHARS, MAX_VALUES, MachineReport, Part, PartSet, Verdict,
};
pub use hide::{hide_in_command, hide_in_text};
pub use linux::{LinuxMachine, size_text};
pub use probe::{DiskSpace, LookUp, MachineProbes, SystemProbes};

/// The longest time that a report takes: somebody waits for it.
pub const REPORT_TIME: Duration = Duration::from_secs(3);

/// A kind of system that can be looked at. Linux is here; what others say of themselves comes from elsewhere.
pub trait InspectedSystem: Send + Sync {
    /// Looks at everything, and is back at the limit's deadline whatever hangs.
    fn inspect(self: Arc<Self>, limit: &InspectLimit) -> MachineReport;
}

/// How long somebody waits for a report, and whether they still do. Clones are one.
#[derive(Debug, Clone)]
pub struct InspectLimit {
    deadline: Instant,
    given_up: Arc<AtomicBool>,
}

impl InspectLimit {
    /// From now on for so long.
    pub fn new(time: Duration) -> Self {
        Self { deadline: Instant::now() + time, given_up: Arc::default() }
    }

    /// Nobody waits any more: what runs is ended.
    pub fn give_up(&self) {
        self.given_up.store(true, Ordering::Relaxed);
    }

    /// What is left; nothing once it was given up.
    pub fn left(&self) -> Duration {
        if self.given_up.load(Ordering::Relaxed) {
            return Duration::ZERO;
        }
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// The same limit, but so much earlier.
    pub(crate) fn earlier(&self, by: Duration) -> Self {
        let deadline = self.deadline.checked_sub(by).unwrap_or(self.deadline);
        Self { deadline, given_up: self.given_up.clone() }
    }
}
