//! How much two blocks differ, for the encoder's decisions: nothing here is of the specification.
//!
//! Blocks of 4, 8, 16, 32 or 64 columns have loops of known lengths; other widths, of blocks cut by the
//! picture's edge, go row by row. Each block is given by its first sample and its plane's stride.

use crate::av1::reconstruct::plane::{by_width, rows};

/// The sum of absolute differences; at most 1024 by 1024 samples.
pub(crate) fn sad(a: &[u8], stride_a: usize, b: &[u8], stride_b: usize, w: usize, h: usize) -> u32 {
    by_width!(w, sad_columns(a, stride_a, b, stride_b, h), _ => {
        lines(a, stride_a, w, h).zip(lines(b, stride_b, w, h)).map(|(a, b)| sad_of_line(a, b)).sum()
    })
}

/// Whether all samples are the same.
pub(crate) fn equal(a: &[u8], stride_a: usize, b: &[u8], stride_b: usize, w: usize, h: usize) -> bool {
    by_width!(w, equal_columns(a, stride_a, b, stride_b, h), _ => {
        lines(a, stride_a, w, h).eq(lines(b, stride_b, w, h))
    })
}

/// The source less its prediction, in rows of `w` to the first `w * h` values of `out`.
pub(crate) fn residual(
    src: &[u8],
    stride_src: usize,
    pred: &[u8],
    stride_pred: usize,
    w: usize,
    h: usize,
    out: &mut [i16],
) {
    let out = &mut out[..w * h];
    by_width!(w, residual_columns(src, stride_src, pred, stride_pred, out), _ => {
        let lines = lines(src, stride_src, w, h).zip(lines(pred, stride_pred, w, h));
        for (out, (src, pred)) in out.chunks_exact_mut(w).zip(lines) {
            difference(src, pred, out);
        }
    });
}

/// The sum of absolute transformed differences: Hadamard of 8x8, or of 4x4 where a side is 4, at the scale of
/// [`sad`].
///
/// Widths are 4, 8, 16, 32 or 64; heights are multiples of 4, and of 8 from 8 on.
pub(crate) fn satd(a: &[u8], stride_a: usize, b: &[u8], stride_b: usize, w: usize, h: usize) -> u32 {
    by_width!(w, satd_columns(a, stride_a, b, stride_b, h))
}

fn lines(samples: &[u8], stride: usize, w: usize, h: usize) -> impl Iterator<Item = &[u8]> {
    samples.chunks(stride).take(h).map(move |line| &line[..w])
}

fn sad_columns<const W: usize>(a: &[u8], stride_a: usize, b: &[u8], stride_b: usize, h: usize) -> u32 {
    rows::<W>(a, stride_a, h).zip(rows::<W>(b, stride_b, h)).map(|(a, b)| sad_of_line(a, b)).sum()
}

/// In pieces that the compiler sees one instruction for.
#[inline(always)]
fn sad_of_line(a: &[u8], b: &[u8]) -> u32 {
    let (pieces_a, rest_a) = a.as_chunks::<16>();
    let (pieces_b, rest_b) = b.as_chunks::<16>();
    let sum = |a: &[u8], b: &[u8]| a.iter().zip(b).map(|(&a, &b)| u32::from(a.abs_diff(b))).sum::<u32>();
    pieces_a.iter().zip(pieces_b).map(|(a, b)| sum(a, b)).sum::<u32>() + sum(rest_a, rest_b)
}

/// In pieces that are compared in registers; longer ones would be calls of `memcmp`.
fn equal_columns<const W: usize>(a: &[u8], stride_a: usize, b: &[u8], stride_b: usize, h: usize) -> bool {
    let pieces_equal = |(a, b): (&[u8; W], &[u8; W])| {
        let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<32>(), b.as_chunks::<32>());
        a.iter().zip(b).all(|(a, b)| a == b) && a_rest == b_rest
    };
    rows::<W>(a, stride_a, h).zip(rows::<W>(b, stride_b, h)).all(pieces_equal)
}

