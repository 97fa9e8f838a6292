//! The technician's side: it asks for tests, passes on what they find, and sends and counts blocks.

use std::time::Instant;

use beistand_probe::ProbeRequest;
use beistand_session::{Channel, CheckupEnd, CheckupKind, CheckupMessage, MAX_BLOCK_BYTES};
use tokio::time::sleep_until;

use super::blocks::{BlockCounter, BlockSender, SenderStep};
use super::{CheckupCommand, CheckupEvent, CheckupRefusal, MAX_TESTS};
use crate::features::asked_tasks::{AskedTasks, TaskLoss};
use crate::features::errands::SideErrands;
use crate::features::side::{NoWorld, Side, SideContext, SideExistence, SideFault, SideLoad, Standing};

/// Findings of one test that are passed on: as many as an honest host makes.
const MAX_FINDINGS: usize = 128;

/// The technician's side.
pub(in crate::features) struct CheckupTechnician {
    cx: SideContext<Self>,
    errands: SideErrands<Self>,
    tests: AskedTasks<CheckupKind>,
    /// Of the test that measures the way between the two.
    sender: Option<BlockSender>,
    counter: Option<BlockCounter>,
}

impl Side for CheckupTechnician {
    type Message = CheckupMessage;
    type Command = CheckupCommand;
    type Event = CheckupEvent;
    type World = NoWorld;

    const EXISTENCE: SideExistence = SideExistence::WhileAllowed;

    fn start(cx: SideContext<Self>, _now: &Standing) -> Result<Self, SideFault> {
        let (errands, tests) = (SideErrands::default(), AskedTasks::new(MAX_TESTS));
        Ok(Self { cx, errands, tests, sender: None, counter: None })
    }

    async fn command(&mut self, command: CheckupCommand) {
        match command {
            CheckupCommand::Start { .. } if self.tests.load() == SideLoad::Full => {
                self.errands.emit(CheckupEvent::Refused { why: CheckupRefusal::Behind });
            }
            CheckupCommand::Start { kind, args } => self.ask(kind, args),
            CheckupCommand::Stop if self.tests.is_empty() => {
                self.errands.emit(CheckupEvent::Refused { why: CheckupRefusal::Nothing });
            }
            CheckupCommand::Stop => {
                // Without its counter none is sent any more either, whatever the host asks for.
                self.counter = None;
                if self.sender.take().is_some() {
                    // It overtakes the blocks that wait.
                    self.cx.outbox.withdraw(Channel::Checkup).await;
                }
                for id in self.tests.stop(Instant::now()) {
                    self.errands.say(CheckupMessage::Stop { id });
                }
            }
        }
        self.errands.pass_on(&self.cx).await;
    }

    async fn heard(&mut self, message: CheckupMessage) -> Result<(), SideFault> {
        self.take_in(message, Instant::now());
        self.errands.pass_on(&self.cx).await;
        Ok(())
    }

    fn void(&mut self) {
        (self.sender, self.counter) = (None, None);
        self.tests.void(Instant::now());
    }

    async fn refused(&mut self) {
        // A start had no room: it will not begin.
        for test in self.tests.take_waiting() {
            self.errands.emit(CheckupEvent::Ended { id: test.id, kind: test.kind, end: CheckupEnd::Busy });
        }
        self.tell_load();
        self.errands.pass_on(&self.cx).await;
    }

    async fn run(&mut self) -> SideFault {
        loop {
            self.errands.pass_on(&self.cx).await;
            let now = Instant::now();
            self.lose(now);
            self.errands.pass_on(&self.cx).await;
            let lost = self.tests.due();
            let running = self.tests.running().map(|test| test.id);
            let (Some(sender), Some(id)) = (&mut self.sender, running) else {
                match lost {
                    Some(at) => sleep_until(at.into()).await,
                    None => std::future::pending().await,
                }
                continue;
            };
            match sender.step(now) {
                SenderStep::Send => {
                    self.errands.say(CheckupMessage::Block { id, bytes: vec![0xa5; MAX_BLOCK_BYTES] });
                }
                SenderStep::Wait(end) => sleep_until(lost.map_or(end, |at| at.min(end)).into()).await,
                SenderStep::Over => self.sender = None,
            }
        }
    }

