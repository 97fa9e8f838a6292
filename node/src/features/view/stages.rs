//! How long each part of a picture's way takes, on either side, over the last pictures. Pure: the time is
//! passed in.
//!
//! It costs a reading of the clock for each part of a picture, and nothing is made of it until somebody asks.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use beistand_session::{Picture, PictureWay};

use crate::stages::{PictureStage, StageSummary, StageTime};

/// Pictures over which a part's time is told: 20 s of a screen that moves.
const KEPT_SAMPLES: usize = 600;

/// Pictures of which something is still to come: more than wait for a decoder, or are on their way.
const KEPT_PICTURES: usize = 128;

/// One side's times, on all of its threads. Clones are one.
#[derive(Debug, Default)]
pub(super) struct StageRecord<R>(Arc<Mutex<R>>);

impl<R> Clone for StageRecord<R> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<R> StageRecord<R> {
    /// Lets `look` note or read something.
    pub(super) fn with<T>(&self, look: impl FnOnce(&mut R) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The newest times of one part.
#[derive(Debug, Default)]
struct StageSamples(VecDeque<Duration>);

impl StageSamples {
    fn push(&mut self, sample: Duration) {
        if self.0.len() == KEPT_SAMPLES {
            self.0.pop_front();
        }
        self.0.push_back(sample);
    }

    fn time(&self) -> Option<StageTime> {
        StageTime::of(self.0.iter().copied())
    }
}

/// Puts something at the end of a queue of [`KEPT_PICTURES`].
fn keep<T>(queue: &mut VecDeque<T>, newest: T) {
    if queue.len() == KEPT_PICTURES {
        queue.pop_front();
    }
    queue.push_back(newest);
}

/// The host's part of the way.
#[derive(Debug, Default)]
pub(super) struct HostStages {
    /// Those that are not known to be shown.
    sent: VecDeque<HandedPicture>,
    capture: StageSamples,
    encode: StageSamples,
    queue: StageSamples,
    network: StageSamples,
    there: StageSamples,
    whole: StageSamples,
}

/// A picture that is about to be handed to the session.
#[derive(Debug, Clone, Copy)]
pub(super) struct MadePicture {
    pub(super) id: u64,
    /// `None` where nothing was captured for it: it makes exact what is shown already.
    pub(super) capture: Option<Duration>,
    pub(super) encode: Duration,
}

/// A picture on its way.
#[derive(Debug)]
struct HandedPicture {
    made: MadePicture,
    /// Until the session had taken it.
    handover: Duration,
}

impl HostStages {
    /// A picture was made. To be called before it is handed over: its way may be over soon.
    pub(super) fn made(&mut self, made: MadePicture) {
        if let Some(capture) = made.capture {
            self.capture.push(capture);
        }
        self.encode.push(made.encode);
        keep(&mut self.sent, HandedPicture { made, handover: Duration::ZERO });
    }

    /// The session has taken it after so long.
    pub(super) fn handed_over(&mut self, id: u64, after: Duration) {
        if let Some(handed) = self.sent.iter_mut().rfind(|handed| handed.made.id == id) {
            handed.handover = after;
        }
    }

    /// A picture is shown, and with it all before it: those went by unseen, so nothing is known of their way.
    /// `latency`: since it was captured.
    pub(super) fn shown(&mut self, id: u64, latency: Duration, way: PictureWay) {
        let mut shown = None;
        while let Some(handed) = self.sent.pop_front_if(|handed| handed.made.id <= id) {
            shown = Some(handed).filter(|handed| handed.made.id == id);
        }
        let Some(HandedPicture { made, handover }) = shown else { return };
        self.queue.push(handover + way.queue);
        self.network.push(way.network);
        self.there.push(way.there);
        self.whole.push(made.capture.unwrap_or_default() + latency);
    }

    /// How long they take.
    pub(super) fn summary(&self) -> StageSummary {
        let rows = vec![
            (PictureStage::Capture, self.capture.time()),
            (PictureStage::Encode, self.encode.time()),
            (PictureStage::Queue, self.queue.time()),
            (PictureStage::Network, self.network.time()),
            (PictureStage::There, self.there.time()),
            (PictureStage::Whole, self.whole.time()),
        ];
        StageSummary::new(self.encode.0.len(), rows)
    }
}

/// The technician's part of the way.
#[derive(Debug, Default)]
pub(super) struct TechnicianStages {
    /// The newest, oldest first.
    pictures: VecDeque<ArrivedPicture>,
    before: StageSamples,
    wait: StageSamples,
    decode: StageSamples,
    paint: StageSamples,
    /// From the capture until the picture is in memory, and until it is in a window.
    to_memory: StageSamples,
    to_window: StageSamples,
}

#[derive(Debug)]
struct ArrivedPicture {
    id: u64,
    captured_at: Instant,
    arrived_at: Instant,
    taken_at: Option<Instant>,
    drawn: Option<DrawnPicture>,
}

/// A picture that is in the slot.
#[derive(Debug)]
struct DrawnPicture {
    at: Instant,
    painted: bool,
}

impl TechnicianStages {
    /// A picture has arrived.
    pub(super) fn arrived(&mut self, picture: &Picture, now: Instant) {
        let Picture { id, captured_at, .. } = *picture;
        self.before.push(now.saturating_duration_since(captured_at));
        let arrived = ArrivedPicture { id, captured_at, arrived_at: now, taken_at: None, drawn: None };
        keep(&mut self.pictures, arrived);
    }

    /// The decoder takes it.
    pub(super) fn taken(&mut self, id: u64, now: Instant) {
        if let Some(picture) = self.pictures.iter_mut().find(|picture| picture.id == id) {
            picture.taken_at = Some(now);
            self.wait.push(now.saturating_duration_since(picture.arrived_at));
        }
    }

    /// It is in the slot.
    pub(super) fn drawn(&mut self, id: u64, now: Instant) {
        let Some(picture) = self.pictures.iter_mut().find(|picture| picture.id == id) else { return };
        if let Some(taken_at) = picture.taken_at {
            self.decode.push(now.saturating_duration_since(taken_at));
        }
        self.to_memory.push(now.saturating_duration_since(picture.captured_at));
        picture.drawn = Some(DrawnPicture { at: now, painted: false });
    }

    /// It is on the screen, and with it all before.
    pub(super) fn painted(&mut self, id: u64, at: Instant) {
        for picture in self.pictures.iter_mut().filter(|picture| picture.id <= id) {
            let Some(drawn) = &mut picture.drawn else { continue };
            if !std::mem::replace(&mut drawn.painted, true) {
                self.paint.push(at.saturating_duration_since(drawn.at));
                self.to_window.push(at.saturating_duration_since(picture.captured_at));
            }
        }
    }

    /// How long ago it arrived; nothing where that is not known any more.
    pub(super) fn since_arrival(&self, id: u64, now: Instant) -> Duration {
        let picture = self.pictures.iter().find(|picture| picture.id == id);
        picture.map(|picture| now.saturating_duration_since(picture.arrived_at)).unwrap_or_default()
    }

    /// How long they take.
    pub(super) fn summary(&self) -> StageSummary {
        // Without a window a picture's way ends in memory.
        let whole = self.to_window.time().or_else(|| self.to_memory.time());
        let rows = vec![
            (PictureStage::Before, self.before.time()),
            (PictureStage::Wait, self.wait.time()),
            (PictureStage::Decode, self.decode.time()),
            (PictureStage::Paint, self.paint.time()),
            (PictureStage::Whole, whole),
        ];
        StageSummary::new(self.decode.0.len(), rows)
    }
}

#[cfg(test)]
mod tests;
