//! The user's own hand, by an event tap: what it does, the emergency key, and whether a press is its own.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::tap::TapThread;
use super::{displays, keeper};
use crate::macos_facts::tapped_event::{TappedEvent, TappedPresses};
use crate::{
    DesktopFault, DesktopPart, Origin, PressOrigin, SeenKey, SeenPress, UserSign, UserSignReceiver, UserWatch,
};

/// How often a hand that goes on is told of: a mouse sends a thousand events a second.
const HAND_INTERVAL: Duration = Duration::from_millis(50);

/// Watches the user's hand and the combination by which they stop everything. While a program reads a
/// password macOS tells nobody of keys.
pub(super) struct TappedHand {
    _tap: TapThread,
}

impl TappedHand {
    /// # Errors
    /// [`DesktopFault::Unavailable`] where macOS gives this program no tap.
    pub(super) fn start(mut tell: UserSignReceiver) -> Result<Self, DesktopFault> {
        let mut told: Option<Instant> = None;
        let listen = move |event: TappedEvent| {
            if event.is_panic() {
                tell(UserSign::Panic);
            }
            if event.is_by_hand() && told.is_none_or(|told| told.elapsed() >= HAND_INTERVAL) {
                told = Some(Instant::now());
                tell(UserSign::Hand);
            }
        };
        Ok(Self { _tap: TapThread::start(DesktopPart::UserWatch, Box::new(listen))? })
    }
}

impl UserWatch for TappedHand {}

/// Tells a hand from a program by what the tap saw last.
pub(super) struct TappedOrigin {
    presses: Arc<Mutex<TappedPresses>>,
    _tap: TapThread,
}

impl TappedOrigin {
    /// # Errors
    /// [`DesktopFault::Unavailable`] where macOS gives this program no tap.
    pub(super) fn open() -> Result<Self, DesktopFault> {
        let presses = Arc::<Mutex<TappedPresses>>::default();
        let noted = Arc::clone(&presses);
        let note = move |event| lock(&noted).note(event);
        Ok(Self { presses, _tap: TapThread::start(DesktopPart::PressOrigin, Box::new(note))? })
    }
}

impl PressOrigin for TappedOrigin {
    fn origin_of(&mut self, press: &SeenPress) -> Origin {
        // What covers the screen takes no answer to a question below it.
        if keeper::is_covered() {
            return Origin::Unclear;
        }
        let displays = displays::look();
        lock(&self.presses).button(press, |x, y| displays.position(x, y))
    }

    fn key_origin_of(&mut self, key: &SeenKey) -> Origin {
        lock(&self.presses).key(key)
    }
}

fn lock(presses: &Mutex<TappedPresses>) -> std::sync::MutexGuard<'_, TappedPresses> {
    // Nothing panics while it is held.
    presses.lock().unwrap_or_else(PoisonError::into_inner)
}
