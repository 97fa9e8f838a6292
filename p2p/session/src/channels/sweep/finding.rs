//! What a search found: a kind, reasons out of a fixed list, and what it is, so that each side says it in its
//! own reader's language.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::super::bounded::{List, Text};
use super::{SweepCategory, SweepReason, SweepStanding, SweepThing};
use crate::escape;

/// The longest name of something that was found, in characters, and of its package: names of files are shorter.
pub const MAX_SWEEP_NAME_CHARS: usize = 160;

/// The longest path, and the longest line that is shown of it, in characters: a path that people still read.
pub const MAX_SWEEP_LINE_CHARS: usize = 400;

/// Reasons of one finding: no more than these go together.
pub const MAX_SWEEP_REASONS: usize = 8;

/// A character has at most 4 bytes in UTF-8.
type SweepName = Text<{ 4 * MAX_SWEEP_NAME_CHARS }>;
type SweepLine = Text<{ 4 * MAX_SWEEP_LINE_CHARS }>;

/// Something that a search found. Texts are empty where there is nothing to say.
#[derive(Debug, Clone, PartialEq, Eq)]
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

    /// The same within its bounds, with what could deceive its reader escaped. Of a path that is too long the end
    /// is kept, of everything else the beginning.
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

    /// What names it in a later search of the same computer: the same thing at the same place that does the same
    /// has the same key, on both sides.
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

/// A finding as it travels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SweepFindingWire {
    category: SweepCategory,
    thing: SweepThing,
    standing: SweepStanding,
    reasons: List<SweepReason, MAX_SWEEP_REASONS>,
    name: SweepName,
    path: SweepLine,
    line: SweepLine,
    pid: Option<u32>,
    package: SweepName,
    sha256: Option<[u8; 32]>,
    age_days: Option<u32>,
    size_bytes: Option<u64>,
}

impl SweepFindingWire {
    /// The finding, or `None` where something of it is too long.
    pub(super) fn of(finding: SweepFinding) -> Option<Self> {
        let SweepFinding { category, thing, standing, pid, sha256, age_days, size_bytes, .. } = finding;
        let name = |text: String| {
            SweepName::from_string(text).filter(|it| it.as_str().chars().count() <= MAX_SWEEP_NAME_CHARS)
        };
        let line = |text: String| {
            SweepLine::from_string(text).filter(|it| it.as_str().chars().count() <= MAX_SWEEP_LINE_CHARS)
        };
        Some(Self {
            category,
            thing,
            standing,
            reasons: List::new(finding.reasons)?,
            name: name(finding.name)?,
            path: line(finding.path)?,
            line: line(finding.line)?,
            pid,
            package: name(finding.package)?,
            sha256,
            age_days,
            size_bytes,
        })
    }

    /// The finding within its bounds, escaped.
    pub(super) fn into_fitted(self) -> SweepFinding {
        let Self { category, thing, standing, pid, sha256, age_days, size_bytes, .. } = self;
        let finding = SweepFinding {
            category,
            thing,
            standing,
            reasons: self.reasons.into_vec(),
            name: self.name.into_string(),
            path: self.path.into_string(),
            line: self.line.into_string(),
            pid,
            package: self.package.into_string(),
            sha256,
            age_days,
            size_bytes,
        };
        finding.fitted()
    }
}
