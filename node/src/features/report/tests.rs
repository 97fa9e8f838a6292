//! Both sides, joined as a session joins them, with machines that are made up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use beistand_inspect::{
    Finding, FindingKind, InspectLimit, InspectedSystem, MAX_VALUE_CHARS, Part, PartSet, Verdict,
};
use beistand_p2p::testing::{InboxFeed, inbox_feed};
use beistand_session::{
    Command as SessionCommand, Message, Permission, PermissionSet, ReportContent, ReportLine, ReportMessage,
    Role,
};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::carry::{from_content, to_content};
use super::host::{ReportHost, ReportSource, escaped};
use super::technician::{ReportLanguage, ReportTechnician};
use super::texts::line_phrase;
use super::*;
use crate::features::FeatureEvent;
use crate::features::side::{EventEmitter, Side, SideContext, SideLoadMeter, Standing};
use crate::features::slot::SlotHandle;
use crate::features::wire::{Heard, Outbox};
use crate::handle::NodeEvent;
use crate::words::Language;

/// What waits in a test.
const QUEUE: usize = 16;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(10);

const DIAGNOSTICS: PermissionSet = PermissionSet::NONE.with(Permission::Diagnostics);

/// A machine that is made up, and may hang until nobody waits any more.
#[derive(Default)]
struct MadeUpMaker {
    hangs: bool,
    given_up: AtomicBool,
}

impl InspectedSystem for MadeUpMaker {
    fn inspect(self: Arc<Self>, limit: &InspectLimit) -> MachineReport {
        while self.hangs && !limit.left().is_zero() {
            std::thread::sleep(Duration::from_millis(1));
        }
        self.given_up.store(true, Ordering::SeqCst);
        sample()
    }
}

fn sample() -> MachineReport {
    let disk =
        Finding::new(Part::Disks, FindingKind::DiskSpace, Verdict::Broken, ["/<b>*home", "0 MiB", "9 GiB"]);
    let service = Finding::new(Part::Services, FindingKind::FailedService, Verdict::Broken, ["x.service"]);
    let wifi = Finding::new(Part::WifiNames, FindingKind::WifiName, Verdict::Fine, ["At home"]);
    MachineReport::new(1000, PartSet::default(), vec![disk, service, wifi])
}

struct ReportPerson<S: Side> {
    slot: SlotHandle<S>,
    feed: InboxFeed,
    said: mpsc::Receiver<SessionCommand>,
    events: mpsc::Receiver<NodeEvent>,
    standing: Standing,
}

fn person<S>(role: Role, world: S::World, granted: PermissionSet) -> ReportPerson<S>
where
    S: Side<Message = ReportMessage, Command = ReportCommand, Event = ReportEvent>,
{
    let (commands, said) = mpsc::channel(QUEUE);
    let (event_outbox, events) = mpsc::channel(QUEUE);
    let (fault_outbox, _) = mpsc::channel(QUEUE);
    let (feed, mut inboxes) = inbox_feed();
    let inbox = <ReportMessage as Heard>::take(&mut inboxes);
    let context = SideContext {
        outbox: Outbox::new(commands),
        events: EventEmitter::new(event_outbox),
        world,
        role,
        load: SideLoadMeter::default(),
    };
    let standing = Standing { granted: Some(granted), ..Standing::new(Instant::now()) };
    let slot = SlotHandle::start("report", DIAGNOSTICS, context, inbox, fault_outbox, standing);
    ReportPerson { slot, feed, said, events, standing }
}

impl<S> ReportPerson<S>
where
    S: Side<Message = ReportMessage, Command = ReportCommand, Event = ReportEvent>,
{
    async fn event(&mut self) -> ReportEvent {
        match timeout(PATIENCE, self.events.recv()).await.expect("in time") {
            Some(NodeEvent::Feature(FeatureEvent::Report(event))) => event,
            other => panic!("{other:?}"),
        }
    }

    async fn said(&mut self) -> ReportMessage {
        match timeout(PATIENCE, self.said.recv()).await.expect("in time") {
            Some(SessionCommand::Say(Message::Report(message))) => message,
            other => panic!("{other:?}"),
        }
    }

    async fn refused(&mut self, command: ReportCommand) -> ReportRefusal {
        self.slot.command(command);
        match self.event().await {
            ReportEvent::Refused(why) => why,
            other => panic!("{other:?}"),
        }
    }
}

fn host(maker: &Arc<MadeUpMaker>, granted: PermissionSet) -> ReportPerson<ReportHost> {
    person(Role::Host, ReportSource::new(maker.clone()), granted)
}

fn technician(granted: PermissionSet) -> ReportPerson<ReportTechnician> {
    person(Role::Technician, ReportLanguage(Language::English), granted)
}

fn send(number: u32, left_out: PartSet) -> ReportCommand {
    ReportCommand::Send { number, left_out }
}

