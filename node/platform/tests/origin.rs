//! Telling a hand from a program on a real X server.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod support;

use beistand_platform::x11::{PhysicalMouse, X11Injector, X11PressOrigin};
use beistand_platform::{InputInjector, KeyCombination, Origin, PressOrigin};
use beistand_session::{InputEvent, PointerButton};
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
