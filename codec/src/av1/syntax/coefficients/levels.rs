//! The levels of one block with a border of zeros, and the contexts of `coeff_base` and `coeff_br` from
//! section 8.3.2.
//!
//! The border spares the bounds that the specification asks for at every neighbour.

use super::scan::ScanOrder;
use crate::av1::reconstruct::plane::by_width;
use crate::av1::types::TxType;

/// The highest level that symbols say, `COEFF_BASE_RANGE + NUM_BASE_LEVELS + 1`; more is Golomb coded.
pub(super) const MAX_BR_LEVEL: u32 = 15;

/// The width of the border, in levels: neighbours lie up to this many rows below or columns to the right.
const BORDER: usize = 4;

/// The widest block that has levels.
const WIDEST: usize = 32;

/// A row of the map, for the widest block.
const STRIDE: usize = WIDEST + BORDER;

/// `get_tx_class()`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TxClass {
    TwoD,
    Horizontal,
    Vertical,
}

impl TxClass {
    /// The same as constant parameters.
    pub(super) const TWO_D: u8 = Self::TwoD as u8;
    pub(super) const HORIZONTAL: u8 = Self::Horizontal as u8;
    pub(super) const VERTICAL: u8 = Self::Vertical as u8;

    pub(super) const fn of(tx_type: TxType) -> Self {
        match tx_type {
            TxType::VDct | TxType::VAdst | TxType::VFlipAdst => Self::Vertical,
            TxType::HDct | TxType::HAdst | TxType::HFlipAdst => Self::Horizontal,
            TxType::DctDct
            | TxType::AdstDct
            | TxType::DctAdst
            | TxType::AdstAdst
            | TxType::FlipAdstDct
            | TxType::DctFlipAdst
            | TxType::FlipAdstFlipAdst
            | TxType::AdstFlipAdst
            | TxType::FlipAdstAdst
            | TxType::Idtx => Self::TwoD,
        }
    }
}

/// What a block's levels come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LevelSummary {
    /// One more than the scan index of the last level that is not 0.
    pub(super) eob: usize,
    /// The sum of all magnitudes.
    pub(super) cumulative: u64,
}

/// What `coeff_base` says of a level that is not the last: its context in the low 6 bits, above them its
/// magnitude up to 3.
#[derive(Debug, Clone, Copy)]
pub(super) struct BaseSymbol(u8);

impl BaseSymbol {
    const CONTEXT: u8 = 63;

    #[inline]
    pub(super) fn context(self) -> usize {
        (self.0 & Self::CONTEXT).into()
    }

    #[inline]
    pub(super) fn level(self) -> usize {
        (self.0 >> 6).into()
    }
}

/// Magnitudes up to [`MAX_BR_LEVEL`] by row and column, and what is coded of them.
#[derive(Debug, Clone)]
pub(super) struct LevelMap {
    cells: [u8; (WIDEST + BORDER) * STRIDE],
    /// By position, as far as [`Self::find_base_symbols`] found them.
    base: [u8; WIDEST * WIDEST],
}

impl LevelMap {
    pub(super) const fn new() -> Self {
        Self { cells: [0; (WIDEST + BORDER) * STRIDE], base: [0; WIDEST * WIDEST] }
    }

    /// Takes a block in, rows of the scan's width.
    pub(super) fn fill(&mut self, levels: &[i32], scan: &ScanOrder) -> LevelSummary {
        let (width, height) = scan.size();
        self.cells[..(height + BORDER) * STRIDE].fill(0);
        by_width!(width, fill_cells(&mut self.cells, levels, scan), _ => unreachable!("levels are 4 to 32 wide"))
    }

    #[inline]
    pub(super) fn level(&self, row: usize, col: usize) -> u32 {
        self.cells[row * STRIDE + col].into()
    }

    /// What `coeff_base` says of the level at a position.
    #[inline]
    pub(super) fn base_symbol(&self, position: usize) -> BaseSymbol {
        BaseSymbol(self.base[position])
    }

    /// Finds out what `coeff_base` says of all levels before the last, the one before `eob`.
    pub(super) fn find_base_symbols(&mut self, class: TxClass, scan: &ScanOrder, eob: usize) {
        let (width, height) = scan.size();
        match class {
            TxClass::TwoD => {
                // Nothing before the last level lies further down than its diagonal.
                let (row, col) = scan.place(eob - 1);
                let rows = height.min(row + col + 1);
                let (cells, base, offsets) = (&self.cells, &mut self.base, scan.base_offsets());
                by_width!(
                    width,
                    find_base_symbols_2d(cells, base, rows, offsets),
                    _ => unreachable!("levels are 4 to 32 wide")
                );
            }
            TxClass::Horizontal | TxClass::Vertical => self.find_base_symbols_1d(class, (width, height)),
        }
    }

    /// `get_coeff_base_ctx()` where a line's levels depend on what is in their own line.
    fn find_base_symbols_1d(&mut self, class: TxClass, (width, height): (usize, usize)) {
        for row in 0..height {
            for col in 0..width {
                let at = row * STRIDE + col;
                let near = |by: usize| self.cells[at + by].min(3);
                let (step, along) = match class {
                    TxClass::Vertical => (STRIDE, row),
                    TxClass::TwoD | TxClass::Horizontal => (1, col),
                };
                let sum = near(1) + near(STRIDE) + near(2 * step) + near(3 * step) + near(4 * step);
                let context = sum.div_ceil(2).min(4) + CONTEXTS_2D + 5 * along.min(2) as u8;
                self.base[row * width + col] = context | near(0) << 6;
            }
        }
    }

