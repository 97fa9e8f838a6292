//! What both sides do in a session, from the request to the end.
//!
//! What it does: keeps who may do what at the moment, lets the features follow it, and tells the program what
//! happens. What it does not do: it knows no single feature, and what only one side does stays in
//! [`crate::host`] and [`crate::technician`].

use std::time::{Duration, Instant};

use beistand_p2p::SessionHandle;
use beistand_session::{Command as SessionCommand, EndReason, Event as SessionEvent, PermissionSet, Request};
use tokio::sync::{mpsc, watch};

use crate::convert;
use crate::features::{
    FAULT_QUEUE, FeatureCommand, FeatureSlots, LaterTurn, NamedFault, SideFault, SlotWires, Standing,
};
use crate::handle::{EndCause, NodeEvent, Notice};
use crate::words::Phrase;

/// How long a program may leave a full queue of events as it is before one is left out.
const PROGRAM_PATIENCE: Duration = Duration::from_millis(500);

/// A session as one side's actor holds it. Dropping it ends the session.
pub(crate) struct SessionActor<F> {
    session: SessionHandle,
    slots: F,
    events: mpsc::Sender<NodeEvent>,
    faults: mpsc::Receiver<NamedFault>,
    standing: Standing,
    /// The end that we caused for a reason the session does not know.
    own_end: Option<EndCause>,
}

/// What has happened in a session.
pub(crate) enum SessionNews {
    Event(SessionEvent),
    /// A feature has failed.
    Fault(&'static str, SideFault),
    /// The session ended without a word, which it never should.
    BrokenOff,
}

/// What came of it.
pub(crate) enum SessionStep {
    /// Nothing that one side alone deals with.
    Done,
    /// Technician: the host was asked this.
    Requested(Request),
    /// The user has consented.
    Consented,
    /// The session is over.
    Over(EndCause),
}

impl<F: FeatureSlots> SessionActor<F> {
    /// Takes over `session`. `world` makes what this side's features need.
    pub(crate) fn start(
        mut session: SessionHandle,
        events: mpsc::Sender<NodeEvent>,
        world: impl FnOnce(watch::Receiver<Option<u32>>) -> F::World,
    ) -> Self {
        let (fault_outbox, faults) = mpsc::channel(FAULT_QUEUE);
        let standing = Standing::new(Instant::now());
        let wires = SlotWires {
            commands: session.commands.clone(),
            events: events.clone(),
            faults: fault_outbox,
            inboxes: std::mem::take(&mut session.inboxes),
            standing,
        };
        let slots = F::start(&world(session.picture_room.clone()), wires);
        Self { session, slots, events, faults, standing, own_end: None }
    }

    /// Waits for the next thing to happen. Cancel safe.
    pub(crate) async fn next(&mut self) -> SessionNews {
        tokio::select! {
            event = self.session.events.recv() => event.map_or(SessionNews::BrokenOff, SessionNews::Event),
            Some((feature, fault)) = self.faults.recv() => SessionNews::Fault(feature, fault),
        }
    }

    /// Deals with what has happened.
    pub(crate) async fn on_news(&mut self, news: SessionNews) -> SessionStep {
        match news {
            SessionNews::Event(event) => return self.on_event(event).await,
            SessionNews::BrokenOff => {
                return SessionStep::Over(EndCause::failed(Phrase::new("fault-session-stopped")));
            }
            SessionNews::Fault(_, SideFault::Session(why)) => self.fail(why).await,
            SessionNews::Fault(feature, SideFault::Feature(why)) => {
                self.emit(NodeEvent::Notice(Notice::FeatureFailed { feature, why })).await;
            }
        }
        SessionStep::Done
    }

