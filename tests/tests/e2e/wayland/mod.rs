//! A user at a Wayland desktop: the technician sees it by the desktop's portal, and works in it.

mod clipboard;
mod compositor;
mod portal;
mod screencopy_relay;
mod shortcuts;
mod wlroots;

use std::time::Duration;

use beistand_tests::{Event, Screen, Start, poll};

use self::compositor::Compositor;
use self::portal::StandInPortal;
use crate::input::notepad;
use crate::support::{ALL, Host, PATIENCE, SOON, Session, expect_end};

/// evdev's numbers of three keys.
const KEY_H: u32 = 35;
const KEY_I: u32 = 23;
const KEY_TAB: u32 = 15;
const KEY_ENTER: u32 = 28;
const KEY_CTRL: u32 = 29;
const KEY_ALT: u32 = 56;
const KEY_F4: u32 = 62;

/// How what a terminal gets for Alt+F4 begins.
const ALT_F4: &str = "\u{1b}[1;";

/// A desktop with a portal.
fn desktop() -> (Compositor, StandInPortal) {
    let compositor = Compositor::start(1, (800, 600));
    let portal = StandInPortal::start(&compositor.bus(), compositor.pipewire());
    (compositor, portal)
}

/// Waits until the technician sees this colour in the lower half, where nothing but the terminal is.
#[track_caller]
fn expect_colour(session: &mut Session, colour: [u8; 3]) {
    expect_colour_at(session, (400, 550), colour);
}

#[track_caller]
fn expect_colour_at(session: &mut Session, (x, y): (u32, u32), colour: [u8; 3]) {
    let mut last = None;
    let seen = poll(PATIENCE, || {
        let picture = session.seen()?;
        if picture.width() <= x || picture.height() <= y {
            return None;
        }
        let pixel = picture.pixel(x, y);
        last = Some(pixel);
        pixel.iter().zip(colour).all(|(is, wanted)| is.abs_diff(wanted) < 24).then_some(())
    });
    assert!(seen.is_some(), "the last was {last:?}");
}

#[test]
fn a_technician_sees_a_wayland_desktop_and_types_into_it() {
    let (mut compositor, portal) = desktop();
    let typed = compositor.file("typed");
    let blue = "printf '\\033]11;#0000ff\\007'";
    let read = "until [ \"$line\" = 'Straight ahead' ]; do read line; done";
    compositor.red_terminal(&format!("{read}; touch {}; {blue}; sleep 1000", typed.display()));
    let host = Host::of(compositor.on(Start::node("share")));
    assert!(portal.asked().is_empty(), "the desktop is not asked before the user has said yes");
    let mut session = Session::allowing("view", host, |host| host.technician());
    expect_colour(&mut session, [255, 0, 0]);
    assert_eq!(portal.asked(), ["screen"], "for no more than was allowed");
    for permission in ["pointer", "keyboard"] {
        session.host.type_line(&format!("grant {permission}"));
        let question = session.host.expect("confirm", SOON);
        session.host.answer(&question, "");
        let allowed = |granted: &Event| granted.text("permissions").contains(permission);
        session.technician.expect_that("granted", SOON, allowed);
    }
    // While the second one is granted the hands are away, and the screen alone may be had again meanwhile.
    let questions = || portal.asked().into_iter().filter(|asked| asked != "again").collect::<Vec<_>>();
    let is_asked = || (questions() == ["screen", "screen and input"]).then_some(());
    assert!(poll(SOON, is_asked).is_some(), "one more question for both: {:?}", portal.asked());
    // The dialog in which it was granted keeps input out for a while.
    session.technician.expect_that("hands", SOON, |hands| hands.value["open"] == true);

    session.technician.say("move 400 550");
    session.technician.say("click left");
    // A computer without any device has a keyboard from the first key on, which nobody hears.
    let line = (0..3).find_map(|_| {
        session.technician.say("text Straight ahead");
        session.technician.say("key Enter");
        poll(Duration::from_secs(2), || typed.exists().then_some(()))
    });
    assert!(line.is_some(), "the line has arrived");
    expect_colour(&mut session, [0, 0, 255]);

    // The user's own hand, which the technician's program hears of, and which wins for a while.
    let hand = portal.hand();
    let mut step = 0;
    let heard = poll(SOON, || {
        step += 1;
        hand.move_by(-4.0, -4.0);
        session.technician.say(&format!("move {} 300", 300 + step % 100));
        let is_hand = |hands: &Event| hands.value["users-hand"] == true;
        poll(Duration::from_millis(200), || session.technician.newest("hands").filter(is_hand))
    });
    assert!(heard.is_some(), "the user's hand is noticed and wins");

    session.host.type_line("pause");
    let closed = poll(SOON, || (portal.open_sessions() == 0).then_some(()));
    assert!(closed.is_some(), "in a pause the desktop shows nothing either");
    session.host.type_line("resume");
    let again = poll(SOON, || (portal.asked().last().map(String::as_str) == Some("again")).then_some(()));
    assert!(again.is_some(), "without a second question: {:?}", portal.asked());
    expect_colour(&mut session, [0, 0, 255]);
}

