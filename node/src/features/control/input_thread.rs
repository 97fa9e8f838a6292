//! The host's hands: a thread that injects what the session has authorised, and lets go at once when told to.
//!
//! Letting go does not queue behind what is still to be injected: once the thread is asked to stop, all that
//! waits is void. Text is injected character by character and can be interrupted, so that a revoke takes
//! effect in the middle of it, and [`InputThread::stop`] returns when nothing more is injected: what is
//! acknowledged after it is true.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use beistand_platform::{DesktopFault, InjectError, InputInjector, Interrupt};
use beistand_session::{InputEvent, KeyText};
use tokio::sync::{mpsc, oneshot};

use super::HandsOff;
use super::aim::PointerAim;
use super::hands::HandsReport;
use super::held::HeldInput;
use super::undone::UndoneCause;
use crate::host::{HandReaction, UserHand};

/// Events that wait to be injected: XTEST takes some thousand a second, text some hundred characters.
const JOB_QUEUE: usize = 512;

/// How long [`InputThread::stop`] waits for the thread at most: what a revoke may take in all.
const STOP_TIMEOUT: Duration = Duration::from_millis(50);

/// How often an idle thread looks whether it should let go.
const IDLE_CHECK: Duration = Duration::from_millis(500);

/// How often it is told that a click was at a window of ours, and so how often the bar makes room: whoever
/// looks on must be able to follow it.
const OWN_WINDOW_INTERVAL: Duration = Duration::from_secs(2);

/// Makes the injector, on the thread that uses it.
pub(crate) type OpenInjector = Box<dyn FnOnce() -> Result<Box<dyn InputInjector>, DesktopFault> + Send>;

struct InputJob {
    generation: u64,
    /// Nothing: only wake up and see that the generation is a new one.
    event: Option<InputEvent>,
}

/// The running thread; it injects what still waits, lets go of everything and ends when this is dropped.
pub(super) struct InputThread {
    jobs: SyncSender<InputJob>,
    shared: Arc<InputGeneration>,
    /// What lets go as soon as the user's own hand is used.
    reaction: Arc<HandReaction>,
    /// Resolves when the thread has let go and ended.
    ended: oneshot::Receiver<()>,
    report: HandsReport,
    aim: PointerAim,
}

#[derive(Default)]
struct InputGeneration {
    generation: AtomicU64,
    /// Cuts typing short; there once the injector is open.
    interrupt: OnceLock<Interrupt>,
}

impl InputGeneration {
    fn renew(&self) -> u64 {
        let generation = self.generation.fetch_add(1, Ordering::AcqRel) + 1;
        if let Some(interrupt) = self.interrupt.get() {
            interrupt.raise();
        }
        generation
    }
}

impl InputThread {
    /// Starts the thread, which tells at `news` while it has no effect, and gives way to `hand`. Where no
    /// input can be injected every event is dropped.
    pub(super) fn start(
        open: OpenInjector,
        hand: UserHand,
        news: mpsc::Sender<HandsOff>,
        report: HandsReport,
        aim: PointerAim,
    ) -> std::io::Result<Self> {
        let (jobs, inbox) = sync_channel(JOB_QUEUE);
        let (end, ended) = oneshot::channel();
        let shared = Arc::new(InputGeneration::default());
        let (reacting, wake) = (shared.clone(), jobs.clone());
        let reaction: Arc<HandReaction> = Arc::new(move || release(&reacting, &wake));
        hand.on_use(&reaction);
        let (theirs, thread_report, thread_aim) = (shared.clone(), report.clone(), aim.clone());
        std::thread::Builder::new().name("input".to_owned()).spawn(move || {
            match open() {
                Ok(injector) => {
                    thread_report.set_lacking(false);
                    // Set once: the thread is started once.
                    let _ = theirs.interrupt.set(injector.interrupt());
                    let shared = theirs;
                    let (started, held) = (Instant::now(), HeldInput::default());
                    InputLoop {
                        inbox,
                        shared,
                        seen: 0,
                        injector,
                        held,
                        hand,
                        started,
                        kept_out: false,
                        own_window_at: None,
                        news,
                        report: thread_report,
                        aim: thread_aim,
                    }
                    .run();
                }
                Err(error) => {
                    tracing::error!(%error, "no remote input");
                    thread_report.set_lacking(true);
                    let _ = news.try_send(HandsOff::NotHere((&error).into()));
                }
            }
            // Whoever no longer waits has stopped waiting at its time-out.
            let _ = end.send(());
        })?;
        Ok(Self { jobs, shared, reaction, ended, report, aim })
    }

    /// Ends the thread and waits until it has let go of everything, at most for [`STOP_TIMEOUT`].
    pub(super) async fn stop(self) {
        self.shared.renew();
        let Self { jobs, reaction, ended, .. } = self;
        drop((jobs, reaction));
        let _ = tokio::time::timeout(STOP_TIMEOUT, ended).await;
    }

    /// Injects the event soon. Where too many wait all of them are void, and nothing stays down: what is
    /// typed with a gap in it is something else.
    pub(super) fn inject(&self, event: InputEvent) {
        let job = InputJob { generation: self.shared.generation.load(Ordering::Acquire), event: Some(event) };
        if self.jobs.try_send(job).is_err() {
            tracing::warn!("all input that waited was dropped: the injector is behind");
            self.report.note_undone(1, UndoneCause::KeptOut);
            self.aim.miss();
            self.release();
        }
    }

    /// Makes everything that waits void and lets go of every key and button.
    pub(super) fn release(&self) {
        release(&self.shared, &self.jobs);
    }
}

