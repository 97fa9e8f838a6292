//! Chat.

use proptest::prelude::*;

use super::*;
use crate::session::tests::*;
use crate::{Channel, Command, Event, PermissionSet, Role, Violation};

pub(crate) fn any_message() -> impl Strategy<Value = ChatWire> {
    prop_oneof![
        (any::<u32>(), "\\PC{0,100}")
            .prop_map(|(number, text)| ChatWire::Line { number, text: LineText::new(&text).unwrap() }),
        (any::<u32>(), "\\PC{0,100}")
            .prop_map(|(number, text)| ChatWire::Early { number, text: EarlyText::new(&text).unwrap() }),
        any::<u32>().prop_map(|number| ChatWire::Delivered { number }),
    ]
}

#[test]
fn lines_go_both_ways_and_are_escaped() {
    let mut pair = Pair::allowed(VIEW);
    pair.technician(say_line("a\u{202e}b".to_owned())).unwrap();
    pair.host(say_line("ü".repeat(MAX_CHAT_CHARS))).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Host), [heard_line("a\\u{202e}b".to_owned())]);
    assert_eq!(pair.news(Role::Technician), [heard_line("ü".repeat(MAX_CHAT_CHARS))]);
    let long = say_line("x".repeat(MAX_CHAT_CHARS + 1));
    assert_eq!(pair.host(long), Err(CommandError::Invalid("line")));
}

#[test]
fn a_delivery_is_reported_and_the_newest_counts() {
    let mut pair = Pair::allowed(PermissionSet::NONE);
    pair.host.hold(Channel::Chat, true);
    for number in 1..=3 {
        pair.host(say(ChatMessage::Delivered { number })).unwrap();
    }
    pair.host.hold(Channel::Chat, false);
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Technician), [heard(ChatMessage::Delivered { number: 3 })]);
}

#[test]
fn the_technician_can_say_a_few_short_lines_before_consent() {
    let mut pair = Pair::new();
    pair.run(millis(100));
    pair.take(Role::Host);
    for _ in 0..8 {
        pair.technician(say_line("please".to_owned())).unwrap();
    }
    assert_eq!(pair.technician(say_line("please".to_owned())), Err(CommandError::Full));
    assert_eq!(pair.host(say_line("who?".to_owned())), Err(CommandError::NotNow));
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Host), vec![heard_line("please".to_owned()); 8]);
    assert_eq!(pair.technician(say_line("x".repeat(501))), Err(CommandError::Invalid("line")));
    // The technician sees that they have arrived, also before consent.
    pair.host(say(ChatMessage::Delivered { number: 8 })).unwrap();
    pair.run(millis(100));
    let news = pair.news(Role::Technician);
    assert_eq!(news.last(), Some(&heard(ChatMessage::Delivered { number: 8 })));
}

#[test]
fn pictures_in_a_line_before_consent_are_escaped() {
    let mut pair = Pair::new();
    pair.run(millis(100));
    pair.take(Role::Host);
    pair.technician(say_line("🦊 hello".to_owned())).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Host), [heard_line("\\u{1f98a} hello".to_owned())]);
    // In a session they are what people write.
    pair.host(Command::Allow(VIEW)).unwrap();
    pair.run(millis(100));
    pair.take(Role::Host);
    pair.technician(say_line("🦊 hello".to_owned())).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Host), [heard_line("🦊 hello".to_owned())]);
}

#[test]
fn more_lines_before_consent_than_allowed_end_it() {
    let mut pair = Pair::new();
    pair.run(millis(100));
    for number in 1..=9 {
        let line = ChatWire::Early { number, text: EarlyText::new("now!").unwrap() };
        pair.technician.force(line.into());
        pair.drain(Role::Technician);
    }
    pair.run(millis(100));
    let Some(Event::Ended(end)) = pair.take(Role::Host).pop() else { panic!("it goes on") };
    assert_eq!(end.reason, crate::EndReason::Protocol(Violation::Rate));
}

#[test]
fn a_line_over_its_length_is_not_read() {
    let line = |chars| {
        let bytes = postcard::to_stdvec(&(0_u8, 1_u32, "ü".repeat(chars))).unwrap();
        crate::channels::WireMessage::decode(Channel::Chat, &bytes)
    };
    assert!(line(MAX_CHAT_CHARS).is_ok());
    assert!(line(2 * MAX_CHAT_CHARS + 1).is_err());
}
