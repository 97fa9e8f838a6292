//! Two keyboards with different layouts, the technician's and the user's, on a real X server.

use std::time::Instant;

use beistand_platform::x11::X11Injector;
use beistand_platform::{InputInjector, KeyCombination};
use beistand_session::{InputEvent, KeyText, PhysicalKey};
use x11rb::protocol::xinput::{ConnectionExt as _, Device, DeviceType};
use x11rb::protocol::xkb::{ConnectionExt as _, Group, ID};
use x11rb::protocol::xproto::{ConnectionExt as _, ModMask};
use x11rb::wrapper::ConnectionExt as _;

use crate::support::hand::PhysicalMouse;
use crate::support::input::{key, refused};
use crate::support::{Client, PATIENCE, Recorder, Xterm, Xvfb};

/// Modifiers as X11 has them.
const CAPS: u16 = 1 << 1;
const NUM: u16 = 1 << 4;

/// Symbols of X11's.
const POWER_OFF: u32 = 0x1008_ff2a;
const CYRILLIC_ZHE: u32 = 0x6d6;

fn open(xvfb: &Xvfb) -> X11Injector {
    X11Injector::open(xvfb.name(), KeyCombination::PANIC).expect("an injector")
}

/// A key with the text, or the sign of a shortcut, that it makes at the technician's.
fn key_with(name: &str, text: &str) -> InputEvent {
    let text = Some(KeyText::try_from(text.to_owned()).expect("typable"));
    InputEvent::Key { key: PhysicalKey::from_name(name).expect("in the table"), pressed: true, text }
}

/// Presses the key and releases it.
fn tap(injector: &mut X11Injector, name: &str, text: &str) {
    injector.inject(&key_with(name, text)).unwrap();
    injector.inject(&key(name, false)).unwrap();
}

/// Which keys go down and up when `name` is pressed, which has `sign` on it at the technician's.
fn pressed(recorder: &Recorder, injector: &mut X11Injector, name: &str, sign: &str, lines: usize) -> String {
    tap(injector, name, sign);
    let lines: Vec<String> = (0..lines).map(|_| recorder.next()).collect();
    lines.join(", ").replace("key ", "").replace(" down", "+").replace(" up", "-")
}

#[test]
fn shortcuts_go_by_the_letter_where_the_layout_has_it() {
    let xvfb = Xvfb::start();
    let recorder = Recorder::start(&xvfb);
    let mut injector = open(&xvfb);
    injector.inject(&key("ControlLeft", true)).unwrap();
    recorder.expect("key 37 down");
    for (layout, name, letter, keys) in [
        (&["us"][..], "KeyW", "z", "52+, 52-"),
        (&["us"], "KeyZ", "z", "52+, 52-"),
        (&["fr"], "KeyZ", "z", "25+, 25-"),
        (&["de"], "KeyZ", "z", "29+, 29-"),
        (&["dvorak"], "KeyC", "c", "31+, 31-"),
        // Nobody has it here: by place.
        (&["us"], "BracketLeft", "ü", "34+, 34-"),
        // Of another script, alone or beside Latin letters: the key with the Latin letter.
        (&["ru"], "KeyI", "c", "54+, 54-"),
        (&["gr"], "KeyA", "q", "24+, 24-"),
        (&["fr,ru"], "KeyA", "a", "24+, 24-"),
    ] {
        xvfb.lay_out(layout);
        let sent = pressed(&recorder, &mut injector, name, letter, 2);
        assert_eq!(sent, keys, "{letter} of {name} at {layout:?}");
    }
    let client = xvfb.client();
    lock_group(&client, Group::M2);
    let sent = pressed(&recorder, &mut injector, "KeyQ", "a", 2);
    assert_eq!(sent, "24+, 24-", "the second layout is in force, the first has the letter");
}

#[test]
fn a_shortcut_takes_no_key_that_was_only_bound_to_type() {
    let xvfb = Xvfb::start();
    let recorder = Recorder::start(&xvfb);
    xvfb.lay_out(&["ru"]);
    let mut injector = open(&xvfb);
    let latin = KeyText::try_from("c".to_owned()).expect("typable");
    injector.inject(&InputEvent::Text(latin)).unwrap();
    assert!(recorder.next().ends_with("down") && recorder.next().ends_with("up"));
    injector.inject(&key("ControlLeft", true)).unwrap();
    recorder.expect("key 37 down");
    assert_eq!(pressed(&recorder, &mut injector, "KeyC", "c", 2), "54+, 54-");
}

fn lock_group(client: &Client, group: Group) {
    client.conn.xkb_use_extension(1, 0).unwrap().reply().unwrap();
    let (keyboard, none) = (ID::USE_CORE_KBD.into(), ModMask::from(0u16));
    client.conn.xkb_latch_lock_state(keyboard, none, none, true, group, none, false, 0).unwrap();
    client.conn.sync().unwrap();
}

