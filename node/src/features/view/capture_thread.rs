//! The host's picture: a thread that captures, encodes and hands pictures to the session while it lives.
//!
//! It is started when the user has allowed the screen to be seen and ended when that ends; before and after,
//! no capturer exists. Capture and encoder share one thread: a capturer is bound to its thread, and the X
//! server itself gathers damage meanwhile, so the picture that is encoded next is always the newest.

mod stillness;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use beistand_codec::{
    ByteBudget, Damage, EncodeError, EncodedPicture, Frame, ScreenEncoder, SharpeningDepth, SharpeningWish,
    Size,
};
use beistand_platform::{CaptureError, Capturer, DesktopFault, MonitorChoice, ScreenLayout, ScreenUpdate};
use beistand_session::{CursorShape, Picture, PictureUnit};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use self::stillness::TileStillness;
use super::ViewMessage;
use super::pace::PicturePace;
use super::stages::{HostStages, MadePicture, StageRecord};
use crate::features::SeenLayout;
use crate::features::wire::{Outbox, SendGate};
use crate::words::Phrase;
use beistand_session::{CursorMessage, PictureQuality, VideoMessage};

/// How long a capture waits for a change before the thread looks whether it should end or send a key picture.
const CAPTURE_WAIT: Duration = Duration::from_millis(100);

/// How long tiles must be at rest before what is shown closely is made exact. What is coarse is sharpened as
/// soon as the path has room.
const REST: Duration = Duration::from_millis(25);

/// How long a screen on which something moves may keep the rest of it from being sharpened.
const REFINE_INTERVAL: Duration = Duration::from_millis(150);

/// How many such changes fill a screen: the technician's computer is busy with one for a while.
const LARGE_PART: usize = 4;

/// How long what is shown is not made exact because a large change has not been shown yet, nor sharpened
/// where the path has room for much more: nobody sees more of it before, and the technician's computer would
/// have to do both at once. A path on which that takes longer is to be kept busy.
const SHOWN_PATIENCE: Duration = Duration::from_millis(250);

/// How often the thread looks whether a large change has been shown, while something waits for that.
const SHOWN_POLL: Duration = Duration::from_millis(4);

/// How long the thread waits for the path to have room before it looks whether it should end.
const ROOM_WAIT: Duration = Duration::from_millis(100);

/// How often another monitor is followed: each makes a whole picture, as a request for one does.
const CHOICE_INTERVAL: Duration = Duration::from_millis(250);

/// News that wait: a fault is the last, and of layouts the newest counts.
const NEWS_QUEUE: usize = 4;

/// Makes the capturer, on the thread that uses it.
pub(crate) type OpenCapturer = Box<dyn FnOnce() -> Result<Box<dyn Capturer>, DesktopFault> + Send>;

/// Why the picture ended by itself.
#[derive(Debug)]
pub(super) enum CaptureFault {
    Open(DesktopFault),
    Capture(CaptureError),
    Encode(EncodeError),
}

impl From<DesktopFault> for CaptureFault {
    fn from(fault: DesktopFault) -> Self {
        Self::Open(fault)
    }
}

impl From<CaptureError> for CaptureFault {
    fn from(error: CaptureError) -> Self {
        Self::Capture(error)
    }
}

impl From<EncodeError> for CaptureFault {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}

impl From<&CaptureFault> for Phrase {
    fn from(error: &CaptureFault) -> Self {
        match error {
            CaptureFault::Open(fault) => fault.into(),
            CaptureFault::Capture(error) => error.into(),
            CaptureFault::Encode(error) => error.into(),
        }
    }
}

/// What the thread has to tell.
#[derive(Debug)]
pub(super) enum CaptureNews {
    /// It has ended.
    Fault(CaptureFault),
    /// The desktop is laid out like this from now on.
    Layout(ScreenLayout),
}

/// What the thread works with, beside the capturer and the encoder.
pub(super) struct CaptureWires {
    pub(super) outbox: Outbox<ViewMessage>,
    pub(super) room: watch::Receiver<Option<u32>>,
    /// What is to be in the picture.
    pub(super) choice: watch::Receiver<MonitorChoice>,
    /// What pictures are to be like.
    pub(super) quality: watch::Receiver<PictureQuality>,
    /// Where it is noted what is in which picture.
    pub(super) seen: SeenLayout,
    /// The next picture's id.
    pub(super) ids: Arc<AtomicU64>,
    /// The id of the newest picture that has been shown; 0 before the first.
    pub(super) shown: watch::Receiver<u64>,
    /// Where it is noted how long pictures take.
    pub(super) stages: StageRecord<HostStages>,
}

