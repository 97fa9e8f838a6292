//! The X11 capturer on a real X server.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod support;

use std::time::Duration;

use beistand_codec::{Frame, Rect, Size};
use beistand_platform::x11::X11Capturer;
use beistand_platform::{CaptureError, Capturer, DesktopFault, DesktopObstacle, ScreenUpdate};
use support::{PATIENCE, Xvfb};
use x11rb::protocol::randr::ConnectionExt as _;
use x11rb::protocol::xproto::{ConnectionExt as _, CreateGCAux, Rectangle};
use x11rb::wrapper::ConnectionExt as _;

const AT_ONCE: Duration = Duration::ZERO;

fn any_frame() -> Frame {
    Frame::new(Size::new(1, 1).expect("valid"))
}

fn rectangle(x: i16, y: i16, width: u16, height: u16) -> Rectangle {
    Rectangle { x, y, width, height }
}

/// The padding byte of a pixel means nothing.
fn same(frame: &Frame, truth: &[u8]) -> bool {
    frame.pixels().len() == truth.len()
        && frame
            .pixels()
            .chunks_exact(4)
            .zip(truth.chunks_exact(4))
            .all(|(ours, theirs)| ours[..3] == theirs[..3])
}

/// Everything that is there to see at the start.
fn settle(capturer: &mut X11Capturer, frame: &mut Frame) -> Vec<ScreenUpdate> {
    std::iter::from_fn(|| capturer.capture(frame, AT_ONCE).expect("captured")).collect()
}

#[test]
fn the_first_picture_is_whole_and_true() {
    let xvfb = Xvfb::start_sized("1000x700x24");
    let client = xvfb.client();
    let window = client.window(100, 100, 300, 200);
    client.fill(window, rectangle(10, 10, 50, 50), 0x11_22_33);
    let mut capturer = X11Capturer::open(xvfb.name()).expect("a display");
    let mut frame = any_frame();
    let update = capturer.capture(&mut frame, PATIENCE).expect("captured").expect("a first picture");
    assert_eq!(frame.size(), Size::new(1000, 700).expect("valid"));
    assert_eq!(capturer.size(), frame.size());
    assert_eq!(update.damage.count(), 16 * 11);
    assert!(update.cursor_shape.is_some(), "the pointer's shape comes with it");
    assert!(update.cursor_position.is_some(), "and its position");
    assert!(same(&frame, &client.truth()));
}

#[test]
fn only_tiles_that_changed_are_damage() {
    let xvfb = Xvfb::start();
    let client = xvfb.client();
    let window = client.window(0, 0, 1280, 1024);
    let mut capturer = X11Capturer::open(xvfb.name()).expect("a display");
    let mut frame = any_frame();
    settle(&mut capturer, &mut frame);

    client.fill(window, rectangle(70, 130, 20, 20), 0xff_00_00);
    let update = capturer.capture(&mut frame, AT_ONCE).expect("captured").expect("drawn");
    assert_eq!(update.damage.tiles().collect::<Vec<_>>(), [Rect::new(64, 128, 64, 64).expect("valid")]);
    assert!(update.cursor_shape.is_none() && update.cursor_position.is_none());
    assert!(same(&frame, &client.truth()));

    client.fill(window, rectangle(0, 0, 1280, 1024), 0xff_00_00);
    client.fill(window, rectangle(0, 0, 640, 512), 0xff_00_00);
    let update = capturer.capture(&mut frame, AT_ONCE).expect("captured").expect("drawn");
    assert_eq!(update.damage.count(), 20 * 16);
    client.fill(window, rectangle(0, 0, 1280, 1024), 0xff_00_00);
    assert!(capturer.capture(&mut frame, AT_ONCE).expect("captured").is_none(), "the same colour again");

    // Far apart: two tiles, in one update.
    client.fill(window, rectangle(0, 0, 1, 1), 0x00_ff_00);
    client.fill(window, rectangle(1279, 1023, 1, 1), 0x00_ff_00);
    let update = capturer.capture(&mut frame, AT_ONCE).expect("captured").expect("drawn");
    assert_eq!(update.damage.count(), 2);
    assert!(same(&frame, &client.truth()));
}

#[test]
fn drawing_wakes_a_waiting_capture() {
    let xvfb = Xvfb::start();
    let client = xvfb.client();
    let window = client.window(0, 0, 200, 200);
    let mut capturer = X11Capturer::open(xvfb.name()).expect("a display");
    let mut frame = any_frame();
    settle(&mut capturer, &mut frame);
    std::thread::scope(|scope| {
        let waiting = scope.spawn(move || {
            let update = capturer.capture(&mut frame, PATIENCE).expect("captured").expect("drawn");
            (update.damage.count(), frame)
        });
        client.fill(window, rectangle(5, 5, 1, 1), 0xff_ff_ff);
        let (tiles, frame) = waiting.join().unwrap();
        assert_eq!(tiles, 1);
        assert!(same(&frame, &client.truth()));
    });
}

