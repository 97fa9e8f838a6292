//! How many records a channel takes.

use std::time::{Duration, Instant};

use crate::Violation;

/// Small records a second, for ever: a mouse gives at most 1,000 events a second, a keyboard 30.
const RECORDS_PER_SEC: u32 = 2000;

/// Small records at once: what gathers in two seconds, so that a network that stalled and caught up is no
/// violation.
const BURST: u32 = 2 * RECORDS_PER_SEC;

/// From this size on a record is not counted: its bytes take their own time to arrive.
const COUNTED_BELOW_BYTES: usize = 4 << 10;

/// A token bucket.
#[derive(Default)]
pub(super) struct Bucket {
    /// Tokens that are gone.
    used: u32,
    /// When the last one came back.
    since: Option<Instant>,
}

impl Bucket {
    /// Takes a token for a record of this many bytes.
    pub(super) fn take(&mut self, now: Instant, bytes: usize) -> Result<(), Violation> {
        const INTERVAL: Duration = Duration::from_micros(1_000_000 / RECORDS_PER_SEC as u64);
        if bytes >= COUNTED_BELOW_BYTES {
            return Ok(());
        }
        let since = *self.since.get_or_insert(now);
        let back = now.saturating_duration_since(since).as_micros() / INTERVAL.as_micros();
        if back >= u128::from(self.used) {
            (self.used, self.since) = (0, Some(now));
        } else {
            let back = back as u32;
            self.used -= back;
            self.since = Some(since + INTERVAL * back);
        }
        if self.used >= BURST {
            return Err(Violation::Rate);
        }
        self.used += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_stream_passes_and_a_flood_does_not() {
        let start = Instant::now();
        let mut bucket = Bucket::default();
        for tick in 0..20_000 {
            assert_eq!(bucket.take(start + Duration::from_micros(500) * tick, 40), Ok(()));
        }
        let later = start + Duration::from_secs(10);
        let passed = (0..100_000).filter(|_| bucket.take(later, 40).is_ok()).count();
        assert!((3900..=4000).contains(&passed), "{passed}");
        assert_eq!(bucket.take(later, 16 << 10), Ok(()));
        assert_eq!(bucket.take(later + Duration::from_secs(1), 40), Ok(()));
    }
}
