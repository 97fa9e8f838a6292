//! What ends a wait from another thread.

use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use futures::task::AtomicWaker;

/// A flag that one thread waits for.
#[derive(Default)]
pub(super) struct WakeFlag {
    raised: AtomicBool,
    waiting: AtomicWaker,
}

impl WakeFlag {
    pub(super) fn raise(&self) {
        self.raised.store(true, Ordering::Release);
        self.waiting.wake();
    }

    /// Takes the flag down again once it is up.
    pub(super) fn poll(&self, context: &mut Context<'_>) -> Poll<()> {
        self.waiting.register(context.waker());
        if self.raised.swap(false, Ordering::AcqRel) { Poll::Ready(()) } else { Poll::Pending }
    }
}
