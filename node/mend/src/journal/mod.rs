//! What was done to this machine, kept in a file so that it can be taken back: tomorrow, by another session,
//! by the user alone.
//!
//! An entry is on the disk *before* its deed begins. One deed is under way at a time, in all programs of this
//! installation together: a lock that the system lets go when its holder dies says whether that one still
//! runs. So an entry that has begun and that nobody works on was interrupted.
//!
//! It keeps nothing in memory: each call reads the file, so that two programs see the same.

mod file;
#[cfg(test)]
mod tests;

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::file::{JournalFile, lock_doing, lock_list, nobody_works};
use crate::{Deed, DeedFault, Machine};

/// Entries that are kept: more than a machine is helped with in years. Those that nobody can undo any more
/// make room first.
pub const MAX_ENTRIES: usize = 500;

/// The longest name of whoever asked for a deed, in characters: a line on a page.
pub const MAX_WHO_CHARS: usize = 64;

/// The longest of what a deed keeps, in bytes as it is written: two small files. All entries together are
/// then what is read of the file.
const MAX_BEFORE_BYTES: usize = 200 << 10;

/// The journal of an installation. Clones are one.
#[derive(Debug, Clone)]
pub struct DeedJournal {
    folder: PathBuf,
}

/// An entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeedEntry {
    /// No other entry of this installation ever has it.
    pub number: u32,
    /// Whose it is: [`Deed::FEATURE`].
    pub feature: String,
    /// Who asked for it, as they call themselves. Not escaped.
    pub who: String,
    /// When it was begun, in seconds since 1970.
    pub begun_secs: u64,
    /// When it was last worked on.
    pub ended_secs: u64,
    /// What became of it.
    pub state: DeedState,
    /// Whether it can be taken back at all.
    pub undoable: bool,
    /// Why it, or the last try to take it back, failed.
    pub fault: Option<DeedFault>,
    deed: Value,
    before: Value,
    after: Option<Value>,
    /// Whether it was under way when its program died.
    #[serde(skip)]
    interrupted: bool,
}

/// What became of a deed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeedState {
    /// It was begun, and no end is written down.
    Begun,
    /// It was done.
    Done,
    /// It wasn't done.
    Failed,
    /// Its undoing was begun, and no end of that is written down.
    Undoing,
    /// It was taken back.
    Undone,
}

/// A deed that is being done. Where it is dropped without [`DeedJournal::finish`], it was interrupted.
#[derive(Debug)]
pub struct DeedUnderWay {
    number: u32,
    _doing: File,
}

/// Why the journal doesn't do what was wanted.
#[derive(Debug)]
pub enum JournalFault {
    /// The file can't be read or written.
    File(std::io::Error),
    /// The file is no journal. It is left as it is, and nothing is done that could not be written down.
    Damaged,
    /// There are [`MAX_ENTRIES`] that could all still be undone.
    Full,
    /// Another deed is under way.
    Busy,
    /// There is no such entry, or it is another feature's.
    NoEntry,
    /// The entry can't be undone, or not any more.
    NotUndoable,
    /// The deed itself failed.
    Deed(DeedFault),
}

impl DeedUnderWay {
    /// The entry's number.
    pub fn number(&self) -> u32 {
        self.number
    }
}

impl DeedEntry {
    /// The deed, where it is one of these.
    pub fn deed<D: Deed>(&self) -> Option<D> {
        self.is_of::<D>().then(|| serde_json::from_value(self.deed.clone()).ok())?
    }

    /// How it was before.
    pub fn before<D: Deed>(&self) -> Option<D::Before> {
        self.is_of::<D>().then(|| serde_json::from_value(self.before.clone()).ok())?
    }

    /// How it was after.
    pub fn after<D: Deed>(&self) -> Option<D::After> {
        self.is_of::<D>().then(|| serde_json::from_value(self.after.clone()?).ok())?
    }

    /// Whether it, or its undoing, was under way when its program died.
    pub fn is_interrupted(&self) -> bool {
        self.interrupted
    }

    /// Whether it can be taken back now.
    pub fn can_undo(&self) -> bool {
        self.undoable
            && match self.state {
                DeedState::Done => true,
                DeedState::Begun | DeedState::Undoing => self.interrupted,
                // What failed half way is taken back as far as it went.
                DeedState::Failed => self.fault.as_ref().is_some_and(DeedFault::may_be_half_way),
                DeedState::Undone => false,
            }
    }

    fn is_of<D: Deed>(&self) -> bool {
        self.feature == D::FEATURE
    }
}

