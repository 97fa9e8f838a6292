//! The XTEST injector on a real X server, as another process sees it.

use std::time::Duration;

use beistand_platform::x11::X11Injector;
use beistand_platform::{InputInjector, KeyCombination};
use beistand_session::{InputEvent, KeyText, PhysicalKey, PointerButton};
use x11rb::protocol::xproto::{ConnectionExt as _, InputFocus, KeyButMask};
use x11rb::wrapper::ConnectionExt as _;

use crate::support::hand::PhysicalMouse;
use crate::support::input::{button, key, refused};
use crate::support::running::window_manager;
use crate::support::{Client, Recorder, Xterm, Xvfb};

fn open(xvfb: &Xvfb) -> X11Injector {
    X11Injector::open(xvfb.name(), KeyCombination::PANIC).expect("an injector")
}

fn key_with_text(name: &str, pressed: bool, text: &str) -> InputEvent {
    let text = Some(KeyText::try_from(text.to_owned()).expect("typable"));
    InputEvent::Key { key: PhysicalKey::from_name(name).expect("in the table"), pressed, text }
}

/// Characters of which a keyboard for American English lacks most.
const LACKING: &str = "abcXYZ 0189 äöüÄÖÜß €@ éèê ñ ąćęłńóśźż čďěňřšťůž абвгдежз ΑΒΓΔ ☺★ 😀";

/// Fewer characters than X.Org's usual keyboards have spare keycodes.
const CHUNK: usize = 8;

#[test]
fn clicks_drags_and_the_wheel_arrive() {
    let xvfb = Xvfb::start();
    let recorder = Recorder::start(&xvfb);
    let mut injector = open(&xvfb);
    injector.inject(&InputEvent::PointerMove { x: 10, y: 20 }).unwrap();
    recorder.expect("motion 10,20");
    for (pressed, name, number) in [
        (PointerButton::Left, "left", 1),
        (PointerButton::Middle, "middle", 2),
        (PointerButton::Right, "right", 3),
        (PointerButton::Back, "back", 8),
        (PointerButton::Forward, "forward", 9),
    ] {
        injector.inject(&button(pressed, true)).unwrap();
        assert_eq!(injector.held_buttons(), [pressed], "{name}");
        injector.inject(&button(pressed, false)).unwrap();
        recorder.expect(&format!("button {number} down at 10,20"));
        recorder.expect(&format!("button {number} up at 10,20"));
    }
    injector.inject(&button(PointerButton::Left, true)).unwrap();
    injector.inject(&InputEvent::PointerMove { x: 30, y: 40 }).unwrap();
    injector.inject(&button(PointerButton::Left, false)).unwrap();
    recorder.expect("button 1 down at 10,20");
    recorder.expect("motion 30,40");
    recorder.expect("button 1 up at 30,40");

    for (dx, dy, number) in [(0, 120, 5), (0, -120, 4), (120, 0, 7), (-120, 0, 6)] {
        injector.inject(&InputEvent::Wheel { dx, dy }).unwrap();
        recorder.expect(&format!("button {number} down at 30,40"));
        recorder.expect(&format!("button {number} up at 30,40"));
    }
    injector.inject(&InputEvent::Wheel { dx: 0, dy: 60 }).unwrap();
    injector.inject(&InputEvent::Wheel { dx: 0, dy: 60 }).unwrap();
    recorder.expect("button 5 down at 30,40");
    recorder.expect("button 5 up at 30,40");
}

#[test]
fn positions_off_the_screen_and_unpaired_releases_are_refused() {
    let xvfb = Xvfb::start_sized("800x600x24");
    let recorder = Recorder::start(&xvfb);
    let mut injector = open(&xvfb);
    injector.inject(&InputEvent::PointerMove { x: 5, y: 5 }).unwrap();
    recorder.expect("motion 5,5");
    for (x, y) in [(800, 0), (0, 600), (u16::MAX, u16::MAX), (40_000, 1)] {
        assert!(refused(injector.inject(&InputEvent::PointerMove { x, y })), "{x},{y}");
    }
    assert!(refused(injector.inject(&button(PointerButton::Left, false))));
    assert!(refused(injector.inject(&key("KeyA", false))));
    injector.inject(&InputEvent::PointerMove { x: 6, y: 5 }).unwrap();
    recorder.expect("motion 6,5");
}

