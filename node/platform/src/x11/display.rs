//! What all X11 parts share: how they connect, wait and say what failed.
//!
//! It holds no state: each part has a connection of its own, so that none waits for another.

use std::sync::Arc;
use std::time::Duration;

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::fd::{AsFd, OwnedFd};
use x11rb::connection::Connection;
use x11rb::errors::{ConnectionError, ReplyError, ReplyOrIdError};
use x11rb::protocol::randr::ConnectionExt as _;
use x11rb::protocol::xproto::{ConnectionExt as _, Screen, Window};
use x11rb::rust_connection::RustConnection;

use crate::{DesktopFault, DesktopObstacle, DesktopPart};

/// A connection to the user's display and the screen that it names.
pub(super) struct X11Display {
    pub(super) conn: RustConnection,
    pub(super) screen: usize,
}

impl X11Display {
    /// Connects to the display of this name (`:0`).
    pub(super) fn open(name: &str) -> Result<Self, X11Failure> {
        if name.is_empty() {
            return Err(X11Failure(DesktopObstacle::NoDisplay));
        }
        let (conn, screen) = x11rb::connect(Some(name)).map_err(|error| {
            X11Failure(DesktopObstacle::DisplaySilent { display: name.to_owned(), error: error.to_string() })
        })?;
        Ok(Self { conn, screen })
    }

    /// Whether this X server only shows X11's windows within a Wayland desktop.
    pub(super) fn is_xwayland(&self) -> Result<bool, X11Failure> {
        if self.conn.query_extension(b"XWAYLAND")?.reply()?.present {
            return Ok(true);
        }
        // Servers before 23.1 have no such extension, and outputs of that name.
        let monitors = self.conn.randr_get_monitors(self.root(), true)?.reply()?.monitors;
        for monitor in monitors {
            let name = self.conn.get_atom_name(monitor.name)?.reply()?.name;
            if name.starts_with(b"XWAYLAND") {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn screen(&self) -> &Screen {
        &self.conn.setup().roots[self.screen]
    }

    pub(super) fn root(&self) -> Window {
        self.screen().root
    }

    /// Waits until the server has sent something, at most for `timeout`; whether it has.
    pub(super) fn wait(&self, timeout: Duration) -> Result<bool, X11Failure> {
        self.conn.flush()?;
        poll_readable(&mut [PollFd::new(self.conn.stream(), PollFlags::IN)], Some(timeout))
    }

    /// Waits until the server has sent something or the signal is raised, at most for `timeout` where there
    /// is one.
    pub(super) fn wait_or(&self, signal: &WakeSignal, timeout: Option<Duration>) -> Result<(), X11Failure> {
        self.conn.flush()?;
        let mut fds = [
            PollFd::new(self.conn.stream(), PollFlags::IN),
            PollFd::from_borrowed_fd(signal.event.as_fd(), PollFlags::IN),
        ];
        poll_readable(&mut fds, timeout).map(|_| ())
    }
}

/// Whether one of them became readable within the time.
fn poll_readable(fds: &mut [PollFd<'_>], timeout: Option<Duration>) -> Result<bool, X11Failure> {
    let timeout = timeout.map(|timeout| Timespec {
        tv_sec: i64::try_from(timeout.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(timeout.subsec_nanos()),
    });
    match poll(fds, timeout.as_ref()) {
        Ok(ready) => Ok(ready > 0),
        // A signal is no reason to fail: the caller looks at its clock and comes back.
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(error) => Err(X11Failure::system(format!("waiting for the X server failed: {error}"))),
    }
}

/// Wakes a thread that waits for the server. Clones are one signal.
#[derive(Debug, Clone)]
pub(super) struct WakeSignal {
    event: Arc<OwnedFd>,
}

impl WakeSignal {
    pub(super) fn new() -> Result<Self, X11Failure> {
        let event = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)
            .map_err(|error| X11Failure::system(std::io::Error::from(error).to_string()))?;
        Ok(Self { event: Arc::new(event) })
    }

    /// Wakes the thread: now, or as soon as it waits.
    pub(super) fn raise(&self) {
        // Fails only where it has been raised 2^64 - 2 times already.
        let _ = rustix::io::write(&self.event, &1u64.to_ne_bytes());
    }

    /// Whether it was raised; it no longer is.
    pub(super) fn take(&self) -> bool {
        rustix::io::read(&self.event, &mut [0; 8]).is_ok()
    }
}

/// A request that failed. Backends turn it into their trait's error.
#[derive(Debug)]
pub(super) struct X11Failure(pub(super) DesktopObstacle);

impl X11Failure {
    /// A failure that has only the system's words.
    pub(super) fn system(words: impl Into<String>) -> Self {
        Self(DesktopObstacle::System(words.into()))
    }

    /// What it means for the part that was to be opened.
    pub(super) fn fault(self, part: DesktopPart) -> DesktopFault {
        DesktopFault::Unavailable { part, obstacle: self.0 }
    }
}

impl std::fmt::Display for X11Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl From<ConnectionError> for X11Failure {
    fn from(error: ConnectionError) -> Self {
        Self::system(error.to_string())
    }
}

impl From<ReplyError> for X11Failure {
    fn from(error: ReplyError) -> Self {
        Self::system(match error {
            ReplyError::ConnectionError(error) => error.to_string(),
            ReplyError::X11Error(error) => {
                format!("X11 error {:?} for {:?}", error.error_kind, error.request_name)
            }
        })
    }
}

impl From<ReplyOrIdError> for X11Failure {
    fn from(error: ReplyOrIdError) -> Self {
        match error {
            ReplyOrIdError::IdsExhausted => Self::system("no X11 identifiers are left"),
            ReplyOrIdError::ConnectionError(error) => error.into(),
            ReplyOrIdError::X11Error(error) => ReplyError::X11Error(error).into(),
        }
    }
}
