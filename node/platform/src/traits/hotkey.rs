//! The key combination with which the user stops everything, whatever window is in front, and a desktop that
//! listens for it.

use std::fmt;

use beistand_session::PhysicalKey;

/// Modifiers and a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyCombination {
    /// Whether Ctrl is part of it.
    pub control: bool,
    /// Whether Alt is part of it.
    pub alt: bool,
    /// Whether Shift is part of it.
    pub shift: bool,
    /// The key, Linux code.
    key: u8,
}

impl KeyCombination {
    /// Ctrl+Alt+End, whatever else is held. Not a function key: X.Org switches consoles on Ctrl+Alt+F1 to F12
    /// before any program sees it.
    pub const PANIC: Self = Self { control: true, alt: true, shift: false, key: 107 };

    /// A combination, or `None` where neither Ctrl nor Alt is part of it: it would take a plain key away.
    pub fn new(control: bool, alt: bool, shift: bool, key: PhysicalKey) -> Option<Self> {
        (control || alt).then_some(Self { control, alt, shift, key: key.code() })
    }

    /// The key's Linux code.
    pub(crate) fn key_code(self) -> u8 {
        self.key
    }
}

impl fmt::Display for KeyCombination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (part, name) in [(self.control, "Ctrl+"), (self.alt, "Alt+"), (self.shift, "Shift+")] {
            if part {
                f.write_str(name)?;
            }
        }
        let key = PhysicalKey::from_code(self.key.into());
        f.write_str(key.map_or("?", PhysicalKey::name))
    }
}

/// A desktop that listens for [`KeyCombination::PANIC`], or is asked to; it no longer does when this is
/// dropped.
pub trait PanicKeyWatch: Send {}

/// What hears of it, on a thread of its own. It must not wait.
pub type PanicKeyReceiver = Box<dyn FnMut(PanicKeySign) + Send>;

/// What a desktop that listens has to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PanicKeySign {
    /// From now on it hears that combination, and no other one instead.
    Heard,
    /// It no longer does.
    Unheard,
    /// It was pressed.
    Pressed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_combination_has_a_name_and_more_than_a_plain_key() {
        let end = PhysicalKey::from_name("End").expect("in the table");
        assert_eq!(KeyCombination::PANIC.to_string(), "Ctrl+Alt+End");
        assert_eq!(KeyCombination::new(true, true, false, end), Some(KeyCombination::PANIC));
        assert_eq!(KeyCombination::new(false, false, true, end), None);
    }
}
