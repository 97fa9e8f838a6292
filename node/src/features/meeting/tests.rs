//! Each side alone: what the host says and when, and what the technician makes of it.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use beistand_p2p::testing::{InboxFeed, inbox_feed};
use beistand_session::{
    Command as SessionCommand, MeetingMessage, Message, Permission, PermissionSet, ReturnSecret, Role,
    StaticKey,
};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::*;
use crate::acquaintances::AcquaintanceBook;
use crate::features::FeatureEvent;
use crate::features::side::{EventEmitter, SideLoadMeter, Standing};
use crate::features::slot::SlotHandle;
use crate::features::wire::Outbox;
use crate::handle::NodeEvent;
use crate::history::HistoryBook;
use crate::nameplate::Nameplate;
use crate::returns::{ReturnShelf, WayBack};

/// What waits in a test.
const QUEUE: usize = 16;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(10);

const PEER: [u8; 32] = [7; 32];
const BOTH: PermissionSet = PermissionSet::NONE.with(Permission::View).with(Permission::Keyboard);

trait MeetingSide: Side<Message = MeetingMessage, World = MeetingWorld, Command = MeetingCommand> {}

impl MeetingSide for MeetingHost {}
impl MeetingSide for MeetingTechnician {}

struct MeetingPerson<S: Side> {
    slot: SlotHandle<S>,
    feed: InboxFeed,
    said: mpsc::Receiver<SessionCommand>,
    events: mpsc::Receiver<NodeEvent>,
    standing: Standing,
    desk: ReturnDesk,
    _folder: tempfile::TempDir,
}

fn person<S: MeetingSide>(role: Role) -> MeetingPerson<S> {
    let folder = tempfile::tempdir().unwrap();
    let key = StaticKey::generate().unwrap();
    let (commands, said) = mpsc::channel(QUEUE);
    let (event_outbox, events) = mpsc::channel(QUEUE);
    let (fault_outbox, _) = mpsc::channel(QUEUE);
    let (feed, mut inboxes) = inbox_feed();
    let desk = ReturnDesk {
        shelf: ReturnShelf::new(folder.path(), key.clone()),
        peer_key: PEER,
        peer_name: "Tess".to_owned(),
        own: Nameplate {
            name: "Anna".to_owned(),
            system: "Debian 12".to_owned(),
            about: "It prints no more.".to_owned(),
        },
        known: AcquaintanceBook::of_folder(folder.path(), &key),
        history: HistoryBook::of_folder(folder.path(), &key),
        way_back: WayBack::default(),
        forbidden: Arc::default(),
    };
    let context = SideContext {
        outbox: Outbox::new(commands),
        events: EventEmitter::new(event_outbox),
        world: MeetingWorld(Some(desk.clone())),
        role,
        load: SideLoadMeter::default(),
    };
    let standing = Standing::new(Instant::now());
    let inbox = inboxes.take::<MeetingMessage>().unwrap();
    let slot = SlotHandle::start("meeting", PermissionSet::NONE, context, inbox, fault_outbox, standing);
    MeetingPerson { slot, feed, said, events, standing, desk, _folder: folder }
}

impl<S: MeetingSide> MeetingPerson<S> {
    async fn change(&mut self, change: impl FnOnce(&mut Standing)) {
        change(&mut self.standing);
        self.slot.set(Some(self.standing));
        self.slot.settle().await;
    }

    /// All that it has said by now.
    fn said(&mut self) -> Vec<MeetingMessage> {
        let messages = std::iter::from_fn(|| self.said.try_recv().ok());
        let messages = messages.map(|command| match command {
            SessionCommand::Say(Message::Meeting(message)) => message,
            other => panic!("{other:?}"),
        });
        messages.collect()
    }

    async fn event(&mut self) -> MeetingEvent {
        match timeout(PATIENCE, self.events.recv()).await.expect("in time") {
            Some(NodeEvent::Feature(FeatureEvent::Meeting(event))) => event,
            other => panic!("{other:?}"),
        }
    }

    fn way_back(&self) -> bool {
        let now = SystemTime::now();
        self.desk.way_back.ticket(Role::Host, PEER, String::new(), BOTH, now).is_some()
    }
}

#[tokio::test]
async fn the_name_and_the_way_back_are_said_once_after_the_yes_and_not_before() {
    let mut host = person::<MeetingHost>(Role::Host);
    host.slot.settle().await;
    assert_eq!(host.said(), []);
    assert!(!host.way_back());
    host.change(|now| now.granted = Some(BOTH)).await;
    let said = host.said();
    let name = MeetingMessage::Host { name: "Anna".to_owned(), system: "Debian 12".to_owned() };
    assert_eq!(said[0], name);
    assert!(matches!(said[1], MeetingMessage::WayBack(Some(_))));
    assert_eq!(said[2..], [MeetingMessage::About("It prints no more.".to_owned())]);
    host.change(|now| now.paused = true).await;
    assert_eq!(host.said(), []);
    assert!(host.way_back());
}

