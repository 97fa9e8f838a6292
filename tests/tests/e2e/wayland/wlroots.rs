//! A user at a desktop of wlroots, with its real portal: their screen is seen, and nothing more is possible.

use beistand_tests::{Event, Start, poll};

use super::compositor::Compositor;
use super::expect_colour;
use crate::support::{ALL, Host, SOON, Session};

#[test]
fn on_a_desktop_of_wlroots_the_screen_is_seen_by_its_own_portal_and_both_hear_that_it_takes_no_input() {
    let mut compositor = Compositor::sway(800, 600, 1.0);
    compositor.start_portal();
    let go = compositor.file("go");
    let blue = "printf '\\033]11;#0000ff\\007'";
    compositor
        .red_terminal(&format!("until [ -e {} ]; do sleep 0.1; done; {blue}; sleep 1000", go.display()));
    let host = Host::of(compositor.on(Start::node("share")));
    let mut session = Session::allowing(ALL, host, |host| host.technician());
    expect_colour(&mut session, [255, 0, 0]);
    std::fs::write(&go, "").expect("ours");
    expect_colour(&mut session, [0, 0, 255]);

    let why = poll(SOON, || session.host.newest("hands-off")).expect("the user hears it");
    assert_eq!(why.text("why"), "not-here");
    let is_shut = |hands: &Event| hands.value["open"] == false;
    let shut = poll(SOON, || session.technician.newest("hands").filter(is_shut));
    assert!(shut.is_some(), "who helps hears that mouse and keyboard are not possible");
}
