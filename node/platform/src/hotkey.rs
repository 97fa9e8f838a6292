//! The key combination with which the user stops everything, whatever window is in front.
//!
//! What it does: reports that it was pressed. What it does not do: stop anything, that is its owner's part.

pub use crate::x11::PanicHotkey;

use beistand_session::PhysicalKey;
use thiserror::Error;

/// Modifiers and a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Combination {
    /// Whether Ctrl is part of it.
    pub control: bool,
    /// Whether Alt is part of it.
    pub alt: bool,
    /// Whether Shift is part of it.
    pub shift: bool,
    /// The key, Linux code.
    key: u8,
}

impl Combination {
    /// Ctrl+Alt+End. Not a function key: X.Org switches consoles on Ctrl+Alt+F1 to F12 before any program sees it.
    pub const PANIC: Self = Self { control: true, alt: true, shift: false, key: 107 };

    /// A combination, or `None` where neither Ctrl nor Alt is part of it: it would take a plain key away.
    pub fn new(control: bool, alt: bool, shift: bool, key: PhysicalKey) -> Option<Self> {
        (control || alt).then_some(Self { control, alt, shift, key: key.code() })
    }

    /// Whether pressing `key` while X11's modifiers `mods` are in force is this combination.
    pub(crate) fn fires(self, key: PhysicalKey, mods: u16) -> bool {
        key.code() == self.key && mods & RELEVANT == self.mods()
    }

    /// X11's modifier bits.
    fn mods(self) -> u16 {
        [(self.shift, SHIFT), (self.control, CONTROL), (self.alt, MOD1)]
            .into_iter()
            .filter(|(part, _)| *part)
            .fold(0, |mods, (_, bit)| mods | bit)
    }
}

impl std::fmt::Display for Combination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (part, name) in [(self.control, "Ctrl+"), (self.alt, "Alt+"), (self.shift, "Shift+")] {
            if part {
                f.write_str(name)?;
            }
        }
        let key = PhysicalKey::from_code(self.key.into());
        f.write_str(key.map_or("?", PhysicalKey::name))
    }
}

const SHIFT: u16 = 1;
const CONTROL: u16 = 1 << 2;
const MOD1: u16 = 1 << 3;

/// The modifiers that a combination can name; Caps Lock, Num Lock and the like do not matter.
const RELEVANT: u16 = SHIFT | CONTROL | MOD1;

/// Why the hotkey does not work here.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HotkeyError {
    /// There is no display, or it has no way to do it; says why and what to do.
    #[error("the hotkey can't be set up: {0}")]
    Unavailable(String),
    /// Another program has taken this combination.
    #[error("another program uses {0} already; choose another combination")]
    Taken(Combination),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_do_not_matter_but_further_modifiers_do() {
        let end = PhysicalKey::from_name("End").expect("in the table");
        assert!(Combination::PANIC.fires(end, CONTROL | MOD1));
        assert!(Combination::PANIC.fires(end, CONTROL | MOD1 | 2 | 16));
        assert!(!Combination::PANIC.fires(end, CONTROL));
        assert!(!Combination::PANIC.fires(end, CONTROL | MOD1 | SHIFT));
        assert_eq!(Combination::PANIC.to_string(), "Ctrl+Alt+End");
        assert_eq!(Combination::new(false, false, true, end), None);
    }
}
