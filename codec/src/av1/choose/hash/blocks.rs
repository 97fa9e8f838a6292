//! Where blocks of one tile stood in the previous picture, by the anchors around them.
//!
//! Blocks side by side have most of their anchors in common, so all are looked up at once, in a table that is
//! much larger than the first cache.

use std::ops::Range;

use arrayvec::ArrayVec;

use super::anchors::{self, HashAnchor};
use super::table::PLACES_PER_KEY;
use super::{Displacement, LumaPlane, MotionIndex, within_reach};
use crate::av1::types::SUPERBLOCK;

/// How far around a block its anchors may stand, in samples: most blocks of 8x8 have none inside.
const BLOCK_REACH: usize = 12;

/// How many places are compared for one block at most, to bound its time on repetitive content.
pub(super) const MAX_BLOCK_TRIALS: usize = 16;

/// The places of all anchors of a tile.
const MOST: usize = anchors::PER_TILE * PLACES_PER_KEY;

/// The columns and rows in which a block's anchors stand.
pub(super) fn around(
    (x, y): (usize, usize),
    (width, height): (usize, usize),
) -> (Range<usize>, Range<usize>) {
    (
        x.saturating_sub(BLOCK_REACH)..x + width + BLOCK_REACH - anchors::WIDTH,
        y.saturating_sub(BLOCK_REACH)..y + height + BLOCK_REACH - anchors::HEIGHT,
    )
}

/// An anchor, and how far away its like stood.
#[derive(Clone, Copy)]
struct AnchorMatch {
    at: (u16, u16),
    by: Displacement,
}

/// Candidates in the order of their anchors: row by row.
#[derive(Default)]
struct AnchorMatches(ArrayVec<AnchorMatch, MOST>);

impl AnchorMatches {
    fn note(&mut self, anchor: &HashAnchor, places: impl Iterator<Item = (u16, u16)>) {
        let moved = places.map(|place| anchor.to(place)).filter(|by| *by != (0, 0) && within_reach(*by));
        self.0.extend(moved.map(|by| AnchorMatch { at: anchor.place(), by }));
    }

    fn within(&self, columns: Range<usize>, rows: Range<usize>) -> impl Iterator<Item = Displacement> {
        self.0
            .iter()
            .filter(move |AnchorMatch { at: (x, y), .. }| {
                columns.contains(&(*x).into()) && rows.contains(&(*y).into())
            })
            .map(|candidate| candidate.by)
    }
}

/// Finds the blocks of one tile, see [`MotionIndex::blocks`].
pub(crate) struct BlockFinder<'a> {
    previous: LumaPlane<'a>,
    current: LumaPlane<'a>,
    /// By the wide surrounding, which is right more often, and by the neighbourhood.
    wide: AnchorMatches,
    narrow: AnchorMatches,
}

impl MotionIndex {
    /// To look up where blocks of the tile at a position stood in the previous picture; nothing is found in
    /// tiles that were not damaged.
    pub(crate) fn blocks<'a>(
        &self,
        previous: LumaPlane<'a>,
        current: LumaPlane<'a>,
        (x, y): (usize, usize),
    ) -> BlockFinder<'a> {
        let tile = &self.tiles[y / SUPERBLOCK * self.width.div_ceil(SUPERBLOCK) + x / SUPERBLOCK];
        let mut blocks = BlockFinder {
            previous,
            current,
            wide: AnchorMatches::default(),
            narrow: AnchorMatches::default(),
        };
        if tile.scanned {
            for anchor in tile.current().all() {
                blocks.wide.note(anchor, self.wide.places(anchor.wide));
                blocks.narrow.note(anchor, self.narrow.places(anchor.narrow));
            }
        }
        blocks
    }
}

impl BlockFinder<'_> {
    /// Where a block of the tile stood; the first place that is exactly equal.
    ///
    /// For blocks with texture that the global vectors don't explain.
    pub(crate) fn find(&self, at: (usize, usize), size: (usize, usize)) -> Option<Displacement> {
        if at.0 + size.0 > self.current.width || at.1 + size.1 > self.current.height {
            return None;
        }
        let (columns, rows) = around(at, size);
        let wide = self.wide.within(columns.clone(), rows.clone());
        let mut failed = (0, 0);
        wide.chain(self.narrow.within(columns, rows)).take(MAX_BLOCK_TRIALS).find(|by| {
            let matches = *by != failed && self.current.block_matches(&self.previous, at, size, *by);
            failed = *by;
            matches
        })
    }

    /// Whether nothing can be found.
    pub(crate) fn is_empty(&self) -> bool {
        self.wide.0.is_empty() && self.narrow.0.is_empty()
    }
}
