//! A change of a setting in the journal, as it is named and taken back without a session.

use beistand_adjust::{AdjustBefore, AdjustDeed, fault_of};
use beistand_mend::{DeedEntry, DeedFault, DeedJournal, JournalFault, Machine};
use beistand_session::escape;

use super::{adjust_fault_phrase, adjust_kind_phrase, adjust_value_phrase};
use crate::features::changes::JournalledDeed;
use crate::words::{Phrase, args};

/// An entry that is a change of a setting.
struct JournalledAdjust {
    number: u32,
    deed: AdjustDeed,
    before: AdjustBefore,
}

/// The entry's change, where it is one.
pub(super) fn journalled(entry: &DeedEntry) -> Option<Box<dyn JournalledDeed>> {
    let (deed, before) = entry.deed::<AdjustDeed>().zip(entry.before::<AdjustDeed>())?;
    Some(Box::new(JournalledAdjust { number: entry.number, deed, before }))
}

impl JournalledDeed for JournalledAdjust {
    fn title(&self) -> Phrase {
        Phrase::with("adjust-journalled", args![setting = adjust_kind_phrase(self.deed.kind)])
    }

    fn before(&self) -> Option<Phrase> {
        Some(adjust_value_phrase(self.deed.kind, &escape(&self.before.value)))
    }

    fn after(&self) -> Option<Phrase> {
        Some(adjust_value_phrase(self.deed.kind, &escape(&self.deed.value)))
    }

    fn fault(&self, fault: &DeedFault) -> Phrase {
        Phrase::with("adjust-not-done", args![why = adjust_fault_phrase(fault_of(fault))])
    }

    fn undo(
        &self,
        journal: &DeedJournal,
        machine: &Machine,
        now_secs: u64,
    ) -> Result<DeedEntry, JournalFault> {
        journal.undo::<AdjustDeed>(self.number, machine, now_secs)
    }
}
