//! Measures how fast a path delivers (draft-cheng-iccrg-delivery-rate-estimation), and keeps the best rate.
//!
//! It decides nothing: [`super::bbr`] does.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Past probe cycles whose rates are remembered, besides the current one: together they last 16 to 24 round
/// trips of an empty line, and about ten where others have filled its queue, which is how long theirs are
/// remembered too: whoever forgets first loses to the other.
const CYCLES: u64 = 2;

/// Unacknowledged bursts remembered: a window of a gigabit at 100 ms is 10,000 packets, sent ten or more at
/// once. Beyond that, rates are measured by the older bursts.
const MAX_BURSTS: usize = 4_096;

/// Packets sent together, and the bytes delivered by then.
#[derive(Debug, Clone, Copy)]
struct PacketBurst {
    sent: Instant,
    delivered: u64,
    delivered_at: Instant,
    first_sent: Instant,
    app_limited: bool,
}

/// A measurement from a packet's acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct RateSample {
    /// When the packet was sent.
    pub(super) sent: Instant,
    /// Bytes that had been delivered when it was sent.
    pub(super) delivered_before: u64,
    /// Bytes delivered since.
    pub(super) delivered: u64,
    /// The time for that: of sending or of acknowledging, whichever was longer.
    pub(super) interval: Duration,
    /// Whether the application had too little to send.
    pub(super) app_limited: bool,
}

impl RateSample {
    /// Bytes per second; `None` if the time is too short to tell.
    pub(super) fn rate(&self, shortest: Duration) -> Option<f64> {
        let measured = self.interval >= shortest && !self.interval.is_zero();
        measured.then(|| self.delivered as f64 / self.interval.as_secs_f64())
    }
}

/// Counts bytes sent and delivered.
#[derive(Debug, Clone)]
pub(super) struct DeliveryMeter {
    delivered: u64,
    delivered_at: Instant,
    /// When the newest packet that was acknowledged had been sent.
    first_sent: Instant,
    in_flight: u64,
    /// Until more than this is delivered, the application limits the rate.
    app_limited_until: u64,
    bursts: VecDeque<PacketBurst>,
    /// The newest burst with an acknowledged packet.
    newest: Option<Instant>,
}

impl DeliveryMeter {
    /// A meter before the first packet.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            delivered: 0,
            delivered_at: now,
            first_sent: now,
            in_flight: 0,
            app_limited_until: 0,
            bursts: VecDeque::new(),
            newest: None,
        }
    }

    /// Bytes delivered so far.
    pub(super) fn delivered(&self) -> u64 {
        self.delivered
    }

    /// Packets were sent together. Less than `mtu` in flight counts as nothing, since acknowledgements are
    /// not acknowledged.
    pub(super) fn on_sent(&mut self, now: Instant, bytes: u64, mtu: u64) {
        if self.in_flight < mtu {
            (self.first_sent, self.delivered_at) = (now, now);
        }
        self.in_flight += bytes;
        if self.bursts.back().is_none_or(|last| last.sent < now) && self.bursts.len() < MAX_BURSTS {
            self.bursts.push_back(PacketBurst {
                sent: now,
                delivered: self.delivered,
                delivered_at: self.delivered_at,
                first_sent: self.first_sent,
                app_limited: self.delivered <= self.app_limited_until,
            });
        }
    }

    /// A packet was acknowledged; returns a sample if it belongs to the newest burst so far.
    pub(super) fn on_ack(&mut self, now: Instant, sent: Instant, bytes: u64) -> Option<RateSample> {
        self.delivered += bytes;
        self.delivered_at = now;
        if self.newest.is_some_and(|newest| sent < newest) {
            return None;
        }
        self.newest = Some(sent);
        self.first_sent = sent;
        // Packets of the same burst may follow, so it stays; earlier ones go.
        while self.bursts.front().is_some_and(|burst| burst.sent < sent) {
            self.bursts.pop_front();
        }
        let burst = self.bursts.front().filter(|burst| burst.sent == sent)?;
        let send = sent.saturating_duration_since(burst.first_sent);
        let acknowledge = now.saturating_duration_since(burst.delivered_at);
        Some(RateSample {
            sent,
            delivered_before: burst.delivered,
            delivered: self.delivered - burst.delivered,
            interval: send.max(acknowledge),
            app_limited: burst.app_limited,
        })
    }

    /// Updates the bytes in flight after some acknowledgements, and whether the application has nothing to
    /// send.
    pub(super) fn on_acks_end(&mut self, in_flight: u64, idle: bool) {
        self.in_flight = in_flight;
        if idle {
            self.app_limited_until = self.delivered + in_flight;
        }
    }

    /// Packets are lost and no longer in flight.
    pub(super) fn on_loss(&mut self, bytes: u64) {
        self.in_flight = self.in_flight.saturating_sub(bytes);
    }
}

