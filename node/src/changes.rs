//! What was changed on this computer in sessions, for its user: the list, and taking one back. It needs no
//! session and nobody else.
//!
//! It looks into the journal each time: another program of the same user may change it meanwhile.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use beistand_mend::{DeedEntry, DeedFault, DeedJournal, DeedState, JournalFault, Machine};
use beistand_session::escape;

use crate::features::{JournalledDeed, TrialMark, journalled};
use crate::words::{Phrase, args};

/// The list of what was changed.
#[derive(Debug, Clone)]
pub struct ChangeBook {
    journal: DeedJournal,
    /// `None` where the user has no home.
    machine: Option<Machine>,
}

/// One thing that was changed.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeLine {
    /// Its number, which no other has.
    pub number: u32,
    /// Who asked for it, as they called themselves; escaped.
    pub who: String,
    /// When it was begun, in seconds since 1970.
    pub begun_secs: u64,
    /// What it is called.
    pub title: Phrase,
    /// How it was before.
    pub before: Option<Phrase>,
    /// How it was after.
    pub after: Option<Phrase>,
    /// What became of it.
    pub state: ChangeState,
    /// Why it, or the last try to take it back, failed.
    pub fault: Option<Phrase>,
    /// Whether it can be taken back now.
    pub can_undo: bool,
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeState {
    /// It is being made, or taken back.
    UnderWay,
    /// It was made.
    Done,
    /// It wasn't made.
    Failed,
    /// It was taken back.
    Undone,
    /// Its program ended in the middle: it is made in part, perhaps.
    Interrupted,
}

impl ChangeState {
    /// The word for it in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::UnderWay => "under-way",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Undone => "undone",
            Self::Interrupted => "interrupted",
        }
    }

    /// What to tell a person.
    pub fn phrase(self) -> Phrase {
        Phrase::new(match self {
            Self::UnderWay => "changes-under-way",
            Self::Done => "changes-done",
            Self::Failed => "changes-failed",
            Self::Undone => "changes-undone",
            Self::Interrupted => "changes-interrupted",
        })
    }
}

impl ChangeBook {
    /// The list in the program's folder.
    pub fn of(data_dir: &Path) -> Self {
        Self { journal: DeedJournal::open(data_dir), machine: Machine::here(data_dir).ok() }
    }

    /// All of it, the newest first.
    ///
    /// # Errors
    /// Why it can't be read, for the user.
    pub fn lines(&self) -> Result<Vec<ChangeLine>, Phrase> {
        let entries = self.journal.entries().map_err(|fault| journal_fault_phrase(&fault))?;
        Ok(entries.iter().rev().map(line).collect())
    }

    /// Takes a change back. It blocks as long as that takes.
    ///
    /// # Errors
    /// Why it can't be, for the user.
    pub fn undo(&self, number: u32) -> Result<ChangeLine, Phrase> {
        let of_journal = |fault: JournalFault| journal_fault_phrase(&fault);
        let entry = self.journal.entry(number).map_err(of_journal)?;
        let known = journalled(&entry).ok_or(JournalFault::NotUndoable).map_err(of_journal)?;
        self.take_back(&*known).map(|entry| line(&entry)).map_err(|fault| undo_fault_phrase(&*known, &fault))
    }

    /// Takes back what was on trial when its program died: it was to go back by itself unless its user keeps
    /// it. What another program has on trial is left alone. It blocks as long as that takes.
    pub fn end_trials(&self) -> Vec<TrialEnd> {
        let marks = TrialMark::left_in(self.journal.folder());
        marks.into_iter().filter_map(|mark| self.end_trial(&mark)).collect()
    }

    /// `None`: there is nothing to take back, or nothing is known of it now.
    fn end_trial(&self, mark: &TrialMark) -> Option<TrialEnd> {
        let known = match self.journal.entry(mark.change) {
            Ok(entry) if entry.can_undo() => journalled(&entry)?,
            // Somebody else works on a change, perhaps on this one, or the list can't be read: next time.
            Ok(DeedEntry { state: DeedState::Begun | DeedState::Undoing, .. }) => return None,
            Ok(_) | Err(JournalFault::NoEntry) => {
                mark.lift();
                return None;
            }
            Err(_) => return None,
        };
        let outcome = self.take_back(&*known);
        if let Ok(_) | Err(JournalFault::Deed(DeedFault::Changed)) = &outcome {
            mark.lift();
        }
        let fault = outcome.err().map(|fault| undo_fault_phrase(&*known, &fault));
        Some(TrialEnd { number: mark.change, title: known.title(), fault })
    }

