//! What a thread of its own does for the window, since it takes long or may wait for a person; what came of
//! it is taken in when the window is drawn the next time.

use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};

use crate::wake::WindowWake;

/// One such thing at a time.
pub(super) struct Awaited<T>(Option<Receiver<T>>);

/// What came of it.
pub(super) enum AwaitedNews<T> {
    /// Nothing is done, or it is still being done.
    None,
    /// It ended without a word.
    Lost,
    /// This.
    Ready(T),
}

impl<T> Default for Awaited<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Send + 'static> Awaited<T> {
    /// Whether something is being done.
    pub(super) fn is_under_way(&self) -> bool {
        self.0.is_some()
    }

    /// Has `work` done on a thread called `name`, in the place of what was being done. Whether it could be
    /// started.
    pub(super) fn start(
        &mut self,
        name: &str,
        wake: &WindowWake,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> bool {
        let (outbox, inbox) = sync_channel(1);
        let wake = wake.clone();
        let started = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            let _ = outbox.send(work());
            wake.wake();
        });
        self.0 = started.is_ok().then_some(inbox);
        self.is_under_way()
    }

    /// What came of it since the last call.
    pub(super) fn take(&mut self) -> AwaitedNews<T> {
        let Some(inbox) = &self.0 else { return AwaitedNews::None };
        let news = match inbox.try_recv() {
            Err(TryRecvError::Empty) => return AwaitedNews::None,
            Err(TryRecvError::Disconnected) => AwaitedNews::Lost,
            Ok(result) => AwaitedNews::Ready(result),
        };
        self.0 = None;
        news
    }
}
