//! The host's record of its invites: which one is open, and what became of the previous ones.
//!
//! What it does: allows an invite to be used once and for a limited time, revokes one that somebody else
//! seems to have, and limits how often handshakes are tried. Whoever does not know the secret is counted and
//! changes nothing. Time is passed in and only moves forward, so setting a clock back changes nothing.
//!
//! What it does not do: it runs no handshake, makes no invite, and publishes nothing.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::limiter::{HandshakeAdmission, HandshakeLimiter};
use super::{Invite, InviteKeys, InviteSecret};
use crate::source::StreamSource;

/// Identifies an invite: [`InviteKeys::invite_id`].
pub type InviteId = [u8; 16];

/// Handshakes with an invite that may be unfinished, those under way included, after which no other begins;
/// once as many have been broken off, the invite is revoked. Whoever sits between the two sides sees the four
/// pictures of a handshake before it has to go on with it, and each is a chance of 1 in 2^24 that they match;
/// a technician with a bad line breaks off once or twice.
pub const MAX_UNFINISHED: u32 = 3;

/// Requests with an invite that the user is shown: a technician whose line broke asks once more. The next one
/// revokes the invite, so that nobody can ask until the user is tired of it.
pub const MAX_REQUESTS: u32 = 2;

/// Past invites whose holders still get a clear answer: the few that a person has replaced lately.
pub const MAX_RETIRED: usize = 3;

/// How long they get it: the longest life of an invite, since nobody holds an older one that was valid a
/// moment ago.
const RETIRED_KEPT: Duration = Duration::from_secs(60 * 60);

/// The shortest time that an invite stays good once its own is over: reading six words out, having them typed
/// and looking for the host takes some minutes with somebody who is slow.
const MIN_GRACE: Duration = Duration::from_secs(15 * 60);

/// How long an invite lives: at most 60 minutes, by default 15.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InviteLifetime(Duration);

impl InviteLifetime {
    /// The longest lifetime.
    pub const MAX: Self = Self(Duration::from_secs(60 * 60));

    /// The lifetime `duration`, or the longest if `duration` is longer.
    pub fn at_most(duration: Duration) -> Self {
        Self(duration.min(Self::MAX.0))
    }

    /// As a duration.
    pub const fn duration(self) -> Duration {
        self.0
    }

    /// How long an invite stays good once its time is over, for somebody who is just reading it out: until an
    /// hour after it was made, and a quarter of an hour where that is longer.
    fn grace(self) -> Duration {
        (Self::MAX.0 - self.0).max(MIN_GRACE)
    }
}

impl Default for InviteLifetime {
    fn default() -> Self {
        Self(Duration::from_secs(15 * 60))
    }
}

/// The state of an invite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InviteState {
    /// It can be used.
    Open,
    /// The user has consented to somebody who held it.
    Used,
    /// It has expired.
    Expired,
    /// The host has made a new one.
    Replaced,
    /// This host did not make it, or made it long ago.
    Unknown,
}

/// What is made of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum RequestStanding {
    /// The user is to be asked.
    Ask,
    /// The invite was revoked while the handshake ran: its holder needs the new one.
    Revoked,
    /// It was one too many, and the invite is revoked: make a new one, and warn the user.
    MakeNew {
        /// How many there were, this one included.
        asked: u32,
    },
}

/// The open invite with its keys and its expiry.
#[derive(Debug)]
pub struct OpenInvite {
    /// The invite; `None` where it is reserved for one peer and can't be given away.
    pub invite: Option<Invite>,
    /// Its keys.
    pub keys: InviteKeys,
    /// When its time is over: the user is told, and it stays good until they have a new one.
    pub due_at: Instant,
    /// When it expires, whether they have or not.
    pub expires_at: Instant,
    /// Whether the user was told that its time is over.
    overdue: bool,
    /// Handshakes by somebody who does not know the secret.
    wrong: u32,
    /// Handshakes by somebody who knows it, that are under way or were broken off.
    unfinished: u32,
    /// Those that were broken off.
    broken_off: u32,
    requests: u32,
}

#[derive(Debug)]
struct RetiredInvite {
    secret: Option<InviteSecret>,
    keys: InviteKeys,
    state: InviteState,
    at: Instant,
}

