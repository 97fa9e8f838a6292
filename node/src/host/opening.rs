//! How the user's side begins: with an invite for whoever is given it, or with the user's press that one
//! technician may come back.
//!
//! It decides whether that press still answers a request. It reads no clock, and goes by two: one of them
//! stands still while the computer sleeps, the other can be set.

use std::time::{Duration, Instant, SystemTime};

use beistand_session::{PermissionSet, Request};

use crate::handle::Notice;
use crate::returns::ReturnTicket;

/// How long the press is the answer: the user waits in front of the screen, and the technician's program
/// looks for them every twenty seconds. After that they may have gone, and are asked as by anybody.
const PRESS_LIFE: Duration = Duration::from_secs(10 * 60);

/// How the user's side begins.
#[derive(Debug)]
pub(crate) enum HostOpening {
    /// An invite is made.
    Invite,
    /// The user lets the technician of this ticket come back.
    Return(Box<ReturnTicket>),
    /// The same right after a session, with a ticket that is in no file.
    WayBack(Box<ReturnTicket>),
}

/// The technician who may come back.
#[derive(Debug)]
pub(super) struct AwaitedReturn {
    ticket: ReturnTicket,
    /// When the user pressed.
    pressed_at: PressTime,
}

/// A moment by both clocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct PressTime {
    pub(super) steady: Instant,
    pub(super) wall: SystemTime,
}

impl PressTime {
    pub(super) fn now() -> Self {
        Self { steady: Instant::now(), wall: SystemTime::now() }
    }

    /// How long ago it was at `now`, by the clock that says more; `None` where one was set back.
    fn age(self, now: Self) -> Option<Duration> {
        let wall = now.wall.duration_since(self.wall).ok()?;
        Some(now.steady.saturating_duration_since(self.steady).max(wall))
    }
}

impl AwaitedReturn {
    pub(super) fn of(opening: HostOpening, now: PressTime) -> Option<Self> {
        match opening {
            HostOpening::Invite => None,
            HostOpening::Return(ticket) | HostOpening::WayBack(ticket) => {
                Some(Self { ticket: *ticket, pressed_at: now })
            }
        }
    }

    pub(super) fn ticket(&self) -> &ReturnTicket {
        &self.ticket
    }

    /// What the user is told while they wait.
    pub(super) fn notice(&self, now: SystemTime) -> Option<Notice> {
        let left = self.ticket.left(now).ok()?;
        Some(Notice::Awaiting { name: self.ticket.name().to_owned(), left })
    }

    /// What the press allows whoever asks this: no more than before, and nothing to anybody else. `None`: the
    /// user is to be asked.
    pub(super) fn consent_to(&self, request: &Request, now: PressTime) -> Option<PermissionSet> {
        let fresh = self.pressed_at.age(now).is_some_and(|age| age < PRESS_LIFE);
        let fresh = fresh && self.ticket.left(now.wall).is_ok();
        let is_theirs = self.ticket.invite().is_for(&request.technician_key);
        let permissions = request.wants.intersection(self.ticket.permissions());
        (fresh && is_theirs && !permissions.is_empty()).then_some(permissions)
    }
}

#[cfg(test)]
mod tests {
    use beistand_session::Permission;

    use super::*;

    const WANTS: PermissionSet = PermissionSet::NONE.with(Permission::View).with(Permission::Keyboard);

    fn request(technician_key: [u8; 32], wants: PermissionSet) -> Request {
        Request {
            name: "Tess".to_owned(),
            warning: None,
            reason: String::new(),
            wants,
            sas: [0; 4],
            technician_key,
            host_key: [0; 32],
            invite: 0,
        }
    }

    #[test]
    fn the_press_counts_for_its_technician_for_what_they_had_and_for_ten_minutes() {
        let ticket = ReturnTicket::sample("Tess", [7; 32], WANTS);
        let start = PressTime::now();
        let after = |steady, wall| PressTime { steady: start.steady + steady, wall: start.wall + wall };
        let none = Duration::ZERO;
        let awaited = AwaitedReturn::of(HostOpening::Return(Box::new(ticket)), start).expect("a return");
        let moment = PRESS_LIFE - Duration::from_millis(1);
        let before_the_end = after(moment, moment);
        assert_eq!(awaited.consent_to(&request([7; 32], WANTS), before_the_end), Some(WANTS));
        for late in [after(PRESS_LIFE, none), after(none, PRESS_LIFE), after(none, PRESS_LIFE * 60)] {
            assert_eq!(
                awaited.consent_to(&request([7; 32], WANTS), late),
                None,
                "also after a sleep: {late:?}"
            );
        }
        let set_back = PressTime { wall: start.wall - Duration::from_secs(1), ..start };
        assert_eq!(awaited.consent_to(&request([7; 32], WANTS), set_back), None);
        assert_eq!(awaited.consent_to(&request([8; 32], WANTS), start), None, "another key");
        let more = WANTS.with(Permission::Terminal);
        assert_eq!(awaited.consent_to(&request([7; 32], more), start), Some(WANTS), "no more than before");
        let other = PermissionSet::NONE.with(Permission::Terminal);
        assert_eq!(awaited.consent_to(&request([7; 32], other), start), None);
        assert!(AwaitedReturn::of(HostOpening::Invite, start).is_none());
    }
}
