//! Both sides of a return, joined as a session joins them, each with a shelf of its own.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use beistand_p2p::testing::{InboxFeed, inbox_feed};
use beistand_session::{
    ComebackMessage, Command as SessionCommand, Permission, PermissionSet, ReturnSecret, Role, StaticKey,
};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::desk::{KeptTicket, ReturnWorld};
use super::{ComebackCommand, ComebackEvent, ComebackHost, ComebackTechnician};
use crate::acquaintances::AcquaintanceBook;
use crate::features::FeatureEvent;
use crate::features::side::{EventEmitter, Side, SideContext, SideLoadMeter, Standing};
use crate::features::slot::SlotHandle;
use crate::features::wire::Outbox;
use crate::handle::NodeEvent;
use crate::history::HistoryBook;
use crate::nameplate::Nameplate;
use crate::returns::{ReturnDesk, ReturnShelf, WayBack};

/// What waits in a test.
const QUEUE: usize = 64;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(10);

const VIEW: PermissionSet = PermissionSet::NONE.with(Permission::View);
const BOTH: PermissionSet = VIEW.with(Permission::Reconnect);

struct ReturnPerson<S: Side> {
    role: Role,
    slot: SlotHandle<S>,
    feed: InboxFeed,
    said: mpsc::Receiver<SessionCommand>,
    events: mpsc::Receiver<NodeEvent>,
    standing: Standing,
    shelf: ReturnShelf,
    folder: Arc<tempfile::TempDir>,
}

fn person<S: ReturnSide>(role: Role) -> ReturnPerson<S> {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let shelf = ReturnShelf::new(folder.path(), StaticKey::generate().unwrap());
    person_at(role, folder, shelf)
}

/// A side of a return.
trait ReturnSide:
    Side<Message = ComebackMessage, World = ReturnWorld, Command = ComebackCommand, Event = ComebackEvent>
{
}

impl ReturnSide for ComebackHost {}
impl ReturnSide for ComebackTechnician {}

fn person_at<S: ReturnSide>(
    role: Role,
    folder: Arc<tempfile::TempDir>,
    shelf: ReturnShelf,
) -> ReturnPerson<S> {
    let (commands, said) = mpsc::channel(QUEUE);
    let (event_outbox, events) = mpsc::channel(QUEUE);
    let (fault_outbox, _) = mpsc::channel(QUEUE);
    let (feed, mut inboxes) = inbox_feed();
    let desk = ReturnDesk {
        shelf: shelf.clone(),
        peer_key: [role as u8; 32],
        peer_name: "Tess".to_owned(),
        own: Nameplate { name: "Annas PC".to_owned(), ..Nameplate::default() },
        known: AcquaintanceBook::forgetful(),
        history: HistoryBook::forgetful(),
        way_back: WayBack::default(),
        forbidden: Arc::default(),
    };
    let context = SideContext {
        outbox: Outbox::new(commands),
        events: EventEmitter::new(event_outbox),
        world: ReturnWorld(Some(desk)),
        role,
        load: SideLoadMeter::default(),
    };
    let standing = Standing::new(Instant::now());
    let inbox = inboxes.take::<ComebackMessage>().unwrap();
    let needs = PermissionSet::NONE.with(Permission::Reconnect);
    let slot = SlotHandle::start("comeback", needs, context, inbox, fault_outbox, standing);
    ReturnPerson { role, slot, feed, said, events, standing, shelf, folder }
}

fn host() -> ReturnPerson<ComebackHost> {
    person(Role::Host)
}

fn technician() -> ReturnPerson<ComebackTechnician> {
    person(Role::Technician)
}

impl<S: ReturnSide> ReturnPerson<S> {
    /// The same person in the session after this one.
    fn next_session(&self) -> Self {
        person_at(self.role, Arc::clone(&self.folder), self.shelf.clone())
    }

    async fn change(&mut self, change: impl FnOnce(&mut Standing)) {
        change(&mut self.standing);
        self.slot.set(Some(self.standing));
        self.slot.settle().await;
    }

