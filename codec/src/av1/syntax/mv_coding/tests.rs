//! Reads vectors back as sections 5.11.23, 5.11.26, 5.11.31 and 5.11.32 say.

use proptest::prelude::*;

use super::*;
use crate::av1::bitstream::symbol_trace::SymbolTrace;
use crate::av1::syntax::mv_prediction::{BlockPlace, TileBounds, VectorSource, find_mv_stack};
use crate::av1::types::{BlockSize, ModeInfo, ModeInfoGrid};

fn read_mv(trace: &mut SymbolTrace, cdfs: &CdfContext, ctx: usize, force_integer_mv: bool) -> [i32; 2] {
    let mut diff_mv = [0; 2];
    let mv_joint = trace.read(&cdfs.mv[ctx].joint);
    if mv_joint == 2 || mv_joint == 3 {
        diff_mv[0] = read_mv_component(trace, cdfs, ctx, 0, force_integer_mv);
    }
    if mv_joint == 1 || mv_joint == 3 {
        diff_mv[1] = read_mv_component(trace, cdfs, ctx, 1, force_integer_mv);
    }
    diff_mv
}

fn read_mv_component(
    trace: &mut SymbolTrace,
    cdfs: &CdfContext,
    ctx: usize,
    comp: usize,
    force_integer_mv: bool,
) -> i32 {
    let mv_sign = trace.read(&cdfs.mv[ctx].sign[comp]);
    let mv_class = trace.read(&cdfs.mv[ctx].class[comp]);
    let mag = if mv_class == 0 {
        let bit = trace.read(&cdfs.mv[ctx].class0_bit[comp]);
        let fr = if force_integer_mv { 3 } else { trace.read(&cdfs.mv[ctx].class0_fr[comp][bit]) };
        ((bit << 3) | (fr << 1) | 1) + 1
    } else {
        let mut d = 0;
        for i in 0..mv_class {
            d |= trace.read(&cdfs.mv[ctx].bit[comp][i]) << i;
        }
        let fr = if force_integer_mv { 3 } else { trace.read(&cdfs.mv[ctx].fr[comp]) };
        (2 << (mv_class + 2)) + ((d << 3) | (fr << 1) | 1) + 1
    };
    if mv_sign == 1 { -(mag as i32) } else { mag as i32 }
}

/// Returns `YMode` and the vector.
fn read_inter_mode(
    trace: &mut SymbolTrace,
    cdfs: &CdfContext,
    stack: &MvStack,
    force_integer_mv: bool,
) -> (PredictionMode, [i32; 2]) {
    let mode = if trace.read(&cdfs.new_mv[stack.new_mv_context]) == 0 {
        PredictionMode::NewMv
    } else if trace.read(&cdfs.zero_mv[0]) == 0 {
        PredictionMode::GlobalMv
    } else if trace.read(&cdfs.ref_mv[stack.ref_mv_context]) == 0 {
        PredictionMode::NearestMv
    } else {
        PredictionMode::NearMv
    };
    let mut ref_mv_idx = 0;
    let range = if mode == PredictionMode::NewMv {
        0..2
    } else if mode == PredictionMode::NearMv {
        ref_mv_idx = 1;
        1..3
    } else {
        0..0
    };
    for idx in range {
        if stack.found() > idx + 1 {
            if trace.read(&cdfs.drl_mode[stack.drl_context(idx)]) == 0 {
                ref_mv_idx = idx;
                break;
            }
            ref_mv_idx = idx + 1;
        }
    }
    let alone = mode == PredictionMode::NewMv && stack.found() <= 1;
    let pos = if mode == PredictionMode::NearestMv || alone { 0 } else { ref_mv_idx };
    let pred = if mode == PredictionMode::GlobalMv { Mv::ZERO } else { stack.mv(pos) };
    let mut mv = [i32::from(pred.row), i32::from(pred.col)];
    if mode == PredictionMode::NewMv {
        let diff = read_mv(trace, cdfs, 0, force_integer_mv);
        mv = [mv[0] + diff[0], mv[1] + diff[1]];
    }
    (mode, mv)
}

/// A stack from neighbours of 8x8 with these vectors; the block lies in the midst of a large frame.
fn stack_of(mvs: &[Mv]) -> MvStack {
    let tile = TileBounds {
        mi_row_start: 0,
        mi_rows: 512,
        frame_mi_rows: 512,
        mi_col_start: 0,
        mi_cols: 512,
        frame_mi_cols: 512,
    };
    let mut grid = ModeInfoGrid::new(tile.mi_cols);
    let at = [(254, 256), (254, 258), (254, 260), (254, 262), (256, 254), (258, 254)];
    for ((mi_row, mi_col), mv) in at.into_iter().zip(mvs) {
        let y_mode = PredictionMode::NewMv;
        grid.fill(mi_row, mi_col, ModeInfo { inter: true, mv: *mv, y_mode, ..ModeInfo::EMPTY });
    }
    let block = BlockPlace { mi_row: 256, mi_col: 256, size: BlockSize::B32x32 };
    find_mv_stack(&grid, &tile, block, VectorSource::LastFrame)
}

