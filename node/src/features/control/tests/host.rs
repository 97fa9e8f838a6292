//! The user's side over an injector that only notes what it is to do: what it lets through, and when it lets
//! go. How a script is typed is tested in `typing`.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use beistand_p2p::testing::{InboxFeed, inbox_feed};
use beistand_platform::fake::FakeInput;
use beistand_platform::{
    DesktopArea, DesktopFault, DesktopMonitor, DesktopPart, MonitorChoice, ScreenLayout, UserSign,
};
use beistand_session::{
    Channel, Command as SessionCommand, HELD_LIFE, InputEvent, Message, Permission, PermissionSet,
    PointerButton, PushbackMessage, Role,
};
use tokio::sync::{Notify, mpsc};
use tokio::time::{sleep, timeout};

use super::{PATIENCE, SETTLED, both, button, input_source, key, pointer};
use crate::backends::Backends;
use crate::features::asked::AskedUser;
use crate::features::control::host::InputSource;
use crate::features::control::{ControlHost, ControlMessage};
use crate::features::side::{EventEmitter, GrantDialog, SideContext, SideLoadMeter, Standing};
use crate::features::slot::SlotHandle;
use crate::features::wire::{Heard, Outbox};
use crate::features::{ActivityRecord, ChangeWorld, DeedsUnderWay, HostWorld, OpenQuestions, SeenLayout};
use crate::host::{UserHand, WatchedHand};

struct ControlTest {
    slot: SlotHandle<ControlHost>,
    feed: InboxFeed,
    input: FakeInput,
    hand: UserHand,
    /// What the side says.
    said: mpsc::Receiver<SessionCommand>,
    aside: Arc<Notify>,
    seen: SeenLayout,
    questions: OpenQuestions,
    standing: Standing,
}

fn control() -> ControlTest {
    let (commands, said) = mpsc::channel(4);
    let (events, _) = mpsc::channel(1);
    let (faults, _) = mpsc::channel(1);
    let (feed, mut inboxes) = inbox_feed();
    let input = FakeInput::default();
    let world = input_source(&input);
    let (hand, aside, seen) = (world.hand.clone(), world.aside.clone(), world.seen.clone());
    let questions = world.questions.clone();
    let context = SideContext {
        outbox: Outbox::new(commands),
        events: EventEmitter::new(events),
        world,
        role: Role::Host,
        load: SideLoadMeter::default(),
    };
    let long_ago = Instant::now().checked_sub(Duration::from_secs(5)).expect("a machine that runs a while");
    let standing = Standing::new(long_ago);
    let slot = SlotHandle::start(
        "control",
        both(),
        context,
        <ControlMessage as Heard>::take(&mut inboxes),
        faults,
        standing,
    );
    ControlTest { slot, feed, input, hand, said, aside, seen, questions, standing }
}

impl ControlTest {
    async fn change(&mut self, change: impl FnOnce(&mut Standing)) {
        change(&mut self.standing);
        self.slot.set(Some(self.standing));
        self.slot.settle().await;
    }