    async fn grant(&mut self, granted: PermissionSet) {
        self.change(|now| now.granted = Some(granted)).await;
    }

    async fn said(&mut self) -> ComebackMessage {
        match timeout(PATIENCE, self.said.recv()).await.expect("in time") {
            Some(SessionCommand::Say(beistand_session::Message::Comeback(message))) => message,
            other => panic!("{other:?}"),
        }
    }

    async fn event(&mut self) -> ComebackEvent {
        match timeout(PATIENCE, self.events.recv()).await.expect("in time") {
            Some(NodeEvent::Feature(FeatureEvent::Comeback(event))) => event,
            other => panic!("{other:?}"),
        }
    }

    /// What is on the shelf: each ticket's name and permissions.
    fn kept(&self) -> Vec<(String, PermissionSet)> {
        let look = self.shelf.look(self.role, SystemTime::now());
        assert_eq!(look.refused, []);
        look.tickets.iter().map(|(ticket, _)| (ticket.name().to_owned(), ticket.permissions())).collect()
    }
}

#[tokio::test]
async fn both_sides_keep_one_secret_while_it_is_allowed_and_drop_it_with_the_permission() {
    let (mut host, mut technician) = (host(), technician());
    host.grant(VIEW).await;
    technician.grant(VIEW).await;
    assert!(host.kept().is_empty());
    host.grant(BOTH).await;
    let offer = host.said().await;
    // It may be there before the news that it is allowed.
    technician.grant(BOTH).await;
    technician.feed.deliver(offer);
    assert_eq!(technician.event().await, ComebackEvent::Kept);
    host.feed.deliver(technician.said().await);
    assert_eq!(host.event().await, ComebackEvent::Kept);
    assert_eq!(host.kept(), [("Tess".to_owned(), BOTH)]);
    assert_eq!(technician.kept(), [("Annas PC".to_owned(), BOTH)]);
    // What the technician repeats is told once.
    host.feed.deliver(ComebackMessage::Kept(true));
    host.grant(VIEW).await;
    technician.grant(VIEW).await;
    for event in [host.event().await, technician.event().await] {
        assert_eq!(event, ComebackEvent::TakenBack);
    }
    assert!(host.kept().is_empty() && technician.kept().is_empty());
}

#[tokio::test]
async fn what_the_user_takes_back_is_gone_before_the_session_knows() {
    let mut host = host();
    host.grant(BOTH).await;
    assert_eq!(host.kept().len(), 1);
    host.change(|now| now.withheld = now.withheld.with(Permission::Reconnect)).await;
    assert!(host.kept().is_empty());
}

#[tokio::test]
async fn a_ticket_follows_the_permissions_and_outlives_a_pause_and_the_session() {
    let mut host = host();
    host.grant(BOTH).await;
    let wider = BOTH.with(Permission::Pointer);
    host.grant(wider).await;
    assert_eq!(host.kept(), [("Tess".to_owned(), wider)]);
    host.grant(BOTH).await;
    host.change(|now| now.held = true).await;
    assert_eq!(host.kept(), [("Tess".to_owned(), BOTH)], "what was taken back does not come back");
    host.slot.set(None);
    host.slot.settle().await;
    assert_eq!(host.kept().len(), 1);
}

#[tokio::test]
async fn in_a_pause_no_secret_is_handed_over_and_afterwards_it_is() {
    let mut host = host();
    host.change(|now| {
        now.held = true;
        now.granted = Some(BOTH);
    })
    .await;
    assert!(host.said.try_recv().is_err());
    host.change(|now| now.held = false).await;
    assert!(matches!(host.said().await, ComebackMessage::Offer { .. }));
}

