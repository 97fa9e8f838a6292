//! A seat whose desktop is the test: what is asked for, and what follows from each answer.

use std::sync::mpsc::{Receiver, Sender, channel};

use futures::FutureExt as _;
use futures::channel::oneshot;
use futures::executor::block_on;
use futures::future::LocalBoxFuture;

use super::*;

/// How long a thread may take for what needs no person.
const SOON: Duration = Duration::from_secs(20);

const SCREEN: PortalWish = PortalWish { input: false, clipboard: false };
const BOTH: PortalWish = PortalWish { input: true, clipboard: false };
const SCREEN_AND_CLIPBOARD: PortalWish = PortalWish { input: false, clipboard: true };
const ALL: PortalWish = PortalWish { input: true, clipboard: true };

/// A question that the test answers.
struct TestQuestion {
    wish: PortalWish,
    token: Option<String>,
    answer: oneshot::Sender<Result<TestSession, PortalFault>>,
}

/// What happens to a session.
#[derive(Debug, PartialEq, Eq)]
enum SessionNews {
    Held(&'static str),
    Gone(&'static str),
}

/// A portal of which the test is the user.
struct TestPortal {
    questions: Mutex<Sender<TestQuestion>>,
    has_sign: bool,
}

impl SeatPortal for TestPortal {
    fn has_input(&self) -> bool {
        true
    }

    fn has_clipboard(&self) -> bool {
        true
    }

    fn selection_signals(&self) -> Result<SelectionSignals, PortalFault> {
        Err(PortalFault::Failed("nobody copies".to_owned()))
    }

    fn has_sign(&self) -> bool {
        self.has_sign
    }

    fn open(
        &self,
        wish: PortalWish,
        token: Option<String>,
    ) -> LocalBoxFuture<'_, Result<Box<dyn SeatSession>, PortalFault>> {
        let (answer, answered) = oneshot::channel();
        let question = TestQuestion { wish, token, answer };
        self.questions.lock().expect("nothing panics").send(question).expect("the test runs");
        async move {
            // A test that answers nothing is over.
            let session = answered.await.unwrap_or(Err(PortalFault::Declined));
            session.map(|session| Box::new(session) as Box<dyn SeatSession>)
        }
        .boxed_local()
    }
}

struct TestSession {
    name: &'static str,
    has_token: bool,
    ended: oneshot::Receiver<()>,
    news: Sender<SessionNews>,
}

impl SeatSession for TestSession {
    fn given(&self) -> OpenSeat {
        // Of what it has the seat looks at nothing.
        OpenSeat::default()
    }

    fn token(&self) -> Option<String> {
        self.has_token.then(|| self.name.to_owned())
    }

    fn start(&mut self, _slot: FrameSlot) -> LocalBoxFuture<'_, Result<(), PortalFault>> {
        async { Ok(()) }.boxed_local()
    }

    fn ended(&mut self) -> LocalBoxFuture<'_, String> {
        let _ = self.news.send(SessionNews::Held(self.name));
        let ended = &mut self.ended;
        async move {
            let _ = ended.await;
            "stop was pressed".to_owned()
        }
        .boxed_local()
    }
}

impl Drop for TestSession {
    fn drop(&mut self) {
        let _ = self.news.send(SessionNews::Gone(self.name));
    }
}

/// A seat, and its user.
struct TestDesk {
    seat: PortalSeat,
    questions: Receiver<TestQuestion>,
    news: Receiver<SessionNews>,
    told: Sender<SessionNews>,
    /// The desktop's sign of each session.
    signs: Vec<oneshot::Sender<()>>,
}

impl TestDesk {
    fn new() -> Self {
        Self::with_sign(true)
    }

    fn with_sign(has_sign: bool) -> Self {
        let (outbox, questions) = channel();
        let (told, news) = channel();
        let seat = PortalSeat::default();
        *seat.portal.lock().expect("nothing panics") =
            Some(Arc::new(TestPortal { questions: Mutex::new(outbox), has_sign }));
        Self { seat, questions, news, told, signs: Vec::new() }
    }

