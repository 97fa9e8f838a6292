//! Whose computer this is, what is wrong with it, and by what a session that was ended by a slip is taken up
//! again: what the host hands to the technician once the user has consented.
//!
//! It keeps nothing and decides nothing. What is said of a computer is its user's own word. The secret lets
//! nobody in: who comes back is known by the static keys of this session, and by the user's press.

#[cfg(test)]
pub(crate) mod tests;

use serde::{Deserialize, Serialize};

use super::bounded::Text;
use super::wire_secret::WireSecret;
use super::{ChannelSpec, Delivery, Moment, NotLive, Row, RowSender, TrafficClass, WireForm};
use crate::{CommandError, MAX_NAME_CHARS, Phase, ReturnSecret, escape_quoted};

/// The longest name of a system in characters: a product, its version and its code name.
pub const MAX_SYSTEM_CHARS: usize = 48;

/// A character has at most 4 bytes in UTF-8.
const MAX_NAME_BYTES: usize = 4 * MAX_NAME_CHARS;

/// The longest line of what is wrong, in characters: as much as a reason for one permission more.
pub const MAX_ABOUT_CHARS: usize = 200;

/// As above.
const MAX_ABOUT_BYTES: usize = 4 * MAX_ABOUT_CHARS;

/// As above.
const MAX_SYSTEM_BYTES: usize = 4 * MAX_SYSTEM_CHARS;

/// What the technician hears of the other end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MeetingMessage {
    /// Whose computer it is, and what runs on it. What is heard is escaped, pictures too.
    Host {
        /// What the user is called, at most [`MAX_NAME_CHARS`]; may be empty.
        name: String,
        /// What the system is called, at most [`MAX_SYSTEM_CHARS`]; may be empty.
        system: String,
    },
    /// By this you find me again for a moment after an end; `None`: no longer. It takes the place of an older
    /// one.
    WayBack(Option<ReturnSecret>),
    /// What the user has written of what is wrong, at most [`MAX_ABOUT_CHARS`]. What is heard is escaped,
    /// pictures too. It takes the place of an older one.
    About(String),
}

/// A message of the meeting channel. The order of the variants is part of the protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum MeetingWire {
    Host { name: Text<MAX_NAME_BYTES>, system: Text<MAX_SYSTEM_BYTES> },
    WayBack(Option<WireSecret>),
    About(Text<MAX_ABOUT_BYTES>),
}

const fn row(name: &'static str, words: &'static str) -> Row {
    Row {
        name,
        words,
        from: RowSender::Host,
        during: (Phase::Active, Phase::Active),
        // The user's yes is enough: nothing of it shows the screen or acts.
        needs: None,
        delivery: Delivery::Newest,
    }
}

static HOST: Row = row("HostName", "whose computer it is");
static WAY_BACK: Row = row("WayBack", "the secret of a way back");
static ABOUT: Row = row("About", "what is wrong, in the user's words");

impl WireForm for MeetingWire {
    const SPEC: ChannelSpec = ChannelSpec {
        name: "meeting",
        // 200 characters of 4 bytes, and what is before them.
        max_message_bytes: 1024,
        // The newest of each.
        waiting: 4,
        keep_bytes: None,
        inbox: 4,
        class: TrafficClass::Interactive,
        rows: &[&HOST, &WAY_BACK, &ABOUT],
    };

    type Plain = MeetingMessage;
    type Live = NotLive;

    fn row(&self) -> &'static Row {
        match self {
            Self::Host { .. } => &HOST,
            Self::WayBack(_) => &WAY_BACK,
            Self::About(_) => &ABOUT,
        }
    }

    fn pack(plain: MeetingMessage, _: &Moment<'_>) -> Result<Self, CommandError> {
        Ok(match plain {
            MeetingMessage::Host { name, system } => {
                Self::Host { name: bounded(name, MAX_NAME_CHARS)?, system: bounded(system, MAX_SYSTEM_CHARS)? }
            }
            MeetingMessage::WayBack(secret) => Self::WayBack(secret.as_ref().map(WireSecret::of)),
            MeetingMessage::About(text) => Self::About(bounded(text, MAX_ABOUT_CHARS)?),
        })
    }

    fn unpack(self, _: Option<u64>, _: &Moment<'_>) -> MeetingMessage {
        match self {
            Self::Host { name, system } => MeetingMessage::Host {
                name: escape_quoted(name.as_str()),
                system: escape_quoted(system.as_str()),
            },
            Self::WayBack(secret) => MeetingMessage::WayBack(secret.as_ref().map(WireSecret::secret)),
            Self::About(text) => MeetingMessage::About(escape_quoted(text.as_str())),
        }
    }
}

fn bounded<const MAX: usize>(text: String, chars: usize) -> Result<Text<MAX>, CommandError> {
    Text::from_string(text)
        .filter(|text| text.as_str().chars().count() <= chars)
        .ok_or(CommandError::Invalid("name"))
}
