//! Both desks, joined as a session joins them, each with devices in memory.

use std::sync::Arc;
use std::time::{Duration, Instant};

use beistand_p2p::testing::{InboxFeed, inbox_feed};
use beistand_session::{
    Command as SessionCommand, Message, Permission, PermissionSet, Role, VoiceFrame, VoiceMessage,
};
use beistand_sound::FakeSound;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::world::VoiceWorld;
use super::*;
use crate::features::side::{EventEmitter, SideContext, SideLoadMeter, Standing};
use crate::features::slot::SlotHandle;
use crate::features::wire::Outbox;
use crate::features::{ActivityRecord, FeatureCommand, FeatureEvent};
use crate::handle::NodeEvent;
use crate::words::{Language, Words};

/// What waits in a test: all that two microphones say in a minute.
const QUEUE: usize = 1 << 13;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

const TALK: PermissionSet = PermissionSet::NONE.with(Permission::Voice);

struct VoicePerson {
    slot: SlotHandle<VoiceDesk>,
    feed: InboxFeed,
    said: mpsc::Receiver<SessionCommand>,
    events: mpsc::Receiver<NodeEvent>,
    sound: FakeSound,
    world: VoiceWorld,
    activity: ActivityRecord,
    standing: Standing,
}

fn person(role: Role) -> VoicePerson {
    let (commands, said) = mpsc::channel(QUEUE);
    let (event_outbox, events) = mpsc::channel(QUEUE);
    let (fault_outbox, _) = mpsc::channel(QUEUE);
    let (feed, mut inboxes) = inbox_feed();
    let (sound, activity) = (FakeSound::default(), ActivityRecord::default());
    let world = VoiceWorld::new(Arc::new(sound.clone()), Some(activity.clone()));
    let context = SideContext {
        outbox: Outbox::new(commands),
        events: EventEmitter::new(event_outbox),
        world: world.clone(),
        role,
        load: SideLoadMeter::default(),
    };
    let inbox = inboxes.take::<VoiceMessage>().expect("taken once");
    let standing = Standing { granted: Some(TALK), ..Standing::new(Instant::now()) };
    let slot = SlotHandle::start("voice", TALK, context, inbox, fault_outbox, standing);
    VoicePerson { slot, feed, said, events, sound, world, activity, standing }
}

