//! The reading side: the specification's own syntax tables, transcribed, and what records the writing for
//! them. What is written is chosen in the module above.

use crate::av1::bitstream::cdf::CdfContext;
use crate::av1::bitstream::entropy::SymbolSink;

/// A value and what it was written by: the mark of a symbol's CDF, or the width of a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SinkEvent {
    Symbol(usize, u16),
    Literal(u32, u32),
}

/// Keeps what is written. CDFs are told apart by the marks of [`marked_cdfs`].
#[derive(Default)]
pub(super) struct SinkRecorder(pub(super) Vec<SinkEvent>);

impl SymbolSink for SinkRecorder {
    fn symbol<const L: usize>(&mut self, value: usize, cdf: &mut [u16; L]) {
        assert!(value < L - 1);
        self.0.push(SinkEvent::Symbol(value, cdf[0]));
    }

    fn literal(&mut self, bits: u32, value: u32) {
        assert!(bits > 31 || value >> bits == 0, "{value} in {bits} bits");
        self.0.push(SinkEvent::Literal(value, bits));
    }
}

/// Marks are made of the kind of the symbol, the number of colours or the block size's context, and the
/// context.
pub(super) fn mark(kind: u16, size: usize, ctx: usize) -> u16 {
    kind << 8 | (size as u16) << 4 | ctx as u16
}

pub(super) const Y_MODE: u16 = 1;
pub(super) const UV_MODE: u16 = 2;
pub(super) const Y_SIZE: u16 = 3;
pub(super) const UV_SIZE: u16 = 4;
pub(super) const Y_COLOR: u16 = 5;
pub(super) const UV_COLOR: u16 = 6;

pub(super) fn marked_cdfs() -> CdfContext {
    let mut cdf = CdfContext::new(100);
    for bsize in 0..7 {
        for ctx in 0..3 {
            cdf.palette_y_mode[bsize][ctx][0] = mark(Y_MODE, bsize, ctx);
        }
        cdf.palette_y_size[bsize][0] = mark(Y_SIZE, bsize, 0);
        cdf.palette_uv_size[bsize][0] = mark(UV_SIZE, bsize, 0);
    }
    for ctx in 0..2 {
        cdf.palette_uv_mode[ctx][0] = mark(UV_MODE, 0, ctx);
    }
    for ctx in 0..5 {
        cdf.palette_size_2_y_color[ctx][0] = mark(Y_COLOR, 2, ctx);
        cdf.palette_size_3_y_color[ctx][0] = mark(Y_COLOR, 3, ctx);
        cdf.palette_size_4_y_color[ctx][0] = mark(Y_COLOR, 4, ctx);
        cdf.palette_size_5_y_color[ctx][0] = mark(Y_COLOR, 5, ctx);
        cdf.palette_size_6_y_color[ctx][0] = mark(Y_COLOR, 6, ctx);
        cdf.palette_size_7_y_color[ctx][0] = mark(Y_COLOR, 7, ctx);
        cdf.palette_size_8_y_color[ctx][0] = mark(Y_COLOR, 8, ctx);
        cdf.palette_size_2_uv_color[ctx][0] = mark(UV_COLOR, 2, ctx);
        cdf.palette_size_3_uv_color[ctx][0] = mark(UV_COLOR, 3, ctx);
        cdf.palette_size_4_uv_color[ctx][0] = mark(UV_COLOR, 4, ctx);
        cdf.palette_size_5_uv_color[ctx][0] = mark(UV_COLOR, 5, ctx);
        cdf.palette_size_6_uv_color[ctx][0] = mark(UV_COLOR, 6, ctx);
        cdf.palette_size_7_uv_color[ctx][0] = mark(UV_COLOR, 7, ctx);
        cdf.palette_size_8_uv_color[ctx][0] = mark(UV_COLOR, 8, ctx);
    }
    cdf
}

/// The reading side.
pub(super) struct PaletteReader<'a>(pub(super) std::slice::Iter<'a, SinkEvent>);

impl PaletteReader<'_> {
    pub(super) fn symbol(&mut self, expected: u16) -> usize {
        match self.0.next() {
            Some(SinkEvent::Symbol(value, mark)) => {
                assert_eq!(*mark, expected, "another CDF");
                *value
            }
            other => panic!("a symbol, not {other:?}"),
        }
    }

    fn literal(&mut self, expected: u32) -> i32 {
        match self.0.next() {
            Some(SinkEvent::Literal(value, bits)) => {
                assert_eq!(*bits, expected, "another width");
                *value as i32
            }
            other => panic!("a literal, not {other:?}"),
        }
    }

    /// Section 4.10.10.
    fn ns(&mut self, n: i32) -> i32 {
        let mut w = 0;
        let mut x = n;
        while x != 0 {
            x >>= 1;
            w += 1;
        }
        let m = (1 << w) - n;
        let v = self.literal(w - 1);
        if v < m {
            return v;
        }
        let extra_bit = self.literal(1);
        (v << 1) - m + extra_bit
    }
}

fn ceil_log2(x: i32) -> u32 {
    if x < 2 {
        return 0;
    }
    let mut i = 1;
    let mut p = 2;
    while p < x {
        i += 1;
        p <<= 1;
    }
    i
}

fn clip1(x: i32) -> i32 {
    x.clamp(0, 255)
}

