//! Both sides of control, a file per subject. Here is only what several of them need: events, and both sides
//! joined without a network.

mod host;
mod technician;
mod typed;
mod typing;
mod undone;

use std::sync::Arc;
use std::time::{Duration, Instant};

use beistand_p2p::testing::{InboxFeed, inbox_feed};
use beistand_platform::fake::FakeInput;
use beistand_session::{
    Command as SessionCommand, InputEvent, Message, Permission, PermissionSet, PhysicalKey, PointerButton,
    Role, SystemKind,
};
use tokio::sync::{Notify, mpsc};
use tokio::time::timeout;

use crate::features::control::flow::MarkNumbers;
use crate::features::control::hands::HandsReport;
use crate::features::control::host::InputSource;
use crate::features::control::{
    ControlEvent, ControlHost, ControlMessage, ControlTechnician, OpenInjector, UnsentInput,
};
use crate::features::side::{EventEmitter, SideContext, SideLoadMeter, Standing};
use crate::features::slot::SlotHandle;
use crate::features::wire::{Heard, Outbox};
use crate::features::{ActivityRecord, FeatureCommand, FeatureEvent, OpenQuestions, SeenLayout};
use crate::handle::NodeEvent;
use crate::host::UserHand;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Long enough for everything that is going to happen to have happened.
const SETTLED: Duration = Duration::from_millis(50);

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
        questions: OpenQuestions::default(),
    }
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

fn button(pressed: bool) -> InputEvent {
    InputEvent::Button { button: PointerButton::Left, pressed }
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
