//! What the other side has been sent: the picture as it was then, and how coarsely each tile was coded.
//!
//! The copy tells exactly which pixels changed, which damage by tiles doesn't; it costs four bytes a pixel.

use super::rate::{self, BaseQuantiser};
use crate::{BYTES_PER_PIXEL, Damage, Frame, Rect, Size, TILE_PX};

/// The number of pictures in a row that a tile must change in to count as moving.
const MOVING_AFTER: u8 = 3;

/// The area from which on moving rectangles are coded coarser, in pixels: below it, fine costs neither time
/// nor bytes.
const MOVING_AREA_PX: usize = 192 * 192;

#[derive(Clone, Copy)]
struct KeptTile {
    quantiser: BaseQuantiser,
    /// In how many pictures it changed lately; falls with each in which it doesn't.
    heat: u8,
}

/// The other side's picture.
pub(super) struct KeptPicture {
    source: Frame,
    columns: usize,
    tiles: Vec<KeptTile>,
}

impl KeptPicture {
    /// Nothing has been sent of a picture of `size`.
    pub(super) fn new(size: Size) -> Self {
        let columns = usize::from(size.width().div_ceil(TILE_PX));
        let rows = usize::from(size.height().div_ceil(TILE_PX));
        let tiles = vec![KeptTile { quantiser: BaseQuantiser(u8::MAX), heat: 0 }; columns * rows];
        Self { source: Frame::new(size), columns, tiles }
    }

    pub(super) fn size(&self) -> Size {
        self.source.size()
    }

    /// The boxes, one a tile at most, in which `picture` differs from what was sent; it looks at `damage`
    /// only.
    pub(super) fn changes(&mut self, picture: &Frame, damage: &Damage) -> Vec<Rect> {
        let mut boxes = Vec::new();
        let mut heat = vec![false; self.tiles.len()];
        for tile in damage.tiles() {
            if let Some(changed) = changed_box(&self.source, picture, tile) {
                heat[self.index(tile)] = true;
                boxes.push(changed);
            }
        }
        if !boxes.is_empty() {
            for (tile, changed) in self.tiles.iter_mut().zip(heat) {
                tile.heat =
                    if changed { (tile.heat + 1).min(2 * MOVING_AFTER) } else { tile.heat.saturating_sub(1) };
            }
        }
        boxes
    }

    /// How fine `regions` may be coded at best: coarser where a large area is in motion.
    pub(super) fn quantiser_for(&self, regions: &[Rect]) -> BaseQuantiser {
        let moving: usize = regions
            .iter()
            .filter(|region| self.indices(**region).any(|index| self.tiles[index].heat >= MOVING_AFTER))
            .map(|region| region.area())
            .sum();
        if moving > MOVING_AREA_PX { rate::MOVING } else { rate::FINE }
    }

    /// Notes that `rect` was sent as it is in `picture`.
    pub(super) fn sent(&mut self, picture: &Frame, rect: Rect, quantiser: BaseQuantiser) {
        self.source.copy_rect(picture, rect);
        let size = self.size();
        let columns = self.columns;
        for index in self.indices(rect).collect::<Vec<_>>() {
            let tile = tile_rect(index, columns, size);
            let whole = tile.intersection(rect) == Some(tile);
            let before = self.tiles[index].quantiser;
            self.tiles[index].quantiser = if whole { quantiser } else { before.max(quantiser) };
        }
    }

    /// Whether any tile was coded coarser than it is to be at rest.
    pub(super) fn any_coarse(&self) -> bool {
        self.tiles.iter().any(|tile| tile.quantiser > rate::FINE)
    }

    /// The tiles that were coded coarser than they are to be at rest.
    pub(super) fn coarse_tiles(&self) -> Vec<Rect> {
        let coarse = self.tiles.iter().enumerate().filter(|(_, tile)| tile.quantiser > rate::FINE);
        coarse.map(|(index, _)| tile_rect(index, self.columns, self.size())).collect()
    }

    fn index(&self, rect: Rect) -> usize {
        usize::from(rect.y() / TILE_PX) * self.columns + usize::from(rect.x() / TILE_PX)
    }

    /// The tiles that `rect` touches.
    fn indices(&self, rect: Rect) -> impl Iterator<Item = usize> + use<> {
        let columns = self.columns;
        let rows = rect.y() / TILE_PX..=(rect.bottom() - 1) / TILE_PX;
        let (left, right) = (rect.x() / TILE_PX, (rect.right() - 1) / TILE_PX);
        rows.flat_map(move |row| {
            (left..=right).map(move |column| usize::from(row) * columns + usize::from(column))
        })
    }
}

fn tile_rect(index: usize, columns: usize, size: Size) -> Rect {
    let x = (index % columns) as u16 * TILE_PX;
    let y = (index / columns) as u16 * TILE_PX;
    Rect::new(x, y, TILE_PX.min(size.width() - x), TILE_PX.min(size.height() - y))
        .expect("a tile of the grid touches the picture")
}

/// The smallest rectangle within `tile` outside of which both pictures are equal.
fn changed_box(before: &Frame, after: &Frame, tile: Rect) -> Option<Rect> {
    let mut rows = (tile.y()..tile.bottom()).filter(|&y| before.row(tile, y) != after.row(tile, y));
    let top = rows.next()?;
    let bottom = rows.next_back().unwrap_or(top);
    let (mut left, mut right) = (tile.width(), 0);
    for y in top..=bottom {
        let pixels = before.row(tile, y).chunks_exact(BYTES_PER_PIXEL);
        let differs = |(a, b): (&[u8], &[u8])| a != b;
        let mut pairs = pixels.zip(after.row(tile, y).chunks_exact(BYTES_PER_PIXEL));
        if let Some(first) = pairs.clone().position(differs) {
            left = left.min(first as u16);
        }
        if let Some(last) = pairs.rposition(differs) {
            right = right.max(last as u16 + 1);
        }
    }
    Rect::new(tile.x() + left, top, right - left, bottom + 1 - top)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_boxed_exactly() {
        let size = Size::new(100, 100).expect("valid");
        let before = Frame::new(size);
        let mut after = before.clone();
        for (x, y) in [(70, 10), (75, 30)] {
            after.row_mut(size.rect(), y)[x * BYTES_PER_PIXEL] = 1;
        }
        let tile = Rect::new(64, 0, 36, 64).expect("valid");
        assert_eq!(changed_box(&before, &after, tile), Rect::new(70, 10, 6, 21));
        assert_eq!(changed_box(&before, &before, tile), None);
    }

    #[test]
    fn a_part_does_not_make_its_tile_fine() {
        let size = Size::new(128, 64).expect("valid");
        let picture = Frame::new(size);
        let mut kept = KeptPicture::new(size);
        kept.sent(&picture, size.rect(), rate::MOVING);
        kept.sent(&picture, Rect::new(0, 0, 8, 8).expect("valid"), rate::FINE);
        assert_eq!(kept.coarse_tiles().len(), 2);
        kept.sent(&picture, Rect::new(0, 0, 64, 64).expect("valid"), rate::FINE);
        assert_eq!(kept.coarse_tiles(), [Rect::new(64, 0, 64, 64).expect("valid")]);
    }
}
