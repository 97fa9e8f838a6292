//! How a block says its vector: the choice of the inter mode and of a prediction for it, and their syntax.
//!
//! Sections 5.11.23 (`inter_block_mode_info`, without compound prediction), 5.11.31 and 5.11.32 (`read_mv`).

use super::mv_prediction::MvStack;
use crate::av1::bitstream::cdf::{CdfContext, MvCdfs};
use crate::av1::bitstream::entropy::SymbolSink;
use crate::av1::types::{Mv, PredictionMode};

/// What the vectors of a frame are multiples of (`allow_high_precision_mv` is 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MvPrecision {
    /// Whole samples: `force_integer_mv` is 1, as in all intra frames.
    Whole,
    /// Quarters of a sample.
    Quarter,
}

/// Which statistics a vector is coded with, `MvCtx`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MvContext {
    /// Vectors into the last frame.
    Inter = 0,
    /// `MV_INTRABC_CONTEXT`: vectors into the frame itself.
    IntraBlockCopy = 1,
}

/// How a block's vector is signalled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InterModeChoice {
    /// One of `GlobalMv`, `NearestMv`, `NearMv` and `NewMv`: the block's `YMode`.
    pub(crate) mode: PredictionMode,
    /// `RefMvIdx`: the candidate that is meant, 0 to 3.
    pub(crate) ref_mv_idx: usize,
    /// With `NewMv`, what is to be added to the candidate.
    pub(crate) diff: Mv,
}

/// The highest `mv_class`; it ends at this difference, in eighths of a sample.
const MAX_DIFFERENCE: i32 = 1 << 14;

/// The candidates that `NewMv` can start from.
const NEW_MV_CANDIDATES: usize = 3;

/// The cheapest way to signal a vector; `None` if no candidate is near enough for its difference to be coded,
/// which takes a vector of more than a thousand samples.
pub(crate) fn choose_mode(stack: &MvStack, mv: Mv) -> Option<InterModeChoice> {
    let known = |mode, ref_mv_idx| Some(InterModeChoice { mode, ref_mv_idx, diff: Mv::ZERO });
    if mv == Mv::ZERO {
        return known(PredictionMode::GlobalMv, 0);
    }
    let candidates = stack.found().min(NEW_MV_CANDIDATES + 1);
    match (0..candidates).find(|idx| stack.mv(*idx) == mv) {
        Some(0) => return known(PredictionMode::NearestMv, 0),
        Some(idx) => return known(PredictionMode::NearMv, idx),
        None => {}
    }
    (0..candidates.clamp(1, NEW_MV_CANDIDATES))
        .filter_map(|idx| Some((idx, difference(mv, stack.mv(idx))?)))
        .min_by_key(|(idx, diff)| *idx as u32 + component_cost(diff.row) + component_cost(diff.col))
        .map(|(ref_mv_idx, diff)| InterModeChoice { mode: PredictionMode::NewMv, ref_mv_idx, diff })
}

/// What `read_mv` adds to a prediction to get a vector, if it can.
pub(crate) fn difference(mv: Mv, prediction: Mv) -> Option<Mv> {
    let component = |to: i16, from: i16| {
        let diff = i32::from(to) - i32::from(from);
        (diff.abs() <= MAX_DIFFERENCE).then_some(diff as i16)
    };
    Some(Mv { row: component(mv.row, prediction.row)?, col: component(mv.col, prediction.col)? })
}

/// About the bits of a difference in one direction.
fn component_cost(diff: i16) -> u32 {
    match diff {
        0 => 0,
        _ => 3 + 2 * MvComponent::of(diff).class as u32,
    }
}

