//! The mode info syntax of a block but for its vector and its palette: sections 5.11.4 to 5.11.45, written.
//!
//! Each function writes one syntax element, or those that always come together, in the order of the
//! specification. The callers decide; nothing here does.

use super::contexts::{BlockNeighbours, y_mode_context};
use crate::av1::bitstream::cdf::CdfContext;
use crate::av1::bitstream::entropy::SymbolSink;
use crate::av1::types::{BlockSize, Chroma, PredictionMode};

/// How a square is divided, `PARTITION_*` of section 6.10.4; the others are never used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Partition {
    /// One block.
    None = 0,
    /// Two blocks, one above the other.
    Horz,
    /// Two blocks side by side.
    Vert,
    /// Four squares.
    Split,
}

/// `MAX_ANGLE_DELTA`: angles change by up to this many steps of three degrees, either way.
const MAX_ANGLE_DELTA: i8 = 3;

/// Writes how a square is divided (5.11.4). `has_rows` and `has_cols` say whether its lower and right half
/// begin within the frame: where one doesn't, `None` and what would cut the other way are impossible, and
/// where both don't, `Split` is all that's left.
pub(crate) fn write_partition<S: SymbolSink>(
    sink: &mut S,
    cdfs: &mut CdfContext,
    neighbours: &BlockNeighbours<'_>,
    square: BlockSize,
    (has_rows, has_cols): (bool, bool),
    partition: Partition,
) {
    let context = neighbours.partition(square);
    let split = partition == Partition::Split;
    match square.width() {
        // A frame has whole blocks of 8x8, so nothing is forced here.
        8 => sink.symbol(partition as usize, &mut cdfs.partition_w8[context]),
        side => {
            let cdf = match side {
                16 => &mut cdfs.partition_w16[context],
                32 => &mut cdfs.partition_w32[context],
                _ => &mut cdfs.partition_w64[context],
            };
            match (has_rows, has_cols) {
                (true, true) => sink.symbol(partition as usize, cdf),
                (false, true) => sink.derived_bool(split, split_icdf(cdf, SPLIT_OR_HORZ)),
                (true, false) => sink.derived_bool(split, split_icdf(cdf, SPLIT_OR_VERT)),
                (false, false) => debug_assert!(split),
            }
        }
    }
}

/// The partitions whose probability is that of `split_or_horz`: `VERT`, `SPLIT`, `HORZ_A`, `VERT_A`,
/// `VERT_B`, `VERT_4`.
const SPLIT_OR_HORZ: [usize; 6] = [2, 3, 4, 6, 7, 9];

/// The same of `split_or_vert`: `HORZ`, `SPLIT`, `HORZ_A`, `HORZ_B`, `VERT_A`, `HORZ_4`.
const SPLIT_OR_VERT: [usize; 6] = [1, 3, 4, 5, 6, 8];

/// The probability of a split out of 32768, `psum` of 8.3.2, which is derived each time from that of all
/// partitions.
fn split_icdf(partition: &[u16; 11], splitting: [usize; 6]) -> u16 {
    splitting.iter().map(|idx| partition[*idx - 1] - partition[*idx]).sum()
}

/// Writes `skip`: the block has no coefficients (5.11.11).
pub(crate) fn write_skip<S: SymbolSink>(
    sink: &mut S,
    cdfs: &mut CdfContext,
    neighbours: &BlockNeighbours<'_>,
    skip: bool,
) {
    sink.symbol(usize::from(skip), &mut cdfs.skip[neighbours.skip()]);
}

/// Writes the segment of a block that isn't skipped (5.11.9); a skipped one has the segment that
/// [`BlockNeighbours::segment`] predicts. It follows `skip`, as `SegIdPreSkip` is 0.
pub(crate) fn write_segment_id<S: SymbolSink>(
    sink: &mut S,
    cdfs: &mut CdfContext,
    neighbours: &BlockNeighbours<'_>,
    segment_id: u8,
    last_active_seg_id: u8,
) {
    let prediction = neighbours.segment();
    let symbol = neg_interleave(segment_id, prediction.segment_id, last_active_seg_id + 1);
    sink.symbol(usize::from(symbol), &mut cdfs.segment_id[prediction.context]);
}

/// The inverse of `neg_deinterleave` (5.11.9): a small number for segments near the predicted one.
const fn neg_interleave(segment_id: u8, predicted: u8, segments: u8) -> u8 {
    if predicted == 0 {
        return segment_id;
    }
    if predicted >= segments - 1 {
        return segments - 1 - segment_id;
    }
    let distance = segment_id.abs_diff(predicted);
    let (to_the_near_end, beyond) = if 2 * predicted < segments {
        (predicted, segment_id)
    } else {
        (segments - 1 - predicted, segments - 1 - segment_id)
    };
    if distance > to_the_near_end {
        beyond
    } else if segment_id > predicted {
        2 * distance - 1
    } else {
        2 * distance
    }
}

