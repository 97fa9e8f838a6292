//! What every X11 backend of this crate shares: how it connects, waits and words its failures.
//!
//! It holds no state: each backend has a connection of its own, so that none waits for another.

use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use x11rb::connection::Connection;
use x11rb::errors::{ConnectionError, ReplyError, ReplyOrIdError};
use x11rb::protocol::xproto::{Screen, Window};
use x11rb::rust_connection::RustConnection;

/// A connection to the user's display and the screen that it names.
pub(crate) struct X11Display {
    pub(crate) conn: RustConnection,
    pub(crate) screen: usize,
}

impl X11Display {
    /// Connects to `$DISPLAY`. The error says what to do.
    pub(crate) fn open() -> Result<Self, String> {
        Self::open_on(&std::env::var("DISPLAY").unwrap_or_default())
    }

    /// Connects to the display of this name (`:0`). The error says what to do.
    pub(crate) fn open_on(name: &str) -> Result<Self, String> {
        if name.is_empty() {
            return Err(
                "no X11 display is set; start the program from the desktop, or set DISPLAY".to_owned()
            );
        }
        let (conn, screen) = x11rb::connect(Some(name)).map_err(|error| {
            format!(
                "the X11 display {name} does not answer ({error}); is it running, and may this user use it?"
            )
        })?;
        Ok(Self { conn, screen })
    }

    pub(crate) fn screen(&self) -> &Screen {
        &self.conn.setup().roots[self.screen]
    }

    pub(crate) fn root(&self) -> Window {
        self.screen().root
    }

    /// Waits until the server has sent something, at most for `timeout`; whether it has.
    pub(crate) fn wait(&self, timeout: Duration) -> Result<bool, X11Failure> {
        self.conn.flush()?;
        let timeout = Timespec {
            tv_sec: i64::try_from(timeout.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: i64::from(timeout.subsec_nanos()),
        };
        let mut fds = [PollFd::new(self.conn.stream(), PollFlags::IN)];
        match poll(&mut fds, Some(&timeout)) {
            Ok(ready) => Ok(ready > 0),
            // A signal is no reason to fail: the caller looks at its clock and comes back.
            Err(rustix::io::Errno::INTR) => Ok(false),
            Err(error) => Err(X11Failure(format!("waiting for the X server failed: {error}"))),
        }
    }
}

/// A request that failed, in words. Backends turn it into their trait's error.
#[derive(Debug)]
pub(crate) struct X11Failure(pub(crate) String);

impl From<ConnectionError> for X11Failure {
    fn from(error: ConnectionError) -> Self {
        Self(error.to_string())
    }
}

impl From<ReplyError> for X11Failure {
    fn from(error: ReplyError) -> Self {
        Self(match error {
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
            ReplyOrIdError::IdsExhausted => Self("no X11 identifiers are left".to_owned()),
            ReplyOrIdError::ConnectionError(error) => error.into(),
            ReplyOrIdError::X11Error(error) => ReplyError::X11Error(error).into(),
        }
    }
}
