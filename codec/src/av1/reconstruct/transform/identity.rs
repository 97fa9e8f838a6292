//! The identity transforms of 4 to 32 coefficients, sections 7.13.2.11 to 7.13.2.15.
//!
//! They scale like the others of their length do, in both directions.

use wide::i32x8;

use super::lanes::{Lanes, round2_narrow};

/// Scales all values of a line, then rounds `shift` bits away; saturates to 16 bits only after both.
#[inline(always)]
pub(super) fn identity<const N: usize>(t: &mut [Lanes; N], shift: u32) {
    for x in t {
        *x = round2_narrow(scaled::<N>(*x), shift);
    }
}

/// A value times the square root of `N / 2`.
#[inline(always)]
fn scaled<const N: usize>(x: Lanes) -> i32x8 {
    let product = |factor: i16| (x.widening_mul(Lanes::splat(factor)) + i32x8::splat(1 << 11)) >> 12;
    match N {
        4 => product(5793),
        8 => i32x8::from_i16x8(x) << 1,
        16 => product(11586),
        _ => i32x8::from_i16x8(x) << 2,
    }
}
