//! Section 7.10.2 word for word, for single prediction, in units of 4x4 and with the specification's own
//! arrays. Only the coordinates are the tile's, as everywhere here.

use super::super::{BlockPlace, TileBounds, VectorSource};
use crate::av1::types::{BlockSize, ModeInfo, PredictionMode};

const NONE: i8 = -1;
const INTRA_FRAME: i8 = 0;
const LAST_FRAME: i8 = 1;
const REF_CAT_LEVEL: usize = 640;
const MAX_REF_MV_STACK_SIZE: usize = 8;
const MV_BORDER: i32 = 128;
const MI_SIZE: i32 = 4;

#[derive(Clone, Copy)]
struct OracleCell {
    written: bool,
    is_inter: bool,
    ref_frame: [i8; 2],
    mv: [i32; 2],
    y_mode: PredictionMode,
    mi_size: BlockSize,
}

pub(super) struct StackOracle {
    tile: TileBounds,
    force_integer_mv: bool,
    ref_frame: [i8; 2],
    cells: Vec<OracleCell>,
}

#[derive(Default)]
pub(super) struct OracleStack {
    pub(super) num_mv_found: usize,
    pub(super) ref_stack_mv: [[i32; 2]; MAX_REF_MV_STACK_SIZE + 1],
    weight_stack: [usize; MAX_REF_MV_STACK_SIZE + 1],
    pub(super) drl_ctx_stack: [usize; MAX_REF_MV_STACK_SIZE + 1],
    new_mv_count: usize,
    found_match: usize,
    close_matches: usize,
    total_matches: usize,
    pub(super) new_mv_context: usize,
    pub(super) ref_mv_context: usize,
    pub(super) zero_mv_context: usize,
}

impl StackOracle {
    pub(super) fn new(tile: TileBounds, source: VectorSource, force_integer_mv: bool) -> Self {
        let empty = OracleCell {
            written: false,
            is_inter: false,
            ref_frame: [NONE; 2],
            mv: [0; 2],
            y_mode: PredictionMode::Dc,
            mi_size: BlockSize::B8x8,
        };
        let first = if source == VectorSource::LastFrame { LAST_FRAME } else { INTRA_FRAME };
        let cells = vec![empty; tile.mi_rows * tile.mi_cols];
        Self { tile, force_integer_mv, ref_frame: [first, NONE], cells }
    }

    pub(super) fn decode_block(&mut self, block: BlockPlace, info: &ModeInfo) {
        for row in block.mi_row..(block.mi_row + block.size.height_mi()).min(self.tile.mi_rows) {
            for col in block.mi_col..(block.mi_col + block.size.width_mi()).min(self.tile.mi_cols) {
                self.cells[row * self.tile.mi_cols + col] = OracleCell {
                    written: true,
                    is_inter: info.inter || info.intrabc,
                    ref_frame: [if info.inter { LAST_FRAME } else { INTRA_FRAME }, NONE],
                    mv: [i32::from(info.mv.row), i32::from(info.mv.col)],
                    y_mode: info.y_mode,
                    mi_size: info.size,
                };
            }
        }
    }

    fn mi_col_in_frame(&self, block: BlockPlace) -> i32 {
        (self.tile.mi_col_start + block.mi_col) as i32
    }

    fn cell(&self, row: i32, col: i32) -> &OracleCell {
        &self.cells[row as usize * self.tile.mi_cols + col as usize]
    }

    fn is_inside(&self, row: i32, col: i32) -> bool {
        col >= 0 && col < self.tile.mi_cols as i32 && row >= 0 && row < self.tile.mi_rows as i32
    }

    pub(super) fn find_mv_stack(&self, block: BlockPlace) -> OracleStack {
        let bw4 = block.size.width_mi() as i32;
        let bh4 = block.size.height_mi() as i32;
        let mut s = OracleStack::default();
        self.scan_row(&mut s, block, -1);
        let mut found_above_match = s.found_match;
        s.found_match = 0;
        self.scan_col(&mut s, block, -1);
        let mut found_left_match = s.found_match;
        s.found_match = 0;
        if bw4.max(bh4) <= 16 {
            self.scan_point(&mut s, block, -1, bw4);
        }
        if s.found_match == 1 {
            found_above_match = 1;
        }
        s.close_matches = found_above_match + found_left_match;
        let num_nearest = s.num_mv_found;
        let num_new = s.new_mv_count;
        for idx in 0..num_nearest {
            s.weight_stack[idx] += REF_CAT_LEVEL;
        }
        s.zero_mv_context = 0;
        self.scan_point(&mut s, block, -1, -1);
        if s.found_match == 1 {
            found_above_match = 1;
        }
        s.found_match = 0;
        self.scan_row(&mut s, block, -3);
        if s.found_match == 1 {
            found_above_match = 1;
        }
        s.found_match = 0;
        self.scan_col(&mut s, block, -3);
        if s.found_match == 1 {
            found_left_match = 1;
        }
        s.found_match = 0;
        if bh4 > 1 {
            self.scan_row(&mut s, block, -5);
        }
        if s.found_match == 1 {
            found_above_match = 1;
        }
        s.found_match = 0;
        if bw4 > 1 {
            self.scan_col(&mut s, block, -5);
        }
        if s.found_match == 1 {
            found_left_match = 1;
        }
        s.total_matches = found_above_match + found_left_match;
        sort(&mut s, 0, num_nearest);
        let end = s.num_mv_found;
        sort(&mut s, num_nearest, end);
        if s.num_mv_found < 2 {
            self.extra_search(&mut s, block);
        }
        self.context_and_clamping(&mut s, block, num_new);
        s
    }

