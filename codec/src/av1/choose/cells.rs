//! What can be found out about a superblock before it is coded: which of its 8x8 cells did not change, and
//! which moved.
//!
//! A search aid, not in the specification. Both pictures are what was to be coded, not what was
//! reconstructed: a cell that is shown coarsely but did not change is left to refinement.

use crate::av1::reconstruct::plane::rows;
use crate::av1::reconstruct::planes::{PicturePlanes, SuperblockView};
use crate::av1::types::SUPERBLOCK;

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
    ((row & 0xff) * (0x0101_0101_0101_0101 & rows)) << (y / CELL * CELLS)
}

/// The cells of the superblock at a luma position of which any sample lies within the picture.
pub(crate) fn visible_cells(planes: &PicturePlanes, x: usize, y: usize) -> Cells {
    let width = (planes.width - x).min(SUPERBLOCK).next_multiple_of(CELL);
    let height = (planes.height - y).min(SUPERBLOCK).next_multiple_of(CELL);
    block_cells(0, 0, width, height)
}

/// The cells of a superblock in which two pictures are equal.
pub(crate) fn equal_cells(a: SuperblockView<'_>, b: SuperblockView<'_>) -> Cells {
    (0..CELLS).fold(0, |bits, row| bits | equal_in_row(a, b, row) << (row * CELLS))
}

/// How many superblocks side by side are compared at once: the stripes of both pictures then fit the first
/// cache.
pub(crate) const STRIPE: usize = 8;

/// Notes in which cells of one row two pictures are equal, for up to [`STRIPE`] superblocks side by side:
/// whole lines are read, as memory likes it.
pub(crate) fn note_equal_in_stripe(
    a: SuperblockView<'_>,
    b: SuperblockView<'_>,
    row: usize,
    equal: &mut [Cells],
) {
    for plane in 0..3 {
        let shift = if plane == 0 { 0 } else { a.shift };
        let (a, b) = (a.planes[plane], b.planes[plane]);
        if shift == 0 {
            note_equal_in_plane::<SUPERBLOCK, CELL>(a, b, row, equal);
        } else {
            note_equal_in_plane::<{ SUPERBLOCK / 2 }, { CELL / 2 }>(a, b, row, equal);
        }
    }
}

fn note_equal_in_plane<const W: usize, const C: usize>(
    (a, a_stride): (&[u8], usize),
    (b, b_stride): (&[u8], usize),
    row: usize,
    equal: &mut [Cells],
) {
    let mut differences = [[0; W]; STRIPE];
    let differences = &mut differences[..equal.len()];
    let lines =
        a[row * C * a_stride..].chunks(a_stride).zip(b[row * C * b_stride..].chunks(b_stride)).take(C);
    for (a, b) in lines {
        let pairs = a.as_chunks::<W>().0.iter().zip(b.as_chunks::<W>().0);
        for (difference, (a, b)) in differences.iter_mut().zip(pairs) {
            for ((difference, a), b) in difference.iter_mut().zip(a).zip(b) {
                *difference |= a ^ b;
            }
        }
    }
    for (differences, equal) in differences.iter().zip(equal) {
        if *differences != [0; W] {
            *equal &= !(0xff << (row * CELLS)) | equal_bits::<C>(differences) << (row * CELLS);
        }
    }
}

/// Whether two pictures are equal in some cells of a superblock.
pub(crate) fn all_equal(a: SuperblockView<'_>, b: SuperblockView<'_>, cells: Cells) -> bool {
    (0..CELLS).all(|row| {
        let wanted = cells >> (row * CELLS) & 0xff;
        wanted == 0 || wanted & !equal_in_row(a, b, row) == 0
    })
}

/// The mean squared error of some cells of a superblock: luma's with both of chroma's, about as it is in red,
/// green and blue.
pub(crate) fn mean_error(a: SuperblockView<'_>, b: SuperblockView<'_>, cells: Cells) -> f32 {
    let width = CELL * (cells & 0xff).count_ones() as usize;
    let height = CELL * (0..CELLS).filter(|row| cells >> (row * CELLS) & 0xff != 0).count();
    let of_plane = |plane: usize| {
        let shift = if plane == 0 { 0 } else { a.shift };
        let (width, height) = (width >> shift, height >> shift);
        let ((a, a_stride), (b, b_stride)) = (a.planes[plane], b.planes[plane]);
        let rows = a.chunks(a_stride).zip(b.chunks(b_stride)).take(height);
        let error: u32 = rows.map(|(a, b)| squared_error(&a[..width], &b[..width])).sum();
        error as f32 / (width * height) as f32
    };
    (0..3).map(of_plane).sum()
}

fn squared_error(a: &[u8], b: &[u8]) -> u32 {
    a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum()
}

/// The equal cells of one row of a superblock's cells, from bit 0 on.
fn equal_in_row(a: SuperblockView<'_>, b: SuperblockView<'_>, row: usize) -> Cells {
    let luma = equal_in_plane::<SUPERBLOCK, CELL>(a.planes[0], b.planes[0], row);
    let chroma = [1, 2].map(|plane| match a.shift {
        0 => equal_in_plane::<SUPERBLOCK, CELL>(a.planes[plane], b.planes[plane], row),
        _ => equal_in_plane::<{ SUPERBLOCK / 2 }, { CELL / 2 }>(a.planes[plane], b.planes[plane], row),
    });
    luma & chroma[0] & chroma[1]
}

