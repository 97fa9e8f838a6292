//! Both sides, joined as a session joins them, and a screen in memory.

use std::sync::Arc;
use std::time::{Duration, Instant};

use beistand_p2p::testing::{InboxFeed, inbox_feed};
use beistand_platform::fake::FakeDesktop;
use beistand_platform::{
    Desktop as _, DesktopArea, DesktopFault, DesktopMonitor, DesktopPart, MonitorChoice, OverlayMark,
    OverlayShape, ScreenLayout, SharedMonitors,
};
use beistand_session::{
    Command as SessionCommand, MAX_MARK_CHARS, Message, PermissionSet, PointedMark, PointingMessage, escape,
};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::host::OverlaySource;
use super::*;
use crate::features::asked::AskedUser;
use crate::features::side::{EventEmitter, GrantDialog, NoWorld, Side, SideContext, SideLoadMeter, Standing};
use crate::features::slot::SlotHandle;
use crate::features::wire::{Heard, Outbox};
use crate::features::{ActivityRecord, FeatureEvent, MovedPointer, OpenQuestions, SeenLayout};
use crate::handle::NodeEvent;

/// What waits in a test.
const QUEUE: usize = 256;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

const TITLE: &str = "Your helper, Anna";

const DRAWS: PermissionSet =
    PermissionSet::NONE.with(Permission::View).with(Permission::Annotate).with(Permission::Pointer);

struct PointingPerson<S: Side> {
    slot: SlotHandle<S>,
    feed: InboxFeed,
    said: mpsc::Receiver<SessionCommand>,
    events: mpsc::Receiver<NodeEvent>,
    standing: Standing,
}

fn person<S>(role: Role, granted: PermissionSet, world: S::World) -> PointingPerson<S>
where
    S: Side<Message = PointingMessage, Command = PointingCommand, Event = PointingEvent>,
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
    let closed = GrantDialog::ClosedAt(Instant::now());
    let standing = Standing { granted: Some(granted), dialog: closed, ..Standing::new(Instant::now()) };
    let needs = PermissionSet::NONE.with(Permission::Annotate);
    let slot = SlotHandle::start("pointing", needs, context, inbox, fault_outbox, standing);
    PointingPerson { slot, feed, said, events, standing }
}

impl<S> PointingPerson<S>
where
    S: Side<Message = PointingMessage, Command = PointingCommand, Event = PointingEvent>,
{
    async fn said(&mut self) -> PointingMessage {
        match timeout(PATIENCE, self.said.recv()).await.expect("in time") {
            Some(SessionCommand::Say(Message::Pointing(message))) => message,
            other => panic!("{other:?}"),
        }
    }

    /// The next event but for [`PointingEvent::OnScreen`].
    async fn event(&mut self) -> PointingEvent {
        loop {
            match self.any_event().await {
                PointingEvent::OnScreen(_) => {}
                event => return event,
            }
        }
    }

    async fn any_event(&mut self) -> PointingEvent {
        match timeout(PATIENCE, self.events.recv()).await.expect("in time") {
            Some(NodeEvent::Feature(FeatureEvent::Pointing(event))) => event,
            other => panic!("{other:?}"),
        }
    }

    /// From now on it stands like this.
    async fn stand(&mut self, change: impl FnOnce(&mut Standing)) {
        change(&mut self.standing);
        self.slot.set(Some(self.standing));
        self.slot.settle().await;
    }

    /// Waits until all that was asked is done.
    async fn idle(&self) {
        timeout(PATIENCE, self.slot.idle()).await.expect("in time");
    }
}

/// The user's side, on a desktop in memory.
struct PointingUser {
    person: PointingPerson<PointingHost>,
    desktop: FakeDesktop,
    seen: SeenLayout,
    moved: MovedPointer,
    questions: OpenQuestions,
}

impl PointingUser {
    fn new(granted: PermissionSet) -> Self {
        let (desktop, seen, moved) = (FakeDesktop::default(), SeenLayout::default(), MovedPointer::default());
        let questions = OpenQuestions::default();
        let drawn = desktop.clone();
        let world = OverlaySource {
            open: Arc::new(move |news| drawn.overlay(news)),
            seen: seen.clone(),
            questions: questions.clone(),
            activity: ActivityRecord::default(),
            moved: moved.clone(),
            title: TITLE.to_owned(),
        };
        Self { person: person(Role::Host, granted, world), desktop, seen, moved, questions }
    }

