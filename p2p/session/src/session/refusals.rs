//! Whether the other side has our session at all, by the resumes that it closed without a word. Who cuts a
//! connection looks the same, so it takes some time.

use std::time::{Duration, Instant};

/// Resumes that are refused where there is no such session.
const ENOUGH: u8 = 4;

/// Over what time: longer than the addresses and relays of both sides take to settle. Connections on a flaky
/// line are cut as quickly as they are made, and their streams close before it is known that they are gone.
const OVER: Duration = Duration::from_secs(20);

/// Refusals with more time between them have nothing to do with each other: who has no session refuses each
/// resume.
const APART: Duration = Duration::from_secs(5);

/// The refusals since a resume was answered.
#[derive(Debug, Default)]
pub(super) struct RefusalRun(Option<RefusalCount>);

#[derive(Debug, Clone, Copy)]
struct RefusalCount {
    count: u8,
    first: Instant,
    last: Instant,
}

impl RefusalRun {
    /// One more; whether the other side has no such session any more.
    pub(super) fn add(&mut self, now: Instant) -> bool {
        let before = self.0.filter(|count| now.saturating_duration_since(count.last) <= APART);
        let RefusalCount { count, first, .. } =
            before.unwrap_or(RefusalCount { count: 0, first: now, last: now });
        let count = count.saturating_add(1);
        self.0 = Some(RefusalCount { count, first, last: now });
        count >= ENOUGH && now.saturating_duration_since(first) >= OVER
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which of the refusals, one each `pause`, is the first that is believed.
    fn believed(pause: Duration) -> Option<u32> {
        let (now, mut refusals) = (Instant::now(), RefusalRun::default());
        (0..100).find(|number| refusals.add(now + pause * *number))
    }

    #[test]
    fn refusals_are_believed_when_they_go_on() {
        assert_eq!(believed(Duration::from_millis(500)), Some(40));
        assert_eq!(believed(APART), Some(4));
        assert_eq!(believed(APART + Duration::from_millis(1)), None);
    }
}
