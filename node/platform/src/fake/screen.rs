//! A screen that exists only in memory: for tests of everything above, and where there is no desktop.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use beistand_codec::{Damage, Frame, Rect, Size};

use crate::tiles::{self, ScreenPart};
use crate::{
    CaptureError, Capturer, CursorShape, DesktopArea, DesktopMonitor, MonitorChoice, ScreenLayout,
    ScreenUpdate,
};

/// The screen; cheap to clone, all clones are one screen. Draw into it, and what captures it sees it.
#[derive(Debug, Clone)]
pub struct FakeScreen {
    shared: Arc<FakeScreenShared>,
}

#[derive(Debug)]
struct FakeScreenShared {
    state: Mutex<FakeScreenState>,
    changed: Condvar,
}

#[derive(Debug)]
struct FakeScreenState {
    frame: Frame,
    monitors: Vec<DesktopMonitor>,
    shape: Option<CursorShape>,
    position: Option<(u16, u16)>,
    lost: Option<String>,
    captures: u64,
    /// Rises with each change.
    serial: u64,
}

impl FakeScreen {
    /// A black screen.
    pub fn new(size: Size) -> Self {
        let state = FakeScreenState {
            frame: Frame::new(size),
            monitors: Vec::new(),
            shape: None,
            position: None,
            lost: None,
            captures: 0,
            serial: 1,
        };
        Self { shared: Arc::new(FakeScreenShared { state: Mutex::new(state), changed: Condvar::new() }) }
    }

    /// Something that captures it.
    pub fn capturer(&self) -> FakeCapturer {
        FakeCapturer {
            screen: self.clone(),
            seen: 0,
            choice: MonitorChoice::default(),
            layout: None,
            shape: None,
            position: None,
        }
    }

    /// Lets `draw` change the picture; it may replace it by one of another size.
    pub fn draw(&self, draw: impl FnOnce(&mut Frame)) {
        self.change(|state| draw(&mut state.frame));
    }

    /// Fills `rect` with one colour (blue, green, red), as far as it is on the screen.
    pub fn fill(&self, rect: Rect, [blue, green, red]: [u8; 3]) {
        self.draw(|frame| {
            let Some(rect) = rect.intersection(frame.size().rect()) else { return };
            for y in rect.y()..rect.bottom() {
                for pixel in frame.row_mut(rect, y).chunks_exact_mut(4) {
                    pixel.copy_from_slice(&[blue, green, red, 0]);
                }
            }
        });
    }

    /// Lays monitors out on it.
    pub fn set_monitors(&self, monitors: Vec<DesktopMonitor>) {
        self.change(|state| state.monitors = monitors);
    }

    /// The monitors that are laid out on it.
    pub fn monitors(&self) -> Vec<DesktopMonitor> {
        self.lock().monitors.clone()
    }

    /// Moves the pointer; `None` hides it.
    pub fn move_cursor(&self, position: Option<(u16, u16)>) {
        self.change(|state| state.position = position);
    }

    /// Gives the pointer another shape.
    pub fn set_cursor(&self, shape: CursorShape) {
        self.change(|state| state.shape = Some(shape));
    }

    /// Makes every further capture fail with [`CaptureError::Lost`].
    pub fn lose(&self, why: &str) {
        self.change(|state| state.lost = Some(why.to_owned()));
    }

    /// How often [`Capturer::capture`] was called, on all capturers together: none before consent.
    pub fn captures(&self) -> u64 {
        self.lock().captures
    }

    /// The picture now.
    pub fn frame(&self) -> Frame {
        self.lock().frame.clone()
    }

