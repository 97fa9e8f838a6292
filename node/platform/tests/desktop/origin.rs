//! Telling a hand from a program on a real X server.

use std::time::{Duration, Instant};

use beistand_platform::x11::{X11Injector, X11PressOrigin};
use beistand_platform::{AnswerKey, InputInjector, KeyCombination, Origin, PressOrigin, SeenKey, SeenPress};
use beistand_session::{InputEvent, PointerButton};

use crate::support::Xvfb;
use crate::support::hand::PhysicalMouse;

/// What the tests press at.
const AT: (i16, i16) = (200, 150);

/// A window has just seen a press there.
fn seen_at((x, y): (i16, i16)) -> SeenPress {
    SeenPress { seen: Instant::now(), position: Some((x.into(), y.into())) }
}

fn program_clicks(xvfb: &Xvfb, button: &str) {
    assert!(xvfb.command("xdotool").args(["click", button]).status().expect("xdotool").success());
}

#[test]
fn a_hand_is_told_from_a_program() {
    let xvfb = Xvfb::start();
    let mut origin = X11PressOrigin::open(xvfb.name()).expect("an origin");
    assert!(origin.tells());
    assert_eq!(origin.origin_of(&seen_at(AT)), Origin::Unknown, "nothing was pressed yet");
    let hand = PhysicalMouse::connect(xvfb.name()).unwrap();
    hand.click(AT.0, AT.1).unwrap();
    assert_eq!(origin.origin_of(&seen_at(AT)), Origin::Physical);
    assert_eq!(origin.origin_of(&seen_at(AT)), Origin::Unknown, "a press is good for one click");

    program_clicks(&xvfb, "1");
    assert_eq!(origin.origin_of(&seen_at(AT)), Origin::Injected);
    hand.click(AT.0, AT.1).unwrap();
    // The wheel is no press of a button.
    program_clicks(&xvfb, "4");
    assert_eq!(origin.origin_of(&seen_at(AT)), Origin::Physical);

    let mut injector = X11Injector::open(xvfb.name(), KeyCombination::PANIC).expect("an injector");
    injector.inject(&InputEvent::Button { button: PointerButton::Left, pressed: true }).unwrap();
    injector.release_all().unwrap();
    assert_eq!(origin.origin_of(&seen_at(AT)), Origin::Injected);
}

#[test]
fn a_programs_press_is_not_covered_by_a_hands_press_elsewhere() {
    let xvfb = Xvfb::start();
    let mut origin = X11PressOrigin::open(xvfb.name()).expect("an origin");
    let hand = PhysicalMouse::connect(xvfb.name()).unwrap();
    hand.click(AT.0, AT.1).unwrap();
    assert_eq!(origin.origin_of(&seen_at(AT)), Origin::Physical);
    program_clicks(&xvfb, "1");
    hand.click(800, 600).unwrap();
    assert_eq!(origin.origin_of(&seen_at(AT)), Origin::Injected);
    hand.click(800, 600).unwrap();
    program_clicks(&xvfb, "1");
    assert_eq!(origin.origin_of(&seen_at((800, 600))), Origin::Injected);
}

#[test]
fn a_press_counts_only_alone_and_where_it_was() {
    let xvfb = Xvfb::start();
    let mut origin = X11PressOrigin::open(xvfb.name()).expect("an origin");
    let hand = PhysicalMouse::connect(xvfb.name()).unwrap();
    hand.click(AT.0, AT.1).unwrap();
    hand.click(AT.0, AT.1).unwrap();
    assert_eq!(origin.origin_of(&seen_at(AT)), Origin::Unclear, "two at once");
    hand.click(800, 600).unwrap();
    assert_eq!(origin.origin_of(&seen_at(AT)), Origin::Unclear, "elsewhere");
    hand.click(AT.0, AT.1).unwrap();
    let nowhere = SeenPress { seen: Instant::now(), position: None };
    assert_eq!(origin.origin_of(&nowhere), Origin::Unclear, "nobody knows where");
    hand.click(AT.0 + 8, AT.1).unwrap();
    assert_eq!(origin.origin_of(&seen_at(AT)), Origin::Physical, "a hand moves on a little");
}

#[test]
fn a_press_of_long_ago_is_not_the_one_that_was_seen() {
    let xvfb = Xvfb::start();
    let mut origin = X11PressOrigin::open(xvfb.name()).expect("an origin");
    let hand = PhysicalMouse::connect(xvfb.name()).unwrap();
    hand.click(AT.0, AT.1).unwrap();
    std::thread::sleep(Duration::from_millis(1_200));
    assert_eq!(origin.origin_of(&seen_at(AT)), Origin::Unknown);
}

#[test]
fn a_lost_connection_lets_nobody_consent() {
    let xvfb = Xvfb::start();
    let mut origin = X11PressOrigin::open(xvfb.name()).expect("an origin");
    PhysicalMouse::connect(xvfb.name()).unwrap().click(AT.0, AT.1).unwrap();
    drop(xvfb);
    assert_eq!(origin.origin_of(&seen_at(AT)), Origin::Unknown);
    assert!(origin.tells(), "it is not a desktop that never can");
}

