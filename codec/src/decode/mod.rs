//! AV1 back into pixels: one decoder context a stream, on `re_rav1d` or a library that is handed in.
//!
//! It trusts nothing in a unit. What is wrong with one costs its stream, never the screen's picture: pixels
//! are written only when a picture of exactly the promised size and format is complete.

mod library;
mod obu;
mod stream;

use crate::{Canvas, DecodeError, EncodedUnit, Rect, ScreenDecoder, Size};
use library::Rav1d;
pub use library::{Av1Context, Av1Library, Av1Picture, LookAtPlanes};
pub use obu::MAX_UNIT_BYTES;
use stream::DecodedStream;

/// How many streams there may be at once; stream identifiers lie below. Enough for one stream of the whole
/// screen, one for stills and a few moving regions; each costs a decoder context.
pub const MAX_STREAMS: u16 = 16;

/// The area that all streams may cover together, in screens: it bounds what their reference pictures hold, at
/// most nine pictures of three bytes per pixel each.
const MAX_SCREENS_COVERED: usize = 3;

/// The pixels of the largest screen that is decoded: an 8K one, or four 4K monitors. Every copy of it takes
/// 133 MB, and a technician's program needs several.
pub const MAX_SCREEN_PX: usize = 7680 * 4320;

/// Decodes any AV1 that a [`crate::ScreenEncoder`] of ours emits: 8 bits, 4:4:4, BT.709, full range.
///
/// A key unit restarts its stream and may bring another rectangle.
pub struct Av1Decoder {
    library: Box<dyn Av1Library>,
    /// By stream identifier; at most [`MAX_STREAMS`].
    streams: Vec<Option<DecodedStream>>,
    /// What the last unit showed.
    undrawn: Option<UndrawnPicture>,
}

struct UndrawnPicture {
    picture: Box<dyn Av1Picture>,
    rect: Rect,
    screen: Size,
}

impl Av1Decoder {
    /// A decoder that knows no stream yet, on the library that is built in.
    pub fn new() -> Self {
        Self::on(Box::new(Rav1d))
    }

    /// A decoder that knows no stream yet, on this library.
    pub fn on(library: Box<dyn Av1Library>) -> Self {
        Self { library, streams: Vec::new(), undrawn: None }
    }

    /// What the last unit showed, and where it belongs, for whoever draws it elsewhere.
    pub fn take_picture(&mut self) -> Option<(Rect, Box<dyn Av1Picture>)> {
        self.undrawn.take().map(|undrawn| (undrawn.rect, undrawn.picture))
    }

    fn stream(&mut self, unit: &EncodedUnit, screen: Size) -> Result<DecodedStream, DecodeError> {
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
        if covered + unit.rect.area() > MAX_SCREENS_COVERED * screen.area() {
            return Err(DecodeError::TooManyStreams);
        }
        match stream {
            Some(stream) => stream.restart(&*self.library, unit.rect),
            None => DecodedStream::open(&*self.library, unit.rect),
        }
    }
}

impl Default for Av1Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl ScreenDecoder for Av1Decoder {
    fn take_in(&mut self, unit: &EncodedUnit, screen: Size) -> Result<(), DecodeError> {
        self.undrawn = None;
        check_place(unit, screen)?;
        obu::check_unit(&unit.data, unit.key)?;
        let mut stream = self.stream(unit, screen)?;
        let picture = stream.decode(&unit.data)?;
        self.streams[usize::from(unit.stream.0)] = Some(stream);
        self.undrawn = Some(UndrawnPicture { picture, rect: unit.rect, screen });
        Ok(())
    }

    fn draw(&mut self, screen: &mut Canvas<'_>) -> Result<Vec<Rect>, DecodeError> {
        let undrawn = self.undrawn.take().ok_or(DecodeError::MissingKey)?;
        if undrawn.screen != screen.size() {
            return Err(DecodeError::OutsideScreen);
        }
        undrawn.picture.planes(&mut |planes| screen.draw(planes, undrawn.rect))?;
        Ok(vec![undrawn.rect])
    }

    fn reset(&mut self) {
        self.streams.clear();
        self.undrawn = None;
    }
}

/// Checks what can be checked of a unit without its bytes.
///
/// # Errors
/// [`DecodeError::ScreenTooLarge`], [`DecodeError::TooManyStreams`], [`DecodeError::OutsideScreen`], and
/// [`DecodeError::Bitstream`] for a unit that is too long.
pub fn check_place(unit: &EncodedUnit, screen: Size) -> Result<(), DecodeError> {
    if screen.area() > MAX_SCREEN_PX {
        return Err(DecodeError::ScreenTooLarge);
    }
    if unit.stream.0 >= MAX_STREAMS {
        return Err(DecodeError::TooManyStreams);
    }
    if !unit.rect.fits(screen) {
        return Err(DecodeError::OutsideScreen);
    }
    if unit.data.len() > MAX_UNIT_BYTES {
        return Err(DecodeError::Bitstream("a unit of this length".to_owned()));
    }
    Ok(())
}
