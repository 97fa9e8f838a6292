//! Draws marks into the server's memory: what the window shows, and beside it which of its pixels it is.
//!
//! The server draws lines itself; words come as pictures. Each line has an edge, so that it is seen on any
//! ground.

use x11rb::connection::Connection;
use x11rb::protocol::shape::SK;
use x11rb::protocol::xfixes::{ConnectionExt as _, Region};
use x11rb::protocol::xproto::{
    Arc, CapStyle, ChangeGCAux, ChangeWindowAttributesAux, ConnectionExt as _, CoordMode, CreateGCAux,
    Drawable, Gcontext, ImageFormat, JoinStyle, LineStyle, Pixmap, Point, Rectangle, Window,
};

use super::bubble::bubble;
use super::shape::{MarkLines, ScreenPoint, bounds, lines, point};
use crate::x11::indicator::canvas::BarCanvas;
use crate::x11::indicator::lettering::BarLettering;
use crate::x11::indicator::monitors::ScreenArea;
use crate::x11::pixel_format::PixelFormat;
use crate::x11::{X11Display, X11Failure};
use crate::{FADE_STEPS, OverlayMark, OverlayShape};

/// How wide a line is, and its edge on either side, in points: seen at a glance, and little is hidden.
const LINE_PT: f32 = 4.0;
const EDGE_PT: f32 = 1.5;

/// How wide both are as a mark fades, in parts of that.
const FADED_WIDTHS: [f32; FADE_STEPS as usize] = [0.8, 0.65, 0.5, 0.5];

/// Its dashes and the gaps between them, in points. A window has no other way of letting through what is
/// below it where nobody composes the screen, and a shape of single pixels takes the server seconds.
const FADED_DASHES_PT: [(f32, f32); FADE_STEPS as usize] = [(9.0, 3.0), (6.0, 6.0), (4.0, 8.0), (2.0, 10.0)];

/// How many of [`STRIPE_ROWS`] rows a text still has as it fades.
const FADED_ROWS: [u16; FADE_STEPS as usize] = [5, 4, 2, 1];
const STRIPE_ROWS: u16 = 6;

/// Bytes of a picture in one request: well below what every X server takes, 256 KiB.
const REQUEST_BYTES: usize = 64 * 1024;

/// A whole turn, in the server's parts of a degree.
const WHOLE_TURN: i16 = 360 * 64;

/// A mark as it is drawn.
pub(super) struct MarkPicture {
    content: MarkContent,
    colour: u32,
    width: u16,
    edge: u16,
    fade: u8,
    /// As it fades: its dashes and the gaps between them, in pixels.
    dashes: Option<[u8; 2]>,
}

enum MarkContent {
    Lines(MarkLines),
    Bubble { canvas: BarCanvas, at: ScreenPoint },
}

impl MarkPicture {
    /// How a mark looks on a screen of this size.
    pub(super) fn of(mark: &OverlayMark, lettering: &BarLettering, scale: f32, screen: (u16, u16)) -> Self {
        let content = match (&mark.shape, lines(&mark.shape, scale)) {
            (_, Some(lines)) => MarkContent::Lines(lines),
            (OverlayShape::Text { at, name, text }, None) => {
                let canvas = bubble(lettering, (name, text), mark.colour, scale);
                let (x, y) = point(*at);
                let most =
                    |side: u16, size: u16| i16::try_from(side.saturating_sub(size)).unwrap_or(i16::MAX);
                let at = (x.min(most(screen.0, canvas.width)), y.min(most(screen.1, canvas.height)));
                MarkContent::Bubble { canvas, at }
            }
            (_, None) => MarkContent::Lines(MarkLines::Lines(Vec::new())),
        };
        let part = faded(&FADED_WIDTHS, mark.fade).unwrap_or(1.0) * scale;
        let width = (LINE_PT * part).round().max(1.0) as u16;
        let edge = (2.0 * EDGE_PT * part).round().max(2.0) as u16;
        let pixels = |points: f32| (points * scale).round().clamp(1.0, 255.0) as u8;
        let dashes = faded(&FADED_DASHES_PT, mark.fade).map(|(on, off)| [pixels(on), pixels(off)]);
        Self { content, colour: mark.colour, width, edge, fade: mark.fade, dashes }
    }

