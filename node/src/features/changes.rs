//! What features have changed on this machine, as the journal has it: what an entry is called, and how it is
//! taken back. Whose it is, is known to the list of features alone.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use beistand_mend::{DeedEntry, DeedFault, DeedJournal, JournalFault, Machine};
use tokio::sync::{OwnedRwLockReadGuard, RwLock};
use tokio::time::timeout;

use super::activity::ActivityRecord;
use crate::changes::deed_fault_phrase;
use crate::words::Phrase;

/// How long a program that ends waits for deeds: a tool for which the system asks the user has less time.
const SETTLE_LIMIT: Duration = Duration::from_secs(200);

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

/// The deeds that are under way. Clones are one. A program that ends waits for them: what is half done when
/// it dies stays half done, and a tool that still asks its question acts after the session.
#[derive(Debug, Clone, Default)]
pub(crate) struct DeedsUnderWay(Arc<RwLock<()>>);

/// One of them, until it is dropped.
pub(crate) type DeedTurn = OwnedRwLockReadGuard<()>;

impl DeedsUnderWay {
    /// One begins; `None` where the program is ending.
    pub(crate) fn begin(&self) -> Option<DeedTurn> {
        self.0.clone().try_read_owned().ok()
    }

    /// Waits until none is under way; meanwhile none begins.
    pub(crate) async fn settle(&self) {
        // Each has its own limit, and this one is for what has none: an installation goes on by itself.
        let _ = timeout(SETTLE_LIMIT, self.0.write()).await;
    }
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
    /// What is being done.
    pub(crate) deeds: DeedsUnderWay,
    /// What of that the user sees.
    pub(crate) activity: ActivityRecord,
}

impl ChangeWorld {
    /// This machine, with the journal in the program's folder, for whoever calls themselves `who`; the
    /// program waits for `deeds` before it ends.
    pub(crate) fn here(data_dir: &Path, who: String, deeds: DeedsUnderWay, activity: ActivityRecord) -> Self {
        let (journal, machine) = (DeedJournal::open(data_dir), Machine::here(data_dir).ok());
        Self { journal, machine, who, deeds, activity }
    }
}
