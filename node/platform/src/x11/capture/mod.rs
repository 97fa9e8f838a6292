//! The screen of an X11 server, by MIT-SHM and DAMAGE.
//!
//! What it does: sleeps until the server tells of damage, motion, a new pointer shape, other monitors or
//! another size; fetches only what is damaged of the monitors that are chosen; copies only the tiles that
//! differ.
//!
//! What it does not do: it never polls the screen, and captures nothing but what `capture` was called for.

mod cursor;
mod desktop;
mod fetch;
mod pixels;
mod scrap;
mod watch;

pub(super) use self::desktop::list_monitors;
pub use self::scrap::ScrapCapturer;

use std::time::{Duration, Instant};

use beistand_codec::{Damage, Frame, Rect, Size};
use x11rb::protocol::xproto::Rectangle;

use self::cursor::PointerTracker;
use self::desktop::read_layout;
use self::fetch::PieceFetcher;
use self::watch::{PendingChanges, ScreenWatch};
use crate::layout::DesktopArea;
use crate::tiles;
use crate::x11::{X11Display, X11Failure};
use crate::{
    CaptureError, Capturer, DesktopFault, DesktopObstacle, DesktopPart, MonitorChoice, ScreenLayout,
    ScreenUpdate,
};

/// How often the pointer is looked for while nothing is reported: a program that warps it raises no motion
/// event.
const WARP_CHECK: Duration = Duration::from_millis(200);

/// How often the monitors are looked at while nothing is reported: servers tell of a new size, but not all of
/// them of monitors that a program has put together or taken apart.
const LAYOUT_CHECK: Duration = Duration::from_secs(1);

/// How often a whole picture is tried at a time while the screen changes its size under it.
const WHOLE_TRIES: usize = 8;

/// How long a screen that has the same size each time can't be fetched before it is lost: several changes may
/// lie between each attempt and the question for the size.
const LOST_AFTER: Duration = Duration::from_secs(1);

