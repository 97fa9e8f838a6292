//! The desktop portal (`org.freedesktop.portal.Desktop`): by which a program that can see no window but its
//! own may ask the user for their screen, their mouse and keyboard, their clipboard, and for one key.
//!
//! It asks, and passes on what comes of it. What it does not do: it decides nothing. The user's yes in
//! Beistand comes first; the desktop's own question comes after that, each time but where the session goes on
//! after a pause.

mod client;
mod clipboard;
mod request;
mod session;
mod shortcut;

pub(super) use client::PortalClient;
pub(super) use clipboard::{PortalSelection, SelectionNews, SelectionSignals};
pub(super) use session::{PortalInput, PortalScreen, PortalSession, PortalWish, SessionEndings};
pub(super) use shortcut::{PortalShortcut, ShortcutNews};

use thiserror::Error;

/// Why the portal gives nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum PortalFault {
    /// The user said no to the desktop's own question.
    #[error("the desktop was told not to share the screen")]
    Declined,
    /// It can't be done now; what comes next may be.
    #[error("{0}")]
    Refused(&'static str),
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
