//! What a search found: a kind, reasons out of a fixed list, and what it is, so that each side says it in its
//! own reader's language.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{SweepCategory, SweepReason, SweepStanding, SweepThing};
use crate::escape;

/// The longest name of something that was found, in characters, and of its package: names of files are
/// shorter.
pub const MAX_SWEEP_NAME_CHARS: usize = 160;

/// The longest path, and the longest line that is shown of it, in characters: a path that people still read.
pub const MAX_SWEEP_LINE_CHARS: usize = 400;

/// Reasons of one finding: no more than these go together.
pub const MAX_SWEEP_REASONS: usize = 8;

/// Something that a search found. Texts are empty where there is nothing to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepFinding {
    /// Where it belongs.
    pub category: SweepCategory,
    /// What kind of thing it is.
    pub thing: SweepThing,
    /// What to think of it.
    pub standing: SweepStanding,
    /// Why it is named, at most [`MAX_SWEEP_REASONS`].
    pub reasons: Vec<SweepReason>,
    /// What it is called, at most [`MAX_SWEEP_NAME_CHARS`].
    pub name: String,
    /// Its file, or where it stands, at most [`MAX_SWEEP_LINE_CHARS`].
    pub path: String,
    /// What it does: a command, an address, a signature, likewise.
    pub line: String,
    /// The process that it is.
    pub pid: Option<u32>,
    /// The package that it belongs to, at most [`MAX_SWEEP_NAME_CHARS`].
    pub package: String,
    /// The SHA-256 of its file.
    pub sha256: Option<[u8; 32]>,
    /// For how many days its file has not changed.
    pub age_days: Option<u32>,
    /// The size of its file.
    pub size_bytes: Option<u64>,
}

impl SweepFinding {
    /// A finding without more to say.
    pub fn new(category: SweepCategory, thing: SweepThing, standing: SweepStanding) -> Self {
        Self {
            category,
            thing,
            standing,
            reasons: Vec::new(),
            name: String::new(),
            path: String::new(),
            line: String::new(),
            pid: None,
            package: String::new(),
            sha256: None,
            age_days: None,
            size_bytes: None,
        }
    }

    /// The same within its bounds, with what could deceive its reader escaped. Of a path that is too long the
    /// end is kept, of everything else the beginning.
    #[must_use]
    pub fn fitted(mut self) -> Self {
        self.reasons.truncate(MAX_SWEEP_REASONS);
        for (text, most) in [
            (&mut self.name, MAX_SWEEP_NAME_CHARS),
            (&mut self.line, MAX_SWEEP_LINE_CHARS),
            (&mut self.package, MAX_SWEEP_NAME_CHARS),
        ] {
            *text = escape(text).chars().take(most).collect();
        }
        let path = escape(&self.path);
        let surplus = path.chars().count().saturating_sub(MAX_SWEEP_LINE_CHARS);
        self.path = path.chars().skip(surplus).collect();
        self
    }

    /// What names it in a later search of the same computer: the same thing at the same place that does the
    /// same has the same key, on both sides.
    pub fn key(&self) -> String {
        let mut hash = Sha256::new();
        for part in [self.thing.word(), &self.name, &self.path, &self.line] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let mut key = format!("{}-", self.thing.word());
        for byte in &hash.finalize()[..8] {
            let _ = write!(key, "{byte:02x}");
        }
        key
    }

    /// Its SHA-256 as people write it; empty where there is none.
    pub fn sha256_text(&self) -> String {
        self.sha256.iter().flatten().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// A finding as it travels: within its bounds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "SweepFinding", into = "SweepFinding")]
pub(crate) struct SweepFindingWire(SweepFinding);

impl SweepFindingWire {
    /// The finding with what could deceive its reader escaped.
    pub(super) fn into_fitted(self) -> SweepFinding {
        self.0.fitted()
    }
}

impl From<SweepFindingWire> for SweepFinding {
    fn from(SweepFindingWire(finding): SweepFindingWire) -> Self {
        finding
    }
}

impl TryFrom<SweepFinding> for SweepFindingWire {
    type Error = &'static str;

    fn try_from(finding: SweepFinding) -> Result<Self, Self::Error> {
        let fits = |text: &str, most| text.chars().count() <= most;
        let all_fit = finding.reasons.len() <= MAX_SWEEP_REASONS
            && [&finding.name, &finding.package].iter().all(|text| fits(text, MAX_SWEEP_NAME_CHARS))
            && [&finding.path, &finding.line].iter().all(|text| fits(text, MAX_SWEEP_LINE_CHARS));
        if all_fit { Ok(Self(finding)) } else { Err("a finding over its bounds") }
    }
}
