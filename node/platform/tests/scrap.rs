//! The second capture backend on a real X server. It knows only `$DISPLAY`, so it runs in a process of its own.

#![cfg(feature = "scrap")]
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod support;

use std::time::Duration;

use beistand_codec::{Frame, Size};
use beistand_platform::capture::{CaptureBackend, open};
use support::{PATIENCE, Xvfb};
use x11rb::protocol::xproto::Rectangle;

#[test]
fn scrap_sees_what_is_drawn() {
    let xvfb = Xvfb::start_sized("800x600x24");
    let status = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["scrap_process", "--exact", "--ignored"])
        .env("DISPLAY", xvfb.name())
        .env("BEISTAND_SCRAP", xvfb.name())
        .status()
        .unwrap();
    assert!(status.success());
}

#[test]
#[ignore = "the other test starts it in a process of its own"]
fn scrap_process() {
    let Ok(display) = std::env::var("BEISTAND_SCRAP") else { return };
    let client = support::connect(&display);
    let window = client.window(0, 0, 800, 600);
    let mut capturer = open(CaptureBackend::Scrap).expect("a capturer");
    assert_eq!(capturer.name(), "scrap");
    let mut frame = Frame::new(Size::new(1, 1).expect("valid"));
    capturer.capture(&mut frame, PATIENCE).expect("captured").expect("a first picture");
    client.fill(window, Rectangle { x: 70, y: 70, width: 5, height: 5 }, 0x12_34_56);
    // scrap asks for the next picture before it is wanted: the one after it is sure to show the square.
    let mut seen = false;
    while let Some(update) = capturer.capture(&mut frame, Duration::from_secs(1)).expect("captured") {
        seen |= update.damage.count() == 1;
    }
    assert!(seen);
    let truth = client.truth();
    assert!(
        frame
            .pixels()
            .chunks_exact(4)
            .zip(truth.chunks_exact(4))
            .all(|(ours, theirs)| ours[..3] == theirs[..3])
    );
}
