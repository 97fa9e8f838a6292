//! The least of what was measured in the last seconds.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Values that are remembered: each is more than the one before, so that few are.
const VALUES: usize = 32;

/// The least of the values of the last `SECS` seconds.
#[derive(Debug)]
pub(super) struct RecentLeast<T, const SECS: u64>(VecDeque<(Instant, T)>);

impl<T, const SECS: u64> Default for RecentLeast<T, SECS> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T: Ord + Copy, const SECS: u64> RecentLeast<T, SECS> {
    pub(super) fn add(&mut self, now: Instant, value: T) {
        // An older one that is no less will never be the least again.
        self.0.retain(|(at, known)| Self::counts(now, *at) && *known < value);
        if self.0.len() == VALUES {
            self.0.pop_front();
        }
        self.0.push_back((now, value));
    }

    pub(super) fn get(&self, now: Instant) -> Option<T> {
        self.0.iter().find(|(at, _)| Self::counts(now, *at)).map(|(_, value)| *value)
    }

    fn counts(now: Instant, at: Instant) -> bool {
        now.saturating_duration_since(at) < Duration::from_secs(SECS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_of_two_seconds_is_known() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let mut least = RecentLeast::<u32, 2>::default();
        assert_eq!(least.get(start), None);
        for (millis, value) in [(0, 5), (100, 3), (200, 7), (300, 4)] {
            least.add(at(millis), value);
        }
        assert_eq!(least.get(at(2000)), Some(3));
        assert_eq!(least.get(at(2100)), Some(4));
        assert_eq!(least.get(at(2300)), None);
        (0..1000).for_each(|value| least.add(at(3000), value));
        assert!(least.0.len() <= VALUES);
    }
}
