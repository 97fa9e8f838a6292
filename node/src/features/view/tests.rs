//! Both sides of view over a fake screen: the user's captures and encodes, the technician's decodes and
//! shows.

mod sharing;

use std::sync::Arc;
use std::time::{Duration, Instant};

use beistand_platform::fake::FakeDesktop;
use beistand_session::{
    Command as SessionCommand, CursorMessage, Permission, PermissionSet, Role, ScreenCover,
};
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

use super::{ViewEvent, ViewHost, ViewMessage, ViewTechnician};
use crate::backends::Backends;
use crate::features::side::{EventEmitter, SideContext, SideLoadMeter, Standing};
use crate::features::slot::SlotHandle;
use crate::features::tell::Tell as _;
use crate::features::wire::{Heard, Outbox};
use crate::features::{ActivityRecord, FeatureEvent, HostWorld, SeenLayout, TechnicianWorld};
use crate::handle::NodeEvent;
use crate::host::UserHand;
use crate::picture::PictureSlot;
use crate::words::{Language, Words};
use beistand_p2p::testing::{InboxFeed, inbox_feed};
use beistand_session::{Message, VideoMessage};

fn shown(picture: u64) -> VideoMessage {
    VideoMessage::Shown { picture, latency: Duration::ZERO }
}

/// What waits in a test.
const QUEUE: usize = 64;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

struct ViewPair {
    host: SlotHandle<ViewHost>,
    host_feed: InboxFeed,
    /// What the user's side says.
    sent: mpsc::Receiver<SessionCommand>,
    technician: SlotHandle<ViewTechnician>,
    technician_feed: InboxFeed,
    answered: mpsc::Receiver<SessionCommand>,
    events: mpsc::Receiver<NodeEvent>,
    picture: PictureSlot,
    desktop: FakeDesktop,
    standing: Standing,
    /// Kept open: there is always room.
    _room: watch::Sender<Option<u32>>,
}

fn pair() -> ViewPair {
    let standing = Standing::new(Instant::now());
    let needs = PermissionSet::NONE.with(Permission::View);
    let (fault_outbox, _) = mpsc::channel(1);
    let (room, picture_room) = watch::channel(Some(1 << 20));
    let desktop = FakeDesktop::default();
    let world = HostWorld {
        backends: Backends::fake().on(&desktop),
        hand: UserHand::new(),
        activity: ActivityRecord::default(),
        seen: SeenLayout::default(),
        aside: Arc::default(),
        picture_room,
    };
    let (commands, sent) = mpsc::channel(QUEUE);
    let (event_outbox, _) = mpsc::channel(1);
    let (host_feed, mut inboxes) = inbox_feed();
    let context = SideContext {
        outbox: Outbox::new(commands),
        events: EventEmitter::new(event_outbox),
        world: (&world).into(),
        role: Role::Host,
        load: SideLoadMeter::default(),
    };
    let host = SlotHandle::start(
        "view",
        needs,
        context,
        <ViewMessage as Heard>::take(&mut inboxes),
        fault_outbox.clone(),
        standing,
    );
    let picture = PictureSlot::default();
    let (commands, answered) = mpsc::channel(QUEUE);
    let (event_outbox, events) = mpsc::channel(QUEUE);
    let (technician_feed, mut inboxes) = inbox_feed();
    let context = SideContext {
        outbox: Outbox::new(commands),
        events: EventEmitter::new(event_outbox),
        world: (&TechnicianWorld { backends: Backends::fake(), picture: picture.clone() }).into(),
        role: Role::Technician,
        load: SideLoadMeter::default(),
    };
    let technician = SlotHandle::start(
        "view",
        needs,
        context,
        <ViewMessage as Heard>::take(&mut inboxes),
        fault_outbox,
        standing,
    );
    ViewPair {
        host,
        host_feed,
        sent,
        technician,
        technician_feed,
        answered,
        events,
        picture,
        desktop,
        standing,
        _room: room,
    }
}

impl ViewPair {
    async fn change(&mut self, change: impl FnOnce(&mut Standing)) {
        change(&mut self.standing);
        self.host.set(Some(self.standing));
        self.technician.set(Some(self.standing));
        self.host.settle().await;
        self.technician.settle().await;
    }

