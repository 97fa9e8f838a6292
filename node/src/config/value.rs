//! The values of a configuration file, each within its range once it exists, so that an error knows its line.

use std::path::PathBuf;

use beistand_session::is_hidden;
use serde::Deserialize;

use super::{MAX_ADDRESS_CHARS, MAX_NAME_CHARS};
use crate::appearance::{MotionChoice, ThemeChoice, ZoomPercent};
use crate::words::{Language, Phrase, args};

/// Characters of a word that names a network, a backend or an encoder.
const MAX_WORD_CHARS: usize = 32;

/// What is wrong with a value. The parser passes it on as text alone, so it travels as the key of its phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueFault {
    NameLength,
    NameHidden,
    Word,
    AddressLength,
    AddressForm,
    Minutes,
    Folder,
    Count,
    Bound,
    Metrics,
    Tongue,
    Theme,
    Motion,
    Zoom,
}

impl ValueFault {
    const ALL: [Self; 14] = [
        Self::NameLength,
        Self::NameHidden,
        Self::Word,
        Self::AddressLength,
        Self::AddressForm,
        Self::Minutes,
        Self::Folder,
        Self::Count,
        Self::Bound,
        Self::Metrics,
        Self::Tongue,
        Self::Theme,
        Self::Motion,
        Self::Zoom,
    ];

    /// The fault that travelled as this text.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.phrase().key() == text)
    }

    pub(crate) fn phrase(self) -> Phrase {
        match self {
            Self::NameLength => Phrase::with("config-value-name-length", args![max = MAX_NAME_CHARS]),
            Self::NameHidden => Phrase::new("config-value-name-hidden"),
            Self::Word => Phrase::with("config-value-word", args![max = MAX_WORD_CHARS]),
            Self::AddressLength => {
                Phrase::with("config-value-address-length", args![max = MAX_ADDRESS_CHARS])
            }
            Self::AddressForm => Phrase::new("config-value-address"),
            Self::Minutes => Phrase::new("config-value-minutes"),
            Self::Folder => Phrase::new("config-value-folder"),
            Self::Count => Phrase::new("config-value-count"),
            Self::Bound => Phrase::new("config-value-bound"),
            Self::Metrics => Phrase::new("config-value-metrics"),
            Self::Tongue => Phrase::new("config-value-language"),
            Self::Theme => Phrase::new("config-value-theme"),
            Self::Motion => Phrase::new("config-value-motion"),
            Self::Zoom => Phrase::new("config-value-zoom"),
        }
    }
}

impl std::fmt::Display for ValueFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.phrase().key())
    }
}

/// What a person is called: a line that shows as it is written.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Name(pub(super) String);

impl TryFrom<String> for Name {
    type Error = ValueFault;

    fn try_from(text: String) -> Result<Self, ValueFault> {
        if text.trim().is_empty() || text.chars().count() > MAX_NAME_CHARS {
            return Err(ValueFault::NameLength);
        }
        match text.chars().find(|c| is_hidden(*c)) {
            Some(_) => Err(ValueFault::NameHidden),
            None => Ok(Self(text)),
        }
    }
}

/// What names a network, a backend or an encoder: small letters, digits and dashes.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Word(pub(crate) String);

impl TryFrom<String> for Word {
    type Error = ValueFault;

    fn try_from(text: String) -> Result<Self, ValueFault> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if (1..=MAX_WORD_CHARS).contains(&text.len()) && text.bytes().all(fits) {
            Ok(Self(text))
        } else {
            Err(ValueFault::Word)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct AddressText(pub(crate) String);

impl TryFrom<String> for AddressText {
    type Error = ValueFault;

    fn try_from(text: String) -> Result<Self, ValueFault> {
        if text.len() > MAX_ADDRESS_CHARS {
            return Err(ValueFault::AddressLength);
        }
        if !text.starts_with('/') {
            return Err(ValueFault::AddressForm);
        }
        Ok(Self(text))
    }
}

#[derive(Debug, Deserialize)]
#[serde(try_from = "i64")]
pub(super) struct Minutes(pub(super) u8);

impl TryFrom<i64> for Minutes {
    type Error = ValueFault;

    fn try_from(minutes: i64) -> Result<Self, ValueFault> {
        match u8::try_from(minutes) {
            Ok(minutes @ 1..=60) => Ok(Self(minutes)),
            _ => Err(ValueFault::Minutes),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(try_from = "PathBuf")]
pub(super) struct AbsolutePath(pub(super) PathBuf);

impl TryFrom<PathBuf> for AbsolutePath {
    type Error = ValueFault;

    fn try_from(path: PathBuf) -> Result<Self, ValueFault> {
        if path.is_absolute() { Ok(Self(path)) } else { Err(ValueFault::Folder) }
    }
}

/// A number from 1 to a million: of circuits, peers or connections.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "i64")]
pub(super) struct Count(pub(super) u32);

impl TryFrom<i64> for Count {
    type Error = ValueFault;

    fn try_from(count: i64) -> Result<Self, ValueFault> {
        match u32::try_from(count) {
            Ok(count @ 1..=1_000_000) => Ok(Self(count)),
            _ => Err(ValueFault::Count),
        }
    }
}

/// A bound from 1 to a million units, or 0 for none.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "i64")]
pub(super) struct Bound(pub(super) u32);

impl TryFrom<i64> for Bound {
    type Error = ValueFault;

    fn try_from(bound: i64) -> Result<Self, ValueFault> {
        match u32::try_from(bound) {
            Ok(bound @ 0..=1_000_000) => Ok(Self(bound)),
            _ => Err(ValueFault::Bound),
        }
    }
}

/// A language, by its tag.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Tongue(pub(super) Language);

impl TryFrom<String> for Tongue {
    type Error = ValueFault;

    fn try_from(tag: String) -> Result<Self, ValueFault> {
        Language::from_tag(&tag).map(Self).ok_or(ValueFault::Tongue)
    }
}

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct ThemeWord(pub(super) ThemeChoice);

impl TryFrom<String> for ThemeWord {
    type Error = ValueFault;

    fn try_from(word: String) -> Result<Self, ValueFault> {
        match word.as_str() {
            "auto" => Ok(Self(ThemeChoice::Auto)),
            "light" => Ok(Self(ThemeChoice::Light)),
            "dark" => Ok(Self(ThemeChoice::Dark)),
            _ => Err(ValueFault::Theme),
        }
    }
}

/// Whether the window moves.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct MotionWord(pub(super) MotionChoice);

impl TryFrom<String> for MotionWord {
    type Error = ValueFault;

    fn try_from(word: String) -> Result<Self, ValueFault> {
        match word.as_str() {
            "auto" => Ok(Self(MotionChoice::Auto)),
            "full" => Ok(Self(MotionChoice::Full)),
            "reduced" => Ok(Self(MotionChoice::Reduced)),
            _ => Err(ValueFault::Motion),
        }
    }
}

/// How large the window's contents are.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(try_from = "i64")]
pub(super) struct ZoomNumber(pub(super) ZoomPercent);

impl TryFrom<i64> for ZoomNumber {
    type Error = ValueFault;

    fn try_from(percent: i64) -> Result<Self, ValueFault> {
        ZoomPercent::try_from(percent).map(Self).map_err(|_| ValueFault::Zoom)
    }
}
