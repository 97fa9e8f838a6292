//! What of the technician's input had no effect, so that nobody wonders about a click that does nothing, and
//! the kind of system that it acts on, so that only keys are offered which mean something there.
//!
//! Only what the technician can do something about is said, and never what was typed. A refusal is no fault
//! and ends nothing.

#[cfg(test)]
pub(crate) mod tests;

use serde::{Deserialize, Serialize};

use super::{ChannelSpec, Delivery, Moment, NotLive, Row, RowSender, TrafficClass, WireForm};
use crate::{CommandError, Permission, Phase, SystemKind};

/// What the technician hears of their input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushbackMessage {
    /// A click or a turn of the wheel had no effect: a window of the host's own program is there.
    OwnWindow,
    /// It acts on a system of this kind.
    System(SystemKind),
}

/// A message of the pushback channel. The order of the variants is part of the protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum PushbackWire {
    OwnWindow,
    System(u8),
}

static OWN_WINDOW: Row = Row {
    name: "OwnWindow",
    words: "a refusal",
    from: RowSender::Host,
    during: (Phase::Active, Phase::Active),
    needs: Some(Permission::Pointer),
    delivery: Delivery::Newest,
};

static SYSTEM: Row = Row {
    name: "System",
    words: "the kind of the host's system",
    from: RowSender::Host,
    during: (Phase::Active, Phase::Active),
    // It is said for the keys' sake alone.
    needs: Some(Permission::Keyboard),
    delivery: Delivery::Newest,
};

impl WireForm for PushbackWire {
    const SPEC: ChannelSpec = ChannelSpec {
        name: "pushback",
        max_message_bytes: 16,
        // The newest of each says all that there is to say.
        waiting: 4,
        keep_bytes: None,
        inbox: 4,
        class: TrafficClass::Interactive,
        rows: &[&OWN_WINDOW, &SYSTEM],
    };

    type Plain = PushbackMessage;
    type Live = NotLive;

    fn row(&self) -> &'static Row {
        match self {
            Self::OwnWindow => &OWN_WINDOW,
            Self::System(_) => &SYSTEM,
        }
    }

    fn pack(plain: PushbackMessage, _: &Moment<'_>) -> Result<Self, CommandError> {
        match plain {
            PushbackMessage::OwnWindow => Ok(Self::OwnWindow),
            PushbackMessage::System(kind) => Ok(Self::System(kind.number())),
        }
    }

    fn unpack(self, _: Option<u64>, _: &Moment<'_>) -> PushbackMessage {
        match self {
            Self::OwnWindow => PushbackMessage::OwnWindow,
            Self::System(number) => PushbackMessage::System(SystemKind::of_number(number)),
        }
    }
}
