//! Quantisation and dequantisation, sections 7.12.2 and 7.12.3, and what a bit is worth.
//!
//! What it does not do: quantiser matrices, segments (callers give the resulting index), other bit depths,
//! and choosing levels by their cost.

use wide::{i16x8, i32x8, u16x8};

use super::transform::NonzeroExtent;
use crate::av1::types::TxSize;

/// Above which magnitudes a coefficient gets which level, in 128ths of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LevelRounding {
    /// Added before rounding down; 64 is to the nearest level. 0 to 127.
    pub(crate) offset: u8,
    /// Magnitudes below this are 0 whatever the offset says.
    pub(crate) zero_below: u8,
}

impl LevelRounding {
    /// To the nearest level.
    pub(crate) const NEAREST: Self = Self { offset: 64, zero_below: 0 };
    /// Nearly to the nearest level: coefficients of intra blocks spread wide.
    pub(crate) const INTRA: Self = Self { offset: 56, zero_below: 76 };
    /// A fifth: what prediction from another picture leaves is mostly noise.
    pub(crate) const INTER: Self = Self { offset: 26, zero_below: 100 };
}

/// What came out of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct QuantisedBlock {
    /// How many levels are not 0.
    pub(crate) nonzero: usize,
    /// Where they are.
    pub(crate) extent: NonzeroExtent,
}

/// The steps of one plane and one index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quantiser {
    dc_step: u16,
    ac_step: u16,
}

impl Quantiser {
    /// The steps at `qindex` (0 to 255, from `get_qindex`), with what `DeltaQ*Dc` and `DeltaQ*Ac` add to it.
    pub(crate) fn new(qindex: u8, delta_dc: i32, delta_ac: i32) -> Self {
        Self { dc_step: dc_q(i32::from(qindex) + delta_dc), ac_step: ac_q(i32::from(qindex) + delta_ac) }
    }

    /// The step of the first coefficient, in eighths of a sample: 4 to 1336.
    #[cfg(test)]
    pub(crate) const fn dc_step(&self) -> u16 {
        self.dc_step
    }

    /// The step of all others, in eighths of a sample: 4 to 1828.
    pub(crate) const fn ac_step(&self) -> u16 {
        self.ac_step
    }

    /// What a decoder makes of a level, `Dequant`.
    #[cfg(test)]
    pub(crate) fn dequantise(&self, level: i32, first: bool, tx_size: TxSize) -> i32 {
        let step = if first { self.dc_step } else { self.ac_step };
        let product = i64::from(level.unsigned_abs()) * i64::from(step);
        let magnitude = ((product & 0xFF_FFFF) as i32) >> denominator_log2(tx_size);
        if level < 0 { (-magnitude).max(i16::MIN.into()) } else { magnitude.min(i16::MAX.into()) }
    }

    /// Quantises the coefficients of a block into `levels` and replaces them by their dequantised values.
    ///
    /// Both are rows of the block's width; coefficients saturate at 16 bits, which the forward transforms'
    /// never leave.
    pub(crate) fn quantise(
        &self,
        coefs: &mut [i32],
        levels: &mut [i32],
        tx_size: TxSize,
        rounding: LevelRounding,
    ) -> QuantisedBlock {
        let width = tx_size.width();
        let len = width * tx_size.height();
        let coefs = coefs[..len].as_chunks_mut::<LANES>().0;
        let levels = levels[..len].as_chunks_mut::<LANES>().0;
        let denominator_log2 = denominator_log2(tx_size);
        let ac = StepDivider::new(self.ac_step, rounding, denominator_log2);
        let dc = StepDivider::new(self.dc_step, rounding, denominator_log2).quantise(narrow(&coefs[0]));
        let (mut nonzero, mut last, mut columns) = (0, None, 0u32);
        for (i, (coefs, levels)) in coefs.iter_mut().zip(levels).enumerate() {
            let mut quantised = ac.quantise(narrow(coefs));
            if i == 0 {
                quantised.0 = FIRST.bitselect(dc.0, quantised.0);
                quantised.1 = FIRST.bitselect(dc.1, quantised.1);
            }
            *levels = i32x8::from_i16x8(quantised.0).to_array();
            *coefs = i32x8::from_i16x8(quantised.1).to_array();
            let mask = !quantised.0.simd_eq(i16x8::ZERO).to_bitmask() as u8;
            if mask != 0 {
                nonzero += mask.count_ones() as usize;
                last = Some(LANES * i + mask.ilog2() as usize);
                columns |= u32::from(mask) << (LANES * i % width);
            }
        }
        if width < LANES {
            columns = (columns | columns >> width) & 15;
        }
        let rows = last.map_or(0, |last| last / width + 1);
        QuantisedBlock {
            nonzero,
            extent: NonzeroExtent { rows, cols: (u32::BITS - columns.leading_zeros()) as usize },
        }
    }
}

