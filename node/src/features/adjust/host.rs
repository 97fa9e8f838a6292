//! The user's side: it reads settings for the technician, asks the user about each change by name, and does
//! what they say yes to.
//!
//! States: a thread reads, or none; a thread changes something, or none; a question waits, or none; a change
//! is on trial, or none. With the side goes the question, and what is on trial goes back at once ([`trial`]).
//!
//! [`trial`]: super::trial

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use beistand_adjust::trial;
use beistand_session::{AdjustChange, AdjustFault, AdjustKind, AdjustMessage, AdjustUndoer, escape};

use super::trial::TrialHold;
use super::work::{AdjustLook, DoingOrder, HelperWish, ReadingOrder, WorkNews, WorkThread};
use super::{AdjustCommand, AdjustEvent, AdjustRefusal};
use crate::features::errands::SideErrands;
use crate::features::side::{Side, SideContext, SideExistence, SideFault, Standing};
use crate::features::{ChangeWorld, HostWorld};

/// Readings that wait before a wish is told that the user is busy: a list, and settings that were changed.
const MAX_READINGS: usize = 4;

/// What is done and waits: the user's undoing while something is under way, and a trial's end.
const MAX_DOINGS: usize = 4;

/// Lists and questions within [`ASKING_SPAN`]: no person reads more of them.
const MAX_ASKED: usize = 20;

/// See [`MAX_ASKED`].
const ASKING_SPAN: Duration = Duration::from_secs(60);

/// The user's machine in a session.
#[derive(Debug, Clone)]
pub(in crate::features) struct AdjustWorld {
    pub(super) changes: ChangeWorld,
    /// The number of the session's newest question: it goes on where a permission comes back.
    pub(super) newest: Arc<AtomicU32>,
}

impl From<&HostWorld> for AdjustWorld {
    fn from(world: &HostWorld) -> Self {
        Self { changes: world.changes.clone(), newest: Arc::default() }
    }
}

/// The host's side.
pub(in crate::features) struct AdjustHost {
    cx: SideContext<Self>,
    errands: SideErrands<Self>,
    reading: Option<WorkThread>,
    readings: VecDeque<ReadingOrder>,
    doing: Option<WorkThread>,
    doings: VecDeque<DoingOrder>,
    /// Whether a wish is being looked at.
    looking: bool,
    question: Option<HostQuestion>,
    trial: Option<TrialHold>,
    /// Who waits for the list that is read.
    listeners: ListListeners,
    /// When the technician asked for something, within the last [`ASKING_SPAN`].
    asked: VecDeque<Instant>,
}

/// What the user is asked.
struct HostQuestion {
    number: u32,
    id: u32,
    looked: AdjustLook,
}

/// Who waits for a list.
#[derive(Debug, Clone, Copy, Default)]
struct ListListeners {
    user: bool,
    helper: bool,
}

impl Side for AdjustHost {
    type Message = AdjustMessage;
    type Command = AdjustCommand;
    type Event = AdjustEvent;
    type World = AdjustWorld;

    const EXISTENCE: SideExistence = SideExistence::WhileAllowed;

    fn start(cx: SideContext<Self>, _now: &Standing) -> Result<Self, SideFault> {
        Ok(Self {
            cx,
            errands: SideErrands::default(),
            reading: None,
            readings: VecDeque::new(),
            doing: None,
            doings: VecDeque::new(),
            looking: false,
            question: None,
            trial: None,
            listeners: ListListeners::default(),
            asked: VecDeque::new(),
        })
    }

    async fn command(&mut self, command: AdjustCommand) {
        match command {
            AdjustCommand::List => {
                self.listeners.user = true;
                self.queue_list();
            }
            AdjustCommand::Set { .. } => self.refuse(AdjustRefusal::HelpersOnly),
            AdjustCommand::Yes { number } => self.answer(number, UserAnswer::Yes),
            AdjustCommand::No { number } => self.answer(number, UserAnswer::No),
            AdjustCommand::Keep { change } => self.keep(change),
            AdjustCommand::Undo { change } => {
                self.do_first(DoingOrder::TakeBack { change, by: AdjustUndoer::User, id: None });
            }
        }
        self.errands.pass_on(&self.cx).await;
    }