    fn take_back(&self, known: &dyn JournalledDeed) -> Result<DeedEntry, JournalFault> {
        let machine = self.machine.as_ref().ok_or(JournalFault::Deed(DeedFault::Gone))?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        known.undo(&self.journal, machine, now)
    }
}

/// What became of a change that was on trial when its program died.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialEnd {
    /// Its number.
    pub number: u32,
    /// What it is called.
    pub title: Phrase,
    /// Why it wasn't taken back, where it wasn't.
    pub fault: Option<Phrase>,
}

impl TrialEnd {
    /// What the user is told.
    pub fn phrase(&self) -> Phrase {
        let title = self.title.clone();
        match &self.fault {
            None => Phrase::with("changes-trial-back", args![title = title]),
            Some(why) => Phrase::with("changes-trial-not-back", args![title = title, why = why.clone()]),
        }
    }
}

fn undo_fault_phrase(known: &dyn JournalledDeed, fault: &JournalFault) -> Phrase {
    match fault {
        JournalFault::Deed(fault) => known.fault(fault),
        other => journal_fault_phrase(other),
    }
}

fn line(entry: &DeedEntry) -> ChangeLine {
    let known = journalled(entry);
    let why = |fault: &DeedFault| known.as_ref().map_or(deed_fault_phrase(fault), |known| known.fault(fault));
    let fault = entry.fault.as_ref().map(why);
    let state = match entry.state {
        DeedState::Begun | DeedState::Undoing if entry.is_interrupted() => ChangeState::Interrupted,
        DeedState::Begun | DeedState::Undoing => ChangeState::UnderWay,
        DeedState::Done => ChangeState::Done,
        DeedState::Failed => ChangeState::Failed,
        DeedState::Undone => ChangeState::Undone,
    };
    ChangeLine {
        number: entry.number,
        who: escape(&entry.who),
        begun_secs: entry.begun_secs,
        title: known.as_ref().map_or(Phrase::new("changes-unknown"), |known| known.title()),
        before: known.as_ref().and_then(|known| known.before()),
        after: known.as_ref().and_then(|known| known.after()),
        state,
        fault,
        can_undo: entry.can_undo() && known.is_some(),
    }
}

/// Why a change, or its undoing, wasn't made.
pub(crate) fn deed_fault_phrase(fault: &DeedFault) -> Phrase {
    let detail = escape(fault.detail());
    match fault {
        DeedFault::NotHere(_) => Phrase::with("changes-not-here", args![name = detail]),
        DeedFault::NotPermitted => Phrase::new("changes-not-permitted"),
        DeedFault::Gone => Phrase::new("changes-gone"),
        DeedFault::Changed => Phrase::new("changes-changed"),
        DeedFault::Unfit => Phrase::new("changes-unfit"),
        DeedFault::TooLarge => Phrase::new("changes-too-large"),
        DeedFault::Already => Phrase::new("changes-already"),
        DeedFault::NoUndo => Phrase::new("changes-no-undo"),
        DeedFault::DiskFull => Phrase::new("changes-disk-full"),
        DeedFault::Stopped => Phrase::new("changes-stopped"),
        DeedFault::Late => Phrase::new("changes-late"),
        DeedFault::Refused(text) if text.is_empty() => Phrase::new("changes-refused"),
        DeedFault::Refused(_) => Phrase::with("changes-refused-with", args![text = detail]),
        DeedFault::System(_) => Phrase::with("changes-system", args![text = detail]),
    }
}

fn journal_fault_phrase(fault: &JournalFault) -> Phrase {
    match fault {
        JournalFault::File(error) => Phrase::with("changes-file", args![reason = Phrase::from(error)]),
        JournalFault::Damaged => Phrase::new("changes-damaged"),
        JournalFault::Full => Phrase::new("changes-full"),
        JournalFault::Busy => Phrase::new("changes-busy"),
        JournalFault::NoEntry => Phrase::new("changes-no-entry"),
        JournalFault::NotUndoable => Phrase::new("changes-no-undo"),
        JournalFault::Deed(fault) => deed_fault_phrase(fault),
    }
}
