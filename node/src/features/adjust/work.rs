//! What is done on threads: settings are read, changed and taken back there, since services and tools take
//! their time.
//!
//! A thread that reads ends where nobody listens any more. One that changes something does so only while it
//! is still wanted, and has it in the journal; what it has begun it ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use beistand_adjust::{AdjustBefore, AdjustDeed, AdjustMachine, fault_of, state, trial};
use beistand_mend::{Deed as _, DeedEntry, DeedFault, JournalFault, Machine};
use beistand_session::{AdjustChange, AdjustFault, AdjustKind, AdjustMessage, AdjustUndoer, escape};
use tokio::sync::mpsc;

use super::trial::{TrialHold, TriedChange};
use super::{AdjustEvent, AdjustWish};
use crate::features::activity::Doing;
use crate::features::side::EventEmitter;
use crate::features::{ChangeWorld, DeedsUnderWay, TrialMark};

/// News of a thread that wait: it reads no faster than they are passed on.
const NEWS_QUEUE: usize = 4;

/// Earlier changes that are told: what a person takes back is among the newest.
const EARLIER: usize = 8;

/// As the bar on the user's screen has it, also while a change is on trial.
pub(super) const SETTING: Doing = Doing { word: "adjust-changing", weight: 5 };

/// What a thread reads.
#[derive(Debug, Clone)]
pub(super) enum ReadingOrder {
    /// All settings, and what can be taken back.
    List,
    /// One setting, after it was changed.
    Refresh(AdjustKind),
    /// What a wish of the technician's would change.
    Look { id: u32, wish: HelperWish },
}

/// What the technician has asked for, as they said it.
#[derive(Debug, Clone)]
pub(super) enum HelperWish {
    Set { kind: AdjustKind, value: String },
    Undo { change: u32 },
}

/// What a thread does.
#[derive(Debug, Clone)]
pub(super) enum DoingOrder {
    /// The user has said yes to it.
    Change {
        id: u32,
        deed: AdjustDeed,
        before: AdjustBefore,
    },
    TakeBack {
        change: u32,
        by: AdjustUndoer,
        id: Option<u32>,
    },
}

/// What a wish comes to.
#[derive(Debug, Clone)]
pub(super) struct AdjustLook {
    pub(super) wish: AdjustWish,
    /// What the user's yes does.
    pub(super) order: DoingOrder,
}

/// News of a thread.
#[derive(Debug)]
pub(super) enum WorkNews {
    /// Of a list.
    Listed(AdjustMessage),
    /// How a setting is after it was changed.
    Refreshed(AdjustMessage),
    Looked {
        id: u32,
        found: Result<AdjustLook, AdjustFault>,
    },
    Changed {
        id: u32,
        change: AdjustChange,
        trial: Option<TrialHold>,
    },
    Undone {
        change: u32,
        kind: AdjustKind,
        by: AdjustUndoer,
        id: Option<u32>,
    },
    Failed {
        id: Option<u32>,
        fault: AdjustFault,
    },
}

/// A thread that works, as its desk holds it.
#[derive(Debug)]
pub(super) struct WorkThread {
    pub(super) news: mpsc::Receiver<WorkNews>,
    unwanted: Arc<AtomicBool>,
}

impl WorkThread {
    pub(super) fn read(world: &ChangeWorld, events: &EventEmitter<AdjustEvent>, order: ReadingOrder) -> Self {
        Self::start(world, events, move |worker| worker.read(order))
    }

    pub(super) fn act(world: &ChangeWorld, events: &EventEmitter<AdjustEvent>, order: DoingOrder) -> Self {
        let shown = world.activity.begin(SETTING);
        let act = move |worker: &AdjustWorker| {
            worker.act(order);
            drop(shown);
        };
        Self::start(world, events, act)
    }

    fn start(
        world: &ChangeWorld,
        events: &EventEmitter<AdjustEvent>,
        work: impl FnOnce(&AdjustWorker) + Send + 'static,
    ) -> Self {
        let (outbox, news) = mpsc::channel(NEWS_QUEUE);
        let unwanted = Arc::<AtomicBool>::default();
        let (world, events) = (world.clone(), events.clone());
        let worker = AdjustWorker { world, events, news: outbox, unwanted: unwanted.clone() };
        let turn = worker.world.deeds.begin();
        tokio::task::spawn_blocking(move || {
            work(&worker);
            drop(turn);
        });
        Self { news, unwanted }
    }

