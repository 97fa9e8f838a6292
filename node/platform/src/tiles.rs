//! Bringing a frame up to date from a part of the screen, tile by tile, and noting which tiles really
//! changed.
//!
//! The one place where captured bytes are compared: every backend uses it.

use beistand_codec::{BYTES_PER_PIXEL, Damage, Frame, Rect, TILE_PX};

/// A part of the screen as it was captured.
#[derive(Clone, Copy)]
pub(crate) struct ScreenPart<'a> {
    /// Where on the screen it belongs.
    pub(crate) rect: Rect,
    /// B G R X, rows top to bottom.
    pub(crate) pixels: &'a [u8],
    /// Bytes from one row to the next.
    pub(crate) stride: usize,
}

impl<'a> ScreenPart<'a> {
    fn row(&self, rect: Rect, y: u16) -> &'a [u8] {
        let start = usize::from(y - self.rect.y()) * self.stride
            + usize::from(rect.x() - self.rect.x()) * BYTES_PER_PIXEL;
        &self.pixels[start..start + usize::from(rect.width()) * BYTES_PER_PIXEL]
    }
}

/// Copies the tiles of `part` that differ into `frame` and adds them to `damage`.
///
/// # Panics
/// Where the part lies outside the frame or has fewer pixels than its rectangle.
pub(crate) fn update(frame: &mut Frame, part: ScreenPart<'_>, damage: &mut Damage) {
    let rect = part.rect;
    for row in rect.y() / TILE_PX..=(rect.bottom() - 1) / TILE_PX {
        for column in rect.x() / TILE_PX..=(rect.right() - 1) / TILE_PX {
            let tile = Rect::new(column * TILE_PX, row * TILE_PX, TILE_PX, TILE_PX)
                .and_then(|tile| tile.intersection(rect))
                .expect("the loop runs over the tiles that the part touches");
            if copy_if_changed(frame, part, tile) {
                damage.add(tile);
            }
        }
    }
}

/// Copies from the first row that differs on; whether there was one.
fn copy_if_changed(frame: &mut Frame, part: ScreenPart<'_>, tile: Rect) -> bool {
    let Some(first) = (tile.y()..tile.bottom()).find(|y| frame.row(tile, *y) != part.row(tile, *y)) else {
        return false;
    };
    for y in first..tile.bottom() {
        frame.row_mut(tile, y).copy_from_slice(part.row(tile, y));
    }
    true
}

/// Most parts that one capture asks the server for: beyond that one larger part costs less than the many
/// requests.
const MAX_PARTS: usize = 64;

/// The damaged tiles as few rectangles that don't overlap.
pub(crate) fn parts(areas: &Damage) -> Vec<Rect> {
    let mut parts: Vec<Rect> = Vec::new();
    for run in runs(areas) {
        let above = parts
            .iter_mut()
            .rev()
            .find(|part| part.bottom() == run.y() && part.x() == run.x() && part.width() == run.width());
        match above {
            Some(part) => *part = part.union(run),
            None => parts.push(run),
        }
    }
    if parts.len() > MAX_PARTS {
        return areas.bounds().into_iter().collect();
    }
    parts
}

/// The damaged tiles, those side by side in a row joined.
fn runs(areas: &Damage) -> Vec<Rect> {
    let mut runs: Vec<Rect> = Vec::new();
    for tile in areas.tiles() {
        match runs.last_mut() {
            Some(run) if run.y() == tile.y() && run.right() == tile.x() => *run = run.union(tile),
            _ => runs.push(tile),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use beistand_codec::Size;

    use super::*;

    fn rect(x: u16, y: u16, width: u16, height: u16) -> Rect {
        Rect::new(x, y, width, height).expect("valid")
    }

    #[test]
    fn parts_cover_the_damage_once() {
        let size = Size::new(300, 300).expect("valid");
        let mut damage = Damage::none(size);
        damage.add(rect(0, 0, 100, 100));
        damage.add(rect(260, 260, 10, 10));
        let parts = parts(&damage);
        assert_eq!(parts, [rect(0, 0, 128, 128), rect(256, 256, 44, 44)]);
    }

    #[test]
    fn very_many_parts_become_one() {
        let size = Size::new(64 * 32, 64 * 32).expect("valid");
        let mut damage = Damage::none(size);
        for row in 0..32 {
            for column in (row % 2..32).step_by(2) {
                damage.add(rect(column * 64, row * 64, 1, 1));
            }
        }
        assert_eq!(parts(&damage), [size.rect()]);
    }

    #[test]
    fn only_tiles_that_differ_are_copied_and_marked() {
        let size = Size::new(130, 70).expect("valid");
        let mut frame = Frame::new(size);
        let part_rect = rect(60, 2, 70, 68);
        let mut pixels = vec![0; part_rect.area() * BYTES_PER_PIXEL];
        // The part's last pixel: the screen's (129, 69).
        let last = pixels.len() - BYTES_PER_PIXEL;
        pixels[last..].fill(9);
        let mut damage = Damage::none(size);
        let stride = usize::from(part_rect.width()) * BYTES_PER_PIXEL;
        update(&mut frame, ScreenPart { rect: part_rect, pixels: &pixels, stride }, &mut damage);
        assert_eq!(damage.tiles().collect::<Vec<_>>(), [rect(128, 64, 2, 6)]);
        assert_eq!(frame.pixels()[frame.pixels().len() - 4..], [9; 4]);
        assert_eq!(frame.pixels().iter().filter(|byte| **byte != 0).count(), 4);
    }
}