#[test]
fn keys_arrive_and_repeat() {
    let xvfb = Xvfb::start();
    let recorder = Recorder::start(&xvfb);
    let mut injector = open(&xvfb);
    injector.inject(&key("KeyA", true)).unwrap();
    injector.inject(&key("KeyA", true)).unwrap();
    injector.inject(&key("KeyA", false)).unwrap();
    for line in ["key 38 down", "key 38 up", "key 38 down", "key 38 up"] {
        recorder.expect(line);
    }
    // The server's own layout (us) makes the same text: the key itself is pressed.
    injector.inject(&key("ShiftLeft", true)).unwrap();
    injector.inject(&key_with_text("KeyA", true, "A")).unwrap();
    injector.inject(&key_with_text("KeyA", false, "A")).unwrap();
    injector.inject(&key("ShiftLeft", false)).unwrap();
    for line in ["key 50 down", "key 38 down", "key 38 up", "key 50 up"] {
        recorder.expect(line);
    }
}

#[test]
fn a_held_key_is_not_repeated_by_the_server() {
    let xvfb = Xvfb::start();
    let recorder = Recorder::start(&xvfb);
    let repeat = ["r", "rate", "50", "50"];
    assert!(xvfb.command("xset").args(repeat).status().expect("xset").success());
    let mut injector = open(&xvfb);
    injector.inject(&key("Backspace", true)).unwrap();
    recorder.expect("key 22 down");
    // The technician repeats; if the connection stalls, nothing may run on by itself.
    recorder.expect_nothing(Duration::from_millis(500));
    drop(injector);
    recorder.expect("key 22 up");
    // The user's own keys repeat as ever.
    let hand = PhysicalMouse::connect(xvfb.name()).unwrap();
    hand.key(14, true).unwrap();
    for line in ["key 22 down", "key 22 up", "key 22 down"] {
        recorder.expect(line);
    }
}

#[test]
fn other_text_than_the_key_makes_here_is_typed_and_its_release_swallowed() {
    let xvfb = Xvfb::start();
    let recorder = Recorder::start(&xvfb);
    let mut injector = open(&xvfb);
    // A German technician's Z is the host's Y key.
    injector.inject(&key_with_text("KeyY", true, "z")).unwrap();
    injector.inject(&key_with_text("KeyY", false, "z")).unwrap();
    recorder.expect("key 52 down");
    recorder.expect("key 52 up");
    // And Shift+7 is a slash: without Shift here, which is let go of for a moment.
    injector.inject(&key("ShiftLeft", true)).unwrap();
    injector.inject(&key_with_text("Digit7", true, "/")).unwrap();
    injector.inject(&key_with_text("Digit7", false, "/")).unwrap();
    injector.inject(&key("ShiftLeft", false)).unwrap();
    for line in ["key 50 down", "key 50 up", "key 61 down", "key 61 up", "key 50 down", "key 50 up"] {
        recorder.expect(line);
    }
}

#[test]
fn everything_that_is_held_is_released() {
    let xvfb = Xvfb::start();
    let recorder = Recorder::start(&xvfb);
    let client = xvfb.client();
    let mut injector = open(&xvfb);
    let hold = |injector: &mut X11Injector| {
        injector.inject(&InputEvent::PointerMove { x: 50, y: 50 }).unwrap();
        injector.inject(&key("ShiftLeft", true)).unwrap();
        injector.inject(&key("KeyB", true)).unwrap();
        injector.inject(&button(PointerButton::Right, true)).unwrap();
        injector.inject(&InputEvent::Text(KeyText::try_from("€".to_owned()).expect("typable"))).unwrap();
    };
    hold(&mut injector);
    let before = std::time::Instant::now();
    injector.release_all().unwrap();
    println!("released in {:?}", before.elapsed());
    assert!(injector.held_buttons().is_empty());
    assert_nothing_held(&client);
    hold(&mut injector);
    drop(injector);
    assert_nothing_held(&client);
    drop(recorder);
}

#[track_caller]
fn assert_nothing_held(client: &Client) {
    let pointer = client.conn.query_pointer(client.root).unwrap().reply().unwrap();
    assert_eq!(pointer.mask, KeyButMask::from(0u16));
    assert_eq!(client.conn.query_keymap().unwrap().reply().unwrap().keys, [0; 32]);
    let mapping = client.conn.get_keyboard_mapping(8, 248).unwrap().reply().unwrap();
    assert!(!mapping.keysyms.contains(&0x0100_20ac), "no keycode is left bound");
}

