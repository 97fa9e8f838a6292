//! A mouse and keyboard that only note what they were told, for tests of everything above.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use beistand_session::{InputEvent, PhysicalKey, PointerButton};

use crate::{InjectError, InputInjector};

/// What was injected; cheap to clone, all clones are one record.
#[derive(Debug, Clone, Default)]
pub struct FakeInput {
    state: Arc<Mutex<FakeInputState>>,
}

#[derive(Debug, Default)]
struct FakeInputState {
    events: Vec<InputEvent>,
    buttons: Vec<PointerButton>,
    keys: Vec<PhysicalKey>,
    releases: u64,
    refuse: Option<&'static str>,
    own_window: bool,
}

impl FakeInput {
    /// An injector that notes its events here.
    pub fn injector(&self) -> FakeInjector {
        FakeInjector { input: self.clone() }
    }

    /// Everything that was injected, in order; refused events are not in it.
    pub fn events(&self) -> Vec<InputEvent> {
        self.lock().events.clone()
    }

    /// The keys that are down.
    pub fn held_keys(&self) -> Vec<PhysicalKey> {
        self.lock().keys.clone()
    }

    /// The buttons that are down.
    pub fn held_buttons(&self) -> Vec<PointerButton> {
        self.lock().buttons.clone()
    }

    /// How often everything was released.
    pub fn releases(&self) -> u64 {
        self.lock().releases
    }

    /// Refuses every event from now on, for this reason, or none.
    pub fn refuse(&self, reason: Option<&'static str>) {
        self.lock().refuse = reason;
    }

    /// Whether a window of our own lies under the pointer from now on.
    pub fn set_own_window(&self, there: bool) {
        self.lock().own_window = there;
    }

    fn lock(&self) -> MutexGuard<'_, FakeInputState> {
        // Nothing panics while it is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Injects into a [`FakeInput`].
#[derive(Debug)]
pub struct FakeInjector {
    input: FakeInput,
}

impl InputInjector for FakeInjector {
    fn inject(&mut self, event: &InputEvent) -> Result<(), InjectError> {
        let mut state = self.input.lock();
        if let Some(reason) = state.refuse {
            return Err(InjectError::Refused(reason));
        }
        if state.own_window
            && matches!(event, InputEvent::Button { pressed: true, .. } | InputEvent::Wheel { .. })
        {
            return Err(InjectError::OwnWindow);
        }
        match event {
            InputEvent::Button { button, pressed } => {
                state.buttons.retain(|held| held != button);
                if *pressed {
                    state.buttons.push(*button);
                }
            }
            InputEvent::Key { key, pressed, .. } => {
                state.keys.retain(|held| held != key);
                if *pressed {
                    state.keys.push(*key);
                }
            }
            InputEvent::PointerMove { .. }
            | InputEvent::Wheel { .. }
            | InputEvent::Text(_)
            | InputEvent::ButtonsHeld
            | InputEvent::KeysHeld
            | InputEvent::Mark(_)
            | InputEvent::GivenUp(_) => {}
        }
        state.events.push(event.clone());
        Ok(())
    }

    fn release_all(&mut self) -> Result<(), InjectError> {
        let mut state = self.input.lock();
        state.buttons.clear();
        state.keys.clear();
        state.releases += 1;
        Ok(())
    }

    fn held_buttons(&self) -> Vec<PointerButton> {
        self.input.lock().buttons.clone()
    }
}
