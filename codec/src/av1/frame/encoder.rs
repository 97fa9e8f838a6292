//! The screen encoder behind the project's trait: one stream for the whole screen, within a byte budget.
//!
//! It chooses how coarse a frame is and when to refine; [`super::stream`] codes it.

use super::stream::{BeyondLimit, CodedFrame, FrameLimit, FrameStream, SearchEffort};
use crate::av1::choose::rate::{QuantiserLadder, TRIES};
use crate::av1::types::Chroma;
use crate::{ByteBudget, Damage, EncodeError, EncodedPicture, EncodedUnit, Frame, ScreenEncoder, StreamId};

/// The stream of the whole screen. Stills have another, so that both can be shown by one decoder.
const SCREEN: StreamId = StreamId(1);

/// The part of a budget that is left for the last block, which takes what it takes.
const HEADROOM: usize = 16;

/// Bytes that a block takes at most, but for rare ones: 16x16 without loss.
const BLOCK_BYTES: usize = 800;

/// Superblocks that one call refines at most: about 20 ms on two cores.
const REFINED_SUPERBLOCKS: usize = 128;

/// Superblocks that change at once, beyond which a frame is coded with little effort: half a screen of
/// 1920x1080.
const QUICK_FROM: usize = 256;

/// The encoder for screens: our own AV1, 4:4:4.
#[derive(Default)]
pub struct Av1ScreenEncoder {
    stream: Option<FrameStream>,
    rate: QuantiserLadder,
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
        budget: ByteBudget,
    ) -> Result<EncodedPicture, EncodeError> {
        let size = picture.size();
        if damage.size() != size {
            return Err(EncodeError::Damage);
        }
        let (width, height) = (usize::from(size.width()), usize::from(size.height()));
        let fresh = self.stream.as_ref().is_none_or(|stream| stream.size() != (width, height));
        if fresh {
            self.stream = Some(FrameStream::new(width, height, Chroma::Full));
        }
        let stream = self.stream.as_mut().expect("it was just made where there was none");
        let changed = if fresh {
            stream.update(picture, &Damage::all(size))?
        } else {
            stream.update(picture, damage)?
        };
        let coded = if changed || stream.starts() || stream.behind() {
            let starts = stream.starts();
            stream.begin_change();
            code(stream, &mut self.rate, starts, budget)
        } else if damage.is_empty() && stream.refinable() {
            stream.begin_refinement(REFINED_SUPERBLOCKS);
            let limit = FrameLimit { bytes: limit(budget), beyond: BeyondLimit::Defer };
            stream
                .code(self.rate.settings(false, SearchEffort::Full), limit)
                .expect("what is deferred is not given up")
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
        self.stream.as_ref().is_some_and(FrameStream::refinable)
    }

    fn name(&self) -> &'static str {
        "screen"
    }
}

/// Codes the frame that was begun, as fine as the budget allows.
fn code(
    stream: &mut FrameStream,
    rate: &mut QuantiserLadder,
    starts: bool,
    budget: ByteBudget,
) -> CodedFrame {
    if budget == ByteBudget::UNLIMITED {
        rate.lift();
    }
    let bytes = limit(budget);
    let large = stream.superblocks_to_code() > QUICK_FROM;
    let effort = if large { SearchEffort::Quick } else { SearchEffort::Full };
    for _ in 1..TRIES {
        match stream.code(rate.settings(starts, effort), FrameLimit { bytes, beyond: BeyondLimit::GiveUp }) {
            Ok(coded) => {
                rate.kept(coded.data.len(), bytes);
                return coded;
            }
            Err(given_up) => rate.exceeded(given_up.bytes, bytes),
        }
    }
    let limit = FrameLimit { bytes, beyond: BeyondLimit::Defer };
    stream.code(rate.settings(starts, effort), limit).expect("what is deferred is not given up")
}

fn limit(ByteBudget(bytes): ByteBudget) -> usize {
    let bytes = bytes as usize;
    bytes - (bytes / HEADROOM).max(BLOCK_BYTES.min(bytes / 4))
}
