//! Files.

use proptest::prelude::*;

use super::*;
use crate::session::tests::*;
use crate::{Channel, Command, Event, PermissionSet, TechnicianSetup};

pub(crate) fn any_message() -> impl Strategy<Value = FilesWire> {
    let id = any::<u32>();
    prop_oneof![
        (id, any_part(), any::<bool>()).prop_map(|(id, part, to_user)| {
            let part = WireSent::pack(part).unwrap();
            if to_user { FilesWire::ToUser { id, part } } else { FilesWire::FromUser { id, part } }
        }),
        (id, any_answer(), any::<bool>()).prop_map(|(id, part, to_user)| {
            let part = part.into();
            if to_user { FilesWire::ToUserAnswer { id, part } } else { FilesWire::FromUserAnswer { id, part } }
        }),
        (id, "\\PC{0,100}").prop_map(|(id, name)| FilesWire::Ask { id, name: Text::new(&name).unwrap() }),
        id.prop_map(|id| FilesWire::Unask { id }),
        id.prop_map(|id| FilesWire::Declined { id }),
    ]
}

fn any_part() -> impl Strategy<Value = SentPart> {
    let entry = ("\\PC{0,40}", any::<Option<u64>>(), any::<u64>(), any::<bool>()).prop_map(
        |(path, size, modified_secs, is_private)| FilesEntry { path, size, modified_secs, is_private },
    );
    prop_oneof![
        (any::<u32>(), "\\PC{0,40}", any::<u32>(), any::<[u64; 2]>()).prop_map(
            |(ask, title, entries, [bytes, stored])| SentPart::Offer { ask, title, entries, bytes, stored }
        ),
        proptest::collection::vec(entry, 0..MAX_ENTRIES_PER_MESSAGE).prop_map(SentPart::Entries),
        (any::<u32>(), any::<[u8; 32]>()).prop_map(|(file, root)| SentPart::Begin { file, root }),
        proptest::collection::vec(any::<[u8; 32]>(), 0..5).prop_map(SentPart::Hashes),
        (any::<u64>(), proptest::collection::vec(any::<u8>(), 0..50))
            .prop_map(|(offset, bytes)| SentPart::Block { offset, bytes }),
        any::<[u64; 2]>().prop_map(|[offset, bytes]| SentPart::Hole { offset, bytes }),
        (any::<u32>(), any_end()).prop_map(|(file, why)| SentPart::Skip { file, why }),
        Just(SentPart::Over),
        any::<bool>().prop_map(SentPart::Pause),
        any_end().prop_map(SentPart::Cancel),
    ]
}

fn any_answer() -> impl Strategy<Value = AnswerPart> {
    prop_oneof![
        Just(AnswerPart::Accept),
        (any::<u32>(), any::<u64>()).prop_map(|(file, from)| AnswerPart::Want { file, from }),
        any::<[u64; 2]>().prop_map(|[messages, bytes]| AnswerPart::Taken { messages, bytes }),
        any::<bool>().prop_map(AnswerPart::Pause),
        (any_end(), any::<u32>()).prop_map(|(end, kept)| AnswerPart::Ended { end, kept }),
    ]
}

fn any_end() -> impl Strategy<Value = FilesEnd> {
    prop::sample::select(FilesEnd::ALL)
}

const TO_USER: PermissionSet = PermissionSet::NONE.with(Permission::FilesToUser);
const FROM_USER: PermissionSet = PermissionSet::NONE.with(Permission::FilesFromUser);

/// A pair in which both directions are asked for, and these allowed.
fn allowed(granted: PermissionSet) -> Pair {
    let wants = TO_USER.with(Permission::FilesFromUser);
    let mut pair = Pair::with(TechnicianSetup { wants, ..technician_setup() }, host_setup());
    pair.run(millis(100));
    pair.host(Command::Allow(granted)).unwrap();
    pair.run(millis(100));
    pair.take(Role::Host);
    pair.take(Role::Technician);
    pair
}

fn offer(title: &str) -> FilesMessage {
    let title = title.to_owned();
    FilesMessage::Sent { id: 1, part: SentPart::Offer { ask: 0, title, entries: 1, bytes: 5, stored: 5 } }
}

fn accept() -> FilesMessage {
    FilesMessage::Answered { id: 1, part: AnswerPart::Accept }
}

#[test]
fn each_direction_has_a_permission_of_its_own_and_titles_are_escaped() {
    let mut pair = allowed(TO_USER);
    pair.technician(say(offer("a\u{202e}b"))).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Host), [heard(offer("a\\u{202e}b"))]);
    pair.host(say(accept())).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Technician), [heard(accept())]);
    let denied = Err(CommandError::NotGranted(Permission::FilesFromUser));
    assert_eq!(pair.host(say(offer("x"))), denied);
    let ask = || say(FilesMessage::Ask { id: 1, name: String::new() });
    assert_eq!(pair.technician(ask()), denied);
    let mut pair = allowed(FROM_USER);
    assert_eq!(pair.technician(say(offer("x"))), Err(CommandError::NotGranted(Permission::FilesToUser)));
    pair.technician(ask()).unwrap();
    pair.host(say(offer("x"))).unwrap();
    assert_eq!(pair.host(ask()), Err(CommandError::WrongRole));
}

#[test]
fn what_waits_ends_with_the_permission_and_with_a_pause() {
    for stop in [Command::Revoke(Permission::FilesToUser), Command::Pause] {
        let mut pair = allowed(TO_USER);
        pair.technician.hold(Channel::Files, true);
        pair.technician(say(offer("x"))).unwrap();
        pair.host(stop).unwrap();
        pair.run(millis(100));
        pair.technician.hold(Channel::Files, false);
        pair.run(millis(100));
        let heard = pair.take(Role::Host);
        assert!(!heard.iter().any(|event| matches!(event, Event::Heard(_))), "{heard:?}");
        assert!(pair.technician(say(offer("x"))).is_err());
    }
}

#[test]
fn the_largest_parts_fill_one_record_and_no_more() {
    let sent = |part| FilesWire::ToUser { id: u32::MAX, part: WireSent::pack(part).unwrap() };
    let entry = FilesEntry {
        path: "x".repeat(MAX_ENTRY_PATH_BYTES),
        size: Some(u64::MAX),
        modified_secs: u64::MAX,
        is_private: true,
    };
    let parts = [
        SentPart::Block { offset: u64::MAX, bytes: vec![1; MAX_FILE_BLOCK_BYTES] },
        SentPart::Hashes(vec![[255; FILE_HASH_BYTES]; MAX_HASHES_PER_MESSAGE]),
        SentPart::Entries(vec![entry.clone(); MAX_ENTRIES_PER_MESSAGE]),
    ];
    for part in parts {
        let bytes = postcard::to_stdvec(&sent(part)).unwrap().len();
        assert!(bytes <= FilesWire::SPEC.max_message_bytes, "{bytes}");
    }
    let block = SentPart::Block { offset: 0, bytes: vec![0; MAX_FILE_BLOCK_BYTES + 1] };
    let long = FilesEntry { path: "x".repeat(MAX_ENTRY_PATH_BYTES + 1), ..entry };
    for part in [block, SentPart::Entries(vec![long])] {
        let refused = allowed(TO_USER).technician(say(FilesMessage::Sent { id: 1, part }));
        assert_eq!(refused, Err(CommandError::Invalid("file")));
    }
}
