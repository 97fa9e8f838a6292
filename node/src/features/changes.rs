//! What features have changed on this machine, as the journal has it: what an entry is called, and how it is
//! taken back. Whose it is, is known to the list of features alone.

use beistand_mend::{DeedEntry, DeedJournal, JournalFault, Machine};

use crate::words::Phrase;

/// An entry of the journal as its feature knows it.
pub trait JournalledDeed: Send {
    /// What was done, by its full name.
    fn title(&self) -> Phrase;

    /// How it was before.
    fn before(&self) -> Option<Phrase>;

    /// How it was after.
    fn after(&self) -> Option<Phrase>;

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
