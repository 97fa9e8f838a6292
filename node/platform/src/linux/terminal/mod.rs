//! A shell of the user's in a terminal of its own: started as the user's account, and ended with all that it
//! started.
//!
//! What it does: it opens a pseudo-terminal, starts the user's login shell in it as the leader of a new
//! session, with an environment of its own and none of this program's files, and hands out what is printed.
//!
//! What it does not do: it raises no rights, it draws nothing, and it decides about nothing. What a program
//! in it starts in another session (a service, `setsid`) or as another account (`sudo`) it can't end.

mod account;
mod keeper;
mod session;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use beistand_session::TerminalSize;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, fcntl_getfl, fcntl_setfl};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, QueueSelector, Winsize, tcflush, tcgetattr, tcgetpgrp, tcsetwinsize};
use thiserror::Error;

pub use account::ShellProgram;
use keeper::TerminalKeeper;
pub(crate) use keeper::{KEEPER_ARGUMENT, keep};
use session::ProcessSession;

use crate::own_program::OwnProgram;

/// What of this program's environment a shell gets: the language of the user's programs and their clock. The
/// rest is the login shell's to set.
const KEPT: [&str; 5] = ["LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ"];

/// Where programs are found until the login shell says otherwise.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";

/// Why there is no shell.
#[derive(Debug, Error)]
pub enum ShellFault {
    /// The system knows no account or no shell for this program's user.
    #[error("the system knows no shell for this account")]
    NoAccount,
    /// The system has no terminal to give, or does not start the shell.
    #[error("no shell: {0}")]
    System(#[from] io::Error),
}

impl From<rustix::io::Errno> for ShellFault {
    fn from(error: rustix::io::Errno) -> Self {
        Self::System(error.into())
    }
}

/// A running shell, for a thread of its own. All is ended when it is dropped, but only [`UserShell::end`]
/// waits for it.
#[derive(Debug)]
pub struct UserShell {
    /// Never blocks.
    master: Arc<File>,
    woken: UnixStream,
    waker: ShellWaker,
    child: Child,
    /// Readable once the shell itself has ended.
    ended: OwnedFd,
    session: ProcessSession,
    /// Ends all should this program be killed.
    keeper: Option<TerminalKeeper>,
    /// Whether all has been ended: its number may be another one's now.
    over: bool,
}

/// What [`UserShell::wait`] waits for, beside its waker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShellInterest {
    /// That something was printed.
    pub printed: bool,
    /// That there is room for what is typed.
    pub typing: bool,
}

/// What came of a [`UserShell::read`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShellRead {
    /// So many bytes were read; 0: nothing was printed yet.
    Bytes(usize),
    /// The shell has ended, and nothing more will be printed.
    Over,
}

/// Makes [`UserShell::wait`] return at once, from any thread. Clones wake the same one.
#[derive(Debug, Clone)]
pub struct ShellWaker(Arc<UnixStream>);

impl ShellWaker {
    /// Makes the call that waits return, otherwise the next one.
    pub fn wake(&self) {
        // Where there is no room it has been woken often enough.
        let _ = (&*self.0).write(&[0]);
    }
}

/// Looks at a shell from any thread.
#[derive(Debug, Clone)]
pub struct ShellWatch {
    master: Arc<File>,
    leader: Pid,
}

impl ShellWatch {
    /// The name of the program in the foreground, where that is not the shell itself.
    pub fn foreground(&self) -> Option<String> {
        let group = tcgetpgrp(&*self.master).ok()?;
        (group != self.leader).then(|| session::name_of(group))
    }

    /// Drops what was typed and no program has read yet.
    pub fn drop_typed(&self) {
        // Our own end knows only what was printed. Not kept open: the end of the last program would not be
        // noticed then.
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let dropped = ioctl_tiocgptpeer(&*self.master, flags)
            .and_then(|terminal| tcflush(terminal, QueueSelector::IFlush));
        if let Err(error) = dropped {
            tracing::warn!(%error, "what was typed ahead stays");
        }
    }
}

impl UserShell {
    /// Starts `program` in a new terminal of this size.
    ///
    /// # Errors
    /// [`ShellFault::System`].
    pub fn start(program: &ShellProgram, size: TerminalSize) -> Result<Self, ShellFault> {
        let (master, terminal) = open_pair(size)?;
        let (waker, woken) = UnixStream::pair()?;
        waker.set_nonblocking(true)?;
        woken.set_nonblocking(true)?;
        let child = spawn(program, &terminal)?;
        let leader = i32::try_from(child.id()).ok().and_then(Pid::from_raw).ok_or(ShellFault::NoAccount)?;
        Ok(Self {
            master: Arc::new(File::from(master)),
            woken,
            waker: ShellWaker(Arc::new(waker)),
            child,
            ended: pidfd_open(leader, PidfdFlags::empty())?,
            session: ProcessSession::of_leader(leader),
            keeper: None,
            over: false,
        })
    }

    /// Has all that runs in it ended even if this program is killed: by a process of this program's.
    ///
    /// # Errors
    /// [`ShellFault::System`] where there is no such process; the shell is ended.
    pub fn kept_by(mut self, program: OwnProgram) -> Result<Self, ShellFault> {
        self.keeper = Some(TerminalKeeper::start(program, &self.session)?);
        Ok(self)
    }

    /// What ends a [`UserShell::wait`].
    pub fn waker(&self) -> ShellWaker {
        self.waker.clone()
    }

