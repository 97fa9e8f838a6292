//! The contexts of a block's mode info syntax, derived from the blocks above and to the left: section 8.3.2.
//!
//! Every context is a plain index into the CDFs of its syntax element. Contexts of coefficients and of
//! palette colours are not here.

use crate::av1::types::{BlockSize, ModeInfo, ModeInfoGrid, PredictionMode};

/// The coded blocks next to a block; `None` is outside of the tile (`AvailU` or `AvailL` is 0).
#[derive(Debug, Clone, Copy)]
pub(crate) struct BlockNeighbours<'a> {
    pub(crate) above: Option<&'a ModeInfo>,
    pub(crate) left: Option<&'a ModeInfo>,
    /// Only there where both others are.
    above_left: Option<&'a ModeInfo>,
}

/// What neighbours say of a block's segment (5.11.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SegmentPrediction {
    /// The segment that a skipped block has without saying so.
    pub(crate) segment_id: u8,
    /// The context of `segment_id` for all others.
    pub(crate) context: usize,
}

impl<'a> BlockNeighbours<'a> {
    /// The neighbours of a block (or a square to be divided) at a position in units of 4x4 of the tile.
    pub(crate) fn of(grid: &'a ModeInfoGrid, mi_row: usize, mi_col: usize) -> Self {
        let above = (mi_row > 0).then(|| grid.at(mi_row - 1, mi_col));
        let left = (mi_col > 0).then(|| grid.at(mi_row, mi_col - 1));
        let above_left = (mi_row > 0 && mi_col > 0).then(|| grid.at(mi_row - 1, mi_col - 1));
        Self { above, left, above_left }
    }

    /// How many of the two neighbours have a property.
    fn count(&self, property: impl Fn(&ModeInfo) -> bool) -> usize {
        usize::from(self.above.is_some_and(&property)) + usize::from(self.left.is_some_and(&property))
    }

    /// The context of `skip`.
    pub(crate) fn skip(&self) -> usize {
        self.count(|info| info.skip)
    }

    /// The context of `is_inter`.
    pub(crate) fn is_inter(&self) -> usize {
        match (self.above, self.left) {
            (Some(above), Some(left)) if !above.inter && !left.inter => 3,
            (Some(above), Some(left)) => usize::from(!above.inter || !left.inter),
            (Some(only), None) | (None, Some(only)) => 2 * usize::from(!only.inter),
            (None, None) => 0,
        }
    }

    /// The context of `single_ref_p1`, `single_ref_p3` and `single_ref_p4`: each compares how often the
    /// neighbours use `LAST_FRAME`'s side and the other, which is never.
    pub(crate) fn single_ref(&self) -> usize {
        1 + usize::from(self.count(|info| info.inter) > 0)
    }

    /// The contexts of `intra_frame_y_mode`: above, then left.
    pub(crate) fn intra_frame_y_mode(&self) -> (usize, usize) {
        /// `Intra_Mode_Context`.
        const INTRA_MODE_CONTEXT: [u8; 13] = [0, 1, 2, 3, 4, 4, 4, 4, 3, 0, 1, 2, 0];
        let context = |info: Option<&ModeInfo>| {
            let mode = info.map_or(PredictionMode::Dc, |info| info.y_mode);
            usize::from(INTRA_MODE_CONTEXT[mode as usize])
        };
        (context(self.above), context(self.left))
    }

    /// The context of `has_palette_y`, beside the block's size.
    pub(crate) fn has_palette_y(&self) -> usize {
        self.count(|info| info.palette_sizes[0] > 0)
    }

    /// The context of `partition`, `split_or_horz` and `split_or_vert`, for a square of a size.
    pub(crate) fn partition(&self, size: BlockSize) -> usize {
        let bsl = size.width_log2_mi();
        let above = self.above.is_some_and(|info| info.size.width_log2_mi() < bsl);
        let left = self.left.is_some_and(|info| info.size.height_log2_mi() < bsl);
        usize::from(left) * 2 + usize::from(above)
    }

    /// The prediction and context of `segment_id`.
    pub(crate) fn segment(&self) -> SegmentPrediction {
        let ids = [self.above_left, self.above, self.left].map(|info| info.map(|info| info.segment_id));
        let (segment_id, context) = match ids {
            [Some(above_left), Some(above), Some(left)] => {
                let segment_id = if above_left == above { above } else { left };
                let context = if above_left == above && above_left == left {
                    2
                } else {
                    usize::from(above_left == above || above_left == left || above == left)
                };
                (segment_id, context)
            }
            [_, above, left] => (above.or(left).unwrap_or(0), 0),
        };
        SegmentPrediction { segment_id, context }
    }
}

