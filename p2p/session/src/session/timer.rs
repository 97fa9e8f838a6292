//! What a session waits for.

use std::time::{Duration, Instant};

use crate::ANSWER_TIME;

/// What a session waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SessionTimer {
    /// When to give up a handshake that does not complete; at the host the request must have come by then
    /// too, at the technician a sign that it arrived.
    Handshake = 0,
    /// When to give up waiting for the user's answer.
    Consent = 1,
    /// When to say that we are still there.
    Heartbeat = 2,
    /// When to take the path for lost.
    Silence = 3,
    /// Technician: when to begin a leg with new keys.
    Keys = 4,
    /// When to take the leg for lost because the other side closed one of its streams without a goodbye.
    Farewell = 5,
    /// When to tell that there is no path.
    Missing = 6,
    /// When to give up waiting for a path.
    Reconnect = 7,
    /// Technician: when to give up the leg that is tried.
    Resume = 8,
    /// Technician: when to look again whether there is a path to change to.
    Consider = 9,
    /// When to report how far media and bulk have arrived.
    Progress = 10,
}

impl SessionTimer {
    const ALL: [Self; 11] = [
        Self::Handshake,
        Self::Consent,
        Self::Heartbeat,
        Self::Silence,
        Self::Keys,
        Self::Farewell,
        Self::Missing,
        Self::Reconnect,
        Self::Resume,
        Self::Consider,
        Self::Progress,
    ];
}

/// A handshake is two round trips and some milliseconds of arithmetic; a person waits for it.
pub(super) const HANDSHAKE: Duration = Duration::from_secs(10);

/// How long the technician waits for the user's answer: a little longer than the host, so that the host's
/// word for it arrives.
pub(super) const ANSWER_AT_TECHNICIAN: Duration = ANSWER_TIME.saturating_add(Duration::from_secs(5));

/// While somebody works: a path that died is noticed after four of them.
pub(super) const HEARTBEAT: Duration = Duration::from_millis(500);

/// At rest, where a picture that stands still looks the same as one that can't move. A heartbeat is 120 to
/// 270 bytes as packets, the transport's acknowledgements included: 1 to 2 kbit/s a side.
pub(super) const HEARTBEAT_AT_REST: Duration = Duration::from_millis(1150);

/// A session is at rest after so long without input or a picture.
pub(super) const REST: Duration = Duration::from_secs(5);

/// How much longer than [`HEARTBEAT`] the host waits for the technician's before it speaks by itself: the
/// jitter of a bad path.
pub(super) const HEARTBEAT_GRACE: Duration = Duration::from_millis(150);

/// Silence after which another path is looked for while somebody works; remote input must stop within 3 s of
/// the last sign of life.
pub(super) const SILENCE: Duration = Duration::from_millis(2000);

/// The same at rest; two heartbeats may be late.
pub(super) const SILENCE_AT_REST: Duration = Duration::from_millis(2500);

/// How long keys live.
pub(super) const KEYS: Duration = Duration::from_secs(15 * 60);

/// How long the host takes records under the same keys: the technician's time, and what a few tries may need.
pub(super) const KEYS_AT_HOST: Duration = Duration::from_secs(20 * 60);

/// When the last change of keys did not come about.
pub(super) const KEYS_RETRY: Duration = Duration::from_secs(5);

/// How long a leg may be gone before anybody is told: a change to a path that stands takes one round trip.
pub(super) const MISSING: Duration = Duration::from_millis(500);

/// How long a path is waited for: a laptop that was closed for a moment, or carried to another room, is back
/// by then. Nothing is seen or done meanwhile, and the user can end the session at any time.
pub(super) const RECONNECT: Duration = Duration::from_secs(10 * 60);

/// The same while the user is still being asked: somebody who went away is not to be answered.
pub(super) const RECONNECT_BEFORE_CONSENT: Duration = Duration::from_secs(3);

/// How long the reply to a resume may take: a stream and a round trip, with two losses.
pub(super) const RESUME: Duration = Duration::from_millis(2500);

/// How long a goodbye may come after a stream's end.
pub(super) const FAREWELL: Duration = Duration::from_secs(1);

/// Deadlines, by timer.
#[derive(Debug, Default)]
pub(super) struct Deadlines([Option<Instant>; SessionTimer::ALL.len()]);

impl Deadlines {
    pub(super) fn set(&mut self, timer: SessionTimer, at: Instant) {
        self.0[timer as usize] = Some(at);
    }

    pub(super) fn stop(&mut self, timer: SessionTimer) {
        self.0[timer as usize] = None;
    }

    pub(super) fn stop_all(&mut self) {
        *self = Self::default();
    }

    pub(super) fn running(&self, timer: SessionTimer) -> bool {
        self.0[timer as usize].is_some()
    }

    /// The next deadline.
    pub(super) fn next(&self) -> Option<Instant> {
        self.0.iter().flatten().min().copied()
    }

    /// A timer whose time has come; it is stopped.
    pub(super) fn expired(&mut self, now: Instant) -> Option<SessionTimer> {
        let timer = SessionTimer::ALL
            .into_iter()
            .find(|timer| self.0[*timer as usize].is_some_and(|at| at <= now))?;
        self.stop(timer);
        Some(timer)
    }
}
