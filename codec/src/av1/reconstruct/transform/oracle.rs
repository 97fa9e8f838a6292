//! The inverse transform of section 7.13 word for word and slow, for tests.
//!
//! Where a conforming stream never leads, results of B and of the ADST of 4 saturate.

use crate::av1::types::{TxSize, TxType};

use super::lanes::{cos128, sin128};

/// The residual of a block, rows of its width, flipped as its type says.
pub(super) fn inverse(coefs: &[i32], tx_size: TxSize, tx_type: TxType, lossless: bool) -> Vec<i32> {
    use TxType::*;
    let (log2_w, log2_h) = (tx_size.width_log2(), tx_size.height_log2());
    let (w, h) = (1 << log2_w, 1 << log2_h);
    let row_shift = [0, 1, 2, 2, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2][tx_size as usize];
    let row_shift = if lossless { 0 } else { row_shift };
    let mut residual = vec![0; w * h];
    for i in 0..h {
        let mut t = coefs[i * w..(i + 1) * w].to_vec();
        if log2_w.abs_diff(log2_h) == 1 {
            t.iter_mut().for_each(|x| *x = round2(*x * 2896, 12));
        }
        if lossless {
            wht(&mut t, 2);
        } else {
            match tx_type {
                DctDct | AdstDct | FlipAdstDct | HDct => dct(&mut t, log2_w),
                VDct | VAdst | VFlipAdst | Idtx => identity(&mut t, log2_w),
                DctAdst | AdstAdst | DctFlipAdst | FlipAdstFlipAdst | AdstFlipAdst | FlipAdstAdst | HAdst
                | HFlipAdst => adst(&mut t, log2_w),
            }
        }
        for j in 0..w {
            residual[i * w + j] = clamp16(round2(t[j], row_shift));
        }
    }
    for j in 0..w {
        let mut t: Vec<i32> = (0..h).map(|i| residual[i * w + j]).collect();
        if lossless {
            wht(&mut t, 0);
        } else {
            match tx_type {
                DctDct | DctAdst | DctFlipAdst | VDct => dct(&mut t, log2_h),
                HDct | HAdst | HFlipAdst | Idtx => identity(&mut t, log2_h),
                AdstDct | AdstAdst | FlipAdstDct | FlipAdstFlipAdst | AdstFlipAdst | FlipAdstAdst | VAdst
                | VFlipAdst => adst(&mut t, log2_h),
            }
        }
        for i in 0..h {
            residual[i * w + j] = round2(t[i], if lossless { 0 } else { 4 });
        }
    }
    let flip_ud = matches!(tx_type, FlipAdstDct | FlipAdstAdst | VFlipAdst | FlipAdstFlipAdst) && !lossless;
    let flip_lr = matches!(tx_type, DctFlipAdst | AdstFlipAdst | HFlipAdst | FlipAdstFlipAdst) && !lossless;
    let mut flipped = vec![0; w * h];
    for i in 0..h {
        for j in 0..w {
            let xx = if flip_lr { w - j - 1 } else { j };
            let yy = if flip_ud { h - i - 1 } else { i };
            flipped[yy * w + xx] = residual[i * w + j];
        }
    }
    flipped
}

fn round2(x: i32, n: u32) -> i32 {
    if n == 0 { x } else { (x + (1 << (n - 1))) >> n }
}

fn clamp16(x: i32) -> i32 {
    x.clamp(-(1 << 15), (1 << 15) - 1)
}

fn brev(bits: usize, x: usize) -> usize {
    (0..bits).map(|i| ((x >> i) & 1) << (bits - 1 - i)).sum()
}

fn b(t: &mut [i32], a: usize, b: usize, angle: usize, flip: usize) {
    let (cos, sin) = (i32::from(cos128(angle as i32)), i32::from(sin128(angle as i32)));
    let x = t[a] * cos - t[b] * sin;
    let y = t[a] * sin + t[b] * cos;
    t[a] = clamp16(round2(x, 12));
    t[b] = clamp16(round2(y, 12));
    if flip == 1 {
        t.swap(a, b);
    }
}

fn h(t: &mut [i32], a: usize, b: usize, flip: usize) {
    let (a, b) = if flip == 1 { (b, a) } else { (a, b) };
    let (x, y) = (t[a], t[b]);
    t[a] = clamp16(x + y);
    t[b] = clamp16(x - y);
}

#[rustfmt::skip]
fn dct(t: &mut [i32], n: usize) {
    let copy = t.to_vec();
    for (i, x) in t.iter_mut().enumerate() {
        *x = copy[brev(n, i)];
    }
    if n >= 5 { for i in 0..8 { b(t, 16 + i, 31 - i, 6 + (brev(3, 7 - i) << 3), 0) } }
    if n >= 4 { for i in 0..4 { b(t, 8 + i, 15 - i, 12 + (brev(2, 3 - i) << 4), 0) } }
    if n >= 5 { for i in 0..8 { h(t, 16 + 2 * i, 17 + 2 * i, i & 1) } }
    if n >= 3 { for i in 0..2 { b(t, 4 + i, 7 - i, 56 - 32 * i, 0) } }
    if n >= 4 { for i in 0..4 { h(t, 8 + 2 * i, 9 + 2 * i, i & 1) } }
    if n >= 5 {
        for i in 0..2 { for j in 0..2 {
            b(t, 30 - 4 * i - j, 17 + 4 * i + j, 24 + (j << 6) + ((1 - i) << 5), 1);
        } }
    }
    for i in 0..2 { b(t, 2 * i, 2 * i + 1, 32 + 16 * i, 1 - i) }
    if n >= 3 { for i in 0..2 { h(t, 4 + 2 * i, 5 + 2 * i, i) } }
    if n >= 4 { for i in 0..2 { b(t, 14 - i, 9 + i, 48 + 64 * i, 1) } }
    if n >= 5 { for i in 0..4 { for j in 0..2 { h(t, 16 + 4 * i + j, 19 + 4 * i - j, i & 1) } } }
    for i in 0..2 { h(t, i, 3 - i, 0) }
    if n >= 3 { b(t, 6, 5, 32, 1) }
    if n >= 4 { for i in 0..2 { for j in 0..2 { h(t, 8 + 4 * i + j, 11 + 4 * i - j, i) } } }
    if n >= 5 { for i in 0..4 { b(t, 29 - i, 18 + i, 48 + (i >> 1) * 64, 1) } }
    if n >= 3 { for i in 0..4 { h(t, i, 7 - i, 0) } }
    if n >= 4 { for i in 0..2 { b(t, 13 - i, 10 + i, 32, 1) } }
    if n >= 5 { for i in 0..2 { for j in 0..4 { h(t, 16 + i * 8 + j, 23 + i * 8 - j, i) } } }
    if n >= 4 { for i in 0..8 { h(t, i, 15 - i, 0) } }
    if n >= 5 { for i in 0..4 { b(t, 27 - i, 20 + i, 32, 1) } }
    if n >= 5 { for i in 0..16 { h(t, i, 31 - i, 0) } }
}

