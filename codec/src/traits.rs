//! What an encoder and a decoder of screens are to the rest of the program.

use thiserror::Error;

use crate::{Canvas, Damage, Frame, Rect, Size};

/// Names one AV1 stream of a session. A stream covers one rectangle of the screen; a new rectangle, size or
/// encoder is a new stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(pub u16);

/// How many bytes one picture may take: what the path carries in the next 25 to 40 ms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteBudget(pub u32);

impl ByteBudget {
    /// No limit: on the same machine, or for a first picture.
    pub const UNLIMITED: Self = Self(u32::MAX);
}

/// One AV1 temporal unit of one stream (AV1 specification, section 7.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedUnit {
    /// Which stream it continues.
    pub stream: StreamId,
    /// Where on the screen the stream's picture belongs; its size is the size of the decoded picture.
    pub rect: Rect,
    /// Whether it can be decoded without anything before it.
    pub key: bool,
    /// The temporal unit, low-overhead format.
    pub data: Vec<u8>,
}

/// What one step of the encoder produced: the units that bring a decoder from the last picture to this one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EncodedPicture {
    /// Units in the order in which they are to be decoded.
    pub units: Vec<EncodedUnit>,
}

impl EncodedPicture {
    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// Bytes of all units.
    pub fn len(&self) -> usize {
        self.units.iter().map(|unit| unit.data.len()).sum()
    }
}

/// How what is shown compares with what is to be shown, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sharpness {
    /// It is the same.
    Exact,
    /// It looks the same: over 40 dB, and text is exact.
    Close,
    /// Anybody sees that it is not.
    Coarse,
}

/// How far something is sharpened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SharpeningDepth {
    /// What is coarse is to look right; what is close is left as it is.
    Close,
    /// All is to be exact, what is coarse first.
    Exact,
}

impl Sharpness {
    /// Whether something is to be done until it is as wished.
    pub fn is_due(self, depth: SharpeningDepth) -> bool {
        match (self, depth) {
            (Self::Exact, _) | (Self::Close, SharpeningDepth::Close) => false,
            (Self::Close, SharpeningDepth::Exact) | (Self::Coarse, _) => true,
        }
    }
}

/// What is to be sharpened.
#[derive(Debug, Clone, Copy)]
pub struct SharpeningWish<'a> {
    /// The tiles that may be: what moves is replaced before anybody has seen it sharp.
    pub within: &'a Damage,
    /// How far.
    pub depth: SharpeningDepth,
    /// Where the pointer is, in pixels of the picture: what is near it comes first.
    pub pointer: Option<(u16, u16)>,
}

/// Turns pictures into AV1, one in, one out, without delay.
pub trait ScreenEncoder: Send {
    /// Encodes what changed since the last call. `picture` is the whole screen; `damage` says where it may
    /// differ from the last one (a size that differs from the last one restarts all streams and counts as
    /// damage everywhere). With empty damage the encoder refines what it sent too coarsely before, if
    /// anything (see [`ScreenEncoder::refinable`]).
    ///
    /// # Errors
    /// [`EncodeError::Damage`] where damage and picture differ in size; [`EncodeError::Encoder`] where the
    /// AV1 encoder fails, after which the next call restarts all streams.
    fn encode(
        &mut self,
        picture: &Frame,
        damage: &Damage,
        budget: ByteBudget,
    ) -> Result<EncodedPicture, EncodeError>;

    /// Improves what was sent too coarsely of the last picture, as far as wished and as the budget allows;
    /// nothing where there is nothing to improve. Without support for wishes, whatever is worst.
    ///
    /// # Errors
    /// As [`Self::encode`].
    fn sharpen(
        &mut self,
        picture: &Frame,
        wish: &SharpeningWish<'_>,
        budget: ByteBudget,
    ) -> Result<EncodedPicture, EncodeError> {
        if self.sharpness(wish.within) == Sharpness::Exact {
            return Ok(EncodedPicture::default());
        }
        self.encode(picture, &Damage::none(picture.size()), budget)
    }

    /// Restarts all streams with the next picture: the decoder lost its state, or a new one has joined.
    fn request_key(&mut self);

    /// Whether a call with empty damage would improve the picture at the other side.
    fn refinable(&self) -> bool;

    /// How the worst of some tiles is shown. Without support for tiles, the worst of all.
    fn sharpness(&self, within: &Damage) -> Sharpness {
        if !within.is_empty() && self.refinable() { Sharpness::Close } else { Sharpness::Exact }
    }

    /// A name for the figures: `rav1e`, `screen`.
    fn name(&self) -> &'static str;
}

/// Turns units back into the screen's picture.
///
/// In two steps: decoding takes long and a hostile unit longer, drawing takes as long as a copy. So nobody
/// who looks at the picture has to wait for the first, and nobody needs a second copy of it.
pub trait ScreenDecoder: Send {
    /// Decodes one unit of a screen of this size. What it shows can be drawn afterwards, once.
    ///
    /// # Errors
    /// Any [`DecodeError`] means that the stream is broken from here on: ask the other side for a key
    /// picture.
    fn take_in(&mut self, unit: &EncodedUnit, screen: Size) -> Result<(), DecodeError>;

    /// Draws what the last unit showed, and returns the parts in which that may be something else than what
    /// was drawn before.
    ///
    /// # Errors
    /// As [`Self::take_in`]; also where there is nothing to draw. `screen` is then as it was.
    fn draw(&mut self, screen: &mut Canvas<'_>) -> Result<Vec<Rect>, DecodeError>;

    /// Both steps; returns where the unit belongs.
    ///
    /// # Errors
    /// Those of both steps.
    fn decode(&mut self, unit: &EncodedUnit, screen: &mut Frame) -> Result<Rect, DecodeError> {
        self.take_in(unit, screen.size())?;
        self.draw(&mut screen.canvas())?;
        Ok(unit.rect)
    }

    /// Forgets all streams.
    fn reset(&mut self);
}

/// Why a picture could not be encoded.
#[derive(Debug, Error)]
pub enum EncodeError {
    /// The caller's fault: damage and picture speak of different sizes.
    #[error("the damage is not of the picture's size")]
    Damage,
    /// Ours: the AV1 encoder refused its settings or a frame.
    #[error("the AV1 encoder failed: {0}")]
    Encoder(String),
}

/// Why a unit could not be decoded.
#[derive(Debug, Error)]
pub enum DecodeError {
    /// The peer's fault: the unit's rectangle does not fit the screen.
    #[error("a picture part lies outside the screen")]
    OutsideScreen,
    /// The peer's fault: more streams than [`crate::Size`] and bounds allow.
    #[error("too many picture streams")]
    TooManyStreams,
    /// The peer's fault or damage on the way: not valid AV1, or a picture of another size or format.
    #[error("the picture could not be decoded: {0}")]
    Bitstream(String),
    /// A unit that continues a stream of which the beginning was not seen.
    #[error("a picture part continues a stream that is not known")]
    MissingKey,
    /// The peer's fault: a screen larger than [`crate::MAX_SCREEN_PX`].
    #[error("a screen too large to be decoded")]
    ScreenTooLarge,
    /// The peer's fault: decoding took longer than any honest unit does.
    #[error("a picture part took too long to decode")]
    TooSlow,
    /// The peer's fault, or the decoder's: it ended over this unit, or needed more memory than it may have.
    #[error("the decoder ended over a picture part")]
    DecoderLost,
    /// This machine's: there is no decoder without rights to be had.
    #[error("the decoder could not be locked in: {0}")]
    NoCage(String),
}