#[test]
fn two_monitors_of_a_wayland_desktop_are_one_picture_of_which_the_user_can_hide_one() {
    let mut compositor = Compositor::start(2, (640, 480));
    let portal = StandInPortal::start(&compositor.bus(), compositor.pipewire());
    portal.choose(&["Meta-0", "Meta-1"]);
    let line = compositor.file("line");
    // It fills the first one.
    compositor.red_terminal(&format!("read line; touch {}; sleep 1000", line.display()));
    let host = Host::of(compositor.on(Start::node("share")));
    let mut session = Session::of(host, |host| host.technician());
    expect_colour_at(&mut session, (320, 440), [255, 0, 0]);
    let picture = session.seen().expect("a picture");
    assert_eq!((picture.width(), picture.height()), (1280, 480));
    assert!(picture.pixel(960, 440)[0] < 200, "the other one is beside it");
    let told = session.technician.newest("monitors").expect("there are two");
    assert_eq!(told.value["monitors"].as_array().map(Vec::len), Some(2), "{told:?}");
    session.technician.expect_that("hands", SOON, |hands| hands.value["open"] == true);
    let typed = (0..3).find_map(|_| {
        session.technician.say("move 320 440");
        session.technician.say("click left");
        session.technician.say("key Enter");
        poll(Duration::from_secs(2), || line.exists().then_some(()))
    });
    assert!(typed.is_some(), "the key has arrived");
    let name = told.value["monitors"][1]["name"].as_str().expect("a name").to_owned();
    session.host.type_line(&format!("hide {name}"));
    let alone = poll(PATIENCE, || session.seen().filter(|picture| picture.width() == 640));
    assert!(alone.is_some_and(|picture| picture.pixel(320, 440)[0] > 200), "the first one is left");
}

#[test]
fn a_no_to_the_desktops_own_question_ends_the_session_with_words() {
    let (compositor, portal) = desktop();
    portal.say_no();
    let host = Host::of(compositor.on(Start::node("share")));
    let mut session = Session::allowing("view", host, |host| host.technician());
    assert!(session.host.exit(PATIENCE).is_some_and(|code| code != 0));
    // What it has said last may be read after its end.
    let said = poll(SOON, || session.host.errors().contains("answered with no").then_some(()));
    assert!(said.is_some(), "{}", session.host.errors());
    assert_eq!(portal.asked(), ["screen"]);
    assert!(session.technician.exit(Duration::from_secs(20)).is_some());
}

#[test]
fn a_technicians_window_on_wayland_shows_the_users_screen_and_types_there() {
    let (compositor, portal) = desktop();
    let mut screen = Screen::new(640, 480);
    let (window, file) = notepad(&mut screen);
    let mut host = Host::start(&screen);
    let start = compositor.on(Start::desktop(&["view", "--name", "Tess"]).invite(&host.link));
    let mut technician = start.start();
    host.program.expect("request", PATIENCE);
    host.program.allow(&format!("{ALL},clipboard-to-user,clipboard-from-user"));
    technician.expect("granted", SOON);
    technician.expect_that("picture", PATIENCE, |picture| picture.value["shown"].as_u64() > Some(0));
    let hand = portal.hand();
    // Into the middle of the picture, in which the terminal is.
    hand.move_by(-2000.0, -2000.0);
    hand.move_by(400.0, 330.0);
    let typed = (0..5).find_map(|_| {
        hand.click();
        for key in [KEY_H, KEY_I, KEY_ENTER] {
            hand.press(key);
        }
        let said = || std::fs::read_to_string(&file).ok().filter(|text| text.contains("hi\n"));
        poll(Duration::from_secs(2), said)
    });
    assert!(typed.is_some(), "{} has it", window.title);
    assert!(portal.asked().is_empty(), "who helps is asked nothing by their own desktop");

    // With Alt+F4 this desktop closes a window.
    hand.press_all(&[KEY_ALT, KEY_F4]);
    hand.press(KEY_ENTER);
    let arrived = || std::fs::read_to_string(&file).ok().filter(|text| text.contains(ALT_F4));
    assert!(poll(SOON, arrived).is_some(), "{:?}", std::fs::read_to_string(&file));
    assert!(technician.running(), "it is the other computer's");
    // After the way out it is this desktop's again.
    hand.press_all(&[KEY_CTRL, KEY_ALT]);
    let closed = (0..5).find_map(|_| {
        hand.press_all(&[KEY_ALT, KEY_F4]);
        // Whoever helps somebody is asked first; the second answer ends it.
        hand.press(KEY_TAB);
        hand.press(KEY_ENTER);
        poll(Duration::from_secs(2), || (!technician.running()).then_some(()))
    });
    assert!(closed.is_some(), "the desktop has its shortcut back");
}

#[test]
fn without_a_portal_it_is_said_before_anybody_is_invited() {
    let start = Start::node("share").variable("WAYLAND_DISPLAY", "wayland-0");
    // Where a bus is, a service could be started by it.
    let start = start.variable("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    expect_end(&mut start.start(), SOON, Some(1), &["portal"]);
}
