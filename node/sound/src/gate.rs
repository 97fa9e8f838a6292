//! What a stream's thread may do for as long as the stream is open, and not a moment longer.

use std::sync::{Arc, Mutex, PoisonError};

/// Open until it is shut. Clones are one.
#[derive(Debug, Clone, Default)]
pub(crate) struct StreamGate(Arc<Mutex<bool>>);

impl StreamGate {
    /// Shuts it; what is going on in [`Self::pass`] ends first, which takes less than a frame.
    pub(crate) fn shut(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }

    /// Does this, unless the gate is shut.
    pub(crate) fn pass<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        let shut = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (!*shut).then(work)
    }
}
