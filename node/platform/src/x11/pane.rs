//! X11: a picture in a child window, put there through shared memory.
//!
//! The child lies over a part of the program's window and takes no input (SHAPE 1.1, input region), so the
//! mouse reaches the window as if it weren't there. What the toolkit draws is cut off by the server where the
//! child is, and is seen through its holes (its bounding region). Its thread has a connection of its own.
//!
//! It doesn't know what the picture is, nor when it is to be painted.

use beistand_codec::{BYTES_PER_PIXEL, Rect, Size};
use x11rb::connection::{Connection as _, RequestConnection as _};
use x11rb::protocol::Event;
use x11rb::protocol::shape::{ConnectionExt as _, SK, SO};
use x11rb::protocol::shm::ConnectionExt as _;
use x11rb::protocol::xfixes::ConnectionExt as _;
use x11rb::protocol::xproto::{
    ClipOrdering, ConfigureWindowAux, ConnectionExt as _, CreateGCAux, CreateWindowAux, EventMask, Gcontext,
    ImageFormat, Rectangle, Window, WindowClass,
};
use x11rb::{COPY_DEPTH_FROM_PARENT, COPY_FROM_PARENT};

use super::display::WakeSignal;
use super::pixel_format::PixelFormat;
use super::segment::{SegmentWriter, SharedSegment};
use super::{X11Display, X11Failure};
use crate::{DesktopFault, DesktopObstacle, DesktopPart, PaneCanvas, PanePlace, PaneWaker, PicturePane};

/// The version of XFIXES that has regions for windows.
const XFIXES_VERSION: (u32, u32) = (2, 0);

/// A child of a window of this program.
pub struct X11PicturePane {
    display: X11Display,
    signal: WakeSignal,
    window: Window,
    gc: Gcontext,
    depth: u8,
    canvas: Option<SharedCanvas>,
    /// Where it is, and where it will be once there is something to show there.
    place: Option<PanePlace>,
    wanted: Option<PanePlace>,
}

/// Its pixels, in memory that the server reads.
struct SharedCanvas {
    segment: SharedSegment,
    size: Size,
}

