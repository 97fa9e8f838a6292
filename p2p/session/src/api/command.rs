//! What a program can ask of a session.

use thiserror::Error;

use crate::{CursorShape, EndReason, InputEvent, Permission, PermissionSet, Picture};

/// What a program can ask of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
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
    /// Host: go on after `Pause`. The next picture must be a whole one: an [`Event::KeyRequested`](crate::Event)
    /// says so where any was lost.
    Resume,
    /// Host: a picture of the screen. Its id must be higher than the last one's.
    Picture(Picture),
    /// Host: the pointer's shape.
    CursorShape(CursorShape),
    /// Host: where the pointer is on the screen; `None`: hidden.
    CursorPosition(Option<(u16, u16)>),
    /// Technician: act on the host's screen.
    Input(InputEvent),
    /// Technician: the chain of pictures is broken, a whole one is needed.
    RequestKey,
    /// Technician: this picture is on the screen, and so are, or never will be, all before it.
    Shown {
        /// [`Picture::id`].
        picture: u64,
    },
    /// Either: a line of chat of at most [`MAX_CHAT_CHARS`](crate::MAX_CHAT_CHARS). The technician may say one
    /// before consent too, of at most [`MAX_REASON_CHARS`](crate::MAX_REASON_CHARS).
    Chat(String),
    /// Either: end the session.
    End(EndReason),
}

/// Why a command was refused. Nothing was sent and nothing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
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
    /// Longer than the protocol allows, or inconsistent in itself.
    #[error("not a valid {0}")]
    Invalid(&'static str),
    /// The session is over.
    #[error("the session has ended")]
    Ended,
}
