//! Vectors of intra block copy: what they are coded against and which of them are allowed.
//!
//! Sections 5.11.26 (the part of `assign_mv` for `use_intrabc`) and 6.10.25 (`is_mv_valid`).

use super::mv_prediction::{BlockPlace, MvStack, TileBounds};
use crate::av1::types::{MI_SIZE, Mv, SUPERBLOCK};

/// `INTRABC_DELAY_PIXELS`: how far to the left of a superblock nothing may be copied from yet.
const DELAY: usize = 256;

/// `INTRABC_DELAY_SB64`.
const DELAY_SUPERBLOCKS: isize = 4;

/// The first length that a vector can't have in either direction, in eighths of a sample.
const MV_LIMIT: u16 = 1 << 14;

/// `PredMv` of a block copied from its own frame, from its candidates and its row within the tile.
pub(crate) fn predicted_block_vector(stack: &MvStack, mi_row: usize) -> Mv {
    const SUPERBLOCK_MI: usize = SUPERBLOCK / MI_SIZE;
    const BESIDE: Mv = Mv::whole(-((SUPERBLOCK + DELAY) as i16), 0);
    const ABOVE: Mv = Mv::whole(0, -(SUPERBLOCK as i16));
    match (stack.mv(0), stack.mv(1)) {
        (Mv::ZERO, Mv::ZERO) if mi_row < SUPERBLOCK_MI => BESIDE,
        (Mv::ZERO, Mv::ZERO) => ABOVE,
        (Mv::ZERO, second) => second,
        (first, _) => first,
    }
}

/// Whether a vector has a size that can be coded at all, for any block.
pub(crate) const fn valid_mv(mv: Mv) -> bool {
    mv.row.unsigned_abs() < MV_LIMIT && mv.col.unsigned_abs() < MV_LIMIT
}

/// Whether a block may be copied from this far within its tile: in whole samples, from superblocks that every
/// decoder has finished, even one that decodes rows of superblocks in a wavefront.
pub(crate) fn valid_block_vector(tile: &TileBounds, block: BlockPlace, mv: Mv) -> bool {
    if !valid_mv(mv) || mv.row & 7 != 0 || mv.col & 7 != 0 {
        return false;
    }
    let (y, x) = ((block.mi_row * MI_SIZE) as isize, (block.mi_col * MI_SIZE) as isize);
    let (top, left) = (y + isize::from(mv.row >> 3), x + isize::from(mv.col >> 3));
    let (bottom, right) = (top + block.size.height() as isize, left + block.size.width() as isize);
    let (tile_height, tile_width) = ((tile.mi_rows * MI_SIZE) as isize, (tile.mi_cols * MI_SIZE) as isize);
    if top < 0 || left < 0 || bottom > tile_height || right > tile_width {
        return false;
    }
    let superblock = SUPERBLOCK as isize;
    let (active_row, active_col) = (y / superblock, x / superblock);
    let (source_row, source_col) = ((bottom - 1) / superblock, (right - 1) / superblock);
    let per_row = (tile_width - 1) / superblock + 1;
    let delay_passed =
        source_row * per_row + source_col < active_row * per_row + active_col - DELAY_SUPERBLOCKS;
    let wavefront = (1 + DELAY_SUPERBLOCKS) * (active_row - source_row);
    delay_passed && source_row <= active_row && source_col < active_col - DELAY_SUPERBLOCKS + wavefront
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::av1::syntax::mv_prediction::{VectorSource, find_mv_stack};
    use crate::av1::types::{BlockSize, ModeInfo, ModeInfoGrid};

    const TILE: TileBounds = TileBounds {
        mi_row_start: 32,
        mi_rows: 48,
        frame_mi_rows: 100,
        mi_col_start: 0,
        mi_cols: 160,
        frame_mi_cols: 160,
    };

    fn valid(x: usize, y: usize, dx: i16, dy: i16) -> bool {
        let block = BlockPlace { mi_row: y / 4, mi_col: x / 4, size: BlockSize::B16x16 };
        valid_block_vector(&TILE, block, Mv::whole(dx, dy))
    }

    fn predicted(mi_row: usize, above: Option<Mv>, left: Option<Mv>) -> Mv {
        let mut grid = ModeInfoGrid::new(TILE.mi_cols);
        let copied = |mv| ModeInfo { intrabc: true, mv, ..ModeInfo::EMPTY };
        above.into_iter().for_each(|mv| grid.fill(mi_row - 2, 96, copied(mv)));
        left.into_iter().for_each(|mv| grid.fill(mi_row, 94, copied(mv)));
        let block = BlockPlace { mi_row, mi_col: 96, size: BlockSize::B8x8 };
        let stack = find_mv_stack(&grid, &TILE, block, VectorSource::CurrentFrame);
        predicted_block_vector(&stack, mi_row)
    }

    #[test]
    fn vectors_are_predicted_from_neighbours_or_point_at_the_nearest_allowed() {
        let (up, beside) = (Mv::whole(0, -64), Mv::whole(-320, 0));
        assert_eq!(predicted(8, None, None), beside);
        assert_eq!(predicted(16, None, None), up);
        assert_eq!(predicted(16, Some(beside), None), beside);
        let further = Mv::whole(-8, -128);
        assert_eq!(predicted(16, None, Some(further)), further);
    }

    #[test]
    fn sources_lie_in_the_tile() {
        assert!(valid(0, 64, 0, -64));
        assert!(!valid(0, 48, 0, -64));
        assert!(!valid(0, 64, -8, -64));
        assert!(valid(384, 128, 240, -128));
        assert!(!valid(384, 128, 248, -128));
    }

    #[test]
    fn sources_in_the_same_row_are_four_superblocks_away() {
        assert!(valid(320, 0, -320, 0));
        assert!(valid(320, 0, -272, 0));
        assert!(!valid(320, 0, -271, 0));
        assert!(!valid(256, 0, -256, 0));
        assert!(!valid(0, 64, 320, 0));
    }

    #[test]
    fn each_row_up_allows_five_superblocks_more_to_the_right() {
        assert!(valid(128, 64, 48, -64));
        assert!(!valid(128, 64, 64, -64));
        assert!(valid(128, 128, 64, -128));
        assert!(valid(128, 128, 368, -128));
        assert!(!valid(128, 128, 384, -128));
    }

    #[test]
    fn the_delay_counts_superblocks_in_coding_order() {
        // 3 superblocks after the last of the row above: too early for it, whatever the wavefront says.
        assert!(!valid(0, 64, 600, -64));
        assert!(!valid(0, 64, 0, 0));
    }

    #[test]
    fn parts_of_samples_and_huge_vectors_are_refused() {
        let block = BlockPlace { mi_row: 16, mi_col: 0, size: BlockSize::B8x8 };
        assert!(valid_block_vector(&TILE, block, Mv { row: -512, col: 0 }));
        assert!(!valid_block_vector(&TILE, block, Mv { row: -508, col: 0 }));
        assert!(!valid_mv(Mv { row: 1 << 14, col: 0 }));
        assert!(!valid_mv(Mv { row: 0, col: i16::MIN }));
        assert!(valid_mv(Mv { row: 0, col: 1 - (1 << 14) }));
    }
}