#[test]
fn windows_of_our_own_are_refused() {
    let xvfb = Xvfb::start();
    let recorder = Recorder::start(&xvfb);
    let client = xvfb.client();
    // Below the recorder's window on the screen, and beside it.
    let ours = client.window(500, 0, 200, 200);
    let mut injector = open(&xvfb);
    injector.inject(&InputEvent::PointerMove { x: 550, y: 50 }).unwrap();
    assert!(refused(injector.inject(&button(PointerButton::Left, true))));
    assert!(refused(injector.inject(&InputEvent::Wheel { dx: 0, dy: 120 })));
    assert!(injector.held_buttons().is_empty());
    // The keyboard is in the recorder's window still.
    injector.inject(&key("KeyA", true)).unwrap();
    recorder.expect("key 38 down");
    client.conn.set_input_focus(InputFocus::PARENT, ours, x11rb::CURRENT_TIME).unwrap();
    client.conn.sync().unwrap();
    assert!(refused(injector.inject(&key("KeyB", true))));
    assert!(refused(injector.inject(&InputEvent::Text(KeyText::try_from("x".to_owned()).expect("typable")))));
    // What is down may always go up.
    injector.inject(&key("KeyA", false)).unwrap();
    // A button that went down elsewhere may go up over our window: it is not ours that gets it.
    injector.inject(&InputEvent::PointerMove { x: 1, y: 1 }).unwrap();
    recorder.expect("motion 1,1");
    injector.inject(&button(PointerButton::Left, true)).unwrap();
    recorder.expect("button 1 down at 1,1");
    injector.inject(&InputEvent::PointerMove { x: 550, y: 50 }).unwrap();
    injector.inject(&button(PointerButton::Left, false)).unwrap();
    recorder.expect("motion 550,50");
    recorder.expect("button 1 up at 550,50");
}

#[test]
fn the_window_managers_frame_round_a_window_of_our_own_is_refused() {
    let xvfb = Xvfb::start();
    let _openbox = window_manager(&xvfb);
    let client = xvfb.client();
    let ours = client.managed_window(200, 100);
    let mut injector = open(&xvfb);
    let place = client.conn.translate_coordinates(ours, client.root, 0, 0).unwrap().reply().unwrap();
    // Above it is its title, beside that what minimises and closes it.
    for x in [5, 100, 195] {
        let (x, y) = (place.dst_x + x, place.dst_y - 8);
        injector.inject(&InputEvent::PointerMove { x: x as u16, y: y as u16 }).unwrap();
        let pointer = client.conn.query_pointer(client.root).unwrap().reply().unwrap();
        assert_ne!(pointer.child, 0, "the pointer is over the frame");
        assert!(refused(injector.inject(&button(PointerButton::Left, true))), "at {x},{y}");
    }
    // The root window is nobody's.
    injector.inject(&InputEvent::PointerMove { x: 1, y: 1 }).unwrap();
    injector.inject(&button(PointerButton::Left, true)).unwrap();
}

#[test]
fn the_panic_combination_is_never_pressed() {
    let xvfb = Xvfb::start();
    let _recorder = Recorder::start(&xvfb);
    let mut injector = open(&xvfb);
    for name in ["ShiftLeft", "ControlLeft", "AltLeft"] {
        injector.inject(&key(name, true)).unwrap();
    }
    assert!(refused(injector.inject(&key("End", true))));
}

#[test]
fn keys_that_act_below_all_windows_are_never_pressed() {
    let xvfb = Xvfb::start();
    let recorder = Recorder::start(&xvfb);
    // Where the layout has it; X.Org's default has it not, some desktops do.
    let layout = ["-layout", "us", "-option", "terminate:ctrl_alt_bksp"];
    assert!(xvfb.command("setxkbmap").args(layout).status().expect("setxkbmap").success());
    let mut injector = open(&xvfb);
    injector.inject(&key("F1", true)).unwrap();
    recorder.expect("key 67 down");
    injector.release_all().unwrap();
    for name in ["ControlLeft", "AltLeft"] {
        injector.inject(&key(name, true)).unwrap();
    }
    for number in 1..=12 {
        assert!(refused(injector.inject(&key(&format!("F{number}"), true))), "console {number}");
    }
    assert!(refused(injector.inject(&key("Backspace", true))), "the end of the server");
    injector.inject(&key("KeyT", true)).unwrap();
    for line in ["key 67 up", "key 37 down", "key 64 down", "key 28 down"] {
        recorder.expect(line);
    }
}

