//! Why a preset is of no use, in words for the person who has it.

use crate::signed_text::SignatureFault;
use crate::words::{Phrase, args};

/// What is wrong with a preset. The organisation that made it has to mend all but the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PresetFault {
    /// It can't be read.
    Unreadable(Phrase),
    /// It is longer than a preset can be.
    TooLarge,
    /// It is no signed preset, or of another version.
    NotSigned,
    /// It was changed since it was signed.
    Changed,
    /// What it says is wrong.
    Line {
        /// The line of the file, from 1, where it is known.
        line: Option<usize>,
        /// What is wrong with it.
        fault: Phrase,
    },
}

impl PresetFault {
    /// The same in words.
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Unreadable(reason) => Phrase::with("preset-unreadable", args![reason = reason.clone()]),
            Self::TooLarge => Phrase::new("preset-too-large"),
            Self::NotSigned => Phrase::new("preset-not-signed"),
            Self::Changed => Phrase::new("preset-changed"),
            Self::Line { line: Some(line), fault } => {
                Phrase::with("preset-line", args![line = line.to_string(), fault = fault.clone()])
            }
            Self::Line { line: None, fault } => fault.clone(),
        }
    }
}

impl From<SignatureFault> for PresetFault {
    fn from(fault: SignatureFault) -> Self {
        match fault {
            SignatureFault::Title => Self::NotSigned,
            SignatureFault::Head | SignatureFault::Signature => Self::Changed,
        }
    }
}
