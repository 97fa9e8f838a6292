//! Pictures through the whole way on this computer, both sides in one program.
//!
//! What it does: the threads that capture, encode and decode in a session do so here too, on pictures that
//! are drawn for it, and two sessions carry them from one to the other, encrypted. A picture is drawn when
//! the one before is in memory, so none waits for another, and drawing takes no part's time.
//!
//! What it does not do: it opens no screen and no socket, and it paints nothing.

mod pair;
mod screen;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, Instant};

use beistand_codec::{Damage, Frame, Size};
use beistand_platform::MonitorChoice;
use beistand_session::{Command as SessionCommand, Message, PictureQuality, Role, VideoMessage};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep_until, timeout};

use self::pair::SessionPair;
use self::screen::{DrawnFrame, FedScreen};
use super::capture_thread::{CaptureNews, CaptureThread, CaptureWires};
use super::decode_thread::DecodeThread;
use super::stages::{HostStages, StageRecord, TechnicianStages};
use crate::backends::Backends;
use crate::fault;
use crate::features::SeenLayout;
use crate::features::wire::Outbox;
use crate::picture::PictureSlot;
use crate::stages::{PictureStage, StageSummary};
use crate::words::Phrase;

/// Messages that wait for a session: a picture or two, and the words about them.
const COMMAND_QUEUE: usize = 16;

/// The fewest pictures that say anything.
const FEWEST_PICTURES: usize = 5;

/// After so long without a picture what was shown first is exact, and measuring begins; no longer than
/// [`SETTLING`] after it.
const QUIET: Duration = Duration::from_millis(100);

/// See [`QUIET`]: a second is what a person waits.
const SETTLING: Duration = Duration::from_secs(1);

/// How long one picture may take: far longer than on any computer on which this is of use.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long a thread may take to end: as long as its last picture.
const FAREWELL: Duration = Duration::from_secs(5);

/// Carries pictures of `size`, for so long, or until `stop`: `None` then. `draw` makes them and says where
/// each differs from the one before. Answers how long the parts of their way took.
///
/// # Errors
/// Why they can't be carried.
pub(crate) async fn carry_pictures<D>(
    backends: Backends,
    size: Size,
    draw: D,
    time: Duration,
    stop: impl Future<Output = ()>,
) -> Result<Option<StageSummary>, Phrase>
where
    D: FnMut() -> (Frame, Damage) + Send + 'static,
{
    let mut way = BenchWay::open(backends, size).map_err(|error| fault::out_of_resources(&error))?;
    let carried = tokio::select! {
        carried = way.carry_all(draw, time) => carried.map(Some),
        () = stop => Ok(None),
    };
    way.close().await;
    carried
}

/// A screen, a decoder, and all that lies between.
struct BenchWay {
    feed: SyncSender<DrawnFrame>,
    /// The number of the picture that the last one on the screen has on its way.
    handed: watch::Receiver<u64>,
    /// The number of the last picture that was shown.
    shown: watch::Receiver<u64>,
    host: StageRecord<HostStages>,
    technician: StageRecord<TechnicianStages>,
    /// Ends with what went wrong.
    line: JoinHandle<Phrase>,
}

impl BenchWay {
    fn open(backends: Backends, size: Size) -> std::io::Result<Self> {
        // One is drawn at a time.
        let (feed, fed) = sync_channel(1);
        let (handed_outbox, handed) = watch::channel(0);
        let (shown_outbox, shown) = watch::channel(0);
        let (room, picture_room) = watch::channel(None);
        let [host, technician] = [(); 2].map(|()| mpsc::channel::<SessionCommand>(COMMAND_QUEUE));
        let ids = Arc::new(AtomicU64::new(1));
        let screen = FedScreen::new(size, fed, ids.clone(), handed_outbox);
        let stages = StageRecord::<HostStages>::default();
        let wires = CaptureWires {
            outbox: Outbox::new(host.0),
            room: picture_room,
            choice: watch::channel(MonitorChoice::default()).1,
            quality: watch::channel(PictureQuality::default()).1,
            seen: SeenLayout::default(),
            ids,
            shown: shown.clone(),
            stages: stages.clone(),
        };
        let decode =
            DecodeThread::start(PictureSlot::default(), Outbox::new(technician.0), backends.decoder())?;
        let technician_stages = decode.stages().clone();
        let capture = CaptureThread::start(screen.opened(), backends.encoder(), wires)?;
        let line = BenchLine {
            pair: SessionPair::new(Instant::now()),
            host_says: host.1,
            technician_says: technician.1,
            room,
            capture: Some(capture),
            decode,
            stages: stages.clone(),
            shown: shown_outbox,
        };
        let line = tokio::spawn(line.run());
        Ok(Self { feed, handed, shown, host: stages, technician: technician_stages, line })
    }

