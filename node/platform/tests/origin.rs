//! Telling a hand from a program on a real X server.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod support;

use std::time::Duration;

use beistand_platform::x11::{PhysicalMouse, X11Injector, X11PressOrigin};
use beistand_platform::{InputInjector, KeyCombination, Origin, PressOrigin};
use beistand_session::{InputEvent, PhysicalKey, PointerButton};
use support::Xvfb;

#[test]
fn a_hand_is_told_from_a_program() {
    let xvfb = Xvfb::start();
    let mut origin = X11PressOrigin::open(xvfb.name()).expect("an origin");
    assert_eq!(origin.last_button_press(), Origin::Unknown);
    let hand = PhysicalMouse::connect(xvfb.name()).unwrap();
    hand.click(10, 10).unwrap();
    assert_eq!(origin.last_button_press(), Origin::Physical);

    assert!(xvfb.command("xdotool").args(["click", "1"]).status().expect("xdotool").success());
    assert_eq!(origin.last_button_press(), Origin::Injected);
    hand.click(10, 10).unwrap();
    // The wheel is no press of a button.
    assert!(xvfb.command("xdotool").args(["click", "4"]).status().expect("xdotool").success());
    assert_eq!(origin.last_button_press(), Origin::Physical);

    let mut injector = X11Injector::open(xvfb.name(), KeyCombination::PANIC).expect("an injector");
    injector.inject(&InputEvent::Button { button: PointerButton::Left, pressed: true }).unwrap();
    injector.release_all().unwrap();
    assert_eq!(origin.last_button_press(), Origin::Injected);
    // A window that has grabbed the pointer hides nothing.
    hand.click(10, 10).unwrap();
    assert_eq!(origin.last_button_press(), Origin::Physical);
}

#[test]
fn only_a_hand_counts_as_physical_input() {
    let xvfb = Xvfb::start();
    let mut origin = X11PressOrigin::open(xvfb.name()).expect("an origin");
    let hand = PhysicalMouse::connect(xvfb.name()).unwrap();
    let mut injector = X11Injector::open(xvfb.name(), KeyCombination::PANIC).expect("an injector");
    hand.key(30, true).unwrap();
    hand.key(30, false).unwrap();
    let after_key = origin.since_physical_input().expect("counted");
    assert!(after_key < Duration::from_secs(1), "{after_key:?}");
    // Time must pass for the difference to show: wait for the counter itself.
    let rested = loop {
        let rested = origin.since_physical_input().expect("counted");
        if rested >= Duration::from_millis(100) {
            break rested;
        }
        std::thread::yield_now();
    };
    injector.inject(&InputEvent::PointerMove { x: 5, y: 5 }).unwrap();
    let key = PhysicalKey::from_name("KeyA").expect("in the table");
    for pressed in [true, false] {
        injector.inject(&InputEvent::Key { key, pressed, text: None }).unwrap();
        injector.inject(&InputEvent::Button { button: PointerButton::Left, pressed }).unwrap();
    }
    injector.release_all().unwrap();
    let after_injection = origin.since_physical_input().expect("counted");
    assert!(after_injection >= rested, "{after_injection:?} after {rested:?}");
    hand.click(3, 3).unwrap();
    assert!(origin.since_physical_input().expect("counted") < after_injection);
}
