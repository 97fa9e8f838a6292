//! Refusals and the kind of system, which only the host tells.

use proptest::prelude::*;

use super::*;
use crate::session::tests::*;
use crate::{PermissionSet, Role};

pub(crate) fn any_message() -> impl Strategy<Value = PushbackWire> {
    prop_oneof![Just(PushbackWire::OwnWindow), any::<u8>().prop_map(PushbackWire::System)]
}

#[test]
fn a_refusal_reaches_the_technician_who_may_point_and_comes_from_no_technician() {
    let mut pair = Pair::allowed(PermissionSet::NONE.with(Permission::Pointer));
    pair.host(say(PushbackMessage::OwnWindow)).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Technician), [heard(PushbackMessage::OwnWindow)]);
    assert_eq!(pair.technician(say(PushbackMessage::OwnWindow)), Err(CommandError::WrongRole));
    let mut pair = Pair::allowed(PermissionSet::NONE.with(Permission::View));
    let refused = pair.host(say(PushbackMessage::OwnWindow));
    assert_eq!(refused, Err(CommandError::NotGranted(Permission::Pointer)));
}

#[test]
fn the_kind_of_the_hosts_system_is_told_to_whoever_may_type_and_never_before_consent() {
    let system = PushbackMessage::System(SystemKind::X11);
    let mut pair = Pair::new();
    pair.run(millis(1000));
    let _ = pair.request(Role::Host);
    assert!(pair.host(say(system)).is_err());
    let mut pair = Pair::allowed(PermissionSet::NONE.with(Permission::Pointer));
    assert_eq!(pair.host(say(system)), Err(CommandError::NotGranted(Permission::Keyboard)));
    let mut pair = Pair::allowed(PermissionSet::NONE.with(Permission::Keyboard));
    pair.host(say(system)).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Technician), [heard(system)]);
    assert_eq!(pair.technician(say(system)), Err(CommandError::WrongRole));
}

#[test]
fn a_kind_that_is_not_known_here_is_none_of_the_list() {
    for kind in SystemKind::ALL {
        assert_eq!(SystemKind::of_number(kind.number()), kind);
    }
    assert_eq!(SystemKind::of_number(200), SystemKind::Unknown);
}
