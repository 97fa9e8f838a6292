//! What the operating system is to the rest of the program.

mod interrupt;

pub use interrupt::Interrupt;

use std::time::Duration;

use beistand_codec::{Damage, Frame, Size};
use beistand_session::{InputEvent, PointerButton};
use thiserror::Error;

/// What one call of [`Capturer::capture`] found.
#[derive(Debug)]
pub struct ScreenUpdate {
    /// Which tiles of the frame differ from what it held before.
    pub damage: Damage,
    /// The pointer's shape, where it changed since the last call.
    pub cursor_shape: Option<CursorShape>,
    /// The pointer's hot spot in pixels of the screen, where it moved since the last call; `None` inside: hidden or
    /// on another screen.
    pub cursor_position: Option<Option<(u16, u16)>>,
}

/// A pointer's picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CursorShape {
    /// Width and height, at most [`CursorShape::MAX_SIDE_PX`] each.
    pub size: Size,
    /// The pixel that points, from the top left corner.
    pub hotspot: (u16, u16),
    /// B G R A, premultiplied, rows top to bottom.
    pub pixels: Vec<u8>,
}

impl CursorShape {
    /// The longest side in pixels: the largest that desktops offer for weak eyes.
    pub const MAX_SIDE_PX: u16 = 256;
}

/// A screen that can be looked at. Made on the thread that uses it.
pub trait Capturer {
    /// The screen's size now.
    fn size(&self) -> Size;

    /// Waits for a change of the screen or the pointer, at most for `timeout`, and brings `frame` up to date.
    ///
    /// The first call, and each after the screen's size changed, replaces `frame` by a whole picture (its old
    /// content and size do not matter then). After that `frame` must be the one of the last call. `None`: nothing
    /// changed.
    ///
    /// # Errors
    /// [`CaptureError::Lost`] where the screen went away; the capturer is of no use any more then.
    fn capture(&mut self, frame: &mut Frame, timeout: Duration)
    -> Result<Option<ScreenUpdate>, CaptureError>;

    /// A name for the log and the figures: `x11`, `scrap`, `fake`.
    fn name(&self) -> &'static str;
}

/// Why the screen can't be looked at.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CaptureError {
    /// There is no screen, or it may not be captured; says why and what to do.
    #[error("the screen can't be captured: {0}")]
    Unavailable(String),
    /// The connection to the screen broke.
    #[error("the screen went away: {0}")]
    Lost(String),
}

/// Acts on this machine as a mouse and keyboard. Whoever holds it has checked the grant.
pub trait InputInjector {
    /// Does what the event says. Pointer positions are pixels of the captured screen; those outside are refused.
    ///
    /// # Errors
    /// [`InjectError::Refused`] where the event is dropped and nothing else is wrong (a click on a window of our
    /// own, a position off the screen, text that can't be typed); [`InjectError::Lost`] where the injector is of no
    /// use any more.
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

/// Why an event was not injected.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum InjectError {
    /// This event was dropped, for this reason.
    #[error("the event was dropped: {0}")]
    Refused(&'static str),
    /// There is no way to inject input here; says why and what to do.
    #[error("input can't be controlled: {0}")]
    Unavailable(String),
    /// The connection to the screen broke.
    #[error("the screen went away: {0}")]
    Lost(String),
}

/// Who pressed the mouse button last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A device that is plugged into this machine.
    Physical,
    /// A program: XTEST, or what else the platform marks as injected.
    Injected,
    /// The platform can't tell, or nothing was pressed yet.
    Unknown,
}

/// Tells a hand at this machine from an injected event, for the dialogs in which the user consents.
pub trait PressOrigin: Send {
    /// Where the newest button press came from. Includes every press that happened before the call.
    fn last_button_press(&mut self) -> Origin;

    /// How long ago a physical device of this machine was last used, where the platform tells: the user's own hand
    /// has priority over the technician's.
    fn since_physical_input(&mut self) -> Option<Duration>;
}
