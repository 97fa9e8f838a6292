//! Block motion by hashing, for scrolled and dragged content: any distance, whole samples.
//!
//! Not in the specification, which leaves the search to the encoder. Places whose neighbourhood hashes to a
//! fixed pattern are *anchors*: the same content has the same anchors wherever it stands, so that looking
//! them up in the previous picture gives its motion without a search. Everything found is verified sample by
//! sample.
//!
//! What it does not do: it looks at luma only (the caller verifies chroma), finds no motion that changes
//! samples (blends, fractions of a sample), and keeps no picture.

mod anchors;
mod blocks;
mod table;
#[cfg(test)]
mod tests;
mod votes;

use anchors::{HashAnchor, TileAnchors};
pub(crate) use blocks::BlockFinder;
use table::AnchorTable;
use votes::{DisplacementVotes, Probe};

use crate::av1::frame::workers::WorkerThreads;
use crate::av1::types::SUPERBLOCK;

/// How many vectors [`MotionIndex::find_global_vectors`] gives at most: more windows never move at once.
pub(crate) const MAX_GLOBAL_VECTORS: usize = 4;

/// The longest distance a vector can hold in one direction, in samples: motion vectors of AV1 end at 2^14
/// eighths. Which of them a frame uses together is another matter, see [`super::reach`].
const MAX_DISTANCE: i32 = 2047;

/// How many damaged tiles make threads share their scan: waking a thread takes as long as a few tiles.
const PARALLEL_FROM: usize = 32;

/// A distance in whole samples: the block at `(x, y)` is found in the previous picture at `(x + dx, y + dy)`.
pub(crate) type Displacement = (i16, i16);

/// A plane of 8 bit samples that someone else holds.
#[derive(Clone, Copy)]
pub(crate) struct LumaPlane<'a> {
    samples: &'a [u8],
    stride: usize,
    width: usize,
    height: usize,
}

impl<'a> LumaPlane<'a> {
    /// A plane of `width` by `height` samples whose rows start `stride` samples apart.
    ///
    /// # Panics
    /// Where `samples` doesn't hold them.
    pub(crate) fn new(samples: &'a [u8], stride: usize, width: usize, height: usize) -> Self {
        assert!(width > 0 && height > 0 && stride >= width, "a plane's rows lie apart");
        assert!(samples.len() >= (height - 1) * stride + width, "a plane holds its samples");
        Self { samples, stride, width, height }
    }

    /// `length` samples of a row.
    fn row(&self, x: usize, y: usize, length: usize) -> &'a [u8] {
        &self.samples[y * self.stride + x..][..length]
    }

    /// The 8 samples from `(x, y)` to the right.
    fn word(&self, x: usize, y: usize) -> u64 {
        u64::from_le_bytes(self.row(x, y, 8).try_into().expect("eight samples"))
    }

    /// Whether a block of this plane equals the one `by` away in `previous`; false where that leaves the
    /// picture.
    fn block_matches(
        &self,
        previous: &Self,
        at: (usize, usize),
        size: (usize, usize),
        by: Displacement,
    ) -> bool {
        let ((x, y), (width, height)) = (at, size);
        let (Some(from_x), Some(from_y)) =
            (x.checked_add_signed(by.0.into()), y.checked_add_signed(by.1.into()))
        else {
            return false;
        };
        from_x + width <= previous.width
            && from_y + height <= previous.height
            && (0..height).all(|row| self.row(x, y + row, width) == previous.row(from_x, from_y + row, width))
    }
}

/// Up to [`MAX_GLOBAL_VECTORS`] displacements, the one that explains most samples first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct GlobalVectors {
    vectors: [Displacement; MAX_GLOBAL_VECTORS],
    len: usize,
}

impl GlobalVectors {
    /// The vectors found.
    pub(crate) fn as_slice(&self) -> &[Displacement] {
        &self.vectors[..self.len]
    }

    fn push(&mut self, vector: Displacement) {
        self.vectors[self.len] = vector;
        self.len += 1;
    }

    fn is_full(&self) -> bool {
        self.len == MAX_GLOBAL_VECTORS
    }
}

/// A tile's anchors in the previous and in the current picture.
struct TileHistory {
    sides: [TileAnchors; 2],
    current: usize,
    /// The current picture's side is filled.
    scanned: bool,
}

impl TileHistory {
    fn current(&self) -> &TileAnchors {
        &self.sides[self.current]
    }

    fn previous(&self) -> &TileAnchors {
        &self.sides[1 - self.current]
    }
}

/// The anchors of the previous picture by their hash, and those of the current picture's damaged tiles.
///
/// Each frame: [`Self::find_global_vectors`] once, [`Self::blocks`] for as many tiles as wanted (from any
/// thread), then [`Self::advance`]. It allocates when it is made only.
pub(crate) struct MotionIndex {
    width: usize,
    height: usize,
    tiles: Vec<TileHistory>,
    /// The tiles of the current picture that were scanned.
    damaged: Vec<u32>,
    /// By the hash of the anchor's own neighbourhood: for blocks.
    narrow: AnchorTable,
    /// By the hash of a wide surrounding, which a line of text doesn't repeat: for the picture.
    wide: AnchorTable,
    votes: DisplacementVotes,
    probes: Vec<Probe>,
}

