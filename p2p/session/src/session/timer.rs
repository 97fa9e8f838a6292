//! What a session waits for.

use std::time::{Duration, Instant};

/// What a session waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Timer {
    /// When to give up a handshake that does not complete; at the host the request must have come by then too, at
    /// the technician a sign that it arrived.
    Handshake = 0,
    /// When to give up waiting for the user's answer.
    Consent = 1,
    /// When to say that we are still there.
    Heartbeat = 2,
    /// When to take the other side for lost.
    Silence = 3,
    /// Technician: when to ask for the next epoch's keys.
    Rekey = 4,
    /// When to take the other side for lost because it closed a stream without a goodbye on the control channel.
    Farewell = 5,
}

impl Timer {
    const ALL: [Self; 6] =
        [Self::Handshake, Self::Consent, Self::Heartbeat, Self::Silence, Self::Rekey, Self::Farewell];
}

/// A handshake is two round trips and some milliseconds of arithmetic; a person waits for it.
pub(super) const HANDSHAKE: Duration = Duration::from_secs(10);

/// The user may have to read, and to ask back by telephone.
pub(super) const CONSENT: Duration = Duration::from_secs(120);

/// The technician waits a little longer, so that the host's word for it arrives.
pub(super) const CONSENT_AT_TECHNICIAN: Duration = Duration::from_secs(125);

/// A heartbeat is 120 to 270 bytes as packets, the transport's acknowledgements included: 1 to 2 kbit/s a side.
pub(super) const HEARTBEAT: Duration = Duration::from_millis(1150);

/// How much longer than [`HEARTBEAT`] the host waits for the technician's before it speaks by itself: the jitter of a
/// bad path.
pub(super) const HEARTBEAT_GRACE: Duration = Duration::from_millis(150);

/// Remote input must stop within 3 s of the last sign of life; two heartbeats may be late.
pub(super) const SILENCE: Duration = Duration::from_millis(2500);

/// How long keys live.
pub(super) const REKEY: Duration = Duration::from_secs(15 * 60);

/// When the last change of keys is not through yet.
pub(super) const REKEY_RETRY: Duration = Duration::from_secs(1);

/// How long a goodbye may come after a stream's end.
pub(super) const FAREWELL: Duration = Duration::from_secs(1);

/// Deadlines, by timer.
#[derive(Debug, Default)]
pub(super) struct Timers([Option<Instant>; Timer::ALL.len()]);

impl Timers {
    pub(super) fn set(&mut self, timer: Timer, at: Instant) {
        self.0[timer as usize] = Some(at);
    }

    pub(super) fn stop(&mut self, timer: Timer) {
        self.0[timer as usize] = None;
    }

    pub(super) fn stop_all(&mut self) {
        *self = Self::default();
    }

    pub(super) fn running(&self, timer: Timer) -> bool {
        self.0[timer as usize].is_some()
    }

    /// The next deadline.
    pub(super) fn next(&self) -> Option<Instant> {
        self.0.iter().flatten().min().copied()
    }

    /// A timer whose time has come; it is stopped.
    pub(super) fn expired(&mut self, now: Instant) -> Option<Timer> {
        let timer =
            Timer::ALL.into_iter().find(|timer| self.0[*timer as usize].is_some_and(|at| at <= now))?;
        self.stop(timer);
        Some(timer)
    }
}
