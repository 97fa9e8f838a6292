//! Stops the server from repeating the keys that we hold down.
//!
//! The technician's own keyboard repeats, and sends it. Were the server to repeat as well, a connection that
//! stalls while Backspace is down would delete on by itself. Only XTEST's keyboard is set so; the user's own
//! keys repeat.

use x11rb::protocol::xkb::{BoolCtrl, ConnectionExt as _, Control, DeviceSpec};
use x11rb::protocol::xproto::ModMask;

use crate::x11::devices::PressingKeyboards;
use crate::x11::{X11Display, X11Failure};

/// XTEST's keyboard, where its keys repeated before.
pub(super) struct KeyRepeat {
    keyboard: Option<DeviceSpec>,
}

impl KeyRepeat {
    pub(super) fn stop(display: &X11Display) -> Result<Self, X11Failure> {
        let keyboard = PressingKeyboards::find(display)?.xtest;
        let Some(keyboard) = keyboard else { return Ok(Self { keyboard: None }) };
        let controls = display.conn.xkb_get_controls(keyboard)?.reply()?;
        let repeats = controls.enabled_controls.contains(BoolCtrl::REPEAT_KEYS);
        let repeat = Self { keyboard: repeats.then_some(keyboard) };
        repeat.set(display, false)?;
        Ok(repeat)
    }

    pub(super) fn resume(&self, display: &X11Display) -> Result<(), X11Failure> {
        self.set(display, true)
    }

    fn set(&self, display: &X11Display, on: bool) -> Result<(), X11Failure> {
        let Some(keyboard) = self.keyboard else { return Ok(()) };
        let none = ModMask::from(0u16);
        let enabled = if on { BoolCtrl::REPEAT_KEYS } else { BoolCtrl::from(0u32) };
        display
            .conn
            .xkb_set_controls(
                keyboard,
                none,
                none,
                none,
                none,
                0u16.into(),
                0u16.into(),
                0u16.into(),
                0u16.into(),
                0,
                0,
                0u16.into(),
                BoolCtrl::REPEAT_KEYS,
                enabled,
                Control::from(0u32),
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0u32.into(),
                0u32.into(),
                0u16.into(),
                0u16.into(),
                &[0; 32],
            )?
            .check()?;
        Ok(())
    }
}
