//! Limits how many handshakes are tried: by one source, through one relay, and in all. A sans-IO sliding
//! window, bounded by what it admits.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use libp2p::PeerId;

use crate::source::{SourceNetwork, StreamSource};

/// Handshakes per minute from one address, or from one peer where it comes through a relay: a person with a
/// bad line tries a few times.
pub const MAX_TRIES_PER_MINUTE: usize = 5;

/// Handshakes per second in all: more than anybody needs, and little work for the machine.
pub const MAX_TRIES_PER_SECOND: usize = 50;

/// Handshakes per second through one relay: half of all, so that those behind it, whoever they are, can't
/// keep others out.
pub const MAX_TRIES_PER_SECOND_AND_RELAY: usize = MAX_TRIES_PER_SECOND / 2;

const MINUTE: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);

/// Sources remembered: as many as can be admitted in a minute, so this bound never decides.
const MAX_SOURCES: usize = MAX_TRIES_PER_SECOND * 60 + MAX_TRIES_PER_SECOND;

/// Whether a handshake may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum HandshakeAdmission {
    /// It may, and was counted.
    Admitted,
    /// This source has tried too often.
    SourceBusy {
        /// When it may try again.
        retry_in: Duration,
    },
    /// There are too many tries in all, or through its relay.
    Busy {
        /// When the next one may begin.
        retry_in: Duration,
    },
}

/// Counts handshakes as they begin.
#[derive(Debug, Default)]
pub(super) struct HandshakeLimiter {
    /// When, and through which relay.
    last_second: VecDeque<(Instant, Option<PeerId>)>,
    by_source: HashMap<TrySource, VecDeque<Instant>>,
    swept_at: Option<Instant>,
}

/// Whose tries are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum TrySource {
    Address(SourceNetwork),
    /// Behind a relay there are many, and nobody answers for the others.
    Relayed(PeerId),
}

impl TrySource {
    fn of(source: &StreamSource) -> Self {
        if source.network.is_relay() { Self::Relayed(source.peer) } else { Self::Address(source.network) }
    }
}

impl HandshakeLimiter {
    /// Whether a handshake from `source` may begin at `now`.
    pub(super) fn admit(&mut self, source: &StreamSource, now: Instant) -> HandshakeAdmission {
        self.sweep(now);
        let relay = if let SourceNetwork::Relay(relay) = source.network { Some(relay) } else { None };
        while self.last_second.front().is_some_and(|(first, _)| left(*first, SECOND, now)) {
            self.last_second.pop_front();
        }
        let of_relay = |(_, by): &&(Instant, Option<PeerId>)| relay.is_some() && *by == relay;
        let through_it = self.last_second.iter().filter(of_relay);
        let blocking = if self.last_second.len() >= MAX_TRIES_PER_SECOND {
            self.last_second.front()
        } else {
            // None where they are fewer.
            through_it.rev().nth(MAX_TRIES_PER_SECOND_AND_RELAY - 1)
        };
        if let Some((at, _)) = blocking {
            return HandshakeAdmission::Busy { retry_in: until_it_leaves(*at, SECOND, now) };
        }
        let key = TrySource::of(source);
        if self.by_source.len() >= MAX_SOURCES && !self.by_source.contains_key(&key) {
            return HandshakeAdmission::Busy { retry_in: SECOND };
        }
        let tries = self.by_source.entry(key).or_default();
        forget(tries, MINUTE, now);
        if let Some(first) = tries.front().filter(|_| tries.len() >= MAX_TRIES_PER_MINUTE) {
            return HandshakeAdmission::SourceBusy { retry_in: until_it_leaves(*first, MINUTE, now) };
        }
        tries.push_back(now);
        self.last_second.push_back((now, relay));
        HandshakeAdmission::Admitted
    }

    /// Once per second, forgets sources that have not tried for a minute.
    fn sweep(&mut self, now: Instant) {
        if self.swept_at.is_some_and(|at| now.saturating_duration_since(at) < SECOND) {
            return;
        }
        self.swept_at = Some(now);
        self.by_source.retain(|_, tries| {
            forget(tries, MINUTE, now);
            !tries.is_empty()
        });
    }
}

fn forget(tries: &mut VecDeque<Instant>, window: Duration, now: Instant) {
    while tries.front().is_some_and(|first| left(*first, window, now)) {
        tries.pop_front();
    }
}

fn left(at: Instant, window: Duration, now: Instant) -> bool {
    now.saturating_duration_since(at) >= window
}

