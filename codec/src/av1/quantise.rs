//! Quantisation and dequantisation, sections 7.12.2 and 7.12.3, and what a bit is worth.
//!
//! What it does not do: quantiser matrices, segments (callers give the resulting index), other bit depths, and
//! choosing levels by their cost.

use super::transform::Extent;
use super::types::TxSize;

/// Above which magnitudes a coefficient gets which level, in 128ths of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rounding {
    /// Added before rounding down; 64 is to the nearest level. 0 to 127.
    pub(crate) offset: u8,
    /// Magnitudes below this are 0 whatever the offset says.
    pub(crate) zero_below: u8,
}

impl Rounding {
    /// To the nearest level.
    pub(crate) const NEAREST: Self = Self { offset: 64, zero_below: 0 };
    /// A little more than a third: coefficients of intra blocks spread wider.
    pub(crate) const INTRA: Self = Self { offset: 48, zero_below: 80 };
    /// A quarter: what prediction from another picture leaves is mostly noise.
    pub(crate) const INTER: Self = Self { offset: 32, zero_below: 96 };
}

/// What came out of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Quantised {
    /// How many levels are not 0.
    pub(crate) nonzero: usize,
    /// Where they are.
    pub(crate) extent: Extent,
}

/// The steps of one plane and one index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quantiser {
    dc: Step,
    ac: Step,
}

impl Quantiser {
    /// The steps at `qindex` (0 to 255, from `get_qindex`), with what `DeltaQ*Dc` and `DeltaQ*Ac` add to it.
    pub(crate) fn new(qindex: u8, delta_dc: i32, delta_ac: i32) -> Self {
        Self {
            dc: Step::new(dc_q(i32::from(qindex) + delta_dc)),
            ac: Step::new(ac_q(i32::from(qindex) + delta_ac)),
        }
    }

    /// The step of the first coefficient, in eighths of a sample.
    pub(crate) const fn dc_step(&self) -> i32 {
        self.dc.size
    }

    /// The step of all others, in eighths of a sample.
    pub(crate) const fn ac_step(&self) -> i32 {
        self.ac.size
    }

    /// What a decoder makes of a level, `Dequant`; magnitudes stay below 2^20 (`Quant` of a conforming stream).
    pub(crate) fn dequantise(&self, level: i32, first: bool, tx_size: TxSize) -> i32 {
        let step = if first { self.dc } else { self.ac };
        step.dequantised(level, denominator_log2(tx_size))
    }

    /// Quantises the coefficients of a block into `levels` and replaces them by their dequantised values.
    ///
    /// Both are rows of the block's width; coefficients are within 17 bits, as the forward transforms' are.
    pub(crate) fn quantise(
        &self,
        coefs: &mut [i32],
        levels: &mut [i32],
        tx_size: TxSize,
        rounding: Rounding,
    ) -> Quantised {
        let len = tx_size.width() * tx_size.height();
        let (coefs, levels) = (&mut coefs[..len], &mut levels[..len]);
        let denominator_log2 = denominator_log2(tx_size);
        let mut first = coefs[0];
        let first_level = Thresholds::new(self.dc, rounding, denominator_log2).quantise(&mut first);
        let thresholds = Thresholds::new(self.ac, rounding, denominator_log2);
        coefs[0] = 0;
        let mut quantised = match tx_size.width() {
            4 => quantise_rows::<4>(coefs, levels, thresholds),
            8 => quantise_rows::<8>(coefs, levels, thresholds),
            16 => quantise_rows::<16>(coefs, levels, thresholds),
            _ => quantise_rows::<32>(coefs, levels, thresholds),
        };
        (coefs[0], levels[0]) = (first, first_level);
        if first_level != 0 {
            quantised.nonzero += 1;
            quantised.extent.rows = quantised.extent.rows.max(1);
            quantised.extent.cols = quantised.extent.cols.max(1);
        }
        quantised
    }
}

