//! Both sides, joined as a session joins them.

use std::time::{Duration, Instant};

use beistand_p2p::testing::{InboxFeed, inbox_feed};
use beistand_session::{
    CheckupMessage, Command as SessionCommand, FindingKind, FindingUnit, FindingValue, MAX_BLOCK_BYTES,
    Message, PermissionSet,
};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::*;
use crate::features::FeatureEvent;
use crate::features::activity::ActivityRecord;
use crate::features::side::{EventEmitter, Side, SideContext, SideLoadMeter, Standing};
use crate::features::slot::SlotHandle;
use crate::features::wire::{Heard, Outbox};
use crate::handle::NodeEvent;
use crate::words::Language;

/// What waits in a test.
const QUEUE: usize = 256;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

const CHECKUP: PermissionSet = PermissionSet::NONE.with(Permission::Checkup);

struct CheckupPerson<S: Side> {
    slot: SlotHandle<S>,
    feed: InboxFeed,
    said: mpsc::Receiver<SessionCommand>,
    events: mpsc::Receiver<NodeEvent>,
    standing: Standing,
}

/// A person in a session in which this is granted.
fn person<S>(role: Role, granted: PermissionSet) -> CheckupPerson<S>
where
    S: Side<Message = CheckupMessage, Command = CheckupCommand, Event = CheckupEvent>,
    S::World: Default,
{
    person_in(role, granted, S::World::default())
}

fn person_in<S>(role: Role, granted: PermissionSet, world: S::World) -> CheckupPerson<S>
where
    S: Side<Message = CheckupMessage, Command = CheckupCommand, Event = CheckupEvent>,
{
    let (commands, said) = mpsc::channel(QUEUE);
    let (event_outbox, events) = mpsc::channel(QUEUE);
    let (fault_outbox, _) = mpsc::channel(QUEUE);
    let (feed, mut inboxes) = inbox_feed();
    let context = SideContext::<S> {
        outbox: Outbox::new(commands),
        events: EventEmitter::new(event_outbox),
        world,
        role,
        load: SideLoadMeter::default(),
    };
    let inbox = <S::Message as Heard>::take(&mut inboxes);
    let standing = Standing { granted: Some(granted), ..Standing::new(Instant::now()) };
    let slot = SlotHandle::start("checkup", CHECKUP, context, inbox, fault_outbox, standing);
    CheckupPerson { slot, feed, said, events, standing }
}

impl<S> CheckupPerson<S>
where
    S: Side<Message = CheckupMessage, Command = CheckupCommand, Event = CheckupEvent>,
{
    async fn said(&mut self) -> CheckupMessage {
        match timeout(PATIENCE, self.said.recv()).await.expect("in time") {
            Some(SessionCommand::Say(Message::Checkup(message))) => message,
            other => panic!("{other:?}"),
        }
    }

    /// The next event but for how far a test is.
    async fn event(&mut self) -> CheckupEvent {
        loop {
            match timeout(PATIENCE, self.events.recv()).await.expect("in time") {
                Some(NodeEvent::Feature(FeatureEvent::Checkup(CheckupEvent::Advance { .. }))) => {}
                Some(NodeEvent::Feature(FeatureEvent::Checkup(event))) => return event,
                other => panic!("{other:?}"),
            }
        }
    }

    async fn end(&mut self) -> CheckupEnd {
        loop {
            if let CheckupEvent::Ended { end, .. } = self.event().await {
                return end;
            }
        }
    }
}

fn cpu() -> CheckupCommand {
    CheckupCommand::start(CheckupKind::Cpu, "60").unwrap()
}

fn start(id: u32, kind: CheckupKind, args: &str) -> Message {
    CheckupMessage::Start { id, kind, args: args.to_owned() }.into()
}

#[tokio::test]
async fn a_revoke_has_ended_the_test_before_it_is_acknowledged() {
    let mut host = person::<CheckupHost>(Role::Host, CHECKUP);
    host.feed.deliver(start(1, CheckupKind::Cpu, "60"));
    host.feed.deliver(start(2, CheckupKind::Cpu, "60"));
    while !matches!(host.event().await, CheckupEvent::Begun { .. }) {}
    host.standing.withheld = CHECKUP;
    host.slot.set(Some(host.standing));
    timeout(PATIENCE, host.slot.settle()).await.expect("settled");
    assert_eq!(host.end().await, CheckupEnd::TakenBack);
    assert_eq!(host.end().await, CheckupEnd::TakenBack);
}

#[tokio::test]
async fn the_bar_says_that_a_test_runs_until_it_has_ended() {
    let activity = ActivityRecord::default();
    let mut host = person_in::<CheckupHost>(Role::Host, CHECKUP, activity.clone());
    host.feed.deliver(start(1, CheckupKind::Cpu, "60"));
    while !matches!(host.event().await, CheckupEvent::Begun { .. }) {}
    assert_eq!(activity.at(Instant::now() + PATIENCE), Some("checkup-testing"));
    host.slot.command(CheckupCommand::Stop);
    assert_eq!(host.end().await, CheckupEnd::StoppedByUser);
    assert_eq!(activity.at(Instant::now()), None);
}