    /// The context of `coeff_br`.
    #[inline]
    pub(super) fn br_context<const CLASS: u8>(&self, row: usize, col: usize) -> usize {
        let near = |by: usize| usize::from(self.cells[row * STRIDE + col + by]);
        let third = match CLASS {
            TxClass::TWO_D => STRIDE + 1,
            TxClass::HORIZONTAL => 2,
            _ => 2 * STRIDE,
        };
        let magnitude = near(1) + near(STRIDE) + near(third);
        let context = magnitude.div_ceil(2).min(6);
        let close = match CLASS {
            TxClass::TWO_D => row < 2 && col < 2,
            TxClass::HORIZONTAL => col == 0,
            _ => row == 0,
        };
        match (row + col, close) {
            (0, _) => context,
            (_, true) => context + 7,
            (_, false) => context + 14,
        }
    }
}

/// Where a block's levels are that are not 0, from the last to the first.
#[derive(Debug, Clone)]
pub(super) struct CodedPositions {
    positions: [u16; WIDEST * WIDEST],
    len: usize,
}

impl CodedPositions {
    pub(super) const fn new() -> Self {
        Self { positions: [0; WIDEST * WIDEST], len: 0 }
    }

    pub(super) fn clear(&mut self) {
        self.len = 0;
    }

    /// Notes a position, if its level is not 0.
    #[inline]
    pub(super) fn note(&mut self, position: u16, level: usize) {
        self.positions[self.len] = position;
        self.len += usize::from(level > 0);
    }

    /// The positions in coding order.
    pub(super) fn in_coding_order(&self) -> impl Iterator<Item = usize> {
        self.positions[..self.len].iter().rev().map(|position| usize::from(*position))
    }
}

fn fill_cells<const W: usize>(cells: &mut [u8], levels: &[i32], scan: &ScanOrder) -> LevelSummary {
    let mut summary = LevelSummary { eob: 0, cumulative: 0 };
    for ((row, levels), cells) in levels.as_chunks::<W>().0.iter().enumerate().zip(cells.chunks_mut(STRIDE)) {
        if levels.iter().fold(0, |or, level| or | level) == 0 {
            continue;
        }
        let cells: &mut [u8; W] = cells.first_chunk_mut().expect("a row is within the map");
        let mut sum = 0;
        for (cell, level) in cells.iter_mut().zip(levels) {
            let magnitude = level.unsigned_abs();
            *cell = magnitude.min(MAX_BR_LEVEL) as u8;
            sum += magnitude;
        }
        summary.cumulative += u64::from(sum);
        summary.eob = summary.eob.max(scan.end_of_row(row, cells));
    }
    summary
}

/// `get_coeff_base_ctx()` of a two-dimensional transform's first rows, a row at a time.
fn find_base_symbols_2d<const W: usize>(cells: &[u8], base: &mut [u8], rows: usize, offsets: &BaseOffsets) {
    for (row, base) in base.as_chunks_mut::<W>().0.iter_mut().enumerate().take(rows) {
        let near = |down: usize, right: usize| -> &[u8; W] {
            cells[(row + down) * STRIDE + right..].first_chunk().expect("the map has a border")
        };
        let around = [near(0, 1), near(1, 0), near(1, 1), near(0, 2), near(2, 0)];
        let (own, offsets) = (near(0, 0), &offsets[row.min(4)]);
        for (col, base) in base.iter_mut().enumerate() {
            let sum = around[0][col].min(3)
                + around[1][col].min(3)
                + around[2][col].min(3)
                + around[3][col].min(3)
                + around[4][col].min(3);
            *base = (((sum + 1) >> 1).min(4) + offsets[col]) | own[col].min(3) << 6;
        }
    }
    base[0] &= !BaseSymbol::CONTEXT; // The first has context 0 whatever is around it.
}

/// `SIG_COEF_CONTEXTS_2D`.
const CONTEXTS_2D: u8 = 26;

/// `Coeff_Base_Ctx_Offset` of a size, by row (up to 4) and column; it only depends on which side is longer.
pub(super) type BaseOffsets = [[u8; WIDEST]; 5];

pub(super) static SQUARE_OFFSETS: BaseOffsets = continued([
    [0, 1, 6, 6, 21],
    [1, 6, 6, 21, 21],
    [6, 6, 21, 21, 21],
    [6, 21, 21, 21, 21],
    [21, 21, 21, 21, 21],
]);

pub(super) static TALL_OFFSETS: BaseOffsets = continued([
    [0, 11, 11, 11, 11],
    [11, 11, 11, 11, 11],
    [6, 6, 21, 21, 21],
    [6, 21, 21, 21, 21],
    [21, 21, 21, 21, 21],
]);

pub(super) static WIDE_OFFSETS: BaseOffsets = continued([
    [0, 16, 6, 6, 21],
    [16, 16, 6, 21, 21],
    [16, 16, 21, 21, 21],
    [16, 16, 21, 21, 21],
    [16, 16, 21, 21, 21],
]);

/// Repeats the last column.
const fn continued(offsets: [[u8; 5]; 5]) -> BaseOffsets {
    let mut all = [[0; WIDEST]; 5];
    let mut row = 0;
    while row < 5 {
        let mut col = 0;
        while col < WIDEST {
            all[row][col] = offsets[row][if col < 4 { col } else { 4 }];
            col += 1;
        }
        row += 1;
    }
    all
}
