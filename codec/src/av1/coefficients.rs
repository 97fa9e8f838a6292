//! The coefficients of a transform block, sections 5.11.39 and 5.11.47, and their contexts, section 8.3.2.
//!
//! For the reduced set of transform types (`reduced_tx_set` is 1), which are all of the two-dimensional class.

use super::cdf::CdfContext;
use super::entropy::SymbolSink;
use super::residual::plane_tx_size;
use super::scan_tables as scans;
use super::types::{BlockSize, Chroma, MI_SIZE, PredictionMode, SUPERBLOCK, TxSize, TxType};

/// `NUM_BASE_LEVELS`: levels up to this are said by one symbol.
const NUM_BASE_LEVELS: u32 = 2;

/// `COEFF_BASE_RANGE`: further levels that are said by symbols.
const COEFF_BASE_RANGE: u32 = 12;

/// `BR_CDF_SIZE - 1`: what one symbol of the range says at most.
const BR_STEP: u32 = 3;

/// The highest level of which a context takes notice.
const MAX_CONTEXT_LEVEL: u8 = 15;

/// Where samples beyond a block's edge stand, as zeros, so that contexts need not look for it.
const BORDER: usize = 4;

/// Units of 4x4 on a superblock's side.
const UNITS: usize = SUPERBLOCK / MI_SIZE;

/// How a luma block's transform type is said, where the specification has it said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TypeSyntax {
    /// Derived: chroma, lossless blocks, and intra blocks of a transform above 16x16.
    Derived,
    /// `inter_tx_type`.
    Inter,
    /// `intra_tx_type`, beside the block's `YMode`.
    Intra(PredictionMode),
}

/// A transform block of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TxBlock {
    pub(crate) plane: usize,
    /// The column in units of 4x4 samples of the plane, in the tile.
    pub(crate) x4: usize,
    /// The row, likewise.
    pub(crate) y4: usize,
    pub(crate) tx_size: TxSize,
    pub(crate) tx_type: TxType,
    pub(crate) type_syntax: TypeSyntax,
    /// Whether the block's part of the plane has no other transform block.
    pub(crate) whole: bool,
}

/// The levels along the lower and right edges of what is coded so far in a tile: `AboveLevelContext` and its kin.
#[derive(Debug, Clone)]
pub(crate) struct CoefficientContexts {
    chroma: Chroma,
    /// By plane and column of 4x4.
    above: [Vec<Edge>; 3],
    /// By plane and row of 4x4 within the superblock.
    left: [[Edge; UNITS]; 3],
}

/// `LevelContext` and `DcContext`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Edge {
    /// 0 to 63.
    level: u8,
    /// 0, or 1 for a negative and 2 for a positive first coefficient.
    dc: u8,
}

impl CoefficientContexts {
    /// For a tile of `mi_cols` columns of 4x4 luma samples.
    pub(crate) fn new(mi_cols: usize, chroma: Chroma) -> Self {
        let columns = mi_cols.next_multiple_of(UNITS);
        Self { chroma, above: [(); 3].map(|()| vec![Edge::default(); columns]), left: Default::default() }
    }

    /// `clear_above_context()`.
    pub(crate) fn clear_above(&mut self) {
        self.above.iter_mut().for_each(|plane| plane.fill(Edge::default()));
    }

    /// `clear_left_context()`.
    pub(crate) fn clear_left(&mut self) {
        self.left = Default::default();
    }

    /// `reset_block_context()`, of a block at a position in units of 4x4 luma samples.
    pub(crate) fn reset_block(&mut self, (mi_row, mi_col): (usize, usize), size: BlockSize) {
        for plane in 0..3 {
            let shift = if plane == 0 { 0 } else { self.chroma.shift() };
            let (x4, y4) = (mi_col >> shift, (mi_row >> shift) % (UNITS >> shift));
            self.above[plane][x4..][..size.width_mi() >> shift].fill(Edge::default());
            self.left[plane][y4..][..size.height_mi() >> shift].fill(Edge::default());
        }
    }

    fn edges(&self, tx: &TxBlock) -> (&[Edge], &[Edge]) {
        let (width, height) = (tx.tx_size.width() / MI_SIZE, tx.tx_size.height() / MI_SIZE);
        (&self.above[tx.plane][tx.x4..][..width], &self.left[tx.plane][self.row(tx)..][..height])
    }

    fn row(&self, tx: &TxBlock) -> usize {
        let shift = if tx.plane == 0 { 0 } else { self.chroma.shift() };
        tx.y4 % (UNITS >> shift)
    }