#[test]
fn text_arrives_complete_and_in_order() {
    let xvfb = Xvfb::start();
    let mut xterm = Xterm::start(&xvfb);
    let mut injector = open(&xvfb);
    injector.inject(&InputEvent::PointerMove { x: 100, y: 100 }).unwrap();
    let mut type_text = |text: &str| {
        for part in KeyText::split(text) {
            injector.inject(&InputEvent::Text(part)).unwrap();
        }
        assert_eq!(xterm.read(text.len()), text);
    };
    type_text("Hello, World! ~#'\\{}[]|<>");
    type_text("Ä ö ß € @ \\ ~ É ÀÉÎÕÜ Straße 100 €");
    type_text("Привет мир — ἀρχή 日本語 한국어 😀🎉");
    type_text("⟨⟩ ‹› “” ≤ √ ☎");
    let alphabet: Vec<char> = LACKING.chars().collect();
    let mixed: Vec<char> = (0..500).map(|index| alphabet[index * 7919 % alphabet.len()]).collect();
    // No more at once than can be bound at once: how fast xterm is does not matter then.
    for part in mixed.chunks(CHUNK) {
        type_text(&part.iter().collect::<String>());
    }
}

#[test]
#[ignore = "takes an xterm that looks keys up within half a second"]
fn text_at_full_speed() {
    let xvfb = Xvfb::start();
    let mut xterm = Xterm::start(&xvfb);
    let mut injector = open(&xvfb);
    injector.inject(&InputEvent::PointerMove { x: 100, y: 100 }).unwrap();
    for (name, alphabet) in [("all in the layout", "abcXYZ 0189"), ("most not in it", LACKING)] {
        let alphabet: Vec<char> = alphabet.chars().collect();
        let text: String = (0..500).map(|index| alphabet[index * 7919 % alphabet.len()]).collect();
        let before = std::time::Instant::now();
        for part in KeyText::split(&text) {
            injector.inject(&InputEvent::Text(part)).unwrap();
        }
        assert_eq!(xterm.read(text.len()), text);
        println!("500 characters, {name}: {:?}", before.elapsed());
    }
}

#[test]
fn typing_is_cut_short() {
    let xvfb = Xvfb::start();
    let _recorder = Recorder::start(&xvfb);
    let mut injector = open(&xvfb);
    let interrupt = injector.interrupt();
    // More characters than spare keycodes: it has to wait, again and again.
    let text: String = ('\u{3041}'..='\u{3094}').collect();
    let parts = KeyText::split(&text);
    std::thread::scope(|scope| {
        let typing = scope.spawn(|| {
            let mut typed = parts.iter().cycle().map(|part| injector.inject(&InputEvent::Text(part.clone())));
            refused(typed.find(Result::is_err).expect("it ends only so"))
        });
        interrupt.raise();
        assert!(typing.join().unwrap());
    });
    injector.release_all().unwrap();
    injector.inject(&InputEvent::Text(KeyText::try_from("a".to_owned()).expect("typable"))).unwrap();
}

#[test]
fn text_does_not_depend_on_layout_shift_or_caps_lock() {
    let xvfb = Xvfb::start();
    let mut xterm = Xterm::start(&xvfb);
    let mut injector = open(&xvfb);
    injector.inject(&InputEvent::PointerMove { x: 100, y: 100 }).unwrap();
    let text = |text: &str| InputEvent::Text(KeyText::try_from(text.to_owned()).expect("typable"));
    assert!(xvfb.command("setxkbmap").arg("de").status().expect("setxkbmap").success());
    injector.inject(&text("zy€@{ÄÉñ/")).unwrap();
    assert_eq!(xterm.read("zy€@{ÄÉñ/".len()), "zy€@{ÄÉñ/");
    injector.inject(&key("ShiftLeft", true)).unwrap();
    injector.inject(&text("aB/7é€")).unwrap();
    injector.inject(&key("ShiftLeft", false)).unwrap();
    assert_eq!(xterm.read("aB/7é€".len()), "aB/7é€");
    injector.inject(&key("CapsLock", true)).unwrap();
    injector.inject(&key("CapsLock", false)).unwrap();
    injector.inject(&text("aBñÑ/7€я")).unwrap();
    assert_eq!(xterm.read("aBñÑ/7€я".len()), "aBñÑ/7€я");
}
