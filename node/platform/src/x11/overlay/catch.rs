//! A window that nobody sees and that takes the next click: the user points at something.
//!
//! It lies below the bar, and clicks on other windows of this program reach those.

use std::time::{Duration, Instant};

use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection;
use x11rb::protocol::shape::SK;
use x11rb::protocol::xfixes::{ConnectionExt as _, Region};
use x11rb::protocol::xproto::{
    ButtonPressEvent, ConfigureWindowAux, ConnectionExt as _, CreateWindowAux, EventMask, Rectangle,
    StackMode, Window, WindowClass,
};

use crate::x11::{X11Display, X11Failure};
use crate::{OverlayNews, OverlayPoint};

/// How long a click is waited for: long enough to find the place, and a screen that takes no clicks for no
/// reason that anybody remembers is worse than asking again.
const PATIENCE: Duration = Duration::from_secs(20);

/// The cross hair in the server's own font of pointers, and its mask.
const CROSS_HAIR: u16 = 34;

/// The main button.
const MAIN_BUTTON: u8 = 1;

/// The window.
pub(super) struct CatchWindow {
    pub(super) id: Window,
    pub(super) until: Instant,
    /// Where the main button went down.
    pressed: Option<OverlayPoint>,
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
            .event_mask(EventMask::BUTTON_PRESS | EventMask::BUTTON_RELEASE);
        let (depth, class) = (COPY_DEPTH_FROM_PARENT, WindowClass::INPUT_ONLY);
        conn.create_window(depth, id, display.root(), 0, 0, width, height, 0, class, 0, &values)?;
        conn.free_cursor(cursor)?;
        conn.close_font(font)?;
        let catch = Self { id, until: Instant::now() + PATIENCE, pressed: None };
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
        let at = u16::try_from(press.root_x).ok().zip(u16::try_from(press.root_y).ok());
        self.pressed = at.filter(|_| press.detail == MAIN_BUTTON);
    }

    /// It came up: what that was.
    pub(super) fn release(&self) -> OverlayNews {
        self.pressed.map_or(OverlayNews::GaveUp, OverlayNews::Caught)
    }
}