    fn set(&mut self, tx: &TxBlock, edge: Edge) {
        let (width, height) = (tx.tx_size.width() / MI_SIZE, tx.tx_size.height() / MI_SIZE);
        let row = self.row(tx);
        self.above[tx.plane][tx.x4..][..width].fill(edge);
        self.left[tx.plane][row..][..height].fill(edge);
    }

    /// The context of `all_zero`. Beyond the frame's edge, where the specification doesn't look, nothing but zeros or a
    /// copy of what stands at the edge is ever found.
    fn all_zero(&self, tx: &TxBlock) -> usize {
        let (above, left) = self.edges(tx);
        if tx.plane > 0 {
            let any = |edges: &[Edge]| usize::from(edges.iter().any(|edge| edge.level | edge.dc != 0));
            return 7 + any(above) + any(left) + if tx.whole { 0 } else { 3 };
        }
        if tx.whole {
            return 0;
        }
        let highest = |edges: &[Edge]| edges.iter().map(|edge| edge.level).max().unwrap_or(0);
        let (top, left) = (highest(above), highest(left));
        match (top.min(left), top.max(left)) {
            (0, 0) => 1,
            (0, high) => 2 + usize::from(high > 3),
            (_, ..=3) => 4,
            (..=3, _) => 5,
            _ => 6,
        }
    }

    /// The context of `dc_sign`.
    fn dc_sign(&self, tx: &TxBlock) -> usize {
        let (above, left) = self.edges(tx);
        let sum: i32 = above.iter().chain(left).map(|edge| [0, -1, 1][usize::from(edge.dc)]).sum();
        match sum {
            ..0 => 1,
            0 => 0,
            _ => 2,
        }
    }
}

/// Whether a luma block's transform type is said, and how (5.11.47 and `get_tx_set()`).
pub(crate) fn type_syntax(
    tx_size: TxSize,
    lossless: bool,
    inter: bool,
    y_mode: PredictionMode,
) -> TypeSyntax {
    let large = tx_size.width().max(tx_size.height()) > 16;
    match (lossless, inter) {
        (true, _) => TypeSyntax::Derived,
        (false, true) => TypeSyntax::Inter,
        (false, false) if large => TypeSyntax::Derived,
        (false, false) => TypeSyntax::Intra(y_mode),
    }
}

/// `coeffs()`: writes a transform block's levels, rows of its width.
pub(crate) fn write_coefficients<S: SymbolSink>(
    sink: &mut S,
    cdfs: &mut CdfContext,
    contexts: &mut CoefficientContexts,
    tx: &TxBlock,
    levels: &[i32],
) {
    let scan = scan(tx.tx_size);
    let eob =
        scan.iter().rposition(|position| levels[usize::from(*position)] != 0).map_or(0, |last| last + 1);
    let size_context = (sqr(tx.tx_size) + sqr_up(tx.tx_size)).div_ceil(2);
    let all_zero = contexts.all_zero(tx);
    sink.symbol(usize::from(eob == 0), &mut cdfs.txb_skip[size_context][all_zero]);
    if eob == 0 {
        contexts.set(tx, Edge::default());
        return;
    }
    write_type(sink, cdfs, tx);
    write_eob(sink, cdfs, tx, size_context, eob);
    let magnitudes = Magnitudes::of(levels, tx.tx_size);
    let kind = usize::from(tx.plane > 0);
    for (index, position) in scan[..eob].iter().enumerate().rev() {
        let position = usize::from(*position);
        let level = levels[position].unsigned_abs();
        let base = level.min(NUM_BASE_LEVELS + 1) as usize;
        if index + 1 == eob {
            let context = eob_context(index, scan.len());
            sink.symbol(base - 1, &mut cdfs.coeff_base_eob[size_context][kind][context]);
        } else {
            let context = magnitudes.base_context(position, tx.tx_size);
            sink.symbol(base, &mut cdfs.coeff_base[size_context][kind][context]);
        }
        if level > NUM_BASE_LEVELS {
            let context = magnitudes.range_context(position);
            write_range(sink, &mut cdfs.coeff_br[size_context.min(3)][kind][context], level);
        }
    }
    let dc_context = contexts.dc_sign(tx);
    let mut sum = 0;
    for (index, position) in scan[..eob].iter().enumerate() {
        let level = levels[usize::from(*position)];
        if level == 0 {
            continue;
        }
        let negative = level < 0;
        if index == 0 {
            sink.symbol(usize::from(negative), &mut cdfs.dc_sign[kind][dc_context]);
        } else {
            sink.literal(1, u32::from(negative));
        }
        let level = level.unsigned_abs();
        if level > NUM_BASE_LEVELS + COEFF_BASE_RANGE {
            write_golomb(sink, level - NUM_BASE_LEVELS - COEFF_BASE_RANGE);
        }
        sum += level;
    }
    let dc = match levels[0].signum() {
        0 => 0,
        -1 => 1,
        _ => 2,
    };
    contexts.set(tx, Edge { level: sum.min(63) as u8, dc });
}

