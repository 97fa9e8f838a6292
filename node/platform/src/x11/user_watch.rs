//! The hotkey as a passive grab on the root window of an X11 display.
//!
//! A thread waits for it and calls back at once. It ends when the value is dropped.

use std::thread::JoinHandle;

use beistand_session::PhysicalKey;
use x11rb::connection::Connection;
use x11rb::errors::ReplyError;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{ConnectionExt as _, GrabMode, ModMask};

use super::display::WakeSignal;
use crate::x11::{X11Display, X11Failure};
use crate::{DesktopFault, DesktopPart, HeldHotkey, KeyCombination};

/// X11 counts keys from 8: its keycode is Linux's code plus 8.
const KEYCODE_OFFSET: u8 = 8;

const SHIFT: u16 = 1;
const CONTROL: u16 = 1 << 2;
const MOD1: u16 = 1 << 3;

/// The modifiers that a combination can name; Caps Lock, Num Lock and the like do not matter.
const RELEVANT: u16 = SHIFT | CONTROL | MOD1;

/// A grab is for exact modifiers: one for each state of Caps Lock and Num Lock.
const LOCKS: [u16; 4] = [0, 1 << 1, 1 << 4, (1 << 1) | (1 << 4)];

/// The grabbed hotkey; dropping it gives the combination back.
#[derive(Debug)]
pub struct X11PanicHotkey {
    stop: WakeSignal,
    thread: Option<JoinHandle<()>>,
}

impl X11PanicHotkey {
    /// Grabs `combination` on the display of this name (`:0`) and calls `pressed` from a thread of its own
    /// each time it is pressed.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`], or [`DesktopFault::HotkeyTaken`] where another program has it.
    pub fn grab(
        display: &str,
        combination: KeyCombination,
        mut pressed: impl FnMut() + Send + 'static,
    ) -> Result<Self, DesktopFault> {
        let unavailable = |failure: X11Failure| failure.fault(DesktopPart::Hotkey);
        let display = X11Display::open(display).map_err(unavailable)?;
        if !grab(&display, combination).map_err(unavailable)? {
            return Err(DesktopFault::HotkeyTaken(combination));
        }
        let stop = WakeSignal::new().map_err(unavailable)?;
        let stopped = stop.clone();
        let thread = std::thread::Builder::new()
            .name("panic-hotkey".to_owned())
            .spawn(move || {
                if let Err(failure) = watch(&display, &stopped, &mut pressed) {
                    tracing::warn!(%failure, "the panic hotkey no longer works");
                }
            })
            .map_err(|error| unavailable(X11Failure::system(error.to_string())))?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl HeldHotkey for X11PanicHotkey {}

impl Drop for X11PanicHotkey {
    fn drop(&mut self) {
        self.stop.raise();
        if let Some(thread) = self.thread.take() {
            // Fails only where the thread has panicked, and then nothing is held any more.
            let _ = thread.join();
        }
    }
}

/// Whether pressing `key` while the modifiers `mods` are in force is this combination.
pub(super) fn fires(combination: KeyCombination, key: PhysicalKey, in_force: u16) -> bool {
    key.code() == combination.key_code() && in_force & RELEVANT == mods(combination)
}

/// The combination's modifiers.
fn mods(combination: KeyCombination) -> u16 {
    [(combination.shift, SHIFT), (combination.control, CONTROL), (combination.alt, MOD1)]
        .into_iter()
        .filter(|(part, _)| *part)
        .fold(0, |mods, (_, bit)| mods | bit)
}

/// Whether the combination was free.
fn grab(display: &X11Display, combination: KeyCombination) -> Result<bool, X11Failure> {
    for locks in LOCKS {
        let modifiers = ModMask::from(mods(combination) | locks);
        let keycode = combination.key_code() + KEYCODE_OFFSET;
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

fn watch(display: &X11Display, stop: &WakeSignal, pressed: &mut impl FnMut()) -> Result<(), X11Failure> {
    while !stop.take() {
        while let Some(event) = display.conn.poll_for_event()? {
            if matches!(event, Event::KeyPress(_)) {
                pressed();
            }
        }
        display.wait_or(stop, None)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_do_not_matter_but_further_modifiers_do() {
        let fires = |mods| {
            let end = PhysicalKey::from_name("End").expect("in the table");
            fires(KeyCombination::PANIC, end, mods)
        };
        assert!(fires(CONTROL | MOD1));
        assert!(fires(CONTROL | MOD1 | 2 | 16));
        assert!(!fires(CONTROL));
        assert!(!fires(CONTROL | MOD1 | SHIFT));
    }
}
