//! Vectors for film: where in the reference a block is found best. The encoder's choice, not in the
//! specification.
//!
//! What moved exactly is found by its hash (see [`super::plan`]); this is for what only looks alike. Vectors
//! are whole first; then quarters, where the frame has such.

use super::distortion;
use crate::av1::frame::tile::TileCoder;
use crate::av1::reconstruct::inter;
use crate::av1::reconstruct::plane::PlaneArea;
use crate::av1::reconstruct::residual::{plane_block, reference_view};
use crate::av1::syntax::contexts::BlockNeighbours;
use crate::av1::syntax::mv_coding::MvPrecision;
use crate::av1::syntax::mv_prediction::BlockPlace;
use crate::av1::syntax::palette::MAP_STRIDE;
use crate::av1::types::{MI_SIZE, Mv};

/// A vector, and how far its prediction is off, costs included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FoundVector {
    pub(crate) mv: Mv,
    pub(crate) error: u32,
}

/// What a search found out about a square of luma.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SearchedSquare {
    area: PlaneArea,
    /// The sample of its flat prediction, and how far that is off.
    pub(crate) flat: (u8, u32),
    /// The best whole vector; none where there is none.
    pub(crate) inter: Option<FoundVector>,
}

/// The squares of a tile that were searched last: those that a partition was chosen by are coded right after.
#[derive(Debug, Default)]
pub(crate) struct RecentSearches {
    squares: [SearchedSquare; RECENT],
    next: usize,
}

/// How many searches are kept: those of a square of 32x32, of its quarters, and of one quarter's quarters.
const RECENT: usize = 9;

impl RecentSearches {
    fn of(&self, area: PlaneArea) -> Option<SearchedSquare> {
        self.squares.iter().find(|square| square.area == area).copied()
    }

    fn note(&mut self, square: SearchedSquare) {
        self.squares[self.next] = square;
        self.next = (self.next + 1) % RECENT;
    }
}

/// The widths of the search's steps in samples, and how many of each are taken at most.
const STEPS: [i32; 4] = [8, 4, 2, 1];
const REPEATS: usize = 4;

/// The units of a vector in a sample.
const SAMPLE: i32 = 8;

/// How far vectors reach, in samples: the difference between any two, with their fractions, must be one that
/// can be coded.
const FURTHEST: i32 = 1000;

/// How many times worse than a flat prediction a vector's may be: beyond that, it has nothing to do with the
/// block.
const HOPELESS: u32 = 2;

/// About what a vector costs that no neighbour has, in bits.
const NEW_BITS: u32 = 10;

/// About what a vector costs that a neighbour has, in bits.
const KNOWN_BITS: u32 = 3;

