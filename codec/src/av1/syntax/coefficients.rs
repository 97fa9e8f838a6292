//! The coefficients of one transform block, sections 5.11.39 (`coeffs`) and 5.11.47 (`transform_type`).
//!
//! What is written and what it costs is one code, generic over the sink. Levels are given; nothing here
//! transforms, quantises or decides.

mod contexts;
mod levels;
mod scan;
mod thrift;
mod tx_set;

use crate::av1::bitstream::cdf::CdfContext;
#[cfg(test)]
use crate::av1::bitstream::entropy::BitCounter;
use crate::av1::bitstream::entropy::SymbolSink;
use crate::av1::types::{BlockSize, PredictionMode, TxSize, TxType};
pub(crate) use contexts::CoefficientContexts;
use contexts::DcCategory;
use levels::{CodedPositions, LevelMap, MAX_BR_LEVEL, TxClass};
use scan::ScanOrder;
pub(crate) use thrift::trim;
use tx_set::TxSet;
#[cfg(test)]
use tx_set::tx_types_allowed;
pub(crate) use tx_set::{ChromaSource, chroma_tx_type};

/// `NUM_BASE_LEVELS` and one: levels from here on are continued by `coeff_br`.
const BASE_LEVELS: u32 = 3;

/// `BR_CDF_SIZE - 1`: the most that one `coeff_br` adds.
const BR_STEP: u32 = 3;

/// The first level that can't be coded: 20 bits are all that `golomb_length_bit` may announce and that a
/// decoder keeps.
pub(crate) const LEVEL_LIMIT: u32 = 1 << 20;

/// A transform block, and what its coding depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TxBlock {
    pub(crate) plane: usize,
    /// The place in the tile's plane, in units of 4 samples of that plane.
    pub(crate) x4: usize,
    pub(crate) y4: usize,
    pub(crate) tx_size: TxSize,
    /// `PlaneTxType`: for luma one that `type_syntax` can say, for chroma that of [`chroma_tx_type`].
    pub(crate) tx_type: TxType,
    /// `MiSize`: the block's size in luma samples.
    pub(crate) block: BlockSize,
    pub(crate) type_syntax: TypeSyntax,
}

/// How `transform_type` says the type of a luma block; chroma's is never written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TypeSyntax {
    /// Not at all, it is `DctDct`: the block's qindex is 0, as where it is lossless.
    Implied,
    /// By `intra_tx_type`, with the block's `YMode`.
    Intra(PredictionMode),
    /// By `inter_tx_type`; intra block copy has `is_inter` too.
    Inter,
}

/// Writes a transform block and remembers it for the next ones.
///
/// `levels` are `min(32, height)` rows of `min(32, width)`, each level's magnitude below [`LEVEL_LIMIT`].
pub(crate) fn write_coefficients<S: SymbolSink>(
    sink: &mut S,
    cdfs: &mut CdfContext,
    contexts: &mut CoefficientContexts,
    tx: &TxBlock,
    levels: &[i32],
) {
    let (level_context, dc) = code(sink, cdfs, contexts, tx, levels);
    contexts.set(tx, level_context, dc);
}

/// What [`write_coefficients`] would add, in 1/256 bit. It changes nothing: the exclusive borrows are for
/// scratch room.
#[cfg(test)]
pub(crate) fn coefficients_cost(
    cdfs: &mut CdfContext,
    contexts: &mut CoefficientContexts,
    tx: &TxBlock,
    levels: &[i32],
) -> u32 {
    let mut counter = BitCounter::default();
    code(&mut counter, cdfs, contexts, tx, levels);
    counter.cost
}

/// Width and height of what is coded: of 64 samples only the first 32 have coefficients.
const fn coded_size(tx_size: TxSize) -> (usize, usize) {
    (1 << coded_log2(tx_size.width_log2()), 1 << coded_log2(tx_size.height_log2()))
}

const fn coded_log2(log2: usize) -> usize {
    if log2 > 5 { 5 } else { log2 }
}

