//! How much input is on its way to the host: what is typed by a script or a paste waits here until the host's
//! hands have come so far, so that nothing is lost on the way and nothing acts late.
//!
//! It decides without queues of its own to others and without a clock: `now` is handed in. What a person does
//! with mouse and keyboard at the moment never waits here; it is only counted.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use beistand_session::{HandsState, InputEvent, KeyText, MAX_INPUT_AGE};

use super::hands::presses;

/// Units on their way at most, a unit being a character or another event: what slow hands do within the two
/// seconds after which input is void, and more than a round trip of a second needs for a fast typist.
const WINDOW: usize = 64;

/// Units after which the host is asked how far it is: four answers per window keep it filled.
const MARK_EVERY: usize = 16;

/// Characters of one event: as much as is uncertain after an interruption.
const PIECE_CHARS: usize = 16;

/// Units that wait before whoever gives more has to wait as well: a screenful.
pub(super) const FULL: usize = 1024;

/// Between two events: half of what a channel carries of small records, the rest is for the pointer.
const SPACING: Duration = Duration::from_millis(1);

/// How long input waits for the host's first word about its hands. One that says nothing knows no such word.
const FIRST_WORD_PATIENCE: Duration = MAX_INPUT_AGE;

/// How long input waits while the host takes none, which it does for a second after each dialog: as long as
/// it may be on its way.
const SHUT_PATIENCE: Duration = MAX_INPUT_AGE;

/// How long after something was kept out nothing is typed: as long as the user's own hand keeps input out.
const HAND_PAUSE: Duration = Duration::from_secs(2);

/// How long the host may take for a quarter of the window: characters that its keyboard lacks take half a
/// second each.
const ANSWER_PATIENCE: Duration = Duration::from_secs(15);

/// How long what a person did may have been the reason for input that was kept out.
const RECENT: Duration = Duration::from_secs(5);

/// Numbers for marks: they rise through the whole session, also where the side begins again.
#[derive(Debug, Clone, Default)]
pub(in crate::features) struct MarkNumbers(Arc<AtomicU32>);

impl MarkNumbers {
    fn next(&self) -> u32 {
        self.0.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    }
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum FlowStep {
    /// This may leave; [`InputFlow::sent`] says that it has.
    Send(InputEvent),
    /// The host is to be asked how far it is, and [`InputFlow::marked`] numbers the question.
    Mark,
    /// Nothing before then, or before something happens.
    Wait(Option<Instant>),
    /// What waits and what is on its way is given up.
    Lost(UnsentCause),
}

/// Why something was not typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnsentCause {
    /// The connection was interrupted, or too slow.
    Interrupted,
    /// The host took no input: the user's own hand was at work, or a question was on the screen.
    KeptOut,
    /// The technician stopped it.
    Stopped,
    /// The host presses it at no time: the key is blocked or missing there, or a window of its own has the
    /// keyboard.
    Refused,
    /// Something longer is being typed.
    Busy,
}

/// How far typing has come, in characters and other events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TypingProgress {
    /// What the host has surely done.
    pub typed: usize,
    /// All that was to be typed since nothing waited.
    pub of: usize,
}

/// A stretch between two marks that is on its way.
#[derive(Debug, Clone, Copy)]
struct InputFlight {
    mark: u32,
    stretch: FlownUnits,
}

/// Units, and how many of them were to be typed.
#[derive(Debug, Clone, Copy, Default)]
struct FlownUnits {
    all: usize,
    typed: usize,
}

/// The bound, and what is under it.
pub(super) struct InputFlow {
    numbers: MarkNumbers,
    waiting: VecDeque<InputEvent>,
    waiting_units: usize,
    flights: VecDeque<InputFlight>,
    /// Sent since the last mark.
    unmarked: FlownUnits,
    progress: TypingProgress,
    hands: Option<HandsState>,
    /// Since when the hands have been shut, or nothing has been known of them.
    shut_since: Instant,
    /// Nothing is typed before that.
    rest_until: Instant,
    sent_at: Option<Instant>,
    /// When a person last pressed something.
    pressed_at: Option<Instant>,
    /// When something was last heard of what is on its way.
    answered_at: Instant,
}

