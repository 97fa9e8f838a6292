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

    /// The host said how its hands stand. Whether something was kept out that this side had sent.
    pub(super) fn heard(&mut self, state: HandsState, now: Instant) -> bool {
        let before = self.hands.replace(state);
        let was_open = before.is_some_and(|before| before.open);
        if was_open && !state.open {
            self.shut_since = now;
        }
        self.answered_at = now;
        if before.is_some_and(|before| before.dropped != state.dropped) {
            self.rest_until = now + HAND_PAUSE;
            if self.is_typing() || self.sent_at.is_some_and(|at| now < at + RECENT) {
                return true;
            }
        }
        while let Some(flight) = self.flights.front()
            && state.done.wrapping_sub(flight.mark) < u32::MAX / 2
        {
            self.progress.typed += flight.stretch.typed;
            self.flights.pop_front();
        }
        false
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
        | InputEvent::Mark(_) => 1,
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
mod tests {
    use super::*;
    use beistand_session::PhysicalKey;

    fn text(text: &str) -> Vec<InputEvent> {
        KeyText::split(text).into_iter().map(InputEvent::Text).collect()
    }

    fn key(pressed: bool) -> InputEvent {
        InputEvent::Key { key: PhysicalKey::from_name("KeyA").expect("a key"), pressed, text: None }
    }

    /// A flow over hands that are a round trip away and do so many units a second.
    struct FlowTest {
        flow: InputFlow,
        now: Instant,
        hands: HandsState,
        /// What is on its way, and when it is done.
        on_way: VecDeque<(InputEvent, Instant)>,
        /// What the host says, and when it is heard.
        said: VecDeque<(HandsState, Instant)>,
        done: Vec<InputEvent>,
        most_on_way: usize,
        trip: Duration,
        unit: Duration,
    }

    impl FlowTest {
        fn new(trip: Duration, unit: Duration) -> Self {
            let now = Instant::now();
            let flow = InputFlow::new(MarkNumbers::default(), now);
            let hands = HandsState { open: true, done: 0, dropped: 0 };
            let said = VecDeque::from([(hands, now + trip)]);
            let (on_way, done) = (VecDeque::new(), Vec::new());
            Self { flow, now, hands, on_way, said, done, most_on_way: 0, trip, unit }
        }

        /// Goes on until nothing is left to be typed, or something is lost.
        fn run(&mut self) -> Option<UnsentCause> {
            for _ in 0..1_000_000 {
                if !self.flow.is_typing() {
                    return None;
                }
                match self.flow.next(self.now) {
                    FlowStep::Send(event) => {
                        self.flow.sent(self.now);
                        self.carry(event);
                    }
                    FlowStep::Mark => {
                        let mark = self.flow.marked(self.now);
                        self.carry(InputEvent::Mark(mark));
                    }
                    FlowStep::Lost(why) => return Some(why),
                    FlowStep::Wait(at) => self.wait(at),
                }
            }
            panic!("no end");
        }

        fn carry(&mut self, event: InputEvent) {
            let arrives = self.now + self.trip;
            let begins = self.on_way.back().map_or(arrives, |(_, done)| arrives.max(*done));
            let works = match &event {
                InputEvent::Mark(_) => Duration::ZERO,
                other => self.unit * u32::try_from(units(other)).expect("few"),
            };
            self.on_way.push_back((event, begins + works));
            let flown = self.on_way.iter().filter(|(event, _)| !matches!(event, InputEvent::Mark(_)));
            self.most_on_way = self.most_on_way.max(flown.map(|(event, _)| units(event)).sum());
        }

        /// Lets time go on to the next thing that happens.
        fn wait(&mut self, at: Option<Instant>) {
            let done = self.on_way.front().map(|(_, done)| *done);
            let heard = self.said.front().map(|(_, at)| *at);
            let next = at.into_iter().chain(done).chain(heard).min().expect("something happens");
            self.now = self.now.max(next);
            while self.on_way.front().is_some_and(|(_, done)| *done <= self.now) {
                let (event, done) = self.on_way.pop_front().expect("looked at");
                match event {
                    InputEvent::Mark(mark) => {
                        self.hands.done = mark;
                        self.said.push_back((self.hands, done + self.trip));
                    }
                    other => self.done.push(other),
                }
            }
            while self.said.front().is_some_and(|(_, at)| *at <= self.now) {
                let (state, _) = self.said.pop_front().expect("looked at");
                self.flow.heard(state, self.now);
            }
        }

        fn typed(&self) -> String {
            let texts = self.done.iter().filter_map(|event| match event {
                InputEvent::Text(text) => Some(text.as_str()),
                _ => None,
            });
            texts.collect()
        }
    }

    const MILLI: Duration = Duration::from_millis(1);

    #[test]
    fn text_of_any_length_is_typed_whole_and_in_order_with_little_on_its_way() {
        let all: String = (0..400).map(|line| format!("{line:03} the quick brown fox\n")).collect();
        for (trip, unit) in [(MILLI, MILLI / 10), (40 * MILLI, 5 * MILLI), (500 * MILLI, MILLI)] {
            let mut test = FlowTest::new(trip, unit);
            test.flow.ask(text(&all), test.now);
            assert_eq!(test.run(), None);
            assert_eq!(test.typed(), all);
            assert!(test.most_on_way <= WINDOW, "{}", test.most_on_way);
            assert_eq!(test.flow.finish(), TypingProgress { typed: 9_600, of: 9_600 });
        }
    }

    #[test]
    fn three_thousand_keys_are_spread_over_more_than_a_second() {
        let mut test = FlowTest::new(MILLI, MILLI / 10);
        let start = test.now;
        let keys: Vec<InputEvent> = (0..3_000).flat_map(|_| [key(true), key(false)]).collect();
        test.flow.ask(keys.clone(), test.now);
        assert!(test.flow.is_full());
        assert_eq!(test.run(), None);
        assert_eq!(test.done, keys);
        assert!(test.now - start >= SPACING * 5_999, "the channel's rate is never met");
    }

    #[test]
    fn what_the_host_kept_out_is_told_with_what_was_typed_before_it() {
        let mut test = FlowTest::new(MILLI, MILLI);
        test.flow.ask(text(&"x".repeat(500)), test.now);
        while test.flow.progress().typed < 200 {
            match test.flow.next(test.now) {
                FlowStep::Send(event) => {
                    test.flow.sent(test.now);
                    test.carry(event);
                }
                FlowStep::Mark => {
                    let mark = test.flow.marked(test.now);
                    test.carry(InputEvent::Mark(mark));
                }
                FlowStep::Wait(at) => test.wait(at),
                FlowStep::Lost(why) => panic!("{why:?}"),
            }
        }
        let sure = test.flow.progress().typed;
        let newest = HandsState { dropped: 1, done: u32::MAX / 4, ..test.hands };
        assert!(test.flow.heard(newest, test.now));
        assert_eq!(test.flow.give_up(), TypingProgress { typed: sure, of: 500 });
        test.flow.ask(text("y"), test.now);
        assert_eq!(test.flow.next(test.now), FlowStep::Wait(Some(test.now + HAND_PAUSE)), "it rests");
    }

    #[test]
    fn it_waits_for_the_hands_to_open_and_not_for_ever() {
        let start = Instant::now();
        let mut flow = InputFlow::new(MarkNumbers::default(), start);
        flow.ask(text("one"), start);
        assert_eq!(flow.next(start), FlowStep::Wait(Some(start + FIRST_WORD_PATIENCE)));
        flow.heard(HandsState { open: false, ..HandsState::default() }, start);
        assert_eq!(flow.next(start + MILLI), FlowStep::Wait(Some(start + SHUT_PATIENCE)));
        assert_eq!(flow.next(start + SHUT_PATIENCE), FlowStep::Lost(UnsentCause::KeptOut));
        flow.heard(HandsState { open: true, ..HandsState::default() }, start + MILLI);
        assert!(matches!(flow.next(start + MILLI), FlowStep::Send(_)));
    }

    #[test]
    fn a_host_that_never_answers_is_not_waited_for_for_ever() {
        let start = Instant::now();
        let mut flow = InputFlow::new(MarkNumbers::default(), start);
        flow.heard(HandsState { open: true, ..HandsState::default() }, start);
        flow.ask(text("one"), start);
        flow.sent(start);
        assert_eq!(flow.next(start), FlowStep::Mark);
        flow.marked(start);
        assert_eq!(flow.next(start), FlowStep::Wait(Some(start + ANSWER_PATIENCE)));
        assert_eq!(flow.next(start + ANSWER_PATIENCE), FlowStep::Lost(UnsentCause::Interrupted));
        assert_eq!(flow.give_up(), TypingProgress { typed: 0, of: 3 });
        assert_eq!(flow.next(start + ANSWER_PATIENCE), FlowStep::Wait(None));
    }

    #[test]
    fn a_host_that_knows_no_such_word_is_sent_it_all_the_same() {
        let start = Instant::now();
        let mut flow = InputFlow::new(MarkNumbers::default(), start);
        flow.ask(text("one"), start);
        let later = start + FIRST_WORD_PATIENCE;
        assert!(matches!(flow.next(later), FlowStep::Send(_)));
        flow.sent(later);
        assert!(!flow.is_typing());
        assert_eq!(flow.next(later + SPACING), FlowStep::Wait(None));
    }

    #[test]
    fn what_a_person_does_waits_for_nothing_and_nothing_waits_for_its_answer() {
        let start = Instant::now();
        let mut flow = InputFlow::new(MarkNumbers::default(), start);
        flow.heard(HandsState { open: true, ..HandsState::default() }, start);
        for _ in 0..3 {
            flow.sent_live(&key(true), start);
        }
        assert_eq!(flow.next(start), FlowStep::Wait(None));
        for _ in 0..MARK_EVERY {
            flow.sent_live(&InputEvent::PointerMove { x: 1, y: 1 }, start);
        }
        assert_eq!(flow.next(start), FlowStep::Mark);
    }
}
