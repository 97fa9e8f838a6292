//! What the system says when the program shall end: Ctrl+C, and on Unix what a shutdown and a closed terminal
//! send.
//!
//! It is apart from the platform's crate, which knows no tokio.

#![forbid(unsafe_code)]

#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(not(unix), path = "other.rs")]
mod system;

pub use system::Signals;

/// Who wants the program to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignalSender {
    /// Whoever sits at the terminal, by Ctrl+C.
    Person,
    /// The system, as at a shutdown, or the end of a terminal.
    System,
}
