//! The user's hand where there is none: what it pressed last, and who watches it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{Origin, PressOrigin, SeenKey, SeenPress, UserSign, UserSignReceiver, UserWatch};
use crate::{PanicKeyReceiver, PanicKeySign, PanicKeyWatch};

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
    /// Whether the emergency key is the desktop's to hear, and who listens there.
    key_is_desktops: bool,
    listener: Option<PanicKeyReceiver>,
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

    /// From now on whoever watches this hand doesn't hear the emergency key; the desktop does.
    pub fn leave_key_to_desktop(&self) {
        self.lock().key_is_desktops = true;
    }

    pub(super) fn hears_key(&self) -> bool {
        !self.lock().key_is_desktops
    }

    /// The desktop says this of the emergency key; whether anybody listens.
    pub fn key(&self, sign: PanicKeySign) -> bool {
        self.lock().listener.as_mut().map(|tell| tell(sign)).is_some()
    }

    pub(super) fn listen(&self, tell: PanicKeyReceiver) -> FakeKeyWatch {
        self.lock().listener = Some(tell);
        FakeKeyWatch { presses: self.clone() }
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

/// The desktop's ear for the emergency key of a [`FakePresses`]; dropping it ends it.
#[derive(Debug)]
pub(super) struct FakeKeyWatch {
    presses: FakePresses,
}

impl PanicKeyWatch for FakeKeyWatch {}

impl Drop for FakeKeyWatch {
    fn drop(&mut self) {
        self.presses.lock().listener = None;
    }
}
