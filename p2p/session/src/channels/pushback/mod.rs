//! What of the technician's input had no effect, so that nobody wonders about a click that does nothing.
//!
//! Only what the technician can do something about is said, and never what was typed. A refusal is no fault
//! and ends nothing.

#[cfg(test)]
pub(crate) mod tests;

use serde::{Deserialize, Serialize};

use super::{ChannelSpec, Delivery, Moment, NotLive, Row, RowSender, TrafficClass, WireForm};
use crate::{CommandError, Permission, Phase};

/// Why something had no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushbackMessage {
    /// A click or a turn of the wheel: a window of the host's own program is there.
    OwnWindow,
}

/// A message of the pushback channel. The order of the variants is part of the protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum PushbackWire {
    OwnWindow,
}

static OWN_WINDOW: Row = Row {
    name: "OwnWindow",
    words: "a refusal",
    from: RowSender::Host,
    during: (Phase::Active, Phase::Active),
    needs: Some(Permission::Pointer),
    delivery: Delivery::Newest,
};

impl WireForm for PushbackWire {
    const SPEC: ChannelSpec = ChannelSpec {
        name: "pushback",
        max_message_bytes: 16,
        // The newest says all that there is to say.
        waiting: 2,
        keep_bytes: None,
        inbox: 2,
        class: TrafficClass::Interactive,
        rows: &[&OWN_WINDOW],
    };

    type Plain = PushbackMessage;
    type Live = NotLive;

    fn row(&self) -> &'static Row {
        match self {
            Self::OwnWindow => &OWN_WINDOW,
        }
    }

    fn pack(plain: PushbackMessage, _: &Moment<'_>) -> Result<Self, CommandError> {
        match plain {
            PushbackMessage::OwnWindow => Ok(Self::OwnWindow),
        }
    }

    fn unpack(self, _: Option<u64>, _: &Moment<'_>) -> PushbackMessage {
        match self {
            Self::OwnWindow => PushbackMessage::OwnWindow,
        }
    }
}
