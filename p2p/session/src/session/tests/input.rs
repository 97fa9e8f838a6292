//! Mouse and keyboard.

use super::*;
use crate::Phase;

#[test]
fn none_of_a_burst_is_applied_after_a_revoke() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.delays = [millis(100); 5];
    // Typing: one key every 5 ms, as far as the technician may.
    for tick in 0..40 {
        let _ = pair.technician(Command::Input(key(tick % 2 == 0)));
        pair.run(millis(5));
    }
    let before = inputs(&pair.take(Role::Host)).len();
    assert!((10..40).contains(&before), "{before}");
    pair.host(Command::Revoke(Permission::Keyboard)).unwrap();
    assert_eq!(pair.news(Role::Host)[0], Event::ReleaseInput);
    let mut refused = 0;
    for tick in 0..100 {
        refused += usize::from(pair.technician(Command::Input(key(tick % 2 == 0))).is_err());
        pair.run(millis(5));
    }
    assert!((70..100).contains(&refused), "{refused}");
    assert_eq!(pair.news(Role::Host), []);
    assert_eq!(pair.host.phase(), Phase::Active);
    assert!(pair.host.stats().dropped >= 30);
    // The pointer is still allowed.
    pair.technician(Command::Input(pointer(3))).unwrap();
    pair.run(millis(200));
    assert_eq!(inputs(&pair.take(Role::Host)), [pointer(3)]);
}

#[test]
fn what_arrived_but_was_not_yet_passed_on_is_taken_back() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    let mut records = Vec::new();
    let now = pair.now;
    for event in [pointer(1), key(true), key(false)] {
        pair.technician.command(now, Command::Input(event)).unwrap();
        let Output::Transmit { bytes, .. } = pair.technician.poll_output() else { panic!("a record") };
        records.push(bytes);
    }
    // The program revokes between the bytes' arrival and its look at the events.
    pair.host.receive(now, Leg::FIRST, Channel::Input, &records.concat());
    pair.host(Command::Revoke(Permission::Keyboard)).unwrap();
    let granted = PermissionSet::DESKTOP.without(Permission::Keyboard);
    let revoked = Event::Permissions { granted, revoked: Some(Permission::Keyboard) };
    assert_eq!(pair.news(Role::Host), [Event::ReleaseInput, Event::Input(pointer(1)), revoked]);
}

#[test]
fn pointer_moves_are_merged_but_never_across_a_button() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.technician.hold(Channel::Input, true);
    let button = |pressed| InputEvent::Button { button: crate::PointerButton::Left, pressed };
    for x in 0..100 {
        pair.technician(Command::Input(pointer(x))).unwrap();
    }
    pair.technician(Command::Input(button(true))).unwrap();
    for x in 100..200 {
        pair.technician(Command::Input(pointer(x))).unwrap();
    }
    pair.technician(Command::Input(button(false))).unwrap();
    pair.technician.hold(Channel::Input, false);
    pair.run(millis(100));
    assert_eq!(inputs(&pair.take(Role::Host)), [pointer(99), button(true), pointer(199), button(false)]);
}

#[test]
fn a_full_queue_says_so() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.technician.hold(Channel::Input, true);
    let queued = (0..2000).take_while(|_| pair.technician(Command::Input(key(true))).is_ok()).count();
    assert_eq!(queued, 1024);
    assert_eq!(pair.technician(Command::Input(key(true))), Err(CommandError::Full));
    pair.technician.hold(Channel::Input, false);
    pair.run(millis(100));
    assert_eq!(inputs(&pair.take(Role::Host)).len(), 1024);
}

#[test]
fn a_fast_mouse_is_no_flood() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    for x in 0..5000 {
        pair.technician(Command::Input(pointer(x))).unwrap();
        pair.run(millis(1));
    }
    pair.run(millis(100));
    assert_eq!(inputs(&pair.take(Role::Host)).len(), 5000);
}
