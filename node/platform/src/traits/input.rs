//! Acting as a mouse and keyboard.

use beistand_session::{InputEvent, PointerButton};
use thiserror::Error;

use super::Interrupt;

/// Acts on this machine as a mouse and keyboard. Whoever holds it has checked the grant.
pub trait InputInjector {
    /// Does what the event says. Pointer positions are pixels of the captured screen; those outside are
    /// refused.
    ///
    /// # Errors
    /// [`InjectError::Refused`] where the event is dropped and nothing else is wrong (a position off the
    /// screen, text that can't be typed), [`InjectError::OwnWindow`] for a click on a window of our own;
    /// [`InjectError::Lost`] where the injector is of no use any more.
    fn inject(&mut self, event: &InputEvent) -> Result<(), InjectError>;

    /// Releases every key and button that it holds down.
    ///
    /// # Errors
    /// [`InjectError::Lost`].
    fn release_all(&mut self) -> Result<(), InjectError>;

    /// Cuts typing short from another thread: text that the host's keyboard lacks may take half a second.
    fn interrupt(&self) -> Interrupt {
        Interrupt::default()
    }

    /// Which buttons it holds down; for tests and the log.
    fn held_buttons(&self) -> Vec<PointerButton>;
}

/// What must not be touched, where an injector doesn't know by itself: asked before each event.
pub trait InputGate {
    /// Whether the event may be injected now.
    ///
    /// # Errors
    /// [`InjectError::Refused`], [`InjectError::OwnWindow`] where it may not; [`InjectError::Lost`] where
    /// that can't be told any more.
    fn check(&mut self, event: &InputEvent) -> Result<(), InjectError>;
}

/// Why an event was not injected.
#[derive(Debug, Error)]
pub enum InjectError {
    /// This event was dropped, for this reason.
    #[error("the event was dropped: {0}")]
    Refused(&'static str),
    /// This click or turn of the wheel was dropped: the pointer is over a window of our own.
    #[error("the event was dropped: the pointer is over a window of our own")]
    OwnWindow,
    /// The connection to the screen broke.
    #[error("the screen went away: {0}")]
    Lost(String),
}