    async fn until_let_go(&self) {
        let waiting = async {
            while !(self.input.held_keys().is_empty() && self.input.held_buttons().is_empty()) {
                sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(PATIENCE, waiting).await.expect("let go of");
    }

    async fn until_injected(&self, count: usize) {
        let waiting = async {
            while self.input.events().len() < count {
                sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(PATIENCE, waiting).await.expect("injected");
    }
}

#[tokio::test]
async fn a_click_at_a_window_of_ours_is_told_once_and_the_bar_makes_room() {
    let mut test = control();
    test.input.set_own_window(true);
    test.change(|now| now.granted = Some(both())).await;
    let click = |pressed| InputEvent::Button { button: PointerButton::Left, pressed };
    for _ in 0..5 {
        test.feed.deliver(click(true));
        test.feed.deliver(InputEvent::Wheel { dx: 0, dy: 120 });
    }
    let is_of_hands = |said: &SessionCommand| matches!(said, SessionCommand::Say(Message::Hands(_)));
    let told = async {
        loop {
            match test.said.recv().await {
                Some(said) if is_of_hands(&said) => {}
                told => break told,
            }
        }
    };
    let told = timeout(PATIENCE, told).await.expect("it is told");
    assert_eq!(told, Some(SessionCommand::Say(PushbackMessage::OwnWindow.into())));
    timeout(PATIENCE, test.aside.notified()).await.expect("the bar makes room");
    test.input.set_own_window(false);
    test.feed.deliver(click(true));
    test.until_injected(1).await;
    let mut more = std::iter::from_fn(|| test.said.try_recv().ok());
    assert!(more.all(|said| is_of_hands(&said)), "not at each of them");
}

#[tokio::test]
async fn a_place_in_the_picture_is_found_on_the_monitor_that_it_shows() {
    let mut test = control();
    let seen = test.seen.clone();
    let area = |x| DesktopArea::new(x, 100, 800, 600).unwrap();
    let monitors = vec![DesktopMonitor { name: "right".to_owned(), area: area(800) }];
    let choice = MonitorChoice { wanted: Some("right".to_owned()), ..MonitorChoice::default() };
    let desktop = DesktopArea::new(0, 0, 1600, 700).unwrap();
    seen.captured(None, ScreenLayout::new(desktop, monitors, &choice));
    test.change(|now| now.granted = Some(both())).await;
    test.feed.deliver(pointer());
    test.until_injected(1).await;
    assert_eq!(test.input.events(), [InputEvent::PointerMove { x: 803, y: 104 }]);
}

#[tokio::test]
async fn a_revoke_lets_go_before_it_is_acknowledged() {
    let mut test = control();
    test.change(|now| now.granted = Some(both())).await;
    test.feed.deliver(key(true));
    test.until_injected(1).await;
    assert_eq!(test.input.held_keys().len(), 1);
    test.change(|now| now.withheld = PermissionSet::NONE.with(Permission::Keyboard)).await;
    assert!(test.input.held_keys().is_empty(), "let go of");
    // The session, which does not know yet, still lets the key through.
    test.feed.deliver(key(true));
    test.feed.deliver(pointer());
    test.until_injected(2).await;
    assert_eq!(test.input.events(), [key(true), pointer()]);
}

#[tokio::test]
async fn a_dialog_in_which_the_user_grants_something_keeps_input_out() {
    let mut test = control();
    test.change(|now| now.granted = Some(both())).await;
    test.feed.deliver(key(true));
    test.until_injected(1).await;
    test.change(|now| now.dialog = GrantDialog::Open).await;
    assert!(test.input.held_keys().is_empty(), "let go of");
    test.feed.deliver(pointer());
    sleep(SETTLED).await;
    test.change(|now| now.dialog = GrantDialog::ClosedAt(Instant::now())).await;
    test.feed.deliver(pointer());
    sleep(SETTLED).await;
    assert_eq!(test.input.events().len(), 1, "also a moment after it");
    test.change(|now| {
        now.dialog =
            GrantDialog::ClosedAt(Instant::now().checked_sub(Duration::from_secs(1)).expect("it runs"));
    })
    .await;
    test.feed.deliver(pointer());
    test.until_injected(2).await;
}

#[tokio::test]
async fn what_is_void_is_not_injected_and_nothing_stays_held() {
    let mut test = control();
    test.change(|now| now.granted = Some(both())).await;
    test.feed.deliver(key(true));
    test.until_injected(1).await;
    test.feed.void(Channel::Input);
    test.until_let_go().await;
    test.feed.deliver(pointer());
    test.until_injected(2).await;
}

#[tokio::test]
async fn the_users_hand_lets_go_of_what_is_held_though_nothing_is_injected() {
    let mut test = control();
    test.change(|now| now.granted = Some(both())).await;
    test.feed.deliver(button(true));
    test.feed.deliver(key(true));
    test.until_injected(2).await;
    let used = Instant::now();
    test.hand.take_sign(UserSign::Hand);
    test.until_let_go().await;
    assert!(used.elapsed() < HELD_LIFE / 2, "at once, and not because nobody renewed it");
    // And it keeps them out for a while.
    test.feed.deliver(pointer());
    sleep(SETTLED).await;
    assert_eq!(test.input.events().len(), 2);
}

#[tokio::test]
async fn the_emergency_key_stops_input_for_good_before_anything_else_is_done() {
    let mut test = control();
    test.change(|now| now.granted = Some(both())).await;
    test.feed.deliver(key(true));
    test.until_injected(1).await;
    test.hand.take_sign(UserSign::Panic);
    test.until_let_go().await;
    for _ in 0..50 {
        test.feed.deliver(pointer());
    }
    sleep(SETTLED).await;
    assert_eq!(test.input.events(), [key(true)]);
}

#[tokio::test]
async fn without_a_watch_over_the_users_hand_nothing_is_injected() {
    let fault = DesktopFault::NotHere(DesktopPart::UserWatch);
    let world = async |desktop| HostWorld {
        backends: Backends::fake(),
        hand: WatchedHand::start(desktop).await.hand,
        activity: ActivityRecord::default(),
        moved: crate::features::MovedPointer::default(),
        language: crate::words::Language::English,
        seen: SeenLayout::default(),
        aside: Arc::default(),
        questions: OpenQuestions::default(),
        changes: ChangeWorld::here(
            Path::new("/nowhere"),
            String::new(),
            DeedsUnderWay::default(),
            ActivityRecord::default(),
        ),
        picture_room: tokio::sync::watch::channel(None).1,
        returns: None,
    };
    let unwatched = InputSource::from(&world(Err(fault.clone())).await);
    assert_eq!((unwatched.opener)()().err(), Some(fault));
    let watched = InputSource::from(&world(Backends::fake().desktop()).await);
    assert!((watched.opener)()().is_ok());
}

#[tokio::test]
async fn where_no_hand_is_told_from_a_program_nothing_is_injected_during_a_question() {
    let mut test = control();
    test.change(|now| now.granted = Some(both())).await;
    test.feed.deliver(key(true));
    test.until_injected(1).await;
    test.questions.note("repair", AskedUser::Opens(1));
    test.until_let_go().await;
    for _ in 0..50 {
        test.feed.deliver(button(true));
    }
    sleep(SETTLED).await;
    test.questions.note("repair", AskedUser::Closes(1));
    test.feed.deliver(pointer());
    test.until_injected(2).await;
    assert_eq!(test.input.events(), [key(true), pointer()], "no press reaches the question");
}

#[tokio::test]
async fn a_click_whose_place_was_kept_out_has_no_effect() {
    let mut test = control();
    test.change(|now| now.granted = Some(both())).await;
    test.questions.note("repair", AskedUser::Opens(1));
    test.feed.deliver(pointer());
    test.feed.deliver(key(true));
    sleep(SETTLED).await;
    test.questions.note("repair", AskedUser::Closes(1));
    test.feed.deliver(button(true));
    test.feed.deliver(InputEvent::Wheel { dx: 0, dy: 120 });
    let there = InputEvent::PointerMove { x: 9, y: 9 };
    test.feed.deliver(there.clone());
    test.feed.deliver(button(true));
    test.until_injected(2).await;
    assert_eq!(test.input.events(), [there, button(true)], "nothing is clicked where nobody pointed");
}

#[tokio::test]
async fn what_is_held_without_a_word_goes_up_and_with_one_stays_down() {
    let mut test = control();
    test.change(|now| now.granted = Some(both())).await;
    let pressed = Instant::now();
    test.feed.deliver(key(true));
    test.until_injected(1).await;
    // Longer than it may be held without a word.
    while pressed.elapsed() < HELD_LIFE + HELD_LIFE / 2 {
        test.feed.deliver(InputEvent::KeysHeld);
        sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(test.input.held_keys().len(), 1);
    test.until_let_go().await;
}
