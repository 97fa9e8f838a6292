//! A transfer that comes here: its entries are collected and its receiver asked; then a thread writes what
//! comes.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use beistand_session::{FilesEnd, MAX_PARTS_UNDER_WAY, SentPart, escape};
use beistand_transfer::{IncomingFiles, IncomingStep, TargetFolder, TransferManifest};
use tokio::sync::mpsc;

use super::pace::SpeedMeter;
use super::{FilesProgress, FilesQuestion, FilesWay};

/// How often it is said what was taken, in parts: an eighth of what may be on its way.
pub(super) const TAKEN_INTERVAL: u64 = MAX_PARTS_UNDER_WAY / 8;

/// How often at most it is said where nothing more waits: an answer is a small message, of which the other
/// side takes 2,000 a second.
const IDLE_INTERVAL: Duration = Duration::from_millis(10);

/// Names in a question: what a person reads before they answer.
const SHOWN_NAMES: usize = 5;

/// A transfer that comes here, as the desk has it.
pub(super) struct Receiving {
    pub(super) id: u32,
    pub(super) title: String,
    /// Whether the person here has wished for it.
    pub(super) is_wished: bool,
    pub(super) stage: ReceivingStage,
    /// What the disk needs for it, as its sender says.
    pub(super) stored: u64,
    /// Counted parts that came.
    pub(super) counted: u64,
    bytes: u64,
    pub(super) total: u64,
    pub(super) meter: SpeedMeter,
    pub(super) is_paused_here: bool,
    pub(super) is_paused_there: bool,
    pub(super) skipped: u32,
}

pub(super) enum ReceivingStage {
    /// Its entries come.
    Collecting(TransferManifest),
    /// The person is asked.
    Asking(TransferManifest, FilesQuestion),
    /// It is being written.
    Running(ReceivingRun),
}

/// The thread that writes, as the desk has it. It ends when this is dropped.
pub(super) struct ReceivingRun {
    parts: mpsc::Sender<SentPart>,
    gate: Arc<WriteGate>,
    is_forgotten: Arc<AtomicBool>,
    /// The same files of the same peer have it again.
    pub(super) key: [u8; 32],
    /// Where to.
    pub(super) folder: PathBuf,
}

/// Whether a thread may write.
#[derive(Debug, Default)]
struct WriteGate {
    state: Mutex<GateState>,
    changed: Condvar,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum GateState {
    #[default]
    Open,
    /// Its person has stopped it for now, whatever the sender does.
    Paused,
    /// For good.
    Over,
}

impl WriteGate {
    /// Says so, unless it is over.
    fn set(&self, state: GateState) {
        let mut now = self.state();
        if *now != GateState::Over {
            *now = state;
        }
        self.changed.notify_all();
    }

    fn is_over(&self) -> bool {
        *self.state() == GateState::Over
    }

    /// Waits while it is paused; `false`: it is over.
    fn pass(&self) -> bool {
        let paused = |state: &mut GateState| *state == GateState::Paused;
        let state = self.changed.wait_while(self.state(), paused).unwrap_or_else(PoisonError::into_inner);
        *state == GateState::Open
    }

    fn state(&self) -> MutexGuard<'_, GateState> {
        // Nothing panics while it is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What such a thread says, with the number of its transfer.
pub(super) type ReceivingNews = (u32, ReceivingWord);

pub(super) enum ReceivingWord {
    Opened(PathBuf),
    /// The folder can't be used.
    Unopened(Box<TransferManifest>, FilesEnd),
    Want {
        file: u32,
        from: u64,
    },
    Taken {
        messages: u64,
        bytes: u64,
    },
    Missed {
        name: String,
        why: FilesEnd,
    },
    Ended {
        end: FilesEnd,
        kept: u32,
        skipped: u32,
        found: u64,
        path: Option<PathBuf>,
    },
}

impl Receiving {
    pub(super) fn new(id: u32, title: String, manifest: TransferManifest, total: u64, stored: u64) -> Self {
        Self {
            id,
            title,
            is_wished: false,
            stage: ReceivingStage::Collecting(manifest),
            stored,
            counted: 1,
            bytes: 0,
            total,
            meter: SpeedMeter::default(),
            is_paused_here: false,
            is_paused_there: false,
            skipped: 0,
        }
    }

    pub(super) fn is_running(&self) -> bool {
        matches!(self.stage, ReceivingStage::Running(_))
    }

    pub(super) fn set_bytes(&mut self, bytes: u64) {
        self.bytes = bytes.min(self.total);
    }

