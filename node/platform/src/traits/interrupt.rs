//! Cutting typing short: text may have to wait for slow programs, a revoke must not wait for it.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Makes an [`crate::InputInjector`] that is typing on another thread stop at once. Clones are one switch.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    shared: Arc<(Mutex<bool>, Condvar)>,
}

impl Interrupt {
    /// Stops the typing that is under way, and refuses text until [`crate::InputInjector::release_all`].
    pub fn raise(&self) {
        *self.lock() = true;
        self.shared.1.notify_all();
    }

    /// Whether it is raised.
    pub fn raised(&self) -> bool {
        *self.lock()
    }

    /// Lets text pass again.
    pub(crate) fn lower(&self) {
        *self.lock() = false;
    }

    /// Waits for `time`, or until it is raised; whether it is.
    pub(crate) fn wait(&self, time: Duration) -> bool {
        let (_, condvar) = &*self.shared;
        let waited = condvar.wait_timeout_while(self.lock(), time, |raised| !*raised);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        // Nothing panics while it is held.
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
