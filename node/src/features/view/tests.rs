//! Both sides of view over a fake screen: the user's captures and encodes, the technician's decodes and
//! shows.

mod sharing;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use beistand_platform::fake::FakeDesktop;
use beistand_session::{
    Command as SessionCommand, CursorMessage, Permission, PermissionSet, Role, ScreenCover,
};
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

use super::{ViewCommand, ViewEvent, ViewHost, ViewMessage, ViewTechnician};
use crate::backends::Backends;
use crate::features::side::{EventEmitter, SideContext, SideLoadMeter, Standing};
use crate::features::slot::SlotHandle;
use crate::features::tell::Tell as _;
use crate::features::wire::{Heard, Outbox};
use crate::features::{
    ActivityRecord, ChangeWorld, DeedsUnderWay, FeatureCommand, FeatureEvent, HostWorld, SeenLayout,
    TechnicianWorld,
};
use crate::handle::NodeEvent;
use crate::host::UserHand;
use crate::picture::PictureSlot;
use crate::stages::{PictureStage, StageSummary, StageTime};
use crate::words::{Language, Words};
use beistand_p2p::testing::{InboxFeed, inbox_feed};
use beistand_session::{Message, PictureQuality, PictureWay, VideoMessage};

/// Whether the technician says that this picture is shown.
fn says_shown(said: &SessionCommand, id: u64) -> bool {
    matches!(
        said,
        SessionCommand::Say(Message::Video(VideoMessage::Shown { picture, .. })) if *picture == id
    )
}

/// What waits in a test.
const QUEUE: usize = 64;

const MILLI: Duration = Duration::from_millis(1);

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