/// Writes `use_intrabc`, in an intra frame that allows it (5.11.7).
pub(crate) fn write_use_intrabc<S: SymbolSink>(sink: &mut S, cdfs: &mut CdfContext, use_intrabc: bool) {
    sink.symbol(usize::from(use_intrabc), &mut cdfs.intrabc);
}

/// Writes `is_inter` (5.11.20).
pub(crate) fn write_is_inter<S: SymbolSink>(
    sink: &mut S,
    cdfs: &mut CdfContext,
    neighbours: &BlockNeighbours<'_>,
    is_inter: bool,
) {
    sink.symbol(usize::from(is_inter), &mut cdfs.is_inter[neighbours.is_inter()]);
}

/// Writes that a block's reference is `LAST_FRAME` (5.11.25).
pub(crate) fn write_last_frame<S: SymbolSink>(
    sink: &mut S,
    cdfs: &mut CdfContext,
    neighbours: &BlockNeighbours<'_>,
) {
    let [p1, _, p3, p4, ..] = &mut cdfs.single_ref[neighbours.single_ref()];
    sink.symbol(0, p1);
    sink.symbol(0, p3);
    sink.symbol(0, p4);
}

/// Writes `intra_frame_y_mode`, of a block of an intra frame (5.11.7).
pub(crate) fn write_intra_frame_y_mode<S: SymbolSink>(
    sink: &mut S,
    cdfs: &mut CdfContext,
    neighbours: &BlockNeighbours<'_>,
    mode: PredictionMode,
) {
    let (above, left) = neighbours.intra_frame_y_mode();
    sink.symbol(mode as usize, &mut cdfs.intra_frame_y_mode[above][left]);
}

/// Writes `y_mode`, of an intra block of an inter frame (5.11.22).
pub(crate) fn write_y_mode<S: SymbolSink>(
    sink: &mut S,
    cdfs: &mut CdfContext,
    size: BlockSize,
    mode: PredictionMode,
) {
    sink.symbol(mode as usize, &mut cdfs.y_mode[y_mode_context(size)]);
}

/// Whether a block's chroma may be predicted from its luma: the CDF selection of `uv_mode`, 8.3.2.
pub(crate) const fn cfl_allowed(size: BlockSize, lossless: bool, chroma: Chroma) -> bool {
    if lossless {
        // Only where the chroma block is of 4x4.
        matches!((size, chroma), (BlockSize::B8x8, Chroma::Half))
    } else {
        size.width() <= 32 && size.height() <= 32
    }
}

/// Writes `uv_mode`, given [`cfl_allowed`] (5.11.7 and 5.11.22).
pub(crate) fn write_uv_mode<S: SymbolSink>(
    sink: &mut S,
    cdfs: &mut CdfContext,
    cfl_allowed: bool,
    y_mode: PredictionMode,
    uv_mode: PredictionMode,
) {
    if cfl_allowed {
        sink.symbol(uv_mode as usize, &mut cdfs.uv_mode_cfl_allowed[y_mode as usize]);
    } else {
        sink.symbol(uv_mode as usize, &mut cdfs.uv_mode_cfl_not_allowed[y_mode as usize]);
    }
}

/// Writes `angle_delta_y` or `angle_delta_uv`, -3 to 3, if the mode has a direction (5.11.42 and 5.11.43).
pub(crate) fn write_angle_delta<S: SymbolSink>(
    sink: &mut S,
    cdfs: &mut CdfContext,
    mode: PredictionMode,
    delta: i8,
) {
    if (PredictionMode::V..=PredictionMode::D67).contains(&mode) {
        let cdf = &mut cdfs.angle_delta[mode as usize - PredictionMode::V as usize];
        sink.symbol((delta + MAX_ANGLE_DELTA) as usize, cdf);
    }
}

/// Writes `CflAlphaU` and `CflAlphaV`, each -16 to 16 and not both 0 (5.11.45).
pub(crate) fn write_cfl_alphas<S: SymbolSink>(sink: &mut S, cdfs: &mut CdfContext, alpha_u: i8, alpha_v: i8) {
    // CFL_SIGN_ZERO, CFL_SIGN_NEG, CFL_SIGN_POS.
    let sign = |alpha: i8| match alpha.signum() {
        0 => 0,
        -1 => 1,
        _ => 2,
    };
    let (sign_u, sign_v): (usize, usize) = (sign(alpha_u), sign(alpha_v));
    sink.symbol(sign_u * 3 + sign_v - 1, &mut cdfs.cfl_sign);
    let mut write = |alpha: i8, sign: usize, other: usize| {
        if sign != 0 {
            let magnitude = usize::from(alpha.unsigned_abs()) - 1;
            sink.symbol(magnitude, &mut cdfs.cfl_alpha[(sign - 1) * 3 + other]);
        }
    };
    write(alpha_u, sign_u, sign_v);
    write(alpha_v, sign_v, sign_u);
}

#[cfg(test)]
mod tests;
