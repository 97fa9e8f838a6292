//! Pointing from end to end: what the helper draws is on the user's screen and in the helper's picture, and
//! clicks go through it.

mod looks;
mod times;

use std::fs;
use std::time::Duration;

use beistand_tests::{Area, Device, Hand, Picture, Screen, Start, poll};

use crate::input::{expect_typed, notepad};
use crate::support::{Host, PATIENCE, SOON, Session};
use crate::support_windows::TwoWindows;

/// What these tests ask for.
const WANTS: &str = "view,pointer,keyboard,annotate";

const SKY: [u8; 3] = [0x56, 0xb4, 0xe9];
const VERMILION: [u8; 3] = [0xd5, 0x5e, 0x00];
const PURPLE: [u8; 3] = [0xcc, 0x79, 0xa7];

/// How far a colour may be off in a picture that is not exact yet.
const NEAR: u8 = 40;

fn session(screen: &Screen) -> Session {
    let host = Host::start(screen);
    let mut session = Session::allowing(WANTS, host, |host| {
        Start::node("connect").arguments(["--wants", WANTS]).invite(&host.link).start()
    });
    session.expect_any_picture();
    session
}

fn has(picture: &Picture, colour: [u8; 3], tolerance: u8) -> bool {
    let whole = Area { x: 0, y: 0, width: picture.width(), height: picture.height() };
    picture.bounds_of(colour, tolerance, whole).is_some()
}

/// Waits until the technician's picture has this colour.
#[track_caller]
fn expect_seen(session: &mut Session, colour: [u8; 3]) {
    let seen = poll(PATIENCE, || session.seen().filter(|picture| has(picture, colour, NEAR)).map(|_| ()));
    seen.expect("the technician sees it");
}

#[test]
fn what_the_helper_draws_is_on_both_screens_and_clicks_go_through_it() {
    let mut screen = Screen::with_window_manager(1024, 768);
    let (window, file) = notepad(&mut screen);
    let mut session = session(&screen);
    let (x, y) = window.area.centre();
    session.technician.say(&format!("draw sky stay {},{y} {},{y}", x - 100, x + 100));
    session.technician.expect("pointing-shown", SOON);
    session.host.expect("pointing-drawing", SOON);
    assert!(has(&screen.shot(), SKY, 0), "it is on the user's screen");
    expect_seen(&mut session, SKY);
    // The click goes to the terminal below, and what is typed then as well.
    session.technician.say(&format!("move {x} {y}"));
    session.technician.say("click left");
    session.technician.say("text through");
    session.technician.say("key Enter");
    expect_typed(&file, "through\n");
    assert!(fs::metadata(&file).is_ok() && has(&screen.shot(), SKY, 0), "it stays");
    session.host.say("point 40 700");
    let back = session.technician.expect("pointing-back", SOON);
    assert_eq!((back.number("x"), back.number("y")), (40.0, 700.0));
    expect_seen(&mut session, PURPLE);
    session.host.say("wipe");
    session.technician.expect("pointing-wiped", SOON);
    let wiped = || (!has(&screen.shot(), SKY, 0) && !has(&screen.shot(), PURPLE, 0)).then_some(());
    poll(SOON, wiped).expect("all of it goes");
    // What is drawn ends with the permission, and with a program that dies.
    session.technician.say("write stay 300 700 Click here");
    session.technician.expect("pointing-shown", SOON);
    assert!(has(&screen.shot(), VERMILION, 0));
    session.host.say("revoke annotate");
    let gone = |screen: &Screen| (!has(&screen.shot(), VERMILION, 0)).then_some(());
    poll(SOON, || gone(&screen)).expect("it goes with the permission");
    session.technician.expect("revoked", SOON);
    session.technician.say("point 5 5");
    assert_eq!(session.technician.expect("pointing-refused", SOON).text("why"), "not-allowed");
    session.host.type_line("grant annotate");
    let question = session.host.expect("confirm", SOON);
    session.host.answer(&question, "");
    session.technician.expect("granted", SOON);
    session.technician.say("write stay 300 700 Click here");
    session.technician.expect("pointing-shown", SOON);
    session.host.kill();
    poll(SOON, || gone(&screen)).expect("it goes with the program");
}

/// What the command that opens the tools is called.
const DRAW: [(&str, &str); 2] = [("en", "Draw"), ("de", "Zeichnen")];

/// What it is called in this one.
fn draw_command(language: &str) -> &'static str {
    DRAW.into_iter().find(|(one, _)| *one == language).map(|(_, name)| name).expect("one of both")
}

/// The helper's tools are over the picture: the swatch of a colour that nothing else has.
fn has_tools(shot: &Picture) -> bool {
    shot.bounds_of(SKY, 2, shot.area()).is_some_and(|area| (10..40).contains(&area.width))
}

/// Waits until a screen has this colour, or no longer.
#[track_caller]
fn expect_colour(screen: &Screen, colour: [u8; 3], wanted: bool) {
    let found = poll(SOON, || (has(&screen.shot(), colour, 0) == wanted).then_some(()));
    assert!(found.is_some(), "{colour:?} is to be there: {wanted}");
}