    fn join(&self, part: SeatPart) -> SeatPlace {
        self.seat.join(part).expect("a portal")
    }

    /// The next question is this one, with this token.
    #[track_caller]
    fn asked(&self, wish: PortalWish, token: Option<&str>) -> TestQuestion {
        let question = self.questions.recv_timeout(SOON).expect("a question");
        assert_eq!((question.wish, question.token.as_deref()), (wish, token));
        question
    }

    /// The same, and the answer is yes: the session is held when this returns.
    #[track_caller]
    fn yes(&mut self, (wish, token): (PortalWish, Option<&str>), name: &'static str, has_token: bool) {
        let question = self.asked(wish, token);
        let (sign, ended) = oneshot::channel();
        self.signs.push(sign);
        let session = TestSession { name, has_token, ended, news: self.told.clone() };
        assert!(question.answer.send(Ok(session)).is_ok(), "somebody waits");
        self.until(SessionNews::Held(name));
    }

    #[track_caller]
    fn no(&self, wish: PortalWish) {
        let question = self.asked(wish, None);
        assert!(question.answer.send(Err(PortalFault::Declined)).is_ok(), "somebody waits");
    }

    #[track_caller]
    fn until(&self, wanted: SessionNews) {
        while self.news.recv_timeout(SOON).expect("news") != wanted {}
    }

    fn asks_nobody(&self) -> bool {
        self.questions.try_recv().is_err()
    }
}

/// Waits until there is no session, nor will be.
#[track_caller]
fn until_over(place: &SeatPlace) {
    let began = Instant::now();
    while !matches!(place.need().0, SeatOpening::Over(PortalFault::Failed(_))) {
        assert!(began.elapsed() < SOON, "it is over");
        std::thread::yield_now();
    }
}

fn is_open(place: &SeatPlace) -> bool {
    matches!(place.need().0, SeatOpening::Open(_))
}

#[test]
fn a_desktop_that_still_asks_or_is_not_known_to_have_a_sign_shows_none() {
    for has_sign in [true, false] {
        let mut desk = TestDesk::with_sign(has_sign);
        assert!(!desk.seat.is_signed());
        let screen = desk.join(SeatPart::Screen);
        screen.need();
        assert!(!desk.seat.is_signed(), "it still asks");
        desk.yes((SCREEN, None), "one", true);
        assert_eq!(desk.seat.is_signed(), has_sign);
        desk.signs.pop().expect("its sign").send(()).expect("it is held");
        desk.until(SessionNews::Gone("one"));
        assert!(!desk.seat.is_signed(), "it is over");
    }
}

#[test]
fn nobody_is_asked_before_something_is_needed_and_what_joined_by_then_is_asked_for_at_once() {
    let desk = TestDesk::new();
    let (screen, input) = (desk.join(SeatPart::Screen), desk.join(SeatPart::Input));
    assert!(desk.asks_nobody() && !desk.seat.is_signed());
    assert!(matches!(screen.need().0, SeatOpening::Asking));
    let question = desk.asked(BOTH, None);
    assert!(!desk.seat.is_signed(), "a desktop that still asks shows no sign");
    drop((question, input));
}

#[test]
fn a_part_that_leaves_while_the_desktop_asks_takes_the_question_back() {
    let desk = TestDesk::new();
    let screen = desk.join(SeatPart::Screen);
    screen.need();
    let question = desk.asked(SCREEN, None);
    drop(screen);
    let mut answer = question.answer;
    block_on(answer.cancellation());
    assert!(answer.is_canceled() && desk.asks_nobody());
}

#[test]
fn mouse_and_keyboard_in_mid_session_are_asked_for_and_a_no_leaves_the_screen_as_it_was() {
    let mut desk = TestDesk::new();
    let screen = desk.join(SeatPart::Screen);
    screen.need();
    desk.yes((SCREEN, None), "one", true);
    let input = desk.join(SeatPart::Input);
    desk.until(SessionNews::Gone("one"));
    desk.no(BOTH);
    desk.yes((SCREEN, Some("one")), "two", true);
    assert!(is_open(&screen), "by the token of the screen alone");
    drop(input);
    let _again = desk.join(SeatPart::Input);
    screen.need();
    assert!(desk.asks_nobody(), "a no is good until the next pause");
}

