//! The bar that shows a session on a real X server, with a window manager and with programs that hide it.

use std::io::IoSlice;
use std::sync::mpsc::{Receiver, channel, sync_channel};
use std::time::{Duration, Instant};

use beistand_platform::x11::{X11Indicator, X11Injector};
use beistand_platform::{
    IndicatorFace, IndicatorFlaw, IndicatorFlow, IndicatorPress, IndicatorSight, IndicatorWatch, InjectError,
    InputInjector, KeyCombination, SessionIndicator,
};
use beistand_session::{InputEvent, PointerButton};
use x11rb::connection::RequestConnection;
use x11rb::protocol::shape::{ConnectionExt as _, SK, SO};
use x11rb::protocol::xinput::{self, ConnectionExt as _};
use x11rb::protocol::xproto::*;
use x11rb::protocol::xtest;
use x11rb::wrapper::ConnectionExt as _;

use crate::support::hand::PhysicalMouse;
use crate::support::running::{Running, window_manager};
use crate::support::{Client, PATIENCE, Recorder, Xvfb};

/// The colour of the bar's edge and of the frame while the session goes on, 0xRRGGBB.
const RUNNING: u32 = 0x14_8c_46;

/// Long enough that a click that is to do something has done it.
const SETTLED: Duration = Duration::from_millis(300);

fn face(flow: IndicatorFlow) -> IndicatorFace {
    IndicatorFace {
        flow,
        name: "“Anna Berger”".to_owned(),
        mark: "(name not verified)".to_owned(),
        doing: "Typing now · helping for 12 min".to_owned(),
        may: "May: see, mouse, keyboard".to_owned(),
        key: "Ctrl+Alt+End ends it at once".to_owned(),
        pause: "Pause".to_owned(),
        go_on: "Go on".to_owned(),
        end: "End".to_owned(),
    }
}

/// Where a window is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    x: i16,
    y: i16,
    width: u16,
    height: u16,
}

/// An indicator on a display, and what looks at it.
struct Shown {
    indicator: X11Indicator,
    watch: Box<dyn IndicatorWatch>,
    pressed: Receiver<IndicatorPress>,
    client: Client,
}

impl Shown {
    fn on(xvfb: &Xvfb, flow: IndicatorFlow) -> Self {
        let (sender, pressed) = channel();
        let told = Box::new(move |press| _ = sender.send(press));
        let indicator = X11Indicator::open(xvfb.name(), face(flow), told).expect("an indicator");
        let watch = indicator.watch().expect("a watch");
        Self { indicator, watch, pressed, client: xvfb.client() }
    }

    fn bars(&self) -> Vec<Window> {
        windows(&self.client, "Beistand indicator")
    }

    fn place(&self) -> Place {
        place(&self.client, self.bars()[0])
    }

    /// The middle of a button: "End" is at the right end, the other one beside it.
    fn end_button(&self) -> (i16, i16) {
        let place = self.place();
        (place.x + place.width as i16 - 50, place.y + 23)
    }

    fn flow_button(&self) -> (i16, i16) {
        let (x, y) = self.end_button();
        (x - 84, y)
    }

    /// Waits until it can be seen, as the watch and as the screen have it.
    #[track_caller]
    fn expect_seen(&mut self) {
        // What was asked for before has happened.
        self.client.conn.sync().unwrap();
        let (mut sight, mut pixel) = (IndicatorSight::Hidden(IndicatorFlaw::Gone), None);
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            sight = self.watch.look();
            if sight == IndicatorSight::Seen {
                let place = self.place();
                pixel = colour(&self.client, place.x + 1, place.y + 1);
                if pixel == Some(RUNNING) {
                    return;
                }
            }
            std::thread::yield_now();
        }
        panic!("{sight:?}, the bar's corner is {pixel:06x?}");
    }

    /// Waits until there are so many bars, and the watch sees this.
    #[track_caller]
    fn expect_bars(&mut self, count: usize, sight: IndicatorSight) {
        let start = Instant::now();
        while self.bars().len() != count || self.watch.look() != sight {
            assert!(start.elapsed() < PATIENCE, "{} bars, {:?}", self.bars().len(), self.watch.look());
            std::thread::yield_now();
        }
    }

    #[track_caller]
    fn expect_flaw(&mut self, flaw: IndicatorFlaw) {
        self.client.conn.sync().unwrap();
        assert_eq!(self.watch.look(), IndicatorSight::Hidden(flaw));
    }
}

/// Any program can add a monitor to the server's list: its name, its place, and an output or "none".
fn set_monitor(xvfb: &Xvfb, monitor: [&str; 3]) {
    let mut xrandr = xvfb.command("xrandr");
    assert!(xrandr.arg("--setmonitor").args(monitor).status().expect("xrandr").success());
}

