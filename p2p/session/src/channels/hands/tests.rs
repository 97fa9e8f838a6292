//! The host's hands.

use proptest::prelude::*;

use super::*;
use crate::session::tests::*;
use crate::{Channel, InputEvent, Permission, PermissionSet, Role};

pub(crate) fn any_message() -> impl Strategy<Value = HandsWire> {
    any::<(bool, u32, u32, u32, bool)>().prop_map(|(open, done, dropped, refused, users_hand)| HandsWire {
        open,
        done,
        dropped,
        refused,
        users_hand,
    })
}

#[test]
fn of_the_hands_the_newest_word_arrives_also_in_a_pause() {
    let mut pair = Pair::allowed(PermissionSet::NONE.with(Permission::Keyboard));
    let state = |done| HandsState { open: true, done, dropped: 1, refused: 2, users_hand: true };
    pair.host.hold(Channel::Hands, true);
    for done in 0..5 {
        pair.host(say(state(done))).unwrap();
    }
    pair.host.hold(Channel::Hands, false);
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Technician), [heard(state(4))]);
    pair.host(crate::Command::Pause).unwrap();
    pair.run(millis(100));
    let _ = pair.news(Role::Technician);
    pair.host(say(state(5))).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Technician), [heard(state(5))]);
}

#[test]
fn a_word_about_input_needs_no_permission_and_keeps_its_place() {
    let mut pair = Pair::allowed(PermissionSet::NONE.with(Permission::Pointer));
    let said = [pointer(1), InputEvent::Mark(7), pointer(2), InputEvent::GivenUp(8)];
    for event in said.clone() {
        pair.technician(say_input(event)).unwrap();
    }
    pair.run(millis(100));
    assert_eq!(inputs(&pair.take(Role::Host)), said);
}