    async fn carry_all<D>(&mut self, mut draw: D, time: Duration) -> Result<StageSummary, Phrase>
    where
        D: FnMut() -> DrawnFrame + Send + 'static,
    {
        let first;
        (draw, first) = drawn(draw).await?;
        self.carry(first).await?;
        self.settle().await;
        self.host.with(|stages| *stages = HostStages::default());
        self.technician.with(|stages| *stages = TechnicianStages::default());
        let end = Instant::now() + time;
        let mut drawn_pictures = 0;
        while drawn_pictures < FEWEST_PICTURES || Instant::now() < end {
            let next;
            (draw, next) = drawn(draw).await?;
            drawn_pictures += 1;
            let (_, damage) = &next;
            // Nothing changes where somebody who types pauses.
            if !damage.is_empty() {
                self.carry(next).await?;
            }
        }
        Ok(self.summary())
    }

    /// Puts a picture on the screen and waits until it is in memory on the other side.
    async fn carry(&mut self, picture: DrawnFrame) -> Result<(), Phrase> {
        let Self { feed, handed, shown, line, .. } = self;
        // Where its thread is gone the line says why.
        let _ = feed.try_send(picture);
        let showing = async {
            if handed.changed().await.is_ok() {
                let number = *handed.borrow_and_update();
                if shown.wait_for(|shown| *shown >= number).await.is_ok() {
                    return;
                }
            }
            std::future::pending().await
        };
        tokio::select! {
            ended = line => Err(ended.unwrap_or_else(fault::other)),
            shown = timeout(PATIENCE, showing) => shown.map_err(|_| Phrase::new("view-bench-stuck")),
        }
    }

    /// Waits until what was shown coarsely has become exact.
    async fn settle(&mut self) {
        let shown = &mut self.shown;
        let quiet = async { while let Ok(Ok(())) = timeout(QUIET, shown.changed()).await {} };
        let _ = timeout(SETTLING, quiet).await;
    }

    /// Of both sides, without what is not there: a screen that is looked at, and a window.
    fn summary(&self) -> StageSummary {
        let host = self.host.with(|stages| stages.summary());
        let technician = self.technician.with(|stages| stages.summary());
        let rows = vec![
            (PictureStage::Encode, host.time(PictureStage::Encode)),
            (PictureStage::Queue, host.time(PictureStage::Queue)),
            (PictureStage::Network, host.time(PictureStage::Network)),
            (PictureStage::Wait, technician.time(PictureStage::Wait)),
            (PictureStage::Decode, technician.time(PictureStage::Decode)),
            (PictureStage::Whole, host.time(PictureStage::Whole)),
        ];
        StageSummary::new(technician.pictures(), rows)
    }

    /// Returns when the thread that uses the runtime has ended.
    async fn close(self) {
        let Self { feed, mut handed, line, .. } = self;
        drop(feed);
        let ended = async { while handed.changed().await.is_ok() {} };
        if timeout(FAREWELL, ended).await.is_err() {
            tracing::warn!("the encoder does not end");
        }
        line.abort();
    }
}

/// Draws a picture where drawing holds nothing up.
async fn drawn<D>(mut draw: D) -> Result<(D, DrawnFrame), Phrase>
where
    D: FnMut() -> DrawnFrame + Send + 'static,
{
    let drawing = tokio::task::spawn_blocking(move || {
        let picture = draw();
        (draw, picture)
    });
    drawing.await.map_err(fault::other)
}

/// What lies between both threads: two sessions, which carry what they say.
struct BenchLine {
    pair: SessionPair,
    // Inboxes
    host_says: mpsc::Receiver<SessionCommand>,
    technician_says: mpsc::Receiver<SessionCommand>,
    // Outboxes
    room: watch::Sender<Option<u32>>,
    shown: watch::Sender<u64>,
    // State
    capture: Option<CaptureThread>,
    decode: DecodeThread,
    stages: StageRecord<HostStages>,
}

impl BenchLine {
    /// Runs until something goes wrong, and answers what.
    async fn run(mut self) -> Phrase {
        loop {
            let deadline = self.pair.pump();
            for message in self.pair.heard() {
                self.hear(message);
            }
            if let Some(end) = self.pair.end() {
                return fault::other(end);
            }
            if let Some(trouble) = self.decode.trouble() {
                return trouble.phrase();
            }
            let room = self.pair.picture_room();
            self.room.send_if_modified(|known| std::mem::replace(known, room) != room);
            tokio::select! {
                biased;
                () = due(deadline) => self.pair.handle_timeout(Instant::now()),
                Some(said) = self.host_says.recv() => self.pair.command(Role::Host, said),
                Some(said) = self.technician_says.recv() => self.pair.command(Role::Technician, said),
                news = CaptureThread::news(&mut self.capture) => match news {
                    CaptureNews::Fault(fault) => return (&fault).into(),
                    CaptureNews::Layout(_) => {}
                },
            }
        }
    }

    fn hear(&mut self, message: Message) {
        // Nobody says anything else here.
        let Message::Video(message) = message else { return };
        match message {
            VideoMessage::Picture(picture) => self.decode.show(picture),
            VideoMessage::KeyRequest => {
                if let Some(capture) = &self.capture {
                    capture.request_key();
                }
            }
            VideoMessage::Shown { picture, latency, way } => {
                self.stages.with(|stages| stages.shown(picture, latency, way));
                self.shown.send_replace(picture);
            }
        }
    }
}

async fn due(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline.into()).await,
        None => std::future::pending().await,
    }
}