fn windows(client: &Client, title: &str) -> Vec<Window> {
    let children = client.conn.query_tree(client.root).unwrap().reply().unwrap().children;
    let has_title = |window: &Window| {
        let cookie = client.conn.get_property(false, *window, AtomEnum::WM_NAME, AtomEnum::STRING, 0, 64);
        cookie.unwrap().reply().is_ok_and(|reply| reply.value == title.as_bytes())
    };
    children.into_iter().filter(has_title).collect()
}

fn place(client: &Client, window: Window) -> Place {
    let GetGeometryReply { x, y, width, height, .. } =
        client.conn.get_geometry(window).unwrap().reply().unwrap();
    Place { x, y, width, height }
}

/// What is at a pixel of the screen; `None` beside it.
fn colour(client: &Client, x: i16, y: i16) -> Option<u32> {
    let image = client.conn.get_image(ImageFormat::Z_PIXMAP, client.root, x, y, 1, 1, !0).unwrap();
    let data = image.reply().ok()?.data;
    Some(u32::from_le_bytes([data[0], data[1], data[2], 0]))
}

fn xdotool(xvfb: &Xvfb, arguments: &[&str]) {
    assert!(xvfb.command("xdotool").args(arguments).status().expect("xdotool").success());
}

#[test]
fn the_bar_is_above_a_full_screen_window_that_has_the_keyboard() {
    let xvfb = Xvfb::start();
    let _openbox = window_manager(&xvfb);
    let mut shown = Shown::on(&xvfb, IndicatorFlow::Running);
    shown.expect_seen();
    let _xterm = Running::start(&xvfb, "xterm", &["-fullscreen", "-T", "full"]);
    xdotool(&xvfb, &["search", "--sync", "--onlyvisible", "--name", "full"]);
    let whole = |client: &Client| {
        let children = client.conn.query_tree(client.root).unwrap().reply().unwrap().children;
        children.into_iter().any(|window| {
            let place = client.conn.get_geometry(window).unwrap().reply();
            place.is_ok_and(|place| (place.width, place.height) == (1280, 1024) && place.depth == 24)
        })
    };
    let start = Instant::now();
    while !whole(&shown.client) && start.elapsed() < PATIENCE {
        std::thread::yield_now();
    }
    assert!(whole(&shown.client), "xterm is full screen");
    xdotool(&xvfb, &["search", "--sync", "--name", "full", "windowfocus", "--sync", "windowraise"]);
    shown.expect_seen();
}

#[test]
fn the_bar_is_on_every_desktop() {
    let xvfb = Xvfb::start();
    let _openbox = window_manager(&xvfb);
    let mut shown = Shown::on(&xvfb, IndicatorFlow::Running);
    shown.expect_seen();
    xdotool(&xvfb, &["set_num_desktops", "2"]);
    xdotool(&xvfb, &["set_desktop", "1"]);
    let _xterm = Running::start(&xvfb, "xterm", &["-geometry", "200x100+0+0", "-T", "elsewhere"]);
    xdotool(&xvfb, &["search", "--sync", "--onlyvisible", "--name", "elsewhere"]);
    shown.expect_seen();
}

#[test]
fn a_bar_that_was_hidden_is_put_back() {
    let xvfb = Xvfb::start();
    let mut shown = Shown::on(&xvfb, IndicatorFlow::Running);
    shown.expect_seen();
    let bar = shown.bars()[0];
    let before = shown.place();
    shown.client.window(0, 0, 1280, 1024);
    shown.expect_seen();
    shown.client.conn.unmap_window(bar).unwrap();
    shown.expect_seen();
    let away = ConfigureWindowAux::new().x(-2000).y(-900).width(5).height(5);
    shown.client.conn.configure_window(bar, &away).unwrap();
    shown.expect_seen();
    assert_eq!(shown.place(), before);
    let opacity = shown.client.conn.intern_atom(false, b"_NET_WM_WINDOW_OPACITY").unwrap().reply().unwrap();
    let (replace, cardinal) = (PropMode::REPLACE, AtomEnum::CARDINAL);
    shown.client.conn.change_property32(replace, bar, opacity.atom, cardinal, &[0]).unwrap();
    shown
        .client
        .conn
        .shape_rectangles(SO::SET, SK::BOUNDING, ClipOrdering::UNSORTED, bar, 0, 0, &[])
        .unwrap();
    shown.client.conn.sync().unwrap();
    // Whoever watches asks for it.
    shown.indicator.restore();
    shown.expect_seen();
}

