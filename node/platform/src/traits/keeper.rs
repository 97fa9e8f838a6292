//! The user's screen as a thing that goes dark.

use beistand_session::ScreenCover;

use super::DesktopFault;

/// Keeps the screen from going dark by itself for as long as it lives, also if the program that holds it
/// dies. It keeps nobody from locking or darkening the screen by hand.
pub trait ScreenKeeper {
    /// Keeps it on for a while longer, and looks what covers it. To be called at least every
    /// [`KEEP_INTERVAL`].
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`] where the desktop is gone.
    fn keep(&mut self) -> Result<ScreenCover, DesktopFault>;
}

/// How often a keeper must be called: a person should hear within a moment that the screen was locked.
pub const KEEP_INTERVAL: std::time::Duration = std::time::Duration::from_secs(1);
