//! The hotkey as a passive grab on the root window of an X11 display.
//!
//! A thread waits for it and calls back at once. It ends when the value is dropped.

use std::thread::JoinHandle;

use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
use rustix::fd::{AsFd, OwnedFd};
use x11rb::connection::Connection;
use x11rb::errors::ReplyError;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{ConnectionExt as _, GrabMode, ModMask};

use crate::hotkey::{Combination, HotkeyError};
use crate::x11::{X11Display, X11Failure};

/// X11 counts keys from 8: its keycode is Linux's code plus 8.
const KEYCODE_OFFSET: u8 = 8;

/// A grab is for exact modifiers: one for each state of Caps Lock and Num Lock.
const LOCKS: [u16; 4] = [0, 1 << 1, 1 << 4, (1 << 1) | (1 << 4)];

/// The grabbed hotkey; dropping it gives the combination back.
#[derive(Debug)]
pub struct PanicHotkey {
    stop: OwnedFd,
    thread: Option<JoinHandle<()>>,
}

impl PanicHotkey {
    /// Grabs `combination` on `$DISPLAY` and calls `pressed` from a thread of its own each time it is pressed.
    /// `pressed` must not wait: it sets a flag or sends to a channel with room.
    ///
    /// # Errors
    /// [`HotkeyError::Unavailable`], or [`HotkeyError::Taken`] where another program has it.
    pub fn grab(
        combination: Combination,
        pressed: impl FnMut() + Send + 'static,
    ) -> Result<Self, HotkeyError> {
        Self::start(X11Display::open(), combination, pressed)
    }

    /// The same on the display of this name (`:0`).
    ///
    /// # Errors
    /// As [`PanicHotkey::grab`].
    pub fn grab_on(
        display: &str,
        combination: Combination,
        pressed: impl FnMut() + Send + 'static,
    ) -> Result<Self, HotkeyError> {
        Self::start(X11Display::open_on(display), combination, pressed)
    }

    fn start(
        display: Result<X11Display, String>,
        combination: Combination,
        mut pressed: impl FnMut() + Send + 'static,
    ) -> Result<Self, HotkeyError> {
        let display = display.map_err(HotkeyError::Unavailable)?;
        let unavailable = |failure: X11Failure| HotkeyError::Unavailable(failure.0);
        if !grab(&display, combination).map_err(unavailable)? {
            return Err(HotkeyError::Taken(combination));
        }
        let system = |error: std::io::Error| HotkeyError::Unavailable(error.to_string());
        let stop = eventfd(0, EventfdFlags::CLOEXEC).map_err(|error| system(error.into()))?;
        let stopped = stop.try_clone().map_err(system)?;
        let thread = std::thread::Builder::new()
            .name("panic-hotkey".to_owned())
            .spawn(move || {
                if let Err(failure) = watch(&display, &stopped, &mut pressed) {
                    tracing::warn!(reason = failure.0, "the panic hotkey no longer works");
                }
            })
            .map_err(system)?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for PanicHotkey {
    fn drop(&mut self) {
        // Both can fail only where the thread is gone already.
        let _ = rustix::io::write(&self.stop, &1u64.to_ne_bytes());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Whether the combination was free.
fn grab(display: &X11Display, combination: Combination) -> Result<bool, X11Failure> {
    for locks in LOCKS {
        let modifiers = ModMask::from(combination.mods() | locks);
        let keycode = combination.key + KEYCODE_OFFSET;
        let grabbed = display
            .conn
            .grab_key(true, display.root(), modifiers, keycode, GrabMode::ASYNC, GrabMode::ASYNC)?
            .check();
        match grabbed {
            Ok(()) => {}
            // The connection is dropped by the caller, and with it those grabs that worked.
            Err(ReplyError::X11Error(_)) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(true)
}

fn watch(display: &X11Display, stop: &OwnedFd, pressed: &mut impl FnMut()) -> Result<(), X11Failure> {
    loop {
        while let Some(event) = display.conn.poll_for_event()? {
            if matches!(event, Event::KeyPress(_)) {
                pressed();
            }
        }
        display.conn.flush()?;
        let mut fds = [
            PollFd::new(display.conn.stream(), PollFlags::IN),
            PollFd::from_borrowed_fd(stop.as_fd(), PollFlags::IN),
        ];
        match poll(&mut fds, None) {
            Ok(_) if fds[1].revents().contains(PollFlags::IN) => return Ok(()),
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(X11Failure(error.to_string())),
        }
    }
}
