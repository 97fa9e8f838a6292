//! What waits between a desk and its thread: at most one thing in each direction, since only the last copy
//! can be pasted.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use beistand_platform::{ClipboardContent, ClipboardWaker};
use tokio::sync::Notify;

use super::ClipboardEvent;

/// Events that wait for the program: more than a person copies while it is busy. The oldest goes.
const EVENT_QUEUE: usize = 16;

/// What waits between a desk and its thread.
#[derive(Debug, Default)]
pub(super) struct ClipboardExchange {
    state: Mutex<ExchangeState>,
    /// Something waits for the desk.
    news: Notify,
}

#[derive(Debug, Default)]
struct ExchangeState {
    /// For the thread: to be put on the clipboard.
    put: Option<ClipboardContent>,
    /// For the desk: to be sent.
    copied: Option<ClipboardContent>,
    events: VecDeque<ClipboardEvent>,
    /// Wakes the thread; there once the clipboard is open.
    waker: Option<ClipboardWaker>,
    /// Nothing is done with the clipboard any more.
    closed: bool,
}

/// What the thread has to do.
pub(super) enum ThreadOrder {
    /// Put this on the clipboard.
    Put(ClipboardContent),
    /// Look at what is copied.
    Watch,
    /// End.
    End,
}

/// What waits for the desk.
pub(super) enum DeskNews {
    /// [`ClipboardExchange::take_event`] has one.
    Event,
    /// [`ClipboardExchange::take_copied`] has something.
    Copied,
}

// For the thread
impl ClipboardExchange {
    /// From now on the thread can be woken with this.
    pub(super) fn opened(&self, waker: ClipboardWaker) {
        self.lock().waker = Some(waker);
    }

    pub(super) fn next_order(&self) -> ThreadOrder {
        let mut state = self.lock();
        match state.put.take() {
            _ if state.closed => ThreadOrder::End,
            Some(content) => ThreadOrder::Put(content),
            None => ThreadOrder::Watch,
        }
    }

    /// This is to be sent, instead of what still waits.
    pub(super) fn copied(&self, content: ClipboardContent) {
        let mut state = self.lock();
        if !state.closed {
            state.copied = Some(content);
            self.news.notify_one();
        }
    }

    /// Its program should hear of this.
    pub(super) fn tell(&self, event: ClipboardEvent) {
        self.lock().tell(event);
        self.news.notify_one();
    }
}

// For the desk
impl ClipboardExchange {
    /// This is to be put on the clipboard, instead of what still waits.
    pub(super) fn put(&self, content: ClipboardContent) {
        self.change(|state| state.put = (!state.closed).then_some(content));
    }

    /// What waits to be put is not.
    pub(super) fn void(&self) {
        self.lock().put = None;
    }

    /// Waits until there is something for the desk. Cancel safe: it is still there at the next call.
    pub(super) async fn news(&self) -> DeskNews {
        loop {
            {
                let state = self.lock();
                if !state.events.is_empty() {
                    return DeskNews::Event;
                }
                if state.copied.is_some() {
                    return DeskNews::Copied;
                }
            }
            self.news.notified().await;
        }
    }

    pub(super) fn take_event(&self) -> Option<ClipboardEvent> {
        self.lock().events.pop_front()
    }

    /// Takes what is to be sent; its program hears that it was.
    pub(super) fn take_copied(&self) -> Option<ClipboardContent> {
        let mut state = self.lock();
        let content = state.copied.take()?;
        state.tell(ClipboardEvent::Sent { kind: content.kind(), bytes: content.as_bytes().len() });
        Some(content)
    }

    /// From now on the thread does nothing more, and nothing of what was copied is kept.
    pub(super) fn close(&self) {
        self.change(|state| {
            (state.put, state.copied) = (None, None);
            state.closed = true;
        });
    }

    fn change(&self, change: impl FnOnce(&mut ExchangeState)) {
        let waker = {
            let mut state = self.lock();
            change(&mut state);
            state.waker.clone()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, ExchangeState> {
        // Nothing panics while it is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ExchangeState {
    fn tell(&mut self, event: ClipboardEvent) {
        if self.events.len() == EVENT_QUEUE {
            self.events.pop_front();
        }
        self.events.push_back(event);
    }
}
