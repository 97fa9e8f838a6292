//! Two sessions, connected by paths in virtual time; here is how each begins.

mod bulk;
mod ends;
mod hostile;
mod line;
mod opening;
mod pacing;
mod pair;
mod paths;
mod permissions;
mod random;
mod resume;
mod samples;

use std::collections::{HashSet, VecDeque};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::{
    Binding, By, ByChannel, Channel, ChatMessage, Command, CommandError, CursorMessage, End, EndReason,
    Event, HostSetup, InputEvent, InviteKeys, InviteStanding, KeyText, Leg, Message, Output, PathId,
    PathKind, Permission, PermissionSet, Role, Session, StaticKey, TechnicianSetup, VideoMessage,
};

pub(crate) use self::line::{GreedyFlow, LineLosses, TestLine};
pub(crate) use self::pair::Pair;
pub(crate) use self::samples::*;

pub(crate) fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

pub(crate) fn invite(secret: u8) -> InviteKeys {
    InviteKeys { psk: Zeroizing::new([secret; 32]), invite_id: [secret; 16] }
}

pub(crate) fn binding() -> Binding {
    Binding { technician_peer: vec![1; 38], host_peer: vec![2; 38] }
}

pub(crate) fn technician_setup() -> TechnicianSetup {
    TechnicianSetup {
        keys: invite(7),
        binding: binding(),
        static_key: StaticKey::from_bytes([3; 32]),
        name: "Anna".to_owned(),
        reason: "the printer".to_owned(),
        wants: PermissionSet::DESKTOP,
    }
}

pub(crate) fn host_setup() -> HostSetup {
    HostSetup {
        invites: vec![(invite(7), InviteStanding::Open)],
        binding: binding(),
        static_key: StaticKey::from_bytes([4; 32]),
        offers: Permission::ALL.into_iter().collect(),
    }
}

pub(crate) fn ended(reason: EndReason, by: By) -> Event {
    Event::Ended(End { reason, by })
}

pub(crate) fn inputs(events: &[Event]) -> Vec<InputEvent> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::Heard(Message::Input(input)) => Some(input.clone()),
            _ => None,
        })
        .collect()
}

pub(crate) fn pictures(events: &[Event]) -> Vec<u64> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::Heard(Message::Video(VideoMessage::Picture(picture))) => Some(picture.id),
            _ => None,
        })
        .collect()
}

pub(crate) const VIEW: PermissionSet = PermissionSet::NONE.with(Permission::View);
