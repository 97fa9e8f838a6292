//! Typed input, and the user's side over an injector that only notes what it is to do.

mod undone;

use std::sync::Arc;
use std::time::{Duration, Instant};

use beistand_platform::fake::FakeInput;
use beistand_platform::{
    DesktopArea, DesktopFault, DesktopMonitor, DesktopPart, MonitorChoice, ScreenLayout, UserSign,
};
use beistand_session::{
    Channel, Command as SessionCommand, HELD_LIFE, InputEvent, KeyText, Message, Permission, PermissionSet,
    PhysicalKey, PointerButton, PushbackMessage, Role, SystemKind,
};
use tokio::sync::{Notify, mpsc};
use tokio::time::{sleep, timeout};

use super::flow::MarkNumbers;
use super::hands::HandsReport;
use super::host::InputSource;
use super::{
    ControlCommand, ControlEvent, ControlHost, ControlMessage, ControlTechnician, OpenInjector,
    TypingProgress, UnsentCause, UnsentInput,
};
use crate::backends::Backends;
use crate::features::ActivityRecord;
use crate::features::side::{EventEmitter, GrantDialog, SideContext, SideLoadMeter, Standing};
use crate::features::slot::SlotHandle;
use crate::features::tell::Tell;
use crate::features::wire::{Heard, Outbox};
use crate::features::{FeatureCommand, FeatureEvent, HostWorld, SeenLayout};
use crate::handle::NodeEvent;
use crate::host::{UserHand, WatchedHand};
use crate::words::{Language, Phrase, Words};
use beistand_p2p::testing::{InboxFeed, inbox_feed};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Long enough that what is to happen has happened.
const SETTLED: Duration = Duration::from_millis(50);

struct ControlTest {
    slot: SlotHandle<ControlHost>,
    feed: InboxFeed,
    input: FakeInput,
    hand: UserHand,
    /// What the side says.
    said: mpsc::Receiver<SessionCommand>,
    aside: Arc<Notify>,
    seen: SeenLayout,
    standing: Standing,
}

/// The user's mouse and keyboard, which this input plays.
fn input_source(input: &FakeInput) -> InputSource {
    let input = input.clone();
    let opener = move || -> OpenInjector {
        let input = input.clone();
        Box::new(move || Ok(Box::new(input.injector())))
    };
    InputSource {
        opener: Arc::new(opener),
        hand: UserHand::new(),
        seen: SeenLayout::default(),
        aside: Arc::new(Notify::new()),
        report: HandsReport::default(),
        activity: ActivityRecord::default(),
        system: SystemKind::Unknown,
    }
}

fn control() -> ControlTest {
    let (commands, said) = mpsc::channel(4);
    let (events, _) = mpsc::channel(1);
    let (faults, _) = mpsc::channel(1);
    let (feed, mut inboxes) = inbox_feed();
    let input = FakeInput::default();
    let world = input_source(&input);
    let (hand, aside, seen) = (world.hand.clone(), world.aside.clone(), world.seen.clone());
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
    ControlTest { slot, feed, input, hand, said, aside, seen, standing }
}

fn both() -> PermissionSet {
    PermissionSet::NONE.with(Permission::Pointer).with(Permission::Keyboard)
}

fn key(pressed: bool) -> InputEvent {
    InputEvent::Key { key: PhysicalKey::from_name("KeyA").expect("a key"), pressed, text: None }
}