/// A host whose user has a report before them that the technician has asked for.
async fn host_with_draft() -> ReportPerson<ReportHost> {
    let mut host = host(&Arc::default(), DIAGNOSTICS);
    host.feed.deliver(ReportMessage::Ask);
    assert!(matches!(host.event().await, ReportEvent::Asked));
    let ReportEvent::Draft { number: 1, report: draft } = host.event().await else { panic!("a draft") };
    assert_eq!(draft, sample());
    host
}

#[tokio::test]
async fn nothing_leaves_before_the_user_sends_it_and_then_without_what_they_left_out() {
    let mut host = host_with_draft().await;
    assert!(host.said.try_recv().is_err(), "nothing has left");
    host.slot.command(send(1, PartSet::USUALLY_OUT.with(Part::Disks)));
    let ReportMessage::Made(content) = host.said().await else { panic!("a report") };
    assert!(matches!(host.event().await, ReportEvent::Sent(_)));
    let mut technician = technician(DIAGNOSTICS);
    technician.feed.deliver(ReportMessage::Made(content));
    let ReportEvent::Received(report) = technician.event().await else { panic!("a report") };
    let parts: Vec<_> = report.findings().iter().map(Finding::part).collect();
    assert_eq!(parts, [Part::Services]);
    assert!(report.left_out.contains(Part::Disks) && report.left_out.contains(Part::WifiNames));
    assert_eq!(host.refused(send(1, PartSet::default())).await, ReportRefusal::NoReport);
}

#[test]
fn the_user_reads_what_the_helper_will_read() {
    let wifi = Finding::new(Part::WifiNames, FindingKind::WifiName, Verdict::Fine, ["At\u{ad} \u{180e}home"]);
    let draft = escaped(&MachineReport::new(1000, PartSet::default(), vec![wifi]));
    let values: Vec<_> = draft.findings().iter().flat_map(Finding::values).collect();
    assert_eq!(values, ["At\\u{ad} \\u{180e}home"]);
    assert_eq!(escaped(&draft), draft, "what is heard is escaped again");
}

#[tokio::test]
async fn what_is_dropped_is_not_sent_and_the_helper_is_told() {
    let mut host = host_with_draft().await;
    host.slot.command(ReportCommand::Drop);
    assert_eq!(host.said().await, ReportMessage::Refused);
    assert!(matches!(host.event().await, ReportEvent::Dropped));
    assert_eq!(host.refused(send(1, PartSet::default())).await, ReportRefusal::NoReport);
}

#[tokio::test]
async fn without_the_permission_no_report_is_made_or_asked_for() {
    let mut host = host(&Arc::default(), PermissionSet::NONE);
    assert_eq!(host.refused(ReportCommand::Ask).await, ReportRefusal::NotAllowed);
    let mut technician = technician(PermissionSet::NONE);
    assert_eq!(technician.refused(ReportCommand::Ask).await, ReportRefusal::NotAllowed);
    assert!(technician.said.try_recv().is_err());
}

#[tokio::test]
async fn a_pause_or_a_revoke_drops_what_waits() {
    for change in [|now: &mut Standing| now.paused = true, |now: &mut Standing| now.withheld = DIAGNOSTICS] {
        let mut host = host_with_draft().await;
        let before = host.standing;
        change(&mut host.standing);
        host.slot.set(Some(host.standing));
        host.slot.settle().await;
        assert!(matches!(host.event().await, ReportEvent::Dropped));
        host.slot.set(Some(before));
        host.slot.settle().await;
        assert_eq!(host.refused(send(1, PartSet::default())).await, ReportRefusal::NoReport);
        assert!(host.said.try_recv().is_err(), "nothing has left");
    }
}