#[tokio::test]
async fn after_something_was_taken_back_there_is_no_way_back_and_it_is_said() {
    let mut host = person::<MeetingHost>(Role::Host);
    host.change(|now| now.granted = Some(BOTH)).await;
    host.said();
    host.change(|now| now.withheld = now.withheld.with(Permission::Keyboard)).await;
    assert_eq!(host.said(), [MeetingMessage::WayBack(None)]);
    host.change(|now| now.withheld = PermissionSet::NONE).await;
    assert!(!host.way_back(), "for good");
    let mut technician = person::<MeetingTechnician>(Role::Technician);
    let secret = || MeetingMessage::WayBack(Some(ReturnSecret::from_bytes(&[1; 32])));
    for message in [secret(), MeetingMessage::WayBack(None), secret()] {
        technician.feed.deliver(message);
    }
    technician.feed.deliver(MeetingMessage::Host { name: String::new(), system: String::new() });
    technician.event().await;
    assert!(!technician.way_back());
}

#[tokio::test]
async fn who_was_compared_is_known_by_the_name_that_they_had() {
    let mut host = person::<MeetingHost>(Role::Host);
    host.change(|now| now.granted = Some(BOTH)).await;
    assert_eq!(host.event().await, MeetingEvent::Met(Recognition::Stranger));
    host.slot.command(MeetingCommand::Matched);
    let MeetingEvent::Known(known) = host.event().await else { panic!("it is kept") };
    assert_eq!(host.desk.known.recognise(&PEER, "Anybody"), Recognition::Known(known));
    // The helper has compared while the user was still being asked, and before it is known whose it is.
    let mut technician = person::<MeetingTechnician>(Role::Technician);
    technician.slot.command(MeetingCommand::Compared);
    let heard = |name: &str| MeetingMessage::Host { name: name.to_owned(), system: "Debian 12".to_owned() };
    technician.feed.deliver(heard("Anna"));
    let MeetingEvent::Host { name, recognition, .. } = technician.event().await else { panic!("who it is") };
    assert_eq!((name.as_str(), recognition), ("Anna", Recognition::Stranger));
    assert!(matches!(technician.event().await, MeetingEvent::Known(one) if one.name() == "Anna"));
    technician.feed.deliver(heard("Somebody else"));
    technician.slot.command(MeetingCommand::Compared);
    assert!(matches!(technician.event().await, MeetingEvent::Known(one) if one.name() == "Anna"));
}

#[tokio::test]
async fn whoever_was_helped_is_in_the_list_from_the_beginning_on_and_once() {
    let mut technician = person::<MeetingTechnician>(Role::Technician);
    assert_eq!(technician.desk.history.all(), []);
    for name in ["Anna", "Somebody else"] {
        let system = "Debian 12".to_owned();
        technician.feed.deliver(MeetingMessage::Host { name: name.to_owned(), system });
    }
    technician.event().await;
    technician.slot.settle().await;
    let names: Vec<_> = technician.desk.history.all().iter().map(|one| one.name().to_owned()).collect();
    assert_eq!(names, ["Anna"]);
}

#[tokio::test]
async fn what_is_wrong_is_said_after_the_yes_and_again_only_where_it_is_something_else() {
    let mut host = person::<MeetingHost>(Role::Host);
    host.slot.command(MeetingCommand::About("The newest counts.".to_owned()));
    host.slot.idle().await;
    assert_eq!(host.said(), [], "nobody may know yet");
    host.change(|now| now.granted = Some(BOTH)).await;
    let about = |text: &str| MeetingMessage::About(text.to_owned());
    assert_eq!(host.said()[2..], [about("The newest counts.")]);
    host.slot.command(MeetingCommand::About("x".repeat(2 * MAX_ABOUT_CHARS)));
    host.slot.command(MeetingCommand::About(" \u{202e} ".to_owned()));
    host.slot.idle().await;
    assert_eq!(host.said(), [about(&"x".repeat(MAX_ABOUT_CHARS))]);

    let mut technician = person::<MeetingTechnician>(Role::Technician);
    for texts in [["1", "1", "2"], ["3", "3", "4"], ["5", "5", "6"], ["7", "7", "8"]] {
        for text in texts {
            technician.feed.deliver(about(text));
        }
        for text in [texts[0], texts[2]] {
            assert_eq!(technician.event().await, MeetingEvent::About(text.to_owned()));
        }
    }
    // A host that says something else all the time.
    technician.feed.deliver(about("9"));
    technician.feed.deliver(MeetingMessage::Host { name: String::new(), system: String::new() });
    assert!(matches!(technician.event().await, MeetingEvent::Host { .. }));
}
