//! How a process is started on a Unix.

use std::process::Command;

/// Processes have no groups here.
#[expect(missing_docs, reason = "as in the standard library")]
pub trait CommandExt {
    fn process_group(&mut self, _group: i32) -> &mut Self;
}

impl CommandExt for Command {
    fn process_group(&mut self, _group: i32) -> &mut Self {
        self
    }
}