fn pointer() -> InputEvent {
    InputEvent::PointerMove { x: 3, y: 4 }
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

fn button(pressed: bool) -> InputEvent {
    InputEvent::Button { button: PointerButton::Left, pressed }
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

#[test]
fn without_a_watch_over_the_users_hand_nothing_is_injected() {
    let fault = DesktopFault::NotHere(DesktopPart::UserWatch);
    let world = |desktop| HostWorld {
        backends: Backends::fake(),
        hand: WatchedHand::start(desktop).hand,
        activity: ActivityRecord::default(),
        seen: SeenLayout::default(),
        aside: Arc::default(),
        picture_room: tokio::sync::watch::channel(None).1,
    };
    let unwatched = InputSource::from(&world(Err(fault.clone())));
    assert_eq!((unwatched.opener)()().err(), Some(fault));
    let watched = InputSource::from(&world(Backends::fake().desktop()));
    assert!((watched.opener)()().is_ok());
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

/// A technician's side, what it says, and what its program hears.
fn technician()
-> (SlotHandle<ControlTechnician>, InboxFeed, mpsc::Receiver<SessionCommand>, mpsc::Receiver<NodeEvent>) {
    let (commands, said) = mpsc::channel(64);
    let (event_outbox, events) = mpsc::channel(64);
    let (faults, _) = mpsc::channel(1);
    let (feed, mut inboxes) = inbox_feed();
    let context = SideContext {
        outbox: Outbox::new(commands),
        events: EventEmitter::new(event_outbox),
        world: MarkNumbers::default(),
        role: Role::Technician,
        load: SideLoadMeter::default(),
    };
    let standing = Standing { granted: Some(both()), ..Standing::new(Instant::now()) };
    let inbox = <ControlMessage as Heard>::take(&mut inboxes);
    let slot = SlotHandle::start("control", both(), context, inbox, faults, standing);
    (slot, feed, said, events)
}

#[tokio::test]
async fn the_technician_hears_that_a_click_did_nothing() {
    let (_slot, feed, _said, mut events) = technician();
    feed.deliver(PushbackMessage::OwnWindow);
    let event = timeout(PATIENCE, events.recv()).await.expect("it is told");
    let told = matches!(event, Some(NodeEvent::Feature(FeatureEvent::Control(ControlEvent::OwnWindow))));
    assert!(told, "{event:?}");
}

#[tokio::test]
async fn the_technician_hears_on_which_kind_of_system_they_act() {
    let (_slot, feed, _said, mut events) = technician();
    feed.deliver(PushbackMessage::System(SystemKind::X11));
    let event = timeout(PATIENCE, events.recv()).await.expect("it is told");
    let told = ControlEvent::System(SystemKind::X11);
    assert!(
        matches!(&event, Some(NodeEvent::Feature(FeatureEvent::Control(heard))) if *heard == told),
        "{event:?}"
    );
}

#[tokio::test]
async fn while_something_is_down_the_technicians_side_says_so_again_and_again() {
    let (slot, _feed, mut said, _events) = technician();
    let mut next = async || match timeout(PATIENCE, said.recv()).await.expect("in time") {
        Some(SessionCommand::Say(Message::Input(event))) => event,
        other => panic!("{other:?}"),
    };
    slot.command(ControlCommand::Input(button(true)));
    assert_eq!(next().await, button(true));
    let began = Instant::now();
    for _ in 0..4 {
        assert_eq!(next().await, InputEvent::ButtonsHeld);
    }
    assert!(began.elapsed() < 2 * HELD_LIFE, "often enough");
    slot.command(ControlCommand::Input(button(false)));
    // One that was on its way already may come before it.
    while next().await != button(false) {}
    sleep(HELD_LIFE / 2).await;
    assert!(said.try_recv().is_err(), "nothing is down any more");
}

#[tokio::test]
async fn a_technician_is_told_once_per_interruption_that_input_was_not_sent() {
    let (slot, feed, _said, mut events) = technician();
    feed.void(Channel::Input);
    let told = timeout(PATIENCE, events.recv()).await.expect("in time");
    assert!(matches!(told, Some(NodeEvent::Feature(FeatureEvent::Control(ControlEvent::NotSent(_))))));
    for _ in 0..5 {
        slot.refused(Channel::Input);
    }
    sleep(SETTLED).await;
    assert!(events.try_recv().is_err());
}

fn typed(line: &str) -> Option<Result<Vec<InputEvent>, Phrase>> {
    let events = |commands: Vec<FeatureCommand>| {
        commands.into_iter().flat_map(|command| match command {
            FeatureCommand::Control(ControlCommand::Type(events)) => events,
            other => panic!("{other:?}"),
        })
    };
    Some(FeatureCommand::parse(Role::Technician, line)?.map(|commands| events(commands).collect()))
}

#[test]
fn a_chord_is_released_in_reverse() {
    let events = typed("key ControlLeft+KeyC").unwrap().unwrap();
    let names: Vec<_> = events
        .iter()
        .map(|event| match event {
            InputEvent::Key { key, pressed, .. } => (key.name(), *pressed),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(names, [("ControlLeft", true), ("KeyC", true), ("KeyC", false), ("ControlLeft", false)]);
}

#[test]
fn what_is_no_command_is_explained() {
    for line in ["key KeyÄ", "move 1", "move -1 5", "move NaN 3", "click up", "scroll 1", "text"] {
        assert!(typed(line).is_some_and(|result| result.is_err()), "{line:?}");
    }
    assert!(typed("format c:").is_none() && typed("").is_none());
}

#[test]
fn text_keeps_its_spaces() {
    let events = typed("text  a b ").unwrap().unwrap();
    assert_eq!(events, KeyText::split(" a b ").into_iter().map(InputEvent::Text).collect::<Vec<_>>());
}

#[test]
fn the_user_types_no_remote_input() {
    assert!(FeatureCommand::parse(Role::Host, "key KeyA").is_none());
}

/// Both sides, joined without a network.
struct ControlPair {
    technician: SlotHandle<ControlTechnician>,
    events: mpsc::Receiver<NodeEvent>,
    host_events: mpsc::Receiver<NodeEvent>,
    input: FakeInput,
    hand: UserHand,
    host: SlotHandle<ControlHost>,
    standing: Standing,
}

/// Sides that the user allows everything to, who has just closed the dialog.
fn control_pair() -> ControlPair {
    let standing = Standing { granted: Some(both()), ..Standing::new(Instant::now()) };
    let (host_commands, host_says) = mpsc::channel(64);
    let (host_event_outbox, host_events) = mpsc::channel(64);
    let (host_feed, mut host_inboxes) = inbox_feed();
    let input = FakeInput::default();
    let world = input_source(&input);
    let hand = world.hand.clone();
    let context = SideContext {
        outbox: Outbox::new(host_commands),
        events: EventEmitter::new(host_event_outbox),
        world,
        role: Role::Host,
        load: SideLoadMeter::default(),
    };
    let (faults, _) = mpsc::channel(1);
    let inbox = <ControlMessage as Heard>::take(&mut host_inboxes);
    let host = SlotHandle::start("control", both(), context, inbox, faults.clone(), standing);

    let (commands, said) = mpsc::channel(64);
    let (event_outbox, events) = mpsc::channel(4_096);
    let (feed, mut inboxes) = inbox_feed();
    let context = SideContext {
        outbox: Outbox::new(commands),
        events: EventEmitter::new(event_outbox),
        world: MarkNumbers::default(),
        role: Role::Technician,
        load: SideLoadMeter::default(),
    };
    let inbox = <ControlMessage as Heard>::take(&mut inboxes);
    let technician = SlotHandle::start("control", both(), context, inbox, faults, standing);
    tokio::spawn(carry(said, host_feed));
    tokio::spawn(carry(host_says, feed));
    ControlPair { technician, events, host_events, input, hand, host, standing }
}

async fn carry(mut said: mpsc::Receiver<SessionCommand>, feed: InboxFeed) {
    while let Some(command) = said.recv().await {
        match command {
            SessionCommand::Say(Message::Input(event)) => feed.deliver(event),
            SessionCommand::Say(Message::Hands(state)) => feed.deliver(state),
            other => panic!("{other:?}"),
        }
    }
}

impl ControlPair {
    /// Gives a line of a script, as soon as there is room for it.
    async fn give(&self, line: &str) {
        let commands = FeatureCommand::parse(Role::Technician, line).expect("a verb").expect("valid");
        for command in commands {
            let FeatureCommand::Control(command) = command else { panic!("{command:?}") };
            if let Some(turn) = self.technician.room(&command) {
                timeout(PATIENCE, turn).await.expect("room");
            }
            self.technician.command(command);
        }
    }

    async fn done(&self) {
        timeout(PATIENCE, self.technician.idle()).await.expect("all is typed, or given up");
    }

    fn typed(&self) -> String {
        let events = self.input.events();
        let texts = events.iter().map(|event| match event {
            InputEvent::Text(text) => text.as_str().to_owned(),
            InputEvent::Key { pressed: true, .. } => "⏎".to_owned(),
            _ => String::new(),
        });
        texts.collect()
    }

    async fn unsent(&mut self) -> UnsentInput {
        let hearing = async {
            loop {
                let event = self.events.recv().await.expect("the side is there");
                if let NodeEvent::Feature(FeatureEvent::Control(ControlEvent::NotSent(unsent))) = event {
                    return unsent;
                }
            }
        };
        timeout(PATIENCE, hearing).await.expect("told")
    }
}

/// Input is kept out for a second after the dialog, and a script types as soon as it is told that it may.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_script_types_in_the_first_second_waits_and_arrives() {
    let pair = control_pair();
    for line in ["text one", "key Enter", "text two"] {
        pair.give(line).await;
    }
    pair.done().await;
    assert_eq!(pair.typed(), "one⏎two");
}

#[tokio::test(flavor = "multi_thread")]
async fn four_hundred_lines_at_once_arrive_whole_and_in_order() {
    let mut pair = control_pair();
    let line = |at: usize| format!("{at:03} the quick brown fox");
    for at in 0..400 {
        pair.give(&format!("text {}", line(at))).await;
        pair.give("key ShiftLeft+Enter").await;
    }
    pair.done().await;
    let all: String = (0..400).map(|at| format!("{}⏎⏎", line(at))).collect();
    assert_eq!(pair.typed(), all);
    assert!(pair.input.held_keys().is_empty());
    let mut newest = None;
    while let Ok(event) = pair.events.try_recv() {
        if let NodeEvent::Feature(FeatureEvent::Control(event)) = event {
            assert!(matches!(event, ControlEvent::Typing(_)), "{event:?}");
            newest = Some(event);
        }
    }
    assert!(matches!(newest, Some(ControlEvent::Typing(TypingProgress { typed, of })) if typed == of));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_users_hand_in_the_middle_of_typing_is_told_and_nothing_stays_down() {
    let mut pair = control_pair();
    pair.give("text first").await;
    pair.done().await;
    pair.technician.command(ControlCommand::Type(vec![key(true)]));
    pair.give(&format!("text {}", "x".repeat(5_000))).await;
    while pair.input.events().len() < 50 {
        sleep(Duration::from_millis(1)).await;
    }
    pair.hand.take_sign(UserSign::Hand);
    let unsent = pair.unsent().await;
    assert_eq!(unsent.why, UnsentCause::KeptOut);
    assert!(unsent.missing > 0 && unsent.typed <= pair.input.events().len(), "{unsent:?}");
    assert!(unsent.typed + unsent.missing == 5_001, "{unsent:?}");
    pair.done().await;
    assert!(pair.input.held_keys().is_empty(), "what was held is let go of");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_can_be_stopped_and_is_told_how_far_it_came() {
    let mut pair = control_pair();
    pair.give(&format!("text {}", "x".repeat(15_000))).await;
    while pair.input.events().len() < 20 {
        sleep(Duration::from_millis(1)).await;
    }
    // Presses of a person would stand in the middle of it.
    pair.technician.command(ControlCommand::Input(key(true)));
    assert_eq!(pair.unsent().await.why, UnsentCause::Busy);
    pair.technician.command(ControlCommand::StopTyping);
    let unsent = pair.unsent().await;
    assert_eq!((unsent.why, unsent.typed + unsent.missing), (UnsentCause::Stopped, 15_000));
    pair.done().await;
    assert!(pair.input.events().len() < 2_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoke_in_the_middle_of_typing_tells_how_far_it_came() {
    let mut pair = control_pair();
    pair.give(&format!("text {}", "x".repeat(15_000))).await;
    while pair.input.events().len() < 20 {
        sleep(Duration::from_millis(1)).await;
    }
    pair.standing.granted = Some(PermissionSet::NONE);
    pair.host.set(Some(pair.standing));
    pair.technician.set(Some(pair.standing));
    let unsent = pair.unsent().await;
    assert_eq!(unsent.typed + unsent.missing, 15_000);
    // What comes now is refused with a word.
    pair.give("text more").await;
    assert_eq!(pair.unsent().await, UnsentInput { why: UnsentCause::KeptOut, typed: 0, missing: 4 });
    pair.done().await;
}
