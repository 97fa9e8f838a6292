//! Mouse and keyboard.

use proptest::prelude::*;

use super::{InputWire, MAX_INPUT_AGE};
use crate::session::tests::*;
use crate::{
    ByChannel, Channel, Command, CommandError, Event, InputEvent, KeyText, Leg, Output, Permission,
    PermissionSet, Phase, PhysicalKey, PointerButton, Role,
};

pub(crate) fn any_message() -> impl Strategy<Value = InputWire> {
    (any::<u64>(), any_event()).prop_map(|(at, event)| InputWire { at, event })
}

/// An event that says of itself that it is of the future, which is never too old.
pub(crate) fn just_now(event: InputEvent) -> InputWire {
    InputWire { at: u64::MAX, event }
}

fn any_event() -> impl Strategy<Value = InputEvent> {
    let key = || (0_u32..256).prop_filter_map("no such key", PhysicalKey::from_code);
    let text = || "[a-zäöü€🐶]{1,60}".prop_map(|text| KeyText::split(&text).remove(0));
    prop_oneof![
        any::<(u16, u16)>().prop_map(|(x, y)| InputEvent::PointerMove { x, y }),
        (proptest::sample::select(&PointerButton::ALL[..]), any::<bool>())
            .prop_map(|(button, pressed)| InputEvent::Button { button, pressed }),
        any::<(i16, i16)>().prop_map(|(dx, dy)| InputEvent::Wheel { dx, dy }),
        (key(), any::<bool>(), proptest::option::of(text()))
            .prop_map(|(key, pressed, text)| InputEvent::Key { key, pressed, text }),
        text().prop_map(InputEvent::Text),
        proptest::sample::select(vec![InputEvent::ButtonsHeld, InputEvent::KeysHeld]),
        any::<u32>().prop_map(InputEvent::Mark),
        any::<u32>().prop_map(InputEvent::GivenUp),
    ]
}

#[test]
fn none_of_a_burst_is_applied_after_a_revoke() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.delays = ByChannel::new(|_| millis(100));
    // Typing: one key every 5 ms, as far as the technician may.
    for tick in 0..40 {
        let _ = pair.technician(say_input(key(tick % 2 == 0)));
        pair.run(millis(5));
    }
    let before = inputs(&pair.take(Role::Host)).len();
    assert!((10..40).contains(&before), "{before}");
    pair.host(Command::Revoke(Permission::Keyboard)).unwrap();
    assert_eq!(pair.news(Role::Host)[0], LET_GO);
    let mut refused = 0;
    for tick in 0..100 {
        refused += usize::from(pair.technician(say_input(key(tick % 2 == 0))).is_err());
        pair.run(millis(5));
    }
    assert!((70..100).contains(&refused), "{refused}");
    assert_eq!(pair.news(Role::Host), []);
    assert_eq!(pair.host.phase(), Phase::Active);
    assert!(pair.host.stats().dropped >= 30);
    // The pointer is still allowed.
    pair.technician(say_input(pointer(3))).unwrap();
    pair.run(millis(200));
    assert_eq!(inputs(&pair.take(Role::Host)), [pointer(3)]);
}

#[test]
fn what_arrived_but_was_not_yet_passed_on_is_taken_back() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    let mut records = Vec::new();
    let now = pair.now;
    for event in [pointer(1), key(true), key(false)] {
        pair.technician.command(now, say_input(event)).unwrap();
        let Output::Transmit { bytes, .. } = pair.technician.poll_output() else { panic!("a record") };
        records.push(bytes);
    }
    // The program revokes between the bytes' arrival and its look at the events.
    pair.host.receive(now, Leg::FIRST, Channel::Input, &records.concat());
    pair.host(Command::Revoke(Permission::Keyboard)).unwrap();
    let granted = PermissionSet::DESKTOP.without(Permission::Keyboard);
    let revoked = Event::Permissions { granted, revoked: PermissionSet::NONE.with(Permission::Keyboard) };
    assert_eq!(pair.news(Role::Host), [LET_GO, heard_input(pointer(1)), revoked]);
}

#[test]
fn pointer_moves_are_merged_but_never_across_a_button() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.technician.hold(Channel::Input, true);
    let button = |pressed| InputEvent::Button { button: crate::PointerButton::Left, pressed };
    for x in 0..100 {
        pair.technician(say_input(pointer(x))).unwrap();
    }
    pair.technician(say_input(button(true))).unwrap();
    for x in 100..200 {
        pair.technician(say_input(pointer(x))).unwrap();
    }
    pair.technician(say_input(button(false))).unwrap();
    pair.technician.hold(Channel::Input, false);
    pair.run(millis(100));
    assert_eq!(inputs(&pair.take(Role::Host)), [pointer(99), button(true), pointer(199), button(false)]);
}

