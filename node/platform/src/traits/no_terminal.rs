//! Where nobody can be asked on a terminal.

/// Why there is no terminal to ask on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoTerminal {
    /// It has none: a script without one started it, or the system did.
    #[error("there is no controlling terminal")]
    Absent,
    /// Another program has it in front of the person.
    #[error("another program is in the foreground of the terminal")]
    Background,
}
