//! How old input may be when it acts, and how often a held key repeats.
//!
//! What was pressed for a screen that nobody sees any more must not be pressed later: a relay that held a leg
//! back would choose the moment otherwise. What is too old is dropped, and with it the rest of its burst: a
//! command without its first half is another command. Repetitions are for the eyes that saw the last one
//! act: what a line has held back comes once.

use std::time::{Duration, Instant};

use super::{InputEvent, InputWire, PhysicalKey};
use crate::channels::{Hearing, LiveChannel, Moment, Row};
use crate::{Role, Verdict, Violation};

/// The oldest input that still acts: a person who has waited that long for an answer has begun to wonder, and
/// the user has begun to do something else.
pub const MAX_INPUT_AGE: Duration = Duration::from_secs(2);

/// The oldest repetition of a held key that still acts: a person who sees nothing happen holds the key a
/// moment longer, and on the longest good path a repetition is 300 ms old.
const MAX_REPEAT_AGE: Duration = Duration::from_millis(500);

/// The shortest time between two repetitions that are heard: keyboards repeat at most 60 times a second, and
/// what comes faster was held back together.
const REPEAT_SPACING: Duration = Duration::from_millis(10);

/// Which input comes too late.
#[derive(Default)]
pub(crate) struct LiveInput {
    /// When the first that was too old came. Whatever happened before that belongs to the same burst.
    late_since: Option<Instant>,
    /// The keys that went down and did not come up.
    down: Vec<PhysicalKey>,
    /// When one of them was last heard to repeat.
    repeated: Option<Instant>,
}

impl LiveInput {
    /// Whether the event is a repetition that comes too late, or too soon after the last one.
    fn held_back(&mut self, now: Instant, age: Duration, event: &InputEvent) -> bool {
        let InputEvent::Key { key, pressed, .. } = event else { return false };
        if !pressed || !self.down.contains(key) {
            self.down.retain(|down| down != key);
            if *pressed {
                self.down.push(*key);
            }
            return false;
        }
        let soon = self.repeated.is_some_and(|last| now.saturating_duration_since(last) < REPEAT_SPACING);
        if age > MAX_REPEAT_AGE || soon {
            return true;
        }
        self.repeated = Some(now);
        false
    }
}

impl LiveChannel<InputWire> for LiveInput {
    const VOID_WITHOUT_PATH: bool = true;

    fn hear(
        &mut self,
        moment: &Moment<'_>,
        message: InputWire,
        _: Option<u64>,
    ) -> Result<Hearing<InputEvent>, Violation> {
        let happened = moment.clock.moment(moment.now, message.at);
        let age = moment.now.saturating_duration_since(happened);
        if age > MAX_INPUT_AGE {
            self.down.clear();
            let is_first = self.late_since.is_none();
            self.late_since.get_or_insert(moment.now);
            // Once per burst is enough for all that was heard before it.
            return Ok(if is_first { Hearing::too_late() } else { Hearing::kept(None) });
        }
        if self.late_since.is_some_and(|since| happened < since) {
            return Ok(Hearing::kept(None));
        }
        self.late_since = None;
        if self.held_back(moment.now, age, &message.event) {
            return Ok(Hearing::kept(None));
        }
        Ok(Hearing::passed_on(message.event))
    }

    /// What is down may have come up.
    fn allowed(
        &mut self,
        _: &Moment<'_>,
        _: &dyn Fn(&Row, Role) -> Verdict,
        _: bool,
    ) -> Option<(InputEvent, &'static Row)> {
        self.down.clear();
        None
    }

    /// As above.
    fn resumed(
        &mut self,
        _: &Moment<'_>,
        _: &dyn Fn(&Row, Role) -> Verdict,
        _: u64,
        _: bool,
    ) -> Option<(InputEvent, &'static Row)> {
        self.down.clear();
        None
    }
}