    async fn on_event(&mut self, event: SessionEvent) -> SessionStep {
        match event {
            SessionEvent::Request(request) => return SessionStep::Requested(request),
            SessionEvent::Permissions { granted, revoked } => {
                return self.on_permissions(granted, revoked).await;
            }
            SessionEvent::Paused(paused) => {
                self.standing.paused = paused;
                self.slots.set(Some(self.standing));
                self.slots.settle().await;
                self.emit(NodeEvent::Paused(paused)).await;
            }
            SessionEvent::Rtt(rtt) => self.emit_path(Some(rtt)),
            SessionEvent::Path(_) => self.emit_path(None),
            SessionEvent::Reconnecting => self.emit(NodeEvent::Reconnecting).await,
            SessionEvent::Refused(channel) => self.slots.refused(channel),
            SessionEvent::Dropped { what } => tracing::warn!(what, "dropped: the technician may not do that"),
            // What is heard and what is void goes to the features by their inboxes.
            SessionEvent::Securing | SessionEvent::Heard(_) | SessionEvent::Void(_) => {}
            SessionEvent::Ended(end) => {
                self.stop().await;
                let cause = self.own_end.take().unwrap_or_else(|| EndCause::of_session(&end, F::ROLE));
                return SessionStep::Over(cause);
            }
        }
        SessionStep::Done
    }

    async fn on_permissions(&mut self, granted: PermissionSet, revoked: PermissionSet) -> SessionStep {
        let first = self.standing.granted.replace(granted).is_none();
        self.slots.set(Some(self.standing));
        // What a program does on this news must find the features as they are now.
        self.slots.settle().await;
        if first {
            self.emit_path(None);
        }
        self.emit(NodeEvent::Permissions { granted, revoked }).await;
        if first { SessionStep::Consented } else { SessionStep::Done }
    }

    /// Who may do what at the moment.
    pub(crate) fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Changes who may do what. What is taken back has no effect any more when this returns.
    pub(crate) async fn change(&mut self, change: impl FnOnce(&mut Standing)) {
        change(&mut self.standing);
        self.slots.set(Some(self.standing));
        self.slots.settle().await;
    }

    /// When the command's feature has room for it; `None`: it has.
    pub(crate) fn room(&self, command: &FeatureCommand) -> Option<LaterTurn> {
        self.slots.room(command)
    }

    /// When all features have done what they were asked.
    pub(crate) fn idle(&self) -> LaterTurn {
        self.slots.idle()
    }

    /// Hands a command to its feature.
    pub(crate) fn on_feature(&self, command: FeatureCommand) {
        self.slots.command(command);
    }

    /// Ends the session; its last news says so. No feature acts any more when this returns.
    pub(crate) async fn end(&mut self) {
        self.stop().await;
        self.command(SessionCommand::End(EndReason::Ended)).await;
    }

    /// The same, because it can't go on here.
    pub(crate) async fn fail(&mut self, why: Phrase) {
        self.own_end = Some(EndCause::failed(why));
        self.end().await;
    }

    /// Gives the session a command.
    pub(crate) async fn command(&self, command: SessionCommand) {
        // A session that has ended says so by its last event.
        let _ = self.session.commands.send(command).await;
    }

    /// Waits until the last words have reached the other side.
    pub(crate) async fn closed(self) {
        self.session.closed().await;
    }

    async fn stop(&mut self) {
        self.slots.set(None);
        self.slots.settle().await;
    }

    fn emit_path(&self, rtt: Option<Duration>) {
        let path = convert::path(&self.session.connection.borrow(), rtt);
        // The next round trip brings the next one.
        let _ = self.events.try_send(NodeEvent::Path(path));
    }

    async fn emit(&self, event: NodeEvent) {
        emit(&self.events, event).await;
    }
}

/// Tells the program, or gives it up where it takes nothing for a while: a window that hangs, or a terminal
/// that was stopped, must not keep the user's end from being heeded.
pub(crate) async fn emit(events: &mpsc::Sender<NodeEvent>, event: NodeEvent) {
    match tokio::time::timeout(PROGRAM_PATIENCE, events.send(event)).await {
        // One that has dropped its handle is told nothing; its commands' end stops the run.
        Ok(Ok(()) | Err(_)) => {}
        Err(_) => tracing::error!("the program takes no events: one is left out"),
    }
}