struct ViewPair {
    host: SlotHandle<ViewHost>,
    host_feed: InboxFeed,
    /// What the user's side says.
    sent: mpsc::Receiver<SessionCommand>,
    host_events: mpsc::Receiver<NodeEvent>,
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

/// A pair whose host has nobody who hears of its events.
fn pair() -> ViewPair {
    let mut pair = heard_pair();
    pair.host_events.close();
    pair
}

/// A pair whose host's events wait in `host_events`.
fn heard_pair() -> ViewPair {
    let standing = Standing::new(Instant::now());
    let needs = PermissionSet::NONE.with(Permission::View);
    let (fault_outbox, _) = mpsc::channel(1);
    let (room, picture_room) = watch::channel(Some(1 << 20));
    let desktop = FakeDesktop::default();
    let world = HostWorld {
        backends: Backends::fake().on(&desktop),
        hand: UserHand::new(),
        activity: ActivityRecord::default(),
        moved: crate::features::MovedPointer::default(),
        language: crate::words::Language::English,
        seen: SeenLayout::default(),
        aside: Arc::default(),
        questions: crate::features::OpenQuestions::default(),
        changes: ChangeWorld::here(
            Path::new("/nowhere"),
            String::new(),
            DeedsUnderWay::default(),
            ActivityRecord::default(),
        ),
        picture_room,
        returns: None,
    };
    let (commands, sent) = mpsc::channel(QUEUE);
    let (event_outbox, host_events) = mpsc::channel(QUEUE);
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
        world: (&TechnicianWorld {
            backends: Backends::fake(),
            picture: picture.clone(),
            language: Language::English,
            returns: None,
        })
            .into(),
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
        host_events,
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
                    while !says_shown(&self.answered.recv().await.expect("the side is there"), id) {}
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
    assert!(pair.picture.peek(|_| ()).is_none(), "nothing is left of the last one");
    while pair.sent.try_recv().is_ok() {}
    sleep(Duration::from_millis(200)).await;
    assert!(pair.sent.try_recv().is_err(), "nothing while the user pauses");
    pair.change(|now| now.held = false).await;
    assert!(pair.carry_picture().await > first, "numbers rise through the session");
    assert!(pair.picture.peek(|_| ()).is_some(), "it is there again");
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

#[test]
fn what_pictures_are_to_be_like_is_the_helpers_to_say_by_one_of_three_words() {
    let words = Words::of_node(Language::English);
    for (word, quality) in [
        ("auto", PictureQuality::Automatic),
        ("sharp", PictureQuality::Sharp),
        ("sparing", PictureQuality::Sparing),
    ] {
        let commands = FeatureCommand::parse(Role::Technician, &format!("quality {word}"));
        assert_eq!(commands.expect("a verb").expect("valid"), [ViewCommand::Quality(quality).into()]);
        let json = ViewEvent::Quality(quality).json(&words);
        assert_eq!((&json["event"], &json["quality"]), (&"picture-quality".into(), &word.into()));
    }
    for wrong in ["quality", "quality best", "quality sharp sparing"] {
        assert!(FeatureCommand::parse(Role::Technician, wrong).expect("a verb").is_err(), "{wrong}");
    }
    assert!(FeatureCommand::parse(Role::Host, "quality sharp").is_none());
}

/// A side's answer to the verb `figures`.
async fn stages_of(events: &mut mpsc::Receiver<NodeEvent>) -> StageSummary {
    let hearing = async {
        loop {
            let event = events.recv().await.expect("the side is there");
            if let NodeEvent::Feature(FeatureEvent::View(ViewEvent::Stages(summary))) = event {
                return summary;
            }
        }
    };
    timeout(PATIENCE, hearing).await.expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_say_on_demand_how_long_each_part_takes() {
    let mut pair = heard_pair();
    pair.change(|now| now.granted = Some(PermissionSet::NONE.with(Permission::View))).await;
    let shown = pair.carry_picture().await;
    pair.technician.command(ViewCommand::Stages);
    let summary = stages_of(&mut pair.events).await;
    assert!(summary.pictures() >= 1);
    for stage in [PictureStage::Before, PictureStage::Wait, PictureStage::Decode, PictureStage::Whole] {
        assert!(summary.time(stage).is_some(), "{stage:?}: {summary:?}");
    }
    assert_eq!(summary.time(PictureStage::Paint), None, "there is no window");

    let way = PictureWay { queue: MILLI, network: 2 * MILLI, there: 3 * MILLI };
    pair.host_feed.deliver(VideoMessage::Shown { picture: shown, latency: 9 * MILLI, way });
    // The word is on its way to the side while the first question is.
    let answered = async {
        loop {
            pair.host.command(ViewCommand::Stages);
            let summary = stages_of(&mut pair.host_events).await;
            if summary.time(PictureStage::Network).is_some() {
                return summary;
            }
        }
    };
    let summary = timeout(PATIENCE, answered).await.expect("the word arrives");
    let network = summary.time(PictureStage::Network).expect("just asked");
    assert_eq!((network.p50_ms.round(), network.p95_ms.round()), (2.0, 2.0));
    assert!(summary.time(PictureStage::Encode).is_some() && summary.time(PictureStage::Capture).is_some());
}

#[test]
fn how_long_each_part_takes_is_asked_for_by_one_verb_on_both_sides() {
    for role in [Role::Host, Role::Technician] {
        let commands = FeatureCommand::parse(role, "figures").expect("a verb").expect("valid");
        assert_eq!(commands, [FeatureCommand::from(ViewCommand::Stages)]);
    }
    let time = StageTime { p50_ms: 0.9, p95_ms: 1.4 };
    let rows = vec![(PictureStage::Capture, Some(time)), (PictureStage::Network, None)];
    let event = ViewEvent::Stages(StageSummary::new(600, rows));
    let words = Words::of_node(Language::English);
    let expected = serde_json::json!({
        "event": "stages",
        "pictures": 600,
        "capture": { "p50": 0.9, "p95": 1.4 },
        "network": null,
    });
    assert_eq!(event.json(&words), expected);
    let said = words.say(&event.phrase(Role::Host).expect("said"));
    assert!(said.contains("capturing 0.9 / 1.4 ms") && !said.contains("network"), "{said}");
}
