//! What a technician's mouse and keyboard say, as it travels.

use serde::{Deserialize, Serialize};

use crate::PhysicalKey;

/// The longest text of one [`InputEvent::Text`] in bytes: a sentence; longer text is sent in parts, so that a
/// revoke takes effect between them.
pub const MAX_TEXT_BYTES: usize = 256;

/// One event of the technician's mouse or keyboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum InputEvent {
    /// The pointer is at this pixel of the picture.
    PointerMove {
        /// Pixels from the picture's left edge.
        x: u16,
        /// Pixels from the picture's top edge.
        y: u16,
    },
    /// A mouse button went down or up, where the pointer is.
    Button {
        /// Which one.
        button: PointerButton,
        /// Down, or up.
        pressed: bool,
    },
    /// The wheel turned, in notches of 120 parts; right and down are positive.
    Wheel {
        /// To the right.
        dx: i16,
        /// Down.
        dy: i16,
    },
    /// A physical key went down or up.
    Key {
        /// Where it is on the keyboard.
        key: PhysicalKey,
        /// Down (again and again while it is held), or up.
        pressed: bool,
        /// The text that it made at the technician's, where it made any. The host's keyboard layout may differ:
        /// where the key alone would make other text there, the text is typed instead.
        text: Option<KeyText>,
    },
    /// Text that no physical key stands for: an input method, a paste as typing.
    Text(KeyText),
}

/// Mouse buttons, by X11's and W3C's usual names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub enum PointerButton {
    /// The main one.
    Left,
    /// The wheel as a button.
    Middle,
    /// The one that opens menus.
    Right,
    /// The first at the side.
    Back,
    /// The second at the side.
    Forward,
}

impl PointerButton {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Left, Self::Middle, Self::Right, Self::Back, Self::Forward];
}

/// Text to be typed: 1 to [`MAX_TEXT_BYTES`] bytes, without control characters other than tab and line feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyText(String);

impl KeyText {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `text` in parts that can be sent, without what can't be typed.
    pub fn split(text: &str) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut part = String::new();
        for character in text.chars().filter(|character| Self::typable(*character)) {
            if part.len() + character.len_utf8() > MAX_TEXT_BYTES {
                parts.push(Self(std::mem::take(&mut part)));
            }
            part.push(character);
        }
        if !part.is_empty() {
            parts.push(Self(part));
        }
        parts
    }

    fn typable(character: char) -> bool {
        !character.is_control() || character == '\n' || character == '\t'
    }
}

impl TryFrom<String> for KeyText {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.is_empty() || text.len() > MAX_TEXT_BYTES {
            return Err("text of this length can't be typed at once");
        }
        if !text.chars().all(Self::typable) {
            return Err("text with control characters can't be typed");
        }
        Ok(Self(text))
    }
}

impl From<KeyText> for String {
    fn from(text: KeyText) -> Self {
        text.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_split_at_character_boundaries() {
        let parts = KeyText::split(&"ü".repeat(200));
        assert_eq!(parts.iter().map(|part| part.as_str().len()).collect::<Vec<_>>(), [256, 144]);
    }

    #[test]
    fn control_characters_are_no_text() {
        assert!(KeyText::try_from("\u{1b}[2J".to_owned()).is_err());
        assert_eq!(KeyText::split("a\u{0}b").first().map(KeyText::as_str), Some("ab"));
    }
}
