//! The control channel: who asks and what is allowed, heartbeats, acknowledgements, the end.
//!
//! The session acts on these messages itself; a program never sees one.

mod goodbye;
mod request;
#[cfg(test)]
pub(crate) mod tests;

use serde::{Deserialize, Serialize};

pub(crate) use goodbye::Goodbye;
pub(crate) use request::{ChannelSet, NameText, ReasonText, WireRequest};

use super::{ChannelSpec, Delivery, Moment, NotLive, Row, RowSender, TrafficClass, WireForm, WireMessage};
use crate::{CommandError, PermissionSet, Phase};

/// Channels of which a session can ever have: what travels about them has this length for ever.
pub(crate) const MAX_CHANNELS: usize = 24;

/// A message of the control channel. The order of the variants is part of the protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum ControlMessage {
    Request(Box<WireRequest>),
    Goodbye(Goodbye),
    /// Clock stamps in microseconds since the sender's session began.
    Heartbeat {
        sent: u64,
        echo: Option<HeartbeatEcho>,
    },
    Permissions {
        serial: u32,
        granted: PermissionSet,
        paused: bool,
        /// What the host knows.
        channels: ChannelSet,
    },
    PermissionsSeen {
        serial: u32,
    },
    /// The last number that arrived on each channel.
    Received(Box<[u64; MAX_CHANNELS]>),
    /// All records of a bulk channel with a lower counter have arrived, or never will; the last of them at
    /// this moment, in microseconds since the sender's session began.
    Progress {
        channel: u8,
        counter: u64,
        arrived: u64,
    },
}

/// The stamp of the last heartbeat that came, and how long ago that was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HeartbeatEcho {
    pub(crate) sent: u64,
    pub(crate) held_micros: u64,
}

/// Rows of messages that both may send as long as there is a session.
const fn always(name: &'static str, words: &'static str) -> Row {
    Row {
        name,
        words,
        from: RowSender::Either,
        during: (Phase::AwaitingRequest, Phase::Active),
        needs: None,
        delivery: Delivery::Once,
    }
}

static REQUEST: Row = Row {
    name: "Request",
    words: "a request",
    from: RowSender::Technician,
    during: (Phase::AwaitingRequest, Phase::AwaitingRequest),
    needs: None,
    delivery: Delivery::InOrder,
};
static GOODBYE: Row = always("Goodbye", "a goodbye");
static HEARTBEAT: Row = always("Heartbeat", "a heartbeat");
static PERMISSIONS: Row = Row {
    name: "Permissions",
    words: "permissions",
    from: RowSender::Host,
    during: (Phase::AwaitingConsent, Phase::Active),
    needs: None,
    delivery: Delivery::Newest,
};
static PERMISSIONS_SEEN: Row = Row {
    name: "PermissionsSeen",
    words: "an acknowledgement of permissions",
    from: RowSender::Technician,
    during: (Phase::Active, Phase::Active),
    needs: None,
    delivery: Delivery::Newest,
};
static RECEIVED: Row = always("Received", "an acknowledgement");
static PROGRESS: Row = always("Progress", "an acknowledgement of a part");

impl From<ControlMessage> for WireMessage {
    fn from(message: ControlMessage) -> Self {
        Self::Control(message)
    }
}

impl WireForm for ControlMessage {
    const SPEC: ChannelSpec = ChannelSpec {
        name: "control",
        // A permission change is ten bytes; the rest is room for what comes.
        max_message_bytes: 64 << 10,
        // Each kind of message once, and progress of each bulk channel.
        waiting: 64,
        keep_bytes: None,
        // The session acts on them itself.
        inbox: 1,
        class: TrafficClass::Control,
        rows: &[&REQUEST, &GOODBYE, &HEARTBEAT, &PERMISSIONS, &PERMISSIONS_SEEN, &RECEIVED, &PROGRESS],
    };

    type Plain = Self;
    type Live = NotLive;

    fn row(&self) -> &'static Row {
        match self {
            Self::Request(_) => &REQUEST,
            Self::Goodbye(_) => &GOODBYE,
            Self::Heartbeat { .. } => &HEARTBEAT,
            Self::Permissions { .. } => &PERMISSIONS,
            Self::PermissionsSeen { .. } => &PERMISSIONS_SEEN,
            Self::Received(_) => &RECEIVED,
            Self::Progress { .. } => &PROGRESS,
        }
    }

    fn replaces(&self, older: &Self) -> bool {
        match (self, older) {
            (Self::Progress { channel, .. }, Self::Progress { channel: older, .. }) => channel == older,
            (Self::Heartbeat { .. }, Self::Heartbeat { .. }) | (Self::Received(_), Self::Received(_)) => true,
            (
                Self::Request(_)
                | Self::Goodbye(_)
                | Self::Heartbeat { .. }
                | Self::Permissions { .. }
                | Self::PermissionsSeen { .. }
                | Self::Received(_)
                | Self::Progress { .. },
                _,
            ) => false,
        }
    }

    fn pack(plain: Self, _: &Moment<'_>) -> Result<Self, CommandError> {
        Ok(plain)
    }

    fn unpack(self, _: Option<u64>, _: &Moment<'_>) -> Self {
        self
    }
}