#[tokio::test]
async fn one_test_runs_two_wait_and_more_are_refused() {
    let mut host = person::<CheckupHost>(Role::Host, CHECKUP);
    for id in 1..=4 {
        host.feed.deliver(start(id, CheckupKind::Cpu, "60"));
    }
    host.feed.deliver(start(5, CheckupKind::Cpu, "nonsense"));
    let mut ends = Vec::new();
    while ends.len() < 2 {
        if let CheckupMessage::Ended { id, end } = host.said().await {
            ends.push((id, end));
        }
    }
    assert_eq!(ends, [(4, CheckupEnd::Busy), (5, CheckupEnd::Invalid)]);
    host.slot.command(CheckupCommand::Stop);
    for _ in 0..3 {
        assert_eq!(host.end().await, CheckupEnd::StoppedByUser);
    }
}

#[tokio::test]
async fn without_the_permission_nothing_is_started() {
    let mut technician = person::<CheckupTechnician>(Role::Technician, PermissionSet::NONE);
    technician.slot.command(cpu());
    assert_eq!(technician.event().await, CheckupEvent::Refused { why: CheckupRefusal::NotAllowed });
    let mut technician = person::<CheckupTechnician>(Role::Technician, CHECKUP);
    for _ in 0..4 {
        technician.slot.command(cpu());
    }
    for _ in 0..3 {
        assert!(matches!(technician.event().await, CheckupEvent::Waiting { .. }));
    }
    assert_eq!(technician.event().await, CheckupEvent::Refused { why: CheckupRefusal::Behind });
}

#[tokio::test]
async fn blocks_go_both_ways_and_are_counted() {
    let mut host = person::<CheckupHost>(Role::Host, CHECKUP);
    let mut technician = person::<CheckupTechnician>(Role::Technician, CHECKUP);
    technician.slot.command(CheckupCommand::start(CheckupKind::Throughput, "").unwrap());
    let mut found = Vec::new();
    let all = async {
        loop {
            tokio::select! {
                said = host.said.recv() => match said {
                    Some(SessionCommand::Say(message)) => technician.feed.deliver(message),
                    other => panic!("{other:?}"),
                },
                said = technician.said.recv() => match said {
                    Some(SessionCommand::Say(message)) => host.feed.deliver(message),
                    other => panic!("{other:?}"),
                },
                Some(_) = host.events.recv() => {}
                Some(NodeEvent::Feature(FeatureEvent::Checkup(event))) = technician.events.recv() => match event {
                    CheckupEvent::Finding { finding, .. } => found.push(finding),
                    CheckupEvent::Ended { end, .. } => return end,
                    CheckupEvent::Waiting { .. } | CheckupEvent::Begun { .. } => {}
                    CheckupEvent::Advance { .. } | CheckupEvent::Refused { .. } => {}
                },
            }
        }
    };
    assert_eq!(timeout(PATIENCE, all).await.expect("in time"), CheckupEnd::Done);
    let kinds: Vec<FindingKind> = found.iter().map(CheckupFinding::kind).collect();
    assert_eq!(kinds, [FindingKind::FromUser, FindingKind::ToUser]);
    for finding in &found {
        let Some((_, _, FindingValue::Number(size))) = finding.values().next() else { panic!("{finding:?}") };
        assert!(*size > 0 && size.is_multiple_of(MAX_BLOCK_BYTES as u64), "{size}");
    }
}

#[tokio::test]
async fn a_host_that_wants_blocks_without_a_test_gets_none() {
    let mut technician = person::<CheckupTechnician>(Role::Technician, CHECKUP);
    technician.feed.deliver(Message::from(CheckupMessage::SendBlocks { id: 7 }));
    technician.slot.command(cpu());
    let CheckupMessage::Start { id, .. } = technician.said().await else { panic!("a start") };
    technician.feed.deliver(Message::from(CheckupMessage::Begun { id }));
    technician.feed.deliver(Message::from(CheckupMessage::SendBlocks { id }));
    technician.feed.deliver(Message::from(CheckupMessage::Ended { id, end: CheckupEnd::Done }));
    assert_eq!(technician.end().await, CheckupEnd::Done);
    assert!(technician.said.try_recv().is_err());
}

