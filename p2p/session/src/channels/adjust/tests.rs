//! Settings.

use proptest::prelude::*;

use super::*;
use crate::session::tests::*;
use crate::{Channel, Command, Event, PermissionSet, Role, TechnicianSetup};

fn any_text() -> impl Strategy<Value = AdjustText> {
    "\\PC{0,30}".prop_map(|text| AdjustText::new(&text).unwrap())
}

fn any_kind() -> impl Strategy<Value = AdjustKind> {
    prop::sample::select(AdjustKind::ALL)
}

fn any_change() -> impl Strategy<Value = WireChange> {
    (any::<u32>(), any_kind(), any_text(), any_text())
        .prop_map(|(number, kind, from, to)| WireChange { number, kind, from, to })
}

fn any_state() -> impl Strategy<Value = WireState> {
    let choices = proptest::collection::vec(any_text(), 0..20).prop_map(|list| List::new(list).unwrap());
    prop_oneof![
        prop::sample::select(AdjustFault::ALL).prop_map(WireState::NotHere),
        (any_text(), choices, any::<bool>())
            .prop_map(|(value, choices, free)| WireState::Here { value, choices, free }),
    ]
}

pub(crate) fn any_message() -> impl Strategy<Value = AdjustWire> {
    let id = any::<u32>();
    let undoer = prop::sample::select(AdjustUndoer::ALL);
    let fault = prop::option::of(prop::sample::select(AdjustFault::ALL));
    prop_oneof![
        Just(AdjustWire::List),
        (id, any_kind(), any_text()).prop_map(|(id, kind, value)| AdjustWire::Set { id, kind, value }),
        (id, id).prop_map(|(id, change)| AdjustWire::Undo { id, change }),
        (any_kind(), any_state()).prop_map(|(kind, state)| AdjustWire::Setting { kind, state }),
        any_change().prop_map(AdjustWire::Earlier),
        Just(AdjustWire::Listed),
        id.prop_map(|id| AdjustWire::Asked { id }),
        (any_change(), any::<u16>())
            .prop_map(|(change, trial_secs)| AdjustWire::Changed { change, trial_secs }),
        id.prop_map(|change| AdjustWire::Kept { change }),
        (id, undoer).prop_map(|(change, by)| AdjustWire::Undone { change, by }),
        (id, fault).prop_map(|(id, fault)| AdjustWire::Ended { id, fault }),
    ]
}

const ADJUST: PermissionSet = PermissionSet::NONE.with(Permission::Adjust);

/// A pair in which settings are asked for, and allowed where `granted` says so.
fn allowed(granted: PermissionSet) -> Pair {
    let mut pair = Pair::with(TechnicianSetup { wants: ADJUST, ..technician_setup() }, host_setup());
    pair.run(millis(100));
    pair.host(Command::Allow(granted)).unwrap();
    pair.run(millis(100));
    pair.take(Role::Host);
    pair.take(Role::Technician);
    pair
}

fn set(value: &str) -> AdjustMessage {
    AdjustMessage::Set { id: 1, kind: AdjustKind::Keyboard, value: value.to_owned() }
}

fn setting(value: &str) -> AdjustMessage {
    let (value, choices) = (value.to_owned(), vec![value.to_owned()]);
    let state = AdjustState::Here(AdjustSetting { value, choices, free: false });
    AdjustMessage::Setting { kind: AdjustKind::Printer, state }
}

#[test]
fn a_wish_and_a_setting_arrive_and_what_is_heard_is_escaped() {
    let mut pair = allowed(ADJUST);
    pair.technician(say(set("u\u{202e}s"))).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Host), [heard(set("u\\u{202e}s"))]);
    pair.host(say(setting("La\u{1b}ser"))).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Technician), [heard(setting("La\\u{1b}ser"))]);
    assert_eq!(pair.host(say(AdjustMessage::List)), Err(CommandError::WrongRole));
    assert_eq!(pair.technician(say(setting("x"))), Err(CommandError::WrongRole));
}

#[test]
fn no_setting_is_asked_for_without_the_permission_or_after_it_is_taken_back() {
    let not_granted = Err(CommandError::NotGranted(Permission::Adjust));
    let mut pair = allowed(PermissionSet::NONE);
    assert_eq!(pair.technician(say(set("us"))), not_granted);
    let mut pair = allowed(ADJUST);
    pair.technician.hold(Channel::Adjust, true);
    pair.technician(say(set("us"))).unwrap();
    pair.host(Command::Revoke(Permission::Adjust)).unwrap();
    pair.run(millis(100));
    pair.technician.hold(Channel::Adjust, false);
    pair.run(millis(100));
    let heard = pair.take(Role::Host);
    assert!(!heard.iter().any(|event| matches!(event, Event::Heard(_))), "{heard:?}");
    assert_eq!(pair.technician(say(set("us"))), not_granted);
}

#[test]
fn a_setting_that_is_too_long_or_has_too_many_choices_is_refused() {
    let mut pair = allowed(ADJUST);
    let refused = Err(CommandError::Invalid("setting"));
    assert_eq!(pair.technician(say(set(&"x".repeat(MAX_ADJUST_VALUE_BYTES + 1)))), refused);
    let with = |count| {
        let choices = vec!["x".repeat(MAX_ADJUST_VALUE_BYTES); count];
        let state = AdjustState::Here(AdjustSetting { value: String::new(), choices, free: true });
        AdjustMessage::Setting { kind: AdjustKind::TimeZone, state }
    };
    assert_eq!(pair.host(say(with(MAX_ADJUST_CHOICES + 1))), refused);
    pair.host(say(with(MAX_ADJUST_CHOICES))).unwrap();
    pair.run(millis(1000));
    assert_eq!(pair.news(Role::Technician), [heard(with(MAX_ADJUST_CHOICES))]);
}

#[test]
fn every_setting_and_every_fault_has_a_word_of_its_own() {
    for kind in AdjustKind::ALL {
        assert_eq!(AdjustKind::from_word(kind.word()), Some(*kind));
    }
    for fault in AdjustFault::ALL {
        assert_eq!(AdjustFault::from_word(fault.word()), Some(*fault));
    }
}
