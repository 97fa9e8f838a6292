//! The technician's side: it asks for tests, passes on what they find, and sends and counts blocks.

use std::time::{Duration, Instant};

use beistand_probe::ProbeRequest;
use beistand_session::{Channel, CheckupEnd, CheckupKind, CheckupMessage, MAX_BLOCK_BYTES};
use tokio::time::sleep_until;

use super::blocks::{BlockCounter, BlockSender, SenderStep};
use super::{CheckupCommand, CheckupEvent, CheckupRefusal, MAX_TESTS};
use crate::features::errands::SideErrands;
use crate::features::side::{NoWorld, Side, SideContext, SideExistence, SideFault, SideLoad, Standing};

/// How long after all became void a revoke is known here, at the latest: both come at once, by two ways.
const REVOKE_TIME: Duration = Duration::from_secs(1);

/// How long after a stop a test is waited for: longer than the host's machine holds one up.
const STOP_TIME: Duration = Duration::from_secs(10);

/// Findings of one test that are passed on: as many as an honest host makes.
const MAX_FINDINGS: u32 = 128;

/// The technician's side.
pub(in crate::features) struct CheckupTechnician {
    cx: SideContext<Self>,
    errands: SideErrands<Self>,
    /// Those that were asked for and are not over.
    tests: Vec<AskedTest>,
    /// The number of the newest test.
    newest: u32,
    /// Of the test that measures the way between the two.
    sender: Option<BlockSender>,
    counter: Option<BlockCounter>,
    /// When all became void: with the path, or with the permission, which is known a moment later.
    voided: Option<Instant>,
}

/// A test that was asked for.
struct AskedTest {
    id: u32,
    kind: CheckupKind,
    subject: String,
    begun: bool,
    /// When it is given up, where it was stopped.
    given_up: Option<Instant>,
    findings: u32,
}

impl Side for CheckupTechnician {
    type Message = CheckupMessage;
    type Command = CheckupCommand;
    type Event = CheckupEvent;
    type World = NoWorld;

    const EXISTENCE: SideExistence = SideExistence::WhileAllowed;

