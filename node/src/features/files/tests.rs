//! Both desks, joined as a session joins them.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use beistand_p2p::testing::{InboxFeed, inbox_feed};
use beistand_session::{
    AnswerPart, Channel, Command as SessionCommand, FilesEntry, FilesMessage, Message, PermissionSet,
    SentPart,
};
use beistand_transfer::GroupHashes;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::world::FilesWorld;
use super::*;
use crate::features::FeatureEvent;
use crate::features::side::{EventEmitter, SideContext, SideLoadMeter, Standing};
use crate::features::slot::SlotHandle;
use crate::features::wire::{Heard, Outbox};
use crate::handle::NodeEvent;
use crate::words::Language;

/// What waits in a test.
const QUEUE: usize = 1024;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

const TO_USER: PermissionSet = PermissionSet::NONE.with(Permission::FilesToUser);
const BOTH: PermissionSet = TO_USER.with(Permission::FilesFromUser);

struct FilesPerson {
    slot: SlotHandle<FilesDesk>,
    feed: InboxFeed,
    said: mpsc::Receiver<SessionCommand>,
    events: mpsc::Receiver<NodeEvent>,
    standing: Standing,
}

/// A person in a session in which this is granted.
fn person(role: Role, granted: PermissionSet) -> FilesPerson {
    let (commands, said) = mpsc::channel(QUEUE);
    let (event_outbox, events) = mpsc::channel(QUEUE);
    let (fault_outbox, _) = mpsc::channel(QUEUE);
    let (feed, mut inboxes) = inbox_feed();
    let context = SideContext {
        outbox: Outbox::new(commands),
        events: EventEmitter::new(event_outbox),
        world: FilesWorld::new([7; 32]),
        role,
        load: SideLoadMeter::default(),
    };
    let inbox = <FilesMessage as Heard>::take(&mut inboxes);
    let standing = Standing { granted: Some(granted), ..Standing::new(Instant::now()) };
    let slot = SlotHandle::start("files", BOTH, context, inbox, fault_outbox, standing);
    FilesPerson { slot, feed, said, events, standing }
}

impl FilesPerson {
    /// Takes back this, or gives it again.
    async fn withhold(&mut self, withheld: PermissionSet) {
        self.standing.withheld = withheld;
        self.slot.set(Some(self.standing));
        timeout(PATIENCE, self.slot.settle()).await.expect("settled");
    }

    /// Pauses the session, or lets it go on.
    async fn pause(&mut self, paused: bool) {
        self.standing.paused = paused;
        self.slot.set(Some(self.standing));
        timeout(PATIENCE, self.slot.settle()).await.expect("settled");
    }

    async fn said(&mut self) -> FilesMessage {
        match timeout(PATIENCE, self.said.recv()).await.expect("in time") {
            Some(SessionCommand::Say(Message::Files(message))) => message,
            other => panic!("{other:?}"),
        }
    }

    /// The next event but for how far something is.
    async fn event(&mut self) -> FilesEvent {
        loop {
            match timeout(PATIENCE, self.events.recv()).await.expect("in time") {
                Some(NodeEvent::Feature(FeatureEvent::Files(FilesEvent::Advance(_)))) => {}
                Some(NodeEvent::Feature(FeatureEvent::Files(event))) => return event,
                other => panic!("{other:?}"),
            }
        }
    }

    /// The next end of a transfer.
    async fn end(&mut self) -> (FilesEnd, u32) {
        loop {
            if let FilesEvent::Ended { end, kept, .. } = self.event().await {
                return (end, kept);
            }
        }
    }
}

struct FilesPair {
    technician: FilesPerson,
    host: FilesPerson,
    folder: tempfile::TempDir,
}