#[test]
fn input_that_comes_too_late_is_void_and_so_is_the_rest_of_its_burst() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.delays[Channel::Input] = MAX_INPUT_AGE + millis(100);
    pair.technician(say_input(key(true))).unwrap();
    pair.run(millis(500));
    // Arrives just after the first, and would not be too old by itself.
    pair.delays[Channel::Input] = millis(1700);
    pair.technician(say_input(pointer(7))).unwrap();
    pair.run(millis(1650));
    assert_eq!(pair.news(Role::Host), [LET_GO], "the first");
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Host), [], "the second");
    pair.delays[Channel::Input] = millis(10);
    pair.technician(say_input(key(false))).unwrap();
    pair.run(millis(50));
    assert_eq!(pair.news(Role::Host), [heard_input(key(false))], "what is new acts");
}

#[test]
fn input_that_is_almost_too_old_still_acts() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.delays[Channel::Input] = MAX_INPUT_AGE - millis(100);
    pair.technician(say_input(key(true))).unwrap();
    pair.run(MAX_INPUT_AGE);
    assert_eq!(pair.news(Role::Host), [heard_input(key(true))]);
}

#[test]
fn a_full_queue_says_so() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.technician.hold(Channel::Input, true);
    let queued = (0..2000).take_while(|turn| pair.technician(say_input(key(turn % 2 == 0))).is_ok()).count();
    assert_eq!(queued, 1024);
    assert_eq!(pair.technician(say_input(key(true))), Err(CommandError::Full));
    pair.technician.hold(Channel::Input, false);
    pair.run(millis(100));
    assert_eq!(inputs(&pair.take(Role::Host)).len(), 1024);
}

#[test]
fn a_fast_mouse_is_no_flood() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    for x in 0..5000 {
        pair.technician(say_input(pointer(x))).unwrap();
        pair.run(millis(1));
    }
    pair.run(millis(100));
    assert_eq!(inputs(&pair.take(Role::Host)).len(), 5000);
}

/// Holds a key down for `seconds`, with 30 repetitions a second.
fn hold_key(pair: &mut Pair, seconds: u64) {
    for _ in 0..seconds * 30 {
        pair.technician(say_input(key(true))).unwrap();
        pair.run(millis(33));
    }
}

#[test]
fn a_held_key_repeats_as_it_does_at_the_technicians() {
    for delay in [10, 150, 300] {
        let mut pair = Pair::allowed(PermissionSet::DESKTOP);
        pair.delays = ByChannel::new(|_| millis(delay));
        hold_key(&mut pair, 2);
        pair.run(millis(500));
        assert_eq!(inputs(&pair.take(Role::Host)).len(), 60, "at {delay} ms");
    }
}

#[test]
fn what_a_held_key_repeats_into_a_full_line_waits_once() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.technician(say_input(key(true))).unwrap();
    pair.run(millis(50));
    pair.technician.hold(Channel::Input, true);
    hold_key(&mut pair, 1);
    pair.technician(say_input(key(false))).unwrap();
    pair.technician.hold(Channel::Input, false);
    pair.run(millis(100));
    assert_eq!(inputs(&pair.take(Role::Host)), [key(true), key(true), key(false)]);
}

#[test]
fn what_a_line_holds_back_of_a_held_key_acts_once_at_most() {
    for stall in [400, 1500] {
        let mut pair = Pair::allowed(PermissionSet::DESKTOP);
        pair.technician(say_input(key(true))).unwrap();
        pair.run(millis(50));
        pair.take(Role::Host);
        // All of it arrives at the same moment, as when a lost packet comes at last.
        let stalled = pair.now;
        for _ in 0..stall / 33 {
            let waited = pair.now - stalled;
            pair.delays[Channel::Input] = millis(stall) - waited;
            pair.technician(say_input(key(true))).unwrap();
            pair.run(millis(33));
        }
        pair.technician(say_input(key(false))).unwrap();
        pair.run(millis(stall));
        let heard = inputs(&pair.take(Role::Host));
        assert!(heard.len() <= 2, "{} repetitions after {stall} ms", heard.len() - 1);
        assert_eq!(heard.last(), Some(&key(false)), "its release is no repetition");
    }
}

#[test]
fn a_key_that_is_pressed_often_does_not_repeat() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.delays[Channel::Input] = millis(1500);
    for turn in 0..20 {
        pair.technician(say_input(key(turn % 2 == 0))).unwrap();
    }
    pair.run(millis(1600));
    assert_eq!(inputs(&pair.take(Role::Host)).len(), 20);
}
