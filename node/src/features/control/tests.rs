//! Typed input, and the user's side over an injector that only notes what it is to do.

use std::sync::Arc;
use std::time::{Duration, Instant};

use beistand_platform::fake::FakeInput;
use beistand_platform::{Origin, PressOrigin};
use beistand_session::{Channel, InputEvent, KeyText, Permission, PermissionSet, PhysicalKey, Role};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use super::host::InputSource;
use super::{ControlCommand, ControlHost, OpenInjector};
use crate::features::FeatureCommand;
use crate::features::side::{EventEmitter, GrantDialog, SideContext, Standing};
use crate::features::slot::SlotHandle;
use crate::features::wire::Outbox;
use crate::words::Phrase;
use beistand_p2p::testing::{InboxFeed, inbox_feed};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Long enough that what is to happen has happened.
const SETTLED: Duration = Duration::from_millis(50);

/// A mouse that nobody touches.
struct QuietHand;

impl PressOrigin for QuietHand {
    fn last_button_press(&mut self) -> Origin {
        Origin::Unknown
    }

    fn since_physical_input(&mut self) -> Option<Duration> {
        None
    }
}

struct ControlTest {
    slot: SlotHandle<ControlHost>,
    feed: InboxFeed,
    input: FakeInput,
    standing: Standing,
}

fn control() -> ControlTest {
    let (commands, _) = mpsc::channel(1);
    let (events, _) = mpsc::channel(1);
    let (faults, _) = mpsc::channel(1);
    let (feed, mut inboxes) = inbox_feed();
    let input = FakeInput::default();
    let injected = input.clone();
    let opener = move || -> OpenInjector {
        let injected = injected.clone();
        Box::new(move || Ok((Box::new(injected.injector()), Box::new(QuietHand))))
    };
    let context = SideContext {
        outbox: Outbox::new(commands),
        events: EventEmitter::new(events),
        world: InputSource { opener: Arc::new(opener) },
        role: Role::Host,
    };
    let long_ago = Instant::now().checked_sub(Duration::from_secs(5)).expect("a machine that runs a while");
    let standing = Standing::new(long_ago);
    let slot = SlotHandle::start(
        "control",
        both(),
        context,
        inboxes.take::<InputEvent>().unwrap(),
        faults,
        standing,
    );
    ControlTest { slot, feed, input, standing }
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
    let let_go = async {
        while !test.input.held_keys().is_empty() {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(PATIENCE, let_go).await.expect("let go of");
    test.feed.deliver(pointer());
    test.until_injected(2).await;
}

fn typed(line: &str) -> Option<Result<Vec<InputEvent>, Phrase>> {
    let events = |commands: Vec<FeatureCommand>| {
        commands.into_iter().map(|command| match command {
            FeatureCommand::Control(ControlCommand::Input(event)) => event,
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
