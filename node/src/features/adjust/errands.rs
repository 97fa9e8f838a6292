//! What a desk has to say and to report waits here until there is room for it.

use std::collections::VecDeque;

use beistand_session::AdjustMessage;

use super::AdjustEvent;
use crate::features::side::{Side, SideContext};

/// What a desk has yet to do.
#[derive(Debug)]
enum AdjustErrand {
    Say(AdjustMessage),
    Emit(AdjustEvent),
}

/// What waits, in its order. Whoever puts something here passes it on before anything else comes in, so that
/// it holds no more than one message makes.
#[derive(Debug, Default)]
pub(super) struct AdjustErrands(VecDeque<AdjustErrand>);

impl AdjustErrands {
    pub(super) fn say(&mut self, message: AdjustMessage) {
        self.0.push_back(AdjustErrand::Say(message));
    }

    pub(super) fn emit(&mut self, event: AdjustEvent) {
        self.0.push_back(AdjustErrand::Emit(event));
    }

    fn next_message(&mut self) -> Option<AdjustMessage> {
        match self.0.pop_front() {
            Some(AdjustErrand::Say(message)) => Some(message),
            Some(AdjustErrand::Emit(_)) | None => None,
        }
    }

    fn next_event(&mut self) -> Option<AdjustEvent> {
        match self.0.pop_front() {
            Some(AdjustErrand::Emit(event)) => Some(event),
            Some(AdjustErrand::Say(_)) | None => None,
        }
    }

    /// Passes all on. Cancel safe: what there is no room for stays.
    pub(super) async fn pass_on<S>(&mut self, cx: &SideContext<S>)
    where
        S: Side<Message = AdjustMessage, Event = AdjustEvent>,
    {
        while let Some(errand) = self.0.front() {
            let before = self.0.len();
            match errand {
                AdjustErrand::Say(_) => cx.outbox.send_with(|| self.next_message()).await,
                AdjustErrand::Emit(_) => cx.events.emit_with(|| self.next_event()).await,
            }
            if self.0.len() == before {
                // Nobody is there any more.
                self.0.clear();
            }
        }
    }
}
