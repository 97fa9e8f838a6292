//! Which part of a picture changed, on a grid of tiles.
//!
//! A bit a tile: bounded by the picture's size, cheap to join, and the granularity at which both the
//! comparison and the encoders work. It does not say how a tile changed.

use crate::{Frame, Rect, Size};

/// The side of a damage tile in pixels: AV1's superblock, and where comparison by `memcmp` was measured
/// fastest.
pub const TILE_PX: u16 = 64;

/// The set of tiles that changed in a picture of one size.
#[derive(Clone, PartialEq, Eq)]
pub struct Damage {
    size: Size,
    columns: u16,
    rows: u16,
    tiles: Vec<bool>,
}

impl Damage {
    /// Nothing changed.
    pub fn none(size: Size) -> Self {
        let columns = size.width().div_ceil(TILE_PX);
        let rows = size.height().div_ceil(TILE_PX);
        Self { size, columns, rows, tiles: vec![false; columns as usize * rows as usize] }
    }

    /// Everything changed.
    pub fn all(size: Size) -> Self {
        let mut damage = Self::none(size);
        damage.tiles.fill(true);
        damage
    }

    /// The size of the picture it speaks of.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Whether no tile changed.
    pub fn is_empty(&self) -> bool {
        !self.tiles.contains(&true)
    }

    /// How many tiles changed.
    pub fn count(&self) -> usize {
        self.tiles.iter().filter(|changed| **changed).count()
    }

    /// Marks every tile that `rect` touches; what lies outside the picture is ignored.
    pub fn add(&mut self, rect: Rect) {
        let Some(rect) = rect.intersection(self.size.rect()) else { return };
        for row in rect.y() / TILE_PX..=(rect.bottom() - 1) / TILE_PX {
            for column in rect.x() / TILE_PX..=(rect.right() - 1) / TILE_PX {
                let index = self.index(column, row);
                self.tiles[index] = true;
            }
        }
    }

    /// Adds what changed in `other`, which must speak of the same size.
    ///
    /// # Panics
    /// Where the sizes differ.
    pub fn join(&mut self, other: &Self) {
        assert_eq!(self.size, other.size, "damage of one size");
        for (mine, theirs) in self.tiles.iter_mut().zip(&other.tiles) {
            *mine |= theirs;
        }
    }

    /// Forgets all changes.
    pub fn clear(&mut self) {
        self.tiles.fill(false);
    }

    /// The rectangles of the changed tiles, row by row, cut to the picture.
    pub fn tiles(&self) -> impl Iterator<Item = Rect> + '_ {
        self.tiles.iter().enumerate().filter(|(_, changed)| **changed).map(|(index, _)| {
            let index = index as u16;
            self.tile_rect(index % self.columns, index / self.columns)
        })
    }

    /// Whether each tile changed, row by row.
    pub(crate) fn flags(&self) -> &[bool] {
        &self.tiles
    }

    /// The smallest rectangle that covers every change.
    pub fn bounds(&self) -> Option<Rect> {
        self.tiles().reduce(Rect::union)
    }

    /// Keeps only the tiles in which the two pictures really differ: X11 reports redraws in the same colour
    /// too.
    ///
    /// # Panics
    /// Where the pictures are not of this damage's size.
    pub fn keep_changed(&mut self, before: &Frame, after: &Frame) {
        assert!(before.size() == self.size && after.size() == self.size, "pictures of the damage's size");
        for row in 0..self.rows {
            for column in 0..self.columns {
                let index = self.index(column, row);
                if self.tiles[index] {
                    let rect = self.tile_rect(column, row);
                    self.tiles[index] =
                        (rect.y()..rect.bottom()).any(|y| before.row(rect, y) != after.row(rect, y));
                }
            }
        }
    }

    fn index(&self, column: u16, row: u16) -> usize {
        row as usize * self.columns as usize + column as usize
    }

    fn tile_rect(&self, column: u16, row: u16) -> Rect {
        let (x, y) = (column * TILE_PX, row * TILE_PX);
        Rect::new(x, y, TILE_PX.min(self.size.width() - x), TILE_PX.min(self.size.height() - y))
            .expect("a tile of the grid touches the picture")
    }
}

impl std::fmt::Debug for Damage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Damage({} of {} tiles, within {:?})", self.count(), self.tiles.len(), self.bounds())
    }
}
