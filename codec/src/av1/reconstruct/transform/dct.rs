//! The DCT of 4 to 32 coefficients, section 7.13.2.3.
//!
//! A transform of twice the length is the shorter one of its even coefficients, a network of its odd
//! coefficients, and a last sum and difference of both: steps 17, 22, 26 and 29 of the section. The
//! permutation of section 7.13.2.2 happens on the way.

use std::array::from_fn;

use super::lanes::{Lanes, hadamard, rotate};
use super::network::network;

/// The inverse of 4 coefficients, in place.
#[inline(always)]
pub(super) fn inverse_dct4(t: &mut [Lanes; 4]) {
    t.swap(1, 2);
    inverse_even4(t);
}

/// The forward transform of 4 samples, in place.
#[inline(always)]
pub(super) fn forward_dct4(t: &mut [Lanes; 4]) {
    forward_even4(t);
    t.swap(1, 2);
}

/// The inverse of 8 coefficients, in place.
#[inline(always)]
pub(super) fn inverse_dct8(t: &mut [Lanes; 8]) {
    let mut even: [Lanes; 4] = from_fn(|i| t[2 * i]);
    let mut odd: [Lanes; 4] = from_fn(|i| t[2 * bit_reversed::<2>(i) + 1]);
    inverse_dct4(&mut even);
    inverse_odd4(&mut odd);
    for i in 0..4 {
        t[i] = even[i].saturating_add(odd[3 - i]);
        t[7 - i] = even[i].saturating_sub(odd[3 - i]);
    }
}

/// The forward transform of 8 samples, in place.
#[inline(always)]
pub(super) fn forward_dct8(t: &mut [Lanes; 8]) {
    let mut even: [Lanes; 4] = from_fn(|i| t[i].saturating_add(t[7 - i]));
    let mut odd: [Lanes; 4] = from_fn(|i| t[3 - i].saturating_sub(t[4 + i]));
    forward_dct4(&mut even);
    forward_odd4(&mut odd);
    for i in 0..4 {
        t[2 * i] = even[i];
        t[2 * bit_reversed::<2>(i) + 1] = odd[i];
    }
}

/// The inverse of 16 coefficients, in place.
#[inline(always)]
pub(super) fn inverse_dct16(t: &mut [Lanes; 16]) {
    let mut even: [Lanes; 8] = from_fn(|i| t[2 * i]);
    let mut odd: [Lanes; 8] = from_fn(|i| t[2 * bit_reversed::<3>(i) + 1]);
    inverse_dct8(&mut even);
    inverse_odd8(&mut odd);
    for i in 0..8 {
        t[i] = even[i].saturating_add(odd[7 - i]);
        t[15 - i] = even[i].saturating_sub(odd[7 - i]);
    }
}

/// The forward transform of 16 samples, in place.
#[inline(always)]
pub(super) fn forward_dct16(t: &mut [Lanes; 16]) {
    let mut even: [Lanes; 8] = from_fn(|i| t[i].saturating_add(t[15 - i]));
    let mut odd: [Lanes; 8] = from_fn(|i| t[7 - i].saturating_sub(t[8 + i]));
    forward_dct8(&mut even);
    forward_odd8(&mut odd);
    for i in 0..8 {
        t[2 * i] = even[i];
        t[2 * bit_reversed::<3>(i) + 1] = odd[i];
    }
}

/// The inverse of 32 coefficients, in place.
#[inline(always)]
pub(super) fn inverse_dct32(t: &mut [Lanes; 32]) {
    let mut even: [Lanes; 16] = from_fn(|i| t[2 * i]);
    let mut odd: [Lanes; 16] = from_fn(|i| t[2 * bit_reversed::<4>(i) + 1]);
    inverse_dct16(&mut even);
    inverse_odd16(&mut odd);
    for i in 0..16 {
        t[i] = even[i].saturating_add(odd[15 - i]);
        t[31 - i] = even[i].saturating_sub(odd[15 - i]);
    }
}

/// The forward transform of 32 samples, in place.
#[inline(always)]
pub(super) fn forward_dct32(t: &mut [Lanes; 32]) {
    let mut even: [Lanes; 16] = from_fn(|i| t[i].saturating_add(t[31 - i]));
    let mut odd: [Lanes; 16] = from_fn(|i| t[15 - i].saturating_sub(t[16 + i]));
    forward_dct16(&mut even);
    forward_odd16(&mut odd);
    for i in 0..16 {
        t[2 * i] = even[i];
        t[2 * bit_reversed::<4>(i) + 1] = odd[i];
    }
}

/// `brev`: the order in which the networks take coefficients.
const fn bit_reversed<const BITS: u32>(i: usize) -> usize {
    i.reverse_bits() >> (usize::BITS - BITS)
}

network! {
    /// The transform of 4, of permuted coefficients: steps 12 and 17.
    inverse_even4, forward_even4, 4, {
        X 32 (0, 1); B 48 (2, 3);
        H (0, 3); H (1, 2);
    }
}

network! {
    /// What a transform of 8 does with its odd coefficients: steps 8, 13 and 18.
    inverse_odd4, forward_odd4, 4, {
        B 56 (0, 3); B 24 (1, 2);
        H (0, 1); H (3, 2);
        X 32 (2, 1);
    }
}

network! {
    /// What a transform of 16 does with its odd coefficients: steps 5, 9, 14, 19 and 23.
    inverse_odd8, forward_odd8, 8, {
        B 60 (0, 7); B 28 (1, 6); B 44 (2, 5); B 12 (3, 4);
        H (0, 1); H (3, 2); H (4, 5); H (7, 6);
        X 48 (6, 1); X 112 (5, 2);
        H (0, 3); H (1, 2); H (7, 4); H (6, 5);
        X 32 (5, 2); X 32 (4, 3);
    }
}

network! {
    /// What a transform of 32 does with its odd coefficients: steps 3, 6, 10, 15, 20, 24 and 27.
    inverse_odd16, forward_odd16, 16, {
        B 62 (0, 15); B 30 (1, 14); B 46 (2, 13); B 14 (3, 12); B 54 (4, 11); B 22 (5, 10); B 38 (6, 9);
        B 6 (7, 8);
        H (0, 1); H (3, 2); H (4, 5); H (7, 6); H (8, 9); H (11, 10); H (12, 13); H (15, 14);
        X 56 (14, 1); X 120 (13, 2); X 24 (10, 5); X 88 (9, 6);
        H (0, 3); H (1, 2); H (7, 4); H (6, 5); H (8, 11); H (9, 10); H (15, 12); H (14, 13);
        X 48 (13, 2); X 48 (12, 3); X 112 (11, 4); X 112 (10, 5);
        H (0, 7); H (1, 6); H (2, 5); H (3, 4); H (15, 8); H (14, 9); H (13, 10); H (12, 11);
        X 32 (11, 4); X 32 (10, 5); X 32 (9, 6); X 32 (8, 7);
    }
}
