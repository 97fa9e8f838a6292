//! A user at a Wayland desktop: the technician sees it by the desktop's portal, and works in it.

mod compositor;
mod portal;

use std::time::Duration;

use beistand_tests::{Start, poll};

use self::compositor::Compositor;
use self::portal::StandInPortal;
use crate::support::{ALL, Host, PATIENCE, SOON, Session, expect_end};

/// A desktop with a portal.
fn desktop() -> (Compositor, StandInPortal) {
    let compositor = Compositor::start(800, 600);
    let portal = StandInPortal::start(&compositor.bus(), compositor.pipewire());
    (compositor, portal)
}

/// Waits until the technician sees this colour in the lower half, where nothing but the terminal is.
#[track_caller]
fn expect_colour(session: &mut Session, colour: [u8; 3]) {
    let mut last = None;
    let seen = poll(PATIENCE, || {
        let pixel = session.seen()?.pixel(400, 550);
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
    let mut session = Session::allowing(ALL, host, |host| host.technician());
    expect_colour(&mut session, [255, 0, 0]);
    assert_eq!(portal.asked(), ["screen and input"], "one question");

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

    session.host.type_line("pause");
    let closed = poll(SOON, || (portal.open_sessions() == 0).then_some(()));
    assert!(closed.is_some(), "in a pause the desktop shows nothing either");
    session.host.type_line("resume");
    let again = poll(SOON, || (portal.asked().last().map(String::as_str) == Some("again")).then_some(()));
    assert!(again.is_some(), "without a second question: {:?}", portal.asked());
    expect_colour(&mut session, [0, 0, 255]);
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
fn without_a_portal_it_is_said_before_anybody_is_invited() {
    let start = Start::node("share").variable("WAYLAND_DISPLAY", "wayland-0");
    // Where a bus is, a service could be started by it.
    let start = start.variable("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    expect_end(&mut start.start(), SOON, Some(1), &["portal"]);
}
