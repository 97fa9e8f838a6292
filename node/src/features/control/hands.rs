//! What the host says of its hands, and where its parts note it.
//!
//! It decides nothing: the newest state is sent by whoever waits for [`HandsReport::changed`].

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use beistand_session::{HandsState, InputEvent};
use tokio::sync::Notify;

/// How the hands stand, through the whole session. Clones are one.
#[derive(Debug, Clone, Default)]
pub(in crate::features) struct HandsReport {
    shared: Arc<Mutex<HandsNews>>,
    news: Arc<Notify>,
}

/// How they stand, and what was last said of it.
#[derive(Debug, Default)]
struct HandsNews {
    state: HandsState,
    said: Option<HandsState>,
}

impl HandsReport {
    /// How they stand now.
    pub(super) fn state(&self) -> HandsState {
        self.lock().state
    }

    /// Whether they stand otherwise than was last said.
    pub(super) fn is_unsaid(&self) -> bool {
        let news = self.lock();
        news.said != Some(news.state)
    }

    /// How they stand, to be said now.
    pub(super) fn say(&self) -> HandsState {
        let mut news = self.lock();
        news.said = Some(news.state);
        news.state
    }

    /// Whatever was said before is to be said again: a technician's side that begins knows nothing.
    pub(super) fn begin(&self, open: bool) {
        let mut news = self.lock();
        (news.state.open, news.said) = (open, None);
        self.news.notify_one();
    }

    /// Waits until something may be to be said. Cancel safe.
    pub(super) async fn changed(&self) {
        self.news.notified().await;
    }

    /// Whether they take input now.
    pub(super) fn set_open(&self, open: bool) {
        self.change(|state| state.open = open);
    }

    /// They have come to this mark.
    pub(super) fn reach(&self, mark: u32) {
        self.change(|state| state.done = mark);
    }

    /// The event had no effect.
    pub(super) fn drop_event(&self, event: &InputEvent) {
        if presses(event) {
            self.drop_some();
        }
    }

    /// Something had no effect, and nobody knows what.
    pub(super) fn drop_some(&self) {
        self.change(|state| state.dropped = state.dropped.wrapping_add(1));
    }

    fn change(&self, change: impl FnOnce(&mut HandsState)) {
        change(&mut self.lock().state);
        self.news.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, HandsNews> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a person would miss it: pointers move all the time, and what is down goes up by itself.
pub(super) fn presses(event: &InputEvent) -> bool {
    match event {
        InputEvent::Text(_) => true,
        InputEvent::Key { pressed, .. } | InputEvent::Button { pressed, .. } => *pressed,
        InputEvent::PointerMove { .. }
        | InputEvent::Wheel { .. }
        | InputEvent::ButtonsHeld
        | InputEvent::KeysHeld
        | InputEvent::Mark(_) => false,
    }
}
