//! The technician's keyboard and the user's have different layouts: what is meant is what arrives.

use beistand_tests::keyboards::{KeyboardLayout, KeyboardStage, PairOutcome, SeenKey};
use beistand_tests::{Device, Hand};

/// X11's numbers of keys, of symbols, and of modifiers.
mod key {
    pub(super) const C: u8 = 54;
    pub(super) const CAPS: u8 = 66;
    pub(super) const NUM_LOCK: u8 = 77;
    pub(super) const PAD_8: u8 = 80;
    pub(super) const RIGHT_ALT: u8 = 108;
    pub(super) const QUOTE: u8 = 48;
    pub(super) const E: u8 = 26;
    pub(super) const ESCAPE_SYMBOL: u32 = 0xff1b;
    pub(super) const UP_SYMBOL: u32 = 0xff52;
    pub(super) const C_SYMBOL: u32 = 0x63;
    pub(super) const LOCK: u16 = 1 << 1;
    pub(super) const CONTROL: u16 = 1 << 2;
    pub(super) const NUM: u16 = 1 << 4;
}

#[test]
fn every_character_and_every_shortcut_arrives_between_different_layouts() {
    let stage = KeyboardStage::start();
    let layouts = ["de", "us", "fr", "de-neo", "ru"].map(|name| KeyboardLayout::named(name).expect("known"));
    let home = layouts.map(|layout| stage.learn(layout));
    let mut whole = PairOutcome::default();
    for index in 0..layouts.len() {
        // Each in turn as technician and as user.
        let other = (index + 1) % layouts.len();
        whole.add(stage.tries(&home[index], layouts[index], layouts[other], &home[other]));
    }
    assert!(whole.is_perfect(), "{}", whole.faults.join("\n"));
    assert!(whole.texts.0 > 500 && whole.shortcuts.0 > 300, "{:?} {:?}", whole.texts, whole.shortcuts);
}

/// A session between two American keyboards, of which the technician's has these options.
fn lay_out(stage: &KeyboardStage, options: &str) {
    let american = KeyboardLayout::named("us").expect("known");
    stage.lay_out(american, american);
    let mut setxkbmap = stage.technician().command("setxkbmap");
    assert!(setxkbmap.args(["-option", "", "-option", options]).status().expect("setxkbmap").success());
}

fn symbols(seen: &[SeenKey]) -> Vec<u32> {
    seen.iter().map(|key| key.symbol).collect()
}

fn text(seen: &[SeenKey]) -> String {
    seen.iter().map(|key| key.text.as_str()).collect()
}

#[test]
fn keys_that_became_others_arrive_as_what_they_became() {
    let stage = KeyboardStage::start();
    lay_out(&stage, "caps:escape");
    assert_eq!(symbols(&stage.seen(&[], key::CAPS)), [key::ESCAPE_SYMBOL]);
    lay_out(&stage, "ctrl:nocaps");
    let control_c = stage.seen(&[key::CAPS], key::C);
    let last = control_c.last().map(|key| (key.symbol, key.state));
    assert_eq!(last, Some((key::C_SYMBOL, key::CONTROL)));
    lay_out(&stage, "compose:ralt");
    assert_eq!(text(&stage.seen_in_turn(&[key::RIGHT_ALT, key::QUOTE, key::E])), "é");
    assert_eq!(stage.held().0 & (key::LOCK | key::NUM), 0, "the user's locks");
}

#[test]
fn the_numeric_pad_means_what_it_means_at_the_technicians() {
    let stage = KeyboardStage::start();
    lay_out(&stage, "");
    let user = Hand::new(stage.user(), Device::Injected);
    for users in [0, key::NUM] {
        assert_eq!(stage.held().0 & key::NUM, users);
        assert_eq!(symbols(&stage.seen(&[], key::PAD_8)), [key::UP_SYMBOL], "Num Lock there: {users}");
        assert_eq!(stage.seen(&[], key::NUM_LOCK), [], "it is not pressed there");
        assert_eq!(text(&stage.seen(&[], key::PAD_8)), "8", "Num Lock there: {users}");
        assert_eq!(stage.seen(&[], key::NUM_LOCK), []);
        for pressed in [true, false] {
            user.key(key::NUM_LOCK, pressed);
        }
        // The press itself arrives in the window as well.
        stage.seen(&[], key::C);
    }
}
