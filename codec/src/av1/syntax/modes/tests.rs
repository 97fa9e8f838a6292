//! Reads modes back as the specification says.

use super::*;
use crate::av1::bitstream::symbol_trace::SymbolTrace;
use crate::av1::types::{ModeInfo, ModeInfoGrid};

fn cdfs() -> CdfContext {
    CdfContext::new(100)
}

/// `neg_deinterleave` of 5.11.9, word for word.
fn neg_deinterleave(diff: i32, reference: i32, max: i32) -> i32 {
    if reference == 0 {
        return diff;
    }
    if reference >= max - 1 {
        return max - diff - 1;
    }
    let near = |diff: i32| {
        if diff & 1 == 1 { reference + ((diff + 1) >> 1) } else { reference - (diff >> 1) }
    };
    if 2 * reference < max {
        if diff <= 2 * reference {
            return near(diff);
        }
        diff
    } else {
        if diff <= 2 * (max - reference - 1) {
            return near(diff);
        }
        max - (diff + 1)
    }
}

#[test]
fn segments_are_read_as_written() {
    for segments in 1..=8u8 {
        for predicted in 0..segments {
            for segment_id in 0..segments {
                let symbol = neg_interleave(segment_id, predicted, segments);
                let read = neg_deinterleave(symbol.into(), predicted.into(), segments.into());
                assert_eq!(read, segment_id.into(), "{predicted} of {segments}");
            }
        }
    }
}

#[test]
fn divisions_are_read_as_written() {
    let mut cdfs = cdfs();
    let grid = ModeInfoGrid::new(32);
    let neighbours = BlockNeighbours::of(&grid, 16, 16);
    let partitions = [Partition::None, Partition::Horz, Partition::Vert, Partition::Split];
    for partition in partitions {
        let mut trace = SymbolTrace::default();
        for size in [BlockSize::B8x8, BlockSize::B16x16, BlockSize::B32x32, BlockSize::B64x64] {
            write_partition(&mut trace, &mut cdfs, &neighbours, size, (true, true), partition);
        }
        let ctx = |size: BlockSize| neighbours.partition(size);
        assert_eq!(trace.read(&cdfs.partition_w8[ctx(BlockSize::B8x8)]), partition as usize);
        assert_eq!(trace.read(&cdfs.partition_w16[ctx(BlockSize::B16x16)]), partition as usize);
        assert_eq!(trace.read(&cdfs.partition_w32[ctx(BlockSize::B32x32)]), partition as usize);
        assert_eq!(trace.read(&cdfs.partition_w64[ctx(BlockSize::B64x64)]), partition as usize);
        trace.finish();
    }
}

#[test]
fn at_the_edges_of_a_frame_only_splits_are_written() {
    let mut cdfs = cdfs();
    let grid = ModeInfoGrid::new(32);
    let neighbours = BlockNeighbours::of(&grid, 0, 0);
    let mut written = |has: (bool, bool), partition| {
        let mut trace = SymbolTrace::default();
        write_partition(&mut trace, &mut cdfs, &neighbours, BlockSize::B32x32, has, partition);
        if has != (false, false) {
            assert_eq!(trace.read_derived(), usize::from(partition == Partition::Split));
        }
        trace.finish();
    };
    written((false, true), Partition::Horz);
    written((false, true), Partition::Split);
    written((true, false), Partition::Vert);
    written((true, false), Partition::Split);
    written((false, false), Partition::Split);
}

#[test]
fn the_probability_of_a_split_includes_all_that_cut_so() {
    // The first of Default_Partition_W16_Cdf, with the sums of 8.3.2 done by hand.
    let cdf = &cdfs().partition_w16[0];
    assert_eq!(cdf[..2], [32768 - 15597, 32768 - 20929]);
    assert_eq!(split_icdf(cdf, SPLIT_OR_HORZ), 3642 + 2135 + 958 + 780 + 970 + 866);
    assert_eq!(split_icdf(cdf, SPLIT_OR_VERT), 5332 + 2135 + 958 + 1157 + 780 + 1331);
}