#[test]
fn the_watch_sees_all_that_hides_the_bar() {
    let xvfb = Xvfb::start();
    let (stall, stalled) = sync_channel::<()>(0);
    let (hangs, hanging) = channel();
    // What keeps the bar hangs, so that nobody puts it back.
    let told = Box::new(move |_| {
        hangs.send(()).unwrap();
        let _ = stalled.recv();
    });
    let indicator =
        X11Indicator::open(xvfb.name(), face(IndicatorFlow::Running), told).expect("an indicator");
    let watch = indicator.watch().expect("a watch");
    let mut shown = Shown { indicator, watch, pressed: channel().1, client: xvfb.client() };
    shown.expect_seen();
    let (x, y) = shown.end_button();
    PhysicalMouse::connect(xvfb.name()).unwrap().click(x, y).unwrap();
    hanging.recv_timeout(PATIENCE).expect("the press arrives");

    let (bar, place) = (shown.bars()[0], shown.place());
    let to = |x: i32, width: u32| ConfigureWindowAux::new().x(x).y(0).width(width);
    let conn = x11rb::connect(Some(xvfb.name())).unwrap().0;
    conn.unmap_window(bar).unwrap().check().unwrap();
    shown.expect_flaw(IndicatorFlaw::Unmapped);
    conn.map_window(bar).unwrap();
    conn.configure_window(bar, &to(-20, place.width.into())).unwrap().check().unwrap();
    shown.expect_flaw(IndicatorFlaw::Outside);
    conn.configure_window(bar, &to(0, 100)).unwrap().check().unwrap();
    shown.expect_flaw(IndicatorFlaw::Outside);
    conn.configure_window(bar, &to(place.x.into(), place.width.into())).unwrap().check().unwrap();
    for kind in [SK::BOUNDING, SK::CLIP, SK::INPUT] {
        conn.shape_rectangles(SO::SET, kind, ClipOrdering::UNSORTED, bar, 0, 0, &[])
            .unwrap()
            .check()
            .unwrap();
        shown.expect_flaw(IndicatorFlaw::Altered);
        conn.shape_mask(SO::SET, kind, bar, 0, 0, x11rb::NONE).unwrap().check().unwrap();
    }
    // One pixel is enough; what lies below it or beside it hides nothing.
    let beside = shown.client.window(0, place.height as i16, 1280, 100);
    let over = shown.client.window(place.x + place.width as i16 - 1, 0, 10, 1);
    shown.expect_flaw(IndicatorFlaw::Covered);
    shown.client.conn.destroy_window(over).unwrap();
    shown.client.conn.destroy_window(beside).unwrap();
    shown.client.conn.sync().unwrap();
    let start = Instant::now();
    while shown.watch.look() != IndicatorSight::Hidden(IndicatorFlaw::Stuck) {
        assert!(start.elapsed() < PATIENCE, "{:?}", shown.watch.look());
        std::thread::yield_now();
    }
    conn.destroy_window(bar).unwrap().check().unwrap();
    shown.expect_flaw(IndicatorFlaw::Gone);
    drop(stall);
}

#[test]
fn every_monitor_has_a_bar() {
    let xvfb = Xvfb::start();
    let mut shown = Shown::on(&xvfb, IndicatorFlow::Running);
    shown.expect_seen();
    set_monitor(&xvfb, ["left", "600/0x1024/0+0+0", "screen"]);
    set_monitor(&xvfb, ["right", "680/0x900/0+600+100", "none"]);
    shown.expect_bars(2, IndicatorSight::Seen);
    let mut places: Vec<Place> = shown.bars().iter().map(|bar| place(&shown.client, *bar)).collect();
    places.sort_by_key(|place| place.x);
    assert!(places[0].x + places[0].width as i16 <= 600 && places[0].y == 0, "{places:?}");
    assert!(places[1].x >= 600 && places[1].y == 100, "{places:?}");
}

#[test]
fn a_monitor_too_small_for_a_bar_is_one_without() {
    let xvfb = Xvfb::start();
    let mut shown = Shown::on(&xvfb, IndicatorFlow::Running);
    shown.expect_seen();
    set_monitor(&xvfb, ["left", "1260/0x1024/0+0+0", "screen"]);
    set_monitor(&xvfb, ["tiny", "20/0x20/0+1260+0", "none"]);
    shown.expect_bars(2, IndicatorSight::Hidden(IndicatorFlaw::Outside));
}