#[tokio::test]
async fn the_ticket_that_led_to_a_session_is_used_up_by_it() {
    let mut host = host();
    host.grant(BOTH).await;
    assert_eq!(host.kept().len(), 1);
    let mut next = host.next_session();
    next.grant(VIEW).await;
    assert!(next.kept().is_empty());
    let offer = ComebackMessage::Offer { secret: ReturnSecret::from_bytes(&[1; 32]), name: String::new() };
    let mut technician = technician();
    technician.feed.deliver(offer);
    assert_eq!(technician.event().await, ComebackEvent::Kept);
    // The one that came before the news of the consent is this session's and stays.
    technician.grant(BOTH).await;
    assert_eq!(technician.kept().len(), 1);
}

#[test]
fn the_time_of_a_ticket_is_written_again_with_what_is_allowed_then() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = ReturnShelf::new(folder.path(), StaticKey::generate().unwrap());
    let (peer_key, peer_name) = ([1; 32], "Tess".to_owned());
    let desk = ReturnDesk {
        shelf: shelf.clone(),
        peer_key,
        peer_name,
        own: Nameplate::default(),
        known: AcquaintanceBook::forgetful(),
        history: HistoryBook::forgetful(),
        way_back: WayBack::default(),
        forbidden: Arc::default(),
    };
    let mut kept = KeptTicket::new(Role::Host, ReturnWorld(Some(desk)));
    assert!(!kept.refresh(BOTH), "there is none yet");
    assert!(kept.keep(ReturnSecret::from_bytes(&[1; 32]), None, BOTH));
    assert!(kept.refresh(VIEW));
    let look = shelf.look(Role::Host, SystemTime::now());
    assert_eq!(look.tickets[0].0.permissions(), VIEW);
    // Somebody has said no in another window: it stays gone.
    shelf.remove(&look.tickets[0].0);
    assert!(!kept.refresh(VIEW) && !kept.refresh(VIEW));
    assert!(shelf.look(Role::Host, SystemTime::now()).tickets.is_empty());
}

#[tokio::test]
async fn a_host_that_offers_without_end_writes_no_more_than_thirty_two() {
    let mut technician = technician();
    technician.grant(BOTH).await;
    for number in 0..40 {
        let secret = ReturnSecret::from_bytes(&[number; 32]);
        technician.feed.deliver(ComebackMessage::Offer { secret, name: number.to_string() });
        if number < 32 {
            technician.said().await;
        }
    }
    technician.slot.command(ComebackCommand::Announce);
    assert_eq!(technician.said().await, ComebackMessage::Announce);
    assert_eq!(technician.kept()[0].0, "31");
    // Without the permission none is written.
    let mut other = self::technician();
    other.grant(VIEW).await;
    other
        .feed
        .deliver(ComebackMessage::Offer { secret: ReturnSecret::from_bytes(&[1; 32]), name: String::new() });
    other.slot.command(ComebackCommand::Announce);
    assert_eq!(other.event().await, ComebackEvent::Announced { allowed: false });
    assert!(other.kept().is_empty());
}

#[tokio::test]
async fn a_restart_is_announced_once_in_thirty_seconds() {
    let mut host = host();
    host.grant(VIEW).await;
    // As many as wait for it at once.
    for _ in 0..3 {
        host.feed.deliver(ComebackMessage::Announce);
    }
    assert_eq!(host.event().await, ComebackEvent::Announced { allowed: false });
    host.grant(BOTH).await;
    host.said().await;
    host.feed.deliver(ComebackMessage::Kept(false));
    assert_eq!(host.event().await, ComebackEvent::NotKept { by: Role::Technician }, "and no second one");
    assert!(host.kept().is_empty());
}

#[tokio::test]
async fn where_nothing_can_be_written_both_are_told() {
    let mut host = host();
    std::fs::write(host.folder.path().join("returns"), "in the way").unwrap();
    host.grant(BOTH).await;
    assert_eq!(host.event().await, ComebackEvent::NotKept { by: Role::Host });
    let mut technician = technician();
    std::fs::write(technician.folder.path().join("returns"), "in the way").unwrap();
    technician.grant(BOTH).await;
    technician
        .feed
        .deliver(ComebackMessage::Offer { secret: ReturnSecret::from_bytes(&[1; 32]), name: String::new() });
    assert_eq!(technician.said().await, ComebackMessage::Kept(false));
}
