//! The user's side: one test runs, two wait. What it reaches for is shown before it begins, and it ends with
//! the permission.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use beistand_probe::{ProbeNews, ProbeRequest, ProbeRun};
use beistand_session::{
    CheckupEnd, CheckupFinding, CheckupKind, CheckupMessage, FindingKind, FindingValue, MAX_BLOCK_BYTES,
};
use tokio::time::sleep_until;

use super::blocks::{BlockCounter, BlockSender, SenderStep};
use super::{CheckupCommand, CheckupEvent, CheckupRefusal, MAX_TESTS};
use crate::features::activity::{ActivityRecord, Doing, DoingHold};
use crate::features::errands::SideErrands;
use crate::features::side::{Side, SideContext, SideExistence, SideFault, Standing};

/// Tests that begin within [`START_SPAN`]: no person reads more of them.
const MAX_STARTS: usize = 30;

/// See [`MAX_STARTS`].
const START_SPAN: Duration = Duration::from_secs(60);

/// As the bar on the user's screen has it: whoever types or points meanwhile is more to be watched.
const TESTING: Doing = Doing { word: "checkup-testing", weight: 1 };

/// The host's side.
pub(in crate::features) struct CheckupHost {
    cx: SideContext<Self>,
    errands: SideErrands<Self>,
    waiting: VecDeque<HostTest>,
    running: Option<RunningTest>,
    /// When tests were asked for, within the last [`START_SPAN`].
    starts: VecDeque<Instant>,
}

/// A test that was asked for.
struct HostTest {
    id: u32,
    kind: CheckupKind,
    /// `None`: it measures the way between the two.
    request: Option<ProbeRequest>,
}

/// The test that runs.
struct RunningTest {
    id: u32,
    kind: CheckupKind,
    work: TestWork,
    _shown: DoingHold,
    /// How it ends where it is being stopped.
    stopped: Option<CheckupEnd>,
}

enum TestWork {
    Probe(ProbeRun),
    Sending(BlockSender),
    Counting(BlockCounter),
}

impl Side for CheckupHost {
    type Message = CheckupMessage;
    type Command = CheckupCommand;
    type Event = CheckupEvent;
    type World = ActivityRecord;

    const EXISTENCE: SideExistence = SideExistence::WhileAllowed;

    fn start(cx: SideContext<Self>, _now: &Standing) -> Result<Self, SideFault> {
        let (errands, starts) = (SideErrands::default(), VecDeque::new());
        Ok(Self { cx, errands, waiting: VecDeque::new(), running: None, starts })
    }

    async fn command(&mut self, command: CheckupCommand) {
        match command {
            CheckupCommand::Start { .. } => {
                self.errands.emit(CheckupEvent::Refused { why: CheckupRefusal::HelpersOnly });
            }
            CheckupCommand::Stop if self.running.is_none() && self.waiting.is_empty() => {
                self.errands.emit(CheckupEvent::Refused { why: CheckupRefusal::Nothing });
            }
            CheckupCommand::Stop => {
                self.stop_waiting(CheckupEnd::StoppedByUser);
                self.stop_running(CheckupEnd::StoppedByUser);
            }
        }
        self.errands.pass_on(&self.cx).await;
    }

    async fn heard(&mut self, message: CheckupMessage) -> Result<(), SideFault> {
        let now = Instant::now();
        match message {
            CheckupMessage::Start { id, kind, args } => self.order(id, kind, &args, now),
            CheckupMessage::Stop { id } => self.stop_one(id),
            CheckupMessage::Block { id, bytes } => self.count(id, bytes.len(), now),
            CheckupMessage::BlocksSeen { id, blocks } => {
                if let Some(RunningTest { work: TestWork::Sending(sender), .. }) = self.running_as(id) {
                    sender.seen(blocks, now);
                }
            }
            // The session lets none of these through from a technician.
            CheckupMessage::Begun { .. }
            | CheckupMessage::Advance { .. }
            | CheckupMessage::Finding { .. }
            | CheckupMessage::SendBlocks { .. }
            | CheckupMessage::Ended { .. } => {}
        }
        self.errands.pass_on(&self.cx).await;
        Ok(())
    }

