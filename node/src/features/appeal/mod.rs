//! An appeal: the helper asks for one permission more, with a reason, and the user allows it or doesn't.
//!
//! What it does: it raises the question at the user's, seldom enough that nobody is worn down, and tells the
//! helper what became of it. What it does not do: it grants nothing. The user's yes is the one by which they
//! grant anything.

mod host;
mod technician;
#[cfg(test)]
mod tests;

pub use beistand_session::{AppealAnswer, MAX_ASKED_CHARS};
use beistand_session::{Permission, Role};
use serde_json::{Value, json};

use super::asked::AskedUser;
use super::permission_word;
use super::tell::Tell;
use super::verb::{CommandRefusal, Verb, VerbUsage, split_verb};
use crate::words::{Phrase, Words, args};
pub(super) use host::AppealHost;
pub(super) use technician::AppealTechnician;

/// What a person wants of an appeal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppealCommand {
    /// Technician: ask the user for this as well.
    Ask {
        /// What.
        permission: Permission,
        /// Why, at most [`MAX_ASKED_CHARS`](beistand_session::MAX_ASKED_CHARS).
        reason: String,
    },
    /// Host: not now.
    Decline,
}

/// What becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppealEvent {
    /// Host: the helper asks for this.
    Asked {
        /// What.
        permission: Permission,
        /// Why, escaped; may be empty.
        reason: String,
    },
    /// Host: the question is over.
    Over,
    /// Technician: what became of the appeal.
    Answered {
        /// What had been asked for.
        permission: Permission,
        /// What became of it.
        answer: AppealAnswer,
    },
    /// A command has no effect.
    Refused,
}

/// The number of the one question that there can be.
const QUESTION: u32 = 1;

impl Verb for AppealCommand {
    type Refused = AppealEvent;

    const USAGES: &'static [VerbUsage] =
        &[VerbUsage::technician("appeal PERMISSION [REASON]"), VerbUsage::host("appeal no")];

    fn parse(word: &str, rest: &str) -> Option<Result<Vec<Self>, Phrase>> {
        (word == "appeal").then(|| {
            let (name, reason) = split_verb(rest);
            let reason = reason.trim();
            if name == "no" && reason.is_empty() {
                return Ok(vec![Self::Decline]);
            }
            let permission = Permission::from_word(name).ok_or_else(|| Phrase::new("appeal-usage"))?;
            if reason.chars().count() > MAX_ASKED_CHARS {
                return Err(Phrase::with("appeal-too-long", args![count = MAX_ASKED_CHARS]));
            }
            Ok(vec![Self::Ask { permission, reason: reason.to_owned() }])
        })
    }

    fn refuse(self, _why: CommandRefusal) -> Option<AppealEvent> {
        Some(AppealEvent::Refused)
    }
}

/// What a permission is called.
fn called(permission: Permission) -> Phrase {
    Phrase::new(permission_word(permission).unwrap_or("appeal-something"))
}

impl Tell for AppealEvent {
    fn json(&self, words: &Words) -> Value {
        match self {
            Self::Asked { permission, reason } => {
                json!({ "event": "appeal", "permission": permission.word(), "reason": reason })
            }
            Self::Over => json!({ "event": "appeal-over" }),
            Self::Answered { permission, answer } => {
                let answer = match answer {
                    AppealAnswer::Asked => "asked",
                    AppealAnswer::Declined => "declined",
                    AppealAnswer::Unanswered => "unanswered",
                    AppealAnswer::NotAsked => "not-asked",
                };
                json!({
                    "event": "appeal-answered", "permission": permission.word(), "answer": answer,
                    "text": self.phrase(Role::Technician).map(|phrase| words.say(&phrase)),
                })
            }
            Self::Refused => json!({ "event": "appeal-refused" }),
        }
    }

    fn phrase(&self, _role: Role) -> Option<Phrase> {
        Some(match self {
            Self::Asked { permission, reason } => {
                let what = args![what = called(*permission), name = permission.word(), reason = reason];
                let key = if reason.is_empty() { "appeal-asks" } else { "appeal-asks-because" };
                Phrase::with(key, what)
            }
            Self::Over => return None,
            Self::Answered { permission, answer } => {
                let key = match answer {
                    AppealAnswer::Asked => "appeal-asked",
                    AppealAnswer::Declined => "appeal-declined",
                    AppealAnswer::Unanswered => "appeal-unanswered",
                    AppealAnswer::NotAsked => "appeal-not-asked",
                };
                Phrase::with(key, args![what = called(*permission)])
            }
            Self::Refused => Phrase::new("appeal-refused"),
        })
    }

    fn asked(&self) -> Option<AskedUser> {
        match self {
            Self::Asked { .. } => Some(AskedUser::Opens(QUESTION)),
            Self::Over => Some(AskedUser::Closes(QUESTION)),
            Self::Answered { .. } | Self::Refused => None,
        }
    }
}