#[test]
fn a_programs_click_ends_but_never_goes_on() {
    let xvfb = Xvfb::start();
    let shown = Shown::on(&xvfb, IndicatorFlow::Paused);
    let hand = PhysicalMouse::connect(xvfb.name()).unwrap();
    let (x, y) = shown.flow_button();
    hand.click(x, y).unwrap();
    // The button has not said "Go on" for long enough.
    assert!(shown.pressed.recv_timeout(SETTLED).is_err());
    let start = Instant::now();
    let by_hand = loop {
        hand.click(x, y).unwrap();
        if let Ok(press) = shown.pressed.recv_timeout(SETTLED) {
            break press;
        }
        assert!(start.elapsed() < PATIENCE, "a hand may go on");
    };
    assert_eq!(by_hand, IndicatorPress::GoOn);
    for _ in 0..3 {
        xdotool(&xvfb, &["mousemove", &x.to_string(), &y.to_string(), "click", "1"]);
    }
    let (x, y) = shown.end_button();
    xdotool(&xvfb, &["mousemove", &x.to_string(), &y.to_string(), "click", "1"]);
    let pressed: Vec<_> = std::iter::from_fn(|| shown.pressed.recv_timeout(SETTLED).ok()).collect();
    assert_eq!(pressed, [IndicatorPress::End]);
}

#[test]
fn going_on_does_not_count_for_a_second_after_a_program_has_moved_the_bar() {
    let xvfb = Xvfb::start();
    let shown = Shown::on(&xvfb, IndicatorFlow::Paused);
    let hand = PhysicalMouse::connect(xvfb.name()).unwrap();
    let (bar, (x, y)) = (shown.bars()[0], shown.flow_button());
    // On a busy machine the click may come later than it should.
    let in_time = (0..10).any(|_| {
        std::thread::sleep(Duration::from_millis(1100));
        let moved = Instant::now();
        shown.client.conn.configure_window(bar, &ConfigureWindowAux::new().x(i32::from(x))).unwrap();
        shown.client.conn.sync().unwrap();
        while shown.flow_button() != (x, y) {
            std::thread::yield_now();
        }
        hand.click(x, y).unwrap();
        let pressed = shown.pressed.recv_timeout(SETTLED);
        let in_time = moved.elapsed() < Duration::from_millis(900);
        assert!(!in_time || pressed.is_err(), "{pressed:?}");
        in_time
    });
    assert!(in_time, "never fast enough to tell");
}

#[test]
fn the_injector_refuses_the_bar_and_the_frame_lets_clicks_through() {
    let xvfb = Xvfb::start();
    let recorder = Recorder::start(&xvfb);
    let mut shown = Shown::on(&xvfb, IndicatorFlow::Running);
    shown.expect_seen();
    let mut injector = X11Injector::open(xvfb.name(), KeyCombination::PANIC).expect("an injector");
    let press = InputEvent::Button { button: PointerButton::Left, pressed: true };
    for (x, y) in [shown.end_button(), shown.flow_button()] {
        injector.inject(&InputEvent::PointerMove { x: x as u16, y: y as u16 }).unwrap();
        assert!(matches!(injector.inject(&press), Err(InjectError::OwnWindow)));
    }
    assert!(shown.pressed.recv_timeout(SETTLED).is_err());
    assert_eq!(colour(&shown.client, 1, 1), Some(RUNNING), "the frame is drawn");
    let hand = PhysicalMouse::connect(xvfb.name()).unwrap();
    hand.click(1, 1).unwrap();
    let heard = std::iter::from_fn(|| Some(recorder.next())).find(|line| !line.starts_with("motion"));
    assert_eq!(heard.as_deref(), Some("button 1 down at 1,1"));
    // The window below takes no key away either: the bar never has the keyboard.
    injector.inject(&InputEvent::PointerMove { x: 100, y: 100 }).unwrap();
    injector.inject(&press).unwrap();
}

