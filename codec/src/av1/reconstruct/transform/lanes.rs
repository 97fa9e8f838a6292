//! Eight 16 bit lanes at a time, and the butterflies B and H of section 7.13.2.1 on them.
//!
//! A conforming stream keeps the results of B within 16 bits; where one would leave them, it saturates, as
//! decoders in common use do.

use wide::{i16x8, i32x8};

/// One value of each of eight columns or rows.
pub(super) type Lanes = i16x8;

/// How many columns or rows are processed at once.
pub(super) const LANES: usize = 8;

/// All lanes zero.
pub(super) const ZERO: Lanes = Lanes::ZERO;

/// `Round2(x, bits)`, saturated to 16 bits.
#[inline(always)]
pub(super) fn round2_narrow(x: i32x8, bits: u32) -> Lanes {
    Lanes::from_i32x8_saturate((x + i32x8::splat(1 << bits >> 1)) >> bits)
}

/// `Round2(x, bits)` without leaving 16 bits.
#[inline(always)]
pub(super) fn round2(x: Lanes, bits: u32) -> Lanes {
    if bits == 0 { x } else { (x >> bits) + ((x >> (bits - 1)) & Lanes::splat(1)) }
}

/// `Round2(x * factor, bits)`, saturated to 16 bits.
#[inline(always)]
pub(super) fn scale(x: Lanes, factor: i16, bits: u32) -> Lanes {
    round2_narrow(x.widening_mul(Lanes::splat(factor)), bits)
}

/// A row of eight coefficients as lanes, saturated to 16 bits.
#[inline(always)]
pub(super) fn narrow(row: &[i32; LANES]) -> Lanes {
    Lanes::from_i32x8_saturate(i32x8::new(*row))
}

/// Changes eight rows of eight columns into eight columns of eight rows.
#[inline(always)]
pub(super) fn transpose(rows: [Lanes; LANES]) -> [Lanes; LANES] {
    Lanes::transpose(rows)
}

/// B(a, b, angle, 0): a rotation.
#[inline(always)]
pub(super) fn rotate<const ANGLE: i32, const N: usize>(t: &mut [Lanes; N], a: usize, b: usize) {
    let cos = Lanes::splat(const { cos128(ANGLE) });
    let sin = Lanes::splat(const { sin128(ANGLE) });
    let (x, y) = (t[a], t[b]);
    t[a] = round2_narrow(x.widening_mul(cos) - y.widening_mul(sin), 12);
    t[b] = round2_narrow(x.widening_mul(sin) + y.widening_mul(cos), 12);
}

/// H(a, b, 0): the saturated sum and difference.
#[inline(always)]
pub(super) fn hadamard<const N: usize>(t: &mut [Lanes; N], a: usize, b: usize) {
    let (x, y) = (t[a], t[b]);
    t[a] = x.saturating_add(y);
    t[b] = x.saturating_sub(y);
}

/// `cos128`: 4096 times the cosine of `angle * pi / 128`.
pub(super) const fn cos128(angle: i32) -> i16 {
    match angle & 255 {
        angle @ 0..=64 => COS128_LOOKUP[angle as usize],
        angle @ 65..=128 => -COS128_LOOKUP[128 - angle as usize],
        angle @ 129..=192 => -COS128_LOOKUP[angle as usize - 128],
        angle => COS128_LOOKUP[256 - angle as usize],
    }
}

/// `sin128`, the same of the sine.
pub(super) const fn sin128(angle: i32) -> i16 {
    cos128(angle - 64)
}

/// `Cos128_Lookup`.
#[rustfmt::skip]
const COS128_LOOKUP: [i16; 65] = [
    4096, 4095, 4091, 4085, 4076, 4065, 4052, 4036, 4017, 3996, 3973, 3948, 3920, 3889, 3857, 3822,
    3784, 3745, 3703, 3659, 3612, 3564, 3513, 3461, 3406, 3349, 3290, 3229, 3166, 3102, 3035, 2967,
    2896, 2824, 2751, 2675, 2598, 2520, 2440, 2359, 2276, 2191, 2106, 2019, 1931, 1842, 1751, 1660,
    1567, 1474, 1380, 1285, 1189, 1092, 995, 897, 799, 700, 601, 501, 401, 301, 201, 101, 0,
];
