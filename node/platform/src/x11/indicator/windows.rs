//! The windows of an indicator: a bar for each monitor and a frame round it. No window manager stacks them
//! (override-redirect), so they are above full-screen windows and on every desktop.

use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection;
use x11rb::protocol::shape::{self, ConnectionExt as _};
use x11rb::protocol::xinput::{self, ConnectionExt as _, Device, XIEventMask};
use x11rb::protocol::xproto::{
    AtomEnum, ChangeWindowAttributesAux, ClipOrdering, ConfigureWindowAux, ConnectionExt as _, CreateGCAux,
    CreateWindowAux, EventMask, ImageFormat, PropMode, StackMode, Window, WindowClass,
};
use x11rb::wrapper::ConnectionExt as _;

use super::clicks::BarTarget;
use super::drawing::{BarButton, BarDrawing};
use super::monitors::{ScreenArea, meet};
use crate::x11::pixel_format::PixelFormat;
use crate::x11::{X11Display, X11Failure};

/// The title by which other programs can find the bar.
const BAR_TITLE: &str = "Beistand indicator";
/// The frame's title.
const FRAME_TITLE: &str = "Beistand frame";

/// Bytes of a picture in one request: well below what every X server takes, 256 KiB.
const REQUEST_BYTES: usize = 64 * 1024;

/// The opacity that compositors know, which others may set.
const OPACITY: &[u8] = b"_NET_WM_WINDOW_OPACITY";

/// A bar on one monitor.
pub(super) struct BarWindow {
    pub(super) id: Window,
    /// Where it is to be on the screen.
    pub(super) place: ScreenArea,
    pub(super) monitor: ScreenArea,
    buttons: [(BarButton, ScreenArea); 2],
}

impl BarWindow {
    /// A bar at this place, not shown yet.
    pub(super) fn create(
        display: &X11Display,
        (place, monitor): (ScreenArea, ScreenArea),
    ) -> Result<Self, X11Failure> {
        let id = create(display, place, 0, BAR_TITLE)?;
        // These name the device behind each event, and nobody can send them but the server.
        let presses = XIEventMask::BUTTON_PRESS | XIEventMask::BUTTON_RELEASE | XIEventMask::MOTION;
        let mask = xinput::EventMask { deviceid: Device::ALL_MASTER.into(), mask: vec![presses] };
        display.conn.xinput_xi_select_events(id, &[mask])?.check()?;
        let nowhere = ScreenArea { x: 0, y: 0, width: 0, height: 0 };
        Ok(Self { id, place, monitor, buttons: [(BarButton::Flow, nowhere), (BarButton::End, nowhere)] })
    }

    /// Shows the drawing; the server keeps it and draws it whenever it has to.
    pub(super) fn paint(&mut self, display: &X11Display, drawing: &BarDrawing) -> Result<(), X11Failure> {
        let conn = &display.conn;
        let canvas = &drawing.canvas;
        let format = PixelFormat::of_root(display)?;
        let (pixmap, gc) = (conn.generate_id()?, conn.generate_id()?);
        conn.create_pixmap(display.screen().root_depth, pixmap, self.id, canvas.width, canvas.height)?;
        conn.create_gc(gc, pixmap, &CreateGCAux::new())?;
        let height = usize::from(canvas.height);
        let rows = (REQUEST_BYTES / (4 * usize::from(canvas.width))).max(1);
        for first in (0..height).step_by(rows) {
            let last = (first + rows).min(height);
            let data = canvas.rows(first..last, &format);
            conn.put_image(
                ImageFormat::Z_PIXMAP,
                pixmap,
                gc,
                canvas.width,
                (last - first) as u16,
                0,
                first as i16,
                0,
                display.screen().root_depth,
                &data,
            )?;
        }
        let background = ChangeWindowAttributesAux::new().background_pixmap(pixmap);
        conn.change_window_attributes(self.id, &background)?;
        conn.free_gc(gc)?;
        conn.free_pixmap(pixmap)?;
        conn.clear_area(false, self.id, 0, 0, 0, 0)?;
        self.buttons = drawing.buttons;
        Ok(())
    }

    /// What lies at a point of the window.
    pub(super) fn target(&self, x: i16, y: i16) -> BarTarget {
        let point = ScreenArea { x, y, width: 1, height: 1 };
        let button = self.buttons.iter().find(|(_, area)| meet(area, &point));
        button.map_or(BarTarget::Handle, |(button, _)| BarTarget::Button(*button))
    }
}

/// A side of the frame round a monitor. Clicks go through it.
pub(super) struct FrameSide {
    pub(super) id: Window,
    place: ScreenArea,
}