/// How many coefficients are quantised at once.
const LANES: usize = 8;

/// Selects the first coefficient of a block.
const FIRST: i16x8 = i16x8::new([-1, 0, 0, 0, 0, 0, 0, 0]);

/// Eight coefficients, saturated to 16 bits.
#[inline(always)]
fn narrow(coefs: &[i32; LANES]) -> i16x8 {
    i16x8::from_i32x8_saturate(i32x8::new(*coefs))
}

/// Divides by a step and rounds, in the units of a block's coefficients.
///
/// The quotient of `x` is `x * reciprocal / 2^16 / 2^shift`, with `reciprocal` rounded up from
/// `2^(16 + shift) / step` and `shift` as large as fits it into 16 bits. That is exact for `x` below `2^15`,
/// and the next level at most beyond, which only dividends that are doubled for `dqDenom` reach.
#[derive(Debug, Clone, Copy)]
struct StepDivider {
    step: u16x8,
    reciprocal: u16x8,
    shift: u32,
    offset: i16x8,
    zero_below: i16x8,
    denominator_log2: u32,
}

impl StepDivider {
    fn new(step: u16, rounding: LevelRounding, denominator_log2: u32) -> Self {
        let shift = u32::from(step - 1).ilog2();
        let part = |of_128: u8| {
            i16x8::splat(((u32::from(step) * u32::from(of_128)) >> (7 + denominator_log2)) as i16)
        };
        Self {
            step: u16x8::splat(step),
            reciprocal: u16x8::splat((1u32 << (16 + shift)).div_ceil(step.into()) as u16),
            shift: shift - denominator_log2,
            offset: part(rounding.offset),
            zero_below: part(rounding.zero_below),
            denominator_log2,
        }
    }

    /// The levels of eight coefficients, and what they are dequantised to.
    ///
    /// The mask to 24 bits and the clamp have nothing to do here: products are no larger than dividends.
    #[inline(always)]
    fn quantise(&self, coefs: i16x8) -> (i16x8, i16x8) {
        let sign = coefs >> 15;
        let magnitude = coefs.max(i16x8::splat(-i16::MAX)).abs();
        let is_zero = self.zero_below.simd_gt(magnitude);
        let dividend = magnitude.saturating_add(self.offset) & !is_zero;
        let level = dividend.cast_unsigned().mul_keep_high(self.reciprocal) >> self.shift;
        let dequantised = (level * self.step) >> self.denominator_log2;
        let signed = |magnitude: u16x8| (magnitude.cast_signed() ^ sign) - sign;
        (signed(level), signed(dequantised))
    }
}

/// `dqDenom` as a power of two.
const fn denominator_log2(tx_size: TxSize) -> u32 {
    match tx_size {
        TxSize::T32x32 | TxSize::T16x32 | TxSize::T32x16 | TxSize::T16x64 | TxSize::T64x16 => 1,
        TxSize::T64x64 | TxSize::T32x64 | TxSize::T64x32 => 2,
        TxSize::T4x4
        | TxSize::T8x8
        | TxSize::T16x16
        | TxSize::T4x8
        | TxSize::T8x4
        | TxSize::T8x16
        | TxSize::T16x8
        | TxSize::T4x16
        | TxSize::T16x4
        | TxSize::T8x32
        | TxSize::T32x8 => 0,
    }
}

/// What a bit is worth at an index, as the sum of squared errors of 8 bit samples: a choice that costs a bit
/// more pays if it lowers the sum by more than this.
///
/// For fine uniform quantisation of step `s` the error is `D = s * s / 12`, each bit halves `s`, and so
/// `-dD/dR = 2 ln 2 D`, about `0.116 s * s`. Libaom has found `(3.2 + 0.0015 qindex) * dc_q * dc_q / 2048`
/// for predicted pictures, with costs in bits and steps in eighths of a sample, `dc_q = 8 s`: 0.10 to 0.11
/// `s * s`.
pub(crate) fn lambda(qindex: u8) -> f32 {
    let step = f32::from(dc_q(qindex.into()));
    (3.2 + 0.0015 * f32::from(qindex)) * step * step / 2048.0
}