impl FilesPair {
    fn new(granted: PermissionSet) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("from")).unwrap();
        fs::create_dir(folder.path().join("to")).unwrap();
        Self { technician: person(Role::Technician, granted), host: person(Role::Host, granted), folder }
    }

    fn from(&self, name: &str) -> PathBuf {
        self.folder.path().join("from").join(name)
    }

    fn to(&self) -> PathBuf {
        self.folder.path().join("to")
    }

    /// A file of so many bytes.
    fn file(&self, name: &str, count: usize) -> PathBuf {
        fs::write(self.from(name), bytes(count)).unwrap();
        self.from(name)
    }

    /// Carries what is said until one of them has this to tell; what came to the user's side first.
    async fn until(&mut self, role: Role, mut holds: impl FnMut(&FilesEvent) -> bool) -> FilesEvent {
        let Self { technician, host, .. } = self;
        let carried = async {
            loop {
                let (event, side) = tokio::select! {
                    Some(SessionCommand::Say(message)) = technician.said.recv() => {
                        host.feed.deliver(message);
                        continue;
                    }
                    Some(SessionCommand::Say(message)) = host.said.recv() => {
                        technician.feed.deliver(message);
                        continue;
                    }
                    Some(NodeEvent::Feature(FeatureEvent::Files(event))) = technician.events.recv() => {
                        (event, Role::Technician)
                    }
                    Some(NodeEvent::Feature(FeatureEvent::Files(event))) = host.events.recv() => {
                        (event, Role::Host)
                    }
                };
                if side == role && holds(&event) {
                    return event;
                }
            }
        };
        timeout(PATIENCE, carried).await.expect("in time")
    }

    async fn question(&mut self, role: Role) -> FilesQuestion {
        match self.until(role, |event| matches!(event, FilesEvent::Question(_))).await {
            FilesEvent::Question(question) => question,
            other => panic!("{other:?}"),
        }
    }

    async fn end(&mut self, role: Role) -> (FilesEnd, u32) {
        match self.until(role, |event| matches!(event, FilesEvent::Ended { .. })).await {
            FilesEvent::Ended { end, kept, .. } => (end, kept),
            other => panic!("{other:?}"),
        }
    }

    /// A file of 8 MB of which some is there, with its number; more than may be on its way.
    async fn half_sent(&mut self) -> u32 {
        let path = self.file("a", 8_000_000);
        self.technician.slot.command(FilesCommand::Send(vec![path]));
        let number = self.yes().await;
        let mut blocks = 0;
        while blocks < 400 {
            tokio::select! {
                Some(SessionCommand::Say(message)) = self.technician.said.recv() => {
                    let is_block = |part: &SentPart| matches!(part, SentPart::Block { .. });
                    blocks += u32::from(matches!(&message, Message::Files(FilesMessage::Sent { part, .. }) if is_block(part)));
                    self.host.feed.deliver(message);
                }
                Some(SessionCommand::Say(message)) = self.host.said.recv() => self.technician.feed.deliver(message),
            }
        }
        number
    }

    /// What was on its way is lost.
    fn lose(&mut self) {
        while self.technician.said.try_recv().is_ok() {}
        while self.host.said.try_recv().is_ok() {}
        self.host.feed.void(Channel::Files);
    }

    /// The rest of it comes, and no more than that.
    async fn rest_comes(&mut self) {
        let ended = self.until(Role::Host, |event| matches!(event, FilesEvent::Ended { .. })).await;
        let FilesEvent::Ended { end, kept, found, .. } = ended else { panic!("{ended:?}") };
        assert_eq!((end, kept), (FilesEnd::Done, 1));
        assert!(found > 1_000_000, "{found}");
        assert!(fs::read(self.to().join("a")).unwrap() == bytes(8_000_000));
        assert_eq!(names(&self.to()), ["a"]);
    }

    /// The user says yes to what is asked next.
    async fn yes(&mut self) -> u32 {
        let number = self.question(Role::Host).await.number;
        self.host.slot.command(FilesCommand::Yes { number, folder: Some(self.to()) });
        number
    }
}

fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|index| (index % 251 + index / 65_536 + 1) as u8).collect()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_file_is_received_after_the_users_yes_and_where_they_say() {
    let mut pair = FilesPair::new(TO_USER);
    let path = pair.file("a.bin", 3_000_000);
    pair.technician.slot.command(FilesCommand::Send(vec![path]));
    let question = pair.question(Role::Host).await;
    assert_eq!((question.names, question.files, question.bytes), (vec!["a.bin".to_owned()], 1, 3_000_000));
    assert_eq!(names(&pair.to()), [""; 0], "nothing before the yes");
    let folder = Some(pair.to());
    pair.host.slot.command(FilesCommand::Yes { number: question.number, folder });
    assert_eq!(pair.end(Role::Technician).await, (FilesEnd::Done, 1));
    assert_eq!(names(&pair.to()), ["a.bin"]);
    assert!(fs::read(pair.to().join("a.bin")).unwrap() == bytes(3_000_000));
}

