//! Whether programs run in the terminals at the host, so that nobody ends a session by a slip that would end
//! them too.
//!
//! The system says who has a terminal's keyboard, but not when that changes. It does where something was
//! typed or printed, so it is looked a moment after that, and never while all rests.

use std::time::{Duration, Instant};

use beistand_session::TerminalMessage;

use super::TerminalHost;
use super::numbered::{NumberedTab, TabStage};
use crate::features::terminal::TerminalEvent;

/// How long after something happened it is looked: a program is there by then, and one that takes no longer
/// is none whose end costs anything.
const SETTLE: Duration = Duration::from_millis(500);

/// When it is looked next.
#[derive(Debug, Default)]
pub(super) struct BusyLook {
    due: Option<Instant>,
    /// Whether something happened since that was set, for which that comes too early.
    again: bool,
}

impl BusyLook {
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Something happened.
    pub(super) fn want(&mut self, now: Instant) {
        match self.due {
            None => self.due = Some(now + SETTLE),
            Some(_) => self.again = true,
        }
    }

    /// Whether it is to be looked now.
    fn take(&mut self, now: Instant) -> bool {
        let is_due = self.due.is_some_and(|due| due <= now);
        if is_due {
            self.due = std::mem::take(&mut self.again).then_some(now + SETTLE);
        }
        is_due
    }
}

impl NumberedTab {
    /// What the helper has to hear beside that it is open.
    pub(super) fn busy(&self) -> Option<TerminalMessage> {
        self.busy.then_some(TerminalMessage::Busy { terminal: self.number, busy: true })
    }
}

impl TerminalHost {
    /// Looks whether programs run, where that is due, and tells both what is new. Cancel safe: what was told
    /// to nobody is found again with the next look.
    pub(super) async fn look_whether_busy(&mut self, now: Instant) {
        if !self.busy_look.take(now) {
            return;
        }
        let may_look = self.grants.may_look();
        for numbered in &mut self.tabs {
            let busy = match numbered.stage {
                TabStage::Open | TabStage::Kept => numbered.tab.foreground().is_some(),
                // It is about to end, or the user is asked about it.
                TabStage::Asked(_) | TabStage::Ending(_) => continue,
            };
            if busy == numbered.busy {
                continue;
            }
            numbered.busy = busy;
            let terminal = numbered.number;
            if may_look && numbered.stage == TabStage::Open {
                self.cx.outbox.send(TerminalMessage::Busy { terminal, busy }).await;
            }
            self.cx.events.try_emit(TerminalEvent::Busy { terminal, busy });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_looked_a_moment_after_the_last_that_happened_and_not_while_all_rests() {
        let (mut look, start) = (BusyLook::default(), Instant::now());
        assert_eq!((look.due(), look.take(start)), (None, false));
        look.want(start);
        let later = start + SETTLE / 2;
        look.want(later);
        assert!(!look.take(later));
        assert!(look.take(start + SETTLE), "a program that prints without end puts it off for no longer");
        assert!(!look.take(later + SETTLE));
        assert!(look.take(start + 2 * SETTLE), "and once for what came last");
        assert_eq!(look.due(), None);
    }
}