/// `dc_q`, for 8 bit.
fn dc_q(index: i32) -> u16 {
    DC_QLOOKUP[index.clamp(0, 255) as usize]
}

/// `ac_q`, for 8 bit.
fn ac_q(index: i32) -> u16 {
    AC_QLOOKUP[index.clamp(0, 255) as usize]
}

/// `Dc_Qlookup[ 0 ]`.
#[rustfmt::skip]
const DC_QLOOKUP: [u16; 256] = [
    4, 8, 8, 9, 10, 11, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19,
    20, 21, 22, 23, 24, 25, 26, 26, 27, 28, 29, 30, 31, 32, 32, 33,
    34, 35, 36, 37, 38, 38, 39, 40, 41, 42, 43, 43, 44, 45, 46, 47,
    48, 48, 49, 50, 51, 52, 53, 53, 54, 55, 56, 57, 57, 58, 59, 60,
    61, 62, 62, 63, 64, 65, 66, 66, 67, 68, 69, 70, 70, 71, 72, 73,
    74, 74, 75, 76, 77, 78, 78, 79, 80, 81, 81, 82, 83, 84, 85, 85,
    87, 88, 90, 92, 93, 95, 96, 98, 99, 101, 102, 104, 105, 107, 108, 110,
    111, 113, 114, 116, 117, 118, 120, 121, 123, 125, 127, 129, 131, 134, 136, 138,
    140, 142, 144, 146, 148, 150, 152, 154, 156, 158, 161, 164, 166, 169, 172, 174,
    177, 180, 182, 185, 187, 190, 192, 195, 199, 202, 205, 208, 211, 214, 217, 220,
    223, 226, 230, 233, 237, 240, 243, 247, 250, 253, 257, 261, 265, 269, 272, 276,
    280, 284, 288, 292, 296, 300, 304, 309, 313, 317, 322, 326, 330, 335, 340, 344,
    349, 354, 359, 364, 369, 374, 379, 384, 389, 395, 400, 406, 411, 417, 423, 429,
    435, 441, 447, 454, 461, 467, 475, 482, 489, 497, 505, 513, 522, 530, 539, 549,
    559, 569, 579, 590, 602, 614, 626, 640, 654, 668, 684, 700, 717, 736, 755, 775,
    796, 819, 843, 869, 896, 925, 955, 988, 1022, 1058, 1098, 1139, 1184, 1232, 1282, 1336,
];