impl DeedJournal {
    /// The journal in the program's folder. It reads nothing yet.
    pub fn open(data_dir: &Path) -> Self {
        Self { folder: data_dir.to_owned() }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// All entries, the oldest first.
    ///
    /// # Errors
    /// Where the file can't be read, or is none of ours.
    pub fn entries(&self) -> Result<Vec<DeedEntry>, JournalFault> {
        let mut entries = JournalFile::read(&self.folder)?.entries;
        let open = |entry: &DeedEntry| matches!(entry.state, DeedState::Begun | DeedState::Undoing);
        if entries.iter().any(open) && nobody_works(&self.folder)? {
            // One that has ended between the two looks would seem interrupted.
            entries = JournalFile::read(&self.folder)?.entries;
            for entry in entries.iter_mut().filter(|entry| open(entry)) {
                entry.interrupted = true;
            }
        }
        Ok(entries)
    }

    /// One entry.
    ///
    /// # Errors
    /// As [`Self::entries`], and where there is no such entry.
    pub fn entry(&self, number: u32) -> Result<DeedEntry, JournalFault> {
        let found = self.entries()?.into_iter().find(|entry| entry.number == number);
        found.ok_or(JournalFault::NoEntry)
    }

    /// Writes down that a deed begins. It is on the disk when this returns.
    ///
    /// # Errors
    /// Where it can't be written down, and so must not be done.
    pub fn begin<D: Deed>(
        &self,
        deed: &D,
        before: &D::Before,
        who: &str,
        now_secs: u64,
    ) -> Result<DeedUnderWay, JournalFault> {
        let doing = lock_doing(&self.folder)?;
        let _list = lock_list(&self.folder)?;
        let mut file = JournalFile::read(&self.folder)?;
        let number = file.next;
        let before_value = value(before)?;
        if before_value.to_string().len() > MAX_BEFORE_BYTES {
            return Err(JournalFault::Deed(DeedFault::TooLarge));
        }
        file.push(DeedEntry {
            number,
            feature: D::FEATURE.to_owned(),
            who: who.chars().take(MAX_WHO_CHARS).collect(),
            begun_secs: now_secs,
            ended_secs: now_secs,
            state: DeedState::Begun,
            undoable: deed.can_undo(before),
            fault: None,
            deed: value(deed)?,
            before: before_value,
            after: None,
            interrupted: false,
        })?;
        file.write(&self.folder)?;
        Ok(DeedUnderWay { number, _doing: doing })
    }

    /// Writes down how a deed ended; the entry.
    ///
    /// # Errors
    /// Where that can't be written: the entry stays begun, and counts as interrupted.
    pub fn finish<D: Deed>(
        &self,
        under_way: DeedUnderWay,
        outcome: Result<D::After, DeedFault>,
        now_secs: u64,
    ) -> Result<DeedEntry, JournalFault> {
        let (state, after, fault) = match outcome {
            Ok(after) => (DeedState::Done, Some(value(&after)?), None),
            Err(fault) => (DeedState::Failed, None, Some(fault)),
        };
        self.change(under_way.number, |entry| {
            entry.state = state;
            entry.after = after;
            entry.fault = fault;
            entry.ended_secs = now_secs;
        })
    }

    /// Does a deed to which the user has said yes as it is in `before`, and writes it down before and after.
    ///
    /// # Errors
    /// Where it can't be written down; a deed that fails is an entry that says so.
    pub fn carry_out<D: Deed>(
        &self,
        deed: &D,
        before: &D::Before,
        machine: &Machine,
        who: &str,
        now_secs: u64,
    ) -> Result<DeedEntry, JournalFault> {
        let under_way = self.begin(deed, before, who, now_secs)?;
        let outcome = deed.run(before, machine);
        self.finish::<D>(under_way, outcome, now_secs)
    }

    /// Takes a deed back; the entry.
    ///
    /// # Errors
    /// Where it can't be taken back, or the undoing fails: the entry is then as before, and has the reason.
    pub fn undo<D: Deed>(
        &self,
        number: u32,
        machine: &Machine,
        now_secs: u64,
    ) -> Result<DeedEntry, JournalFault> {
        // Nobody else works from here on: what is open was interrupted.
        let _doing = lock_doing(&self.folder)?;
        let mut entry = self.read_one(number)?.filter(DeedEntry::is_of::<D>).ok_or(JournalFault::NoEntry)?;
        entry.interrupted = true;
        if !entry.can_undo() {
            return Err(JournalFault::NotUndoable);
        }
        let (deed, before) = entry.deed::<D>().zip(entry.before::<D>()).ok_or(JournalFault::Damaged)?;
        let was = entry.state;
        self.change(number, |entry| entry.state = DeedState::Undoing)?;
        let undone = deed.undo(&before, machine);
        let entry = self.change(number, |entry| {
            entry.state = if undone.is_ok() { DeedState::Undone } else { was };
            entry.fault = undone.as_ref().err().cloned();
            entry.ended_secs = now_secs;
        })?;
        undone.map(|()| entry).map_err(JournalFault::Deed)
    }

    fn read_one(&self, number: u32) -> Result<Option<DeedEntry>, JournalFault> {
        Ok(JournalFile::read(&self.folder)?.entries.into_iter().find(|entry| entry.number == number))
    }

    fn change(&self, number: u32, change: impl FnOnce(&mut DeedEntry)) -> Result<DeedEntry, JournalFault> {
        let _list = lock_list(&self.folder)?;
        let mut file = JournalFile::read(&self.folder)?;
        let entry =
            file.entries.iter_mut().find(|entry| entry.number == number).ok_or(JournalFault::NoEntry)?;
        change(entry);
        let entry = entry.clone();
        file.write(&self.folder)?;
        Ok(entry)
    }
}

fn value(thing: &impl Serialize) -> Result<Value, JournalFault> {
    serde_json::to_value(thing).map_err(|error| JournalFault::File(error.into()))
}

impl From<std::io::Error> for JournalFault {
    fn from(error: std::io::Error) -> Self {
        Self::File(error)
    }
}

impl fmt::Display for JournalFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => write!(f, "the journal can't be read or written: {error}"),
            Self::Damaged => f.write_str("the journal is damaged"),
            Self::Full => f.write_str("the journal is full"),
            Self::Busy => f.write_str("another deed is under way"),
            Self::NoEntry => f.write_str("there is no such entry"),
            Self::NotUndoable => f.write_str("the entry can't be undone"),
            Self::Deed(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for JournalFault {}
