//! What the host's side has done on threads: looks, deeds, lists. Each says what came of it once; who has no
//! use for it any more passes it over.

use std::time::{SystemTime, UNIX_EPOCH};

use beistand_mend::{
    Deed as _, DeedEntry, DeedFault, DeedJournal, DeedWatch, JournalFault, Machine, RepairAfter,
    RepairBefore, free_space,
};
use beistand_session::{DeedSight, RepairDeed, RepairEnd, RepairEntry, RepairOutcome, SpaceKind};
use tokio::sync::mpsc;

use super::entry::listed;
use super::host::bare;
use super::say::end_of;
use super::{RepairWish, fitting, shown};
use crate::features::changes::ChangeWorld;

/// What waits for the side: each job says one thing, and there is one of each kind at a time.
const NEWS_QUEUE: usize = 16;

/// What came of a job, each with the job's number.
#[derive(Debug)]
pub(super) enum JobNews {
    /// How it is, or why it can't be done.
    Looked(u32, Result<Box<RepairLook>, RepairOutcome>),
    /// How it ended.
    Ended(u32, RepairOutcome),
    Space(Vec<(SpaceKind, u64)>),
    Entries(Option<Vec<RepairEntry>>),
    Interrupted(Vec<RepairEntry>),
}

/// What the user is asked about.
#[derive(Debug)]
pub(super) struct RepairLook {
    pub(super) wish: RepairWish,
    pub(super) before: DeedSight,
    pub(super) can_undo: bool,
    /// `None` where something is taken back.
    kept: Option<RepairBefore>,
}

/// Begins jobs.
pub(super) struct JobBench {
    world: ChangeWorld,
    outbox: mpsc::Sender<JobNews>,
}

impl JobBench {
    pub(super) fn new(world: ChangeWorld) -> (Self, mpsc::Receiver<JobNews>) {
        let (outbox, inbox) = mpsc::channel(NEWS_QUEUE);
        (Self { world, outbox }, inbox)
    }

    /// Who asks, as they call themselves.
    pub(super) fn who(&self) -> &str {
        &self.world.who
    }

    /// Looks how it is.
    pub(super) fn look(&self, job: u32, wish: RepairWish, watch: DeedWatch) {
        self.begin(move |world| JobNews::Looked(job, look(&world, wish, watch).map(Box::new)));
    }

    /// Does what the user has said yes to.
    pub(super) fn carry_out(&self, job: u32, looked: Box<RepairLook>, watch: DeedWatch) {
        let turn = self.world.deeds.begin();
        self.begin(move |world| {
            let outcome =
                if turn.is_some() { carried_out(&world, *looked, watch) } else { bare(RepairEnd::Stopped) };
            drop(turn);
            JobNews::Ended(job, outcome)
        });
    }

    /// How much can be freed.
    pub(super) fn measure(&self, watch: DeedWatch) {
        self.begin(move |world| {
            JobNews::Space(machine(&world, watch).map(|machine| free_space(&machine)).unwrap_or_default())
        });
    }

    /// What was done before.
    pub(super) fn list(&self) {
        self.begin(|world| JobNews::Entries(listed(&world.journal, |_| true).ok()));
    }

    /// What was being done when a program died.
    pub(super) fn find_interrupted(&self) {
        self.begin(|world| {
            JobNews::Interrupted(listed(&world.journal, DeedEntry::is_interrupted).unwrap_or_default())
        });
    }

    fn begin(&self, job: impl FnOnce(ChangeWorld) -> JobNews + Send + 'static) {
        let (world, outbox) = (self.world.clone(), self.outbox.clone());
        tokio::task::spawn_blocking(move || {
            let _ = outbox.blocking_send(job(world));
        });
    }
}

