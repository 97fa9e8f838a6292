//! The screen of an X11 server, by MIT-SHM and DAMAGE.
//!
//! What it does: sleeps until the server tells of damage, motion, a new pointer shape or size; fetches only
//! the damaged parts of the root window; copies only the tiles that differ. All monitors are one picture.
//!
//! What it does not do: it never polls the screen, and captures nothing but what `capture` was called for.

mod cursor;
mod pixels;
mod scrap;
mod segment;
mod watch;

pub use self::scrap::ScrapCapturer;

use std::time::{Duration, Instant};

use beistand_codec::{BYTES_PER_PIXEL, Damage, Frame, Rect, Size};
use x11rb::protocol::shm::ConnectionExt as _;
use x11rb::protocol::xproto::{ImageFormat, Rectangle};

use self::cursor::PointerTracker;
use self::pixels::{check_pixel_format, root_size};
use self::segment::SharedSegment;
use self::watch::{PendingChanges, ScreenWatch};
use crate::tiles::{self, ScreenPart};
use crate::x11::{X11Display, X11Failure};
use crate::{CaptureError, Capturer, DesktopFault, DesktopObstacle, DesktopPart, ScreenUpdate};

/// How often the pointer is looked for while nothing is reported: a program that warps it raises no motion
/// event.
const WARP_CHECK: Duration = Duration::from_millis(200);

/// How often a capture is tried while the screen changes its size under it, before the screen counts as lost.
const MAX_RESIZES: usize = 8;

/// Captures the root window of a display. Drop it rather than leave it uncalled for long: the server keeps
/// the pointer's motion events for it.
pub struct X11Capturer {
    display: X11Display,
    watch: ScreenWatch,
    segment: SharedSegment,
    size: Size,
    cursor: PointerTracker,
    pending: PendingChanges,
    /// Whether `frame` has yet to be replaced by a whole picture.
    whole: bool,
}

