//! One AV1 stream: a library's context and the rectangle that it covers.

use super::library::{Av1Context, Av1Library, Av1Picture};
use crate::{DecodeError, Rect};

/// A stream with its decoder; dropped at the first error.
pub(super) struct DecodedStream {
    rect: Rect,
    context: Box<dyn Av1Context>,
    limit_px: usize,
}

impl DecodedStream {
    /// A stream that expects a key picture of `rect`'s size.
    pub(super) fn open(library: &dyn Av1Library, rect: Rect) -> Result<Self, DecodeError> {
        let limit_px = rect.area();
        let context = library.open(u32::try_from(limit_px).expect("a picture has below 2^26 pixels"))?;
        Ok(Self { rect, context, limit_px })
    }

    /// Forgets what was decoded and expects a key picture of `rect`'s size; keeps the context where it may.
    pub(super) fn restart(mut self, library: &dyn Av1Library, rect: Rect) -> Result<Self, DecodeError> {
        if rect.area() != self.limit_px {
            return Self::open(library, rect);
        }
        self.context.flush();
        self.rect = rect;
        Ok(self)
    }

    /// The part of the screen that it covers.
    pub(super) fn rect(&self) -> Rect {
        self.rect
    }

    /// Decodes one temporal unit.
    pub(super) fn decode(&mut self, unit: &[u8]) -> Result<Box<dyn Av1Picture>, DecodeError> {
        let picture = self.context.decode(unit)?;
        let expected = (u32::from(self.rect.width()), u32::from(self.rect.height()));
        if picture.size() != expected {
            return Err(DecodeError::Bitstream("a picture of another size than its rectangle".to_owned()));
        }
        if !picture.is_8_bit_444() {
            return Err(DecodeError::Bitstream("a picture that is not 8 bit 4:4:4".to_owned()));
        }
        Ok(picture)
    }
}
