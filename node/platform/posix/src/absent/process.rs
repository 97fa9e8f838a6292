//! Processes.

use super::fd::OwnedFd;
use super::flags;
use super::io::{Errno, Result};

flags! {
    /// How a process's handle is opened.
    PidfdFlags:
}

flags! {
    /// How a process's end is waited for.
    WaitOptions:
}

/// A process's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pid(i32);

impl Pid {
    /// Of this process; 0 is none.
    pub fn from_raw(number: i32) -> Option<Self> {
        (number != 0).then_some(Self(number))
    }
}

/// What is sent to a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// End.
    TERM,
    /// Be ended.
    KILL,
}

/// An account's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uid(());

/// A group's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gid(());

impl Uid {
    /// The number, as good as another where no file has an owner of this kind.
    pub const fn as_raw(self) -> u32 {
        0
    }

    /// Whether it is the administrator's.
    pub const fn is_root(self) -> bool {
        false
    }
}

impl Gid {
    /// Of this group.
    pub const fn from_raw(_number: u32) -> Self {
        Self(())
    }
}

/// The account with whose rights the process runs.
pub const fn geteuid() -> Uid {
    Uid(())
}

/// The account that has started the process.
pub const fn getuid() -> Uid {
    Uid(())
}

/// A handle of a process.
///
/// # Errors
/// Always.
pub fn pidfd_open(_process: Pid, _flags: PidfdFlags) -> Result<OwnedFd> {
    Err(Errno::NOSYS)
}

/// Sends a signal by the handle.
///
/// # Errors
/// Always.
pub fn pidfd_send_signal<F>(_handle: F, _signal: Signal) -> Result<()> {
    Err(Errno::NOSYS)
}

/// Sends a signal to all processes of a group.
///
/// # Errors
/// Always.
pub fn kill_process_group(_group: Pid, _signal: Signal) -> Result<()> {
    Err(Errno::NOSYS)
}

/// Waits for a child's end.
///
/// # Errors
/// Always.
pub fn waitpid(_child: Option<Pid>, _options: WaitOptions) -> Result<()> {
    Err(Errno::NOSYS)
}
