//! What the helper is doing now, as the features note it for the bar on the user's screen.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::HostWorld;

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

/// What is done, and what was done last. Clones are one record.
#[derive(Debug, Clone, Default)]
pub(crate) struct ActivityRecord {
    state: Arc<Mutex<ActivityState>>,
}

#[derive(Debug, Default)]
struct ActivityState {
    /// One entry for each thing that can be done.
    last: Vec<(Doing, Instant)>,
    /// What has begun and not ended: a few things at once.
    held: Vec<Doing>,
}

/// Something goes on for as long as this is held.
#[derive(Debug)]
pub(crate) struct DoingHold {
    record: ActivityRecord,
    doing: Doing,
}

impl Drop for DoingHold {
    fn drop(&mut self) {
        let held = &mut self.record.lock().held;
        if let Some(place) = held.iter().position(|doing| *doing == self.doing) {
            held.swap_remove(place);
        }
    }
}

impl From<&HostWorld> for ActivityRecord {
    fn from(world: &HostWorld) -> Self {
        world.activity.clone()
    }
}

impl ActivityRecord {
    /// This was done at `now`.
    pub(crate) fn note(&self, doing: Doing, now: Instant) {
        let last = &mut self.lock().last;
        match last.iter_mut().find(|(known, _)| *known == doing) {
            Some((_, at)) => *at = now,
            None => last.push((doing, now)),
        }
    }

    /// This goes on until what is returned is dropped.
    pub(crate) fn begin(&self, doing: Doing) -> DoingHold {
        self.lock().held.push(doing);
        DoingHold { record: self.clone(), doing }
    }

    /// What goes on at `now`: the key of a text.
    pub(crate) fn at(&self, now: Instant) -> Option<&'static str> {
        let ActivityState { last, held } = &*self.lock();
        let goes_on = |at: Instant| now.saturating_duration_since(at) < GOES_ON;
        let noted = last.iter().filter(|(_, at)| goes_on(*at)).map(|(doing, _)| doing);
        noted.chain(held).max_by_key(|doing| doing.weight).map(|doing| doing.word)
    }

    fn lock(&self) -> MutexGuard<'_, ActivityState> {
        // Nothing panics while it is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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

    #[test]
    fn what_has_begun_goes_on_until_all_of_it_has_ended() {
        let doing = Doing { word: "searching", weight: 1 };
        let (activity, now) = (ActivityRecord::default(), Instant::now());
        let holds = [activity.begin(doing), activity.begin(doing)];
        let typing = Doing { word: "typing", weight: 2 };
        activity.note(typing, now);
        assert_eq!(activity.at(now), Some("typing"));
        assert_eq!(activity.at(now + GOES_ON * 100), Some("searching"));
        let [first, second] = holds;
        drop(first);
        assert_eq!(activity.at(now + GOES_ON), Some("searching"));
        drop(second);
        assert_eq!(activity.at(now + GOES_ON), None);
    }
}