#[tokio::test]
async fn hundreds_of_small_files_arrive() {
    let mut pair = FilesPair::new(TO_USER);
    fs::create_dir(pair.from("many")).unwrap();
    for number in 0..700 {
        fs::write(pair.from("many").join(format!("{number}")), format!("{number}")).unwrap();
    }
    pair.technician.slot.command(FilesCommand::Send(vec![pair.from("many")]));
    pair.yes().await;
    assert_eq!(pair.end(Role::Technician).await, (FilesEnd::Done, 700));
    assert_eq!(names(&pair.to().join("many")).len(), 700);
}

#[tokio::test]
async fn without_the_permission_or_a_yes_nothing_is_sent() {
    let mut technician = person(Role::Technician, PermissionSet::NONE);
    technician.slot.command(FilesCommand::Send(vec!["/etc/hostname".into()]));
    assert!(matches!(technician.event().await, FilesEvent::Refused { why: FilesRefusal::NotAllowed }));
    let mut technician = person(Role::Technician, TO_USER);
    technician.slot.command(FilesCommand::Fetch(String::new()));
    assert!(matches!(technician.event().await, FilesEvent::Refused { why: FilesRefusal::NotAllowed }));
    let mut pair = FilesPair::new(TO_USER);
    let path = pair.file("a", 10);
    pair.technician.slot.command(FilesCommand::Send(vec![path]));
    let number = pair.question(Role::Host).await.number;
    // What needs no hand at the user's answers nothing there.
    pair.host.slot.command(FilesCommand::Accept { number, folder: None });
    pair.host.slot.command(FilesCommand::Send(vec!["/etc/hostname".into()]));
    for _ in 0..2 {
        assert!(matches!(pair.host.event().await, FilesEvent::Refused { why: FilesRefusal::OtherSide }));
    }
    pair.host.slot.command(FilesCommand::No { number });
    assert_eq!(pair.end(Role::Technician).await, (FilesEnd::Refused, 0));
}

#[tokio::test]
async fn what_a_revoke_interrupts_goes_on_after_another_yes() {
    let mut pair = FilesPair::new(TO_USER);
    let number = pair.half_sent().await;
    pair.host.withhold(TO_USER).await;
    pair.technician.withhold(TO_USER).await;
    assert_eq!(pair.host.end().await.0, FilesEnd::Interrupted);
    assert_eq!(pair.technician.end().await.0, FilesEnd::Interrupted);
    let left = names(&pair.to());
    assert!(left.iter().all(|name| name.starts_with(".beistand-")), "no file before it is whole: {left:?}");
    pair.lose();
    pair.host.withhold(PermissionSet::NONE).await;
    pair.technician.withhold(PermissionSet::NONE).await;
    pair.technician.slot.command(FilesCommand::Resume { number });
    assert!(pair.yes().await != number, "it is another question");
    pair.rest_comes().await;
}

#[tokio::test]
async fn what_a_pause_interrupts_goes_on_by_one_word_of_either_side() {
    for role in [Role::Technician, Role::Host] {
        let mut pair = FilesPair::new(TO_USER);
        let number = pair.half_sent().await;
        for paused in [true, false] {
            pair.host.pause(paused).await;
            pair.technician.pause(paused).await;
            pair.lose();
        }
        assert_eq!(pair.host.end().await.0, FilesEnd::Interrupted);
        let resumed = FilesCommand::Resume { number };
        match role {
            Role::Technician => pair.technician.slot.command(resumed),
            Role::Host => pair.host.slot.command(resumed),
        }
        // No question: the next event that is none of progress is that it begins.
        let begun = |event: &FilesEvent| !matches!(event, FilesEvent::Advance(_));
        let event = pair.until(Role::Host, begun).await;
        assert!(matches!(event, FilesEvent::Begun { .. }), "{event:?}");
        pair.rest_comes().await;
        // The yes was to that alone.
        let path = pair.from("a");
        pair.technician.slot.command(FilesCommand::Send(vec![path]));
        pair.question(Role::Host).await;
    }
}

