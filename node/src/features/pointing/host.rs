//! The user's side: what the technician draws is put over the screen while that is allowed, and no question
//! of ours is open; and where the user points is said.
//!
//! It exists for the whole session, since the name beside the pointer is shown to whoever allows that it is
//! moved. What is drawn is kept here; while it may not be seen there is nothing of it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use beistand_platform::{
    DesktopFault, OverlayDrawing, OverlayLabel, OverlayNews, OverlayNewsReceiver, OverlayPoint, OverlayShape,
    ScreenOverlay,
};
use beistand_session::{
    MAX_MARK_CHARS, MarkPoint, MarkShape, Permission, PointedMark, PointingMessage, UnshownCause,
    escape_pictures,
};
use tokio::sync::{mpsc, watch};

use super::board::MarkBoard;
use super::{LabelSwitch, PointingCommand, PointingEvent, PointingRefusal};
use crate::features::activity::{ActivityRecord, Doing};
use crate::features::asked::{OpenQuestions, QuestionWatch};
use crate::features::due::until;
use crate::features::errands::SideErrands;
use crate::features::side::{GrantDialog, Side, SideContext, SideExistence, SideFault, Standing};
use crate::features::{HostWorld, MovedPointer, SeenLayout};
use crate::words::{Words, args};

/// News of the overlay that wait: one for each drawing, of which it shows a hundred per second at most.
const NEWS_QUEUE: usize = 64;

/// How long after it failed what is drawn on is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// How often the bar is reminded that something of the technician's is on the screen.
const REMIND_INTERVAL: Duration = Duration::from_secs(1);

/// The longest name in characters that is shown of the technician, after the words that say who that is.
const MAX_NAME_CHARS: usize = 24;

/// Marks of which the technician has yet to hear that they are shown: as many messages wait.
const MAX_UNTOLD: usize = 64;

/// How long the name stays beside the pointer after its last move.
const LABEL_TIME: Duration = Duration::from_secs(1);

/// How often the user is told that something is drawn: they see it, and a line each time would bury others.
const DRAWING_INTERVAL: Duration = Duration::from_secs(30);

/// Who draws does less than who types, and more than who moves the mouse.
const DRAWING: Doing = Doing { word: "pointing-doing", weight: 1 };

/// Opens what is drawn on.
pub(super) type OpenOverlay =
    Arc<dyn Fn(OverlayNewsReceiver) -> Result<Box<dyn ScreenOverlay>, DesktopFault> + Send + Sync>;

/// What pointing needs of the host.
#[derive(Clone)]
pub(in crate::features) struct OverlaySource {
    pub(super) open: OpenOverlay,
    /// Which place of the desktop a pixel of the picture is.
    pub(super) seen: SeenLayout,
    /// Which questions wait for the user.
    pub(super) questions: OpenQuestions,
    /// What the bar says.
    pub(super) activity: ActivityRecord,
    /// Where the technician moves the pointer.
    pub(super) moved: MovedPointer,
    /// Who the technician is, in the user's language.
    pub(super) title: String,
}

impl From<&HostWorld> for OverlaySource {
    fn from(world: &HostWorld) -> Self {
        let backends = world.backends.clone();
        Self {
            open: Arc::new(move |news| backends.desktop()?.overlay(news)),
            seen: world.seen.clone(),
            questions: world.questions.clone(),
            activity: world.activity.clone(),
            moved: world.moved.clone(),
            title: title(&Words::of_node(world.language), &world.changes.who),
        }
    }
}

/// The user's side.
pub(in crate::features) struct PointingHost {
    cx: SideContext<Self>,
    errands: SideErrands<Self>,
    grants: PointingGrants,
    asked: QuestionWatch,
    /// Whether nothing is shown, since the user is being asked something.
    aside: bool,
    board: MarkBoard,
    overlay: OverlayHold,
    /// News, with the number of the overlay that they are of.
    news: mpsc::Receiver<(u64, OverlayNews)>,
    news_outbox: mpsc::Sender<(u64, OverlayNews)>,
    /// The newest drawing that is on the screen.
    shown: watch::Sender<u64>,
    shown_news: watch::Receiver<u64>,
    /// What the user is drawing.
    traced: watch::Sender<Vec<OverlayPoint>>,
    traced_news: watch::Receiver<Vec<OverlayPoint>>,
    /// The number of the newest overlay.
    newest: u64,
    unshared: watch::Receiver<u64>,
    /// When the bar is reminded.
    remind: Option<Instant>,
    /// When a mark next looks different by itself.
    changes: Option<Instant>,
    /// The number of the newest drawing.
    serial: u64,
    /// Marks, and the drawing in which each is seen for the first time.
    untold: VecDeque<(u64, u32)>,
    moved: watch::Receiver<Option<OverlayPoint>>,
    label: LabelSwitch,
    /// Until when the name stays beside the pointer.
    labelled: Option<Instant>,
    told: Option<Instant>,
    /// Whether the user's program has heard that there is something of the technician's.
    on_screen: bool,
}

