//! How old input may be when it acts.
//!
//! What was pressed for a screen that nobody sees any more must not be pressed later: a relay that held a leg
//! back would choose the moment otherwise. What is too old is dropped, and with it the rest of its burst: a
//! command without its first half is another command.

use std::time::{Duration, Instant};

use super::{InputEvent, InputWire};
use crate::Violation;
use crate::channels::{Hearing, LiveChannel, Moment};

/// The oldest input that still acts: a person who has waited that long for an answer has begun to wonder, and
/// the user has begun to do something else.
pub const MAX_INPUT_AGE: Duration = Duration::from_secs(2);

/// Which input comes too late.
#[derive(Default)]
pub(crate) struct LiveInput {
    /// When the first that was too old came. Whatever happened before that belongs to the same burst.
    late_since: Option<Instant>,
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
        if moment.now.saturating_duration_since(happened) > MAX_INPUT_AGE {
            let is_first = self.late_since.is_none();
            self.late_since.get_or_insert(moment.now);
            // Once per burst is enough for all that was heard before it.
            return Ok(if is_first { Hearing::too_late() } else { Hearing::kept(None) });
        }
        if self.late_since.is_some_and(|since| happened < since) {
            return Ok(Hearing::kept(None));
        }
        self.late_since = None;
        Ok(Hearing::passed_on(message.event))
    }
}
