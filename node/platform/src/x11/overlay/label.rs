//! The small window beside the mouse pointer that says who moves it.

use x11rb::connection::Connection;
use x11rb::protocol::xfixes::{ConnectionExt as _, Region};
use x11rb::protocol::xproto::{
    ChangeWindowAttributesAux, ConfigureWindowAux, ConnectionExt as _, CreateGCAux, Rectangle, Window,
};

use super::bubble::label;
use super::pen::{cut, put_canvas};
use super::shape::{ScreenPoint, point};
use crate::x11::indicator::lettering::BarLettering;
use crate::x11::{X11Display, X11Failure};
use crate::{OverlayLabel, OverlayPoint};

/// How far from the pointer it is, in points: beside the arrow, and not where it is clicked.
const AWAY_PT: (f32, f32) = (18.0, 20.0);

/// The label's window.
pub(super) struct LabelWindow {
    pub(super) id: Window,
    shown: Option<ShownLabel>,
}

struct ShownLabel {
    text: String,
    at: ScreenPoint,
    size: (u16, u16),
}

impl LabelWindow {
    /// `id` is a window that is not shown.
    pub(super) fn new(id: Window) -> Self {
        Self { id, shown: None }
    }

    pub(super) fn is_shown(&self) -> bool {
        self.shown.is_some()
    }

    /// Shows these words there.
    pub(super) fn show(
        &mut self,
        display: &X11Display,
        wanted: &OverlayLabel,
        (lettering, scale): (&BarLettering, f32),
        screen: (u16, u16),
    ) -> Result<(), X11Failure> {
        let known = self.shown.as_ref().filter(|shown| shown.text == wanted.text).map(|shown| shown.size);
        let size = match known {
            Some(size) => size,
            None => self.paint(display, &wanted.text, lettering, scale)?,
        };
        let at = place(wanted.at, size, screen, scale);
        let values = ConfigureWindowAux::new()
            .x(i32::from(at.0))
            .y(i32::from(at.1))
            .width(u32::from(size.0))
            .height(u32::from(size.1));
        display.conn.configure_window(self.id, &values)?;
        self.shown = Some(ShownLabel { text: wanted.text.clone(), at, size });
        Ok(())
    }

    fn paint(
        &self,
        display: &X11Display,
        text: &str,
        lettering: &BarLettering,
        scale: f32,
    ) -> Result<(u16, u16), X11Failure> {
        let conn = &display.conn;
        let canvas = label(lettering, text, scale);
        let (pixmap, gc) = (conn.generate_id()?, conn.generate_id()?);
        conn.create_pixmap(display.screen().root_depth, pixmap, self.id, canvas.width, canvas.height)?;
        conn.create_gc(gc, pixmap, &CreateGCAux::new())?;
        put_canvas(display, (pixmap, gc), &canvas, (0, 0))?;
        let background = ChangeWindowAttributesAux::new().background_pixmap(pixmap);
        conn.change_window_attributes(self.id, &background)?;
        conn.clear_area(false, self.id, 0, 0, 0, 0)?;
        conn.free_gc(gc)?;
        conn.free_pixmap(pixmap)?;
        Ok((canvas.width, canvas.height))
    }

    /// Cuts out of it what lies in `forbidden`.
    pub(super) fn cut(&self, display: &X11Display, forbidden: Region) -> Result<(), X11Failure> {
        let Some(ShownLabel { at, size, .. }) = self.shown else { return Ok(()) };
        let region = display.conn.generate_id()?;
        let whole = Rectangle { x: 0, y: 0, width: size.0, height: size.1 };
        display.conn.xfixes_create_region(region, &[whole])?;
        cut(display, self.id, region, at, forbidden)
    }

    pub(super) fn hide(&mut self, display: &X11Display) -> Result<(), X11Failure> {
        self.shown = None;
        display.conn.unmap_window(self.id)?;
        Ok(())
    }
}

/// Right of the pointer and below it, or left and above where there is no room.
fn place(at: OverlayPoint, size: (u16, u16), screen: (u16, u16), scale: f32) -> ScreenPoint {
    let (x, y) = point(at);
    let side = |at: i16, away: f32, size: u16, screen: u16| {
        let (at, away, size) = (i32::from(at), (away * scale) as i32, i32::from(size));
        let beyond = at + away + size > i32::from(screen);
        let start = if beyond { at - away / 2 - size } else { at + away };
        i16::try_from(start).unwrap_or(i16::MAX)
    };
    (side(x, AWAY_PT.0, size.0, screen.0), side(y, AWAY_PT.1, size.1, screen.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_label_never_lies_under_the_pointer_and_stays_on_the_screen() {
        let (size, screen) = ((90, 20), (800, 600));
        for x in (0..800).step_by(7) {
            for y in (0..600).step_by(7) {
                for scale in [1.0, 2.0] {
                    let (left, top) = place((x, y), size, screen, scale);
                    let (px, py) = (x as i16, y as i16);
                    let inside = (left..left + 90).contains(&px) && (top..top + 20).contains(&py);
                    assert!(!inside, "{x} {y}");
                    assert!(left >= 0 && top >= 0 && left + 90 <= 800 && top + 20 <= 600, "{x} {y}");
                }
            }
        }
    }
}
