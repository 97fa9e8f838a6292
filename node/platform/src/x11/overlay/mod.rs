//! What is drawn over the screen of an X11 display: a window that is nothing but the lines on it.
//!
//! Its shape is cut to what is drawn, so it needs no compositor and looks the same with one; its input shape
//! is empty, so clicks reach what lies below. No window manager stacks it, and it goes with its connection,
//! however this program ends. What this program shows itself, such as the bar and its questions, is cut out
//! of it. A thread keeps it; it knows nothing of who draws.

mod bubble;
mod catch;
mod keeper;
mod label;
mod own;
mod pen;
mod shape;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use self::keeper::OverlayKeeper;
use super::display::WakeSignal;
use crate::x11::X11Failure;
use crate::{
    DesktopFault, DesktopPart, OverlayDrawing, OverlayLabel, OverlayNews, OverlayNewsReceiver, ScreenOverlay,
};

/// The overlay; dropping it takes it away.
pub struct X11Overlay {
    shared: Arc<SharedOverlay>,
}

/// What the thread and its owner have in common.
struct SharedOverlay {
    wake: WakeSignal,
    stopped: AtomicBool,
    wish: Mutex<OverlayWish>,
}

/// What the owner wants and the thread has not done yet.
#[derive(Default)]
struct OverlayWish {
    drawing: Option<OverlayDrawing>,
    label: Option<LabelWish>,
    catch: Option<CatchWish>,
}

/// What becomes of the next click.
enum CatchWish {
    Caught,
    Let,
}

/// What is to stand beside the pointer.
enum LabelWish {
    Shown(OverlayLabel),
    Gone,
}

impl SharedOverlay {
    fn wish(&self) -> MutexGuard<'_, OverlayWish> {
        // Nothing panics while it is held.
        self.wish.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }
}

impl X11Overlay {
    /// An overlay on the display of this name (`:0`), which its thread connects to.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`] where there is no thread for it.
    pub fn open(display: &str, news: OverlayNewsReceiver) -> Result<Self, DesktopFault> {
        let unavailable = |failure: X11Failure| failure.fault(DesktopPart::Overlay);
        let wake = WakeSignal::new().map_err(unavailable)?;
        let shared =
            Arc::new(SharedOverlay { wake, stopped: AtomicBool::new(false), wish: Mutex::default() });
        let (theirs, name) = (Arc::clone(&shared), display.to_owned());
        std::thread::Builder::new()
            .name("overlay".to_owned())
            .spawn(move || run(&name, theirs, news))
            .map_err(|error| unavailable(X11Failure::system(error.to_string())))?;
        Ok(Self { shared })
    }
}

fn run(display: &str, shared: Arc<SharedOverlay>, news: OverlayNewsReceiver) {
    let mut news = news;
    let kept = OverlayKeeper::open(display, shared).and_then(|mut keeper| keeper.run(&mut news));
    if let Err(failure) = kept {
        tracing::warn!(%failure, "nothing is drawn over the screen");
        news(OverlayNews::Failed(failure.fault(DesktopPart::Overlay)));
    }
}

impl ScreenOverlay for X11Overlay {
    fn show(&self, drawing: OverlayDrawing) {
        self.shared.wish().drawing = Some(drawing);
        self.shared.wake.raise();
    }

    fn label(&self, label: Option<OverlayLabel>) {
        self.shared.wish().label = Some(label.map_or(LabelWish::Gone, LabelWish::Shown));
        self.shared.wake.raise();
    }

    fn catch_click(&self) {
        self.shared.wish().catch = Some(CatchWish::Caught);
        self.shared.wake.raise();
    }

    fn let_click(&self) {
        self.shared.wish().catch = Some(CatchWish::Let);
        self.shared.wake.raise();
    }
}

impl Drop for X11Overlay {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Release);
        // Not waited for: it is dropped where the thread hangs, too.
        self.shared.wake.raise();
    }
}