    /// What it covers.
    pub(super) fn area(&self) -> Option<ScreenArea> {
        match &self.content {
            MarkContent::Lines(lines) => {
                let margin = (self.width + self.edge).div_ceil(2) + 1;
                bounds(lines).map(|area| ScreenArea {
                    x: area.x.saturating_sub(margin as i16),
                    y: area.y.saturating_sub(margin as i16),
                    width: area.width.saturating_add(2 * margin),
                    height: area.height.saturating_add(2 * margin),
                })
            }
            MarkContent::Bubble { canvas, at } => {
                Some(ScreenArea { x: at.0, y: at.1, width: canvas.width, height: canvas.height })
            }
        }
    }
}

/// What is drawn in a part of the screen.
pub(super) struct OverlayPen {
    pub(super) area: ScreenArea,
    picture: Pixmap,
    /// A bit per pixel: whether the window has it.
    mask: Pixmap,
    picture_gc: Gcontext,
    mask_gc: Gcontext,
}

impl OverlayPen {
    /// Nothing yet, in this part of the screen.
    pub(super) fn new(display: &X11Display, area: ScreenArea) -> Result<Self, X11Failure> {
        let conn = &display.conn;
        let [picture, mask, picture_gc, mask_gc] =
            [conn.generate_id()?, conn.generate_id()?, conn.generate_id()?, conn.generate_id()?];
        let (root, depth) = (display.root(), display.screen().root_depth);
        conn.create_pixmap(depth, picture, root, area.width, area.height)?;
        conn.create_pixmap(1, mask, root, area.width, area.height)?;
        let round =
            CreateGCAux::new().cap_style(CapStyle::ROUND).join_style(JoinStyle::ROUND).graphics_exposures(0);
        conn.create_gc(picture_gc, picture, &round)?;
        conn.create_gc(mask_gc, mask, &round.foreground(0))?;
        let whole = Rectangle { x: 0, y: 0, width: area.width, height: area.height };
        conn.poly_fill_rectangle(mask, mask_gc, &[whole])?;
        conn.change_gc(mask_gc, &ChangeGCAux::new().foreground(1))?;
        Ok(Self { area, picture, mask, picture_gc, mask_gc })
    }

    /// Draws a mark above all others.
    pub(super) fn draw(&self, display: &X11Display, mark: &MarkPicture) -> Result<(), X11Failure> {
        let format = PixelFormat::of_root(display)?;
        self.break_lines(display, mark)?;
        match &mark.content {
            MarkContent::Lines(lines) => {
                self.stroke(display, self.mask, self.mask_gc, lines, mark.width + mark.edge)?;
                self.dip(display, format.value(edge_colour(mark.colour)))?;
                self.stroke(display, self.picture, self.picture_gc, lines, mark.width + mark.edge)?;
                self.dip(display, format.value(mark.colour))?;
                self.stroke(display, self.picture, self.picture_gc, lines, mark.width)
            }
            MarkContent::Bubble { canvas, at } => {
                let (x, y) = self.inside(*at);
                let (width, height) = (canvas.width, canvas.height);
                let rows = faded(&FADED_ROWS, mark.fade).unwrap_or(STRIPE_ROWS);
                let stripe = |top: u16| {
                    let height = rows.min(height - top);
                    Rectangle { x, y: y.saturating_add_unsigned(top), width, height }
                };
                let stripes: Vec<_> = (0..height).step_by(STRIPE_ROWS.into()).map(stripe).collect();
                display.conn.poly_fill_rectangle(self.mask, self.mask_gc, &stripes)?;
                put_canvas(display, (self.picture, self.picture_gc), canvas, (x, y))
            }
        }
    }

    /// From now on the mask's lines are as broken as those of a mark that has faded so far.
    fn break_lines(&self, display: &X11Display, mark: &MarkPicture) -> Result<(), X11Failure> {
        let (conn, solid) = (&display.conn, ChangeGCAux::new().line_style(LineStyle::SOLID));
        let values = match mark.dashes {
            None => solid.cap_style(CapStyle::ROUND),
            Some(dashes) => {
                conn.set_dashes(self.mask_gc, 0, &dashes)?;
                ChangeGCAux::new().line_style(LineStyle::ON_OFF_DASH).cap_style(CapStyle::BUTT)
            }
        };
        conn.change_gc(self.mask_gc, &values)?;
        Ok(())
    }

    fn dip(&self, display: &X11Display, value: u32) -> Result<(), X11Failure> {
        display.conn.change_gc(self.picture_gc, &ChangeGCAux::new().foreground(value))?;
        Ok(())
    }

