//! The host's side: it makes a report, keeps it until its user has read it, and sends it at their press.
//!
//! States: at rest; one is being made, on a thread; one waits for the user. What is being made or waits is
//! dropped with the side, so with every revoke, pause and end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use beistand_inspect::{
    Finding, InspectLimit, InspectedSystem, LinuxMachine, MachineReport, PartSet, REPORT_TIME,
};
use beistand_session::{ReportMessage, escape};
use tokio::sync::oneshot;

use super::carry::to_content;
use super::told::ToldMachine;
use super::{ReportCommand, ReportEvent, ReportRefusal};
use crate::features::HostWorld;
use crate::features::side::{Side, SideContext, SideExistence, SideFault, Standing};

/// The host's side.
pub(in crate::features) struct ReportHost {
    cx: SideContext<Self>,
    /// Whether the technician waits for an answer.
    asked: bool,
    making: Option<ReportMaking>,
    draft: Option<ReportDraft>,
    /// Whether the user's program has yet to hear of the draft.
    untold: bool,
}

/// The machine that is looked at, in a session.
#[derive(Clone)]
pub(in crate::features) struct ReportSource {
    machine: Arc<dyn InspectedSystem>,
    /// The number of the session's newest draft: it goes on where a permission comes back.
    newest: Arc<AtomicU32>,
}

impl From<&HostWorld> for ReportSource {
    fn from(_: &HostWorld) -> Self {
        Self::new(match beistand_platform::MACHINE_FACTS {
            Some(facts) => Arc::new(ToldMachine::new(facts)),
            None => Arc::new(LinuxMachine::here()),
        })
    }
}

impl ReportSource {
    pub(super) fn new(machine: Arc<dyn InspectedSystem>) -> Self {
        Self { machine, newest: Arc::default() }
    }
}

/// A report that waits for the user.
#[derive(Debug, Clone)]
struct ReportDraft {
    number: u32,
    report: MachineReport,
}

/// A report that is being made. Whoever drops it does not want it any more.
struct ReportMaking {
    limit: InspectLimit,
    made: oneshot::Receiver<MachineReport>,
}

impl Drop for ReportMaking {
    fn drop(&mut self) {
        self.limit.give_up();
    }
}

impl Side for ReportHost {
    type Message = ReportMessage;
    type Command = ReportCommand;
    type Event = ReportEvent;
    type World = ReportSource;

    const EXISTENCE: SideExistence = SideExistence::WhileAllowed;

    fn start(cx: SideContext<Self>, _now: &Standing) -> Result<Self, SideFault> {
        Ok(Self { cx, asked: false, making: None, draft: None, untold: false })
    }

    async fn command(&mut self, command: ReportCommand) {
        match command {
            ReportCommand::Ask => self.make().await,
            ReportCommand::Send { number, left_out } => self.send(number, left_out).await,
            ReportCommand::Drop => self.drop_all().await,
            ReportCommand::Save(_) | ReportCommand::Compare(_) => {
                self.cx.events.emit(ReportEvent::Refused(ReportRefusal::OtherSide)).await;
            }
        }
    }

    async fn heard(&mut self, message: ReportMessage) -> Result<(), SideFault> {
        match message {
            ReportMessage::Ask => {
                self.asked = true;
                // What the user is reading does not change under their eyes.
                if self.making.is_none() && self.draft.is_none() {
                    self.make().await;
                }
            }
            // The session lets only a host say these.
            ReportMessage::Made(_) | ReportMessage::Refused => {}
        }
        Ok(())
    }

    async fn run(&mut self) -> SideFault {
        loop {
            if self.untold {
                let draft = &self.draft;
                let told = |ReportDraft { number, report }| ReportEvent::Draft { number, report };
                self.cx.events.emit_with(|| draft.clone().map(told)).await;
                self.untold = false;
            }
            let Some(making) = &mut self.making else { return std::future::pending().await };
            let made = (&mut making.made).await;
            self.making = None;
            self.draft = made.ok().map(|report| {
                let number = self.cx.world.newest.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
                ReportDraft { number, report }
            });
            self.untold = self.draft.is_some();
        }
    }

    async fn stop(self) {
        if self.making.is_some() || self.draft.is_some() {
            self.cx.events.try_emit(ReportEvent::Dropped);
        }
    }
}

impl ReportHost {
    async fn make(&mut self) {
        let limit = InspectLimit::new(REPORT_TIME);
        let (outbox, made) = oneshot::channel();
        let (source, thread_limit) = (self.cx.world.clone(), limit.clone());
        tokio::task::spawn_blocking(move || {
            let _ = outbox.send(escaped(&source.machine.inspect(&thread_limit)));
        });
        self.draft = None;
        self.untold = false;
        self.making = Some(ReportMaking { limit, made });
        self.cx.events.emit(ReportEvent::Asked).await;
    }

    async fn send(&mut self, number: u32, left_out: PartSet) {
        // The user has said yes to what they have read, and to nothing that came in its place.
        let Some(draft) = self.draft.as_ref().filter(|draft| draft.number == number) else {
            return self.cx.events.emit(ReportEvent::Refused(ReportRefusal::NoReport)).await;
        };
        let report = draft.report.without(left_out);
        self.cx.outbox.send(ReportMessage::Made(to_content(&report))).await;
        self.draft = None;
        self.untold = false;
        self.asked = false;
        self.cx.events.emit(ReportEvent::Sent(report)).await;
    }

    async fn drop_all(&mut self) {
        self.making = None;
        self.draft = None;
        self.untold = false;
        if std::mem::take(&mut self.asked) {
            self.cx.outbox.send(ReportMessage::Refused).await;
        }
        self.cx.events.emit(ReportEvent::Dropped).await;
    }
}

/// The report as the helper will hear it, so that both read the same. What is escaped once stays as it is
/// when it is heard.
pub(super) fn escaped(report: &MachineReport) -> MachineReport {
    let line = |finding: &Finding| {
        let values = finding.values().iter().map(|value| escape(value)).collect();
        Finding::from_elsewhere(finding.part(), finding.kind(), finding.verdict(), values)
    };
    let findings = report.findings().iter().filter_map(line).collect();
    MachineReport::new(report.taken_secs, report.left_out, findings)
}
