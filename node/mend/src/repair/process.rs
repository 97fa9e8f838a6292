//! Processes: one is ended, and its program begun again where that is wished.
//!
//! Only the user's own. A number that another process has by now is never meant: the process is held by a
//! handle, and what began at another time is another one.

use beistand_posix::fd::OwnedFd;
use beistand_posix::unix::fs::MetadataExt as _;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use beistand_posix::event::{PollFd, PollFlags, Timespec, poll};
use beistand_posix::process::{Pid, PidfdFlags, Signal, geteuid, pidfd_open, pidfd_send_signal};
use beistand_session::{DeedSight, SightKind};
use serde::{Deserialize, Serialize};

use super::sight;
use crate::{DeedFault, KeptBytes, Machine};

/// How long a program may take to end by itself: it may have something to save.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long one takes that is ended at once: it may hang in the system.
const AT_ONCE: Duration = Duration::from_secs(2);

/// The most of a program's arguments that is kept to begin it again, in bytes.
const MAX_ARGUMENT_BYTES: usize = 16 << 10;

/// A process, and how it was begun.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct ProcessBefore {
    started: u64,
    /// What it is called, with its program's path.
    pub(super) name: String,
    program: KeptBytes,
    arguments: Vec<KeptBytes>,
    folder: KeptBytes,
    /// Whether its program and all its arguments are known.
    whole: bool,
}

/// What the system says of a process.
struct ProcessLook {
    parent: u32,
    started: u64,
    name: String,
    is_over: bool,
}

pub(super) fn before(pid: u32, started: u64) -> Result<ProcessBefore, DeedFault> {
    let look = look(pid)?;
    if look.is_over || (started != 0 && look.started != started) {
        return Err(DeedFault::Gone);
    }
    let place = proc(pid);
    if fs::metadata(&place)?.uid() != geteuid().as_raw() {
        return Err(DeedFault::NotPermitted);
    }
    if is_ours(pid) {
        return Err(DeedFault::Unfit);
    }
    let program = fs::read_link(place.join("exe")).unwrap_or_default();
    let line = fs::read(place.join("cmdline")).unwrap_or_default();
    let folder = fs::read_link(place.join("cwd")).unwrap_or_else(|_| PathBuf::from("/"));
    let whole = !line.is_empty() && line.len() <= MAX_ARGUMENT_BYTES && program.is_file();
    let arguments = line.strip_suffix(b"\0").unwrap_or(&line).split(|byte| *byte == 0).skip(1);
    let arguments = arguments.map(|argument| KeptBytes(argument.to_vec()));
    let arguments = if whole { arguments.collect() } else { Vec::new() };
    let name = match program.as_os_str().is_empty() {
        true => look.name,
        false => format!("{} ({})", look.name, program.display()),
    };
    let (program, folder) = (program.into(), folder.into());
    Ok(ProcessBefore { started: look.started, name, program, arguments, folder, whole })
}

pub(super) fn run(pid: u32, before: &ProcessBefore, machine: &Machine) -> Result<DeedSight, DeedFault> {
    let handle = handle(pid)?;
    // From here on the handle is of one process, whatever becomes of its number: it is the one that was asked
    // about where that still has its beginning.
    let look = look(pid)?;
    if look.is_over || look.started != before.started {
        return Err(DeedFault::Gone);
    }
    signal(&handle, Signal::TERM)?;
    if !has_ended(&handle, PATIENCE)? {
        if machine.watch().is_stopped() {
            return Err(DeedFault::Stopped);
        }
        signal(&handle, Signal::KILL)?;
        if !has_ended(&handle, AT_ONCE)? {
            return Err(DeedFault::Late);
        }
    }
    Ok(sight(SightKind::Ended, 0, ""))
}

impl ProcessBefore {
    pub(super) fn can_begin_again(&self) -> bool {
        self.whole
    }

    /// Begins its program again, as the user's and of its own.
    pub(super) fn begin_again(&self, pid: u32, machine: &Machine) -> Result<(), DeedFault> {
        if look(pid).is_ok_and(|look| !look.is_over && look.started == self.started) {
            // It was never ended.
            return Ok(());
        }
        let program = self.program.as_path();
        if beistand_posix::fs::access(program, beistand_posix::fs::Access::EXEC_OK).is_err()
            || !program.is_file()
            || !self.folder.as_path().is_dir()
        {
            return Err(DeedFault::Gone);
        }
        let setsid = machine.tools().find("setsid").ok_or(DeedFault::NotHere("setsid".to_owned()))?;
        let mut command = Command::new(setsid);
        command.args(["--fork", "--"]).arg(program);
        command.args(self.arguments.iter().map(|argument| argument.as_path()));
        command.current_dir(self.folder.as_path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let begun = command.status()?;
        if begun.success() { Ok(()) } else { Err(DeedFault::refused("")) }
    }
}

/// Whether it is this program or one that it depends on, or the system's first.
fn is_ours(pid: u32) -> bool {
    let mut ours = std::process::id();
    // No machine has as many generations.
    for _ in 0..64 {
        if pid == ours || pid <= 1 {
            return true;
        }
        match look(ours) {
            Ok(look) if look.parent > 1 => ours = look.parent,
            Ok(_) | Err(_) => return false,
        }
    }
    true
}

fn proc(pid: u32) -> PathBuf {
    PathBuf::from(format!("/proc/{pid}"))
}

fn look(pid: u32) -> Result<ProcessLook, DeedFault> {
    let text = String::from_utf8_lossy(&fs::read(proc(pid).join("stat"))?).into_owned();
    // The name may have blanks and brackets; what follows the last bracket is regular.
    let parsed = || {
        let (before, after) = text.rsplit_once(')')?;
        let name = before.split_once('(')?.1.to_owned();
        let fields: Vec<&str> = after.split_whitespace().collect();
        let is_over = matches!(*fields.first()?, "Z" | "X");
        Some(ProcessLook {
            parent: fields.get(1)?.parse().ok()?,
            started: fields.get(19)?.parse().ok()?,
            name,
            is_over,
        })
    };
    parsed().ok_or(DeedFault::Gone)
}

fn handle(pid: u32) -> Result<OwnedFd, DeedFault> {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).ok_or(DeedFault::Gone)?;
    match pidfd_open(pid, PidfdFlags::empty()) {
        Ok(handle) => Ok(handle),
        Err(beistand_posix::io::Errno::SRCH) => Err(DeedFault::Gone),
        Err(error) => Err(error.into()),
    }
}

fn signal(handle: &OwnedFd, signal: Signal) -> Result<(), DeedFault> {
    match pidfd_send_signal(handle, signal) {
        // It has just ended.
        Ok(()) | Err(beistand_posix::io::Errno::SRCH) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn has_ended(handle: &OwnedFd, within: Duration) -> Result<bool, DeedFault> {
    let mut waits = [PollFd::new(handle, PollFlags::IN)];
    let within = Timespec::try_from(within).map_err(|_| DeedFault::Late)?;
    match poll(&mut waits, Some(&within)) {
        Ok(count) => Ok(count > 0),
        Err(beistand_posix::io::Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