/// What is drawn on.
enum OverlayHold {
    Closed,
    Open(Box<dyn ScreenOverlay>),
    /// It was tried in vain, at this time.
    Missing(DesktopFault, Instant),
}

/// What the technician may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct PointingGrants {
    draws: bool,
    moves: bool,
    /// Whether a dialog is open in which the user can grant something.
    question: bool,
}

impl PointingGrants {
    fn of(standing: &Standing) -> Self {
        let allowed = standing.allowed();
        Self {
            // Nobody points at what they don't see.
            draws: allowed.contains(Permission::Annotate) && allowed.contains(Permission::View),
            moves: allowed.contains(Permission::Pointer),
            question: standing.dialog == GrantDialog::Open,
        }
    }
}

impl Side for PointingHost {
    type Message = PointingMessage;
    type Command = PointingCommand;
    type Event = PointingEvent;
    type World = OverlaySource;

    const EXISTENCE: SideExistence = SideExistence::WholeSessionActing;

    fn start(cx: SideContext<Self>, now: &Standing) -> Result<Self, SideFault> {
        let (news_outbox, news) = mpsc::channel(NEWS_QUEUE);
        let (shown, shown_news) = watch::channel(0);
        let (traced, traced_news) = watch::channel(Vec::new());
        let (moved, unshared) = (cx.world.moved.subscribe(), cx.world.seen.changes());
        let (grants, asked) = (PointingGrants::of(now), cx.world.questions.watch());
        let aside = grants.question || asked.any();
        Ok(Self {
            cx,
            errands: SideErrands::default(),
            grants,
            asked,
            aside,
            board: MarkBoard::default(),
            overlay: OverlayHold::Closed,
            news,
            news_outbox,
            shown,
            shown_news,
            traced,
            traced_news,
            newest: 0,
            unshared,
            remind: None,
            changes: None,
            serial: 0,
            untold: VecDeque::new(),
            moved,
            label: LabelSwitch::On,
            labelled: None,
            told: None,
            on_screen: false,
        })
    }

    async fn command(&mut self, command: PointingCommand) {
        match command {
            PointingCommand::Point(_) if !self.grants.draws => self.refuse(PointingRefusal::NotAllowed),
            PointingCommand::Point(Some(at)) => self.point_back((at.x, at.y), Instant::now()),
            PointingCommand::Point(None) => {
                if let Some(overlay) = self.open() {
                    overlay.catch_click();
                    self.errands.emit(PointingEvent::Waiting);
                } else if let OverlayHold::Missing(fault, _) = &self.overlay {
                    let why = PointingRefusal::NotHere(fault.into());
                    self.refuse(why);
                }
            }
            PointingCommand::Wipe => {
                self.board.wipe();
                self.show(Instant::now());
                if self.grants.draws {
                    self.errands.say(PointingMessage::Wiped);
                }
                self.errands.emit(PointingEvent::Wiped);
            }
            PointingCommand::Label(switch) => {
                self.label = switch;
                self.end_label();
                self.errands.emit(PointingEvent::Label(switch));
            }
            PointingCommand::Draw { .. } | PointingCommand::Extend { .. } => {
                tracing::debug!("the user points, and draws nothing");
            }
        }
        self.errands.pass_on(&self.cx).await;
    }

    async fn heard(&mut self, message: PointingMessage) -> Result<(), SideFault> {
        let now = Instant::now();
        match message {
            PointingMessage::Draw(mark) if self.grants.draws => self.draw(mark, now),
            PointingMessage::Extend { id, points } if self.grants.draws => self.extend(id, &points, now),
            PointingMessage::Wipe => {
                self.board.wipe();
                self.show(now);
            }
            PointingMessage::Draw(_)
            | PointingMessage::Extend { .. }
            | PointingMessage::Shown { .. }
            | PointingMessage::Unshown { .. }
            | PointingMessage::Back(_)
            | PointingMessage::BackLine(_)
            | PointingMessage::Wiped => tracing::debug!("nothing is drawn by this"),
        }
        self.errands.pass_on(&self.cx).await;
        Ok(())
    }

