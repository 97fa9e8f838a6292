//! A tool in a process group, which ends with whoever holds it, and with this program however that ends.
//!
//! The group is led by a guard: a shell that does nothing but read from a pipe of this program's. Where the
//! program is killed the pipe ends, and the guard ends the group with all that the tool has started there.
//! The system's own signal at a parent's death would reach the tool alone, and comes already with the end of
//! the *thread* that has started it.
//!
//! What runs as another account by now, as after the system's question for an administrator, can't be ended.

use beistand_posix::unix::process::CommandExt as _;
use std::io;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use beistand_posix::process::{Pid, Signal, kill_process_group};

/// The guard: it is there on any system, and found without a path.
const SHELL: &str = "/bin/sh";

/// What the guard does when the pipe ends.
const GUARDING: &str = "read -r _; kill -KILL 0";

/// What the guard is called in a list of processes.
const GUARD_NAME: &str = "beistand-tool-guard";

/// How long the end of a tool that was killed is waited for: the system ends a process at once, unless it
/// waits for a disk or is no longer ours to end.
const REAP_LIMIT: Duration = Duration::from_millis(500);

/// How often it is looked for meanwhile.
const REAP_STEP: Duration = Duration::from_millis(2);

/// A running tool. Neither it nor what it has started outlives this, unless it has ended by itself.
#[derive(Debug)]
pub(crate) struct ToolGroup {
    tool: Child,
    /// `None` where there is no shell: the tool leads its group itself.
    guard: Option<ToolGuard>,
    /// Whether it has ended by itself: what it has started may go on.
    ended: bool,
}

impl ToolGroup {
    /// Starts the tool.
    ///
    /// # Errors
    /// Where it can't be started.
    pub(crate) fn spawn(command: &mut Command) -> io::Result<Self> {
        let guard = ToolGuard::start().ok();
        let tool = command.process_group(guard.as_ref().map_or(0, ToolGuard::group)).spawn()?;
        Ok(Self { tool, guard, ended: false })
    }

    pub(crate) fn tool(&mut self) -> &mut Child {
        &mut self.tool
    }

    /// Whether it ended well, where it has ended.
    pub(crate) fn ended_well(&mut self) -> Option<bool> {
        let status = self.tool.try_wait().ok()??;
        self.ended = true;
        Some(status.success())
    }
}

impl Drop for ToolGroup {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        let group = self.guard.as_ref().map_or_else(|| group_of(&self.tool), ToolGuard::group);
        if let Some(group) = Pid::from_raw(group) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.tool.kill();
        let since = Instant::now();
        while let Ok(None) = self.tool.try_wait() {
            if since.elapsed() >= REAP_LIMIT {
                return reap_later(self.tool.id());
            }
            thread::sleep(REAP_STEP);
        }
    }
}

/// Waits beside for a child that can't be ended, so that nothing is left of it when it has.
fn reap_later(child: u32) {
    let Some(child) = i32::try_from(child).ok().and_then(Pid::from_raw) else { return };
    let waiting = move || {
        let _ = beistand_posix::process::waitpid(Some(child), beistand_posix::process::WaitOptions::empty());
    };
    // Without room for a thread its number stays taken until this program ends.
    drop(thread::Builder::new().name("tool end".to_owned()).spawn(waiting));
}

/// Leads the group, and ends it where this program dies.
#[derive(Debug)]
struct ToolGuard(Child);

impl ToolGuard {
    fn start() -> io::Result<Self> {
        let mut command = Command::new(SHELL);
        command.args(["-c", GUARDING, GUARD_NAME]).env_clear().process_group(0);
        // The pipe's other end is this program's alone: no child inherits it.
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().map(Self)
    }

    fn group(&self) -> i32 {
        group_of(&self.0)
    }
}

impl Drop for ToolGuard {
    fn drop(&mut self) {
        // Before the pipe is closed: what a tool that has ended by itself has left behind goes on.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The number of the group that a process leads.
fn group_of(leader: &Child) -> i32 {
    i32::try_from(leader.id()).unwrap_or_default()
}
