//! The motion vectors that a block's neighbours suggest: the find MV stack process, section 7.10.2.
//!
//! For frames with one reference, no temporal candidates (`use_ref_frame_mvs` is 0) and no global motion. All
//! vectors in a grid have the frame's precision already, so the lower precision process (7.10.2.10) would
//! change none of them and does not appear. As no block is smaller than 8x8, rows and columns are scanned in
//! units of 8x8 here.

use crate::av1::types::{BlockSize, ModeInfo, ModeInfoGrid, Mv, PredictionMode};

/// Where a tile lies in its frame, in units of 4x4 luma samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TileBounds {
    /// `MiRowStart`: the frame's rows above the tile.
    pub(crate) mi_row_start: usize,
    /// The tile's own rows, `MiRowEnd - MiRowStart`.
    pub(crate) mi_rows: usize,
    /// `MiRows` of the frame.
    pub(crate) frame_mi_rows: usize,
    /// `MiColStart`: the frame's columns to the left of the tile.
    pub(crate) mi_col_start: usize,
    /// The tile's own columns, `MiColEnd - MiColStart`.
    pub(crate) mi_cols: usize,
    /// `MiCols` of the frame; even, as the specification makes it.
    pub(crate) frame_mi_cols: usize,
}

/// A block of a tile: its upper left corner in units of 4x4 luma samples of the tile, and its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BlockPlace {
    pub(crate) mi_row: usize,
    pub(crate) mi_col: usize,
    pub(crate) size: BlockSize,
}

/// Where a block's prediction comes from: only candidates with the same source count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VectorSource {
    /// `LAST_FRAME`.
    LastFrame,
    /// The frame itself: intra block copy.
    CurrentFrame,
}

/// `MAX_REF_MV_STACK_SIZE`.
const MAX_STACK: usize = 8;

/// `REF_CAT_LEVEL`: the bonus for candidates that touch the block.
const TOUCHING_BONUS: u16 = 640;

/// The weight of a candidate at a corner, 7.10.2.4.
const POINT_WEIGHT: usize = 4;

/// `MV_BORDER`: how far outside the frame a candidate's block may lie, in eighths of a sample.
const MV_BORDER: i32 = 128;

/// How many rows above and columns to the left are scanned, in units of 8x8.
const SCANNED_LINES: usize = 3;

/// The candidates for a block's vector and the contexts that follow from them.
///
/// `ZeroMvContext` is always 0, as only temporal candidates change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MvStack {
    mvs: [Mv; MAX_STACK],
    weights: [u16; MAX_STACK],
    found: usize,
    /// `NewMvContext`, 0 to 5.
    pub(crate) new_mv_context: usize,
    /// `RefMvContext`, 0 to 5.
    pub(crate) ref_mv_context: usize,
}

impl MvStack {
    const EMPTY: Self = Self {
        mvs: [Mv::ZERO; MAX_STACK],
        weights: [0; MAX_STACK],
        found: 0,
        new_mv_context: 0,
        ref_mv_context: 0,
    };

    /// `NumMvFound`: how many candidates the neighbours gave, 0 to 8.
    pub(crate) const fn found(&self) -> usize {
        self.found
    }

    /// `RefStackMv[idx][0]`; the global vector, zero, where fewer than two candidates were found.
    pub(crate) const fn mv(&self, idx: usize) -> Mv {
        self.mvs[idx]
    }

    /// `DrlCtxStack[idx]`, for an `idx` that a further candidate follows.
    pub(crate) const fn drl_context(&self, idx: usize) -> usize {
        if self.weights[idx] < TOUCHING_BONUS { 2 } else { (self.weights[idx + 1] < TOUCHING_BONUS) as usize }
    }

    /// The search stack process, 7.10.2.8.
    fn add(&mut self, mv: Mv, weight: u16) {
        match self.mvs[..self.found].iter().position(|known| *known == mv) {
            Some(idx) => self.weights[idx] += weight,
            None if self.found < MAX_STACK => {
                self.mvs[self.found] = mv;
                self.weights[self.found] = weight;
                self.found += 1;
            }
            None => {}
        }
    }

    /// The sorting process, 7.10.2.11: stable, heaviest first.
    fn sort(&mut self, start: usize, end: usize) {
        for unsorted in start + 1..end {
            let mut idx = unsorted;
            while idx > start && self.weights[idx - 1] < self.weights[idx] {
                self.weights.swap(idx - 1, idx);
                self.mvs.swap(idx - 1, idx);
                idx -= 1;
            }
        }
    }