    async fn heard(&mut self, message: AdjustMessage) -> Result<(), SideFault> {
        match message {
            AdjustMessage::List if !self.admit() => self.errands.say(AdjustMessage::Listed),
            AdjustMessage::List => {
                self.listeners.helper = true;
                self.queue_list();
            }
            AdjustMessage::Set { id, kind, value } => self.look(id, HelperWish::Set { kind, value }),
            AdjustMessage::Undo { id, change } => self.look(id, HelperWish::Undo { change }),
            // The session lets none of these through from a technician.
            AdjustMessage::Setting { .. }
            | AdjustMessage::Earlier(_)
            | AdjustMessage::Listed
            | AdjustMessage::Asked { .. }
            | AdjustMessage::Changed { .. }
            | AdjustMessage::Kept { .. }
            | AdjustMessage::Undone { .. }
            | AdjustMessage::Ended { .. } => {}
        }
        self.errands.pass_on(&self.cx).await;
        Ok(())
    }

    async fn run(&mut self) -> SideFault {
        loop {
            self.errands.pass_on(&self.cx).await;
            let Self { cx, reading, readings, doing, doings, trial, .. } = self;
            let world = &cx.world.changes;
            if reading.is_none()
                && let Some(order) = readings.pop_front()
            {
                *reading = Some(WorkThread::read(world, &cx.events, order));
            }
            if doing.is_none()
                && let Some(order) = doings.pop_front()
            {
                *doing = Some(WorkThread::act(world, &cx.events, order));
            }
            tokio::select! {
                news = next_news(reading) => self.take_in(news),
                news = next_news(doing) => self.take_in(news),
                kind = next_back(trial) => self.went_back(kind),
            }
        }
    }

    async fn stop(self) {
        // With the hold of what is on trial that goes back.
        let Self { cx, doing, doings, question, .. } = self;
        let (world, events) = (&cx.world.changes, &cx.events);
        if let Some(HostQuestion { number, .. }) = question {
            let events = events.clone();
            tokio::spawn(async move { events.emit(AdjustEvent::Dropped { number }).await });
        }
        if let Some(doing) = doing {
            doing.finish_alone(&world.deeds, events.clone());
        }
        // What the user takes back they take back; what they allowed and hasn't begun is no longer allowed.
        for order in doings {
            WorkThread::act(world, events, order).finish_alone(&world.deeds, events.clone());
        }
    }
}

/// Waits until what is on trial has gone back by itself, or can't.
async fn next_back(trial: &mut Option<TrialHold>) -> Option<AdjustKind> {
    match trial {
        Some(hold) => hold.gone_back().await,
        None => std::future::pending().await,
    }
}

/// The next news of a thread; it is gone with the last.
async fn next_news(thread: &mut Option<WorkThread>) -> Option<WorkNews> {
    let Some(work) = thread else { return std::future::pending().await };
    let news = work.news.recv().await;
    if news.is_none() {
        *thread = None;
    }
    news
}

/// What the user says to a question.
enum UserAnswer {
    Yes,
    No,
}

impl AdjustHost {
    fn refuse(&mut self, why: AdjustRefusal) {
        self.errands.emit(AdjustEvent::Refused { why });
    }

    /// Whether the technician may ask for something once more now.
    fn admit(&mut self) -> bool {
        let now = Instant::now();
        self.asked.retain(|at| now.duration_since(*at) < ASKING_SPAN);
        let admitted = self.asked.len() < MAX_ASKED;
        if admitted {
            self.asked.push_back(now);
        }
        admitted
    }

    fn queue_list(&mut self) {
        let listed = self.readings.iter().any(|order| matches!(order, ReadingOrder::List));
        // Whoever asks again meanwhile gets the same.
        if !listed && self.readings.len() < MAX_READINGS {
            self.readings.push_back(ReadingOrder::List);
        }
    }

    fn refresh(&mut self, kind: AdjustKind) {
        let waits = |order: &ReadingOrder| matches!(order, ReadingOrder::Refresh(one) if *one == kind);
        if !self.readings.iter().any(waits) {
            self.readings.push_back(ReadingOrder::Refresh(kind));
        }
    }

    fn look(&mut self, id: u32, wish: HelperWish) {
        let busy = self.looking || self.question.is_some() || self.trial.is_some() || self.doing.is_some();
        if busy || !self.admit() || !self.doings.is_empty() || self.readings.len() >= MAX_READINGS {
            let fault = Some(AdjustFault::Busy);
            return self.errands.say(AdjustMessage::Ended { id, fault });
        }
        self.looking = true;
        self.readings.push_front(ReadingOrder::Look { id, wish });
    }

