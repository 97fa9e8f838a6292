//! Why a session is over, in words for a person.
//!
//! One place maps what the session, the network and the system report to a message, an exit code and a word; each
//! message says what happened and what to do.

use beistand_p2p::invite::InviteError;
use beistand_p2p::technician::ConnectFailure;
use beistand_session::{By, End, EndReason, HandshakeFailure};

use crate::config::ConfigError;
use crate::handle::{EndCause, EndedBy};
use crate::identity::IdentityError;

/// Exit code: ended as asked.
pub(crate) const EXIT_ENDED: u8 = 0;
/// Exit code: anything that has no code of its own.
pub(crate) const EXIT_FAILED: u8 = 1;
/// Exit code: bad usage, input, settings or key file.
pub(crate) const EXIT_INPUT: u8 = 2;
/// Exit code: the user said no, or did not answer.
pub(crate) const EXIT_DENIED: u8 = 3;
/// Exit code: the host was not found or can't be reached.
pub(crate) const EXIT_NOT_FOUND: u8 = 4;
/// Exit code: the session was lost.
pub(crate) const EXIT_LOST: u8 = 5;

impl EndCause {
    pub(crate) fn new(reason: &'static str, exit_code: u8, by: EndedBy, message: impl Into<String>) -> Self {
        Self { message: message.into(), by, exit_code, reason }
    }

    /// This side stopped before there was a session.
    pub fn stopped() -> Self {
        Self::new("ended", EXIT_ENDED, EndedBy::Us, "Stopped.")
    }

    /// Something on this machine does not work.
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::new("failed", EXIT_FAILED, EndedBy::Us, message)
    }

    /// A setting is wrong.
    pub(crate) fn of_config(error: &ConfigError) -> Self {
        Self::new("failed", EXIT_INPUT, EndedBy::Us, crate::convert::sentence(&error.to_string()))
    }

    /// There is no long-term key. What lies where the settings say is the user's to mend, and never touched.
    pub(crate) fn of_identity(error: &IdentityError) -> Self {
        let code = if matches!(error, IdentityError::NoRandomness) { EXIT_FAILED } else { EXIT_INPUT };
        Self::new("failed", code, EndedBy::Us, crate::convert::sentence(&error.to_string()))
    }

    /// The invite that was given is none, or over.
    pub(crate) fn of_invite(error: &InviteError) -> Self {
        let reason =
            if matches!(error, InviteError::Expired { .. }) { "invite-expired" } else { "invite-wrong" };
        Self::new(reason, EXIT_INPUT, EndedBy::Us, crate::convert::sentence(&error.to_string()))
    }

    /// How a session ended.
    pub(crate) fn of_session(end: &End) -> Self {
        let by = match end.by {
            By::Us => EndedBy::Us,
            By::Peer => EndedBy::Peer,
            By::Nobody => EndedBy::Nobody,
        };
        of_reason(end.reason, by)
    }

    /// Why a technician got no session.
    pub(crate) fn of_failure(failure: &ConnectFailure) -> Self {
        match failure {
            ConnectFailure::Refused(reason) => of_reason(*reason, EndedBy::Peer),
            ConnectFailure::NotFound | ConnectFailure::Unreachable(_) => Self::new(
                "not-found",
                EXIT_NOT_FOUND,
                EndedBy::Nobody,
                crate::convert::sentence(&failure.to_string()),
            ),
            other => Self::failed(crate::convert::sentence(&other.to_string())),
        }
    }
}

fn of_reason(reason: EndReason, by: EndedBy) -> EndCause {
    let (word, code, message) = match (reason, by) {
        (EndReason::Ended, EndedBy::Us) => ("ended", EXIT_ENDED, "You ended the session."),
        (EndReason::Ended, _) => ("ended", EXIT_ENDED, "The other side ended the session."),
        (EndReason::Denied, EndedBy::Us) => ("denied", EXIT_ENDED, "You said no. Nothing was shown."),
        (EndReason::Denied, _) => (
            "denied",
            EXIT_DENIED,
            "The user said no. Talk to them, and ask for a new invite if it was a mistake.",
        ),
        (EndReason::NoAnswer, EndedBy::Us) => {
            ("denied", EXIT_ENDED, "The request was not answered in time, so nothing was shown.")
        }
        (EndReason::NoAnswer, _) => (
            "denied",
            EXIT_DENIED,
            "The user did not answer in time. Ask them to look at their screen, and try again.",
        ),
        (EndReason::InviteUsed, _) => (
            "invite-used",
            EXIT_INPUT,
            "This invite was used already; each works once. Ask the user for a new one.",
        ),
        (EndReason::InviteExpired, _) => {
            ("invite-expired", EXIT_INPUT, "This invite has expired. Ask the user for a new one.")
        }
        (EndReason::HandshakeFailed(HandshakeFailure::TimedOut), _) => {
            ("lost", EXIT_LOST, "The other computer stopped answering while connecting. Try again.")
        }
        (EndReason::HandshakeFailed(HandshakeFailure::Local), _) => (
            "failed",
            EXIT_FAILED,
            "This computer could not make keys: its source of randomness does not work.",
        ),
        (EndReason::HandshakeFailed(_), _) => (
            "invite-wrong",
            EXIT_INPUT,
            "The other computer does not know this invite: it was replaced, or a word is another one. Ask the user \
             to read out the one on their screen.",
        ),
        (EndReason::Busy, _) => (
            "busy",
            EXIT_NOT_FOUND,
            "Somebody else is connected to this computer. Try again when they are done.",
        ),
        (EndReason::Lost, _) => (
            "lost",
            EXIT_LOST,
            "The connection was lost: the other computer is offline, asleep, or its program was ended. Ask for a new \
             invite to go on.",
        ),
        _ => (
            "failed",
            EXIT_FAILED,
            "The other side broke the protocol, so the session was closed. Check that both sides run the same version.",
        ),
    };
    EndCause::new(word, code, by, message)
}