#[test]
fn a_storm_of_drawing_does_not_starve_the_capture() {
    let xvfb = Xvfb::start();
    let client = xvfb.client();
    let window = client.window(0, 0, 1280, 1024);
    let mut capturer = X11Capturer::open(xvfb.name()).expect("a display");
    let mut frame = any_frame();
    settle(&mut capturer, &mut frame);
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for colour in (0..).step_by(7) {
                client.fill(window, rectangle(0, 0, 1280, 1024), colour & 0xff_ff_ff);
                if stop.load(std::sync::atomic::Ordering::Relaxed) {
                    return;
                }
            }
        });
        for _ in 0..30 {
            assert!(capturer.capture(&mut frame, PATIENCE).expect("captured").is_some());
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    settle(&mut capturer, &mut frame);
    assert!(same(&frame, &client.truth()), "nothing was missed");
}

#[test]
fn the_pointer_is_told_once_it_moves_or_changes() {
    let xvfb = Xvfb::start();
    let client = xvfb.client();
    let window = client.window(0, 0, 1280, 1024);
    let mut capturer = X11Capturer::open(xvfb.name()).expect("a display");
    let mut frame = any_frame();
    settle(&mut capturer, &mut frame);

    client.conn.warp_pointer(x11rb::NONE, client.root, 0, 0, 0, 0, 333, 44).unwrap();
    client.conn.sync().unwrap();
    let update = capturer.capture(&mut frame, PATIENCE).expect("captured").expect("moved");
    assert_eq!(update.cursor_position, Some(Some((333, 44))));
    assert!(update.damage.is_empty());

    set_cursor(&client, window, 0x00_ff);
    let update = capturer.capture(&mut frame, PATIENCE).expect("captured").expect("another shape");
    let shape = update.cursor_shape.expect("a shape");
    assert_eq!((shape.size, shape.hotspot), (Size::new(16, 16).expect("valid"), (3, 5)));
    assert_eq!(shape.pixels[..4], [0xff, 0, 0, 0xff], "blue, opaque");
    // The same picture under another name is no change.
    set_cursor(&client, window, 0x00_ff);
    assert!(capturer.capture(&mut frame, AT_ONCE).expect("captured").is_none());
}

/// Gives the window a square pointer of one colour, 16x16 with the hot spot at 3,5.
fn set_cursor(client: &support::Client, window: u32, blue: u16) {
    let conn = &client.conn;
    let (pixmap, gc, cursor) = (id(client), id(client), id(client));
    conn.create_pixmap(1, pixmap, client.root, 16, 16).unwrap();
    conn.create_gc(gc, pixmap, &CreateGCAux::new().foreground(1)).unwrap();
    conn.poly_fill_rectangle(pixmap, gc, &[rectangle(0, 0, 16, 16)]).unwrap();
    conn.create_cursor(cursor, pixmap, pixmap, 0, 0, blue * 0x101, 0, 0, 0, 3, 5).unwrap();
    let values = x11rb::protocol::xproto::ChangeWindowAttributesAux::new().cursor(cursor);
    conn.change_window_attributes(window, &values).unwrap();
    conn.sync().unwrap();
}

fn id(client: &support::Client) -> u32 {
    use x11rb::connection::Connection as _;
    client.conn.generate_id().unwrap()
}

#[test]
fn another_size_of_the_screen_is_followed() {
    let xvfb = Xvfb::start_sized("1280x1024x24");
    let client = xvfb.client();
    let mut capturer = X11Capturer::open(xvfb.name()).expect("a display");
    let mut frame = any_frame();
    settle(&mut capturer, &mut frame);
    support::switch_monitor_off(&client);
    for (width, height) in [(800, 600), (1280, 1024), (641, 481)] {
        // Beyond what Xvfb was started with a screen can't grow; the millimetres mean nothing here.
        client.conn.randr_set_screen_size(client.root, width, height, 300, 200).unwrap().check().unwrap();
        let size = Size::new(width, height).expect("valid");
        let update = capturer.capture(&mut frame, PATIENCE).expect("captured").expect("a whole picture");
        assert_eq!((frame.size(), update.damage.size(), capturer.size()), (size, size, size));
        assert!(same(&frame, &client.truth()));
        settle(&mut capturer, &mut frame);
    }
}

#[test]
fn an_unusual_pixel_format_is_refused_in_words() {
    let xvfb = Xvfb::start_sized("640x480x16");
    let Err(DesktopFault::Unavailable { obstacle, .. }) = X11Capturer::open(xvfb.name()) else {
        panic!("16 bits a pixel");
    };
    assert_eq!(obstacle, DesktopObstacle::PixelFormat { depth: 16 });
}

#[test]
fn the_end_of_the_display_is_told() {
    let xvfb = Xvfb::start();
    let mut capturer = X11Capturer::open(xvfb.name()).expect("a display");
    let mut frame = any_frame();
    settle(&mut capturer, &mut frame);
    let name = xvfb.name().to_owned();
    drop(xvfb);
    assert!(matches!(capturer.capture(&mut frame, PATIENCE), Err(CaptureError::Lost(_))));
    assert!(matches!(X11Capturer::open(&name), Err(DesktopFault::Unavailable { .. })));
}
