//! The user's hand where there is none: what it pressed last, and who watches it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{Origin, PressOrigin, SeenKey, SeenPress, UserSign, UserSignReceiver, UserWatch};

/// What the user's hand does; cheap to clone, all clones are one hand.
#[derive(Debug, Clone, Default)]
pub struct FakePresses {
    state: Arc<Mutex<FakePressState>>,
}

#[derive(Default)]
struct FakePressState {
    origin: Option<Origin>,
    watch: Option<UserSignReceiver>,
    hides_hands: bool,
}

impl FakePresses {
    /// A button is pressed, by whom it says.
    pub fn press(&self, origin: Origin) {
        self.lock().origin = Some(origin);
        if origin == Origin::Physical {
            self.sign(UserSign::Hand);
        }
    }

    /// From now on this desktop tells no hand from a program.
    pub fn hide_hands(&self) {
        self.lock().hides_hands = true;
    }

    /// Whether it does.
    pub fn tells_hands(&self) -> bool {
        !self.lock().hides_hands
    }

    /// The user does this; whether anybody watches.
    pub fn sign(&self, sign: UserSign) -> bool {
        self.lock().watch.as_mut().map(|tell| tell(sign)).is_some()
    }

    /// Watches this hand, instead of who did before.
    pub fn watch(&self, tell: UserSignReceiver) -> FakeUserWatch {
        self.lock().watch = Some(tell);
        FakeUserWatch { presses: self.clone() }
    }

    fn lock(&self) -> MutexGuard<'_, FakePressState> {
        // A panic in a test's callback leaves nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PressOrigin for FakePresses {
    fn origin_of(&mut self, _press: &SeenPress) -> Origin {
        self.lock().origin.unwrap_or(Origin::Unknown)
    }

    fn key_origin_of(&mut self, _key: &SeenKey) -> Origin {
        self.lock().origin.unwrap_or(Origin::Unknown)
    }
}

impl fmt::Debug for FakePressState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakePressState").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// The watch over a [`FakePresses`]; dropping it ends it.
#[derive(Debug)]
pub struct FakeUserWatch {
    presses: FakePresses,
}

impl UserWatch for FakeUserWatch {}

impl Drop for FakeUserWatch {
    fn drop(&mut self) {
        self.presses.lock().watch = None;
    }
}
