//! The technician's picture: a thread that has what arrives decoded and puts it into the slot that the window
//! shows.
//!
//! It trusts no picture: what one may cost is bounded in [`super::budget`], and the decoder runs without
//! rights. A stream that breaks, whatever broke it, is begun again with a key picture.

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use beistand_codec::{DecodeError, EncodedUnit, Rect, ScreenDecoder, Size, StreamId};
use beistand_session::{Picture, PictureUnit, VideoMessage};

use super::budget::{FollowedSize, KeyRequests, PixelBudget, SizeVerdict};
use super::counters::PictureCounters;
use super::picture_queue::{Next, PictureFeed, PictureQueue, Queued, picture_queue};
use super::stages::{StageRecord, TechnicianStages};
use super::{Figures, ViewMessage, ViewTrouble};
use crate::features::wire::Outbox;
use crate::picture::PictureSlot;

/// The running thread; it ends when this is dropped.
pub(super) struct DecodeThread {
    pictures: PictureFeed,
    told: Arc<Told>,
    stages: StageRecord<TechnicianStages>,
}

/// What the thread tells.
struct Told {
    counters: Mutex<PictureCounters>,
    trouble: Mutex<Option<ViewTrouble>>,
}

impl Told {
    fn counters(&self) -> MutexGuard<'_, PictureCounters> {
        self.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn trouble(&self) -> MutexGuard<'_, Option<ViewTrouble>> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DecodeThread {
    /// Starts the thread; it acknowledges what it has shown at `outbox`.
    pub(super) fn start(
        slot: PictureSlot,
        outbox: Outbox<ViewMessage>,
        decoder: Box<dyn ScreenDecoder>,
    ) -> std::io::Result<Self> {
        let (pictures, queue) = picture_queue();
        let told = Arc::new(Told {
            counters: Mutex::new(PictureCounters::new(Instant::now())),
            trouble: Mutex::new(None),
        });
        let stages = StageRecord::default();
        let (shared, times) = (told.clone(), stages.clone());
        std::thread::Builder::new().name("decode".to_owned()).spawn(move || {
            DecodeLoop {
                slot,
                outbox,
                told: shared,
                stages: times,
                decoder,
                size: FollowedSize::default(),
                keys: KeyRequests::default(),
            }
            .run(&queue);
        })?;
        Ok(Self { pictures, told, stages })
    }

    /// How the picture is doing, where it has changed since the last call.
    pub(super) fn figures(&self, now: Instant) -> Option<Figures> {
        self.told.counters().figures(now)
    }

    /// Why nothing can be shown at present, where that is so.
    pub(super) fn trouble(&self) -> Option<ViewTrouble> {
        self.told.trouble().clone()
    }

    /// How long each part of a picture's way takes here.
    pub(super) fn stages(&self) -> &StageRecord<TechnicianStages> {
        &self.stages
    }

    /// Decodes and shows the picture soon.
    pub(super) fn show(&self, picture: Picture) {
        self.stages.with(|stages| stages.arrived(&picture, Instant::now()));
        if !self.pictures.push(picture) {
            self.told.counters().dropped();
            tracing::warn!("the host sends faster than this computer decodes");
        }
    }
}

struct DecodeLoop {
    slot: PictureSlot,
    outbox: Outbox<ViewMessage>,
    told: Arc<Told>,
    stages: StageRecord<TechnicianStages>,
    decoder: Box<dyn ScreenDecoder>,
    size: FollowedSize,
    keys: KeyRequests,
}

/// What came of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DecodedPicture {
    /// All of it is in the slot.
    Whole,
    /// Some of its units could not be decoded; whether others are in the slot.
    Broken { drawn: bool },
    /// The screen has a size that is not followed.
    NotFollowed,
}

impl DecodeLoop {
    fn run(mut self, queue: &PictureQueue) {
        loop {
            match queue.next(self.keys.due()) {
                Next::Queued(Queued::Picture(picture)) => self.show(picture),
                Next::Queued(Queued::Gap { last }) => {
                    // What follows would be drawn on what never came.
                    self.decoder.reset();
                    self.keys.want();
                    self.acknowledge(last);
                }
                Next::Due => {}
                Next::Closed => return,
            }
            if self.keys.ask(Instant::now()) {
                self.send(VideoMessage::KeyRequest);
            }
        }
    }

