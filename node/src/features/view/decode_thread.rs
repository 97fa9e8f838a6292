//! The technician's picture: a thread that decodes what arrives and puts it into the slot that the window
//! shows.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use beistand_codec::{DecodeError, EncodedUnit, Frame, Rect, ScreenDecoder, Size, StreamId};
use beistand_session::Picture;

use super::counters::PictureCounters;
use super::{Figures, ViewMessage};
use crate::backends;
use crate::features::wire::Outbox;
use crate::picture::PictureSlot;
use beistand_session::VideoMessage;

/// Pictures that wait to be decoded. The host sends no more than a few pictures ahead of our
/// acknowledgements; a peer that does loses them, and the stream breaks.
const PICTURE_QUEUE: usize = 64;

/// How often a key picture is asked for while the stream is broken: the round trip of a slow path.
const KEY_REQUEST_INTERVAL: Duration = Duration::from_millis(500);

/// How often the screen's size may change: a peer that changes it with every picture would make us allocate
/// without end.
const RESIZE_INTERVAL: Duration = Duration::from_millis(200);

/// The running thread; it ends when this is dropped.
pub(super) struct DecodeThread {
    pictures: SyncSender<Picture>,
    counters: Arc<Mutex<PictureCounters>>,
}

impl DecodeThread {
    /// Starts the thread; it acknowledges what it has shown at `outbox`.
    pub(super) fn start(slot: PictureSlot, outbox: Outbox<ViewMessage>) -> std::io::Result<Self> {
        let (pictures, inbox) = sync_channel(PICTURE_QUEUE);
        let counters = Arc::new(Mutex::new(PictureCounters::new(Instant::now())));
        let shared = counters.clone();
        std::thread::Builder::new().name("decode".to_owned()).spawn(move || {
            let decoder = backends::decoder();
            DecodeLoop {
                inbox,
                slot,
                outbox,
                counters: shared,
                decoder,
                screen: None,
                resized_at: None,
                key_asked_at: None,
            }
            .run();
        })?;
        Ok(Self { pictures, counters })
    }

    /// How the picture is doing, where it has changed since the last call.
    pub(super) fn figures(&self, now: Instant) -> Option<Figures> {
        self.counters.lock().unwrap_or_else(PoisonError::into_inner).figures(now)
    }

    /// Decodes and shows the picture soon.
    pub(super) fn show(&self, picture: Picture) {
        if self.pictures.try_send(picture).is_err() {
            self.counters.lock().unwrap_or_else(PoisonError::into_inner).dropped();
            tracing::warn!("the host sends faster than this computer decodes");
        }
    }
}

struct DecodeLoop {
    inbox: Receiver<Picture>,
    slot: PictureSlot,
    outbox: Outbox<ViewMessage>,
    counters: Arc<Mutex<PictureCounters>>,
    decoder: Box<dyn ScreenDecoder>,
    /// What the host's screen looks like, as far as it arrived.
    screen: Option<Frame>,
    resized_at: Option<Instant>,
    key_asked_at: Option<Instant>,
}

impl DecodeLoop {
    fn run(mut self) {
        while let Ok(picture) = self.inbox.recv() {
            self.show(picture);
        }
    }

    fn show(&mut self, picture: Picture) {
        let bytes: usize = picture.units.iter().map(|unit| unit.data.len()).sum();
        let (id, captured_at) = (picture.id, picture.captured_at);
        let whole = self.decode(picture);
        if let Some(whole) = whole {
            self.counters.lock().unwrap_or_else(PoisonError::into_inner).shown(
                Instant::now(),
                captured_at,
                bytes,
            );
            if !whole {
                self.ask_for_key();
            }
        }
        // Acknowledged even where it was broken: the host must not wait for it.
        self.send(VideoMessage::Shown { picture: id, latency: Duration::ZERO });
    }

    /// Decodes all units and shows what came of it; whether all of them could be, or `None` where the
    /// screen's size is none or changes too often.
    fn decode(&mut self, picture: Picture) -> Option<bool> {
        let size = Size::new(picture.screen.0, picture.screen.1)?;
        let mut screen = self.screen_of(size)?;
        let mut changed: Option<Rect> = None;
        let mut whole = true;
        for unit in picture.units {
            let Some(rect) = Rect::new(unit.x, unit.y, unit.width, unit.height) else {
                whole = false;
                continue;
            };
            let unit = EncodedUnit { stream: StreamId(unit.stream), rect, key: unit.key, data: unit.data };
            match self.decoder.decode(&unit, &mut screen) {
                Ok(rect) => {
                    let part = &screen;
                    self.slot.update(size, |view| {
                        view.frame.copy_rect(part, rect);
                        Some(rect)
                    });
                    changed = Some(changed.map_or(rect, |all| all.union(rect)));
                }
                Err(error) => {
                    whole = false;
                    if !matches!(error, DecodeError::MissingKey) {
                        tracing::warn!(%error, "a part of the picture is broken");
                    }
                }
            }
        }
        self.screen = Some(screen);
        self.slot.update(size, |view| {
            view.serial += 1;
            view.stale = !whole;
            None
        });
        Some(whole)
    }

    fn screen_of(&mut self, size: Size) -> Option<Frame> {
        if let Some(screen) = self.screen.take_if(|screen| screen.size() == size) {
            return Some(screen);
        }
        let now = Instant::now();
        if self.resized_at.is_some_and(|at| now.duration_since(at) < RESIZE_INTERVAL) {
            self.ask_for_key();
            return None;
        }
        self.resized_at = Some(now);
        self.decoder.reset();
        Some(Frame::new(size))
    }

    fn ask_for_key(&mut self) {
        let now = Instant::now();
        if self.key_asked_at.is_none_or(|at| now.duration_since(at) >= KEY_REQUEST_INTERVAL) {
            self.key_asked_at = Some(now);
            self.send(VideoMessage::KeyRequest);
        }
    }

    fn send(&self, message: VideoMessage) {
        // A session that has ended says so by its last event.
        let _ = self.outbox.blocking_send(ViewMessage::Video(message));
    }
}