impl VoicePerson {
    async fn event_that(&mut self, fits: impl Fn(&VoiceEvent) -> bool) -> VoiceEvent {
        loop {
            match timeout(PATIENCE, self.events.recv()).await.expect("in time") {
                Some(NodeEvent::Feature(FeatureEvent::Voice(event))) if fits(&event) => return event,
                Some(NodeEvent::Feature(FeatureEvent::Voice(_))) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    async fn talks(&mut self, who: VoiceOwner, state: TalkState) {
        self.event_that(|event| *event == VoiceEvent::Talk { who, state }).await;
    }

    /// What it says next to the other side.
    async fn message(&mut self) -> VoiceMessage {
        let said = timeout(PATIENCE, self.said.recv()).await.expect("in time");
        match said.expect("the side is there") {
            SessionCommand::Say(Message::Voice(message)) => message,
            other => panic!("{other:?}"),
        }
    }

    /// Carries what it says to the other one until `done` says so of a message.
    async fn carry(&mut self, other: &Self, done: impl Fn(&VoiceMessage) -> bool) {
        loop {
            let message = self.message().await;
            let over = done(&message);
            other.feed.deliver(message);
            if over {
                return;
            }
        }
    }

    async fn allow(&mut self, granted: PermissionSet) {
        self.standing.granted = Some(granted);
        self.slot.set(Some(self.standing));
        self.slot.settle().await;
    }

    fn open(&self, kind: DeviceKind) -> usize {
        self.sound.open(kind)
    }
}

fn is_talk(state: TalkState) -> impl Fn(&VoiceMessage) -> bool {
    move |message| *message == VoiceMessage::Talk(state)
}

#[tokio::test]
async fn each_is_heard_once_they_open_their_own_microphone() {
    for role in [Role::Host, Role::Technician] {
        let (mut one, mut other) = (person(role), person(role.other()));
        assert_eq!((one.open(DeviceKind::Microphone), one.open(DeviceKind::Loudspeaker)), (0, 0));
        one.slot.command(VoiceCommand::Open);
        one.talks(VoiceOwner::Us, TalkState::Open).await;
        one.event_that(|event| matches!(event, VoiceEvent::Figures(_))).await;
        assert_eq!(one.activity.at(Instant::now()), Some("voice-doing"), "the bar says so");
        assert_eq!(other.open(DeviceKind::Microphone), 0, "nobody opens the other's");
        // A second of sound.
        one.carry(&other, |message| matches!(message, VoiceMessage::Frame(frame) if frame.sequence == 50))
            .await;
        other.talks(VoiceOwner::Peer, TalkState::Open).await;
        let heard = |event: &VoiceEvent| matches!(event, VoiceEvent::Figures(figures) if figures.peer_level.decibels() > -40);
        other.event_that(heard).await;
        assert!(other.sound.ear().level().decibels() > -40);
        one.slot.command(VoiceCommand::Mute);
        one.talks(VoiceOwner::Us, TalkState::Muted).await;
        assert_eq!(one.open(DeviceKind::Microphone), 0);
        one.carry(&other, is_talk(TalkState::Muted)).await;
        other.talks(VoiceOwner::Peer, TalkState::Muted).await;
    }
}

#[tokio::test]
async fn with_the_permission_both_devices_are_closed_and_stay_so() {
    let (mut host, mut technician) = (person(Role::Host), person(Role::Technician));
    host.slot.command(VoiceCommand::Open);
    host.talks(VoiceOwner::Us, TalkState::Open).await;
    technician.slot.command(VoiceCommand::Speak);
    technician.carry(&host, |message| matches!(message, VoiceMessage::Frame(_))).await;
    host.talks(VoiceOwner::Peer, TalkState::Open).await;
    host.allow(PermissionSet::NONE).await;
    assert_eq!((host.open(DeviceKind::Microphone), host.open(DeviceKind::Loudspeaker)), (0, 0));
    host.talks(VoiceOwner::Us, TalkState::Muted).await;
    host.slot.command(VoiceCommand::Open);
    let refused = VoiceEvent::Refused { why: VoiceRefusal::NotAllowed };
    host.event_that(|event| *event == refused).await;
    // A new permission opens nothing by itself.
    host.allow(TALK).await;
    host.slot.command(VoiceCommand::Devices);
    host.event_that(|event| matches!(event, VoiceEvent::Devices { .. })).await;
    assert_eq!(host.open(DeviceKind::Microphone), 0);
}

#[tokio::test]
async fn a_press_opens_the_microphone_for_a_while_and_at_the_users_it_is_switched_on_first() {
    let mut host = person(Role::Host);
    host.slot.command(VoiceCommand::Press);
    let refused = VoiceEvent::Refused { why: VoiceRefusal::NotArmed };
    host.event_that(|event| *event == refused).await;
    host.slot.command(VoiceCommand::Speak);
    let refused = VoiceEvent::Refused { why: VoiceRefusal::NotAllowed };
    host.event_that(|event| *event == refused).await;
    host.slot.command(VoiceCommand::Arm);
    host.event_that(|event| *event == VoiceEvent::Armed).await;
    host.slot.command(VoiceCommand::Press);
    host.talks(VoiceOwner::Us, TalkState::Open).await;
    // It is closed by itself.
    host.talks(VoiceOwner::Us, TalkState::Muted).await;
    assert_eq!(host.open(DeviceKind::Microphone), 0);
    host.slot.command(VoiceCommand::HangUp);
    host.talks(VoiceOwner::Us, TalkState::Away).await;
    host.slot.command(VoiceCommand::Press);
    host.event_that(|event| matches!(event, VoiceEvent::Refused { why: VoiceRefusal::NotArmed })).await;
}

#[tokio::test]
async fn where_the_helper_could_press_no_press_opens_the_users_microphone() {
    let mut host = person(Role::Host);
    host.slot.command(VoiceCommand::Arm);
    host.event_that(|event| *event == VoiceEvent::Armed).await;
    host.slot.command(VoiceCommand::Press);
    host.talks(VoiceOwner::Us, TalkState::Open).await;
    for hand in [Permission::Pointer, Permission::Keyboard, Permission::TerminalType] {
        host.allow(TALK.with(hand)).await;
        assert_eq!(host.open(DeviceKind::Microphone), 0);
        for command in [VoiceCommand::Press, VoiceCommand::Arm] {
            host.slot.command(command);
            let refused = VoiceEvent::Refused { why: VoiceRefusal::NotOurs };
            host.event_that(|event| *event == refused).await;
        }
    }
    // Nor by what was switched on before that.
    host.allow(TALK).await;
    host.slot.command(VoiceCommand::Press);
    host.event_that(|event| matches!(event, VoiceEvent::Refused { why: VoiceRefusal::NotArmed })).await;
}

#[tokio::test]
async fn nobody_is_heard_who_is_not_shown_or_after_one_hung_up() {
    let host = person(Role::Host);
    let frame = |number| {
        let sound = vec![1; 60];
        VoiceMessage::Frame(VoiceFrame { sequence: number, tick: number, recorded_at: Instant::now(), sound })
    };
    (0..10).for_each(|number| host.feed.deliver(frame(number)));
    host.slot.command(VoiceCommand::HangUp);
    host.slot.idle().await;
    host.feed.deliver(VoiceMessage::Talk(TalkState::Open));
    (10..20).for_each(|number| host.feed.deliver(frame(number)));
    host.slot.command(VoiceCommand::Devices);
    host.slot.idle().await;
    assert_eq!(host.open(DeviceKind::Loudspeaker), 0);
    assert!(host.activity.at(Instant::now()).is_none());
}

#[tokio::test]
async fn without_a_device_one_reads_why_and_the_conversation_goes_on() {
    let mut host = person(Role::Host);
    for fault in [SoundFault::NoServer, SoundFault::NoDevice, SoundFault::Taken, SoundFault::Refused] {
        host.sound.set_fault(DeviceKind::Microphone, Some(fault));
        host.slot.command(VoiceCommand::Open);
        let told = host.event_that(|event| matches!(event, VoiceEvent::Fault { .. })).await;
        assert_eq!(told, VoiceEvent::Fault { kind: DeviceKind::Microphone, fault });
        let json = told.json(&Words::of_node(Language::English));
        assert!(json["text"].as_str().is_some_and(|text| text.len() > 20), "{json}");
    }
    host.sound.set_fault(DeviceKind::Loudspeaker, Some(SoundFault::NoDevice));
    host.feed.deliver(VoiceMessage::Talk(TalkState::Open));
    host.event_that(|event| matches!(event, VoiceEvent::Fault { kind: DeviceKind::Loudspeaker, .. })).await;
    // The other side repeats itself; nobody is told again.
    for state in [TalkState::Muted, TalkState::Open].repeat(20) {
        host.feed.deliver(VoiceMessage::Talk(state));
    }
    host.sound.set_fault(DeviceKind::Microphone, None);
    host.slot.command(VoiceCommand::Open);
    let next = host
        .event_that(|event| {
            !matches!(event, VoiceEvent::Figures(_) | VoiceEvent::Talk { who: VoiceOwner::Peer, .. })
        })
        .await;
    assert_eq!(next, VoiceEvent::Talk { who: VoiceOwner::Us, state: TalkState::Open });
}

#[tokio::test]
async fn devices_change_while_people_talk() {
    let (mut host, mut technician) = (person(Role::Host), person(Role::Technician));
    technician.slot.command(VoiceCommand::Speak);
    technician.carry(&host, |message| matches!(message, VoiceMessage::Frame(_))).await;
    host.slot.command(VoiceCommand::Open);
    host.talks(VoiceOwner::Us, TalkState::Open).await;
    let other = |kind| VoiceCommand::Use { kind, device: Some("fake-2".to_owned()) };
    for kind in [DeviceKind::Microphone, DeviceKind::Loudspeaker] {
        host.slot.command(other(kind));
        host.event_that(|event| matches!(event, VoiceEvent::Using { kind: of, .. } if *of == kind)).await;
    }
    technician
        .carry(&host, |message| matches!(message, VoiceMessage::Frame(frame) if frame.sequence > 30))
        .await;
    assert!(host.sound.ear().level().decibels() > -60);
    // The loudspeaker that was chosen is pulled out: the system's default goes on. A microphone stays closed.
    while host.open(DeviceKind::Loudspeaker) == 0 {
        tokio::task::yield_now().await;
    }
    host.sound.pull_out(DeviceKind::Loudspeaker);
    host.event_that(|event| {
        matches!(event, VoiceEvent::Fault { kind: DeviceKind::Loudspeaker, fault: SoundFault::Gone })
    })
    .await;
    while host.open(DeviceKind::Loudspeaker) == 0 {
        tokio::task::yield_now().await;
    }
    host.sound.pull_out(DeviceKind::Microphone);
    host.talks(VoiceOwner::Us, TalkState::Muted).await;
    host.event_that(|event| {
        matches!(event, VoiceEvent::Fault { kind: DeviceKind::Microphone, fault: SoundFault::Gone })
    })
    .await;
    host.slot.command(VoiceCommand::Use { kind: DeviceKind::Microphone, device: Some("none".to_owned()) });
    host.slot.command(VoiceCommand::Open);
    host.event_that(|event| matches!(event, VoiceEvent::Fault { fault: SoundFault::NoDevice, .. })).await;
}

#[tokio::test]
async fn a_loudspeaker_that_comes_back_is_heard_without_a_word() {
    let mut host = person(Role::Host);
    host.feed.deliver(VoiceMessage::Talk(TalkState::Open));
    while host.open(DeviceKind::Loudspeaker) == 0 {
        tokio::task::yield_now().await;
    }
    host.sound.pull_out(DeviceKind::Loudspeaker);
    let gone = VoiceEvent::Fault { kind: DeviceKind::Loudspeaker, fault: SoundFault::Gone };
    host.event_that(|event| *event == gone).await;
    assert_eq!(host.open(DeviceKind::Loudspeaker), 0);
    // It is tried again after a while.
    host.event_that(|event| matches!(event, VoiceEvent::Figures(_))).await;
    assert_eq!(host.open(DeviceKind::Loudspeaker), 1);
}

#[tokio::test]
async fn what_is_still_being_opened_stops_with_the_permission() {
    let mut host = person(Role::Host);
    host.sound.set_slow(true);
    // However often somebody wants it, a system that hangs holds few threads.
    for _ in 0..40 {
        for command in [VoiceCommand::Open, VoiceCommand::Mute] {
            host.slot.command(command);
            host.slot.idle().await;
            assert!(host.world.openings.under_way() <= 8);
        }
    }
    host.slot.command(VoiceCommand::Open);
    host.slot.idle().await;
    host.allow(PermissionSet::NONE).await;
    while host.world.openings.under_way() > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    host.sound.set_slow(false);
    assert!(host.sound.opened_at().is_none(), "no device was opened after that");
}

#[tokio::test]
async fn what_is_recorded_before_it_is_known_to_be_open_is_not_said() {
    let mut host = person(Role::Host);
    host.sound.set_early(10);
    host.slot.command(VoiceCommand::Open);
    loop {
        if let VoiceMessage::Frame(frame) = host.message().await {
            assert!(Some(frame.recorded_at) >= host.sound.opened_at(), "it was recorded before");
            return;
        }
    }
}

#[tokio::test]
async fn who_has_hung_up_does_not_listen_again_by_a_new_permission() {
    let mut host = person(Role::Host);
    host.slot.command(VoiceCommand::HangUp);
    host.talks(VoiceOwner::Us, TalkState::Away).await;
    assert_eq!(host.message().await, VoiceMessage::Talk(TalkState::Away));
    host.allow(PermissionSet::NONE).await;
    host.allow(TALK).await;
    assert_eq!(host.message().await, VoiceMessage::Talk(TalkState::Away), "the other side knows");
    host.feed.deliver(VoiceMessage::Talk(TalkState::Open));
    host.talks(VoiceOwner::Peer, TalkState::Open).await;
    host.slot.command(VoiceCommand::Devices);
    host.event_that(|event| matches!(event, VoiceEvent::Devices { .. })).await;
    assert_eq!(host.open(DeviceKind::Loudspeaker), 0);
    host.slot.command(VoiceCommand::Mute);
    host.talks(VoiceOwner::Us, TalkState::Muted).await;
    host.event_that(|event| matches!(event, VoiceEvent::Figures(_))).await;
    assert_eq!(host.open(DeviceKind::Loudspeaker), 1);
}

#[tokio::test]
async fn a_microphone_is_closed_also_where_too_much_waits_for_that_to_be_said() {
    let mut host = person(Role::Host);
    host.slot.command(VoiceCommand::Open);
    host.talks(VoiceOwner::Us, TalkState::Open).await;
    // Nothing of this is done before the test waits.
    for _ in 0..600 {
        host.slot.command(VoiceCommand::Devices);
        host.slot.command(VoiceCommand::Open);
    }
    host.slot.command(VoiceCommand::Mute);
    host.talks(VoiceOwner::Us, TalkState::Muted).await;
    assert_eq!(host.open(DeviceKind::Microphone), 0);
    host.slot.idle().await;
    host.slot.command(VoiceCommand::Open);
    host.talks(VoiceOwner::Us, TalkState::Open).await;
}

#[tokio::test]
async fn a_hand_that_holds_opens_the_users_microphone_whoever_may_press_there() {
    let mut host = person(Role::Host);
    host.allow(TALK.with(Permission::Pointer)).await;
    host.slot.command(VoiceCommand::Hold);
    host.talks(VoiceOwner::Us, TalkState::Open).await;
    host.slot.command(VoiceCommand::Mute);
    host.talks(VoiceOwner::Us, TalkState::Muted).await;
    assert!(VoiceCommand::Hold.widening().is_some(), "only a checked press says so");
}

#[test]
fn what_is_typed_is_read_and_only_the_users_own_microphone_needs_a_hand() {
    let read = |line: &str| match FeatureCommand::parse(Role::Host, line) {
        Some(Ok(commands)) => match &commands[..] {
            [FeatureCommand::Voice(command)] => Some(command.clone()),
            other => panic!("{other:?}"),
        },
        Some(Err(_)) | None => None,
    };
    for (line, command, widens) in [
        ("talk on", VoiceCommand::Open, true),
        ("talk push", VoiceCommand::Arm, true),
        ("talk press", VoiceCommand::Press, false),
        ("talk off", VoiceCommand::HangUp, false),
        ("mute", VoiceCommand::Mute, false),
        ("voice devices", VoiceCommand::Devices, false),
        (
            "voice use mic USB Audio",
            VoiceCommand::Use { kind: DeviceKind::Microphone, device: Some("USB Audio".to_owned()) },
            false,
        ),
        ("voice use speaker", VoiceCommand::Use { kind: DeviceKind::Loudspeaker, device: None }, false),
    ] {
        assert_eq!(read(line), Some(command.clone()), "{line}");
        assert_eq!(command.widening().is_some(), widens, "{line}");
    }
    for line in [
        "talk",
        "talk on now",
        "mute it",
        "voice",
        "voice use ear x",
        &format!("voice use mic {}", "x".repeat(401)),
    ] {
        assert_eq!(read(line), None, "{line}");
    }
}