    /// No change begins any more; what has begun goes on to its end, and so does what the user takes back.
    /// Their program hears of it, and what is on trial goes back.
    pub(super) fn finish_alone(mut self, deeds: &DeedsUnderWay, events: EventEmitter<AdjustEvent>) {
        self.unwanted.store(true, Ordering::SeqCst);
        let turn = deeds.begin();
        tokio::spawn(async move {
            while let Some(news) = self.news.recv().await {
                match news {
                    WorkNews::Changed { change, trial, .. } => {
                        drop(trial);
                        events.emit(AdjustEvent::Changed { change, trial_secs: 0 }).await;
                    }
                    WorkNews::Undone { change, by, .. } => {
                        events.emit(AdjustEvent::Undone { change, by }).await;
                    }
                    WorkNews::Failed { fault, .. } => events.emit(AdjustEvent::Failed { fault }).await,
                    WorkNews::Listed(_) | WorkNews::Refreshed(_) | WorkNews::Looked { .. } => {}
                }
            }
            drop(turn);
        });
    }
}

/// What a thread works with.
struct AdjustWorker {
    world: ChangeWorld,
    events: EventEmitter<AdjustEvent>,
    news: mpsc::Sender<WorkNews>,
    unwanted: Arc<AtomicBool>,
}

impl AdjustWorker {
    /// Whether somebody still listens.
    fn tell(&self, news: WorkNews) -> bool {
        self.news.blocking_send(news).is_ok()
    }

    fn read(&self, order: ReadingOrder) {
        let machine = self.world.machine.as_ref().map(AdjustMachine::of);
        let state = |kind| {
            let found = machine.as_ref().map(|machine| state(kind, machine));
            let nowhere = beistand_session::AdjustState::NotHere(AdjustFault::NoDevice);
            AdjustMessage::Setting { kind, state: found.unwrap_or(nowhere) }
        };
        match order {
            ReadingOrder::Refresh(kind) => {
                self.tell(WorkNews::Refreshed(state(kind)));
            }
            ReadingOrder::Look { id, wish } => {
                let found = look(&self.world, id, wish);
                self.tell(WorkNews::Looked { id, found });
            }
            ReadingOrder::List => {
                let settings = AdjustKind::ALL.iter().map(|kind| state(*kind));
                let mut all = settings.map(WorkNews::Listed);
                if all.all(|news| self.tell(news)) {
                    let earlier = earlier(&self.world).into_iter().map(AdjustMessage::Earlier);
                    let mut rest = earlier.chain([AdjustMessage::Listed]).map(WorkNews::Listed);
                    rest.all(|news| self.tell(news));
                }
            }
        }
    }

    fn act(&self, order: DoingOrder) {
        match order {
            DoingOrder::Change { id, .. } if self.unwanted.load(Ordering::SeqCst) => {
                self.tell(WorkNews::Failed { id: Some(id), fault: AdjustFault::TakenBack });
            }
            DoingOrder::Change { id, deed, before } => {
                self.tell(match change(&self.world, &deed, &before) {
                    Ok((change, mark)) => {
                        let tried = TriedChange { number: change.number, deed, before };
                        // Where nobody takes the news, the hold is dropped, and it goes back.
                        let trial =
                            mark.and_then(|mark| TrialHold::start(&self.world, tried, mark, &self.events));
                        WorkNews::Changed { id, change, trial }
                    }
                    Err(fault) => WorkNews::Failed { id: Some(id), fault },
                });
            }
            DoingOrder::TakeBack { change, by, id } => {
                self.tell(match undo(&self.world, change) {
                    Ok(kind) => WorkNews::Undone { change, kind, by, id },
                    Err(fault) => WorkNews::Failed { id, fault },
                });
            }
        }
    }
}

fn machine(world: &ChangeWorld) -> Result<&Machine, AdjustFault> {
    world.machine.as_ref().ok_or(AdjustFault::NoDevice)
}

fn now_secs() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs())
}

