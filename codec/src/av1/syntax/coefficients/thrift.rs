//! Levels that cost more than they are worth, left out. The encoder's choice, not in the specification.
//!
//! Only the end of a block's scan is looked at: a lone level there drags all zeros before it along.

use super::levels::TxClass;
use super::scan::ScanOrder;
use crate::av1::reconstruct::transform::NonzeroExtent;
use crate::av1::types::{TxSize, TxType};

/// What a last level of 1 costs in bits: itself, its sign and the contexts that it spoils for others.
const LAST_BITS: f32 = 8.0;

/// About the bits of a zero near a block's end.
const ZERO_BITS: f32 = 0.3;

/// What a block costs beside its levels that an empty one doesn't.
const BLOCK_BITS: f32 = 3.0;

/// A block's levels of 1 from the end of the scan on are set to 0 as long as that pays; whether any level
/// remains.
///
/// All three are rows of the block's width: levels, what a decoder makes of them, and what they stand for.
/// `extent` is where levels are that are not 0, and is not empty. `lambda` is what a bit is worth as a sum of
/// squared errors of samples.
pub(crate) fn trim(
    levels: &mut [i32],
    dequantised: &mut [i32],
    original: &[i32],
    (tx_size, tx_type, extent): (TxSize, TxType, NonzeroExtent),
    lambda: f32,
) -> bool {
    let scan = ScanOrder::of(tx_size, TxClass::of(tx_type));
    // Coefficients are eight or four times orthonormal ones.
    let scale = if tx_size.width() * tx_size.height() > 256 { 16.0 } else { 64.0 };
    let lambda = lambda * scale;
    let Some(mut last) = previous(&scan, levels, scan.end_of_extent(extent)) else { return false };
    loop {
        let at = scan.position(last);
        if levels[at].abs() > 1 {
            return true;
        }
        let before = previous(&scan, levels, last);
        let zeros = before.map_or(last, |before| last - before - 1);
        let rest = if before.is_none() { BLOCK_BITS } else { 0.0 };
        let saved = LAST_BITS + ZERO_BITS * zeros as f32 + rest;
        let (coefficient, shown) = (original[at] as f32, dequantised[at] as f32);
        let loss = coefficient * coefficient - (coefficient - shown) * (coefficient - shown);
        if loss > lambda * saved {
            return true;
        }
        (levels[at], dequantised[at]) = (0, 0);
        match before {
            Some(before) => last = before,
            None => return false,
        }
    }
}

/// The index of the last level before `end` that is not 0.
fn previous(scan: &ScanOrder, levels: &[i32], end: usize) -> Option<usize> {
    (0..end).rev().find(|index| levels[scan.position(*index)] != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_levels_go_and_large_ones_stay() {
        let size = (TxSize::T8x8, TxType::DctDct, NonzeroExtent::full(TxSize::T8x8));
        let (mut levels, mut shown, mut original) = ([0; 64], [0; 64], [0; 64]);
        (levels[0], shown[0], original[0]) = (5, 285, 290);
        (levels[63], shown[63], original[63]) = (1, 57, 45);
        assert!(trim(&mut levels, &mut shown, &original, size, 5.3));
        assert_eq!((levels[0], levels[63], shown[63]), (5, 0, 0));
        (levels[0], shown[0], original[0]) = (1, 57, 40);
        assert!(!trim(&mut levels, &mut shown, &original, size, 5.3));
        assert_eq!((levels, shown), ([0; 64], [0; 64]));
    }
}
