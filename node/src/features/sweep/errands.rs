//! What both sides share: what they have to say and to report waits here until there is room for it.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use beistand_session::SweepMessage;

use super::SweepEvent;
use crate::features::side::{Side, SideContext};

/// How often it is said how far a search is: as often as an eye follows.
const ADVANCE_INTERVAL: Duration = Duration::from_millis(100);

/// What a side has yet to do.
#[derive(Debug)]
enum SweepErrand {
    Say(SweepMessage),
    Emit(SweepEvent),
}

/// What waits, in its order. Whoever puts something here passes it on before anything else comes in, so that
/// it holds no more than one message makes.
#[derive(Debug, Default)]
pub(super) struct SweepErrands {
    waiting: VecDeque<SweepErrand>,
    advanced: Option<Instant>,
}

impl SweepErrands {
    pub(super) fn say(&mut self, message: SweepMessage) {
        self.waiting.push_back(SweepErrand::Say(message));
    }

    pub(super) fn emit(&mut self, event: SweepEvent) {
        self.waiting.push_back(SweepErrand::Emit(event));
    }

    /// Whether it is time to say how far a search is.
    pub(super) fn may_advance(&mut self, now: Instant) -> bool {
        let due = self.advanced.is_none_or(|at| now.duration_since(at) >= ADVANCE_INTERVAL);
        if due {
            self.advanced = Some(now);
        }
        due
    }

    /// Passes all on. Cancel safe: what there is no room for stays.
    pub(super) async fn pass_on<S>(&mut self, cx: &SideContext<S>)
    where
        S: Side<Message = SweepMessage, Event = SweepEvent>,
    {
        while let Some(errand) = self.waiting.front() {
            let is_message = match errand {
                SweepErrand::Say(_) => true,
                SweepErrand::Emit(_) => false,
            };
            let (before, waiting) = (self.waiting.len(), &mut self.waiting);
            if is_message {
                let next = || match waiting.pop_front() {
                    Some(SweepErrand::Say(message)) => Some(message),
                    Some(SweepErrand::Emit(_)) | None => None,
                };
                cx.outbox.send_with(next).await;
            } else {
                let next = || match waiting.pop_front() {
                    Some(SweepErrand::Emit(event)) => Some(event),
                    Some(SweepErrand::Say(_)) | None => None,
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
