//! Looking at the screen.
//!
//! What it does: picks a [`Capturer`] for this machine. What it does not do: ask anybody whether it may.

pub use crate::fake::{FakeCapturer, FakeScreen};
pub use crate::x11::{ScrapCapturer, X11Capturer};

use crate::{CaptureError, Capturer};

/// Which way to capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum CaptureBackend {
    /// X11 where the server has what it needs, otherwise scrap.
    #[default]
    Auto,
    /// X11 with MIT-SHM and DAMAGE.
    X11,
    /// The crate `scrap`: MIT-SHM alone; whole pictures, no pointer.
    Scrap,
    /// A screen that exists only in memory, for tests and demonstrations without a desktop.
    Fake,
}

/// Opens the user's screen.
///
/// # Errors
/// [`CaptureError::Unavailable`], which says why and what to do.
pub fn open(backend: CaptureBackend) -> Result<Box<dyn Capturer>, CaptureError> {
    match backend {
        CaptureBackend::X11 => Ok(Box::new(X11Capturer::open()?)),
        CaptureBackend::Scrap => open_scrap("it was asked for"),
        CaptureBackend::Fake => Ok(Box::new(FakeScreen::default().capturer())),
        CaptureBackend::Auto => match X11Capturer::open() {
            Ok(capturer) => Ok(Box::new(capturer)),
            // The first error says more: what scrap needs, the other needs too.
            Err(error) => open_scrap(&error.to_string()).or(Err(error)),
        },
    }
}

fn open_scrap(reason: &str) -> Result<Box<dyn Capturer>, CaptureError> {
    let capturer = ScrapCapturer::open()?;
    tracing::warn!(
        reason,
        "capturing with scrap: without the pointer, and the screen is looked at 30 times a second"
    );
    Ok(Box::new(capturer))
}