impl InputFlow {
    pub(super) fn new(numbers: MarkNumbers, now: Instant) -> Self {
        Self {
            numbers,
            waiting: VecDeque::new(),
            waiting_units: 0,
            flights: VecDeque::new(),
            unmarked: FlownUnits::default(),
            progress: TypingProgress::default(),
            hands: None,
            shut_since: now,
            rest_until: now,
            sent_at: None,
            pressed_at: None,
            answered_at: now,
        }
    }

    /// This is to be typed, after all that waits.
    pub(super) fn ask(&mut self, events: Vec<InputEvent>, now: Instant) {
        if !self.is_typing() {
            // How long the hands were shut before somebody wanted them does not count.
            self.shut_since = now;
        }
        for event in events.into_iter().flat_map(pieces) {
            self.waiting_units += units(&event);
            self.progress.of += units(&event);
            self.waiting.push_back(event);
        }
    }

    /// Whether something is to be typed that is not surely done.
    pub(super) fn is_typing(&self) -> bool {
        self.progress.typed < self.progress.of
    }

    /// Whether whoever gives more has to wait.
    pub(super) fn is_full(&self) -> bool {
        self.waiting_units >= FULL
    }

    /// How far typing has come.
    pub(super) fn progress(&self) -> TypingProgress {
        self.progress
    }

    /// What is to be done now.
    pub(super) fn next(&self, now: Instant) -> FlowStep {
        let flown = self.flown();
        let marks = self.hands.is_some();
        let answer_by = (!self.flights.is_empty()).then(|| self.answered_at + ANSWER_PATIENCE);
        if answer_by.is_some_and(|at| at <= now) {
            return FlowStep::Lost(UnsentCause::Interrupted);
        }
        let waits_for_answer = FlowStep::Wait(answer_by);
        let mark_is_due =
            self.unmarked.all >= MARK_EVERY || (self.unmarked.typed > 0 && self.waiting.is_empty());
        if marks && mark_is_due {
            return FlowStep::Mark;
        }
        let Some(event) = self.waiting.front() else { return waits_for_answer };
        match self.hands {
            None if now < self.shut_since + FIRST_WORD_PATIENCE => {
                return FlowStep::Wait(Some(self.shut_since + FIRST_WORD_PATIENCE));
            }
            Some(HandsState { open: false, .. }) if now < self.shut_since + SHUT_PATIENCE => {
                return FlowStep::Wait(Some(self.shut_since + SHUT_PATIENCE));
            }
            Some(HandsState { open: false, .. }) => return FlowStep::Lost(UnsentCause::KeptOut),
            None | Some(HandsState { open: true, .. }) => {}
        }
        let spaced = self.sent_at.map_or(now, |at| at + SPACING);
        if spaced.max(self.rest_until) > now {
            return FlowStep::Wait(Some(spaced.max(self.rest_until)));
        }
        if marks && flown > 0 && flown + units(event) > WINDOW {
            return if self.unmarked.all > 0 { FlowStep::Mark } else { waits_for_answer };
        }
        FlowStep::Send(event.clone())
    }

    /// What was to be typed next has left.
    pub(super) fn sent(&mut self, now: Instant) {
        let Some(event) = self.waiting.pop_front() else { return };
        self.waiting_units -= units(&event);
        self.fly(FlownUnits { all: units(&event), typed: units(&event) }, now);
        if self.hands.is_none() {
            // A host that says nothing is believed to do what it is sent.
            self.progress.typed += units(&event);
            self.unmarked = FlownUnits::default();
        }
    }

