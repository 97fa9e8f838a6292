//! Slots without a session: what exists when, and what a revoke waits for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use beistand_session::{Channel, Command as SessionCommand, Permission, PermissionSet, Role};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::side::{EventEmitter, Side, SideContext, SideExistence, SideFault, SideLoadMeter, Standing};
use super::slot::{NamedFault, SlotHandle};
use super::tell::Tell;
use super::verb::{CommandRefusal, Verb, VerbUsage};
use super::wire::Outbox;
use super::{ChatEvent, FeatureCommand, FeatureEvent, offers, usual_wants};
use crate::handle::NodeEvent;
use crate::words::{Phrase, Words};
use beistand_p2p::testing::{InboxFeed, inbox_feed};
use beistand_session::ChatMessage;

/// What waits in a test.
const QUEUE: usize = 64;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// A feature that does what a test wants of it.
struct ProbeSide {
    probe: Arc<ProbeRecord>,
}

#[derive(Debug, Default)]
struct ProbeRecord {
    alive: AtomicBool,
    started: AtomicU32,
    heard: AtomicU32,
    /// Whether a command never ends.
    hangs: AtomicBool,
    /// Whether the side fails when it hears something.
    fails: AtomicBool,
    /// Whether the side never stops.
    clings: AtomicBool,
}

#[derive(Debug)]
struct ProbeCommand;

#[derive(Debug)]
struct ProbeEvent;

impl Verb for ProbeCommand {
    type Refused = ProbeEvent;

    const USAGES: &'static [VerbUsage] = &[];

    fn parse(_word: &str, _rest: &str) -> Option<Result<Vec<Self>, Phrase>> {
        None
    }

    fn refuse(self, _why: CommandRefusal) -> Option<ProbeEvent> {
        Some(ProbeEvent)
    }
}

impl Tell for ProbeEvent {
    fn json(&self, _words: &Words) -> Value {
        Value::Null
    }

    fn phrase(&self, _role: Role) -> Option<Phrase> {
        None
    }
}

impl From<ProbeEvent> for FeatureEvent {
    fn from(_: ProbeEvent) -> Self {
        Self::Chat(ChatEvent::Delivered { number: 0 })
    }
}

impl Side for ProbeSide {
    type Message = ChatMessage;
    type Command = ProbeCommand;
    type Event = ProbeEvent;
    type World = Arc<ProbeRecord>;

    const EXISTENCE: SideExistence = SideExistence::WhileAllowed;

    fn start(cx: SideContext<Self>, _now: &Standing) -> Result<Self, SideFault> {
        cx.world.started.fetch_add(1, Ordering::SeqCst);
        cx.world.alive.store(true, Ordering::SeqCst);
        Ok(Self { probe: cx.world })
    }

    async fn command(&mut self, _command: ProbeCommand) {
        if self.probe.hangs.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
    }

    async fn heard(&mut self, _message: ChatMessage) -> Result<(), SideFault> {
        self.probe.heard.fetch_add(1, Ordering::SeqCst);
        match self.probe.fails.load(Ordering::SeqCst) {
            true => Err(SideFault::Feature(Phrase::new("fault-session-stopped"))),
            false => Ok(()),
        }
    }

    async fn stop(self) {
        if self.probe.clings.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        // Long enough that whoever does not wait is seen not to.
        tokio::time::sleep(Duration::from_millis(20)).await;
        self.probe.alive.store(false, Ordering::SeqCst);
    }
}

struct SlotTest {
    slot: SlotHandle<ProbeSide>,
    probe: Arc<ProbeRecord>,
    feed: InboxFeed,
    events: mpsc::Receiver<NodeEvent>,
    faults: mpsc::Receiver<NamedFault>,
    standing: Standing,
    _commands: mpsc::Receiver<SessionCommand>,
}

fn slot() -> SlotTest {
    let (commands, command_inbox) = mpsc::channel(QUEUE);
    let (event_outbox, events) = mpsc::channel(QUEUE);
    let (fault_outbox, faults) = mpsc::channel(QUEUE);
    let (feed, mut inboxes) = inbox_feed();
    let probe = Arc::new(ProbeRecord::default());
    let context = SideContext {
        outbox: Outbox::new(commands),
        events: EventEmitter::new(event_outbox),
        world: probe.clone(),
        role: Role::Host,
        load: SideLoadMeter::default(),
    };
    let standing = Standing::new(Instant::now());
    let slot = SlotHandle::start(
        "probe",
        view(),
        context,
        inboxes.take::<ChatMessage>().unwrap(),
        fault_outbox,
        standing,
    );
    SlotTest { slot, probe, feed, events, faults, standing, _commands: command_inbox }
}

fn view() -> PermissionSet {
    PermissionSet::NONE.with(Permission::View)
}

impl SlotTest {
    async fn change(&mut self, change: impl FnOnce(&mut Standing)) {
        change(&mut self.standing);
        self.slot.set(Some(self.standing));
        self.slot.settle().await;
    }

    fn alive(&self) -> bool {
        self.probe.alive.load(Ordering::SeqCst)
    }

    fn heard(&self) -> u32 {
        self.probe.heard.load(Ordering::SeqCst)
    }