    /// The clamping half of 7.10.2.14, which works on positions in the frame.
    fn clamp(&mut self, tile: &TileBounds, block: BlockPlace) {
        let to_mv = |mi: usize| mi as i32 * 32;
        let (height, width) = (to_mv(block.size.height_mi()), to_mv(block.size.width_mi()));
        let (top, left) = (to_mv(tile.mi_row_start + block.mi_row), to_mv(tile.mi_col_start + block.mi_col));
        let (lowest, rightmost) = (to_mv(tile.frame_mi_rows) - top, to_mv(tile.frame_mi_cols) - left);
        for mv in &mut self.mvs[..self.found] {
            mv.row = i32::from(mv.row).clamp(-top - MV_BORDER - height, lowest + MV_BORDER) as i16;
            mv.col = i32::from(mv.col).clamp(-left - MV_BORDER - width, rightmost + MV_BORDER) as i16;
        }
    }
}

/// Collects the candidates for a block's vector from what is coded already of its tile.
pub(crate) fn find_mv_stack(
    grid: &ModeInfoGrid,
    tile: &TileBounds,
    block: BlockPlace,
    source: VectorSource,
) -> MvStack {
    let mut scan = StackSearch::new(grid, tile, block, source);

    let mut above = scan.row(1);
    let mut found_above = scan.take_found();
    let mut left = scan.column(1);
    let mut found_left = scan.take_found();
    if has_top_right(tile, block) {
        scan.add(grid.at(block.mi_row - 1, block.mi_col + block.size.width_mi()), POINT_WEIGHT);
    }
    found_above |= scan.take_found();
    let close_matches = usize::from(found_above) + usize::from(found_left);
    let (nearest, found_new) = (scan.stack.found, scan.found_new);
    scan.stack.weights[..nearest].iter_mut().for_each(|weight| *weight += TOUCHING_BONUS);

    if block.mi_row > 0 && block.mi_col > 0 {
        scan.add(grid.at(block.mi_row - 1, block.mi_col - 1), POINT_WEIGHT);
    }
    found_above |= scan.take_found();
    for distance in 2..=SCANNED_LINES {
        if above < distance {
            above = scan.row(distance);
            found_above |= scan.take_found();
        }
        if left < distance {
            left = scan.column(distance);
            found_left |= scan.take_found();
        }
    }
    let total_matches = usize::from(found_above) + usize::from(found_left);

    scan.stack.sort(0, nearest);
    scan.stack.sort(nearest, scan.stack.found);
    if scan.stack.found < 2 {
        scan.extra_search();
    }
    let mut stack = scan.stack;
    stack.clamp(tile, block);
    (stack.new_mv_context, stack.ref_mv_context) = match close_matches {
        0 => (total_matches.min(1), total_matches),
        1 => (3 - usize::from(found_new), 2 + total_matches),
        _ => (5 - usize::from(found_new), 5),
    };
    stack
}

/// Whether the block above and to the right was coded before this one (the condition of the scan point
/// process, 7.10.2.4): squares are coded in Z order, and rectangles never see a neighbour of their own square
/// there.
fn has_top_right(tile: &TileBounds, block: BlockPlace) -> bool {
    /// The bits of a coordinate within a superblock, spread for a Z order.
    const SPREAD: [u8; 8] = [0, 1, 4, 5, 16, 17, 20, 21];
    let right = block.mi_col + block.size.width_mi();
    if block.mi_row == 0 || right >= tile.mi_cols {
        return false;
    }
    let (row, col) = (block.mi_row / 2 % 8, block.mi_col / 2 % 8);
    let right = col + block.size.width_mi() / 2;
    match (row, right) {
        (0, _) => true,
        (_, 8..) => false,
        _ => 2 * SPREAD[row - 1] + SPREAD[right] < 2 * SPREAD[row] + SPREAD[col],
    }
}

/// The state of a search, all lengths and positions in units of 8x8 luma samples.
struct StackSearch<'a> {
    grid: &'a ModeInfoGrid,
    source: VectorSource,
    row: usize,
    col: usize,
    width: usize,
    height: usize,
    /// How much of the width and height lies within the frame.
    visible_width: usize,
    visible_height: usize,
    stack: MvStack,
    /// `FoundMatch`.
    found: bool,
    /// Whether `NewMvCount` is above 0.
    found_new: bool,
}