    /// Carries pictures until one was shown, and answers its number.
    async fn carry_picture(&mut self) -> u64 {
        let carrying = async {
            loop {
                if let SessionCommand::Say(Message::Video(VideoMessage::Picture(picture))) =
                    self.sent.recv().await.expect("the side is there")
                {
                    let id = picture.id;
                    self.technician_feed.deliver(VideoMessage::Picture(picture));
                    while self.answered.recv().await.expect("the side is there")
                        != SessionCommand::Say(shown(id).into())
                    {}
                    return id;
                }
            }
        };
        timeout(PATIENCE, carrying).await.expect("a picture")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_screen_is_captured_only_while_it_may_be_seen() {
    let mut pair = pair();
    sleep(Duration::from_millis(100)).await;
    assert!(pair.sent.try_recv().is_err(), "nothing before consent");
    let view = PermissionSet::NONE.with(Permission::View);
    pair.change(|now| now.granted = Some(view)).await;
    let first = pair.carry_picture().await;
    assert!(pair.picture.peek(|view| view.serial).is_some_and(|serial| serial > 0), "it is shown");
    pair.change(|now| now.held = true).await;
    while pair.sent.try_recv().is_ok() {}
    sleep(Duration::from_millis(200)).await;
    assert!(pair.sent.try_recv().is_err(), "nothing while the user pauses");
    pair.change(|now| now.held = false).await;
    assert!(pair.carry_picture().await > first, "numbers rise through the session");
    pair.host_feed.deliver(VideoMessage::KeyRequest);
    assert!(pair.carry_picture().await > first);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_picture_is_told_at_once() {
    let mut pair = pair();
    pair.change(|now| now.granted = Some(PermissionSet::NONE.with(Permission::View))).await;
    pair.carry_picture().await;
    let event = timeout(Duration::from_millis(500), pair.events.recv()).await.expect("within half a second");
    let Some(NodeEvent::Feature(FeatureEvent::View(ViewEvent::Figures(figures)))) = event else {
        panic!("{event:?}")
    };
    assert!(figures.shown >= 1);
}

impl ViewPair {
    /// Waits until the host says what covers its screen, and hands that on.
    async fn carry_cover(&mut self) -> ScreenCover {
        let carrying = async {
            loop {
                if let SessionCommand::Say(Message::Cursor(CursorMessage::Cover(cover))) =
                    self.sent.recv().await.expect("the side is there")
                {
                    self.technician_feed.deliver(CursorMessage::Cover(cover));
                    return cover;
                }
            }
        };
        timeout(PATIENCE, carrying).await.expect("a word about the screen")
    }

    async fn covered(&mut self) -> ScreenCover {
        let hearing = async {
            loop {
                let event = self.events.recv().await.expect("the side is there");
                if let NodeEvent::Feature(FeatureEvent::View(ViewEvent::Covered(cover))) = event {
                    return cover;
                }
            }
        };
        timeout(PATIENCE, hearing).await.expect("the technician hears of it")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_screen_is_kept_on_only_while_it_may_be_seen() {
    let mut pair = pair();
    assert!(!pair.desktop.wakefulness.is_kept(), "nothing before consent");
    pair.change(|now| now.granted = Some(PermissionSet::NONE.with(Permission::View))).await;
    assert_eq!(pair.carry_cover().await, ScreenCover::None);
    assert!(pair.desktop.wakefulness.is_kept());
    pair.change(|now| now.held = true).await;
    assert!(!pair.desktop.wakefulness.is_kept(), "a pause lets go before it is acknowledged");
    pair.change(|now| now.held = false).await;
    pair.carry_cover().await;
    assert!(pair.desktop.wakefulness.is_kept());
    pair.change(|now| now.withheld = PermissionSet::NONE.with(Permission::View)).await;
    assert!(!pair.desktop.wakefulness.is_kept(), "and so does a revoke");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_technician_hears_of_a_locked_screen_and_of_its_end() {
    let mut pair = pair();
    pair.desktop.wakefulness.set_cover(ScreenCover::Lock);
    pair.change(|now| now.granted = Some(PermissionSet::NONE.with(Permission::View))).await;
    assert_eq!(pair.carry_cover().await, ScreenCover::Lock);
    assert_eq!(pair.covered().await, ScreenCover::Lock);
    // A word that says the same is no news.
    pair.technician_feed.deliver(CursorMessage::Cover(ScreenCover::Lock));
    pair.desktop.wakefulness.set_cover(ScreenCover::None);
    assert_eq!(pair.carry_cover().await, ScreenCover::None);
    assert_eq!(pair.covered().await, ScreenCover::None);
}

#[test]
fn what_covers_the_screen_is_said_in_words_and_for_scripts() {
    let event = ViewEvent::Covered(ScreenCover::Lock);
    let words = Words::of_node(Language::English);
    let json = event.json(&words);
    assert_eq!((&json["event"], &json["by"]), (&"screen-covered".into(), &"lock".into()));
    assert!(json["text"].as_str().is_some_and(|text| text.contains("locked")), "{json}");
    let said = event.phrase(Role::Technician).expect("said");
    assert!(Words::of_node(Language::German).say(&said).contains("gesperrt"));
}
