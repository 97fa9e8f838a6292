//! Wakes the main window, for sure.
//!
//! A request to draw that comes while egui lays a frame out twice is forgotten: eframe takes it for one that
//! was heeded, and egui for one that was made before. So what is due is kept here until the window has come
//! round.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use egui::{Context, ViewportId};

/// Soon enough to be now. Zero would draw twice.
const ONCE: Duration = Duration::from_nanos(1);

/// Wakes the main window from any thread. Clones are one.
#[derive(Clone)]
pub struct WindowWake {
    due: Arc<AtomicBool>,
    ctx: Context,
}

impl WindowWake {
    /// Wakes the window that `ctx` draws.
    pub fn new(ctx: &Context) -> Self {
        Self { due: Arc::default(), ctx: ctx.clone() }
    }

    /// There is something for the window to take in.
    pub fn wake(&self) {
        self.due.store(true, Ordering::SeqCst);
        self.renew();
    }

    /// The window takes in what there is.
    pub fn taken_in(&self) {
        self.due.store(false, Ordering::SeqCst);
    }

    /// Asks again, if what was asked for has not happened. To be called whenever the event loop has nothing
    /// more to do.
    pub fn renew(&self) {
        if self.due.load(Ordering::SeqCst) {
            self.ctx.request_repaint_after_for(ONCE, ViewportId::ROOT);
        }
    }
}

impl std::fmt::Debug for WindowWake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WindowWake")
    }
}
