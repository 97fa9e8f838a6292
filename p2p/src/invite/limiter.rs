//! Limits how many handshakes are tried, from one address and in all. A sans-IO sliding window, bounded by
//! what it admits.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::time::{Duration, Instant};

use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;

/// Handshakes per minute from one address: a person with a wrong word tries a few times.
pub const MAX_TRIES_PER_MINUTE: usize = 5;

/// Handshakes per second in all: more than anybody needs, and little work for the machine.
pub const MAX_TRIES_PER_SECOND: usize = 50;

const MINUTE: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);

/// Addresses remembered: as many as can be admitted in a minute, so this bound never decides.
const MAX_SOURCES: usize = MAX_TRIES_PER_SECOND * 60 + MAX_TRIES_PER_SECOND;

/// Whether a handshake may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum HandshakeAdmission {
    /// It may, and was counted.
    Admitted,
    /// This address has tried too often.
    AddressBusy {
        /// When it may try again.
        retry_in: Duration,
    },
    /// There are too many tries in all.
    Busy {
        /// When the next one may begin.
        retry_in: Duration,
    },
}

/// Counts handshakes as they begin.
#[derive(Debug, Default)]
pub(super) struct HandshakeLimiter {
    last_second: VecDeque<Instant>,
    by_source: HashMap<HandshakeSource, VecDeque<Instant>>,
    swept_at: Option<Instant>,
}

impl HandshakeLimiter {
    /// Whether a handshake from `address` may begin at `now`.
    pub(super) fn admit(&mut self, address: &Multiaddr, now: Instant) -> HandshakeAdmission {
        self.sweep(now);
        forget(&mut self.last_second, SECOND, now);
        if self.last_second.len() >= MAX_TRIES_PER_SECOND {
            return HandshakeAdmission::Busy { retry_in: until_first_leaves(&self.last_second, SECOND, now) };
        }
        let source = HandshakeSource::of(address);
        if self.by_source.len() >= MAX_SOURCES && !self.by_source.contains_key(&source) {
            return HandshakeAdmission::Busy { retry_in: SECOND };
        }
        let tries = self.by_source.entry(source).or_default();
        forget(tries, MINUTE, now);
        if tries.len() >= MAX_TRIES_PER_MINUTE {
            return HandshakeAdmission::AddressBusy { retry_in: until_first_leaves(tries, MINUTE, now) };
        }
        tries.push_back(now);
        self.last_second.push_back(now);
        HandshakeAdmission::Admitted
    }

    /// Once per second, forgets addresses that have not tried for a minute.
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

/// The source of a try, as coarse as one sender can vary it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum HandshakeSource {
    V4([u8; 4]),
    /// The first 64 bits: the sender chooses the rest.
    V6([u8; 8]),
    /// An address without an IP, for example in memory.
    Other,
}

impl HandshakeSource {
    /// For a circuit this is the relay, since a PeerId behind it costs nothing.
    fn of(address: &Multiaddr) -> Self {
        let ip = address.iter().find_map(|part| match part {
            Protocol::Ip4(ip) => Some(IpAddr::V4(ip)),
            Protocol::Ip6(ip) => Some(ip.to_canonical()),
            _ => None,
        });
        match ip {
            Some(IpAddr::V4(ip)) => Self::V4(ip.octets()),
            Some(IpAddr::V6(ip)) => Self::V6(*ip.octets().first_chunk().expect("8 of 16 bytes")),
            None => Self::Other,
        }
    }
}

fn forget(tries: &mut VecDeque<Instant>, window: Duration, now: Instant) {
    while tries.front().is_some_and(|first| now.saturating_duration_since(*first) >= window) {
        tries.pop_front();
    }
}

fn until_first_leaves(tries: &VecDeque<Instant>, window: Duration, now: Instant) -> Duration {
    tries.front().map_or(Duration::ZERO, |first| (*first + window).saturating_duration_since(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Multiaddr {
        text.parse().unwrap()
    }

    fn host(number: u32) -> Multiaddr {
        Multiaddr::from(std::net::Ipv4Addr::from(0x0a00_0000 + number)).with(Protocol::Tcp(1))
    }

    #[test]
    fn five_tries_a_minute_from_an_address() {
        let (mut limiter, start) = (HandshakeLimiter::default(), Instant::now());
        let (busy, other) = (address("/ip4/192.0.2.1/tcp/1"), address("/ip4/192.0.2.2/udp/1/quic-v1"));
        for second in 0..5 {
            assert_eq!(limiter.admit(&busy, start + SECOND * second), HandshakeAdmission::Admitted);
        }
        let now = start + SECOND * 5;
        let retry_in = Duration::from_secs(55);
        assert_eq!(limiter.admit(&busy, now), HandshakeAdmission::AddressBusy { retry_in });
        assert_eq!(
            limiter.admit(&address("/ip4/192.0.2.1/tcp/2"), now),
            HandshakeAdmission::AddressBusy { retry_in }
        );
        assert_eq!(limiter.admit(&other, now), HandshakeAdmission::Admitted);
        assert_eq!(limiter.admit(&busy, now + retry_in), HandshakeAdmission::Admitted);
        assert!(matches!(limiter.admit(&busy, now + retry_in), HandshakeAdmission::AddressBusy { .. }));
    }

    #[test]
    fn an_ipv6_network_counts_as_one_and_a_mapped_address_as_ipv4() {
        let of = |text| HandshakeSource::of(&address(text));
        assert_eq!(of("/ip6/2001:db8::1/tcp/1"), of("/ip6/2001:db8::ffff:2/tcp/9"));
        assert_ne!(of("/ip6/2001:db8::1/tcp/1"), of("/ip6/2001:db8:0:1::1/tcp/1"));
        assert_eq!(of("/ip6/::ffff:192.0.2.1/tcp/1"), of("/ip4/192.0.2.1/tcp/1"));
        assert_eq!(of("/memory/1"), HandshakeSource::Other);
    }

    #[test]
    fn fifty_tries_a_second_in_all() {
        let (mut limiter, start) = (HandshakeLimiter::default(), Instant::now());
        for number in 0..50 {
            assert_eq!(limiter.admit(&host(number), start), HandshakeAdmission::Admitted);
        }
        assert_eq!(limiter.admit(&host(50), start), HandshakeAdmission::Busy { retry_in: SECOND });
        assert_eq!(limiter.admit(&host(50), start + SECOND), HandshakeAdmission::Admitted);
    }

    #[test]
    fn a_flood_of_addresses_stays_bounded_and_passes() {
        let (mut limiter, start) = (HandshakeLimiter::default(), Instant::now());
        let mut most = 0;
        for number in 0..200_000_u32 {
            let now = start + Duration::from_millis(u64::from(number));
            let _ = limiter.admit(&host(number), now);
            most = most.max(limiter.by_source.len());
        }
        assert!(most <= MAX_SOURCES, "{most}");
        let later = start + Duration::from_secs(300);
        assert_eq!(limiter.admit(&host(1), later), HandshakeAdmission::Admitted);
        assert_eq!(limiter.by_source.len(), 1);
    }

    #[test]
    fn a_time_before_the_last_one_is_no_panic() {
        let (mut limiter, start) = (HandshakeLimiter::default(), Instant::now());
        assert_eq!(limiter.admit(&host(1), start + MINUTE), HandshakeAdmission::Admitted);
        assert_eq!(limiter.admit(&host(1), start), HandshakeAdmission::Admitted);
    }
}
