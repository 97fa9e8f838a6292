//! The user's own hand wins over the technician's, and the emergency key ends a session whatever is on the
//! screen and whatever else is held.

use std::fs;
use std::time::{Duration, Instant};

use beistand_tests::{Device, Hand, Screen, poll};

use crate::input::session_in;
use crate::support::{NOTICE, SOON, Session};

/// X11's codes of the emergency key's parts: Ctrl, Alt, End.
const EMERGENCY: [u8; 3] = [37, 64, 115];

/// How long the user may see a button held after they have touched the mouse.
const AT_ONCE: Duration = Duration::from_millis(500);

fn press_emergency_key(screen: &Screen) {
    let hand = Hand::new(screen, Device::Physical);
    for keycode in EMERGENCY {
        hand.key(keycode, true);
    }
    for keycode in EMERGENCY.into_iter().rev() {
        hand.key(keycode, false);
    }
}

#[track_caller]
fn expect_emergency_end(session: &mut Session) {
    let ended = session.host.expect("ended", NOTICE);
    assert_eq!(ended.text("by"), "us");
    session.technician.expect("ended", NOTICE);
}

/// The technician has the pointer in a window that notes its events.
fn pointing_at_events(screen: &mut Screen) -> (Session, impl Fn(&str) -> usize + use<>) {
    let (window, log) = screen.xev("300x300+100+100");
    let mut session = Session::start(screen);
    session.expect_any_picture();
    let (x, y) = window.area.centre();
    session.technician.say(&format!("move {x} {y}"));
    (session, move |what: &str| fs::read_to_string(&log).unwrap_or_default().matches(what).count())
}

#[test]
fn a_button_that_the_technician_holds_goes_up_as_soon_as_the_user_touches_the_mouse() {
    let mut screen = Screen::new(1024, 768);
    let (mut session, count) = pointing_at_events(&mut screen);
    session.technician.say("press left");
    poll(SOON, || (count("ButtonPress event") == 1).then_some(())).expect("it is down");
    // It stays so for as long as the technician's program says that it is held.
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(count("ButtonRelease event"), 0);
    let hand = Hand::new(&screen, Device::Physical);
    let touched = Instant::now();
    hand.press(2);
    poll(SOON, || (count("ButtonRelease event") >= 1).then_some(())).expect("it is up");
    assert!(touched.elapsed() < AT_ONCE, "{:?}", touched.elapsed());
    hand.release(2);
    session.host.expect("hands-off", SOON);
}

#[test]
fn the_emergency_key_ends_it_with_shift_and_a_button_held_by_the_technician() {
    let mut screen = Screen::new(1024, 768);
    let (mut session, count) = pointing_at_events(&mut screen);
    session.technician.say("press left");
    session.technician.say("hold ShiftLeft");
    poll(SOON, || (count("KeyPress event") >= 1).then_some(())).expect("Shift is down");
    press_emergency_key(&screen);
    expect_emergency_end(&mut session);
    poll(SOON, || (count("ButtonRelease event") >= 1).then_some(())).expect("it is up");
}

#[test]
fn the_emergency_key_ends_it_while_a_menu_is_open() {
    let mut screen = Screen::with_window_manager(1024, 768);
    let window = screen.editor("letter.txt", "Dear Sirs\n");
    let mut session = session_in(&screen, &window);
    // An open menu has grabbed the keyboard. The click may not have arrived at the first try.
    poll(SOON, || {
        session.technician.say("key AltLeft+KeyF");
        poll(Duration::from_secs(2), || screen.keyboard_is_grabbed().then_some(()))
    })
    .expect("the menu is open");
    press_emergency_key(&screen);
    expect_emergency_end(&mut session);
}

#[test]
fn the_emergency_key_ends_it_in_a_terminals_secure_keyboard_mode() {
    let mut screen = Screen::with_window_manager(1024, 768);
    let mut command = screen.command("xterm");
    command.args(["-T", "secure", "-xrm", "*VT100.translations: #override <Key>F5: secure()"]);
    screen.start(&mut command);
    let window = screen.window("secure");
    let mut session = session_in(&screen, &window);
    poll(SOON, || {
        session.technician.say("key F5");
        std::thread::sleep(Duration::from_millis(200));
        screen.keyboard_is_grabbed().then_some(())
    })
    .expect("the keyboard is secured");
    press_emergency_key(&screen);
    expect_emergency_end(&mut session);
}

#[test]
fn a_session_pauses_when_the_monitor_shows_another_console() {
    let screen = Screen::new(640, 480);
    let mut session = Session::start(&screen);
    session.expect_any_picture();
    // What X.Org notes at its root window.
    let mut note = screen.command("xprop");
    note.args(["-root", "-f", "XFree86_has_VT", "32i", "-set", "XFree86_has_VT", "0"]);
    assert!(note.status().expect("xprop is installed").success());
    session.technician.expect("paused", NOTICE);
    session.host.expect_that("notice", NOTICE, |event| event.text("what") == "paused-away");
    session.host.type_line("resume");
    session.technician.expect("resumed", NOTICE);
}
