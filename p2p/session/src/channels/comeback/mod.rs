//! A return after the session: the host hands the technician a secret by which the two find each other again,
//! and the technician says that they are about to restart the user's computer.
//!
//! It keeps nothing and decides nothing: what becomes of the secret is the program's to do. Who comes back is
//! known by the static keys of this session, not by the secret.

#[cfg(test)]
pub(crate) mod tests;

use serde::{Deserialize, Serialize};

use super::bounded::Text;
use super::wire_secret::WireSecret;
use super::{ChannelSpec, Delivery, Moment, NotLive, Row, RowSender, TrafficClass, WireForm};
use crate::{CommandError, Permission, Phase, ReturnSecret, escape};

/// The longest name of a computer in characters: a line in a list.
pub const MAX_RETURN_NAME_CHARS: usize = 64;

/// A character has at most 4 bytes in UTF-8.
const MAX_RETURN_NAME_BYTES: usize = 4 * MAX_RETURN_NAME_CHARS;

/// What is said about a return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ComebackMessage {
    /// Host: by this you find me again. It takes the place of an older one.
    Offer {
        /// Made for this alone.
        secret: ReturnSecret,
        /// What the host's computer is called, at most [`MAX_RETURN_NAME_CHARS`]; may be empty. What is heard
        /// is escaped.
        name: String,
    },
    /// Technician: whether it is kept.
    Kept(bool),
    /// Technician: I am about to restart your computer, and would like to come back.
    Announce,
}

/// A message of the comeback channel. The order of the variants is part of the protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum ComebackWire {
    Offer { secret: WireSecret, name: Text<MAX_RETURN_NAME_BYTES> },
    Kept(bool),
    Announce,
}

const fn row(name: &'static str, words: &'static str, from: RowSender, needs: Option<Permission>) -> Row {
    let during = (Phase::Active, Phase::Active);
    Row { name, words, from, during, needs, delivery: Delivery::Newest }
}

static OFFER: Row =
    row("Offer", "the secret of a return", RowSender::Host, Some(Permission::Reconnect));
static KEPT: Row =
    row("Kept", "whether a secret is kept", RowSender::Technician, Some(Permission::Reconnect));
// It asks for the permission where that isn't granted yet, so it needs none.
static ANNOUNCE: Row = row("Announce", "that a restart comes", RowSender::Technician, None);

impl WireForm for ComebackWire {
    const SPEC: ChannelSpec = ChannelSpec {
        name: "comeback",
        // 64 characters of 4 bytes, the secret, and what is before them.
        max_message_bytes: 512,
        // Of each message the newest.
        waiting: 4,
        keep_bytes: None,
        // A person's presses.
        inbox: 4,
        class: TrafficClass::Interactive,
        rows: &[&OFFER, &KEPT, &ANNOUNCE],
    };

    type Plain = ComebackMessage;
    type Live = NotLive;

    fn row(&self) -> &'static Row {
        match self {
            Self::Offer { .. } => &OFFER,
            Self::Kept(_) => &KEPT,
            Self::Announce => &ANNOUNCE,
        }
    }

    fn pack(plain: ComebackMessage, _: &Moment<'_>) -> Result<Self, CommandError> {
        Ok(match plain {
            ComebackMessage::Offer { secret, name } => {
                let name = Text::from_string(name)
                    .filter(|name| name.as_str().chars().count() <= MAX_RETURN_NAME_CHARS)
                    .ok_or(CommandError::Invalid("return"))?;
                Self::Offer { secret: WireSecret::of(&secret), name }
            }
            ComebackMessage::Kept(kept) => Self::Kept(kept),
            ComebackMessage::Announce => Self::Announce,
        })
    }

    fn unpack(self, _: Option<u64>, _: &Moment<'_>) -> ComebackMessage {
        match self {
            Self::Offer { secret, name } => ComebackMessage::Offer {
                secret: secret.secret(),
                name: escape(name.as_str()),
            },
            Self::Kept(kept) => ComebackMessage::Kept(kept),
            Self::Announce => ComebackMessage::Announce,
        }
    }
}
