//! Mouse and keyboard by libei's protocol, where the portal gives a connection to the desktop's own end of
//! it.
//!
//! What it does: it says what is pressed and where the pointer is, on the devices that the desktop has made
//! for that. A sign is made by the key that makes it in the desktop's own keymap, with the modifiers that it
//! takes there ([`keymap`]). What the desktop says of its devices is kept by a thread ([`reader`]).
//!
//! What it does not do: it decides nothing, and keeps no list of what is to be let go; the injector does.

mod device;
mod keymap;
mod reader;
#[cfg(test)]
mod tests;

use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use reis::ei;
use reis::event::{Connection, DeviceCapability};

use self::device::{EiDevices, SignStroke};
pub(super) use self::keymap::has_keymaps;
use super::portal::PortalFault;

/// How long a device may be away: desktops make them within a few milliseconds of the first word, and take
/// them away for a moment where a monitor or a layout changes.
const DEVICE_PATIENCE: Duration = Duration::from_secs(1);

/// How long the desktop may take to say that all has arrived.
const SETTLE_PATIENCE: Duration = Duration::from_secs(1);

/// What one notch of a wheel is in the protocol.
const NOTCH: i32 = 120;

/// Mouse and keyboard; clones are the same ones. The connection ends with the last.
#[derive(Debug, Clone)]
pub(super) struct EiInput {
    shared: Arc<EiShared>,
}

/// What the injector's thread and the reader have in common.
struct EiShared {
    context: ei::Context,
    /// By which the reader is ended.
    socket: UnixStream,
    state: Mutex<EiState>,
    changed: Condvar,
}

#[derive(Default)]
struct EiState {
    /// There once both have found each other.
    connection: Option<Connection>,
    devices: EiDevices,
    /// How often it was asked whether all has arrived, and how often it was said.
    asked: u64,
    arrived: u64,
    /// Why there is nothing more.
    over: Option<String>,
}

impl EiInput {
    /// Takes the desktop's connection into use. It does not wait for devices.
    ///
    /// # Errors
    /// [`PortalFault::Failed`]: there is no thread left, or the connection is none.
    pub(super) fn start(connection: OwnedFd) -> Result<Self, PortalFault> {
        let failed = |error: std::io::Error| PortalFault::Failed(error.to_string());
        let socket = UnixStream::from(connection);
        let context = ei::Context::new(socket.try_clone().map_err(failed)?).map_err(failed)?;
        let (state, changed) = (Mutex::default(), Condvar::new());
        let shared = Arc::new(EiShared { context, socket, state, changed });
        reader::start(&shared).map_err(failed)?;
        Ok(Self { shared })
    }

    /// The pointer is there, in the desktop's units from the top left corner of the screen of this name; of
    /// the only one where it has none.
    pub(super) fn point(&self, screen: Option<&str>, x: f64, y: f64) -> Result<(), PortalFault> {
        self.act(DeviceCapability::PointerAbsolute, |state, serial| {
            state.devices.point(serial, screen, (x, y))
        })
    }

    /// A button of evdev's numbers goes down or up.
    pub(super) fn button(&self, button: u32, down: bool) -> Result<(), PortalFault> {
        self.act(DeviceCapability::Button, |state, serial| state.devices.button(serial, button, down))
    }

    /// The wheel turns by whole notches, along the vertical axis (0) or the horizontal one (1).
    pub(super) fn turn(&self, axis: u32, notches: i32) -> Result<(), PortalFault> {
        let turn = notches.saturating_mul(NOTCH);
        let turn = if axis == 0 { (0, turn) } else { (turn, 0) };
        self.act(DeviceCapability::Scroll, |state, serial| state.devices.turn(serial, turn))
    }

    /// A key of evdev's numbers goes down or up.
    pub(super) fn key(&self, key: u32, down: bool) -> Result<(), PortalFault> {
        self.act(DeviceCapability::Keyboard, |state, serial| state.devices.key(serial, key, down))
    }

    /// A key that makes this sign (X11's number) goes down or up.
    pub(super) fn sign(&self, sign: u32, down: bool) -> Result<(), PortalFault> {
        let stroke = SignStroke { sign, down };
        self.act(DeviceCapability::Keyboard, |state, serial| state.devices.sign(serial, stroke))
    }

    /// Waits until all that was said before has been taken.
    pub(super) fn settle(&self) -> Result<(), PortalFault> {
        let mut state = self.lock();
        let Some(connection) = state.connection.clone() else { return Ok(()) };
        state.asked += 1;
        let asked = state.asked;
        connection.connection().sync(1);
        flush(&connection)?;
        let waiting = |state: &mut EiState| state.over.is_none() && state.arrived < asked;
        let waited = self.shared.changed.wait_timeout_while(state, SETTLE_PATIENCE, waiting);
        let (state, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        match &state.over {
            Some(why) => Err(PortalFault::Failed(why.clone())),
            None if timeout.timed_out() => Err(PortalFault::Failed("the desktop does not answer".to_owned())),
            None => Ok(()),
        }
    }

    /// Does something with a device that can do this, once there is one.
    fn act(
        &self,
        capability: DeviceCapability,
        act: impl FnOnce(&mut EiState, u32) -> Result<(), PortalFault>,
    ) -> Result<(), PortalFault> {
        let until = Instant::now() + DEVICE_PATIENCE;
        let mut state = self.lock();
        loop {
            if let Some(why) = &state.over {
                return Err(PortalFault::Failed(why.clone()));
            }
            let is_there = state.devices.has(capability);
            if let Some(connection) = state.connection.clone().filter(|_| is_there) {
                act(&mut state, connection.serial())?;
                return flush(&connection);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(PortalFault::Refused("the desktop lets nothing be pressed now"));
            }
            let waited = self.shared.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, EiState> {
        self.shared.lock()
    }
}

impl EiShared {
    fn lock(&self) -> MutexGuard<'_, EiState> {
        // Nothing panics while it is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for EiShared {
    fn drop(&mut self) {
        // The reader ends with it.
        let _ = self.socket.shutdown(Shutdown::Both);
    }
}

impl std::fmt::Debug for EiShared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EiShared")
    }
}

fn flush(connection: &Connection) -> Result<(), PortalFault> {
    connection.flush().map_err(|error| PortalFault::Failed(error.to_string()))
}
