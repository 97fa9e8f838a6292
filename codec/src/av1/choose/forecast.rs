//! What coding a superblock will take at each step of a ladder: a guess from its samples, made before
//! anything is coded. Not in the specification.
//!
//! It looks at some of the cells that are not copied: at what transforms of 8x8 leave of them, or, where they
//! are text, at how many samples differ from their neighbours. It is off by a factor that is much the same
//! for all of a frame, and is learnt while coding ([`super::rate`]).

use super::cells::{CELL, CELLS};
use super::content::{
    BlockContent, ContentSamples, even_content, is_gradient, uneven_content, uneven_neighbours,
};
use super::distortion;
use super::plan::SuperblockPlan;
use super::rate::{MAX_STEPS, StepBytes, TextQuality};
use crate::av1::frame::tile::FrameJob;
use crate::av1::reconstruct::quantise::Quantiser;
use crate::av1::reconstruct::transform::forward;
use crate::av1::syntax::palette::MAX_COLOURS;
use crate::av1::types::{TxSize, TxType};

/// Samples of a cell.
const AREA: usize = CELL * CELL;

/// Cells to be coded from which on every other one is looked at.
const SOME_FROM: u32 = 16;

/// What a cell takes beside its coefficients, in bits.
const CELL_BITS: f32 = 2.0;

/// What a flat cell takes, in bits.
const FLAT_BITS: f32 = 1.0;

/// What a cell of a gradient takes that may be a little off, in bits.
const SMOOTH_BITS: f32 = 0.7;

/// What a pair of neighbours takes that differ, in bits: in text, exactly.
const EXACT_BITS: f32 = 10.0;

/// The same with few colours from the start.
const PALETTE_BITS: f32 = 5.0;

/// The same with so many colours.
const NEAR_BITS: [f32; MAX_COLOURS + 1] = [1.4, 1.4, 1.4, 2.2, 2.8, 3.2, 3.6, 4.0, 4.3];

/// The part of a step from which on a coefficient is not quantised to 0.
const NONZERO_FROM: f32 = 0.6;

/// What a coefficient of one step takes, in bits, with its chroma's.
const LEVEL_BITS: f32 = 5.0;

/// What doubling it adds.
const DOUBLED_BITS: f32 = 1.5;

/// What a superblock will take.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SuperblockForecast {
    pub(crate) bytes: StepBytes,
    /// Whether there is text in what is not copied.
    pub(crate) text: bool,
}

/// What forecasts of a frame have in common.
#[derive(Debug)]
pub(crate) struct StepQuantisers {
    /// By step, the reciprocal of a transform's step, and how text is coded.
    steps: [(f32, TextQuality); MAX_STEPS],
    count: usize,
}

impl StepQuantisers {
    /// Of a frame's ladder.
    pub(crate) fn new(job: &FrameJob<'_>) -> Self {
        let mut steps = [(1.0, TextQuality::Plain); MAX_STEPS];
        let ladder = job.ladder.steps();
        for (to, step) in steps.iter_mut().zip(ladder) {
            // A step at which bits are worth more than usual is about as coarse as one that is larger.
            let dearer = (step.lambda / crate::av1::reconstruct::quantise::lambda(step.q_idx)).sqrt();
            *to = (1.0 / (dearer * f32::from(Quantiser::new(step.q_idx, 0, 0).ac_step())), step.text);
        }
        Self { steps, count: ladder.len() }
    }
}

