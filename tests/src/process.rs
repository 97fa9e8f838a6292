//! A child process that never outlives its owner.

use std::ffi::OsStr;
use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

/// How often a condition is looked at: often enough for a test's clock, seldom enough to cost nothing.
const POLL: Duration = Duration::from_millis(5);

/// How long a process may take to end by itself before it is killed.
const GRACE: Duration = Duration::from_secs(2);

/// A running program; ended when dropped, and by the kernel when the thread that started it ends.
#[derive(Debug)]
pub struct Process {
    child: Child,
    ended: Option<ExitStatus>,
}

impl Process {
    /// A command that the kernel kills when the thread that started it ends. To be given arguments and pipes,
    /// then to [`Self::start`].
    pub fn command(program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--"]).arg(program);
        command
    }

    /// Starts what [`Self::command`] made.
    ///
    /// # Panics
    /// Where it can't be started.
    #[track_caller]
    pub fn start(command: &mut Command) -> Self {
        let child = command.spawn().unwrap_or_else(|error| panic!("{command:?} can't be started: {error}"));
        Self { child, ended: None }
    }

    /// Its number.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The pipes to it.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// How it ended, where it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        if self.ended.is_none() {
            self.ended = self.child.try_wait().expect("it is our child");
        }
        self.ended
    }

    /// Waits until it has ended.
    pub fn wait(&mut self, timeout: Duration) -> Option<ExitStatus> {
        poll(timeout, || self.ended())
    }

    /// Ends it at once, as `kill -9` does.
    pub fn kill(&mut self) {
        self.signal(Signal::KILL);
        self.wait(GRACE);
    }

    /// Asks it to end.
    pub fn terminate(&mut self) {
        self.signal(Signal::TERM);
    }

    /// Does what Ctrl+C on its terminal does.
    pub fn interrupt(&mut self) {
        self.signal(Signal::INT);
    }

    /// Does what closing its terminal does.
    pub fn hang_up(&mut self) {
        self.signal(Signal::HUP);
    }

    /// Stops it where it is, as a computer that goes to sleep does.
    pub fn suspend(&mut self) {
        self.signal(Signal::STOP);
    }

    /// Lets it go on after [`Self::suspend`].
    pub fn wake(&mut self) {
        self.signal(Signal::CONT);
    }

    fn signal(&mut self, signal: Signal) {
        if self.ended().is_none() {
            let pid = Pid::from_raw(self.pid().cast_signed()).expect("a child has a number");
            // It may end in between; it is not reaped yet, so the number is still its own.
            let _ = rustix::process::kill_process(pid, signal);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.terminate();
        if self.wait(GRACE).is_none() {
            self.kill();
        }
    }
}

/// Looks at a condition again and again, until it holds or the time is over.
pub fn poll<T>(timeout: Duration, mut condition: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + timeout;
    loop {
        if let Some(value) = condition() {
            return Some(value);
        }
        if Instant::now() >= deadline {
            return None;
        }
        thread::sleep(POLL);
    }
}

/// Whether this process may make network namespaces.
pub fn root() -> bool {
    rustix::process::geteuid().is_root()
}