/// The indices of a block's CDFs.
#[derive(Debug, Clone, Copy)]
struct CdfIndex {
    /// `txSzCtx`.
    size: usize,
    /// `ptype`.
    plane: usize,
}

impl CdfIndex {
    fn of(tx: &TxBlock) -> Self {
        let size = tx_set::square_index(tx.tx_size) + tx_set::square_up_index(tx.tx_size);
        Self { size: size.div_ceil(2), plane: usize::from(tx.plane > 0) }
    }
}

/// Writes a block; returns what its neighbours are to know of it: `culLevel` and `dcCategory`.
fn code<S: SymbolSink>(
    sink: &mut S,
    cdfs: &mut CdfContext,
    contexts: &mut CoefficientContexts,
    tx: &TxBlock,
    levels: &[i32],
) -> (u8, DcCategory) {
    debug_assert_eq!(levels.len(), coded_size(tx.tx_size).0 * coded_size(tx.tx_size).1);
    let index = CdfIndex::of(tx);
    let all_zero_context = contexts.all_zero_context(tx);
    let all_zero = levels.iter().fold(0, |or, level| or | level) == 0;
    sink.symbol(usize::from(all_zero), &mut cdfs.txb_skip[index.size][all_zero_context]);
    if all_zero {
        return (0, DcCategory::Zero);
    }
    let class = TxClass::of(tx.tx_type);
    let scan = ScanOrder::of(tx.tx_size, class);
    let dc_sign_context = contexts.dc_sign_context(tx);
    let (map, coded) = contexts.room();
    let summary = map.fill(levels, &scan);
    if tx.plane == 0 {
        write_transform_type(sink, cdfs, tx);
    }
    write_eob(sink, cdfs, index, &scan, class, summary.eob);
    map.find_base_symbols(class, &scan, summary.eob);
    coded.clear();
    let block = (&scan, &*map, summary.eob);
    match class {
        TxClass::TwoD => write_levels::<S, { TxClass::TWO_D }>(sink, cdfs, index, block, coded),
        TxClass::Horizontal => write_levels::<S, { TxClass::HORIZONTAL }>(sink, cdfs, index, block, coded),
        TxClass::Vertical => write_levels::<S, { TxClass::VERTICAL }>(sink, cdfs, index, block, coded),
    }
    write_signs(sink, &mut cdfs.dc_sign[index.plane][dc_sign_context], levels, coded);
    (summary.cumulative.min(63) as u8, DcCategory::of(levels[0]))
}

/// `transform_type()`.
fn write_transform_type<S: SymbolSink>(sink: &mut S, cdfs: &mut CdfContext, tx: &TxBlock) {
    let (set, y_mode) = match tx.type_syntax {
        TypeSyntax::Implied => (TxSet::DctOnly, PredictionMode::Dc),
        TypeSyntax::Intra(y_mode) => (TxSet::of(tx.tx_size, false), y_mode),
        TypeSyntax::Inter => (TxSet::of(tx.tx_size, true), PredictionMode::Dc),
    };
    tx_set::write_tx_type(sink, cdfs, set, tx.tx_size, y_mode, tx.tx_type);
}

/// `eob_pt_*`, `eob_extra` and `eob_extra_bit`.
fn write_eob<S: SymbolSink>(
    sink: &mut S,
    cdfs: &mut CdfContext,
    index: CdfIndex,
    scan: &ScanOrder,
    class: TxClass,
    eob: usize,
) {
    let context = usize::from(class != TxClass::TwoD);
    let class_bits = if eob > 1 { (eob - 1).ilog2() } else { 0 };
    let symbol = if eob > 1 { class_bits as usize + 1 } else { 0 };
    let plane = index.plane;
    match scan.len_log2() {
        4 => sink.symbol(symbol, &mut cdfs.eob_pt_16[plane][context]),
        5 => sink.symbol(symbol, &mut cdfs.eob_pt_32[plane][context]),
        6 => sink.symbol(symbol, &mut cdfs.eob_pt_64[plane][context]),
        7 => sink.symbol(symbol, &mut cdfs.eob_pt_128[plane][context]),
        8 => sink.symbol(symbol, &mut cdfs.eob_pt_256[plane][context]),
        9 => sink.symbol(symbol, &mut cdfs.eob_pt_512[plane]),
        _ => sink.symbol(symbol, &mut cdfs.eob_pt_1024[plane]),
    }
    if class_bits > 0 {
        let rest = eob as u32 - 1 - (1 << class_bits);
        let shift = class_bits - 1;
        sink.symbol((rest >> shift) as usize, &mut cdfs.eob_extra[index.size][plane][shift as usize]);
        sink.literal(shift, rest & ((1 << shift) - 1));
    }
}

