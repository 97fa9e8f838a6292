//! Inter prediction from one reference of the frame's own size (sections 7.11.3.3 and 7.11.3.4), and intra
//! block copy.
//!
//! Blocks are filtered with `EIGHTTAP` in both directions, intra block copy with `BILINEAR`. It knows no
//! second reference, no warped motion and no overlapped blocks.

mod filters;
#[cfg(test)]
mod tests;

use self::filters::{EIGHTTAP, EIGHTTAP_SMALL, SubpelFilters};
use super::plane::{PlaneArea, PlaneView, by_width, rows, rows_mut};
use crate::av1::types::Mv;

/// The longest side of a block.
const MAX_SIDE: usize = 64;

/// Samples of the reference that a filter reads before and after a position.
const TAPS_BEFORE: usize = 3;
const TAPS_AFTER: usize = 4;

/// Rows or columns of the reference that a filtered block reads.
const MAX_FILTERED: usize = MAX_SIDE + TAPS_BEFORE + TAPS_AFTER;

/// Predicts a block at a position of the frame into `dst`, whose first sample is the block's.
///
/// The reference's `width` and `height` are the picture's own in this plane (`lastX` and `lastY` plus 1),
/// beyond which the last column and row are repeated. `shift` is the plane's subsampling, 0 or 1.
pub(crate) fn predict(
    reference: PlaneView<'_>,
    block: PlaneArea,
    mv: Mv,
    shift: usize,
    dst: &mut [u8],
    stride: usize,
) {
    let x = ReferencePosition::new(block.x, mv.col, shift);
    let y = ReferencePosition::new(block.y, mv.row, shift);
    if x.fraction == 0 && y.fraction == 0 {
        match inside(reference, x.whole, y.whole, block.w, block.h) {
            Some(from) => by_width!(block.w, copy(from, reference.stride, block.h, dst, stride)),
            None => copy_clamped(reference, (x.whole, y.whole), (block.w, block.h), dst, stride),
        }
        return;
    }
    let (left, top) = (x.whole - TAPS_BEFORE as isize, y.whole - TAPS_BEFORE as isize);
    let (w, h) = (block.w + TAPS_BEFORE + TAPS_AFTER, block.h + TAPS_BEFORE + TAPS_AFTER);
    let taps = (x.taps(block.w), y.taps(block.h));
    match inside(reference, left, top, w, h) {
        Some(from) => by_width!(block.w, filter(from, reference.stride, taps, block.h, dst, stride)),
        None => {
            let mut patch = [0; MAX_FILTERED * MAX_FILTERED];
            copy_clamped(reference, (left, top), (w, h), &mut patch, MAX_FILTERED);
            by_width!(block.w, filter(&patch, MAX_FILTERED, taps, block.h, dst, stride));
        }
    }
}

/// Predicts a block of the plane from the same plane, with the block vector of intra block copy.
///
/// The vector is whole in luma and valid (section 5.11.26), so that what it points at lies within the tile
/// that `plane` holds and is no part of the block. In a subsampled plane it may point between samples.
/// `shift` is the plane's subsampling, 0 or 1.
pub(crate) fn predict_intrabc(plane: &mut [u8], stride: usize, block: PlaneArea, mv: Mv, shift: usize) {
    let x = ReferencePosition::new(block.x, mv.col, shift);
    let y = ReferencePosition::new(block.y, mv.row, shift);
    let (from_x, from_y) = (x.whole as usize, y.whole as usize);
    let mut line = [0; MAX_SIDE];
    let line = &mut line[..block.w];
    for i in 0..block.h {
        let from = (from_y + i) * stride + from_x;
        let to = (block.y + i) * stride + block.x;
        match (x.fraction != 0, y.fraction != 0) {
            (false, false) => {
                plane.copy_within(from..from + block.w, to);
                continue;
            }
            (true, false) => average_of_2(&plane[from..], &plane[from + 1..], line),
            (false, true) => average_of_2(&plane[from..], &plane[from + stride..], line),
            (true, true) => average_of_4(&plane[from..], &plane[from + stride..], line),
        }
        plane[to..to + block.w].copy_from_slice(line);
    }
}

/// Where a block's first sample lies in the reference along one axis.
#[derive(Clone, Copy)]
struct ReferencePosition {
    whole: isize,
    /// In 16ths of a sample.
    fraction: usize,
}

impl ReferencePosition {
    /// Section 7.11.3.3 for a reference of the frame's own size: of the 1024ths of a sample there, all but
    /// the constant half of a 16th are multiples of a 16th.
    fn new(at: usize, mv: i16, shift: usize) -> Self {
        let position = ((at as isize) << 4) + ((2 * isize::from(mv)) >> shift);
        Self { whole: position >> 4, fraction: (position & 15) as usize }
    }

    /// The filter for a block of a side along this axis, none where the position is whole.
    fn taps(self, side: usize) -> Option<Taps> {
        let filters: &SubpelFilters = if side <= 4 { &EIGHTTAP_SMALL } else { &EIGHTTAP };
        (self.fraction != 0).then(|| filters[self.fraction].map(|tap| i16::from(tap) / 2))
    }
}

/// A filter at half its scale: it sums up to 64, and the result for samples of 8 bits fits 16 bits.
type Taps = [i16; 8];

/// The samples of a plane from a position on, if the rectangle there lies within it.
fn inside(plane: PlaneView<'_>, x: isize, y: isize, w: usize, h: usize) -> Option<&[u8]> {
    let (x, y) = (usize::try_from(x).ok()?, usize::try_from(y).ok()?);
    (x + w <= plane.width && y + h <= plane.height).then(|| &plane.samples[y * plane.stride + x..])
}