    async fn stop(mut self) {
        for test in self.tests.take_all() {
            let end = CheckupEnd::TakenBack;
            self.cx.events.try_emit(CheckupEvent::Ended { id: test.id, kind: test.kind, end });
        }
        self.cx.load.set(SideLoad::Idle);
    }
}

impl CheckupTechnician {
    fn ask(&mut self, kind: CheckupKind, args: String) {
        let subject = ProbeRequest::parse(kind, &args).map(|request| request.subject()).unwrap_or_default();
        let id = self.tests.ask(kind, subject.clone());
        self.errands.emit(CheckupEvent::Waiting { id, kind, subject });
        self.errands.say(CheckupMessage::Start { id, kind, args });
        self.tell_load();
    }

    /// Gives up those of which no word comes any more.
    fn lose(&mut self, now: Instant) {
        for (test, why) in self.tests.take_lost(now) {
            if test.begun {
                (self.sender, self.counter) = (None, None);
            }
            let end = match why {
                TaskLoss::Voided => CheckupEnd::PathLost,
                TaskLoss::Late => CheckupEnd::TimedOut,
            };
            self.errands.emit(CheckupEvent::Ended { id: test.id, kind: test.kind, end });
        }
        self.tell_load();
    }

    fn tell_load(&self) {
        self.cx.load.set(self.tests.load());
    }

    fn take_in(&mut self, message: CheckupMessage, now: Instant) {
        match message {
            CheckupMessage::Begun { id } => {
                // Each beginning is worth blocks to the host.
                let Some(test) = self.tests.begin(id) else { return };
                let (kind, subject) = (test.kind, test.subject.clone());
                let counts = kind == CheckupKind::Throughput && !test.is_stopped();
                self.counter = counts.then(|| BlockCounter::new(now));
                self.errands.emit(CheckupEvent::Begun { id, kind, subject });
            }
            CheckupMessage::Advance { id, permille } => {
                if let Some(kind) = self.tests.of(id).map(|test| test.kind) {
                    self.errands.emit(CheckupEvent::Advance { id, kind, permille });
                }
            }
            CheckupMessage::Finding { id, finding } => {
                if let Some(kind) = self.tests.find(id, MAX_FINDINGS).map(|test| test.kind) {
                    self.errands.emit(CheckupEvent::Finding { id, kind, finding });
                }
            }
            CheckupMessage::SendBlocks { id } => {
                let asked =
                    self.tests.of(id).is_some_and(|test| test.begun && test.kind == CheckupKind::Throughput);
                // Once per test: who asks again gets no more than the bound.
                if asked && self.counter.take().is_some() {
                    self.sender = Some(BlockSender::new(now));
                }
            }
            CheckupMessage::Ended { id, end } => {
                let Some(test) = self.tests.end(id) else { return };
                if test.begun {
                    (self.sender, self.counter) = (None, None);
                }
                self.errands.emit(CheckupEvent::Ended { id, kind: test.kind, end });
                self.tell_load();
            }
            CheckupMessage::Block { id, bytes } => {
                if self.tests.of(id).is_some_and(|test| test.begun)
                    && let Some(blocks) = self.counter.as_mut().and_then(|it| it.count(bytes.len(), now))
                {
                    self.errands.say(CheckupMessage::BlocksSeen { id, blocks });
                }
            }
            CheckupMessage::BlocksSeen { blocks, .. } => {
                if let Some(sender) = &mut self.sender {
                    sender.seen(blocks, now);
                }
            }
            // The session lets none of these through from a host.
            CheckupMessage::Start { .. } | CheckupMessage::Stop { .. } => {}
        }
    }
}
