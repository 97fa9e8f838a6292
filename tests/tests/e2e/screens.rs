//! The user's screens: they change their size, there are several, and not all of them are shared.

use std::thread::sleep;
use std::time::Duration;

use beistand_tests::{Area, Event, Picture, Screen, poll};

use crate::support::{Host, SOON, Session, expect_error};

/// A screen at rest: text, and nothing that blinks.
fn resting(width: u16, height: u16) -> Screen {
    let mut screen = Screen::with_window_manager(width, height);
    let script = "printf '\\033[?25l'; seq 15; exec cat";
    let window = screen.xterm("rests", "60x20+100+100", script);
    let drawn = poll(SOON, || (screen.shot().crop(window.area).colours(3) >= 2).then_some(()));
    assert!(drawn.is_some(), "the terminal has drawn its lines");
    screen
}

#[test]
fn two_changes_of_the_size_within_a_moment_leave_the_right_picture_of_a_screen_at_rest() {
    let mut screen = resting(1600, 1200);
    screen.switch_monitor_off();
    let mut session = Session::start(&screen);
    session.expect_picture(&screen, 35.0, SOON);
    for pause in [0, 20, 60, 100, 160, 220] {
        screen.resize(1280, 800);
        sleep(Duration::from_millis(pause));
        screen.resize(1024, 768);
        session.expect_picture(&screen, 35.0, Duration::from_secs(5));
        screen.resize(1600, 1200);
        session.expect_picture(&screen, 35.0, Duration::from_secs(5));
    }
}

#[test]
fn a_screen_that_changes_its_size_all_the_while_is_right_in_the_end() {
    let mut screen = resting(1600, 1200);
    screen.switch_monitor_off();
    let mut session = Session::start(&screen);
    session.expect_picture(&screen, 35.0, SOON);
    for step in 0..20 {
        screen.resize(1600 - 20 * step, 1200 - 10 * step);
    }
    session.expect_picture(&screen, 35.0, SOON);
}

/// A screen of two monitors with different things on them: the left one of 700 pixels, the right one lower.
fn two_monitors() -> (Screen, Area, Area) {
    let screen = resting(1300, 800);
    screen.xrandr(&["--setmonitor", "left", "700/0x800/0+0+0", "screen"]);
    screen.xrandr(&["--setmonitor", "right", "600/0x500/0+700+200", "none"]);
    (screen, Area::new(0, 0, 700, 800), Area::new(700, 200, 600, 500))
}

/// Waits until the technician sees this part of the screen, and nothing else.
#[track_caller]
fn expect_part(session: &mut Session, screen: &Screen, part: Area) {
    let mut last = None;
    let found = poll(SOON, || {
        let seen = session.seen()?;
        let real: Picture = screen.shot().crop(part);
        let same = (seen.width(), seen.height()) == (part.width, part.height) && seen.psnr(&real) > 35.0;
        last = Some((seen.width(), seen.height()));
        same.then_some(())
    });
    assert!(found.is_some(), "the technician sees {last:?}, not {part:?}");
}

