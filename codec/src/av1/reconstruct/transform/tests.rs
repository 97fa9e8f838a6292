//! The inverse against the specification's words, the forward transforms against the inverse.

use proptest::prelude::*;

use super::*;
use crate::av1::reconstruct::quantise::{LevelRounding, Quantiser};

const SIZES: [TxSize; 10] = [
    TxSize::T4x4,
    TxSize::T8x8,
    TxSize::T16x16,
    TxSize::T32x32,
    TxSize::T4x8,
    TxSize::T8x4,
    TxSize::T8x16,
    TxSize::T16x8,
    TxSize::T16x32,
    TxSize::T32x16,
];

const TYPES: [TxType; 16] = [
    TxType::DctDct,
    TxType::AdstDct,
    TxType::DctAdst,
    TxType::AdstAdst,
    TxType::FlipAdstDct,
    TxType::DctFlipAdst,
    TxType::FlipAdstFlipAdst,
    TxType::AdstFlipAdst,
    TxType::FlipAdstAdst,
    TxType::Idtx,
    TxType::VDct,
    TxType::HDct,
    TxType::VAdst,
    TxType::HAdst,
    TxType::VFlipAdst,
    TxType::HFlipAdst,
];

/// Wider than any block, so that strides are tested too.
const STRIDE: usize = 40;

/// Whether a size has a type: above 16 there is nothing but the DCT and the identity.
fn allowed(size: TxSize, tx_type: TxType) -> bool {
    size.width().max(size.height()) <= 16 || matches!(tx_type, TxType::DctDct | TxType::Idtx)
}

fn samples(len: usize, seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 56) as u8
    })
    .take(len)
    .collect()
}

/// The prediction plus the oracle's residual.
fn expected(coefs: &[i32], size: TxSize, tx_type: TxType, lossless: bool, prediction: &[u8]) -> Vec<u8> {
    let residual = oracle::inverse(coefs, size, tx_type, lossless);
    let mut expected = prediction.to_vec();
    for (i, row) in residual.chunks(size.width()).enumerate() {
        for (sample, &x) in expected[i * STRIDE..].iter_mut().zip(row) {
            *sample = (i32::from(*sample) + x).clamp(0, 255) as u8;
        }
    }
    expected
}

fn check_inverse(coefs: &[i32], extent: NonzeroExtent, size: TxSize, tx_type: TxType, lossless: bool) {
    let prediction = samples(STRIDE * 32, coefs.iter().fold(1, |seed, &x| seed ^ x as u64));
    let expected = expected(coefs, size, tx_type, lossless, &prediction);
    let (mut dst, mut coefs) = (prediction, coefs.to_vec());
    inverse_add(&mut coefs, extent, size, tx_type, lossless, &mut dst, STRIDE);
    assert_eq!(dst, expected, "{size:?} {tx_type:?} {extent:?}");
    assert!(coefs.iter().all(|&x| x == 0), "coefficients are left");
}

/// Coefficients whose residual is small, or made by a few large ones, or beyond all bounds.
fn coefficients() -> impl Strategy<Value = Vec<i32>> {
    let few = prop_oneof![30 => Just(0), 1 => coefficient()];
    prop_oneof![
        prop::collection::vec(-64..64, 1024),
        prop::collection::vec(prop_oneof![9 => Just(0), 1 => -1000..1000], 1024),
        prop::collection::vec(few, 1024),
        prop::collection::vec(coefficient(), 1024),
    ]
}