    async fn changed(&mut self, now: &Standing) {
        let grants = PointingGrants::of(now);
        let before = std::mem::replace(&mut self.grants, grants);
        if !grants.draws {
            self.untold.clear();
            self.board.wipe();
        }
        if before != grants {
            self.make_way();
        }
        if !grants.draws && !grants.moves || !before.draws && grants.draws {
            // What is allowed once more is tried once more.
            self.overlay = OverlayHold::Closed;
            // What it still says is of no use.
            self.newest += 1;
        }
    }

    async fn run(&mut self) -> SideFault {
        loop {
            self.errands.pass_on(&self.cx).await;
            let due = [self.changes, self.labelled, self.remind].into_iter().flatten().min();
            tokio::select! {
                Some((of, news)) = self.news.recv() => if of == self.newest { self.take_news(news) },
                Ok(()) = self.shown_news.changed() => self.tell_shown(),
                Ok(()) = self.traced_news.changed() => self.trace(),
                Ok(()) = self.unshared.changed() => self.show(Instant::now()),
                Ok(()) = self.moved.changed() => self.follow_pointer(),
                () = self.asked.changed() => self.make_way(),
                () = until(due) => self.go_on(Instant::now()),
            }
        }
    }
}

impl PointingHost {
    fn draw(&mut self, mark: PointedMark, now: Instant) {
        let PointedMark { id, shape, colour, stay } = mark;
        if let MarkShape::Text { text, .. } = &shape
            && text.chars().count() > MAX_MARK_CHARS
        {
            return self.errands.say(PointingMessage::Unshown { id, why: UnshownCause::TooLong });
        }
        let Some(shape) = self.on_desktop(shape) else {
            return self.errands.say(PointingMessage::Unshown { id, why: UnshownCause::NotShared });
        };
        match self.board.add(id, shape, (colour, stay), now) {
            Ok(()) => {
                self.note(now);
                self.follow(id, now);
            }
            Err(why) => self.errands.say(PointingMessage::Unshown { id, why }),
        }
    }

    fn extend(&mut self, id: u32, points: &[MarkPoint], now: Instant) {
        let points = self.points_on_desktop(points);
        match self.board.extend(id, points, now) {
            Ok(()) => self.follow(id, now),
            Err(why) => self.errands.say(PointingMessage::Unshown { id, why }),
        }
    }

    /// Shows what there is now, and says what becomes of this mark.
    fn follow(&mut self, id: u32, now: Instant) {
        self.remind(now);
        if self.open().is_none() {
            self.board.wipe();
            return self.errands.say(PointingMessage::Unshown { id, why: UnshownCause::NotHere });
        }
        self.show(now);
        if self.aside {
            return self.errands.say(PointingMessage::Unshown { id, why: UnshownCause::Question });
        }
        self.untold.push_back((self.serial, id));
        if self.untold.len() > MAX_UNTOLD {
            self.untold.pop_front();
        }
    }

    /// Tells the user that something is drawn, where that was not done lately.
    fn note(&mut self, now: Instant) {
        if self.told.is_none_or(|at| now.duration_since(at) >= DRAWING_INTERVAL) {
            self.told = Some(now);
            self.errands.emit(PointingEvent::Drawing);
        }
    }

    /// Lets the bar say that something is drawn, for as long as it is there.
    fn remind(&mut self, now: Instant) {
        self.cx.world.activity.note(DRAWING, now);
        self.remind = Some(now + REMIND_INTERVAL);
    }

    /// Shows what may be seen now, and nothing while the user is asked something: by us, or by the system
    /// about what we do.
    fn make_way(&mut self) {
        self.aside = self.grants.question || self.asked.any();
        self.show(Instant::now());
        if !self.grants.moves || self.aside {
            self.end_label();
        }
        if let OverlayHold::Open(overlay) = &self.overlay
            && (!self.grants.draws || self.aside)
        {
            overlay.let_click();
        }
    }