fn copy<const W: usize>(from: &[u8], from_stride: usize, h: usize, dst: &mut [u8], stride: usize) {
    for (to, from) in rows_mut::<W>(dst, stride, h).zip(rows::<W>(from, from_stride, h)) {
        *to = *from;
    }
}

/// Copies a rectangle of which a part may lie outside of the plane.
fn copy_clamped(
    plane: PlaneView<'_>,
    (x, y): (isize, isize),
    (w, h): (usize, usize),
    dst: &mut [u8],
    stride: usize,
) {
    let before = x.min(0).unsigned_abs().min(w);
    let first = x.clamp(0, plane.width as isize - 1) as usize;
    let within = (w - before).min(plane.width - first);
    for (i, to) in dst.chunks_mut(stride).take(h).enumerate() {
        let from = plane.row((y + i as isize).clamp(0, plane.height as isize - 1) as usize);
        to[..before].fill(from[0]);
        to[before..before + within].copy_from_slice(&from[first..first + within]);
        to[before + within..w].fill(from[plane.width - 1]);
    }
}

/// Section 7.11.3.4; `from` starts with the first sample that the first row's filter reads.
fn filter<const W: usize>(
    from: &[u8],
    from_stride: usize,
    taps: (Option<Taps>, Option<Taps>),
    h: usize,
    dst: &mut [u8],
    stride: usize,
) {
    match taps {
        (Some(across), Some(down)) => filter_both::<W>(from, from_stride, across, down, h, dst, stride),
        (Some(across), None) => {
            // A whole position multiplies by 128, so that 4 of the 11 bits remain to be rounded off.
            let lines = from[TAPS_BEFORE * from_stride..].chunks(from_stride);
            for (to, line) in rows_mut::<W>(dst, stride, h).zip(lines) {
                let line = filter_across::<W>(line, across);
                for (to, sample) in to.iter_mut().zip(line) {
                    *to = ((sample + 8) >> 4).clamp(0, 255) as u8;
                }
            }
        }
        (None, Some(down)) => filter_down::<W>(from, from_stride, down, h, dst, stride),
        (None, None) => unreachable!("a whole position is copied"),
    }
}

/// One row of `intermediate`: `Round2( s, InterRound0 )` with `s` at half its scale.
fn filter_across<const W: usize>(line: &[u8], taps: Taps) -> [i16; W] {
    let line = &line[..W + 7];
    let mut sums = [2i16; W];
    for (t, tap) in taps.into_iter().enumerate() {
        for (sum, &sample) in sums.iter_mut().zip(&line[t..]) {
            *sum += tap * i16::from(sample);
        }
    }
    sums.map(|sum| sum >> 2)
}

/// A whole position across multiplies by 128 and rounds 3 bits off, so that 7 of the 11 bits remain; 6 at
/// half scale.
fn filter_down<const W: usize>(
    from: &[u8],
    from_stride: usize,
    taps: Taps,
    h: usize,
    dst: &mut [u8],
    stride: usize,
) {
    let from = &from[TAPS_BEFORE..];
    for (i, to) in rows_mut::<W>(dst, stride, h).enumerate() {
        let mut sums = [32i16; W];
        for (tap, line) in taps.into_iter().zip(rows::<W>(&from[i * from_stride..], from_stride, 8)) {
            for (sum, &sample) in sums.iter_mut().zip(line) {
                *sum += tap * i16::from(sample);
            }
        }
        for (to, sum) in to.iter_mut().zip(sums) {
            *to = (sum >> 6).clamp(0, 255) as u8;
        }
    }
}

fn filter_both<const W: usize>(
    from: &[u8],
    from_stride: usize,
    across: Taps,
    down: Taps,
    h: usize,
    dst: &mut [u8],
    stride: usize,
) {
    let mut intermediate = [[0i16; W]; MAX_FILTERED];
    let lines = &mut intermediate[..h + TAPS_BEFORE + TAPS_AFTER];
    for (line, from) in lines.iter_mut().zip(from.chunks(from_stride)) {
        *line = filter_across::<W>(from, across);
    }
    for (lines, to) in lines.windows(8).zip(rows_mut::<W>(dst, stride, h)) {
        let mut sums = [512i32; W];
        for (tap, line) in down.into_iter().zip(lines) {
            for (sum, &sample) in sums.iter_mut().zip(line) {
                *sum += i32::from(tap) * i32::from(sample);
            }
        }
        for (to, sum) in to.iter_mut().zip(sums) {
            *to = (sum >> 10).clamp(0, 255) as u8;
        }
    }
}

/// `BILINEAR` half way between two samples of a row or column.
fn average_of_2(a: &[u8], b: &[u8], to: &mut [u8]) {
    for ((to, &a), &b) in to.iter_mut().zip(a).zip(b) {
        *to = ((u16::from(a) + u16::from(b) + 1) >> 1) as u8;
    }
}

/// `BILINEAR` half way between two samples of two rows each: the first rounding loses nothing.
fn average_of_4(upper: &[u8], lower: &[u8], to: &mut [u8]) {
    let pairs = |line: &[u8], j: usize| u16::from(line[j]) + u16::from(line[j + 1]);
    let (upper, lower) = (&upper[..to.len() + 1], &lower[..to.len() + 1]);
    for (j, to) in to.iter_mut().enumerate() {
        *to = ((pairs(upper, j) + pairs(lower, j) + 2) >> 2) as u8;
    }
}
