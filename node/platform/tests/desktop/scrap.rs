//! The second capture backend on a real X server.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use beistand_codec::{Frame, Size};
use beistand_platform::desktop::{self, DesktopChoice, DesktopSeat};
use beistand_platform::x11::{InputMethod, ScrapCapturer, X11Capturer};
use beistand_platform::{CaptureError, Capturer, DesktopFault, DesktopObstacle};
use x11rb::protocol::randr::ConnectionExt as _;
use x11rb::protocol::xproto::Rectangle;

use crate::support::{Client, PATIENCE, Xvfb, connect, switch_monitor_off};

/// One capturer at a time, as in a real process: they find their memory by its maker.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn any_frame() -> Frame {
    Frame::new(Size::new(1, 1).expect("valid"))
}

/// Captures until the frame is what is on the screen.
fn expect_truth(capturer: &mut dyn Capturer, frame: &mut Frame, client: &Client) {
    // scrap asks for the next picture before it is wanted, so the newest may be the one after the next.
    let truth = client.truth();
    let same = |frame: &Frame| {
        let pixels = frame.pixels().chunks_exact(4).zip(truth.chunks_exact(4));
        frame.pixels().len() == truth.len()
            && pixels.into_iter().all(|(ours, theirs)| ours[..3] == theirs[..3])
    };
    for _ in 0..4 {
        if same(frame) {
            return;
        }
        capturer.capture(frame, Duration::from_secs(1)).expect("captured");
    }
    panic!("the frame is not what is on the screen");
}

/// The kernel's line for each segment of this process.
fn segments() -> Vec<String> {
    let list = std::fs::read_to_string("/proc/sysvipc/shm").unwrap();
    let pid = std::process::id().to_string();
    list.lines().filter(|line| line.split_whitespace().nth(4) == Some(&pid)).map(str::to_owned).collect()
}

#[test]
fn what_is_drawn_is_seen_and_the_size_is_followed() {
    let _alone = alone();
    let xvfb = Xvfb::start_sized("800x600x24");
    let client = xvfb.client();
    let window = client.window(0, 0, 800, 600);
    let mut capturer = ScrapCapturer::open(xvfb.name()).expect("a capturer");
    let mut frame = any_frame();
    let update = capturer.capture(&mut frame, PATIENCE).expect("captured").expect("a first picture");
    assert_eq!(update.damage.size(), frame.size());
    expect_truth(&mut capturer, &mut frame, &client);

    client.fill(window, Rectangle { x: 70, y: 70, width: 5, height: 5 }, 0x12_34_56);
    let update = capturer.capture(&mut frame, PATIENCE).expect("captured").expect("a change");
    assert_eq!(update.damage.count(), 1, "only the tile that changed");
    expect_truth(&mut capturer, &mut frame, &client);

    switch_monitor_off(&client);
    client.conn.randr_set_screen_size(client.root, 640, 480, 300, 200).unwrap().check().unwrap();
    let update = capturer.capture(&mut frame, PATIENCE).expect("captured").expect("a whole picture");
    let size = Size::new(640, 480).expect("valid");
    assert_eq!((frame.size(), update.damage.size(), capturer.size()), (size, size, size));
    expect_truth(&mut capturer, &mut frame, &client);

    drop(xvfb);
    assert!(
        matches!(capturer.capture(&mut frame, PATIENCE), Err(CaptureError::Lost(_))),
        "the server is gone"
    );
}

#[test]
fn nothing_is_captured_before_the_first_call_and_the_memory_is_closed_to_others() {
    let _alone = alone();
    let xvfb = Xvfb::start_sized("320x240x24");
    let mut capturer = ScrapCapturer::open(xvfb.name()).expect("a capturer");
    assert_eq!(segments(), [""; 0]);
    capturer.capture(&mut any_frame(), PATIENCE).expect("captured");
    let segments = segments();
    assert_eq!(segments.len(), 1, "{segments:?}");
    assert_eq!(segments[0].split_whitespace().nth(2), Some("600"), "{segments:?}");
}

#[test]
fn a_server_without_shared_memory_is_refused_in_words() {
    let xvfb = Xvfb::start_with("320x240x24", &["-extension", "MIT-SHM"]);
    let Err(DesktopFault::Unavailable { obstacle, .. }) = ScrapCapturer::open(xvfb.name()) else {
        panic!("no shared memory");
    };
    assert_eq!(obstacle, DesktopObstacle::NoExtension("MIT-SHM"));
    let Err(DesktopFault::Unavailable { obstacle, .. }) = ScrapCapturer::open("") else {
        panic!("no display")
    };
    assert_eq!(obstacle, DesktopObstacle::NoDisplay);
    assert!(obstacle.to_string().contains("DISPLAY"), "{obstacle}");
}

#[test]
fn a_server_without_damage_is_captured_by_scrap_where_that_is_asked_for() {
    let xvfb = Xvfb::start_with("320x240x24", &["-extension", "DAMAGE"]);
    let Err(DesktopFault::Unavailable { obstacle, .. }) = X11Capturer::open(xvfb.name()) else {
        panic!("no DAMAGE")
    };
    assert_eq!(obstacle, DesktopObstacle::NoExtension("DAMAGE"));
    // What chooses knows only `$DISPLAY`.
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["scrap::fallback_process", "--exact", "--ignored"])
        .env("DISPLAY", xvfb.name())
        .env("BEISTAND_FALLBACK", xvfb.name())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    // A name that fits no test succeeds, too.
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
#[ignore = "another test starts it in a process of its own"]
fn fallback_process() {
    let Ok(display) = std::env::var("BEISTAND_FALLBACK") else { return };
    let client = connect(&display);
    client.window(0, 0, 100, 100);
    let open = |choice| {
        desktop::open(choice, InputMethod::Own, &DesktopSeat::default()).expect("a desktop").capturer()
    };
    assert!(open(DesktopChoice::Auto).is_err(), "not by itself: for a moment others can see the memory");
    let mut capturer = open(DesktopChoice::Scrap).expect("a capturer");
    assert_eq!(capturer.name(), "scrap");
    let mut frame = any_frame();
    capturer.capture(&mut frame, PATIENCE).expect("captured").expect("a first picture");
    expect_truth(&mut *capturer, &mut frame, &client);
}