impl<'a> StackSearch<'a> {
    fn new(grid: &'a ModeInfoGrid, tile: &TileBounds, block: BlockPlace, source: VectorSource) -> Self {
        let (width, height) = (block.size.width_mi() / 2, block.size.height_mi() / 2);
        Self {
            grid,
            source,
            row: block.mi_row / 2,
            col: block.mi_col / 2,
            width,
            height,
            visible_width: width.min((tile.mi_cols - block.mi_col) / 2),
            visible_height: height.min((tile.mi_rows - block.mi_row) / 2),
            stack: MvStack::EMPTY,
            found: false,
            found_new: false,
        }
    }

    fn at(&self, row: usize, col: usize) -> &'a ModeInfo {
        self.grid.at(row * 2, col * 2)
    }

    fn take_found(&mut self) -> bool {
        std::mem::take(&mut self.found)
    }

    fn matches(&self, candidate: &ModeInfo) -> bool {
        match self.source {
            VectorSource::LastFrame => candidate.inter,
            VectorSource::CurrentFrame => candidate.intrabc,
        }
    }

    /// The add reference motion vector process, 7.10.2.7.
    fn add(&mut self, candidate: &ModeInfo, weight: usize) {
        if self.matches(candidate) {
            self.found = true;
            self.found_new |= candidate.y_mode == PredictionMode::NewMv;
            self.stack.add(candidate.mv, weight as u16);
        }
    }

    /// The scan row process, 7.10.2.2, at a distance above the block. Returns up to which distance that was
    /// all: a neighbour as wide as the block is met in each row that it covers, so its weight is added for
    /// all of them.
    fn row(&mut self, distance: usize) -> usize {
        let Some(row) = self.row.checked_sub(distance) else { return SCANNED_LINES };
        let first = self.at(row, self.col);
        let (width, height) = (first.size.width_mi() / 2, first.size.height_mi() / 2);
        if width >= self.width {
            let rows = height.min(SCANNED_LINES + 1 - distance);
            self.add(first, rows * self.width * 4);
            return distance - 1 + rows;
        }
        let step = if self.width == 8 { 2 } else { 1 };
        let mut x = 0;
        while x < self.visible_width {
            let candidate = self.at(row, self.col + x);
            let length = (candidate.size.width_mi() / 2).clamp(step, self.width);
            self.add(candidate, length * 4);
            x += length;
        }
        distance
    }

    /// The scan col process, 7.10.2.3; as [`row`](Self::row).
    fn column(&mut self, distance: usize) -> usize {
        let Some(col) = self.col.checked_sub(distance) else { return SCANNED_LINES };
        let first = self.at(self.row, col);
        let (width, height) = (first.size.width_mi() / 2, first.size.height_mi() / 2);
        if height >= self.height {
            let columns = width.min(SCANNED_LINES + 1 - distance);
            self.add(first, columns * self.height * 4);
            return distance - 1 + columns;
        }
        let step = if self.height == 8 { 2 } else { 1 };
        let mut y = 0;
        while y < self.visible_height {
            let candidate = self.at(self.row + y, col);
            let length = (candidate.size.height_mi() / 2).clamp(step, self.height);
            self.add(candidate, length * 4);
            y += length;
        }
        distance
    }

    /// The extra search process, 7.10.2.12. With one reference frame it finds only what the steps of 16
    /// samples that blocks of 64 samples are scanned with have skipped.
    fn extra_search(&mut self) {
        if self.width.max(self.height) < 8 || self.source == VectorSource::CurrentFrame {
            return;
        }
        let length = self.visible_width.min(self.visible_height);
        let mut idx = 0;
        while self.row > 0 && idx < length && self.stack.found < 2 {
            let candidate = self.at(self.row - 1, self.col + idx);
            self.add_extra(candidate);
            idx += candidate.size.width_mi() / 2;
        }
        idx = 0;
        while self.col > 0 && idx < length && self.stack.found < 2 {
            let candidate = self.at(self.row + idx, self.col - 1);
            self.add_extra(candidate);
            idx += candidate.size.height_mi() / 2;
        }
    }

    /// The add extra MV candidate process, 7.10.2.13.
    fn add_extra(&mut self, candidate: &ModeInfo) {
        if candidate.inter && !self.stack.mvs[..self.stack.found].contains(&candidate.mv) {
            self.stack.add(candidate.mv, 2);
        }
    }
}

#[cfg(test)]
mod tests;