    async fn run(&mut self) -> SideFault {
        loop {
            self.errands.pass_on(&self.cx).await;
            match &mut self.running {
                None => match self.waiting.pop_front() {
                    Some(test) => self.begin(test),
                    None => std::future::pending().await,
                },
                Some(RunningTest { work: TestWork::Probe(run), .. }) => {
                    let news = run.next().await;
                    self.take_news(news.unwrap_or(ProbeNews::Ended(CheckupEnd::Broken)));
                }
                Some(RunningTest { id, work: TestWork::Sending(sender), .. }) => {
                    match sender.step(Instant::now()) {
                        SenderStep::Send => {
                            let bytes = vec![0x5a; MAX_BLOCK_BYTES];
                            self.errands.say(CheckupMessage::Block { id: *id, bytes });
                            self.advance(Instant::now());
                        }
                        SenderStep::Wait(end) => sleep_until(end.into()).await,
                        SenderStep::Over => self.turn_round(Instant::now()),
                    }
                }
                Some(RunningTest { id, kind, work: TestWork::Counting(counter), .. }) => {
                    match counter.end(Instant::now()) {
                        Some(end) => sleep_until(end.into()).await,
                        None => {
                            let (id, kind, values) = (*id, *kind, counter.values());
                            self.running = None;
                            self.find(id, kind, FindingKind::ToUser, values);
                            self.end(id, kind, CheckupEnd::Done);
                        }
                    }
                }
            }
        }
    }

    fn void(&mut self) {
        // The path is lost, or the technician has taken back what they said.
        self.stop_waiting(CheckupEnd::PathLost);
        self.stop_running(CheckupEnd::PathLost);
    }

    async fn stop(self) {
        for test in self.waiting {
            let HostTest { id, kind, .. } = test;
            self.cx.events.try_emit(CheckupEvent::Ended { id, kind, end: CheckupEnd::TakenBack });
        }
        let Some(RunningTest { id, kind, work, .. }) = self.running else { return };
        self.cx.events.try_emit(CheckupEvent::Ended { id, kind, end: CheckupEnd::TakenBack });
        match work {
            TestWork::Probe(run) => run.stop().await,
            TestWork::Sending(_) | TestWork::Counting(_) => {}
        }
    }
}

impl CheckupHost {
    /// A test is asked for.
    fn order(&mut self, id: u32, kind: CheckupKind, args: &str, now: Instant) {
        while self.starts.front().is_some_and(|at| now.duration_since(*at) >= START_SPAN) {
            self.starts.pop_front();
        }
        let under_way = self.waiting.len() + usize::from(self.running.is_some());
        let again = self.running_as(id).is_some() || self.waiting.iter().any(|test| test.id == id);
        let request = ProbeRequest::parse(kind, args);
        let end = if again || request.is_none() && !(kind == CheckupKind::Throughput && args.is_empty()) {
            CheckupEnd::Invalid
        } else if under_way >= MAX_TESTS || self.starts.len() >= MAX_STARTS {
            CheckupEnd::Busy
        } else {
            self.starts.push_back(now);
            let test = HostTest { id, kind, request };
            self.errands.emit(CheckupEvent::Waiting { id, kind, subject: test.subject() });
            return self.waiting.push_back(test);
        };
        self.errands.say(CheckupMessage::Ended { id, end });
    }

    fn begin(&mut self, test: HostTest) {
        let subject = test.subject();
        let HostTest { id, kind, request } = test;
        self.errands.emit(CheckupEvent::Begun { id, kind, subject });
        self.errands.say(CheckupMessage::Begun { id });
        let work = match request {
            Some(request) => TestWork::Probe(ProbeRun::start(request)),
            None => TestWork::Sending(BlockSender::new(Instant::now())),
        };
        let shown = self.cx.world.begin(TESTING);
        self.running = Some(RunningTest { id, kind, work, _shown: shown, stopped: None });
    }

    fn running_as(&mut self, id: u32) -> Option<&mut RunningTest> {
        self.running.as_mut().filter(|running| running.id == id)
    }

