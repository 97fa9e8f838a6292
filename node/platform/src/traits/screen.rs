//! Looking at the screen.

use std::time::Duration;

use beistand_codec::{Damage, Frame, Size};
use thiserror::Error;

use crate::layout::{MonitorChoice, ScreenLayout, SharedMonitors};

/// What one call of [`Capturer::capture`] found.
#[derive(Debug)]
pub struct ScreenUpdate {
    /// Which tiles of the frame differ from what it held before.
    pub damage: Damage,
    /// How the desktop is laid out and what of it is in the picture, where that changed since the last call.
    /// `None` always where a backend knows no monitors.
    pub layout: Option<ScreenLayout>,
    /// The pointer's shape, where it changed since the last call.
    pub cursor_shape: Option<CursorShape>,
    /// The pointer's hot spot in pixels of the picture, where it moved since the last call; `None` inside:
    /// hidden, or on something that is not shown.
    pub cursor_position: Option<Option<(u16, u16)>>,
    /// How long it took from noticing that something had changed until the frame was up to date.
    pub took: Duration,
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
    /// The picture's size now.
    fn size(&self) -> Size;

    /// From now on this is in the picture: the next capture replaces `frame` where that makes another one.
    ///
    /// # Errors
    /// [`CaptureError::Lost`] as with [`Self::capture`], and [`CaptureError::WholeOnly`] where the backend
    /// can't leave anything out: what the user doesn't share must not be captured.
    fn choose(&mut self, choice: &MonitorChoice) -> Result<(), CaptureError> {
        match choice.shared {
            SharedMonitors::All => Ok(()),
            SharedMonitors::Only(_) => Err(CaptureError::WholeOnly),
        }
    }

    /// Waits for a change of the screen or the pointer, at most for `timeout`, and brings `frame` up to date.
    ///
    /// The first call, and each after the picture became another one, replaces `frame` by a whole picture
    /// (its old content and size do not matter then). After that `frame` must be the one of the last call.
    /// `None`: nothing changed.
    ///
    /// # Errors
    /// [`CaptureError::Lost`] where the screen went away; the capturer is of no use any more then.
    fn capture(&mut self, frame: &mut Frame, timeout: Duration)
    -> Result<Option<ScreenUpdate>, CaptureError>;

    /// A name for the log and the figures: `x11`, `portal`, `scrap`, `fake`.
    fn name(&self) -> &'static str;
}

/// Why the screen can no longer be looked at.
#[derive(Debug, Error)]
pub enum CaptureError {
    /// The connection to the screen broke.
    #[error("the screen went away: {0}")]
    Lost(String),
    /// The user has said no to the desktop's own question.
    #[error("the desktop was told not to share the screen")]
    Declined,
    /// Single monitors were chosen of a desktop that is captured as a whole or not at all.
    #[error("this way of capturing shows the whole desktop only")]
    WholeOnly,
}
