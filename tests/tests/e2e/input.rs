//! What the technician types and points at arrives at the user's programs, exactly.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use beistand_tests::{InputWatch, Screen, Start, Window, poll};

use crate::support::{ALL, Host, PATIENCE, SOON, Session, exit, expect_end};

/// A terminal that writes what is typed in it into a file; the pointer is put into it.
pub(crate) fn notepad(screen: &mut Screen) -> (Window, PathBuf) {
    let file = screen.folder().join("typed.txt");
    let window = screen.xterm("notepad", "80x20+40+60", &format!("exec cat > {}", file.display()));
    poll(SOON, || file.exists().then_some(())).expect("the shell opens the file");
    (window, file)
}

/// Waits until the file holds this much; a busy machine types some hundred characters a second.
#[track_caller]
pub(crate) fn expect_typed(file: &std::path::Path, expected: &str) {
    let typed = poll(PATIENCE, || fs::read_to_string(file).ok().filter(|text| text.len() >= expected.len()));
    let typed = typed.unwrap_or_else(|| fs::read_to_string(file).unwrap_or_default());
    assert_eq!(typed, expected);
}

/// A session in which the technician has clicked into a window of the host's.
pub(crate) fn session_in(screen: &Screen, window: &Window) -> Session {
    let mut session = Session::start(screen);
    session.expect_any_picture();
    let (x, y) = window.area.centre();
    session.technician.say(&format!("move {x} {y}"));
    session.technician.say("click left");
    session
}

#[test]
fn text_arrives_with_upper_case_umlauts_and_symbols() {
    let mut screen = Screen::with_window_manager(1024, 768);
    let (window, file) = notepad(&mut screen);
    let mut session = session_in(&screen, &window);
    let lines = [
        "hello world",
        "UPPER and lower, MiXeD",
        "Grüße aus Köln: äöü ÄÖÜ ß",
        "§ € @ { } [ ] | \\ ~ ^ ` ' \" # + * ? ! % & / ( ) = < > ; , . : - _",
        "¿Qué? ça où îles Ωμέγα Жук",
        "0123456789",
    ];
    for line in lines {
        session.technician.say(&format!("text {line}"));
        session.technician.say("key Enter");
    }
    expect_typed(&file, &format!("{}\n", lines.join("\n")));
}

#[test]
fn physical_keys_arrive_as_keys() {
    let mut screen = Screen::with_window_manager(1024, 768);
    let (window, file) = notepad(&mut screen);
    let mut session = session_in(&screen, &window);
    for key in ["KeyA", "KeyB", "Digit1", "Space", "Minus", "KeyX", "Backspace", "Enter"] {
        session.technician.say(&format!("key {key}"));
    }
    expect_typed(&file, "ab1 -\n");
}

#[test]
fn much_text_arrives_whole_and_in_order() {
    let mut screen = Screen::with_window_manager(1024, 768);
    let (window, file) = notepad(&mut screen);
    let mut session = session_in(&screen, &window);
    let mut expected = String::new();
    for line in 0..40 {
        let text = format!("{line:02} {}", "abcdefghijklmnopqrstuvwxyz ÄÖÜ 12345".repeat(2));
        session.technician.say(&format!("text {text}"));
        session.technician.say("key Enter");
        expected += &text;
        expected.push('\n');
    }
    expect_typed(&file, &expected);
}

/// Also what is said before there is a session.
#[test]
fn what_is_asked_for_before_the_user_has_answered_waits_and_is_done() {
    let mut screen = Screen::with_window_manager(1024, 768);
    let (window, file) = notepad(&mut screen);
    let Host { program: mut host, link, .. } = Host::start(&screen);
    let mut technician = Start::node("connect").invite(link).start();
    let (x, y) = window.area.centre();
    for line in [&format!("move {x} {y}"), "click left", "text early", "key Enter"] {
        technician.say(line);
    }
    host.expect("request", PATIENCE);
    technician.expect_that("notice", SOON, |notice| notice.text("what") == "later");
    host.allow(ALL);
    expect_typed(&file, "early\n");
    assert!(technician.newest("not-sent").is_none());
}

/// A key that acts below all windows is never pressed, and nobody takes it for typed.
#[test]
fn what_is_never_pressed_is_told_to_both() {
    let mut screen = Screen::with_window_manager(1024, 768);
    let (window, file) = notepad(&mut screen);
    let mut session = session_in(&screen, &window);
    session.technician.say("text before");
    session.technician.say("key Enter");
    expect_typed(&file, "before\n");
    session.technician.say("key ControlLeft+AltLeft+F1");
    let told = session.technician.expect("not-sent", SOON);
    assert_eq!(told.text("why"), "refused");
    assert!(told.number("missing") >= 1.0, "{told:?}");
    let told = session.host.expect("not-done", SOON);
    assert_eq!(told.text("why"), "refused");
    assert!(!told.text("text").is_empty());
}

