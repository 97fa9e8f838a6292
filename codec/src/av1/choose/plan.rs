//! What can be found out about a superblock before its blocks are chosen: which parts can be copied, and with
//! which vectors.

use super::cells::{CELL, CELLS, Cells, block_cells, equal_cells, moved_cells, visible_cells};
use super::forecast::SuperblockForecast;
use super::hash::{BlockFinder, LumaPlane, MotionIndex};
use crate::av1::frame::tile::{FrameJob, SuperblockWork};
use crate::av1::reconstruct::planes::PicturePlanes;
use crate::av1::types::{Mv, SUPERBLOCK};

/// Vectors that are tried in a superblock: the frame's, and those found for blocks of it.
const MAX_VECTORS: usize = 8;

/// How many blocks in a row may be looked up in vain before those of their size are given up: film is found
/// nowhere else.
const MAX_MISSES: usize = 32;

/// What is known of a superblock before its blocks are chosen.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SuperblockPlan {
    /// Within the picture; the others look like whatever is cheapest.
    visible: Cells,
    /// Shown as before: not changed, or shown exactly already.
    kept: Cells,
    /// Found elsewhere in the picture before.
    moved: [(i16, i16, Cells); MAX_VECTORS],
    vectors: usize,
    /// The superblock did not change, but is to become exact.
    pub(crate) refine: bool,
    /// Nothing is known that it could be shown as.
    pub(crate) blank: bool,
    /// There are no bytes for it in this frame.
    pub(crate) deferred: bool,
    /// Known to be of a photograph.
    pub(crate) photo: Cells,
    /// What coding it will take, where that was forecast.
    pub(crate) forecast: SuperblockForecast,
}

impl SuperblockPlan {
    /// Of a superblock for which there are no bytes: shown as before, if there is a picture before.
    pub(crate) fn deferred(inter: bool) -> Self {
        let kept = if inter { Cells::MAX } else { 0 };
        Self { visible: Cells::MAX, kept, blank: !inter, deferred: true, ..Self::default() }
    }

    /// The vector with which a block's cells are copied, if all can be with one.
    pub(crate) fn copied(&self, cells: Cells) -> Option<Mv> {
        let cells = cells & self.visible;
        if cells & !self.kept == 0 {
            return Some(Mv::ZERO);
        }
        self.moved[..self.vectors]
            .iter()
            .find(|(_, _, moved)| cells & !moved == 0)
            .map(|&(dx, dy, _)| Mv::whole(dx, dy))
    }

    /// What is to be coded: neither kept nor found elsewhere.
    pub(crate) fn uncopied(&self) -> Cells {
        let moved = self.moved[..self.vectors].iter().fold(self.kept, |all, (_, _, moved)| all | moved);
        self.visible & !moved
    }

    /// Whether any cell of a block can be copied.
    pub(crate) fn partly_copied(&self, cells: Cells) -> bool {
        let moved = self.moved[..self.vectors].iter().fold(self.kept, |all, (_, _, moved)| all | moved);
        cells & self.visible & moved != 0
    }
}

impl FrameJob<'_> {
    /// Finds out what of the superblock at a luma position can be copied.
    pub(crate) fn plan(&self, motion: &MotionIndex, x: usize, y: usize) -> SuperblockPlan {
        let index = self.superblock_index(x, y);
        let mut plan =
            SuperblockPlan { visible: visible_cells(self.source, x, y), ..SuperblockPlan::default() };
        match self.work[index] {
            SuperblockWork::Keep => plan.kept = Cells::MAX,
            SuperblockWork::Sharpen | SuperblockWork::Refine => {
                plan.kept = equal_cells(self.source.superblock(x, y), self.reference.superblock(x, y));
                plan.refine = self.work[index] == SuperblockWork::Refine;
            }
            SuperblockWork::Code if self.inter() => {
                plan.kept = match self.equal {
                    Some(equal) => equal[index],
                    None => equal_cells(self.source.superblock(x, y), self.before.superblock(x, y)),
                };
                plan.find_moved(self, motion, x, y);
            }
            SuperblockWork::Code => {}
        }
        plan
    }
}

impl SuperblockPlan {
    /// About how long coding it takes, in microseconds.
    pub(crate) fn weight(&self) -> usize {
        let left = self.uncopied().count_ones() as usize;
        1 + 2 * left + if self.kept == Cells::MAX { 0 } else { 4 }
    }

    fn find_moved(&mut self, job: &FrameJob<'_>, motion: &MotionIndex, x: usize, y: usize) {
        let mut left = self.visible & !self.kept;
        for &(dx, dy) in job.vectors.iter().filter(|by| job.reach.contains(**by)) {
            if left == 0 {
                return;
            }
            let found = moved_cells(job.source, job.before, (x, y), (dx.into(), dy.into()), left | self.kept);
            self.add((dx, dy), found, &mut left);
        }
        if left != 0 && self.vectors < MAX_VECTORS {
            let blocks = motion.blocks(luma_plane(job.before), luma_plane(job.source), (x, y));
            for side in [16, CELL].into_iter().filter(|_| !blocks.is_empty()) {
                self.find_blocks(job, &blocks, (x, y), side, &mut left);
            }
        }
    }

    /// Notes where cells were found, if any of those that are `left` over is among them.
    fn add(&mut self, (dx, dy): (i16, i16), found: Cells, left: &mut Cells) {
        if found & *left != 0 {
            self.moved[self.vectors] = (dx, dy, found);
            self.vectors += 1;
            *left &= !found;
        }
    }

    /// Looks up blocks of which all cells are `left` over.
    fn find_blocks(
        &mut self,
        job: &FrameJob<'_>,
        blocks: &BlockFinder<'_>,
        (x, y): (usize, usize),
        side: usize,
        left: &mut Cells,
    ) {
        let mut misses = 0;
        for block_y in (0..SUPERBLOCK).step_by(side) {
            for block_x in (0..SUPERBLOCK).step_by(side) {
                let cells = block_cells(block_x, block_y, side, side);
                if self.vectors == MAX_VECTORS || misses == MAX_MISSES || cells & !*left != 0 {
                    continue;
                }
                let at = (x + block_x, y + block_y);
                let found = blocks.find(at, (side, side));
                let Some((dx, dy)) = found.filter(|by| job.reach.contains(*by)) else {
                    misses += 1;
                    continue;
                };
                misses = 0;
                let candidates = (*left | self.kept) & rows_with(*left);
                let found = moved_cells(job.source, job.before, (x, y), (dx.into(), dy.into()), candidates);
                self.add((dx, dy), found, left);
            }
        }
    }
}

/// All cells of the rows in which any of `cells` is.
fn rows_with(cells: Cells) -> Cells {
    const ROW: Cells = 0xff;
    (0..CELLS).map(|row| ROW << (row * CELLS)).filter(|row| cells & row != 0).fold(0, |all, row| all | row)
}

fn luma_plane(planes: &PicturePlanes) -> LumaPlane<'_> {
    let luma = &planes.planes[0];
    LumaPlane::new(luma.samples(), luma.stride(), planes.width, planes.height)
}
