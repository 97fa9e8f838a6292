//! The indicator on an X11 display: windows that no window manager stacks, drawn here without a toolkit, so
//! that both programs show the same.
//!
//! A thread keeps them: draws, takes presses, and puts them back when somebody covers, moves or hides them.
//! [`X11IndicatorWatch`] looks at them by a connection of its own, on its caller's thread. What neither can
//! see is another program that paints on the windows; any program on the display could.

pub(super) mod canvas;
mod clicks;
mod drawing;
mod keeper;
pub(super) mod lettering;
pub(super) mod monitors;
mod painted;
mod watch;
mod windows;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use x11rb::protocol::xproto::Window;

use self::keeper::IndicatorKeeper;
pub(crate) use self::painted::{BarButton, PaintedBar, paint_bar};
use self::watch::X11IndicatorWatch;
pub(super) use self::windows::opacity_atom;
use super::display::WakeSignal;
use crate::x11::X11Failure;
use crate::{
    DesktopFault, DesktopPart, IndicatorFace, IndicatorPressReceiver, IndicatorWatch, SessionIndicator,
};

/// The indicator; dropping it takes it away.
pub struct X11Indicator {
    display: String,
    shared: Arc<SharedIndicator>,
}

/// What the keeper's thread, its owner and the watch have in common.
struct SharedIndicator {
    wake: WakeSignal,
    stopped: AtomicBool,
    wish: Mutex<IndicatorWish>,
    windows: Mutex<OwnWindows>,
    /// Rises while the keeper's thread is well.
    beat: AtomicU64,
}

/// What the owner wants and the keeper has not done yet.
#[derive(Default)]
struct IndicatorWish {
    face: Option<IndicatorFace>,
    restore: bool,
    aside: bool,
}

/// The windows that there are.
#[derive(Clone, Default)]
struct OwnWindows {
    bars: Vec<Window>,
    frames: Vec<Window>,
}

impl SharedIndicator {
    fn new() -> Result<Self, X11Failure> {
        Ok(Self {
            wake: WakeSignal::new()?,
            stopped: AtomicBool::new(false),
            wish: Mutex::default(),
            windows: Mutex::default(),
            beat: AtomicU64::new(0),
        })
    }

    fn wish(&self) -> MutexGuard<'_, IndicatorWish> {
        // Nothing panics while it is held.
        self.wish.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn windows(&self) -> MutexGuard<'_, OwnWindows> {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }
}

impl X11Indicator {
    /// Shows `face` on the display of this name (`:0`).
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`]: no display, or it lacks an extension or 24-bit colour.
    pub fn open(
        display: &str,
        face: IndicatorFace,
        pressed: IndicatorPressReceiver,
    ) -> Result<Self, DesktopFault> {
        let unavailable = |failure: X11Failure| failure.fault(DesktopPart::Indicator);
        let shared = Arc::new(SharedIndicator::new().map_err(unavailable)?);
        let keeper =
            IndicatorKeeper::open(display, face, pressed, Arc::clone(&shared)).map_err(unavailable)?;
        std::thread::Builder::new()
            .name("indicator".to_owned())
            .spawn(move || keeper.run())
            .map_err(|error| unavailable(X11Failure::system(error.to_string())))?;
        Ok(Self { display: display.to_owned(), shared })
    }
}

impl SessionIndicator for X11Indicator {
    fn show(&self, face: &IndicatorFace) {
        self.shared.wish().face = Some(face.clone());
        self.shared.wake.raise();
    }

    fn restore(&self) {
        self.shared.wish().restore = true;
        self.shared.wake.raise();
    }

    fn step_aside(&self) {
        self.shared.wish().aside = true;
        self.shared.wake.raise();
    }

    fn watch(&self) -> Result<Box<dyn IndicatorWatch>, DesktopFault> {
        Ok(Box::new(X11IndicatorWatch::open(&self.display, Arc::clone(&self.shared))?))
    }
}

impl Drop for X11Indicator {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Release);
        // Not waited for: it is dropped where the thread hangs, too.
        self.shared.wake.raise();
    }
}