    /// What a person did has left.
    pub(super) fn sent_live(&mut self, event: &InputEvent, now: Instant) {
        self.fly(FlownUnits { all: units(event), typed: 0 }, now);
        if presses(event) {
            self.pressed_at = Some(now);
        }
    }

    /// The number for a mark that leaves now.
    pub(super) fn marked(&mut self, now: Instant) -> u32 {
        if self.flights.is_empty() {
            self.answered_at = now;
        }
        let mark = self.numbers.next();
        self.flights.push_back(InputFlight { mark, stretch: std::mem::take(&mut self.unmarked) });
        mark
    }

    /// The host said how its hands stand. Why something had no effect that this side had sent, if anything.
    pub(super) fn heard(&mut self, state: HandsState, now: Instant) -> Option<UnsentCause> {
        let before = self.hands.replace(state);
        let was_open = before.is_some_and(|before| before.open);
        if was_open && !state.open {
            self.shut_since = now;
        }
        self.answered_at = now;
        let kept_out = before.is_some_and(|before| before.dropped != state.dropped);
        if kept_out {
            self.rest_until = now + HAND_PAUSE;
        }
        let refused = before.is_some_and(|before| before.refused != state.refused);
        let concerns_us = self.is_typing() || self.sent_at.is_some_and(|at| now < at + RECENT);
        if concerns_us && kept_out {
            return Some(UnsentCause::KeptOut);
        }
        if self.is_typing() && refused {
            return Some(UnsentCause::Refused);
        }
        while let Some(flight) = self.flights.front()
            && state.done.wrapping_sub(flight.mark) < u32::MAX / 2
        {
            self.progress.typed += flight.stretch.typed;
            self.flights.pop_front();
        }
        (concerns_us && refused).then_some(UnsentCause::Refused)
    }

    /// Whether a person has pressed something so lately that it may not have acted yet.
    pub(super) fn pressed_lately(&self, now: Instant) -> bool {
        self.pressed_at.is_some_and(|at| now < at + MAX_INPUT_AGE)
    }

    /// Gives up all that waits and all that is on its way; what had been typed of it till then.
    pub(super) fn give_up(&mut self) -> TypingProgress {
        self.waiting.clear();
        self.waiting_units = 0;
        self.flights.clear();
        self.unmarked = FlownUnits::default();
        self.finish()
    }

    /// The end of what was to be typed, where that is done or given up.
    pub(super) fn finish(&mut self) -> TypingProgress {
        std::mem::take(&mut self.progress)
    }

    fn fly(&mut self, stretch: FlownUnits, now: Instant) {
        self.unmarked.all += stretch.all;
        self.unmarked.typed += stretch.typed;
        self.sent_at = Some(now);
    }

    fn flown(&self) -> usize {
        self.unmarked.all + self.flights.iter().map(|flight| flight.stretch.all).sum::<usize>()
    }
}

/// How much work an event is.
pub(super) fn units(event: &InputEvent) -> usize {
    match event {
        InputEvent::Text(text) => text.as_str().chars().count(),
        InputEvent::PointerMove { .. }
        | InputEvent::Button { .. }
        | InputEvent::Wheel { .. }
        | InputEvent::Key { .. }
        | InputEvent::ButtonsHeld
        | InputEvent::KeysHeld
        | InputEvent::Mark(_)
        | InputEvent::GivenUp(_) => 1,
    }
}

/// Long text in parts.
fn pieces(event: InputEvent) -> Vec<InputEvent> {
    match event {
        InputEvent::Text(text) if text.as_str().chars().count() > PIECE_CHARS => {
            let characters: Vec<char> = text.as_str().chars().collect();
            let parts = characters.chunks(PIECE_CHARS).map(|part| part.iter().collect::<String>());
            parts.filter_map(|part| KeyText::try_from(part).ok()).map(InputEvent::Text).collect()
        }
        other => vec![other],
    }
}

#[cfg(test)]
mod tests;
