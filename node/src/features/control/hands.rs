//! What the host says of its hands to both people, and where its parts note it.
//!
//! It decides nothing: the newest state is sent by whoever waits for [`HandsReport::changed`].

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use beistand_session::{HandsState, InputEvent};
use tokio::sync::Notify;

use super::flow::units;
use super::undone::{UndoneCause, UndoneInput, UndoneTally};

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
    /// Whether there are none: nothing can be injected on this desktop.
    lacking: bool,
    /// What the user has yet to hear of.
    undone: UndoneTally,
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
        (news.state.open, news.state.users_hand, news.said) = (open, false, None);
        self.news.notify_one();
    }

    /// Waits until something may be to be said. Cancel safe.
    pub(super) async fn changed(&self) {
        self.news.notified().await;
    }

    /// Whether they take input now. Where there are none they never do.
    pub(super) fn set_open(&self, open: bool) {
        let mut news = self.lock();
        news.state.open = open && !news.lacking;
        self.news.notify_one();
    }

    /// Whether there are any.
    pub(super) fn set_lacking(&self, lacking: bool) {
        let mut news = self.lock();
        news.lacking = lacking;
        news.state.open &= !lacking;
        self.news.notify_one();
    }

    /// Whether it is known that there are none.
    pub(super) fn are_lacking(&self) -> bool {
        self.lock().lacking
    }

    /// Whether the user's own hand keeps input out now.
    pub(super) fn set_users_hand(&self, users_hand: bool) {
        self.change(|state| state.users_hand = users_hand);
    }

    /// They have come to this mark.
    pub(super) fn reach(&self, mark: u32) {
        self.change(|state| state.done = mark);
    }

    /// The event had no effect.
    pub(super) fn note_undone_event(&self, event: &InputEvent, why: UndoneCause) {
        if presses(event) {
            self.note_undone(units(event), why);
        }
    }

    /// So many characters and other events had no effect.
    pub(super) fn note_undone(&self, count: usize, why: UndoneCause) {
        let mut news = self.lock();
        let state = &mut news.state;
        let told = if why == UndoneCause::Refused { &mut state.refused } else { &mut state.dropped };
        *told = told.wrapping_add(u32::try_from(count).unwrap_or(u32::MAX));
        news.undone.add(UndoneInput { why, count }, Instant::now());
        self.news.notify_one();
    }

    /// Something had no effect, if anything waited, and nobody knows how much.
    pub(super) fn note_unknown_loss(&self) {
        self.change(|state| state.dropped = state.dropped.wrapping_add(1));
    }

    /// The technician's program has given up so much.
    pub(super) fn give_up(&self, count: u32) {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        self.lock().undone.add(UndoneInput { why: UndoneCause::GivenUp, count }, Instant::now());
        self.news.notify_one();
    }

    /// What the user is to hear of now, if anything.
    pub(super) fn take_undone(&self, now: Instant) -> Option<UndoneInput> {
        self.lock().undone.take(now)
    }

    /// When there will be something that the user is to hear of.
    pub(super) fn undone_due(&self) -> Option<Instant> {
        self.lock().undone.due()
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
        | InputEvent::Mark(_)
        | InputEvent::GivenUp(_) => false,
    }
}