impl X11Capturer {
    /// Connects to the display of this name (`:0`).
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`]: no display, an extension is missing, or pixels of an unusual format.
    pub fn open(display: &str) -> Result<Self, DesktopFault> {
        Self::start(display).map_err(|failure| failure.fault(DesktopPart::Screen))
    }

    fn start(display: &str) -> Result<Self, X11Failure> {
        let display = X11Display::open(display)?;
        if display.is_xwayland()? {
            return Err(X11Failure(DesktopObstacle::Wayland));
        }
        check_pixel_format(&display)?;
        let watch = ScreenWatch::start(&display)?;
        let size = root_size(&display)?;
        let segment = SharedSegment::attach(&display.conn, size.area() * BYTES_PER_PIXEL)?;
        Ok(Self {
            display,
            watch,
            segment,
            size,
            cursor: PointerTracker::default(),
            pending: PendingChanges::EVERYTHING,
            whole: true,
        })
    }

    fn capture_until(
        &mut self,
        frame: &mut Frame,
        deadline: Instant,
    ) -> Result<Option<ScreenUpdate>, X11Failure> {
        // Where the caller comes back as fast as the screen changes, nothing is ever waited for: look for
        // warps here.
        self.pending.moved = true;
        loop {
            self.watch.drain(&self.display, &mut self.pending)?;
            if self.pending.any() {
                if let Some(update) = self.update(frame)? {
                    return Ok(Some(update));
                }
                continue;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            self.pending.moved = !self.display.wait(left.min(WARP_CHECK))?;
        }
    }

    /// Deals with all that is pending; `None` where it made no difference.
    fn update(&mut self, frame: &mut Frame) -> Result<Option<ScreenUpdate>, X11Failure> {
        let pending = std::mem::take(&mut self.pending);
        if pending.resized {
            self.follow_size()?;
        }
        let damage = if self.whole || frame.size() != self.size {
            self.capture_whole(frame)?
        } else if pending.damaged {
            self.capture_damaged(frame)?
        } else {
            Damage::none(self.size)
        };
        let cursor_shape = if pending.cursor_shape { self.cursor.new_shape(&self.display)? } else { None };
        let cursor_position = if pending.moved { self.cursor.new_position(&self.display)? } else { None };
        let changed = !damage.is_empty() || cursor_shape.is_some() || cursor_position.is_some();
        Ok(changed.then_some(ScreenUpdate { damage, cursor_shape, cursor_position }))
    }

    fn capture_whole(&mut self, frame: &mut Frame) -> Result<Damage, X11Failure> {
        for _ in 0..MAX_RESIZES {
            // What is drawn from here on raises a new event; what was drawn before is in the picture.
            self.watch.take_damage(&self.display)?;
            let rect = self.size.rect();
            match self.fetch(&[rect]) {
                Ok(()) => {
                    if frame.size() != self.size {
                        *frame = Frame::new(self.size);
                    }
                    // SAFETY: `fetch` has returned, so no image is on its way into the segment.
                    let pixels = unsafe { self.segment.bytes() };
                    frame.pixels_mut().copy_from_slice(&pixels[..rect.area() * BYTES_PER_PIXEL]);
                    self.whole = false;
                    self.cursor.reset();
                    self.pending.cursor_shape = true;
                    self.pending.moved = true;
                    return Ok(Damage::all(self.size));
                }
                Err(failure) => self.expect_resize(failure)?,
            }
        }
        Err(X11Failure::system("the screen's size does not come to rest"))
    }

    fn capture_damaged(&mut self, frame: &mut Frame) -> Result<Damage, X11Failure> {
        let areas = self.watch.take_damage(&self.display)?;
        let parts = self.parts(&areas);
        let mut damage = Damage::none(self.size);
        if let Err(failure) = self.fetch(&parts) {
            self.expect_resize(failure)?;
            return self.capture_whole(frame);
        }
        // SAFETY: `fetch` has returned, so no image is on its way into the segment.
        let mut pixels = unsafe { self.segment.bytes() };
        for rect in parts {
            let (part, rest) = pixels.split_at(rect.area() * BYTES_PER_PIXEL);
            let stride = usize::from(rect.width()) * BYTES_PER_PIXEL;
            tiles::update(frame, ScreenPart { rect, pixels: part, stride }, &mut damage);
            pixels = rest;
        }
        Ok(damage)
    }

    /// What to fetch for these damaged rectangles.
    fn parts(&self, areas: &[Rectangle]) -> Vec<Rect> {
        let rects: Vec<Rect> = areas.iter().filter_map(|area| on_screen(*area, self.size)).collect();
        if let [rect] = rects[..] {
            return vec![rect];
        }
        let mut tiles = Damage::none(self.size);
        for rect in rects {
            tiles.add(rect);
        }
        tiles::parts(&tiles)
    }

    /// Lets the server write `parts` into the segment, one after the other without gaps, and waits for all of
    /// them.
    fn fetch(&self, parts: &[Rect]) -> Result<(), X11Failure> {
        let mut offset = 0;
        let mut cookies = Vec::with_capacity(parts.len());
        for rect in parts {
            let bytes = rect.area() * BYTES_PER_PIXEL;
            assert!(
                offset + bytes <= self.segment.len(),
                "parts don't overlap, so they fit the screen's segment"
            );
            cookies.push(self.display.conn.shm_get_image(
                self.display.root(),
                rect.x() as i16,
                rect.y() as i16,
                rect.width(),
                rect.height(),
                !0,
                ImageFormat::Z_PIXMAP.into(),
                self.segment.seg(),
                offset as u32,
            )?);
            offset += bytes;
        }
        // Every reply is waited for, also after a failure: nothing may be on its way into the segment
        // afterwards.
        let replies: Vec<_> = cookies.into_iter().map(|cookie| cookie.reply()).collect();
        for reply in replies {
            reply?;
        }
        Ok(())
    }

    /// A part could not be fetched: fine where the screen has become smaller, which its events may not have
    /// told yet.
    fn expect_resize(&mut self, failure: X11Failure) -> Result<(), X11Failure> {
        if self.follow_size()? { Ok(()) } else { Err(failure) }
    }

    /// Asks for the screen's size; whether it is another one.
    fn follow_size(&mut self) -> Result<bool, X11Failure> {
        let size = root_size(&self.display)?;
        if size == self.size {
            return Ok(false);
        }
        let segment = SharedSegment::attach(&self.display.conn, size.area() * BYTES_PER_PIXEL)?;
        std::mem::replace(&mut self.segment, segment).detach(&self.display.conn)?;
        self.size = size;
        self.whole = true;
        Ok(true)
    }
}

impl Capturer for X11Capturer {
    fn size(&self) -> Size {
        self.size
    }

    fn capture(
        &mut self,
        frame: &mut Frame,
        timeout: Duration,
    ) -> Result<Option<ScreenUpdate>, CaptureError> {
        self.capture_until(frame, Instant::now() + timeout)
            .map_err(|failure| CaptureError::Lost(failure.to_string()))
    }

    fn name(&self) -> &'static str {
        "x11"
    }
}

fn on_screen(area: Rectangle, size: Size) -> Option<Rect> {
    let left = u16::try_from(area.x.max(0)).ok()?.min(size.width());
    let top = u16::try_from(area.y.max(0)).ok()?.min(size.height());
    let right = (i32::from(area.x) + i32::from(area.width)).clamp(0, size.width().into()) as u16;
    let bottom = (i32::from(area.y) + i32::from(area.height)).clamp(0, size.height().into()) as u16;
    Rect::new(left, top, right.checked_sub(left)?, bottom.checked_sub(top)?)
}
