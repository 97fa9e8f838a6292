//! Palettes: few colours and a map of indices, section 5.11.46 and following of the specification.
//!
//! This file has the types and the prediction of section 7.11.4; `derive` makes palettes from samples,
//! `cache` knows the neighbours' colours, `colours` and `tokens` write the syntax. None of it decides whether
//! a palette pays.

mod cache;
mod colours;
mod derive;
#[cfg(test)]
mod derive_tests;
#[cfg(test)]
mod syntax_tests;
mod tokens;

pub(crate) use cache::PaletteColours;
pub(crate) use colours::{PaletteModeInfo, write_palette_mode_info};
pub(crate) use derive::{derive_best, derive_exact, derive_exact_uv};
pub(crate) use tokens::write_palette_tokens;

/// `PALETTE_COLORS`: the most colours of a palette.
pub(crate) const MAX_COLOURS: usize = 8;

/// The fewest colours of a palette; flat blocks repeat one.
pub(crate) const MIN_COLOURS: usize = 2;

/// The distance of rows in an [`IndexMap`].
pub(crate) const MAP_STRIDE: usize = 64;

/// `ColorMapY` or `ColorMapUV`: a block's indices, whose rows are [`MAP_STRIDE`] apart. Only the block's part
/// counts.
pub(crate) type IndexMap = [u8; MAP_STRIDE * MAP_STRIDE];

/// `palette_colors_y`: ascending, without doubles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Palette {
    pub(crate) colours: [u8; MAX_COLOURS],
    /// `PaletteSizeY`: 2 to 8.
    pub(crate) len: u8,
}

impl Palette {
    /// The colours in use.
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.colours[..usize::from(self.len)]
    }
}

/// `palette_colors_u` and `palette_colors_v`: pairs, ascending by U, then by V.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UvPalette {
    pub(crate) u: [u8; MAX_COLOURS],
    pub(crate) v: [u8; MAX_COLOURS],
    /// `PaletteSizeUV`: 2 to 8.
    pub(crate) len: u8,
}

impl UvPalette {
    /// The U colours in use.
    pub(crate) fn u(&self) -> &[u8] {
        &self.u[..usize::from(self.len)]
    }

    /// The V colours in use.
    pub(crate) fn v(&self) -> &[u8] {
        &self.v[..usize::from(self.len)]
    }
}

/// Samples of one plane of a block: rows `stride` apart from the start of `samples`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BlockSamples<'a> {
    samples: &'a [u8],
    stride: usize,
    width: usize,
    height: usize,
}

impl<'a> BlockSamples<'a> {
    /// A block of `width` (4 to 64, a multiple of 4) by `height` (to 64) samples.
    ///
    /// # Panics
    /// Where `samples` doesn't hold them.
    pub(crate) fn new(samples: &'a [u8], stride: usize, width: usize, height: usize) -> Self {
        assert!(
            (1..=MAP_STRIDE).contains(&height)
                && (4..=MAP_STRIDE).contains(&width)
                && width.is_multiple_of(4)
        );
        assert!(samples.len() >= (height - 1) * stride + width, "a block holds its samples");
        Self { samples, stride, width, height }
    }

    fn row(&self, y: usize) -> &'a [u8] {
        &self.samples[y * self.stride..][..self.width]
    }
}

/// The palette prediction process: fills a block of `width` by `height` samples, rows `stride` apart.
///
/// `colours` are those of one plane.
pub(crate) fn predict_palette(
    colours: &[u8; MAX_COLOURS],
    map: &IndexMap,
    dst: &mut [u8],
    stride: usize,
    (width, height): (usize, usize),
) {
    for (row, indices) in map.chunks_exact(MAP_STRIDE).take(height).enumerate() {
        for (sample, index) in dst[row * stride..][..width].iter_mut().zip(indices) {
            *sample = colours[usize::from(index & 7)];
        }
    }
}

/// Repeats the last column and row that are on the screen over the rest of a block, as every decoder does.
#[cfg(test)]
pub(crate) fn extend_map(map: &mut IndexMap, onscreen: (usize, usize), block: (usize, usize)) {
    let ((onscreen_width, onscreen_height), (width, height)) = (onscreen, block);
    if onscreen_width < width {
        for row in map.chunks_exact_mut(MAP_STRIDE).take(onscreen_height) {
            let last = row[onscreen_width - 1];
            row[onscreen_width..width].fill(last);
        }
    }
    let last = (onscreen_height - 1) * MAP_STRIDE;
    for row in onscreen_height..height {
        map.copy_within(last..last + width, row * MAP_STRIDE);
    }
}
