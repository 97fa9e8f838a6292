//! No session without the bar that shows it: on the screen from consent to the end in both programs, and a
//! session whose bar is hidden is paused.

use std::time::{Duration, Instant};

use beistand_tests::desktop::{User, granted};
use beistand_tests::hiding::{Hider, Hiding, end_button, flow_button, has_indicator, indicator};
use beistand_tests::{Device, Hand, Program, Screen, Start, poll};

use crate::support::{NOTICE, PATIENCE, SOON, Session};

/// How soon a session is paused whose bar is hidden.
const PAUSED_WITHIN: Duration = Duration::from_secs(2);

/// Hides the bar as `hiding` says and waits until the host has paused and said why; how long that took.
#[track_caller]
fn expect_paused(host: &mut Program, screen: &Screen, hiding: Hiding) -> (Hider, Duration) {
    let bar = indicator(screen);
    let started = Instant::now();
    let hider = Hider::start(screen, &bar, hiding);
    let notice = host.expect("notice", SOON);
    let paused = host.expect("paused", SOON);
    let after = paused.at.saturating_duration_since(started);
    assert_eq!(notice.text("what"), "paused-hidden");
    assert!(notice.text("text").contains("hidden"), "{}", notice.text("text"));
    (hider, after)
}

/// Presses "Go on" by hand until the session goes on.
#[track_caller]
fn go_on(host: &mut Program, screen: &Screen) {
    let hand = Hand::new(screen, Device::Physical);
    let resumed = poll(PATIENCE, || {
        hand.click(flow_button(&indicator(screen)));
        host.wait_for("resumed", Duration::from_millis(500))
    });
    assert!(resumed.is_some(), "a hand's press on the bar lets it go on");
}

#[test]
fn a_session_whose_bar_is_hidden_is_paused_within_two_seconds_and_says_why() {
    let screen = Screen::new(1024, 768);
    let mut session = Session::start(&screen);
    let mut took = Vec::new();
    for hiding in [Hiding::Cover, Hiding::Unmap, Hiding::Move] {
        let (hider, after) = expect_paused(&mut session.host, &screen, hiding);
        took.push(after);
        session.technician.expect("paused", NOTICE);
        drop(hider);
        go_on(&mut session.host, &screen);
        session.technician.expect("resumed", NOTICE);
    }
    // A machine that is busy with other tests can delay each of them, and not all three.
    assert!(took.iter().any(|after| *after < PAUSED_WITHIN), "{took:?}");
}

#[test]
fn the_window_program_pauses_too_when_its_bar_is_hidden() {
    let screen = Screen::with_window_manager(1280, 960);
    screen.paint_background([70, 100, 150]);
    let mut host = Start::desktop(&[]).on(&screen).start();
    let user = User::at(&screen, Device::Physical);
    let link = user.get_help(&screen);
    let mut technician = Start::node("connect").invite(&link).start();
    host.expect("request", PATIENCE);
    assert!(!has_indicator(&screen), "nobody helps yet");
    user.press_allow(&screen);
    granted(&mut host);
    drop(expect_paused(&mut host, &screen, Hiding::Cover));
    technician.expect("paused", NOTICE);
    go_on(&mut host, &screen);
    technician.expect("resumed", NOTICE);
    Hand::new(&screen, Device::Physical).click(end_button(&indicator(&screen)));
    technician.expect("ended", NOTICE);
    host.expect("ended", NOTICE);
    poll(SOON, || (!has_indicator(&screen)).then_some(())).expect("the bar goes with the session");
}

#[test]
fn a_program_can_pause_and_end_by_the_bar_but_not_go_on() {
    let screen = Screen::new(1024, 768);
    let mut session = Session::start(&screen);
    let bar = indicator(&screen);
    let program = Hand::new(&screen, Device::Injected);
    program.click(flow_button(&bar));
    session.host.expect("paused", NOTICE);
    go_on(&mut session.host, &screen);
    program.click(flow_button(&bar));
    session.host.expect("paused", NOTICE);
    // Long enough for the button to count, were it a hand's.
    let until = Instant::now() + Duration::from_secs(2);
    while Instant::now() < until {
        program.click(flow_button(&bar));
    }
    program.click(end_button(&bar));
    session.host.expect("ended", NOTICE);
    session.technician.expect("ended", NOTICE);
    let resumed = session.host.events().iter().filter(|event| event.kind() == "resumed").count();
    assert_eq!(resumed, 1, "by hand, and by nobody else");
}

#[test]
fn a_technician_can_not_press_the_bar() {
    let screen = Screen::new(1024, 768);
    let mut session = Session::start(&screen);
    session.expect_any_picture();
    let bar = indicator(&screen);
    for (x, y) in [flow_button(&bar), end_button(&bar)] {
        session.technician.say(&format!("move {x} {y}"));
        session.technician.say("click left");
    }
    session.technician.say("say done");
    session.host.expect("chat", SOON);
    assert!(session.host.newest("paused").is_none() && session.host.running());
}

#[test]
fn a_bar_that_a_program_destroys_comes_back() {
    let screen = Screen::new(1024, 768);
    let mut session = Session::start(&screen);
    let bar = indicator(&screen);
    let mut xdotool = screen.command("xdotool");
    assert!(xdotool.args(["windowkill", &bar.id.to_string()]).status().expect("xdotool").success());
    // The server has closed it by now, and gives the new one the same number.
    poll(SOON, || has_indicator(&screen).then_some(())).expect("there is another one");
    session.host.say("say still here");
    session.technician.expect("chat", SOON);
}
