//! What can be told of a superblock before it is coded: which of its 8x8 cells did not change, and which moved.
//!
//! A search aid, not in the specification. Both pictures are what was to be coded, not what was reconstructed: a cell
//! that is shown coarsely but did not change is left to refinement.

use super::planes::Planes;
use super::types::SUPERBLOCK;

/// Cells of a superblock as bits: bit `8 * row + column`.
pub(crate) type Cells = u64;

/// The side of a cell in luma samples: the smallest block.
pub(crate) const CELL: usize = 8;

/// Cells of a side of a superblock.
pub(crate) const CELLS: usize = SUPERBLOCK / CELL;

/// The cells of a block of `width` by `height` samples at a position in its superblock.
pub(crate) const fn block_cells(x: usize, y: usize, width: usize, height: usize) -> Cells {
    let row = ((1u64 << (width / CELL)) - 1) << (x / CELL);
    let rows = if height == SUPERBLOCK { u64::MAX } else { (1u64 << (height / CELL * CELLS)) - 1 };
    (row & 0xff) * (0x0101_0101_0101_0101 & rows) << (y / CELL * CELLS)
}

/// The cells of the superblock at a luma position of which any sample lies within the picture.
pub(crate) fn visible_cells(planes: &Planes, x: usize, y: usize) -> Cells {
    let width = (planes.width - x).min(SUPERBLOCK).next_multiple_of(CELL);
    let height = (planes.height - y).min(SUPERBLOCK).next_multiple_of(CELL);
    block_cells(0, 0, width, height)
}

/// The cells of the superblock at a luma position in which two pictures are equal.
pub(crate) fn equal_cells(a: &Planes, b: &Planes, x: usize, y: usize) -> Cells {
    let mut different = [0; CELLS];
    for plane in 0..3 {
        let shift = a.shift(plane);
        let (left, top) = (x >> shift, y >> shift);
        for row in 0..SUPERBLOCK >> shift {
            let width = SUPERBLOCK >> shift;
            let cell_row = &mut different[row * CELLS / (SUPERBLOCK >> shift)];
            let (a, b) = (&a.planes[plane], &b.planes[plane]);
            *cell_row |=
                different_cells(a.row(left, top + row, width), b.row(left, top + row, width), CELL >> shift);
        }
    }
    !pack(different)
}

/// Those of `candidates` that are equal to `before`, `(dx, dy)` luma samples away; cells that reach over an edge of
/// either picture never are.
pub(crate) fn moved_cells(
    now: &Planes,
    before: &Planes,
    (x, y): (usize, usize),
    (dx, dy): (i32, i32),
    candidates: Cells,
) -> Cells {
    let mut found = 0;
    for row in 0..CELLS {
        let wanted = candidates >> (row * CELLS) & 0xff;
        if wanted == 0 {
            continue;
        }
        // The span of wanted cells whose own place and whose origin lie within the picture.
        let inside = |column: &usize| {
            wanted >> column & 1 == 1 && within(now, x + column * CELL, y + row * CELL, dx, dy)
        };
        let Some(first) = (0..CELLS).find(inside) else { continue };
        let last = (0..CELLS).rev().find(inside).expect("there is a first");
        let position = (x + first * CELL, y + row * CELL);
        let different = different_in_row(now, before, position, (dx, dy), last + 1 - first);
        let span = ((1u64 << (last + 1 - first)) - 1) & !different;
        found |= (span << first & wanted) << (row * CELLS);
    }
    found
}

fn within(planes: &Planes, x: usize, y: usize, dx: i32, dy: i32) -> bool {
    let fits = |position: usize, delta: i32, size: usize| {
        position + CELL <= size
            && position.checked_add_signed(delta as isize).is_some_and(|origin| origin + CELL <= size)
    };
    fits(x, dx, planes.width) && fits(y, dy, planes.height)
}

fn different_in_row(
    now: &Planes,
    before: &Planes,
    (x, y): (usize, usize),
    (dx, dy): (i32, i32),
    cells: usize,
) -> Cells {
    let mut different = 0;
    for plane in 0..3 {
        let shift = now.shift(plane);
        let (left, top) = (x >> shift, y >> shift);
        let from_x = left.wrapping_add_signed((dx >> shift) as isize);
        let from_y = top.wrapping_add_signed((dy >> shift) as isize);
        for row in 0..CELL >> shift {
            let width = cells * CELL >> shift;
            different |= different_cells(
                now.planes[plane].row(left, top + row, width),
                before.planes[plane].row(from_x, from_y + row, width),
                CELL >> shift,
            );
        }
        if different.count_ones() as usize == cells {
            break;
        }
    }
    different
}

/// A bit for each `cell` samples that differ anywhere.
fn different_cells(a: &[u8], b: &[u8], cell: usize) -> Cells {
    if a == b {
        return 0;
    }
    let pairs = a.chunks_exact(cell).zip(b.chunks_exact(cell));
    pairs.enumerate().fold(0, |bits, (index, (a, b))| bits | u64::from(a != b) << index)
}

fn pack(rows: [Cells; CELLS]) -> Cells {
    rows.iter().enumerate().fold(0, |bits, (row, cells)| bits | cells << (row * CELLS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::av1::types::Chroma;
    use proptest::prelude::*;

    fn noise(planes: &mut Planes, mut state: u32) {
        for plane in &mut planes.planes {
            for sample in plane.samples_mut() {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *sample = (state >> 24) as u8;
            }
        }
    }

    #[test]
    fn cells_of_blocks() {
        assert_eq!(block_cells(0, 0, 64, 64), u64::MAX);
        assert_eq!(block_cells(8, 16, 16, 8), 0b110 << 16);
        assert_eq!(block_cells(32, 32, 32, 32), 0xf0f0_f0f0_0000_0000);
    }

    proptest! {
        #[test]
        fn a_changed_sample_changes_its_cell_alone(x in 0..64usize, y in 0..64usize, plane in 0..3usize, half: bool) {
            let chroma = if half { Chroma::Half } else { Chroma::Full };
            let mut a = Planes::new(128, 128, chroma);
            noise(&mut a, 3);
            let mut b = a.clone();
            let shift = a.shift(plane);
            let stride = b.planes[plane].stride();
            b.planes[plane].samples_mut()[((64 + y) >> shift) * stride + (x >> shift)] ^= 1;
            prop_assert_eq!(equal_cells(&a, &b, 0, 64), !block_cells(x / 8 * 8, y / 8 * 8, 8, 8));
            prop_assert_eq!(equal_cells(&a, &b, 64, 0), u64::MAX);
        }

        #[test]
        fn what_moved_is_found_where_it_came_from_within_the_picture(dx in -70..70i32, dy in -70..70i32) {
            let mut before = Planes::new(150, 140, Chroma::Full);
            noise(&mut before, 5);
            let mut now = before.clone();
            for plane in 0..3 {
                for y in 0..140i32 {
                    for x in 0..150i32 {
                        let from = ((x + dx).clamp(0, 149) as usize, (y + dy).clamp(0, 139) as usize);
                        let stride = now.planes[plane].stride();
                        now.planes[plane].samples_mut()[y as usize * stride + x as usize] =
                            before.planes[plane].row(from.0, from.1, 1)[0];
                    }
                }
            }
            let found = moved_cells(&now, &before, (64, 64), (dx, dy), u64::MAX);
            for row in 0..8 {
                for column in 0..8 {
                    let inside = within(&now, 64 + column * 8, 64 + row * 8, dx, dy);
                    prop_assert_eq!(found >> (row * 8 + column) & 1 == 1, inside, "cell {} {}", row, column);
                }
            }
        }
    }
}
