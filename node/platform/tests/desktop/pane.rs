//! A picture in a part of a window, on a real X server, seen as other programs see the screen.

use beistand_codec::Rect;
use beistand_platform::x11::X11PicturePane;
use beistand_platform::{PanePlace, PicturePane};
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::*;
use x11rb::protocol::xtest::ConnectionExt as _;

use crate::support::{Client, PATIENCE, Xvfb};

/// What the window shows of its own.
const WINDOW: u32 = 0x0012_3456;
/// What the pane shows.
const PICTURE: u32 = 0x00ab_cdef;

struct PaneStage {
    ours: Client,
    window: Window,
    pane: X11PicturePane,
    xvfb: Xvfb,
}

impl PaneStage {
    /// A window of 200x100 at (10, 20), of one colour.
    fn new() -> Self {
        let xvfb = Xvfb::start();
        let ours = xvfb.client();
        let window = ours.window(10, 20, 200, 100);
        let attributes = ChangeWindowAttributesAux::new()
            .background_pixel(WINDOW)
            .event_mask(EventMask::BUTTON_PRESS | EventMask::POINTER_MOTION);
        ours.conn.change_window_attributes(window, &attributes).unwrap().check().unwrap();
        ours.conn.clear_area(false, window, 0, 0, 0, 0).unwrap().check().unwrap();
        let pane = X11PicturePane::open(xvfb.name(), window).unwrap();
        Self { ours, window, pane, xvfb }
    }

    /// Places the pane and paints all of it in one colour.
    fn paint(&mut self, area: Rect, holes: Vec<Rect>) {
        self.pane.place(&PanePlace { area, holes }).unwrap();
        self.fill(PICTURE);
        self.pane.show(&[area.size().rect()]).unwrap();
    }

    fn fill(&mut self, colour: u32) {
        let canvas = self.pane.canvas().unwrap();
        for pixel in canvas.pixels.as_chunks_mut::<4>().0 {
            *pixel = colour.to_le_bytes();
        }
    }

    /// Lets the pane take in what the server has said until now, and waits until that has come to something.
    fn settle(&mut self) {
        self.pane.show(&[]).unwrap();
        (self.pane.waker())();
        self.pane.wait().unwrap();
        self.pane.show(&[]).unwrap();
    }

    /// The colour of this pixel of the window on the screen.
    fn colour(&self, x: i16, y: i16) -> u32 {
        let (conn, root) = (&self.ours.conn, self.ours.root);
        let image = conn.get_image(ImageFormat::Z_PIXMAP, root, 10 + x, 20 + y, 1, 1, !0).unwrap();
        let image = image.reply().unwrap();
        u32::from_le_bytes([image.data[0], image.data[1], image.data[2], 0])
    }
}

fn area() -> Rect {
    Rect::new(30, 40, 100, 50).unwrap()
}

#[test]
fn the_pane_is_seen_where_it_was_placed_and_the_window_everywhere_else() {
    let mut stage = PaneStage::new();
    stage.paint(area(), Vec::new());
    assert_eq!([stage.colour(30, 40), stage.colour(129, 89)], [PICTURE; 2]);
    assert_eq!([stage.colour(29, 40), stage.colour(130, 89), stage.colour(30, 90)], [WINDOW; 3]);
}

#[test]
fn what_is_shown_is_on_the_screen_when_that_returns_and_nothing_else_is() {
    let mut stage = PaneStage::new();
    stage.paint(area(), Vec::new());
    for round in 0..50 {
        let colour = PICTURE - round - 1;
        stage.fill(colour);
        stage.pane.show(&[Rect::new(10, 10, 5, 5).unwrap()]).unwrap();
        assert_eq!([stage.colour(40, 50), stage.colour(44, 54)], [colour; 2]);
        assert_eq!([stage.colour(39, 50), stage.colour(45, 54)], [PICTURE; 2]);
    }
}

#[test]
fn in_a_hole_the_window_is_seen_and_where_it_closes_the_picture_again() {
    let mut stage = PaneStage::new();
    let hole = Rect::new(50, 50, 20, 10).unwrap();
    let beyond = Rect::new(120, 30, 50, 20).unwrap();
    stage.paint(area(), vec![hole, beyond]);
    assert_eq!([stage.colour(50, 50), stage.colour(69, 59), stage.colour(125, 45)], [WINDOW; 3]);
    assert_eq!([stage.colour(49, 50), stage.colour(70, 59), stage.colour(119, 45)], [PICTURE; 3]);
    stage.pane.place(&PanePlace { area: area(), holes: Vec::new() }).unwrap();
    stage.pane.show(&[]).unwrap();
    stage.settle();
    assert_eq!([stage.colour(50, 50), stage.colour(125, 45)], [PICTURE; 2]);
}

#[test]
fn what_another_window_has_covered_comes_back() {
    let mut stage = PaneStage::new();
    stage.paint(area(), Vec::new());
    let other = stage.ours.window(0, 0, 300, 300);
    assert_ne!(stage.colour(50, 50), PICTURE);
    stage.ours.conn.destroy_window(other).unwrap().check().unwrap();
    stage.settle();
    assert_eq!(stage.colour(50, 50), PICTURE);
}

#[test]
fn a_hidden_pane_is_not_seen_and_one_of_another_size_is_where_it_is_placed() {
    let mut stage = PaneStage::new();
    stage.paint(area(), Vec::new());
    stage.pane.hide().unwrap();
    stage.pane.show(&[]).unwrap();
    assert_eq!(stage.colour(50, 50), WINDOW);
    for area in [Rect::new(0, 0, 200, 100).unwrap(), Rect::new(150, 50, 10, 10).unwrap()] {
        stage.paint(area, Vec::new());
        assert_eq!(stage.colour(area.x() as i16, area.y() as i16), PICTURE);
    }
    assert_eq!(stage.colour(50, 50), WINDOW);
}

#[test]
fn the_mouse_goes_through_the_pane_to_the_window() {
    let mut stage = PaneStage::new();
    stage.paint(area(), Vec::new());
    let program = stage.xvfb.client();
    program.conn.xtest_fake_input(MOTION_NOTIFY_EVENT, 0, 0, program.root, 60, 70, 0).unwrap();
    program.conn.xtest_fake_input(BUTTON_PRESS_EVENT, 1, 0, program.root, 0, 0, 0).unwrap();
    program.conn.flush().unwrap();
    let started = std::time::Instant::now();
    loop {
        match stage.ours.conn.poll_for_event().unwrap() {
            Some(Event::ButtonPress(press)) => {
                assert_eq!((press.event, press.child, press.event_x), (stage.window, x11rb::NONE, 50));
                return;
            }
            Some(_) => {}
            None => std::thread::yield_now(),
        }
        assert!(started.elapsed() < PATIENCE, "the window got no press");
    }
}

#[test]
fn a_pane_whose_window_is_gone_says_so() {
    let mut stage = PaneStage::new();
    stage.paint(area(), Vec::new());
    stage.ours.conn.destroy_window(stage.window).unwrap().check().unwrap();
    assert!(stage.pane.wait().is_err());
    assert!(X11PicturePane::open(stage.xvfb.name(), stage.window).is_err());
}
