//! The colours of the blocks above and to the left, and `get_palette_cache` of section 5.11.46.
//!
//! It holds what `PaletteSizes` and `PaletteColors` hold in the specification, as far as it is ever read.

use super::{MAX_COLOURS, Palette, UvPalette};
use crate::av1::types::SUPERBLOCK;

/// The most colours a cache has: all of two neighbours.
pub(super) const MAX_CACHE: usize = 2 * MAX_COLOURS;

/// The grid of neighbours in luma samples: no block is smaller.
const CELL: usize = 8;

/// One neighbour's colours in one plane: `len` is 0 without a palette.
#[derive(Debug, Clone, Copy, Default)]
struct NeighbourColours {
    colours: [u8; MAX_COLOURS],
    len: u8,
}

impl NeighbourColours {
    fn as_slice(&self) -> &[u8] {
        &self.colours[..usize::from(self.len)]
    }
}

/// Y and U colours; V is not cached.
type Cell = [NeighbourColours; 2];

/// The palettes along the lower and right edges of what is coded so far in a tile.
#[derive(Debug, Clone)]
pub(crate) struct PaletteColours {
    /// By column of 8 luma samples.
    above: Vec<Cell>,
    /// By row of 8 luma samples within the row of superblocks.
    left: [Cell; SUPERBLOCK / CELL],
}

impl PaletteColours {
    /// For a tile of `mi_cols` units of 4 luma samples.
    pub(crate) fn new(mi_cols: usize) -> Self {
        Self { above: vec![Cell::default(); mi_cols.div_ceil(2)], left: Default::default() }
    }

    /// Forgets all, at the start of a tile.
    pub(crate) fn clear(&mut self) {
        self.above.fill(Cell::default());
        self.left = Default::default();
    }

    /// Notes what a coded block has, of every block: one without palettes hides those behind it.
    ///
    /// `size` in luma samples; what lies beyond the tile is ignored.
    pub(crate) fn fill(
        &mut self,
        (mi_row, mi_col): (usize, usize),
        (width, height): (usize, usize),
        y: Option<&Palette>,
        uv: Option<&UvPalette>,
    ) {
        let y =
            y.map_or_else(NeighbourColours::default, |y| NeighbourColours { colours: y.colours, len: y.len });
        let uv =
            uv.map_or_else(NeighbourColours::default, |uv| NeighbourColours { colours: uv.u, len: uv.len });
        let (row, column) = (mi_row / 2 % self.left.len(), mi_col / 2);
        let right = (column + width / CELL).min(self.above.len());
        self.above[column..right].fill([y, uv]);
        self.left[row..row + height / CELL].fill([y, uv]);
    }

    /// `get_palette_cache`: the different colours of the neighbours, ascending. `plane` is 0 for Y, 1 for U.
    pub(super) fn cache(&self, plane: usize, (mi_row, mi_col): (usize, usize)) -> PaletteCache {
        let row = mi_row / 2 % self.left.len();
        let above = if row == 0 { &[][..] } else { self.above[mi_col / 2][plane].as_slice() };
        let left = if mi_col == 0 { &[][..] } else { self.left[row][plane].as_slice() };
        let mut cache = PaletteCache { colours: [0; MAX_CACHE], len: 0 };
        let (mut above, mut left) = (above.iter().peekable(), left.iter().peekable());
        while let Some(&colour) = match (above.peek(), left.peek()) {
            (Some(from_above), Some(from_left)) if from_left < from_above => left.next(),
            (Some(_), _) => above.next(),
            (None, _) => left.next(),
        } {
            cache.push(colour);
        }
        cache
    }
}

/// `PaletteCache`.
#[derive(Debug, Clone, Copy)]
pub(super) struct PaletteCache {
    colours: [u8; MAX_CACHE],
    len: usize,
}

impl PaletteCache {
    pub(super) fn as_slice(&self) -> &[u8] {
        &self.colours[..self.len]
    }

    fn push(&mut self, colour: u8) {
        if self.as_slice().last() != Some(&colour) {
            self.colours[self.len] = colour;
            self.len += 1;
        }
    }
}