    async fn until_heard(&self, count: u32) {
        let waiting = async {
            while self.heard() < count {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(PATIENCE, waiting).await.expect("heard");
    }
}

fn line() -> ChatMessage {
    ChatMessage::Line { number: 1, text: "x".to_owned() }
}

#[tokio::test]
async fn a_side_exists_exactly_while_it_is_allowed_and_not_paused() {
    let mut test = slot();
    test.slot.settle().await;
    assert!(!test.alive(), "before consent");
    test.change(|now| now.granted = Some(PermissionSet::NONE.with(Permission::Keyboard))).await;
    assert!(!test.alive(), "for another permission");
    test.change(|now| now.granted = Some(view())).await;
    assert!(test.alive(), "granted");
    test.change(|now| now.paused = true).await;
    assert!(!test.alive(), "paused");
    test.change(|now| now.paused = false).await;
    assert!(test.alive(), "resumed");
    test.change(|now| now.withheld = view()).await;
    assert!(!test.alive(), "taken back, although the session does not know yet");
    test.change(|now| now.withheld = PermissionSet::NONE).await;
    assert!(test.alive());
    test.slot.set(None);
    test.slot.settle().await;
    assert!(!test.alive(), "over");
    test.change(|now| now.granted = Some(view())).await;
    assert!(!test.alive(), "over for ever");
    assert_eq!(test.probe.started.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_revoke_does_not_wait_for_what_is_under_way() {
    let mut test = slot();
    test.change(|now| now.granted = Some(view())).await;
    test.probe.hangs.store(true, Ordering::SeqCst);
    test.slot.command(ProbeCommand);
    tokio::time::sleep(Duration::from_millis(20)).await;
    test.change(|now| now.withheld = view()).await;
    assert!(!test.alive());
}

#[tokio::test]
async fn a_feature_that_does_not_stop_delays_a_revoke_by_200_ms_and_not_for_ever() {
    let mut test = slot();
    test.change(|now| now.granted = Some(view())).await;
    test.probe.clings.store(true, Ordering::SeqCst);
    let before = Instant::now();
    timeout(PATIENCE, test.change(|now| now.withheld = view())).await.expect("it is given up on");
    // Not sooner either: the clock of the time-out counts whole milliseconds.
    assert!(before.elapsed() >= Duration::from_millis(199), "{:?}", before.elapsed());
    assert!(before.elapsed() < Duration::from_secs(2), "{:?}", before.elapsed());
    assert!(test.alive(), "it clings");
}

#[tokio::test]
async fn what_is_heard_before_the_permission_is_known_here_waits_for_it() {
    let mut test = slot();
    test.slot.settle().await;
    test.feed.deliver(line());
    test.change(|now| now.granted = Some(view())).await;
    test.until_heard(1).await;
}

#[tokio::test]
async fn what_needs_one_more_permission_waits_until_that_is_known_here() {
    let mut test = slot();
    test.change(|now| now.granted = Some(view())).await;
    test.feed.deliver_by(Permission::Keyboard, line());
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    assert_eq!(test.heard(), 0);
    test.change(|now| now.granted = Some(view().with(Permission::Keyboard))).await;
    test.until_heard(1).await;
}

#[tokio::test]
async fn what_became_void_is_never_heard() {
    let mut test = slot();
    test.slot.settle().await;
    test.feed.deliver(line());
    test.feed.void(Channel::Chat);
    test.feed.deliver(line());
    test.change(|now| now.granted = Some(view())).await;
    test.until_heard(1).await;
    test.feed.deliver(line());
    test.until_heard(2).await;
    assert_eq!(test.heard(), 2);
}

#[tokio::test]
async fn a_command_without_the_permission_is_refused() {
    let mut test = slot();
    test.slot.command(ProbeCommand);
    let event = timeout(PATIENCE, test.events.recv()).await.expect("in time");
    assert!(matches!(event, Some(NodeEvent::Feature(_))));
}

#[tokio::test]
async fn what_has_failed_begins_again_only_when_it_is_allowed_once_more() {
    let mut test = slot();
    test.change(|now| now.granted = Some(view())).await;
    test.probe.fails.store(true, Ordering::SeqCst);
    test.feed.deliver(line());
    let fault = timeout(PATIENCE, test.faults.recv()).await.expect("in time");
    assert_eq!(fault, Some(("probe", SideFault::Feature(Phrase::new("fault-session-stopped")))));
    assert!(!test.alive());
    test.change(|now| now.granted = Some(view().with(Permission::Keyboard))).await;
    assert!(!test.alive(), "nothing new is allowed");
    test.change(|now| now.granted = Some(PermissionSet::NONE)).await;
    test.change(|now| now.granted = Some(view())).await;
    assert!(test.alive());
}

#[test]
fn each_verb_is_known_to_the_sides_that_can_type_it() {
    for role in [Role::Host, Role::Technician] {
        for usage in FeatureCommand::usages(role) {
            assert!(FeatureCommand::parse(role, usage).is_some(), "{role:?}: {usage}");
        }
    }
    assert!(FeatureCommand::parse(Role::Host, "refresh").is_none());
}

#[test]
fn this_build_offers_what_the_list_has() {
    let clipboard = PermissionSet::NONE.with(Permission::ClipboardToUser).with(Permission::ClipboardFromUser);
    let machine = [
        Permission::FilesToUser,
        Permission::FilesFromUser,
        Permission::Diagnostics,
        Permission::Checkup,
        Permission::Sweep,
        Permission::Repair,
        Permission::Adjust,
        Permission::Terminal,
        Permission::TerminalType,
        Permission::Reconnect,
        Permission::Voice,
        Permission::Annotate,
    ];
    let offered = machine.into_iter().fold(clipboard, PermissionSet::with);
    assert_eq!(offers().difference(offered), PermissionSet::DESKTOP);
    assert_eq!(offers().intersection(offered), offered);
    let usual = usual_wants().words();
    assert_eq!(offers().difference(usual_wants()).words(), "terminal,terminal-type,reconnect", "{usual}");
}
