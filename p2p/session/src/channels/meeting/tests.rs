//! Who is at the other end, and the way back.

use proptest::prelude::*;

use super::*;
use crate::session::tests::*;
use crate::{Command, PermissionSet, Role};

pub(crate) fn any_message() -> impl Strategy<Value = MeetingWire> {
    let host = ("\\PC{0,40}", "\\PC{0,40}").prop_map(|(name, system)| MeetingWire::Host {
        name: Text::new(&name).unwrap(),
        system: Text::new(&system).unwrap(),
    });
    let secret = any::<[u8; 32]>().prop_map(|bytes| WireSecret::of(&ReturnSecret::from_bytes(&bytes)));
    let about = "\\PC{0,100}".prop_map(|text| MeetingWire::About(Text::new(&text).unwrap()));
    prop_oneof![host, proptest::option::of(secret).prop_map(MeetingWire::WayBack), about]
}

fn host(name: &str, system: &str) -> MeetingMessage {
    MeetingMessage::Host { name: name.to_owned(), system: system.to_owned() }
}

fn about(text: &str) -> MeetingMessage {
    MeetingMessage::About(text.to_owned())
}

fn way_back() -> MeetingMessage {
    MeetingMessage::WayBack(Some(ReturnSecret::from_bytes(&[7; 32])))
}

#[test]
fn whose_computer_it_is_is_told_after_the_yes_alone_and_escaped() {
    let mut pair = Pair::with(technician_setup(), host_setup());
    pair.run(millis(100));
    for message in [host("Anna", "Debian 12"), way_back(), about("it is slow")] {
        assert_eq!(pair.host(say(message)), Err(CommandError::NotNow), "before the yes");
    }
    pair.host(Command::Allow(PermissionSet::NONE)).unwrap();
    pair.run(millis(100));
    pair.take(Role::Technician);
    pair.host(say(host("An\u{202e}na\u{1f436}", "Debian\n12"))).unwrap();
    pair.host(say(way_back())).unwrap();
    pair.host(say(about("it is\nslow\u{1f436}"))).unwrap();
    pair.run(millis(100));
    let escaped = host("An\\u{202e}na\\u{1f436}", "Debian\\u{a}12");
    assert_eq!(pair.news(Role::Technician), [heard(escaped), heard(way_back()), heard(about("it is\\u{a}slow\\u{1f436}"))]);
    assert_eq!(pair.technician(say(host("Tess", ""))), Err(CommandError::WrongRole));
    assert_eq!(pair.technician(say(way_back())), Err(CommandError::WrongRole));
    assert_eq!(pair.technician(say(about("it is slow"))), Err(CommandError::WrongRole));
}

#[test]
fn a_name_has_its_length_and_the_secret_is_shown_by_nothing() {
    let mut pair = Pair::with(technician_setup(), host_setup());
    pair.run(millis(100));
    pair.host(Command::Allow(PermissionSet::NONE)).unwrap();
    let long = |chars| "ü".repeat(chars);
    pair.host(say(host(&long(MAX_NAME_CHARS), &long(MAX_SYSTEM_CHARS)))).unwrap();
    for (name, system) in [(MAX_NAME_CHARS + 1, 0), (0, MAX_SYSTEM_CHARS + 1)] {
        let refused = Err(CommandError::Invalid("name"));
        assert_eq!(pair.host(say(host(&long(name), &long(system)))), refused);
    }
    pair.host(say(about(&long(MAX_ABOUT_CHARS)))).unwrap();
    let refused = Err(CommandError::Invalid("name"));
    assert_eq!(pair.host(say(about(&long(MAX_ABOUT_CHARS + 1)))), refused);
    let shown = format!("{:?}", way_back());
    assert!(!shown.contains('7'), "{shown}");
}
