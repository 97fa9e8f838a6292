//! All processes of a terminal: the shell's session, as the system keeps it.
//!
//! A shell puts each of its jobs into a process group of its own, so that one group is not all. The session
//! is, but for what has left it.

use std::fs;
use std::io;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, ioctl_tiocsctty, kill_process, setsid};

/// How long programs have to end once they are asked to: an editor saves what it was working on.
pub(super) const ENDING_TIME: Duration = Duration::from_secs(2);

/// How often it is looked whether they have.
const LOOK_INTERVAL: Duration = Duration::from_millis(20);

/// How long it is waited for killed ones: they are gone when the system comes to it.
const KILLING_TIME: Duration = Duration::from_secs(1);

/// Bytes of a program's name that are shown.
const NAME_BYTES: usize = 32;

/// In the child, before the program starts: it leads a session, its standard input is the session's terminal,
/// and no other file of ours stays open.
///
/// # Errors
/// Where the system refuses one of these.
pub(super) fn lead_new_session() -> io::Result<()> {
    setsid()?;
    ioctl_tiocsctty(rustix::stdio::stdin())?;
    // SAFETY: it only marks descriptors that the program is about to leave behind; nothing is closed that
    // anybody here still uses.
    let marked = unsafe { libc::close_range(3, libc::c_uint::MAX, libc::CLOSE_RANGE_CLOEXEC as libc::c_int) };
    if marked == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// The processes of a terminal.
#[derive(Debug)]
pub(super) struct ProcessSession {
    leader: Pid,
}

impl ProcessSession {
    /// The session that this process leads. Its number belongs to nobody else as long as the process has not
    /// been waited for, or any other is left of its session.
    pub(super) fn of_leader(leader: Pid) -> Self {
        Self { leader }
    }

    pub(super) fn leader(&self) -> Pid {
        self.leader
    }

    /// Tells all of them that their terminal goes.
    pub(super) fn hang_up(&self) {
        self.signal(Signal::HUP);
        // One that was stopped would not hear it.
        self.signal(Signal::CONT);
    }

    /// Waits until all have ended, and kills those that don't.
    pub(super) fn end(&self) {
        if !self.is_over_within(ENDING_TIME) {
            self.signal(Signal::KILL);
            self.is_over_within(KILLING_TIME);
        }
    }

    fn is_over_within(&self, time: Duration) -> bool {
        let until = Instant::now() + time;
        while !self.members().is_empty() {
            if Instant::now() >= until {
                return false;
            }
            std::thread::sleep(LOOK_INTERVAL);
        }
        true
    }

    fn signal(&self, signal: Signal) {
        for process in self.members() {
            // It may have ended in between, or run as another account.
            let _ = kill_process(process, signal);
        }
    }

    /// Those that still run.
    fn members(&self) -> Vec<Pid> {
        let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
        let numbers = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        numbers.filter_map(Pid::from_raw).filter(|process| self.has(*process)).collect()
    }

    fn has(&self, process: Pid) -> bool {
        let stat = fs::read(format!("/proc/{}/stat", process.as_raw_nonzero())).unwrap_or_default();
        // A name may have spaces and brackets; what counts stands behind the last one.
        let stat = String::from_utf8_lossy(&stat);
        let Some((_, fields)) = stat.rsplit_once(')') else { return false };
        // State, parent, group, session: proc_pid_stat(5).
        let mut fields = fields.split_ascii_whitespace();
        let state = fields.next().unwrap_or("Z");
        let session = fields.nth(2).and_then(|session| session.parse().ok());
        state != "Z" && session == Some(self.leader.as_raw_nonzero().get())
    }
}

/// What the leader of a process group is called, for a person.
pub(super) fn name_of(group: Pid) -> String {
    let name = fs::read(format!("/proc/{}/comm", group.as_raw_nonzero())).unwrap_or_default();
    let name = String::from_utf8_lossy(&name[..name.len().min(NAME_BYTES)]);
    beistand_session::escape(name.trim())
}