/// `transform_type()`.
fn write_type<S: SymbolSink>(sink: &mut S, cdfs: &mut CdfContext, tx: &TxBlock) {
    match tx.type_syntax {
        TypeSyntax::Derived => {}
        TypeSyntax::Inter => {
            let symbol = usize::from(tx.tx_type != TxType::Idtx);
            sink.symbol(symbol, &mut cdfs.inter_tx_type_set3[sqr(tx.tx_size)]);
        }
        TypeSyntax::Intra(mode) => {
            let symbol = match tx.tx_type {
                TxType::Idtx => 0,
                TxType::AdstAdst => 2,
                TxType::AdstDct => 3,
                TxType::DctAdst => 4,
                _ => 1,
            };
            sink.symbol(symbol, &mut cdfs.intra_tx_type_set2[sqr(tx.tx_size)][mode as usize]);
        }
    }
}

/// `eob_pt_*`, `eob_extra` and `eob_extra_bit`.
fn write_eob<S: SymbolSink>(
    sink: &mut S,
    cdfs: &mut CdfContext,
    tx: &TxBlock,
    size_context: usize,
    eob: usize,
) {
    let kind = usize::from(tx.plane > 0);
    let class = if eob <= 2 { eob } else { (eob - 1).ilog2() as usize + 2 };
    let symbol = class - 1;
    match tx.tx_size.width_log2() + tx.tx_size.height_log2() - 4 {
        0 => sink.symbol(symbol, &mut cdfs.eob_pt_16[kind][0]),
        1 => sink.symbol(symbol, &mut cdfs.eob_pt_32[kind][0]),
        2 => sink.symbol(symbol, &mut cdfs.eob_pt_64[kind][0]),
        3 => sink.symbol(symbol, &mut cdfs.eob_pt_128[kind][0]),
        4 => sink.symbol(symbol, &mut cdfs.eob_pt_256[kind][0]),
        5 => sink.symbol(symbol, &mut cdfs.eob_pt_512[kind]),
        _ => sink.symbol(symbol, &mut cdfs.eob_pt_1024[kind]),
    }
    if class >= 3 {
        let extra = (eob - 1 - (1 << (class - 2))) as u32;
        let bits = class as u32 - 3;
        sink.symbol((extra >> bits & 1) as usize, &mut cdfs.eob_extra[size_context][kind][class - 3]);
        sink.literal(bits, extra & ((1 << bits) - 1));
    }
}

/// `coeff_br`, of a level above [`NUM_BASE_LEVELS`].
fn write_range<S: SymbolSink>(sink: &mut S, cdf: &mut [u16; 5], level: u32) {
    let mut left = level - NUM_BASE_LEVELS - 1;
    for _ in 0..COEFF_BASE_RANGE / BR_STEP {
        let step = left.min(BR_STEP);
        sink.symbol(step as usize, cdf);
        left -= step;
        if step < BR_STEP {
            break;
        }
    }
}

/// `golomb_length_bit` and `golomb_data_bit`, of a value from 1 on.
fn write_golomb<S: SymbolSink>(sink: &mut S, value: u32) {
    let bits = value.ilog2();
    sink.literal(bits, 0);
    sink.literal(bits + 1, value);
}

/// The context of `coeff_base_eob`.
const fn eob_context(index: usize, area: usize) -> usize {
    if index == 0 {
        0
    } else if index <= area / 8 {
        1
    } else if index <= area / 4 {
        2
    } else {
        3
    }
}

/// A block's levels without signs, in rows with a border of zeros.
struct Magnitudes {
    samples: [u8; (32 + BORDER) * (32 + BORDER)],
    width_log2: usize,
    stride: usize,
}

