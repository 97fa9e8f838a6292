//! What both desks share: what they have to say and to report waits here until there is room for it.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use beistand_session::CheckupMessage;

use super::CheckupEvent;
use crate::features::side::{Side, SideContext};

/// How often it is said how far a test is: as often as an eye follows.
const ADVANCE_INTERVAL: Duration = Duration::from_millis(100);

/// What a desk has yet to do.
#[derive(Debug)]
enum DeskErrand {
    Say(CheckupMessage),
    Emit(CheckupEvent),
}

/// What waits, in its order. Whoever puts something here passes it on before anything else comes in, so that
/// it holds no more than one message makes.
#[derive(Debug, Default)]
pub(super) struct DeskErrands {
    waiting: VecDeque<DeskErrand>,
    advanced: Option<Instant>,
}

impl DeskErrands {
    pub(super) fn say(&mut self, message: CheckupMessage) {
        self.waiting.push_back(DeskErrand::Say(message));
    }

    pub(super) fn emit(&mut self, event: CheckupEvent) {
        self.waiting.push_back(DeskErrand::Emit(event));
    }

    /// Whether it is time to say how far a test is.
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
        S: Side<Message = CheckupMessage, Event = CheckupEvent>,
    {
        while let Some(errand) = self.waiting.front() {
            let is_message = match errand {
                DeskErrand::Say(_) => true,
                DeskErrand::Emit(_) => false,
            };
            let (before, waiting) = (self.waiting.len(), &mut self.waiting);
            if is_message {
                let next = || match waiting.pop_front() {
                    Some(DeskErrand::Say(message)) => Some(message),
                    Some(DeskErrand::Emit(_)) | None => None,
                };
                cx.outbox.send_with(next).await;
            } else {
                let next = || match waiting.pop_front() {
                    Some(DeskErrand::Emit(event)) => Some(event),
                    Some(DeskErrand::Say(_)) | None => None,
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