/// The names of the monitors that the technician has been told last.
fn names(event: &Event) -> Vec<String> {
    let monitors = event.value["monitors"].as_array().cloned().unwrap_or_default();
    monitors.iter().map(|monitor| monitor["name"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_technician_sees_one_of_two_monitors_and_points_at_what_is_on_it() {
    let (screen, left, right) = two_monitors();
    let mut session = Session::start(&screen);
    session.expect_picture(&screen, 35.0, SOON);
    let told = session.technician.expect("monitors", SOON);
    assert_eq!(names(&told), ["left", "right"]);
    for (name, part) in [("right", right), ("left", left)] {
        session.technician.say(&format!("monitor {name}"));
        expect_part(&mut session, &screen, part);
        session.technician.say("move 30 40");
        let there = ((part.x + 30) as i16, (part.y + 40) as i16);
        let moved = poll(SOON, || (screen.pointer() == there).then_some(()));
        assert!(moved.is_some(), "the pointer is at {:?}, not {there:?}", screen.pointer());
    }
    session.technician.say("monitor all");
    session.expect_picture(&screen, 35.0, SOON);
}

#[test]
fn a_monitor_that_the_user_hides_is_gone_from_the_picture_and_out_of_reach() {
    let (screen, _, right) = two_monitors();
    let mut session = Session::start(&screen);
    session.expect_picture(&screen, 35.0, SOON);
    session.host.say("hide left");
    expect_part(&mut session, &screen, right);
    let told = poll(SOON, || session.technician.newest("monitors").filter(|told| names(told) == ["right"]));
    assert!(told.is_some(), "the other one is not even told: {:?}", session.technician.newest("monitors"));
    session.technician.say("monitor left");
    session.technician.say("move 0 0");
    let corner = (right.x as i16, right.y as i16);
    assert!(poll(SOON, || (screen.pointer() == corner).then_some(())).is_some(), "{:?}", screen.pointer());
    expect_part(&mut session, &screen, right);
}

#[test]
fn a_monitor_is_given_back_by_the_users_answer_and_by_nothing_less() {
    let (screen, _, right) = two_monitors();
    let mut session = Session::start(&screen);
    session.expect_picture(&screen, 35.0, SOON);
    session.host.say("hide left");
    expect_part(&mut session, &screen, right);
    session.host.say("show left");
    expect_error(&session.host, "only counts when you type it on the terminal");
    session.host.type_line("show left");
    let question = session.host.expect("confirm", SOON);
    assert_eq!(question.text("verb"), "show");
    expect_part(&mut session, &screen, right);
    assert_eq!(
        session.technician.newest("monitors").map(|told| names(&told)),
        Some(vec!["right".to_owned()])
    );
    session.host.answer(&question, "");
    session.expect_picture(&screen, 35.0, SOON);
    let told =
        poll(SOON, || session.technician.newest("monitors").filter(|told| names(told) == ["left", "right"]));
    assert!(told.is_some(), "the technician's menu follows");
    session.host.say("hide no-such-one");
    session.host.expect("no-monitor", SOON);
    session.expect_picture(&screen, 35.0, SOON);
}

#[test]
fn the_users_answer_says_which_monitors_are_seen_from_the_first_picture_on() {
    let (screen, _, right) = two_monitors();
    let host = Host::start(&screen);
    let mut session = Session::allowing("view=right,pointer,keyboard", host, Host::technician);
    let first = poll(SOON, || session.seen()).expect("a picture");
    assert_eq!((first.width(), first.height()), (right.width, right.height));
    expect_part(&mut session, &screen, right);
    let told: Vec<_> =
        session.technician.events().into_iter().filter(|event| event.kind() == "monitors").collect();
    assert!(told.iter().all(|event| names(event) == ["right"]), "{told:?}");
}

#[test]
fn a_desktop_wider_than_any_picture_is_seen_smaller_and_by_monitor() {
    let screen = Screen::new(9000, 1000);
    screen.paint_background([200, 30, 60]);
    screen.xrandr(&["--setmonitor", "left", "4500/0x1000/0+0+0", "screen"]);
    screen.xrandr(&["--setmonitor", "right", "4500/0x1000/0+4500+0", "none"]);
    let mut session = Session::start(&screen);
    let size = |seen: Picture| (seen.width(), seen.height());
    assert!(poll(SOON, || session.seen().filter(|seen| size(seen.clone()) == (4500, 500))).is_some());
    session.technician.say("move 4400 400");
    assert!(
        poll(SOON, || (screen.pointer() == (8801, 801)).then_some(())).is_some(),
        "{:?}",
        screen.pointer()
    );
    session.technician.say("monitor right");
    expect_part(&mut session, &screen, Area::new(4500, 0, 4500, 1000));
}