/// The running thread; it ends when this is dropped, and says nothing more from then on.
pub(super) struct CaptureThread {
    switch: Arc<CaptureSwitch>,
    /// The thread's own, and gone with it: of what nobody has heard by then nobody is to hear.
    news: mpsc::Receiver<CaptureNews>,
}

#[derive(Default)]
struct CaptureSwitch {
    stopped: Mutex<bool>,
    key: AtomicBool,
    gate: SendGate,
}

impl CaptureSwitch {
    fn stop(&self) {
        *self.lock() = true;
    }

    fn is_stopped(&self) -> bool {
        *self.lock()
    }

    /// Does it unless the thread is stopped, which waits meanwhile; whether it was done.
    fn unless_stopped(&self, act: impl FnOnce()) -> bool {
        let stopped = self.lock();
        if !*stopped {
            act();
        }
        !*stopped
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        // Nothing panics while it is held.
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CaptureThread {
    /// Starts to capture.
    pub(super) fn start(
        open: OpenCapturer,
        encoder: Box<dyn ScreenEncoder>,
        mut wires: CaptureWires,
    ) -> std::io::Result<Self> {
        let switch = Arc::new(CaptureSwitch::default());
        let shared = switch.clone();
        let (news_outbox, news) = mpsc::channel(NEWS_QUEUE);
        let faults = news_outbox.clone();
        let stopped = switch.clone();
        let runtime = Handle::current();
        std::thread::Builder::new().name("screen".to_owned()).spawn(move || {
            let result = open().map_err(CaptureFault::from).and_then(|mut capturer| {
                capturer.choose(&wires.choice.borrow_and_update())?;
                let frame = Frame::new(capturer.size());
                let stillness = TileStillness::new(frame.size());
                tracing::info!(backend = capturer.name(), encoder = encoder.name(), "capturing the screen");
                CaptureLoop {
                    switch: shared,
                    runtime,
                    capturer,
                    encoder,
                    wires,
                    news: news_outbox,
                    frame,
                    captured: false,
                    chosen_at: Instant::now(),
                    stillness,
                    pointer: None,
                    refined_at: Instant::now(),
                    large_change: None,
                    pace: PicturePace::default(),
                }
                .run()
            });
            if let Err(error) = result
                && !stopped.is_stopped()
            {
                // A session that is over does not want to know.
                let _ = faults.blocking_send(CaptureNews::Fault(error));
            }
        })?;
        Ok(Self { switch, news })
    }

    /// The next news of the thread that there is; waits where there is none. Cancel safe.
    pub(super) async fn news(thread: &mut Option<Self>) -> CaptureNews {
        if let Some(thread) = thread
            && let Some(news) = thread.news.recv().await
        {
            return news;
        }
        std::future::pending().await
    }

    /// The other side needs a whole picture.
    pub(super) fn request_key(&self) {
        self.switch.key.store(true, Ordering::Relaxed);
    }
}

impl Drop for CaptureThread {
    fn drop(&mut self) {
        self.switch.stop();
        self.switch.gate.shut();
    }
}

/// When the screen looked like the frame, and how long it took to see that.
#[derive(Debug, Clone, Copy)]
struct CaptureMoment {
    at: Instant,
    /// `None` where it was not looked at anew.
    took: Option<Duration>,
}

impl CaptureMoment {
    fn now() -> Self {
        Self { at: Instant::now(), took: None }
    }
}

struct CaptureLoop {
    switch: Arc<CaptureSwitch>,
    runtime: Handle,
    capturer: Box<dyn Capturer>,
    encoder: Box<dyn ScreenEncoder>,
    wires: CaptureWires,
    news: mpsc::Sender<CaptureNews>,
    frame: Frame,
    /// Whether the frame has ever been the screen's: before, it is black.
    captured: bool,
    chosen_at: Instant,
    stillness: TileStillness,
    /// Where the pointer was seen last, in pixels of the picture.
    pointer: Option<(u16, u16)>,
    /// When something was refined last, or nothing was to be refined.
    refined_at: Instant,
    large_change: Option<LargeChange>,
    pace: PicturePace,
}

/// The last picture that showed a large change.
#[derive(Debug, Clone, Copy)]
struct LargeChange {
    id: u64,
    left_at: Instant,
    /// Whether the path had room for more than twice as much: what comes next would reach the technician's
    /// computer while that is still busy with this one.
    had_room: bool,
}

/// Something that can be refined.
struct DueRefinement {
    within: Damage,
    depth: SharpeningDepth,
}

impl CaptureLoop {
    fn run(mut self) -> Result<(), CaptureFault> {
        while !self.switch.is_stopped() {
            let Some(budget) = self.wait_for_room() else { continue };
            if !self.is_its_turn() {
                continue;
            }
            // The first picture is a whole one anyway.
            if self.switch.key.swap(false, Ordering::Relaxed) && self.captured {
                self.encoder.request_key();
                let all = Damage::all(self.frame.size());
                self.encode(&all, budget, CaptureMoment::now())?;
                continue;
            }
            self.follow_choice()?;
            let started_at = Instant::now();
            let due = self.due_refinement(started_at);
            if let Some(due) = due.as_ref().filter(|_| self.refined_at.elapsed() > REFINE_INTERVAL) {
                self.refine(due, budget)?;
                continue;
            }
            let wait = if due.is_some() { Duration::ZERO } else { self.wait_for_change(started_at) };
            let update = self.capturer.capture(&mut self.frame, wait)?;
            let took = update.as_ref().map(|update| update.took);
            let captured = CaptureMoment { took, ..CaptureMoment::now() };
            // The path may have become free while nothing changed.
            let budget = self.wires.room.borrow().map_or(budget, ByteBudget);
            let (damage, layout) = update.map_or((None, None), |update| self.send_cursor(update));
            self.captured |= damage.is_some();
            match (damage, due) {
                (Some(damage), _) => {
                    self.stillness.note(&damage, captured.at);
                    self.encode(&damage, budget, captured)?;
                }
                (None, Some(due)) => self.refine(&due, budget)?,
                (None, None) => {}
            }
            if let Some(layout) = layout {
                self.tell_layout(layout);
            }
        }
        Ok(())
    }

    fn follow_choice(&mut self) -> Result<(), CaptureFault> {
        let rested = self.chosen_at.elapsed() >= CHOICE_INTERVAL;
        if rested && self.wires.choice.has_changed().unwrap_or(false) {
            self.chosen_at = Instant::now();
            self.capturer.choose(&self.wires.choice.borrow_and_update())?;
        }
        Ok(())
    }

    /// Notes what is in the last picture that was sent, and says it; a thread that is stopped does neither,
    /// since the user may share less by now.
    fn tell_layout(&self, layout: ScreenLayout) {
        let last = self.wires.ids.load(Ordering::Relaxed).checked_sub(1).filter(|last| *last > 0);
        let note = || self.wires.seen.captured(last, layout.clone());
        if self.switch.unless_stopped(note) {
            let _ = self.news.blocking_send(CaptureNews::Layout(layout));
        }
    }

    /// The next picture's budget, or `None` where the path stays full for [`ROOM_WAIT`] or the session is
    /// over.
    fn wait_for_room(&mut self) -> Option<ByteBudget> {
        let Self { runtime, wires: CaptureWires { room, .. }, switch, .. } = self;
        runtime.block_on(async {
            match timeout(ROOM_WAIT, room.wait_for(Option::is_some)).await {
                Ok(Ok(room)) => room.map(ByteBudget),
                Ok(Err(_)) => {
                    switch.stop();
                    None
                }
                Err(_) => None,
            }
        })
    }

    /// Whether the next picture may leave, as the technician wishes them; waits for it, [`ROOM_WAIT`] at
    /// most.
    fn is_its_turn(&mut self) -> bool {
        let Self { runtime, wires: CaptureWires { quality, .. }, pace, .. } = self;
        pace.wish(*quality.borrow_and_update());
        let Some(wait) = pace.wait(Instant::now()) else { return true };
        runtime.block_on(async {
            let another = async {
                if quality.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            };
            // Either way it is looked again.
            let _ = timeout(wait.min(ROOM_WAIT), another).await;
        });
        false
    }

    /// Sends what the pointer did, and returns what the screen did.
    fn send_cursor(&mut self, update: ScreenUpdate) -> (Option<Damage>, Option<ScreenLayout>) {
        if let Some(shape) = update.cursor_shape {
            let (width, height) = (shape.size.width(), shape.size.height());
            let shape = CursorShape { width, height, hotspot: shape.hotspot, pixels: shape.pixels };
            self.send(ViewMessage::Cursor(CursorMessage::Shape(shape)));
        }
        if let Some(position) = update.cursor_position {
            self.pointer = position.or(self.pointer);
            self.send(ViewMessage::Cursor(CursorMessage::Position(position)));
        }
        ((!update.damage.is_empty()).then_some(update.damage), update.layout)
    }

    /// What can be refined now: what is coarse at once, what is close after some rest.
    fn due_refinement(&mut self, now: Instant) -> Option<DueRefinement> {
        let size = self.frame.size();
        let still = |rest| self.stillness.still(now, rest);
        let waits = !self.large_change_is_shown(now);
        let close = !(waits && self.large_change.is_some_and(|change| change.had_room));
        let due = [(close, Duration::ZERO, SharpeningDepth::Close), (!waits, REST, SharpeningDepth::Exact)]
            .into_iter()
            .filter_map(|(due, rest, depth)| due.then_some((rest, depth)))
            .map(|(rest, depth)| DueRefinement { within: still(rest), depth })
            .filter(|due| due.within.size() == size)
            .find(|due| self.encoder.sharpness(&due.within).is_due(due.depth));
        if due.is_none() {
            self.refined_at = now;
        }
        due
    }

    /// Whether the technician has seen the last large change, or will not for a while.
    fn large_change_is_shown(&self, now: Instant) -> bool {
        self.large_change.is_none_or(|change| {
            *self.wires.shown.borrow() >= change.id || now - change.left_at >= SHOWN_PATIENCE
        })
    }

    /// How long to wait for a change: no longer than until something more can be refined.
    fn wait_for_change(&self, now: Instant) -> Duration {
        let refinable = self.encoder.refinable().then(|| self.stillness.next(now, REST)).flatten();
        let wait = refinable.map_or(CAPTURE_WAIT, |at| (at - now).min(CAPTURE_WAIT));
        if self.encoder.refinable() && !self.large_change_is_shown(now) { wait.min(SHOWN_POLL) } else { wait }
    }

    fn refine(&mut self, due: &DueRefinement, budget: ByteBudget) -> Result<(), CaptureFault> {
        let now = Instant::now();
        self.refined_at = now;
        let wish = SharpeningWish { within: &due.within, depth: due.depth, pointer: self.pointer };
        let encoded = self.encoder.sharpen(&self.frame, &wish, self.pace.budget(budget))?;
        self.send_picture(encoded, CaptureMoment { at: now, took: None }, now);
        Ok(())
    }

    fn encode(
        &mut self,
        damage: &Damage,
        budget: ByteBudget,
        captured: CaptureMoment,
    ) -> Result<(), CaptureFault> {
        let (began, budget) = (Instant::now(), self.pace.budget(budget));
        let encoded = self.encoder.encode(&self.frame, damage, budget)?;
        let had_room = 2 * encoded.len() < budget.0 as usize;
        if let Some(id) = self.send_picture(encoded, captured, began)
            && LARGE_PART * damage.count() >= Damage::all(damage.size()).count()
        {
            self.large_change = Some(LargeChange { id, left_at: Instant::now(), had_room });
        }
        Ok(())
    }

    /// Sends it; its id, unless it is empty.
    fn send_picture(
        &mut self,
        encoded: EncodedPicture,
        captured: CaptureMoment,
        began: Instant,
    ) -> Option<u64> {
        (!encoded.is_empty()).then(|| {
            let encoded_at = Instant::now();
            self.pace.sent(encoded.len(), encoded_at);
            let id = self.wires.ids.fetch_add(1, Ordering::Relaxed);
            let picture = to_picture(id, captured.at, self.frame.size(), encoded);
            let made = MadePicture { id, capture: captured.took, encode: encoded_at - began };
            self.wires.stages.with(|stages| stages.made(made));
            self.send(ViewMessage::Video(VideoMessage::Picture(picture)));
            self.wires.stages.with(|stages| stages.handed_over(id, encoded_at.elapsed()));
            id
        })
    }

    /// Says it, unless the user has taken the permission back meanwhile.
    fn send(&self, message: ViewMessage) {
        let switch = &*self.switch;
        if !switch.is_stopped()
            && !self.wires.outbox.blocking_send_through(&switch.gate, &self.runtime, message)
        {
            switch.stop();
        }
    }
}

fn to_picture(id: u64, captured_at: Instant, screen: Size, encoded: EncodedPicture) -> Picture {
    let units = encoded.units.into_iter().map(|unit| PictureUnit {
        stream: unit.stream.0,
        x: unit.rect.x(),
        y: unit.rect.y(),
        width: unit.rect.width(),
        height: unit.rect.height(),
        key: unit.key,
        data: unit.data,
    });
    Picture { id, captured_at, screen: (screen.width(), screen.height()), units: units.collect() }
}

#[cfg(test)]
mod tests;
