//! Pointing from end to end: what the helper draws is on the user's screen and in the helper's picture, and
//! clicks go through it.

use std::fs;
use std::time::{Duration, Instant};

use beistand_tests::{Area, Picture, Screen, Start, poll};

use crate::input::{expect_typed, notepad};
use crate::support::{Host, PATIENCE, SOON, Session};

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

#[test]
#[ignore = "it measures"]
fn how_long_a_stroke_takes() {
    let screen = Screen::new(1280, 800);
    let mut session = session(&screen);
    let (mut shown, mut seen) = (Vec::new(), Vec::new());
    for round in 0..20_u32 {
        let y = 100 + 30 * round;
        let begun = Instant::now();
        session.technician.say(&format!("draw sky stay 200,{y} 600,{y}"));
        session.technician.expect("pointing-shown", SOON);
        shown.push(begun.elapsed());
        let at_place = |picture: Picture| {
            let pixel = picture.pixel(400, y);
            pixel.iter().zip(SKY).all(|(one, other)| one.abs_diff(other) <= NEAR).then_some(())
        };
        poll(PATIENCE, || session.seen().and_then(at_place)).expect("the technician sees it");
        seen.push(begun.elapsed());
        session.technician.say("wipe");
        std::thread::sleep(Duration::from_millis(200));
    }
    shown.sort();
    seen.sort();
    println!("on the user's screen: median {:?}, worst {:?}", shown[10], shown[19]);
    println!("in the technician's picture: median {:?}, worst {:?}", seen[10], seen[19]);
}