    /// Puts over the screen what may be seen now.
    fn show(&mut self, now: Instant) {
        self.board.expire(now);
        self.changes = self.board.next_change(now);
        let theirs = self.board.has_theirs();
        if std::mem::replace(&mut self.on_screen, theirs) != theirs {
            self.errands.emit(PointingEvent::OnScreen(theirs));
        }
        let OverlayHold::Open(overlay) = &self.overlay else { return };
        let hidden = self.aside || !self.grants.draws;
        let marks = if hidden { Vec::new() } else { self.board.drawn(now) };
        self.serial += 1;
        let spared = self.cx.world.seen.unshared();
        overlay.show(OverlayDrawing { serial: self.serial, marks, spared });
    }

    /// What is drawn on, opened where it is not; `None` where there is none.
    fn open(&mut self) -> Option<&dyn ScreenOverlay> {
        let now = Instant::now();
        let wanted = match &self.overlay {
            OverlayHold::Closed => true,
            OverlayHold::Open(_) => false,
            OverlayHold::Missing(_, at) => now.duration_since(*at) >= RETRY_AFTER,
        };
        if wanted {
            self.newest += 1;
            let (of, outbox) = (self.newest, self.news_outbox.clone());
            let (shown, traced) = (self.shown.clone(), self.traced.clone());
            let opened = (self.cx.world.open)(Box::new(move |news| match news {
                // One that was let go may still say so of an older drawing.
                OverlayNews::Shown(serial) => {
                    _ = shown.send_if_modified(|newest| {
                        let is_newer = serial > *newest;
                        *newest = serial.max(*newest);
                        is_newer
                    })
                }
                OverlayNews::Drawing(line) => _ = traced.send_replace(line),
                // A few for each that is opened: there is room.
                news => _ = outbox.try_send((of, news)),
            }));
            match opened {
                Ok(overlay) => self.overlay = OverlayHold::Open(overlay),
                Err(fault) => self.miss(fault, now),
            }
        }
        match &self.overlay {
            OverlayHold::Open(overlay) => Some(&**overlay),
            OverlayHold::Closed | OverlayHold::Missing(..) => None,
        }
    }

    /// There is none. The user hears it once, until there was one.
    fn miss(&mut self, fault: DesktopFault, now: Instant) {
        tracing::warn!(%fault, "nothing is drawn over the screen");
        let known = matches!(self.overlay, OverlayHold::Missing(..));
        if !known {
            self.refuse(PointingRefusal::NotHere((&fault).into()));
        }
        self.overlay = OverlayHold::Missing(fault, now);
    }

    fn refuse(&mut self, why: PointingRefusal) {
        self.errands.emit(PointingEvent::Refused { why });
    }

    fn take_news(&mut self, news: OverlayNews) {
        match news {
            OverlayNews::Shown(_) | OverlayNews::Drawing(_) => tracing::debug!("that has a way of its own"),
            OverlayNews::Caught(at) if self.grants.draws => self.point_back(at, Instant::now()),
            OverlayNews::Drawn(line) if self.grants.draws => self.point_along(line, Instant::now()),
            OverlayNews::Caught(_) | OverlayNews::Drawn(_) | OverlayNews::GaveUp => {
                self.end_trace();
                self.errands.emit(PointingEvent::GaveUp);
            }
            OverlayNews::Failed(fault) => {
                for (_, id) in std::mem::take(&mut self.untold) {
                    self.errands.say(PointingMessage::Unshown { id, why: UnshownCause::NotHere });
                }
                self.board.wipe();
                self.miss(fault, Instant::now());
                self.show(Instant::now());
            }
        }
    }

    /// Tells the technician what is on the screen by now.
    fn tell_shown(&mut self) {
        let serial = *self.shown_news.borrow_and_update();
        while self.untold.front().is_some_and(|(first, _)| *first <= serial) {
            if let Some((_, id)) = self.untold.pop_front() {
                self.errands.say(PointingMessage::Shown { id });
            }
        }
    }

    /// The user points at this place of the desktop.
    fn point_back(&mut self, at: OverlayPoint, now: Instant) {
        let Some((x, y)) = self.cx.world.seen.in_picture(at) else {
            return self.refuse(PointingRefusal::NotSeen);
        };
        self.board.add_back(at, now);
        // Who can't see it over their screen has pointed all the same.
        self.open();
        self.show(now);
        self.errands.say(PointingMessage::Back(MarkPoint { x, y }));
        self.errands.emit(PointingEvent::Back(MarkPoint { x: at.0, y: at.1 }));
    }