    fn start(cx: SideContext<Self>, _now: &Standing) -> Result<Self, SideFault> {
        // Numbers go on where a permission comes back: what is on its way of an older test is not a newer
        // one's.
        let newest = std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.subsec_nanos());
        let errands = SideErrands::default();
        Ok(Self { cx, errands, tests: Vec::new(), newest, sender: None, counter: None, voided: None })
    }

    async fn command(&mut self, command: CheckupCommand) {
        match command {
            CheckupCommand::Start { .. } if self.tests.len() >= MAX_TESTS => {
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
                let given_up = Instant::now() + STOP_TIME;
                for test in &mut self.tests {
                    test.given_up.get_or_insert(given_up);
                    self.errands.say(CheckupMessage::Stop { id: test.id });
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
        // The path is lost, or the permission: the host has ended them.
        (self.sender, self.counter) = (None, None);
        self.voided = Some(Instant::now());
    }

    async fn refused(&mut self) {
        // A start had no room: it will not begin.
        let (begun, lost): (Vec<_>, Vec<_>) = self.tests.drain(..).partition(|test| test.begun);
        self.tests = begun;
        for AskedTest { id, kind, .. } in lost {
            self.errands.emit(CheckupEvent::Ended { id, kind, end: CheckupEnd::Busy });
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
            let now = Instant::now();
            if self.give_up(now) {
                continue;
            }
            let given_up = self.tests.iter().filter_map(|test| test.given_up).min();
            let running = self.tests.iter().find(|test| test.begun).map(|test| test.id);
            let (Some(sender), Some(id)) = (&mut self.sender, running) else {
                match given_up {
                    Some(at) => sleep_until(at.into()).await,
                    None => std::future::pending().await,
                }
                continue;
            };
            match sender.step(now) {
                SenderStep::Send => {
                    self.errands.say(CheckupMessage::Block { id, bytes: vec![0xa5; MAX_BLOCK_BYTES] });
                }
                SenderStep::Wait(end) => sleep_until(given_up.map_or(end, |at| at.min(end)).into()).await,
                SenderStep::Over => self.sender = None,
            }
        }
    }

    async fn stop(self) {
        for AskedTest { id, kind, .. } in self.tests {
            self.cx.events.try_emit(CheckupEvent::Ended { id, kind, end: CheckupEnd::TakenBack });
        }
        self.cx.load.set(SideLoad::Idle);
    }
}

impl CheckupTechnician {
    fn ask(&mut self, kind: CheckupKind, args: String) {
        self.newest = self.newest.wrapping_add(1);
        let id = self.newest;
        let subject = ProbeRequest::parse(kind, &args).map(|request| request.subject()).unwrap_or_default();
        self.errands.emit(CheckupEvent::Waiting { id, kind, subject: subject.clone() });
        self.errands.say(CheckupMessage::Start { id, kind, args });
        self.tests.push(AskedTest { id, kind, subject, begun: false, given_up: None, findings: 0 });
        self.tell_load();
    }

    /// What was asked for has ended without a word.
    fn lose_all(&mut self) {
        self.voided = None;
        for AskedTest { id, kind, .. } in std::mem::take(&mut self.tests) {
            self.errands.emit(CheckupEvent::Ended { id, kind, end: CheckupEnd::PathLost });
        }
        self.tell_load();
    }

    /// Gives up what was stopped and has not ended; whether there was any.
    fn give_up(&mut self, now: Instant) -> bool {
        let late = |test: &AskedTest| test.given_up.is_some_and(|at| at <= now);
        let (lost, tests): (Vec<_>, Vec<_>) = self.tests.drain(..).partition(late);
        self.tests = tests;
        let any = !lost.is_empty();
        for AskedTest { id, kind, begun, .. } in lost {
            if begun {
                (self.sender, self.counter) = (None, None);
            }
            self.errands.emit(CheckupEvent::Ended { id, kind, end: CheckupEnd::TimedOut });
        }
        if any {
            self.tell_load();
        }
        any
    }

    fn tell_load(&self) {
        self.cx.load.set(match self.tests.len() {
            0 => SideLoad::Idle,
            MAX_TESTS.. => SideLoad::Full,
            _ => SideLoad::Busy,
        });
    }

    /// The test that was asked for under this number.
    fn asked(&mut self, id: u32) -> Option<&mut AskedTest> {
        self.tests.iter_mut().find(|test| test.id == id)
    }

    fn take_in(&mut self, message: CheckupMessage, now: Instant) {
        match message {
            CheckupMessage::Begun { id } => {
                // One runs at a time, and none begins twice: each beginning is worth blocks to the host.
                if self.tests.iter().any(|test| test.begun) {
                    return;
                }
                let Some(test) = self.asked(id) else { return };
                test.begun = true;
                let (kind, subject) = (test.kind, test.subject.clone());
                let counts = kind == CheckupKind::Throughput && test.given_up.is_none();
                self.counter = counts.then(|| BlockCounter::new(now));
                self.errands.emit(CheckupEvent::Begun { id, kind, subject });
            }
            CheckupMessage::Advance { id, permille } => {
                if let Some(kind) = self.asked(id).map(|test| test.kind) {
                    self.errands.emit(CheckupEvent::Advance { id, kind, permille });
                }
            }
            CheckupMessage::Finding { id, finding } => {
                if let Some(test) = self.asked(id).filter(|test| test.findings < MAX_FINDINGS) {
                    test.findings += 1;
                    let kind = test.kind;
                    self.errands.emit(CheckupEvent::Finding { id, kind, finding });
                }
            }
            CheckupMessage::SendBlocks { id } => {
                let asked =
                    self.asked(id).is_some_and(|test| test.begun && test.kind == CheckupKind::Throughput);
                // Once per test: who asks again gets no more than the bound.
                if asked && self.counter.take().is_some() {
                    self.sender = Some(BlockSender::new(now));
                }
            }
            CheckupMessage::Ended { id, end } => {
                let Some(index) = self.tests.iter().position(|test| test.id == id) else { return };
                let AskedTest { kind, begun, .. } = self.tests.remove(index);
                if begun {
                    (self.sender, self.counter) = (None, None);
                }
                self.errands.emit(CheckupEvent::Ended { id, kind, end });
                self.tell_load();
            }
            CheckupMessage::Block { id, bytes } => {
                if self.asked(id).is_some_and(|test| test.begun)
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
