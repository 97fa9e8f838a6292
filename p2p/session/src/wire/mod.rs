//! What a message of each channel looks like, in postcard: bounded types that can't hold what must not be.
//!
//! Whether a message may be said is [`authorize`](crate::authorize())'s to say, how it travels `record`'s.

mod bounded;
mod control;
mod media;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use control::{Control, Echo, Goodbye, NameText, ReasonText, WireRequest};
pub(crate) use media::{ChatLine, CursorMessage, WirePicture, WireShape};

use crate::{Channel, InputEvent, MessageKind, Violation};

/// The longest line of chat in characters: more is a text, not a line.
pub const MAX_CHAT_CHARS: usize = 4000;

/// A message of any channel.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Message {
    Control(Control),
    Input(InputEvent),
    Picture(WirePicture),
    Cursor(CursorMessage),
    Chat(ChatLine),
}

impl Message {
    /// Reads a whole message of `channel`.
    pub(crate) fn decode(channel: Channel, bytes: &[u8]) -> Result<Self, Violation> {
        match channel {
            Channel::Control => read(bytes).map(Self::Control),
            Channel::Input => read(bytes).map(Self::Input),
            Channel::Video => read(bytes).map(Self::Picture),
            Channel::Cursor => read(bytes).map(Self::Cursor),
            Channel::Chat => read(bytes).map(Self::Chat),
        }
    }

    /// The message's bytes.
    pub(crate) fn encode(&self) -> Vec<u8> {
        match self {
            Self::Control(message) => write(message),
            Self::Input(message) => write(message),
            Self::Picture(message) => write(message),
            Self::Cursor(message) => write(message),
            Self::Chat(message) => write(message),
        }
    }

    /// Its row of the table.
    pub(crate) fn kind(&self) -> MessageKind {
        match self {
            Self::Control(message) => message.kind(),
            Self::Input(event) => input_kind(event),
            Self::Picture(_) => MessageKind::Picture,
            Self::Cursor(CursorMessage::Shape(_)) => MessageKind::CursorShape,
            Self::Cursor(CursorMessage::Position(_)) => MessageKind::CursorPosition,
            Self::Chat(_) => MessageKind::Chat,
        }
    }
}

/// The row of the table of an input event.
pub(crate) fn input_kind(event: &InputEvent) -> MessageKind {
    match event {
        InputEvent::PointerMove { .. } | InputEvent::Button { .. } | InputEvent::Wheel { .. } => {
            MessageKind::PointerInput
        }
        InputEvent::Key { .. } | InputEvent::Text(_) => MessageKind::KeyboardInput,
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Violation> {
    match postcard::take_from_bytes(bytes) {
        Ok((message, [])) => Ok(message),
        _ => Err(Violation::Malformed),
    }
}

fn write<T: Serialize>(message: &T) -> Vec<u8> {
    postcard::to_stdvec(message).expect("types of ours can be written, and a vector has room")
}

#[cfg(test)]
mod tests;