    pub(super) fn progress(&self) -> FilesProgress {
        FilesProgress {
            id: self.id,
            way: FilesWay::Receiving,
            title: self.title.clone(),
            bytes: self.bytes,
            total: self.total,
            bytes_per_sec: self.meter.speed(),
            secs_left: self.meter.secs_for(self.total - self.bytes),
            is_paused_here: self.is_paused_here,
            is_paused_there: self.is_paused_there,
        }
    }
}

/// What the person is asked about this.
pub(super) fn question(number: u32, manifest: &TransferManifest, folder: PathBuf) -> FilesQuestion {
    let mut names: Vec<String> = manifest.tops().take(SHOWN_NAMES).map(|top| escape(&top.path)).collect();
    if manifest.tops().nth(SHOWN_NAMES).is_some() {
        names.push("…".to_owned());
    }
    let (files, folders, bytes) = (manifest.files(), manifest.folders(), manifest.bytes());
    FilesQuestion { number, names, files, folders, bytes, folder }
}

/// What a thread that writes is given.
pub(super) struct ReceivingTask {
    pub(super) id: u32,
    pub(super) manifest: TransferManifest,
    pub(super) folder: PathBuf,
    /// Whether the folder is made where it isn't there.
    pub(super) makes_folder: bool,
    pub(super) stored: u64,
    pub(super) peer: [u8; 32],
    /// Parts that were counted before.
    pub(super) counted: u64,
    pub(super) news: mpsc::Sender<ReceivingNews>,
}

impl ReceivingRun {
    /// Starts the thread; `None` where this computer has no room for it.
    pub(super) fn start(task: ReceivingTask) -> Option<Self> {
        let (parts, part_inbox) = mpsc::channel(MAX_PARTS_UNDER_WAY as usize);
        let (gate, is_forgotten) = (Arc::<WriteGate>::default(), Arc::new(AtomicBool::new(false)));
        let (passed, forgotten) = (gate.clone(), is_forgotten.clone());
        let (key, folder) = (task.manifest.key(&task.peer), task.folder.clone());
        let thread = std::thread::Builder::new().name("receiving".to_owned());
        thread.spawn(move || task.run(part_inbox, &passed, &forgotten)).ok()?;
        Some(Self { parts, gate, is_forgotten, key, folder })
    }

    /// Hands over a part; `false` where more are on their way than may be, and while it is paused no more
    /// than that can be.
    pub(super) fn take(&self, part: SentPart) -> bool {
        self.parts.try_send(part).is_ok() || self.parts.is_closed()
    }

    /// Writes nothing for now, or goes on.
    pub(super) fn pause(&self, paused: bool) {
        self.gate.set(if paused { GateState::Paused } else { GateState::Open });
    }

    /// Nothing of what is not whole is kept.
    pub(super) fn forget(&self) {
        self.is_forgotten.store(true, Ordering::Relaxed);
    }

    /// Writes no more.
    pub(super) fn stop(&self) {
        self.gate.set(GateState::Over);
        // It looks whether it goes on whenever a part comes. Where there is no room for one, some come.
        let _ = self.parts.try_send(SentPart::Over);
    }

    /// Whether it has ended.
    pub(super) fn is_over(&self) -> bool {
        self.parts.is_closed()
    }

    /// Waits until it has ended. Nobody may be keeping it from saying something.
    pub(super) async fn over(&self) {
        self.parts.closed().await;
    }
}

impl Drop for ReceivingRun {
    fn drop(&mut self) {
        self.gate.set(GateState::Over);
    }
}

impl ReceivingTask {
    fn run(self, mut parts: mpsc::Receiver<SentPart>, gate: &Arc<WriteGate>, is_forgotten: &AtomicBool) {
        let Some(mut incoming) = self.open(gate) else { return };
        let mut count = self.counted;
        let mut end = None;
        let mut told = Instant::now();
        while let Some(part) = next_part(&mut parts, gate) {
            count += u64::from(part.is_counted());
            match incoming.take(part) {
                Ok(IncomingStep::On) => {}
                Ok(IncomingStep::Want { file, from }) => {
                    self.say(ReceivingWord::Want { file, from });
                }
                Ok(IncomingStep::Missed { path, why }) => {
                    self.say(ReceivingWord::Missed { name: escape(&path), why });
                }
                Ok(IncomingStep::Done) => end = Some(FilesEnd::Done),
                Err(why) => end = Some(why),
            }
            let is_idle = parts.is_empty() && told.elapsed() >= IDLE_INTERVAL;
            if count.is_multiple_of(TAKEN_INTERVAL) || is_idle || end.is_some() {
                told = Instant::now();
                self.say(ReceivingWord::Taken { messages: count, bytes: incoming.bytes() });
            }
            if end.is_some() {
                break;
            }
        }
        let (kept, skipped, found) = (incoming.kept(), incoming.skipped(), incoming.found_bytes());
        let path = incoming.last_path().map(Path::to_owned);
        let breaks = end.is_some_and(|end| matches!(end, FilesEnd::Invalid | FilesEnd::Damaged));
        incoming.abandon(breaks || is_forgotten.load(Ordering::Relaxed));
        if let Some(end) = end {
            self.say(ReceivingWord::Ended { end, kept, skipped, found, path });
        }
    }

    fn open(&self, gate: &Arc<WriteGate>) -> Option<IncomingFiles> {
        let target = TargetFolder::open(&self.folder, self.makes_folder)
            .map_err(|error| beistand_transfer::end_of(&error));
        let gate = gate.clone();
        let opened = target.and_then(|target| {
            let goes_on = move || !gate.is_over();
            IncomingFiles::new(target, self.manifest.clone(), self.stored, self.peer, goes_on)
        });
        match opened {
            Ok(incoming) => {
                self.say(ReceivingWord::Opened(incoming.folder().to_owned()));
                Some(incoming)
            }
            Err(why) => {
                self.say(ReceivingWord::Unopened(Box::new(self.manifest.clone()), why));
                None
            }
        }
    }

    fn say(&self, word: ReceivingWord) {
        let _ = self.news.blocking_send((self.id, word));
    }
}

/// The next part, when it may be written. The desk drops its end, which wakes this, or says stop.
fn next_part(parts: &mut mpsc::Receiver<SentPart>, gate: &WriteGate) -> Option<SentPart> {
    let part = parts.blocking_recv()?;
    gate.pass().then_some(part)
}