/// The context of `y_mode`: `Size_Group`.
pub(crate) const fn y_mode_context(size: BlockSize) -> usize {
    [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3][size as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(above_left: ModeInfo, above: ModeInfo, left: ModeInfo) -> ModeInfoGrid {
        let mut grid = ModeInfoGrid::new(8);
        grid.fill(0, 0, above_left);
        grid.fill(0, 2, above);
        grid.fill(2, 0, left);
        grid
    }

    fn segment(id: u8) -> ModeInfo {
        ModeInfo { segment_id: id, ..ModeInfo::EMPTY }
    }

    #[test]
    fn nothing_is_known_in_the_first_corner() {
        let grid = grid(segment(1), segment(2), segment(3));
        let corner = BlockNeighbours::of(&grid, 0, 0);
        assert_eq!((corner.skip(), corner.is_inter(), corner.single_ref()), (0, 0, 1));
        assert_eq!(corner.intra_frame_y_mode(), (0, 0));
        assert_eq!(corner.partition(BlockSize::B64x64), 0);
        assert_eq!(corner.segment(), SegmentPrediction { segment_id: 0, context: 0 });
    }

    #[test]
    fn segments_follow_the_edge_they_lie_on() {
        let predicted = |above_left, above, left, mi_row, mi_col| {
            let grid = grid(segment(above_left), segment(above), segment(left));
            let SegmentPrediction { segment_id, context } =
                BlockNeighbours::of(&grid, mi_row, mi_col).segment();
            (segment_id, context)
        };
        assert_eq!(predicted(1, 1, 1, 2, 2), (1, 2));
        assert_eq!(predicted(1, 1, 2, 2, 2), (1, 1));
        assert_eq!(predicted(1, 2, 1, 2, 2), (1, 1));
        assert_eq!(predicted(0, 2, 2, 2, 2), (2, 1));
        assert_eq!(predicted(0, 1, 2, 2, 2), (2, 0));
        assert_eq!(predicted(3, 1, 2, 0, 2), (3, 0));
        assert_eq!(predicted(3, 1, 2, 2, 0), (3, 0));
    }

    #[test]
    fn intra_neighbours_make_intra_blocks_likely() {
        let intra = ModeInfo { y_mode: PredictionMode::D113, skip: true, ..ModeInfo::EMPTY };
        let inter = ModeInfo { inter: true, y_mode: PredictionMode::GlobalMv, ..ModeInfo::EMPTY };
        let context = |above, left, mi_row, mi_col| {
            let grid = grid(intra, above, left);
            let neighbours = BlockNeighbours::of(&grid, mi_row, mi_col);
            (neighbours.is_inter(), neighbours.single_ref(), neighbours.skip())
        };
        assert_eq!(context(intra, intra, 2, 2), (3, 1, 2));
        assert_eq!(context(inter, intra, 2, 2), (1, 2, 1));
        assert_eq!(context(inter, inter, 2, 2), (0, 2, 0));
        assert_eq!(context(inter, inter, 0, 2), (2, 1, 1));
        assert_eq!(context(inter, inter, 0, 4), (0, 2, 0));
        assert_eq!(BlockNeighbours::of(&grid(inter, intra, segment(0)), 2, 2).intra_frame_y_mode(), (4, 0));
    }

    #[test]
    fn palettes_beside_palettes_are_likely() {
        let painted = ModeInfo { palette_sizes: [4, 0], ..ModeInfo::EMPTY };
        let grid = grid(painted, painted, ModeInfo::EMPTY);
        assert_eq!(BlockNeighbours::of(&grid, 2, 2).has_palette_y(), 1);
        assert_eq!(BlockNeighbours::of(&grid, 0, 0).has_palette_y(), 0);
        assert_eq!((y_mode_context(BlockSize::B8x16), y_mode_context(BlockSize::B64x64)), (1, 3));
    }

    #[test]
    fn smaller_neighbours_make_division_likely() {
        let sized = |size| ModeInfo { size, ..ModeInfo::EMPTY };
        let mut grid = ModeInfoGrid::new(32);
        grid.fill(0, 16, sized(BlockSize::B64x32));
        grid.fill(8, 16, sized(BlockSize::B64x32));
        grid.fill(16, 0, sized(BlockSize::B64x32));
        let neighbours = BlockNeighbours::of(&grid, 16, 16);
        assert_eq!(neighbours.partition(BlockSize::B64x64), 2);
        assert_eq!(neighbours.partition(BlockSize::B32x32), 0);
    }
}
