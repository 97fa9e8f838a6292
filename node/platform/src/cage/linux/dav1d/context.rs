//! A library's context: one decoder of one stream, which outlives its stream where it has threads.
//!
//! It decides nothing about what is decoded; what is wrong with a unit is an error.

use std::ptr::{NonNull, null_mut};
use std::sync::{Arc, Mutex, PoisonError};

use beistand_codec::{Av1Context, Av1Picture, DecodeError};

use super::abi::{Context, Data, Functions, Picture, Settings};
use super::{DecodedPicture, allocator, refused};
use crate::cage::linux::arena::PictureArena;

/// A decoder of one stream at a time.
pub(super) struct DecoderContext {
    functions: Arc<Functions>,
    arena: Option<Arc<PictureArena>>,
    context: NonNull<Context>,
    threads: u32,
    limit_px: u32,
}

// SAFETY: a context may be used on any thread, by one at a time; its own threads are its own matter, and the
// arena in which they take room is guarded by a lock.
unsafe impl Send for DecoderContext {}

impl DecoderContext {
    /// One for pictures of at most `limit_px` pixels. With more threads than one it decodes a picture's tiles
    /// beside each other, and still one picture after the other.
    ///
    /// # Errors
    /// Where the library refuses, for want of memory or of threads.
    pub(super) fn open(
        functions: &Arc<Functions>,
        arena: Option<&Arc<PictureArena>>,
        threads: u32,
        limit_px: u32,
    ) -> Result<Self, DecodeError> {
        let mut settings = Settings::UNSET;
        // SAFETY: it fills in a structure that is as long as its own at least.
        unsafe { (functions.default_settings)(&raw mut settings) };
        settings.n_threads = threads.cast_signed();
        settings.max_frame_delay = 1;
        settings.apply_grain = 0;
        settings.frame_size_limit = limit_px;
        if let Some(arena) = arena {
            settings.allocator = allocator::of(arena);
        }
        // Its log has nowhere to go.
        settings.logger = null_mut();
        let mut context = null_mut();
        // SAFETY: both point to what the function expects, for the time of the call.
        let code = unsafe { (functions.open)(&raw mut context, &raw const settings) };
        let context = NonNull::new(context).filter(|_| code >= 0).ok_or_else(|| refused(code))?;
        Ok(Self { functions: functions.clone(), arena: arena.cloned(), context, threads, limit_px })
    }

    fn flush(&mut self) {
        // SAFETY: the context is open.
        unsafe { (self.functions.flush)(self.context.as_ptr()) };
    }

    fn decode(&mut self, unit: &[u8]) -> Result<DecodedPicture, DecodeError> {
        let context = self.context.as_ptr();
        let mut data = Data::UNSET;
        // SAFETY: it makes a buffer of that many bytes, or returns null.
        let buffer = unsafe { (self.functions.data_create)(&raw mut data, unit.len()) };
        if buffer.is_null() {
            return Err(DecodeError::Bitstream("no memory for a unit".to_owned()));
        }
        // SAFETY: the buffer is new and has the unit's length.
        unsafe { std::ptr::copy_nonoverlapping(unit.as_ptr(), buffer, unit.len()) };
        // SAFETY: the context is open, and the data is the library's own.
        let code = unsafe { (self.functions.send_data)(context, &raw mut data) };
        if code < 0 || data.bytes > 0 {
            // SAFETY: what was not taken is still ours.
            unsafe { (self.functions.data_unref)(&raw mut data) };
            return Err(refused(code));
        }
        let mut picture = Picture::UNSET;
        // SAFETY: the context is open, and it fills in a structure that is as long as its own at least.
        let code = unsafe { (self.functions.get_picture)(context, &raw mut picture) };
        if code < 0 {
            return Err(refused(code));
        }
        let (functions, arena) = (self.functions.clone(), self.arena.clone());
        Ok(DecodedPicture { functions, _arena: arena, picture })
    }
}

impl Drop for DecoderContext {
    fn drop(&mut self) {
        let mut context = self.context.as_ptr();
        // SAFETY: opened once, and closed once, here.
        unsafe { (self.functions.close)(&raw mut context) };
    }
}

/// Where a context with threads waits for a stream. Clones are one.
#[derive(Clone, Default)]
pub(super) struct ThreadedSeat(Arc<Mutex<Option<DecoderContext>>>);

impl ThreadedSeat {
    /// Takes it, where it is here and is for pictures of just this many pixels at most.
    pub(super) fn take(&self, limit_px: u32) -> Option<DecoderContext> {
        let mut seat = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seat.take_if(|context| context.limit_px == limit_px)
    }

    /// Puts it back.
    pub(super) fn put(&self, context: Option<DecoderContext>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = context;
    }
}

/// A context while it has a stream.
pub(super) struct StreamContext {
    /// Always there, but while this is dropped.
    pub(super) context: Option<DecoderContext>,
    pub(super) seat: ThreadedSeat,
}

impl Av1Context for StreamContext {
    fn flush(&mut self) {
        if let Some(context) = &mut self.context {
            context.flush();
        }
    }

    fn decode(&mut self, unit: &[u8]) -> Result<Box<dyn Av1Picture>, DecodeError> {
        let context = self.context.as_mut().ok_or(DecodeError::MissingKey)?;
        Ok(Box::new(context.decode(unit)?))
    }
}

impl Drop for StreamContext {
    /// Threads that have ended can't be started again: a context that has some is kept for the next stream.
    fn drop(&mut self) {
        if let Some(mut context) = self.context.take_if(|context| context.threads > 1) {
            context.flush();
            self.seat.put(Some(context));
        }
    }
}