    fn show(&mut self, picture: Picture) {
        let bytes: usize = picture.units.iter().map(|unit| unit.data.len()).sum();
        let (id, captured_at) = (picture.id, picture.captured_at);
        let key = picture.units.iter().any(|unit| unit.key);
        self.stages.with(|stages| stages.taken(id, Instant::now()));
        let decoded = self.decode(picture);
        if let DecodedPicture::Whole | DecodedPicture::Broken { .. } = decoded {
            let now = Instant::now();
            self.told.counters().shown(now, captured_at, bytes);
            self.stages.with(|stages| stages.drawn(id, now));
        }
        match decoded {
            DecodedPicture::Whole if key => self.keys.satisfied(),
            DecodedPicture::Whole | DecodedPicture::NotFollowed => {}
            DecodedPicture::Broken { .. } => self.keys.want(),
        }
        match decoded {
            DecodedPicture::Whole => self.acknowledge_painted(id, true),
            DecodedPicture::Broken { drawn: true } => self.acknowledge_painted(id, false),
            // Acknowledged even so: the host must not wait for it.
            DecodedPicture::Broken { drawn: false } | DecodedPicture::NotFollowed => {
                self.slot.mark_stale();
                self.acknowledge(id);
            }
        }
    }

    /// Decodes all units into the slot.
    fn decode(&mut self, picture: Picture) -> DecodedPicture {
        let (width, height) = picture.screen;
        let Some(size) = Size::new(width, height) else {
            self.trouble(Some(ViewTrouble::ScreenTooLarge { width, height }));
            return DecodedPicture::NotFollowed;
        };
        let key = picture.units.iter().any(|unit| unit.key);
        match self.size.follow(size, key, Instant::now()) {
            SizeVerdict::Same => {}
            SizeVerdict::New => self.decoder.reset(),
            SizeVerdict::TooSoon { again } => {
                self.keys.want_from(again);
                return DecodedPicture::NotFollowed;
            }
            SizeVerdict::NoBeginning => {
                self.keys.want();
                return DecodedPicture::NotFollowed;
            }
            SizeVerdict::TooLarge => {
                self.trouble(Some(ViewTrouble::ScreenTooLarge { width, height }));
                return DecodedPicture::NotFollowed;
            }
        }
        let mut budget = PixelBudget::of(size);
        let (mut whole, mut drawn) = (true, false);
        for unit in picture.units {
            match self.decode_unit(unit, size, &mut budget) {
                Ok(()) => drawn = true,
                Err(error) => {
                    self.broken(&error);
                    whole = false;
                }
            }
        }
        if whole {
            self.trouble(None);
            DecodedPicture::Whole
        } else {
            // Where nothing of it could be drawn the last picture says more than a black one of the new size.
            DecodedPicture::Broken { drawn }
        }
    }

    fn decode_unit(
        &mut self,
        unit: PictureUnit,
        size: Size,
        budget: &mut PixelBudget,
    ) -> Result<(), DecodeError> {
        let rect = Rect::new(unit.x, unit.y, unit.width, unit.height).ok_or(DecodeError::OutsideScreen)?;
        if !budget.take(rect) {
            // Left out, so its stream would go on from what never was.
            self.decoder.reset();
            return Err(DecodeError::TooManyStreams);
        }
        let unit = EncodedUnit { stream: StreamId(unit.stream), rect, key: unit.key, data: unit.data };
        self.decoder.take_in(&unit, size)?;
        let mut drawn = Ok(());
        self.slot.update_part(size, |view| match self.decoder.draw(&mut view.canvas()) {
            Ok(parts) => parts,
            Err(error) => {
                drawn = Err(error);
                Vec::new()
            }
        });
        drawn
    }

    fn broken(&self, error: &DecodeError) {
        match error {
            DecodeError::MissingKey => {}
            DecodeError::NoCage(detail) => {
                self.trouble(Some(ViewTrouble::NoDecoder { detail: detail.clone() }));
                tracing::error!(%error, "nothing can be decoded");
            }
            DecodeError::OutsideScreen
            | DecodeError::TooManyStreams
            | DecodeError::Bitstream(_)
            | DecodeError::ScreenTooLarge
            | DecodeError::TooSlow
            | DecodeError::DecoderLost => tracing::warn!(%error, "a part of the picture is broken"),
        }
    }

    fn trouble(&self, trouble: Option<ViewTrouble>) {
        *self.told.trouble() = trouble;
    }

    /// Acknowledges the picture as soon as the technician sees it.
    fn acknowledge_painted(&self, picture: u64, whole: bool) {
        let (outbox, stages) = (self.outbox.clone(), self.stages.clone());
        self.slot.complete(whole, move |painter| {
            let now = Instant::now();
            let took = stages.with(|stages| {
                if painter.is_some() {
                    stages.painted(picture, now);
                }
                stages.since_arrival(picture, now)
            });
            // A session that has ended says so by its last event.
            let _ = outbox.blocking_send(ViewMessage::Video(VideoMessage::shown(picture, took)));
        });
    }

    fn acknowledge(&self, picture: u64) {
        let took = self.stages.with(|stages| stages.since_arrival(picture, Instant::now()));
        self.send(VideoMessage::shown(picture, took));
    }

    fn send(&self, message: VideoMessage) {
        // A session that has ended says so by its last event.
        let _ = self.outbox.blocking_send(ViewMessage::Video(message));
    }
}
