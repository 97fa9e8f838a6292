//! The screen as small AV1 stills, coded by rav1e: only the rectangles that changed, each a key frame of its
//! own.
//!
//! rav1e holds a frame back until four more have come, has no skip map and a fixed quantiser a context. So no
//! stream is continued here: a still comes out at once, its cost follows its area, each can have its own
//! quantiser, and a lost one costs nothing but its rectangle. What a continued stream would save on scrolling
//! is the business of another encoder behind the same trait.
//!
//! - [`kept`]: what the other side has, and how coarse, tile by tile
//! - [`grid`]: changed tiles to rectangles
//! - [`rate`]: how coarse, so that the picture fits its budget
//! - [`still`]: one rectangle through rav1e

mod grid;
mod kept;
mod rate;
mod still;

use rayon::prelude::*;

use crate::{
    ByteBudget, Damage, EncodeError, EncodedPicture, EncodedUnit, Frame, Rect, ScreenEncoder, StreamId,
};
use kept::KeptPicture;
use rate::{BaseQuantiser, RateModel};

/// The stream of all stills: each restarts it with a rectangle of its own.
const STILLS: StreamId = StreamId(0);

/// What one call refines at most, in pixels: about 30 ms on two cores.
const REFINE_PX: usize = 2 * grid::REGION_SIDE_PX as usize * grid::REGION_SIDE_PX as usize;

/// The general encoder: any content, any size, on rav1e. Uses rayon's global thread pool.
#[derive(Default)]
pub struct Rav1eScreenEncoder {
    kept: Option<KeptPicture>,
    rate: RateModel,
}

impl Rav1eScreenEncoder {
    /// An encoder that has sent nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn encode_regions(
        &mut self,
        picture: &Frame,
        regions: &[(Rect, BaseQuantiser)],
    ) -> Result<EncodedPicture, EncodeError> {
        let coded: Vec<_> = regions
            .par_iter()
            .map(|&(rect, quantiser)| still::encode(picture, rect, quantiser))
            .collect::<Result<_, _>>()?;
        let mut units = Vec::with_capacity(coded.len());
        for (&(rect, quantiser), data) in regions.iter().zip(coded) {
            self.rate.learn(rate::activity(picture, rect), quantiser, data.len());
            units.push(EncodedUnit { stream: STILLS, rect, key: true, data });
        }
        Ok(EncodedPicture { units })
    }

    fn step(
        &mut self,
        picture: &Frame,
        damage: &Damage,
        budget: ByteBudget,
    ) -> Result<EncodedPicture, EncodeError> {
        let mut kept = self.kept.take().filter(|kept| kept.size() == picture.size());
        let (mut regions, whole) = match &mut kept {
            Some(kept) => (grid::regions(&kept.changes(picture, damage), picture.size()), false),
            None => (grid::regions(&grid::all_tiles(picture.size()), picture.size()), true),
        };
        let mut kept = kept.unwrap_or_else(|| KeptPicture::new(picture.size()));
        let planned = if regions.is_empty() {
            self.plan_refinement(picture, &kept, budget)
        } else {
            let start = if whole { rate::FINE } else { kept.quantiser_for(&regions) };
            let quantiser = self.rate.choose(picture, &regions, start, budget);
            regions.drain(..).map(|rect| (rect, quantiser)).collect()
        };
        let coded = self.encode_regions(picture, &planned)?;
        for (rect, quantiser) in planned {
            kept.sent(picture, rect, quantiser);
        }
        self.kept = Some(kept);
        Ok(coded)
    }

    /// The next rectangles to sharpen, within [`REFINE_PX`] and the budget; at least one tile if any is
    /// coarse.
    fn plan_refinement(
        &self,
        picture: &Frame,
        kept: &KeptPicture,
        budget: ByteBudget,
    ) -> Vec<(Rect, BaseQuantiser)> {
        let tiles = kept.coarse_tiles();
        let mut planned = Vec::new();
        let (mut area, mut bytes) = (0, 0.0);
        for rect in grid::regions(&tiles, picture.size()) {
            bytes += self.rate.predict(rate::activity(picture, rect), rate::FINE);
            area += rect.area();
            if area > REFINE_PX || bytes > f64::from(budget.0) {
                break;
            }
            planned.push((rect, rate::FINE));
        }
        if planned.is_empty() && !tiles.is_empty() {
            let one = grid::regions(&tiles[..1], picture.size());
            planned.extend(one.into_iter().map(|rect| (rect, rate::FINE)));
        }
        planned
    }
}

impl ScreenEncoder for Rav1eScreenEncoder {
    fn encode(
        &mut self,
        picture: &Frame,
        damage: &Damage,
        budget: ByteBudget,
    ) -> Result<EncodedPicture, EncodeError> {
        if damage.size() != picture.size() {
            return Err(EncodeError::Damage);
        }
        self.step(picture, damage, budget)
    }

    fn request_key(&mut self) {
        self.kept = None;
    }

    fn refinable(&self) -> bool {
        self.kept.as_ref().is_some_and(KeptPicture::any_coarse)
    }

    fn name(&self) -> &'static str {
        "rav1e"
    }
}
