//! What one side has copied and the other may paste: text and pictures, each direction with a permission of
//! its own.
//!
//! When something is sent, and what is done with it, is the program's to decide; what was copied before
//! consent never gets here.

mod content;
#[cfg(test)]
pub(crate) mod tests;

use serde::{Deserialize, Serialize};

use content::WireContent;
pub use content::{ClipboardContent, MAX_CLIPBOARD_PNG_BYTES, MAX_CLIPBOARD_TEXT_BYTES};

use super::{ChannelSpec, Delivery, Moment, NotLive, Row, RowSender, TrafficClass, WireForm};
use crate::{CommandError, Permission, Phase};

/// Something that was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClipboardMessage {
    /// Technician: the user may paste this.
    ToUser(ClipboardContent),
    /// Host: the technician may paste this.
    FromUser(ClipboardContent),
}

/// A message of the clipboard channel. The order of the variants is part of the protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum ClipboardWire {
    ToUser(WireContent),
    FromUser(WireContent),
}

const fn row(name: &'static str, words: &'static str, from: RowSender, needs: Permission) -> Row {
    Row {
        name,
        words,
        from,
        during: (Phase::Active, Phase::Active),
        needs: Some(needs),
        delivery: Delivery::Newest,
    }
}

static TO_USER: Row =
    row("ToUser", "a copy for the user", RowSender::Technician, Permission::ClipboardToUser);
static FROM_USER: Row = row("FromUser", "a copy of the user's", RowSender::Host, Permission::ClipboardFromUser);

impl WireForm for ClipboardWire {
    const SPEC: ChannelSpec = ChannelSpec {
        name: "clipboard",
        // The largest picture and its head.
        max_message_bytes: MAX_CLIPBOARD_PNG_BYTES + 16,
        // One that is on its way, and the newest.
        waiting: 2,
        keep_bytes: None,
        // The newest is what counts, but one may be under way to the system's clipboard.
        inbox: 2,
        class: TrafficClass::Bulk,
        rows: &[&TO_USER, &FROM_USER],
    };

    type Plain = ClipboardMessage;
    type Live = NotLive;

    fn row(&self) -> &'static Row {
        match self {
            Self::ToUser(_) => &TO_USER,
            Self::FromUser(_) => &FROM_USER,
        }
    }

    fn pack(plain: ClipboardMessage, _: &Moment<'_>) -> Result<Self, CommandError> {
        let packed = match plain {
            ClipboardMessage::ToUser(content) => WireContent::new(content).map(Self::ToUser),
            ClipboardMessage::FromUser(content) => WireContent::new(content).map(Self::FromUser),
        };
        packed.ok_or(CommandError::Invalid("clipboard"))
    }

    fn unpack(self, _: Option<u64>, _: &Moment<'_>) -> ClipboardMessage {
        match self {
            Self::ToUser(content) => ClipboardMessage::ToUser(content.into_content()),
            Self::FromUser(content) => ClipboardMessage::FromUser(content.into_content()),
        }
    }
}
