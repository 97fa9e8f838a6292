//! A change on trial: it goes back by itself, unless the user keeps it in time.
//!
//! A task of its own sees to it, so that nobody who is slow, asked for a password or gone holds it up: not
//! the desk, not the program's events, not another change that is under way. Where the journal can't be
//! written the setting goes back all the same, and where the program is killed the next one takes it back, by
//! the mark that stays.

use std::sync::Arc;
use std::time::Duration;

use beistand_adjust::{AdjustBefore, AdjustDeed, AdjustMachine};
use beistand_session::{AdjustFault, AdjustKind, AdjustUndoer};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use super::AdjustEvent;
use super::work::{SETTING, undo};
use crate::features::side::EventEmitter;
use crate::features::{ChangeWorld, TrialMark};

/// How long after a try that failed it is tried again: a service that starts, a deed that ends.
const RETRY: Duration = Duration::from_secs(2);

/// Tries in all: five minutes and more, in which a person has noticed.
const MAX_TRIES: u32 = 150;

/// A change on trial, as its desk holds it. Where this is dropped, it goes back at once.
#[derive(Debug)]
pub(super) struct TrialHold {
    pub(super) change: u32,
    mark: Arc<TrialMark>,
    settle: oneshot::Sender<()>,
    back: oneshot::Receiver<AdjustKind>,
}

/// What was changed.
#[derive(Debug, Clone)]
pub(super) struct TriedChange {
    pub(super) number: u32,
    pub(super) deed: AdjustDeed,
    pub(super) before: AdjustBefore,
}

impl TrialHold {
    /// Begins, where a change is one to be on trial.
    pub(super) fn start(
        world: &ChangeWorld,
        tried: TriedChange,
        mark: TrialMark,
        events: &EventEmitter<AdjustEvent>,
    ) -> Option<Self> {
        let time = beistand_adjust::trial(tried.deed.kind, &tried.deed.value)?;
        let (settle, settled) = oneshot::channel();
        let (told, back) = oneshot::channel();
        let change = tried.number;
        let mark = Arc::new(mark);
        let (world, events, held) = (world.clone(), events.clone(), mark.clone());
        // The program does not end before it has gone back.
        let (turn, shown) = (world.deeds.begin(), world.activity.begin(SETTING));
        tokio::spawn(async move {
            if timeout(time, settled).await != Ok(Ok(())) {
                bring_back(world, tried, &held, told, events).await;
            }
            drop((turn, shown));
        });
        Some(Self { change, mark, settle, back })
    }

    /// It stays, or somebody has taken it back.
    pub(super) fn settle(self) {
        self.mark.lift();
        let _ = self.settle.send(());
    }

    /// Waits until it has gone back by itself; `None` where that could not be. Cancel safe.
    pub(super) async fn gone_back(&mut self) -> Option<AdjustKind> {
        (&mut self.back).await.ok()
    }
}

async fn bring_back(
    world: ChangeWorld,
    tried: TriedChange,
    mark: &TrialMark,
    told: oneshot::Sender<AdjustKind>,
    events: EventEmitter<AdjustEvent>,
) {
    let (change, kind) = (tried.number, tried.deed.kind);
    let mut untold = Some(told);
    let mut last = AdjustFault::Broken;
    for _ in 0..MAX_TRIES {
        let (world, tried) = (world.clone(), tried.clone());
        let tried = tokio::task::spawn_blocking(move || back_once(&world, &tried)).await;
        let back = tried.unwrap_or(TrialBack::Failed(AdjustFault::Broken));
        if let TrialBack::Failed(fault) = back {
            last = fault;
        } else if let Some(told) = untold.take() {
            let _ = told.send(kind);
            events.emit(AdjustEvent::Undone { change, by: AdjustUndoer::Itself }).await;
        }
        match back {
            TrialBack::Done => return mark.lift(),
            // Somebody has taken it back, or has changed it since.
            TrialBack::Failed(AdjustFault::NoChange | AdjustFault::MovedOn) => {
                mark.lift();
                break;
            }
            TrialBack::Unwritten | TrialBack::Failed(_) => sleep(RETRY).await,
        }
    }
    if untold.is_some() && last != AdjustFault::NoChange {
        tracing::error!(change, fault = last.word(), "a change on trial was not taken back");
        events.emit(AdjustEvent::Failed { fault: last }).await;
    }
}

/// What came of a try.
#[derive(Debug, Clone, Copy)]
enum TrialBack {
    /// It is as it was, and the journal has it.
    Done,
    /// It is as it was, and the journal doesn't have it yet.
    Unwritten,
    /// It is not.
    Failed(AdjustFault),
}

fn back_once(world: &ChangeWorld, tried: &TriedChange) -> TrialBack {
    let written = match undo(world, tried.number) {
        Ok(_) => return TrialBack::Done,
        Err(fault) => fault,
    };
    match (written, &world.machine) {
        (AdjustFault::Busy | AdjustFault::DiskFull | AdjustFault::Broken, Some(machine)) => {
            match tried.deed.take_back(&tried.before, &AdjustMachine::of(machine)) {
                Ok(()) => TrialBack::Unwritten,
                Err(fault) => TrialBack::Failed(fault),
            }
        }
        (fault, _) => TrialBack::Failed(fault),
    }
}
