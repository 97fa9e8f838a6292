//! Counts how many bytes each peer has relayed in the last day.
//!
//! A day is the 24 hours before any moment, not a calendar day. Hours that lie only partly in it count in
//! full, so a peer never relays more than its allowance in any 24 hours. If there are too many peers, those
//! that have used the least are forgotten, so that nobody can get rid of a high count by a flood of new
//! identities.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use libp2p::PeerId;

/// Peers whose bytes are remembered: 1.6 MB at about 100 bytes each.
const MAX_PEERS: usize = 16 * 1024;

/// Peers forgotten at once if there is no room: a sixteenth, since finding them means looking at all.
const PUSHED_OUT: usize = MAX_PEERS / 16;

const HOUR: Duration = Duration::from_secs(3600);

/// Hours that count: 24, and the current one.
const HOURS: u64 = 25;

/// The bytes of each peer.
#[derive(Debug)]
pub(super) struct DayLedger {
    allowed: u64,
    start: Instant,
    swept: u64,
    peers: HashMap<PeerId, HourlyBytes>,
}

/// The bytes of each hour that had any, oldest first.
#[derive(Debug, Default)]
struct HourlyBytes(Vec<(u64, u64)>);

impl HourlyBytes {
    fn used(&self, hour: u64) -> u64 {
        self.0.iter().filter(|(then, _)| then + HOURS > hour).map(|(_, bytes)| bytes).sum()
    }
}

impl DayLedger {
    /// Each peer may relay `allowed` bytes.
    pub(super) fn new(allowed: u64, now: Instant) -> Self {
        Self { allowed, start: now, swept: 0, peers: HashMap::new() }
    }

    /// The peer's remaining bytes.
    pub(super) fn left(&self, peer: &PeerId, now: Instant) -> u64 {
        let used = self.peers.get(peer).map_or(0, |hours| hours.used(self.hour(now)));
        self.allowed.saturating_sub(used)
    }

    /// Counts bytes that the peer relays.
    pub(super) fn charge(&mut self, peer: &PeerId, bytes: u64, now: Instant) {
        let hour = self.hour(now);
        if hour != self.swept {
            self.swept = hour;
            self.peers.retain(|_, hours| {
                hours.0.retain(|(then, _)| then + HOURS > hour);
                !hours.0.is_empty()
            });
        }
        if self.peers.len() >= MAX_PEERS && !self.peers.contains_key(peer) {
            self.push_out(hour);
        }
        let hours = &mut self.peers.entry(*peer).or_default().0;
        match hours.last_mut() {
            Some((last, used)) if *last == hour => *used += bytes,
            Some(_) | None => hours.push((hour, bytes)),
        }
    }

    fn push_out(&mut self, hour: u64) {
        let mut used: Vec<_> = self.peers.values().map(|hours| hours.used(hour)).collect();
        let (_, bound, _) = used.select_nth_unstable(PUSHED_OUT);
        let bound = *bound;
        let mut room = PUSHED_OUT;
        self.peers.retain(|_, hours| {
            let goes = room > 0 && hours.used(hour) <= bound;
            room -= usize::from(goes);
            !goes
        });
    }

    fn hour(&self, now: Instant) -> u64 {
        now.saturating_duration_since(self.start).as_secs() / HOUR.as_secs()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_days_bytes_come_back_a_day_later() {
        let start = Instant::now();
        let mut day = DayLedger::new(100, start);
        let peer = PeerId::random();
        day.charge(&peer, 60, start);
        day.charge(&peer, 60, start + HOUR);
        assert_eq!(day.left(&peer, start + HOUR), 0);
        assert_eq!(day.left(&peer, start + 24 * HOUR), 0);
        assert_eq!(day.left(&peer, start + 25 * HOUR), 40);
        assert_eq!(day.left(&peer, start + 26 * HOUR), 100);
        day.charge(&PeerId::random(), 1, start + 26 * HOUR);
        assert_eq!(day.peers.len(), 1, "who has used nothing is forgotten");
    }

    #[test]
    fn a_flood_of_peers_is_bounded_and_clears_no_long_account() {
        let now = Instant::now();
        let mut day = DayLedger::new(1_000, now);
        let peer = PeerId::random();
        day.charge(&peer, 900, now);
        for _ in 0..2 * MAX_PEERS {
            day.charge(&PeerId::random(), 1, now);
            assert!(day.peers.len() <= MAX_PEERS);
        }
        assert_eq!(day.left(&peer, now), 100);
    }

    proptest! {
        #[test]
        fn no_24_hours_have_more_than_a_days_bytes(
            steps in proptest::collection::vec((0_u64..20_000, 0_u64..80), 1..100),
        ) {
            let start = Instant::now();
            let mut now = start;
            let mut day = DayLedger::new(100, start);
            let peer = PeerId::random();
            let mut relayed: Vec<(Instant, u64)> = Vec::new();
            for (secs, bytes) in steps {
                now += Duration::from_secs(secs);
                let bytes = bytes.min(day.left(&peer, now));
                day.charge(&peer, bytes, now);
                relayed.push((now, bytes));
                let within = relayed.iter().filter(|(then, _)| now - *then < 24 * HOUR);
                prop_assert!(within.map(|(_, bytes)| bytes).sum::<u64>() <= 100);
            }
        }
    }
}