impl FrameSide {
    /// The four sides of a frame of `thick` pixels, not shown yet.
    pub(super) fn round(
        display: &X11Display,
        monitor: ScreenArea,
        thick: u16,
        colour: u32,
    ) -> Result<Vec<Self>, X11Failure> {
        let ScreenArea { x, y, width, height } = monitor;
        let thick = thick.min(width).min(height);
        let sides = [
            ScreenArea { height: thick, ..monitor },
            ScreenArea { y: y + (height - thick) as i16, height: thick, ..monitor },
            ScreenArea { width: thick, ..monitor },
            ScreenArea { x: x + (width - thick) as i16, width: thick, ..monitor },
        ];
        let side = |place| {
            let id = create(display, place, colour, FRAME_TITLE)?;
            let (set, input) = (shape::SO::SET, shape::SK::INPUT);
            display.conn.shape_rectangles(set, input, ClipOrdering::UNSORTED, id, 0, 0, &[])?;
            Ok(Self { id, place })
        };
        sides.into_iter().map(side).collect()
    }

    pub(super) fn paint(&self, display: &X11Display, colour: u32) -> Result<(), X11Failure> {
        let colour = PixelFormat::of_root(display)?.value(colour);
        let background = ChangeWindowAttributesAux::new().background_pixel(colour);
        display.conn.change_window_attributes(self.id, &background)?;
        display.conn.clear_area(false, self.id, 0, 0, 0, 0)?;
        Ok(())
    }
}

fn create(display: &X11Display, place: ScreenArea, colour: u32, title: &str) -> Result<Window, X11Failure> {
    let conn = &display.conn;
    let id = conn.generate_id()?;
    let values = CreateWindowAux::new()
        .override_redirect(1)
        .background_pixel(PixelFormat::of_root(display)?.value(colour))
        .event_mask(EventMask::VISIBILITY_CHANGE);
    let ScreenArea { x, y, width, height } = place;
    let (depth, class) = (COPY_DEPTH_FROM_PARENT, WindowClass::INPUT_OUTPUT);
    conn.create_window(depth, id, display.root(), x, y, width, height, 0, class, 0, &values)?.check()?;
    let atom = |name: &[u8]| Ok::<_, X11Failure>(conn.intern_atom(false, name)?.reply()?.atom);
    conn.change_property8(PropMode::REPLACE, id, AtomEnum::WM_NAME, AtomEnum::STRING, title.as_bytes())?;
    // For those who ask whose window it is: the technician's input is refused on our own.
    let (pid, ours) = (atom(b"_NET_WM_PID")?, [std::process::id()]);
    conn.change_property32(PropMode::REPLACE, id, pid, AtomEnum::CARDINAL, &ours)?;
    Ok(id)
}

/// Shows them all, each in its place, the bars above the frames and both above everything else. Where that is
/// so already, nothing happens.
pub(super) fn restore(
    display: &X11Display,
    bars: &[BarWindow],
    frames: &[FrameSide],
) -> Result<(), X11Failure> {
    let conn = &display.conn;
    let places = bars.iter().map(|bar| (bar.id, bar.place));
    let mut above = None;
    for (id, place) in places.chain(frames.iter().map(|side| (side.id, side.place))) {
        let values = ConfigureWindowAux::new()
            .x(i32::from(place.x))
            .y(i32::from(place.y))
            .width(u32::from(place.width))
            .height(u32::from(place.height))
            .sibling(above)
            .stack_mode(if above.is_none() { StackMode::ABOVE } else { StackMode::BELOW });
        conn.configure_window(id, &values)?;
        conn.map_window(id)?;
        above = Some(id);
    }
    Ok(())
}

/// Takes back what others may have done to the bars' looks.
pub(super) fn undo_alterations(display: &X11Display, bars: &[BarWindow]) -> Result<(), X11Failure> {
    let opacity = opacity_atom(display)?;
    for bar in bars {
        display.conn.shape_mask(shape::SO::SET, shape::SK::BOUNDING, bar.id, 0, 0, x11rb::NONE)?;
        display.conn.shape_mask(shape::SO::SET, shape::SK::CLIP, bar.id, 0, 0, x11rb::NONE)?;
        display.conn.shape_mask(shape::SO::SET, shape::SK::INPUT, bar.id, 0, 0, x11rb::NONE)?;
        display.conn.delete_property(bar.id, opacity)?;
    }
    Ok(())
}

/// The opacity's name.
pub(in crate::x11) fn opacity_atom(display: &X11Display) -> Result<u32, X11Failure> {
    Ok(display.conn.intern_atom(false, OPACITY)?.reply()?.atom)
}