fn residual_columns<const W: usize>(
    src: &[u8],
    stride_src: usize,
    pred: &[u8],
    stride_pred: usize,
    out: &mut [i16],
) {
    let out = out.as_chunks_mut::<W>().0;
    let h = out.len();
    let lines = rows::<W>(src, stride_src, h).zip(rows::<W>(pred, stride_pred, h));
    for (out, (src, pred)) in out.iter_mut().zip(lines) {
        let (src, src_rest) = src.as_chunks::<16>();
        let (pred, pred_rest) = pred.as_chunks::<16>();
        let (out, out_rest) = out.as_chunks_mut::<16>();
        for (out, (src, pred)) in out.iter_mut().zip(src.iter().zip(pred)) {
            // By value, as only so it is plain that no store changes what is loaded next.
            let (src, pred) = (*src, *pred);
            *out = std::array::from_fn(|j| i16::from(src[j]) - i16::from(pred[j]));
        }
        difference(src_rest, pred_rest, out_rest);
    }
}

fn difference(src: &[u8], pred: &[u8], out: &mut [i16]) {
    for ((out, &src), &pred) in out.iter_mut().zip(src).zip(pred) {
        *out = i16::from(src) - i16::from(pred);
    }
}

fn satd_columns<const W: usize>(a: &[u8], stride_a: usize, b: &[u8], stride_b: usize, h: usize) -> u32 {
    let side = if W < 8 || h < 8 { 4 } else { 8 };
    let (mut strip, mut spare) = ([[0; W]; 8], [[0; W]; 8]);
    let (strip, spare) = (strip[..side].as_flattened_mut(), spare[..side].as_flattened_mut());
    let mut sum = 0;
    for y in (0..h).step_by(side) {
        residual_columns::<W>(&a[y * stride_a..], stride_a, &b[y * stride_b..], stride_b, strip);
        sum +=
            if side == 4 { hadamard_sum::<4, 16>(strip, spare) } else { hadamard_sum::<8, 64>(strip, spare) };
    }
    // The transform scales by the side.
    (sum + side as u32 / 2) / side as u32
}

/// The sum of the absolute coefficients of a strip of tiles of `N` by `N` samples: `N` rows as long as the
/// strip.
///
/// A butterfly between the halves of the strip whose results are interleaved rotates the bits of the samples'
/// indices. As many of them as a tile has bits of rows transform all columns, and leave the tiles one after
/// the other and transposed, all in whole vectors; after that come the rows in place. The last butterfly is
/// not made: `|a + b| + |a - b|` is twice the larger magnitude.
fn hadamard_sum<const N: usize, const SAMPLES: usize>(strip: &mut [i16], spare: &mut [i16]) -> u32 {
    let (mut from, mut to) = (strip, spare);
    for _ in 0..N.ilog2() {
        interleaved_butterfly(from, to);
        (from, to) = (to, from);
    }
    from.as_chunks_mut::<SAMPLES>().0.iter_mut().map(hadamard_rows_sum::<N, SAMPLES>).sum()
}

/// Out of line, with lengths that are not known: otherwise it is unrolled into single samples.
#[inline(never)]
fn interleaved_butterfly(from: &[i16], to: &mut [i16]) {
    let (upper, lower) = from.split_at(from.len() / 2);
    for ((to, a), b) in to.as_chunks_mut::<2>().0.iter_mut().zip(upper).zip(lower) {
        *to = [a + b, a - b];
    }
}

