//! Entries of the journal as this feature knows them: in the helper's list, and on the user's own page.

use beistand_mend::{DeedEntry, DeedJournal, DeedState, JournalFault, Machine, RepairAfter};
use beistand_session::{DeedSight, EntryState, MAX_LISTED_ENTRIES, RepairDeed, RepairEntry};

use super::say::{deed_phrase, sight_phrase};
use super::shown;
use crate::features::changes::JournalledDeed;
use crate::words::Phrase;

/// An entry, named.
#[derive(Debug)]
pub(super) struct RepairJournalled {
    number: u32,
    deed: RepairDeed,
    before: DeedSight,
    after: DeedSight,
}

impl RepairJournalled {
    pub(super) fn of(entry: &DeedEntry) -> Option<Box<dyn JournalledDeed>> {
        let (deed, before) = (entry.deed::<RepairDeed>()?, entry.before::<RepairDeed>()?);
        let after = entry.after::<RepairDeed>().as_ref().map_or(DeedSight::NOTHING, RepairAfter::sight);
        let (before, after) = (shown(before.sight()), shown(after));
        Some(Box::new(Self { number: entry.number, deed, before, after }))
    }
}

impl JournalledDeed for RepairJournalled {
    fn title(&self) -> Phrase {
        deed_phrase(&self.deed)
    }

    fn before(&self) -> Option<Phrase> {
        sight_phrase(&self.before)
    }

    fn after(&self) -> Option<Phrase> {
        sight_phrase(&self.after)
    }

    fn undo(
        &self,
        journal: &DeedJournal,
        machine: &Machine,
        now_secs: u64,
    ) -> Result<DeedEntry, JournalFault> {
        journal.undo::<RepairDeed>(self.number, machine, now_secs)
    }
}

/// The newest entries of this feature that fit `which`.
pub(super) fn listed(
    journal: &DeedJournal,
    which: impl Fn(&DeedEntry) -> bool,
) -> Result<Vec<RepairEntry>, JournalFault> {
    let entries = journal.entries()?;
    let ours = entries.iter().filter(|entry| which(entry)).filter_map(|entry| {
        Some(RepairEntry {
            number: entry.number,
            deed: entry.deed()?,
            secs: entry.begun_secs,
            state: state_of(entry),
            can_undo: entry.can_undo(),
        })
    });
    let mut all: Vec<RepairEntry> = ours.collect();
    all.drain(..all.len().saturating_sub(MAX_LISTED_ENTRIES));
    Ok(all)
}

fn state_of(entry: &DeedEntry) -> EntryState {
    match entry.state {
        DeedState::Begun | DeedState::Undoing if entry.is_interrupted() => EntryState::Interrupted,
        DeedState::Begun | DeedState::Undoing => EntryState::UnderWay,
        DeedState::Done => EntryState::Done,
        DeedState::Failed => EntryState::Failed,
        DeedState::Undone => EntryState::Undone,
    }
}
