//! Messages of the control channel.

use serde::{Deserialize, Serialize};

use super::bounded::Text;
use crate::{EndReason, MAX_NAME_CHARS, MAX_REASON_CHARS, MessageKind, PermissionSet, Role, Violation};

/// A character has at most 4 bytes in UTF-8.
const MAX_NAME_BYTES: usize = 4 * MAX_NAME_CHARS;
/// As above.
const MAX_REASON_BYTES: usize = 4 * MAX_REASON_CHARS;

/// A name.
pub(crate) type NameText = Text<MAX_NAME_BYTES>;
/// A reason.
pub(crate) type ReasonText = Text<MAX_REASON_BYTES>;

/// A message of the control channel. The order of the variants is part of the protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Control {
    Request(Box<WireRequest>),
    Reason(ReasonText),
    Goodbye(Goodbye),
    /// Clock stamps in microseconds since the sender's session began.
    Heartbeat {
        sent: u64,
        echo: Option<Echo>,
    },
    Permissions {
        serial: u32,
        granted: PermissionSet,
        paused: bool,
    },
    PermissionsSeen {
        serial: u32,
    },
    /// The last numbered message of each channel that arrived.
    Received {
        control: u64,
        input: u64,
        chat: u64,
    },
    /// All pictures up to this one have arrived.
    KeyRequest {
        received: u64,
    },
    Shown {
        picture: u64,
    },
}

/// Who asks, and for what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct WireRequest {
    pub(crate) name: NameText,
    pub(crate) reason: ReasonText,
    pub(crate) wants: PermissionSet,
}

/// The stamp of the last heartbeat that came, and how long ago that was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Echo {
    pub(crate) sent: u64,
    pub(crate) held_micros: u64,
}

impl Control {
    /// How far the other side's numbered messages have arrived.
    pub(crate) fn received(numbers: [u64; 3]) -> Self {
        let [control, input, chat] = numbers;
        Self::Received { control, input, chat }
    }

    /// Its row of the table.
    pub(crate) fn kind(&self) -> MessageKind {
        match self {
            Self::Request(_) => MessageKind::Request,
            Self::Reason(_) => MessageKind::Reason,
            Self::Goodbye(_) => MessageKind::Goodbye,
            Self::Heartbeat { .. } => MessageKind::Heartbeat,
            Self::Permissions { .. } => MessageKind::Permissions,
            Self::PermissionsSeen { .. } => MessageKind::PermissionsSeen,
            Self::Received { .. } => MessageKind::Received,
            Self::KeyRequest { .. } => MessageKind::KeyRequest,
            Self::Shown { .. } => MessageKind::Shown,
        }
    }
}

/// Why the sender leaves. The order of the variants is part of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Goodbye {
    Ended,
    Denied,
    NoAnswer,
    InviteUsed,
    InviteExpired,
    Busy,
    /// The receiver broke the protocol: [`violation_number`].
    Protocol(u8),
}

impl Goodbye {
    /// The word for `reason`, where there is one to be said to the other side by `sender`.
    pub(crate) fn new(reason: EndReason, sender: Role) -> Option<Self> {
        let goodbye = match reason {
            EndReason::Ended => Self::Ended,
            EndReason::Denied => Self::Denied,
            EndReason::NoAnswer => Self::NoAnswer,
            EndReason::InviteUsed => Self::InviteUsed,
            EndReason::InviteExpired => Self::InviteExpired,
            EndReason::Busy => Self::Busy,
            EndReason::Protocol(violation) => Self::Protocol(violation_number(violation)),
            EndReason::HandshakeFailed(_) | EndReason::Lost => return None,
        };
        goodbye.belongs_to(sender).then_some(goodbye)
    }

    /// What it means, said by `sender`. What only a host can say means no more than "ended" from a technician.
    pub(crate) fn reason(self, sender: Role) -> EndReason {
        if !self.belongs_to(sender) {
            return EndReason::Ended;
        }
        match self {
            Self::Ended => EndReason::Ended,
            Self::Denied => EndReason::Denied,
            Self::NoAnswer => EndReason::NoAnswer,
            Self::InviteUsed => EndReason::InviteUsed,
            Self::InviteExpired => EndReason::InviteExpired,
            Self::Busy => EndReason::Busy,
            Self::Protocol(number) => EndReason::Protocol(violation(number)),
        }
    }

    fn belongs_to(self, sender: Role) -> bool {
        matches!(self, Self::Ended | Self::Protocol(_)) || sender == Role::Host
    }
}

/// The order is part of the protocol.
const VIOLATIONS: [Violation; 9] = [
    Violation::RecordLength,
    Violation::NotAuthentic,
    Violation::Replay,
    Violation::Epoch,
    Violation::MessageLength,
    Violation::Malformed,
    Violation::OutOfPlace,
    Violation::NotAuthorised,
    Violation::Rate,
];

fn violation_number(violation: Violation) -> u8 {
    VIOLATIONS.iter().position(|known| *known == violation).map_or(u8::MAX, |index| index as u8)
}

fn violation(number: u8) -> Violation {
    VIOLATIONS.get(usize::from(number)).copied().unwrap_or(Violation::Unknown)
}