    /// The user is drawing.
    fn trace(&mut self) {
        let line = self.traced_news.borrow_and_update().clone();
        if self.grants.draws && !self.aside && !line.is_empty() {
            let now = Instant::now();
            self.board.trace(line, now);
            self.show(now);
        }
    }

    /// What the user was drawing is not there any more.
    fn end_trace(&mut self) {
        // What of it is on its way is of no use.
        self.traced.send_replace(Vec::new());
        self.board.end_trace();
        self.show(Instant::now());
    }

    /// The user points along this line of the desktop, of which the technician hears what they see.
    fn point_along(&mut self, line: Vec<OverlayPoint>, now: Instant) {
        self.end_trace();
        let seen = |at: &OverlayPoint| self.cx.world.seen.in_picture(*at);
        let in_picture: Vec<_> = line.iter().filter_map(seen).map(|(x, y)| MarkPoint { x, y }).collect();
        if in_picture.is_empty() {
            return self.refuse(PointingRefusal::NotSeen);
        }
        let here = line.iter().map(|(x, y)| MarkPoint { x: *x, y: *y }).collect();
        self.board.add_back_line(line, now);
        self.show(now);
        self.errands.say(PointingMessage::BackLine(in_picture));
        self.errands.emit(PointingEvent::BackLine(here));
    }

    /// The technician has moved the pointer.
    fn follow_pointer(&mut self) {
        let at = *self.moved.borrow_and_update();
        let (Some(at), true) = (at, self.grants.moves && !self.aside) else { return };
        if self.label == LabelSwitch::Off {
            return;
        }
        let text = self.cx.world.title.clone();
        if let Some(overlay) = self.open() {
            overlay.label(Some(OverlayLabel { at, text }));
            self.labelled = Some(Instant::now() + LABEL_TIME);
        }
    }

    fn end_label(&mut self) {
        if let (Some(_), OverlayHold::Open(overlay)) = (self.labelled.take(), &self.overlay) {
            overlay.label(None);
        }
    }

    /// Does what is due.
    fn go_on(&mut self, now: Instant) {
        if self.labelled.is_some_and(|at| at <= now) {
            self.end_label();
        }
        if self.changes.is_some_and(|at| at <= now) {
            self.show(now);
        }
        if self.remind.take_if(|at| *at <= now).is_some() && self.board.has_theirs() {
            self.remind(now);
        }
    }

    fn points_on_desktop(&self, points: &[MarkPoint]) -> Vec<OverlayPoint> {
        points.iter().filter_map(|at| self.point_on_desktop(*at)).collect()
    }

    fn point_on_desktop(&self, at: MarkPoint) -> Option<OverlayPoint> {
        self.cx.world.seen.on_desktop((at.x, at.y))
    }

    /// The shape on the desktop; `None` where the technician must not draw.
    fn on_desktop(&self, shape: MarkShape) -> Option<OverlayShape> {
        let both = |from, to| Some((self.point_on_desktop(from)?, self.point_on_desktop(to)?));
        Some(match shape {
            MarkShape::Stroke(points) => {
                let points = self.points_on_desktop(&points);
                (!points.is_empty()).then_some(OverlayShape::Line(points))?
            }
            MarkShape::Arrow { from, to } => {
                both(from, to).map(|(from, to)| OverlayShape::Arrow(from, to))?
            }
            MarkShape::Rectangle { from, to } => {
                both(from, to).map(|(from, to)| OverlayShape::Rectangle(from, to))?
            }
            MarkShape::Ellipse { from, to } => {
                both(from, to).map(|(from, to)| OverlayShape::Ellipse(from, to))?
            }
            MarkShape::Spot(at) => OverlayShape::Spot(self.point_on_desktop(at)?),
            MarkShape::Text { at, text } => {
                let name = self.cx.world.title.clone();
                OverlayShape::Text { at: self.point_on_desktop(at)?, name, text }
            }
        })
    }
}

/// Who the technician is: our own words first, so that no name is taken for anybody else's, and the name cut
/// where it is long.
pub(super) fn title(words: &Words, name: &str) -> String {
    let name = escape_pictures(name);
    let cut: String = name.chars().take(MAX_NAME_CHARS).collect();
    let cut = if cut.len() < name.len() { format!("{cut}…") } else { cut };
    words.with("pointing-title", args![name = cut])
}
