//! Waiting for handles.

use super::flags;
pub use super::fs::Timespec;
use super::io::{Errno, Result};

flags! {
    /// What is waited for.
    PollFlags: IN OUT
}

/// What is waited for at one handle.
#[derive(Debug)]
pub struct PollFd(());

impl PollFd {
    /// At this one.
    pub fn new<F: ?Sized>(_handle: &F, _flags: PollFlags) -> Self {
        Self(())
    }
}

/// Waits.
///
/// # Errors
/// Always.
pub fn poll(_waited: &mut [PollFd], _within: Option<&Timespec>) -> Result<usize> {
    Err(Errno::NOSYS)
}
