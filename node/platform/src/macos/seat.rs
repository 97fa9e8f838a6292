//! What the parts of one session share on macOS.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// macOS asks the user nothing for a session. Its parts share which process draws the bar, since nothing is
/// to be pressed on that; clones are the same one.
#[derive(Debug, Clone, Default)]
pub struct DesktopSeat {
    /// Its number, 0 where there is none.
    bar: Arc<AtomicU32>,
}

impl DesktopSeat {
    pub(super) fn note_bar(&self, process: u32) {
        self.bar.store(process, Ordering::Relaxed);
    }

    /// The processes whose windows are this program's own.
    pub(super) fn own_processes(&self) -> Vec<i64> {
        let bar = self.bar.load(Ordering::Relaxed);
        let own = [std::process::id(), bar].into_iter().filter(|process| *process != 0);
        own.map(i64::from).collect()
    }
}