fn adst(t: &mut [i32], n: usize) {
    match n {
        2 => adst4(t),
        3 => adst8(t),
        _ => adst16(t),
    }
}

fn adst4(t: &mut [i32]) {
    let [sinpi_1_9, sinpi_2_9, sinpi_3_9, sinpi_4_9] = [1321, 2482, 3344, 3803];
    let mut s = [0; 7];
    s[0] = sinpi_1_9 * t[0];
    s[1] = sinpi_2_9 * t[0];
    s[2] = sinpi_3_9 * t[1];
    s[3] = sinpi_4_9 * t[2];
    s[4] = sinpi_1_9 * t[2];
    s[5] = sinpi_2_9 * t[3];
    s[6] = sinpi_4_9 * t[3];
    let a7 = t[0] - t[2];
    let b7 = a7 + t[3];
    s[0] += s[3];
    s[1] -= s[4];
    s[3] = s[2];
    s[2] = sinpi_3_9 * b7;
    s[0] += s[5];
    s[1] -= s[6];
    let x = [s[0] + s[3], s[1] + s[3], s[2], s[0] + s[1] - s[3]];
    for (t, x) in t.iter_mut().zip(x) {
        *t = clamp16(round2(x, 12));
    }
}

fn adst_input(t: &mut [i32]) {
    let copy = t.to_vec();
    for i in 0..t.len() {
        t[i] = copy[if i & 1 == 1 { i - 1 } else { t.len() - i - 1 }];
    }
}

fn adst_output(t: &mut [i32], n: usize) {
    let copy = t.to_vec();
    for (i, t) in t.iter_mut().enumerate() {
        let a = (i >> 3) & 1;
        let b = ((i >> 2) & 1) ^ ((i >> 3) & 1);
        let c = ((i >> 1) & 1) ^ ((i >> 2) & 1);
        let d = (i & 1) ^ ((i >> 1) & 1);
        let idx = ((d << 3) | (c << 2) | (b << 1) | a) >> (4 - n);
        *t = if i & 1 == 1 { -copy[idx] } else { copy[idx] };
    }
}

#[rustfmt::skip]
fn adst8(t: &mut [i32]) {
    adst_input(t);
    for i in 0..4 { b(t, 2 * i, 2 * i + 1, 60 - 16 * i, 1) }
    for i in 0..4 { h(t, i, 4 + i, 0) }
    for i in 0..2 { b(t, 4 + 3 * i, 5 + i, 48 - 32 * i, 1) }
    for i in 0..2 { for j in 0..2 { h(t, 4 * j + i, 2 + 4 * j + i, 0) } }
    for i in 0..2 { b(t, 2 + 4 * i, 3 + 4 * i, 32, 1) }
    adst_output(t, 3);
}

#[rustfmt::skip]
fn adst16(t: &mut [i32]) {
    adst_input(t);
    for i in 0..8 { b(t, 2 * i, 2 * i + 1, 62 - 8 * i, 1) }
    for i in 0..8 { h(t, i, 8 + i, 0) }
    for i in 0..2 {
        b(t, 8 + 2 * i, 9 + 2 * i, 56 - 32 * i, 1);
        b(t, 13 + 2 * i, 12 + 2 * i, 8 + 32 * i, 1);
    }
    for i in 0..4 { for j in 0..2 { h(t, 8 * j + i, 4 + 8 * j + i, 0) } }
    for i in 0..2 { for j in 0..2 { b(t, 4 + 8 * j + 3 * i, 5 + 8 * j + i, 48 - 32 * i, 1) } }
    for i in 0..2 { for j in 0..4 { h(t, 4 * j + i, 2 + 4 * j + i, 0) } }
    for i in 0..4 { b(t, 2 + 4 * i, 3 + 4 * i, 32, 1) }
    adst_output(t, 4);
}

fn identity(t: &mut [i32], n: usize) {
    for x in t {
        *x = match n {
            2 => round2(*x * 5793, 12),
            3 => *x * 2,
            4 => round2(*x * 11586, 12),
            _ => *x * 4,
        };
    }
}

fn wht(t: &mut [i32], shift: u32) {
    let mut a = t[0] >> shift;
    let mut c = t[1] >> shift;
    let mut d = t[2] >> shift;
    let mut b = t[3] >> shift;
    a += c;
    d -= b;
    let e = (a - d) >> 1;
    b = e - b;
    c = e - c;
    a -= b;
    d += c;
    t.copy_from_slice(&[a, b, c, d]);
}
