//! A window that nobody sees and that takes the next click, or the line that is drawn with the button down:
//! the user points at something.
//!
//! It lies below the bar, and clicks on other windows of this program reach those.

use std::time::{Duration, Instant};

use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection;
use x11rb::protocol::shape::SK;
use x11rb::protocol::xfixes::{ConnectionExt as _, Region};
use x11rb::protocol::xproto::{
    ButtonPressEvent, ConfigureWindowAux, ConnectionExt as _, CreateWindowAux, EventMask, MotionNotifyEvent,
    Rectangle, StackMode, Window, WindowClass,
};

use crate::x11::{X11Display, X11Failure};
use crate::{MAX_CAUGHT_POINTS, OverlayNews, OverlayPoint};

/// How long a click is waited for: long enough to find the place, and a screen that takes no clicks for no
/// reason that anybody remembers is worse than asking again.
const PATIENCE: Duration = Duration::from_secs(20);

/// The cross hair in the server's own font of pointers, and its mask.
const CROSS_HAIR: u16 = 34;

/// How far a point of a line is from the one before at least, and a line goes at least, in pixels.
const STEP_PX: u16 = 4;
const CLICK_PX: u16 = 16;

/// The main button.
const MAIN_BUTTON: u8 = 1;

/// The window.
pub(super) struct CatchWindow {
    pub(super) id: Window,
    pub(super) until: Instant,
    path: CaughtPath,
}

impl CatchWindow {
    /// Opens it over a screen of this size, below `bar`, and without what lies in `forbidden`.
    pub(super) fn open(
        display: &X11Display,
        (width, height): (u16, u16),
        bar: Option<Window>,
        forbidden: Region,
    ) -> Result<Self, X11Failure> {
        let conn = &display.conn;
        let [id, font, cursor] = [conn.generate_id()?, conn.generate_id()?, conn.generate_id()?];
        conn.open_font(font, b"cursor")?;
        let (dark, light) = ([0; 3], [u16::MAX; 3]);
        conn.create_glyph_cursor(
            cursor,
            font,
            font,
            CROSS_HAIR,
            CROSS_HAIR + 1,
            dark[0],
            dark[1],
            dark[2],
            light[0],
            light[1],
            light[2],
        )?;
        let values = CreateWindowAux::new()
            .override_redirect(1)
            .cursor(cursor)
            .event_mask(EventMask::BUTTON_PRESS | EventMask::BUTTON_RELEASE | EventMask::BUTTON1_MOTION);
        let (depth, class) = (COPY_DEPTH_FROM_PARENT, WindowClass::INPUT_ONLY);
        conn.create_window(depth, id, display.root(), 0, 0, width, height, 0, class, 0, &values)?;
        conn.free_cursor(cursor)?;
        conn.close_font(font)?;
        let catch = Self { id, until: Instant::now() + PATIENCE, path: CaughtPath::default() };
        catch.place(display, (width, height), bar, forbidden)?;
        conn.map_window(id)?;
        Ok(catch)
    }

    /// Puts it below `bar`, and leaves out what lies in `forbidden`.
    pub(super) fn place(
        &self,
        display: &X11Display,
        (width, height): (u16, u16),
        bar: Option<Window>,
        forbidden: Region,
    ) -> Result<(), X11Failure> {
        let (conn, region) = (&display.conn, display.conn.generate_id()?);
        conn.xfixes_create_region(region, &[Rectangle { x: 0, y: 0, width, height }])?;
        conn.xfixes_subtract_region(region, forbidden, region)?;
        conn.xfixes_set_window_shape_region(self.id, SK::INPUT, 0, 0, region)?;
        conn.xfixes_destroy_region(region)?;
        let mode = if bar.is_some() { StackMode::BELOW } else { StackMode::ABOVE };
        conn.configure_window(self.id, &ConfigureWindowAux::new().sibling(bar).stack_mode(mode))?;
        Ok(())
    }

    /// A button went down on it.
    pub(super) fn press(&mut self, press: &ButtonPressEvent) {
        let at = place(press.root_x, press.root_y).filter(|_| press.detail == MAIN_BUTTON);
        self.path = CaughtPath { points: at.into_iter().collect(), ..CaughtPath::default() };
    }

    /// The pointer is here with the main button down: the line so far, where that is news.
    pub(super) fn go_on(&mut self, moved: &MotionNotifyEvent) -> Option<OverlayNews> {
        let at = place(moved.root_x, moved.root_y)?;
        (self.path.go_to(at) && self.path.is_line()).then(|| OverlayNews::Drawing(self.path.points.clone()))
    }

    /// It came up: what that was.
    pub(super) fn release(&self) -> OverlayNews {
        match self.path.points.first() {
            None => OverlayNews::GaveUp,
            Some(_) if self.path.is_line() => OverlayNews::Drawn(self.path.points.clone()),
            Some(at) => OverlayNews::Caught(*at),
        }
    }
}

/// A place on the screen; `None` beside it.
fn place(x: i16, y: i16) -> Option<OverlayPoint> {
    u16::try_from(x).ok().zip(u16::try_from(y).ok())
}

/// Where the pointer was since the main button went down.
#[derive(Debug)]
struct CaughtPath {
    points: Vec<OverlayPoint>,
    /// How far the next point is from the last one at least.
    step_px: u16,
}

impl Default for CaughtPath {
    fn default() -> Self {
        Self { points: Vec::new(), step_px: STEP_PX }
    }
}

impl CaughtPath {
    /// The pointer is here; whether that is another point of it. Of a long line every other one is kept, and
    /// from then on fewer are taken.
    fn go_to(&mut self, at: OverlayPoint) -> bool {
        let Some(last) = self.points.last() else { return false };
        let is_far = far(*last, at) >= self.step_px;
        if is_far {
            if self.points.len() >= MAX_CAUGHT_POINTS {
                let mut number = 0_usize;
                self.points.retain(|_| {
                    number += 1;
                    number % 2 == 1
                });
                self.step_px = self.step_px.saturating_mul(2);
            }
            self.points.push(at);
        }
        is_far
    }

    /// Whether it is more than the tremor of a hand that clicks.
    fn is_line(&self) -> bool {
        let Some(first) = self.points.first() else { return false };
        self.points.iter().any(|at| far(*first, *at) >= CLICK_PX)
    }
}

fn far(one: OverlayPoint, other: OverlayPoint) -> u16 {
    one.0.abs_diff(other.0).max(one.1.abs_diff(other.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_few_points_however_long_it_is_and_a_tremor_is_a_click() {
        let mut path = CaughtPath { points: vec![(100, 100)], ..CaughtPath::default() };
        assert!(!path.go_to((102, 100)));
        assert!(path.go_to((105, 103)) && !path.is_line());
        for step in 0..20_000_u32 {
            path.go_to(((100 + step % 3_000) as u16, (100 + step / 9) as u16));
            assert!(path.points.len() <= MAX_CAUGHT_POINTS);
        }
        assert!(path.is_line() && path.points.len() > MAX_CAUGHT_POINTS / 4);
        assert_eq!(path.points[0], (100, 100), "it begins where the button went down");
    }
}