    /// Waits for one of these things, or to be woken.
    ///
    /// # Errors
    /// Where the system can't wait.
    pub fn wait(&mut self, interest: ShellInterest) -> io::Result<()> {
        let mut events = PollFlags::empty();
        events.set(PollFlags::IN, interest.printed);
        events.set(PollFlags::OUT, interest.typing);
        let mut waited = vec![PollFd::new(&self.woken, PollFlags::IN)];
        // A terminal whose shell has ended is always ready.
        if !events.is_empty() {
            waited.push(PollFd::new(&*self.master, events));
        }
        // Whoever doesn't read now hears of the end later, behind what was printed.
        if interest.printed {
            waited.push(PollFd::new(&self.ended, PollFlags::IN));
        }
        match poll(&mut waited, None) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        // Enough for all wakes that have room.
        let _ = self.woken.read(&mut [0; 512]);
        Ok(())
    }

    /// Whether the shell itself has ended, which may have left something running in its terminal.
    pub fn has_ended(&self) -> bool {
        let mut waited = [PollFd::new(&self.ended, PollFlags::IN)];
        poll(&mut waited, Some(&Timespec::default())).is_ok_and(|ready| ready > 0)
    }

    /// Reads what was printed, as much as there is and fits.
    pub fn read(&mut self, buffer: &mut [u8]) -> ShellRead {
        let mut read = 0;
        while read < buffer.len() {
            match (&*self.master).read(&mut buffer[read..]) {
                Ok(0) => break,
                Ok(bytes) => read += bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return ShellRead::Bytes(read),
                // Linux reports so that nobody holds the terminal any more.
                Err(_) => break,
            }
        }
        if read > 0 { ShellRead::Bytes(read) } else { ShellRead::Over }
    }

    /// Types as much of this as there is room for: how many bytes.
    pub fn write(&mut self, bytes: &[u8]) -> usize {
        match (&*self.master).write(bytes) {
            Ok(typed) => typed,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => 0,
            // The shell is gone, which reading says; nobody misses what is typed, and none of it has to wait.
            Err(_) => bytes.len(),
        }
    }

    /// From now on the terminal has this size; the program in it is notified.
    ///
    /// # Errors
    /// Where the system does not know the terminal any more.
    pub fn resize(&self, size: TerminalSize) -> io::Result<()> {
        Ok(tcsetwinsize(&*self.master, window_size(size))?)
    }

    /// Whether a line is read that is not to be seen, such as a password.
    pub fn hides_typing(&self) -> bool {
        // A shell's own editor and full-screen programs read letter by letter and show them themselves.
        tcgetattr(&*self.master).is_ok_and(|modes| {
            modes.local_modes.contains(LocalModes::ICANON) && !modes.local_modes.contains(LocalModes::ECHO)
        })
    }

    /// What looks at it from another thread.
    pub fn watch(&self) -> ShellWatch {
        ShellWatch { master: self.master.clone(), leader: self.session.leader() }
    }

    /// Ends the shell and all that runs in its session: they are asked to, and after
    /// [`ENDING_TIME`](session::ENDING_TIME) they are killed. Waits for it. The shell's exit code, where it
    /// had ended by itself.
    pub fn end(mut self) -> Option<i32> {
        let code = self.child.try_wait().ok().flatten().and_then(|status| status.code());
        self.session.hang_up();
        self.session.end();
        // It has ended by now, or never will.
        let _ = self.child.try_wait();
        self.over = true;
        code
    }
}

impl Drop for UserShell {
    fn drop(&mut self) {
        if !self.over {
            self.session.hang_up();
        }
    }
}

/// Both ends of a new pseudo-terminal: ours, and the one for programs.
fn open_pair(size: TerminalSize) -> Result<(OwnedFd, OwnedFd), ShellFault> {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
    grantpt(&master)?;
    unlockpt(&master)?;
    let name = ptsname(&master, Vec::new())?;
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let terminal = rustix::fs::open(name.as_c_str(), flags, Mode::empty())?;
    tcsetwinsize(&master, window_size(size))?;
    fcntl_setfl(&master, fcntl_getfl(&master)? | OFlags::NONBLOCK)?;
    Ok((master, terminal))
}

fn window_size(size: TerminalSize) -> Winsize {
    Winsize { ws_row: size.rows(), ws_col: size.columns(), ws_xpixel: 0, ws_ypixel: 0 }
}

fn spawn(program: &ShellProgram, terminal: &OwnedFd) -> Result<Child, ShellFault> {
    let end = |fd: &OwnedFd| fd.as_fd().try_clone_to_owned().map(Stdio::from);
    let mut command = Command::new(&program.path);
    command.arg0(&program.argument).args(&program.arguments);
    command.stdin(end(terminal)?).stdout(end(terminal)?).stderr(end(terminal)?);
    command.env_clear().envs(KEPT.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    command.env("TERM", "xterm-256color").env("COLORTERM", "truecolor").env("PATH", PATH);
    command.env("HOME", &program.home).env("SHELL", &program.path);
    command.env("USER", &program.user).env("LOGNAME", &program.user);
    command.current_dir(if program.home.is_dir() { &program.home } else { std::path::Path::new("/") });
    // SAFETY: between fork and exec only calls are made that are async-signal-safe, none of which allocates:
    // setsid, ioctl and close_range, straight to the system.
    unsafe { command.pre_exec(session::lead_new_session) };
    Ok(command.spawn()?)
}