    fn change(&self, change: impl FnOnce(&mut FakeScreenState)) {
        let mut state = self.lock();
        change(&mut state);
        state.serial += 1;
        self.shared.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, FakeScreenState> {
        // A panic in a test's drawing leaves a picture that is at worst half drawn.
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for FakeScreen {
    /// 640x480, the smallest screen that programs expect.
    fn default() -> Self {
        Self::new(Size::new(640, 480).expect("a valid size"))
    }
}

/// Captures a [`FakeScreen`].
#[derive(Debug)]
pub struct FakeCapturer {
    screen: FakeScreen,
    seen: u64,
    choice: MonitorChoice,
    /// How it was laid out at the last capture.
    layout: Option<ScreenLayout>,
    shape: Option<CursorShape>,
    position: Option<Option<(u16, u16)>>,
}

impl FakeScreenState {
    fn layout(&self, choice: &MonitorChoice) -> ScreenLayout {
        let size = self.frame.size();
        let desktop = DesktopArea::new(0, 0, size.width(), size.height()).expect("not empty");
        ScreenLayout::new(desktop, self.monitors.clone(), choice)
    }

    /// What of the screen is in the picture.
    fn picture(&self, layout: &ScreenLayout) -> Frame {
        let mut picture = Frame::new(layout.size());
        for (area, rect) in layout.sources(layout.size().rect()) {
            let source = Rect::new(area.x(), area.y(), area.width(), area.height()).expect("on the screen");
            for row in 0..rect.height() {
                let pixels = self.frame.row(source, source.y() + row);
                picture.row_mut(rect, rect.y() + row).copy_from_slice(pixels);
            }
        }
        picture
    }
}

impl FakeCapturer {
    fn update(&mut self, state: &FakeScreenState, frame: &mut Frame) -> Option<ScreenUpdate> {
        let began = Instant::now();
        let layout = state.layout(&self.choice);
        let picture = state.picture(&layout);
        let size = picture.size();
        let same = self.layout.as_ref().is_some_and(|before| before.looks_like(&layout));
        let damage = if !same || frame.size() != size {
            *frame = picture;
            Damage::all(size)
        } else {
            let mut damage = Damage::none(size);
            let stride = picture.stride();
            let part = ScreenPart { rect: size.rect(), pixels: picture.pixels(), stride };
            tiles::update(frame, part, &mut damage);
            damage
        };
        let cursor_shape = (state.shape != self.shape).then(|| state.shape.clone()).flatten();
        self.shape.clone_from(&state.shape);
        let position = state.position.and_then(|position| layout.picture_position(position));
        let cursor_position = (self.position != Some(position)).then_some(position);
        self.position = Some(position);
        let layout = (self.layout.as_ref() != Some(&layout)).then(|| self.layout.insert(layout).clone());
        let changed =
            !damage.is_empty() || layout.is_some() || cursor_shape.is_some() || cursor_position.is_some();
        let took = began.elapsed();
        changed.then_some(ScreenUpdate { damage, layout, cursor_shape, cursor_position, took })
    }
}

impl Capturer for FakeCapturer {
    fn size(&self) -> Size {
        self.screen.lock().layout(&self.choice).size()
    }

    fn choose(&mut self, choice: &MonitorChoice) -> Result<(), CaptureError> {
        self.choice.clone_from(choice);
        self.seen = 0;
        Ok(())
    }

    fn capture(
        &mut self,
        frame: &mut Frame,
        timeout: Duration,
    ) -> Result<Option<ScreenUpdate>, CaptureError> {
        let deadline = Instant::now() + timeout;
        let screen = self.screen.clone();
        let mut state = screen.lock();
        state.captures += 1;
        loop {
            if let Some(why) = &state.lost {
                return Err(CaptureError::Lost(why.clone()));
            }
            if self.seen != state.serial {
                self.seen = state.serial;
                if let Some(update) = self.update(&state, frame) {
                    return Ok(Some(update));
                }
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            state = screen.shared.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn name(&self) -> &'static str {
        "fake"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::ZERO;

    #[test]
    fn only_what_was_drawn_is_damage() {
        let screen = FakeScreen::default();
        assert_eq!(screen.captures(), 0);
        let (mut capturer, mut frame) = (screen.capturer(), Frame::new(Size::new(1, 1).expect("valid")));
        let first = capturer.capture(&mut frame, NOW).unwrap().expect("the first picture");
        assert_eq!(first.damage, Damage::all(screen.frame().size()));
        assert_eq!(first.cursor_position, Some(None));
        assert!(capturer.capture(&mut frame, NOW).unwrap().is_none());

        let rect = Rect::new(70, 0, 2, 2).expect("valid");
        screen.fill(rect, [1, 2, 3]);
        let update = capturer.capture(&mut frame, NOW).unwrap().expect("drawn");
        assert_eq!(update.damage.count(), 1);
        assert!(update.cursor_position.is_none());
        assert_eq!(frame, screen.frame());
        screen.fill(rect, [1, 2, 3]);
        assert!(capturer.capture(&mut frame, NOW).unwrap().is_none(), "the same colour again");
        assert_eq!(screen.captures(), 4);
    }

    #[test]
    fn drawing_wakes_a_waiting_capture_and_losing_ends_it() {
        let screen = FakeScreen::default();
        let (mut capturer, mut frame) = (screen.capturer(), Frame::new(Size::new(1, 1).expect("valid")));
        capturer.capture(&mut frame, NOW).unwrap();
        let other = screen.clone();
        let thread = std::thread::spawn(move || other.move_cursor(Some((3, 4))));
        let update = capturer.capture(&mut frame, Duration::from_secs(60)).unwrap().expect("moved");
        assert_eq!(update.cursor_position, Some(Some((3, 4))));
        thread.join().unwrap();
        screen.lose("unplugged");
        assert!(matches!(capturer.capture(&mut frame, NOW), Err(CaptureError::Lost(_))));
    }
}