    fn do_first(&mut self, order: DoingOrder) {
        if self.doings.len() >= MAX_DOINGS {
            return self.refuse(AdjustRefusal::Behind);
        }
        self.doings.push_front(order);
    }

    fn answer(&mut self, number: u32, answer: UserAnswer) {
        // A yes to one question is none to another that has taken its place.
        let Some(question) = self.question.take_if(|question| question.number == number) else {
            return self.refuse(AdjustRefusal::NoQuestion);
        };
        self.errands.emit(AdjustEvent::Dropped { number });
        match answer {
            UserAnswer::Yes => self.do_first(question.looked.order),
            UserAnswer::No => {
                let fault = Some(AdjustFault::Denied);
                self.errands.say(AdjustMessage::Ended { id: question.id, fault });
            }
        }
    }

    fn keep(&mut self, change: u32) {
        let Some(hold) = self.trial.take_if(|hold| hold.change == change) else {
            return self.refuse(AdjustRefusal::NoQuestion);
        };
        hold.settle();
        self.errands.say(AdjustMessage::Kept { change });
        self.errands.emit(AdjustEvent::Kept { change });
    }

    /// What was on trial went back; the user's program has heard of it.
    fn went_back(&mut self, kind: Option<AdjustKind>) {
        let Some(TrialHold { change, .. }) = self.trial.take() else { return };
        if let Some(kind) = kind {
            self.errands.say(AdjustMessage::Undone { change, by: AdjustUndoer::Itself });
            self.refresh(kind);
        }
    }

    /// A list's next line, for whoever waits for it.
    fn tell_line(&mut self, message: AdjustMessage) {
        let ListListeners { user, helper } = self.listeners;
        if let AdjustMessage::Listed = message {
            self.listeners = ListListeners::default();
        }
        if let (true, Some(event)) = (user, AdjustEvent::of_list(&message)) {
            self.errands.emit(event);
        }
        if helper {
            self.errands.say(message);
        }
    }

    fn take_in(&mut self, news: Option<WorkNews>) {
        match news {
            None => {}
            Some(WorkNews::Listed(message)) => self.tell_line(message),
            Some(WorkNews::Refreshed(message)) => {
                if let Some(event) = AdjustEvent::of_list(&message) {
                    self.errands.emit(event);
                }
                self.errands.say(message);
            }
            Some(WorkNews::Looked { id, found }) => {
                self.looking = false;
                match found {
                    Ok(looked) => self.ask(id, looked),
                    Err(fault) => self.errands.say(AdjustMessage::Ended { id, fault: Some(fault) }),
                }
            }
            Some(WorkNews::Changed { id, change, trial }) => self.tell_changed(id, change, trial),
            Some(WorkNews::Undone { change, kind, by, id }) => {
                if let Some(hold) = self.trial.take_if(|hold| hold.change == change) {
                    hold.settle();
                }
                self.errands.say(AdjustMessage::Undone { change, by });
                self.errands.emit(AdjustEvent::Undone { change, by });
                if let Some(id) = id {
                    self.errands.say(AdjustMessage::Ended { id, fault: None });
                }
                self.refresh(kind);
            }
            Some(WorkNews::Failed { id, fault }) => {
                if let Some(id) = id {
                    self.errands.say(AdjustMessage::Ended { id, fault: Some(fault) });
                }
                self.errands.emit(AdjustEvent::Failed { fault });
            }
        }
    }

    fn ask(&mut self, id: u32, looked: AdjustLook) {
        let number = self.cx.world.newest.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        let who = escape(&self.cx.world.changes.who);
        self.errands.say(AdjustMessage::Asked { id });
        self.errands.emit(AdjustEvent::Question { number, wish: looked.wish.clone(), who });
        self.question = Some(HostQuestion { number, id, looked });
    }

    fn tell_changed(&mut self, id: u32, change: AdjustChange, hold: Option<TrialHold>) {
        let time = hold.as_ref().and_then(|_| trial(change.kind, &change.to));
        let trial_secs = time.map_or(0, |time| time.as_secs().try_into().unwrap_or(u16::MAX));
        self.trial = hold;
        self.refresh(change.kind);
        self.errands.say(AdjustMessage::Changed { change: change.clone(), trial_secs });
        self.errands.say(AdjustMessage::Ended { id, fault: None });
        self.errands.emit(AdjustEvent::Changed { change, trial_secs });
    }
}
