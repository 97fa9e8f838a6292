//! Why a session is over, in words for a person.
//!
//! One place maps what the session, the network and the system report to a phrase, an exit code and a word;
//! each phrase says what happened and what to do.

mod invite;
#[cfg(test)]
mod tests;

pub(crate) use invite::since;

use beistand_p2p::invite::InviteError;
use beistand_p2p::technician::ConnectFailure;
use beistand_platform::{DesktopFault, DesktopObstacle};
use beistand_session::{By, End, EndReason, HandshakeFailure, Role};

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
    /// An end with the headline of its word.
    pub fn new(reason: EndWord, exit_code: u8, by: EndedBy, phrase: Phrase) -> Self {
        let headline = Phrase::new(match (reason, by) {
            (EndWord::Ended, _) => "cause-title-ended",
            (EndWord::Denied, EndedBy::Us) => "cause-title-denied-by-us",
            (EndWord::Denied, EndedBy::Peer | EndedBy::Nobody) => "cause-title-denied",
            (EndWord::Unanswered, _) => "cause-title-unanswered",
            (EndWord::InviteWrong, _) => "cause-title-invite-wrong",
            (EndWord::InviteExpired, _) => "cause-title-invite-expired",
            (EndWord::InviteUsed, _) => "cause-title-invite-used",
            (EndWord::Busy, _) => "cause-title-busy",
            (EndWord::TooManyTries, _) => "cause-title-too-many-tries",
            (EndWord::NotFound, _) => "cause-title-not-found",
            (EndWord::Lost, _) => "cause-title-lost",
            (EndWord::Failed, _) => "cause-title-failed",
        });
        Self { headline, phrase, by, exit_code, reason, missing_permission: None }
    }

    /// The headline and what stands below it, for whoever has no place for two texts.
    pub fn whole(&self) -> Phrase {
        match self.reason {
            // What stands below says it all.
            EndWord::Ended | EndWord::Failed => self.phrase.clone(),
            EndWord::Denied
            | EndWord::Unanswered
            | EndWord::InviteWrong
            | EndWord::InviteExpired
            | EndWord::InviteUsed
            | EndWord::Busy
            | EndWord::TooManyTries
            | EndWord::NotFound
            | EndWord::Lost => {
                let (title, text) = (self.headline.clone(), self.phrase.clone());
                Phrase::with("cause-whole", args![title = title, text = text])
            }
        }
    }

    fn titled(self, headline: &'static str) -> Self {
        Self { headline: Phrase::new(headline), ..self }
    }

    /// This side stopped before there was a session.
    pub fn stopped() -> Self {
        Self::new(EndWord::Ended, EXIT_ENDED, EndedBy::Us, Phrase::new("cause-stopped"))
    }

    /// Something on this machine does not work.
    pub(crate) fn failed(phrase: impl Into<Phrase>) -> Self {
        Self::new(EndWord::Failed, EXIT_FAILED, EndedBy::Us, phrase.into())
    }

    /// The desktop can't be used, or the system lets this program do nothing with it yet.
    pub(crate) fn of_desktop(fault: &DesktopFault) -> Self {
        let missing_permission = match fault {
            DesktopFault::Unavailable { obstacle: DesktopObstacle::NotPermitted(permission), .. } => {
                Some(*permission)
            }
            DesktopFault::Unavailable { .. } | DesktopFault::NotHere(_) => None,
        };
        Self { missing_permission, ..Self::failed(fault) }
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
        Self::new(EndWord::InviteExpired, EXIT_INPUT, EndedBy::Us, phrase).titled("cause-title-return")
    }

    /// Whoever was to come back hasn't, and can't any more.
    pub(crate) fn return_over() -> Self {
        let phrase = Phrase::new("cause-return-over");
        Self::new(EndWord::InviteExpired, EXIT_NOT_FOUND, EndedBy::Nobody, phrase)
            .titled("cause-title-return")
    }

    /// How a session ended, for whoever is on this side of it.
    pub(crate) fn of_session(end: &End, role: Role) -> Self {
        let by = match end.by {
            By::Us => EndedBy::Us,
            By::Peer => EndedBy::Peer,
            By::Nobody => EndedBy::Nobody,
        };
        of_reason(end.reason, by, role)
    }

    /// Why a technician got no session.
    pub(crate) fn of_failure(failure: &ConnectFailure) -> Self {
        let not_found = |phrase| Self::new(EndWord::NotFound, EXIT_NOT_FOUND, EndedBy::Nobody, phrase);
        match failure {
            ConnectFailure::Refused(reason) => of_reason(*reason, EndedBy::Peer, Role::Technician),
            ConnectFailure::PutOff(retry_in) => Self::new(
                EndWord::TooManyTries,
                EXIT_NOT_FOUND,
                EndedBy::Peer,
                Phrase::with("cause-put-off", args![secs = retry_in.as_secs()]),
            ),
            ConnectFailure::NotFound => not_found(Phrase::new("cause-not-found")),
            ConnectFailure::Unreachable(detail) => {
                tracing::info!(detail, "the other computer can't be reached");
                not_found(Phrase::new("cause-unreachable")).titled("cause-title-unreachable")
            }
            ConnectFailure::Stopped => Self::stopped(),
            ConnectFailure::Start(error) => Self::failed(error),
            ConnectFailure::Derive(error) => Self::failed(error),
            ConnectFailure::Broken => Self::failed(Phrase::new("cause-broken")),
        }
    }
}

fn of_reason(reason: EndReason, by: EndedBy, role: Role) -> EndCause {
    let sided = |host, technician| match role {
        Role::Host => host,
        Role::Technician => technician,
    };
    let (word, code, key) = match (reason, by) {
        (EndReason::Ended, EndedBy::Us) => (EndWord::Ended, EXIT_ENDED, "cause-ended-by-us"),
        (EndReason::Ended, _) => {
            (EndWord::Ended, EXIT_ENDED, sided("cause-ended-by-helper", "cause-ended-by-user"))
        }
        (EndReason::Denied, EndedBy::Us) => (EndWord::Denied, EXIT_ENDED, "cause-denied-by-us"),
        (EndReason::Denied, _) => (EndWord::Denied, EXIT_DENIED, "cause-denied"),
        (EndReason::NoAnswer, EndedBy::Us) => (EndWord::Unanswered, EXIT_ENDED, "cause-unanswered-by-us"),
        (EndReason::NoAnswer, _) => {
            (EndWord::Unanswered, EXIT_DENIED, sided("cause-unanswered-by-us", "cause-unanswered"))
        }
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
        (EndReason::Lost, _) => (EndWord::Lost, EXIT_LOST, sided("cause-lost-helper", "cause-lost")),
        (EndReason::Protocol(_), _) => (EndWord::Failed, EXIT_FAILED, "cause-protocol"),
    };
    let cause = EndCause::new(word, code, by, Phrase::new(key));
    if (reason, role) == (EndReason::NoAnswer, Role::Host) {
        cause.titled("cause-title-unanswered-by-us")
    } else {
        cause
    }
}
