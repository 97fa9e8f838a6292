//! Chat: lines from one person to the other, both ways, also while the user is still being asked.

mod desk;
#[cfg(test)]
mod tests;

use std::time::{SystemTime, UNIX_EPOCH};

use beistand_session::Role;
use serde_json::{Value, json};

use super::tell::Tell;
use super::verb::{CommandRefusal, Verb, VerbUsage};
use crate::words::{Phrase, Words, args};
pub(super) use desk::ChatDesk;

/// What a person wants of the chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatCommand {
    /// Send this line: at most 4,000 characters; before consent the technician alone, 8 lines of at most 500.
    Say(String),
}

/// What happens in the chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatEvent {
    /// A line, of either side.
    Line(ChatLine),
    /// Our lines up to this number are at the other side's program.
    Delivered {
        /// [`ChatLine::number`].
        number: u32,
    },
    /// This line of ours can't be sent: it is too long, too many wait, or it is too early.
    Refused {
        /// The line.
        text: String,
    },
}

/// A line of chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatLine {
    /// Counts the lines of its sender from 1.
    pub number: u32,
    /// Who wrote it.
    pub from: LineFrom,
    /// The line; from the other side with control and bidi characters escaped.
    pub text: String,
    /// When it was sent, or arrived here, by this computer's clock.
    pub at: SystemTime,
}

/// Who wrote a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineFrom {
    /// The person at this computer.
    Us,
    /// The other person.
    Peer,
}

impl Verb for ChatCommand {
    type Refused = ChatEvent;

    const USAGES: &'static [VerbUsage] = &[VerbUsage::both("say TEXT")];

    fn parse(word: &str, rest: &str) -> Option<Result<Vec<Self>, Phrase>> {
        (word == "say").then(|| Ok(vec![Self::Say(rest.to_owned())]))
    }

    fn refuse(self, _why: CommandRefusal) -> Option<ChatEvent> {
        let Self::Say(text) = self;
        Some(ChatEvent::Refused { text })
    }
}

impl Tell for ChatEvent {
    fn json(&self, _words: &Words) -> Value {
        match self {
            Self::Line(line) => {
                // Whoever waits for the other side's lines waits for `chat`.
                let event = match line.from {
                    LineFrom::Us => "said",
                    LineFrom::Peer => "chat",
                };
                let at = line.at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
                json!({ "event": event, "number": line.number, "text": line.text, "at": at })
            }
            Self::Delivered { number } => json!({ "event": "delivered", "number": number }),
            Self::Refused { text } => json!({ "event": "chat-refused", "text": text }),
        }
    }

    fn phrase(&self, role: Role) -> Option<Phrase> {
        match self {
            Self::Line(ChatLine { from: LineFrom::Peer, text, .. }) => Some(match role {
                Role::Host => Phrase::with("chat-from-helper", args![text = text]),
                Role::Technician => Phrase::with("chat-from-user", args![text = text]),
            }),
            Self::Line(ChatLine { from: LineFrom::Us, .. }) | Self::Delivered { .. } => None,
            Self::Refused { text } => Some(Phrase::with("chat-not-sent", args![text = text])),
        }
    }
}
