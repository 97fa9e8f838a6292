//! Both sides, joined as a session joins them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use beistand_p2p::testing::{InboxFeed, inbox_feed};
use beistand_session::{Command as SessionCommand, MAX_SWEEP_FINDINGS, Message, PermissionSet, SweepMessage};
use beistand_sweep::{SweepOutcome, SweepSink, SweptSystem};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::host::SweepWorld;
use super::*;
use crate::features::FeatureEvent;
use crate::features::activity::ActivityRecord;
use crate::features::side::{EventEmitter, NoWorld, Side, SideContext, SideLoadMeter, Standing};
use crate::features::slot::SlotHandle;
use crate::features::wire::{Heard, Outbox};
use crate::handle::NodeEvent;
use crate::words::Language;

/// What waits in a test.
const QUEUE: usize = 256;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

const SWEEP: PermissionSet = PermissionSet::NONE.with(Permission::Sweep);

/// A computer on which each search finds one thing and then goes on until it is no longer wanted.
#[derive(Default)]
struct EndlessComputer {
    /// Searches that act at the moment.
    acting: AtomicU32,
}

impl SweptSystem for EndlessComputer {
    fn sweep(&self, _request: &SweepRequest, sink: &mut dyn SweepSink) -> SweepOutcome {
        self.acting.fetch_add(1, Ordering::SeqCst);
        sink.found(thing("first"));
        let mut seen = 0;
        while sink.is_wanted() {
            seen += 1;
            sink.advance(500, SweepCategory::Cron, seen);
            std::thread::sleep(Duration::from_millis(1));
        }
        self.acting.fetch_sub(1, Ordering::SeqCst);
        SweepOutcome { end: SweepEnd::Stopped, seen, left_off: 3 }
    }
}

fn thing(name: &str) -> SweepFinding {
    let plain = SweepFinding::new(SweepCategory::Cron, SweepThing::CronLine, SweepStanding::Unknown);
    SweepFinding { name: name.to_owned(), reasons: vec![SweepReason::StartsByTime], ..plain }
}

struct SweepPerson<S: Side> {
    slot: SlotHandle<S>,
    feed: InboxFeed,
    said: mpsc::Receiver<SessionCommand>,
    events: mpsc::Receiver<NodeEvent>,
    standing: Standing,
}

/// A person in a session in which this is granted.
fn person<S>(role: Role, granted: PermissionSet, world: S::World) -> SweepPerson<S>
where
    S: Side<Message = SweepMessage, Command = SweepCommand, Event = SweepEvent>,
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
    let slot = SlotHandle::start("sweep", SWEEP, context, inbox, fault_outbox, standing);
    SweepPerson { slot, feed, said, events, standing }
}

fn host() -> (SweepPerson<SweepHost>, Arc<EndlessComputer>) {
    let computer = Arc::<EndlessComputer>::default();
    let world = SweepWorld { computer: computer.clone(), activity: ActivityRecord::default() };
    (person(Role::Host, SWEEP, world), computer)
}

fn technician(granted: PermissionSet) -> SweepPerson<SweepTechnician> {
    person(Role::Technician, granted, NoWorld)
}

impl<S> SweepPerson<S>
where
    S: Side<Message = SweepMessage, Command = SweepCommand, Event = SweepEvent>,
{
    async fn said(&mut self) -> SweepMessage {
        match timeout(PATIENCE, self.said.recv()).await.expect("in time") {
            Some(SessionCommand::Say(Message::Sweep(message))) => message,
            other => panic!("{other:?}"),
        }
    }

    /// The next event but for how far a search is.
    async fn event(&mut self) -> SweepEvent {
        loop {
            match timeout(PATIENCE, self.events.recv()).await.expect("in time") {
                Some(NodeEvent::Feature(FeatureEvent::Sweep(SweepEvent::Advance { .. }))) => {}
                Some(NodeEvent::Feature(FeatureEvent::Sweep(event))) => return event,
                other => panic!("{other:?}"),
            }
        }
    }

    async fn end(&mut self) -> SweepEnd {
        loop {
            if let SweepEvent::Ended { end, .. } = self.event().await {
                return end;
            }
        }
    }

    fn hear(&mut self, message: SweepMessage) {
        self.feed.deliver(Message::from(message));
    }
}

fn cron() -> SweepCommand {
    SweepCommand::start(SweepKind::Only(SweepCategory::Cron), "").unwrap()
}

fn start(id: u32, args: &str) -> SweepMessage {
    SweepMessage::Start { id, kind: SweepKind::Only(SweepCategory::Cron), args: args.to_owned() }
}

