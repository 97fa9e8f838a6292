//! The levels of one block with a border of zeros, and the contexts of `coeff_base` and `coeff_br` from section 8.3.2.
//!
//! The border spares the bounds that the specification asks for at every neighbour.

use super::super::types::TxType;
use super::scan::Scan;

/// The highest level that symbols say, `COEFF_BASE_RANGE + NUM_BASE_LEVELS + 1`; more is Golomb coded.
pub(super) const MAX_BR_LEVEL: u32 = 15;

/// Neighbours lie up to this many rows below or columns to the right.
const BORDER: usize = 4;

/// A row of the map, for the widest block.
const STRIDE: usize = 32 + BORDER;

/// What a level's neighbourhood spans in the map: itself to `BORDER` rows below.
const AROUND: usize = BORDER * STRIDE + 1;

/// `get_tx_class()`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    TwoD,
    Horizontal,
    Vertical,
}

impl Class {
    /// The same as constant parameters.
    pub(super) const TWO_D: u8 = Self::TwoD as u8;
    pub(super) const HORIZONTAL: u8 = Self::Horizontal as u8;
    pub(super) const VERTICAL: u8 = Self::Vertical as u8;

    pub(super) const fn of(tx_type: TxType) -> Self {
        match tx_type {
            TxType::VDct | TxType::VAdst | TxType::VFlipAdst => Self::Vertical,
            TxType::HDct | TxType::HAdst | TxType::HFlipAdst => Self::Horizontal,
            _ => Self::TwoD,
        }
    }
}

/// What a block's levels come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Summary {
    /// One more than the scan index of the last level that is not 0.
    pub(super) eob: usize,
    /// The sum of all magnitudes.
    pub(super) cumulative: u64,
}

/// Magnitudes up to [`MAX_BR_LEVEL`], by row and column.
#[derive(Debug, Clone)]
pub(super) struct LevelMap {
    cells: [u8; (32 + BORDER) * STRIDE],
}

impl LevelMap {
    pub(super) const fn new() -> Self {
        Self { cells: [0; (32 + BORDER) * STRIDE] }
    }

    /// Takes a block in, rows of the scan's width.
    pub(super) fn fill(&mut self, levels: &[i32], scan: &Scan) -> Summary {
        let (width, height) = scan.size();
        self.cells[..(height + BORDER) * STRIDE].fill(0);
        let mut summary = Summary { eob: 0, cumulative: 0 };
        for (row, levels) in levels.chunks_exact(width).take(height).enumerate() {
            if levels.iter().fold(0, |or, level| or | level) == 0 {
                continue;
            }
            let cells = &mut self.cells[row * STRIDE..][..width];
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

    #[inline]
    pub(super) fn level(&self, row: usize, col: usize) -> u32 {
        self.cells[row * STRIDE + col].into()
    }

    #[inline]
    pub(super) fn around(&self, row: usize, col: usize) -> Around<'_> {
        let at = row * STRIDE + col;
        Around(self.cells[at..at + AROUND].first_chunk().expect("the slice is as long"))
    }
}

/// A level and what is below and to the right of it.
pub(super) struct Around<'a>(&'a [u8; AROUND]);

impl Around<'_> {
    const RIGHT: usize = 1;
    const BELOW: usize = STRIDE;

    /// `get_coeff_base_ctx()` of a level that is not the last.
    #[inline]
    pub(super) fn base_context<const CLASS: u8>(
        &self,
        row: usize,
        col: usize,
        offsets: &BaseOffsets,
    ) -> usize {
        let near = |at: usize| usize::from(self.0[at].min(3));
        let (right, below) = (Self::RIGHT, Self::BELOW);
        let mut magnitude = near(right) + near(below);
        magnitude += match CLASS {
            Class::TWO_D => near(below + right) + near(2 * right) + near(2 * below),
            Class::HORIZONTAL => near(2 * right) + near(3 * right) + near(4 * right),
            _ => near(2 * below) + near(3 * below) + near(4 * below),
        };
        let context = ((magnitude + 1) >> 1).min(4);
        match CLASS {
            Class::TWO_D if row + col == 0 => 0,
            Class::TWO_D => context + usize::from(offsets[row.min(4)][col.min(4)]),
            Class::HORIZONTAL => context + CONTEXTS_2D + 5 * col.min(2),
            _ => context + CONTEXTS_2D + 5 * row.min(2),
        }
    }

    /// The context of `coeff_br`.
    #[inline]
    pub(super) fn br_context<const CLASS: u8>(&self, row: usize, col: usize) -> usize {
        let (right, below) = (Self::RIGHT, Self::BELOW);
        let third = match CLASS {
            Class::TWO_D => below + right,
            Class::HORIZONTAL => 2 * right,
            _ => 2 * below,
        };
        let magnitude = usize::from(self.0[right]) + usize::from(self.0[below]) + usize::from(self.0[third]);
        let context = ((magnitude + 1) >> 1).min(6);
        let close = match CLASS {
            Class::TWO_D => row < 2 && col < 2,
            Class::HORIZONTAL => col == 0,
            _ => row == 0,
        };
        match (row + col, close) {
            (0, _) => context,
            (_, true) => context + 7,
            (_, false) => context + 14,
        }
    }
}

/// `SIG_COEF_CONTEXTS_2D`.
const CONTEXTS_2D: usize = 26;

/// `Coeff_Base_Ctx_Offset` of a size, by row and column up to 4; it only depends on which side is longer.
pub(super) type BaseOffsets = [[u8; 5]; 5];

pub(super) static SQUARE_OFFSETS: BaseOffsets =
    [[0, 1, 6, 6, 21], [1, 6, 6, 21, 21], [6, 6, 21, 21, 21], [6, 21, 21, 21, 21], [21, 21, 21, 21, 21]];

pub(super) static TALL_OFFSETS: BaseOffsets = [
    [0, 11, 11, 11, 11],
    [11, 11, 11, 11, 11],
    [6, 6, 21, 21, 21],
    [6, 21, 21, 21, 21],
    [21, 21, 21, 21, 21],
];

pub(super) static WIDE_OFFSETS: BaseOffsets = [
    [0, 16, 6, 6, 21],
    [16, 16, 6, 21, 21],
    [16, 16, 21, 21, 21],
    [16, 16, 21, 21, 21],
    [16, 16, 21, 21, 21],
];
