//! The orders that levels are coded in, section 5.11.41 (`get_scan`) and the scan tables of section 9.2.
//!
//! The tables have rules, so they are computed when this is compiled: squares zigzag, other default scans run
//! along diagonals towards their longer side, one-dimensional classes go by rows or columns.

use super::levels::{BaseOffsets, SQUARE_OFFSETS, TALL_OFFSETS, TxClass, WIDE_OFFSETS};
use super::{coded_log2, coded_size};
use crate::av1::reconstruct::transform::NonzeroExtent;
use crate::av1::types::TxSize;

/// The order of one size and class.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScanOrder {
    width_log2: u32,
    height_log2: u32,
    /// Positions (row times width plus column) in order.
    positions: &'static [u16],
    /// By position, one more than the index in that order.
    ends: &'static [u16],
    offsets: &'static BaseOffsets,
}

impl ScanOrder {
    pub(super) fn of(tx_size: TxSize, class: TxClass) -> Self {
        let (width_log2, height_log2) = (coded_log2(tx_size.width_log2()), coded_log2(tx_size.height_log2()));
        let table = match class {
            TxClass::TwoD => &DEFAULT[width_log2 - 2][height_log2 - 2],
            TxClass::Horizontal => &COLUMNS[width_log2 - 2][height_log2 - 2],
            TxClass::Vertical => &ROWS[width_log2 - 2][height_log2 - 2],
        };
        let (width, height) = coded_size(tx_size);
        let offsets = match tx_size.width().cmp(&tx_size.height()) {
            std::cmp::Ordering::Less => &TALL_OFFSETS,
            std::cmp::Ordering::Equal => &SQUARE_OFFSETS,
            std::cmp::Ordering::Greater => &WIDE_OFFSETS,
        };
        Self {
            width_log2: width_log2 as u32,
            height_log2: height_log2 as u32,
            positions: &table.positions[..width * height],
            ends: &table.ends[..width * height],
            offsets,
        }
    }

    pub(super) const fn size(&self) -> (usize, usize) {
        (1 << self.width_log2, 1 << self.height_log2)
    }

    pub(super) const fn len_log2(&self) -> u32 {
        self.width_log2 + self.height_log2
    }

    pub(super) const fn len(&self) -> usize {
        self.positions.len()
    }

    #[inline]
    pub(super) fn position(&self, index: usize) -> usize {
        self.positions[index].into()
    }

    /// All positions in order.
    pub(super) const fn positions(&self) -> &'static [u16] {
        self.positions
    }

    /// Row and column of what is coded at an index.
    #[inline]
    pub(super) fn place(&self, index: usize) -> (usize, usize) {
        self.split(self.position(index))
    }

    /// Row and column of a position.
    #[inline]
    pub(super) fn split(&self, position: usize) -> (usize, usize) {
        (position >> self.width_log2, position & ((1 << self.width_log2) - 1))
    }

    /// One more than the index of the last cell of a row that is not 0; 0 if all are.
    pub(super) fn end_of_row(&self, row: usize, cells: &[u8]) -> usize {
        let ends = &self.ends[row << self.width_log2..][..cells.len()];
        let ends = ends.iter().zip(cells).map(|(end, cell)| if *cell != 0 { *end } else { 0 });
        ends.fold(0, u16::max).into()
    }

    /// One more than the index of the last position within the first rows and columns: it is that of their
    /// corner.
    pub(super) fn end_of_extent(&self, extent: NonzeroExtent) -> usize {
        self.ends[(extent.rows - 1) << self.width_log2 | (extent.cols - 1)].into()
    }

    pub(super) const fn base_offsets(&self) -> &'static BaseOffsets {
        self.offsets
    }
}

/// Both directions of an order, for up to 32x32; smaller sizes use the beginning.
#[derive(Debug)]
struct ScanTable {
    positions: [u16; 1024],
    ends: [u16; 1024],
}

/// Which way a table goes.
#[derive(Debug, Clone, Copy)]
enum ScanDirection {
    Diagonals,
    Rows,
    Columns,
}

/// By the logarithms of width and height, from 4 on; those of one-dimensional classes are never above 16.
static DEFAULT: [[ScanTable; 4]; 4] = tables(ScanDirection::Diagonals);
static ROWS: [[ScanTable; 3]; 3] = tables(ScanDirection::Rows);
static COLUMNS: [[ScanTable; 3]; 3] = tables(ScanDirection::Columns);

const fn tables<const SIZES: usize>(order: ScanDirection) -> [[ScanTable; SIZES]; SIZES] {
    let mut tables =
        [const { [const { ScanTable { positions: [0; 1024], ends: [0; 1024] } }; SIZES] }; SIZES];
    let mut width_log2 = 0;
    while width_log2 < SIZES {
        let mut height_log2 = 0;
        while height_log2 < SIZES {
            tables[width_log2][height_log2] = table(4 << width_log2, 4 << height_log2, order);
            height_log2 += 1;
        }
        width_log2 += 1;
    }
    tables
}

const fn table(width: usize, height: usize, order: ScanDirection) -> ScanTable {
    let mut table = ScanTable { positions: [0; 1024], ends: [0; 1024] };
    let mut index = 0;
    let (mut row, mut col) = (0, 0);
    while index < width * height {
        let position = row * width + col;
        table.positions[index] = position as u16;
        index += 1;
        table.ends[position] = index as u16;
        (row, col) = match order {
            ScanDirection::Diagonals => next_on_diagonal(row, col, width, height),
            ScanDirection::Rows => (index / width, index % width),
            ScanDirection::Columns => (index % height, index / height),
        };
    }
    table
}

/// What follows in a default scan: on to the next diagonal where this one ends.
const fn next_on_diagonal(row: usize, col: usize, width: usize, height: usize) -> (usize, usize) {
    let diagonal = row + col;
    if goes_down(diagonal, width, height) {
        if row + 1 < height && col > 0 {
            return (row + 1, col - 1);
        }
    } else if row > 0 && col + 1 < width {
        return (row - 1, col + 1);
    }
    let next = diagonal + 1;
    if goes_down(next, width, height) {
        let col = if next < width { next } else { width - 1 };
        (next - col, col)
    } else {
        let row = if next < height { next } else { height - 1 };
        (row, next - row)
    }
}

/// Whether a diagonal is followed down and to the left.
const fn goes_down(diagonal: usize, width: usize, height: usize) -> bool {
    width < height || width == height && diagonal % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extent_ends_at_its_corner() {
        for class in [TxClass::TwoD, TxClass::Horizontal, TxClass::Vertical] {
            for tx_size in [TxSize::T4x4, TxSize::T8x4, TxSize::T8x16, TxSize::T16x16] {
                let scan = ScanOrder::of(tx_size, class);
                let (width, height) = scan.size();
                for (rows, cols) in (1..=height).flat_map(|rows| (1..=width).map(move |cols| (rows, cols))) {
                    let ends = (0..rows).flat_map(|row| &scan.ends[row * width..][..cols]).max();
                    assert_eq!(
                        ends.map(|end| usize::from(*end)),
                        Some(scan.end_of_extent(NonzeroExtent { rows, cols }))
                    );
                }
            }
        }
    }
}
