//! The newest picture of each display, between ScreenCaptureKit's threads, which put it there, and the one
//! that captures.
//!
//! It has room for one picture of each: a newer one takes the place of an older one, and what had changed in
//! that is added to what has changed in this one. So nothing queues, however slowly it is fetched.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use beistand_codec::{BYTES_PER_PIXEL, Rect};
use objc2_core_foundation::CFRetained;
use objc2_core_video::{
    CVPixelBuffer, CVPixelBufferGetBaseAddress, CVPixelBufferGetBytesPerRow, CVPixelBufferGetHeight,
    CVPixelBufferGetPixelFormatType, CVPixelBufferGetWidth, CVPixelBufferLockBaseAddress,
    CVPixelBufferLockFlags, CVPixelBufferUnlockBaseAddress, kCVPixelFormatType_32BGRA, kCVReturnSuccess,
};

/// Most rectangles that are remembered until a picture is fetched: beyond that all of it may have changed.
const MAX_CHANGES: usize = 64;

/// The board; clones are the same one.
#[derive(Clone, Default)]
pub(super) struct PictureBoard {
    shared: Arc<(Mutex<BoardState>, Condvar)>,
}

/// What is on it.
#[derive(Default)]
pub(super) struct BoardState {
    /// In the order of the streams.
    pub(super) displays: Vec<DisplayPicture>,
    /// Why there will be no more.
    pub(super) lost: Option<StreamEnd>,
    /// Since when something has been waiting to be fetched.
    changed_at: Option<Instant>,
}

/// The newest picture of one display.
#[derive(Default)]
pub(super) struct DisplayPicture {
    pub(super) newest: Option<BoardPicture>,
    /// What of it may have changed since it was last fetched.
    pub(super) changed: ChangedPart,
}

/// What of a picture has changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum ChangedPart {
    /// These rectangles.
    Rects(Vec<Rect>),
    /// Nobody knows what.
    #[default]
    All,
}

/// Why a stream has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum StreamEnd {
    /// The user has ended it in macOS's menu, or said no.
    ByUser,
    /// Anything else, in macOS's words.
    Fault(String),
}

impl ChangedPart {
    fn add(&mut self, newer: Self) {
        match (&mut *self, newer) {
            (Self::Rects(known), Self::Rects(newer)) if known.len() + newer.len() <= MAX_CHANGES => {
                known.extend(newer);
            }
            (Self::Rects(_) | Self::All, _) => *self = Self::All,
        }
    }
}

impl PictureBoard {
    /// One with room for so many displays.
    pub(super) fn new(displays: usize) -> Self {
        let board = Self::default();
        board.lock().displays.resize_with(displays, DisplayPicture::default);
        board
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, BoardState> {
        // Nothing panics while it is held.
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A stream has this picture now.
    pub(super) fn put(&self, display: usize, picture: BoardPicture, changed: ChangedPart) {
        let mut state = self.lock();
        if let Some(place) = state.displays.get_mut(display) {
            if place.newest.replace(picture).is_none() {
                place.changed = ChangedPart::All;
            }
            place.changed.add(changed);
            state.changed_at.get_or_insert_with(Instant::now);
        }
        self.shared.1.notify_all();
    }

    /// There will be no more pictures.
    pub(super) fn end(&self, why: StreamEnd) {
        self.lock().lost.get_or_insert(why);
        self.shared.1.notify_all();
    }

    /// Waits until something is to be fetched or there will be nothing more, at most for so long.
    pub(super) fn wait(&self, time: Duration) -> MutexGuard<'_, BoardState> {
        let waited = self.shared.1.wait_timeout_while(self.lock(), time, |state| {
            state.changed_at.is_none() && state.lost.is_none()
        });
        waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

impl BoardState {
    /// Whether each display has a picture, or, where nobody waits any longer, one of them.
    pub(super) fn is_enough(&self, is_due: bool) -> bool {
        let mut has_one = self.displays.iter().map(|display| display.newest.is_some());
        if is_due { has_one.any(|has| has) } else { has_one.all(|has| has) }
    }

    /// What is there is to be fetched with the next picture.
    pub(super) fn put_off(&mut self) {
        self.changed_at = None;
    }

    /// Takes what waits, the pictures staying where they are.
    pub(super) fn take(&mut self) -> Vec<(Option<BoardPicture>, ChangedPart)> {
        self.changed_at = None;
        let nothing = || ChangedPart::Rects(Vec::new());
        let take = |display: &mut DisplayPicture| {
            (display.newest.clone(), std::mem::replace(&mut display.changed, nothing()))
        };
        self.displays.iter_mut().map(take).collect()
    }
}

/// A picture that ScreenCaptureKit has drawn, in memory that it uses again once nobody holds it.
#[derive(Clone)]
pub(super) struct BoardPicture(CFRetained<CVPixelBuffer>);

// SAFETY: it is counted atomically, and only read, each reader having locked it.
unsafe impl Send for BoardPicture {}

impl BoardPicture {
    /// Holds it, where its pixels are as they were asked for.
    pub(super) fn new(buffer: CFRetained<CVPixelBuffer>) -> Option<Self> {
        (CVPixelBufferGetPixelFormatType(&buffer) == kCVPixelFormatType_32BGRA).then_some(Self(buffer))
    }

    /// Reads its rows, top to bottom: `read` gets them, and how many bytes are from one to the next.
    pub(super) fn read<T>(&self, read: impl FnOnce(&[u8], usize) -> T) -> Option<T> {
        let flags = CVPixelBufferLockFlags::ReadOnly;
        // SAFETY: it is alive, and is unlocked below by the same flags.
        if unsafe { CVPixelBufferLockBaseAddress(&self.0, flags) } != kCVReturnSuccess {
            return None;
        }
        let start = CVPixelBufferGetBaseAddress(&self.0).cast::<u8>();
        let (stride, height) = (CVPixelBufferGetBytesPerRow(&self.0), CVPixelBufferGetHeight(&self.0));
        let is_whole = !start.is_null() && stride >= CVPixelBufferGetWidth(&self.0) * BYTES_PER_PIXEL;
        let result = is_whole.then(|| {
            // SAFETY: while it is locked so many bytes are there, and nobody writes to them.
            let pixels = unsafe { std::slice::from_raw_parts(start, stride * height) };
            read(pixels, stride)
        });
        // SAFETY: it was locked above.
        unsafe { CVPixelBufferUnlockBaseAddress(&self.0, flags) };
        result
    }
}