#[test]
fn signs_of_shortcuts_bring_the_shift_that_they_need_and_no_other() {
    let xvfb = Xvfb::start();
    let recorder = Recorder::start(&xvfb);
    let mut injector = open(&xvfb);
    injector.inject(&key("ControlLeft", true)).unwrap();
    recorder.expect("key 37 down");
    for (layout, name, sign, lines, keys) in [
        // A German's plus, for an American.
        ("us", "BracketRight", "+", 4, "50+, 21+, 50-, 21-"),
        ("us", "Slash", "/", 2, "61+, 61-"),
        ("de", "Slash", "/", 4, "50+, 16+, 50-, 16-"),
        ("de", "BracketLeft", "[", 4, "92+, 17+, 92-, 17-"),
    ] {
        xvfb.lay_out(&[layout]);
        assert_eq!(pressed(&recorder, &mut injector, name, sign, lines), keys, "{sign} at {layout}");
    }
    // An American's Ctrl+Shift+=, which is Ctrl with a plus.
    injector.inject(&key("ShiftLeft", true)).unwrap();
    recorder.expect("key 50 down");
    xvfb.lay_out(&["de"]);
    assert_eq!(pressed(&recorder, &mut injector, "Equal", "+", 4), "50-, 35+, 50+, 35-");
    // Letters leave it alone, also where their capital is no usual one.
    assert_eq!(pressed(&recorder, &mut injector, "KeyZ", "z", 2), "29+, 29-");
    xvfb.lay_out(&["tr"]);
    assert_eq!(pressed(&recorder, &mut injector, "KeyI", "i", 2), "48+, 48-");
}

#[test]
fn a_shortcuts_letter_finds_no_key_that_must_not_be_pressed() {
    let xvfb = Xvfb::start();
    let recorder = Recorder::start(&xvfb);
    let client = xvfb.client();
    // The only key with a C on it, in a second layout, switches the power off in the first.
    let symbols = [POWER_OFF, 0, u32::from('c'), u32::from('C')];
    client.conn.change_keyboard_mapping(1, 54, 4, &symbols).unwrap().check().unwrap();
    // And End has a letter on it.
    client.conn.change_keyboard_mapping(1, 115, 1, &[CYRILLIC_ZHE]).unwrap().check().unwrap();
    let mut injector = open(&xvfb);
    injector.inject(&key("ControlLeft", true)).unwrap();
    assert!(refused(injector.inject(&key_with("KeyI", "c"))));
    injector.inject(&key("AltLeft", true)).unwrap();
    assert!(refused(injector.inject(&key_with("KeyQ", "ж"))));
    injector.inject(&key("KeyT", true)).unwrap();
    for line in ["key 37 down", "key 64 down", "key 28 down"] {
        recorder.expect(line);
    }
}

#[test]
fn a_shortcut_comes_up_as_it_went_down() {
    let xvfb = Xvfb::start();
    let recorder = Recorder::start(&xvfb);
    let mut injector = open(&xvfb);
    injector.inject(&key("ControlLeft", true)).unwrap();
    injector.inject(&key_with("KeyW", "z")).unwrap();
    // It repeats.
    injector.inject(&key_with("KeyW", "z")).unwrap();
    xvfb.lay_out(&["de"]);
    injector.inject(&key("ControlLeft", false)).unwrap();
    injector.inject(&key("KeyW", false)).unwrap();
    for line in ["37 down", "52 down", "52 up", "52 down", "37 up", "52 up"] {
        recorder.expect(&format!("key {line}"));
    }
    assert!(refused(injector.inject(&key("KeyW", false))));
}

#[test]
fn the_layout_that_counts_is_that_of_the_keyboard_that_presses() {
    let xvfb = Xvfb::start();
    let mut xterm = Xterm::start(&xvfb);
    let hand = PhysicalMouse::connect(xvfb.name()).unwrap();
    // Only the user's own keyboard becomes German, as some desktops do it.
    xvfb.lay_out(&["-device", &hand.keyboard().to_string(), "de"]);
    let mut injector = open(&xvfb);
    injector.inject(&InputEvent::PointerMove { x: 100, y: 100 }).unwrap();
    let text = |text: &str| InputEvent::Text(KeyText::try_from(text.to_owned()).expect("typable"));
    for _ in 0..2 {
        // KeyY of theirs, which makes their layout the one in force.
        hand.key(21, true).unwrap();
        hand.key(21, false).unwrap();
        assert_eq!(xterm.read(1), "z");
        injector.inject(&text("zy@{ß")).unwrap();
        assert_eq!(xterm.read("zy@{ß".len()), "zy@{ß");
        hand.key(21, true).unwrap();
        hand.key(21, false).unwrap();
        assert_eq!(xterm.read(1), "z");
        tap(&mut injector, "KeyY", "z");
        assert_eq!(xterm.read(1), "z");
    }
    // And the other way round.
    let mut injector = open(&xvfb);
    let xtest = xtest_keyboard(&xvfb);
    xvfb.lay_out(&["-device", &hand.keyboard().to_string(), "us"]);
    xvfb.lay_out(&["-device", &xtest, "de"]);
    hand.key(21, true).unwrap();
    hand.key(21, false).unwrap();
    assert_eq!(xterm.read(1), "y");
    injector.inject(&text("zy@{ß")).unwrap();
    assert_eq!(xterm.read("zy@{ß".len()), "zy@{ß");
}

