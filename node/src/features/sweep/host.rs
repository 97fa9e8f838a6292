//! The user's side: one search runs, two wait. What it looks through is shown before it begins, and it ends
//! with the permission.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use beistand_session::{SweepCategory, SweepEnd, SweepKind, SweepMessage};
use beistand_sweep::{LinuxSweep, SweepOutcome, SweepRequest, SweptSystem};

use super::run::{SweepNews, SweepRun};
use super::{MAX_SEARCHES, SweepCommand, SweepEvent, SweepRefusal};
use crate::features::HostWorld;
use crate::features::activity::{ActivityRecord, Doing, DoingHold};
use crate::features::errands::SideErrands;
use crate::features::side::{Side, SideContext, SideExistence, SideFault, Standing};

/// Searches that begin within [`START_SPAN`]: no person reads more of them.
const MAX_STARTS: usize = 20;

/// See [`MAX_STARTS`].
const START_SPAN: Duration = Duration::from_secs(60);

/// As the bar on the user's screen has it: whoever types or points meanwhile is more to be watched.
const SEARCHING: Doing = Doing { word: "sweep-searching", weight: 1 };

/// What is searched.
#[derive(Clone)]
pub(in crate::features) struct SweepWorld {
    pub(super) computer: Arc<dyn SweptSystem>,
    pub(super) activity: ActivityRecord,
}

impl From<&HostWorld> for SweepWorld {
    fn from(world: &HostWorld) -> Self {
        let computer = LinuxSweep::here();
        // Tests bring tools of their own, and a desktop that is none.
        let computer = if world.backends.is_made_up() { computer.with_tools_of_path() } else { computer };
        Self { computer: Arc::new(computer), activity: world.activity.clone() }
    }
}

/// The host's side.
pub(in crate::features) struct SweepHost {
    cx: SideContext<Self>,
    errands: SideErrands<Self>,
    waiting: VecDeque<WaitingSearch>,
    running: Option<RunningSearch>,
    /// When searches were asked for, within the last [`START_SPAN`].
    starts: VecDeque<Instant>,
}

/// A search that was asked for.
struct WaitingSearch {
    id: u32,
    request: SweepRequest,
}

/// The search that runs.
struct RunningSearch {
    id: u32,
    kind: SweepKind,
    run: SweepRun,
    _shown: DoingHold,
    /// How it ends where it is being stopped.
    stopped: Option<SweepEnd>,
}

impl Side for SweepHost {
    type Message = SweepMessage;
    type Command = SweepCommand;
    type Event = SweepEvent;
    type World = SweepWorld;

    const EXISTENCE: SideExistence = SideExistence::WhileAllowed;

    fn start(cx: SideContext<Self>, _now: &Standing) -> Result<Self, SideFault> {
        let errands = SideErrands::default();
        Ok(Self { cx, errands, waiting: VecDeque::new(), running: None, starts: VecDeque::new() })
    }

    async fn command(&mut self, command: SweepCommand) {
        match command {
            SweepCommand::Start { .. } => {
                self.errands.emit(SweepEvent::Refused { why: SweepRefusal::HelpersOnly });
            }
            SweepCommand::Stop if self.running.is_none() && self.waiting.is_empty() => {
                self.errands.emit(SweepEvent::Refused { why: SweepRefusal::Nothing });
            }
            SweepCommand::Stop => self.stop_all(SweepEnd::StoppedByUser),
        }
        self.errands.pass_on(&self.cx).await;
    }

    async fn heard(&mut self, message: SweepMessage) -> Result<(), SideFault> {
        match message {
            SweepMessage::Start { id, kind, args } => self.order(id, kind, &args, Instant::now()),
            SweepMessage::Stop { id } => self.stop_one(id),
            // The session lets none of these through from a technician.
            SweepMessage::Begun { .. }
            | SweepMessage::Advance { .. }
            | SweepMessage::Finding { .. }
            | SweepMessage::Ended { .. } => {}
        }
        self.errands.pass_on(&self.cx).await;
        Ok(())
    }

    async fn run(&mut self) -> SideFault {
        loop {
            self.errands.pass_on(&self.cx).await;
            match &mut self.running {
                None => match self.waiting.pop_front() {
                    Some(search) => self.begin(search),
                    None => std::future::pending().await,
                },
                Some(running) => {
                    let news = running.run.next().await;
                    self.take_news(news);
                }
            }
        }
    }

    fn void(&mut self) {
        // The path is lost, or the technician has taken back what they said.
        self.stop_all(SweepEnd::PathLost);
    }

