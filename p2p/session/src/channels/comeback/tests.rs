//! A return: its secret and its announcement.

use proptest::prelude::*;

use super::*;
use crate::session::tests::*;
use crate::{Command, PermissionSet, Role, TechnicianSetup};

pub(crate) fn any_message() -> impl Strategy<Value = ComebackWire> {
    let offer = (any::<[u8; 32]>(), "\\PC{0,40}")
        .prop_map(|(secret, name)| ComebackWire::Offer {
            secret: WireSecret::of(&ReturnSecret::from_bytes(&secret)),
            name: Text::new(&name).unwrap(),
        });
    prop_oneof![offer, any::<bool>().prop_map(ComebackWire::Kept), Just(ComebackWire::Announce)]
}

const RECONNECT: PermissionSet = PermissionSet::NONE.with(Permission::Reconnect);

fn allowed(permissions: PermissionSet) -> Pair {
    let mut pair = Pair::with(TechnicianSetup { wants: RECONNECT, ..technician_setup() }, host_setup());
    pair.run(millis(100));
    pair.host(Command::Allow(permissions)).unwrap();
    pair.run(millis(100));
    pair.take(Role::Host);
    pair.take(Role::Technician);
    pair
}

fn offer(name: &str) -> ComebackMessage {
    ComebackMessage::Offer { secret: ReturnSecret::from_bytes(&[7; 32]), name: name.to_owned() }
}

#[test]
fn a_secret_is_handed_over_and_the_name_beside_it_is_escaped() {
    let mut pair = allowed(RECONNECT);
    pair.host(say(offer("a\u{202e}b"))).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Technician), [heard(offer("a\\u{202e}b"))]);
    pair.technician(say(ComebackMessage::Kept(true))).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Host), [heard(ComebackMessage::Kept(true))]);
    assert_eq!(pair.technician(say(offer(""))), Err(CommandError::WrongRole));
    let too_long = "ü".repeat(MAX_RETURN_NAME_CHARS + 1);
    assert_eq!(pair.host(say(offer(&too_long))), Err(CommandError::Invalid("return")));
}

#[test]
fn without_the_permission_a_restart_is_announced_and_no_secret_handed_over() {
    let mut pair = allowed(PermissionSet::NONE);
    let refused = Err(CommandError::NotGranted(Permission::Reconnect));
    assert_eq!(pair.host(say(offer(""))), refused);
    assert_eq!(pair.technician(say(ComebackMessage::Kept(true))), refused);
    pair.technician(say(ComebackMessage::Announce)).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Host), [heard(ComebackMessage::Announce)]);
}

#[test]
fn a_secret_is_shown_by_nothing() {
    let shown = format!("{:?}", offer("x"));
    assert!(!shown.contains('7'), "{shown}");
}