    fn scan_row(&self, s: &mut OracleStack, block: BlockPlace, mut delta_row: i32) {
        let (mi_row, mi_col) = (block.mi_row as i32, block.mi_col as i32);
        let bw4 = block.size.width_mi() as i32;
        let end4 = bw4.min(self.tile.frame_mi_cols as i32 - self.mi_col_in_frame(block)).min(16);
        let mut delta_col = 0;
        let use_step16 = bw4 >= 16;
        if delta_row.abs() > 1 {
            delta_row += mi_row & 1;
            delta_col = 1 - (mi_col & 1);
        }
        let mut i = 0;
        while i < end4 {
            let mv_row = mi_row + delta_row;
            let mv_col = mi_col + delta_col + i;
            if !self.is_inside(mv_row, mv_col) {
                break;
            }
            let mut len = bw4.min(self.cell(mv_row, mv_col).mi_size.width_mi() as i32);
            if delta_row.abs() > 1 {
                len = len.max(2);
            }
            if use_step16 {
                len = len.max(4);
            }
            let weight = len * 2;
            self.add_ref_mv_candidate(s, mv_row, mv_col, weight as usize);
            i += len;
        }
    }

    fn scan_col(&self, s: &mut OracleStack, block: BlockPlace, mut delta_col: i32) {
        let (mi_row, mi_col) = (block.mi_row as i32, block.mi_col as i32);
        let bh4 = block.size.height_mi() as i32;
        let mi_row_in_frame = (self.tile.mi_row_start + block.mi_row) as i32;
        let end4 = bh4.min(self.tile.frame_mi_rows as i32 - mi_row_in_frame).min(16);
        let mut delta_row = 0;
        let use_step16 = bh4 >= 16;
        if delta_col.abs() > 1 {
            delta_row = 1 - (mi_row & 1);
            delta_col += mi_col & 1;
        }
        let mut i = 0;
        while i < end4 {
            let mv_row = mi_row + delta_row + i;
            let mv_col = mi_col + delta_col;
            if !self.is_inside(mv_row, mv_col) {
                break;
            }
            let mut len = bh4.min(self.cell(mv_row, mv_col).mi_size.height_mi() as i32);
            if delta_col.abs() > 1 {
                len = len.max(2);
            }
            if use_step16 {
                len = len.max(4);
            }
            let weight = len * 2;
            self.add_ref_mv_candidate(s, mv_row, mv_col, weight as usize);
            i += len;
        }
    }

    fn scan_point(&self, s: &mut OracleStack, block: BlockPlace, delta_row: i32, delta_col: i32) {
        let mv_row = block.mi_row as i32 + delta_row;
        let mv_col = block.mi_col as i32 + delta_col;
        if self.is_inside(mv_row, mv_col) && self.cell(mv_row, mv_col).written {
            self.add_ref_mv_candidate(s, mv_row, mv_col, 4);
        }
    }

    fn add_ref_mv_candidate(&self, s: &mut OracleStack, mv_row: i32, mv_col: i32, weight: usize) {
        let cell = self.cell(mv_row, mv_col);
        assert!(cell.written);
        if !cell.is_inter {
            return;
        }
        for cand_list in 0..2 {
            if cell.ref_frame[cand_list] == self.ref_frame[0] {
                self.search_stack(s, cell, weight);
            }
        }
    }

    fn search_stack(&self, s: &mut OracleStack, cell: &OracleCell, weight: usize) {
        let cand_mv = self.lower_mv_precision(cell.mv);
        if cell.y_mode == PredictionMode::NewMv {
            s.new_mv_count += 1;
        }
        s.found_match = 1;
        for idx in 0..s.num_mv_found {
            if s.ref_stack_mv[idx] == cand_mv {
                s.weight_stack[idx] += weight;
                return;
            }
        }
        if s.num_mv_found < MAX_REF_MV_STACK_SIZE {
            s.ref_stack_mv[s.num_mv_found] = cand_mv;
            s.weight_stack[s.num_mv_found] = weight;
            s.num_mv_found += 1;
        }
    }

    fn lower_mv_precision(&self, mut cand_mv: [i32; 2]) -> [i32; 2] {
        for comp in &mut cand_mv {
            if self.force_integer_mv {
                let a_int = (comp.abs() + 3) >> 3;
                *comp = if *comp > 0 { a_int << 3 } else { -(a_int << 3) };
            } else if *comp & 1 != 0 {
                *comp += if *comp > 0 { -1 } else { 1 };
            }
        }
        cand_mv
    }

