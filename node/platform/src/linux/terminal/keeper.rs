//! The process that ends what runs in a terminal should this program be killed.
//!
//! Why: with the program the terminal's other end is gone, and the system tells the shell (SIGHUP). But a
//! shell that is just reading may see the end of its input first and leave as if it had been told to; what it
//! had in the background would run on.
//!
//! What it does not do: it holds nothing of the terminal, and it ends nothing while this program runs, which
//! does that itself.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitCode, Stdio};

use rustix::process::Pid;

use super::session::ProcessSession;
use crate::own_program::OwnProgram;

/// The first argument of a process that is to be the keeper. No person types it.
pub(crate) const KEEPER_ARGUMENT: &str = "keep-terminal";

/// What a list of processes calls it.
const NAME: &str = "beistand-terminal";

/// The keeper of one terminal, as this program holds it: gone when dropped.
#[derive(Debug)]
pub(super) struct TerminalKeeper {
    /// Its standard input is a pipe from here, which says by its end that this program is gone.
    child: Child,
}

impl TerminalKeeper {
    /// Starts `program` as the keeper of this session.
    ///
    /// # Errors
    /// Where the system starts no process.
    pub(super) fn start(program: OwnProgram, session: &ProcessSession) -> io::Result<Self> {
        let mut command = Command::new(program.path());
        command.arg0(NAME).arg(KEEPER_ARGUMENT).arg(session.leader().as_raw_nonzero().to_string());
        command.env_clear().current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // Ctrl+C at this program's terminal is for this program.
        command.process_group(0);
        Ok(Self { child: command.spawn()? })
    }
}

impl Drop for TerminalKeeper {
    fn drop(&mut self) {
        // One that has ended already can't be killed; it is taken off the list all the same.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until the program that started this process is gone, and ends the session that it was told.
pub(crate) fn keep(arguments: &[OsString]) -> ExitCode {
    let leader = arguments.first().map(OsString::as_os_str).and_then(OsStr::to_str);
    let Some(leader) = leader.and_then(|number| number.parse().ok()).and_then(Pid::from_raw) else {
        return ExitCode::FAILURE;
    };
    // Nothing is ever written: what ends this is the end, or a fault that is as good as one.
    let _ = io::stdin().read(&mut [0]);
    let session = ProcessSession::of_leader(leader);
    session.hang_up();
    session.end();
    ExitCode::SUCCESS
}