/// A technician who has asked for a search that has begun, and its number.
async fn begun() -> (SweepPerson<SweepTechnician>, u32) {
    let mut technician = technician(SWEEP);
    technician.slot.command(cron());
    let SweepMessage::Start { id, .. } = technician.said().await else { panic!("a start") };
    technician.hear(SweepMessage::Begun { id });
    while !matches!(technician.event().await, SweepEvent::Begun { .. }) {}
    (technician, id)
}

#[tokio::test]
async fn a_revoke_or_a_pause_has_ended_the_search_before_it_is_acknowledged() {
    for is_pause in [false, true] {
        let (mut host, computer) = host();
        host.hear(start(1, ""));
        host.hear(start(2, ""));
        while !matches!(host.event().await, SweepEvent::Finding { .. }) {}
        if is_pause {
            host.standing.held = true;
        } else {
            host.standing.withheld = SWEEP;
        }
        host.slot.set(Some(host.standing));
        timeout(PATIENCE, host.slot.settle()).await.expect("settled");
        assert_eq!(computer.acting.load(Ordering::SeqCst), 0);
        assert_eq!([host.end().await, host.end().await], [SweepEnd::TakenBack; 2]);
    }
}

#[tokio::test]
async fn one_search_runs_two_wait_and_more_are_refused() {
    let (mut host, _) = host();
    for id in 1..=4 {
        host.hear(start(id, ""));
    }
    host.hear(start(5, "/nonsense"));
    host.hear(start(1, ""));
    let mut ends = Vec::new();
    while ends.len() < 3 {
        if let SweepMessage::Ended { id, end, .. } = host.said().await {
            ends.push((id, end));
        }
    }
    assert_eq!(ends, [(4, SweepEnd::Busy), (5, SweepEnd::Invalid), (1, SweepEnd::Invalid)]);
    host.slot.command(SweepCommand::Stop);
    for _ in 0..3 {
        assert_eq!(host.end().await, SweepEnd::StoppedByUser);
    }
    host.slot.command(SweepCommand::Stop);
    assert_eq!(host.event().await, SweepEvent::Refused { why: SweepRefusal::Nothing });
    host.slot.command(cron());
    assert_eq!(host.event().await, SweepEvent::Refused { why: SweepRefusal::HelpersOnly });
}

#[tokio::test]
async fn no_more_searches_begin_in_a_minute_than_a_person_reads() {
    let (mut host, _) = host();
    let mut busy = 0;
    for id in 1..=25 {
        host.hear(start(id, ""));
        host.hear(SweepMessage::Stop { id });
        if host.end_said(id).await == SweepEnd::Busy {
            busy += 1;
        }
    }
    assert_eq!(busy, 5);
}

impl SweepPerson<SweepHost> {
    /// How this search ended, as the technician hears it first.
    async fn end_said(&mut self, wanted: u32) -> SweepEnd {
        loop {
            while self.events.try_recv().is_ok() {}
            if let SweepMessage::Ended { id, end, .. } = self.said().await
                && id == wanted
            {
                return end;
            }
        }
    }
}

