//! Control messages.

use proptest::prelude::*;

use super::*;
use crate::channels::MAX_BYTES_BEFORE_CONSENT;

fn goodbye() -> impl Strategy<Value = Goodbye> {
    prop_oneof![
        proptest::sample::select(vec![
            Goodbye::Ended,
            Goodbye::Denied,
            Goodbye::NoAnswer,
            Goodbye::InviteUsed,
            Goodbye::InviteExpired,
            Goodbye::Busy,
        ]),
        any::<u8>().prop_map(Goodbye::Protocol),
    ]
}

fn request() -> impl Strategy<Value = ControlMessage> {
    ("\\PC{0,64}", "\\PC{0,500}", any::<(u32, u32)>()).prop_map(|(name, reason, (wants, channels))| {
        ControlMessage::Request(Box::new(WireRequest {
            name: NameText::new(&name).unwrap(),
            reason: ReasonText::new(&reason).unwrap(),
            wants: PermissionSet::from(wants),
            channels: ChannelSet::from_bits(channels),
        }))
    })
}

pub(crate) fn any_message() -> impl Strategy<Value = ControlMessage> {
    prop_oneof![
        request(),
        goodbye().prop_map(ControlMessage::Goodbye),
        (any::<u64>(), proptest::option::of(any::<(u64, u64)>())).prop_map(|(sent, echo)| {
            let echo = echo.map(|(sent, held_micros)| HeartbeatEcho { sent, held_micros });
            ControlMessage::Heartbeat { sent, echo }
        }),
        any::<(u32, u32, bool, u32)>().prop_map(|(serial, granted, paused, channels)| {
            let channels = ChannelSet::from_bits(channels);
            ControlMessage::Permissions { serial, granted: granted.into(), paused, channels }
        }),
        any::<u32>().prop_map(|serial| ControlMessage::PermissionsSeen { serial }),
        any::<[u64; MAX_CHANNELS]>().prop_map(|numbers| ControlMessage::Received(Box::new(numbers))),
        any::<(u8, u64, u64)>().prop_map(|(channel, counter, arrived)| {
            ControlMessage::Progress { channel, counter, arrived }
        }),
    ]
}

fn encoded(message: ControlMessage) -> Vec<u8> {
    WireMessage::from(message).encode()
}

#[test]
fn the_longest_request_fits_before_consent() {
    let request = ControlMessage::Request(Box::new(WireRequest {
        name: NameText::new(&"🐶".repeat(64)).unwrap(),
        reason: ReasonText::new(&"🐶".repeat(500)).unwrap(),
        wants: PermissionSet::from(u32::MAX),
        channels: ChannelSet::from_bits(u32::MAX),
    }));
    assert!(encoded(request).len() <= MAX_BYTES_BEFORE_CONSENT);
}

#[test]
fn tags_keep_their_numbers() {
    let channels = ChannelSet::known();
    let tags = [
        ControlMessage::Goodbye(Goodbye::Ended),
        ControlMessage::Heartbeat { sent: 0, echo: None },
        ControlMessage::Permissions { serial: 0, granted: PermissionSet::NONE, paused: false, channels },
        ControlMessage::PermissionsSeen { serial: 0 },
        ControlMessage::Received(Box::new([0; MAX_CHANNELS])),
        ControlMessage::Progress { channel: 0, counter: 0, arrived: 0 },
    ]
    .map(|message| encoded(message)[0]);
    assert_eq!(tags, [1, 2, 3, 4, 5, 6]);
    assert_eq!(encoded(ControlMessage::Goodbye(Goodbye::Busy)), [1, 5]);
    assert_eq!(encoded(ControlMessage::Goodbye(Goodbye::Protocol(7))), [1, 6, 7]);
}
