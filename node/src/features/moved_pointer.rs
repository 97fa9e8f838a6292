//! Where the helper has last moved the user's mouse pointer, so that it can be shown who moves it.

use tokio::sync::watch;

/// A place on the desktop; the newest one counts. Clones are one record.
#[derive(Debug, Clone, Default)]
pub(crate) struct MovedPointer(watch::Sender<Option<(u16, u16)>>);

impl MovedPointer {
    /// The helper has moved it here.
    pub(crate) fn note(&self, at: (u16, u16)) {
        self.0.send_replace(Some(at));
    }

    /// Hears of each move from now on.
    pub(crate) fn subscribe(&self) -> watch::Receiver<Option<(u16, u16)>> {
        self.0.subscribe()
    }
}