    fn extra_search(&self, s: &mut OracleStack, block: BlockPlace) {
        let (mi_row, mi_col) = (block.mi_row as i32, block.mi_col as i32);
        let mi_row_in_frame = (self.tile.mi_row_start + block.mi_row) as i32;
        let mut w4 = 16.min(block.size.width_mi() as i32);
        let mut h4 = 16.min(block.size.height_mi() as i32);
        w4 = w4.min(self.tile.frame_mi_cols as i32 - self.mi_col_in_frame(block));
        h4 = h4.min(self.tile.frame_mi_rows as i32 - mi_row_in_frame);
        let num4x4 = w4.min(h4);
        for pass in 0..2 {
            let mut idx = 0;
            while idx < num4x4 && s.num_mv_found < 2 {
                let (mv_row, mv_col) =
                    if pass == 0 { (mi_row - 1, mi_col + idx) } else { (mi_row + idx, mi_col - 1) };
                if !self.is_inside(mv_row, mv_col) {
                    break;
                }
                self.add_extra_mv_candidate(s, mv_row, mv_col);
                let size = self.cell(mv_row, mv_col).mi_size;
                idx += if pass == 0 { size.width_mi() } else { size.height_mi() } as i32;
            }
        }
        for idx in s.num_mv_found..2 {
            s.ref_stack_mv[idx] = [0, 0];
        }
    }

    fn add_extra_mv_candidate(&self, s: &mut OracleStack, mv_row: i32, mv_col: i32) {
        let cell = self.cell(mv_row, mv_col);
        for cand_list in 0..2 {
            if cell.ref_frame[cand_list] > INTRA_FRAME {
                let cand_mv = cell.mv;
                let mut idx = 0;
                while idx < s.num_mv_found && cand_mv != s.ref_stack_mv[idx] {
                    idx += 1;
                }
                if idx == s.num_mv_found {
                    s.ref_stack_mv[idx] = cand_mv;
                    s.weight_stack[idx] = 2;
                    s.num_mv_found += 1;
                }
            }
        }
    }

    fn context_and_clamping(&self, s: &mut OracleStack, block: BlockPlace, num_new: usize) {
        let bw = block.size.width() as i32;
        let bh = block.size.height() as i32;
        for idx in 0..s.num_mv_found {
            let mut z = 0;
            if idx + 1 < s.num_mv_found {
                let w0 = s.weight_stack[idx];
                let w1 = s.weight_stack[idx + 1];
                if w0 >= REF_CAT_LEVEL {
                    if w1 < REF_CAT_LEVEL {
                        z = 1;
                    }
                } else {
                    z = 2;
                }
            }
            s.drl_ctx_stack[idx] = z;
        }
        for idx in 0..s.num_mv_found {
            let [row, col] = s.ref_stack_mv[idx];
            s.ref_stack_mv[idx] = [
                self.clamp_mv_row(block, row, MV_BORDER + bh * 8),
                self.clamp_mv_col(block, col, MV_BORDER + bw * 8),
            ];
        }
        if s.close_matches == 0 {
            s.new_mv_context = s.total_matches.min(1);
            s.ref_mv_context = s.total_matches;
        } else if s.close_matches == 1 {
            s.new_mv_context = 3 - num_new.min(1);
            s.ref_mv_context = 2 + s.total_matches;
        } else {
            s.new_mv_context = 5 - num_new.min(1);
            s.ref_mv_context = 5;
        }
    }

    fn clamp_mv_row(&self, block: BlockPlace, mvec: i32, border: i32) -> i32 {
        let bh4 = block.size.height_mi() as i32;
        let mi_row = (self.tile.mi_row_start + block.mi_row) as i32;
        let mb_to_top_edge = -((mi_row * MI_SIZE) * 8);
        let mb_to_bottom_edge = ((self.tile.frame_mi_rows as i32 - bh4 - mi_row) * MI_SIZE) * 8;
        mvec.max(mb_to_top_edge - border).min(mb_to_bottom_edge + border)
    }

    fn clamp_mv_col(&self, block: BlockPlace, mvec: i32, border: i32) -> i32 {
        let bw4 = block.size.width_mi() as i32;
        let mi_col = self.mi_col_in_frame(block);
        let mb_to_left_edge = -((mi_col * MI_SIZE) * 8);
        let mb_to_right_edge = ((self.tile.frame_mi_cols as i32 - bw4 - mi_col) * MI_SIZE) * 8;
        mvec.max(mb_to_left_edge - border).min(mb_to_right_edge + border)
    }
}

fn sort(s: &mut OracleStack, start: usize, mut end: usize) {
    while end > start {
        let mut new_end = start;
        for idx in start + 1..end {
            if s.weight_stack[idx - 1] < s.weight_stack[idx] {
                s.weight_stack.swap(idx - 1, idx);
                s.ref_stack_mv.swap(idx - 1, idx);
                new_end = idx;
            }
        }
        end = new_end;
    }
}
