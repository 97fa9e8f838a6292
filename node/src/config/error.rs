//! Why there are no settings, in words for a person.

use std::path::PathBuf;

use super::value::ValueFault;
use crate::words::{Phrase, args};

/// The longest key that is named, in bytes: the longest setting has thirty.
const MAX_KEY_BYTES: usize = 64;

/// Why there are no settings. All of them are for the person who wrote the file; the file is left as it is.
#[derive(Debug)]
pub enum ConfigError {
    /// The named file isn't there.
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file can't be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is longer than [`MAX_FILE_BYTES`](super::MAX_FILE_BYTES).
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// What is in the file is wrong.
    Invalid {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: Option<usize>,
        /// What is wrong with it.
        fault: Phrase,
    },
    /// An address from the command line is wrong.
    Address {
        /// What is wrong with it.
        fault: Phrase,
    },
    /// The file with the network's key is of no use.
    NetworkKey {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        fault: Phrase,
    },
    /// Something on the command line is wrong.
    Argument {
        /// What is wrong with it.
        fault: Phrase,
    },
    /// The operating system names no folder for this person.
    NoHome,
}

impl From<&ConfigError> for Phrase {
    fn from(error: &ConfigError) -> Self {
        match error {
            ConfigError::Missing { path } => {
                Self::with("config-missing", args![path = path.display().to_string()])
            }
            ConfigError::Unreadable { path, source } => Self::with(
                "config-unreadable",
                args![path = path.display().to_string(), reason = Self::from(source)],
            ),
            ConfigError::TooLarge { path } => {
                Self::with("config-too-large", args![path = path.display().to_string()])
            }
            ConfigError::Invalid { path, line: Some(line), fault } => Self::with(
                "config-line",
                args![path = path.display().to_string(), line = *line, fault = fault.clone()],
            ),
            ConfigError::Invalid { path, line: None, fault } => {
                Self::with("config-file", args![path = path.display().to_string(), fault = fault.clone()])
            }
            ConfigError::Address { fault } => {
                Self::with("config-address-argument", args![fault = fault.clone()])
            }
            ConfigError::NetworkKey { path, fault } => Self::with(
                "config-network-key",
                args![path = path.display().to_string(), fault = fault.clone()],
            ),
            ConfigError::Argument { fault } => fault.clone(),
            ConfigError::NoHome => Self::new("config-no-home"),
        }
    }
}

/// What the parser said of `key`, where it is known, in words of ours: its own are in the log.
pub(super) fn parser_fault(message: &str, key: Option<&str>) -> Phrase {
    let message = message.trim();
    tracing::info!(said = message, "what the parser of settings says");
    if let Some(rest) = message.strip_prefix("unknown field `") {
        let name = rest.split('`').next().unwrap_or_default().escape_debug().to_string();
        return Phrase::with("config-unknown", args![name = name]);
    }
    let fault = if let Some(fault) = ValueFault::of_text(message) {
        fault.phrase()
    } else if message.starts_with("duplicate") {
        Phrase::new("config-twice")
    } else if message.starts_with("invalid type: ") {
        Phrase::new(kind_wanted(message))
    } else {
        Phrase::new("config-syntax")
    };
    match key {
        Some(key) => Phrase::with("config-setting", args![name = key.to_owned(), fault = fault]),
        None => fault,
    }
}

/// What kind of value is to be there: the key of a text.
fn kind_wanted(message: &str) -> &'static str {
    let wanted = message.rsplit_once("expected ").map_or("", |(_, wanted)| wanted);
    let kinds = [
        (&["string", "path"][..], "config-kind-text"),
        (&["i64", "u64", "integer"], "config-kind-number"),
        (&["boolean"], "config-kind-truth"),
        (&["sequence", "array"], "config-kind-list"),
        (&["struct", "map", "table"], "config-kind-table"),
    ];
    let named = |words: &[&str]| words.iter().any(|word| wanted.contains(word));
    kinds.into_iter().find(|(words, _)| named(words)).map_or("config-kind", |(_, key)| key)
}

/// The setting to which the byte at `at` belongs: what stands before the nearest `=` on its line, or above it
/// in a list that goes over several.
pub(super) fn key_at(text: &str, at: usize) -> Option<&str> {
    let mut end = text.get(at..)?.find('\n').map_or(text.len(), |length| at + length);
    loop {
        let start = text[..end].rfind('\n').map_or(0, |newline| newline + 1);
        let line = text[start..end].trim_start();
        if line.starts_with('[') && !line.contains('=') {
            return None;
        }
        if let Some((key, _)) = line.split_once('=') {
            let key = key.trim();
            let plain = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
            return (!key.is_empty() && key.len() <= MAX_KEY_BYTES && key.chars().all(plain)).then_some(key);
        }
        end = start.checked_sub(1)?;
    }
}
