//! The technician's side: it asks for searches and passes on what they find.

use std::time::{Duration, Instant};

use beistand_session::{MAX_SWEEP_FINDINGS, SweepEnd, SweepKind, SweepMessage};
use beistand_sweep::SweepRequest;
use tokio::time::sleep_until;

use super::{MAX_SEARCHES, SweepCommand, SweepEvent, SweepRefusal};
use crate::features::errands::SideErrands;
use crate::features::side::{NoWorld, Side, SideContext, SideExistence, SideFault, SideLoad, Standing};

/// How long after all became void a revoke is known here, at the latest: both come at once, by two ways.
const REVOKE_TIME: Duration = Duration::from_secs(1);

/// How long after a stop a search is waited for: longer than the host's machine holds one up.
const STOP_TIME: Duration = Duration::from_secs(10);

/// The technician's side.
pub(in crate::features) struct SweepTechnician {
    cx: SideContext<Self>,
    errands: SideErrands<Self>,
    /// Those that were asked for and are not over.
    searches: Vec<AskedSearch>,
    /// The number of the newest one.
    newest: u32,
    /// When all became void: with the path, or with the permission, which is known a moment later.
    voided: Option<Instant>,
}

/// A search that was asked for.
struct AskedSearch {
    id: u32,
    kind: SweepKind,
    subject: String,
    begun: bool,
    /// When it is given up, where it was stopped.
    given_up: Option<Instant>,
    findings: usize,
}

impl AskedSearch {
    fn ended(&self, end: SweepEnd) -> SweepEvent {
        SweepEvent::Ended { id: self.id, kind: self.kind, end, seen: 0, left_off: 0 }
    }
}

impl Side for SweepTechnician {
    type Message = SweepMessage;
    type Command = SweepCommand;
    type Event = SweepEvent;
    type World = NoWorld;

    const EXISTENCE: SideExistence = SideExistence::WhileAllowed;

