//! Time as two sides see it: clock stamps in heartbeats give the round trip and the distance between the
//! clocks.
//!
//! As in NTP (RFC 5905, section 8): the sample with the shortest round trip tells the distance best.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::channels::control::HeartbeatEcho;

/// Samples that count: the last quarter of a minute.
const SAMPLES: usize = 16;

/// The longest round trip that is believed; the other side is taken for lost long before.
const MAX_ROUND_TRIP: Duration = Duration::from_secs(10);

/// A picture is never said to be older than this.
const MAX_AGE: Duration = Duration::from_secs(60);

/// This side's clock, and what is known of the other's.
#[derive(Debug)]
pub(crate) struct PeerClock {
    /// When this side's session began: its stamps count from here.
    began: Instant,
    last: Option<(u64, Instant)>,
    samples: VecDeque<ClockSample>,
}

#[derive(Debug, Clone, Copy)]
struct ClockSample {
    round_trip: Duration,
    /// The other side's stamps minus ours, in microseconds.
    offset_micros: i128,
}

impl PeerClock {
    pub(super) fn new(began: Instant) -> Self {
        Self { began, last: None, samples: VecDeque::new() }
    }

    /// This side's stamp for a moment, in microseconds.
    pub(crate) fn stamp(&self, at: Instant) -> u64 {
        u64::try_from(at.saturating_duration_since(self.began).as_micros()).unwrap_or(u64::MAX)
    }

    /// The moment of one of this side's own stamps.
    pub(crate) fn at(&self, stamp: u64) -> Instant {
        self.began + Duration::from_micros(stamp)
    }

    /// What a heartbeat says back about the last one that came.
    pub(super) fn echo(&self, now: Instant) -> Option<HeartbeatEcho> {
        let (sent, at) = self.last?;
        let held = now.saturating_duration_since(at).as_micros();
        Some(HeartbeatEcho { sent, held_micros: u64::try_from(held).unwrap_or(u64::MAX) })
    }

    /// Whether a heartbeat came yet.
    pub(super) fn met(&self) -> bool {
        self.last.is_some()
    }

    /// A heartbeat came; the round trip, where it tells. A sample that can't be true is left out.
    pub(super) fn heartbeat(
        &mut self,
        now: Instant,
        sent: u64,
        echo: Option<HeartbeatEcho>,
    ) -> Option<Duration> {
        self.last = Some((sent, now));
        let here = self.stamp(now);
        let echo = echo?;
        let round_trip = Duration::from_micros(here.checked_sub(echo.sent)?.checked_sub(echo.held_micros)?);
        if round_trip > MAX_ROUND_TRIP {
            return None;
        }
        let left_at = i128::from(here) - round_trip.as_micros() as i128 / 2;
        self.samples.push_back(ClockSample { round_trip, offset_micros: i128::from(sent) - left_at });
        if self.samples.len() > SAMPLES {
            self.samples.pop_front();
        }
        Some(round_trip)
    }

    /// The last measured round trip.
    pub(crate) fn round_trip(&self) -> Option<Duration> {
        self.samples.back().map(|sample| sample.round_trip)
    }

    /// The fastest way of a heartbeat to the other side, from our stamp to theirs, in microseconds.
    pub(super) fn fastest_way(&self) -> Option<i128> {
        let best = self.samples.iter().min_by_key(|sample| sample.round_trip)?;
        Some(best.offset_micros + best.round_trip.as_micros() as i128 / 2)
    }

    /// The moment by our clock of a stamp of the other side's: now where nothing is known, never later, at
    /// most a minute ago.
    pub(crate) fn moment(&self, now: Instant, stamp: u64) -> Instant {
        let Some(best) = self.samples.iter().min_by_key(|sample| sample.round_trip) else { return now };
        let here = i128::from(stamp) - best.offset_micros;
        let age = (i128::from(self.stamp(now)) - here).clamp(0, MAX_AGE.as_micros() as i128);
        now.checked_sub(Duration::from_micros(age as u64)).unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_clock_is_found_across_a_slow_path() {
        let start = Instant::now();
        let millis = Duration::from_millis;
        let (mut ours, mut theirs) = (PeerClock::new(start), PeerClock::new(start + millis(5000)));
        let leaves = start + millis(6000);
        let arrives = leaves + millis(30);
        assert_eq!(theirs.heartbeat(arrives, ours.stamp(leaves), None), None);
        let replies = arrives + millis(400);
        let (sent, echo) = (theirs.stamp(replies), theirs.echo(replies));
        let now = replies + millis(30);
        assert_eq!(ours.heartbeat(now, sent, echo), Some(millis(60)));
        assert_eq!(ours.moment(now, theirs.stamp(replies)), replies);
        assert_eq!(ours.moment(now, theirs.stamp(replies + millis(900))), now);
        assert_eq!(ours.moment(now, 0), start + millis(5000));
        assert_eq!(ours.moment(now, u64::MAX), now);
    }

    #[test]
    fn lies_are_left_out() {
        let start = Instant::now();
        let mut clock = PeerClock::new(start);
        let now = start + Duration::from_secs(30);
        for echo in [(u64::MAX, 0), (0, u64::MAX), (0, 0), (29_000_000, 2_000_000)] {
            let echo = HeartbeatEcho { sent: echo.0, held_micros: echo.1 };
            assert_eq!(clock.heartbeat(now, u64::MAX, Some(echo)), None);
        }
        assert_eq!(clock.moment(now, 5), now);
    }
}