impl X11PicturePane {
    /// A pane in this window of the display of this name (`:0`).
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`]: no display or no such window, one that can't reach this program's
    /// memory, or whose pixels are in another format.
    pub fn open(display: &str, parent: u32) -> Result<Self, DesktopFault> {
        Self::open_in(display, parent).map_err(|failure| failure.fault(DesktopPart::PicturePane))
    }

    fn open_in(display: &str, parent: Window) -> Result<Self, X11Failure> {
        let display = X11Display::open(display)?;
        let conn = &display.conn;
        for name in ["SHAPE", "MIT-SHM", "XFIXES"] {
            if conn.extension_information(name)?.is_none() {
                return Err(X11Failure(DesktopObstacle::NoExtension(name)));
            }
        }
        let shm = conn.shm_query_version()?.reply()?;
        if (shm.major_version, shm.minor_version) < (1, 2) {
            return Err(X11Failure(DesktopObstacle::NoSharedMemory));
        }
        conn.xfixes_query_version(XFIXES_VERSION.0, XFIXES_VERSION.1)?.reply()?;
        let depth = conn.get_geometry(parent)?.reply()?.depth;
        let visual = conn.get_window_attributes(parent)?.reply()?.visual;
        if !PixelFormat::of_visual(&display, visual, depth)?.is_bgrx() {
            return Err(X11Failure(DesktopObstacle::PixelFormat { depth }));
        }
        let (window, gc) = (conn.generate_id()?, conn.generate_id()?);
        create(&display, parent, window)?;
        conn.create_gc(gc, window, &CreateGCAux::new().graphics_exposures(0))?.check()?;
        let signal = WakeSignal::new()?;
        Ok(Self { display, signal, window, gc, depth, canvas: None, place: None, wanted: None })
    }

    fn try_place(&mut self, place: &PanePlace) -> Result<(), X11Failure> {
        let size = place.area.size();
        if self.canvas.as_ref().is_none_or(|canvas| canvas.size != size) {
            self.resize(size)?;
        }
        self.wanted = Some(place.clone());
        Ok(())
    }

    /// Brings the child to its new place.
    fn move_there(&mut self) -> Result<(), X11Failure> {
        let Some(place) = self.wanted.take() else { return Ok(()) };
        let conn = &self.display.conn;
        if self.place.as_ref().is_none_or(|before| before.area != place.area) {
            let area = rectangle(place.area);
            let moved = ConfigureWindowAux::new()
                .x(i32::from(area.x))
                .y(i32::from(area.y))
                .width(u32::from(area.width))
                .height(u32::from(area.height));
            conn.configure_window(self.window, &moved)?;
        }
        self.cut_holes(&place)?;
        conn.map_window(self.window)?;
        self.place = Some(place);
        Ok(())
    }

    fn resize(&mut self, size: Size) -> Result<(), X11Failure> {
        let bytes = size.area() * BYTES_PER_PIXEL;
        if let Some(canvas) = self.canvas.take() {
            if canvas.segment.len() >= bytes {
                self.canvas = Some(SharedCanvas { size, ..canvas });
                return Ok(());
            }
            canvas.segment.detach(&self.display.conn)?;
        }
        let segment = SharedSegment::attach(&self.display.conn, bytes, SegmentWriter::Program)?;
        self.canvas = Some(SharedCanvas { segment, size });
        Ok(())
    }

    /// Lets the window be seen in the holes, at once and not one after the other.
    fn cut_holes(&self, place: &PanePlace) -> Result<(), X11Failure> {
        let conn = &self.display.conn;
        let (kept, holes) = (conn.generate_id()?, conn.generate_id()?);
        let inside = |hole: &Rect| hole.intersection(place.area);
        let shift = |hole: Rect| Rectangle {
            x: (hole.x() - place.area.x()) as i16,
            y: (hole.y() - place.area.y()) as i16,
            ..rectangle(hole)
        };
        let cut: Vec<_> = place.holes.iter().filter_map(inside).map(shift).collect();
        let whole = Rectangle { x: 0, y: 0, ..rectangle(place.area) };
        conn.xfixes_create_region(kept, &[whole])?;
        conn.xfixes_create_region(holes, &cut)?;
        conn.xfixes_subtract_region(kept, holes, kept)?;
        conn.xfixes_set_window_shape_region(self.window, SK::BOUNDING, 0, 0, kept)?;
        conn.xfixes_destroy_region(kept)?;
        conn.xfixes_destroy_region(holes)?;
        Ok(())
    }

    fn put(&self, part: Rect) -> Result<(), X11Failure> {
        let Some(canvas) = &self.canvas else { return Ok(()) };
        let Some(part) = part.intersection(canvas.size.rect()) else { return Ok(()) };
        self.display.conn.shm_put_image(
            self.window,
            self.gc,
            canvas.size.width(),
            canvas.size.height(),
            part.x(),
            part.y(),
            part.width(),
            part.height(),
            part.x() as i16,
            part.y() as i16,
            self.depth,
            u8::from(ImageFormat::Z_PIXMAP),
            false,
            canvas.segment.seg(),
            0,
        )?;
        Ok(())
    }

    fn try_show(&mut self, parts: &[Rect]) -> Result<(), X11Failure> {
        self.move_there()?;
        for part in parts {
            self.put(*part)?;
        }
        // The answer to anything comes after what was asked before: the server has done its part, and reads
        // the memory no more.
        self.display.conn.get_input_focus()?.reply()?;
        Ok(())
    }

    fn try_wait(&self) -> Result<(), X11Failure> {
        loop {
            while let Some(event) = self.display.conn.poll_for_event()? {
                self.take_event(&event)?;
            }
            if self.signal.take() {
                return Ok(());
            }
            self.display.wait_or(&self.signal, None)?;
        }
    }

    fn take_event(&self, event: &Event) -> Result<(), X11Failure> {
        match event {
            Event::Expose(exposed) => {
                if let Some(part) = Rect::new(exposed.x, exposed.y, exposed.width, exposed.height) {
                    self.put(part)?;
                }
                Ok(())
            }
            // With its parent the child goes as well.
            Event::DestroyNotify(_) => Err(X11Failure::system("the window is gone")),
            Event::Error(error) => Err(X11Failure::system(format!(
                "X11 error {:?} for {:?}",
                error.error_kind, error.request_name
            ))),
            _ => Ok(()),
        }
    }
}

impl PicturePane for X11PicturePane {
    fn place(&mut self, place: &PanePlace) -> Result<(), DesktopFault> {
        self.try_place(place).map_err(|failure| failure.fault(DesktopPart::PicturePane))
    }

    fn hide(&mut self) -> Result<(), DesktopFault> {
        let was_wanted = self.wanted.take().is_some();
        let was_seen = self.place.take().is_some();
        if let Some(canvas) = self.canvas.as_mut().filter(|_| was_wanted || was_seen) {
            canvas.segment.bytes_mut().fill(0);
        }
        if !was_seen {
            return Ok(());
        }
        let conn = &self.display.conn;
        let hidden = conn.unmap_window(self.window).and_then(|_| conn.flush());
        hidden.map_err(|error| X11Failure::from(error).fault(DesktopPart::PicturePane))
    }

    fn canvas(&mut self) -> Option<PaneCanvas<'_>> {
        let SharedCanvas { segment, size } = self.canvas.as_mut()?;
        let pixels = segment.bytes_mut().get_mut(..size.area() * BYTES_PER_PIXEL)?;
        Some(PaneCanvas { size: *size, pixels })
    }

    fn show(&mut self, parts: &[Rect]) -> Result<(), DesktopFault> {
        self.try_show(parts).map_err(|failure| failure.fault(DesktopPart::PicturePane))
    }

    fn wait(&mut self) -> Result<(), DesktopFault> {
        self.try_wait().map_err(|failure| failure.fault(DesktopPart::PicturePane))
    }

    fn waker(&self) -> PaneWaker {
        let signal = self.signal.clone();
        Box::new(move || signal.raise())
    }
}

impl Drop for X11PicturePane {
    fn drop(&mut self) {
        // The server frees all that belongs to the connection, which ends here.
        let _ = self.display.conn.destroy_window(self.window);
        let _ = self.display.conn.flush();
    }
}

/// A child without a background, so that nothing is seen of it before it is painted, and without input.
fn create(display: &X11Display, parent: Window, window: Window) -> Result<(), X11Failure> {
    let conn = &display.conn;
    let events = EventMask::EXPOSURE | EventMask::STRUCTURE_NOTIFY;
    conn.create_window(
        COPY_DEPTH_FROM_PARENT,
        window,
        parent,
        0,
        0,
        1,
        1,
        0,
        WindowClass::INPUT_OUTPUT,
        COPY_FROM_PARENT,
        &CreateWindowAux::new().event_mask(events),
    )?
    .check()?;
    conn.shape_rectangles(SO::SET, SK::INPUT, ClipOrdering::UNSORTED, window, 0, 0, &[])?.check()?;
    Ok(())
}

fn rectangle(rect: Rect) -> Rectangle {
    Rectangle { x: rect.x() as i16, y: rect.y() as i16, width: rect.width(), height: rect.height() }
}
