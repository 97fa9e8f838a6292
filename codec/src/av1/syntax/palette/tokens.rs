//! Writing which colour each sample has: `palette_tokens`, section 5.11.49, with the contexts of section
//! 5.11.50.
//!
//! The samples come in wavefronts from the upper right to the lower left; each is written as its rank in the
//! order its neighbours suggest. Rank and context depend on four indices only: a table has them.

use super::{IndexMap, MAP_STRIDE, MAX_COLOURS};
use crate::av1::bitstream::cdf::CdfContext;
use crate::av1::bitstream::entropy::SymbolSink;
use crate::av1::types::Chroma;

/// `PALETTE_COLOR_CONTEXTS`.
const CONTEXTS: usize = 5;

/// The context of the first row and column, where there is one neighbour.
const EDGE_CONTEXT: usize = 0;

/// The number of colours and the indices of a block in one plane or pair of planes.
pub(crate) type ColourMap<'a> = (u8, &'a IndexMap);

/// Writes `palette_tokens` for the palettes a block has. `onscreen` is its part on the screen, in luma
/// samples (multiples of 8): width and height.
pub(crate) fn write_palette_tokens<S: SymbolSink>(
    sink: &mut S,
    cdf: &mut CdfContext,
    y: Option<ColourMap<'_>>,
    uv: Option<ColourMap<'_>>,
    onscreen: (usize, usize),
    chroma: Chroma,
) {
    if let Some((len, map)) = y {
        write_non_symmetric(sink, map[0].into(), len.into());
        match len {
            2 => write_wavefronts(sink, &mut cdf.palette_size_2_y_color, map, onscreen),
            3 => write_wavefronts(sink, &mut cdf.palette_size_3_y_color, map, onscreen),
            4 => write_wavefronts(sink, &mut cdf.palette_size_4_y_color, map, onscreen),
            5 => write_wavefronts(sink, &mut cdf.palette_size_5_y_color, map, onscreen),
            6 => write_wavefronts(sink, &mut cdf.palette_size_6_y_color, map, onscreen),
            7 => write_wavefronts(sink, &mut cdf.palette_size_7_y_color, map, onscreen),
            _ => write_wavefronts(sink, &mut cdf.palette_size_8_y_color, map, onscreen),
        }
    }
    if let Some((len, map)) = uv {
        let onscreen = (onscreen.0 >> chroma.shift(), onscreen.1 >> chroma.shift());
        write_non_symmetric(sink, map[0].into(), len.into());
        match len {
            2 => write_wavefronts(sink, &mut cdf.palette_size_2_uv_color, map, onscreen),
            3 => write_wavefronts(sink, &mut cdf.palette_size_3_uv_color, map, onscreen),
            4 => write_wavefronts(sink, &mut cdf.palette_size_4_uv_color, map, onscreen),
            5 => write_wavefronts(sink, &mut cdf.palette_size_5_uv_color, map, onscreen),
            6 => write_wavefronts(sink, &mut cdf.palette_size_6_uv_color, map, onscreen),
            7 => write_wavefronts(sink, &mut cdf.palette_size_7_uv_color, map, onscreen),
            _ => write_wavefronts(sink, &mut cdf.palette_size_8_uv_color, map, onscreen),
        }
    }
}

/// Writes all samples but the first. One instance for each number of colours, so that the symbols' loops
/// unroll.
fn write_wavefronts<S: SymbolSink, const L: usize>(
    sink: &mut S,
    cdfs: &mut [[u16; L]; CONTEXTS],
    map: &IndexMap,
    (width, height): (usize, usize),
) {
    for wave in 1..width + height - 1 {
        let first_row = wave.saturating_sub(width - 1);
        let last_row = wave.min(height - 1);
        let mut inner = first_row..last_row + 1;
        if first_row == 0 {
            sink.symbol(edge_rank(map[wave - 1], map[wave]), &mut cdfs[EDGE_CONTEXT]);
            inner.start = 1;
        }
        let ends_in_first_column = last_row == wave;
        if ends_in_first_column {
            inner.end -= 1;
        }
        for row in inner {
            let at = row * MAP_STRIDE + (wave - row);
            let (rank, context) = token(map, at);
            sink.symbol(rank, &mut cdfs[context]);
        }
        if ends_in_first_column {
            let at = wave * MAP_STRIDE;
            sink.symbol(edge_rank(map[at - MAP_STRIDE], map[at]), &mut cdfs[EDGE_CONTEXT]);
        }
    }
}

/// `NS(count)`, section 4.10.10: truncated binary.
fn write_non_symmetric<S: SymbolSink>(sink: &mut S, value: u32, count: u32) {
    let width = count.ilog2() + 1;
    let short_codes = (1 << width) - count;
    if value < short_codes {
        sink.literal(width - 1, value);
    } else {
        let long = value + short_codes;
        sink.literal(width - 1, long >> 1);
        sink.literal(1, long & 1);
    }
}

/// Rank and context of a sample that has all neighbours.
#[inline(always)]
fn token(map: &IndexMap, at: usize) -> (usize, usize) {
    let index = |at: usize| usize::from(map[at % (MAP_STRIDE * MAP_STRIDE)]);
    let above = at.wrapping_sub(MAP_STRIDE);
    let neighbours = index(at.wrapping_sub(1)) << 9 | index(above.wrapping_sub(1)) << 6 | index(above) << 3;
    let token = TOKENS[(neighbours | index(at)) % TOKENS.len()];
    (usize::from(token & 7), usize::from(token >> 4))
}

/// The rank of a sample that has one neighbour: as if all neighbours were that one.
fn edge_rank(neighbour: u8, colour: u8) -> usize {
    let neighbour = usize::from(neighbour);
    usize::from(TOKENS[((neighbour * 0o1110) | usize::from(colour)) % TOKENS.len()] & 7)
}

/// For left, above left, above and the sample itself, 3 bits each: the rank in 3 bits, from bit 4 the
/// context.
static TOKENS: [u8; MAX_COLOURS.pow(4)] = tokens();

const fn tokens() -> [u8; MAX_COLOURS.pow(4)] {
    let mut table = [0; MAX_COLOURS.pow(4)];
    let mut at = 0;
    while at < table.len() {
        let (left, above_left, above, colour) = (at >> 9, at >> 6 & 7, at >> 3 & 7, at & 7);
        // The neighbours' colours by their scores (2 for left and above, 1 for above left), equal ones
        // ascending, and the context of the scores' hash. Repeated entries change nothing.
        let (order, context) = if left == above {
            ([left, above_left, above_left], if above == above_left { 4 } else { 3 })
        } else if left == above_left {
            ([left, above, above], 2)
        } else if above == above_left {
            ([above, left, left], 2)
        } else if left < above {
            ([left, above, above_left], 1)
        } else {
            ([above, left, above_left], 1)
        };
        table[at] = rank(order, colour) | context << 4;
        at += 1;
    }
    table
}

/// Where a colour stands when those in `order` come first, then all others ascending.
const fn rank(order: [usize; 3], colour: usize) -> u8 {
    let mut place = 0;
    let mut moved_before = 0;
    let mut index = 0;
    while index < order.len() {
        let mut repeated = false;
        let mut earlier = 0;
        while earlier < index {
            repeated |= order[earlier] == order[index];
            earlier += 1;
        }
        if !repeated {
            if order[index] == colour {
                return place;
            }
            place += 1;
            if order[index] > colour {
                moved_before += 1;
            }
        }
        index += 1;
    }
    colour as u8 + moved_before
}