/// Does it, and says how it ended.
fn carried_out(world: &ChangeWorld, looked: RepairLook, watch: DeedWatch) -> RepairOutcome {
    let RepairLook { wish, before, kept, .. } = looked;
    let machine = match machine(world, watch) {
        Ok(machine) => machine,
        Err(fault) => return outcome(wish, before, Err(fault)),
    };
    let deed = match (&wish, kept) {
        (RepairWish::Deed(deed), Some(kept)) => Some((deed, kept)),
        (RepairWish::TakeBack { .. } | RepairWish::Deed(_), _) => None,
    };
    let done = match (deed, &wish) {
        (Some((deed, kept)), _) => match world.journal.begin(deed, &kept, &world.who, now_secs()) {
            Ok(under_way) => {
                let number = under_way.number();
                let done = deed.run(&kept, &machine);
                match world.journal.finish::<RepairDeed>(under_way, done, now_secs()) {
                    Ok(entry) => Ok(entry),
                    // It is done, or was tried: the list has it as one that was interrupted.
                    Err(_) => return RepairOutcome { entry: number, before, ..bare(RepairEnd::Unwritten) },
                }
            }
            Err(fault) => Err(fault),
        },
        (None, RepairWish::TakeBack { entry, .. }) => {
            world.journal.undo::<RepairDeed>(*entry, &machine, now_secs())
        }
        (None, RepairWish::Deed(_)) => Err(JournalFault::NoEntry),
    };
    outcome(wish, before, done)
}

fn machine(world: &ChangeWorld, watch: DeedWatch) -> Result<Machine, JournalFault> {
    let machine = world.machine.as_ref().map(|machine| machine.watched_by(watch));
    machine.ok_or(JournalFault::Deed(DeedFault::Gone))
}

fn look(world: &ChangeWorld, wish: RepairWish, watch: DeedWatch) -> Result<RepairLook, RepairOutcome> {
    let looked = machine(world, watch).and_then(|machine| match &wish {
        RepairWish::Deed(deed) => {
            let before = deed.before(&machine).map_err(JournalFault::Deed)?;
            let (can_undo, sight) = (deed.can_undo(&before), shown(before.sight()));
            Ok(RepairLook { wish: wish.clone(), before: sight, can_undo, kept: Some(before) })
        }
        RepairWish::TakeBack { entry, .. } => taken_back(&world.journal, *entry),
    });
    looked.map_err(|fault| outcome(wish, DeedSight::NOTHING, Err(fault)))
}

fn taken_back(journal: &DeedJournal, number: u32) -> Result<RepairLook, JournalFault> {
    let entry = journal.entry(number)?;
    let deed = entry.deed::<RepairDeed>().ok_or(JournalFault::NoEntry)?;
    if !entry.can_undo() {
        return Err(JournalFault::NotUndoable);
    }
    // How it was is how it will be: the user reads what the deed's name alone does not say.
    let before = entry.before::<RepairDeed>().as_ref().map_or(DeedSight::NOTHING, RepairBefore::sight);
    let wish = RepairWish::TakeBack { entry: number, deed: Some(deed) };
    Ok(RepairLook { wish, before: shown(before), can_undo: false, kept: None })
}

/// How it ended, as both sides hear it.
fn outcome(wish: RepairWish, before: DeedSight, done: Result<DeedEntry, JournalFault>) -> RepairOutcome {
    let bare = |end: RepairEnd| RepairOutcome { before: before.clone(), ..bare(end) };
    let failed = |fault: &DeedFault| RepairOutcome { detail: fitting(fault.detail()), ..bare(end_of(fault)) };
    match (done, wish) {
        (Ok(entry), RepairWish::TakeBack { .. }) => {
            RepairOutcome { entry: entry.number, ..bare(RepairEnd::Undone) }
        }
        (Ok(entry), RepairWish::Deed(_)) => match &entry.fault {
            Some(fault) => RepairOutcome { entry: entry.number, ..failed(fault) },
            None => {
                let after =
                    entry.after::<RepairDeed>().as_ref().map_or(DeedSight::NOTHING, RepairAfter::sight);
                RepairOutcome { entry: entry.number, after: shown(after), ..bare(RepairEnd::Done) }
            }
        },
        (Err(JournalFault::Deed(fault)), _) => failed(&fault),
        (Err(JournalFault::Busy), _) => bare(RepairEnd::Busy),
        (Err(JournalFault::NoEntry), _) => bare(RepairEnd::Gone),
        (Err(JournalFault::NotUndoable), _) => bare(RepairEnd::NoUndo),
        (Err(fault @ (JournalFault::File(_) | JournalFault::Damaged | JournalFault::Full)), _) => {
            tracing::warn!(%fault, "nothing is done that can't be written down");
            bare(RepairEnd::NoJournal)
        }
    }
}

fn now_secs() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
