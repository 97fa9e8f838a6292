//! What a side of a feature is, and what it gets to work with.
//!
//! A side is what the host, or the technician, does with one feature. It exists while it is allowed to
//! ([`slot`](super::slot) sees to that) and runs as a task of its own.

use std::marker::PhantomData;
use std::time::{Duration, Instant};

use beistand_session::{PermissionSet, Role};
use tokio::sync::{mpsc, watch};

use super::asked::{AskedUser, OpenQuestions};
use super::tell::Tell;
use super::verb::Verb;
use super::wire::{Heard, Outbox};
use super::{FeatureEvent, HostWorld, TechnicianWorld};
use crate::handle::NodeEvent;
use crate::words::Phrase;

/// How long after a dialog in which the user grants something remote input stays out.
const AFTER_DIALOG: Duration = Duration::from_secs(1);

/// What one side of a session does with a feature.
pub(crate) trait Side: Sized + Send + 'static {
    /// What it says and hears.
    type Message: Heard;
    /// What its program wants of it.
    type Command: Verb<Refused = Self::Event> + Send + 'static;
    /// What its program hears of it.
    type Event: Tell + Into<FeatureEvent> + Send + 'static;
    /// What it needs of this machine, made once per session, so that it outlives each single [`Side`].
    type World: Clone + Send + Sync + 'static;

    /// When it exists.
    const EXISTENCE: SideExistence;

    /// Begins. Called when the user allows it, never before: what does not exist can't leak.
    ///
    /// # Errors
    /// Why it can't.
    fn start(cx: SideContext<Self>, now: &Standing) -> Result<Self, SideFault>;

    /// Who may do what changed, whether or not the side exists: what outlives it may have ended with that.
    fn noted(_world: &Self::World, _now: &Standing) {}

    /// Does what its program wants.
    fn command(&mut self, command: Self::Command) -> impl Future<Output = ()> + Send;

    /// Deals with what the other side said. Dropped at any await where the user takes something back.
    fn heard(&mut self, message: Self::Message) -> impl Future<Output = Result<(), SideFault>> + Send;

    /// There was no room for a command: what of it has to come about all the same does so here.
    fn shed(_world: &Self::World, _command: &Self::Command) {}

    /// There was no side that could have heard a command: what of it has to come about all the same does so
    /// here.
    fn unheard(_world: &Self::World, _command: &Self::Command) {}

    /// What was heard and has not acted yet must not act any more.
    fn void(&mut self) {}

    /// Something that was said found no room in the session.
    fn refused(&mut self) -> impl Future<Output = ()> + Send {
        async {}
    }

    /// What is allowed changed, and the side goes on. What was taken back has no effect any more when this
    /// returns.
    fn changed(&mut self, _now: &Standing) -> impl Future<Output = ()> + Send {
        async {}
    }

    /// What it does by itself, until that fails. Cancel safe: it is dropped and called again after everything
    /// else.
    fn run(&mut self) -> impl Future<Output = SideFault> + Send {
        std::future::pending()
    }

    /// Ends. Nothing of it acts any more when this returns: only then is a revoke acknowledged.
    fn stop(self) -> impl Future<Output = ()> + Send {
        async {}
    }
}

/// When a side exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SideExistence {
    /// While any permission that the feature needs is granted and the session is not paused.
    WhileAllowed,
    /// From the request to the end.
    WholeSession,
    /// The same, but it acts on the user's computer: what waits at the end is dropped.
    WholeSessionActing,
}

/// Why a side can't go on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SideFault {
    /// The session makes no sense without it.
    Session(Phrase),
    /// The session goes on without it.
    Feature(Phrase),
}

/// Who may do what at the moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Standing {
    /// What the session says is granted; `None` before the user has consented.
    pub(crate) granted: Option<PermissionSet>,
    /// Host: what the user has taken back, whether or not the session knows it yet.
    pub(crate) withheld: PermissionSet,
    /// Whether the session says that it is paused.
    pub(crate) paused: bool,
    /// Host: whether the user has paused it, whether or not the session knows it yet.
    pub(crate) held: bool,
    /// Host: the dialog in which the user can grant something.
    pub(crate) dialog: GrantDialog,
}

/// Whether a dialog in which the user can grant something keeps remote input out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum GrantDialog {
    Open,
    ClosedAt(Instant),
}

impl GrantDialog {
    pub(crate) fn keeps_input_out(self, now: Instant) -> bool {
        match self {
            Self::Open => true,
            Self::ClosedAt(at) => now.duration_since(at) < AFTER_DIALOG,
        }
    }

    /// When it no longer does, where that is known.
    pub(crate) fn over_at(self) -> Option<Instant> {
        match self {
            Self::Open => None,
            Self::ClosedAt(at) => Some(at + AFTER_DIALOG),
        }
    }

