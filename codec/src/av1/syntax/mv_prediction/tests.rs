//! Compares the search with a word for word transcription of section 7.10.2, on random blocks in coding
//! order.

use proptest::prelude::*;

use super::*;

mod oracle;

use oracle::StackOracle;

/// A small generator, so that a case is one number.
struct CaseRandom(u64);

impl CaseRandom {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % limit
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }
}

/// What a case's blocks are like.
#[derive(Debug, Clone, Copy)]
struct CaseBlocks {
    source: VectorSource,
    whole_vectors: bool,
    /// How many different vectors there are.
    vectors: u64,
    /// One in so many squares is not divided; of superblocks, one in two.
    whole_squares: u64,
    /// How many of a hundred blocks have no vector.
    intra: u64,
}

struct StackCase {
    random: CaseRandom,
    tile: TileBounds,
    blocks: CaseBlocks,
    grid: ModeInfoGrid,
    oracle: StackOracle,
}

impl StackCase {
    fn new(seed: u64, tile: TileBounds, blocks: CaseBlocks) -> Self {
        let mut grid = ModeInfoGrid::new(tile.mi_cols);
        // What the last frame left there must not be seen.
        let mv = Mv { row: 808, col: 808 };
        let stale = ModeInfo { inter: true, intrabc: true, mv, ..ModeInfo::EMPTY };
        for mi_row in (0..tile.mi_rows).step_by(2) {
            (0..tile.mi_cols).step_by(2).for_each(|mi_col| grid.fill(mi_row, mi_col, stale));
        }
        Self {
            random: CaseRandom(seed),
            tile,
            blocks,
            grid,
            oracle: StackOracle::new(tile, blocks.source, blocks.whole_vectors),
        }
    }

    fn run(&mut self) {
        for mi_row in (0..self.tile.mi_rows).step_by(16) {
            for mi_col in (0..self.tile.mi_cols).step_by(16) {
                self.partition(mi_row, mi_col, BlockSize::B64x64);
            }
        }
    }

    /// 5.11.4 with random decisions.
    fn partition(&mut self, mi_row: usize, mi_col: usize, size: BlockSize) {
        if mi_row >= self.tile.mi_rows || mi_col >= self.tile.mi_cols {
            return;
        }
        let half = size.width_mi() / 2;
        let has_rows = mi_row + half < self.tile.mi_rows;
        let has_cols = mi_col + half < self.tile.mi_cols;
        let (wide, high, quarter) = match size.width() {
            64 => (BlockSize::B64x32, BlockSize::B32x64, BlockSize::B32x32),
            32 => (BlockSize::B32x16, BlockSize::B16x32, BlockSize::B16x16),
            16 => (BlockSize::B16x8, BlockSize::B8x16, BlockSize::B8x8),
            _ => return self.block(mi_row, mi_col, size),
        };
        let rectangle = self.random.one_in(4);
        let whole = if size == BlockSize::B64x64 { 2 } else { self.blocks.whole_squares };
        if has_rows && has_cols && self.random.one_in(whole) {
            self.block(mi_row, mi_col, size);
        } else if has_cols && rectangle && (!has_rows || self.random.one_in(2)) {
            self.block(mi_row, mi_col, wide);
            if has_rows {
                self.block(mi_row + half, mi_col, wide);
            }
        } else if has_rows && rectangle {
            self.block(mi_row, mi_col, high);
            if has_cols {
                self.block(mi_row, mi_col + half, high);
            }
        } else {
            for (row, col) in [(0, 0), (0, half), (half, 0), (half, half)] {
                self.partition(mi_row + row, mi_col + col, quarter);
            }
        }
    }

    fn block(&mut self, mi_row: usize, mi_col: usize, size: BlockSize) {
        let block = BlockPlace { mi_row, mi_col, size };
        let stack = find_mv_stack(&self.grid, &self.tile, block, self.blocks.source);
        let expected = self.oracle.find_mv_stack(block);
        assert_eq!(stack.found(), expected.num_mv_found, "{block:?}");
        for idx in 0..stack.found().max(2) {
            let [row, col] = expected.ref_stack_mv[idx];
            assert_eq!(stack.mv(idx), Mv { row: row as i16, col: col as i16 }, "{idx} at {block:?}");
            if idx + 1 < stack.found() {
                assert_eq!(stack.drl_context(idx), expected.drl_ctx_stack[idx], "{idx} at {block:?}");
            }
        }
        assert_eq!(stack.new_mv_context, expected.new_mv_context, "{block:?}");
        assert_eq!(stack.ref_mv_context, expected.ref_mv_context, "{block:?}");
        assert_eq!(0, expected.zero_mv_context);

        let info = self.random_info(size);
        self.grid.fill(mi_row, mi_col, info);
        self.oracle.decode_block(block, &info);
    }

    fn random_info(&mut self, size: BlockSize) -> ModeInfo {
        let empty = ModeInfo { size, ..ModeInfo::EMPTY };
        if self.random.below(100) < self.blocks.intra {
            return empty;
        }
        let unit = if self.blocks.whole_vectors { 8 } else { 2 };
        // A few vectors for many blocks, near and far.
        let kind = self.random.below(self.blocks.vectors) as i16;
        let mv = Mv { row: (kind % 5 - 2) * (kind * 61) * unit, col: (kind % 3 - 1) * (kind * 97) * unit };
        match self.blocks.source {
            VectorSource::CurrentFrame => ModeInfo { intrabc: true, mv, ..empty },
            VectorSource::LastFrame => {
                let y_mode = [PredictionMode::NewMv, PredictionMode::NearestMv, PredictionMode::NearMv]
                    [self.random.below(3) as usize];
                let y_mode = if mv == Mv::ZERO { PredictionMode::GlobalMv } else { y_mode };
                ModeInfo { inter: true, mv, y_mode, ..empty }
            }
        }
    }
}

prop_compose! {
    fn any_tile()(
        above in 0usize..3, superblocks in 1usize..4, cut in 0usize..8, below in 0usize..2, columns in 1usize..33,
        beside in (0usize..3, 0usize..2),
    ) -> TileBounds {
        let mi_row_start = above * 16;
        // Only the last tile may end within a superblock.
        let mi_rows = superblocks * 16 - if below == 0 { cut * 2 } else { 0 };
        let frame_mi_rows = mi_row_start + mi_rows + below * 16;
        let mi_col_start = beside.0 * 16;
        let mi_cols = if beside.1 == 0 { columns * 2 } else { (columns * 2).next_multiple_of(16) };
        let frame_mi_cols = mi_col_start + mi_cols + beside.1 * 16;
        TileBounds { mi_row_start, mi_rows, frame_mi_rows, mi_col_start, mi_cols, frame_mi_cols }
    }
}

prop_compose! {
    fn any_blocks()(
        intrabc: bool, whole in any::<bool>(), vectors in 1u64..14, whole_squares in 2u64..9, intra in 3u64..98,
    ) -> CaseBlocks {
        let source = if intrabc { VectorSource::CurrentFrame } else { VectorSource::LastFrame };
        CaseBlocks { source, whole_vectors: whole || intrabc, vectors, whole_squares, intra }
    }
}

proptest! {
    #[test]
    fn the_search_is_that_of_the_specification(
        seed: u64, tile in any_tile(), blocks in any_blocks(),
    ) {
        StackCase::new(seed, tile, blocks).run();
    }
}
