//! Intra prediction of one transform block (section 7.11.2), with `enable_intra_edge_filter` and
//! `enable_filter_intra` 0, and of chroma from luma (section 7.11.5).
//!
//! It neither chooses modes nor knows palettes.

mod block_decoded;
mod cfl;
mod directional;
mod edge;
mod smooth;
#[cfg(test)]
mod tests;

pub(crate) use block_decoded::{BlockDecoded, DecodedCorners};
pub(crate) use cfl::{CflLuma, covered_luma};
pub(crate) use edge::IntraEdge;

use super::plane::{by_width, rows_mut};
use crate::av1::types::PredictionMode;

/// The longest side of a block that is predicted at once: a skipped block of 64x64 has one transform block.
const MAX_SIDE: usize = 64;

/// Predicts a block of `w` by `h` samples from its edge into `dst`, whose first sample is the block's.
///
/// `angle_delta` is `AngleDeltaY` or `AngleDeltaUV`, -3 to 3, and only read for directional modes. Chroma
/// from luma begins as `DC_PRED`. `w` and `h` are 4 to 64, and those the edge was gathered for.
pub(crate) fn predict(
    mode: PredictionMode,
    angle_delta: i8,
    w: usize,
    h: usize,
    edge: &IntraEdge,
    dst: &mut [u8],
    stride: usize,
) {
    by_width!(w, predict_columns(mode, angle_delta, h, edge, dst, stride));
}

fn predict_columns<const W: usize>(
    mode: PredictionMode,
    angle_delta: i8,
    h: usize,
    edge: &IntraEdge,
    dst: &mut [u8],
    stride: usize,
) {
    match mode {
        PredictionMode::Dc | PredictionMode::UvCfl => {
            let average = dc(edge, W, h);
            rows_mut::<W>(dst, stride, h).for_each(|row| row.fill(average));
        }
        PredictionMode::V if angle_delta == 0 => {
            let above = edge.above::<W>();
            rows_mut::<W>(dst, stride, h).for_each(|row| *row = *above);
        }
        PredictionMode::H if angle_delta == 0 => {
            rows_mut::<W>(dst, stride, h).zip(edge.left(h)).for_each(|(row, &left)| row.fill(left));
        }
        PredictionMode::V
        | PredictionMode::H
        | PredictionMode::D45
        | PredictionMode::D135
        | PredictionMode::D113
        | PredictionMode::D157
        | PredictionMode::D203
        | PredictionMode::D67 => {
            directional::predict::<W>(directional::angle(mode, angle_delta), h, edge, dst, stride);
        }
        PredictionMode::Smooth => smooth::predict::<W>(h, edge, dst, stride),
        PredictionMode::SmoothV => smooth::predict_vertical::<W>(h, edge, dst, stride),
        PredictionMode::SmoothH => smooth::predict_horizontal::<W>(h, edge, dst, stride),
        PredictionMode::Paeth => paeth::<W>(h, edge, dst, stride),
        PredictionMode::NearestMv
        | PredictionMode::NearMv
        | PredictionMode::GlobalMv
        | PredictionMode::NewMv => unreachable!("a mode of inter blocks"),
    }
}

/// Section 7.11.2.5.
fn dc(edge: &IntraEdge, w: usize, h: usize) -> u8 {
    let sum = |samples: &[u8]| samples.iter().map(|&sample| u32::from(sample)).sum::<u32>();
    let (left, above) = (edge.left(h), edge.above_run(w));
    let average = match (edge.has_left(), edge.has_above()) {
        (true, true) => (sum(left) + sum(above) + (w + h) as u32 / 2) / (w + h) as u32,
        (true, false) => (sum(left) + h as u32 / 2) >> h.ilog2(),
        (false, true) => (sum(above) + w as u32 / 2) >> w.ilog2(),
        (false, false) => 128,
    };
    average as u8
}

/// Section 7.11.2.2. With `base` the plane through the three corners, its distances from them are
/// `pLeft = |above - corner|`, `pTop = |left - corner|` and `pTopLeft = |above + left - 2 corner|`.
fn paeth<const W: usize>(h: usize, edge: &IntraEdge, dst: &mut [u8], stride: usize) {
    let corner = i16::from(edge.corner());
    let above = edge.above::<W>().map(i16::from);
    for (row, &left) in rows_mut::<W>(dst, stride, h).zip(edge.left(h)) {
        let left = i16::from(left);
        let from_top = (left - corner).abs();
        for (sample, &above) in row.iter_mut().zip(&above) {
            let from_left = (above - corner).abs();
            let from_corner = (above + left - 2 * corner).abs();
            let top_or_corner = if from_top <= from_corner { above } else { corner };
            let nearest = if from_left <= from_top.min(from_corner) { left } else { top_or_corner };
            *sample = nearest as u8;
        }
    }
}
