//! An overlay over a screen that nobody looks at: what is drawn can be read, and a test clicks.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{
    DesktopFault, OverlayDrawing, OverlayLabel, OverlayNews, OverlayNewsReceiver, OverlayPoint, ScreenOverlay,
};

/// What is drawn over the screen; cheap to clone, all clones are one.
#[derive(Debug, Clone, Default)]
pub struct FakeOverlayScreen {
    state: Arc<Mutex<FakeOverlayState>>,
}

#[derive(Default)]
struct FakeOverlayState {
    news: Option<OverlayNewsReceiver>,
    drawing: OverlayDrawing,
    label: Option<OverlayLabel>,
    catching: bool,
    fault: Option<DesktopFault>,
}

impl FakeOverlayScreen {
    /// What is drawn; `None` where there is no overlay.
    pub fn drawing(&self) -> Option<OverlayDrawing> {
        let state = self.lock();
        state.news.as_ref().map(|_| state.drawing.clone())
    }

    /// What stands beside the pointer.
    pub fn label(&self) -> Option<OverlayLabel> {
        self.lock().label.clone()
    }

    /// The user clicks here, or with the wrong button; whether the overlay waited for it.
    pub fn click(&self, at: Option<OverlayPoint>) -> bool {
        let mut state = self.lock();
        let waited = std::mem::take(&mut state.catching);
        if let Some(news) = state.news.as_mut().filter(|_| waited) {
            news(at.map_or(OverlayNews::GaveUp, OverlayNews::Caught));
        }
        waited
    }

    /// The user draws this instead; whether the overlay waited for it.
    pub fn draw(&self, line: Vec<OverlayPoint>) -> bool {
        let mut state = self.lock();
        let waited = std::mem::take(&mut state.catching);
        if let Some(news) = state.news.as_mut().filter(|_| waited) {
            news(OverlayNews::Drawing(line.clone()));
            news(OverlayNews::Drawn(line));
        }
        waited
    }

    /// From now on there can be none, for this reason.
    pub fn set_fault(&self, fault: DesktopFault) {
        self.lock().fault = Some(fault);
    }

    pub(super) fn open(&self, news: OverlayNewsReceiver) -> Result<FakeOverlay, DesktopFault> {
        let mut state = self.lock();
        if let Some(fault) = &state.fault {
            return Err(fault.clone());
        }
        state.news = Some(news);
        Ok(FakeOverlay { screen: self.clone() })
    }

    fn lock(&self) -> MutexGuard<'_, FakeOverlayState> {
        // A panic in a test's callback leaves nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for FakeOverlayState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeOverlayState").field("drawing", &self.drawing).finish_non_exhaustive()
    }
}

/// The overlay of a [`FakeOverlayScreen`].
#[derive(Debug)]
pub struct FakeOverlay {
    screen: FakeOverlayScreen,
}

impl ScreenOverlay for FakeOverlay {
    fn show(&self, drawing: OverlayDrawing) {
        let mut state = self.screen.lock();
        let serial = drawing.serial;
        state.drawing = drawing;
        if let Some(news) = state.news.as_mut() {
            news(OverlayNews::Shown(serial));
        }
    }

    fn label(&self, label: Option<OverlayLabel>) {
        self.screen.lock().label = label;
    }

    fn catch_click(&self) {
        self.screen.lock().catching = true;
    }

    fn let_click(&self) {
        self.screen.lock().catching = false;
    }
}

impl Drop for FakeOverlay {
    fn drop(&mut self) {
        let mut state = self.screen.lock();
        let fault = state.fault.take();
        *state = FakeOverlayState { fault, ..FakeOverlayState::default() };
    }
}
