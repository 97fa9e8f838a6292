//! What transform blocks know of those above and to the left: `AboveLevelContext`, `AboveDcContext` and their
//! left siblings, with the contexts of `all_zero` and `dc_sign` from section 8.3.2.

use super::TxBlock;
use super::levels::{CodedPositions, LevelMap};
use crate::av1::types::{BlockSize, Chroma, MI_SIZE, SUPERBLOCK};

/// `dcCategory`: the sign of the first coefficient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum DcCategory {
    Zero = 0,
    Negative = 1,
    Positive = 2,
}

impl DcCategory {
    pub(super) const fn of(level: i32) -> Self {
        match level.signum() {
            0 => Self::Zero,
            1 => Self::Positive,
            _ => Self::Negative,
        }
    }
}

/// A superblock's side in units of 4 samples.
const SUPERBLOCK_MI: usize = SUPERBLOCK / MI_SIZE;

/// In one byte `culLevel` (below 64) and, above it, `dcCategory`.
type Context = u8;

const LEVEL_MASK: Context = 63;

/// The contexts of a tile, with the room that coding a block takes.
#[derive(Debug, Clone)]
pub(crate) struct CoefficientContexts {
    chroma: Chroma,
    /// The tile's extents in units of 4 samples, by plane: beyond them blocks count as empty.
    columns: [usize; 3],
    rows: [usize; 3],
    /// By plane and column; longer than the tile by what a superblock may stand out.
    above: [Vec<Context>; 3],
    /// By plane and row of the superblock.
    left: [[Context; SUPERBLOCK_MI]; 3],
    map: LevelMap,
    coded: CodedPositions,
}

impl CoefficientContexts {
    /// For a tile of `mi_rows` by `mi_cols` units of 4x4 luma samples that lie within the frame.
    pub(crate) fn new(mi_rows: usize, mi_cols: usize, chroma: Chroma) -> Self {
        let by_plane = |luma: usize| [luma, luma >> chroma.shift(), luma >> chroma.shift()];
        let columns = by_plane(mi_cols);
        Self {
            chroma,
            columns,
            rows: by_plane(mi_rows),
            above: columns.map(|columns| vec![0; columns + SUPERBLOCK_MI]),
            left: [[0; SUPERBLOCK_MI]; 3],
            map: LevelMap::new(),
            coded: CodedPositions::new(),
        }
    }

    /// `clear_above_context()`, at the start of a tile of `mi_rows` units of 4x4 luma samples within the
    /// frame.
    pub(crate) fn start_tile(&mut self, mi_rows: usize) {
        self.rows = [mi_rows, mi_rows >> self.chroma.shift(), mi_rows >> self.chroma.shift()];
        for above in &mut self.above {
            above.fill(0);
        }
    }

    /// `clear_left_context()`, at the start of a row of superblocks.
    pub(crate) fn clear_left(&mut self) {
        self.left = [[0; SUPERBLOCK_MI]; 3];
    }

    /// `reset_block_context()`, for a block without coefficients at a place in the tile.
    pub(crate) fn reset_block(&mut self, (mi_row, mi_col): (usize, usize), size: BlockSize) {
        for plane in 0..3 {
            let shift = self.shift(plane);
            self.above[plane][mi_col >> shift..(mi_col + size.width_mi()) >> shift].fill(0);
            let row = (mi_row >> shift) % SUPERBLOCK_MI;
            self.left[plane][row..row + (size.height_mi() >> shift)].fill(0);
        }
    }

    /// Remembers what a transform block was.
    pub(super) fn set(&mut self, tx: &TxBlock, level: u8, dc: DcCategory) {
        let context = level | (dc as u8) << 6;
        let (wide, high) = self.visible(tx);
        let (above, left) = self.covered(tx);
        above[..wide].fill(context);
        above[wide..].fill(0);
        left[..high].fill(context);
        left[high..].fill(0);
    }

    /// The context of `all_zero`.
    pub(super) fn all_zero_context(&mut self, tx: &TxBlock) -> usize {
        let shift = self.shift(tx.plane);
        let (width, height) = (tx.block.width() >> shift, tx.block.height() >> shift);
        let whole = (width, height) == (tx.tx_size.width(), tx.tx_size.height());
        let smaller = width * height > tx.tx_size.width() * tx.tx_size.height();
        let (above, left) = self.covered(tx);
        if tx.plane > 0 {
            let coded =
                |contexts: &[Context]| usize::from(contexts.iter().fold(0, |or, context| or | context) != 0);
            return 7 + coded(above) + coded(left) + 3 * usize::from(smaller);
        }
        if whole {
            return 0;
        }
        let highest = |contexts: &[Context]| {
            contexts.iter().fold(0, |level, context| (context & LEVEL_MASK).max(level))
        };
        let (top, left) = (highest(above), highest(left));
        let (low, high) = (top.min(left), top.max(left));
        match (low, high) {
            (0, 0) => 1,
            (0, _) => 2 + usize::from(high > 3),
            (_, ..=3) => 4,
            (..=3, _) => 5,
            _ => 6,
        }
    }

    /// The context of `dc_sign`.
    pub(super) fn dc_sign_context(&mut self, tx: &TxBlock) -> usize {
        let (above, left) = self.covered(tx);
        let balance = |contexts: &[Context]| {
            contexts
                .iter()
                .fold(0, |sum, context| sum + i32::from(context >> 7) - i32::from(context >> 6 & 1))
        };
        match (balance(above) + balance(left)).signum() {
            0 => 0,
            1 => 2,
            _ => 1,
        }
    }

    /// Room for the levels of a block.
    pub(super) fn room(&mut self) -> (&mut LevelMap, &mut CodedPositions) {
        (&mut self.map, &mut self.coded)
    }

    fn shift(&self, plane: usize) -> usize {
        if plane > 0 { self.chroma.shift() } else { 0 }
    }

    /// How much of a block lies within the tile, in units of 4 samples.
    fn visible(&self, tx: &TxBlock) -> (usize, usize) {
        let wide = (tx.tx_size.width() / 4).min(self.columns[tx.plane].saturating_sub(tx.x4));
        let high = (tx.tx_size.height() / 4).min(self.rows[tx.plane].saturating_sub(tx.y4));
        (wide, high)
    }

    /// The contexts above and to the left of a block, which are also the ones it leaves.
    fn covered(&mut self, tx: &TxBlock) -> (&mut [Context], &mut [Context]) {
        let row = tx.y4 % SUPERBLOCK_MI;
        (
            &mut self.above[tx.plane][tx.x4..tx.x4 + tx.tx_size.width() / 4],
            &mut self.left[tx.plane][row..row + tx.tx_size.height() / 4],
        )
    }
}