/// `Ac_Qlookup[ 0 ]`.
#[rustfmt::skip]
const AC_QLOOKUP: [u16; 256] = [
    4, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
    23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38,
    39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54,
    55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70,
    71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86,
    87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101, 102,
    104, 106, 108, 110, 112, 114, 116, 118, 120, 122, 124, 126, 128, 130, 132, 134,
    136, 138, 140, 142, 144, 146, 148, 150, 152, 155, 158, 161, 164, 167, 170, 173,
    176, 179, 182, 185, 188, 191, 194, 197, 200, 203, 207, 211, 215, 219, 223, 227,
    231, 235, 239, 243, 247, 251, 255, 260, 265, 270, 275, 280, 285, 290, 295, 300,
    305, 311, 317, 323, 329, 335, 341, 347, 353, 359, 366, 373, 380, 387, 394, 401,
    408, 416, 424, 432, 440, 448, 456, 465, 474, 483, 492, 501, 510, 520, 530, 540,
    550, 560, 571, 582, 593, 604, 615, 627, 639, 651, 663, 676, 689, 702, 715, 729,
    743, 757, 771, 786, 801, 816, 832, 848, 864, 881, 898, 915, 933, 951, 969, 988,
    1007, 1026, 1046, 1066, 1087, 1108, 1129, 1151, 1173, 1196, 1219, 1243, 1267, 1292, 1317, 1343,
    1369, 1396, 1423, 1451, 1479, 1508, 1537, 1567, 1597, 1628, 1660, 1692, 1725, 1759, 1793, 1828,
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tables_are_the_specification() {
        assert_eq!([0, 1, 2, 100, 255].map(dc_q), [4, 8, 8, 93, 1336]);
        assert_eq!([0, 1, 2, 100, 255].map(ac_q), [4, 8, 9, 112, 1828]);
        assert_eq!((dc_q(-5), ac_q(300)), (4, 1828));
        assert!((1..256).all(|i| dc_q(i) >= dc_q(i - 1) && ac_q(i) > ac_q(i - 1)));
        assert_eq!((0..256).map(|i| i32::from(dc_q(i))).sum::<i32>(), 63571);
        assert_eq!((0..256).map(|i| i32::from(ac_q(i))).sum::<i32>(), 98156);
    }

    #[test]
    fn lambda_is_a_tenth_of_the_square_of_the_step() {
        for qindex in [10, 100, 200, 255] {
            let step = f32::from(dc_q(qindex.into())) / 8.0;
            assert!((0.1..0.116).contains(&(lambda(qindex) / (step * step))));
        }
    }

    #[test]
    fn dequantisation_masks_divides_and_clamps() {
        let quantiser = Quantiser::new(255, 0, 0);
        assert_eq!(quantiser.dequantise(-3, false, TxSize::T8x8), -3 * 1828);
        assert_eq!(quantiser.dequantise(-3, true, TxSize::T32x32), -3 * 1336 / 2);
        assert_eq!(quantiser.dequantise(100, false, TxSize::T16x16), 32767);
        assert_eq!(quantiser.dequantise(-100, false, TxSize::T16x16), -32768);
        assert_eq!(quantiser.dequantise(9180, false, TxSize::T8x8), 9180 * 1828 - (1 << 24));
    }

    #[test]
    fn division_is_exact() {
        for step in AC_QLOOKUP.into_iter().chain(DC_QLOOKUP) {
            let divider = StepDivider::new(step, LevelRounding { offset: 0, zero_below: 0 }, 0);
            for coef in 0..=i16::MAX {
                let (level, dequantised) = divider.quantise(i16x8::splat(coef));
                let expected = coef / step as i16;
                assert_eq!(level.to_array()[7], expected, "{coef} by {step}");
                assert_eq!(dequantised.to_array()[7], expected * step as i16);
            }
        }
    }

    fn coefficient() -> impl Strategy<Value = i32> {
        prop_oneof![6 => Just(0), 4 => -64..64, 2 => -33000..33000]
    }

    proptest! {
        #[test]
        fn levels_are_nearest_and_dequantise_alike(
            original in prop::collection::vec(coefficient(), 1024),
            qindex: u8,
            offset in 0..=127u8,
            zero_below in 0..=127u8,
        ) {
            let quantiser = Quantiser::new(qindex, 0, 0);
            let rounding = LevelRounding { offset, zero_below };
            for tx_size in [TxSize::T4x8, TxSize::T8x8, TxSize::T16x8, TxSize::T16x32, TxSize::T32x32] {
                let (w, h) = (tx_size.width(), tx_size.height());
                let (mut coefs, mut levels) = (original.clone(), vec![0; w * h]);
                let quantised = quantiser.quantise(&mut coefs, &mut levels, tx_size, rounding);
                for i in 0..w * h {
                    let step = i32::from(if i == 0 { quantiser.dc_step() } else { quantiser.ac_step() });
                    let denominator = 1 << denominator_log2(tx_size);
                    let part = |of_128: u8| step * i32::from(of_128) / 128 / denominator;
                    let magnitude = original[i].abs().min(32767);
                    let dividend = (magnitude + part(offset)).min(32767) * denominator;
                    let level = if magnitude < part(zero_below) { 0 } else { dividend / step };
                    let difference = levels[i] * original[i].signum() - level;
                    prop_assert!(difference == 0 || difference == 1 && dividend >= 1 << 15);
                    prop_assert_eq!(coefs[i], quantiser.dequantise(levels[i], i == 0, tx_size));
                }
                let nonzero: Vec<usize> = (0..w * h).filter(|&i| levels[i] != 0).collect();
                prop_assert_eq!(quantised.nonzero, nonzero.len());
                prop_assert_eq!(quantised.extent.rows, nonzero.iter().map(|i| i / w + 1).max().unwrap_or(0));
                prop_assert_eq!(quantised.extent.cols, nonzero.iter().map(|i| i % w + 1).max().unwrap_or(0));
            }
        }
    }
}
