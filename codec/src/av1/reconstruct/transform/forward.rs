//! The forward transform in two dimensions: columns first, then rows, each the inverse's network backwards.
//!
//! Nothing overflows: all steps are orthogonal but for a known gain, so a value never exceeds the length of
//! the residual times the gain so far, and that reaches 23 081 after the columns and 32 640 at the end, for a
//! residual of 255 everywhere.

use std::array::from_fn;

use super::lanes::{LANES, Lanes, ZERO, round2, scale, transpose};
use super::line::TransformLine;
use super::{for_size, is_rect, kinds, wht};
use crate::av1::types::{TxSize, TxType};

/// Transforms a residual into coefficients, in the scale that dequantised ones have.
///
/// `residual` starts at the block's first sample, has rows of `stride` values, each from -255 to 255; `out`
/// gets rows of the block's width. `lossless` is for 4x4 only, and then `tx_type` doesn't matter. `Idtx` just
/// scales, so that a level is a residual at a step of 8: see [`exact_idtx_levels`].
pub(crate) fn forward(
    residual: &[i16],
    stride: usize,
    tx_size: TxSize,
    tx_type: TxType,
    lossless: bool,
    out: &mut [i32],
) {
    if lossless {
        debug_assert_eq!(tx_size, TxSize::T4x4, "lossless blocks have no other transform");
        wht::forward(residual, stride, out);
    } else if tx_type == TxType::Idtx {
        let shift = scale_log2(tx_size.width(), tx_size.height());
        copy_rows(residual, stride, tx_size, out, |x| i32::from(x) << shift);
    } else {
        for_size!(tx_size, forward_sized(residual, stride, tx_type, out));
    }
}

/// The levels that make `Idtx` reproduce a residual of -255 to 255 exactly where the quantiser's steps are
/// both 8 (`qindex` 1): the residual itself, for transforms of all sizes. Whether they hold anything.
pub(crate) fn exact_idtx_levels(
    residual: &[i16],
    stride: usize,
    tx_size: TxSize,
    levels: &mut [i32],
) -> bool {
    copy_rows(residual, stride, tx_size, levels, i32::from);
    levels[..tx_size.width() * tx_size.height()].iter().any(|&level| level != 0)
}

/// How much larger than orthonormal ones coefficients are, as a power of two.
const fn scale_log2(width: usize, height: usize) -> u32 {
    if width * height > 256 { 2 } else { 3 }
}

/// Copies rows of a block that lie `stride` apart into rows that follow each other.
fn copy_rows(from: &[i16], stride: usize, tx_size: TxSize, to: &mut [i32], value: impl Fn(i16) -> i32) {
    let width = tx_size.width();
    for (to, from) in to.chunks_exact_mut(width).zip(from.chunks(stride)).take(tx_size.height()) {
        to.iter_mut().zip(&from[..width]).for_each(|(to, &from)| *to = value(from));
    }
}

fn forward_sized<const W: usize, const H: usize, const VECTORS: usize>(
    residual: &[i16],
    stride: usize,
    tx_type: TxType,
    out: &mut [i32],
) where
    [Lanes; W]: TransformLine,
    [Lanes; H]: TransformLine,
{
    let (column_kind, row_kind) = kinds(tx_type);
    let groups = W.div_ceil(LANES);
    let mut intermediate = [ZERO; VECTORS];
    for group in 0..groups {
        let mut line: [Lanes; H] = from_fn(|i| load::<W>(&residual[i * stride + group * LANES..]));
        line = line.map(|x| x << const { first_shift(H) });
        line.forward(column_kind);
        for (i, x) in line.into_iter().enumerate() {
            intermediate[i * groups + group] = between::<W, H>(x);
        }
    }
    let rows = LANES.min(H);
    for first_row in (0..H).step_by(LANES) {
        let mut line = [ZERO; W];
        for group in 0..groups {
            let tile =
                from_fn(|i| if i < rows { intermediate[(first_row + i) * groups + group] } else { ZERO });
            line[group * LANES..].iter_mut().zip(transpose(tile)).for_each(|(to, from)| *to = from);
        }
        line.forward(row_kind);
        for left in (0..W).step_by(LANES) {
            let columns = from_fn(|j| if j < W { line[left + j] } else { ZERO });
            for (i, row) in transpose(columns).into_iter().take(rows).enumerate() {
                let width = LANES.min(W);
                let to = &mut out[(first_row + i) * W + left..][..width];
                to.copy_from_slice(&row.to_array().map(i32::from)[..width]);
            }
        }
    }
}

/// Eight values of a row, or the four that there are.
#[inline(always)]
fn load<const W: usize>(row: &[i16]) -> Lanes {
    let mut values = [0; LANES];
    let width = W.min(LANES);
    values[..width].copy_from_slice(&row[..width]);
    Lanes::new(values)
}

/// The bits that a residual is raised by: all that a column's gain leaves free in 16 bits.
const fn first_shift(height: usize) -> u32 {
    7 - height.ilog2()
}

/// Between columns and rows: takes away the bits that the rows' gain needs, and what is too much in
/// rectangles.
#[inline(always)]
fn between<const W: usize, const H: usize>(x: Lanes) -> Lanes {
    let gain_log2 = (W * H).ilog2() / 2 - 1;
    let shift = first_shift(H) + gain_log2 - scale_log2(W, H);
    if is_rect(W, H) { scale(x, 2896, 12 + shift) } else { round2(x, shift) }
}
