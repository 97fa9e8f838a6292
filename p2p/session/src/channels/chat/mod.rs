//! Lines of chat, both ways. The technician may say some before consent too: the user sees them beside the
//! question.

mod live;
#[cfg(test)]
pub(crate) mod tests;

use serde::{Deserialize, Serialize};

use live::LiveChat;
pub use live::MAX_EARLY_LINES;

use super::bounded::Text;
use super::{ChannelSpec, Delivery, Moment, Row, RowSender, TrafficClass, WireForm};
use crate::{CommandError, MAX_REASON_CHARS, Phase, escape, escape_pictures};

/// The longest line in characters: more is a text, not a line.
pub const MAX_CHAT_CHARS: usize = 4000;

/// What is said about chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatMessage {
    /// A line of at most [`MAX_CHAT_CHARS`]; before consent of at most
    /// [`MAX_REASON_CHARS`](crate::MAX_REASON_CHARS). What is heard is escaped; before consent pictures are
    /// too.
    Line {
        /// Its sender's number for it, by which [`Self::Delivered`] names it: from 1 on, rising.
        number: u32,
        /// The line.
        text: String,
    },
    /// All lines up to this one have reached the other side's program.
    Delivered {
        /// The line's number.
        number: u32,
    },
}

/// A message of the chat channel. The order of the variants is part of the protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum ChatWire {
    Line {
        number: u32,
        text: LineText,
    },
    /// Before consent.
    Early {
        number: u32,
        text: EarlyText,
    },
    Delivered {
        number: u32,
    },
}

/// A character has at most 4 bytes in UTF-8.
type LineText = Text<{ 4 * MAX_CHAT_CHARS }>;
/// As above.
type EarlyText = Text<{ 4 * MAX_REASON_CHARS }>;

static LINE: Row = Row {
    name: "Line",
    words: "a line of chat",
    from: RowSender::Either,
    during: (Phase::Active, Phase::Active),
    needs: None,
    delivery: Delivery::InOrder,
};
/// A line may be on its way while the user says yes.
static EARLY: Row = Row {
    name: "Early",
    words: "a line before consent",
    from: RowSender::Technician,
    during: (Phase::AwaitingConsent, Phase::Active),
    needs: None,
    delivery: Delivery::InOrder,
};
static DELIVERED: Row = Row {
    name: "Delivered",
    words: "an acknowledgement of a line",
    from: RowSender::Either,
    during: (Phase::AwaitingConsent, Phase::Active),
    needs: None,
    delivery: Delivery::Newest,
};

impl WireForm for ChatWire {
    const SPEC: ChannelSpec = ChannelSpec {
        name: "chat",
        // 4,000 characters of 4 bytes.
        max_message_bytes: 20 << 10,
        // 4 MiB of the longest lines: what two people write in an evening.
        waiting: 256,
        keep_bytes: None,
        // A person reads one at a time.
        inbox: 16,
        class: TrafficClass::Interactive,
        rows: &[&LINE, &EARLY, &DELIVERED],
    };

    type Plain = ChatMessage;
    type Live = LiveChat;

    fn row(&self) -> &'static Row {
        match self {
            Self::Line { .. } => &LINE,
            Self::Early { .. } => &EARLY,
            Self::Delivered { .. } => &DELIVERED,
        }
    }

    fn pack(plain: ChatMessage, moment: &Moment<'_>) -> Result<Self, CommandError> {
        let invalid = CommandError::Invalid("line");
        match plain {
            ChatMessage::Line { number, text } if moment.early_technician() => {
                let fits = text.chars().count() <= MAX_REASON_CHARS;
                let text = EarlyText::from_string(text).filter(|_| fits).ok_or(invalid)?;
                Ok(Self::Early { number, text })
            }
            ChatMessage::Line { number, text } => {
                let fits = text.chars().count() <= MAX_CHAT_CHARS;
                let text = LineText::from_string(text).filter(|_| fits).ok_or(invalid)?;
                Ok(Self::Line { number, text })
            }
            ChatMessage::Delivered { number } => Ok(Self::Delivered { number }),
        }
    }

    fn unpack(self, _: Option<u64>, _: &Moment<'_>) -> ChatMessage {
        match self {
            Self::Line { number, text } => ChatMessage::Line { number, text: escape(text.as_str()) },
            // It stands beside the question.
            Self::Early { number, text } => {
                ChatMessage::Line { number, text: escape_pictures(text.as_str()) }
            }
            Self::Delivered { number } => ChatMessage::Delivered { number },
        }
    }
}