/// All invites of a host.
#[derive(Debug, Default)]
pub struct InviteBook {
    lifetime: InviteLifetime,
    current: Option<OpenInvite>,
    /// The newest first.
    retired: VecDeque<RetiredInvite>,
    limiter: HandshakeLimiter,
}

impl InviteBook {
    /// An empty book whose invites live for `lifetime`.
    pub fn new(lifetime: InviteLifetime) -> Self {
        Self { lifetime, ..Self::default() }
    }

    /// Opens a new invite and revokes the previous one.
    pub fn open(&mut self, invite: Invite, keys: InviteKeys, now: Instant) -> &OpenInvite {
        self.open_any(Some(invite), keys, self.lifetime.grace(), now)
    }

    /// The same for one that is reserved for a peer.
    pub fn open_reserved(&mut self, keys: InviteKeys, now: Instant) -> &OpenInvite {
        self.open_any(None, keys, Duration::ZERO, now)
    }

    fn open_any(
        &mut self,
        invite: Option<Invite>,
        keys: InviteKeys,
        grace: Duration,
        now: Instant,
    ) -> &OpenInvite {
        self.handle_timeout(now);
        self.retire(InviteState::Replaced, now);
        let due_at = now + self.lifetime.duration();
        self.current.insert(OpenInvite {
            invite,
            keys,
            due_at,
            expires_at: due_at + grace,
            overdue: false,
            wrong: 0,
            unfinished: 0,
            broken_off: 0,
            requests: 0,
        })
    }

    /// The open invite, if there is one.
    pub fn current(&self, now: Instant) -> Option<&OpenInvite> {
        self.current.as_ref().filter(|open| now < open.expires_at)
    }