/// The same of one plane, where a superblock's side is `W` and a cell's `C` samples: all differences are
/// gathered before any is looked at.
fn equal_in_plane<const W: usize, const C: usize>(
    (a, a_stride): (&[u8], usize),
    (b, b_stride): (&[u8], usize),
    row: usize,
) -> Cells {
    let mut differences = [0; W];
    let a = rows::<W>(&a[row * C * a_stride..], a_stride, C);
    for (a, b) in a.zip(rows::<W>(&b[row * C * b_stride..], b_stride, C)) {
        for ((difference, a), b) in differences.iter_mut().zip(a).zip(b) {
            *difference |= a ^ b;
        }
    }
    if differences == [0; W] { 0xff } else { equal_bits::<C>(&differences) }
}

/// A bit for each `C` samples without a difference.
fn equal_bits<const C: usize>(differences: &[u8]) -> Cells {
    let cells = differences.as_chunks::<C>().0.iter().enumerate();
    cells.fold(0, |bits, (index, cell)| bits | u64::from(*cell == [0; C]) << index)
}

/// Those of `candidates` that are equal to `before`, `(dx, dy)` luma samples away; cells that reach over an
/// edge of either picture never are.
pub(crate) fn moved_cells(
    now: &PicturePlanes,
    before: &PicturePlanes,
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

fn within(planes: &PicturePlanes, x: usize, y: usize, dx: i32, dy: i32) -> bool {
    let fits = |position: usize, delta: i32, size: usize| {
        position + CELL <= size
            && position.checked_add_signed(delta as isize).is_some_and(|origin| origin + CELL <= size)
    };
    fits(x, dx, planes.width) && fits(y, dy, planes.height)
}

/// The cells of a row, from a luma position on, that differ from those `(dx, dy)` away.
fn different_in_row(
    now: &PicturePlanes,
    before: &PicturePlanes,
    (x, y): (usize, usize),
    (dx, dy): (i32, i32),
    cells: usize,
) -> Cells {
    let mut equal = (1 << cells) - 1;
    for plane in 0..3 {
        let shift = now.shift(plane);
        let (left, top) = (x >> shift, y >> shift);
        let from_x = left.wrapping_add_signed((dx >> shift) as isize);
        let from_y = top.wrapping_add_signed((dy >> shift) as isize);
        let (now, before) = (&now.planes[plane], &before.planes[plane]);
        let now = (now.at(left, top), now.stride());
        let before = (before.at(from_x, from_y), before.stride());
        equal &= match (shift, cells) {
            (0, CELLS) => equal_in_plane::<SUPERBLOCK, CELL>(now, before, 0),
            (0, _) => equal_in_span::<CELL>(now, before, cells),
            _ => equal_in_span::<{ CELL / 2 }>(now, before, cells),
        };
        if equal == 0 {
            break;
        }
    }
    !equal
}

/// As [`equal_in_plane`], of so many cells only.
fn equal_in_span<const C: usize>(
    (a, a_stride): (&[u8], usize),
    (b, b_stride): (&[u8], usize),
    cells: usize,
) -> Cells {
    let mut differences = [0; SUPERBLOCK];
    let differences = &mut differences[..cells * C];
    for (a, b) in a.chunks(a_stride).zip(b.chunks(b_stride)).take(C) {
        let pairs = a.as_chunks::<C>().0.iter().zip(b.as_chunks::<C>().0);
        for (difference, (a, b)) in differences.as_chunks_mut::<C>().0.iter_mut().zip(pairs) {
            *difference = std::array::from_fn(|i| difference[i] | a[i] ^ b[i]);
        }
    }
    equal_bits::<C>(differences)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::av1::types::Chroma;
    use proptest::prelude::*;

    fn noise(planes: &mut PicturePlanes, mut state: u32) {
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
            let mut a = PicturePlanes::new(128, 128, chroma);
            noise(&mut a, 3);
            let mut b = a.clone();
            let shift = a.shift(plane);
            let stride = b.planes[plane].stride();
            b.planes[plane].samples_mut()[((64 + y) >> shift) * stride + (x >> shift)] ^= 1;
            prop_assert_eq!(equal_cells(a.superblock(0, 64), b.superblock(0, 64)), !block_cells(x / 8 * 8, y / 8 * 8, 8, 8));
            let mut striped = [u64::MAX; 2];
            (0..CELLS).for_each(|row| note_equal_in_stripe(a.superblock(0, 64), b.superblock(0, 64), row, &mut striped));
            prop_assert_eq!(striped, [!block_cells(x / 8 * 8, y / 8 * 8, 8, 8), u64::MAX]);
            let whole = u64::MAX;
            prop_assert!(!all_equal(a.superblock(0, 64), b.superblock(0, 64), whole));
            let others = !block_cells(x / 8 * 8, y / 8 * 8, 8, 8);
            prop_assert!(all_equal(a.superblock(0, 64), b.superblock(0, 64), others));
            prop_assert_eq!(equal_cells(a.superblock(64, 0), b.superblock(64, 0)), u64::MAX);
        }

        #[test]
        fn what_moved_is_found_where_it_came_from_within_the_picture(dx in -70..70i32, dy in -70..70i32) {
            let mut before = PicturePlanes::new(150, 140, Chroma::Full);
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