impl FrameJob<'_> {
    /// What the superblock at a luma position will take.
    pub(crate) fn forecast(
        &self,
        plan: &SuperblockPlan,
        (x, y): (usize, usize),
        quantisers: &StepQuantisers,
    ) -> SuperblockForecast {
        let mut forecast = SuperblockForecast::default();
        let left = plan.uncopied();
        let count = left.count_ones();
        if count == 0 {
            return forecast;
        }
        // Every other cell of each row, like a chessboard.
        let some = if count >= SOME_FROM { left & 0xaa55_aa55_aa55_aa55 } else { left };
        let mut bits = [0.0; MAX_STEPS];
        let mut seen = 0;
        for row in 0..CELLS {
            for column in (0..CELLS).filter(|column| some >> (row * CELLS + column) & 1 != 0) {
                let text = self.cell_bits((x + column * CELL, y + row * CELL), quantisers, &mut bits);
                forecast.text |= text;
                seen += 1;
            }
        }
        let scale = count as f32 / (8.0 * seen.max(1) as f32);
        for (to, bits) in forecast.bytes.0.iter_mut().zip(bits) {
            *to = bits * scale;
        }
        forecast
    }

    /// Adds what a cell will take; whether it is text.
    fn cell_bits(
        &self,
        (x, y): (usize, usize),
        quantisers: &StepQuantisers,
        bits: &mut [f32; MAX_STEPS],
    ) -> bool {
        let shift = self.chroma().shift();
        let samples = [0, 1, 2].map(|plane| {
            let shift = if plane == 0 { 0 } else { shift };
            let from = &self.source.planes[plane];
            let (samples, stride) = (from.at(x >> shift, y >> shift), from.stride());
            ContentSamples { samples, stride, width: CELL >> shift, height: CELL >> shift }
        });
        let uneven = uneven_neighbours(samples[0]);
        if uneven == 0 {
            bits.iter_mut().for_each(|bits| *bits += FLAT_BITS);
            return false;
        }
        let uneven = uneven as f32;
        let gradient = is_gradient(samples[0]);
        let content =
            even_content(samples, MAX_COLOURS).unwrap_or_else(|| uneven_content(samples[0], self.inter()));
        let exactly = match content {
            BlockContent::Palette => Some(PALETTE_BITS * uneven),
            BlockContent::Text => Some(EXACT_BITS * uneven),
            BlockContent::Smooth | BlockContent::Photo => None,
        };
        let text = exactly.is_some() && !gradient;
        let coefficients = self.cell_coefficients((x, y), samples[0]);
        for (bits, (reciprocal, quality)) in bits.iter_mut().zip(&quantisers.steps[..quantisers.count]) {
            *bits += match (exactly, quality) {
                (Some(exactly), TextQuality::Exact) => exactly,
                _ if gradient => SMOOTH_BITS,
                (Some(exactly), TextQuality::Near(colours)) => {
                    exactly.min(NEAR_BITS[usize::from(*colours)] * uneven)
                }
                _ => transform_bits(&coefficients, *reciprocal),
            };
        }
        text
    }

    /// What a flat prediction leaves of a cell of luma, or what stands there in the reference if that is
    /// nearer.
    fn cell_coefficients(&self, (x, y): (usize, usize), luma: ContentSamples<'_>) -> [i32; AREA] {
        let (source, stride) = (luma.samples, luma.stride);
        let rows = || source.chunks(stride).take(CELL).flat_map(|row| &row[..CELL]);
        let mean = (rows().map(|sample| u32::from(*sample)).sum::<u32>() / AREA as u32) as u8;
        let flat = [mean; AREA];
        let mut residual = [0; AREA];
        let reference = &self.reference.planes[0];
        let (there, there_stride) = (reference.at(x, y), reference.stride());
        let near = self.inter()
            && distortion::sad(source, stride, there, there_stride, CELL, CELL)
                < distortion::sad(source, stride, &flat, CELL, CELL, CELL);
        if near {
            distortion::residual(source, stride, there, there_stride, CELL, CELL, &mut residual);
        } else {
            distortion::residual(source, stride, &flat, CELL, CELL, CELL, &mut residual);
        }
        let mut coefficients = [0; AREA];
        forward(&residual, CELL, TxSize::T8x8, TxType::DctDct, false, &mut coefficients);
        coefficients
    }
}

/// What coefficients take at a step: a constant for each that is not 0, and more for large ones.
fn transform_bits(coefficients: &[i32; AREA], reciprocal: f32) -> f32 {
    let bits = |coefficient: &i32| {
        let steps = (*coefficient as f32 * reciprocal).abs();
        // As an integer, a float is about its logarithm with 23 bits behind the point.
        let doubled = (steps.max(1.0).to_bits() - 1f32.to_bits()) as f32 / (1 << 23) as f32;
        if steps >= NONZERO_FROM { LEVEL_BITS + DOUBLED_BITS * doubled } else { 0.0 }
    };
    CELL_BITS + coefficients.iter().map(bits).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn larger_coefficients_take_more_and_small_ones_nothing() {
        let with = |value| {
            let mut coefficients = [0; AREA];
            coefficients[3] = value;
            transform_bits(&coefficients, 1.0 / 16.0)
        };
        assert_eq!(with(9), CELL_BITS);
        assert_eq!(with(16), CELL_BITS + LEVEL_BITS);
        assert_eq!(with(-64), CELL_BITS + LEVEL_BITS + 2.0 * DOUBLED_BITS);
    }
}
