//! Why a session is over, in words for a person.
//!
//! One place maps what the session, the network and the system report to a phrase, an exit code and a word;
//! each phrase says what happened and what to do.

mod invite;

pub(crate) use invite::since;

use beistand_p2p::invite::InviteError;
use beistand_p2p::technician::ConnectFailure;
use beistand_session::{By, End, EndReason, HandshakeFailure};

use crate::config::ConfigError;
use crate::handle::{EndCause, EndWord, EndedBy};
use crate::identity::IdentityError;
use crate::returns::ReturnRefusal;
use crate::words::{Phrase, args};

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
    pub(crate) fn new(reason: EndWord, exit_code: u8, by: EndedBy, phrase: Phrase) -> Self {
        Self { phrase, by, exit_code, reason }
    }

    /// This side stopped before there was a session.
    pub fn stopped() -> Self {
        Self::new(EndWord::Ended, EXIT_ENDED, EndedBy::Us, Phrase::new("cause-stopped"))
    }

    /// Something on this machine does not work.
    pub(crate) fn failed(phrase: impl Into<Phrase>) -> Self {
        Self::new(EndWord::Failed, EXIT_FAILED, EndedBy::Us, phrase.into())
    }

    /// A setting is wrong.
    pub(crate) fn of_config(error: &ConfigError) -> Self {
        Self::new(EndWord::Failed, EXIT_INPUT, EndedBy::Us, error.into())
    }

    /// There is no long-term key. What lies where the settings say is the user's to mend, and never touched.
    pub(crate) fn of_identity(error: &IdentityError) -> Self {
        let code = if matches!(error, IdentityError::NoRandomness) { EXIT_FAILED } else { EXIT_INPUT };
        Self::new(EndWord::Failed, code, EndedBy::Us, error.into())
    }

    /// What was given as an invite is not one.
    pub(crate) fn of_invite(error: &InviteError) -> Self {
        Self::new(EndWord::InviteWrong, EXIT_INPUT, EndedBy::Us, error.into())
    }

    /// The ticket of a return is not good.
    pub(crate) fn of_return(why: &ReturnRefusal) -> Self {
        let phrase = Phrase::with("cause-return-void", args![reason = why.phrase()]);
        Self::new(EndWord::InviteExpired, EXIT_INPUT, EndedBy::Us, phrase)
    }

    /// Whoever was to come back hasn't, and can't any more.
    pub(crate) fn return_over() -> Self {
        let phrase = Phrase::new("cause-return-over");
        Self::new(EndWord::InviteExpired, EXIT_NOT_FOUND, EndedBy::Nobody, phrase)
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
        let not_found = |phrase| Self::new(EndWord::NotFound, EXIT_NOT_FOUND, EndedBy::Nobody, phrase);
        match failure {
            ConnectFailure::Refused(reason) => of_reason(*reason, EndedBy::Peer),
            ConnectFailure::PutOff(retry_in) => Self::new(
                EndWord::TooManyTries,
                EXIT_NOT_FOUND,
                EndedBy::Peer,
                Phrase::with("cause-put-off", args![secs = retry_in.as_secs()]),
            ),
            ConnectFailure::NotFound => not_found(Phrase::new("cause-not-found")),
            ConnectFailure::Unreachable(detail) => {
                not_found(Phrase::with("cause-unreachable", args![detail = detail]))
            }
            ConnectFailure::Stopped => Self::stopped(),
            ConnectFailure::Start(error) => Self::failed(error),
            ConnectFailure::Derive(error) => Self::failed(error),
            ConnectFailure::Broken => Self::failed(Phrase::new("cause-broken")),
        }
    }
}

fn of_reason(reason: EndReason, by: EndedBy) -> EndCause {
    let (word, code, key) = match (reason, by) {
        (EndReason::Ended, EndedBy::Us) => (EndWord::Ended, EXIT_ENDED, "cause-ended-by-us"),
        (EndReason::Ended, _) => (EndWord::Ended, EXIT_ENDED, "cause-ended-by-peer"),
        (EndReason::Denied, EndedBy::Us) => (EndWord::Denied, EXIT_ENDED, "cause-denied-by-us"),
        (EndReason::Denied, _) => (EndWord::Denied, EXIT_DENIED, "cause-denied"),
        (EndReason::NoAnswer, EndedBy::Us) => (EndWord::Denied, EXIT_ENDED, "cause-unanswered-by-us"),
        (EndReason::NoAnswer, _) => (EndWord::Denied, EXIT_DENIED, "cause-unanswered"),
        (EndReason::InviteUsed, _) => (EndWord::InviteUsed, EXIT_INPUT, "cause-invite-used"),
        (EndReason::InviteExpired, _) => (EndWord::InviteExpired, EXIT_INPUT, "cause-invite-expired"),
        (EndReason::HandshakeFailed(HandshakeFailure::TimedOut), _) => {
            (EndWord::Lost, EXIT_LOST, "cause-handshake-timed-out")
        }
        (EndReason::HandshakeFailed(HandshakeFailure::Local), _) => {
            (EndWord::Failed, EXIT_FAILED, "cause-handshake-local")
        }
        (EndReason::HandshakeFailed(_), _) => (EndWord::InviteWrong, EXIT_INPUT, "cause-handshake-refused"),
        (EndReason::Busy, _) => (EndWord::Busy, EXIT_NOT_FOUND, "cause-busy"),
        (EndReason::Lost, _) => (EndWord::Lost, EXIT_LOST, "cause-lost"),
        (EndReason::Protocol(_), _) => (EndWord::Failed, EXIT_FAILED, "cause-protocol"),
    };
    EndCause::new(word, code, by, Phrase::new(key))
}
