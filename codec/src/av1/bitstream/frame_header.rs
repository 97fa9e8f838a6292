//! The frame header, sections 5.9 and 6.8: what holds for one frame.
//!
//! One reference is kept, in slot 0, and all seven names of references point at it.

use arrayvec::ArrayVec;

use super::bits::{BitWriter, HeaderBytes};
use super::sequence::SequenceHeader;
use crate::av1::types::SUPERBLOCK;

/// `LAST_FRAME` to `ALTREF_FRAME`.
const REFS_PER_FRAME: u32 = 7;

pub(crate) const MAX_SEGMENTS: usize = 8;

/// Features of a segment, section 6.8.13; the first is `SEG_LVL_ALT_Q`.
const SEG_LVL_MAX: usize = 8;

const MAX_TILE_WIDTH_SB: usize = 4096 / SUPERBLOCK;
const MAX_TILE_AREA_SB: usize = 4096 * 2304 / (SUPERBLOCK * SUPERBLOCK);
const MAX_TILE_ROWS: usize = 64;
const MAX_TILE_COLS: usize = 64;

/// Bytes of a tile's size field: enough for a tile of any size.
pub(crate) const TILE_SIZE_BYTES: u32 = 4;

/// How a block is quantised: a segment of the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Segment {
    /// With one of the frame's quantisers: 0 is its finest.
    Level(u8),
    /// With the finest quantiser that has transforms: an identity transform is then exact.
    Fine,
    /// Without loss, by the Walsh-Hadamard transform.
    Lossless,
}

/// The most quantisers of a frame beside those of [`Segment::Fine`] and [`Segment::Lossless`].
pub(crate) const MAX_LEVELS: usize = MAX_SEGMENTS - EXACT_SEGMENTS;

/// [`Segment::Fine`] and [`Segment::Lossless`].
const EXACT_SEGMENTS: usize = 2;

impl Segment {
    /// With the frame's finest quantiser.
    pub(crate) const BASE: Self = Self::Level(0);

    /// `segment_id`. Coarser levels come last, so that frames without them don't pay for them.
    pub(crate) const fn id(self) -> u8 {
        match self {
            Self::Level(0) => 0,
            Self::Fine => 1,
            Self::Lossless => 2,
            Self::Level(level) => level + EXACT_SEGMENTS as u8,
        }
    }
}

/// The quantisers of a frame: `base_q_idx`, 2 to 255, and coarser ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FrameQuantisers(ArrayVec<u8, MAX_LEVELS>);

impl FrameQuantisers {
    /// Of levels from the finest to the coarsest, of which there is one at least.
    pub(crate) fn new(levels: impl IntoIterator<Item = u8>) -> Self {
        let levels: ArrayVec<u8, MAX_LEVELS> = levels.into_iter().collect();
        debug_assert!(!levels.is_empty(), "a frame has a quantiser");
        Self(levels)
    }

    /// `base_q_idx`.
    pub(crate) fn base(&self) -> u8 {
        self.0[0]
    }

    /// `LastActiveSegId`.
    pub(crate) fn last_segment(&self) -> u8 {
        (self.0.len() - 1 + EXACT_SEGMENTS) as u8
    }

    /// `get_qidx( 1, segment_id )`.
    pub(crate) fn qindex(&self, segment: Segment) -> u8 {
        match segment {
            Segment::Level(level) => self.0[usize::from(level)],
            Segment::Fine => 1,
            Segment::Lossless => 0,
        }
    }

    /// All segments that blocks may have, by their ids.
    pub(crate) fn segments(&self) -> impl Iterator<Item = Segment> + use<> {
        let coarser = (1..self.0.len()).map(|level| Segment::Level(level as u8));
        [Segment::BASE, Segment::Fine, Segment::Lossless].into_iter().chain(coarser)
    }
}

/// Whether a frame restarts the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FrameKind {
    /// `KEY_FRAME`, shown: all references are replaced, all contexts restart.
    Key {
        /// `allow_intrabc`.
        intrabc: bool,
    },
    /// `INTER_FRAME` that continues from slot 0, its contexts included.
    Inter {
        /// `force_integer_mv`.
        whole_vectors: bool,
        /// Whether the reference's segments were those of these same quantisers.
        same_segments: bool,
    },
}

/// What one frame says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FrameHeader {
    pub(crate) kind: FrameKind,
    pub(crate) quantisers: FrameQuantisers,
    /// `TileRowsLog2`, within what [`TileLayout`] gave.
    pub(crate) tiles: TileLayout,
    /// `context_update_tile_id`: the tile from which the next frame's contexts come.
    pub(crate) context_tile: usize,
}