/// Quantises rows of `W` with one step, and finds the last row and column that hold a level.
fn quantise_rows<const W: usize>(coefs: &mut [i32], levels: &mut [i32], thresholds: Thresholds) -> Quantised {
    let (mut nonzero, mut rows, mut columns) = (0, 0, [0; W]);
    let blocks = coefs.as_chunks_mut::<W>().0.iter_mut().zip(levels.as_chunks_mut::<W>().0);
    for (row, (coefs, levels)) in blocks.enumerate() {
        let (mut count, mut any) = (0, 0);
        for ((coef, level), column) in coefs.iter_mut().zip(levels).zip(&mut columns) {
            *level = thresholds.quantise(coef);
            count += i32::from(*level != 0);
            any |= *level;
            *column |= *level;
        }
        nonzero += count as usize;
        if any != 0 {
            rows = row + 1;
        }
    }
    let cols = columns.iter().rposition(|&any| any != 0).map_or(0, |column| column + 1);
    Quantised { nonzero, extent: Extent { rows, cols } }
}

/// One step size, and its reciprocal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    /// 4 to 1828.
    size: i32,
    /// `2^RECIPROCAL_BITS / size`, rounded up.
    reciprocal: u32,
}

/// Makes division of 18 bits by a step of 11 exact: the reciprocal is too large by less than `2^-RECIPROCAL_BITS`,
/// which times the dividend stays below one step's share, `1 / size`.
const RECIPROCAL_BITS: u32 = 29;

impl Step {
    fn new(size: i32) -> Self {
        Self { size, reciprocal: (1u32 << RECIPROCAL_BITS).div_ceil(size as u32) }
    }

    fn dequantised(self, level: i32, denominator_log2: u32) -> i32 {
        let product = i64::from(level.unsigned_abs()) * i64::from(self.size);
        let magnitude = ((product & 0xFF_FFFF) as i32) >> denominator_log2;
        if level < 0 { (-magnitude).max(-(1 << 15)) } else { magnitude.min((1 << 15) - 1) }
    }
}

/// A step and a rounding in the units of a block's coefficients.
#[derive(Debug, Clone, Copy)]
struct Thresholds {
    step: Step,
    offset: u32,
    zero_below: u32,
    denominator_log2: u32,
}

impl Thresholds {
    fn new(step: Step, rounding: Rounding, denominator_log2: u32) -> Self {
        let part = |of_128: u8| (step.size as u32 * u32::from(of_128)) >> 7;
        Self { step, offset: part(rounding.offset), zero_below: part(rounding.zero_below), denominator_log2 }
    }

    /// The level of a coefficient, which becomes what it is dequantised to.
    #[inline(always)]
    fn quantise(&self, coef: &mut i32) -> i32 {
        let magnitude = coef.unsigned_abs() << self.denominator_log2;
        let dividend = if magnitude < self.zero_below { 0 } else { magnitude + self.offset };
        let level = ((u64::from(dividend) * u64::from(self.step.reciprocal)) >> RECIPROCAL_BITS) as u32;
        // No mask of 24 bits here: the product is no larger than the dividend.
        let product = (u64::from(level) * u64::from(self.step.size as u32)) as u32 >> self.denominator_log2;
        let sign = *coef >> 31;
        let dequantised = (product.min((1 << 15) - 1) as i32 ^ sign) - sign;
        *coef = dequantised;
        (level as i32 ^ sign) - sign
    }
}

/// `dqDenom` as a power of two.
const fn denominator_log2(tx_size: TxSize) -> u32 {
    match tx_size {
        TxSize::T32x32 | TxSize::T16x32 | TxSize::T32x16 | TxSize::T16x64 | TxSize::T64x16 => 1,
        TxSize::T64x64 | TxSize::T32x64 | TxSize::T64x32 => 2,
        _ => 0,
    }
}

