//! The way back after an end by a slip: a secret of this session's, in memory alone, of which a ticket for
//! two minutes is made at the end.
//!
//! It lets nobody back: the user's press does, as for any ticket. Where the user has taken something back, or
//! had paused, there is none.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use beistand_session::{PermissionSet, ReturnSecret, Role};

use super::ReturnTicket;

/// How long a ticket of this kind is good: both windows offer it for 30 s, and then the two computers have to
/// find each other again.
const WAY_BACK_LIFE: Duration = Duration::from_secs(120);

/// Whether there is a way back, and by which secret. Clones are one.
#[derive(Debug, Clone, Default)]
pub(crate) struct WayBack(Arc<Mutex<WayBackState>>);

#[derive(Debug, Default)]
struct WayBackState {
    secret: Option<ReturnSecret>,
    /// What the other side is called, where that was heard in the session.
    name: Option<String>,
    forbidden: bool,
}

impl WayBack {
    fn lock(&self) -> MutexGuard<'_, WayBackState> {
        // Nothing panics while it is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// This is the secret from now on; nothing where it was forbidden.
    pub(crate) fn keep(&self, secret: Option<ReturnSecret>) {
        let mut state = self.lock();
        state.secret = secret.filter(|_| !state.forbidden);
    }

    /// There is none from now on, for good.
    pub(crate) fn forbid(&self) {
        *self.lock() = WayBackState { forbidden: true, ..WayBackState::default() };
    }

    /// The other side is called so.
    pub(crate) fn name(&self, name: &str) {
        self.lock().name = Some(name.to_owned());
    }

    /// The ticket for it at `now`, once. `name` is what the other side is called where nothing was heard of
    /// it.
    pub(crate) fn ticket(
        &self,
        role: Role,
        peer_key: [u8; 32],
        name: String,
        permissions: PermissionSet,
        now: SystemTime,
    ) -> Option<ReturnTicket> {
        let mut state = self.lock();
        let secret = state.secret.take().filter(|_| !permissions.is_empty())?;
        let name = state.name.take().unwrap_or(name);
        Some(ReturnTicket::new(role, secret, peer_key, name, permissions, now).ending_in(WAY_BACK_LIFE, now))
    }
}

#[cfg(test)]
mod tests {
    use beistand_session::Permission;

    use super::*;

    const VIEW: PermissionSet = PermissionSet::NONE.with(Permission::View);

    fn ticket(way_back: &WayBack, now: SystemTime) -> Option<ReturnTicket> {
        way_back.ticket(Role::Host, [1; 32], "Tess".to_owned(), VIEW, now)
    }

    #[test]
    fn there_is_one_ticket_for_two_minutes_and_for_what_was_allowed() {
        let (way_back, now) = (WayBack::default(), SystemTime::now());
        assert!(ticket(&way_back, now).is_none(), "there is no secret");
        way_back.keep(Some(ReturnSecret::from_bytes(&[2; 32])));
        let made = ticket(&way_back, now).expect("a secret");
        assert_eq!(made.permissions(), VIEW);
        let left = made.left(now).expect("it is good");
        assert!(left <= WAY_BACK_LIFE && left > WAY_BACK_LIFE - Duration::from_secs(2), "{left:?}");
        assert!(made.left(now + WAY_BACK_LIFE).is_err());
        assert!(ticket(&way_back, now).is_none(), "once");
    }

    #[test]
    fn where_it_was_forbidden_there_is_none_whatever_comes() {
        let way_back = WayBack::default();
        let secret = || Some(ReturnSecret::from_bytes(&[2; 32]));
        way_back.keep(secret());
        way_back.forbid();
        way_back.keep(secret());
        assert!(ticket(&way_back, SystemTime::now()).is_none());
        let other = WayBack::default();
        other.keep(secret());
        let nothing =
            other.ticket(Role::Host, [1; 32], String::new(), PermissionSet::NONE, SystemTime::now());
        assert!(nothing.is_none(), "nothing was allowed");
    }
}
