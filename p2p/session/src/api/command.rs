//! What a program can ask of a session.

use thiserror::Error;

use crate::{Channel, EndReason, Message, Permission, PermissionSet};

/// What a program can ask of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Host: the user allows these; what was not asked for is left out.
    Allow(PermissionSet),
    /// Host: the user says no.
    Deny,
    /// Host: the user allows one thing more. It need not have been asked for.
    Grant(Permission),
    /// Host: no longer allow it.
    Revoke(Permission),
    /// Host: send no picture and take no input until `Resume`.
    Pause,
    /// Host: go on after `Pause`.
    Resume,
    /// Either: say this to the other side, if the table allows it.
    Say(Message),
    /// Either: nothing of what was said on this channel and has not arrived is to arrive any more. What has
    /// left already may.
    Withdraw(Channel),
    /// Either: end the session.
    End(EndReason),
}

/// Why a command was refused. Nothing was sent and nothing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CommandError {
    /// The other side's to say.
    #[error("this side of a session can't do that")]
    WrongRole,
    /// Too early: no consent yet; or too late: it is given already.
    #[error("not now")]
    NotNow,
    /// The user did not allow it.
    #[error("not allowed: {}", .0.word())]
    NotGranted(Permission),
    /// The user paused the session.
    #[error("the session is paused")]
    Paused,
    /// The queue is full: drain the output first. Only where the driver does not drain.
    #[error("the queue is full")]
    Full,
    /// There is no path, and once there is one this would come too late.
    #[error("there is no connection at the moment")]
    NoPath,
    /// Longer than the protocol allows, or inconsistent in itself.
    #[error("not a valid {0}")]
    Invalid(&'static str),
    /// The other side's version does not know this channel.
    #[error("the other side is of a version that can't do that")]
    NotKnown,
    /// The session is over.
    #[error("the session has ended")]
    Ended,
}
