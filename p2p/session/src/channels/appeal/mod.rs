//! An appeal: in a session the technician asks for one permission more and says why, and hears what became of
//! the question.
//!
//! It grants nothing and decides nothing: the user's yes is a permission like any other, on the control
//! channel.

#[cfg(test)]
pub(crate) mod tests;

use serde::{Deserialize, Serialize};

use super::bounded::Text;
use super::{ChannelSpec, Delivery, Moment, NotLive, Row, RowSender, TrafficClass, WireForm};
use crate::{CommandError, Permission, Phase, escape_quoted};

/// The longest reason in characters: two lines beside a button.
pub const MAX_ASKED_CHARS: usize = 200;

/// A character has at most 4 bytes in UTF-8.
const MAX_APPEAL_BYTES: usize = 4 * MAX_ASKED_CHARS;

/// What is said about an appeal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppealMessage {
    /// Technician: let me do this as well.
    Ask {
        /// What.
        permission: Permission,
        /// Why, at most [`MAX_ASKED_CHARS`]; may be empty. What is heard is escaped, pictures as well: it
        /// stands beside a question.
        reason: String,
    },
    /// Host: what became of it.
    Answer {
        /// What had been asked for.
        permission: Permission,
        /// What became of it.
        answer: AppealAnswer,
    },
}

/// What became of an appeal. That it was granted is said by the permission itself. The order of the variants
/// is part of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppealAnswer {
    /// The user is asked.
    Asked,
    /// The user says that they don't want it now.
    Declined,
    /// The user did not answer in time.
    Unanswered,
    /// The user isn't asked: they were a moment ago, or this can't be had here or now.
    NotAsked,
}

/// A message of the appeal channel. The order of the variants is part of the protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum AppealWire {
    Ask { permission: WirePermission, reason: Text<MAX_APPEAL_BYTES> },
    Answer { permission: WirePermission, answer: AppealAnswer },
}

/// A permission by its number.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub(crate) struct WirePermission(Permission);

impl From<WirePermission> for u8 {
    fn from(permission: WirePermission) -> Self {
        permission.0 as Self
    }
}

impl TryFrom<u8> for WirePermission {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        let found = Permission::ALL.into_iter().find(|one| *one as u8 == number);
        found.map(Self).ok_or("no permission has this number")
    }
}

const fn row(name: &'static str, words: &'static str, from: RowSender) -> Row {
    let during = (Phase::Active, Phase::Active);
    // It asks for what isn't granted, so it needs nothing.
    Row { name, words, from, during, needs: None, delivery: Delivery::Newest }
}

static ASK: Row = row("Ask", "an appeal", RowSender::Technician);
static ANSWER: Row = row("Answer", "what became of an appeal", RowSender::Host);

impl WireForm for AppealWire {
    const SPEC: ChannelSpec = ChannelSpec {
        name: "appeal",
        // 200 characters of 4 bytes, and what is before them.
        max_message_bytes: 1024,
        // The newest of each, waiting and sent.
        waiting: 4,
        keep_bytes: None,
        // A person's presses.
        inbox: 4,
        class: TrafficClass::Interactive,
        rows: &[&ASK, &ANSWER],
    };

    type Plain = AppealMessage;
    type Live = NotLive;

    fn row(&self) -> &'static Row {
        match self {
            Self::Ask { .. } => &ASK,
            Self::Answer { .. } => &ANSWER,
        }
    }

    fn pack(plain: AppealMessage, _: &Moment<'_>) -> Result<Self, CommandError> {
        Ok(match plain {
            AppealMessage::Ask { permission, reason } => {
                let reason = Text::from_string(reason)
                    .filter(|reason| reason.as_str().chars().count() <= MAX_ASKED_CHARS)
                    .ok_or(CommandError::Invalid("appeal"))?;
                Self::Ask { permission: WirePermission(permission), reason }
            }
            AppealMessage::Answer { permission, answer } => {
                Self::Answer { permission: WirePermission(permission), answer }
            }
        })
    }

    fn unpack(self, _: Option<u64>, _: &Moment<'_>) -> AppealMessage {
        match self {
            Self::Ask { permission, reason } => {
                AppealMessage::Ask { permission: permission.0, reason: escape_quoted(reason.as_str()) }
            }
            Self::Answer { permission, answer } => AppealMessage::Answer { permission: permission.0, answer },
        }
    }
}