/// The helper draws until it is on the user's screen: a window that takes longer for a frame than a hand for
/// all of it sees nothing of it.
#[track_caller]
fn draw_by_hand(two: &TwoWindows, stroke: &[(i16, i16)]) {
    let drawn = poll(PATIENCE, || {
        two.helper.hand.drag(stroke);
        poll(Duration::from_secs(2), || has(&two.screen.shot(), VERMILION, 0).then_some(()))
    });
    drawn.expect("it is on the user's screen");
}

#[test]
fn two_people_draw_and_point_and_wipe_by_hand_in_two_windows() {
    let mut two = TwoWindows::start(&["--wants", WANTS], "en");
    two.helper.command(draw_command("en"), has_tools);
    let place = |two: &TwoWindows, x, y| two.helper.place(&two.screen, (x, y));
    let stroke = [(300, 400), (420, 420), (500, 460), (560, 400)].map(|(x, y)| place(&two, x, y));
    draw_by_hand(&two, &stroke);
    two.host.expect_that("pointing-on-screen", SOON, |event| event.value["any"] == true);
    // It goes through the places where the hand was.
    let near = Area::new(420 - 12, 420 - 12, 24, 24);
    poll(SOON, || two.screen.shot().bounds_of(VERMILION, 0, near)).expect("where it was drawn");
    // One press of the user's takes it away, here and there.
    two.user.press_stop(&two.screen);
    expect_colour(&two.screen, VERMILION, false);
    two.helper.program.expect("pointing-wiped", SOON);
    // What the user allows no more is gone, and the tools with it.
    draw_by_hand(&two, &stroke);
    two.user.press_pause(&two.screen);
    two.host.expect("paused", SOON);
    expect_colour(&two.screen, VERMILION, false);
}

#[test]
fn the_user_draws_round_what_they_mean_and_no_program_there_gets_any_of_it() {
    let mut screen = Screen::new(640, 480);
    let (_window, log) = screen.xev("300x300+100+100");
    let mut session = session(&screen);
    session.host.say("point");
    session.host.expect("pointing-waiting", SOON);
    let hand = Hand::new(&screen, Device::Physical);
    let path = [(150, 150), (250, 150), (250, 250), (150, 250)];
    // The window that takes it opens in its own time, and a press before that is xev's.
    let back = poll(SOON, || {
        let presses = fs::read_to_string(&log).unwrap_or_default().matches("ButtonPress event").count();
        hand.drag(&path);
        let back = session.technician.wait_for("pointing-back-line", Duration::from_secs(1))?;
        let after = fs::read_to_string(&log).unwrap_or_default().matches("ButtonPress event").count();
        assert_eq!(after, presses, "xev heard of it");
        Some(back)
    });
    let points = back.expect("the technician hears of it").value["points"].clone();
    let ends = [points.as_array().and_then(|all| all.first()), points.as_array().and_then(|all| all.last())];
    assert_eq!(
        ends.map(|end| end.map(ToString::to_string)),
        ["[150,150]", "[150,250]"].map(|end| Some(end.to_owned()))
    );
    assert!(has(&screen.shot(), PURPLE, 0), "the user sees it");
    expect_seen(&mut session, PURPLE);
}

#[test]
fn a_mark_is_where_it_was_drawn_pixel_by_pixel_on_each_monitor_and_at_twice_the_scale() {
    for scale in [1_u16, 2] {
        let screen = Screen::new(1300, 800).scaled(scale);
        screen.xrandr(&["--setmonitor", "left", "700/0x800/0+0+0", "screen"]);
        screen.xrandr(&["--setmonitor", "right", "600/0x500/0+700+200", "none"]);
        let mut session = session(&screen);
        session.technician.expect("monitors", SOON);
        for (name, left, top) in [("right", 700, 200), ("left", 0, 0)] {
            session.technician.say(&format!("monitor {name}"));
            let width = if left == 0 { 700 } else { 600 };
            poll(SOON, || session.seen().filter(|seen| seen.width() == width)).expect("that monitor alone");
            session.technician.say("mark sky stay 130,240 100x60");
            session.technician.expect("pointing-shown", SOON);
            // A line of four pixels to a point, half of it on either side.
            let half = 2 * u32::from(scale);
            let all = screen.shot().area();
            let drawn = screen.shot().bounds_of(SKY, 0, all);
            let wanted = Area::new(left + 130 - half, top + 240 - half, 100 + 2 * half, 60 + 2 * half);
            assert_eq!(drawn, Some(wanted), "{name} at {scale}");
            let seen = poll(PATIENCE, || {
                let seen = session.seen()?;
                let mark = seen.bounds_of(SKY, NEAR, seen.area())?;
                (mark.x.abs_diff(130 - half) < 3 && mark.y.abs_diff(240 - half) < 3).then_some(())
            });
            assert!(seen.is_some(), "the technician sees it there: {name} at {scale}");
            session.technician.say("wipe");
            expect_colour(&screen, SKY, false);
        }
    }
}