#[tokio::test]
async fn a_yes_ends_with_a_revoke_in_a_pause_and_what_the_user_held_stays_held() {
    let mut pair = FilesPair::new(TO_USER);
    let number = pair.half_sent().await;
    pair.host.pause(true).await;
    pair.technician.pause(true).await;
    // Taken back and given again while nothing goes on.
    pair.host.withhold(TO_USER).await;
    pair.host.withhold(PermissionSet::NONE).await;
    pair.lose();
    pair.host.pause(false).await;
    pair.technician.pause(false).await;
    pair.technician.slot.command(FilesCommand::Resume { number });
    pair.question(Role::Host).await;
    let mut pair = FilesPair::new(TO_USER);
    let number = pair.half_sent().await;
    pair.host.slot.command(FilesCommand::Pause { number });
    let held = |event: &FilesEvent| matches!(event, FilesEvent::Advance(one) if one.is_paused_here);
    pair.until(Role::Host, held).await;
    for paused in [true, false] {
        pair.host.pause(paused).await;
        pair.technician.pause(paused).await;
        pair.lose();
    }
    pair.technician.slot.command(FilesCommand::Resume { number });
    pair.question(Role::Host).await;
}

fn sent(part: SentPart) -> Message {
    FilesMessage::Sent { id: 1, part }.into()
}

#[tokio::test]
async fn a_pause_holds_against_a_sender_that_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let content = bytes(8_000_000);
    let hashes = GroupHashes::of(&content[..], 8_000_000, || true).unwrap().unwrap();
    let mut host = person(Role::Host, TO_USER);
    host.feed.deliver(offer(1, 1, 8_000_000));
    host.feed.deliver(entry(1, "a", 8_000_000));
    assert!(matches!(host.event().await, FilesEvent::Question(_)));
    let to = Some(folder.path().to_owned());
    host.slot.command(FilesCommand::Yes { number: 1, folder: to });
    let is = |said: &FilesMessage, what: &AnswerPart| matches!(said, FilesMessage::Answered { part, .. } if part == what);
    while !is(&host.said().await, &AnswerPart::Accept) {}
    host.feed.deliver(sent(SentPart::Begin { file: 0, root: hashes.root() }));
    host.feed.deliver(sent(SentPart::Hashes(hashes.hashes().to_vec())));
    while !is(&host.said().await, &AnswerPart::Want { file: 0, from: 0 }) {}
    host.slot.command(FilesCommand::Pause { number: 1 });
    while !is(&host.said().await, &AnswerPart::Pause(true)) {}
    let mut offset = 0;
    let mut block = || {
        let bytes = content[offset..offset + 10_000].to_vec();
        offset += 10_000;
        sent(SentPart::Block { offset: offset as u64 - 10_000, bytes })
    };
    for _ in 0..50 {
        host.feed.deliver(block());
    }
    // What was on its way is taken when the user lets it go on.
    host.slot.command(FilesCommand::Resume { number: 1 });
    let mut taken = 0;
    let mut resumed = false;
    while taken < 32 {
        match host.said().await {
            FilesMessage::Answered { part: AnswerPart::Pause(false), .. } => resumed = true,
            FilesMessage::Answered { part: AnswerPart::Taken { messages, .. }, .. } => {
                assert!(resumed || messages <= 4, "{messages}");
                taken = messages;
            }
            other => panic!("{other:?}"),
        }
    }
    host.slot.command(FilesCommand::Pause { number: 1 });
    while !is(&host.said().await, &AnswerPart::Pause(true)) {}
    // Nothing is taken, and whoever sends more than can be on its way breaks the rules.
    for _ in 0..400 {
        host.feed.deliver(block());
        tokio::task::yield_now().await;
    }
    let ended = AnswerPart::Ended { end: FilesEnd::Invalid, kept: 0 };
    loop {
        let said = host.said().await;
        if is(&said, &ended) {
            break;
        }
        // What was written before the pause.
        let FilesMessage::Answered { part: AnswerPart::Taken { messages, .. }, .. } = said else {
            panic!("{said:?}")
        };
        assert!(messages <= 54, "{messages}");
    }
    host.withhold(TO_USER).await;
    assert_eq!(names(folder.path()), [""; 0]);
}

