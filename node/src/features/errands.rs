//! What a side has to say and to report waits here until there is room for it.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::side::{Side, SideContext};

/// How often it is said how far something is: as often as an eye follows.
const ADVANCE_INTERVAL: Duration = Duration::from_millis(100);

/// What a side has yet to do.
#[derive(Debug)]
enum SideErrand<M, E> {
    Say(M),
    Emit(E),
}

/// What waits, in its order. Whoever puts something here passes it on before anything else comes in, so that
/// it holds no more than one message makes.
pub(super) struct SideErrands<S: Side> {
    waiting: VecDeque<SideErrand<S::Message, S::Event>>,
    advanced: Option<Instant>,
}

impl<S: Side> Default for SideErrands<S> {
    fn default() -> Self {
        Self { waiting: VecDeque::new(), advanced: None }
    }
}

impl<S: Side> SideErrands<S> {
    pub(super) fn say(&mut self, message: S::Message) {
        self.waiting.push_back(SideErrand::Say(message));
    }

    pub(super) fn emit(&mut self, event: S::Event) {
        self.waiting.push_back(SideErrand::Emit(event));
    }

    /// Whether it is time to say how far something is.
    pub(super) fn may_advance(&mut self, now: Instant) -> bool {
        let due = self.advanced.is_none_or(|at| now.duration_since(at) >= ADVANCE_INTERVAL);
        if due {
            self.advanced = Some(now);
        }
        due
    }

    /// Passes all on. Cancel safe: what there is no room for stays.
    pub(super) async fn pass_on(&mut self, cx: &SideContext<S>) {
        while let Some(errand) = self.waiting.front() {
            let is_message = match errand {
                SideErrand::Say(_) => true,
                SideErrand::Emit(_) => false,
            };
            let (before, waiting) = (self.waiting.len(), &mut self.waiting);
            if is_message {
                let next = || match waiting.pop_front() {
                    Some(SideErrand::Say(message)) => Some(message),
                    Some(SideErrand::Emit(_)) | None => None,
                };
                cx.outbox.send_with(next).await;
            } else {
                let next = || match waiting.pop_front() {
                    Some(SideErrand::Emit(event)) => Some(event),
                    Some(SideErrand::Say(_)) | None => None,
                };
                cx.events.emit_with(next).await;
            }
            if self.waiting.len() == before {
                // Nobody is there any more.
                self.waiting.clear();
            }
        }
    }
}