/// `read_cfl_alphas` of 5.11.45.
fn read_cfl_alphas(trace: &mut SymbolTrace, cdfs: &CdfContext) -> (i8, i8) {
    let signs = trace.read(&cdfs.cfl_sign);
    let (sign_u, sign_v) = ((signs + 1) / 3, (signs + 1) % 3);
    let mut alpha = |sign: usize, other: usize| {
        if sign == 0 {
            return 0;
        }
        let magnitude = 1 + trace.read(&cdfs.cfl_alpha[(sign - 1) * 3 + other]) as i8;
        if sign == 1 { -magnitude } else { magnitude }
    };
    let u = alpha(sign_u, sign_v);
    (u, alpha(sign_v, sign_u))
}

#[test]
fn cfl_alphas_are_read_as_written() {
    let mut cdfs = cdfs();
    for alpha_u in -16..=16 {
        for alpha_v in -16..=16 {
            if (alpha_u, alpha_v) != (0, 0) {
                let mut trace = SymbolTrace::default();
                write_cfl_alphas(&mut trace, &mut cdfs, alpha_u, alpha_v);
                assert_eq!(read_cfl_alphas(&mut trace, &cdfs), (alpha_u, alpha_v));
                trace.finish();
            }
        }
    }
}

#[test]
fn modes_use_the_statistics_of_their_neighbours() {
    let mut cdfs = cdfs();
    let mut grid = ModeInfoGrid::new(32);
    let vertical = ModeInfo { y_mode: PredictionMode::V, skip: true, ..ModeInfo::EMPTY };
    grid.fill(14, 16, vertical);
    grid.fill(16, 14, ModeInfo { inter: true, y_mode: PredictionMode::GlobalMv, ..ModeInfo::EMPTY });
    let inter = BlockNeighbours::of(&grid, 16, 16);
    let intra = BlockNeighbours::of(&grid, 16, 18);

    let mut trace = SymbolTrace::default();
    write_skip(&mut trace, &mut cdfs, &inter, true);
    write_is_inter(&mut trace, &mut cdfs, &inter, true);
    write_last_frame(&mut trace, &mut cdfs, &inter);
    write_intra_frame_y_mode(&mut trace, &mut cdfs, &intra, PredictionMode::Paeth);
    write_y_mode(&mut trace, &mut cdfs, BlockSize::B16x16, PredictionMode::D67);
    write_angle_delta(&mut trace, &mut cdfs, PredictionMode::D67, -3);
    write_angle_delta(&mut trace, &mut cdfs, PredictionMode::Smooth, 0);
    write_uv_mode(&mut trace, &mut cdfs, true, PredictionMode::D67, PredictionMode::UvCfl);
    write_uv_mode(&mut trace, &mut cdfs, false, PredictionMode::Dc, PredictionMode::V);

    write_use_intrabc(&mut trace, &mut cdfs, false);
    write_segment_id(&mut trace, &mut cdfs, &inter, 2, 2);

    assert_eq!(trace.read(&cdfs.skip[1]), 1);
    assert_eq!(trace.read(&cdfs.is_inter[1]), 1);
    for element in [0, 2, 3] {
        assert_eq!(trace.read(&cdfs.single_ref[2][element]), 0);
    }
    assert_eq!(trace.read(&cdfs.intra_frame_y_mode[0][0]), 12);
    assert_eq!(trace.read(&cdfs.y_mode[2]), 8);
    assert_eq!(trace.read(&cdfs.angle_delta[7]), 0);
    assert_eq!(trace.read(&cdfs.uv_mode_cfl_allowed[8]), 13);
    assert_eq!(trace.read(&cdfs.uv_mode_cfl_not_allowed[0]), 1);
    assert_eq!(trace.read(&cdfs.intrabc), 0);
    assert_eq!(trace.read(&cdfs.segment_id[2]), 2);
    trace.finish();
}

#[test]
fn chroma_from_luma_needs_small_blocks() {
    assert!(cfl_allowed(BlockSize::B32x32, false, Chroma::Full));
    assert!(!cfl_allowed(BlockSize::B32x64, false, Chroma::Half));
    assert!(cfl_allowed(BlockSize::B8x8, true, Chroma::Half));
    assert!(!cfl_allowed(BlockSize::B8x8, true, Chroma::Full));
    assert!(!cfl_allowed(BlockSize::B8x16, true, Chroma::Half));
}