#[tokio::test]
async fn a_pick_that_leads_nowhere_leaves_the_wish_open() {
    let mut pair = FilesPair::new(BOTH);
    let path = pair.file("log.txt", 100);
    pair.technician.slot.command(FilesCommand::Folder(pair.to()));
    pair.technician.slot.command(FilesCommand::Fetch("the log".to_owned()));
    let wish = |event: &FilesEvent| matches!(event, FilesEvent::Wished { .. });
    let FilesEvent::Wished { number: first, .. } = pair.until(Role::Host, wish).await else { return };
    pair.host.slot.command(FilesCommand::Pick(vec![pair.from("none")]));
    let over = |event: &FilesEvent| matches!(event, FilesEvent::Unwished { .. });
    pair.until(Role::Host, over).await;
    assert_eq!(pair.end(Role::Host).await, (FilesEnd::Gone, 0));
    let again = pair.until(Role::Host, wish).await;
    assert!(matches!(again, FilesEvent::Wished { number, .. } if number == first), "{again:?}");
    pair.host.slot.command(FilesCommand::Pick(vec![path]));
    assert_eq!(pair.end(Role::Technician).await, (FilesEnd::Done, 1));
}

#[tokio::test]
async fn a_yes_to_a_wish_is_to_the_place_that_was_shown() {
    let mut pair = FilesPair::new(BOTH);
    let path = pair.file("small", 100);
    let (folder, link) = (pair.from("folder"), pair.from("link"));
    fs::create_dir(&folder).unwrap();
    for name in ["a", "b", "c"] {
        fs::write(folder.join(name), bytes(1_000)).unwrap();
    }
    std::os::unix::fs::symlink(&path, &link).unwrap();
    pair.technician.slot.command(FilesCommand::Folder(pair.to()));
    pair.technician.slot.command(FilesCommand::Fetch(link.display().to_string()));
    let wish = |event: &FilesEvent| matches!(event, FilesEvent::Wished { .. });
    let FilesEvent::Wished { number, found, .. } = pair.until(Role::Host, wish).await else { return };
    let there = FilesFound { path, files: 1, folders: 0, bytes: 100 };
    assert_eq!(found, Some(there));
    // It leads elsewhere meanwhile: nothing is sent, and the user is shown where.
    fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink(&folder, &link).unwrap();
    pair.host.slot.command(FilesCommand::Yes { number, folder: None });
    assert_eq!(pair.end(Role::Host).await, (FilesEnd::Changed, 0));
    let FilesEvent::Wished { number, found, .. } = pair.until(Role::Host, wish).await else { return };
    let there = FilesFound { path: folder, files: 3, folders: 1, bytes: 3_000 };
    assert_eq!(found, Some(there));
    pair.host.slot.command(FilesCommand::Yes { number, folder: None });
    let number = pair.question(Role::Technician).await.number;
    pair.technician.slot.command(FilesCommand::Accept { number, folder: None });
    assert_eq!(pair.end(Role::Host).await, (FilesEnd::Done, 3));
    // Where nothing is, a yes says nothing.
    pair.technician.slot.command(FilesCommand::Fetch("/nowhere/at/all".to_owned()));
    let FilesEvent::Wished { number, found, .. } = pair.until(Role::Host, wish).await else { return };
    assert_eq!(found, None);
    pair.host.slot.command(FilesCommand::Yes { number, folder: None });
    assert!(matches!(pair.host.event().await, FilesEvent::Refused { why: FilesRefusal::Nothing }));
}

