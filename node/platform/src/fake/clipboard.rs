//! A clipboard that exists only in memory.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::{
    ClipboardChange, ClipboardContent, ClipboardError, ClipboardWaker, CopyRefusal, SystemClipboard,
};

/// Changes that wait for one user of the clipboard: more than any test copies at once; the oldest goes.
const QUEUE: usize = 64;

/// The clipboard; cheap to clone, all clones are one clipboard. Copy something, and who has it open hears of
/// it.
#[derive(Debug, Clone, Default)]
pub struct FakeClipboard {
    shared: Arc<FakeClipboardShared>,
}

#[derive(Debug, Default)]
struct FakeClipboardShared {
    state: Mutex<FakeClipboardState>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct FakeClipboardState {
    content: Option<ClipboardContent>,
    lost: Option<String>,
    users: Vec<FakeClipboardInbox>,
    next_user: u64,
}

/// What one user has yet to hear.
#[derive(Debug)]
struct FakeClipboardInbox {
    user: u64,
    changes: VecDeque<ClipboardChange>,
    woken: bool,
}

impl FakeClipboard {
    /// Somebody at this desktop copies something.
    pub fn copy(&self, content: ClipboardContent) {
        self.change(|state| {
            state.content = Some(content.clone());
            state.report(None, &ClipboardChange::Copied(content));
        });
    }

    /// Somebody at this desktop copies what can't be had.
    pub fn refuse(&self, refusal: CopyRefusal) {
        self.change(|state| {
            state.content = None;
            state.report(None, &ClipboardChange::Refused(refusal));
        });
    }

    /// What is on it now.
    pub fn content(&self) -> Option<ClipboardContent> {
        self.lock().content.clone()
    }

    /// How many have it open now: none before consent.
    pub fn users(&self) -> usize {
        self.lock().users.len()
    }

    /// Makes every further call fail with [`ClipboardError::Lost`].
    pub fn lose(&self, why: &str) {
        self.change(|state| state.lost = Some(why.to_owned()));
    }

    /// Opens it: what is copied from now on is reported.
    pub fn open(&self) -> FakeClipboardUser {
        let mut state = self.lock();
        let user = state.next_user;
        state.next_user += 1;
        state.users.push(FakeClipboardInbox { user, changes: VecDeque::new(), woken: false });
        FakeClipboardUser { clipboard: self.clone(), user }
    }

    fn change(&self, change: impl FnOnce(&mut FakeClipboardState)) {
        change(&mut self.lock());
        self.shared.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, FakeClipboardState> {
        // Nothing panics while it is held.
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FakeClipboardState {
    /// To all users but the one who did it.
    fn report(&mut self, but: Option<u64>, change: &ClipboardChange) {
        for inbox in self.users.iter_mut().filter(|inbox| Some(inbox.user) != but) {
            if inbox.changes.len() == QUEUE {
                inbox.changes.pop_front();
            }
            inbox.changes.push_back(change.clone());
        }
    }

    fn inbox(&mut self, user: u64) -> Option<&mut FakeClipboardInbox> {
        self.users.iter_mut().find(|inbox| inbox.user == user)
    }

    fn alive(&self) -> Result<(), ClipboardError> {
        self.lost.as_ref().map_or(Ok(()), |why| Err(ClipboardError::Lost(why.clone())))
    }
}

/// A [`FakeClipboard`] that was opened.
#[derive(Debug)]
pub struct FakeClipboardUser {
    clipboard: FakeClipboard,
    user: u64,
}

impl SystemClipboard for FakeClipboardUser {
    fn next_change(&mut self, timeout: Duration) -> Result<Option<ClipboardChange>, ClipboardError> {
        let deadline = Instant::now() + timeout;
        let mut state = self.clipboard.lock();
        loop {
            state.alive()?;
            let Some(inbox) = state.inbox(self.user) else { return Ok(None) };
            if let Some(change) = inbox.changes.pop_front() {
                return Ok(Some(change));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if std::mem::take(&mut inbox.woken) || left.is_zero() {
                return Ok(None);
            }
            let changed = &self.clipboard.shared.changed;
            state = changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn put(&mut self, content: ClipboardContent) -> Result<(), ClipboardError> {
        content.check().map_err(ClipboardError::Invalid)?;
        let mut state = self.clipboard.lock();
        state.alive()?;
        state.content = Some(content.clone());
        state.report(Some(self.user), &ClipboardChange::Copied(content));
        self.clipboard.shared.changed.notify_all();
        Ok(())
    }

    fn waker(&self) -> ClipboardWaker {
        let (clipboard, user) = (self.clipboard.clone(), self.user);
        ClipboardWaker::new(move || {
            clipboard.change(|state| {
                if let Some(inbox) = state.inbox(user) {
                    inbox.woken = true;
                }
            });
        })
    }
}

impl Drop for FakeClipboardUser {
    fn drop(&mut self) {
        self.clipboard.lock().users.retain(|inbox| inbox.user != self.user);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> ClipboardContent {
        ClipboardContent::Text(text.to_owned())
    }

    #[test]
    fn only_what_others_copy_after_the_opening_is_reported() {
        let clipboard = FakeClipboard::default();
        clipboard.copy(text("before"));
        let mut user = clipboard.open();
        assert_eq!(user.next_change(Duration::ZERO), Ok(None));
        user.put(text("put")).unwrap();
        assert_eq!(clipboard.content(), Some(text("put")));
        assert_eq!(user.next_change(Duration::ZERO), Ok(None));
        clipboard.copy(text("copied"));
        clipboard.refuse(CopyRefusal::Secret);
        let next = |user: &mut FakeClipboardUser| user.next_change(Duration::ZERO).unwrap();
        assert_eq!(next(&mut user), Some(ClipboardChange::Copied(text("copied"))));
        assert_eq!(next(&mut user), Some(ClipboardChange::Refused(CopyRefusal::Secret)));
        assert_eq!(user.put(text("")), Err(ClipboardError::Invalid(CopyRefusal::Invalid)));
        drop(user);
        assert_eq!(clipboard.users(), 0);
    }

    #[test]
    fn a_waker_ends_the_wait() {
        let clipboard = FakeClipboard::default();
        let mut user = clipboard.open();
        let waker = user.waker();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(move || user.next_change(Duration::from_secs(60)));
            waker.wake();
            assert_eq!(waiting.join().unwrap(), Ok(None));
        });
        clipboard.lose("gone");
        let lost = clipboard.open().next_change(Duration::ZERO);
        assert_eq!(lost, Err(ClipboardError::Lost("gone".to_owned())));
    }
}
