//! Why a side leaves, as it travels.

use serde::{Deserialize, Serialize};

use crate::{EndReason, Role, Violation};

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

    /// What it means, said by `sender`. What only a host can say means no more than "ended" from a
    /// technician.
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
