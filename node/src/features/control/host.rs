//! The user's side of control: input is injected while the user allows it and no dialog of theirs is open.

use std::sync::Arc;
use std::time::Instant;

use beistand_session::{InputEvent, Permission, PermissionSet, PushbackMessage, SystemKind};
use tokio::sync::{Notify, mpsc};

use super::aim::PointerAim;
use super::hands::HandsReport;
use super::input_thread::{InputThread, OpenInjector};
use super::noting::{NO_EFFECT, NotingInjector};
use super::undone::UndoneCause;
use super::{ControlCommand, ControlEvent, ControlMessage, HandsOff};
use crate::fault;
use crate::features::asked::{OpenQuestions, QuestionWatch};
use crate::features::due::until;
use crate::features::side::{GrantDialog, Side, SideContext, SideExistence, SideFault, Standing};
use crate::features::{ActivityRecord, HostWorld, SeenLayout};
use crate::host::UserHand;

/// News of the thread that waits: it tells of the user's own hand at most once in 2 s.
const NEWS_QUEUE: usize = 4;

/// What lets remote input in at all.
const INPUT: PermissionSet = PermissionSet::NONE.with(Permission::Pointer).with(Permission::Keyboard);

/// The user's side.
pub(in crate::features) struct ControlHost {
    cx: SideContext<Self>,
    /// Exists while no dialog is open in which the user can grant something.
    thread: Option<InputThread>,
    news: mpsc::Receiver<HandsOff>,
    news_outbox: mpsc::Sender<HandsOff>,
    granted: PermissionSet,
    dialog: GrantDialog,
    /// Whether the user is asked something that the technician could answer.
    asked: QuestionWatch,
    /// Whether the pointer is where the technician has it.
    aim: PointerAim,
    /// The newest mark that the thread was given.
    marked: Option<u32>,
    /// The kind of system, until the technician was told.
    untold: Option<SystemKind>,
}

/// Opens the user's mouse and keyboard, once per call.
#[derive(Clone)]
pub(in crate::features) struct InputSource {
    pub(super) opener: Arc<dyn Fn() -> OpenInjector + Send + Sync>,
    /// The user's own hand, which wins.
    pub(super) hand: UserHand,
    /// What the technician points at.
    pub(super) seen: SeenLayout,
    /// Raised where they clicked at a window of ours.
    pub(super) aside: Arc<Notify>,
    /// What both people hear of it.
    pub(super) report: HandsReport,
    /// What the bar on the user's screen says.
    pub(super) activity: ActivityRecord,
    /// On what it acts.
    pub(super) system: SystemKind,
    /// Questions during which nothing is injected: none where the desktop tells a hand from a program, and
    /// keeps input from our windows.
    pub(super) questions: OpenQuestions,
}

impl From<&HostWorld> for InputSource {
    fn from(world: &HostWorld) -> Self {
        let (backends, hand, activity) = (world.backends.clone(), world.hand.clone(), world.activity.clone());
        let (watched, noted, moved) = (hand.clone(), activity.clone(), world.moved.clone());
        let system = backends.desktop().map(|desktop| desktop.system()).unwrap_or_default();
        let tells = backends.desktop().is_ok_and(|desktop| desktop.tells_hands());
        let questions = if tells { OpenQuestions::default() } else { world.questions.clone() };
        let opener = move || -> OpenInjector {
            // Who can't be stopped by the user's hand has no hands.
            if let Some(fault) = watched.unwatched() {
                return Box::new(move || Err(fault));
            }
            let (open, activity, moved) = (backends.injector(), noted.clone(), moved.clone());
            Box::new(move || Ok(Box::new(NotingInjector::new(open()?, activity, moved))))
        };
        let (seen, aside) = (world.seen.clone(), world.aside.clone());
        let report = HandsReport::default();
        Self { opener: Arc::new(opener), hand, seen, aside, report, activity, system, questions }
    }
}

impl Side for ControlHost {
    type Message = ControlMessage;
    type Command = ControlCommand;
    type Event = ControlEvent;
    type World = InputSource;

    const EXISTENCE: SideExistence = SideExistence::WhileAllowed;

    fn start(cx: SideContext<Self>, now: &Standing) -> Result<Self, SideFault> {
        let (news_outbox, news) = mpsc::channel(NEWS_QUEUE);
        let granted = now.allowed().intersection(INPUT);
        let untold = Some(cx.world.system).filter(|kind| *kind != SystemKind::Unknown);
        let (thread, dialog, aim, marked) = (None, now.dialog, PointerAim::default(), None);
        let asked = cx.world.questions.watch();
        let mut side = Self { cx, thread, news, news_outbox, granted, dialog, asked, aim, marked, untold };
        side.cx.world.report.begin(!side.is_kept_out());
        side.open().map_err(|error| SideFault::Feature(fault::out_of_resources(&error)))?;
        Ok(side)
    }

    async fn command(&mut self, command: ControlCommand) {
        tracing::debug!(?command, "the user's side has no remote input to give");
    }

    async fn heard(&mut self, message: ControlMessage) -> Result<(), SideFault> {
        match message {
            ControlMessage::Input(event) => self.act(event),
            ControlMessage::Hands(_) | ControlMessage::Pushback(_) => {
                tracing::debug!("what became of input is the user's side to say");
            }
        }
        Ok(())
    }

