//! The user's hand where there is none: what it pressed last, and the panic hotkey.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::time::Instant;

use crate::{HeldHotkey, Origin, PressOrigin};

/// What the user's hand does; cheap to clone, all clones are one hand.
#[derive(Debug, Clone, Default)]
pub struct FakePresses {
    state: Arc<Mutex<FakePressState>>,
}

#[derive(Default)]
struct FakePressState {
    origin: Option<Origin>,
    used: Option<Instant>,
    hotkey: Option<Box<dyn FnMut() + Send>>,
}

impl FakePresses {
    /// A button is pressed, by whom it says.
    pub fn press(&self, origin: Origin) {
        let mut state = self.lock();
        state.origin = Some(origin);
        if origin == Origin::Physical {
            state.used = Some(Instant::now());
        }
    }

    /// The panic hotkey is pressed; whether anybody holds it.
    pub fn press_hotkey(&self) -> bool {
        self.lock().hotkey.as_mut().map(|pressed| pressed()).is_some()
    }

    pub(super) fn hold(&self, pressed: Box<dyn FnMut() + Send>) -> FakeHotkey {
        self.lock().hotkey = Some(pressed);
        FakeHotkey { presses: self.clone() }
    }

    fn lock(&self) -> MutexGuard<'_, FakePressState> {
        // A panic in a test's callback leaves nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PressOrigin for FakePresses {
    fn last_button_press(&mut self) -> Origin {
        self.lock().origin.unwrap_or(Origin::Unknown)
    }

    fn since_physical_input(&mut self) -> Option<Duration> {
        self.lock().used.map(|used| used.elapsed())
    }
}

impl fmt::Debug for FakePressState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakePressState").field("origin", &self.origin).field("used", &self.used).finish()
    }
}

/// The hotkey of a [`FakePresses`]; dropping it gives it back.
#[derive(Debug)]
pub struct FakeHotkey {
    presses: FakePresses,
}

impl HeldHotkey for FakeHotkey {}

impl Drop for FakeHotkey {
    fn drop(&mut self) {
        self.presses.lock().hotkey = None;
    }
}
