//! Why there are no settings, in words for a person.

use std::path::PathBuf;

use super::value::ValueFault;
use crate::words::{Phrase, args};

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

/// What the parser said about the file. What it has no better words for is passed on, in English.
pub(super) fn parser_fault(message: &str) -> Phrase {
    let message = message.trim().replace('\n', ", ");
    if let Some(fault) = ValueFault::of_text(&message) {
        return fault.phrase();
    }
    if let Some(rest) = message.strip_prefix("unknown field `") {
        let name = rest.split('`').next().unwrap_or_default().escape_debug().to_string();
        return Phrase::with("config-unknown", args![name = name]);
    }
    if message.starts_with("invalid type: ") {
        return Phrase::with("config-kind", args![detail = message]);
    }
    Phrase::with("config-syntax", args![detail = message])
}
