//! Which samples right above and left below a transform block are decoded already: `BlockDecoded` of sections
//! 5.11.3 and 5.11.35.

use crate::av1::reconstruct::plane::PlaneArea;
use crate::av1::types::{Chroma, MI_SIZE, SUPERBLOCK};

/// Units of 4x4 along a luma superblock, `sbSize4`.
const UNITS: usize = SUPERBLOCK / MI_SIZE;

/// What lies diagonally of a transform block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct DecodedCorners {
    /// `haveAboveRight`.
    pub(crate) above_right: bool,
    /// `haveBelowLeft`.
    pub(crate) below_left: bool,
}

/// The flags of one superblock, which its blocks raise in the order they are coded.
///
/// The three planes are told apart, as a plane's transform blocks must not see those of the plane before.
#[derive(Debug, Clone)]
pub(crate) struct BlockDecoded {
    chroma: Chroma,
    /// By plane and row from -1 on; in each, bit 0 is column -1.
    flags: [[u32; UNITS + 2]; 3],
}

impl BlockDecoded {
    /// Nothing is decoded, not even around the superblock: [`Self::clear`] comes before its first block.
    pub(crate) const fn new(chroma: Chroma) -> Self {
        Self { chroma, flags: [[0; UNITS + 2]; 3] }
    }

    /// `clear_block_decoded_flags`, before a superblock's first block; what remains of the tile from the
    /// superblock's first unit on, `MiRowEnd - r` and `MiColEnd - c`.
    pub(crate) fn clear(&mut self, mi_rows_left: usize, mi_cols_left: usize) {
        for (plane, flags) in self.flags.iter_mut().enumerate() {
            let shift = if plane > 0 { self.chroma.shift() } else { 0 };
            let units = UNITS >> shift;
            // Columns -1 to min( sbWidth4 - 1, sbSize4 >> subX ).
            let above = (mi_cols_left >> shift).min(units + 1) + 1;
            flags[0] = (1 << above) - 1;
            let decoded_left = (mi_rows_left >> shift).min(units);
            for (row, flags) in flags[1..].iter_mut().enumerate() {
                *flags = u32::from(row < decoded_left);
            }
        }
    }

    /// What lies diagonally of a transform block at a position of the tile in samples of the plane.
    pub(crate) fn corners(&self, plane: usize, block: PlaneArea) -> DecodedCorners {
        let (row, column) = self.unit(plane, block);
        let (w, h) = (block.w / MI_SIZE, block.h / MI_SIZE);
        let flags = &self.flags[plane];
        DecodedCorners {
            above_right: (flags[row] >> (column + w + 1)) & 1 != 0,
            below_left: (flags[row + h + 1] >> column) & 1 != 0,
        }
    }

    /// Marks a transform block, or a whole block once it is done. What of it lies outside of the frame
    /// changes no edge: samples there are never read.
    pub(crate) fn mark(&mut self, plane: usize, block: PlaneArea) {
        let (row, column) = self.unit(plane, block);
        let (w, h) = (block.w / MI_SIZE, block.h / MI_SIZE);
        let mask = ((1u32 << w) - 1) << (column + 1);
        for flags in &mut self.flags[plane][row + 1..][..h] {
            *flags |= mask;
        }
    }