const SPACE: u8 = 57;
const ENTER: u8 = 28;
const TAB: u8 = 15;
const SHIFT: u8 = 42;
const INSERT: u8 = 110;

/// A window has just seen this key.
fn seen_key(key: AnswerKey) -> SeenKey {
    SeenKey { seen: Instant::now(), key }
}

fn press_key(hand: &PhysicalMouse, code: u8) {
    hand.key(code, true).unwrap();
    hand.key(code, false).unwrap();
}

#[test]
fn a_hands_key_is_told_from_a_programs() {
    let xvfb = Xvfb::start();
    let mut origin = X11PressOrigin::open(xvfb.name()).expect("an origin");
    let hand = PhysicalMouse::connect(xvfb.name()).unwrap();
    assert_eq!(origin.key_origin_of(&seen_key(AnswerKey::Space)), Origin::Unknown, "nothing was pressed yet");
    press_key(&hand, SPACE);
    assert_eq!(origin.key_origin_of(&seen_key(AnswerKey::Space)), Origin::Physical);
    assert_eq!(origin.key_origin_of(&seen_key(AnswerKey::Space)), Origin::Unknown, "good for one answer");
    press_key(&hand, TAB);
    assert_eq!(origin.key_origin_of(&seen_key(AnswerKey::Other)), Origin::Physical);
    let types = |key| {
        assert!(xvfb.command("xdotool").args(["key", key]).status().expect("xdotool").success());
    };
    types("space");
    assert_eq!(origin.key_origin_of(&seen_key(AnswerKey::Space)), Origin::Injected);
    let mut injector = X11Injector::open(xvfb.name(), KeyCombination::PANIC).expect("an injector");
    let key = beistand_session::PhysicalKey::from_code(ENTER.into()).expect("a key");
    injector.inject(&InputEvent::Key { key, pressed: true, text: None }).unwrap();
    injector.release_all().unwrap();
    assert_eq!(origin.key_origin_of(&seen_key(AnswerKey::Enter)), Origin::Injected);
}

#[test]
fn a_key_counts_only_alone_and_as_itself() {
    let xvfb = Xvfb::start();
    let mut origin = X11PressOrigin::open(xvfb.name()).expect("an origin");
    let hand = PhysicalMouse::connect(xvfb.name()).unwrap();
    press_key(&hand, SPACE);
    press_key(&hand, SPACE);
    assert_eq!(origin.key_origin_of(&seen_key(AnswerKey::Space)), Origin::Unclear, "two at once");
    press_key(&hand, TAB);
    assert_eq!(origin.key_origin_of(&seen_key(AnswerKey::Enter)), Origin::Unclear, "another one");
    assert!(xvfb.command("xdotool").args(["key", "space"]).status().expect("xdotool").success());
    press_key(&hand, TAB);
    assert_eq!(
        origin.key_origin_of(&seen_key(AnswerKey::Space)),
        Origin::Injected,
        "no program's key is covered by a hand's"
    );
    press_key(&hand, SPACE);
    std::thread::sleep(Duration::from_millis(1_200));
    assert_eq!(origin.key_origin_of(&seen_key(AnswerKey::Space)), Origin::Unknown, "of long ago");
    press_key(&hand, SPACE);
    drop(xvfb);
    assert_eq!(origin.key_origin_of(&seen_key(AnswerKey::Space)), Origin::Unknown, "the connection is lost");
}

#[test]
fn a_hands_modifier_does_not_cover_its_key_and_a_programs_does_not_pass() {
    let xvfb = Xvfb::start();
    let mut origin = X11PressOrigin::open(xvfb.name()).expect("an origin");
    let hand = PhysicalMouse::connect(xvfb.name()).unwrap();
    let types = |key| {
        assert!(xvfb.command("xdotool").args(["key", key]).status().expect("xdotool").success());
    };
    for modifier in [SHIFT, INSERT] {
        press_key(&hand, modifier);
        press_key(&hand, TAB);
        assert_eq!(origin.key_origin_of(&seen_key(AnswerKey::Other)), Origin::Physical, "both at once");
        press_key(&hand, modifier);
        press_key(&hand, SPACE);
        assert_eq!(origin.key_origin_of(&seen_key(AnswerKey::Modifier)), Origin::Physical);
        assert_eq!(origin.key_origin_of(&seen_key(AnswerKey::Modifier)), Origin::Unknown, "it was used up");
        assert_eq!(
            origin.key_origin_of(&seen_key(AnswerKey::Space)),
            Origin::Physical,
            "one after the other"
        );
    }
    types("Shift_L");
    assert_eq!(origin.key_origin_of(&seen_key(AnswerKey::Modifier)), Origin::Injected);
    types("Shift_L");
    press_key(&hand, TAB);
    assert_eq!(
        origin.key_origin_of(&seen_key(AnswerKey::Other)),
        Origin::Injected,
        "the hand did not go back"
    );
    press_key(&hand, SHIFT);
    types("space");
    assert_eq!(origin.key_origin_of(&seen_key(AnswerKey::Space)), Origin::Injected);
}