#[tokio::test]
async fn how_it_ended_is_not_the_other_sides_to_say() {
    let mut host = person(Role::Host, TO_USER);
    host.feed.deliver(offer(1, 1, 5));
    host.feed.deliver(entry(1, "photo.jpg", 5));
    assert!(matches!(host.event().await, FilesEvent::Question(_)));
    host.feed.deliver(sent(SentPart::Cancel(FilesEnd::Done)));
    let ended = host.event().await;
    let FilesEvent::Ended { end, title, .. } = ended else { panic!("{ended:?}") };
    // And it has the name of what was offered, not what its sender called it.
    assert_eq!((end, title.as_str()), (FilesEnd::Cancelled, "photo.jpg"));
    let pair = FilesPair::new(TO_USER);
    let mut technician = person(Role::Technician, TO_USER);
    technician.slot.command(FilesCommand::Send(vec![pair.file("a", 10)]));
    let FilesMessage::Sent { id, .. } = technician.said().await else { return };
    let part = AnswerPart::Ended { end: FilesEnd::Done, kept: 7 };
    technician.feed.deliver(Message::from(FilesMessage::Answered { id, part }));
    assert_eq!(technician.end().await, (FilesEnd::Invalid, 0));
}

#[tokio::test]
async fn a_pause_holds_it_and_a_cancel_leaves_nothing() {
    let mut pair = FilesPair::new(TO_USER);
    let path = pair.file("a", 30_000_000);
    pair.technician.slot.command(FilesCommand::Send(vec![path]));
    let number = pair.yes().await;
    pair.until(Role::Host, |event| matches!(event, FilesEvent::Begun { .. })).await;
    pair.host.slot.command(FilesCommand::Pause { number });
    let paused = |event: &FilesEvent| matches!(event, FilesEvent::Advance(one) if one.is_paused_there);
    pair.until(Role::Technician, paused).await;
    pair.host.slot.command(FilesCommand::List);
    let listed = pair.until(Role::Host, |event| matches!(event, FilesEvent::Listed(_))).await;
    let FilesEvent::Listed(all) = listed else { panic!("{listed:?}") };
    assert!(all.len() == 1 && all[0].is_paused_here && all[0].bytes < all[0].total, "{all:?}");
    pair.host.slot.command(FilesCommand::Resume { number });
    let goes_on = |event: &FilesEvent| matches!(event, FilesEvent::Advance(one) if !one.is_paused_here);
    pair.until(Role::Host, goes_on).await;
    pair.host.slot.command(FilesCommand::Cancel { number });
    assert_eq!(pair.end(Role::Technician).await, (FilesEnd::CancelledThere, 0));
    pair.host.withhold(TO_USER).await;
    let wait = Instant::now();
    while !names(&pair.to()).is_empty() {
        assert!(wait.elapsed() < PATIENCE, "{:?}", names(&pair.to()));
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_is_fetched_is_what_the_user_picks() {
    let mut pair = FilesPair::new(BOTH);
    let path = pair.file("log.txt", 100_000);
    pair.technician.slot.command(FilesCommand::Folder(pair.to()));
    pair.technician.slot.command(FilesCommand::Fetch("the log".to_owned()));
    let wished = pair.until(Role::Host, |event| matches!(event, FilesEvent::Wished { .. })).await;
    let FilesEvent::Wished { number, name, .. } = wished else { panic!("{wished:?}") };
    assert_eq!(name, "the log");
    // It is no path: a yes says nothing.
    pair.host.slot.command(FilesCommand::Yes { number, folder: None });
    assert!(matches!(pair.host.event().await, FilesEvent::Refused { why: FilesRefusal::Nothing }));
    pair.host.slot.command(FilesCommand::Pick(vec![path.clone()]));
    assert_eq!(pair.end(Role::Technician).await, (FilesEnd::Done, 1));
    assert_eq!(names(&pair.to()), ["log.txt"]);
    // By its name, and a no.
    pair.technician.slot.command(FilesCommand::Fetch(path.display().to_string()));
    let wished = pair.until(Role::Host, |event| matches!(event, FilesEvent::Wished { .. })).await;
    let FilesEvent::Wished { number, .. } = wished else { panic!("{wished:?}") };
    pair.host.slot.command(FilesCommand::Yes { number, folder: None });
    assert_eq!(pair.end(Role::Technician).await, (FilesEnd::Done, 1));
    assert_eq!(names(&pair.to()), ["log (2).txt", "log.txt"]);
    pair.technician.slot.command(FilesCommand::Fetch("/etc/shadow".to_owned()));
    let wished = pair.until(Role::Host, |event| matches!(event, FilesEvent::Wished { .. })).await;
    let FilesEvent::Wished { number, .. } = wished else { panic!("{wished:?}") };
    pair.host.slot.command(FilesCommand::No { number });
    let declined = |event: &FilesEvent| matches!(event, FilesEvent::Unwished { is_declined: true, .. });
    pair.until(Role::Technician, declined).await;
}

#[tokio::test]
async fn more_than_the_one_file_that_was_wished_for_waits_for_the_technicians_yes() {
    let mut pair = FilesPair::new(BOTH);
    let paths = vec![pair.file("a", 10), pair.file("b", 10)];
    pair.technician.slot.command(FilesCommand::Folder(pair.to()));
    pair.technician.slot.command(FilesCommand::Fetch("the log".to_owned()));
    pair.until(Role::Host, |event| matches!(event, FilesEvent::Wished { .. })).await;
    pair.host.slot.command(FilesCommand::Pick(paths));
    let number = pair.question(Role::Technician).await.number;
    assert_eq!(names(&pair.to()), [""; 0]);
    pair.technician.slot.command(FilesCommand::Accept { number, folder: None });
    assert_eq!(pair.end(Role::Host).await, (FilesEnd::Done, 2));
}

#[tokio::test]
async fn a_number_that_a_question_had_is_never_another_ones() {
    let mut host = person(Role::Host, BOTH);
    host.feed.deliver(offer(1, 1, 5));
    host.feed.deliver(entry(1, "photo.jpg", 5));
    assert!(matches!(host.event().await, FilesEvent::Question(_)));
    // While it is asked about nor afterwards, neither for a wish nor for another offer.
    let wish = |id| Message::from(FilesMessage::Ask { id, name: "/home/anna/.ssh/id_ed25519".to_owned() });
    host.feed.deliver(wish(1));
    let cancel = SentPart::Cancel(FilesEnd::Cancelled);
    host.feed.deliver(Message::from(FilesMessage::Sent { id: 1, part: cancel }));
    assert_eq!(host.end().await, (FilesEnd::Cancelled, 0));
    host.feed.deliver(wish(1));
    host.feed.deliver(offer(1, 1, 5));
    let again = |said: &FilesMessage| {
        matches!(
            said,
            FilesMessage::Answered { id: 1, part: AnswerPart::Ended { end: FilesEnd::Invalid, .. } }
        )
    };
    while !again(&host.said().await) {}
    host.slot.command(FilesCommand::Yes { number: 1, folder: None });
    assert!(matches!(host.event().await, FilesEvent::Refused { why: FilesRefusal::Nothing }));
}

#[tokio::test]
async fn a_file_that_nobody_wished_for_waits_for_the_technicians_yes() {
    let mut pair = FilesPair::new(BOTH);
    let path = pair.file("a", 10);
    pair.host.slot.command(FilesCommand::Pick(vec![path]));
    let number = pair.question(Role::Technician).await.number;
    assert_eq!(names(&pair.to()), [""; 0]);
    let folder = Some(pair.to());
    pair.technician.slot.command(FilesCommand::Accept { number, folder });
    assert_eq!(pair.end(Role::Host).await, (FilesEnd::Done, 1));
    assert_eq!(names(&pair.to()), ["a"]);
}

#[tokio::test]
async fn a_folder_that_can_not_be_used_leaves_the_question_open() {
    let mut pair = FilesPair::new(TO_USER);
    let path = pair.file("a", 10);
    pair.technician.slot.command(FilesCommand::Send(vec![path]));
    let number = pair.question(Role::Host).await.number;
    let folder = Some(pair.from("a"));
    pair.host.slot.command(FilesCommand::Yes { number, folder });
    pair.until(Role::Host, |event| matches!(event, FilesEvent::BadFolder { .. })).await;
    assert_eq!(pair.yes().await, number);
    assert_eq!(pair.end(Role::Technician).await, (FilesEnd::Done, 1));
}

fn offer(id: u32, entries: u32, bytes: u64) -> Message {
    let (title, stored) = ("x".to_owned(), bytes);
    FilesMessage::Sent { id, part: SentPart::Offer { ask: 0, title, entries, bytes, stored } }.into()
}

fn entry(id: u32, path: &str, size: u64) -> Message {
    let entry = FilesEntry { path: path.to_owned(), size: Some(size), modified_secs: 0, is_private: false };
    FilesMessage::Sent { id, part: SentPart::Entries(vec![entry]) }.into()
}

#[tokio::test]
async fn what_breaks_the_rules_ends_before_anybody_is_asked() {
    let ends = [
        // Names, sizes and numbers that are lies.
        (vec![offer(1, 1, 5), entry(1, "../x", 5)], FilesEnd::BadName),
        (vec![offer(1, 1, 5), entry(1, "a\u{202e}b", 5)], FilesEnd::BadName),
        (vec![offer(1, 1, 5), entry(1, "a", 6)], FilesEnd::Invalid),
        (vec![offer(1, 1, 5), entry(1, "a", 4)], FilesEnd::Invalid),
        (vec![offer(1, 1, 1 << 63)], FilesEnd::TooMuch),
        (vec![offer(1, u32::MAX, 5)], FilesEnd::TooMuch),
        (vec![offer(2, 1, 5)], FilesEnd::Invalid),
        // Bytes before the end of the names.
        (vec![offer(1, 2, 5), FilesMessage::Sent { id: 1, part: SentPart::Over }.into()], FilesEnd::Invalid),
    ];
    for (messages, expected) in ends {
        let mut host = person(Role::Host, TO_USER);
        let said = format!("{messages:?}");
        messages.into_iter().for_each(|message| host.feed.deliver(message));
        let FilesMessage::Answered { part: AnswerPart::Ended { end, .. }, .. } = host.said().await else {
            panic!("{said}")
        };
        assert_eq!(end, expected, "{said}");
    }
    // Bytes before the yes.
    let mut host = person(Role::Host, TO_USER);
    host.feed.deliver(offer(1, 1, 5));
    host.feed.deliver(entry(1, "a", 5));
    assert!(matches!(host.event().await, FilesEvent::Question(_)));
    let block = SentPart::Block { offset: 0, bytes: vec![0; 5] };
    host.feed.deliver(Message::from(FilesMessage::Sent { id: 1, part: block }));
    assert_eq!(host.end().await, (FilesEnd::Invalid, 0));
}

#[tokio::test]
async fn offers_and_wishes_without_end_are_turned_away() {
    let mut host = person(Role::Host, BOTH);
    for count in 0..33 {
        host.feed.deliver(offer(2 * count + 1, 1, 5));
    }
    for count in 100..125 {
        host.feed.deliver(Message::from(FilesMessage::Ask { id: 2 * count + 1, name: "x\u{1b}".to_owned() }));
    }
    let (mut busy, mut declined) = (0, 0);
    while busy < 25 || declined < 25 {
        match host.said().await {
            FilesMessage::Answered { part: AnswerPart::Ended { end: FilesEnd::Busy, .. }, .. } => busy += 1,
            FilesMessage::Declined { .. } => declined += 1,
            other => panic!("{other:?}"),
        }
    }
    // A host that says more than was asked is not listened to.
    let mut technician = person(Role::Technician, BOTH);
    for part in [AnswerPart::Accept, AnswerPart::Want { file: 0, from: 0 }, AnswerPart::Pause(true)] {
        technician.feed.deliver(Message::from(FilesMessage::Answered { id: 1, part }));
    }
    technician.slot.command(FilesCommand::List);
    assert!(matches!(technician.event().await, FilesEvent::Listed(all) if all.is_empty()));
}

#[test]
fn every_end_is_said_in_both_languages() {
    for words in Language::ALL.map(Words::of_node) {
        for end in FilesEnd::ALL {
            assert!(!words.say(&files_end_phrase(*end)).contains("files-"), "{end:?}");
        }
        for bytes in [0, 5_000_000, 5_000_000_000] {
            assert!(!words.say(&files_size_phrase(bytes)).contains(['{', '$']));
        }
    }
}