#[tokio::test]
async fn a_host_that_begins_a_test_again_gets_no_more_blocks() {
    let mut technician = person::<CheckupTechnician>(Role::Technician, CHECKUP);
    let mut asked = Vec::new();
    for _ in 0..2 {
        technician.slot.command(CheckupCommand::start(CheckupKind::Throughput, "").unwrap());
        let CheckupMessage::Start { id, .. } = technician.said().await else { panic!("a start") };
        assert!(matches!(technician.event().await, CheckupEvent::Waiting { .. }));
        asked.push(id);
    }
    technician.feed.deliver(Message::from(CheckupMessage::Begun { id: asked[0] }));
    technician.feed.deliver(Message::from(CheckupMessage::SendBlocks { id: asked[0] }));
    // As many as may be on their way.
    for _ in 0..64 {
        assert!(matches!(technician.said().await, CheckupMessage::Block { .. }));
    }
    for id in [asked[0], asked[1]] {
        technician.feed.deliver(Message::from(CheckupMessage::Begun { id }));
        technician.feed.deliver(Message::from(CheckupMessage::SendBlocks { id }));
    }
    technician.feed.deliver(Message::from(CheckupMessage::Ended { id: asked[0], end: CheckupEnd::Done }));
    assert!(matches!(technician.event().await, CheckupEvent::Begun { id, .. } if id == asked[0]));
    assert!(matches!(technician.event().await, CheckupEvent::Ended { id, .. } if id == asked[0]));
    assert!(technician.said.try_recv().is_err(), "no block more");
}

#[tokio::test]
async fn a_host_that_does_not_stop_a_test_is_not_waited_for() {
    let mut technician = person::<CheckupTechnician>(Role::Technician, CHECKUP);
    technician.slot.command(CheckupCommand::start(CheckupKind::Throughput, "").unwrap());
    let CheckupMessage::Start { id, .. } = technician.said().await else { panic!("a start") };
    technician.feed.deliver(Message::from(CheckupMessage::Begun { id }));
    while !matches!(technician.event().await, CheckupEvent::Begun { .. }) {}
    technician.slot.command(CheckupCommand::Stop);
    assert_eq!(technician.said().await, CheckupMessage::Stop { id });
    // It even wants more.
    technician.feed.deliver(Message::from(CheckupMessage::SendBlocks { id }));
    assert_eq!(technician.end().await, CheckupEnd::TimedOut);
    assert!(technician.said.try_recv().is_err(), "no block");
    technician.slot.command(cpu());
    assert!(matches!(technician.event().await, CheckupEvent::Waiting { .. }));
}

#[tokio::test]
async fn a_host_that_finds_without_end_is_not_passed_on() {
    let mut technician = person::<CheckupTechnician>(Role::Technician, CHECKUP);
    technician.slot.command(cpu());
    let CheckupMessage::Start { id, .. } = technician.said().await else { panic!("a start") };
    technician.feed.deliver(Message::from(CheckupMessage::Begun { id }));
    while !matches!(technician.event().await, CheckupEvent::Begun { .. }) {}
    for count in 1..=131 {
        let finding = CheckupFinding::new(FindingKind::PingLost, vec![FindingValue::Number(count)]).unwrap();
        technician.feed.deliver(Message::from(CheckupMessage::Finding { id, finding }));
        if count <= 128 {
            assert!(matches!(technician.event().await, CheckupEvent::Finding { .. }));
        }
    }
    technician.feed.deliver(Message::from(CheckupMessage::Ended { id, end: CheckupEnd::Done }));
    assert!(matches!(technician.event().await, CheckupEvent::Ended { .. }), "no finding more");
}

#[test]
fn every_finding_is_said_with_its_values_in_both_languages() {
    for words in Language::ALL.map(Words::of_node) {
        for kind in FindingKind::ALL {
            let value = |(_, unit): &(&str, FindingUnit)| match unit {
                FindingUnit::Text => FindingValue::Text("x".to_owned()),
                FindingUnit::Count | FindingUnit::Micros | FindingUnit::Bytes | FindingUnit::Rate => {
                    FindingValue::Number(7)
                }
            };
            let finding = CheckupFinding::new(*kind, kind.fields().iter().map(value).collect()).unwrap();
            let said = words.say(&finding_phrase(&finding));
            assert!(!said.contains(['{', '$']) && !said.contains("checkup"), "{kind:?}: {said}");
        }
        for end in CheckupEnd::ALL {
            assert!(!words.text(end_key(*end)).contains("checkup"), "{end:?}");
        }
    }
}

#[test]
fn a_line_is_read_or_said_to_be_wrong() {
    let parse = |rest| CheckupCommand::parse("test", rest).unwrap();
    assert_eq!(parse("stop"), Ok(vec![CheckupCommand::Stop]));
    assert_eq!(parse("cpu 60"), Ok(vec![cpu()]));
    for wrong in ["", "stop now", "dance", "ping", "throughput fast", "scan relative"] {
        assert!(parse(wrong).is_err(), "{wrong}");
    }
    assert_eq!(CheckupCommand::parse("tests", ""), None);
}
