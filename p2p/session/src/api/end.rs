//! Why a session ends, and by whose doing.

use thiserror::Error;

/// The end of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// Why.
    pub reason: EndReason,
    /// By whose doing.
    pub by: By,
}

/// By whose doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// This side's.
    Us,
    /// The other side's.
    Peer,
    /// Nobody's: the network, a time-out.
    Nobody,
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum EndReason {
    /// Somebody ended it.
    #[error("the session was ended")]
    Ended,
    /// The user said no.
    #[error("the user said no")]
    Denied,
    /// The user did not answer in time.
    #[error("the user did not answer")]
    NoAnswer,
    /// The invite was used before.
    #[error("the invite was used already")]
    InviteUsed,
    /// The invite's time is over.
    #[error("the invite has expired")]
    InviteExpired,
    /// The host is in a session with somebody else.
    #[error("the host is busy")]
    Busy,
    /// No session came of it.
    #[error("{0}")]
    HandshakeFailed(HandshakeFailure),
    /// One side broke the protocol: `By::Us` noticed it on the other, `By::Peer` says that we did.
    #[error("the protocol was broken: {0}")]
    Protocol(Violation),
    /// Nothing was heard for too long, and no path was found in time; or the other side has no such session
    /// any more.
    #[error("the connection was lost")]
    Lost,
}

/// Why a handshake failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum HandshakeFailure {
    /// Technician: the host closed without an answer, which is what it does when the invite is not (or no
    /// longer) its own.
    #[error("the invite is wrong or no longer valid")]
    InviteRefused,
    /// Technician: the host takes no more tries now, and says when it will.
    #[error("there were too many tries; the next may begin in {secs} s")]
    PutOff {
        /// After how many seconds to come again.
        secs: u16,
    },
    /// Host: what came does not fit any invite: a wrong one, another version, another connection, or no
    /// technician.
    #[error("the other side does not know the invite")]
    WrongSecret,
    /// It took longer than 10 s.
    #[error("the handshake took too long")]
    TimedOut,
    /// The other side's messages are not of this protocol, or not authentic.
    #[error("the other side did not follow the handshake")]
    Malformed,
    /// Host: the technician closed before the end.
    #[error("the connection closed during the handshake")]
    Closed,
    /// The operating system has no random numbers, or the cryptography failed on our side.
    #[error("this machine can't make keys")]
    Local,
}

/// What a peer did against the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum Violation {
    /// A record of no, or too great a, length.
    #[error("a record of a bad length")]
    RecordLength,
    /// A record that is not authentic.
    #[error("a record that is not authentic")]
    NotAuthentic,
    /// A record's counter did not rise.
    #[error("a replayed record")]
    Replay,
    /// A record of another leg's keys.
    #[error("a record of another leg")]
    Epoch,
    /// A message longer than its channel allows.
    #[error("a message over its length")]
    MessageLength,
    /// A message that can't be read.
    #[error("a message that can't be read")]
    Malformed,
    /// A message that its sender may never send, or not at this time.
    #[error("a message out of place")]
    OutOfPlace,
    /// Three messages without a grant.
    #[error("three messages without a grant")]
    NotAuthorised,
    /// More messages than any use needs.
    #[error("too many messages")]
    Rate,
    /// What the other side says, in a word that this version does not know.
    #[error("for a reason that this version does not know")]
    Unknown,
}