    /// The row and column of a position within its superblock, in units of 4x4 samples of the plane.
    fn unit(&self, plane: usize, block: PlaneArea) -> (usize, usize) {
        let shift = if plane > 0 { self.chroma.shift() } else { 0 };
        let mask = (UNITS >> shift) - 1;
        ((block.y / MI_SIZE) & mask, (block.x / MI_SIZE) & mask)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    /// Section 5.11.3 as it stands.
    struct LiteralDecoded {
        subsampling: usize,
        block_decoded: HashMap<(usize, isize, isize), bool>,
    }

    impl LiteralDecoded {
        fn clear_block_decoded_flags(&mut self, mi_rows_left: isize, mi_cols_left: isize) {
            let sb_size4 = 16isize;
            for plane in 0..3 {
                let sub = if plane > 0 { self.subsampling } else { 0 };
                let sb_width4 = mi_cols_left >> sub;
                let sb_height4 = mi_rows_left >> sub;
                for y in -1..=(sb_size4 >> sub) {
                    for x in -1..=(sb_size4 >> sub) {
                        let decoded = (y < 0 && x < sb_width4) || (x < 0 && y < sb_height4);
                        self.block_decoded.insert((plane, y, x), decoded);
                    }
                }
                self.block_decoded.insert((plane, sb_size4 >> sub, -1), false);
            }
        }

        /// Section 5.11.35, without what it predicts and codes.
        fn transform_block(
            &mut self,
            plane: usize,
            start: (usize, usize),
            step: (usize, usize),
        ) -> DecodedCorners {
            let sub = if plane > 0 { self.subsampling } else { 0 };
            let row = (start.1 << sub) >> 2;
            let col = (start.0 << sub) >> 2;
            let y = ((row & 15) >> sub) as isize;
            let x = ((col & 15) >> sub) as isize;
            let (step_x, step_y) = (step.0 as isize, step.1 as isize);
            let corners = DecodedCorners {
                above_right: self.block_decoded[&(plane, y - 1, x + step_x)],
                below_left: self.block_decoded[&(plane, y + step_y, x - 1)],
            };
            for i in 0..step_y {
                for j in 0..step_x {
                    self.block_decoded.insert((plane, y + i, x + j), true);
                }
            }
            corners
        }
    }

    /// Codes a superblock of random partitions and transform sizes, comparing at each transform block.
    fn compare(chroma: Chroma, left: (usize, usize), at: (usize, usize), choices: &[u8]) {
        let mut ours = BlockDecoded::new(chroma);
        let mut literal = LiteralDecoded { subsampling: chroma.shift(), block_decoded: HashMap::new() };
        ours.clear(left.0, left.1);
        literal.clear_block_decoded_flags(left.0 as isize, left.1 as isize);
        let mut choices = choices.iter().copied().cycle();
        let mut blocks = vec![(0usize, 0usize, 64usize, 64usize, true)];
        while let Some((x, y, w, h, split)) = blocks.pop() {
            if x / 4 >= left.1 || y / 4 >= left.0 {
                continue;
            }
            let half = (w / 2, h / 2);
            let choice = choices.next().expect("an endless choice") % 4;
            if split && w > 8 && choice < 3 {
                match choice {
                    0 => {
                        let quarters = [(half.0, half.1), (0, half.1), (half.0, 0), (0, 0)];
                        blocks.extend(quarters.map(|(dx, dy)| (x + dx, y + dy, half.0, half.1, true)));
                    }
                    1 => blocks.extend([(x, y + half.1, w, half.1, false), (x, y, w, half.1, false)]),
                    _ => blocks.extend([(x + half.0, y, half.0, h, false), (x, y, half.0, h, false)]),
                }
                continue;
            }
            for plane in 0..3 {
                let sub = if plane > 0 { chroma.shift() } else { 0 };
                let (w, h) = (w >> sub, h >> sub);
                let shrink = choices.next().expect("an endless choice") as usize % 3;
                let (tx_w, tx_h) = ((w >> shrink).max(4), (h >> shrink).max(4));
                let origin = ((at.0 + x) >> sub, (at.1 + y) >> sub);
                for dy in (0..h).step_by(tx_h) {
                    for dx in (0..w).step_by(tx_w) {
                        let inside = (x + (dx << sub)) / 4 < left.1 && (y + (dy << sub)) / 4 < left.0;
                        if inside {
                            let area = PlaneArea { x: origin.0 + dx, y: origin.1 + dy, w: tx_w, h: tx_h };
                            let corners = ours.corners(plane, area);
                            let wanted =
                                literal.transform_block(plane, (area.x, area.y), (tx_w / 4, tx_h / 4));
                            assert_eq!(corners, wanted, "plane {plane} {area:?}");
                            ours.mark(plane, area);
                        }
                    }
                }
            }
        }
    }

    proptest! {
        #[test]
        fn corners_are_those_of_the_specification(
            full in any::<bool>(),
            left in (1usize..24, 1usize..40),
            at in (0usize..4, 0usize..4),
            choices in prop::collection::vec(any::<u8>(), 40..80),
        ) {
            let chroma = if full { Chroma::Full } else { Chroma::Half };
            compare(chroma, (left.0 * 2, left.1 * 2), (at.0 * 64, at.1 * 64), &choices);
        }
    }
}