fn any_mv() -> impl Strategy<Value = Mv> {
    prop_oneof![(-3i16..=3, -3i16..=3), (-60i16..=60, -60i16..=60), (-2047i16..=2047, -2047i16..=2047),]
        .prop_map(|(row, col)| Mv { row: row * 8, col: col * 8 })
}

fn check(mvs: &[Mv], mv: Mv, precision: MvPrecision) -> Option<InterModeChoice> {
    let stack = stack_of(mvs);
    let choice = choose_mode(&stack, mv)?;
    let mut cdfs = CdfContext::new(100);
    let mut trace = SymbolTrace::default();
    write_inter_mode(&mut trace, &mut cdfs, &stack, choice, precision);
    let read = read_inter_mode(&mut trace, &cdfs, &stack, precision == MvPrecision::Whole);
    assert_eq!(read, (choice.mode, [i32::from(mv.row), i32::from(mv.col)]));
    trace.finish();
    Some(choice)
}

proptest! {
    #[test]
    fn whole_vectors_are_read_as_written(
        mvs in prop::collection::vec(any_mv(), 0..7), mv in any_mv(), known in 0usize..12,
    ) {
        let mv = mvs.get(known).copied().unwrap_or(mv);
        check(&mvs, mv, MvPrecision::Whole);
    }

    #[test]
    fn vectors_in_quarters_are_read_as_written(
        mvs in prop::collection::vec(any_mv(), 0..7), mv in any_mv(), quarters in (-3i16..=3, -3i16..=3),
    ) {
        let mvs: Vec<Mv> = mvs.iter().map(|mv| Mv { row: mv.row / 4, col: mv.col / 4 * 2 }).collect();
        let mvs: Vec<Mv> = mvs.iter().map(|mv| Mv { row: mv.row & !1, ..*mv }).collect();
        let mv = Mv { row: mv.row + 2 * quarters.0, col: mv.col + 2 * quarters.1 };
        check(&mvs, mv, MvPrecision::Quarter);
    }

    #[test]
    fn block_vectors_have_their_own_statistics(diff in any_mv()) {
        let mut cdfs = CdfContext::new(100);
        let mut trace = SymbolTrace::default();
        write_mv(&mut trace, &mut cdfs, MvContext::IntraBlockCopy, MvPrecision::Whole, diff);
        prop_assert_eq!(read_mv(&mut trace, &cdfs, 1, true), [i32::from(diff.row), i32::from(diff.col)]);
        trace.finish();
    }
}

#[test]
fn every_difference_is_read_as_written() {
    let mut cdfs = CdfContext::new(100);
    for diff in (-MAX_DIFFERENCE..=MAX_DIFFERENCE).step_by(2) {
        let precisions = [MvPrecision::Quarter, MvPrecision::Whole];
        for precision in &precisions[..if diff % 8 == 0 { 2 } else { 1 }] {
            let mut trace = SymbolTrace::default();
            let mv = Mv { row: 0, col: diff as i16 };
            write_mv(&mut trace, &mut cdfs, MvContext::Inter, *precision, mv);
            assert_eq!(read_mv(&mut trace, &cdfs, 0, *precision == MvPrecision::Whole), [0, diff]);
            trace.finish();
        }
    }
}

#[test]
fn known_vectors_are_named_and_others_start_from_the_nearest() {
    let [a, b, c, d] = [(8, 0), (0, 80), (-400, 8), (800, 800)].map(|(row, col)| Mv { row, col });
    let choose = |mv| {
        let choice = check(&[a, b, c, d], mv, MvPrecision::Whole).expect("near enough");
        (choice.mode, choice.ref_mv_idx)
    };
    assert_eq!(choose(Mv::ZERO), (PredictionMode::GlobalMv, 0));
    assert_eq!(choose(a), (PredictionMode::NearestMv, 0));
    assert_eq!(choose(b), (PredictionMode::NearMv, 1));
    assert_eq!(choose(c), (PredictionMode::NearMv, 2));
    assert_eq!(choose(d), (PredictionMode::NearMv, 3));
    assert_eq!(choose(Mv { row: -400, col: 16 }), (PredictionMode::NewMv, 2));
    assert_eq!(choose(Mv { row: 16, col: 0 }), (PredictionMode::NewMv, 0));
}

#[test]
fn a_vector_out_of_reach_has_no_mode() {
    let far = Mv { row: 0, col: -16000 };
    assert_eq!(choose_mode(&stack_of(&[far]), Mv { row: 0, col: 16000 }), None);
    assert!(check(&[far, Mv::ZERO], Mv { row: 0, col: 16000 }, MvPrecision::Whole).is_some());
}
