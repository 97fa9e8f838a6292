//! The X11 capturer on a real X server.

use std::time::Duration;

use beistand_codec::{Frame, Rect, Size};
use beistand_platform::x11::X11Capturer;
use beistand_platform::{
    CaptureError, Capturer, DesktopFault, DesktopObstacle, MonitorChoice, ScreenUpdate, SharedMonitors,
};
use x11rb::protocol::randr::ConnectionExt as _;
use x11rb::protocol::xproto::{ConnectionExt as _, CreateGCAux, Rectangle};
use x11rb::wrapper::ConnectionExt as _;

use crate::support::{Client, PATIENCE, Xvfb, switch_monitor_off};

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
fn set_cursor(client: &Client, window: u32, blue: u16) {
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

fn id(client: &Client) -> u32 {
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
    switch_monitor_off(&client);
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
fn a_storm_of_sizes_is_survived_and_the_last_one_is_shown() {
    let xvfb = Xvfb::start_sized("1280x1024x24");
    let client = xvfb.client();
    client.window(50, 50, 300, 200);
    let mut capturer = X11Capturer::open(xvfb.name()).expect("a display");
    let mut frame = any_frame();
    switch_monitor_off(&client);
    std::thread::scope(|scope| {
        let storm = scope.spawn(|| {
            for (width, height) in [(800, 600), (1280, 1024), (641, 481)].into_iter().cycle().take(301) {
                let resized = client.conn.randr_set_screen_size(client.root, width, height, 300, 200);
                resized.unwrap().check().unwrap();
            }
        });
        while !storm.is_finished() {
            capturer.capture(&mut frame, Duration::from_millis(1)).expect("it is never lost");
        }
    });
    settle(&mut capturer, &mut frame);
    assert_eq!(frame.size(), Size::new(800, 600).expect("valid"));
    assert!(same(&frame, &client.truth()));
}

/// Puts monitors together, as a user with `xrandr` does: name, place, and the output that has been one.
fn set_monitor(xvfb: &Xvfb, monitor: [&str; 3]) {
    let mut xrandr = xvfb.command("xrandr");
    assert!(xrandr.arg("--setmonitor").args(monitor).status().expect("xrandr").success());
}

/// A screen with a red monitor left, and right of it, lower, a smaller blue one.
fn two_monitors() -> (Xvfb, Client) {
    let xvfb = Xvfb::start_sized("1400x800x24");
    let client = xvfb.client();
    set_monitor(&xvfb, ["left", "800/0x800/0+0+0", "screen"]);
    set_monitor(&xvfb, ["right", "600/0x400/0+800+300", "none"]);
    for (x, y, width, height, colour) in [(0, 0, 800, 800, 0xff_00_00), (800, 300, 600, 400, 0x00_00_ff)] {
        let window = client.window(x, y, width, height);
        client.fill(window, rectangle(0, 0, width, height), colour);
    }
    (xvfb, client)
}

fn watching(name: &str) -> MonitorChoice {
    MonitorChoice { wanted: Some(name.to_owned()), ..MonitorChoice::default() }
}

/// How many pixels of this colour (blue, green, red) there are.
fn count(frame: &Frame, colour: [u8; 3]) -> usize {
    frame.pixels().chunks_exact(4).filter(|pixel| pixel[..3] == colour).count()
}

const RED: [u8; 3] = [0, 0, 255];
const BLUE: [u8; 3] = [255, 0, 0];

#[test]
fn one_of_two_monitors_is_a_picture_of_its_own_and_another_can_be_chosen() {
    let (xvfb, client) = two_monitors();
    let mut capturer = X11Capturer::open(xvfb.name()).expect("a display");
    let mut frame = any_frame();
    let updates = settle(&mut capturer, &mut frame);
    assert_eq!(frame.size(), Size::new(1400, 800).expect("valid"));
    let layout = updates.iter().find_map(|update| update.layout.clone()).expect("the monitors are told");
    let names: Vec<_> = layout.monitors().map(|(monitor, _)| monitor.name.clone()).collect();
    assert_eq!(names, ["left", "right"]);

    capturer.choose(&watching("right")).expect("it is there");
    let update = capturer.capture(&mut frame, PATIENCE).expect("captured").expect("another picture");
    assert_eq!((frame.size(), count(&frame, BLUE)), (Size::new(600, 400).expect("valid"), 600 * 400));
    assert!(update.layout.is_some());
    // What happens on the other one is not in the picture, the pointer included.
    settle(&mut capturer, &mut frame);
    let elsewhere = client.window(10, 10, 100, 100);
    client.fill(elsewhere, rectangle(0, 0, 100, 100), 0x12_34_56);
    client.conn.warp_pointer(x11rb::NONE, client.root, 0, 0, 0, 0, 40, 40).unwrap();
    client.conn.sync().unwrap();
    let updates = settle(&mut capturer, &mut frame);
    assert!(updates.iter().all(|update| update.damage.is_empty()), "{updates:?}");
    client.conn.warp_pointer(x11rb::NONE, client.root, 0, 0, 0, 0, 810, 320).unwrap();
    client.conn.sync().unwrap();
    let update = capturer.capture(&mut frame, PATIENCE).expect("captured").expect("moved");
    assert_eq!(update.cursor_position, Some(Some((10, 20))));
    // What happens on it is, at its place.
    let here = client.window(900, 400, 64, 64);
    client.fill(here, rectangle(0, 0, 64, 64), 0xff_00_00);
    settle(&mut capturer, &mut frame);
    let corner = frame.row(Rect::new(100, 100, 1, 1).expect("valid"), 100);
    assert_eq!((&corner[..3], count(&frame, RED)), (&RED[..], 64 * 64));
}

#[test]
fn what_the_user_does_not_share_is_black_also_where_it_is_asked_for() {
    let (xvfb, _client) = two_monitors();
    let mut capturer = X11Capturer::open(xvfb.name()).expect("a display");
    let mut frame = any_frame();
    settle(&mut capturer, &mut frame);
    let shared = SharedMonitors::Only(["right".to_owned()].into());
    for wanted in [None, Some("left".to_owned()), Some("right".to_owned())] {
        capturer
            .choose(&MonitorChoice { shared: shared.clone(), wanted, ..MonitorChoice::default() })
            .expect("it is there");
        settle(&mut capturer, &mut frame);
        assert_eq!(count(&frame, BLUE), frame.size().area());
    }
    capturer
        .choose(&MonitorChoice { shared: SharedMonitors::Only([].into()), ..MonitorChoice::default() })
        .expect("black");
    settle(&mut capturer, &mut frame);
    assert_eq!(count(&frame, [0; 3]), frame.size().area());
}

#[test]
fn a_monitor_that_is_unplugged_or_turned_while_it_is_watched_leaves_a_true_picture() {
    let (xvfb, client) = two_monitors();
    let mut capturer = X11Capturer::open(xvfb.name()).expect("a display");
    let mut frame = any_frame();
    capturer.choose(&watching("right")).expect("it is there");
    settle(&mut capturer, &mut frame);
    // Turned: another shape at the same place, without another size of the screen.
    let delete = |name: &str| {
        let mut xrandr = xvfb.command("xrandr");
        assert!(xrandr.args(["--delmonitor", name]).status().expect("xrandr").success());
    };
    delete("right");
    set_monitor(&xvfb, ["right", "400/0x500/0+800+300", "none"]);
    let turned = Size::new(400, 500).expect("valid");
    until(&mut capturer, &mut frame, |frame| frame.size() == turned && count(frame, BLUE) == 400 * 400);
    delete("right");
    until(&mut capturer, &mut frame, |frame| frame.size() == Size::new(1400, 800).expect("valid"));
    assert!(same(&frame, &client.truth()), "all that is shared");
}

/// Captures until the picture is as it is to be.
#[track_caller]
fn until(capturer: &mut X11Capturer, frame: &mut Frame, done: impl Fn(&Frame) -> bool) {
    let deadline = std::time::Instant::now() + PATIENCE;
    while !done(frame) {
        assert!(std::time::Instant::now() < deadline, "it has {:?}", frame.size());
        capturer.capture(frame, Duration::from_millis(100)).expect("captured");
    }
}

#[test]
fn three_4k_monitors_side_by_side_are_seen_smaller_or_one_by_one() {
    let xvfb = Xvfb::start_sized("11520x2160x24");
    let client = xvfb.client();
    set_monitor(&xvfb, ["a", "3840/0x2160/0+0+0", "screen"]);
    set_monitor(&xvfb, ["b", "3840/0x2160/0+3840+0", "none"]);
    set_monitor(&xvfb, ["c", "3840/0x2160/0+7680+0", "none"]);
    let window = client.window(7680, 0, 3840, 2160);
    client.fill(window, rectangle(0, 0, 3840, 2160), 0x00_00_ff);
    let mut capturer = X11Capturer::open(xvfb.name()).expect("a display");
    let mut frame = any_frame();
    settle(&mut capturer, &mut frame);
    assert_eq!(frame.size(), Size::new(5760, 1080).expect("valid"));
    assert_eq!(count(&frame, BLUE), 1920 * 1080);
    // A checkerboard of single pixels becomes their mean, where it is.
    for y in 0..4 {
        for x in (y % 2..4).step_by(2) {
            client.fill(window, rectangle(100 + x, 200 + y, 1, 1), 0xff_00_00);
        }
    }
    settle(&mut capturer, &mut frame);
    assert_eq!(count(&frame, [127, 0, 127]), 4);
    let pixel = frame.row(Rect::new(3890, 100, 1, 1).expect("valid"), 100);
    assert_eq!(pixel[..3], [127, 0, 127]);
    capturer.choose(&watching("c")).expect("it is there");
    settle(&mut capturer, &mut frame);
    assert_eq!(frame.size(), Size::new(3840, 2160).expect("valid"));
    assert_eq!((count(&frame, BLUE), count(&frame, RED)), (3840 * 2160 - 8, 8));
}

#[test]
fn screens_of_16_and_30_bits_show_their_colours() {
    // An odd width: rows of 16 bits end at whole words.
    for (screen, red, most_off) in [("641x480x16", 0xf800, 4), ("641x480x30", 0x3ff0_0000, 0)] {
        let xvfb = Xvfb::start_sized(screen);
        let client = xvfb.client();
        let window = client.window(0, 0, 641, 480);
        client.fill(window, rectangle(0, 0, 641, 480), red);
        let mut capturer = X11Capturer::open(xvfb.name()).expect("a display");
        let mut frame = any_frame();
        settle(&mut capturer, &mut frame);
        assert_eq!(count(&frame, RED), 641 * 480, "{screen}");
        // Half of green, in the last column, and only there.
        let green = if screen.ends_with("16") { 32 << 5 } else { 512 << 10 };
        client.fill(window, rectangle(640, 0, 1, 480), green);
        settle(&mut capturer, &mut frame);
        let pixel = frame.row(Rect::new(640, 7, 1, 1).expect("valid"), 7);
        assert!(pixel[1].abs_diff(128) <= most_off && pixel[0] == 0 && pixel[2] == 0, "{screen} {pixel:?}");
        assert_eq!(count(&frame, RED), 640 * 480, "{screen}");
    }
}

#[test]
fn colours_by_number_are_refused_in_words() {
    let xvfb = Xvfb::start_sized("640x480x8");
    let Err(DesktopFault::Unavailable { obstacle, .. }) = X11Capturer::open(xvfb.name()) else {
        panic!("8 bits a pixel");
    };
    assert_eq!(obstacle, DesktopObstacle::PixelFormat { depth: 8 });
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