    fn start(cx: SideContext<Self>, _now: &Standing) -> Result<Self, SideFault> {
        // Numbers go on where a permission comes back: what is on its way of an older search is not a newer
        // one's.
        let newest = std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.subsec_nanos());
        Ok(Self { cx, errands: SideErrands::default(), searches: Vec::new(), newest, voided: None })
    }

    async fn command(&mut self, command: SweepCommand) {
        match command {
            SweepCommand::Start { .. } if self.searches.len() >= MAX_SEARCHES => {
                self.errands.emit(SweepEvent::Refused { why: SweepRefusal::Behind });
            }
            SweepCommand::Start { kind, args } => self.ask(kind, args),
            SweepCommand::Stop if self.searches.is_empty() => {
                self.errands.emit(SweepEvent::Refused { why: SweepRefusal::Nothing });
            }
            SweepCommand::Stop => {
                let given_up = Instant::now() + STOP_TIME;
                for search in &mut self.searches {
                    search.given_up.get_or_insert(given_up);
                    self.errands.say(SweepMessage::Stop { id: search.id });
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
        // The path is lost, or the permission: the host has ended them.
        self.voided = Some(Instant::now());
    }

    async fn refused(&mut self) {
        // A start had no room: it will not begin.
        let (begun, lost): (Vec<_>, Vec<_>) = self.searches.drain(..).partition(|search| search.begun);
        self.searches = begun;
        for search in lost {
            self.errands.emit(search.ended(SweepEnd::Busy));
        }
        self.tell_load();
        self.errands.pass_on(&self.cx).await;
    }

    async fn run(&mut self) -> SideFault {
        loop {
            self.errands.pass_on(&self.cx).await;
            if let Some(at) = self.voided {
                sleep_until((at + REVOKE_TIME).into()).await;
                self.lose_all();
                continue;
            }
            match self.searches.iter().filter_map(|search| search.given_up).min() {
                Some(at) => {
                    sleep_until(at.into()).await;
                    self.give_up(Instant::now());
                }
                None => std::future::pending().await,
            }
        }
    }

    async fn stop(self) {
        for search in self.searches {
            self.cx.events.try_emit(search.ended(SweepEnd::TakenBack));
        }
        self.cx.load.set(SideLoad::Idle);
    }
}

impl SweepTechnician {
    fn ask(&mut self, kind: SweepKind, args: String) {
        self.newest = self.newest.wrapping_add(1);
        let id = self.newest;
        let subject = SweepRequest::parse(kind, &args).map(|request| request.subject()).unwrap_or_default();
        self.errands.emit(SweepEvent::Waiting { id, kind, subject: subject.clone() });
        self.errands.say(SweepMessage::Start { id, kind, args });
        self.searches.push(AskedSearch { id, kind, subject, begun: false, given_up: None, findings: 0 });
        self.tell_load();
    }

    /// What was asked for has ended without a word.
    fn lose_all(&mut self) {
        self.voided = None;
        for search in std::mem::take(&mut self.searches) {
            self.errands.emit(search.ended(SweepEnd::PathLost));
        }
        self.tell_load();
    }

    /// Gives up what was stopped and has not ended.
    fn give_up(&mut self, now: Instant) {
        let late = |search: &AskedSearch| search.given_up.is_some_and(|at| at <= now);
        let (lost, searches): (Vec<_>, Vec<_>) = self.searches.drain(..).partition(late);
        self.searches = searches;
        for search in lost {
            self.errands.emit(search.ended(SweepEnd::TimedOut));
        }
        self.tell_load();
    }

    fn tell_load(&self) {
        self.cx.load.set(match self.searches.len() {
            0 => SideLoad::Idle,
            MAX_SEARCHES.. => SideLoad::Full,
            _ => SideLoad::Busy,
        });
    }

    /// The search that was asked for under this number.
    fn asked(&mut self, id: u32) -> Option<&mut AskedSearch> {
        self.searches.iter_mut().find(|search| search.id == id)
    }

    fn take_in(&mut self, message: SweepMessage) {
        match message {
            SweepMessage::Begun { id } => {
                // One runs at a time, and none begins twice.
                if self.searches.iter().any(|search| search.begun) {
                    return;
                }
                let Some(search) = self.asked(id) else { return };
                search.begun = true;
                let (kind, subject) = (search.kind, search.subject.clone());
                self.errands.emit(SweepEvent::Begun { id, kind, subject });
            }
            SweepMessage::Advance { id, permille, category, seen } => {
                // A host that says so without end gets no more of the program's time than one that does not.
                let is_of_it =
                    |search: &&mut AskedSearch| search.begun && search.kind.categories().contains(&category);
                if let Some(kind) = self.asked(id).filter(is_of_it).map(|search| search.kind)
                    && self.errands.may_advance(Instant::now())
                {
                    self.errands.emit(SweepEvent::Advance { id, kind, permille, category, seen });
                }
            }
            SweepMessage::Finding { id, finding } => {
                let may_find = |search: &&mut AskedSearch| {
                    let is_of_it = search.kind.categories().contains(&finding.category);
                    search.begun && is_of_it && search.findings < MAX_SWEEP_FINDINGS
                };
                if let Some(search) = self.asked(id).filter(may_find) {
                    search.findings += 1;
                    let kind = search.kind;
                    self.errands.emit(SweepEvent::Finding { id, kind, finding });
                }
            }
            SweepMessage::Ended { id, end, seen, left_off } => {
                let Some(index) = self.searches.iter().position(|search| search.id == id) else { return };
                let AskedSearch { kind, .. } = self.searches.remove(index);
                self.errands.emit(SweepEvent::Ended { id, kind, end, seen, left_off });
                self.tell_load();
            }
            // The session lets none of these through from a host.
            SweepMessage::Start { .. } | SweepMessage::Stop { .. } => {}
        }
    }
}
