//! The inverse transform in two dimensions, section 7.13.3, and its sum with the prediction, section 7.12.3.

use std::array::from_fn;

use super::lanes::{LANES, Lanes, ZERO, narrow, scale, transpose};
use super::line::TransformLine;
use super::{LineTransform, NonzeroExtent, for_size, is_rect, kinds, row_shift, wht};
use crate::av1::types::{TxSize, TxType};

/// Adds the residual of a block to its prediction, and leaves its coefficients zero.
///
/// `coefs` are dequantised, in rows of the block's width, and zero outside of `extent`; `dst` starts at the
/// block's first sample and has rows of `stride` samples. `lossless` is for 4x4 only, and then `tx_type`
/// doesn't matter.
pub(crate) fn inverse_add(
    coefs: &mut [i32],
    extent: NonzeroExtent,
    tx_size: TxSize,
    tx_type: TxType,
    lossless: bool,
    dst: &mut [u8],
    stride: usize,
) {
    if extent.is_empty() {
        return;
    }
    if lossless {
        debug_assert_eq!(tx_size, TxSize::T4x4, "lossless blocks have no other transform");
        wht::inverse_add(coefs, dst, stride);
    } else if extent.is_dc_only() && tx_type == TxType::DctDct {
        let residual = dc_residual(coefs[0], tx_size.width(), tx_size.height());
        coefs[0] = 0;
        for row in dst.chunks_mut(stride).take(tx_size.height()) {
            row[..tx_size.width()].iter_mut().for_each(|sample| *sample = add(*sample, residual));
        }
    } else {
        for_size!(tx_size, inverse_add_sized(coefs, extent, tx_type, dst, stride));
    }
}

fn inverse_add_sized<const W: usize, const H: usize, const VECTORS: usize>(
    coefs: &mut [i32],
    extent: NonzeroExtent,
    tx_type: TxType,
    dst: &mut [u8],
    stride: usize,
) where
    [Lanes; W]: TransformLine,
    [Lanes; H]: TransformLine,
{
    let (column_kind, row_kind) = kinds(tx_type);
    let mut intermediate = [ZERO; VECTORS];
    for first_row in (0..extent.rows).step_by(LANES) {
        inverse_rows::<W, H>(coefs, first_row, row_kind, &mut intermediate);
    }
    coefs[..extent.rows * W].fill(0);
    let groups = W.div_ceil(LANES);
    for group in 0..groups {
        let mut line: [Lanes; H] = from_fn(|i| intermediate[i * groups + group]);
        line.inverse(column_kind, 4);
        for (i, residual) in line.into_iter().enumerate() {
            let row = &mut dst[i * stride + group * LANES..];
            if W < LANES { add_row::<4>(row, residual) } else { add_row::<LANES>(row, residual) }
        }
    }
}

/// Adds the first `N` lanes to the first samples of a row.
#[inline(always)]
fn add_row<const N: usize>(row: &mut [u8], residual: Lanes) {
    let row = row.first_chunk_mut::<N>().expect("a block's rows are whole");
    let residual = residual.to_array();
    *row = from_fn(|j| add(row[j], residual[j]));
}

/// Transforms up to eight rows from `first_row` on, into rows of whole vectors.
#[inline(always)]
fn inverse_rows<const W: usize, const H: usize>(
    coefs: &[i32],
    first_row: usize,
    kind: LineTransform,
    intermediate: &mut [Lanes],
) where
    [Lanes; W]: TransformLine,
{
    let rows = LANES.min(H);
    let mut line = [ZERO; W];
    for left in (0..W).step_by(LANES) {
        let columns =
            transpose(from_fn(
                |i| {
                    if i < rows { load::<W>(&coefs[(first_row + i) * W + left..]) } else { ZERO }
                },
            ));
        line[left..].iter_mut().zip(columns).for_each(|(to, from)| *to = from);
    }
    if is_rect(W, H) {
        line = line.map(|x| scale(x, 2896, 12));
    }
    line.inverse(kind, row_shift(W, H));
    let groups = W.div_ceil(LANES);
    for group in 0..groups {
        let columns = from_fn(|j| if j < W { line[group * LANES + j] } else { ZERO });
        for (i, row) in transpose(columns).into_iter().take(rows).enumerate() {
            intermediate[(first_row + i) * groups + group] = row;
        }
    }
}

/// Eight coefficients of a row, or the four that there are.
#[inline(always)]
fn load<const W: usize>(row: &[i32]) -> Lanes {
    let mut values = [0; LANES];
    let width = W.min(LANES);
    values[..width].copy_from_slice(&row[..width]);
    narrow(&values)
}

/// What the transforms make of a first coefficient that is alone: the same value everywhere.
fn dc_residual(dc: i32, width: usize, height: usize) -> i16 {
    let clamp = |x: i32| x.clamp(i16::MIN.into(), i16::MAX.into());
    let half_sqrt = |x: i32| (x * 2896 + (1 << 11)) >> 12;
    let round2 = |x: i32, bits: u32| (x + (1 << bits >> 1)) >> bits;
    let dc = clamp(dc);
    let dc = if is_rect(width, height) { half_sqrt(dc) } else { dc };
    let row = round2(half_sqrt(dc), row_shift(width, height));
    round2(half_sqrt(row), 4) as i16
}

/// A predicted sample and its residual, `Clip1`.
#[inline(always)]
pub(super) fn add(sample: u8, residual: i16) -> u8 {
    i16::from(sample).saturating_add(residual).clamp(0, 255) as u8
}
