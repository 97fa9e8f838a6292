//! Searches a computer for what does not belong there, a module for each category.
//!
//! What it does: it reads files and runs the system's own tools, says how far it is, and tells what it found:
//! a kind and reasons out of fixed lists, with what a package manager knows of it. Secrets in command lines
//! are masked before a finding exists. It is bounded in time, memory and findings, and stops as soon as it is
//! asked to.
//!
//! What it does not do: it changes nothing, asks for no rights, and says nothing to a person. It follows no
//! link into what it scans. What only an administrator can see is named as such and never guessed.

#![forbid(unsafe_code)]

mod browsers;
mod commands;
mod cron;
mod drafts;
mod facts;
mod installed;
mod lines;
mod machine;
mod network;
mod packages;
mod processes;
mod programs;
mod remote;
mod request;
mod run;
mod startup;
mod virus;

use beistand_session::{SweepCategory, SweepEnd, SweepFinding};

pub use machine::LinuxSweep;
pub use request::SweepRequest;

/// A kind of system that can be searched. There is Linux; Windows and macOS are to come.
pub trait SweptSystem: Send + Sync {
    /// Searches, and tells the sink what it finds. It blocks until it is done, too late or no longer wanted.
    fn sweep(&self, request: &SweepRequest, sink: &mut dyn SweepSink) -> SweepOutcome;
}

/// Who listens to a search.
pub trait SweepSink {
    /// Whether the search is still wanted. It is asked at least every time a file was read.
    fn is_wanted(&self) -> bool;

    /// So far it is, in thousandths: this is looked through, and so many things were looked at.
    fn advance(&mut self, permille: u16, category: SweepCategory, seen: u32);

    /// This was found.
    fn found(&mut self, finding: SweepFinding);
}

/// How a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SweepOutcome {
    /// Whether it is complete.
    pub end: SweepEnd,
    /// How many things were looked at.
    pub seen: u32,
    /// How many findings were not told, because there are too many.
    pub left_off: u32,
}
