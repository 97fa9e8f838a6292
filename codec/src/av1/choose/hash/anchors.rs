//! Finding a tile's anchors: the places whose neighbourhood of 8x4 samples hashes to a fixed pattern.
//!
//! The selecting hash is a polynomial in 8 bit arithmetic, built by doubling so that the compiler vectorises
//! it over a row; only the few places it selects get keys of good quality. It knows nothing of pictures
//! before this one.

use std::ops::Range;

use super::{Displacement, LumaPlane};
use crate::av1::types::SUPERBLOCK;

/// The neighbourhood's width in samples.
pub(super) const WIDTH: usize = 8;

/// The neighbourhood's height in samples.
pub(super) const HEIGHT: usize = 4;

/// How many anchors of a tile are kept: as many as text has. Noise has more, but moves as a whole.
pub(super) const PER_TILE: usize = 48;

/// Of the 8 bits of the selecting hash, the uppermost 6 decide: one place in 64. Carries are what makes them
/// depend on every sample.
const PATTERN_SHIFT: u32 = 2;

/// What those bits must be: not zero, which is the hash of all that repeats every 4 samples, flat areas above
/// all.
const PATTERN: u8 = 0b10_1101;

/// The weights of the selecting hash: odd, so that no sample's weight vanishes, and a shift and a sum each;
/// otherwise arbitrary.
const WEIGHTS: [u8; 4] = [5, 9, 3, 17];

/// The multiplier that mixes keys: 2^64 over the golden ratio, odd.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// The surrounding that the wide key hashes, from the anchor: samples to the left and right, rows above and
/// below.
const SURROUNDING: (usize, usize, usize, usize) = (8, 24, 4, 8);

/// A place of the current or previous picture that is recognised by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HashAnchor {
    /// The hash of the neighbourhood, never 0.
    pub(super) narrow: u32,
    /// The hash of 32x12 samples around it, 0 for half of the anchors and where that leaves the picture.
    pub(super) wide: u32,
    x: u16,
    y: u16,
}

impl HashAnchor {
    const NONE: Self = Self { narrow: 0, wide: 0, x: 0, y: 0 };

    pub(super) fn x(&self) -> usize {
        self.x.into()
    }

    pub(super) fn place(&self) -> (u16, u16) {
        (self.x, self.y)
    }

    /// The distance to a place; wraps in pictures beyond 32767, where it is out of reach anyway.
    pub(super) fn to(self, place: (u16, u16)) -> Displacement {
        (place.0.wrapping_sub(self.x) as i16, place.1.wrapping_sub(self.y) as i16)
    }

    /// The anchor at a place, unless its rows are all the same, which says nothing of vertical motion.
    fn at(plane: &LumaPlane<'_>, x: usize, y: usize) -> Option<Self> {
        let rows: [u64; HEIGHT] = std::array::from_fn(|row| plane.word(x, y + row));
        if rows[1..].iter().all(|row| *row == rows[0]) {
            return None;
        }
        let narrow = (rows.into_iter().fold(0, mix) >> 32) as u32;
        let wide = if narrow & 1 == 0 { 0 } else { wide_key(plane, x, y) };
        Some(Self { narrow: narrow.max(2), wide, x: x as u16, y: y as u16 })
    }

    fn order(&self) -> (u16, u16) {
        (self.y, self.x)
    }
}

/// The anchors of a tile, row by row.
pub(super) struct TileAnchors {
    anchors: [HashAnchor; PER_TILE],
    len: usize,
}

impl TileAnchors {
    pub(super) const EMPTY: Self = Self { anchors: [HashAnchor::NONE; PER_TILE], len: 0 };

    pub(super) fn all(&self) -> &[HashAnchor] {
        &self.anchors[..self.len]
    }

    /// The anchors that stand in these rows of the picture.
    pub(super) fn rows(&self, rows: Range<usize>) -> impl Iterator<Item = &HashAnchor> + Clone {
        let start = self.all().partition_point(|anchor| usize::from(anchor.y) < rows.start);
        self.all()[start..].iter().take_while(move |anchor| usize::from(anchor.y) < rows.end)
    }

    /// Calls for every anchor that doesn't stand unchanged in `other`.
    pub(super) fn each_missing_in(&self, other: &Self, mut call: impl FnMut(&HashAnchor)) {
        let mut others = other.all();
        for anchor in self.all() {
            while others.first().is_some_and(|first| first.order() < anchor.order()) {
                others = &others[1..];
            }
            if others.first() != Some(anchor) {
                call(anchor);
            }
        }
    }