impl FrameHeader {
    /// `uncompressed_header()` and the alignment that follows it in a frame unit.
    pub(crate) fn write(&self, sequence: &SequenceHeader) -> HeaderBytes {
        let mut out = BitWriter::default();
        out.flag(false); // show_existing_frame
        match self.kind {
            FrameKind::Key { intrabc } => Self::write_key(&mut out, intrabc),
            FrameKind::Inter { whole_vectors, .. } => Self::write_inter(&mut out, whole_vectors),
        }
        out.flag(false); // disable_frame_end_update_cdf
        self.tiles.write(&mut out, self.context_tile);
        self.write_quantization_params(&mut out);
        self.write_segmentation_params(&mut out);
        out.flag(false); // delta_q_present
        if self.kind != (FrameKind::Key { intrabc: true }) {
            Self::write_loop_filter_params(&mut out);
        }
        out.flag(false); // tx_mode_select: the largest
        if let FrameKind::Inter { .. } = self.kind {
            out.flag(false); // reference_select
        }
        out.flag(true); // reduced_tx_set
        if let FrameKind::Inter { .. } = self.kind {
            out.f(REFS_PER_FRAME, 0); // is_global, for each reference
        }
        debug_assert!(sequence.mi_cols() > 0, "a picture has columns");
        out.align();
        out.into_bytes()
    }

    fn write_key(out: &mut BitWriter, intrabc: bool) {
        out.f(2, 0); // frame_type: KEY_FRAME
        out.flag(true); // show_frame
        out.flag(false); // disable_cdf_update
        out.flag(true); // allow_screen_content_tools
        out.flag(true); // force_integer_mv
        out.flag(false); // frame_size_override_flag
        out.flag(false); // render_and_frame_size_different
        out.flag(intrabc); // allow_intrabc
    }

    fn write_inter(out: &mut BitWriter, whole_vectors: bool) {
        out.f(2, 1); // frame_type: INTER_FRAME
        out.flag(true); // show_frame
        out.flag(false); // error_resilient_mode
        out.flag(false); // disable_cdf_update
        out.flag(true); // allow_screen_content_tools
        out.flag(whole_vectors); // force_integer_mv
        out.flag(false); // frame_size_override_flag
        out.f(3, 0); // primary_ref_frame
        out.f(8, 1); // refresh_frame_flags: slot 0
        for _ in 0..REFS_PER_FRAME {
            out.f(3, 0); // ref_frame_idx
        }
        out.flag(false); // render_and_frame_size_different
        if !whole_vectors {
            out.flag(false); // allow_high_precision_mv
        }
        out.flag(false); // is_filter_switchable
        out.f(2, 0); // interpolation_filter: EIGHTTAP
        out.flag(false); // is_motion_mode_switchable
    }

    fn write_quantization_params(&self, out: &mut BitWriter) {
        out.f(8, u32::from(self.quantisers.base()));
        out.flag(false); // DeltaQYDc
        out.flag(false); // DeltaQUDc
        out.flag(false); // DeltaQUAc
        out.flag(false); // using_qmatrix
    }

    fn write_segmentation_params(&self, out: &mut BitWriter) {
        out.flag(true); // segmentation_enabled
        if let FrameKind::Inter { same_segments, .. } = self.kind {
            out.flag(true); // segmentation_update_map
            out.flag(false); // segmentation_temporal_update
            out.flag(!same_segments); // segmentation_update_data
            if same_segments {
                return;
            }
        }
        let mut unused = MAX_SEGMENTS;
        for segment in self.quantisers.segments() {
            unused -= 1;
            let delta = i32::from(self.quantisers.qindex(segment)) - i32::from(self.quantisers.base());
            // Whether it is enabled makes a segment active, so a level has it whatever its quantiser is.
            let enabled = segment != Segment::BASE;
            out.flag(enabled); // feature_enabled of SEG_LVL_ALT_Q
            if enabled {
                out.su(9, delta);
            }
            out.f(SEG_LVL_MAX as u32 - 1, 0);
        }
        for _ in 0..unused {
            out.f(SEG_LVL_MAX as u32, 0);
        }
    }

    /// `loop_filter_params()`: no filter, exact copies stay exact.
    fn write_loop_filter_params(out: &mut BitWriter) {
        out.f(6, 0); // loop_filter_level[ 0 ]
        out.f(6, 0); // loop_filter_level[ 1 ]
        out.f(3, 0); // loop_filter_sharpness
        out.flag(false); // loop_filter_delta_enabled
    }
}

