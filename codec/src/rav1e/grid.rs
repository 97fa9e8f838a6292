//! Changed boxes to the rectangles that are coded.
//!
//! Fewer rectangles cost fewer headers, smaller ones less area, several of them keep all cores busy. It knows
//! geometry only.

use crate::{Rect, Size, TILE_PX};

/// The longest side of a coded rectangle in pixels: a whole screen is then some 40 of them, so that two to
/// eight cores share the work evenly, and one takes about 20 ms.
pub(super) const REGION_SIDE_PX: u16 = 4 * TILE_PX;

/// The multiple that rectangles are widened to, in pixels: AV1 codes whole blocks of 8 anyway.
const ALIGN_PX: u16 = 8;

/// How many times larger a rectangle may become by being widened to whole tiles: whole ones are coded more
/// than twice as fast as cut ones.
const WHOLE_TILES_WORTH: usize = 2;

/// What a rectangle costs beyond its pixels (headers, a context), as an area in pixels: joining two is worth
/// this much more to code.
const OVERHEAD_PX: usize = 1024;

/// The number of rectangles from which on neighbours across cells are not joined: they are full cells then.
const JOIN_ACROSS_MAX: usize = 64;

/// All tiles of a picture.
pub(super) fn all_tiles(size: Size) -> Vec<Rect> {
    crate::Damage::all(size).tiles().collect()
}

/// Joins `boxes`, each within one tile of a picture of `size`, into rectangles that cover them: of at most
/// [`REGION_SIDE_PX`], then widened to whole blocks or tiles.
pub(super) fn regions(boxes: &[Rect], size: Size) -> Vec<Rect> {
    let cell = |rect: &Rect| (rect.y() / REGION_SIDE_PX, rect.x() / REGION_SIDE_PX);
    let mut boxes = boxes.to_vec();
    boxes.sort_by_key(cell);
    let mut regions = Vec::new();
    for of_cell in boxes.chunk_by(|a, b| cell(a) == cell(b)) {
        let mut joined = of_cell.to_vec();
        join(&mut joined);
        regions.append(&mut joined);
    }
    if regions.len() <= JOIN_ACROSS_MAX {
        join(&mut regions);
    }
    regions.into_iter().map(|region| align(region, size)).collect()
}

/// `rect` widened to whole blocks or tiles. At the far edges it is moved inwards rather than cut: what counts
/// is its size.
fn align(rect: Rect, size: Size) -> Rect {
    let tiles = widen(rect, TILE_PX, size);
    if tiles.area() <= WHOLE_TILES_WORTH * rect.area() { tiles } else { widen(rect, ALIGN_PX, size) }
}

fn widen(rect: Rect, step: u16, size: Size) -> Rect {
    let (left, right) = span(rect.x(), rect.right(), step, size.width());
    let (top, bottom) = span(rect.y(), rect.bottom(), step, size.height());
    Rect::new(left, top, right - left, bottom - top).expect("grown from a rectangle of the picture")
}

/// From `start` to `end`, widened to multiples of `step` and moved below `limit`.
fn span(start: u16, end: u16, step: u16, limit: u16) -> (u16, u16) {
    let (start, end) = (start / step * step, end.next_multiple_of(step));
    (start - start.min(end.saturating_sub(limit)), end.min(limit))
}

/// Joins pairs while that pays.
fn join(rects: &mut Vec<Rect>) {
    let mut first = 0;
    while first < rects.len() {
        let partner = (first + 1..rects.len()).find(|&second| pays(rects[first], rects[second]));
        match partner {
            Some(second) => {
                let other = rects.swap_remove(second);
                rects[first] = rects[first].union(other);
                first = 0;
            }
            None => first += 1,
        }
    }
}

fn pays(a: Rect, b: Rect) -> bool {
    let union = a.union(b);
    union.width() <= REGION_SIDE_PX
        && union.height() <= REGION_SIDE_PX
        && union.area() <= a.area() + b.area() + OVERHEAD_PX
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rect(x: u16, y: u16, width: u16, height: u16) -> Rect {
        Rect::new(x, y, width, height).expect("valid")
    }

    #[test]
    fn a_whole_screen_becomes_full_cells() {
        let size = Size::new(1920, 1080).expect("valid");
        let regions = regions(&all_tiles(size), size);
        assert_eq!(regions.len(), 8 * 5);
        assert!(regions.iter().all(|region| region.fits(size) && region.height().is_multiple_of(TILE_PX)));
        assert!(
            all_tiles(size)
                .iter()
                .all(|tile| { regions.iter().any(|region| region.intersection(*tile) == Some(*tile)) })
        );
    }

    #[test]
    fn neighbours_join_across_cells_and_distant_boxes_do_not() {
        let size = Size::new(640, 480).expect("valid");
        assert_eq!(regions(&[rect(248, 8, 8, 16), rect(256, 8, 8, 16)], size), [rect(248, 8, 16, 16)]);
        assert_eq!(regions(&[rect(0, 0, 8, 8), rect(200, 200, 8, 8)], size).len(), 2);
    }

    #[test]
    fn alignment_stays_inside() {
        let size = Size::new(101, 99).expect("valid");
        assert_eq!(align(rect(97, 91, 2, 2), size), rect(93, 88, 8, 8));
        assert_eq!(align(rect(0, 97, 2, 2), size), rect(0, 91, 8, 8));
        let small = Size::new(5, 3).expect("valid");
        assert_eq!(align(rect(4, 2, 1, 1), small), small.rect());
    }
}