    fn stroke(
        &self,
        display: &X11Display,
        target: Drawable,
        gc: Gcontext,
        lines: &MarkLines,
        width: u16,
    ) -> Result<(), X11Failure> {
        let conn = &display.conn;
        conn.change_gc(gc, &ChangeGCAux::new().line_width(u32::from(width)))?;
        match lines {
            MarkLines::Lines(lines) => {
                for line in lines {
                    let points: Vec<Point> = line
                        .iter()
                        .map(|at| {
                            let (x, y) = self.inside(*at);
                            Point { x, y }
                        })
                        .collect();
                    conn.poly_line(CoordMode::ORIGIN, target, gc, &points)?;
                }
            }
            MarkLines::Arc(area) => {
                let (x, y) = self.inside((area.x, area.y));
                let (width, height) = (area.width, area.height);
                let arc = Arc { x, y, width, height, angle1: 0, angle2: WHOLE_TURN };
                conn.poly_arc(target, gc, &[arc])?;
            }
        }
        Ok(())
    }

    fn inside(&self, (x, y): ScreenPoint) -> ScreenPoint {
        (x.saturating_sub(self.area.x), y.saturating_sub(self.area.y))
    }

    /// Makes `window` what is drawn, without what lies in `forbidden`.
    pub(super) fn show(
        &self,
        display: &X11Display,
        window: Window,
        forbidden: Region,
    ) -> Result<(), X11Failure> {
        let conn = &display.conn;
        let region = conn.generate_id()?;
        conn.xfixes_create_region_from_bitmap(region, self.mask)?;
        cut(display, window, region, (self.area.x, self.area.y), forbidden)?;
        let background = ChangeWindowAttributesAux::new().background_pixmap(self.picture);
        conn.change_window_attributes(window, &background)?;
        conn.clear_area(false, window, 0, 0, 0, 0)?;
        Ok(())
    }

    /// Gives the memory back.
    pub(super) fn free(self, display: &X11Display) -> Result<(), X11Failure> {
        let conn = &display.conn;
        conn.free_gc(self.picture_gc)?;
        conn.free_gc(self.mask_gc)?;
        conn.free_pixmap(self.picture)?;
        conn.free_pixmap(self.mask)?;
        Ok(())
    }
}

/// Shapes a window at `(x, y)` to `region`, in the window's pixels, without what lies in `forbidden`, in the
/// screen's. The region is gone afterwards.
pub(super) fn cut(
    display: &X11Display,
    window: Window,
    region: Region,
    (x, y): ScreenPoint,
    forbidden: Region,
) -> Result<(), X11Failure> {
    let conn = &display.conn;
    conn.xfixes_translate_region(region, x, y)?;
    conn.xfixes_subtract_region(region, forbidden, region)?;
    conn.xfixes_translate_region(region, x.saturating_neg(), y.saturating_neg())?;
    conn.xfixes_set_window_shape_region(window, SK::BOUNDING, 0, 0, region)?;
    conn.xfixes_destroy_region(region)?;
    Ok(())
}

/// Draws a picture.
pub(super) fn put_canvas(
    display: &X11Display,
    (target, gc): (Drawable, Gcontext),
    canvas: &BarCanvas,
    (x, y): ScreenPoint,
) -> Result<(), X11Failure> {
    let format = PixelFormat::of_root(display)?;
    let height = usize::from(canvas.height);
    let rows = (REQUEST_BYTES / (4 * usize::from(canvas.width).max(1))).max(1);
    for first in (0..height).step_by(rows) {
        let last = (first + rows).min(height);
        display.conn.put_image(
            ImageFormat::Z_PIXMAP,
            target,
            gc,
            canvas.width,
            (last - first) as u16,
            x,
            y.saturating_add(first as i16),
            0,
            display.screen().root_depth,
            &canvas.rows(first..last, &format),
        )?;
    }
    Ok(())
}

/// What a mark has that has faded so far; `None` where it has not.
fn faded<T: Copy>(steps: &[T; FADE_STEPS as usize], fade: u8) -> Option<T> {
    let last = steps.len().checked_sub(1)?;
    let step = usize::from(fade).checked_sub(1)?;
    steps.get(step.min(last)).copied()
}

/// What a line of this colour stands out against: dark round light colours, light round dark ones.
fn edge_colour(colour: u32) -> u32 {
    let [_, red, green, blue] = colour.to_be_bytes().map(u32::from);
    let light = (299 * red + 587 * green + 114 * blue) / 1000;
    if light > 130 { 0x18_1d_24 } else { 0xff_ff_ff }
}
