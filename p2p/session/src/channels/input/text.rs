//! Text that a technician types, in pieces that a revoke can come between.

use serde::{Deserialize, Serialize};

/// The longest text of one [`InputEvent::Text`](super::InputEvent::Text) in bytes: a sentence; longer text is
/// sent in parts, so that a revoke takes effect between them.
pub const MAX_TEXT_BYTES: usize = 256;

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
