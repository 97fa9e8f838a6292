//! Physical keys: where a key is on the keyboard, whatever is printed on it.
//!
//! The number is Linux's `input-event-codes.h` code, which X11 shows plus 8; the name is the W3C's
//! ([UI Events KeyboardEvent code values](https://www.w3.org/TR/uievents-code/)), with `Super` for `Meta` as
//! winit has it.

use serde::{Deserialize, Serialize};

/// A key that this protocol knows. One that exists is in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct PhysicalKey(u8);

impl PhysicalKey {
    /// The key with this Linux code.
    pub fn from_code(code: u32) -> Option<Self> {
        KEYS.binary_search_by_key(&code, |(_, code)| u32::from(*code)).ok().map(|index| Self(KEYS[index].1))
    }

    /// The key with this W3C name: `KeyA`, `ShiftLeft`.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = match name {
            "MetaLeft" => "SuperLeft",
            "MetaRight" => "SuperRight",
            name => name,
        };
        KEYS.iter().find(|(known, _)| *known == name).map(|(_, code)| Self(*code))
    }

    /// Its Linux code.
    pub const fn code(self) -> u8 {
        self.0
    }

    /// Its W3C name.
    pub fn name(self) -> &'static str {
        let index =
            KEYS.binary_search_by_key(&self.0, |(_, code)| *code).expect("a key that exists is in the table");
        KEYS[index].0
    }

    /// Whether it changes what other keys do while it is held.
    pub fn modifier(self) -> bool {
        matches!(self.0, 29 | 42 | 54 | 56 | 97 | 100 | 125 | 126)
    }
}

impl TryFrom<u8> for PhysicalKey {
    type Error = &'static str;

    fn try_from(code: u8) -> Result<Self, Self::Error> {
        Self::from_code(u32::from(code)).ok_or("no such key")
    }
}

impl From<PhysicalKey> for u8 {
    fn from(key: PhysicalKey) -> Self {
        key.0
    }
}

/// W3C name and Linux code, by code.
const KEYS: &[(&str, u8)] = &[
    ("Escape", 1),
    ("Digit1", 2),
    ("Digit2", 3),
    ("Digit3", 4),
    ("Digit4", 5),
    ("Digit5", 6),
    ("Digit6", 7),
    ("Digit7", 8),
    ("Digit8", 9),
    ("Digit9", 10),
    ("Digit0", 11),
    ("Minus", 12),
    ("Equal", 13),
    ("Backspace", 14),
    ("Tab", 15),
    ("KeyQ", 16),
    ("KeyW", 17),
    ("KeyE", 18),
    ("KeyR", 19),
    ("KeyT", 20),
    ("KeyY", 21),
    ("KeyU", 22),
    ("KeyI", 23),
    ("KeyO", 24),
    ("KeyP", 25),
    ("BracketLeft", 26),
    ("BracketRight", 27),
    ("Enter", 28),
    ("ControlLeft", 29),
    ("KeyA", 30),
    ("KeyS", 31),
    ("KeyD", 32),
    ("KeyF", 33),
    ("KeyG", 34),
    ("KeyH", 35),
    ("KeyJ", 36),
    ("KeyK", 37),
    ("KeyL", 38),
    ("Semicolon", 39),
    ("Quote", 40),
    ("Backquote", 41),
    ("ShiftLeft", 42),
    ("Backslash", 43),
    ("KeyZ", 44),
    ("KeyX", 45),
    ("KeyC", 46),
    ("KeyV", 47),
    ("KeyB", 48),
    ("KeyN", 49),
    ("KeyM", 50),
    ("Comma", 51),
    ("Period", 52),
    ("Slash", 53),
    ("ShiftRight", 54),
    ("NumpadMultiply", 55),
    ("AltLeft", 56),
    ("Space", 57),
    ("CapsLock", 58),
    ("F1", 59),
    ("F2", 60),
    ("F3", 61),
    ("F4", 62),
    ("F5", 63),
    ("F6", 64),
    ("F7", 65),
    ("F8", 66),
    ("F9", 67),
    ("F10", 68),
    ("NumLock", 69),
    ("ScrollLock", 70),
    ("Numpad7", 71),
    ("Numpad8", 72),
    ("Numpad9", 73),
    ("NumpadSubtract", 74),
    ("Numpad4", 75),
    ("Numpad5", 76),
    ("Numpad6", 77),
    ("NumpadAdd", 78),
    ("Numpad1", 79),
    ("Numpad2", 80),
    ("Numpad3", 81),
    ("Numpad0", 82),
    ("NumpadDecimal", 83),
    ("Lang5", 85),
    ("IntlBackslash", 86),
    ("F11", 87),
    ("F12", 88),
    ("IntlRo", 89),
    ("Lang3", 90),
    ("Lang4", 91),
    ("Convert", 92),
    ("KanaMode", 93),
    ("NonConvert", 94),
    ("NumpadEnter", 96),
    ("ControlRight", 97),
    ("NumpadDivide", 98),
    ("PrintScreen", 99),
    ("AltRight", 100),
    ("Home", 102),
    ("ArrowUp", 103),
    ("PageUp", 104),
    ("ArrowLeft", 105),
    ("ArrowRight", 106),
    ("End", 107),
    ("ArrowDown", 108),
    ("PageDown", 109),
    ("Insert", 110),
    ("Delete", 111),
    ("AudioVolumeMute", 113),
    ("AudioVolumeDown", 114),
    ("AudioVolumeUp", 115),
    ("NumpadEqual", 117),
    ("Pause", 119),
    ("NumpadComma", 121),
    ("Lang1", 122),
    ("Lang2", 123),
    ("IntlYen", 124),
    ("SuperLeft", 125),
    ("SuperRight", 126),
    ("ContextMenu", 127),
    ("MediaTrackNext", 163),
    ("MediaPlayPause", 164),
    ("MediaTrackPrevious", 165),
    ("MediaStop", 166),
    ("F13", 183),
    ("F14", 184),
    ("F15", 185),
    ("F16", 186),
    ("F17", 187),
    ("F18", 188),
    ("F19", 189),
    ("F20", 190),
    ("F21", 191),
    ("F22", 192),
    ("F23", 193),
    ("F24", 194),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_names_are_unique() {
        assert!(KEYS.windows(2).all(|pair| pair[0].1 < pair[1].1));
        for (name, code) in KEYS {
            let key = PhysicalKey::from_name(name).expect("in the table");
            assert_eq!((key.code(), key.name()), (*code, *name));
        }
    }

    #[test]
    fn unknown_keys_do_not_exist() {
        assert_eq!(PhysicalKey::from_code(0), None);
        assert_eq!(PhysicalKey::from_code(u32::MAX), None);
        assert_eq!(PhysicalKey::from_name("KeyÄ"), None);
    }
}
