//! The values of a configuration file, each within its range once it exists, so that an error knows its line.

use std::path::PathBuf;

use beistand_session::is_hidden;
use serde::Deserialize;

use super::{MAX_ADDRESS_CHARS, MAX_NAME_CHARS};

/// Characters of a word that names a network, a backend or an encoder.
const MAX_WORD_CHARS: usize = 32;

/// What a person is called: a line that shows as it is written.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Name(pub(super) String);

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.trim().is_empty() || text.chars().count() > MAX_NAME_CHARS {
            return Err(format!("a name has 1 to {MAX_NAME_CHARS} characters"));
        }
        match text.chars().find(|c| is_hidden(*c)) {
            Some(c) => Err(format!("a name can't have the character {}", c.escape_unicode())),
            None => Ok(Self(text)),
        }
    }
}

/// What names a network, a backend or an encoder: small letters, digits and dashes.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Word(pub(super) String);

impl TryFrom<String> for Word {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if (1..=MAX_WORD_CHARS).contains(&text.len()) && text.bytes().all(fits) {
            Ok(Self(text))
        } else {
            Err(format!("this takes 1 to {MAX_WORD_CHARS} small letters, digits and dashes"))
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct AddressText(pub(super) String);

impl TryFrom<String> for AddressText {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.len() > MAX_ADDRESS_CHARS {
            return Err(format!("an address has at most {MAX_ADDRESS_CHARS} characters"));
        }
        if !text.starts_with('/') {
            return Err("an address looks like /ip4/192.0.2.1/udp/4001/quic-v1".to_owned());
        }
        Ok(Self(text))
    }
}

#[derive(Debug, Deserialize)]
#[serde(try_from = "i64")]
pub(super) struct Minutes(pub(super) u8);

impl TryFrom<i64> for Minutes {
    type Error = &'static str;

    fn try_from(minutes: i64) -> Result<Self, &'static str> {
        match u8::try_from(minutes) {
            Ok(minutes @ 1..=60) => Ok(Self(minutes)),
            _ => Err("an invite lives 1 to 60 minutes"),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(try_from = "PathBuf")]
pub(super) struct AbsolutePath(pub(super) PathBuf);

impl TryFrom<PathBuf> for AbsolutePath {
    type Error = &'static str;

    fn try_from(path: PathBuf) -> Result<Self, &'static str> {
        if path.is_absolute() {
            Ok(Self(path))
        } else {
            Err("the folder must be named in full, from the root on")
        }
    }
}

/// A number from 1 to a million: of circuits, peers or connections.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "i64")]
pub(super) struct Count(pub(super) u32);

impl TryFrom<i64> for Count {
    type Error = &'static str;

    fn try_from(count: i64) -> Result<Self, &'static str> {
        match u32::try_from(count) {
            Ok(count @ 1..=1_000_000) => Ok(Self(count)),
            _ => Err("this takes a number from 1 to 1,000,000"),
        }
    }
}

/// A bound from 1 to a million units, or 0 for none.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "i64")]
pub(super) struct Bound(pub(super) u32);

impl TryFrom<i64> for Bound {
    type Error = &'static str;

    fn try_from(bound: i64) -> Result<Self, &'static str> {
        match u32::try_from(bound) {
            Ok(bound @ 0..=1_000_000) => Ok(Self(bound)),
            _ => Err("this takes a number from 1 to 1,000,000, or 0 for no limit"),
        }
    }
}
