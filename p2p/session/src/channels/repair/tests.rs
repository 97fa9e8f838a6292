//! Mending: what travels and what can't exist.

use proptest::prelude::*;

use super::*;
use crate::session::tests::*;
use crate::{Channel, Command, Event, PermissionSet, Role, TechnicianSetup};

pub(crate) fn any_message() -> impl Strategy<Value = RepairWire> {
    let id = any::<u32>();
    let space = prop::collection::vec((prop::sample::select(SpaceKind::ALL), any::<u64>()), 0..6);
    let entries = prop::collection::vec(any_entry(), 0..4);
    prop_oneof![
        (id, any_deed()).prop_map(|(id, deed)| RepairWire::Propose { id, deed }),
        (id, any::<u32>()).prop_map(|(id, entry)| RepairWire::TakeBack { id, entry }),
        id.prop_map(|id| RepairWire::Withdraw { id }),
        Just(RepairWire::AskSpace),
        Just(RepairWire::AskEntries),
        id.prop_map(|id| RepairWire::Asked { id }),
        id.prop_map(|id| RepairWire::Begun { id }),
        (id, any::<u16>()).prop_map(|(id, permille)| RepairWire::Advance { id, permille }),
        (id, any_outcome()).prop_map(|(id, outcome)| packed(RepairMessage::Ended { id, outcome }).unwrap()),
        space.prop_map(|list| RepairWire::Space(List::new(list).unwrap())),
        entries.prop_map(|list| RepairWire::Entries(List::new(list).unwrap())),
    ]
}

fn any_name() -> impl Strategy<Value = DeedName> {
    "[a-z][a-zA-Z0-9:_.@+-]{0,30}".prop_map(|name| DeedName::new(&name).unwrap())
}

fn any_deed() -> impl Strategy<Value = RepairDeed> {
    let entry = prop_oneof![
        any_name().prop_map(AutostartEntry::Desktop),
        any_name().prop_map(AutostartEntry::Unit),
        any::<u32>().prop_map(AutostartEntry::Cron),
    ];
    let path = prop::collection::vec(1..=255_u8, 1..20)
        .prop_filter_map("a path", |name| DeedPath::new([b"/home/", &name[..]].concat()));
    let more = prop_oneof![
        Just(RepairDeed::FinishPackages),
        any_name().prop_map(|name| RepairDeed::ReleasePackage { name }),
        any_name().prop_map(|printer| RepairDeed::ResumePrinter { printer }),
        (any_name(), prop::sample::select(ServiceChange::ALL))
            .prop_map(|(name, change)| RepairDeed::SystemService { name, change }),
    ];
    prop_oneof![
        more,
        (any::<u32>(), any::<u64>()).prop_map(|(pid, started)| RepairDeed::EndProcess { pid, started }),
        (entry, prop::sample::select(DeedSwitch::ALL))
            .prop_map(|(entry, to)| RepairDeed::Autostart { entry, to }),
        (any_name(), prop::sample::select(ServiceChange::ALL))
            .prop_map(|(name, change)| RepairDeed::UserService { name, change }),
        any_name().prop_map(|name| RepairDeed::RestartService { name }),
        path.clone().prop_map(|path| RepairDeed::Quarantine { path }),
        path.prop_map(|path| RepairDeed::RestoreFile { path }),
        Just(RepairDeed::ResetHosts),
        Just(RepairDeed::ResetProxy),
        any_name().prop_map(|printer| RepairDeed::ClearPrintQueue { printer }),
        (1..64_u8).prop_map(|bits| RepairDeed::FreeSpace { kinds: bits.try_into().unwrap() }),
        Just(RepairDeed::ApplyUpdates),
    ]
}

fn any_sight() -> impl Strategy<Value = DeedSight> {
    (prop::sample::select(SightKind::ALL), any::<u64>(), "\\PC{0,40}")
        .prop_map(|(kind, number, text)| DeedSight { kind, number, text })
}

fn any_outcome() -> impl Strategy<Value = RepairOutcome> {
    let end = prop::sample::select(RepairEnd::ALL);
    (end, any::<u32>(), any_sight(), any_sight(), "\\PC{0,40}").prop_map(
        |(end, entry, before, after, detail)| RepairOutcome { end, entry, before, after, detail },
    )
}

fn any_entry() -> impl Strategy<Value = RepairEntry> {
    let state = prop::sample::select(EntryState::ALL);
    (any::<u32>(), any_deed(), any::<u64>(), state, any::<bool>()).prop_map(
        |(number, deed, secs, state, can_undo)| RepairEntry { number, deed, secs, state, can_undo },
    )
}

const REPAIR: PermissionSet = PermissionSet::NONE.with(Permission::Repair);

fn allowed(granted: PermissionSet) -> Pair {
    let mut pair = Pair::with(TechnicianSetup { wants: REPAIR, ..technician_setup() }, host_setup());
    pair.run(millis(100));
    pair.host(Command::Allow(granted)).unwrap();
    pair.run(millis(100));
    pair.take(Role::Host);
    pair.take(Role::Technician);
    pair
}

fn proposal() -> RepairMessage {
    RepairMessage::Propose { id: 1, deed: RepairDeed::ResetHosts }
}

