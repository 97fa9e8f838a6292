//! AV1 back into pixels: one decoder context a stream, on `re_rav1d`.
//!
//! It trusts nothing in a unit. What is wrong with one costs its stream, never the screen's picture: pixels
//! are written only when a picture of exactly the promised size and format is complete.

mod obu;
mod stream;

use crate::{DecodeError, EncodedUnit, Frame, Rect, ScreenDecoder};
use stream::DecodedStream;

/// How many streams there may be at once; stream identifiers lie below. Enough for one stream of the whole
/// screen, one for stills and a few moving regions; each costs a decoder context.
pub const MAX_STREAMS: u16 = 16;

/// The area that all streams may cover together, in screens: it bounds what their reference pictures hold, at
/// most nine pictures of three bytes per pixel each.
const MAX_SCREENS_COVERED: usize = 3;

/// Decodes any AV1 that a [`crate::ScreenEncoder`] of ours emits: 8 bits, 4:4:4, BT.709, full range.
///
/// A key unit restarts its stream and may bring another rectangle.
#[derive(Default)]
pub struct Av1Decoder {
    /// By stream identifier; at most [`MAX_STREAMS`].
    streams: Vec<Option<DecodedStream>>,
}

impl Av1Decoder {
    /// A decoder that knows no stream yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn stream(&mut self, unit: &EncodedUnit, screen: &Frame) -> Result<DecodedStream, DecodeError> {
        let index = usize::from(unit.stream.0);
        if self.streams.len() <= index {
            self.streams.resize_with(index + 1, || None);
        }
        let stream = self.streams[index].take();
        if !unit.key {
            return match stream {
                Some(stream) if stream.rect() == unit.rect => Ok(stream),
                Some(_) => Err(DecodeError::Bitstream("a stream changed its rectangle".to_owned())),
                None => Err(DecodeError::MissingKey),
            };
        }
        let covered: usize = self.streams.iter().flatten().map(|stream| stream.rect().area()).sum();
        if covered + unit.rect.area() > MAX_SCREENS_COVERED * screen.size().area() {
            return Err(DecodeError::TooManyStreams);
        }
        match stream {
            Some(stream) => stream.restart(unit.rect),
            None => DecodedStream::open(unit.rect),
        }
    }
}

impl ScreenDecoder for Av1Decoder {
    fn decode(&mut self, unit: &EncodedUnit, screen: &mut Frame) -> Result<Rect, DecodeError> {
        if unit.stream.0 >= MAX_STREAMS {
            return Err(DecodeError::TooManyStreams);
        }
        if !unit.rect.fits(screen.size()) {
            return Err(DecodeError::OutsideScreen);
        }
        obu::check_unit(&unit.data, unit.key)?;
        let mut stream = self.stream(unit, screen)?;
        stream.decode(&unit.data, screen)?;
        self.streams[usize::from(unit.stream.0)] = Some(stream);
        Ok(unit.rect)
    }

    fn reset(&mut self) {
        self.streams.clear();
    }
}