impl Magnitudes {
    fn of(levels: &[i32], tx_size: TxSize) -> Self {
        let stride = tx_size.width() + BORDER;
        let mut samples = [0; (32 + BORDER) * (32 + BORDER)];
        for (to, from) in samples.chunks_exact_mut(stride).zip(levels.chunks_exact(tx_size.width())) {
            for (to, from) in to.iter_mut().zip(from) {
                *to = from.unsigned_abs().min(MAX_CONTEXT_LEVEL.into()) as u8;
            }
        }
        Self { samples, width_log2: tx_size.width_log2(), stride }
    }

    fn place(&self, position: usize) -> (usize, usize, usize) {
        let (row, column) = (position >> self.width_log2, position & ((1 << self.width_log2) - 1));
        (row, column, row * self.stride + column)
    }

    /// The context of `coeff_base`.
    fn base_context(&self, position: usize, tx_size: TxSize) -> usize {
        let (row, column, at) = self.place(position);
        if position == 0 {
            return 0;
        }
        let near = [at + 1, at + self.stride, at + self.stride + 1, at + 2, at + 2 * self.stride];
        let sum: u8 = near.iter().map(|at| self.samples[*at].min(3)).sum();
        let shape = match tx_size.width().cmp(&tx_size.height()) {
            std::cmp::Ordering::Equal => 0,
            std::cmp::Ordering::Less => 1,
            std::cmp::Ordering::Greater => 2,
        };
        usize::from(sum.div_ceil(2).min(4)) + usize::from(BASE_OFFSETS[shape][row.min(4)][column.min(4)])
    }

    /// The context of `coeff_br`.
    fn range_context(&self, position: usize) -> usize {
        let (row, column, at) = self.place(position);
        let sum = self.samples[at + 1] + self.samples[at + self.stride] + self.samples[at + self.stride + 1];
        let level = usize::from(sum.div_ceil(2).min(6));
        match (row, column) {
            (0, 0) => level,
            (..2, ..2) => level + 7,
            _ => level + 14,
        }
    }
}

/// `Coeff_Base_Ctx_Offset`, of squares, of transforms higher than wide, and of those wider than high. The small sizes have
/// zeros where no coefficient stands; otherwise they are the same.
const BASE_OFFSETS: [[[u8; 5]; 5]; 3] = [
    [[0, 1, 6, 6, 21], [1, 6, 6, 21, 21], [6, 6, 21, 21, 21], [6, 21, 21, 21, 21], [21, 21, 21, 21, 21]],
    [
        [0, 11, 11, 11, 11],
        [11, 11, 11, 11, 11],
        [6, 6, 21, 21, 21],
        [6, 21, 21, 21, 21],
        [21, 21, 21, 21, 21],
    ],
    [
        [0, 16, 6, 6, 21],
        [16, 16, 6, 21, 21],
        [16, 16, 21, 21, 21],
        [16, 16, 21, 21, 21],
        [16, 16, 21, 21, 21],
    ],
];

/// `Tx_Size_Sqr` as a number: 0 for 4x4 to 3 for 32x32.
const fn sqr(tx_size: TxSize) -> usize {
    let (width, height) = (tx_size.width_log2(), tx_size.height_log2());
    if width < height { width - 2 } else { height - 2 }
}

/// `Tx_Size_Sqr_Up`.
const fn sqr_up(tx_size: TxSize) -> usize {
    let (width, height) = (tx_size.width_log2(), tx_size.height_log2());
    if width > height { width - 2 } else { height - 2 }
}

/// `get_default_scan()`.
fn scan(tx_size: TxSize) -> &'static [u16] {
    match tx_size {
        TxSize::T4x4 => &scans::SCAN_4X4,
        TxSize::T4x8 => &scans::SCAN_4X8,
        TxSize::T8x4 => &scans::SCAN_8X4,
        TxSize::T8x8 => &scans::SCAN_8X8,
        TxSize::T8x16 => &scans::SCAN_8X16,
        TxSize::T16x8 => &scans::SCAN_16X8,
        TxSize::T16x16 => &scans::SCAN_16X16,
        TxSize::T16x32 => &scans::SCAN_16X32,
        TxSize::T32x16 => &scans::SCAN_32X16,
        TxSize::T32x32 => &scans::SCAN_32X32,
        size => unreachable!("{size:?} is never coded"),
    }
}

/// Whether a block's part of a plane has one transform block.
pub(crate) fn whole(size: BlockSize, plane: usize, chroma: Chroma, lossless: bool) -> bool {
    plane_tx_size(size, plane, chroma, lossless) == plane_tx_size(size, plane, chroma, false)
}
