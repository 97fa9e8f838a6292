//! Both sides, joined as a session joins them, with a machine that is made up: its hosts file is real, and a
//! program that stands in for the print service's.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use beistand_mend::{Deed as _, DeedJournal, DeedState, Machine};
use beistand_p2p::testing::{InboxFeed, inbox_feed};
use beistand_session::{Command as SessionCommand, Message, Permission, PermissionSet, RepairMessage, Role};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::host::{RepairBench, bare};
use super::technician::RepairCounter;
use super::*;
use crate::features::activity::ActivityRecord;
use crate::features::changes::{ChangeWorld, DeedsUnderWay};
use crate::features::side::{EventEmitter, Side, SideContext, SideLoadMeter, Standing};
use crate::features::slot::SlotHandle;
use crate::features::wire::{Heard, Outbox};
use crate::features::{FeatureEvent, OpenQuestions};
use crate::handle::NodeEvent;
use crate::words::Language;

/// What waits in a test.
const QUEUE: usize = 64;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

const REPAIR: PermissionSet = PermissionSet::NONE.with(Permission::Repair);

const HOSTS: &str = "127.0.0.1 localhost\n203.0.113.9 bank.example.com\n";

/// A user's computer.
struct RepairPlace {
    folder: tempfile::TempDir,
    deeds: DeedsUnderWay,
    activity: ActivityRecord,
}

impl RepairPlace {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["root/etc", "root/home", "tools"] {
            fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        fs::write(folder.path().join("root/etc/hosts"), HOSTS).unwrap();
        Self { folder, deeds: DeedsUnderWay::default(), activity: ActivityRecord::default() }
    }

