//! Looking at the screen.
//!
//! What it does: picks a [`Capturer`] for this machine. What it does not do: ask anybody whether it may.

mod fake;
#[cfg(feature = "scrap")]
mod scrap_backend;
mod tiles;
mod x11;

pub use fake::{FakeCapturer, FakeScreen};
#[cfg(feature = "scrap")]
pub use scrap_backend::ScrapCapturer;
pub use x11::X11Capturer;

use crate::{CaptureError, Capturer};

/// Which way to capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum CaptureBackend {
    /// The best that works here.
    #[default]
    Auto,
    /// X11 with MIT-SHM and DAMAGE.
    X11,
    /// The crate `scrap`: whole pictures, no pointer, the primary monitor.
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
            // Without a display scrap can't work either, and the first error says more.
            Err(error) if std::env::var_os("DISPLAY").is_none_or(|name| name.is_empty()) => Err(error),
            Err(error) => open_scrap(&error.to_string()).or(Err(error)),
        },
    }
}

#[cfg(feature = "scrap")]
fn open_scrap(reason: &str) -> Result<Box<dyn Capturer>, CaptureError> {
    let capturer = ScrapCapturer::open()?;
    tracing::warn!(
        reason,
        "capturing with scrap: without damage and pointer, and other users of this machine could read the picture"
    );
    Ok(Box::new(capturer))
}

#[cfg(not(feature = "scrap"))]
fn open_scrap(_reason: &str) -> Result<Box<dyn Capturer>, CaptureError> {
    Err(CaptureError::Unavailable("this program was built without the scrap backend".to_owned()))
}
