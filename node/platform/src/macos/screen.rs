//! The screen by ScreenCaptureKit: a stream of each display that is shared, and of no other.
//!
//! macOS says which parts of a picture have changed; of those the tiles that really differ are copied. The
//! pointer is apart from the picture.

use std::time::{Duration, Instant};

use beistand_codec::{BYTES_PER_PIXEL, Damage, Frame, Rect, Size};
use objc2::rc::autoreleasepool;

use super::picture_board::{BoardPicture, ChangedPart, PictureBoard, StreamEnd};
use super::pointer::MacPointer;
use super::stream::{DisplayStream, SharedContent};
use super::{displays, permission};
use crate::macos_facts::display_places::MacDisplays;
use crate::tiles::{self, ScreenPart};
use crate::{
    CaptureError, Capturer, DesktopArea, DesktopFault, DesktopObstacle, DesktopPart, MonitorChoice,
    ScreenLayout, ScreenUpdate, SystemPermission,
};

/// How often the pointer and the displays are looked at.
const LOOK_INTERVAL: Duration = Duration::from_millis(33);

/// Captures the desktop.
pub(super) struct StreamCapturer {
    displays: MacDisplays,
    choice: MonitorChoice,
    layout: ScreenLayout,
    /// What runs; nothing before the first capture and after the desktop became another one.
    running: Option<RunningStreams>,
    /// Whether the layout was told since it became this one.
    told: bool,
    pointer: MacPointer,
}

/// The streams of all displays that are shared.
struct RunningStreams {
    board: PictureBoard,
    /// Where each display is; in the board's order.
    places: Vec<DesktopArea>,
    /// Whether a whole picture was made of them.
    drawn: bool,
    _streams: Vec<DisplayStream>,
}

/// A display's picture, where it is on the desktop, and what of it is new.
struct ShownDisplay {
    place: DesktopArea,
    picture: Option<BoardPicture>,
    changed: ChangedPart,
}

impl StreamCapturer {
    /// # Errors
    /// [`DesktopObstacle::NotPermitted`], [`DesktopFault::Unavailable`] where there is no display.
    pub(super) fn open() -> Result<Self, DesktopFault> {
        // The second one as well: this is opened before anybody is invited, and whoever helps does more than
        // look.
        for permission in [SystemPermission::ScreenRecording, SystemPermission::Accessibility] {
            permission::request(permission);
        }
        permission::require(SystemPermission::ScreenRecording, DesktopPart::Screen)?;
        let (displays, choice) = (displays::look(), MonitorChoice::default());
        let layout = laid_out(&displays, &choice).ok_or_else(|| DesktopFault::Unavailable {
            part: DesktopPart::Screen,
            obstacle: DesktopObstacle::System("no display is on".to_owned()),
        })?;
        Ok(Self { displays, choice, layout, running: None, told: false, pointer: MacPointer::default() })
    }

    /// Another part of the desktop, or another desktop, is in the picture from now on.
    fn lay_out(&mut self) -> Result<(), CaptureError> {
        self.layout = laid_out(&self.displays, &self.choice)
            .ok_or_else(|| CaptureError::Lost("no display is on".to_owned()))?;
        (self.running, self.told) = (None, false);
        Ok(())
    }

    fn running(&mut self) -> Result<&mut RunningStreams, CaptureError> {
        match &mut self.running {
            Some(running) => Ok(running),
            none => {
                let started = autoreleasepool(|_| RunningStreams::start(&self.displays, &self.layout));
                Ok(none.insert(started.map_err(lost)?))
            }
        }
    }

    /// Brings the frame up to date with what waits on the board.
    fn draw(&mut self, frame: &mut Frame, is_due: bool) -> Result<Damage, CaptureError> {
        let layout = self.layout.clone();
        let running = self.running()?;
        let mut state = running.board.lock();
        if let Some(why) = state.lost.clone() {
            return Err(lost(why));
        }
        // The first picture is of all displays, unless one of them keeps the others waiting.
        if !running.drawn && !state.is_enough(is_due) {
            state.put_off();
            return Ok(Damage::none(layout.size()));
        }
        let waiting = state.take();
        drop(state);
        let is_first = !std::mem::replace(&mut running.drawn, true) || frame.size() != layout.size();
        let placed = running.places.iter().zip(waiting);
        let placed: Vec<_> = placed
            .map(|(place, (picture, changed))| ShownDisplay { place: *place, picture, changed })
            .collect();
        let whole = || if is_first { Damage::all(layout.size()) } else { Damage::none(layout.size()) };
        let (mut changed, mut damage) = (whole(), whole());
        if is_first {
            *frame = Frame::new(layout.size());
        }
        placed.iter().flat_map(|display| display.changes(&layout)).for_each(|rect| changed.add(rect));
        for rect in tiles::parts(&changed) {
            let pixels = drawn(rect, &layout, &placed);
            let stride = usize::from(rect.width()) * BYTES_PER_PIXEL;
            tiles::update(frame, ScreenPart { rect, pixels: &pixels, stride }, &mut damage);
        }
        Ok(damage)
    }
}

