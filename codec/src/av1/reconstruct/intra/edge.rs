//! The samples around a block that intra prediction reads: `AboveRow` and `LeftCol` of section 7.11.2.

use super::{DecodedCorners, MAX_SIDE};
use crate::av1::reconstruct::plane::{PlaneArea, PlaneView};

/// Junk before the corner, so that a directional row or column may start left of what the edge holds and have
/// those samples overwritten from the other side of the edge. The furthest start is `MAX_SIDE + 1` before the
/// corner.
const BEFORE: usize = MAX_SIDE + 16;

/// `w + h` samples, and after those as many more as the flattest angle reads beyond: at 36 degrees,
/// `90 / 64 * h` rounded down starts a row of `w`.
const LONGEST: usize = 3 * MAX_SIDE;

/// The edge of one block; one value is made and gathered into again for each block.
#[derive(Debug, Clone)]
pub(crate) struct IntraEdge {
    above: [u8; BEFORE + LONGEST],
    left: [u8; BEFORE + LONGEST],
    has_above: bool,
    has_left: bool,
}

impl IntraEdge {
    /// Of a block with nothing around it.
    pub(crate) const fn new() -> Self {
        Self {
            above: [127; BEFORE + LONGEST],
            left: [129; BEFORE + LONGEST],
            has_above: false,
            has_left: false,
        }
    }

    /// Takes the edge of a transform block from the reconstruction of its tile.
    ///
    /// The plane's `width` and `height` are those of the tile in whole `MiCols` and `MiRows` (in samples of
    /// the plane), not of the picture. As positions are the tile's and a block is at least 8x8, `haveLeft` is
    /// `x > 0` and `haveAbove` is `y > 0`. The block starts within the plane, but may reach out of it.
    pub(crate) fn gather(&mut self, plane: PlaneView<'_>, block: PlaneArea, corners: DecodedCorners) {
        let PlaneArea { x, y, .. } = block;
        self.has_above = y > 0;
        self.has_left = x > 0;
        self.gather_above(plane, block, corners);
        self.gather_left(plane, block, corners);
        let corner = match (self.has_above, self.has_left) {
            (true, true) => plane.row(y - 1)[x - 1],
            (true, false) => plane.row(y - 1)[x],
            (false, true) => plane.row(y)[x - 1],
            (false, false) => 128,
        };
        self.above[BEFORE - 1] = corner;
        self.left[BEFORE - 1] = corner;
    }

    fn gather_above(
        &mut self,
        plane: PlaneView<'_>,
        PlaneArea { x, y, w, h }: PlaneArea,
        corners: DecodedCorners,
    ) {
        // Beyond `w + h` stands AboveRow[ maxBaseX ].
        let above = &mut self.above[BEFORE..][..w + 2 * h];
        if !self.has_above {
            let base = if self.has_left { plane.row(y)[x - 1] } else { 127 };
            above.fill(base);
            return;
        }
        let available = if corners.above_right { 2 * w } else { w };
        let known = available.min(plane.width - x).min(w + h);
        let (copied, repeated) = above.split_at_mut(known);
        copied.copy_from_slice(&plane.row(y - 1)[x..x + known]);
        repeated.fill(copied[known - 1]);
    }

    fn gather_left(
        &mut self,
        plane: PlaneView<'_>,
        PlaneArea { x, y, w, h }: PlaneArea,
        corners: DecodedCorners,
    ) {
        let left = &mut self.left[BEFORE..][..w + h];
        if !self.has_left {
            let base = if self.has_above { plane.row(y - 1)[x] } else { 129 };
            left.fill(base);
            return;
        }
        let available = if corners.below_left { 2 * h } else { h };
        let known = available.min(plane.height - y).min(w + h);
        let (copied, repeated) = left.split_at_mut(known);
        let column = plane.samples[y * plane.stride + x - 1..].iter().step_by(plane.stride);
        for (sample, &from) in copied.iter_mut().zip(column) {
            *sample = from;
        }
        repeated.fill(copied[known - 1]);
    }

    /// `haveAbove`.
    pub(super) fn has_above(&self) -> bool {
        self.has_above
    }

    /// `haveLeft`.
    pub(super) fn has_left(&self) -> bool {
        self.has_left
    }

    /// `AboveRow[ -1 ]`, which is also `LeftCol[ -1 ]`.
    pub(super) fn corner(&self) -> u8 {
        self.above[BEFORE - 1]
    }

    /// `AboveRow[ 0 .. W - 1 ]`.
    pub(super) fn above<const W: usize>(&self) -> &[u8; W] {
        self.above[BEFORE..].first_chunk().expect("a block is shorter than its edge")
    }

    /// `AboveRow[ 0 .. w - 1 ]`.
    pub(super) fn above_run(&self, w: usize) -> &[u8] {
        &self.above[BEFORE..][..w]
    }

    /// `LeftCol[ 0 .. h - 1 ]`.
    pub(super) fn left(&self, h: usize) -> &[u8] {
        &self.left[BEFORE..][..h]
    }

    /// `AboveRow` from a base on, which may lie before the corner (and is junk there).
    pub(super) fn above_from(&self, base: isize) -> &[u8] {
        &self.above[BEFORE.wrapping_add_signed(base)..]
    }

    /// `LeftCol` from a base on, which may lie before the corner (and is junk there).
    pub(super) fn left_from(&self, base: isize) -> &[u8] {
        &self.left[BEFORE.wrapping_add_signed(base)..]
    }
}
