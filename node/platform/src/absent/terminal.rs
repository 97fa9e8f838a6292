//! A shell of the user's: there is none here yet. What would run in it is a type that nothing makes.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use beistand_session::TerminalSize;
use thiserror::Error;

use crate::own_program::OwnProgram;

/// The first argument of a process that is to be the keeper, which no terminal here needs.
pub(crate) const KEEPER_ARGUMENT: &str = "keep-terminal";

/// Why there is no shell.
#[derive(Debug, Error)]
pub enum ShellFault {
    /// This program has no shell to give on this system.
    #[error("the system knows no shell for this account")]
    NoAccount,
    /// The system has no terminal to give, or does not start the shell.
    #[error("no shell: {0}")]
    System(#[from] io::Error),
}

/// A shell that can be started.
#[derive(Debug, Clone)]
pub struct ShellProgram(());

impl ShellProgram {
    /// That of the account.
    ///
    /// # Errors
    /// Always [`ShellFault::NoAccount`].
    pub fn of_user() -> Result<Self, ShellFault> {
        Err(ShellFault::NoAccount)
    }

    /// A program with nothing of the user's, for tests.
    pub fn plain(_path: impl AsRef<Path>, _arguments: &[&str]) -> Self {
        Self(())
    }
}

/// A running shell.
#[derive(Debug)]
pub enum UserShell {}

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
    /// So many bytes were read.
    Bytes(usize),
    /// The shell has ended.
    Over,
}

/// Makes [`UserShell::wait`] return.
#[derive(Debug, Clone)]
pub enum ShellWaker {}

impl ShellWaker {
    /// Makes the call that waits return.
    pub fn wake(&self) {
        match *self {}
    }
}

/// Looks at a shell from any thread.
#[derive(Debug, Clone)]
pub enum ShellWatch {}

impl ShellWatch {
    /// The name of the program in the foreground.
    pub fn foreground(&self) -> Option<String> {
        match *self {}
    }

    /// Drops what was typed and no program has read yet.
    pub fn drop_typed(&self) {
        match *self {}
    }
}

impl UserShell {
    /// Starts `program`.
    ///
    /// # Errors
    /// Always [`ShellFault::NoAccount`].
    pub fn start(_program: &ShellProgram, _size: TerminalSize) -> Result<Self, ShellFault> {
        Err(ShellFault::NoAccount)
    }

    /// Has all that runs in it ended even if this program is killed.
    ///
    /// # Errors
    /// Never: there is none.
    pub fn kept_by(self, _program: OwnProgram) -> Result<Self, ShellFault> {
        match self {}
    }

    /// What ends a [`UserShell::wait`].
    pub fn waker(&self) -> ShellWaker {
        match *self {}
    }

    /// Waits.
    ///
    /// # Errors
    /// Never: there is none.
    pub fn wait(&mut self, _interest: ShellInterest) -> io::Result<()> {
        match *self {}
    }

    /// Whether the shell has ended.
    pub fn has_ended(&self) -> bool {
        match *self {}
    }

    /// Reads what was printed.
    pub fn read(&mut self, _buffer: &mut [u8]) -> ShellRead {
        match *self {}
    }

    /// Types.
    pub fn write(&mut self, _bytes: &[u8]) -> usize {
        match *self {}
    }

    /// From now on the terminal has this size.
    ///
    /// # Errors
    /// Never: there is none.
    pub fn resize(&self, _size: TerminalSize) -> io::Result<()> {
        match *self {}
    }

    /// Whether a line is read that is not to be seen.
    pub fn hides_typing(&self) -> bool {
        match *self {}
    }

    /// What looks at it from another thread.
    pub fn watch(&self) -> ShellWatch {
        match *self {}
    }

    /// Ends it.
    pub fn end(self) -> Option<i32> {
        match self {}
    }
}

/// Keeps nothing.
pub(crate) fn keep(_arguments: &[OsString]) -> ExitCode {
    ExitCode::FAILURE
}
