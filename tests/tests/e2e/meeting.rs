//! Who is at the other end, in two windows in a local network of their own: what they are called, and the way
//! back after an end by a slip.

use std::time::Duration;

use beistand_tests::desktop::{User, granted};
use beistand_tests::{Device, Hand, Network, Program, Screen, Start, poll};

use crate::support::{Host, NOTICE, PATIENCE, SOON};

/// Where the button of the way back can be, from the window's corner in pixels: it is above the page.
const BUTTON_X: u32 = 90;
const BUTTON_ROWS_Y: std::ops::Range<u32> = 40..180;

/// How long a press may take to show.
const SHOWS: Duration = Duration::from_millis(400);

/// Presses where the button can be until the program says something of this kind.
#[track_caller]
fn press_back(screen: &Screen, hand: &Hand, program: &mut Program, kind: &str) {
    let pressed = poll(SOON, || {
        BUTTON_ROWS_Y.step_by(20).find_map(|y| {
            let window = screen.window("Beistand").area;
            hand.click(((window.x + BUTTON_X) as i16, (window.y + y) as i16));
            program.wait_for(kind, SHOWS)
        })
    });
    if pressed.is_none() {
        let path = std::env::temp_dir().join("beistand-not-found.png");
        screen.shot().save(&path);
        panic!("nothing leads back; what is there: {}", path.display());
    }
}

#[test]
fn a_session_that_was_ended_by_a_slip_goes_on_by_one_press_of_each() {
    let Some((user_network, helper_network)) = Network::pair() else { return };
    let (screen, helpers) = (Screen::with_window_manager(1280, 960), Screen::with_window_manager(1400, 1050));
    let start = |arguments: &[&str]| Start::bare("beistand").arguments(arguments).arguments(["--json"]);
    let mut host = start(&[]).inside(&user_network).on(&screen).start();
    let user = User::at(&screen, Device::Physical);
    let link = user.get_help(&screen);
    let view = start(&["view", "--name", "Tess"]).invite(link);
    let mut helper = view.inside(&helper_network).on(&helpers).start();
    host.expect("request", PATIENCE);
    user.press_allow(&screen);
    let allowed = granted(&mut host);
    granted(&mut helper);
    assert!(helper.wait_for("meeting-host", SOON).is_some(), "whose computer it is");
    user.press_end(&screen);
    for program in [&mut host, &mut helper] {
        program.expect("way-back", NOTICE);
        program.expect("ended", NOTICE);
    }
    screen.window("Tess – Beistand");
    press_back(&helpers, &Hand::new(&helpers, Device::Injected), &mut helper, "progress");
    press_back(&screen, &Hand::new(&screen, Device::Physical), &mut host, "ready");
    let again = host.expect("granted", 2 * PATIENCE);
    assert_eq!(again.text("permissions"), allowed, "no more than before");
    helper.expect("granted", SOON);
    assert_eq!(
        host.events().iter().filter(|event| event.kind() == "request").count(),
        1,
        "nobody asks again"
    );
}

#[test]
fn what_is_wrong_reaches_the_helper_once_the_user_has_said_yes() {
    let screen = Screen::new(640, 480);
    let about = ["--about", "The printer is silent."];
    let mut host = Host::of(Start::node("share").arguments(about).on(&screen));
    let mut technician = host.technician();
    host.program.expect("request", PATIENCE);
    assert!(technician.newest("meeting-about").is_none());
    host.program.allow("view");
    assert_eq!(technician.expect("meeting-about", SOON).text("about"), "The printer is silent.");
}
