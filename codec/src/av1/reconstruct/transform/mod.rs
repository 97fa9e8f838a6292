//! Forward and inverse transforms, section 7.13.
//!
//! The inverse is exact to the bit, intermediate rounding and clamping included, because what it reconstructs
//! predicts the next picture on both sides. The forward transforms run the same networks backwards, in the
//! scale that the dequantised coefficients have: eight times orthonormal, four times where an area is above
//! 256 samples.
//!
//! Everything works on eight columns or rows at a time, in 16 bits: for 8 bit video the specification clamps
//! to 16 bits wherever a sum could leave them.
//!
//! What it does not do: transforms with a side of 64, those four times longer than wide, and other bit
//! depths.

mod adst;
mod dct;
mod forward;
mod identity;
mod inverse;
mod lanes;
mod line;
mod network;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;
mod wht;

use crate::av1::types::{TxSize, TxType};
pub(crate) use forward::{exact_idtx_levels, forward};
pub(crate) use inverse::inverse_add;

/// Where the nonzero coefficients of a block lie: within its first `rows` rows and `cols` columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct NonzeroExtent {
    pub(crate) rows: usize,
    pub(crate) cols: usize,
}

impl NonzeroExtent {
    /// A whole block, for when nothing better is known.
    pub(crate) const fn full(tx_size: TxSize) -> Self {
        Self { rows: tx_size.height(), cols: tx_size.width() }
    }

    /// Whether there is no coefficient at all.
    pub(crate) const fn is_empty(self) -> bool {
        self.rows == 0 || self.cols == 0
    }

    /// Whether there is at most the first coefficient.
    pub(crate) const fn is_dc_only(self) -> bool {
        self.rows <= 1 && self.cols <= 1
    }
}

/// A transform in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineTransform {
    Dct,
    Adst,
    FlipAdst,
    Identity,
}

/// The transform along columns and the one along rows, in the order of the type's name.
const fn kinds(tx_type: TxType) -> (LineTransform, LineTransform) {
    use LineTransform::{Adst, Dct, FlipAdst, Identity};
    match tx_type {
        TxType::DctDct => (Dct, Dct),
        TxType::AdstDct => (Adst, Dct),
        TxType::DctAdst => (Dct, Adst),
        TxType::AdstAdst => (Adst, Adst),
        TxType::FlipAdstDct => (FlipAdst, Dct),
        TxType::DctFlipAdst => (Dct, FlipAdst),
        TxType::FlipAdstFlipAdst => (FlipAdst, FlipAdst),
        TxType::AdstFlipAdst => (Adst, FlipAdst),
        TxType::FlipAdstAdst => (FlipAdst, Adst),
        TxType::Idtx => (Identity, Identity),
        TxType::VDct => (Dct, Identity),
        TxType::HDct => (Identity, Dct),
        TxType::VAdst => (Adst, Identity),
        TxType::HAdst => (Identity, Adst),
        TxType::VFlipAdst => (FlipAdst, Identity),
        TxType::HFlipAdst => (Identity, FlipAdst),
    }
}

/// Whether one side is twice the other: both transforms together then gain the square root of two too much.
const fn is_rect(width: usize, height: usize) -> bool {
    width != height
}

/// `Transform_Row_Shift`, which depends on the area alone.
const fn row_shift(width: usize, height: usize) -> u32 {
    match width * height {
        16 | 32 => 0,
        256 | 1024 => 2,
        _ => 1,
    }
}

/// Calls a function that is generic over width, height and vectors of eight lanes (`width * height / 8`, and
/// twice that for a width of 4) with those of a transform's size.
macro_rules! for_size {
    ($tx_size:expr, $call:ident $args:tt) => {
        match $tx_size {
            TxSize::T4x4 => $call::<4, 4, 8> $args,
            TxSize::T4x8 => $call::<4, 8, 8> $args,
            TxSize::T8x4 => $call::<8, 4, 8> $args,
            TxSize::T8x8 => $call::<8, 8, 8> $args,
            TxSize::T8x16 => $call::<8, 16, 16> $args,
            TxSize::T16x8 => $call::<16, 8, 16> $args,
            TxSize::T16x16 => $call::<16, 16, 32> $args,
            TxSize::T16x32 => $call::<16, 32, 64> $args,
            TxSize::T32x16 => $call::<32, 16, 64> $args,
            TxSize::T32x32 => $call::<32, 32, 128> $args,
            size => unreachable!("no {size:?}: no side of 64, and none four times the other"),
        }
    };
}
use for_size;
