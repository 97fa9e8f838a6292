//! A keyboard in memory, with shortcuts that somebody may want.

use std::sync::{Arc, Mutex, PoisonError};

use crate::{GrabNotice, GrabState, ShortcutGrab};

/// The keyboard; clones are one.
#[derive(Debug, Clone, Default)]
pub struct FakeShortcuts {
    inner: Arc<Mutex<FakeKeyboard>>,
}

#[derive(Debug, Default)]
struct FakeKeyboard {
    wanted: bool,
    /// Whether another program has it.
    taken: bool,
}

impl FakeKeyboard {
    fn state(&self) -> GrabState {
        match (self.wanted, self.taken) {
            (false, _) => GrabState::Free,
            (true, false) => GrabState::Held,
            (true, true) => GrabState::Taken,
        }
    }
}

impl FakeShortcuts {
    /// Who has it.
    pub fn state(&self) -> GrabState {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).state()
    }

    /// Another program has it from now on, or no longer does.
    pub fn take(&self, taken: bool) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).taken = taken;
    }

    /// A window that may want it.
    pub fn open(&self, notice: GrabNotice) -> FakeShortcutGrab {
        FakeShortcutGrab { keyboard: self.clone(), notice: Mutex::new(notice) }
    }
}

/// A window's hold on it.
pub struct FakeShortcutGrab {
    keyboard: FakeShortcuts,
    notice: Mutex<GrabNotice>,
}

impl ShortcutGrab for FakeShortcutGrab {
    fn want(&self, wanted: bool) {
        let (before, after) = {
            let mut keyboard = self.keyboard.inner.lock().unwrap_or_else(PoisonError::into_inner);
            let before = keyboard.state();
            keyboard.wanted = wanted;
            (before, keyboard.state())
        };
        if before != after {
            (self.notice.lock().unwrap_or_else(PoisonError::into_inner))(after);
        }
    }

    fn answered(&self) {}

    fn state(&self) -> GrabState {
        self.keyboard.state()
    }
}

impl Drop for FakeShortcutGrab {
    fn drop(&mut self) {
        self.want(false);
    }
}
