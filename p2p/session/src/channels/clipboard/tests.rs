//! The clipboard.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::session::tests::*;
use crate::{Channel, Command, Event, PathId, PathKind, PermissionSet, Role, TechnicianSetup};

pub(crate) fn any_message() -> impl Strategy<Value = ClipboardWire> {
    let png = proptest::collection::vec(any::<u8>(), 0..50)
        .prop_map(|bytes| ClipboardContent::Png([&b"\x89PNG\r\n\x1a\n"[..], &bytes].concat()));
    let text = "\\PC{0,100}".prop_map(ClipboardContent::Text);
    (prop_oneof![text, png], any::<bool>()).prop_map(|(content, to_user)| {
        let content = WireContent::new(content).unwrap();
        if to_user { ClipboardWire::ToUser(content) } else { ClipboardWire::FromUser(content) }
    })
}

const BOTH: PermissionSet =
    PermissionSet::NONE.with(Permission::ClipboardToUser).with(Permission::ClipboardFromUser);

/// A pair in which these are asked for and allowed.
fn allowed(permissions: PermissionSet) -> Pair {
    let mut pair = Pair::with(TechnicianSetup { wants: BOTH, ..technician_setup() }, host_setup());
    pair.run(millis(100));
    pair.host(Command::Allow(permissions)).unwrap();
    pair.run(millis(100));
    pair.take(Role::Host);
    pair.take(Role::Technician);
    pair
}

fn text(text: &str) -> ClipboardContent {
    ClipboardContent::Text(text.to_owned())
}

fn png(bytes: usize) -> ClipboardContent {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    png.resize(bytes, 7);
    ClipboardContent::Png(png)
}

#[test]
fn each_direction_has_its_own_permission() {
    let to_user = || say(ClipboardMessage::ToUser(text("here")));
    let from_user = || say(ClipboardMessage::FromUser(text("there")));
    let mut pair = allowed(PermissionSet::NONE.with(Permission::ClipboardToUser));
    pair.technician(to_user()).unwrap();
    assert_eq!(pair.host(from_user()), Err(CommandError::NotGranted(Permission::ClipboardFromUser)));
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Host), [heard(ClipboardMessage::ToUser(text("here")))]);
    let mut pair = allowed(PermissionSet::NONE.with(Permission::ClipboardFromUser));
    assert_eq!(pair.technician(to_user()), Err(CommandError::NotGranted(Permission::ClipboardToUser)));
    pair.host(from_user()).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Technician), [heard(ClipboardMessage::FromUser(text("there")))]);
    assert_eq!(pair.technician(from_user()), Err(CommandError::WrongRole));
    assert_eq!(pair.host(to_user()), Err(CommandError::WrongRole));
}

#[test]
fn the_largest_pass_and_larger_ones_are_refused() {
    let mut pair = allowed(BOTH);
    for content in [text(&"x".repeat(MAX_CLIPBOARD_TEXT_BYTES)), png(MAX_CLIPBOARD_PNG_BYTES)] {
        pair.technician(say(ClipboardMessage::ToUser(content.clone()))).unwrap();
        pair.run(Duration::from_secs(30));
        assert!(pair.news(Role::Host) == [heard(ClipboardMessage::ToUser(content))]);
    }
    let too_large = [
        text(&"x".repeat(MAX_CLIPBOARD_TEXT_BYTES + 1)),
        png(MAX_CLIPBOARD_PNG_BYTES + 1),
        ClipboardContent::Png(b"GIF89a".to_vec()),
    ];
    for content in too_large {
        let refused = pair.technician(say(ClipboardMessage::ToUser(content)));
        assert_eq!(refused, Err(CommandError::Invalid("clipboard")));
    }
}

#[test]
fn a_newer_copy_takes_the_place_of_one_that_waits() {
    let mut pair = allowed(BOTH);
    pair.technician.hold(Channel::Clipboard, true);
    for copy in ["one", "two", "three"] {
        pair.technician(say(ClipboardMessage::ToUser(text(copy)))).unwrap();
    }
    pair.technician.hold(Channel::Clipboard, false);
    pair.run(millis(200));
    assert_eq!(pair.news(Role::Host), [heard(ClipboardMessage::ToUser(text("three")))]);
}

#[test]
fn a_newer_copy_takes_the_place_of_one_that_was_cut_off_on_its_way() {
    let mut pair = allowed(BOTH);
    pair.line = Some(TestLine::new(1 << 20));
    pair.technician(say(ClipboardMessage::ToUser(png(MAX_CLIPBOARD_PNG_BYTES)))).unwrap();
    pair.run(millis(200));
    assert!(pair.bytes_sent(Role::Technician, Channel::Clipboard) > 100_000, "it has begun to leave");
    pair.kill_path(PathId::FIRST.0);
    pair.technician(say(ClipboardMessage::ToUser(text("newer")))).unwrap();
    pair.add_path(2, PathKind::Lan);
    pair.run(Duration::from_secs(60));
    let copies: Vec<_> = pair.take(Role::Host).into_iter().filter(|event| matches!(event, Event::Heard(_))).collect();
    assert_eq!(copies, [heard(ClipboardMessage::ToUser(text("newer")))]);
}

#[test]
fn a_revoke_takes_back_what_has_begun_to_leave() {
    let mut pair = allowed(BOTH);
    pair.host(say(ClipboardMessage::FromUser(png(1 << 20)))).unwrap();
    pair.host(Command::Revoke(Permission::ClipboardFromUser)).unwrap();
    pair.run(Duration::from_secs(5));
    let heard = pair.take(Role::Technician);
    assert!(!heard.iter().any(|event| matches!(event, Event::Heard(_))), "{heard:?}");
    assert!(pair.bytes_sent(Role::Host, Channel::Clipboard) < 200_000);
    // It goes on with the next that is allowed.
    pair.host(Command::Grant(Permission::ClipboardFromUser)).unwrap();
    pair.run(millis(200));
    pair.take(Role::Technician);
    pair.host(say(ClipboardMessage::FromUser(text("after")))).unwrap();
    pair.run(millis(200));
    assert_eq!(pair.news(Role::Technician), [heard_copy("after")]);
}

fn heard_copy(copy: &str) -> Event {
    heard(ClipboardMessage::FromUser(text(copy)))
}

#[test]
fn what_was_copied_is_in_no_log() {
    assert_eq!(format!("{:?}", ClipboardMessage::ToUser(text("secret"))), "ToUser(Text(6 bytes))");
}
