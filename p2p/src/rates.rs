//! Limits how often the same peer, or the same address, may ask.
//!
//! It admits a number of requests at once, and one more after each interval. Its memory is bounded: when it
//! is full, it refuses strangers rather than known keys.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, Instant};

/// Keys remembered at most, of 32 bytes or less: more askers than this before one is forgotten are a flood.
const MAX_KEYS: usize = 32 * 1024;

/// The limiter for each `K`.
#[derive(Debug)]
pub(crate) struct RateLimiter<K> {
    burst: u32,
    interval: Duration,
    /// When each key has all of its tokens again. Keys that have all are not here.
    full_at: HashMap<K, Instant>,
    /// When to look again for keys that have all, so that in a flood of strangers not each costs a search.
    sweep_at: Option<Instant>,
}

impl<K: Eq + Hash> RateLimiter<K> {
    /// A limiter that admits `burst` requests at once, and one more after each `interval`.
    pub(crate) fn new(burst: u32, interval: Duration) -> Self {
        Self { burst, interval, full_at: HashMap::new(), sweep_at: None }
    }

    /// Whether `key` may ask now. If so, it is counted.
    pub(crate) fn admit(&mut self, key: K, now: Instant) -> bool {
        if self.full_at.len() >= MAX_KEYS && !self.full_at.contains_key(&key) {
            if self.sweep_at.is_none_or(|sweep_at| sweep_at <= now) {
                self.sweep_at = Some(now + self.interval);
                self.full_at.retain(|_, full_at| *full_at > now);
            }
            if self.full_at.len() >= MAX_KEYS {
                return false;
            }
        }
        let full_at = self.full_at.entry(key).or_insert(now);
        let next = (*full_at).max(now) + self.interval;
        let admitted = next <= now + self.interval * self.burst;
        if admitted {
            *full_at = next;
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_burst_then_one_each_interval() {
        let minute = Duration::from_secs(60);
        let mut now = Instant::now();
        let mut rates = RateLimiter::new(3, minute);
        assert_eq!([(); 5].map(|()| rates.admit('a', now)), [true, true, true, false, false]);
        assert!(rates.admit('b', now), "another one");
        now += minute;
        assert_eq!([(); 2].map(|()| rates.admit('a', now)), [true, false]);
        now += 10 * minute;
        assert_eq!([(); 4].map(|()| rates.admit('a', now)), [true, true, true, false]);
    }

    #[test]
    fn a_flood_of_strangers_is_bounded_and_ends() {
        let mut now = Instant::now();
        let mut rates = RateLimiter::new(3, Duration::from_secs(1));
        assert!(rates.admit(u64::MAX, now));
        let admitted = (0..100_000_u64).filter(|stranger| rates.admit(*stranger, now)).count();
        assert_eq!((admitted, rates.full_at.len()), (MAX_KEYS - 1, MAX_KEYS));
        assert!(rates.admit(u64::MAX, now), "who is known is not shut out");
        now += Duration::from_secs(3);
        assert!(rates.admit(200_000, now));
        assert!(rates.full_at.len() <= 2);
    }

    proptest! {
        #[test]
        fn never_more_than_the_rate(steps in proptest::collection::vec(0_u64..200, 1..200)) {
            let start = Instant::now();
            let mut now = start;
            let mut rates = RateLimiter::new(5, Duration::from_millis(100));
            let mut admitted = 0;
            for step in steps {
                now += Duration::from_millis(step);
                admitted += u128::from(rates.admit((), now));
                prop_assert!(admitted <= 5 + (now - start).as_millis() / 100);
            }
        }
    }
}