    /// Fills this with the anchors of the tile at `(x0, y0)`.
    pub(super) fn scan(&mut self, plane: &LumaPlane<'_>, x0: usize, y0: usize) {
        self.len = 0;
        let columns = (plane.width + 1).saturating_sub(x0 + WIDTH).min(SUPERBLOCK);
        let rows = (plane.height + 1).saturating_sub(y0 + HEIGHT).min(SUPERBLOCK);
        if columns == 0 || rows == 0 {
            return;
        }
        let hashes = hash_tile(plane, x0, y0, rows + HEIGHT - 1);
        for (row, hashes) in hashes.as_chunks::<ROW>().0.iter().take(rows).enumerate() {
            if !self.push_selected(hashes, |column| {
                if column < columns { HashAnchor::at(plane, x0 + column, y0 + row) } else { None }
            }) {
                return;
            }
        }
    }

    /// Appends the anchors where a row's hashes have the pattern; false when there is no more room.
    fn push_selected(&mut self, hashes: &[u8; ROW], anchor: impl Fn(usize) -> Option<HashAnchor>) -> bool {
        let mut selected = [0u8; SUPERBLOCK];
        for (selected, hash) in selected.iter_mut().zip(hashes) {
            *selected = u8::from(hash >> PATTERN_SHIFT == PATTERN);
        }
        for (index, eight) in selected.as_chunks::<8>().0.iter().enumerate() {
            let mut bits = u64::from_le_bytes(*eight);
            while bits != 0 {
                if let Some(anchor) = anchor(index * 8 + bits.trailing_zeros() as usize / 8) {
                    if self.len == PER_TILE {
                        return false;
                    }
                    self.anchors[self.len] = anchor;
                    self.len += 1;
                }
                bits &= bits - 1;
            }
        }
        true
    }
}

/// The samples of a row that a tile's neighbourhoods reach, in whole vectors of 8.
const ROW: usize = SUPERBLOCK + WIDTH;

/// The samples that a tile's neighbourhoods reach.
const AREA: usize = (SUPERBLOCK + HEIGHT) * ROW;

/// The selecting hashes of a tile's neighbourhoods, of [`ROW`] a row; samples beyond the picture count as 0,
/// and what lies in the last columns and rows means nothing.
///
/// Step by step over the whole tile and not row by row: reading at an odd distance what was just written
/// stalls.
fn hash_tile(plane: &LumaPlane<'_>, x0: usize, y0: usize, rows: usize) -> [u8; AREA] {
    let (mut a, mut b) = ([0; AREA], [0; AREA]);
    let length = (plane.width - x0).min(ROW);
    for (row, samples) in a.as_chunks_mut::<ROW>().0.iter_mut().take(rows).enumerate() {
        samples[..length].copy_from_slice(plane.row(x0, y0 + row, length));
    }
    combine::<1>(&a, &mut b, WEIGHTS[0]);
    combine::<2>(&b, &mut a, WEIGHTS[1]);
    // A difference, so that flat rows give 0.
    combine::<4>(&a, &mut b, u8::MAX);
    combine::<ROW>(&b, &mut a, WEIGHTS[2]);
    combine::<{ 2 * ROW }>(&a, &mut b, WEIGHTS[3]);
    b
}

/// Adds to each weighted hash the one `DISTANCE` further.
fn combine<const DISTANCE: usize>(from: &[u8; AREA], to: &mut [u8; AREA], weight: u8) {
    for ((to, near), far) in to.iter_mut().zip(from).zip(&from[DISTANCE..]) {
        *to = near.wrapping_mul(weight).wrapping_add(*far);
    }
}

fn mix(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(23) ^ word).wrapping_mul(MIX)
}

/// The key of an anchor's surrounding, of every second row; 0 where that leaves the picture.
fn wide_key(plane: &LumaPlane<'_>, x: usize, y: usize) -> u32 {
    let (left, right, up, down) = SURROUNDING;
    if x < left || y < up || x + right > plane.width || y + down > plane.height {
        return 0;
    }
    let mut lanes = [0u64; 4];
    for row in (y - up..y + down).step_by(2) {
        for (column, lane) in lanes.iter_mut().enumerate() {
            *lane = mix(*lane, plane.word(x - left + column * 8, row));
        }
    }
    ((lanes.into_iter().fold(0, mix) >> 32) as u32).max(1)
}
