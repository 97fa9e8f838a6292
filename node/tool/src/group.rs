//! A tool in a process group of its own, which ends with whoever holds it.

use std::process::Child;

use rustix::process::{Pid, Signal, kill_process_group};

/// A running tool. Neither it nor what it has started outlives this, unless it has ended by itself.
#[derive(Debug)]
pub(crate) struct ToolGroup {
    leader: Child,
    /// Whether it has ended by itself: its number may be another's by now.
    ended: bool,
}

impl ToolGroup {
    pub(crate) fn new(leader: Child) -> Self {
        Self { leader, ended: false }
    }

    /// Whether it ended well, where it has ended.
    pub(crate) fn ended_well(&mut self) -> Option<bool> {
        let status = self.leader.try_wait().ok()??;
        self.ended = true;
        Some(status.success())
    }
}

impl Drop for ToolGroup {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        if let Some(group) = i32::try_from(self.leader.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.leader.kill();
        let _ = self.leader.wait();
    }
}
