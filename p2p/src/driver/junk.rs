//! Counts the resumes that were not the technician's: reading one takes two key agreements each.
//!
//! Each session counts its own peer's, since no other peer's streams reach it: whoever sends junk only keeps
//! itself from coming back.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Resumes that are read in vain within [`WINDOW`]: an honest technician sends none.
const MAX_JUNK: usize = 16;

/// For how long they count: as long as a technician that lost its path surely goes on to try.
const WINDOW: Duration = Duration::from_secs(10);

/// The last resumes that were read in vain. Sans-IO.
#[derive(Debug, Default)]
pub(super) struct JunkResumes(VecDeque<Instant>);

impl JunkResumes {
    /// Whether the next one is to be read.
    pub(super) fn may_read(&mut self, now: Instant) -> bool {
        while self.0.front().is_some_and(|first| now.saturating_duration_since(*first) >= WINDOW) {
            self.0.pop_front();
        }
        self.0.len() < MAX_JUNK
    }

    /// One was read in vain.
    pub(super) fn note(&mut self, now: Instant) {
        self.0.push_back(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_junk_resumes_is_read_now_and_then_only() {
        let (mut junk, start) = (JunkResumes::default(), Instant::now());
        let mut read = 0;
        for milli in 0..60_000 {
            let now = start + Duration::from_millis(milli);
            if junk.may_read(now) {
                junk.note(now);
                read += 1;
            }
        }
        assert_eq!(read, 6 * MAX_JUNK);
        assert!(junk.may_read(start + Duration::from_secs(70)));
    }
}
