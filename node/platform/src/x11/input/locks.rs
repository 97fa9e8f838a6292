//! Caps Lock and Num Lock: whoever presses them by place changes the user's own, which get them back as they
//! were.

use x11rb::protocol::xkb::{ConnectionExt as _, ID};
use x11rb::protocol::xproto::ModMask;
use xkeysym::key;

use super::keymap::{KeyboardMap, ModifierState, mods};
use crate::x11::{X11Display, X11Failure};

/// Which locks we have changed an odd number of times.
#[derive(Debug, Default)]
pub(super) struct TurnedLocks {
    turned: u16,
}

impl TurnedLocks {
    /// A key goes down.
    pub(super) fn note(&mut self, map: &KeyboardMap, keycode: u8, state: ModifierState) {
        let symbol = map.symbol(keycode, state).map(|(symbol, _)| symbol);
        if matches!(symbol, Some(key::Caps_Lock | key::Num_Lock | key::Shift_Lock)) {
            self.turned ^= map.modifiers_of(keycode);
        }
    }

    /// Turns them back, once no key is down any more.
    pub(super) fn turn_back(&mut self, display: &X11Display) -> Result<(), X11Failure> {
        let turned = std::mem::take(&mut self.turned);
        if turned == 0 {
            return Ok(());
        }
        // From what they are by now: the user may have used them as well.
        let locked = ModifierState::now(display)?.locked;
        set_locks(display, turned, !locked & turned)
    }
}

/// Caps Lock on or off.
pub(super) fn set_caps_lock(display: &X11Display, on: bool) -> Result<(), X11Failure> {
    set_locks(display, mods::LOCK, if on { mods::LOCK } else { 0 })
}

/// Of the modifiers in `which` those in `locks` are locked, the others not.
fn set_locks(display: &X11Display, which: u16, locks: u16) -> Result<(), X11Failure> {
    let (keyboard, none) = (ID::USE_CORE_KBD.into(), ModMask::from(0u16));
    let (which, locks) = (ModMask::from(which), ModMask::from(locks));
    display.conn.xkb_latch_lock_state(keyboard, which, locks, false, 0u8.into(), none, false, 0)?;
    Ok(())
}