#[tokio::test]
async fn a_yes_to_one_report_sends_no_other() {
    let mut host = host_with_draft().await;
    let before = host.standing;
    host.standing.paused = true;
    host.slot.set(Some(host.standing));
    host.slot.settle().await;
    assert!(matches!(host.event().await, ReportEvent::Dropped));
    host.slot.set(Some(before));
    host.slot.settle().await;
    host.feed.deliver(ReportMessage::Ask);
    assert!(matches!(host.event().await, ReportEvent::Asked));
    assert!(matches!(host.event().await, ReportEvent::Draft { number: 2, .. }));
    assert_eq!(host.refused(send(1, PartSet::default())).await, ReportRefusal::NoReport);
    assert!(host.said.try_recv().is_err(), "nothing has left");
    host.slot.command(send(2, PartSet::default()));
    assert!(matches!(host.said().await, ReportMessage::Made(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoke_in_the_middle_ends_the_making() {
    let maker = Arc::new(MadeUpMaker { hangs: true, ..MadeUpMaker::default() });
    let mut host = host(&maker, DIAGNOSTICS);
    host.slot.command(ReportCommand::Ask);
    assert!(matches!(host.event().await, ReportEvent::Asked));
    host.slot.set(None);
    host.slot.settle().await;
    assert!(matches!(host.event().await, ReportEvent::Dropped));
    let over = async {
        while !maker.given_up.load(Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(PATIENCE, over).await.expect("it is given up");
}

#[tokio::test]
async fn what_came_is_saved_and_compared_with_what_was_saved() {
    let folder = tempfile::tempdir().unwrap();
    let mut technician = technician(DIAGNOSTICS);
    assert_eq!(technician.refused(ReportCommand::Compare(None)).await, ReportRefusal::NoReport);
    technician.feed.deliver(ReportMessage::Made(to_content(&sample())));
    assert!(matches!(technician.event().await, ReportEvent::Received(_)));
    let file = |name: &str| folder.path().join(name);
    for name in ["a.md", "a.html", "a.json"] {
        technician.slot.command(ReportCommand::Save(file(name)));
        assert!(matches!(technician.event().await, ReportEvent::Saved(_)));
    }
    let text = |name: &str| std::fs::read_to_string(file(name)).unwrap();
    assert!(text("a.md").contains("**problem**: /\\<b\\>\\*home: 0 MiB of 9 GiB free"), "{}", text("a.md"));
    assert!(text("a.html").contains("/&lt;b&gt;*home") && !text("a.html").contains("<b>*"));
    let other = file("other");
    std::fs::write(&other, "mine").unwrap();
    std::os::unix::fs::symlink(&other, file("b.json")).unwrap();
    for (wish, name) in [("a.md", "a-2.md"), ("a.md", "a-3.md"), ("b.json", "b-2.json"), ("other", "other-2")]
    {
        technician.slot.command(ReportCommand::Save(file(wish)));
        let ReportEvent::Saved(path) = technician.event().await else { panic!("saved") };
        assert_eq!(path, file(name), "nothing is overwritten");
    }
    assert_eq!(text("other"), "mine");
    let better = sample().without(PartSet::default().with(Part::WifiNames));
    let better = MachineReport::new(2000, better.left_out, better.of_part(Part::Disks).cloned().collect());
    technician.feed.deliver(ReportMessage::Made(to_content(&better)));
    assert!(matches!(technician.event().await, ReportEvent::Received(_)));
    for wish in [ReportCommand::Compare(None), ReportCommand::Compare(Some(file("a.json")))] {
        technician.slot.command(wish);
        let ReportEvent::Compared(changes) = technician.event().await else { panic!("changes") };
        let kinds: Vec<_> = changes.iter().map(|change| change.kind.word()).collect();
        assert_eq!(kinds, ["better"], "the service runs again");
    }
    assert_eq!(technician.refused(ReportCommand::Compare(Some(file("a.md")))).await, ReportRefusal::NotOurs);
    assert!(matches!(technician.refused(ReportCommand::Save(file("none/a"))).await, ReportRefusal::File(_)));
    assert_eq!(technician.refused(send(1, PartSet::default())).await, ReportRefusal::OtherSide);
}

#[test]
fn what_a_hostile_host_makes_up_is_dropped() {
    let line = |part, kind, verdict, values: &[&str]| ReportLine {
        part,
        kind,
        verdict,
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    let lines = vec![
        line(99, 40, 2, &["/", "a", "b"]),
        line(3, 9999, 2, &[]),
        line(3, 40, 7, &["/", "a", "b"]),
        line(3, 40, 2, &["/"]),
        line(3, 42, 2, &[&"x".repeat(240)]),
    ];
    let report = from_content(ReportContent { taken_secs: 0, left_out: u32::MAX, lines });
    assert_eq!(report.findings().len(), 1);
    assert_eq!(report.findings()[0].values()[0].chars().count(), MAX_VALUE_CHARS);
}

#[test]
fn every_kind_has_its_text_with_all_its_values_in_both_languages() {
    for language in Language::ALL {
        let words = Words::of_node(language);
        for kind in FindingKind::ALL {
            let values: Vec<String> = kind.value_names().iter().map(|name| format!("<{name}>")).collect();
            for verdict in Verdict::ALL {
                let finding = Finding::from_elsewhere(Part::System, *kind, verdict, values.clone());
                let text = words.say(&line_phrase(&finding.expect("its values")));
                assert!(values.iter().all(|value| text.contains(value)) && !text.contains('$'), "{text}");
            }
        }
    }
}

#[test]
fn what_is_typed_says_what_stays_here() {
    let parsed = |line: &str| ReportCommand::parse("report", line).expect("its verb");
    let out = PartSet::USUALLY_OUT;
    assert_eq!(parsed(""), Ok(vec![ReportCommand::Ask]));
    assert_eq!(parsed("send 7"), Ok(vec![send(7, out)]));
    let disks = send(1, out.with(Part::Disks).without(Part::WifiNames));
    assert_eq!(parsed("send 1  without=disks with=wifi-names"), Ok(vec![disks.clone()]));
    assert!(disks.widening().is_some() && ReportCommand::Drop.widening().is_none());
    for wrong in
        ["send", "send disks", "send without=disks", "send 1 without=everything", "now", "save", "drop it"]
    {
        assert!(parsed(wrong).is_err(), "{wrong}");
    }
}