#[tokio::test]
async fn the_user_sees_a_search_begin_before_anything_is_found() {
    let (mut host, _) = host();
    host.hear(start(1, ""));
    assert!(matches!(host.event().await, SweepEvent::Waiting { id: 1, .. }));
    assert!(matches!(host.event().await, SweepEvent::Begun { id: 1, .. }));
    let SweepEvent::Finding { finding, .. } = host.event().await else { panic!("a finding") };
    assert_eq!(finding, thing("first"));
    assert_eq!(host.said().await, SweepMessage::Begun { id: 1 });
    host.hear(SweepMessage::Stop { id: 1 });
    loop {
        match host.said().await {
            SweepMessage::Ended { end, left_off, .. } => {
                break assert_eq!((end, left_off), (SweepEnd::Stopped, 3));
            }
            SweepMessage::Finding { finding, .. } => assert_eq!(finding, thing("first")),
            SweepMessage::Advance { permille, .. } => assert_eq!(permille, 500),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn the_bar_says_that_a_search_runs_until_it_has_ended() {
    let activity = ActivityRecord::default();
    let computer = Arc::<EndlessComputer>::default();
    let world = SweepWorld { computer, activity: activity.clone() };
    let mut host = person::<SweepHost>(Role::Host, SWEEP, world);
    assert_eq!(activity.at(Instant::now()), None);
    host.hear(start(1, ""));
    while !matches!(host.event().await, SweepEvent::Begun { .. }) {}
    assert_eq!(activity.at(Instant::now() + PATIENCE), Some("sweep-searching"));
    host.slot.command(SweepCommand::Stop);
    assert_eq!(host.end().await, SweepEnd::StoppedByUser);
    assert_eq!(activity.at(Instant::now()), None);
}

#[tokio::test]
async fn without_the_permission_no_search_is_asked_for_and_no_more_than_three_are() {
    let mut person = technician(PermissionSet::NONE);
    person.slot.command(cron());
    assert_eq!(person.event().await, SweepEvent::Refused { why: SweepRefusal::NotAllowed });
    let mut person = technician(SWEEP);
    for _ in 0..4 {
        person.slot.command(cron());
    }
    for _ in 0..3 {
        assert!(matches!(person.event().await, SweepEvent::Waiting { .. }));
    }
    assert_eq!(person.event().await, SweepEvent::Refused { why: SweepRefusal::Behind });
}

#[tokio::test]
async fn a_host_that_says_things_again_and_again_is_not_passed_on() {
    let (mut technician, id) = begun().await;
    technician.hear(SweepMessage::Begun { id });
    technician.hear(SweepMessage::Finding { id: id.wrapping_add(1), finding: thing("of no search") });
    let other = SweepFinding { category: SweepCategory::Virus, ..thing("of another search") };
    technician.hear(SweepMessage::Finding { id, finding: other });
    for count in 0..MAX_SWEEP_FINDINGS + 3 {
        technician.hear(SweepMessage::Finding { id, finding: thing("x") });
        if count < MAX_SWEEP_FINDINGS {
            let SweepEvent::Finding { finding, .. } = technician.event().await else { panic!("a finding") };
            assert_eq!(finding.name, "x");
        }
    }
    let ended = SweepMessage::Ended { id, end: SweepEnd::Done, seen: 7, left_off: 2 };
    technician.hear(ended.clone());
    technician.hear(ended);
    let event = technician.event().await;
    assert!(
        matches!(event, SweepEvent::Ended { end: SweepEnd::Done, seen: 7, left_off: 2, .. }),
        "{event:?}"
    );
    technician.slot.command(cron());
    assert!(matches!(technician.event().await, SweepEvent::Waiting { .. }), "nothing more of the first");
}

#[tokio::test]
async fn a_host_that_does_not_stop_a_search_is_not_waited_for() {
    let (mut technician, id) = begun().await;
    technician.slot.command(SweepCommand::Stop);
    assert_eq!(technician.said().await, SweepMessage::Stop { id });
    assert_eq!(technician.end().await, SweepEnd::TimedOut);
    technician.slot.command(cron());
    assert!(matches!(technician.event().await, SweepEvent::Waiting { .. }));
}

#[test]
fn every_finding_is_said_in_both_languages() {
    let is_text = |said: &str| !said.contains(['{', '$']) && !said.contains("sweep-");
    for words in Language::ALL.map(Words::of_node) {
        for thing in SweepThing::ALL {
            for reason in SweepReason::ALL {
                let plain = SweepFinding::new(SweepCategory::Cron, *thing, SweepStanding::Suspicious);
                let finding = SweepFinding {
                    name: "name".to_owned(),
                    path: "/path".to_owned(),
                    line: "line".to_owned(),
                    package: "package".to_owned(),
                    reasons: vec![*reason],
                    pid: Some(7),
                    sha256: Some([1; 32]),
                    age_days: Some(3),
                    size_bytes: Some(1500),
                    ..plain
                };
                let said = sweep_finding_text(&finding, &words);
                assert!(is_text(&said) && said.contains("/path"), "{thing:?} {reason:?}: {said}");
            }
        }
        for kind in SweepKind::all() {
            assert!(is_text(&words.say(&sweep_title(kind))), "{kind:?}");
        }
        for end in SweepEnd::ALL {
            assert!(is_text(&words.say(&end_phrase(*end))), "{end:?}");
        }
    }
}

#[test]
fn a_line_is_read_or_said_to_be_wrong_and_json_has_all_that_is_known() {
    let parse = |rest| SweepCommand::parse("sweep", rest).unwrap();
    assert_eq!(parse("stop"), Ok(vec![SweepCommand::Stop]));
    assert_eq!(parse("cron"), Ok(vec![cron()]));
    assert!(parse("virus /home/a b").is_ok() && parse("everything").is_ok());
    for wrong in ["", "stop now", "dance", "virus", "virus relative", "cron /etc"] {
        assert!(parse(wrong).is_err(), "{wrong}");
    }
    assert_eq!(SweepCommand::parse("sweeps", ""), None);
    let finding = SweepFinding { sha256: Some([0xab; 32]), ..thing("x") };
    let json = SweepEvent::Finding { id: 1, kind: SweepKind::Everything, finding: finding.clone() }
        .json(&Words::of_node(Language::English));
    let said = &json["finding"];
    assert_eq!((said["key"].as_str(), said["kind"].as_str()), (Some(&*finding.key()), Some("cron-line")));
    assert_eq!(
        (said["standing"].as_str(), said["reasons"][0].as_str()),
        (Some("unknown"), Some("starts-by-time"))
    );
    assert_eq!(said["sha256"].as_str(), Some("ab".repeat(32).as_str()));
    assert!(said["pid"].is_null());
}
