//! A picture in a window of this program, painted beside whatever draws the rest of the window.
//!
//! Where no graphics card draws, a toolkit draws the whole window for each change. A pane costs what changes.

use beistand_codec::{Rect, Size};

use super::DesktopFault;

/// Where a pane is in its window, in the window's pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PanePlace {
    /// What it fills.
    pub area: Rect,
    /// Parts of that in which the window is seen instead, few in number.
    pub holes: Vec<Rect>,
}

/// The pane's own pixels.
pub struct PaneCanvas<'a> {
    /// As large as the pane.
    pub size: Size,
    /// B G R and 255, rows top to bottom without padding.
    pub pixels: &'a mut [u8],
}

/// Wakes the thread that waits in [`PicturePane::wait`]: now, or as soon as it waits.
pub type PaneWaker = Box<dyn Fn() + Send + Sync>;

/// A part of a window that shows its own pixels. The mouse passes through it to the window.
///
/// It is hidden until it is placed, and gone when it is dropped. After a fault it shows nothing more.
pub trait PicturePane: Send {
    /// It is there from the next [`Self::show`] on. Where its size is another one, its pixels are undefined
    /// until they are written.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`]: the window is gone, or there is no memory.
    fn place(&mut self, place: &PanePlace) -> Result<(), DesktopFault>;

    /// It is not to be seen, and nothing of its pixels is kept.
    ///
    /// # Errors
    /// As [`Self::place`].
    fn hide(&mut self) -> Result<(), DesktopFault>;

    /// Its pixels, to be changed; `None` before it was placed. What is changed is seen after [`Self::show`].
    fn canvas(&mut self) -> Option<PaneCanvas<'_>>;

    /// Shows these parts of the canvas; they are on the screen when this returns.
    ///
    /// # Errors
    /// As [`Self::place`].
    fn show(&mut self, parts: &[Rect]) -> Result<(), DesktopFault>;

    /// Waits until it is woken, and keeps meanwhile on the screen what others have drawn over.
    ///
    /// # Errors
    /// As [`Self::place`].
    fn wait(&mut self) -> Result<(), DesktopFault>;

    /// What wakes it.
    fn waker(&self) -> PaneWaker;
}
