//! The clipboard: what one person copies, the other can paste; text and pictures, each direction with its own
//! permission.
//!
//! What it does not do: it keeps no content and tells none to its program, which hears what kind of thing was
//! copied and how large it is.

mod content;
mod desk;
mod exchange;
#[cfg(test)]
mod tests;
mod thread;

use beistand_platform::{ContentKind, CopyRefusal};
use beistand_session::{Permission, Role};
use serde_json::{Value, json};

use super::tell::Tell;
use super::verb::{CommandRefusal, Verb, VerbUsage};
use crate::words::{Phrase, Words, args};
pub(super) use desk::ClipboardDesk;

/// What a person wants of the clipboard. What they copy in another program is sent by itself.
#[derive(Clone, PartialEq, Eq)]
pub enum ClipboardCommand {
    /// Let the other person paste this text, whatever is on the clipboard here.
    Copy(String),
    /// Leave this computer's clipboard alone: somebody else has it.
    Rest,
    /// Use it again. What was copied before that stays here.
    Use,
}

/// Without the text: that may be a secret, and logs are kept.
impl std::fmt::Debug for ClipboardCommand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Copy(text) => write!(f, "Copy({} bytes)", text.len()),
            Self::Rest => f.write_str("Rest"),
            Self::Use => f.write_str("Use"),
        }
    }
}

/// What happens to the clipboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClipboardEvent {
    /// What was copied here is on its way to the other side.
    Sent {
        /// What kind of thing.
        kind: ContentKind,
        /// How large it is.
        bytes: usize,
    },
    /// What was copied on the other side can be pasted here.
    Received {
        /// What kind of thing.
        kind: ContentKind,
        /// How large it is.
        bytes: usize,
    },
    /// What was copied can't be pasted elsewhere.
    Refused {
        /// Why.
        why: ClipboardRefusal,
    },
}

/// Why what was copied can't be pasted elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClipboardRefusal {
    /// It has more than [`ContentKind::max_bytes`].
    TooLarge,
    /// It is a password, says the program in which it was copied.
    Secret,
    /// The program in which it was copied does not hand it over.
    NoAnswer,
    /// It is not what it is said to be.
    Damaged,
    /// This computer's clipboard can't be used, for this reason. Told once per session.
    NotHere(Phrase),
    /// The user does not allow it at the moment.
    NotAllowed,
    /// Too many commands wait already.
    Behind,
}

impl ClipboardRefusal {
    /// The word for it in JSON.
    fn word(&self) -> &'static str {
        match self {
            Self::TooLarge => "too-large",
            Self::Secret => "secret",
            Self::NoAnswer => "no-answer",
            Self::Damaged => "damaged",
            Self::NotHere(_) => "not-here",
            Self::NotAllowed => "not-allowed",
            Self::Behind => "behind",
        }
    }

    /// What to tell a person.
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::TooLarge => Phrase::new("clipboard-too-large"),
            Self::Secret => Phrase::new("clipboard-secret"),
            Self::NoAnswer => Phrase::new("clipboard-no-answer"),
            Self::Damaged => Phrase::new("clipboard-damaged"),
            Self::NotHere(reason) => Phrase::with("clipboard-not-here", args![reason = reason.clone()]),
            Self::NotAllowed => Phrase::new("clipboard-not-allowed"),
            Self::Behind => Phrase::new("clipboard-behind"),
        }
    }
}

impl From<CopyRefusal> for ClipboardRefusal {
    fn from(refusal: CopyRefusal) -> Self {
        match refusal {
            CopyRefusal::TooLarge(_) => Self::TooLarge,
            CopyRefusal::Secret => Self::Secret,
            CopyRefusal::NoAnswer => Self::NoAnswer,
            CopyRefusal::Invalid => Self::Damaged,
        }
    }
}

impl Verb for ClipboardCommand {
    type Refused = ClipboardEvent;

    const USAGES: &'static [VerbUsage] = &[VerbUsage::both("copy TEXT")];

    fn parse(word: &str, rest: &str) -> Option<Result<Vec<Self>, Phrase>> {
        (word == "copy").then(|| Ok(vec![Self::Copy(rest.to_owned())]))
    }

    fn refuse(self, why: CommandRefusal) -> Option<ClipboardEvent> {
        match self {
            Self::Copy(_) => {}
            // Nobody has asked for these.
            Self::Rest | Self::Use => return None,
        }
        let why = match why {
            CommandRefusal::NotAllowed => ClipboardRefusal::NotAllowed,
            CommandRefusal::Behind => ClipboardRefusal::Behind,
        };
        Some(ClipboardEvent::Refused { why })
    }
}

impl Tell for ClipboardEvent {
    const MAY: &'static [(Permission, &'static str)] = &[
        (Permission::ClipboardToUser, "clipboard-may-to-user"),
        (Permission::ClipboardFromUser, "clipboard-may-from-user"),
    ];

    fn json(&self, words: &Words) -> Value {
        match self {
            Self::Sent { kind, bytes } => {
                json!({ "event": "clipboard-sent", "kind": kind_word(*kind), "bytes": bytes })
            }
            Self::Received { kind, bytes } => {
                json!({ "event": "clipboard-received", "kind": kind_word(*kind), "bytes": bytes })
            }
            Self::Refused { why } => {
                let text = words.say(&why.phrase());
                json!({ "event": "clipboard-refused", "why": why.word(), "text": text })
            }
        }
    }

    fn phrase(&self, role: Role) -> Option<Phrase> {
        Some(match (self, role) {
            (Self::Sent { kind: ContentKind::Text, .. }, Role::Host) => {
                Phrase::new("clipboard-text-to-helper")
            }
            (Self::Sent { kind: ContentKind::Picture, .. }, Role::Host) => {
                Phrase::new("clipboard-picture-to-helper")
            }
            (Self::Sent { kind: ContentKind::Text, .. }, Role::Technician) => {
                Phrase::new("clipboard-text-to-user")
            }
            (Self::Sent { kind: ContentKind::Picture, .. }, Role::Technician) => {
                Phrase::new("clipboard-picture-to-user")
            }
            (Self::Received { kind: ContentKind::Text, .. }, _) => Phrase::new("clipboard-text-here"),
            (Self::Received { kind: ContentKind::Picture, .. }, _) => Phrase::new("clipboard-picture-here"),
            (Self::Refused { why }, _) => why.phrase(),
        })
    }
}

fn kind_word(kind: ContentKind) -> &'static str {
    match kind {
        ContentKind::Text => "text",
        ContentKind::Picture => "png",
    }
}
