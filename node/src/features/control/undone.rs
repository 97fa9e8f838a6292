//! What of the technician's input had no effect, as the user hears of it: how much, and why.
//!
//! A person who types into nothing goes on for a while, so it is gathered and told seldom. It reads no clock.

use std::time::{Duration, Instant};

use crate::words::{Phrase, args};

/// How long it is gathered before it is told: what the technician's program gives up then is known a round
/// trip later, and is the same news.
const GATHERING: Duration = Duration::from_millis(500);

/// The shortest time between two such news: a line that a person can read, and no flood of lines in a log.
const INTERVAL: Duration = Duration::from_secs(5);

/// Why input had no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UndoneCause {
    /// The user's own mouse or keyboard was in use.
    UserActive,
    /// It came while a question was on the screen, without permission, too late, or too much at once.
    KeptOut,
    /// The key is blocked or missing here, or a window of this program had the keyboard.
    Refused,
    /// The technician's program gave it up, after an interruption or since they stopped it.
    GivenUp,
}

/// Input that had no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UndoneInput {
    /// Why the first of it had none.
    pub why: UndoneCause,
    /// Characters, presses of keys and clicks.
    pub count: usize,
}

impl UndoneInput {
    /// For the user.
    pub fn phrase(&self) -> Phrase {
        let why = Phrase::new(match self.why {
            UndoneCause::UserActive => "control-undone-user-active",
            UndoneCause::KeptOut => "control-undone-kept-out",
            UndoneCause::Refused => "control-undone-refused",
            UndoneCause::GivenUp => "control-undone-given-up",
        });
        Phrase::with("control-undone", args![count = self.count, why = why])
    }

    /// The reason in `--json`.
    pub(super) fn word(&self) -> &'static str {
        match self.why {
            UndoneCause::UserActive => "user-active",
            UndoneCause::KeptOut => "kept-out",
            UndoneCause::Refused => "refused",
            UndoneCause::GivenUp => "given-up",
        }
    }
}

/// What has yet to be told.
#[derive(Debug, Default)]
pub(super) struct UndoneTally {
    gathered: Option<UndoneInput>,
    /// When it is told.
    due: Option<Instant>,
    told: Option<Instant>,
}

impl UndoneTally {
    /// This had no effect either. What the technician's program gives up contains what had none here.
    pub(super) fn add(&mut self, undone: UndoneInput, now: Instant) {
        let gathered = match self.gathered {
            None => undone,
            Some(before) => match (before.why, undone.why) {
                (UndoneCause::GivenUp, UndoneCause::GivenUp) => {
                    UndoneInput { count: before.count.saturating_add(undone.count), ..before }
                }
                (_, UndoneCause::GivenUp) => UndoneInput { count: before.count.max(undone.count), ..before },
                (UndoneCause::GivenUp, _) => UndoneInput { count: before.count.max(undone.count), ..undone },
                (_, _) => UndoneInput { count: before.count.saturating_add(undone.count), ..before },
            },
        };
        self.gathered = Some(gathered);
        let earliest = self.told.map_or(now, |told| told + INTERVAL);
        self.due.get_or_insert((now + GATHERING).max(earliest));
    }

    /// When there is something to be told.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// What is to be told now.
    pub(super) fn take(&mut self, now: Instant) -> Option<UndoneInput> {
        self.due.take_if(|due| *due <= now)?;
        self.told = Some(now);
        self.gathered.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undone(why: UndoneCause, count: usize) -> UndoneInput {
        UndoneInput { why, count }
    }

    #[test]
    fn what_had_no_effect_is_told_together_and_not_more_often_than_can_be_read() {
        let (mut tally, start) = (UndoneTally::default(), Instant::now());
        assert_eq!((tally.due(), tally.take(start)), (None, None));
        for _ in 0..3 {
            tally.add(undone(UndoneCause::UserActive, 1), start);
        }
        assert_eq!(tally.take(start), None, "it may be more in a moment");
        assert_eq!(tally.take(start + GATHERING), Some(undone(UndoneCause::UserActive, 3)));
        tally.add(undone(UndoneCause::Refused, 1), start + GATHERING);
        assert_eq!(tally.due(), Some(start + GATHERING + INTERVAL));
        tally.add(undone(UndoneCause::KeptOut, 4), start + INTERVAL);
        assert_eq!(tally.take(start + INTERVAL), None);
        assert_eq!(tally.take(start + GATHERING + INTERVAL), Some(undone(UndoneCause::Refused, 5)));
        assert_eq!(tally.due(), None);
    }

    #[test]
    fn what_is_given_up_is_not_counted_twice() {
        for order in [[0, 1], [1, 0]] {
            let news = [undone(UndoneCause::UserActive, 3), undone(UndoneCause::GivenUp, 860)];
            let (mut tally, start) = (UndoneTally::default(), Instant::now());
            for index in order {
                tally.add(news[index], start);
            }
            assert_eq!(tally.take(start + GATHERING), Some(undone(UndoneCause::UserActive, 860)));
        }
    }
}
