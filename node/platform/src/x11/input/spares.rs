//! Keycodes without a meaning, bound for a while to characters that the host's layout lacks.
//!
//! Every program fetches the new mapping when it gets round to it, not when it changes. So a keycode is bound
//! to something else, or freed, only some time after it was last pressed; the one unused longest goes first.

use std::thread::sleep;
use std::time::{Duration, Instant};

use x11rb::protocol::xproto::ConnectionExt as _;
use xkeysym::{Keysym, key};

use super::layouts::KeyboardLayouts;
use crate::x11::{X11Display, X11Failure};

/// How long a program may take to look up a key that was pressed, before the keycode gets another meaning. A
/// busy xterm was seen to take more than 150 ms; a text must have more characters that the layout lacks than
/// there are spare keycodes before anybody waits.
const REBIND_AFTER: Duration = Duration::from_millis(500);

/// The same where all keycodes are freed: less, because a revoke must act within 50 ms.
const FREE_AFTER: Duration = Duration::from_millis(30);

struct SpareKey {
    keycode: u8,
    symbol: u32,
    pressed: Instant,
}

impl SpareKey {
    /// Free ones come first, then those not pressed for the longest time.
    fn age(&self) -> (bool, Instant) {
        (self.symbol != key::NoSymbol, self.pressed)
    }
}

/// The spare keycodes of one display. Free them before the program ends: they would stay bound.
pub(super) struct SpareKeys {
    spares: Vec<SpareKey>,
}

impl SpareKeys {
    pub(super) fn new(layouts: &KeyboardLayouts) -> Self {
        let now = Instant::now();
        let spare = |keycode| SpareKey { keycode, symbol: key::NoSymbol, pressed: now };
        Self { spares: layouts.spare().into_iter().map(spare).collect() }
    }

    /// How long to wait before a keycode may be bound.
    pub(super) fn wait(&self) -> Duration {
        let next =
            self.spares.iter().min_by_key(|spare| spare.age()).filter(|spare| spare.symbol != key::NoSymbol);
        next.map_or(Duration::ZERO, |spare| REBIND_AFTER.saturating_sub(spare.pressed.elapsed()))
    }

    /// Binds `symbol` to a keycode, after [`SpareKeys::wait`], or `None` where there is none. The layout must
    /// be loaded again afterwards.
    pub(super) fn bind(&mut self, display: &X11Display, symbol: u32) -> Result<Option<u8>, X11Failure> {
        let Some(spare) = self.spares.iter_mut().min_by_key(|spare| spare.age()) else { return Ok(None) };
        set(display, spare.keycode, symbol)?;
        spare.symbol = symbol;
        spare.pressed = Instant::now();
        Ok(Some(spare.keycode))
    }

    /// The keycodes that are bound to something.
    pub(super) fn bound(&self) -> Vec<u8> {
        let bound = self.spares.iter().filter(|spare| spare.symbol != key::NoSymbol);
        bound.map(|spare| spare.keycode).collect()
    }

    /// The keycode that `symbol` is bound to.
    pub(super) fn bound_to(&self, symbol: u32) -> Option<u8> {
        self.spares.iter().find(|spare| spare.symbol == symbol).map(|spare| spare.keycode)
    }

    /// Notes that `keycode` was pressed, if it is one of these.
    pub(super) fn pressed(&mut self, keycode: u8) {
        if let Some(spare) = self.spares.iter_mut().find(|spare| spare.keycode == keycode) {
            spare.pressed = Instant::now();
        }
    }

    /// Follows a new layout: what it took back is free again, what it uses is no longer spare.
    pub(super) fn follow(&mut self, layouts: &KeyboardLayouts) {
        self.spares.retain_mut(|spare| {
            let bound = layouts.pressing.first_symbol(spare.keycode);
            if spare.symbol != key::NoSymbol && bound == Some(spare.symbol) {
                return true;
            }
            spare.symbol = key::NoSymbol;
            layouts.is_spare(spare.keycode)
        });
    }

    /// Takes all bindings back.
    pub(super) fn free(&mut self, display: &X11Display) -> Result<(), X11Failure> {
        let bound = || self.spares.iter().filter(|spare| spare.symbol != key::NoSymbol);
        if let Some(last) = bound().map(|spare| spare.pressed).max() {
            sleep(FREE_AFTER.saturating_sub(last.elapsed()));
        }
        for spare in &mut self.spares {
            if spare.symbol != key::NoSymbol {
                set(display, spare.keycode, key::NoSymbol)?;
                spare.symbol = key::NoSymbol;
            }
        }
        Ok(())
    }
}

/// The symbol that stands for `character` alone. Of the old ones for signs some mean another character to
/// Xlib than to others, as 0xabc does, so that these go by their Unicode number.
pub(super) fn symbol_of(character: char) -> Option<u32> {
    const OLD_SIGNS: std::ops::RangeInclusive<u32> = 0x8a0..=0xaff;
    const UNICODE: u32 = 0x0100_0000;
    match Keysym::from_char(character) {
        Keysym::NoSymbol => None,
        old if OLD_SIGNS.contains(&old.raw()) => Some(UNICODE | u32::from(character)),
        symbol => Some(symbol.raw()),
    }
}

/// The same symbol with and without Shift: what is held does not matter then.
fn set(display: &X11Display, keycode: u8, symbol: u32) -> Result<(), X11Failure> {
    Ok(display.conn.change_keyboard_mapping(1, keycode, 2, &[symbol, symbol])?.check()?)
}