/// A coefficient: mostly none or a small one, sometimes the largest there are.
fn coefficient() -> impl Strategy<Value = i32> {
    prop_oneof![
        4 => Just(0),
        4 => -64..64,
        2 => -2000..2000,
        1 => -32768..=32767,
        1 => prop_oneof![Just(-32768), Just(32767), Just(-32767)],
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn inverse_is_the_specification(
        coefs in coefficients(),
        rows in 1..=32usize,
        cols in 1..=32usize,
    ) {
        for size in SIZES {
            let extent = NonzeroExtent { rows: rows.min(size.height()), cols: cols.min(size.width()) };
            let mut block = coefs[..size.width() * size.height()].to_vec();
            for (i, x) in block.iter_mut().enumerate() {
                if i / size.width() >= extent.rows || i % size.width() >= extent.cols {
                    *x = 0;
                }
            }
            for tx_type in TYPES.into_iter().filter(|&tx_type| allowed(size, tx_type)) {
                check_inverse(&block, extent, size, tx_type, false);
            }
        }
    }

    #[test]
    fn lossless_is_the_specification(coefs in prop::collection::vec(coefficient(), 16)) {
        check_inverse(&coefs, NonzeroExtent::full(TxSize::T4x4), TxSize::T4x4, TxType::DctDct, true);
    }

    #[test]
    fn lossless_loses_nothing(residual in prop::collection::vec(-255..=255i16, STRIDE * 4)) {
        let mut coefs = [0; 16];
        forward(&residual, STRIDE, TxSize::T4x4, TxType::DctDct, true, &mut coefs);
        let back = oracle::inverse(&coefs, TxSize::T4x4, TxType::DctDct, true);
        for (back, residual) in back.chunks(4).zip(residual.chunks(STRIDE)) {
            prop_assert!(back.iter().zip(residual).all(|(&back, &x)| back == i32::from(x)));
        }
    }

    #[test]
    fn forward_and_inverse_meet(
        residual in prop::collection::vec(prop_oneof![-255..=255i16, -8..=8i16, Just(255), Just(-255)], STRIDE * 32),
    ) {
        for size in SIZES {
            for tx_type in TYPES.into_iter().filter(|&tx_type| allowed(size, tx_type)) {
                check_round_trip(&residual, size, tx_type);
            }
        }
    }
}

/// Unquantised coefficients give the residual back but for one, rarely two where they are only four times
/// orthonormal.
fn check_round_trip(residual: &[i16], size: TxSize, tx_type: TxType) {
    let len = size.width() * size.height();
    let mut coefs = vec![0; len];
    forward(residual, STRIDE, size, tx_type, false, &mut coefs);
    let back = oracle::inverse(&coefs, size, tx_type, false);
    let rows = back.chunks(size.width()).zip(residual.chunks(STRIDE));
    let errors =
        rows.flat_map(|(back, residual)| back.iter().zip(residual).map(|(b, &x)| b.abs_diff(x.into())));
    let (mut largest, mut above_one) = (0, 0);
    for error in errors {
        largest = largest.max(error);
        above_one += usize::from(error > 1);
    }
    assert!(above_one <= if len > 256 { len / 50 } else { 0 }, "{size:?} {tx_type:?}: {above_one} above 1");
    assert!(largest <= 2, "{size:?} {tx_type:?}: {largest}");
}

#[test]
fn first_coefficient_alone_is_exact() {
    for size in SIZES {
        for dc in -32768..=32767i32 {
            let mut coefs = vec![0; size.width() * size.height()];
            coefs[0] = dc;
            if dc % 97 == 0 || dc.abs() < 300 || dc.abs() > 32700 {
                check_inverse(&coefs, NonzeroExtent { rows: 1, cols: 1 }, size, TxType::DctDct, false);
            }
        }
    }
}

#[test]
fn extreme_residuals_do_not_overflow() {
    for size in SIZES {
        let (w, h) = (size.width(), size.height());
        for tx_type in TYPES.into_iter().filter(|&tx_type| allowed(size, tx_type)) {
            for k in 0..w * h {
                // The signs of each basis function in turn draw the largest values out of the networks.
                let mut coefs = vec![0; w * h];
                coefs[k] = 8192;
                let basis = oracle::inverse(&coefs, size, tx_type, false);
                let mut residual = vec![0i16; STRIDE * 32];
                for (i, &x) in basis.iter().enumerate() {
                    residual[i / w * STRIDE + i % w] = if x < 0 { -255 } else { 255 };
                }
                check_round_trip(&residual, size, tx_type);
            }
        }
    }
}

#[test]
fn identity_reproduces_every_residual() {
    for size in SIZES {
        let (w, h) = (size.width(), size.height());
        for x in -255..=255i16 {
            for at in [0, w - 1, w * h / 2, w * h - 1] {
                let mut residual = vec![0i16; w * h];
                residual[at] = x;
                residual[w * h - 1 - at] = -x;
                check_exact(&residual, size);
            }
            check_exact(&vec![x; w * h], size);
        }
    }
}

/// Quantised at the step of `qindex` 1 with any rounding, a residual comes back as it is.
fn check_exact(residual: &[i16], size: TxSize) {
    let w = size.width();
    let mut exact_levels = vec![0; residual.len()];
    let any = exact_idtx_levels(residual, w, size, &mut exact_levels);
    assert_eq!(any, residual.iter().any(|&x| x != 0));
    for rounding in [LevelRounding::NEAREST, LevelRounding::INTRA, LevelRounding::INTER] {
        let (mut levels, mut coefs) = (vec![0; residual.len()], vec![0; residual.len()]);
        forward(residual, w, size, TxType::Idtx, false, &mut coefs);
        Quantiser::new(1, 0, 0).quantise(&mut coefs, &mut levels, size, rounding);
        assert_eq!(levels, exact_levels, "{size:?}");
        let back = oracle::inverse(&coefs, size, TxType::Idtx, false);
        assert!(back.iter().zip(residual).all(|(&back, &x)| back == i32::from(x)), "{size:?}");
    }
}

#[test]
fn finest_quantisation_is_within_one_of_most_samples() {
    for size in SIZES {
        let (w, h) = (size.width(), size.height());
        let residual: Vec<i16> = samples(w * h, 7).into_iter().map(|x| i16::from(x) - 128).collect();
        let (mut levels, mut coefs) = (vec![0; w * h], vec![0; w * h]);
        forward(&residual, w, size, TxType::DctDct, false, &mut coefs);
        Quantiser::new(1, 0, 0).quantise(&mut coefs, &mut levels, size, LevelRounding::NEAREST);
        let back = oracle::inverse(&coefs, size, TxType::DctDct, false);
        let close = back.iter().zip(&residual).filter(|&(b, &x)| b.abs_diff(x.into()) <= 1).count();
        assert!(close * 100 >= w * h * 95, "{size:?}: {close} of {}", w * h);
    }
}

#[test]
fn coefficients_have_the_scale_of_the_specification() {
    // A flat residual has nothing but a first coefficient, of eight or four times its length.
    for size in SIZES {
        let (w, h) = (size.width(), size.height());
        let mut coefs = vec![0; w * h];
        forward(&vec![100; w * h], w, size, TxType::DctDct, false, &mut coefs);
        let scale = if w * h > 256 { 4.0 } else { 8.0 };
        let expected = 100.0 * ((w * h) as f64).sqrt() * scale;
        assert!((f64::from(coefs[0]) - expected).abs() <= expected / 1000.0, "{size:?}: {}", coefs[0]);
        assert!(coefs[1..].iter().all(|&x| x.abs() <= 2), "{size:?}: {coefs:?}");
    }
}