    fn void(&mut self) {
        if let Some(thread) = &self.thread {
            thread.release();
        }
        // Of what waited for this side nothing is known any more.
        self.aim.miss();
        self.cx.world.report.note_unknown_loss();
    }

    async fn changed(&mut self, now: &Standing) {
        let granted = now.allowed().intersection(INPUT);
        let lost = !self.granted.difference(granted).is_empty();
        (self.granted, self.dialog) = (granted, now.dialog);
        if lost || self.dialog == GrantDialog::Open {
            self.close().await;
        }
        if let Err(error) = self.open() {
            tracing::error!(%error, "no thread for remote input");
        }
        self.report_open();
    }

    async fn run(&mut self) -> SideFault {
        let Self { cx, untold, granted, .. } = self;
        if untold.is_some() && granted.contains(Permission::Keyboard) {
            let system = || untold.take().map(|kind| ControlMessage::Pushback(PushbackMessage::System(kind)));
            cx.outbox.send_with(system).await;
        }
        loop {
            let Self { cx, news, dialog, asked, thread, .. } = self;
            let report = &cx.world.report;
            if report.is_unsaid() {
                cx.outbox.send_with(|| Some(ControlMessage::Hands(report.say()))).await;
            }
            let now = Instant::now();
            if let Some(undone) = report.take_undone(now) {
                cx.world.activity.note(NO_EFFECT, now);
                cx.events.try_emit(ControlEvent::Undone(undone));
            }
            tokio::select! {
                Some(why) = news.recv() => {
                    let own_window = why == HandsOff::OwnWindow;
                    cx.events.try_emit(ControlEvent::HandsOff { why });
                    if own_window {
                        cx.world.aside.notify_one();
                        cx.outbox.send(ControlMessage::Pushback(PushbackMessage::OwnWindow)).await;
                    }
                }
                () = report.changed() => {}
                () = until(report.undone_due()) => {}
                () = dialog.is_over(Instant::now()), if !report.state().open && !report.are_lacking() && !asked.any() => {
                    report.set_open(true);
                }
                () = asked.changed() => {
                    if let Some(thread) = thread.as_ref().filter(|_| asked.any()) {
                        thread.release();
                    }
                    self.report_open();
                }
            }
        }
    }

    async fn stop(mut self) {
        self.close().await;
    }
}

impl ControlHost {
    fn act(&mut self, event: InputEvent) {
        let report = &self.cx.world.report;
        if let InputEvent::GivenUp(count) = event {
            return report.give_up(count);
        }
        let allowed = permission(&event).is_none_or(|needed| self.granted.contains(needed));
        let thread = self.thread.as_ref().filter(|_| allowed && !self.is_kept_out());
        match (thread, event) {
            (Some(thread), event) => {
                if let InputEvent::Mark(mark) = event {
                    self.marked = Some(mark);
                }
                match on_desktop(&self.cx.world.seen, event) {
                    Ok(event) => thread.inject(event),
                    Err(nowhere) => self.keep_out(&nowhere),
                }
            }
            (None, InputEvent::Mark(mark)) => report.reach(mark),
            (None, event) => self.keep_out(&event),
        }
    }

    fn keep_out(&self, event: &InputEvent) {
        self.aim.note(event, false);
        self.cx.world.report.note_undone_event(event, UndoneCause::KeptOut);
    }

    fn report_open(&self) {
        self.cx.world.report.set_open(!self.is_kept_out());
    }

    /// Whether something is on the screen that the technician must not answer.
    fn is_kept_out(&self) -> bool {
        self.dialog.keeps_input_out(Instant::now()) || self.asked.any()
    }

    fn open(&mut self) -> std::io::Result<()> {
        if self.thread.is_none() && self.dialog != GrantDialog::Open {
            let InputSource { opener, hand, report, .. } = &self.cx.world;
            let (hand, report, aim) = (hand.clone(), report.clone(), self.aim.clone());
            let news = self.news_outbox.clone();
            self.thread = Some(InputThread::start(opener(), hand, news, report, aim)?);
        }
        Ok(())
    }

    /// Nothing is touched any more when this returns; what the session still lets through finds no thread.
    async fn close(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        thread.stop().await;
        let report = &self.cx.world.report;
        if let Some(mark) = self.marked.take()
            && report.state().done != mark
        {
            report.note_unknown_loss();
            report.reach(mark);
        }
    }
}

/// What allows the event; `None`: it needs nothing. The session has asked the same, but may not know yet what
/// the user has just taken back.
fn permission(event: &InputEvent) -> Option<Permission> {
    match event {
        InputEvent::Key { .. } | InputEvent::Text(_) | InputEvent::KeysHeld => Some(Permission::Keyboard),
        InputEvent::PointerMove { .. }
        | InputEvent::Button { .. }
        | InputEvent::Wheel { .. }
        | InputEvent::ButtonsHeld => Some(Permission::Pointer),
        InputEvent::Mark(_) | InputEvent::GivenUp(_) => None,
    }
}

/// The event with its place on the desktop instead of in the picture; as it was, where nothing is shown.
fn on_desktop(seen: &SeenLayout, event: InputEvent) -> Result<InputEvent, InputEvent> {
    let InputEvent::PointerMove { x, y } = event else { return Ok(event) };
    let (x, y) = seen.on_desktop((x, y)).ok_or(event)?;
    Ok(InputEvent::PointerMove { x, y })
}
