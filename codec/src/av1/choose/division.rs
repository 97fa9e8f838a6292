//! How photographs are divided into blocks: by about what their parts would cost. The encoder's choice, not
//! in the specification.
//!
//! It is decided from the picture to be coded alone, before anything of it is reconstructed: at the qualities
//! that screens are shown in, both are nearly the same.

use super::distortion;
use crate::av1::frame::stream::SearchEffort;
use crate::av1::frame::tile::TileCoder;
use crate::av1::reconstruct::plane::PlaneArea;
use crate::av1::reconstruct::residual::plane_block;
use crate::av1::reconstruct::transform::forward;
use crate::av1::syntax::mv_prediction::BlockPlace;
use crate::av1::types::{BlockSize, TxType};

/// About what a block costs beside its coefficients, in bits.
const BLOCK_BITS: f32 = 12.0;

/// What a large block's coefficients cost more than their information, against those of its parts.
const LARGE_COST: f32 = 1.1;

/// The largest block of a photograph: there are no transforms of 64x64.
const LARGEST: usize = 32;

/// The size of all blocks where there is no time to choose.
const QUICK: usize = 16;

impl TileCoder<'_> {
    /// Whether a square of a photograph is better coded as one block than as four.
    pub(crate) fn photo_pays(&mut self, place: BlockPlace) -> bool {
        if place.size.width() > LARGEST {
            return false;
        }
        if self.job.effort == SearchEffort::Quick {
            return place.size.width() <= if self.level().broad() { LARGEST } else { QUICK };
        }
        let area = plane_block(place, 0, self.job.chroma());
        if self.is_quiet(area) {
            return true;
        }
        let whole = LARGE_COST * self.photo_bits(area) + BLOCK_BITS;
        let (w, h) = (area.w / 2, area.h / 2);
        let mut parts = 0.0;
        for (x, y) in [(0, 0), (w, 0), (0, h), (w, h)] {
            parts += self.photo_bits(PlaneArea { x: area.x + x, y: area.y + y, w, h }) + BLOCK_BITS;
            if parts >= whole {
                return true;
            }
        }
        false
    }

    /// About the bits of a square of luma: of what its flat prediction leaves, or that from the reference.
    fn photo_bits(&mut self, area: PlaneArea) -> f32 {
        let (source, stride) = self.source(0, area);
        let searched = self.search(area);
        let at = self.in_picture(0, area);
        let step = f32::from(self.level_quantiser().ac_step());
        let scratch = &mut *self.buffers.scratch;
        match searched.inter {
            Some(found) if found.error < searched.flat.1 => {
                let reference = &self.job.reference.planes[0];
                let (dx, dy) = (isize::from(found.mv.col / 8), isize::from(found.mv.row / 8));
                let from = reference.at(at.x.wrapping_add_signed(dx), at.y.wrapping_add_signed(dy));
                let to = &mut scratch.residual;
                distortion::residual(source, stride, from, reference.stride(), area.w, area.h, to);
            }
            _ => {
                let flat = &mut scratch.tried[..area.w * area.h];
                flat.fill(searched.flat.0);
                distortion::residual(source, stride, flat, area.w, area.w, area.h, &mut scratch.residual);
            }
        }
        let tx_size = BlockSize::square(area.w).max_tx_size();
        forward(&scratch.residual, area.w, tx_size, TxType::DctDct, false, &mut scratch.coefficients);
        let scale = if area.w * area.h > 256 { 2.0 } else { 1.0 };
        information(&scratch.coefficients[..area.w * area.h], scale / step)
    }

    /// The sample of a flat prediction, and how far that is off.
    pub(crate) fn flat_error(&mut self, area: PlaneArea) -> (u8, u32) {
        let (source, stride) = self.source(0, area);
        let average = self.average_around(area);
        let flat = &mut self.buffers.scratch.tried[..area.w * area.h];
        flat.fill(average);
        (average, distortion::sad(source, stride, flat, area.w, area.w, area.h))
    }

    /// The mean of the source's samples above and to the left of a block.
    fn average_around(&self, area: PlaneArea) -> u8 {
        let luma = &self.job.source.planes[0];
        let at = self.in_picture(0, area);
        let sum = |samples: &[u8]| samples.iter().map(|sample| u32::from(*sample)).sum::<u32>();
        let (mut total, mut count) = (0, 0);
        if area.y > 0 {
            total += sum(luma.row(at.x, at.y - 1, area.w));
            count += area.w;
        }
        if area.x > 0 {
            let column = luma.at(at.x - 1, at.y).iter().step_by(luma.stride()).take(area.h);
            total += column.map(|sample| u32::from(*sample)).sum::<u32>();
            count += area.h;
        }
        if count == 0 { 128 } else { (total / count as u32) as u8 }
    }
}

/// About the bits of coefficients that are `scale` times as large in steps: half the logarithm of each one's
/// energy over that of what is lost, as far as there is more.
fn information(coefficients: &[i32], scale: f32) -> f32 {
    /// How many of a float's bits are dropped: 11 remain behind the logarithm's point, so that sums fit.
    const DROPPED: u32 = 12;
    let scale = 2.0 * scale;
    // As an integer, a float is about its logarithm with 23 bits behind the point.
    let logarithm = |coefficient: &i32| {
        let steps = *coefficient as f32 * scale;
        ((1.0 + steps * steps).to_bits() - 1f32.to_bits()) >> DROPPED
    };
    let sum: u32 = coefficients.iter().map(logarithm).sum();
    sum as f32 / (2 << (23 - DROPPED)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn information_is_about_half_the_logarithm() {
        assert_eq!(information(&[0; 64], 1.0), 0.0);
        let bits = information(&[0, 512, -8], 1.0);
        assert!((13.9..14.2).contains(&bits), "{bits}");
    }
}
