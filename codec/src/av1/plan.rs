//! What can be told of a superblock before its blocks are chosen: which parts can be copied, and with which vectors.

use super::cells::{CELL, Cells, block_cells, equal_cells, moved_cells, visible_cells};
use super::hash::LumaPlane;
use super::planes::Planes;
use super::tile::{TileCoder, Work};
use super::types::{Mv, SUPERBLOCK};

/// Vectors that are tried in a superblock: the frame's, and those found for blocks of it.
const MAX_VECTORS: usize = 8;

/// What is known of a superblock before its blocks are chosen.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Plan {
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
}

impl Plan {
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

    /// Whether any cell of a block can be copied.
    pub(crate) fn partly_copied(&self, cells: Cells) -> bool {
        let moved = self.moved[..self.vectors].iter().fold(self.kept, |all, (_, _, moved)| all | moved);
        cells & self.visible & moved != 0
    }
}

impl TileCoder<'_> {
    /// Finds out what of a superblock can be copied, and brings the written picture up to date where nothing is coded.
    pub(crate) fn plan_superblock(&mut self, mi_row: usize, mi_col: usize) {
        let job = self.job;
        let (x, y) = self.luma_position(mi_row, mi_col);
        let index = self.superblock(mi_row, mi_col);
        self.plan = Plan { visible: visible_cells(job.source, x, y), ..Plan::default() };
        match job.work[index] {
            Work::Keep => self.plan.kept = Cells::MAX,
            Work::Refine => {
                self.plan.kept = equal_cells(job.source.superblock(x, y), job.reference.superblock(x, y));
                self.plan.refine = true;
            }
            Work::Code if job.inter() => {
                self.plan.kept = match job.equal {
                    Some(equal) => equal[index],
                    None => equal_cells(job.source.superblock(x, y), job.before.superblock(x, y)),
                };
                self.plan_changed(x, y);
            }
            Work::Code => {}
        }
    }

    fn plan_changed(&mut self, x: usize, y: usize) {
        let job = self.job;
        let plan = &mut self.plan;
        let mut left = plan.visible & !plan.kept;
        for &(dx, dy) in job.vectors.iter().filter(|by| job.reach.contains(**by)) {
            if left == 0 {
                return;
            }
            let found = moved_cells(job.source, job.before, (x, y), (dx.into(), dy.into()), left | plan.kept);
            if found & left != 0 {
                plan.moved[plan.vectors] = (dx, dy, found);
                plan.vectors += 1;
                left &= !found;
            }
        }
        for side in [16, CELL] {
            self.find_blocks(x, y, side, &mut left);
        }
    }

    /// Looks up blocks of which all cells are `left` over.
    fn find_blocks(&mut self, x: usize, y: usize, side: usize, left: &mut Cells) {
        let job = self.job;
        let plan = &mut self.plan;
        let (now, before) = (luma_plane(job.source), luma_plane(job.before));
        for block_y in (0..SUPERBLOCK).step_by(side) {
            for block_x in (0..SUPERBLOCK).step_by(side) {
                let cells = block_cells(block_x, block_y, side, side);
                if plan.vectors == MAX_VECTORS || cells & !*left != 0 {
                    continue;
                }
                let at = (x + block_x, y + block_y);
                let found = job.motion.find_block(before, now, at, (side, side));
                let Some((dx, dy)) = found.filter(|by| job.reach.contains(*by)) else { continue };
                let candidates = *left | plan.kept;
                let found = moved_cells(job.source, job.before, (x, y), (dx.into(), dy.into()), candidates);
                if found & *left != 0 {
                    plan.moved[plan.vectors] = (dx, dy, found);
                    plan.vectors += 1;
                    *left &= !found;
                }
            }
        }
    }
}

fn luma_plane(planes: &Planes) -> LumaPlane<'_> {
    let luma = &planes.planes[0];
    LumaPlane::new(luma.samples(), luma.stride(), planes.width, planes.height)
}