impl RunningStreams {
    /// Of the displays of which something is in the picture, and of no other.
    fn start(displays: &MacDisplays, layout: &ScreenLayout) -> Result<Self, StreamEnd> {
        let parts = layout.sources(layout.size().rect());
        let is_shown = |place: DesktopArea| parts.iter().any(|(part, _)| part.intersection(place).is_some());
        let shown: Vec<_> = displays.places().filter(|(_, place)| is_shown(*place)).collect();
        let board = PictureBoard::new(shown.len());
        let content = SharedContent::look()?;
        let streams = shown.iter().enumerate().map(|(at, (display, place))| {
            DisplayStream::start(&content, display.id, *place, at, board.clone())
        });
        let streams = streams.collect::<Result<_, _>>()?;
        let places = shown.iter().map(|(_, place)| *place).collect();
        Ok(Self { board, places, drawn: false, _streams: streams })
    }
}

impl ShownDisplay {
    /// Where in the picture of the desktop something may be new.
    fn changes(&self, layout: &ScreenLayout) -> Vec<Rect> {
        let place = self.place;
        match &self.changed {
            ChangedPart::All => layout.in_picture(place),
            ChangedPart::Rects(rects) => {
                let on_desktop = |rect: &Rect| {
                    let (x, y) = (place.x().checked_add(rect.x())?, place.y().checked_add(rect.y())?);
                    DesktopArea::new(x, y, rect.width(), rect.height())?.intersection(place)
                };
                let areas = rects.iter().filter_map(on_desktop);
                areas.flat_map(|area| layout.in_picture(area)).collect()
            }
        }
    }

    /// Copies what is in `area` to its place in the picture: into `pixels`, which are those of `rect`.
    fn copy(&self, area: DesktopArea, piece: Rect, rect: Rect, step: usize, pixels: &mut [u8]) {
        let Some(piece) = piece.intersection(rect) else { return };
        let Some(picture) = &self.picture else { return };
        let left = usize::from(area.x() - self.place.x()) * BYTES_PER_PIXEL;
        let width = usize::from(rect.width()) * BYTES_PER_PIXEL;
        let copied = picture.read(|source, stride| {
            for row in 0..piece.height() {
                let y = usize::from(area.y() - self.place.y()) + usize::from(row) * step;
                let Some(from) = source.get(y * stride + left..(y + 1) * stride) else { break };
                let start = usize::from(piece.y() - rect.y() + row) * width
                    + usize::from(piece.x() - rect.x()) * BYTES_PER_PIXEL;
                let to = &mut pixels[start..start + usize::from(piece.width()) * BYTES_PER_PIXEL];
                let sources = from.chunks_exact(BYTES_PER_PIXEL).step_by(step);
                for (to, from) in to.chunks_exact_mut(BYTES_PER_PIXEL).zip(sources) {
                    to[..3].copy_from_slice(&from[..3]);
                    to[3] = 0;
                }
            }
        });
        if copied.is_none() {
            tracing::debug!("a picture of the screen can't be read");
        }
    }
}

/// The pixels of this part of the picture, each the first of those that it stands for; what isn't shared, or
/// isn't known yet, is black.
fn drawn(rect: Rect, layout: &ScreenLayout, placed: &[ShownDisplay]) -> Vec<u8> {
    let mut pixels = vec![0; rect.area() * BYTES_PER_PIXEL];
    let step = usize::from(layout.shrink());
    for display in placed {
        for (area, _) in layout.sources(rect) {
            let Some(area) = area.intersection(display.place) else { continue };
            for piece in layout.in_picture(area) {
                display.copy(area, piece, rect, step, &mut pixels);
            }
        }
    }
    pixels
}

fn laid_out(displays: &MacDisplays, choice: &MonitorChoice) -> Option<ScreenLayout> {
    Some(ScreenLayout::new(displays.area()?, displays.named(), choice))
}

fn lost(why: StreamEnd) -> CaptureError {
    match why {
        StreamEnd::ByUser => CaptureError::Declined,
        StreamEnd::Fault(words) => CaptureError::Lost(words),
    }
}

impl Capturer for StreamCapturer {
    fn size(&self) -> Size {
        self.layout.size()
    }

    fn choose(&mut self, choice: &MonitorChoice) -> Result<(), CaptureError> {
        self.choice.clone_from(choice);
        self.lay_out()
    }

    fn capture(
        &mut self,
        frame: &mut Frame,
        timeout: Duration,
    ) -> Result<Option<ScreenUpdate>, CaptureError> {
        let deadline = Instant::now() + timeout;
        loop {
            let displays = displays::look();
            if displays != self.displays {
                self.displays = displays;
                self.lay_out()?;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            drop(self.running()?.board.wait(left.min(LOOK_INTERVAL)));
            let began = Instant::now();
            let is_due = began >= deadline;
            let damage = self.draw(frame, is_due)?;
            let is_drawn = self.running()?.drawn;
            let layout = (is_drawn && !self.told).then(|| self.layout.clone());
            self.told |= is_drawn;
            let (cursor_shape, cursor_position) = self.pointer.news(&self.displays, &self.layout);
            let moved = cursor_shape.is_some() || cursor_position.is_some();
            if is_drawn && (!damage.is_empty() || layout.is_some() || moved) {
                let took = began.elapsed();
                return Ok(Some(ScreenUpdate { damage, layout, cursor_shape, cursor_position, took }));
            }
            if is_due {
                return Ok(None);
            }
        }
    }

    fn name(&self) -> &'static str {
        "screencapturekit"
    }
}