    fn hear(&self, message: PointingMessage) {
        self.person.feed.deliver(message);
    }

    fn draw(&self, id: u32, shape: MarkShape) {
        let (colour, stay) = (MarkColour::Blue, MarkStay::Fades);
        self.hear(PointingMessage::Draw(PointedMark { id, shape, colour, stay }));
    }

    fn marks(&self) -> Vec<OverlayMark> {
        self.desktop.overlay.drawing().unwrap_or_default().marks
    }

    /// Waits until this holds of what is drawn.
    async fn until(&self, holds: impl Fn(&[OverlayMark]) -> bool) {
        let settled = async {
            while !holds(&self.marks()) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(PATIENCE, settled).await.expect("in time");
    }

    fn shapes(&self) -> Vec<OverlayShape> {
        self.marks().into_iter().map(|mark| mark.shape).collect()
    }
}

fn at(x: u16, y: u16) -> MarkPoint {
    MarkPoint { x, y }
}

#[tokio::test]
async fn what_is_drawn_is_over_the_users_screen_and_both_hear_of_it() {
    let mut technician = person::<PointingTechnician>(Role::Technician, DRAWS, NoWorld);
    let mut user = PointingUser::new(DRAWS);
    let stroke = MarkShape::Stroke(vec![at(1, 2)]);
    let (colour, stay) = (MarkColour::Sky, MarkStay::Stays);
    technician.slot.command(PointingCommand::Draw { id: 7, shape: stroke, colour, stay });
    user.hear(technician.said().await);
    assert_eq!(user.person.event().await, PointingEvent::Drawing);
    technician.feed.deliver(user.person.said().await);
    assert_eq!(technician.event().await, PointingEvent::Shown { id: 7 });
    technician.slot.command(PointingCommand::Extend { id: 7, points: vec![at(3, 4)] });
    user.hear(technician.said().await);
    assert_eq!(user.person.said().await, PointingMessage::Shown { id: 7 });
    let marks = user.marks();
    assert_eq!(marks.len(), 1);
    assert_eq!((&marks[0].shape, marks[0].colour), (&OverlayShape::Line(vec![(1, 2), (3, 4)]), 0x56_b4_e9));
    user.person.slot.command(PointingCommand::Wipe);
    technician.feed.deliver(user.person.said().await);
    assert_eq!(technician.event().await, PointingEvent::Wiped);
    assert_eq!(user.marks(), []);
}

#[tokio::test]
async fn a_place_is_one_of_the_picture_and_what_is_not_shared_is_not_drawn_on() {
    let mut user = PointingUser::new(DRAWS);
    let area = |x| DesktopArea::new(x, 0, 1000, 800).expect("not empty");
    let monitors: Vec<_> =
        [0, 1000].map(|x: u16| DesktopMonitor { name: x.to_string(), area: area(x) }).into();
    let desktop = DesktopArea::new(0, 0, 2000, 800).expect("not empty");
    let right = MonitorChoice {
        shared: SharedMonitors::Only(["1000".to_owned()].into()),
        ..MonitorChoice::default()
    };
    user.seen.captured(Some(1), ScreenLayout::new(desktop, monitors.clone(), &right));
    user.seen.shown(1);
    user.draw(1, MarkShape::Arrow { from: at(5, 6), to: at(50, 60) });
    assert_eq!(user.person.said().await, PointingMessage::Shown { id: 1 });
    assert_eq!(user.shapes(), [OverlayShape::Arrow((1005, 6), (1050, 60))]);
    let drawing = user.desktop.overlay.drawing().expect("drawn");
    assert_eq!(drawing.spared, [area(0)], "nothing is seen on the other one");
    // The user hides it; the technician still sees the old picture.
    let none = MonitorChoice { shared: SharedMonitors::Only([].into()), ..MonitorChoice::default() };
    user.seen.choose(ScreenLayout::uncaptured(monitors, &none));
    let spared = |user: &PointingUser| user.desktop.overlay.drawing().map(|drawing| drawing.spared);
    while spared(&user) != Some(vec![area(0), area(1000)]) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    user.draw(2, MarkShape::Spot(at(5, 6)));
    let unshown = PointingMessage::Unshown { id: 2, why: UnshownCause::NotShared };
    assert_eq!(user.person.said().await, unshown);
    user.person.slot.command(PointingCommand::Point(Some(at(1005, 6))));
    assert_eq!(user.person.event().await, PointingEvent::Drawing);
    let refused = PointingEvent::Refused { why: PointingRefusal::NotSeen };
    assert_eq!(user.person.event().await, refused);
}

#[tokio::test]
async fn nothing_is_drawn_without_the_permission_in_a_pause_or_where_the_screen_is_not_seen() {
    let without = PermissionSet::NONE.with(Permission::View);
    let blind = PermissionSet::NONE.with(Permission::Annotate);
    for granted in [without, blind] {
        let user = PointingUser::new(granted);
        user.draw(1, MarkShape::Spot(at(1, 1)));
        user.person.slot.command(PointingCommand::Label(LabelSwitch::On));
        user.person.idle().await;
        assert_eq!(user.desktop.overlay.drawing(), None, "{granted:?}");
    }
    let mut user = PointingUser::new(DRAWS);
    user.draw(1, MarkShape::Spot(at(1, 1)));
    assert_eq!(user.person.said().await, PointingMessage::Shown { id: 1 });
    user.person.stand(|standing| standing.held = true).await;
    assert_eq!(user.desktop.overlay.drawing(), None, "it is gone before the pause is acknowledged");
    user.person.stand(|standing| standing.held = false).await;
    user.draw(2, MarkShape::Spot(at(2, 2)));
    assert_eq!(user.person.said().await, PointingMessage::Shown { id: 2 });
    assert_eq!(user.shapes(), [OverlayShape::Spot((2, 2))], "what was there before is not drawn again");
    user.person.stand(|standing| standing.withheld = blind).await;
    assert_eq!(user.marks(), []);
    user.person.slot.command(PointingCommand::Point(None));
    assert_eq!(user.person.event().await, PointingEvent::Drawing);
    let refused = PointingEvent::Refused { why: PointingRefusal::NotAllowed };
    assert_eq!(user.person.event().await, refused);
}

#[tokio::test]
async fn nothing_lies_over_a_question_and_it_comes_afterwards() {
    let mut user = PointingUser::new(DRAWS);
    user.draw(1, MarkShape::Spot(at(1, 1)));
    assert_eq!(user.person.said().await, PointingMessage::Shown { id: 1 });
    user.person.stand(|standing| standing.dialog = GrantDialog::Open).await;
    assert_eq!(user.marks(), []);
    user.draw(2, MarkShape::Spot(at(2, 2)));
    let unshown = PointingMessage::Unshown { id: 2, why: UnshownCause::Question };
    assert_eq!(user.person.said().await, unshown);
    user.moved.note((5, 5));
    user.person.slot.command(PointingCommand::Wipe);
    assert_eq!(user.person.said().await, PointingMessage::Wiped);
    user.draw(1, MarkShape::Spot(at(1, 1)));
    user.draw(2, MarkShape::Spot(at(2, 2)));
    assert!(matches!(user.person.said().await, PointingMessage::Unshown { id: 1, .. }));
    assert!(matches!(user.person.said().await, PointingMessage::Unshown { id: 2, .. }));
    assert_eq!((user.marks().len(), user.desktop.overlay.label()), (0, None));
    user.person.stand(|standing| standing.dialog = GrantDialog::ClosedAt(Instant::now())).await;
    assert_eq!(user.shapes(), [OverlayShape::Spot((1, 1)), OverlayShape::Spot((2, 2))]);
}

#[tokio::test]
async fn nothing_lies_over_what_any_feature_asks_the_user() {
    let mut user = PointingUser::new(DRAWS);
    user.draw(1, MarkShape::Spot(at(1, 1)));
    assert_eq!(user.person.said().await, PointingMessage::Shown { id: 1 });
    user.questions.note("another", AskedUser::Opens(7));
    user.until(|marks| marks.is_empty()).await;
    user.draw(2, MarkShape::Spot(at(2, 2)));
    let unshown = PointingMessage::Unshown { id: 2, why: UnshownCause::Question };
    assert_eq!(user.person.said().await, unshown);
    user.questions.note("another", AskedUser::Closes(7));
    user.until(|marks| marks.len() == 2).await;
}

#[tokio::test]
async fn the_user_points_by_a_click_and_the_technician_hears_where() {
    let mut user = PointingUser::new(DRAWS);
    let mut technician = person::<PointingTechnician>(Role::Technician, DRAWS, NoWorld);
    user.person.slot.command(PointingCommand::Point(None));
    assert_eq!(user.person.event().await, PointingEvent::Waiting);
    assert!(user.desktop.overlay.click(Some((30, 40))));
    technician.feed.deliver(user.person.said().await);
    assert_eq!(technician.event().await, PointingEvent::Back(at(30, 40)));
    assert_eq!(user.person.event().await, PointingEvent::Back(at(30, 40)));
    assert_eq!(user.marks()[0].colour, super::board::USER_COLOUR, "nobody takes it for the helper's");
    user.person.slot.command(PointingCommand::Wipe);
    assert_eq!(user.person.said().await, PointingMessage::Wiped);
    assert_eq!(user.person.event().await, PointingEvent::Wiped);
    user.person.slot.command(PointingCommand::Point(None));
    assert_eq!(user.person.event().await, PointingEvent::Waiting);
    assert!(user.desktop.overlay.draw(vec![(30, 40), (90, 40), (90, 99)]));
    let line = vec![at(30, 40), at(90, 40), at(90, 99)];
    assert_eq!(user.person.event().await, PointingEvent::BackLine(line.clone()));
    assert_eq!(user.person.said().await, PointingMessage::BackLine(line));
    assert_eq!(user.shapes(), [OverlayShape::Line(vec![(30, 40), (90, 40), (90, 99)])]);
    assert_eq!(user.marks()[0].colour, super::board::USER_COLOUR);
    user.person.slot.command(PointingCommand::Point(None));
    assert_eq!(user.person.event().await, PointingEvent::Waiting);
    assert!(user.desktop.overlay.click(None));
    assert_eq!(user.person.event().await, PointingEvent::GaveUp);
    user.person.slot.command(PointingCommand::Point(None));
    assert_eq!(user.person.event().await, PointingEvent::Waiting);
    user.person.stand(|standing| standing.dialog = GrantDialog::Open).await;
    assert!(!user.desktop.overlay.click(Some((1, 1))), "a click on the question is the question's");
}

#[tokio::test]
async fn the_users_program_knows_whether_anything_is_on_the_screen() {
    let mut user = PointingUser::new(DRAWS);
    for round in 1..=2 {
        user.draw(round, MarkShape::Spot(at(1, 1)));
        if round == 1 {
            assert_eq!(user.person.any_event().await, PointingEvent::Drawing);
        }
        assert_eq!(user.person.any_event().await, PointingEvent::OnScreen(true));
        user.draw(round + 10, MarkShape::Spot(at(200, 1)));
        user.hear(PointingMessage::Wipe);
        assert_eq!(user.person.any_event().await, PointingEvent::OnScreen(false));
    }
    user.draw(3, MarkShape::Spot(at(1, 1)));
    assert_eq!(user.person.any_event().await, PointingEvent::OnScreen(true));
    user.person.stand(|standing| standing.held = true).await;
    assert_eq!(user.person.any_event().await, PointingEvent::OnScreen(false));
}

#[test]
fn the_name_stands_behind_words_of_ours() {
    for (language, words) in [
        (crate::words::Language::English, "Your helper, Beistand"),
        (crate::words::Language::German, "Ihr Helfer, Beistand"),
    ] {
        assert_eq!(super::host::title(&Words::of_node(language), "Beistand"), words);
        let long = super::host::title(&Words::of_node(language), &"System ".repeat(30));
        assert!(long.chars().count() < 50 && long.ends_with('…'), "{long}");
    }
}

#[tokio::test]
async fn where_nothing_can_be_drawn_both_hear_why() {
    let mut user = PointingUser::new(DRAWS);
    user.desktop.overlay.set_fault(DesktopFault::NotHere(DesktopPart::Overlay));
    for id in 1..=3 {
        user.draw(id, MarkShape::Spot(at(1, 1)));
        let unshown = PointingMessage::Unshown { id, why: UnshownCause::NotHere };
        assert_eq!(user.person.said().await, unshown);
    }
    assert_eq!(user.person.event().await, PointingEvent::Drawing);
    let PointingEvent::Refused { why } = user.person.event().await else { panic!("a refusal") };
    let (english, german) = (crate::words::Language::English, crate::words::Language::German);
    for language in [english, german] {
        let text = Words::of_node(language).say(&why.phrase());
        assert!(text.contains('.') && !text.contains('{'), "{text}");
    }
    user.person.slot.command(PointingCommand::Wipe);
    assert_eq!(user.person.event().await, PointingEvent::Wiped, "the user is told once");
    user.person.slot.command(PointingCommand::Point(None));
    assert_eq!(user.person.event().await, PointingEvent::Refused { why }, "and where they ask");
}

#[tokio::test]
async fn the_name_is_beside_the_pointer_while_the_helper_moves_it_and_can_be_switched_off() {
    let mut user = PointingUser::new(DRAWS.without(Permission::Annotate));
    let label = |desktop: &FakeDesktop| desktop.overlay.label().map(|label| (label.at, label.text));
    let desktop = user.desktop.clone();
    let settled = async |wanted| {
        while label(&desktop) != wanted {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    user.person.slot.command(PointingCommand::Label(LabelSwitch::On));
    assert_eq!(user.person.event().await, PointingEvent::Label(LabelSwitch::On));
    user.moved.note((50, 60));
    settled(Some(((50, 60), TITLE.to_owned()))).await;
    user.moved.note((70, 80));
    settled(Some(((70, 80), TITLE.to_owned()))).await;
    settled(None).await;
    user.person.slot.command(PointingCommand::Label(LabelSwitch::Off));
    assert_eq!(user.person.event().await, PointingEvent::Label(LabelSwitch::Off));
    user.moved.note((90, 90));
    user.person.slot.command(PointingCommand::Wipe);
    assert_eq!(user.person.event().await, PointingEvent::Wiped);
    assert_eq!(label(&user.desktop), None);
    user.person.stand(|standing| standing.withheld = DRAWS).await;
    user.moved.note((10, 10));
    user.person.slot.command(PointingCommand::Wipe);
    assert_eq!(user.person.event().await, PointingEvent::Wiped);
    assert_eq!(user.desktop.overlay.drawing(), None, "nobody moves it");
}

#[tokio::test]
async fn a_host_that_repeats_itself_is_heard_once() {
    let mut technician = person::<PointingTechnician>(Role::Technician, DRAWS, NoWorld);
    technician.slot.command(PointingCommand::Point(Some(at(1, 1))));
    let PointingMessage::Draw(mark) = technician.said().await else { panic!("a mark") };
    assert_eq!(mark.shape, MarkShape::Spot(at(1, 1)));
    for _ in 0..50 {
        technician.feed.deliver(PointingMessage::Shown { id: mark.id });
        technician.feed.deliver(PointingMessage::Back(at(2, 2)));
        technician.feed.deliver(PointingMessage::Wiped);
        technician.feed.deliver(PointingMessage::Unshown { id: 99, why: UnshownCause::NotHere });
    }
    assert_eq!(technician.event().await, PointingEvent::Shown { id: mark.id });
    assert_eq!(technician.event().await, PointingEvent::Back(at(2, 2)));
    assert_eq!(technician.event().await, PointingEvent::Wiped);
    technician.slot.command(PointingCommand::Point(None));
    let mut rest = Vec::new();
    loop {
        match technician.event().await {
            PointingEvent::Refused { why: PointingRefusal::Nowhere } => break,
            other => rest.push(other),
        }
    }
    assert!(rest.iter().all(|event| matches!(event, PointingEvent::Back(_))) && rest.len() <= 2, "{rest:?}");
}

#[tokio::test]
async fn what_is_written_says_whose_it_is_and_has_nothing_hidden_in_it() {
    let mut user = PointingUser::new(DRAWS);
    // As the session hands it on.
    let text = escape("Click\u{202e} here\u{1b}[2J");
    user.draw(1, MarkShape::Text { at: at(9, 9), text: text.clone() });
    assert_eq!(user.person.said().await, PointingMessage::Shown { id: 1 });
    user.draw(2, MarkShape::Text { at: at(9, 9), text: "x".repeat(MAX_MARK_CHARS + 1) });
    let unshown = PointingMessage::Unshown { id: 2, why: UnshownCause::TooLong };
    assert_eq!(user.person.said().await, unshown);
    let written = OverlayShape::Text { at: (9, 9), name: TITLE.to_owned(), text };
    assert_eq!(user.shapes(), [written]);
}