/// `get_palette_cache`, of the neighbours' colours (empty where there is no palette or no neighbour).
pub(super) fn get_palette_cache(mi_row: usize, above: &[u8], avail_l: bool, left: &[u8]) -> Vec<i32> {
    let mut above_n = 0;
    if !(mi_row * 4).is_multiple_of(64) {
        above_n = above.len();
    }
    let mut left_n = 0;
    if avail_l {
        left_n = left.len();
    }
    let mut above_idx = 0;
    let mut left_idx = 0;
    let mut cache: Vec<i32> = Vec::new();
    while above_idx < above_n && left_idx < left_n {
        let above_c = i32::from(above[above_idx]);
        let left_c = i32::from(left[left_idx]);
        if left_c < above_c {
            if cache.is_empty() || left_c != cache[cache.len() - 1] {
                cache.push(left_c);
            }
            left_idx += 1;
        } else {
            if cache.is_empty() || above_c != cache[cache.len() - 1] {
                cache.push(above_c);
            }
            above_idx += 1;
            if left_c == above_c {
                left_idx += 1;
            }
        }
    }
    while above_idx < above_n {
        let val = i32::from(above[above_idx]);
        above_idx += 1;
        if cache.is_empty() || val != cache[cache.len() - 1] {
            cache.push(val);
        }
    }
    while left_idx < left_n {
        let val = i32::from(left[left_idx]);
        left_idx += 1;
        if cache.is_empty() || val != cache[cache.len() - 1] {
            cache.push(val);
        }
    }
    cache
}

/// The Y (`minimum` 1) or U (0) part of `palette_mode_info`.
pub(super) fn read_ascending(
    r: &mut PaletteReader<'_>,
    size: usize,
    cache: &[i32],
    minimum: i32,
) -> Vec<i32> {
    let mut colors = vec![0; size];
    let mut idx = 0;
    let mut i = 0;
    while i < cache.len() && idx < size {
        if r.literal(1) != 0 {
            colors[idx] = cache[i];
            idx += 1;
        }
        i += 1;
    }
    if idx < size {
        colors[idx] = r.literal(8);
        idx += 1;
    }
    let mut palette_bits = 0;
    if idx < size {
        palette_bits = 5 + r.literal(2) as u32;
    }
    while idx < size {
        let delta = r.literal(palette_bits) + minimum;
        colors[idx] = clip1(colors[idx - 1] + delta);
        let range = 256 - colors[idx] - minimum;
        palette_bits = palette_bits.min(ceil_log2(range));
        idx += 1;
    }
    colors.sort_unstable();
    colors
}

pub(super) fn read_v(r: &mut PaletteReader<'_>, size: usize) -> Vec<i32> {
    let mut colors = vec![0; size];
    if r.literal(1) != 0 {
        let palette_bits = 4 + r.literal(2) as u32;
        colors[0] = r.literal(8);
        for idx in 1..size {
            let mut delta = r.literal(palette_bits);
            if delta != 0 && r.literal(1) != 0 {
                delta = -delta;
            }
            let mut val = colors[idx - 1] + delta;
            if val < 0 {
                val += 256;
            }
            if val >= 256 {
                val -= 256;
            }
            colors[idx] = clip1(val);
        }
    } else {
        for color in &mut colors {
            *color = r.literal(8);
        }
    }
    colors
}

/// `get_palette_color_context`: the colour order and the context.
fn get_palette_color_context(map: &[Vec<usize>], r: usize, c: usize, n: usize) -> ([usize; 8], usize) {
    const PALETTE_COLOR_CONTEXT: [i32; 9] = [-1, -1, 0, -1, -1, 4, 3, 2, 1];
    const PALETTE_COLOR_HASH_MULTIPLIERS: [usize; 3] = [1, 2, 2];
    let mut scores = [0; 8];
    let mut color_order = [0, 1, 2, 3, 4, 5, 6, 7];
    if c > 0 {
        scores[map[r][c - 1]] += 2;
    }
    if r > 0 && c > 0 {
        scores[map[r - 1][c - 1]] += 1;
    }
    if r > 0 {
        scores[map[r - 1][c]] += 2;
    }
    for i in 0..3 {
        let mut max_score = scores[i];
        let mut max_idx = i;
        for (j, &score) in scores.iter().enumerate().take(n).skip(i + 1) {
            if score > max_score {
                max_score = score;
                max_idx = j;
            }
        }
        if max_idx != i {
            max_score = scores[max_idx];
            let max_color_order = color_order[max_idx];
            for k in (i + 1..=max_idx).rev() {
                scores[k] = scores[k - 1];
                color_order[k] = color_order[k - 1];
            }
            scores[i] = max_score;
            color_order[i] = max_color_order;
        }
    }
    let hash: usize = (0..3).map(|i| scores[i] * PALETTE_COLOR_HASH_MULTIPLIERS[i]).sum();
    (color_order, PALETTE_COLOR_CONTEXT[hash].try_into().expect("never accessed"))
}

/// One plane's part of `palette_tokens`.
pub(super) fn read_tokens(
    r: &mut PaletteReader<'_>,
    kind: u16,
    n: usize,
    (block_width, block_height): (usize, usize),
    (onscreen_width, onscreen_height): (usize, usize),
) -> Vec<Vec<usize>> {
    let mut map = vec![vec![0; block_width]; block_height];
    map[0][0] = r.ns(n as i32) as usize;
    for i in 1..onscreen_height + onscreen_width - 1 {
        let last = (i + 1).saturating_sub(onscreen_height);
        for j in (last..=i.min(onscreen_width - 1)).rev() {
            let (color_order, ctx) = get_palette_color_context(&map, i - j, j, n);
            map[i - j][j] = color_order[r.symbol(mark(kind, n, ctx))];
        }
    }
    for row in map.iter_mut().take(onscreen_height) {
        for j in onscreen_width..block_width {
            row[j] = row[onscreen_width - 1];
        }
    }
    for i in onscreen_height..block_height {
        map[i] = map[onscreen_height - 1].clone();
    }
    map
}
