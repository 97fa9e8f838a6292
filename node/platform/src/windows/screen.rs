//! The screen by GDI: copied as a whole, thirty times a second at most, and compared tile by tile.
//!
//! Desktop duplication knows what has changed and costs less; it isn't there in every session (remote
//! desktops, Wine), so this way, which always is, comes first.

use std::ptr::null_mut;
use std::time::{Duration, Instant};

use beistand_codec::{BYTES_PER_PIXEL, Damage, Frame, Size};
use windows_sys::Win32::Graphics::Gdi::{BitBlt, CAPTUREBLT, GetDC, HDC, ReleaseDC, SRCCOPY};

use super::bitmap::MemoryBitmap;
use super::cursor::PointerLook;
use super::last_fault;
use super::monitors::SeenMonitors;
use crate::tiles::{self, ScreenPart};
use crate::{CaptureError, Capturer, DesktopFault, DesktopPart, MonitorChoice, ScreenLayout, ScreenUpdate};

/// How often the screen is looked at: as often as pictures are sent at most.
const LOOK_INTERVAL: Duration = Duration::from_millis(33);

/// Captures the desktop.
pub(super) struct GdiCapturer {
    screen: ScreenContext,
    choice: MonitorChoice,
    monitors: SeenMonitors,
    layout: ScreenLayout,
    /// The copy; none before the first capture and after the desktop became another one.
    copy: Option<MemoryBitmap>,
    /// Whether the layout was told since it became this one.
    told: bool,
    pointer: PointerLook,
    looked: Option<Instant>,
}

/// The whole screen's context; given back when dropped.
struct ScreenContext(HDC);

impl Drop for ScreenContext {
    fn drop(&mut self) {
        // SAFETY: it was got from the same window, which is none, on this thread.
        unsafe { ReleaseDC(null_mut(), self.0) };
    }
}

impl GdiCapturer {
    /// # Errors
    /// [`DesktopFault::Unavailable`] where there is no desktop.
    pub(super) fn open() -> Result<Self, DesktopFault> {
        // SAFETY: without a window it is the screen's.
        let screen = unsafe { GetDC(null_mut()) };
        if screen.is_null() {
            return Err(last_fault(DesktopPart::Screen));
        }
        let (choice, monitors) = (MonitorChoice::default(), SeenMonitors::look());
        let layout = laid_out(&monitors, &choice).ok_or_else(|| last_fault(DesktopPart::Screen))?;
        let (copy, pointer) = (None, PointerLook::default());
        Ok(Self {
            screen: ScreenContext(screen),
            choice,
            monitors,
            layout,
            copy,
            told: false,
            pointer,
            looked: None,
        })
    }

    fn look(&mut self, frame: &mut Frame) -> Result<Option<ScreenUpdate>, CaptureError> {
        let began = Instant::now();
        let monitors = SeenMonitors::look();
        if monitors != self.monitors {
            self.layout = laid_out(&monitors, &self.choice).ok_or_else(lost)?;
            (self.monitors, self.copy, self.told) = (monitors, None, false);
        }
        let damage = self.copy_screen(frame)?;
        let layout = (!self.told).then(|| self.layout.clone());
        self.told = true;
        let (cursor_shape, cursor_position) = self.pointer.news(self.monitors.bounds, &self.layout);
        let changed =
            !damage.is_empty() || layout.is_some() || cursor_shape.is_some() || cursor_position.is_some();
        let took = began.elapsed();
        Ok(changed.then_some(ScreenUpdate { damage, layout, cursor_shape, cursor_position, took }))
    }

    fn copy_screen(&mut self, frame: &mut Frame) -> Result<Damage, CaptureError> {
        let bounds = self.monitors.bounds;
        let size = self.layout.size();
        let is_first = self.copy.is_none();
        let copy = match &mut self.copy {
            Some(copy) => copy,
            none => none.insert(bounds.area().and_then(desktop_bitmap).ok_or_else(lost)?),
        };
        let (width, height) = (i32::from(copy.size().width()), i32::from(copy.size().height()));
        // SAFETY: both contexts are alive, and the copy has room for this rectangle.
        let copied = unsafe {
            let (to, from) = (copy.context(), self.screen.0);
            BitBlt(to, 0, 0, width, height, from, bounds.left, bounds.top, SRCCOPY | CAPTUREBLT)
        };
        if copied == 0 {
            // As while the secure desktop is shown: what was seen last stays, and nothing new is.
            return Ok(Damage::none(if is_first { size } else { frame.size() }));
        }
        let mut picture = Frame::new(size);
        draw(&mut picture, &self.layout, copy);
        if is_first || frame.size() != size {
            *frame = picture;
            return Ok(Damage::all(size));
        }
        let mut damage = Damage::none(size);
        let part = ScreenPart { rect: size.rect(), pixels: picture.pixels(), stride: picture.stride() };
        tiles::update(frame, part, &mut damage);
        Ok(damage)
    }
}

/// What of the desktop is in the picture, each pixel of it the first of those that it stands for.
fn draw(picture: &mut Frame, layout: &ScreenLayout, copy: &mut MemoryBitmap) {
    let step = usize::from(layout.shrink());
    let stride = usize::from(copy.size().width()) * BYTES_PER_PIXEL;
    let pixels = copy.pixels();
    for (area, rect) in layout.sources(layout.size().rect()) {
        for row in 0..rect.height() {
            let y = (usize::from(area.y()) + usize::from(row) * step).min(usize::from(area.bottom()) - 1);
            let from = &pixels[y * stride + usize::from(area.x()) * BYTES_PER_PIXEL..];
            let to = picture.row_mut(rect, rect.y() + row);
            let sources = from.chunks_exact(BYTES_PER_PIXEL).step_by(step);
            for (to, from) in to.chunks_exact_mut(BYTES_PER_PIXEL).zip(sources) {
                to[..3].copy_from_slice(&from[..3]);
                to[3] = 0;
            }
        }
    }
}

fn laid_out(monitors: &SeenMonitors, choice: &MonitorChoice) -> Option<ScreenLayout> {
    Some(ScreenLayout::new(monitors.bounds.area()?, monitors.named(), choice))
}

fn desktop_bitmap(area: crate::DesktopArea) -> Option<MemoryBitmap> {
    MemoryBitmap::new(Size::new(area.width(), area.height())?)
}

fn lost() -> CaptureError {
    CaptureError::Lost(std::io::Error::last_os_error().to_string())
}

impl Capturer for GdiCapturer {
    fn size(&self) -> Size {
        self.layout.size()
    }

    fn choose(&mut self, choice: &MonitorChoice) -> Result<(), CaptureError> {
        self.choice.clone_from(choice);
        self.layout = laid_out(&self.monitors, choice).ok_or_else(lost)?;
        (self.copy, self.told) = (None, false);
        Ok(())
    }

    fn capture(
        &mut self,
        frame: &mut Frame,
        timeout: Duration,
    ) -> Result<Option<ScreenUpdate>, CaptureError> {
        let deadline = Instant::now() + timeout;
        loop {
            let next = self.looked.map_or_else(Instant::now, |looked| looked + LOOK_INTERVAL);
            std::thread::sleep(next.min(deadline).saturating_duration_since(Instant::now()));
            if next > deadline {
                return Ok(None);
            }
            self.looked = Some(Instant::now());
            if let Some(update) = self.look(frame)? {
                return Ok(Some(update));
            }
        }
    }

    fn name(&self) -> &'static str {
        "gdi"
    }
}