#[test]
fn a_no_to_the_clipboard_leaves_all_else_as_it_was() {
    let mut desk = TestDesk::new();
    let (screen, input) = (desk.join(SeatPart::Screen), desk.join(SeatPart::Input));
    screen.need();
    desk.yes((BOTH, None), "one", true);
    let clipboard = desk.join(SeatPart::Clipboard);
    desk.until(SessionNews::Gone("one"));
    desk.no(ALL);
    desk.yes((BOTH, Some("one")), "two", false);
    assert!(is_open(&screen) && is_open(&input));
    assert!(matches!(clipboard.need().0, SeatOpening::Over(PortalFault::Declined)));
    drop((screen, input, clipboard));
    desk.until(SessionNews::Gone("two"));
    let (screen, _clipboard) = (desk.join(SeatPart::Screen), desk.join(SeatPart::Clipboard));
    screen.need();
    drop(desk.asked(SCREEN_AND_CLIPBOARD, None));
}

#[test]
fn what_was_chosen_is_had_again_after_a_pause_by_its_own_token_and_each_token_once() {
    let mut desk = TestDesk::new();
    let screen = desk.join(SeatPart::Screen);
    screen.need();
    desk.yes((SCREEN, None), "screen", true);
    let input = desk.join(SeatPart::Input);
    desk.yes((BOTH, None), "both", true);
    drop(input);
    drop(screen);
    desk.until(SessionNews::Gone("both"));
    let screen = desk.join(SeatPart::Screen);
    screen.need();
    desk.yes((SCREEN, Some("screen")), "screen again", false);
    let input = desk.join(SeatPart::Input);
    desk.yes((BOTH, Some("both")), "both again", false);
    drop((input, screen));
    desk.until(SessionNews::Gone("both again"));
    let screen = desk.join(SeatPart::Screen);
    screen.need();
    drop(desk.asked(SCREEN, None));
}

#[test]
fn stop_on_the_desktops_sign_is_reported_where_nobody_looks_at_the_screen() {
    for looked_at in [false, true] {
        let mut desk = TestDesk::new();
        let screen = looked_at.then(|| desk.join(SeatPart::Screen));
        let input = desk.join(SeatPart::Input);
        input.need();
        desk.yes((BOTH, None), "one", true);
        assert!(!desk.seat.is_ended_unseen());
        desk.signs.pop().expect("its sign").send(()).expect("it is held");
        desk.until(SessionNews::Gone("one"));
        until_over(&input);
        assert_eq!(desk.seat.is_ended_unseen(), !looked_at, "who looks at it hears it there");
        drop((screen, input));
    }
}

#[test]
fn a_lost_stream_ends_the_portals_session_too() {
    let mut desk = TestDesk::new();
    let input = desk.join(SeatPart::Input);
    let (_, slot) = input.need();
    desk.yes((BOTH, None), "one", true);
    slot.lose("the screen is gone");
    desk.until(SessionNews::Gone("one"));
    until_over(&input);
    assert!(desk.seat.is_ended_unseen());
}

#[test]
fn rearranged_monitors_are_asked_for_again_by_the_token_and_by_no_question() {
    let mut desk = TestDesk::new();
    let screen = desk.join(SeatPart::Screen);
    screen.need();
    desk.yes((SCREEN, None), "one", true);
    desk.seat.note_rearranged();
    desk.until(SessionNews::Gone("one"));
    desk.yes((SCREEN, Some("one")), "two", false);
    desk.seat.note_rearranged();
    desk.until(SessionNews::Held("two"));
    assert!(is_open(&screen) && desk.asks_nobody(), "without a token a person would be asked");
}
