//! The screen encoder behind the project's trait: one stream for the whole screen, within a byte budget.
//!
//! It chooses how coarse a frame may be; [`super::sharpening`] chooses what is refined, and [`super::stream`]
//! codes it.

use super::sharpening::{RefinementChoice, RefinementCosts};
use super::stream::{CodedFrame, FrameSettings, FrameStream, SearchEffort};
use crate::av1::choose::rate::{ForecastRecord, PictureChange, QuantiserLadder};
use crate::av1::types::Chroma;
use crate::{
    ByteBudget, Damage, EncodeError, EncodedPicture, EncodedUnit, Frame, Rect, ScreenEncoder,
    SharpeningDepth, SharpeningWish, Sharpness, StreamId,
};

/// The stream of the whole screen. Stills have another, so that both can be shown by one decoder.
const SCREEN: StreamId = StreamId(1);

/// The part of a budget that is left for the last block, which takes what it takes.
const HEADROOM: usize = 16;

/// Bytes that a block takes at most, but for rare ones: 16x16 without loss.
const BLOCK_BYTES: usize = 800;

/// Superblocks that change at once, beyond which a frame is coded with little effort: half a screen of
/// 1920x1080.
const QUICK_FROM: usize = 256;

/// How many times the bytes of a film's last picture there must be room for, for its next one to be coded
/// with little effort: a quarter less time, for hardly more bytes.
const FILM_ROOM: usize = 2;

/// The encoder for screens: our own AV1, 4:4:4.
#[derive(Default)]
pub struct Av1ScreenEncoder {
    stream: Option<FrameStream>,
    records: ForecastRecords,
    /// Bytes of the last change.
    last_bytes: usize,
    choice: RefinementChoice,
    costs: RefinementCosts,
}

/// What frames take of their forecasts, by kind: what is learnt of a film says little of slides.
#[derive(Default)]
struct ForecastRecords {
    first: ForecastRecord,
    replaced: ForecastRecord,
    shifted: ForecastRecord,
    moving: ForecastRecord,
}

impl ForecastRecords {
    fn of(&mut self, change: PictureChange) -> &mut ForecastRecord {
        match change {
            PictureChange::Start => &mut self.first,
            PictureChange::Replaced => &mut self.replaced,
            PictureChange::Shifted => &mut self.shifted,
            PictureChange::Moving => &mut self.moving,
        }
    }
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
        if changed {
            self.choice.note_change(stream);
        }
        if changed || stream.starts() || stream.behind() {
            stream.begin_change();
            let coded = code_change(stream, &mut self.records, &mut self.last_bytes, limit(budget));
            return Ok(unit(size.rect(), coded));
        }
        if damage.is_empty() {
            let all = Damage::all(size);
            let wish = SharpeningWish { within: &all, depth: SharpeningDepth::Exact, pointer: None };
            return self.sharpen(picture, &wish, budget);
        }
        Ok(EncodedPicture::default())
    }

    fn sharpen(
        &mut self,
        picture: &Frame,
        wish: &SharpeningWish<'_>,
        budget: ByteBudget,
    ) -> Result<EncodedPicture, EncodeError> {
        let size = picture.size();
        if wish.within.size() != size {
            return Err(EncodeError::Damage);
        }
        let (width, height) = (usize::from(size.width()), usize::from(size.height()));
        let Some(stream) = self.stream.as_mut().filter(|stream| stream.size() == (width, height)) else {
            return Ok(EncodedPicture::default());
        };
        if stream.starts() || stream.behind() {
            return self.encode(picture, &Damage::none(size), budget);
        }
        let limit = limit(budget);
        let chosen = self.choice.choose(stream, wish, &self.costs, limit);
        if chosen.is_empty() {
            return Ok(EncodedPicture::default());
        }
        stream.begin_refinement(chosen.iter().copied());
        let ladder = QuantiserLadder::of_sharpening();
        let settings = FrameSettings { ladder, effort: SearchEffort::Full, correction: 1.0 };
        let coded = stream.code(&settings, limit);
        self.costs.learn(chosen, stream, coded.data.len());
        Ok(unit(size.rect(), coded))
    }

    fn request_key(&mut self) {
        if let Some(stream) = &mut self.stream {
            stream.restart();
        }
    }

    fn refinable(&self) -> bool {
        self.stream.as_ref().is_some_and(FrameStream::refinable)
    }

    fn sharpness(&self, within: &Damage) -> Sharpness {
        let Some(stream) = &self.stream else { return Sharpness::Exact };
        if stream.starts() || stream.behind() {
            return Sharpness::Coarse;
        }
        let worst = stream.sharpness().iter().zip(within.flags()).filter(|(_, within)| **within);
        worst.map(|(sharpness, _)| Sharpness::from(*sharpness)).max().unwrap_or(Sharpness::Exact)
    }

    fn name(&self) -> &'static str {
        "screen"
    }
}

/// Codes the change that was begun, as fine as the limit allows.
fn code_change(
    stream: &mut FrameStream,
    records: &mut ForecastRecords,
    last_bytes: &mut usize,
    limit: usize,
) -> CodedFrame {
    let large = stream.superblocks_to_code() > QUICK_FROM;
    let change = kind_of_change(stream.starts(), large, stream.moved());
    let effort = effort(large, stream.film().then_some(*last_bytes), limit);
    let record = records.of(change);
    let settings = FrameSettings {
        ladder: QuantiserLadder::of_picture(change),
        effort,
        correction: record.correction(),
    };
    let coded = stream.code(&settings, limit);
    record.learn(coded.forecast, coded.data.len());
    *last_bytes = coded.data.len();
    coded
}

/// What a picture is to the one before, of which half changed or not and something moved or not.
fn kind_of_change(starts: bool, large: bool, moved: bool) -> PictureChange {
    match (starts, large, moved) {
        (true, _, _) => PictureChange::Start,
        (false, true, true) => PictureChange::Shifted,
        (false, true, false) => PictureChange::Replaced,
        (false, false, _) => PictureChange::Moving,
    }
}

/// How much is tried, where half of the picture changed or not, and a film's last picture took so many bytes.
fn effort(large: bool, film: Option<usize>, limit: usize) -> SearchEffort {
    let has_room = film.is_some_and(|bytes| FILM_ROOM * bytes <= limit);
    if large || has_room { SearchEffort::Quick } else { SearchEffort::Full }
}

fn unit(rect: Rect, CodedFrame { key, data, .. }: CodedFrame) -> EncodedPicture {
    EncodedPicture { units: vec![EncodedUnit { stream: SCREEN, rect, key, data }] }
}

fn limit(ByteBudget(bytes): ByteBudget) -> usize {
    let bytes = bytes as usize;
    bytes - (bytes / HEADROOM).max(BLOCK_BYTES.min(bytes / 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_screen_that_is_scrolled_is_no_other_screen() {
        use PictureChange::{Moving, Replaced, Shifted, Start};
        let of = |starts| {
            [(true, true), (true, false), (false, true), (false, false)]
                .map(|(large, moved)| kind_of_change(starts, large, moved))
        };
        assert_eq!(of(false), [Shifted, Replaced, Moving, Moving]);
        assert_eq!(of(true), [Start; 4]);
    }

    #[test]
    fn less_is_tried_where_half_a_screen_changed_and_in_a_film_that_has_room() {
        let chosen = [(true, None), (false, Some(5_000)), (false, Some(5_001)), (false, None)]
            .map(|(large, film)| effort(large, film, 10_000));
        use SearchEffort::{Full, Quick};
        assert_eq!(chosen, [Quick, Quick, Full, Full]);
    }
}