/// How a frame is cut into tiles, section 5.9.15: horizontal bands, and columns only where the width asks for
/// them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TileLayout {
    sb_cols: usize,
    sb_rows: usize,
    cols_log2: u32,
    rows_log2: u32,
    /// The heights of bands that are not all equally high (`uniform_tile_spacing_flag` is 0).
    heights: Option<BandHeights>,
}

/// The most bands that are cut where the caller wants: two for each of four threads.
pub(crate) const MAX_BANDS: usize = 8;

/// The most tiles of a frame: two columns, as pictures are up to 8192 wide.
pub(crate) const MAX_TILES: usize = 2 * MAX_BANDS;

/// In superblocks, as many as are not 0.
type BandHeights = [u16; MAX_BANDS];

impl TileLayout {
    /// Bands of so many rows of superblocks each (up to [`MAX_BANDS`], together the picture's); none where
    /// the picture's size asks for other tiles.
    pub(crate) fn of_heights(sequence: &SequenceHeader, heights: &[usize]) -> Option<Self> {
        let whole = Self::bands(sequence, 1);
        let fits = heights.iter().all(|height| *height > 0) && heights.iter().sum::<usize>() == whole.sb_rows;
        if whole.cols_log2 + whole.rows_log2 > 0 || heights.len() > MAX_BANDS || !fits {
            return None;
        }
        let mut kept = [0; MAX_BANDS];
        kept.iter_mut().zip(heights).for_each(|(kept, height)| *kept = *height as u16);
        let heights = (heights.len() > 1).then_some(kept);
        let bands = heights.map_or(1, |heights| heights.iter().filter(|height| **height > 0).count());
        Some(Self { rows_log2: tile_log2(1, bands), heights, ..whole })
    }

    /// At least `bands` bands, as far as the picture has rows for them.
    pub(crate) fn bands(sequence: &SequenceHeader, bands: usize) -> Self {
        let sb_cols = sequence.width.div_ceil(SUPERBLOCK);
        let sb_rows = sequence.height.div_ceil(SUPERBLOCK);
        let mut layout = Self { sb_cols, sb_rows, cols_log2: 0, rows_log2: 0, heights: None };
        layout.cols_log2 = layout.min_cols_log2();
        let rows = tile_log2(1, bands).max(layout.min_rows_log2()).min(layout.max_rows_log2());
        layout.rows_log2 = rows;
        layout
    }

    /// The rectangles of the tiles in superblocks: first row, first column, rows, columns; in coding order.
    pub(crate) fn tiles(self) -> ArrayVec<TileRect, MAX_TILES> {
        if let Some(heights) = self.heights {
            let mut sb_row = 0;
            let band = |height: u16| {
                let rect = TileRect { sb_row, sb_col: 0, sb_rows: height.into(), sb_cols: self.sb_cols };
                sb_row += rect.sb_rows;
                rect
            };
            return heights.into_iter().take_while(|height| *height > 0).map(band).collect();
        }
        let height = self.sb_rows.div_ceil(1 << self.rows_log2);
        let width = self.sb_cols.div_ceil(1 << self.cols_log2);
        let mut tiles = ArrayVec::new();
        for sb_row in (0..self.sb_rows).step_by(height) {
            for sb_col in (0..self.sb_cols).step_by(width) {
                tiles.push(TileRect {
                    sb_row,
                    sb_col,
                    sb_rows: height.min(self.sb_rows - sb_row),
                    sb_cols: width.min(self.sb_cols - sb_col),
                });
            }
        }
        tiles
    }

    /// How many tiles there are.
    pub(crate) fn count(self) -> usize {
        match self.heights {
            Some(heights) => heights.iter().filter(|height| **height > 0).count(),
            None => self.columns() * self.sb_rows.div_ceil(self.sb_rows.div_ceil(1 << self.rows_log2)),
        }
    }

    /// How many tiles stand side by side.
    pub(crate) fn columns(self) -> usize {
        self.sb_cols.div_ceil(self.sb_cols.div_ceil(1 << self.cols_log2))
    }

    fn min_cols_log2(self) -> u32 {
        tile_log2(MAX_TILE_WIDTH_SB, self.sb_cols)
    }

    fn min_rows_log2(self) -> u32 {
        let min_tiles = self.min_cols_log2().max(tile_log2(MAX_TILE_AREA_SB, self.sb_rows * self.sb_cols));
        min_tiles.saturating_sub(self.cols_log2)
    }