impl TileCoder<'_> {
    /// The best vector of a block, and what the luma prediction with it leaves.
    pub(crate) fn choose_vector(&mut self, place: BlockPlace) -> FoundVector {
        let area = plane_block(place, 0, self.job.chroma());
        let still = FoundVector { mv: Mv::ZERO, error: 0 };
        let searched = self.search(area);
        let hopeless = HOPELESS * searched.flat.1;
        let mut best = searched.inter.unwrap_or(still);
        let whole = best.mv;
        self.predict_inter(0, area, best.mv);
        best.error = self.plane_error(0, area) + self.vector_cost(place, best.mv);
        if self.job.precision() == MvPrecision::Whole
            || best.error <= self.quiet(area)
            || best.error > hopeless
        {
            return best;
        }
        let neighbours = BlockNeighbours::of(&self.buffers.grid, place.mi_row, place.mi_col);
        for known in [neighbours.left, neighbours.above].map(|info| info.map(|info| (info.inter, info.mv))) {
            if let Some((true, mv)) = known {
                self.try_vector(place, area, mv, &mut best);
            }
        }
        if let Some(mv) = self.fit_fraction(area, whole) {
            self.try_vector(place, area, mv, &mut best);
        }
        best
    }

    /// Where between the samples around a whole vector the difference is least, in quarters: the lowest point
    /// of a parabola through it and its neighbours, in each direction; none where that is the vector itself.
    fn fit_fraction(&self, area: PlaneArea, whole: Mv) -> Option<Mv> {
        let (dx, dy) = (i32::from(whole.col) / SAMPLE, i32::from(whole.row) / SAMPLE);
        let sad = |dx, dy| self.whole_sad(area, dx, dy).map(|sad| sad as i32);
        let centre = sad(dx, dy)?;
        let fit = |before: i32, after: i32| {
            let curvature = before + after - 2 * centre;
            let slope = before - after;
            // Half of the slope over the curvature, in quarters of a sample and rounded to either side alike.
            if curvature <= 0 { 0 } else { (4 * slope / curvature + slope.signum()) / 2 }
        };
        let col = fit(sad(dx - 1, dy)?, sad(dx + 1, dy)?).clamp(-2, 2);
        let row = fit(sad(dx, dy - 1)?, sad(dx, dy + 1)?).clamp(-2, 2);
        let quarters = |whole: i16, quarters: i32| whole + (quarters * SAMPLE / 4) as i16;
        let mv = Mv { row: quarters(whole.row, row), col: quarters(whole.col, col) };
        (mv != whole).then_some(mv)
    }

    fn try_vector(&mut self, place: BlockPlace, area: PlaneArea, mv: Mv, best: &mut FoundVector) {
        if mv == best.mv || !self.within_reach(mv) {
            return;
        }
        let (source, stride) = self.source(0, area);
        let (left, top) = self.luma_position(0, 0);
        let at = PlaneArea { x: area.x + left, y: area.y + top, ..area };
        let tried = &mut self.buffers.scratch.tried;
        inter::predict(reference_view(self.job.reference, 0), at, mv, 0, tried, MAP_STRIDE);
        let error = distortion::satd(source, stride, tried, MAP_STRIDE, area.w, area.h);
        let error = error + self.vector_cost(place, mv);
        if error < best.error {
            *best = FoundVector { mv, error };
        }
    }

    /// About what saying a vector is worth.
    fn vector_cost(&self, place: BlockPlace, mv: Mv) -> u32 {
        let neighbours = BlockNeighbours::of(&self.buffers.grid, place.mi_row, place.mi_col);
        let known =
            |info: Option<&crate::av1::types::ModeInfo>| info.is_some_and(|info| info.inter && info.mv == mv);
        let bits = match mv {
            Mv::ZERO => 1,
            _ if known(neighbours.left) || known(neighbours.above) => KNOWN_BITS,
            _ => NEW_BITS,
        };
        self.worth(256 * bits)
    }

    /// Searches in a square, unless that was just done.
    pub(crate) fn search(&mut self, area: PlaneArea) -> SearchedSquare {
        if let Some(known) = self.buffers.scratch.searches.of(area) {
            return known;
        }
        let flat = self.flat_error(area);
        let inter = if self.job.inter() { self.search_whole(area, HOPELESS * flat.1) } else { None };
        let found = SearchedSquare { area, flat, inter };
        self.buffers.scratch.searches.note(found);
        found
    }

    /// Whether a block's best whole vector leaves next to nothing.
    pub(crate) fn is_quiet(&mut self, area: PlaneArea) -> bool {
        self.job.inter() && self.search(area).inter.is_some_and(|found| found.error <= self.quiet(area))
    }

    /// The best whole vector of a square of luma, by the sum of absolute differences; none where the picture
    /// ends within the square. Where nothing near is better than `hopeless`, it looks no further.
    fn search_whole(&mut self, area: PlaneArea, hopeless: u32) -> Option<FoundVector> {
        let job = self.job;
        let sad_at = |dx, dy| self.whole_sad(area, dx, dy);
        let (known, new) = (self.worth(256 * KNOWN_BITS), self.worth(256 * NEW_BITS));
        let mut best = (sad_at(0, 0)?, 0, 0);
        let quiet = self.quiet(area);
        let neighbours = BlockNeighbours::of(&self.buffers.grid, area.y / MI_SIZE, area.x / MI_SIZE);
        let whole = |mv: Mv| (i32::from(mv.col + 4) >> 3, i32::from(mv.row + 4) >> 3);
        let around = [neighbours.left, neighbours.above];
        let around = around.into_iter().flatten().filter(|info| info.inter).map(|info| whole(info.mv));
        let global = job.vectors.first().map(|&(dx, dy)| (i32::from(dx), i32::from(dy)));
        let last = whole(self.buffers.scratch.last_vector);
        for (dx, dy) in around.chain(std::iter::once(last)).chain(global) {
            if best.0 <= quiet || (dx, dy) == (best.1, best.2) {
                continue;
            }
            if let Some(sad) = sad_at(dx, dy) {
                best = best.min((sad + known, dx, dy));
            }
        }
        for step in STEPS {
            for _ in 0..REPEATS {
                if best.0 <= quiet || best.0 > hopeless {
                    break;
                }
                let (_, x, y) = best;
                for (dx, dy) in [(x - step, y), (x + step, y), (x, y - step), (x, y + step)] {
                    if let Some(sad) = sad_at(dx, dy) {
                        best = best.min((sad + new, dx, dy));
                    }
                }
                if (best.1, best.2) == (x, y) {
                    break;
                }
            }
        }
        let mv = Mv::whole(best.1 as i16, best.2 as i16);
        self.buffers.scratch.last_vector = mv;
        Some(FoundVector { mv, error: best.0 })
    }

    /// The sum of absolute differences with a whole vector; none where that is out of reach or leaves the
    /// picture.
    fn whole_sad(&self, area: PlaneArea, dx: i32, dy: i32) -> Option<u32> {
        let job = self.job;
        if dx.abs().max(dy.abs()) > FURTHEST || !job.reach.contains((dx as i16, dy as i16)) {
            return None;
        }
        let at = self.in_picture(0, area);
        let x = usize::try_from(at.x as i32 + dx).ok()?;
        let y = usize::try_from(at.y as i32 + dy).ok()?;
        if x + area.w > job.source.width || y + area.h > job.source.height {
            return None;
        }
        let reference = &job.reference.planes[0];
        let (source, stride) = self.source(0, area);
        Some(distortion::sad(source, stride, reference.at(x, y), reference.stride(), area.w, area.h))
    }

    /// Whether a vector can be coded as a difference to any other of the frame.
    fn within_reach(&self, mv: Mv) -> bool {
        [0, 7].iter().all(|up| self.job.reach.contains(((mv.col + up) >> 3, (mv.row + up) >> 3)))
    }

    /// A difference below which nearly all coefficients are 0.
    pub(crate) fn quiet(&self, area: PlaneArea) -> u32 {
        let step = u32::from(self.level_quantiser().ac_step());
        (area.w * area.h) as u32 * step / (8 * 4)
    }
}