/// Moves the pointer by so much, as the display's own mouse does.
fn move_by_hand(client: &Client, (dx, dy): (i32, i32)) {
    const DEVICE_VALUATOR: u8 = 0;
    const DEVICE_MOTION_NOTIFY: u8 = 5;
    const MORE_EVENTS: u8 = 0x80;
    let opcode = client.conn.extension_information(xtest::X11_EXTENSION_NAME).unwrap().unwrap().major_opcode;
    let first = client.conn.extension_information(xinput::X11_EXTENSION_NAME).unwrap().unwrap().first_event;
    let devices = client.conn.xinput_xi_query_device(xinput::Device::ALL).unwrap().reply().unwrap().infos;
    let mouse = devices
        .iter()
        .find(|device| {
            device.type_ == xinput::DeviceType::SLAVE_POINTER
                && !device.name.windows(5).any(|part| part == b"XTEST")
        })
        .unwrap();
    let mouse = u8::try_from(mouse.deviceid).unwrap();
    // FakeInput with a motion of a device and its two valuators, relative (xtestproto, section 3).
    let mut request = vec![opcode, xtest::FAKE_INPUT_REQUEST, 0, 0];
    request[2..4].copy_from_slice(&17_u16.to_ne_bytes());
    let mut event = [0; 32];
    (event[0], event[1], event[31]) = (first + DEVICE_MOTION_NOTIFY, 1, mouse | MORE_EVENTS);
    request.extend(event);
    let mut valuators = [0; 32];
    (valuators[0], valuators[1], valuators[6]) = (first + DEVICE_VALUATOR, mouse, 2);
    valuators[8..12].copy_from_slice(&dx.to_ne_bytes());
    valuators[12..16].copy_from_slice(&dy.to_ne_bytes());
    request.extend(valuators);
    client.conn.send_request_without_reply(&[IoSlice::new(&request)], Vec::new()).unwrap().check().unwrap();
}

#[test]
fn a_hand_moves_the_bar_along_its_edge_and_a_program_does_not() {
    let xvfb = Xvfb::start();
    let mut shown = Shown::on(&xvfb, IndicatorFlow::Running);
    shown.expect_seen();
    let before = shown.place();
    let (x, y) = (before.x + 30, before.y + 45);
    let at = [x.to_string(), y.to_string()];
    xdotool(
        &xvfb,
        &["mousemove", &at[0], &at[1], "mousedown", "1", "mousemove", "10", "500", "mouseup", "1"],
    );
    xdotool(&xvfb, &["mousemove", &at[0], &at[1]]);
    std::thread::sleep(SETTLED);
    assert_eq!(shown.place(), before);

    let hand = PhysicalMouse::connect(xvfb.name()).unwrap();
    hand.button(1, true).unwrap();
    let start = Instant::now();
    while shown.place().x != 0 {
        assert!(start.elapsed() < PATIENCE, "{:?}", shown.place());
        move_by_hand(&shown.client, (-40, 15));
    }
    hand.button(1, false).unwrap();
    assert_eq!(shown.place(), Place { x: 0, ..before });
    shown.expect_seen();
}

#[test]
fn the_bar_makes_room_for_the_pointer_along_its_edge_and_stays_in_sight() {
    let xvfb = Xvfb::start();
    let mut shown = Shown::on(&xvfb, IndicatorFlow::Running);
    shown.expect_seen();
    let before = shown.place();
    let (x, y) = (before.x + 30, before.y + 20);
    xdotool(&xvfb, &["mousemove", &x.to_string(), &y.to_string()]);
    shown.indicator.step_aside();
    let start = Instant::now();
    while shown.place().x <= x {
        assert!(start.elapsed() < PATIENCE, "{:?}", shown.place());
        std::thread::yield_now();
    }
    let after = shown.place();
    assert_eq!((after.y, after.width, after.height), (before.y, before.width, before.height));
    shown.expect_seen();
    // Where the pointer is not on it, nothing moves.
    shown.indicator.step_aside();
    shown.indicator.restore();
    shown.expect_seen();
    assert_eq!(shown.place(), after);
}

#[test]
fn on_screens_of_16_and_30_bits_the_bar_is_seen_in_its_colour() {
    for (screen, bits) in [("1280x1024x16", [5, 6, 5]), ("1280x1024x30", [10, 10, 10])] {
        let xvfb = Xvfb::start_sized(screen);
        let [_, red, green, blue] = RUNNING.to_be_bytes().map(u32::from);
        let expected = [red, green, blue].into_iter().zip(bits).fold(0, |packed, (value, bits)| {
            let most = (1 << bits) - 1;
            (packed << bits) | ((value * most + 127) / 255)
        });
        let mut shown = Shown::on(&xvfb, IndicatorFlow::Running);
        let (start, mut pixel) = (Instant::now(), None);
        while shown.watch.look() != IndicatorSight::Seen || pixel != Some(expected) {
            assert!(start.elapsed() < PATIENCE, "{screen}: {pixel:x?}, not {expected:x}");
            std::thread::yield_now();
            let Place { x, y, .. } = shown.place();
            let root = shown.client.root;
            let image = shown.client.conn.get_image(ImageFormat::Z_PIXMAP, root, x + 1, y + 1, 1, 1, !0);
            let bytes = image.unwrap().reply().unwrap().data;
            // Of words of two bytes the rest is padding.
            let mask = 1u32.checked_shl(bits.iter().sum()).map_or(!0, |end| end - 1);
            pixel = Some(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) & mask);
        }
    }
}