fn release(shared: &InputGeneration, jobs: &SyncSender<InputJob>) {
    let generation = shared.renew();
    // Where there is no room the thread is awake anyway.
    let _ = jobs.try_send(InputJob { generation, event: None });
}

struct InputLoop {
    inbox: Receiver<InputJob>,
    shared: Arc<InputGeneration>,
    seen: u64,
    injector: Box<dyn InputInjector>,
    /// What is down by the technician's doing.
    held: HeldInput,
    hand: UserHand,
    /// What the user did before there were hands to keep away, such as the click on Allow, doesn't count.
    started: Instant,
    /// Whether the user's hand kept the last event out.
    kept_out: bool,
    /// When it was last told that a click was at a window of ours.
    own_window_at: Option<Instant>,
    /// Where the user's program hears that input has no effect. What finds no room there is old news.
    news: mpsc::Sender<HandsOff>,
    /// Where the technician hears how far this is.
    report: HandsReport,
    /// Whether the pointer is where they have it.
    aim: PointerAim,
}

impl InputLoop {
    fn run(mut self) {
        loop {
            let wait = self.held.left(Instant::now()).map_or(IDLE_CHECK, |left| left.min(IDLE_CHECK));
            match self.inbox.recv_timeout(wait) {
                Ok(job) => {
                    self.let_go_if_told();
                    if let Some(event) = job.event {
                        self.inject(job.generation, event);
                    }
                }
                // Only now: while anything waits, the word that they are still held may be in it.
                Err(RecvTimeoutError::Timeout) => {
                    self.let_go_if_told();
                    self.let_go_if_forgotten();
                    if self.kept_out {
                        self.user_has_priority();
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return self.let_go(),
            }
        }
    }

    fn let_go_if_told(&mut self) {
        let current = self.shared.generation.load(Ordering::Acquire);
        if current != self.seen {
            self.seen = current;
            self.let_go();
        }
    }

    fn let_go_if_forgotten(&mut self) {
        if self.held.left(Instant::now()).is_some_and(|left| left.is_zero()) {
            tracing::warn!("keys or buttons were held without a word: let go of");
            self.let_go();
        }
    }

    fn let_go(&mut self) {
        self.held = HeldInput::default();
        if let Err(error) = self.injector.release_all() {
            tracing::error!(%error, "held keys could not be released");
        }
    }

    fn inject(&mut self, generation: u64, event: InputEvent) {
        match event {
            InputEvent::Text(text) => {
                for (index, character) in text.as_str().char_indices() {
                    let mut bytes = [0; 4];
                    let part = character.encode_utf8(&mut bytes).to_owned();
                    let Ok(part) = KeyText::try_from(part) else { continue };
                    // What follows a gap would be another text.
                    if let Err(why) = self.inject_one(generation, &InputEvent::Text(part)) {
                        return self.report.note_undone(text.as_str()[index..].chars().count(), why);
                    }
                }
            }
            InputEvent::Mark(mark) => self.report.reach(mark),
            event @ (InputEvent::PointerMove { .. }
            | InputEvent::Button { .. }
            | InputEvent::Wheel { .. }
            | InputEvent::Key { .. }
            | InputEvent::ButtonsHeld
            | InputEvent::KeysHeld
            | InputEvent::GivenUp(_)) => {
                if let Err(why) = self.inject_one(generation, &event) {
                    self.report.note_undone_event(&event, why);
                }
            }
        }
    }

    fn inject_one(&mut self, generation: u64, event: &InputEvent) -> Result<(), UndoneCause> {
        let done = self.inject_now(generation, event);
        self.aim.note(event, done.is_ok());
        done
    }

    /// Does it, where the event's generation still holds, the user's hand is not on the mouse, and the
    /// pointer is where the technician has it.
    fn inject_now(&mut self, generation: u64, event: &InputEvent) -> Result<(), UndoneCause> {
        if self.user_has_priority() {
            return Err(UndoneCause::UserActive);
        }
        if self.is_void(generation) || self.aim.spoils(event) {
            return Err(UndoneCause::KeptOut);
        }
        if matches!(event, InputEvent::ButtonsHeld | InputEvent::KeysHeld) {
            self.held.renew(event, Instant::now());
            return Ok(());
        }
        match self.injector.inject(event) {
            Ok(()) => {
                self.held.note(event, Instant::now());
                Ok(())
            }
            // It was interrupted.
            Err(InjectError::Refused(_)) if self.is_void(generation) => Err(UndoneCause::KeptOut),
            Err(InjectError::Refused(why)) => {
                tracing::debug!(why, "an input event was refused");
                Err(UndoneCause::Refused)
            }
            // The technician hears where it was.
            Err(InjectError::OwnWindow) => {
                self.tell_own_window();
                Ok(())
            }
            Err(error) => {
                tracing::warn!(%error, "an input event was lost");
                Err(UndoneCause::KeptOut)
            }
        }
    }

    fn is_void(&self, generation: u64) -> bool {
        self.shared.generation.load(Ordering::Acquire) != generation
    }

    fn tell_own_window(&mut self) {
        let now = Instant::now();
        let recent = self.own_window_at.is_some_and(|at| now.duration_since(at) < OWN_WINDOW_INTERVAL);
        if !recent {
            self.own_window_at = Some(now);
            let _ = self.news.try_send(HandsOff::OwnWindow);
        }
    }

    fn user_has_priority(&mut self) -> bool {
        let kept_out = self.hand.keeps_input_out(self.started);
        if kept_out && !self.kept_out {
            self.let_go();
            let _ = self.news.try_send(HandsOff::UserActive);
        }
        if self.kept_out != kept_out {
            self.report.set_users_hand(kept_out);
        }
        self.kept_out = kept_out;
        kept_out
    }
}
