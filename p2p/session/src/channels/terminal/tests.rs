//! Terminals: who may say what, and its bounds.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::session::tests::*;
use crate::{Command, PermissionSet, TechnicianSetup};

fn any_size() -> impl Strategy<Value = TerminalSize> {
    (2..=MAX_TERMINAL_COLUMNS, 1..=MAX_TERMINAL_ROWS)
        .prop_map(|(columns, rows)| TerminalSize::new(columns, rows).unwrap())
}

fn any_end() -> impl Strategy<Value = TerminalEnd> {
    prop_oneof![
        any::<Option<i32>>().prop_map(TerminalEnd::Exited),
        Just(TerminalEnd::ByTechnician),
        Just(TerminalEnd::ByUser),
        Just(TerminalEnd::Revoked),
    ]
}

fn any_obstacle() -> impl Strategy<Value = TerminalObstacle> {
    prop_oneof![
        Just(TerminalObstacle::TooMany),
        Just(TerminalObstacle::NotAllowed),
        Just(TerminalObstacle::NotHere),
    ]
}

pub(crate) fn any_message() -> impl Strategy<Value = TerminalWire> {
    let bytes = || vec(any::<u8>(), 0..100);
    prop_oneof![
        any_size().prop_map(TerminalWire::Open),
        (any::<u32>(), bytes()).prop_map(|(terminal, bytes)| TerminalWire::Type {
            terminal,
            bytes: Bytes::new(bytes).unwrap()
        }),
        (any::<u32>(), any_size()).prop_map(|(terminal, size)| TerminalWire::Resize { terminal, size }),
        any::<u32>().prop_map(TerminalWire::Close),
        any::<(u32, u32)>().prop_map(|(terminal, number)| TerminalWire::Taken { terminal, number }),
        (any::<u32>(), any_size(), any::<bool>()).prop_map(|(terminal, size, by_technician)| {
            TerminalWire::Opened { terminal, size, by_technician }
        }),
        (any::<u32>(), any::<u32>(), bytes()).prop_map(|(terminal, number, bytes)| TerminalWire::Printed {
            terminal,
            number,
            bytes: Bytes::new(bytes).unwrap()
        }),
        (any::<u32>(), any_size()).prop_map(|(terminal, size)| TerminalWire::Resized { terminal, size }),
        (any::<u32>(), any_end()).prop_map(|(terminal, why)| TerminalWire::Closed { terminal, why }),
        any_obstacle().prop_map(TerminalWire::Unopened),
        any::<(u32, bool)>().prop_map(|(terminal, busy)| TerminalWire::Busy { terminal, busy }),
    ]
}

const LOOKS: PermissionSet = PermissionSet::NONE.with(Permission::Terminal);
const BOTH: PermissionSet = LOOKS.with(Permission::TerminalType);

fn allowed(permissions: PermissionSet) -> Pair {
    let mut pair = Pair::with(TechnicianSetup { wants: BOTH, ..technician_setup() }, host_setup());
    pair.run(millis(100));
    pair.host(Command::Allow(permissions)).unwrap();
    pair.run(millis(100));
    pair.take(Role::Host);
    pair.take(Role::Technician);
    pair
}

fn typed(bytes: usize) -> TerminalMessage {
    TerminalMessage::Type { terminal: 1, bytes: vec![b'x'; bytes] }
}

fn printed(number: u32, bytes: usize) -> TerminalMessage {
    TerminalMessage::Printed { terminal: 1, number, bytes: vec![b'x'; bytes] }
}

#[test]
fn to_look_and_to_type_are_two_permissions() {
    let mut pair = allowed(LOOKS);
    for message in [
        TerminalMessage::Open(TerminalSize::USUAL),
        typed(1),
        TerminalMessage::Resize { terminal: 1, size: TerminalSize::USUAL },
        TerminalMessage::Close(1),
    ] {
        let refused = pair.technician(say(message));
        assert_eq!(refused, Err(CommandError::NotGranted(Permission::TerminalType)));
    }
    pair.host(say(printed(1, 10))).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Technician), [heard(printed(1, 10))]);
    let mut pair = allowed(BOTH);
    pair.technician(say(typed(1))).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Host), [heard(typed(1))]);
    let mut pair = allowed(BOTH.without(Permission::Terminal));
    assert_eq!(pair.host(say(printed(1, 1))), Err(CommandError::NotGranted(Permission::Terminal)));
}

#[test]
fn the_longest_pass_and_longer_ones_are_refused() {
    let mut pair = allowed(BOTH);
    pair.technician(say(typed(MAX_TYPED_BYTES))).unwrap();
    pair.host(say(printed(1, MAX_PRINTED_BYTES))).unwrap();
    pair.run(millis(1000));
    assert_eq!(pair.news(Role::Host), [heard(typed(MAX_TYPED_BYTES))]);
    assert_eq!(pair.news(Role::Technician), [heard(printed(1, MAX_PRINTED_BYTES))]);
    let refused = Err(CommandError::Invalid("terminal"));
    assert_eq!(pair.technician(say(typed(MAX_TYPED_BYTES + 1))), refused);
    assert_eq!(pair.host(say(printed(1, MAX_PRINTED_BYTES + 1))), refused);
}

#[test]
fn what_was_typed_and_waits_is_taken_back_by_a_revoke() {
    let mut pair = allowed(BOTH);
    pair.technician.hold(crate::Channel::Terminal, true);
    pair.technician(say(typed(3))).unwrap();
    pair.host(Command::Revoke(Permission::TerminalType)).unwrap();
    pair.run(millis(200));
    pair.technician.hold(crate::Channel::Terminal, false);
    pair.run(millis(200));
    let heard = pair.take(Role::Host);
    assert!(!heard.iter().any(|event| matches!(event, crate::Event::Heard(_))), "{heard:?}");
}

#[test]
fn sizes_are_within_their_bounds() {
    assert_eq!(TerminalSize::new(1, 24), None);
    assert_eq!(TerminalSize::new(80, 0), None);
    assert_eq!(TerminalSize::new(MAX_TERMINAL_COLUMNS + 1, 24), None);
    let largest = TerminalSize::new(MAX_TERMINAL_COLUMNS, MAX_TERMINAL_ROWS);
    assert_eq!(Some(TerminalSize::nearest(1_000_000, 1_000_000)), largest);
    assert_eq!(Some(TerminalSize::nearest(0, 0)), TerminalSize::new(2, 1));
}

#[test]
fn what_was_typed_and_printed_is_in_no_log() {
    assert_eq!(format!("{:?}", typed(7)), "Type(1, 7 bytes)");
    assert_eq!(format!("{:?}", printed(2, 7)), "Printed(1, 2, 7 bytes)");
}