/// What a bit is worth at an index, as the sum of squared errors of 8 bit samples: a choice that costs a bit more pays
/// if it lowers the sum by more than this.
///
/// For fine uniform quantisation of step `s` the error is `D = s * s / 12`, each bit halves `s`, and so
/// `-dD/dR = 2 ln 2 D`, about `0.116 s * s`. Libaom has found `(3.2 + 0.0015 qindex) * dc_q * dc_q / 2048` for
/// predicted pictures, with costs in bits and steps in eighths of a sample, `dc_q = 8 s`: 0.10 to 0.11 `s * s`.
pub(crate) fn lambda(qindex: u8) -> f32 {
    let step = dc_q(qindex.into()) as f32;
    (3.2 + 0.0015 * f32::from(qindex)) * step * step / 2048.0
}

/// `dc_q`, for 8 bit.
fn dc_q(index: i32) -> i32 {
    DC_QLOOKUP[index.clamp(0, 255) as usize].into()
}

/// `ac_q`, for 8 bit.
fn ac_q(index: i32) -> i32 {
    AC_QLOOKUP[index.clamp(0, 255) as usize].into()
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
        assert_eq!((0..256).map(dc_q).sum::<i32>(), 63571);
        assert_eq!((0..256).map(ac_q).sum::<i32>(), 98156);
    }

    #[test]
    fn lambda_is_a_tenth_of_the_square_of_the_step() {
        for qindex in [10, 100, 200, 255] {
            let step = dc_q(qindex.into()) as f32 / 8.0;
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
        assert_eq!(quantiser.dequantise(9200, false, TxSize::T8x8), (9200 * 1828) & 0xFF_FFFF);
    }

    #[test]
    fn division_is_exact() {
        for qindex in 0..=255 {
            let step = Step::new(ac_q(qindex));
            for dividend in (0..1 << 18).step_by(7).chain((0..100).map(|k| k * step.size as u32)) {
                let level = (u64::from(dividend) * u64::from(step.reciprocal)) >> RECIPROCAL_BITS;
                assert_eq!(level, u64::from(dividend / step.size as u32), "{dividend} by {}", step.size);
                let below = dividend.max(1) - 1;
                let level = (u64::from(below) * u64::from(step.reciprocal)) >> RECIPROCAL_BITS;
                assert_eq!(level, u64::from(below / step.size as u32), "{below} by {}", step.size);
            }
        }
    }

    fn coefficient() -> impl Strategy<Value = i32> {
        prop_oneof![6 => Just(0), 4 => -64..64, 2 => -32768..32768]
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
            let rounding = Rounding { offset, zero_below };
            for tx_size in [TxSize::T4x8, TxSize::T8x8, TxSize::T16x8, TxSize::T16x16, TxSize::T32x32] {
                let (w, h) = (tx_size.width(), tx_size.height());
                let (mut coefs, mut levels) = (original.clone(), vec![0; w * h]);
                let quantised = quantiser.quantise(&mut coefs, &mut levels, tx_size, rounding);
                for i in 0..w * h {
                    let step = if i == 0 { quantiser.dc_step() } else { quantiser.ac_step() };
                    let magnitude = original[i].abs() << denominator_log2(tx_size);
                    let zero = magnitude < step * i32::from(zero_below) / 128;
                    let level = if zero { 0 } else { (magnitude + step * i32::from(offset) / 128) / step };
                    prop_assert_eq!(levels[i], level * original[i].signum());
                    let dequantised = quantiser.dequantise(levels[i], i == 0, tx_size);
                    prop_assert!(coefs[i] == dequantised || dequantised == -32768 && coefs[i] == -32767);
                }
                let nonzero: Vec<usize> = (0..w * h).filter(|&i| levels[i] != 0).collect();
                prop_assert_eq!(quantised.nonzero, nonzero.len());
                prop_assert_eq!(quantised.extent.rows, nonzero.iter().map(|i| i / w + 1).max().unwrap_or(0));
                prop_assert_eq!(quantised.extent.cols, nonzero.iter().map(|i| i % w + 1).max().unwrap_or(0));
            }
        }
    }
}