    fn take_news(&mut self, news: ProbeNews) {
        let Some(RunningTest { id, kind, stopped, .. }) = &self.running else { return };
        let (id, kind, stopped) = (*id, *kind, *stopped);
        match news {
            ProbeNews::Advance(permille) => self.say_advance(id, kind, permille, Instant::now()),
            ProbeNews::Finding(finding) => {
                self.errands.say(CheckupMessage::Finding { id, finding: finding.clone() });
                self.errands.emit(CheckupEvent::Finding { id, kind, finding });
            }
            ProbeNews::Ended(end) => {
                self.running = None;
                self.end(id, kind, stopped.unwrap_or(end));
            }
        }
    }

    /// A block of the technician's came.
    fn count(&mut self, id: u32, bytes: usize, now: Instant) {
        let Some(RunningTest { work: TestWork::Counting(counter), .. }) = self.running_as(id) else { return };
        if let Some(blocks) = counter.count(bytes, now) {
            self.errands.say(CheckupMessage::BlocksSeen { id, blocks });
            self.advance(now);
        }
    }

    /// The host has sent its blocks; now the technician does.
    fn turn_round(&mut self, now: Instant) {
        let Some(RunningTest { id, kind, work, .. }) = &mut self.running else { return };
        let (id, kind) = (*id, *kind);
        let before = std::mem::replace(work, TestWork::Counting(BlockCounter::new(now)));
        if let TestWork::Sending(sender) = before {
            self.find(id, kind, FindingKind::FromUser, sender.values());
        }
        self.errands.say(CheckupMessage::SendBlocks { id });
    }

    /// Says how far the measurement of the way is: half of it is each direction.
    fn advance(&mut self, now: Instant) {
        let Some(RunningTest { id, kind, work, .. }) = &self.running else { return };
        let permille = match work {
            TestWork::Sending(sender) => sender.permille(now) / 2,
            TestWork::Counting(counter) => 500 + counter.permille(now) / 2,
            TestWork::Probe(_) => return,
        };
        self.say_advance(*id, *kind, permille, now);
    }

    fn say_advance(&mut self, id: u32, kind: CheckupKind, permille: u16, now: Instant) {
        if self.errands.may_advance(now) {
            self.errands.say(CheckupMessage::Advance { id, permille });
            self.errands.emit(CheckupEvent::Advance { id, kind, permille });
        }
    }

    fn find(&mut self, id: u32, kind: CheckupKind, found: FindingKind, values: Vec<FindingValue>) {
        if let Some(finding) = CheckupFinding::new(found, values) {
            self.errands.say(CheckupMessage::Finding { id, finding: finding.clone() });
            self.errands.emit(CheckupEvent::Finding { id, kind, finding });
        }
    }

    fn end(&mut self, id: u32, kind: CheckupKind, end: CheckupEnd) {
        self.errands.say(CheckupMessage::Ended { id, end });
        self.errands.emit(CheckupEvent::Ended { id, kind, end });
    }

    /// The technician stops one of theirs.
    fn stop_one(&mut self, id: u32) {
        if self.running_as(id).is_some() {
            self.stop_running(CheckupEnd::Stopped);
        } else if let Some(index) = self.waiting.iter().position(|test| test.id == id)
            && let Some(test) = self.waiting.remove(index)
        {
            self.end(id, test.kind, CheckupEnd::Stopped);
        } else {
            // It is over already; the technician may not have heard so.
            self.errands.say(CheckupMessage::Ended { id, end: CheckupEnd::Stopped });
        }
    }

    fn stop_waiting(&mut self, end: CheckupEnd) {
        for test in std::mem::take(&mut self.waiting) {
            self.end(test.id, test.kind, end);
        }
    }

    fn stop_running(&mut self, end: CheckupEnd) {
        let Some(running) = &mut self.running else { return };
        match &running.work {
            TestWork::Probe(run) => {
                run.ask_to_stop();
                running.stopped = running.stopped.or(Some(end));
            }
            TestWork::Sending(_) | TestWork::Counting(_) => {
                let (id, kind) = (running.id, running.kind);
                self.running = None;
                self.end(id, kind, end);
            }
        }
    }
}

impl HostTest {
    fn subject(&self) -> String {
        self.request.as_ref().map(ProbeRequest::subject).unwrap_or_default()
    }
}