fn xtest_keyboard(xvfb: &Xvfb) -> String {
    let client = xvfb.client();
    client.conn.xinput_xi_query_version(2, 2).unwrap().reply().unwrap();
    let infos = client.conn.xinput_xi_query_device(Device::ALL).unwrap().reply().unwrap().infos;
    let is_xtest = |name: &[u8]| name.windows(5).any(|part| part == b"XTEST");
    let found = infos.iter().find(|one| one.type_ == DeviceType::SLAVE_KEYBOARD && is_xtest(&one.name));
    found.expect("every server has one").deviceid.to_string()
}

#[test]
fn a_keycode_that_the_users_keyboard_uses_is_not_spare() {
    let xvfb = Xvfb::start();
    let recorder = Recorder::start(&xvfb);
    let client = xvfb.client();
    let hand = PhysicalMouse::connect(xvfb.name()).unwrap();
    // Theirs has letters on every key that X.Org's usual layout leaves free.
    for keycode in spare_keycodes(&client) {
        let letter = [u32::from('a')];
        client.conn.xinput_change_device_key_mapping(hand.keyboard(), keycode, 1, 1, &letter).unwrap();
    }
    client.conn.sync().unwrap();
    let mut injector = open(&xvfb);
    let euro = InputEvent::Text(KeyText::try_from("€".to_owned()).expect("typable"));
    assert!(refused(injector.inject(&euro)), "no key is free on both");
    drop(recorder);
}

fn spare_keycodes(client: &Client) -> Vec<u8> {
    let mapping = client.conn.get_keyboard_mapping(8, 248).unwrap().reply().unwrap();
    let rows = mapping.keysyms.chunks(mapping.keysyms_per_keycode.into());
    let free = rows.zip(8..=u8::MAX).filter(|(row, _)| row.iter().all(|symbol| *symbol == 0));
    free.map(|(_, keycode)| keycode).collect()
}

#[test]
fn a_dead_key_by_place_is_one() {
    let xvfb = Xvfb::start();
    let recorder = Recorder::start(&xvfb);
    xvfb.lay_out(&["de"]);
    let mut injector = open(&xvfb);
    injector.inject(&key("Equal", true)).unwrap();
    injector.inject(&key("Equal", false)).unwrap();
    recorder.expect("key 21 down");
    recorder.expect("key 21 up");
}

#[test]
fn the_users_locks_are_as_they_were_when_it_lets_go() {
    let xvfb = Xvfb::start();
    let _recorder = Recorder::start(&xvfb);
    let client = xvfb.client();
    client.conn.xkb_use_extension(1, 0).unwrap().reply().unwrap();
    let locked = || {
        let state = client.conn.xkb_get_state(ID::USE_CORE_KBD.into()).unwrap().reply().unwrap();
        u16::from(state.locked_mods) & (CAPS | NUM)
    };
    let mut injector = open(&xvfb);
    let press = |injector: &mut X11Injector, name| {
        injector.inject(&key(name, true)).unwrap();
        injector.inject(&key(name, false)).unwrap();
    };
    press(&mut injector, "CapsLock");
    press(&mut injector, "NumLock");
    // The server does it in its own time.
    let deadline = Instant::now() + PATIENCE;
    while locked() != CAPS | NUM && Instant::now() < deadline {}
    assert_eq!(locked(), CAPS | NUM);
    injector.release_all().unwrap();
    assert_eq!(locked(), 0);
    // Pressed twice, or still down.
    press(&mut injector, "CapsLock");
    press(&mut injector, "CapsLock");
    injector.inject(&key("NumLock", true)).unwrap();
    injector.release_all().unwrap();
    assert_eq!(locked(), 0);
    // What the user locked stays so.
    let hand = PhysicalMouse::connect(xvfb.name()).unwrap();
    hand.key(58, true).unwrap();
    hand.key(58, false).unwrap();
    assert_eq!(locked(), CAPS);
    press(&mut injector, "CapsLock");
    press(&mut injector, "NumLock");
    drop(injector);
    assert_eq!(locked(), CAPS);
}
