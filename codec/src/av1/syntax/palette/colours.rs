//! Writing which palettes a block has: `palette_mode_info`, section 5.11.46.
//!
//! Colours that a neighbour has cost a flag, the others a difference to the one before. The indices are
//! `tokens`'.

use super::cache::PaletteColours;
use super::{MAX_COLOURS, Palette, UvPalette};
use crate::av1::bitstream::cdf::CdfContext;
use crate::av1::bitstream::entropy::SymbolSink;
use crate::av1::types::{BlockSize, PredictionMode};

/// The width of a colour as it is: `BitDepth`.
const BIT_DEPTH: u32 = 8;

/// `minBits` of the differences of Y and U.
const MIN_BITS: u32 = BIT_DEPTH - 3;

/// `minBits` of the differences of V.
const MIN_BITS_V: u32 = BIT_DEPTH - 4;

/// The most that `palette_num_extra_bits_*` can add.
const MAX_EXTRA_BITS: u32 = 3;

/// A block's palettes and what their syntax depends on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PaletteModeInfo<'a> {
    /// `MiRow` and `MiCol`, in the tile.
    pub(crate) at: (usize, usize),
    pub(crate) size: BlockSize,
    /// Only `Dc` can have a palette.
    pub(crate) y_mode: PredictionMode,
    /// Only `Dc` can have a palette.
    pub(crate) uv_mode: PredictionMode,
    /// The context of `has_palette_y`: how many of the two neighbours have a Y palette.
    pub(crate) has_palette_y_ctx: usize,
    pub(crate) y: Option<&'a Palette>,
    pub(crate) uv: Option<&'a UvPalette>,
}

/// Writes `palette_mode_info`, to be called under the conditions of section 5.11.7 and 5.11.22.
pub(crate) fn write_palette_mode_info<S: SymbolSink>(
    sink: &mut S,
    cdf: &mut CdfContext,
    info: &PaletteModeInfo<'_>,
    neighbours: &PaletteColours,
) {
    let bsize_ctx = info.size.width_log2_mi() + info.size.height_log2_mi() - 2;
    if info.y_mode == PredictionMode::Dc {
        sink.symbol(info.y.is_some().into(), &mut cdf.palette_y_mode[bsize_ctx][info.has_palette_y_ctx]);
        if let Some(y) = info.y {
            sink.symbol(usize::from(y.len - 2), &mut cdf.palette_y_size[bsize_ctx]);
            write_ascending::<S, 1>(sink, y.as_slice(), neighbours.cache(0, info.at).as_slice());
        }
    }
    if info.uv_mode == PredictionMode::Dc {
        sink.symbol(info.uv.is_some().into(), &mut cdf.palette_uv_mode[usize::from(info.y.is_some())]);
        if let Some(uv) = info.uv {
            sink.symbol(usize::from(uv.len - 2), &mut cdf.palette_uv_size[bsize_ctx]);
            write_ascending::<S, 0>(sink, uv.u(), neighbours.cache(1, info.at).as_slice());
            write_v(sink, uv.v());
        }
    }
}

/// Writes ascending colours: a flag for each of the cache while colours are missing, then the rest, whose
/// differences are at least `LEAST` (1 for Y, 0 for U).
fn write_ascending<S: SymbolSink, const LEAST: u8>(sink: &mut S, colours: &[u8], cache: &[u8]) {
    // A bit for each colour that the cache gives. A U colour may stand twice, of which it gives one.
    let mut given = 0u32;
    for entry in cache {
        if given.count_ones() as usize == colours.len() {
            break;
        }
        let found = colours.iter().position(|colour| colour == entry);
        given |= found.map_or(0, |index| 1 << index);
        sink.literal(1, found.is_some().into());
    }
    let mut rest = [0; MAX_COLOURS];
    let mut rest_len = 0;
    for (_, colour) in colours.iter().enumerate().filter(|(index, _)| given >> index & 1 == 0) {
        rest[rest_len] = *colour;
        rest_len += 1;
    }
    write_rest::<S, LEAST>(sink, &rest[..rest_len]);
}

/// Writes the colours that no neighbour has.
fn write_rest<S: SymbolSink, const LEAST: u8>(sink: &mut S, colours: &[u8]) {
    let Some(first) = colours.first() else { return };
    sink.literal(BIT_DEPTH, u32::from(*first));
    if colours.len() < 2 {
        return;
    }
    let differences = || colours.windows(2).map(|pair| u32::from(pair[1] - pair[0] - LEAST));
    let mut bits = differences().map(bit_width).max().unwrap_or(0).max(MIN_BITS);
    sink.literal(2, bits - MIN_BITS);
    for (difference, colour) in differences().zip(&colours[1..]) {
        sink.literal(bits, difference);
        let range = (1 << BIT_DEPTH) - u32::from(*colour) - u32::from(LEAST);
        bits = bits.min(ceil_log2(range));
    }
}

/// Writes the V colours by their differences or as they are, whichever is shorter.
fn write_v<S: SymbolSink>(sink: &mut S, colours: &[u8]) {
    // Differences wrap around, so that the nearer way is taken.
    let differences = || colours.windows(2).map(|pair| pair[1].wrapping_sub(pair[0]).cast_signed());
    let bits = differences().map(|by| bit_width(by.unsigned_abs().into())).max().unwrap_or(0).max(MIN_BITS_V);
    let signs = differences().filter(|by| *by != 0).count() as u32;
    let count = colours.len() as u32;
    let delta_cost = 2 + BIT_DEPTH + (count - 1) * bits + signs;
    let delta_coded = bits <= MIN_BITS_V + MAX_EXTRA_BITS && delta_cost < count * BIT_DEPTH;
    sink.literal(1, delta_coded.into());
    if !delta_coded {
        for colour in colours {
            sink.literal(BIT_DEPTH, u32::from(*colour));
        }
        return;
    }
    sink.literal(2, bits - MIN_BITS_V);
    sink.literal(BIT_DEPTH, u32::from(colours[0]));
    for by in differences() {
        sink.literal(bits, by.unsigned_abs().into());
        if by != 0 {
            sink.literal(1, (by < 0).into());
        }
    }
}

/// How many bits a value has.
fn bit_width(value: u32) -> u32 {
    u32::BITS - value.leading_zeros()
}

/// `CeilLog2`, section 4.7.
fn ceil_log2(value: u32) -> u32 {
    bit_width(value.saturating_sub(1))
}
