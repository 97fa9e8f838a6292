//! The desktop portal (`org.freedesktop.portal.Desktop`): by which a program that can see no window but its
//! own may ask the user for their screen, and for their mouse and keyboard.
//!
//! It asks, and passes on what comes of it. What it does not do: it decides nothing. The user's yes in
//! Beistand comes first; the desktop's own question comes after that, each time but where the session goes on
//! after a pause.

mod client;
mod request;
mod session;

pub(super) use client::PortalClient;
pub(super) use session::{PortalInput, PortalScreen, PortalSession, PortalWish, SessionEndings};

use thiserror::Error;

/// Why the portal gives nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum PortalFault {
    /// The user said no to the desktop's own question.
    #[error("the desktop was told not to share the screen")]
    Declined,
    /// Anything else, in its own words.
    #[error("{0}")]
    Failed(String),
}

impl From<zbus::Error> for PortalFault {
    fn from(error: zbus::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<zbus::fdo::Error> for PortalFault {
    fn from(error: zbus::fdo::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<zbus::zvariant::Error> for PortalFault {
    fn from(error: zbus::zvariant::Error) -> Self {
        Self::Failed(error.to_string())
    }
}