/// Writes `new_mv` and what follows up to the vector itself (5.11.23 and `assign_mv`).
pub(crate) fn write_inter_mode<S: SymbolSink>(
    sink: &mut S,
    cdfs: &mut CdfContext,
    stack: &MvStack,
    choice: InterModeChoice,
    precision: MvPrecision,
) {
    let new_mv = choice.mode != PredictionMode::NewMv;
    sink.symbol(usize::from(new_mv), &mut cdfs.new_mv[stack.new_mv_context]);
    if !new_mv {
        write_drl_mode(sink, cdfs, stack, 0, choice.ref_mv_idx);
        return write_mv(sink, cdfs, MvContext::Inter, precision, choice.diff);
    }
    let zero_mv = choice.mode != PredictionMode::GlobalMv;
    sink.symbol(usize::from(zero_mv), &mut cdfs.zero_mv[0]);
    if zero_mv {
        let ref_mv = choice.mode == PredictionMode::NearMv;
        sink.symbol(usize::from(ref_mv), &mut cdfs.ref_mv[stack.ref_mv_context]);
        if ref_mv {
            write_drl_mode(sink, cdfs, stack, 1, choice.ref_mv_idx);
        }
    }
}

/// Writes up to two `drl_mode`, which lead to one of three candidates from `first` on.
fn write_drl_mode<S: SymbolSink>(
    sink: &mut S,
    cdfs: &mut CdfContext,
    stack: &MvStack,
    first: usize,
    ref_mv_idx: usize,
) {
    for idx in first..first + 2 {
        if stack.found() <= idx + 1 {
            return;
        }
        let further = ref_mv_idx > idx;
        sink.symbol(usize::from(further), &mut cdfs.drl_mode[stack.drl_context(idx)]);
        if !further {
            return;
        }
    }
}

/// Writes a vector's difference to its prediction, `read_mv` of 5.11.31. It must be a multiple of what the
/// precision says, and no further than 2048 samples in either direction.
pub(crate) fn write_mv<S: SymbolSink>(
    sink: &mut S,
    cdfs: &mut CdfContext,
    context: MvContext,
    precision: MvPrecision,
    diff: Mv,
) {
    let joint = 2 * usize::from(diff.row != 0) + usize::from(diff.col != 0);
    let cdfs = &mut cdfs.mv[context as usize];
    sink.symbol(joint, &mut cdfs.joint);
    for (comp, diff) in [diff.row, diff.col].into_iter().enumerate() {
        if diff != 0 {
            write_mv_component(sink, cdfs, comp, precision, diff);
        }
    }
}

/// `read_mv_component` of 5.11.32, for a difference other than 0.
fn write_mv_component<S: SymbolSink>(
    sink: &mut S,
    cdfs: &mut MvCdfs,
    comp: usize,
    precision: MvPrecision,
    diff: i16,
) {
    let MvComponent { negative, class, whole, fraction } = MvComponent::of(diff);
    sink.symbol(usize::from(negative), &mut cdfs.sign[comp]);
    sink.symbol(class, &mut cdfs.class[comp]);
    if class == 0 {
        sink.symbol(usize::from(whole == 1), &mut cdfs.class0_bit[comp]);
        if precision == MvPrecision::Quarter {
            sink.symbol(fraction, &mut cdfs.class0_fr[comp][whole]);
        }
        return;
    }
    for bit in 0..class {
        sink.symbol(usize::from(whole >> bit & 1 == 1), &mut cdfs.bit[comp][bit]);
    }
    if precision == MvPrecision::Quarter {
        sink.symbol(fraction, &mut cdfs.fr[comp]);
    }
}

/// A difference in one direction, as 5.11.32 takes it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct MvComponent {
    negative: bool,
    /// `mv_class`.
    class: usize,
    /// `mv_class0_bit`, or the `mv_bit`s: the whole samples beyond where the class begins.
    whole: usize,
    /// `mv_class0_fr` or `mv_fr`: quarters, 3 where vectors are whole.
    fraction: usize,
}

impl MvComponent {
    fn of(diff: i16) -> Self {
        let offset = usize::from(diff.unsigned_abs()) - 1;
        let class = (offset | 8).ilog2() as usize - 3;
        let whole = (offset >> 3) - if class == 0 { 0 } else { 1 << class };
        Self { negative: diff < 0, class, whole, fraction: offset >> 1 & 3 }
    }
}

#[cfg(test)]
mod tests;