    fn tool(&self, name: &str, script: &str) {
        let path = self.folder.path().join("tools").join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn machine(&self) -> Machine {
        let tools = format!("{}:/usr/bin:/bin", self.folder.path().join("tools").display());
        Machine::made_up(self.folder.path().join("root"), "/home", tools, &self.data())
    }

    fn journal(&self) -> DeedJournal {
        DeedJournal::open(&self.data())
    }

    fn hosts(&self) -> String {
        fs::read_to_string(self.folder.path().join("root/etc/hosts")).unwrap()
    }

    fn host(&self) -> RepairPerson<RepairHost> {
        self.host_where(REPAIR)
    }

    fn host_where(&self, granted: PermissionSet) -> RepairPerson<RepairHost> {
        let who = "Anna\u{202e}".to_owned();
        let (journal, machine, deeds) = (self.journal(), Some(self.machine()), self.deeds.clone());
        let activity = self.activity.clone();
        let changes = ChangeWorld { journal, machine, who, deeds, activity };
        person(Role::Host, RepairBench::new(changes), granted)
    }
}

struct RepairPerson<S: Side> {
    slot: SlotHandle<S>,
    feed: InboxFeed,
    said: mpsc::Receiver<SessionCommand>,
    events: mpsc::Receiver<NodeEvent>,
    standing: Standing,
    questions: OpenQuestions,
}

fn person<S>(role: Role, world: S::World, granted: PermissionSet) -> RepairPerson<S>
where
    S: Side<Message = RepairMessage, Command = RepairCommand, Event = RepairEvent>,
{
    let questions = OpenQuestions::default();
    let (commands, said) = mpsc::channel(QUEUE);
    let (event_outbox, events) = mpsc::channel(QUEUE);
    let (fault_outbox, _) = mpsc::channel(QUEUE);
    let (feed, mut inboxes) = inbox_feed();
    let inbox = <RepairMessage as Heard>::take(&mut inboxes);
    let context = SideContext {
        outbox: Outbox::new(commands),
        events: EventEmitter::new(event_outbox).noting("repair", questions.clone()),
        world,
        role,
        load: SideLoadMeter::default(),
    };
    let standing = Standing { granted: Some(granted), ..Standing::new(Instant::now()) };
    let slot = SlotHandle::start("repair", REPAIR, context, inbox, fault_outbox, standing);
    RepairPerson { slot, feed, said, events, standing, questions }
}

fn technician(granted: PermissionSet) -> RepairPerson<RepairTechnician> {
    person(Role::Technician, RepairCounter::default(), granted)
}

impl<S> RepairPerson<S>
where
    S: Side<Message = RepairMessage, Command = RepairCommand, Event = RepairEvent>,
{
    async fn event(&mut self) -> RepairEvent {
        match timeout(PATIENCE, self.events.recv()).await.expect("in time") {
            Some(NodeEvent::Feature(FeatureEvent::Repair(event))) => event,
            other => panic!("{other:?}"),
        }
    }

    async fn said(&mut self) -> RepairMessage {
        match timeout(PATIENCE, self.said.recv()).await.expect("in time") {
            Some(SessionCommand::Say(Message::Repair(message))) => message,
            other => panic!("{other:?}"),
        }
    }

    async fn question(&mut self) -> RepairQuestion {
        match self.event().await {
            RepairEvent::Question(question) => question,
            other => panic!("{other:?}"),
        }
    }

    async fn ended(&mut self) -> RepairOutcome {
        match self.event().await {
            RepairEvent::Ended { outcome, .. } => outcome,
            other => panic!("{other:?}"),
        }
    }

    async fn refused(&mut self, command: RepairCommand) -> RepairRefusal {
        self.slot.command(command);
        match self.event().await {
            RepairEvent::Refused { why } => why,
            other => panic!("{other:?}"),
        }
    }

    async fn stand(&mut self, change: impl FnOnce(&mut Standing)) {
        change(&mut self.standing);
        self.slot.set(Some(self.standing));
        self.slot.settle().await;
    }
}

fn propose(id: u32) -> RepairMessage {
    RepairMessage::Propose { id, deed: RepairDeed::ResetHosts }
}

/// A host whose user is being asked about the hosts file.
async fn asking(place: &RepairPlace) -> RepairPerson<RepairHost> {
    let mut host = place.host();
    host.feed.deliver(propose(5));
    assert_eq!(host.said().await, RepairMessage::Asked { id: 5 });
    let question = host.question().await;
    assert_eq!((question.number, question.id, question.who.as_str()), (1, 5, "Anna\\u{202e}"));
    host
}

#[tokio::test]
async fn nothing_is_done_before_the_users_yes_and_it_is_written_down() {
    let place = RepairPlace::new();
    let mut host = asking(&place).await;
    assert_eq!((place.hosts().as_str(), place.journal().entries().unwrap().len()), (HOSTS, 0));
    assert_eq!(host.refused(RepairCommand::Yes { number: 2 }).await, RepairRefusal::Nothing);
    assert_eq!(place.hosts(), HOSTS, "a yes to another question");
    host.slot.command(RepairCommand::Yes { number: 1 });
    assert!(matches!(host.event().await, RepairEvent::Begun { id: 5, .. }));
    assert_eq!(host.said().await, RepairMessage::Begun { id: 5 });
    let outcome = host.ended().await;
    assert_eq!((outcome.end, outcome.entry, outcome.before.number), (RepairEnd::Done, 1, 1));
    assert_eq!(outcome.before.text, "203.0.113.9 bank.example.com");
    // What is set may be a secret: the helper hears how many.
    let before = DeedSight { text: String::new(), ..outcome.before.clone() };
    let outcome = RepairOutcome { before, ..outcome };
    assert_eq!(host.said().await, RepairMessage::Ended { id: 5, outcome });
    assert_eq!(place.hosts(), "127.0.0.1 localhost\n");
    assert_eq!(host.refused(RepairCommand::Yes { number: 1 }).await, RepairRefusal::Nothing, "once");
    // The user takes it back by themselves, and is asked nothing.
    host.slot.command(RepairCommand::TakeBack(1));
    assert!(matches!(host.event().await, RepairEvent::Begun { id: 0, .. }));
    assert_eq!(host.ended().await.end, RepairEnd::Undone);
    assert_eq!(place.hosts(), HOSTS);
    assert_eq!(place.journal().entry(1).unwrap().state, DeedState::Undone);
}

#[tokio::test]
async fn a_repair_is_a_question_until_there_is_something_of_it() {
    let place = RepairPlace::new();
    let mut host = asking(&place).await;
    let watch = host.questions.watch();
    assert!(watch.any());
    host.slot.command(RepairCommand::Yes { number: 1 });
    let begun = host.event().await;
    assert_eq!(begun.asked(), Some(AskedUser::Opens(5)), "the system may ask for a password: {begun:?}");
    host.ended().await;
    assert!(!watch.any());
    // One that nobody can say yes to any more is none.
    let place = RepairPlace::new();
    let mut host = asking(&place).await;
    let watch = host.questions.watch();
    assert!(watch.any());
    host.stand(|standing| standing.held = true).await;
    assert!(!watch.any());
}

#[tokio::test]
async fn a_no_changes_nothing_and_the_helper_hears_it() {
    let place = RepairPlace::new();
    let mut host = asking(&place).await;
    assert_eq!(host.refused(RepairCommand::No { number: Some(7) }).await, RepairRefusal::Nothing);
    host.slot.command(RepairCommand::No { number: None });
    assert_eq!(host.ended().await, bare(RepairEnd::Denied));
    let outcome = bare(RepairEnd::Denied);
    assert_eq!(host.said().await, RepairMessage::Ended { id: 5, outcome });
    assert_eq!(host.refused(RepairCommand::Yes { number: 1 }).await, RepairRefusal::Nothing);
    assert_eq!(place.hosts(), HOSTS);
}

#[tokio::test]
async fn a_pause_or_a_revoke_withdraws_what_waits_and_no_yes_brings_it_back() {
    for change in [|now: &mut Standing| now.paused = true, |now: &mut Standing| now.withheld = REPAIR] {
        let place = RepairPlace::new();
        let mut host = asking(&place).await;
        host.feed.deliver(propose(6));
        let before = host.standing;
        host.stand(change).await;
        assert_eq!(host.ended().await.end, RepairEnd::TakenBack);
        host.stand(|now| *now = before).await;
        let mut why = host.event().await;
        if matches!(why, RepairEvent::Ended { .. }) {
            // The second proposal had arrived before.
            host.slot.command(RepairCommand::Yes { number: 1 });
            why = host.event().await;
        } else if let RepairEvent::Question(question) = &why {
            assert_eq!((question.number, question.id), (2, 6), "it arrived after, and is a new question");
            host.slot.command(RepairCommand::Yes { number: 1 });
            why = host.event().await;
        }
        assert!(matches!(why, RepairEvent::Refused { why: RepairRefusal::Nothing }), "{why:?}");
        assert_eq!(place.hosts(), HOSTS);
    }
}

#[tokio::test]
async fn without_the_permission_nothing_is_proposed_or_looked_at() {
    let place = RepairPlace::new();
    let mut host = place.host_where(PermissionSet::NONE);
    assert_eq!(host.refused(RepairCommand::List).await, RepairRefusal::NotAllowed);
    let mut technician = technician(PermissionSet::NONE);
    let refused = technician.refused(RepairCommand::Propose(RepairDeed::ResetHosts)).await;
    assert_eq!(refused, RepairRefusal::NotAllowed);
    assert!(technician.said.try_recv().is_err());
}

#[tokio::test]
async fn eight_proposals_wait_and_a_repeated_one_is_one() {
    let place = RepairPlace::new();
    let mut host = asking(&place).await;
    for id in 6..13 {
        host.feed.deliver(propose(id));
        host.feed.deliver(propose(id));
        // The inbox holds no more.
        tokio::task::yield_now().await;
    }
    host.feed.deliver(propose(5));
    host.feed.deliver(propose(13));
    let outcome = bare(RepairEnd::Busy);
    assert_eq!(host.said().await, RepairMessage::Ended { id: 13, outcome }, "the ninth");
    host.feed.deliver(RepairMessage::Withdraw { id: 5 });
    assert_eq!(host.ended().await.end, RepairEnd::Withdrawn);
    assert_eq!(host.question().await.id, 6, "one question at a time");
    assert_eq!(host.refused(RepairCommand::Yes { number: 1 }).await, RepairRefusal::Nothing);
}

#[tokio::test]
async fn a_helper_is_let_propose_only_so_much_in_a_minute() {
    let place = RepairPlace::new();
    let mut host = place.host();
    for id in 1..=30 {
        host.feed.deliver(propose(id));
        assert_eq!(host.said().await, RepairMessage::Asked { id });
        host.question().await;
        host.feed.deliver(RepairMessage::Withdraw { id });
        assert!(matches!(host.said().await, RepairMessage::Ended { .. }));
        host.ended().await;
    }
    host.feed.deliver(propose(31));
    assert_eq!(host.said().await, RepairMessage::Ended { id: 31, outcome: bare(RepairEnd::Busy) });
}

#[tokio::test]
async fn the_helper_takes_something_back_with_the_users_yes_alone() {
    let place = RepairPlace::new();
    let before = RepairDeed::ResetHosts.before(&place.machine()).unwrap();
    place.journal().carry_out(&RepairDeed::ResetHosts, &before, &place.machine(), "Bert", 1).unwrap();
    let changed = place.hosts();
    let mut host = place.host();
    host.feed.deliver(RepairMessage::AskEntries);
    let RepairMessage::Entries(entries) = host.said().await else { panic!("entries") };
    assert_eq!((entries.len(), entries[0].number, entries[0].can_undo), (1, 1, true));
    host.feed.deliver(RepairMessage::TakeBack { id: 3, entry: 1 });
    assert_eq!(host.said().await, RepairMessage::Asked { id: 3 });
    let question = host.question().await;
    assert_eq!(question.wish, RepairWish::TakeBack { entry: 1, deed: Some(RepairDeed::ResetHosts) });
    assert_eq!(place.hosts(), changed);
    host.slot.command(RepairCommand::Yes { number: question.number });
    assert!(matches!(host.event().await, RepairEvent::Begun { .. }));
    assert_eq!(host.ended().await.end, RepairEnd::Undone);
    assert_eq!(place.hosts(), HOSTS);
    for (id, entry, end) in [(4, 1, RepairEnd::NoUndo), (5, 9, RepairEnd::Gone)] {
        host.feed.deliver(RepairMessage::TakeBack { id, entry });
        assert_eq!(host.ended().await.end, end);
    }
}

#[tokio::test]
async fn what_was_interrupted_is_told_once_with_what_can_be_done() {
    let place = RepairPlace::new();
    let before = RepairDeed::ResetHosts.before(&place.machine()).unwrap();
    // As if the program were killed in the middle.
    drop(place.journal().begin(&RepairDeed::ResetHosts, &before, "Bert", 1).unwrap());
    RepairDeed::ResetHosts.run(&before, &place.machine()).unwrap();
    let mut host = place.host();
    let RepairEvent::Interrupted(entries) = host.event().await else { panic!("it is told") };
    assert_eq!((entries.len(), entries[0].state, entries[0].can_undo), (1, EntryState::Interrupted, true));
    let held = host.standing;
    host.stand(|now| now.paused = true).await;
    host.stand(|now| *now = held).await;
    host.slot.command(RepairCommand::TakeBack(1));
    assert!(matches!(host.event().await, RepairEvent::Begun { .. }), "it is not told again");
    assert_eq!(host.ended().await.end, RepairEnd::Undone);
    assert_eq!(place.hosts(), HOSTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_being_done_when_it_is_revoked_is_stopped_and_the_user_hears_it() {
    let place = RepairPlace::new();
    place.tool("lpstat", "echo Office-1 anna 1024");
    place.tool("cancel", ": > \"$0.begun\"; sleep 1000");
    let mut host = place.host();
    let printer = DeedName::new("Office").unwrap();
    host.feed.deliver(RepairMessage::Propose { id: 1, deed: RepairDeed::ClearPrintQueue { printer } });
    let question = host.question().await;
    assert!(!question.can_undo);
    host.slot.command(RepairCommand::Yes { number: 1 });
    assert!(matches!(host.event().await, RepairEvent::Begun { .. }));
    let begun = place.folder.path().join("tools/cancel.begun");
    let running = async {
        while !begun.exists() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(PATIENCE, running).await.expect("it runs");
    assert_eq!(place.activity.at(Instant::now()), Some("repair-mending"), "the bar says so");
    host.stand(|now| now.withheld = REPAIR).await;
    // A program that ends waits for it.
    place.deeds.settle().await;
    let outcome = host.ended().await;
    assert_eq!(outcome.end, RepairEnd::Stopped);
    assert!(place.deeds.begin().is_some());
    let entry = place.journal().entry(1).unwrap();
    assert_eq!((entry.state, entry.is_interrupted()), (DeedState::Failed, false));
}

#[tokio::test]
async fn where_nothing_can_be_written_down_nothing_is_done() {
    let place = RepairPlace::new();
    let mut host = asking(&place).await;
    fs::write(place.data(), "a file in the folder's place").unwrap();
    host.slot.command(RepairCommand::Yes { number: 1 });
    assert!(matches!(host.event().await, RepairEvent::Begun { .. }));
    assert_eq!(host.ended().await.end, RepairEnd::NoJournal);
    assert_eq!(place.hosts(), HOSTS);
    assert_eq!(host.refused(RepairCommand::List).await, RepairRefusal::NoJournal);
}

#[tokio::test]
async fn what_changed_since_the_question_is_left_as_it_is() {
    let place = RepairPlace::new();
    let mut host = asking(&place).await;
    let other = format!("{HOSTS}203.0.113.10 other.example.com\n");
    fs::write(place.folder.path().join("root/etc/hosts"), &other).unwrap();
    host.slot.command(RepairCommand::Yes { number: 1 });
    assert!(matches!(host.event().await, RepairEvent::Begun { .. }));
    let outcome = host.ended().await;
    assert_eq!((outcome.end, outcome.entry), (RepairEnd::Changed, 1));
    assert_eq!(place.hosts(), other);
}

#[tokio::test]
async fn what_can_be_freed_is_looked_at_once_however_often_it_is_asked() {
    let place = RepairPlace::new();
    let trash = place.folder.path().join("root/home/.local/share/Trash/files");
    fs::create_dir_all(&trash).unwrap();
    fs::write(trash.join("a"), vec![1; 10_000]).unwrap();
    let mut host = place.host();
    for _ in 0..10 {
        host.feed.deliver(RepairMessage::AskSpace);
    }
    let RepairMessage::Space(kinds) = host.said().await else { panic!("space") };
    assert!(kinds[0].0 == SpaceKind::Trash && kinds[0].1 >= 10_000, "{kinds:?}");
    assert!(trash.join("a").exists(), "a look changes nothing");
}

#[tokio::test]
async fn a_host_that_repeats_itself_or_makes_things_up_is_heard_once() {
    let mut technician = technician(REPAIR);
    technician.slot.command(RepairCommand::Propose(RepairDeed::ResetHosts));
    assert!(matches!(technician.event().await, RepairEvent::Proposed { id: 1, .. }));
    assert_eq!(technician.said().await, propose(1));
    for _ in 0..3 {
        technician.feed.deliver(RepairMessage::Begun { id: 1 });
        technician.feed.deliver(RepairMessage::Asked { id: 1 });
        technician.feed.deliver(RepairMessage::Space(Vec::new()));
        technician.feed.deliver(RepairMessage::Entries(Vec::new()));
        technician.feed.deliver(RepairMessage::Ended { id: 2, outcome: bare(RepairEnd::Done) });
        // The inbox holds no more.
        tokio::task::yield_now().await;
    }
    for _ in 0..3 {
        technician.feed.deliver(RepairMessage::Ended { id: 1, outcome: bare(RepairEnd::Denied) });
    }
    assert!(matches!(technician.event().await, RepairEvent::Begun { id: 1, .. }));
    assert_eq!(technician.ended().await.end, RepairEnd::Denied);
    assert_eq!(technician.refused(RepairCommand::Withdraw).await, RepairRefusal::Nothing);
    assert_eq!(technician.refused(RepairCommand::Yes { number: 1 }).await, RepairRefusal::OtherSide);
}

#[tokio::test]
async fn the_helper_hears_what_no_longer_waits_when_it_is_taken_back() {
    let mut technician = technician(REPAIR);
    for id in 1..=9 {
        technician.slot.command(RepairCommand::Propose(RepairDeed::ResetProxy));
        match technician.event().await {
            RepairEvent::Proposed { id: proposed, .. } => assert_eq!(proposed, id),
            RepairEvent::Refused { why } => assert_eq!((id, why), (9, RepairRefusal::Behind)),
            other => panic!("{other:?}"),
        }
    }
    let before = technician.standing;
    technician.stand(|now| now.paused = true).await;
    for _ in 1..=8 {
        assert_eq!(technician.ended().await.end, RepairEnd::TakenBack);
    }
    technician.stand(|now| *now = before).await;
    technician.slot.command(RepairCommand::Propose(RepairDeed::ResetProxy));
    assert!(matches!(technician.event().await, RepairEvent::Proposed { id: 9, .. }), "no number twice");
}

#[test]
fn a_question_says_the_whole_of_it_in_both_languages() {
    let question = |deed, can_undo| RepairQuestion {
        number: 1,
        id: 1,
        who: "Anna".to_owned(),
        wish: RepairWish::Deed(deed),
        before: DeedSight { kind: SightKind::Bytes, number: 5_000_000, text: String::new() },
        can_undo,
    };
    let trash = RepairDeed::FreeSpace { kinds: SpaceKinds::of([SpaceKind::Trash]).unwrap() };
    let said = |language| Words::of_node(language).say(&question(trash.clone(), false).phrase());
    let english = said(Language::English);
    assert!(english.contains("Anna") && english.contains("everything in the trash"), "{english}");
    assert!(english.contains("can't be taken back") && english.contains('5'), "{english}");
    let german = said(Language::German);
    assert!(german.contains("alles im Papierkorb") && german.contains("nicht rückgängig"), "{german}");
    let path = DeedPath::new(b"/home/anna/\xff\x1b[2J".to_vec()).unwrap();
    let quarantine = question(RepairDeed::Quarantine { path }, true);
    let text = Words::of_node(Language::English).say(&quarantine.phrase());
    assert!(text.contains("/home/anna/\\xff\\x1b[2J") && !text.contains('\x1b'), "{text}");
    assert!(text.contains("take it back later"), "{text}");
}

#[test]
fn every_end_and_sight_has_its_words() {
    for language in Language::ALL {
        let words = Words::of_node(language);
        for end in RepairEnd::ALL {
            assert!(!words.say(&end_phrase(*end, "x")).is_empty());
        }
        for kind in SightKind::ALL {
            let sight = DeedSight { kind: *kind, number: 2, text: "<text>".to_owned() };
            let said = sight_phrase(&sight).map(|phrase| words.say(&phrase));
            assert_eq!(said.is_none(), *kind == SightKind::Nothing, "{kind:?}");
        }
    }
}