/// Captures the root window of a display. Drop it rather than leave it uncalled for long: the server keeps
/// the pointer's motion events for it.
pub struct X11Capturer {
    display: X11Display,
    watch: ScreenWatch,
    fetcher: PieceFetcher,
    choice: MonitorChoice,
    layout: ScreenLayout,
    /// Whether the layout has yet to be told.
    layout_news: bool,
    /// When the layout was last looked at.
    looked_at: Instant,
    cursor: PointerTracker,
    pending: PendingChanges,
    /// Whether `frame` has yet to be replaced by a whole picture.
    whole: bool,
    /// Since when none could be fetched, though the size is the same each time that it is asked for.
    failing_since: Option<Instant>,
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
        let watch = ScreenWatch::start(&display)?;
        let choice = MonitorChoice::default();
        let layout = read_layout(&display, &choice)?;
        let fetcher = PieceFetcher::attach(&display, &layout)?;
        Ok(Self {
            display,
            watch,
            fetcher,
            choice,
            layout,
            layout_news: true,
            looked_at: Instant::now(),
            cursor: PointerTracker::default(),
            pending: PendingChanges::EVERYTHING,
            whole: true,
            failing_since: None,
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
            self.pending.resized |= self.looked_at.elapsed() >= LAYOUT_CHECK;
            if self.pending.any() {
                if let Some(update) = self.update(frame)? {
                    return Ok(Some(update));
                }
                if self.whole && Instant::now() >= deadline {
                    return Ok(None);
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
        let began = Instant::now();
        let pending = std::mem::take(&mut self.pending);
        if pending.resized {
            self.follow_layout()?;
        }
        let size = self.layout.size();
        let damage = if self.whole || frame.size() != size {
            self.capture_whole(frame)?
        } else if pending.damaged {
            self.capture_damaged(frame)?
        } else {
            Damage::none(size)
        };
        if self.whole {
            // What is told of the pointer would be of another picture.
            return Ok(None);
        }
        let layout = std::mem::take(&mut self.layout_news).then(|| self.layout.clone());
        let cursor_shape = if pending.cursor_shape || layout.is_some() {
            self.cursor.new_shape(&self.display, &self.layout)?
        } else {
            None
        };
        let cursor_position =
            if pending.moved { self.cursor.new_position(&self.display, &self.layout)? } else { None };
        let changed =
            !damage.is_empty() || layout.is_some() || cursor_shape.is_some() || cursor_position.is_some();
        let took = began.elapsed();
        Ok(changed.then_some(ScreenUpdate { damage, layout, cursor_shape, cursor_position, took }))
    }

    /// Whether the whole picture could be captured. Where the size does not come to rest it is tried again.
    fn capture_whole(&mut self, frame: &mut Frame) -> Result<Damage, X11Failure> {
        let mut followed = false;
        let mut failed = None;
        for _ in 0..WHOLE_TRIES {
            // What is drawn from here on raises a new event; what was drawn before is in the picture.
            self.watch.take_damage(&self.display)?;
            let size = self.layout.size();
            let pieces = self.layout.sources(size.rect());
            match self.fetcher.fetch(&self.display, &pieces) {
                Ok(()) => {
                    if frame.size() != size || !self.layout.is_plain() {
                        // Black where nothing is shown.
                        *frame = Frame::new(size);
                    }
                    self.fetcher.draw(&self.layout, &pieces, frame, &mut Damage::none(size));
                    self.whole = false;
                    self.failing_since = None;
                    self.cursor.reset();
                    self.pending.cursor_shape = true;
                    self.pending.moved = true;
                    return Ok(Damage::all(size));
                }
                // The screen was smaller for a moment, of which its events may not have told yet; it may
                // have its old size again.
                Err(failure) => {
                    followed |= self.follow_layout()?;
                    failed = Some(failure);
                }
            }
        }
        let now = Instant::now();
        let since = (!followed).then(|| *self.failing_since.get_or_insert(now));
        match failed {
            Some(failure) if since.is_some_and(|since| now - since >= LOST_AFTER) => Err(failure),
            Some(_) | None => {
                self.failing_since = since;
                self.whole = true;
                self.pending.resized = true;
                Ok(Damage::none(self.layout.size()))
            }
        }
    }

    fn capture_damaged(&mut self, frame: &mut Frame) -> Result<Damage, X11Failure> {
        let areas = self.watch.take_damage(&self.display)?;
        let parts = self.parts(&areas);
        let pieces: Vec<_> = parts.into_iter().flat_map(|part| self.layout.sources(part)).collect();
        if self.fetcher.fetch(&self.display, &pieces).is_err() {
            // Where the screen is gone the next request says so.
            self.follow_layout()?;
            return self.capture_whole(frame);
        }
        let mut damage = Damage::none(self.layout.size());
        self.fetcher.draw(&self.layout, &pieces, frame, &mut damage);
        Ok(damage)
    }

    /// What of the picture to fetch for these damaged rectangles of the desktop.
    fn parts(&self, areas: &[Rectangle]) -> Vec<Rect> {
        let shown = areas.iter().filter_map(|area| on_desktop(*area));
        let rects: Vec<Rect> = shown.flat_map(|area| self.layout.in_picture(area)).collect();
        if let [rect] = rects[..] {
            return vec![rect];
        }
        let mut tiles = Damage::none(self.layout.size());
        for rect in rects {
            tiles.add(rect);
        }
        tiles::parts(&tiles)
    }

    /// Looks how the desktop is laid out; whether another picture comes of it.
    fn follow_layout(&mut self) -> Result<bool, X11Failure> {
        self.looked_at = Instant::now();
        let layout = read_layout(&self.display, &self.choice)?;
        if layout == self.layout {
            return Ok(false);
        }
        let other = !layout.looks_like(&self.layout);
        if other {
            self.fetcher.follow(&self.display, &layout)?;
            self.whole = true;
        }
        self.layout = layout;
        self.layout_news = true;
        Ok(other)
    }
}

impl Capturer for X11Capturer {
    fn size(&self) -> Size {
        self.layout.size()
    }

    fn choose(&mut self, choice: &MonitorChoice) -> Result<(), CaptureError> {
        self.choice.clone_from(choice);
        self.follow_layout().map_err(|failure| CaptureError::Lost(failure.to_string()))?;
        // Also where nothing moves: the next capture is not to wait.
        self.pending.resized = true;
        Ok(())
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

/// What of it can be on a desktop.
fn on_desktop(area: Rectangle) -> Option<DesktopArea> {
    let edge = |at: i32| at.clamp(0, u16::MAX.into()) as u16;
    let (left, top) = (edge(area.x.into()), edge(area.y.into()));
    let right = edge(i32::from(area.x) + i32::from(area.width));
    let bottom = edge(i32::from(area.y) + i32::from(area.height));
    DesktopArea::new(left, top, right - left, bottom - top)
}
