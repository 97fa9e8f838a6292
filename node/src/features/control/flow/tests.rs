//! The bound, over hands that a test plays.

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
        let hands = HandsState { open: true, ..HandsState::default() };
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
    assert_eq!(test.flow.heard(newest, test.now), Some(UnsentCause::KeptOut));
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

#[test]
fn what_the_host_never_presses_is_told_as_such_and_the_rest_of_a_text_is_given_up() {
    let start = Instant::now();
    let mut flow = InputFlow::new(MarkNumbers::default(), start);
    let open = HandsState { open: true, ..HandsState::default() };
    assert_eq!(flow.heard(open, start), None);
    flow.ask(text(&"x".repeat(40)), start);
    flow.sent(start);
    assert_eq!(flow.heard(HandsState { refused: 1, ..open }, start), Some(UnsentCause::Refused));
    assert_eq!(flow.give_up(), TypingProgress { typed: 0, of: 40 });
    flow.ask(text("y"), start);
    let next = start + SPACING;
    assert!(matches!(flow.next(next), FlowStep::Send(_)), "nothing keeps the next one out");
    // Long after anything was sent a count that rises is not about this side's input.
    flow.sent(next);
    flow.give_up();
    assert_eq!(flow.heard(HandsState { refused: 2, ..open }, next + RECENT), None);
}

#[test]
fn a_key_that_is_never_pressed_leaves_what_a_person_does_on_its_way_answered() {
    let start = Instant::now();
    let mut flow = InputFlow::new(MarkNumbers::default(), start);
    let open = HandsState { open: true, ..HandsState::default() };
    flow.heard(open, start);
    assert!(!flow.pressed_lately(start));
    flow.sent_live(&key(true), start);
    let mark = flow.marked(start);
    assert_eq!(flow.heard(HandsState { refused: 1, done: mark, ..open }, start), Some(UnsentCause::Refused));
    assert_eq!(flow.flown(), 0);
    assert!(
        flow.pressed_lately(start + MAX_INPUT_AGE - MILLI) && !flow.pressed_lately(start + MAX_INPUT_AGE)
    );
}
