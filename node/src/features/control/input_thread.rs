//! The host's hands: a thread that injects what the session has authorised, and lets go at once when told to.
//!
//! Letting go does not queue behind what is still to be injected: once the thread is told to stop, all that
//! waits is void. Text is injected character by character and can be interrupted, so that a revoke takes
//! effect in the middle of it, and [`InputThread::stop`] returns when nothing more is injected: what is
//! acknowledged after it is true.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use beistand_platform::{DesktopFault, InjectError, InputInjector, Interrupt, PressOrigin};
use beistand_session::{InputEvent, KeyText};
use tokio::sync::{mpsc, oneshot};

use super::HandsOff;

/// Events that wait to be injected: XTEST takes some thousand a second, text some hundred characters.
const JOB_QUEUE: usize = 512;

/// How long the user's own mouse and keyboard keep the technician's away.
const USER_PRIORITY: Duration = Duration::from_secs(2);

/// How often the user's own hand is looked for: a mouse move is answered within a frame, an X round trip is
/// saved.
const HAND_CHECK_INTERVAL: Duration = Duration::from_millis(10);

/// How long [`InputThread::stop`] waits for the thread at most: what a revoke may take in all.
const STOP_TIMEOUT: Duration = Duration::from_millis(50);

/// How often an idle thread looks whether it should let go.
const IDLE_CHECK: Duration = Duration::from_millis(500);

/// Makes the injector and what tells the user's hand from ours, on the thread that uses them.
pub(crate) type OpenInjector =
    Box<dyn FnOnce() -> Result<(Box<dyn InputInjector>, Box<dyn PressOrigin>), DesktopFault> + Send>;

struct InputJob {
    generation: u64,
    /// Nothing: only wake up and see that the generation is a new one.
    event: Option<InputEvent>,
}

/// The running thread; it injects what still waits, lets go of everything and ends when this is dropped.
pub(super) struct InputThread {
    jobs: SyncSender<InputJob>,
    shared: Arc<InputGeneration>,
    /// Resolves when the thread has let go and ended.
    ended: oneshot::Receiver<()>,
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
    /// Starts the thread, which tells at `news` while it has no effect. Where no input can be injected every
    /// event is dropped.
    pub(super) fn start(open: OpenInjector, news: mpsc::Sender<HandsOff>) -> std::io::Result<Self> {
        let (jobs, inbox) = sync_channel(JOB_QUEUE);
        let (end, ended) = oneshot::channel();
        let shared = Arc::new(InputGeneration::default());
        let theirs = shared.clone();
        std::thread::Builder::new().name("input".to_owned()).spawn(move || {
            match open() {
                Ok((injector, origin)) => {
                    // Set once: the thread is started once.
                    let _ = theirs.interrupt.set(injector.interrupt());
                    let shared = theirs;
                    let started = Instant::now();
                    InputLoop {
                        inbox,
                        shared,
                        seen: 0,
                        injector,
                        origin,
                        started,
                        looked_at: None,
                        user_active: false,
                        news,
                    }
                    .run();
                }
                Err(error) => {
                    tracing::error!(%error, "no remote input");
                    let _ = news.try_send(HandsOff::NotHere((&error).into()));
                }
            }
            // Whoever no longer waits has stopped waiting at its time-out.
            let _ = end.send(());
        })?;
        Ok(Self { jobs, shared, ended })
    }

    /// Ends the thread and waits until it has let go of everything, at most for [`STOP_TIMEOUT`].
    pub(super) async fn stop(self) {
        self.shared.renew();
        let Self { jobs, ended, .. } = self;
        drop(jobs);
        let _ = tokio::time::timeout(STOP_TIMEOUT, ended).await;
    }

    /// Injects the event soon. A queue that is full drops it: the thread is behind, and later is too late.
    pub(super) fn inject(&self, event: InputEvent) {
        let job = InputJob { generation: self.shared.generation.load(Ordering::Acquire), event: Some(event) };
        if self.jobs.try_send(job).is_err() {
            tracing::debug!("an input event was dropped: too many wait");
        }
    }

    /// Makes everything that waits void and lets go of every key and button.
    pub(super) fn release(&self) {
        let generation = self.shared.renew();
        // Where there is no room the thread is awake anyway.
        let _ = self.jobs.try_send(InputJob { generation, event: None });
    }
}

struct InputLoop {
    inbox: Receiver<InputJob>,
    shared: Arc<InputGeneration>,
    seen: u64,
    injector: Box<dyn InputInjector>,
    origin: Box<dyn PressOrigin>,
    started: Instant,
    looked_at: Option<Instant>,
    user_active: bool,
    /// Where the user's program hears that input has no effect. What finds no room there is old news.
    news: mpsc::Sender<HandsOff>,
}

impl InputLoop {
    fn run(mut self) {
        loop {
            match self.inbox.recv_timeout(IDLE_CHECK) {
                Ok(job) => {
                    self.let_go_if_told();
                    if let Some(event) = job.event {
                        self.inject(job.generation, event);
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.let_go_if_told(),
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

    fn let_go(&mut self) {
        if let Err(error) = self.injector.release_all() {
            tracing::error!(%error, "held keys could not be released");
        }
    }

    fn inject(&mut self, generation: u64, event: InputEvent) {
        match event {
            InputEvent::Text(text) => {
                for character in text.as_str().chars() {
                    let mut bytes = [0; 4];
                    let part = character.encode_utf8(&mut bytes).to_owned();
                    let Ok(part) = KeyText::try_from(part) else { continue };
                    if !self.inject_one(generation, &InputEvent::Text(part)) {
                        return;
                    }
                }
            }
            event => _ = self.inject_one(generation, &event),
        }
    }

    /// Whether the event's generation still holds and the user's hand is not on the mouse.
    fn inject_one(&mut self, generation: u64, event: &InputEvent) -> bool {
        if self.shared.generation.load(Ordering::Acquire) != generation || self.user_has_priority() {
            return false;
        }
        match self.injector.inject(event) {
            Ok(()) => true,
            Err(InjectError::Refused(why)) => {
                tracing::debug!(why, "an input event was refused");
                true
            }
            Err(error) => {
                tracing::warn!(%error, "an input event was lost");
                false
            }
        }
    }

    fn user_has_priority(&mut self) -> bool {
        if self.looked_at.is_none_or(|at| at.elapsed() >= HAND_CHECK_INTERVAL) {
            self.looked_at = Some(Instant::now());
            // What the user did before there were hands to keep away, such as the click on Allow, doesn't
            // count.
            let counts = USER_PRIORITY.min(self.started.elapsed());
            let active = self.origin.since_physical_input().is_some_and(|since| since < counts);
            if active && !self.user_active {
                self.let_go();
                let _ = self.news.try_send(HandsOff::UserActive);
            }
            self.user_active = active;
        }
        self.user_active
    }
}
