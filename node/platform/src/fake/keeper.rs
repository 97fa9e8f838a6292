//! A screen in memory that goes dark only where a test says so.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use beistand_session::ScreenCover;

use crate::{DesktopFault, ScreenKeeper};

/// Whether somebody keeps the screen on, and what covers it; clones are one.
#[derive(Debug, Clone, Default)]
pub struct FakeWakefulness {
    keepers: Arc<AtomicUsize>,
    cover: Arc<Mutex<ScreenCover>>,
}

impl FakeWakefulness {
    /// Whether anybody keeps the screen on.
    pub fn is_kept(&self) -> bool {
        self.keepers.load(Ordering::SeqCst) > 0
    }

    /// From now on this covers the screen.
    pub fn set_cover(&self, cover: ScreenCover) {
        *self.cover.lock().unwrap_or_else(PoisonError::into_inner) = cover;
    }

    pub(super) fn is_covered(&self) -> bool {
        self.cover() != ScreenCover::None
    }

    fn cover(&self) -> ScreenCover {
        *self.cover.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn open(&self) -> FakeScreenKeeper {
        self.keepers.fetch_add(1, Ordering::SeqCst);
        FakeScreenKeeper { screen: self.clone() }
    }
}

/// Keeps it on for as long as it lives.
#[derive(Debug)]
pub struct FakeScreenKeeper {
    screen: FakeWakefulness,
}

impl ScreenKeeper for FakeScreenKeeper {
    fn keep(&mut self) -> Result<ScreenCover, DesktopFault> {
        Ok(self.screen.cover())
    }
}

impl Drop for FakeScreenKeeper {
    fn drop(&mut self) {
        self.screen.keepers.fetch_sub(1, Ordering::SeqCst);
    }
}