fn ended(text: &str) -> RepairMessage {
    let sight = DeedSight { kind: SightKind::State, number: 0, text: text.to_owned() };
    let (before, detail) = (sight.clone(), text.to_owned());
    let outcome = RepairOutcome { end: RepairEnd::Done, entry: 7, before, after: sight, detail };
    RepairMessage::Ended { id: 1, outcome }
}

#[test]
fn a_deed_is_proposed_and_ends_and_what_is_heard_is_escaped() {
    let mut pair = allowed(REPAIR);
    pair.technician(say(proposal())).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Host), [heard(proposal())]);
    pair.host(say(ended("a\u{202e}b"))).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Technician), [heard(ended("a\\u{202e}b"))]);
    assert_eq!(pair.host(say(proposal())), Err(CommandError::WrongRole));
    assert_eq!(pair.technician(say(ended("x"))), Err(CommandError::WrongRole));
}

#[test]
fn nothing_is_proposed_without_the_permission_or_after_it_is_taken_back() {
    let mut pair = allowed(PermissionSet::NONE);
    let not_granted = Err(CommandError::NotGranted(Permission::Repair));
    assert_eq!(pair.technician(say(proposal())), not_granted);
    assert_eq!(pair.host(say(ended("x"))), not_granted);
    let mut pair = allowed(REPAIR);
    pair.technician.hold(Channel::Repair, true);
    pair.technician(say(proposal())).unwrap();
    pair.host(Command::Revoke(Permission::Repair)).unwrap();
    pair.run(millis(100));
    pair.technician.hold(Channel::Repair, false);
    pair.run(millis(100));
    let heard = pair.take(Role::Host);
    assert!(!heard.iter().any(|event| matches!(event, Event::Heard(_))), "{heard:?}");
}

#[test]
fn what_is_too_long_is_refused() {
    let mut pair = allowed(REPAIR);
    let refused = Err(CommandError::Invalid("deed"));
    pair.host(say(ended(&"x".repeat(MAX_SIGHT_BYTES)))).unwrap();
    assert_eq!(pair.host(say(ended(&"x".repeat(MAX_SIGHT_BYTES + 1)))), refused);
    let entry = |path: &[u8]| RepairEntry {
        number: 1,
        deed: RepairDeed::Quarantine { path: DeedPath::new(path).unwrap() },
        secs: 1,
        state: EntryState::Done,
        can_undo: true,
    };
    let longest = [b"/".as_slice(), &[b'x'; MAX_DEED_PATH_BYTES - 1]].concat();
    let list = |count| RepairMessage::Entries(vec![entry(&longest); count]);
    pair.host(say(list(MAX_LISTED_ENTRIES))).unwrap();
    pair.run(millis(2_000));
    let heard_last = pair.news(Role::Technician).pop();
    assert!(heard_last == Some(heard(list(MAX_LISTED_ENTRIES))));
    assert_eq!(pair.host(say(list(MAX_LISTED_ENTRIES + 1))), refused);
}

#[test]
fn a_name_is_no_option_no_path_and_no_pattern() {
    for name in ["cups.service", "user@1000.service", "a+b", "foo_bar-1:2", "_x"] {
        assert!(DeedName::new(name).is_some(), "{name}");
    }
    for name in ["", "-a", "--now", ".", "..", "a/b", "*", "a*", "a?", "a[b]", "a b", "a\n", "ä", "a%i"] {
        assert!(DeedName::new(name).is_none(), "{name}");
        assert!(postcard::from_bytes::<DeedName>(&postcard::to_stdvec(name).unwrap()).is_err());
    }
    assert!(DeedName::new(&"x".repeat(MAX_DEED_NAME_BYTES + 1)).is_none());
}

#[test]
fn a_path_is_absolute_and_can_be_typed_whatever_its_bytes_are() {
    for path in ["", "a", "/", "//", "/a/", "/a//b", "/a/../b", "/.", "/a/./b", "/a\0b"] {
        assert!(DeedPath::new(path).is_none(), "{path:?}");
    }
    let all: Vec<u8> = [b"/".as_slice(), &(1..=255).filter(|byte| *byte != b'/').collect::<Vec<u8>>()].concat();
    let path = DeedPath::new(all).unwrap();
    assert_eq!(DeedPath::parse(&path.text()), Some(path.clone()));
    assert!(path.text().starts_with("/\\x01"), "{}", path.text());
    assert!(DeedPath::parse("/a\\xf").is_none() && DeedPath::parse("/a\\n").is_none());
    assert_eq!(DeedPath::parse("/ä \\\\").unwrap().as_bytes(), "/ä \\".as_bytes());
}

#[test]
fn kinds_of_space_are_at_least_one_and_known() {
    assert!(SpaceKinds::of([]).is_none());
    let kinds = SpaceKinds::of([SpaceKind::Journal, SpaceKind::Trash]).unwrap();
    assert_eq!(kinds.iter().collect::<Vec<_>>(), [SpaceKind::Trash, SpaceKind::Journal]);
    for bits in [0, 64, 255] {
        assert!(SpaceKinds::try_from(bits).is_err(), "{bits}");
    }
}