    /// When [`InviteBook::handle_timeout`] has something to do.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let expiry =
            self.current.as_ref().map(|open| if open.overdue { open.expires_at } else { open.due_at });
        let forgotten = self.retired.back().map(|retired| retired.at + RETIRED_KEPT);
        expiry.into_iter().chain(forgotten).min()
    }

    /// Whether the time of the open invite has just ended while it stays good: the caller then tells the
    /// user. True once.
    pub fn note_overdue(&mut self, now: Instant) -> bool {
        let open = self.current.as_mut().filter(|open| now >= open.due_at && !open.overdue);
        open.map(|open| open.overdue = true).is_some()
    }

    /// Expires whatever is old enough. Returns true if the open invite has just expired: the caller then
    /// withdraws it from the network and notifies the user.
    pub fn handle_timeout(&mut self, now: Instant) -> bool {
        while self.retired.back().is_some_and(|last| now.saturating_duration_since(last.at) >= RETIRED_KEPT) {
            self.retired.pop_back();
        }
        let expired = self.current.as_ref().is_some_and(|open| now >= open.expires_at);
        if expired {
            self.retire(InviteState::Expired, now);
        }
        expired
    }

    /// Whether a handshake from `source` may begin; if so, it is counted. To be called before anything is
    /// computed for it.
    pub(crate) fn admit(&mut self, source: &StreamSource, now: Instant) -> HandshakeAdmission {
        self.limiter.admit(source, now)
    }

    /// The keys with which a first message may have been made, and the state of each invite. If that is not
    /// [`InviteState::Open`], the handshake is finished only to say so. The most probable comes first; there
    /// are at most `1 +` [`MAX_RETIRED`].
    pub fn keys(&self, now: Instant) -> impl Iterator<Item = (&InviteKeys, InviteState)> {
        let current = self.current.iter().map(move |open| {
            (&open.keys, if now < open.expires_at { InviteState::Open } else { InviteState::Expired })
        });
        current.chain(self.retired.iter().map(|retired| (&retired.keys, retired.state)))
    }

    /// The state of the invite with this id.
    pub fn state(&self, invite: &InviteId, now: Instant) -> InviteState {
        self.keys(now)
            .find(|(keys, _)| keys.invite_id == *invite)
            .map_or(InviteState::Unknown, |(_, state)| state)
    }

    /// Whether this host made the invite, that is, whether somebody tries to help themselves.
    pub fn is_own(&self, secret: &InviteSecret) -> bool {
        let current = self.current.iter().filter_map(|open| open.invite.as_ref());
        current.map(Invite::secret).any(|own| own == secret)
            || self.retired.iter().any(|retired| retired.secret.as_ref() == Some(secret))
    }

    /// Somebody does not know the secret. Returns how many did not since the open invite was made; `None`
    /// without one. It has no other effect: against 60 bits a try is nothing, and a new invite would be one
    /// that the technician doesn't have.
    pub fn note_wrong(&mut self, now: Instant) -> Option<u32> {
        self.handle_timeout(now);
        let open = self.current.as_mut()?;
        open.wrong = open.wrong.saturating_add(1);
        Some(open.wrong)
    }

    /// Whether a handshake of somebody who knows this invite may go on, that is, be answered. If so,
    /// [`Self::note_broken_off`], [`Self::note_over`] or [`Self::note_request`] says how it ended.
    pub fn begin(&mut self, invite: &InviteId, now: Instant) -> bool {
        self.handle_timeout(now);
        // Those with an earlier one are answered that it is void.
        let Some(open) = self.open_as(invite) else { return true };
        let may = open.unfinished < MAX_UNFINISHED;
        open.unfinished += u32::from(may);
        may
    }

    /// A handshake of somebody who knows this invite ended without a request. Returns how many have, if the
    /// invite is revoked by that: the caller then makes a new one and warns the user.
    #[must_use]
    pub fn note_broken_off(&mut self, invite: &InviteId, now: Instant) -> Option<u32> {
        self.handle_timeout(now);
        let open = self.open_as(invite)?;
        open.broken_off += 1;
        let times = open.broken_off;
        if times < MAX_UNFINISHED {
            return None;
        }
        self.retire(InviteState::Replaced, now);
        Some(times)
    }

    /// A handshake of somebody who knows this invite ended by nobody's doing.
    pub fn note_over(&mut self, invite: &InviteId) {
        if let Some(open) = self.open_as(invite) {
            open.unfinished = open.unfinished.saturating_sub(1);
        }
    }

    /// A handshake of somebody who knows this invite led to a request.
    pub fn note_request(&mut self, invite: &InviteId, now: Instant) -> RequestStanding {
        self.handle_timeout(now);
        let Some(open) = self.open_as(invite) else {
            let revoked = matches!(self.state(invite, now), InviteState::Replaced | InviteState::Unknown);
            return if revoked { RequestStanding::Revoked } else { RequestStanding::Ask };
        };
        open.unfinished = open.unfinished.saturating_sub(1);
        open.requests += 1;
        let asked = open.requests;
        if asked <= MAX_REQUESTS {
            return RequestStanding::Ask;
        }
        self.retire(InviteState::Replaced, now);
        RequestStanding::MakeNew { asked }
    }

    fn open_as(&mut self, invite: &InviteId) -> Option<&mut OpenInvite> {
        self.current.as_mut().filter(|open| open.keys.invite_id == *invite)
    }

    /// The user has consented to a technician whose handshake used this invite.
    ///
    /// If it expired while the user was reading the question, it is still valid: expiry stops handshakes, not
    /// the user's own yes.
    ///
    /// # Errors
    /// The state, if the invite can't be used for a session: [`InviteState::Used`], [`InviteState::Replaced`]
    /// or [`InviteState::Unknown`].
    pub fn consume(&mut self, invite: &InviteId, now: Instant) -> Result<(), InviteState> {
        self.handle_timeout(now);
        if self.current.as_ref().is_some_and(|open| open.keys.invite_id == *invite) {
            self.retire(InviteState::Used, now);
            return Ok(());
        }
        let Some(retired) = self.retired.iter_mut().find(|retired| retired.keys.invite_id == *invite) else {
            return Err(InviteState::Unknown);
        };
        match retired.state {
            InviteState::Expired => {
                retired.state = InviteState::Used;
                Ok(())
            }
            state => Err(state),
        }
    }

    fn retire(&mut self, state: InviteState, now: Instant) {
        if let Some(OpenInvite { invite, keys, .. }) = self.current.take() {
            self.retired.truncate(MAX_RETIRED - 1);
            let secret = invite.map(|invite| invite.secret);
            self.retired.push_front(RetiredInvite { secret, keys, state, at: now });
        }
    }
}

#[cfg(test)]
mod tests;