#[inline(always)]
fn hadamard_rows_sum<const N: usize, const SAMPLES: usize>(tile: &mut [i16; SAMPLES]) -> u32 {
    let mut distance = N;
    while distance < SAMPLES / 2 {
        for lines in tile.chunks_exact_mut(2 * distance) {
            let (upper, lower) = lines.split_at_mut(distance);
            for (a, b) in upper.iter_mut().zip(lower) {
                (*a, *b) = (*a + *b, *a - *b);
            }
        }
        distance *= 2;
    }
    let (upper, lower) = tile.split_at(SAMPLES / 2);
    let larger = |(&a, &b): (&i16, &i16)| i32::from(a.max(-a).max(b).max(-b));
    2 * upper.iter().zip(lower).map(larger).sum::<i32>() as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STRIDE_A: usize = 96;
    const STRIDE_B: usize = 80;

    /// Two planes that differ by noise, by everything or not at all.
    fn planes() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
        (any::<u64>(), 0u8..3).prop_map(|(seed, kind)| {
            let mut state = seed | 1;
            let mut next = || {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 24) as u8
            };
            let mut a = vec![0; STRIDE_A * 64];
            let mut b = vec![0; STRIDE_B * 64];
            for (a, b) in a.chunks_mut(STRIDE_A).zip(b.chunks_mut(STRIDE_B)) {
                for (a, b) in a.iter_mut().zip(b) {
                    (*a, *b) = match kind {
                        0 => (next(), next()),
                        1 => (255, 0),
                        _ => (7, 7),
                    };
                }
            }
            (a, b)
        })
    }

    fn differences(a: &[u8], b: &[u8], w: usize, h: usize) -> Vec<i64> {
        let at = |y: usize, x: usize| i64::from(a[y * STRIDE_A + x]) - i64::from(b[y * STRIDE_B + x]);
        (0..h).flat_map(|y| (0..w).map(move |x| at(y, x))).collect()
    }

    /// The product with a Hadamard matrix from both sides, whose elements are signs by the parity of common
    /// bits.
    fn slow_satd(differences: &[i64], w: usize, h: usize) -> u32 {
        let n = if w < 8 || h < 8 { 4 } else { 8 };
        let sign = |a: usize, b: usize| if (a & b).count_ones().is_multiple_of(2) { 1 } else { -1 };
        let mut sum = 0;
        for (y, x) in (0..h).step_by(n).flat_map(|y| (0..w).step_by(n).map(move |x| (y, x))) {
            for (v, u) in (0..n).flat_map(|v| (0..n).map(move |u| (v, u))) {
                let coefficient: i64 = (0..n)
                    .flat_map(|i| (0..n).map(move |j| (i, j)))
                    .map(|(i, j)| sign(v, i) * sign(u, j) * differences[(y + i) * w + x + j])
                    .sum();
                sum += coefficient.unsigned_abs();
            }
        }
        (sum as u32 + n as u32 / 2) / n as u32
    }

    proptest! {
        #[test]
        fn all_are_what_their_definitions_say(
            (a, b) in planes(),
            (w, h) in prop_oneof![
                (2usize..7, 2usize..7).prop_map(|(w, h)| (1 << w, 1 << h)),
                (1usize..65, 1usize..65),
            ],
        ) {
            let slow = differences(&a, &b, w, h);
            let absolute: u64 = slow.iter().map(|value| value.unsigned_abs()).sum();
            prop_assert_eq!(u64::from(sad(&a, STRIDE_A, &b, STRIDE_B, w, h)), absolute);
            prop_assert_eq!(equal(&a, STRIDE_A, &b, STRIDE_B, w, h), absolute == 0);
            let mut out = vec![0; w * h];
            residual(&a, STRIDE_A, &b, STRIDE_B, w, h, &mut out);
            prop_assert!(out.iter().map(|&value| i64::from(value)).eq(slow.iter().copied()));
            if w.is_power_of_two() && h.is_power_of_two() && w >= 4 && h >= 4 {
                prop_assert_eq!(satd(&a, STRIDE_A, &b, STRIDE_B, w, h), slow_satd(&slow, w, h));
            }
        }

        #[test]
        fn one_sample_makes_blocks_unequal(at in (0usize..64, 0usize..64)) {
            let a = vec![9; 64 * 64];
            let mut b = a.clone();
            b[at.1 * 64 + at.0] = 8;
            prop_assert!(!equal(&a, 64, &b, 64, 64, 64));
            prop_assert!(equal(&a, 64, &a, 64, 64, 64));
        }
    }
}