    /// Waits until it no longer does.
    pub(crate) async fn is_over(self, now: Instant) {
        match self {
            Self::Open => std::future::pending().await,
            Self::ClosedAt(at) => {
                tokio::time::sleep((at + AFTER_DIALOG).saturating_duration_since(now)).await;
            }
        }
    }
}

impl Standing {
    /// Before the user has consented.
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            granted: None,
            withheld: PermissionSet::NONE,
            paused: false,
            held: false,
            dialog: GrantDialog::ClosedAt(now),
        }
    }

    /// Whether the user has consented to the session.
    pub(crate) fn consented(&self) -> bool {
        self.granted.is_some()
    }

    /// What may be done now.
    pub(crate) fn allowed(&self) -> PermissionSet {
        match self.granted {
            Some(granted) if !self.paused && !self.held => granted.difference(self.withheld),
            Some(_) | None => PermissionSet::NONE,
        }
    }
}

/// What a side works with.
pub(crate) struct SideContext<S: Side> {
    /// Where it says things to the other side.
    pub(crate) outbox: Outbox<S::Message>,
    /// Where its program hears of it.
    pub(crate) events: EventEmitter<S::Event>,
    /// What it needs of this machine.
    pub(crate) world: S::World,
    /// Whose side it is.
    pub(crate) role: Role,
    /// Where it says how much it has to do.
    pub(crate) load: SideLoadMeter,
}

/// How much a side has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum SideLoad {
    /// All that was asked is done.
    #[default]
    Idle,
    /// Something of it is not.
    Busy,
    /// Whoever asks for more has to wait.
    Full,
}

/// Where a side says how much it has to do. Clones are one.
#[derive(Debug, Clone, Default)]
pub(crate) struct SideLoadMeter(watch::Sender<SideLoad>);

impl SideLoadMeter {
    pub(crate) fn set(&self, load: SideLoad) {
        self.0.send_if_modified(|now| std::mem::replace(now, load) != load);
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<SideLoad> {
        self.0.subscribe()
    }
}

impl<S: Side> Clone for SideContext<S> {
    fn clone(&self) -> Self {
        Self {
            outbox: self.outbox.clone(),
            events: self.events.clone(),
            world: self.world.clone(),
            role: self.role,
            load: self.load.clone(),
        }
    }
}

/// Where a feature's events go to the program. Clones are one.
pub(crate) struct EventEmitter<E> {
    events: mpsc::Sender<NodeEvent>,
    /// Whose they are, and where it is noted that the user is asked something.
    questions: Option<(&'static str, OpenQuestions)>,
    event: PhantomData<fn(E)>,
}

impl<E> Clone for EventEmitter<E> {
    fn clone(&self) -> Self {
        let questions = self.questions.clone();
        Self { questions, ..Self::new(self.events.clone()) }
    }
}

impl<E> EventEmitter<E> {
    pub(crate) fn new(events: mpsc::Sender<NodeEvent>) -> Self {
        Self { events, questions: None, event: PhantomData }
    }

    /// The same, and events of this feature that ask the user something are noted there.
    pub(crate) fn noting(self, feature: &'static str, questions: OpenQuestions) -> Self {
        Self { questions: Some((feature, questions)), ..self }
    }

    /// The feature asks nothing any more.
    pub(crate) fn ask_no_more(&self) {
        self.note(Some(AskedUser::ClosesAll));
    }

    fn note(&self, asked: Option<AskedUser>) {
        if let (Some(asked), Some((feature, questions))) = (asked, &self.questions) {
            questions.note(feature, asked);
        }
    }
}

impl<E: Tell + Into<FeatureEvent>> EventEmitter<E> {
    /// Waits for room. A program that has dropped its handle hears nothing; its commands' end stops the run.
    pub(crate) async fn emit(&self, event: E) {
        self.note(event.asked());
        let _ = self.events.send(NodeEvent::Feature(event.into())).await;
    }

    /// Emits where there is room.
    pub(crate) fn try_emit(&self, event: E) {
        self.note(event.asked());
        let _ = self.events.try_send(NodeEvent::Feature(event.into()));
    }

    /// Waits for room, then emits what `make` makes then. Cancel safe: it is made only once there is room.
    pub(crate) async fn emit_with(&self, make: impl FnOnce() -> Option<E>) {
        if let Ok(permit) = self.events.reserve().await
            && let Some(event) = make()
        {
            self.note(event.asked());
            permit.send(NodeEvent::Feature(event.into()));
        }
    }
}

/// A feature that needs nothing of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct NoWorld;

impl From<&HostWorld> for NoWorld {
    fn from(_: &HostWorld) -> Self {
        Self
    }
}

impl From<&TechnicianWorld> for NoWorld {
    fn from(_: &TechnicianWorld) -> Self {
        Self
    }
}