/// `coeff_base_eob`, `coeff_base` and `coeff_br`, from the last level to the first.
fn write_levels<S: SymbolSink, const CLASS: u8>(
    sink: &mut S,
    cdfs: &mut CdfContext,
    index: CdfIndex,
    (scan, map, eob): (&ScanOrder, &LevelMap, usize),
    coded: &mut CodedPositions,
) {
    let base_cdfs = &mut cdfs.coeff_base[index.size][index.plane];
    let br_cdfs = &mut cdfs.coeff_br[index.size.min(3)][index.plane];

    let (last, before) =
        scan.positions()[..eob].split_last().expect("a block that is not empty has a last level");
    let (row, col) = scan.place(eob - 1);
    let level = map.level(row, col);
    let context = eob_context(eob - 1, scan.len());
    let base_eob = &mut cdfs.coeff_base_eob[index.size][index.plane][context];
    sink.symbol(level.min(BASE_LEVELS) as usize - 1, base_eob);
    if level >= BASE_LEVELS {
        write_br(sink, &mut br_cdfs[map.br_context::<CLASS>(row, col)], level);
    }
    coded.note(*last, level as usize);

    for position in before.iter().rev() {
        let symbol = map.base_symbol((*position).into());
        sink.symbol(symbol.level(), &mut base_cdfs[symbol.context()]);
        if symbol.level() == BASE_LEVELS as usize {
            let (row, col) = scan.split((*position).into());
            write_br(sink, &mut br_cdfs[map.br_context::<CLASS>(row, col)], map.level(row, col));
        }
        coded.note(*position, symbol.level());
    }
}

/// The `coeff_br` of a level of at least `BASE_LEVELS`, which [`MAX_BR_LEVEL`] stands in for all above.
#[inline]
fn write_br<S: SymbolSink>(sink: &mut S, cdf: &mut [u16; 5], level: u32) {
    let mut rest = level - BASE_LEVELS;
    for _ in 0..(MAX_BR_LEVEL - BASE_LEVELS) / BR_STEP {
        let part = rest.min(BR_STEP);
        sink.symbol(part as usize, cdf);
        if part < BR_STEP {
            break;
        }
        rest -= part;
    }
}

/// `get_coeff_base_ctx()` of the last level.
fn eob_context(last: usize, len: usize) -> usize {
    match last {
        0 => 0,
        _ if last <= len / 8 => 1,
        _ if last <= len / 4 => 2,
        _ => 3,
    }
}

/// The signs, and what levels are more than `coeff_br` can say, from the first level to the last.
fn write_signs<S: SymbolSink>(sink: &mut S, dc_sign: &mut [u16; 3], levels: &[i32], coded: &CodedPositions) {
    for position in coded.in_coding_order() {
        let level = levels[position];
        let negative = level < 0;
        if position == 0 {
            sink.symbol(usize::from(negative), dc_sign);
        } else {
            sink.literal(1, u32::from(negative));
        }
        let magnitude = level.unsigned_abs();
        debug_assert!(magnitude < LEVEL_LIMIT, "{level} is out of reach");
        if magnitude >= MAX_BR_LEVEL {
            write_golomb(sink, magnitude - MAX_BR_LEVEL + 1);
        }
    }
}

/// `golomb_length_bit` and `golomb_data_bit` for an `x` from 1 on.
fn write_golomb<S: SymbolSink>(sink: &mut S, x: u32) {
    let bits = x.ilog2();
    sink.literal(bits, 0);
    sink.literal(bits + 1, x);
}

#[cfg(test)]
mod tests;
