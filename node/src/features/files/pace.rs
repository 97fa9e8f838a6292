//! How fast a transfer goes, and how fast small messages may go. Both know the time only from their caller.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Over how long the speed is taken: long enough that it doesn't jump, short enough that it follows.
const SPEED_SPAN: Duration = Duration::from_secs(5);

/// How often a sample is kept.
const SAMPLE_INTERVAL: Duration = Duration::from_millis(250);

/// Between two small messages, on average: the other side takes 2,000 a second of a channel, 4,000 at once.
const SMALL_INTERVAL: Duration = Duration::from_micros(667);

/// How many small messages may go at once.
const SMALL_BURST: u32 = 500;

/// Measures a speed.
#[derive(Debug, Default)]
pub(super) struct SpeedMeter {
    samples: VecDeque<(Instant, u64)>,
}

impl SpeedMeter {
    /// So many bytes are there now.
    pub(super) fn sample(&mut self, now: Instant, bytes: u64) {
        if self.samples.back().is_some_and(|(at, _)| now.duration_since(*at) < SAMPLE_INTERVAL) {
            return;
        }
        self.samples.push_back((now, bytes));
        while self.samples.len() > 2 && now.duration_since(self.samples[0].0) > SPEED_SPAN {
            self.samples.pop_front();
        }
    }

    /// It stood still, and begins again.
    pub(super) fn reset(&mut self) {
        self.samples.clear();
    }

    /// Bytes per second.
    pub(super) fn speed(&self) -> u64 {
        let (Some((since, before)), Some((until, after))) = (self.samples.front(), self.samples.back())
        else {
            return 0;
        };
        let micros = until.duration_since(*since).as_micros();
        let bytes = u128::from(after.saturating_sub(*before));
        bytes
            .saturating_mul(1_000_000)
            .checked_div(micros)
            .map_or(0, |speed| speed.min(u128::from(u64::MAX)) as u64)
    }

    /// How many seconds so many bytes take.
    pub(super) fn secs_for(&self, bytes: u64) -> Option<u64> {
        let speed = self.speed();
        (speed > 0).then(|| bytes.div_ceil(speed))
    }
}

/// Spaces small messages.
#[derive(Debug)]
pub(super) struct SmallPacer {
    /// When the next one would go if they went evenly.
    next: Instant,
}

impl SmallPacer {
    pub(super) fn new(now: Instant) -> Self {
        Self { next: now }
    }

    /// A small message wants to leave: when it may, if not now.
    pub(super) fn until(&self, now: Instant) -> Option<Instant> {
        let at = self.next.checked_sub(SMALL_INTERVAL * SMALL_BURST)?;
        (at > now).then_some(at)
    }

    /// It leaves.
    pub(super) fn left(&mut self, now: Instant) {
        self.next = self.next.max(now) + SMALL_INTERVAL;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_speed_is_that_of_the_last_seconds() {
        let start = Instant::now();
        let mut meter = SpeedMeter::default();
        assert_eq!((meter.speed(), meter.secs_for(1)), (0, None));
        for second in 0..=20_u64 {
            // Ten seconds at 1,000 bytes a second, then ten at 3,000.
            let bytes = second.min(10) * 1000 + second.saturating_sub(10) * 3000;
            meter.sample(start + Duration::from_secs(second), bytes);
        }
        assert_eq!((meter.speed(), meter.secs_for(30_001)), (3000, Some(11)));
    }

    #[test]
    fn small_messages_stay_below_what_the_other_side_takes() {
        let start = Instant::now();
        let (mut now, mut pacer, mut count) = (start, SmallPacer::new(start), 0);
        while now < start + Duration::from_secs(10) {
            match pacer.until(now) {
                Some(at) => now = at,
                None => {
                    pacer.left(now);
                    count += 1;
                }
            }
        }
        assert!((14_000..16_000).contains(&count), "{count}");
    }
}
