//! The screen encoder behind the project's trait: one stream for the whole screen, within a byte budget.
//!
//! It chooses how coarse a frame is and when to refine; [`super::stream`] codes it.

use super::stream::{CodedFrame, FrameSettings, Stream};
use super::types::Chroma;
use crate::{ByteBudget, Damage, EncodeError, EncodedPicture, EncodedUnit, Frame, ScreenEncoder, StreamId};

/// The stream of the whole screen. Stills have another, so that both can be shown by one decoder.
const SCREEN: StreamId = StreamId(1);

/// How coarse photographs are at first: over 42 dB even on those that fill the screen.
const BASE_Q_IDX: u8 = 56;

/// Superblocks that one call refines at most: about 20 ms on two cores.
const REFINED_SUPERBLOCKS: usize = 128;

/// The encoder for screens: our own AV1, 4:4:4.
#[derive(Default)]
pub struct Av1ScreenEncoder {
    stream: Option<Stream>,
}

impl Av1ScreenEncoder {
    /// An encoder that has sent nothing yet.
    pub fn new() -> Self {
        Self::default()
    }
}

impl ScreenEncoder for Av1ScreenEncoder {
    fn encode(
        &mut self,
        picture: &Frame,
        damage: &Damage,
        _budget: ByteBudget,
    ) -> Result<EncodedPicture, EncodeError> {
        let size = picture.size();
        if damage.size() != size {
            return Err(EncodeError::Damage);
        }
        let (width, height) = (usize::from(size.width()), usize::from(size.height()));
        let fresh = self.stream.as_ref().is_none_or(|stream| stream.size() != (width, height));
        if fresh {
            self.stream = Some(Stream::new(width, height, Chroma::Full));
        }
        let stream = self.stream.as_mut().expect("it was just made where there was none");
        let changed = if fresh {
            stream.update(picture, &Damage::all(size))?
        } else {
            stream.update(picture, damage)?
        };
        let settings = FrameSettings { base_q_idx: BASE_Q_IDX, exact_text: true };
        let coded = if changed || stream.starts() {
            stream.code_change(settings)
        } else if damage.is_empty() && stream.refinable() {
            stream.code_refinement(settings, REFINED_SUPERBLOCKS)
        } else {
            return Ok(EncodedPicture::default());
        };
        let CodedFrame { key, data } = coded;
        Ok(EncodedPicture { units: vec![EncodedUnit { stream: SCREEN, rect: size.rect(), key, data }] })
    }

    fn request_key(&mut self) {
        if let Some(stream) = &mut self.stream {
            stream.restart();
        }
    }

    fn refinable(&self) -> bool {
        self.stream.as_ref().is_some_and(Stream::refinable)
    }

    fn name(&self) -> &'static str {
        "screen"
    }
}
