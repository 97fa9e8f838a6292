//! The screen, thirty times a second at most: what desktop duplication says has changed, or all of it by GDI;
//! and of that what differs, tile by tile.
//!
//! Desktop duplication isn't there in every session (remote desktops, Wine), and ends while the secure
//! desktop is shown; GDI always is.

use std::ptr::null_mut;
use std::time::{Duration, Instant};

use beistand_codec::{BYTES_PER_PIXEL, Damage, Frame, Rect, Size};
use windows_sys::Win32::Graphics::Gdi::{BitBlt, CAPTUREBLT, GetDC, HDC, ReleaseDC, SRCCOPY};

use super::bitmap::MemoryBitmap;
use super::cursor::PointerLook;
use super::duplication::DuplicatedDesktop;
use super::last_fault;
use super::monitors::SeenMonitors;
use crate::tiles::{self, ScreenPart};
use crate::{
    CaptureError, Capturer, DesktopArea, DesktopFault, DesktopPart, MonitorChoice, ScreenLayout, ScreenUpdate,
};

/// How often the screen is looked at: as often as pictures are sent at most.
const LOOK_INTERVAL: Duration = Duration::from_millis(33);

/// How long GDI is used before desktop duplication is tried again: it makes a device of each card.
const DUPLICATION_PAUSE: Duration = Duration::from_secs(5);

/// Captures the desktop.
pub(super) struct DesktopCapturer {
    screen: ScreenContext,
    /// None where it can't be had.
    duplicated: Option<DuplicatedDesktop>,
    /// When it was last tried.
    tried: Option<Instant>,
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

impl DesktopCapturer {
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
            duplicated: None,
            tried: None,
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
        let size = self.layout.size();
        let is_first = self.copy.is_none();
        if is_first {
            // All of it has to be had once, and of the monitors that are there now.
            (self.duplicated, self.tried) = (None, None);
            self.copy = Some(self.monitors.bounds.area().and_then(desktop_bitmap).ok_or_else(lost)?);
        }
        let changed = match self.duplicate() {
            Some(areas) => areas.into_iter().flat_map(|area| self.layout.in_picture(area)).collect(),
            None if self.copy_by_gdi() => vec![size.rect()],
            // As while the secure desktop is shown: what was seen last stays, and nothing new is.
            None => return Ok(Damage::none(if is_first { size } else { frame.size() })),
        };
        let Some(copy) = &mut self.copy else { return Err(lost()) };
        if is_first || frame.size() != size {
            let mut picture = Frame::new(size);
            let drawn = draw(&self.layout, size.rect(), copy);
            picture.pixels_mut().copy_from_slice(&drawn);
            *frame = picture;
            return Ok(Damage::all(size));
        }
        let mut damage = Damage::none(size);
        for rect in changed {
            let pixels = draw(&self.layout, rect, copy);
            let stride = usize::from(rect.width()) * BYTES_PER_PIXEL;
            tiles::update(frame, ScreenPart { rect, pixels: &pixels, stride }, &mut damage);
        }
        Ok(damage)
    }

    /// What has changed by desktop duplication, whose first picture is a whole one; `None` where it can't be
    /// had now.
    fn duplicate(&mut self) -> Option<Vec<DesktopArea>> {
        if self.duplicated.is_none() && self.tried.is_none_or(|tried| tried.elapsed() >= DUPLICATION_PAUSE) {
            self.tried = Some(Instant::now());
            let places: Vec<_> = self.monitors.places.iter().map(|(_, place)| *place).collect();
            self.duplicated = DuplicatedDesktop::begin(&places);
            // Its first picture may be late; until then it is what GDI sees.
            self.copy_by_gdi();
            let whole = self.monitors.bounds.area();
            return self.duplicated.is_some().then(|| whole.into_iter().collect());
        }
        let refreshed = self.duplicated.as_mut()?.refresh(self.copy.as_mut()?, self.monitors.bounds);
        if let Err(error) = &refreshed {
            tracing::debug!(%error, "desktop duplication has ended");
            self.duplicated = None;
        }
        refreshed.ok()
    }

    /// Copies the whole desktop; whether it could.
    fn copy_by_gdi(&mut self) -> bool {
        let bounds = self.monitors.bounds;
        let Some(copy) = &mut self.copy else { return false };
        let (width, height) = (i32::from(copy.size().width()), i32::from(copy.size().height()));
        // SAFETY: both contexts are alive, and the copy has room for this rectangle.
        let copied = unsafe {
            let (to, from) = (copy.context(), self.screen.0);
            BitBlt(to, 0, 0, width, height, from, bounds.left, bounds.top, SRCCOPY | CAPTUREBLT)
        };
        copied != 0
    }
}

/// What of the desktop is in this part of the picture, each pixel of it the first of those that it stands
/// for, rows top to bottom without gaps.
fn draw(layout: &ScreenLayout, part: Rect, copy: &mut MemoryBitmap) -> Vec<u8> {
    let step = usize::from(layout.shrink());
    let stride = usize::from(copy.size().width()) * BYTES_PER_PIXEL;
    let mut drawn = vec![0; part.area() * BYTES_PER_PIXEL];
    let pixels = copy.pixels();
    for (area, rect) in layout.sources(part) {
        let Some(rect) = rect.intersection(part) else { continue };
        for row in 0..rect.height() {
            let y = (usize::from(area.y()) + usize::from(row) * step).min(usize::from(area.bottom()) - 1);
            let from = &pixels[y * stride + usize::from(area.x()) * BYTES_PER_PIXEL..];
            let at = usize::from(rect.y() - part.y() + row) * usize::from(part.width())
                + usize::from(rect.x() - part.x());
            let to = &mut drawn[at * BYTES_PER_PIXEL..][..usize::from(rect.width()) * BYTES_PER_PIXEL];
            let sources = from.chunks_exact(BYTES_PER_PIXEL).step_by(step);
            for (to, from) in to.chunks_exact_mut(BYTES_PER_PIXEL).zip(sources) {
                to[..3].copy_from_slice(&from[..3]);
                to[3] = 0;
            }
        }
    }
    drawn
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

impl Capturer for DesktopCapturer {
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
        if self.duplicated.is_some() { "dxgi" } else { "gdi" }
    }
}
