//! What the system says when the program shall end: Ctrl+C, and on Unix what a shutdown and a closed terminal
//! send.

#[cfg(not(unix))]
#[path = "signals/other.rs"]
mod os;
#[cfg(unix)]
#[path = "signals/unix.rs"]
mod os;

pub use os::Signals;

/// Who wants the program to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignalSender {
    /// Whoever sits at the terminal, by Ctrl+C.
    Person,
    /// The system, as at a shutdown, or the end of a terminal.
    System,
}
