//! Every message: there and back, cut, changed.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::{CursorShape, KeyText, PermissionSet, PhysicalKey, PictureUnit, PointerButton};

fn input() -> impl Strategy<Value = InputEvent> {
    let key = || (0_u32..256).prop_filter_map("no such key", PhysicalKey::from_code);
    let text = || "[a-zäöü€🐶]{1,60}".prop_map(|text| KeyText::split(&text).remove(0));
    prop_oneof![
        any::<(u16, u16)>().prop_map(|(x, y)| InputEvent::PointerMove { x, y }),
        (proptest::sample::select(&PointerButton::ALL[..]), any::<bool>())
            .prop_map(|(button, pressed)| InputEvent::Button { button, pressed }),
        any::<(i16, i16)>().prop_map(|(dx, dy)| InputEvent::Wheel { dx, dy }),
        (key(), any::<bool>(), proptest::option::of(text()))
            .prop_map(|(key, pressed, text)| InputEvent::Key { key, pressed, text }),
        text().prop_map(InputEvent::Text),
    ]
}

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

fn request() -> impl Strategy<Value = Control> {
    ("\\PC{0,64}", "\\PC{0,500}", any::<u16>()).prop_map(|(name, reason, wants)| {
        Control::Request(Box::new(WireRequest {
            name: NameText::new(&name).unwrap(),
            reason: ReasonText::new(&reason).unwrap(),
            wants: PermissionSet::from(wants),
        }))
    })
}

fn control() -> impl Strategy<Value = Control> {
    prop_oneof![
        request(),
        "\\PC{0,500}".prop_map(|line| Control::Reason(ReasonText::new(&line).unwrap())),
        goodbye().prop_map(Control::Goodbye),
        (any::<u64>(), proptest::option::of(any::<(u64, u64)>())).prop_map(|(sent, echo)| {
            Control::Heartbeat { sent, echo: echo.map(|(sent, held_micros)| Echo { sent, held_micros }) }
        }),
        (any::<u32>(), any::<u16>(), any::<bool>()).prop_map(|(serial, granted, paused)| {
            Control::Permissions { serial, granted: granted.into(), paused }
        }),
        any::<u32>().prop_map(|serial| Control::PermissionsSeen { serial }),
        any::<[u64; 3]>().prop_map(Control::received),
        any::<u64>().prop_map(|received| Control::KeyRequest { received }),
        any::<u64>().prop_map(|picture| Control::Shown { picture }),
    ]
}

fn picture() -> impl Strategy<Value = WirePicture> {
    let unit = (any::<[u16; 5]>(), any::<bool>(), vec(any::<u8>(), 0..200)).prop_map(
        |([stream, x, y, width, height], key, data)| PictureUnit { stream, x, y, width, height, key, data },
    );
    (any::<(u64, u64, (u16, u16))>(), vec(unit, 0..6))
        .prop_map(|((id, captured, screen), units)| WirePicture::new(id, captured, screen, units).unwrap())
}

fn cursor() -> impl Strategy<Value = CursorMessage> {
    let shape = (1_u16..12, 1_u16..12, any::<(u16, u16, u8)>()).prop_map(|(width, height, (x, y, byte))| {
        let hotspot = (x % width, y % height);
        let pixels = vec![byte; 4 * usize::from(width * height)];
        CursorMessage::Shape(WireShape::new(CursorShape { width, height, hotspot, pixels }).unwrap())
    });
    prop_oneof![shape, any::<Option<(u16, u16)>>().prop_map(CursorMessage::Position)]
}

fn message() -> impl Strategy<Value = (Channel, Message)> {
    prop_oneof![
        4 => control().prop_map(|message| (Channel::Control, Message::Control(message))),
        2 => input().prop_map(|event| (Channel::Input, Message::Input(event))),
        1 => picture().prop_map(|picture| (Channel::Video, Message::Picture(picture))),
        1 => cursor().prop_map(|cursor| (Channel::Cursor, Message::Cursor(cursor))),
        1 => "\\PC{0,100}".prop_map(|line| (Channel::Chat, Message::Chat(ChatLine::new(line).unwrap()))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read((channel, message) in message()) {
        let bytes = message.encode();
        prop_assert!(bytes.len() <= channel.max_message_bytes());
        prop_assert_eq!(Message::decode(channel, &bytes), Ok(message));
    }

    #[test]
    fn what_is_cut_or_longer_is_not((channel, message) in message()) {
        let mut bytes = message.encode();
        for end in 0..bytes.len() {
            prop_assert_eq!(Message::decode(channel, &bytes[..end]), Err(Violation::Malformed));
        }
        bytes.push(0);
        prop_assert_eq!(Message::decode(channel, &bytes), Err(Violation::Malformed));
    }

    #[test]
    fn flipped_bits_give_another_message_or_none((channel, message) in message(), at: prop::sample::Index, bit in 0..8) {
        let mut bytes = message.encode();
        let at = at.index(bytes.len());
        bytes[at] ^= 1_u8 << bit;
        if let Ok(read) = Message::decode(channel, &bytes) {
            // What exists is within its bounds, and so can be written again.
            prop_assert!(read.encode().len() <= channel.max_message_bytes());
        }
    }

    #[test]
    fn junk_is_read_without_harm(channel in 0_usize..5, bytes in vec(any::<u8>(), 0..300)) {
        let channel = Channel::ALL[channel];
        if let Ok(read) = Message::decode(channel, &bytes) {
            prop_assert!(read.encode().len() <= channel.max_message_bytes());
        }
    }
}

#[test]
fn the_longest_request_fits_before_consent() {
    let request = Control::Request(Box::new(WireRequest {
        name: NameText::new(&"🐶".repeat(64)).unwrap(),
        reason: ReasonText::new(&"🐶".repeat(500)).unwrap(),
        wants: PermissionSet::from(u16::MAX),
    }));
    assert!(Message::Control(request).encode().len() <= crate::channel::MAX_BYTES_BEFORE_CONSENT);
}

#[test]
fn tags_keep_their_numbers() {
    let tag = |message: Control| Message::Control(message).encode()[0];
    let tags = [
        tag(Control::Reason(ReasonText::default())),
        tag(Control::Goodbye(Goodbye::Ended)),
        tag(Control::Heartbeat { sent: 0, echo: None }),
        tag(Control::Permissions { serial: 0, granted: PermissionSet::NONE, paused: false }),
        tag(Control::PermissionsSeen { serial: 0 }),
        tag(Control::received([0; 3])),
        tag(Control::KeyRequest { received: 0 }),
        tag(Control::Shown { picture: 0 }),
    ];
    assert_eq!(tags, [1, 2, 3, 4, 5, 6, 7, 8]);
    let goodbye = |goodbye| Message::Control(Control::Goodbye(goodbye)).encode();
    assert_eq!(goodbye(Goodbye::Busy), [2, 5]);
    assert_eq!(goodbye(Goodbye::Protocol(7)), [2, 6, 7]);
}

#[test]
fn a_long_line_is_none() {
    let line = |chars| Message::decode(Channel::Chat, &postcard::to_stdvec(&"ü".repeat(chars)).unwrap());
    assert!(line(MAX_CHAT_CHARS).is_ok());
    assert_eq!(line(MAX_CHAT_CHARS + 1), Err(Violation::Malformed));
}
