//! What features have changed on this machine, as the journal has it: what an entry is called, and how it is
//! taken back. Whose it is, is known to the list of features alone.

use std::path::Path;

use beistand_mend::{DeedEntry, DeedFault, DeedJournal, JournalFault, Machine};

use crate::changes::deed_fault_phrase;
use crate::words::Phrase;

/// An entry of the journal as its feature knows it.
pub(crate) trait JournalledDeed: Send {
    /// What was done, by its full name.
    fn title(&self) -> Phrase;

    /// How it was before.
    fn before(&self) -> Option<Phrase>;

    /// How it was after.
    fn after(&self) -> Option<Phrase>;

    /// Why it, or its undoing, wasn't done.
    fn fault(&self, fault: &DeedFault) -> Phrase {
        deed_fault_phrase(fault)
    }

    /// Takes it back. It blocks: it belongs on a thread of its own.
    ///
    /// # Errors
    /// As [`DeedJournal::undo`].
    fn undo(
        &self,
        journal: &DeedJournal,
        machine: &Machine,
        now_secs: u64,
    ) -> Result<DeedEntry, JournalFault>;
}

/// What a feature that changes the machine works with.
#[derive(Debug, Clone)]
pub(crate) struct ChangeWorld {
    /// Where it is written down.
    pub(crate) journal: DeedJournal,
    /// What is changed; `None` where the user has no home.
    pub(crate) machine: Option<Machine>,
    /// Who asks for it, as they call themselves.
    pub(crate) who: String,
}

impl ChangeWorld {
    /// This machine, with the journal in the program's folder, for whoever calls themselves `who`.
    pub(crate) fn here(data_dir: &Path, who: String) -> Self {
        Self { journal: DeedJournal::open(data_dir), machine: Machine::here(data_dir).ok(), who }
    }
}