    async fn stop(self) {
        let taken_back =
            |id, kind| SweepEvent::Ended { id, kind, end: SweepEnd::TakenBack, seen: 0, left_off: 0 };
        for WaitingSearch { id, request } in self.waiting {
            self.cx.events.try_emit(taken_back(id, request.kind()));
        }
        let Some(RunningSearch { id, kind, run, .. }) = self.running else { return };
        self.cx.events.try_emit(taken_back(id, kind));
        run.stop().await;
    }
}

impl SweepHost {
    /// A search is asked for.
    fn order(&mut self, id: u32, kind: SweepKind, args: &str, now: Instant) {
        while self.starts.front().is_some_and(|at| now.duration_since(*at) >= START_SPAN) {
            self.starts.pop_front();
        }
        let under_way = self.waiting.len() + usize::from(self.running.is_some());
        let again = self.is_running(id) || self.waiting.iter().any(|search| search.id == id);
        let end = match SweepRequest::parse(kind, args) {
            Some(_) if again => SweepEnd::Invalid,
            None => SweepEnd::Invalid,
            Some(_) if under_way >= MAX_SEARCHES || self.starts.len() >= MAX_STARTS => SweepEnd::Busy,
            Some(request) => {
                self.starts.push_back(now);
                self.errands.emit(SweepEvent::Waiting { id, kind, subject: request.subject() });
                return self.waiting.push_back(WaitingSearch { id, request });
            }
        };
        self.errands.say(SweepMessage::Ended { id, end, seen: 0, left_off: 0 });
    }

    fn begin(&mut self, search: WaitingSearch) {
        let WaitingSearch { id, request } = search;
        let kind = request.kind();
        self.errands.emit(SweepEvent::Begun { id, kind, subject: request.subject() });
        self.errands.say(SweepMessage::Begun { id });
        let SweepWorld { computer, activity } = &self.cx.world;
        let (run, shown) = (SweepRun::start(computer.clone(), request), activity.begin(SEARCHING));
        self.running = Some(RunningSearch { id, kind, run, _shown: shown, stopped: None });
    }

    fn is_running(&self, id: u32) -> bool {
        self.running.as_ref().is_some_and(|running| running.id == id)
    }

    fn take_news(&mut self, news: SweepNews) {
        let Some(RunningSearch { id, kind, stopped, .. }) = &self.running else { return };
        let (id, kind, stopped) = (*id, *kind, *stopped);
        match news {
            SweepNews::Advance { permille, category, seen } => {
                self.advance(id, kind, (permille, category, seen))
            }
            // What is found while it is being stopped is nobody's any more.
            SweepNews::Finding(_) if stopped.is_some() => {}
            SweepNews::Finding(finding) => {
                self.errands.say(SweepMessage::Finding { id, finding: (*finding).clone() });
                self.errands.emit(SweepEvent::Finding { id, kind, finding: *finding });
            }
            SweepNews::Ended(outcome) => {
                self.running = None;
                let end = stopped.unwrap_or(outcome.end);
                self.end(id, kind, SweepOutcome { end, ..outcome });
            }
        }
    }

    fn advance(&mut self, id: u32, kind: SweepKind, how_far: (u16, SweepCategory, u32)) {
        let (permille, category, seen) = how_far;
        if self.errands.may_advance(Instant::now()) {
            self.errands.say(SweepMessage::Advance { id, permille, category, seen });
            self.errands.emit(SweepEvent::Advance { id, kind, permille, category, seen });
        }
    }

    fn end(&mut self, id: u32, kind: SweepKind, outcome: SweepOutcome) {
        let SweepOutcome { end, seen, left_off } = outcome;
        self.errands.say(SweepMessage::Ended { id, end, seen, left_off });
        self.errands.emit(SweepEvent::Ended { id, kind, end, seen, left_off });
    }

    /// The technician stops one of theirs.
    fn stop_one(&mut self, id: u32) {
        let unbegun = SweepOutcome { end: SweepEnd::Stopped, seen: 0, left_off: 0 };
        if self.is_running(id) {
            self.stop_running(SweepEnd::Stopped);
        } else if let Some(index) = self.waiting.iter().position(|search| search.id == id)
            && let Some(search) = self.waiting.remove(index)
        {
            self.end(id, search.request.kind(), unbegun);
        } else {
            // It is over already; the technician may not have heard so.
            self.errands.say(SweepMessage::Ended { id, end: SweepEnd::Stopped, seen: 0, left_off: 0 });
        }
    }

    fn stop_all(&mut self, end: SweepEnd) {
        for WaitingSearch { id, request } in std::mem::take(&mut self.waiting) {
            self.end(id, request.kind(), SweepOutcome { end, seen: 0, left_off: 0 });
        }
        self.stop_running(end);
    }

    fn stop_running(&mut self, end: SweepEnd) {
        if let Some(running) = &mut self.running {
            running.run.ask_to_stop();
            running.stopped.get_or_insert(end);
        }
    }
}