fn until_it_leaves(at: Instant, window: Duration, now: Instant) -> Duration {
    (at + window).saturating_duration_since(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn direct(number: u32) -> StreamSource {
        let network = SourceNetwork::V4((0x0a00_0000 + number).to_be_bytes());
        StreamSource { peer: PeerId::random(), network }
    }

    fn through(relay: PeerId) -> StreamSource {
        StreamSource { peer: PeerId::random(), network: SourceNetwork::Relay(relay) }
    }

    #[test]
    fn five_tries_a_minute_from_an_address() {
        let (mut limiter, start) = (HandshakeLimiter::default(), Instant::now());
        for second in 0..5 {
            assert_eq!(limiter.admit(&direct(1), start + SECOND * second), HandshakeAdmission::Admitted);
        }
        let now = start + SECOND * 5;
        let retry_in = Duration::from_secs(55);
        assert_eq!(limiter.admit(&direct(1), now), HandshakeAdmission::SourceBusy { retry_in });
        assert_eq!(limiter.admit(&direct(1), now), HandshakeAdmission::SourceBusy { retry_in });
        assert_eq!(limiter.admit(&direct(2), now), HandshakeAdmission::Admitted);
        assert_eq!(limiter.admit(&direct(1), now + retry_in), HandshakeAdmission::Admitted);
        assert!(matches!(limiter.admit(&direct(1), now + retry_in), HandshakeAdmission::SourceBusy { .. }));
    }

    #[test]
    fn fifty_tries_a_second_in_all() {
        let (mut limiter, start) = (HandshakeLimiter::default(), Instant::now());
        for number in 0..50 {
            assert_eq!(limiter.admit(&direct(number), start), HandshakeAdmission::Admitted);
        }
        assert_eq!(limiter.admit(&direct(50), start), HandshakeAdmission::Busy { retry_in: SECOND });
        assert_eq!(limiter.admit(&direct(50), start + SECOND), HandshakeAdmission::Admitted);
    }

    #[test]
    fn those_who_come_through_one_relay_do_not_lock_each_other_out() {
        let (mut limiter, start) = (HandshakeLimiter::default(), Instant::now());
        let (relay, other) = (PeerId::random(), PeerId::random());
        let stranger = through(relay);
        for _ in 0..5 {
            assert_eq!(limiter.admit(&stranger, start), HandshakeAdmission::Admitted);
        }
        assert!(matches!(limiter.admit(&stranger, start), HandshakeAdmission::SourceBusy { .. }));
        assert_eq!(limiter.admit(&through(relay), start), HandshakeAdmission::Admitted);
        // A flood of identities takes the relay's share, for a second, and nobody else's.
        let flood =
            (0..100).filter(|_| limiter.admit(&through(relay), start) == HandshakeAdmission::Admitted);
        assert_eq!(flood.count(), MAX_TRIES_PER_SECOND_AND_RELAY - 6);
        assert_eq!(limiter.admit(&through(relay), start), HandshakeAdmission::Busy { retry_in: SECOND });
        assert_eq!(limiter.admit(&through(other), start), HandshakeAdmission::Admitted);
        assert_eq!(limiter.admit(&direct(1), start), HandshakeAdmission::Admitted);
        assert_eq!(limiter.admit(&through(relay), start + SECOND), HandshakeAdmission::Admitted);
    }

    #[test]
    fn a_flood_of_addresses_stays_bounded_and_passes() {
        let (mut limiter, start) = (HandshakeLimiter::default(), Instant::now());
        let mut most = 0;
        for number in 0..200_000_u32 {
            let now = start + Duration::from_millis(u64::from(number));
            let _ = limiter.admit(&direct(number), now);
            most = most.max(limiter.by_source.len());
        }
        assert!(most <= MAX_SOURCES, "{most}");
        let later = start + Duration::from_secs(300);
        assert_eq!(limiter.admit(&direct(1), later), HandshakeAdmission::Admitted);
        assert_eq!(limiter.by_source.len(), 1);
    }

    #[test]
    fn a_time_before_the_last_one_is_no_panic() {
        let (mut limiter, start) = (HandshakeLimiter::default(), Instant::now());
        assert_eq!(limiter.admit(&direct(1), start + MINUTE), HandshakeAdmission::Admitted);
        assert_eq!(limiter.admit(&direct(1), start), HandshakeAdmission::Admitted);
    }
}
