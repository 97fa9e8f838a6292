//! Who may say what, and when: one table for both sides, asked before anything is sent and before anything
//! acts. Its rows stand beside the messages, in `channels/`; docs/PROTOCOL.md shows all of them.
//!
//! It decides; it changes nothing. Counting strikes and the grace after a revoke is the session's.

use crate::{Permission, PermissionSet, Row};

/// The two sides of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Asks, and acts if allowed.
    Technician,
    /// The user's machine, which allows.
    Host,
}

impl Role {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Technician, Self::Host];

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Technician => Self::Host,
            Self::Host => Self::Technician,
        }
    }
}

/// How far a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// The handshake is not complete.
    Handshaking,
    /// It is; the request has not arrived (technician: it is not known to have).
    AwaitingRequest,
    /// The user is being asked.
    AwaitingConsent,
    /// The user consented.
    Active,
    /// It is over.
    Ended,
}

impl Phase {
    /// All of them, in their order.
    pub const ALL: [Self; 5] =
        [Self::Handshaking, Self::AwaitingRequest, Self::AwaitingConsent, Self::Active, Self::Ended];
}

/// What the table looks at besides the message and its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Situation {
    /// How far the session is.
    pub phase: Phase,
    /// Whether the user paused it.
    pub paused: bool,
    /// What the user allows.
    pub grants: PermissionSet,
}

/// What is to be done with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may act.
    Act,
    /// Dropped: what it needs is allowed, but the session is paused.
    Paused,
    /// Dropped and counted: the user did not allow this.
    NotGranted(Permission),
    /// Its sender may never send it, or not in this phase.
    OutOfPlace,
}

/// Whether a message that comes under this row may act, sent by `sender` in this situation.
pub fn authorize(row: &Row, sender: Role, situation: Situation) -> Verdict {
    let (since, until) = row.during;
    if !row.from.is(sender) || situation.phase < since || situation.phase > until {
        return Verdict::OutOfPlace;
    }
    match row.needs {
        None => Verdict::Act,
        Some(permission) if !situation.grants.contains(permission) => Verdict::NotGranted(permission),
        Some(_) if situation.paused => Verdict::Paused,
        Some(_) => Verdict::Act,
    }
}

#[cfg(test)]
mod tests;