/// As a script does it: all at once as soon as it is told that it may, and the end after it.
#[test]
fn what_a_script_gives_at_once_is_typed_whole_before_it_ends() {
    let mut screen = Screen::with_window_manager(1024, 768);
    let (window, file) = notepad(&mut screen);
    let mut session = Session::start(&screen);
    let (x, y) = window.area.centre();
    session.technician.say(&format!("move {x} {y}"));
    session.technician.say("click left");
    let mut expected = String::new();
    for line in 0..400 {
        let text = format!("{line:03} the quick brown fox");
        session.technician.say(&format!("text {text}"));
        session.technician.say("key Enter");
        expected += &text;
        expected.push('\n');
    }
    for _ in 0..3_000 {
        session.technician.say("key KeyA");
    }
    session.technician.say("key Enter");
    session.technician.say("end");
    expected += &"a".repeat(3_000);
    expected.push('\n');
    expect_end(&mut session.technician, 4 * PATIENCE, exit::AS_ASKED, &[]);
    expect_typed(&file, &expected);
    assert!(session.technician.newest("not-sent").is_none());
}

#[test]
fn clicks_drags_and_the_wheel_are_seen() {
    let mut screen = Screen::new(1024, 768);
    let (window, log) = screen.xev("300x300+100+100");
    let mut session = session_in(&screen, &window);
    let seen = |what: &str| {
        let found = poll(SOON, || fs::read_to_string(&log).ok().filter(|text| text.contains(what)));
        assert!(found.is_some(), "xev saw no `{what}`");
    };
    // xev prints the position in its window: its middle.
    seen("ButtonPress event");
    seen("button 1");
    session.technician.say("click right");
    seen("state 0x0, button 3");
    session.technician.say("press left");
    session.technician.say("move 280 290");
    session.technician.say("move 300 310");
    session.technician.say("release left");
    // Moved while the first button is down.
    seen("root:(300,310),");
    seen("state 0x100, is_hint");
    session.technician.say("scroll 0 1");
    seen("button 5");
    session.technician.say("scroll 0 -1");
    seen("button 4");
    session.technician.say("scroll 1 0");
    seen("button 7");
}

#[test]
fn without_the_grant_nothing_is_pressed() {
    let screen = Screen::new(1024, 768);
    let mut watch = InputWatch::new(&screen);
    let mut session = Session::start(&screen);
    session.host.say("revoke keyboard");
    session.host.expect("revoked", SOON);
    session.host.say("revoke pointer");
    session.host.expect("revoked", SOON);
    for line in ["text abc", "key KeyA", "click left", "scroll 0 3", "say done"] {
        session.technician.say(line);
    }
    session.host.expect("chat", SOON);
    assert_eq!(watch.settle(Duration::from_millis(300)), 0, "{:?}", watch.presses());
    assert!(session.host.running() && session.technician.running());
}

#[test]
fn a_revoke_in_the_middle_of_typing_stops_it_at_once() {
    let mut screen = Screen::with_window_manager(1024, 768);
    let (window, file) = notepad(&mut screen);
    let mut watch = InputWatch::new(&screen);
    let mut session = session_in(&screen, &window);
    const LINES: usize = 400;
    for _ in 0..LINES {
        session.technician.say("text abcdefghijklmnopqrstuvwxyz");
    }
    poll(SOON, || (watch.presses().len() > 100).then_some(())).expect("typing has begun");
    session.host.say("revoke keyboard");
    session.host.expect("revoked", SOON);
    let at_revoke = watch.presses().len();
    let after = watch.settle(Duration::from_millis(500));
    assert_eq!(after, at_revoke, "keys were pressed after the revoke was acknowledged");
    assert!(after < LINES * 26, "the revoke came in the middle");
    assert!(fs::read_to_string(&file).is_ok());
    session.technician.expect("revoked", SOON);
    // The rest goes on: the pointer is still allowed.
    session.technician.say("say still here");
    session.host.expect("chat", SOON);
}

/// Presses a button in a session, ends the session as `end` says, and waits for the release.
fn expect_release(end: impl FnOnce(&mut Session)) {
    let mut screen = Screen::new(1024, 768);
    let (window, log) = screen.xev("300x300+100+100");
    let mut session = session_in(&screen, &window);
    session.technician.say("press left");
    let count = |what: &str| fs::read_to_string(&log).unwrap_or_default().matches(what).count();
    poll(SOON, || (count("ButtonPress event") == 2).then_some(())).expect("it is down");
    end(&mut session);
    poll(SOON, || (count("ButtonRelease event") == 2).then_some(())).expect("it is released");
}

#[test]
fn held_keys_and_buttons_are_released_when_the_technician_vanishes() {
    expect_release(|session| session.technician.kill());
}

#[test]
fn held_keys_and_buttons_are_released_when_the_host_is_shut_down() {
    expect_release(|session| session.host.terminate());
}