/// The highest rate of this cycle and the previous ones, in bytes per second.
#[derive(Debug, Clone, Default)]
pub(super) struct MaxRate {
    cycle: u64,
    /// Falling rates, at most one per cycle, with the cycles in which they were measured.
    rates: VecDeque<(u64, f64)>,
}

impl MaxRate {
    /// Starts from a rate that was just measured.
    pub(super) fn of(rate: f64) -> Self {
        Self { cycle: 0, rates: VecDeque::from([(0, rate)]) }
    }

    /// The highest rate; `None` if nothing was measured.
    pub(super) fn get(&self) -> Option<f64> {
        self.rates.front().map(|(_, rate)| *rate)
    }

    /// Adds a measured rate. If the application limited it, it counts only if it is the highest.
    pub(super) fn update(&mut self, rate: f64, app_limited: bool) {
        if app_limited && self.get().is_some_and(|highest| rate < highest) {
            return;
        }
        while self.rates.back().is_some_and(|(_, last)| *last <= rate) {
            self.rates.pop_back();
        }
        // The best of each cycle is enough.
        if self.rates.back().is_none_or(|(cycle, _)| *cycle < self.cycle) {
            self.rates.push_back((self.cycle, rate));
        }
        let oldest = self.cycle.saturating_sub(CYCLES);
        while self.rates.len() > 1 && self.rates.front().is_some_and(|(cycle, _)| *cycle < oldest) {
            self.rates.pop_front();
        }
    }

    /// Ends a cycle.
    pub(super) fn end_cycle(&mut self) {
        self.cycle += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_what_was_delivered_in_the_longer_of_two_times() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let mut delivery = DeliveryMeter::new(start);
        // Four packets at 10 ms from each other, acknowledged all at once.
        for number in 0..4 {
            delivery.on_sent(at(number * 10), 1_000, 1_000);
        }
        let samples: Vec<_> =
            (0..4).map(|number| delivery.on_ack(at(100), at(number * 10), 1_000).unwrap()).collect();
        let last = samples[3];
        assert_eq!(
            (last.delivered_before, last.delivered, last.interval),
            (0, 4_000, Duration::from_millis(100))
        );
        assert_eq!(last.rate(Duration::ZERO), Some(40_000.0));
        assert_eq!(last.rate(Duration::from_millis(101)), None);
        delivery.on_acks_end(0, true);
        // After idleness the time begins with the first packet.
        delivery.on_sent(at(500), 1_000, 1_000);
        let sample = delivery.on_ack(at(540), at(500), 1_000).unwrap();
        assert_eq!((sample.delivered, sample.interval), (1_000, Duration::from_millis(40)));
        assert!(sample.app_limited);
        assert_eq!(delivery.on_ack(at(550), at(30), 1_000), None, "an older one says nothing new");
    }

    #[test]
    fn the_best_of_three_cycles_is_remembered() {
        let mut rates = MaxRate::default();
        assert_eq!(rates.get(), None);
        rates.update(5.0, false);
        for _ in 0..=CYCLES {
            assert_eq!(rates.get(), Some(5.0));
            rates.end_cycle();
            rates.update(1.0, true);
        }
        rates.update(3.0, false);
        assert_eq!(rates.get(), Some(3.0), "the limited ones never counted");
        rates.update(4.0, true);
        assert_eq!(rates.get(), Some(4.0), "unless they are the highest");
        for _ in 0..100 {
            rates.update(1.0, false);
        }
        assert!(rates.rates.len() <= CYCLES as usize + 1);
    }
}
