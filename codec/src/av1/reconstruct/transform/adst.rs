//! The ADST of 4, 8 and 16 coefficients, sections 7.13.2.4 to 7.13.2.9.

use std::array::from_fn;

use super::lanes::{Lanes, ZERO, hadamard, rotate, round2_narrow};
use super::network::network;

/// `SINPI_1_9` to `SINPI_4_9`.
const SINPI: [i16; 4] = [1321, 2482, 3344, 3803];

/// The inverse of 4 coefficients, in place: the sums of section 7.13.2.6, sorted by coefficient.
#[inline(always)]
pub(super) fn inverse_adst4(t: &mut [Lanes; 4]) {
    let [s1, s2, s3, s4] = SINPI.map(Lanes::splat);
    let x = *t;
    let s0 = x[0].widening_mul(s1) + x[2].widening_mul(s4) + x[3].widening_mul(s2);
    let s1 = x[0].widening_mul(s2) - x[2].widening_mul(s1) - x[3].widening_mul(s4);
    let middle = x[0].widening_mul(s3) - x[2].widening_mul(s3) + x[3].widening_mul(s3);
    let s3 = x[1].widening_mul(s3);
    *t = [s0 + s3, s1 + s3, middle, s0 + s1 - s3].map(|x| round2_narrow(x, 12));
}

/// The forward transform of 4 samples, in place: the same matrix transposed.
#[inline(always)]
pub(super) fn forward_adst4(t: &mut [Lanes; 4]) {
    let [s1, s2, s3, s4] = SINPI.map(Lanes::splat);
    let x = *t;
    let c0 = x[0].widening_mul(s1) + x[1].widening_mul(s2) + x[2].widening_mul(s3) + x[3].widening_mul(s4);
    let c1 = x[0].widening_mul(s3) + x[1].widening_mul(s3) - x[3].widening_mul(s3);
    let c2 = x[0].widening_mul(s4) - x[1].widening_mul(s1) - x[2].widening_mul(s3) + x[3].widening_mul(s2);
    let c3 = x[0].widening_mul(s2) - x[1].widening_mul(s4) + x[2].widening_mul(s3) - x[3].widening_mul(s1);
    *t = [c0, c1, c2, c3].map(|x| round2_narrow(x, 12));
}

/// The inverse of 8 coefficients, in place.
#[inline(always)]
pub(super) fn inverse_adst8(t: &mut [Lanes; 8]) {
    let mut inner: [Lanes; 8] = from_fn(|i| t[input_index::<8>(i)]);
    inverse_network8(&mut inner);
    *t = from_fn(|i| alternate(i, inner[output_index::<3>(i)]));
}

/// The forward transform of 8 samples, in place.
#[inline(always)]
pub(super) fn forward_adst8(t: &mut [Lanes; 8]) {
    let mut inner = [ZERO; 8];
    for i in 0..8 {
        inner[output_index::<3>(i)] = alternate(i, t[i]);
    }
    forward_network8(&mut inner);
    for i in 0..8 {
        t[input_index::<8>(i)] = inner[i];
    }
}

/// The inverse of 16 coefficients, in place.
#[inline(always)]
pub(super) fn inverse_adst16(t: &mut [Lanes; 16]) {
    let mut inner: [Lanes; 16] = from_fn(|i| t[input_index::<16>(i)]);
    inverse_network16(&mut inner);
    *t = from_fn(|i| alternate(i, inner[output_index::<4>(i)]));
}

/// The forward transform of 16 samples, in place.
#[inline(always)]
pub(super) fn forward_adst16(t: &mut [Lanes; 16]) {
    let mut inner = [ZERO; 16];
    for i in 0..16 {
        inner[output_index::<4>(i)] = alternate(i, t[i]);
    }
    forward_network16(&mut inner);
    for i in 0..16 {
        t[input_index::<16>(i)] = inner[i];
    }
}

/// Where the network takes its value `i` from (section 7.13.2.4).
const fn input_index<const N: usize>(i: usize) -> usize {
    if i & 1 == 1 { i - 1 } else { N - i - 1 }
}

/// Where output `i` comes from in the network (section 7.13.2.5).
const fn output_index<const N_LOG2: usize>(i: usize) -> usize {
    let gray = i ^ (i >> 1);
    ((gray & 1) << 3 | (gray & 2) << 1 | (gray & 4) >> 1 | (gray & 8) >> 3) >> (4 - N_LOG2)
}

/// Negates every other output.
#[inline(always)]
fn alternate(i: usize, x: Lanes) -> Lanes {
    if i & 1 == 1 { ZERO.saturating_sub(x) } else { x }
}

network! {
    /// Section 7.13.2.7 without its permutations.
    inverse_network8, forward_network8, 8, {
        X 60 (0, 1); X 44 (2, 3); X 28 (4, 5); X 12 (6, 7);
        H (0, 4); H (1, 5); H (2, 6); H (3, 7);
        X 48 (4, 5); X 16 (7, 6);
        H (0, 2); H (4, 6); H (1, 3); H (5, 7);
        X 32 (2, 3); X 32 (6, 7);
    }
}

network! {
    /// Section 7.13.2.8 without its permutations.
    inverse_network16, forward_network16, 16, {
        X 62 (0, 1); X 54 (2, 3); X 46 (4, 5); X 38 (6, 7); X 30 (8, 9); X 22 (10, 11); X 14 (12, 13);
        X 6 (14, 15);
        H (0, 8); H (1, 9); H (2, 10); H (3, 11); H (4, 12); H (5, 13); H (6, 14); H (7, 15);
        X 56 (8, 9); X 8 (13, 12); X 24 (10, 11); X 40 (15, 14);
        H (0, 4); H (8, 12); H (1, 5); H (9, 13); H (2, 6); H (10, 14); H (3, 7); H (11, 15);
        X 48 (4, 5); X 48 (12, 13); X 16 (7, 6); X 16 (15, 14);
        H (0, 2); H (4, 6); H (8, 10); H (12, 14); H (1, 3); H (5, 7); H (9, 11); H (13, 15);
        X 32 (2, 3); X 32 (6, 7); X 32 (10, 11); X 32 (14, 15);
    }
}
