//! What the helper is doing now, as the features note it for the bar on the user's screen.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long after it was noted something counts as going on: a person who types pauses between words.
const GOES_ON: Duration = Duration::from_secs(2);

/// Something that a helper does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Doing {
    /// What the bar says of it: the key of a text.
    pub(crate) word: &'static str,
    /// Of several that go on the one with the highest weight is said.
    pub(crate) weight: u8,
}

/// What was done last. Clones are one record.
#[derive(Debug, Clone, Default)]
pub(crate) struct ActivityRecord {
    /// One entry for each thing that can be done.
    last: Arc<Mutex<Vec<(Doing, Instant)>>>,
}

impl ActivityRecord {
    /// This was done at `now`.
    pub(crate) fn note(&self, doing: Doing, now: Instant) {
        let mut last = self.lock();
        match last.iter_mut().find(|(known, _)| *known == doing) {
            Some((_, at)) => *at = now,
            None => last.push((doing, now)),
        }
    }

    /// What goes on at `now`: the key of a text.
    pub(crate) fn at(&self, now: Instant) -> Option<&'static str> {
        let last = self.lock();
        let going_on = last.iter().filter(|(_, at)| now.saturating_duration_since(*at) < GOES_ON);
        going_on.map(|(doing, _)| *doing).max_by_key(|doing| doing.weight).map(|doing| doing.word)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(Doing, Instant)>> {
        // Nothing panics while it is held.
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_is_told_by_its_weight_and_for_a_while() {
        let (light, heavy) = (Doing { word: "light", weight: 1 }, Doing { word: "heavy", weight: 2 });
        let (activity, start) = (ActivityRecord::default(), Instant::now());
        assert_eq!(activity.at(start), None);
        activity.note(heavy, start);
        activity.note(light, start + GOES_ON / 2);
        assert_eq!(activity.at(start + GOES_ON / 2), Some("heavy"));
        assert_eq!(activity.at(start + GOES_ON), Some("light"));
        assert_eq!(activity.at(start + GOES_ON * 2), None);
    }
}