/// Makes a change; with its mark, where it is to be on trial.
fn change(
    world: &ChangeWorld,
    deed: &AdjustDeed,
    before: &AdjustBefore,
) -> Result<(AdjustChange, Option<TrialMark>), AdjustFault> {
    let (machine, journal) = (machine(world)?, &world.journal);
    let under_way = journal.begin(deed, before, &world.who, now_secs());
    let under_way = under_way.map_err(|fault| journal_fault(&fault))?;
    let number = under_way.number();
    // Before it is made: from then on a program that is killed leaves word of it.
    let is_tried = trial(deed.kind, &deed.value).is_some();
    let mark = is_tried.then(|| TrialMark::lay(journal.folder(), number)).transpose();
    let outcome = match &mark {
        Ok(_) => deed.run(before, machine),
        Err(error) => Err(DeedFault::from(std::io::Error::from(error.kind()))),
    };
    let fault = outcome.as_ref().err().map(fault_of);
    if let Err(error) = journal.finish::<AdjustDeed>(under_way, outcome, now_secs()) {
        // It was done all the same; the journal has that it was begun, and can take it back.
        tracing::warn!(number, %error, "the end of a change was not written down");
    }
    let (from, to) = (before.value.clone(), deed.value.clone());
    let mark = mark.unwrap_or_default();
    match fault {
        None => Ok((AdjustChange { number, kind: deed.kind, from, to }, mark)),
        Some(fault) => {
            // Nothing was changed.
            mark.iter().for_each(TrialMark::lift);
            Err(fault)
        }
    }
}

/// Takes a change back.
pub(super) fn undo(world: &ChangeWorld, change: u32) -> Result<AdjustKind, AdjustFault> {
    let undone = world.journal.undo::<AdjustDeed>(change, machine(world)?, now_secs());
    let entry = undone.map_err(|fault| journal_fault(&fault))?;
    entry.deed::<AdjustDeed>().map(|deed| deed.kind).ok_or(AdjustFault::Unreadable)
}

fn look(world: &ChangeWorld, id: u32, wish: HelperWish) -> Result<AdjustLook, AdjustFault> {
    match wish {
        HelperWish::Set { kind, value } => {
            let machine = AdjustMachine::of(machine(world)?);
            let (deed, before) = AdjustDeed::wish(kind, &value, &machine)?;
            let wish = AdjustWish { kind, from: before.value.clone(), to: deed.value.clone(), undoes: None };
            Ok(AdjustLook { wish, order: DoingOrder::Change { id, deed, before } })
        }
        HelperWish::Undo { change } => {
            let entry = world.journal.entry(change).map_err(|fault| journal_fault(&fault))?;
            let AdjustChange { number, kind, from, to } = change_of(&entry).ok_or(AdjustFault::NoChange)?;
            let wish = AdjustWish { kind, from: to, to: from, undoes: Some(number) };
            let by = AdjustUndoer::Helper;
            Ok(AdjustLook { wish, order: DoingOrder::TakeBack { change, by, id: Some(id) } })
        }
    }
}

/// What can be taken back, the newest last.
fn earlier(world: &ChangeWorld) -> Vec<AdjustChange> {
    let entries = world.journal.entries().unwrap_or_default();
    let mut changes: Vec<_> = entries.iter().rev().filter_map(change_of).take(EARLIER).collect();
    changes.reverse();
    changes
}

/// The entry's change, where it is one and can be taken back.
fn change_of(entry: &DeedEntry) -> Option<AdjustChange> {
    let (deed, before) = entry.deed::<AdjustDeed>().zip(entry.before::<AdjustDeed>())?;
    let usable = entry.can_undo() && deed.can_undo(&before);
    let (from, to) = (escape(&before.value), escape(&deed.value));
    usable.then_some(AdjustChange { number: entry.number, kind: deed.kind, from, to })
}

fn journal_fault(fault: &JournalFault) -> AdjustFault {
    match fault {
        JournalFault::File(error) if error.kind() == std::io::ErrorKind::StorageFull => AdjustFault::DiskFull,
        JournalFault::File(_) | JournalFault::Damaged | JournalFault::Full => AdjustFault::Broken,
        JournalFault::Busy => AdjustFault::Busy,
        JournalFault::NoEntry | JournalFault::NotUndoable => AdjustFault::NoChange,
        JournalFault::Deed(fault) => fault_of(fault),
    }
}