    fn max_rows_log2(self) -> u32 {
        tile_log2(1, self.sb_rows.min(MAX_TILE_ROWS))
    }

    /// `tile_info()`.
    fn write(self, out: &mut BitWriter, context_tile: usize) {
        out.flag(self.heights.is_none()); // uniform_tile_spacing_flag
        if let Some(heights) = self.heights {
            // Without a least number of tiles, neither their width nor their height is limited further.
            out.ns(self.sb_cols as u32, self.sb_cols as u32 - 1); // width_in_sbs_minus_1
            let mut left = self.sb_rows as u32;
            for height in heights.into_iter().take_while(|height| *height > 0) {
                out.ns(left, u32::from(height) - 1); // height_in_sbs_minus_1
                left -= u32::from(height);
            }
        } else {
            let max_cols = tile_log2(1, self.sb_cols.min(MAX_TILE_COLS));
            write_increments(out, self.min_cols_log2(), self.cols_log2, max_cols);
            write_increments(out, self.min_rows_log2(), self.rows_log2, self.max_rows_log2());
        }
        if self.cols_log2 + self.rows_log2 > 0 {
            out.f(self.cols_log2 + self.rows_log2, context_tile as u32);
            out.f(2, TILE_SIZE_BYTES - 1);
        }
    }
}

/// A tile's place, in superblocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TileRect {
    pub(crate) sb_row: usize,
    pub(crate) sb_col: usize,
    pub(crate) sb_rows: usize,
    pub(crate) sb_cols: usize,
}

/// `increment_tile_cols_log2` or `increment_tile_rows_log2`, as often as they stand there.
fn write_increments(out: &mut BitWriter, from: u32, to: u32, max: u32) {
    for _ in from..to {
        out.flag(true);
    }
    if to < max {
        out.flag(false);
    }
}

/// `tile_log2()`: the smallest `k` with `size << k` at least `target`.
fn tile_log2(size: usize, target: usize) -> u32 {
    (0..).find(|k| size << k >= target).expect("doubling reaches any size")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::av1::types::Chroma;

    fn sequence(width: usize, height: usize) -> SequenceHeader {
        SequenceHeader { width, height, chroma: Chroma::Full }
    }

    #[test]
    fn bands_cover_the_picture() {
        for (width, height) in [(16, 16), (64, 65), (1920, 1080), (1366, 768), (7680, 4320), (8192, 8192)] {
            for bands in [1, 2, 3, 4, MAX_BANDS] {
                let layout = TileLayout::bands(&sequence(width, height), bands);
                let tiles = layout.tiles();
                let area: usize = tiles.iter().map(|tile| tile.sb_rows * tile.sb_cols).sum();
                assert_eq!(area, width.div_ceil(64) * height.div_ceil(64));
                assert!(tiles.iter().all(|tile| tile.sb_cols <= MAX_TILE_WIDTH_SB));
                assert!(tiles.iter().all(|tile| tile.sb_rows * tile.sb_cols <= MAX_TILE_AREA_SB));
            }
        }
    }

    #[test]
    fn bands_are_cut_where_the_size_leaves_them_free() {
        let layout = TileLayout::of_heights(&sequence(1920, 1080), &[5, 2, 10]).expect("free");
        assert_eq!(
            layout.tiles().iter().map(|tile| (tile.sb_row, tile.sb_rows)).collect::<Vec<_>>(),
            [(0, 5), (5, 2), (7, 10)]
        );
        let whole = TileLayout::of_heights(&sequence(1920, 1080), &[17]);
        assert_eq!(whole, Some(TileLayout::bands(&sequence(1920, 1080), 1)));
        assert_eq!(TileLayout::of_heights(&sequence(7680, 4320), &[5, 63]), None);
        assert_eq!(TileLayout::of_heights(&sequence(1920, 1080), &[16]), None);
        assert_eq!(TileLayout::of_heights(&sequence(1920, 1080), &[0, 17]), None);
    }

    #[test]
    fn a_segment_names_its_quantiser() {
        let quantisers = FrameQuantisers::new([80, 120, 255]);
        let all: Vec<_> =
            quantisers.segments().map(|segment| (segment.id(), quantisers.qindex(segment))).collect();
        assert_eq!(all, [(0, 80), (1, 1), (2, 0), (3, 120), (4, 255)]);
        assert_eq!((quantisers.base(), quantisers.last_segment()), (80, 4));
        assert_eq!(FrameQuantisers::new([80]).last_segment(), 2);
    }
}