impl MotionIndex {
    /// An index for pictures of one size, in samples, that knows no picture yet.
    pub(crate) fn new(width: usize, height: usize) -> Self {
        let tiles = width.div_ceil(SUPERBLOCK) * height.div_ceil(SUPERBLOCK);
        let history = || TileHistory { sides: [TileAnchors::EMPTY; 2], current: 0, scanned: false };
        Self {
            width,
            height,
            tiles: std::iter::repeat_with(history).take(tiles).collect(),
            damaged: Vec::with_capacity(tiles),
            narrow: AnchorTable::new(tiles * anchors::PER_TILE),
            wide: AnchorTable::new(tiles * anchors::PER_TILE / 2),
            votes: DisplacementVotes::new(),
            probes: Vec::with_capacity(tiles * anchors::PER_TILE),
        }
    }

    /// Finds the anchors of the current picture in its damaged tiles (64x64, row by row) and by them the
    /// motions that explain most of the damage. Tiles that are not damaged must be the same in both pictures.
    ///
    /// # Panics
    /// Where the pictures or the tiles are not of this index's size.
    pub(crate) fn find_global_vectors(
        &mut self,
        previous: LumaPlane<'_>,
        current: LumaPlane<'_>,
        damaged: &[bool],
        workers: &WorkerThreads,
    ) -> GlobalVectors {
        self.check_size(&previous);
        self.check_size(&current);
        assert_eq!(damaged.len(), self.tiles.len(), "a flag a tile");
        self.forget_scan();
        self.scan(&current, damaged, workers);
        self.vote();
        self.votes.winners(&previous, &current, &mut self.probes, workers)
    }

    /// Looks up where else in the previous picture a block of it (within one tile) stands, at a place that
    /// the caller accepts.
    pub(crate) fn find_within(
        &self,
        previous: LumaPlane<'_>,
        at: (usize, usize),
        size: (usize, usize),
        accept: impl Fn(Displacement) -> bool,
    ) -> Option<Displacement> {
        let ((x, y), (width, height)) = (at, size);
        if x + width > self.width || y + height > self.height {
            return None;
        }
        let tile = &self.tiles[y / SUPERBLOCK * self.width.div_ceil(SUPERBLOCK) + x / SUPERBLOCK];
        let (columns, rows) = blocks::around(at, size);
        let near = tile.previous().rows(rows).filter(|anchor| columns.contains(&anchor.x()));
        near.flat_map(|anchor| self.narrow.places(anchor.narrow).map(|place| anchor.to(place)))
            .filter(|by| *by != (0, 0) && within_reach(*by))
            .take(blocks::MAX_BLOCK_TRIALS)
            .find(|by| previous.block_matches(&previous, at, size, *by) && accept(*by))
    }

    /// Makes the current picture the previous one.
    pub(crate) fn advance(&mut self) {
        for &tile in &self.damaged {
            let tile = &mut self.tiles[tile as usize];
            let (old, new) = (tile.previous(), tile.current());
            old.each_missing_in(new, |anchor| {
                self.narrow.remove(anchor.narrow, anchor.place());
                self.wide.remove(anchor.wide, anchor.place());
            });
            new.each_missing_in(old, |anchor| {
                self.narrow.insert(anchor.narrow, anchor.place());
                self.wide.insert(anchor.wide, anchor.place());
            });
            tile.current = 1 - tile.current;
        }
        self.forget_scan();
    }

    fn check_size(&self, plane: &LumaPlane<'_>) {
        assert_eq!((plane.width, plane.height), (self.width, self.height), "pictures of one size");
    }

    fn forget_scan(&mut self) {
        for tile in self.damaged.drain(..) {
            self.tiles[tile as usize].scanned = false;
        }
    }

    fn scan(&mut self, current: &LumaPlane<'_>, damaged: &[bool], workers: &WorkerThreads) {
        let columns = self.width.div_ceil(SUPERBLOCK);
        self.damaged.extend((0u32..).zip(damaged).filter(|(_, damaged)| **damaged).map(|(index, _)| index));
        let rows = self.tiles.chunks_mut(columns).zip(damaged.chunks(columns)).enumerate();
        workers.share_if(self.damaged.len() >= PARALLEL_FROM, rows, |(row, (tiles, damaged))| {
            for (column, (tile, _)) in
                tiles.iter_mut().zip(damaged).enumerate().filter(|(_, (_, damaged))| **damaged)
            {
                tile.sides[tile.current].scan(current, column * SUPERBLOCK, row * SUPERBLOCK);
                tile.scanned = true;
            }
        });
    }

    /// Lets every wide anchor that has moved vote for where it stood.
    fn vote(&mut self) {
        self.votes.clear();
        self.probes.clear();
        for &tile in &self.damaged {
            for anchor in self.tiles[tile as usize].current().all().iter().filter(|anchor| anchor.wide != 0) {
                let mut places = [(0, 0); table::PLACES_PER_KEY];
                let mut len = 0;
                for (slot, by) in places.iter_mut().zip(self.wide_places(anchor)) {
                    *slot = by;
                    len += 1;
                }
                if len == 0 || places[..len].contains(&(0, 0)) {
                    continue;
                }
                self.probes.push(anchor.place());
                for &by in places[..len].iter().filter(|by| within_reach(**by)) {
                    self.votes.add(by, (table::PLACES_PER_KEY / len) as u32);
                }
            }
        }
    }

    fn wide_places(&self, anchor: &HashAnchor) -> impl Iterator<Item = Displacement> {
        let anchor = *anchor;
        self.wide.places(anchor.wide).map(move |place| anchor.to(place))
    }
}

fn within_reach(by: Displacement) -> bool {
    i32::from(by.0).abs() <= MAX_DISTANCE && i32::from(by.1).abs() <= MAX_DISTANCE
}
