//! The technician's side: it asks for searches and passes on what they find.

use std::time::Instant;

use beistand_session::{MAX_SWEEP_FINDINGS, SweepEnd, SweepKind, SweepMessage};
use beistand_sweep::SweepRequest;
use tokio::time::sleep_until;

use super::{MAX_SEARCHES, SweepCommand, SweepEvent, SweepRefusal};
use crate::features::asked_tasks::{AskedTask, AskedTasks, TaskLoss};
use crate::features::errands::SideErrands;
use crate::features::side::{NoWorld, Side, SideContext, SideExistence, SideFault, SideLoad, Standing};

/// The technician's side.
pub(in crate::features) struct SweepTechnician {
    cx: SideContext<Self>,
    errands: SideErrands<Self>,
    searches: AskedTasks<SweepKind>,
}

/// That a search is over, of which the host has not said so.
fn ended(search: &AskedTask<SweepKind>, end: SweepEnd) -> SweepEvent {
    SweepEvent::Ended { id: search.id, kind: search.kind, end, seen: 0, left_off: 0 }
}

impl Side for SweepTechnician {
    type Message = SweepMessage;
    type Command = SweepCommand;
    type Event = SweepEvent;
    type World = NoWorld;

    const EXISTENCE: SideExistence = SideExistence::WhileAllowed;

    fn start(cx: SideContext<Self>, _now: &Standing) -> Result<Self, SideFault> {
        Ok(Self { cx, errands: SideErrands::default(), searches: AskedTasks::new(MAX_SEARCHES) })
    }

    async fn command(&mut self, command: SweepCommand) {
        match command {
            SweepCommand::Start { .. } if self.searches.load() == SideLoad::Full => {
                self.errands.emit(SweepEvent::Refused { why: SweepRefusal::Behind });
            }
            SweepCommand::Start { kind, args } => self.ask(kind, args),
            SweepCommand::Stop if self.searches.is_empty() => {
                self.errands.emit(SweepEvent::Refused { why: SweepRefusal::Nothing });
            }
            SweepCommand::Stop => {
                for id in self.searches.stop(Instant::now()) {
                    self.errands.say(SweepMessage::Stop { id });
                }
            }
        }
        self.errands.pass_on(&self.cx).await;
    }

    async fn heard(&mut self, message: SweepMessage) -> Result<(), SideFault> {
        self.take_in(message);
        self.errands.pass_on(&self.cx).await;
        Ok(())
    }

    fn void(&mut self) {
        self.searches.void(Instant::now());
    }

    async fn refused(&mut self) {
        // A start had no room: it will not begin.
        for search in self.searches.take_waiting() {
            self.errands.emit(ended(&search, SweepEnd::Busy));
        }
        self.tell_load();
        self.errands.pass_on(&self.cx).await;
    }

    async fn run(&mut self) -> SideFault {
        loop {
            self.errands.pass_on(&self.cx).await;
            match self.searches.due() {
                Some(at) => {
                    sleep_until(at.into()).await;
                    self.lose(Instant::now());
                }
                None => std::future::pending().await,
            }
        }
    }

    async fn stop(mut self) {
        for search in self.searches.take_all() {
            self.cx.events.try_emit(ended(&search, SweepEnd::TakenBack));
        }
        self.cx.load.set(SideLoad::Idle);
    }
}

impl SweepTechnician {
    fn ask(&mut self, kind: SweepKind, args: String) {
        let subject = SweepRequest::parse(kind, &args).map(|request| request.subject()).unwrap_or_default();
        let id = self.searches.ask(kind, subject.clone());
        self.errands.emit(SweepEvent::Waiting { id, kind, subject });
        self.errands.say(SweepMessage::Start { id, kind, args });
        self.tell_load();
    }

    /// Gives up those of which no word comes any more.
    fn lose(&mut self, now: Instant) {
        for (search, why) in self.searches.take_lost(now) {
            let end = match why {
                TaskLoss::Voided => SweepEnd::PathLost,
                TaskLoss::Late => SweepEnd::TimedOut,
            };
            self.errands.emit(ended(&search, end));
        }
        self.tell_load();
    }

    fn tell_load(&self) {
        self.cx.load.set(self.searches.load());
    }

    fn take_in(&mut self, message: SweepMessage) {
        match message {
            SweepMessage::Begun { id } => {
                let Some(search) = self.searches.begin(id) else { return };
                let (kind, subject) = (search.kind, search.subject.clone());
                self.errands.emit(SweepEvent::Begun { id, kind, subject });
            }
            SweepMessage::Advance { id, permille, category, seen } => {
                let running = self.searches.of(id).filter(|search| search.begun).map(|search| search.kind);
                // A host that says so without end gets no more of the program's time than one that does not.
                if let Some(kind) = running.filter(|kind| kind.categories().contains(&category))
                    && self.errands.may_advance(Instant::now())
                {
                    self.errands.emit(SweepEvent::Advance { id, kind, permille, category, seen });
                }
            }
            SweepMessage::Finding { id, finding } => {
                let running = self.searches.of(id).filter(|search| search.begun).map(|search| search.kind);
                if running.is_some_and(|kind| kind.categories().contains(&finding.category))
                    && let Some(kind) = self.searches.find(id, MAX_SWEEP_FINDINGS).map(|search| search.kind)
                {
                    self.errands.emit(SweepEvent::Finding { id, kind, finding });
                }
            }
            SweepMessage::Ended { id, end, seen, left_off } => {
                let Some(search) = self.searches.end(id) else { return };
                self.errands.emit(SweepEvent::Ended { id, kind: search.kind, end, seen, left_off });
                self.tell_load();
            }
            // The session lets none of these through from a host.
            SweepMessage::Start { .. } | SweepMessage::Stop { .. } => {}
        }
    }
}
