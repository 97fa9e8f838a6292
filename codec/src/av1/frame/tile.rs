//! One tile: its superblocks, their partitions and blocks in coding order, sections 5.11.1 to 5.11.5.
//!
//! It walks; what a block becomes is decided in [`crate::av1::choose::search`], and written in
//! [`crate::av1::syntax::block`].

use arrayvec::ArrayVec;

use super::scratch::TileScratch;
use super::sharpness::SuperblockSharpness;
use super::stream::SearchEffort;
use crate::av1::bitstream::cdf::CdfContext;
use crate::av1::bitstream::entropy::RangeEncoder;
use crate::av1::bitstream::frame_header::{FrameKind, MAX_LEVELS, MAX_SEGMENTS, Segment, TileRect};
use crate::av1::bitstream::sequence::SequenceHeader;
use crate::av1::choose::cells::{Cells, all_equal, mean_error, visible_cells};
use crate::av1::choose::content::BlockContent;
use crate::av1::choose::hash::{Displacement, MotionIndex};
use crate::av1::choose::motion::RecentSearches;
use crate::av1::choose::plan::SuperblockPlan;
use crate::av1::choose::rate::{CodingStep, QuantiserLadder, TextQuality, TileRate};
use crate::av1::choose::reach::VectorReach;
use crate::av1::reconstruct::intra::BlockDecoded;
use crate::av1::reconstruct::planes::{PictureBand, PicturePlanes};
use crate::av1::reconstruct::quantise::Quantiser;
use crate::av1::syntax::coefficients::CoefficientContexts;
use crate::av1::syntax::contexts::BlockNeighbours;
use crate::av1::syntax::modes::{Partition, write_partition};
use crate::av1::syntax::mv_coding::MvPrecision;
use crate::av1::syntax::mv_prediction::{BlockPlace, TileBounds};
use crate::av1::syntax::palette::PaletteColours;
use crate::av1::types::{BlockSize, Chroma, MI_SIZE, ModeInfoGrid, Mv, SUPERBLOCK};

/// What is to be done with a superblock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SuperblockWork {
    /// It did not change: shown as it is.
    Keep,
    /// It changed.
    Code,
    /// It did not change, but is to be shown as it is coded where there is no limit.
    Sharpen,
    /// It did not change, but is to be shown exactly.
    Refine,
}

/// What all tiles of a frame share.
pub(crate) struct FrameJob<'a> {
    pub(crate) sequence: &'a SequenceHeader,
    pub(crate) kind: FrameKind,
    /// What is to be shown.
    pub(crate) source: &'a PicturePlanes,
    /// What was to be shown by the frame before.
    pub(crate) before: &'a PicturePlanes,
    /// By superblock, the cells in which both are equal; all where nothing changed. Not known where `before`
    /// is the reference.
    pub(crate) equal: Option<&'a [Cells]>,
    /// What the decoder shows of it: `LAST_FRAME`.
    pub(crate) reference: &'a PicturePlanes,
    /// By superblock, row by row.
    pub(crate) work: &'a [SuperblockWork],
    /// Superblocks in which the picture that is written differs from `reference` before anything is coded.
    pub(crate) stale: &'a [bool],
    /// Where else something stands in a key picture.
    pub(crate) repeats: Option<&'a MotionIndex>,
    /// The displacements that explain most of what changed.
    pub(crate) vectors: &'a [Displacement],
    /// How `reference` shows each superblock.
    pub(crate) sharpness: &'a [SuperblockSharpness],
    /// Those that may be used together.
    pub(crate) reach: VectorReach,
    pub(crate) ladder: &'a QuantiserLadder,
    /// The steps of the ladder that are this frame's levels.
    pub(crate) level_steps: &'a [usize],
    /// Those steps.
    pub(crate) levels: ArrayVec<CodingStep, MAX_LEVELS>,
    pub(crate) effort: SearchEffort,
    /// By segment.
    pub(crate) quantisers: ArrayVec<Quantiser, MAX_SEGMENTS>,
    /// `LastActiveSegId`.
    pub(crate) last_segment: u8,
}

impl FrameJob<'_> {
    /// Whether blocks may be predicted from the reference.
    pub(crate) fn inter(&self) -> bool {
        matches!(self.kind, FrameKind::Inter { .. })
    }

    /// Superblocks of a row.
    pub(crate) fn superblock_columns(&self) -> usize {
        self.sequence.width.div_ceil(SUPERBLOCK)
    }

    /// The superblock of a luma position, counted row by row.
    pub(crate) fn superblock_index(&self, x: usize, y: usize) -> usize {
        y / SUPERBLOCK * self.superblock_columns() + x / SUPERBLOCK
    }

    /// What the frame's vectors are multiples of.
    pub(crate) fn precision(&self) -> MvPrecision {
        match self.kind {
            FrameKind::Inter { whole_vectors: false, .. } => MvPrecision::Quarter,
            _ => MvPrecision::Whole,
        }
    }

    pub(crate) fn chroma(&self) -> Chroma {
        self.sequence.chroma
    }
}

/// What a tile keeps from frame to frame, so that nothing is allocated again.
pub(crate) struct TileBuffers {
    pub(crate) sink: RangeEncoder,
    pub(crate) cdfs: CdfContext,
    pub(crate) grid: ModeInfoGrid,
    pub(crate) coefficients: CoefficientContexts,
    pub(crate) palettes: PaletteColours,
    pub(crate) decoded: BlockDecoded,
    pub(crate) scratch: Box<TileScratch>,
    /// Superblocks for which the last frame had no bytes left.
    pub(crate) deferred: Vec<usize>,
    /// What the last frame was forecast to take, at the levels that it got.
    pub(crate) forecast: f32,
    /// Luma samples that were predicted from the reference as film is.
    pub(crate) film: usize,
}

impl TileBuffers {
    /// For any tile of a picture that has a tile's columns.
    pub(crate) fn new(sequence: &SequenceHeader, rect: TileRect) -> Self {
        let mi_rows = sequence.mi_rows();
        let mi_cols = mi_within(rect.sb_col, rect.sb_cols, sequence.mi_cols());
        Self {
            sink: RangeEncoder::default(),
            cdfs: CdfContext::new(0),
            grid: ModeInfoGrid::new(mi_cols),
            coefficients: CoefficientContexts::new(mi_rows, mi_cols, sequence.chroma),
            palettes: PaletteColours::new(mi_cols),
            decoded: BlockDecoded::new(sequence.chroma),
            scratch: Box::default(),
            deferred: Vec::with_capacity(sequence.height.div_ceil(SUPERBLOCK) * rect.sb_cols),
            forecast: 0.0,
            film: 0,
        }
    }
}

/// What is one tile's own.
pub(crate) struct TilePart<'a> {
    /// What is written.
    pub(crate) band: PictureBand<'a>,
    pub(crate) rect: TileRect,
    /// By superblock of the picture.
    pub(crate) plans: &'a [SuperblockPlan],
    /// By superblock of the band, how it is shown; noted of those that are coded.
    pub(crate) sharpness: &'a mut [SuperblockSharpness],
    pub(crate) buffers: &'a mut TileBuffers,
}

/// The part of a tile's limit by which it may exceed that rather than leave something out: frames leave a
/// larger part of their budgets free.
const SPARE: usize = 32;

/// And so many bytes.
const SPARE_BYTES: usize = 64;

/// What a tile may take, and how it keeps to that.
#[derive(Debug)]
pub(crate) struct TileAllowance {
    /// Bytes, about.
    pub(crate) limit: usize,
    /// None: all is coded at the finest level.
    pub(crate) rate: Option<TileRate>,
}

/// Codes one tile of one frame.
pub(crate) struct TileCoder<'a> {
    pub(crate) job: &'a FrameJob<'a>,
    pub(crate) band: PictureBand<'a>,
    pub(crate) bounds: TileBounds,
    plans: &'a [SuperblockPlan],
    sharpness: &'a mut [SuperblockSharpness],
    pub(crate) buffers: &'a mut TileBuffers,
    /// Of the superblock that is being coded.
    pub(crate) plan: SuperblockPlan,
    /// The frame's level that it is coded at.
    level: usize,
    /// All of its blocks so far are copies of what is shown exactly.
    exact: bool,
    /// What the block that was looked at last looks like.
    pub(crate) known: Option<(BlockPlace, BlockContent)>,
    allowance: TileAllowance,
}

impl<'a> TileCoder<'a> {
    /// A coder of a tile that continues with `cdfs`.
    pub(crate) fn new(
        job: &'a FrameJob<'a>,
        part: TilePart<'a>,
        cdfs: &CdfContext,
        allowance: TileAllowance,
    ) -> Self {
        let TilePart { band, rect, plans, sharpness, buffers } = part;
        let (frame_mi_rows, frame_mi_cols) = (job.sequence.mi_rows(), job.sequence.mi_cols());
        let bounds = TileBounds {
            mi_row_start: rect.sb_row * SUPERBLOCK / MI_SIZE,
            mi_rows: mi_within(rect.sb_row, rect.sb_rows, frame_mi_rows),
            frame_mi_rows,
            mi_col_start: rect.sb_col * SUPERBLOCK / MI_SIZE,
            mi_cols: mi_within(rect.sb_col, rect.sb_cols, frame_mi_cols),
            frame_mi_cols,
        };
        buffers.cdfs.clone_from(cdfs);
        buffers.sink.start();
        buffers.deferred.clear();
        buffers.forecast = 0.0;
        buffers.film = 0;
        buffers.scratch.last_vector = Mv::ZERO;
        buffers.scratch.searches = RecentSearches::default();
        let plan = SuperblockPlan::default();
        let (level, exact) = (0, true);
        Self { job, band, bounds, plans, sharpness, buffers, plan, level, exact, known: None, allowance }
    }

    /// `decode_tile()`; its bytes are in the sink then.
    pub(crate) fn code(mut self) {
        self.buffers.coefficients.start_tile(self.bounds.mi_rows);
        self.buffers.palettes.clear();
        let superblock_mi = SUPERBLOCK / MI_SIZE;
        for mi_row in (0..self.bounds.mi_rows).step_by(superblock_mi) {
            self.buffers.coefficients.clear_left();
            for mi_col in (0..self.bounds.mi_cols).step_by(superblock_mi) {
                self.buffers.decoded.clear(self.bounds.mi_rows - mi_row, self.bounds.mi_cols - mi_col);
                let index = self.superblock(mi_row, mi_col);
                self.exact = true;
                if self.job.work[index] == SuperblockWork::Keep {
                    self.plan = self.plans[index];
                } else if self.within_limit() {
                    self.plan = self.plans[index];
                    self.choose_level();
                } else {
                    self.defer(index);
                }
                self.code_partition(mi_row, mi_col, BlockSize::B64x64);
                self.note_sharpness(mi_row, mi_col);
            }
        }
        self.buffers.sink.finish();
        self.buffers.forecast = self.allowance.rate.as_ref().map_or(0.0, |rate| rate.forecast);
    }

    /// Whether the tile has bytes left, with some to spare for the last superblocks where it chooses levels.
    fn within_limit(&self) -> bool {
        let TileAllowance { limit, rate } = &self.allowance;
        self.buffers.sink.len() <= limit + if rate.is_some() { limit / SPARE + SPARE_BYTES } else { 0 }
    }

    /// Chooses the level of the superblock that is planned.
    fn choose_level(&mut self) {
        if let Some(rate) = &mut self.allowance.rate {
            let used = (self.buffers.sink.len(), self.allowance.limit);
            self.level = rate.next(&self.plan.forecast.bytes, self.job.level_steps, used);
        }
    }

    /// The level that the superblock is coded at.
    pub(crate) fn level(&self) -> &CodingStep {
        &self.job.levels[self.level]
    }

    /// The same as a segment.
    pub(crate) fn level_segment(&self) -> Segment {
        Segment::Level(self.level as u8)
    }

    /// The level's quantiser.
    pub(crate) fn level_quantiser(&self) -> &Quantiser {
        &self.job.quantisers[usize::from(self.level_segment().id())]
    }

    /// Notes that a block of the superblock may not be shown exactly.
    pub(crate) fn note_inexact(&mut self) {
        self.exact = false;
    }

    /// Notes how a superblock is shown, while its samples are at hand.
    fn note_sharpness(&mut self, mi_row: usize, mi_col: usize) {
        let job = self.job;
        let (x, y) = self.luma_position(mi_row, mi_col);
        let index = job.superblock_index(x, y);
        if job.work[index] != SuperblockWork::Keep {
            let shown = || self.band.superblock(mi_col * MI_SIZE, mi_row * MI_SIZE);
            let visible = visible_cells(job.source, x, y);
            let exact = self.exact || all_equal(job.source.superblock(x, y), shown(), visible);
            let sharpened = job.work[index] == SuperblockWork::Sharpen && !self.plan.deferred;
            let sharpness = match (exact, sharpened) {
                (true, _) => SuperblockSharpness::Exact,
                (false, true) if job.sharpness[index] == SuperblockSharpness::CoarseText => {
                    SuperblockSharpness::CloseText
                }
                (false, true) => SuperblockSharpness::Close,
                (false, false) => self.judge(mean_error(job.source.superblock(x, y), shown(), visible)),
            };
            let first_of_band = job.superblock_index(0, self.bounds.mi_row_start * MI_SIZE);
            self.sharpness[index - first_of_band] = sharpness;
        }
    }

    /// How a superblock is shown that is off by a mean squared error.
    fn judge(&self, error: f32) -> SuperblockSharpness {
        let text = self.plan.forecast.text && self.level().text != TextQuality::Exact;
        SuperblockSharpness::of_error(error, text)
    }

    /// Leaves what is left of a superblock to later frames if the tile has no bytes for it.
    pub(crate) fn keep_within_limit(&mut self, place: BlockPlace) {
        let index = self.superblock(place.mi_row, place.mi_col);
        let beyond = self.job.work[index] != SuperblockWork::Keep && !self.within_limit();
        if beyond && !self.plan.deferred {
            self.defer(index);
        }
    }

    fn defer(&mut self, index: usize) {
        self.plan = SuperblockPlan::deferred(self.job.inter());
        self.note_inexact();
        if self.job.work[index] == SuperblockWork::Code {
            self.buffers.deferred.push(index);
        }
    }

    /// The index of the superblock that a position of the tile is in.
    pub(crate) fn superblock(&self, mi_row: usize, mi_col: usize) -> usize {
        let (x, y) = self.luma_position(mi_row, mi_col);
        self.job.superblock_index(x, y)
    }

    /// Where a position of the tile lies in the picture, in luma samples.
    pub(crate) fn luma_position(&self, mi_row: usize, mi_col: usize) -> (usize, usize) {
        ((self.bounds.mi_col_start + mi_col) * MI_SIZE, (self.bounds.mi_row_start + mi_row) * MI_SIZE)
    }

    /// `decode_partition()`.
    fn code_partition(&mut self, mi_row: usize, mi_col: usize, square: BlockSize) {
        if mi_row >= self.bounds.mi_rows || mi_col >= self.bounds.mi_cols {
            return;
        }
        let half = square.width_mi() / 2;
        let has_rows = mi_row + half < self.bounds.mi_rows;
        let has_cols = mi_col + half < self.bounds.mi_cols;
        let partition = match (has_rows, has_cols) {
            (false, false) => Partition::Split,
            _ => self.choose_partition(mi_row, mi_col, square, (has_rows, has_cols)),
        };
        let neighbours = BlockNeighbours::of(&self.buffers.grid, mi_row, mi_col);
        let (sink, cdfs) = (&mut self.buffers.sink, &mut self.buffers.cdfs);
        write_partition(sink, cdfs, &neighbours, square, (has_rows, has_cols), partition);
        let (width, height) = (square.width(), square.height());
        match partition {
            Partition::None => self.code_block(BlockPlace { mi_row, mi_col, size: square }),
            Partition::Horz => {
                let size = halved(width, height / 2);
                self.code_block(BlockPlace { mi_row, mi_col, size });
                if has_rows {
                    self.code_block(BlockPlace { mi_row: mi_row + half, mi_col, size });
                }
            }
            Partition::Vert => {
                let size = halved(width / 2, height);
                self.code_block(BlockPlace { mi_row, mi_col, size });
                if has_cols {
                    self.code_block(BlockPlace { mi_row, mi_col: mi_col + half, size });
                }
            }
            Partition::Split => {
                let square = BlockSize::square(width / 2);
                self.code_partition(mi_row, mi_col, square);
                self.code_partition(mi_row, mi_col + half, square);
                self.code_partition(mi_row + half, mi_col, square);
                self.code_partition(mi_row + half, mi_col + half, square);
            }
        }
    }
}

/// How many units of 4x4 a tile has along a side of `superblocks`, of the frame's `frame_mi`.
fn mi_within(first_superblock: usize, superblocks: usize, frame_mi: usize) -> usize {
    const SUPERBLOCK_MI: usize = SUPERBLOCK / MI_SIZE;
    (superblocks * SUPERBLOCK_MI).min(frame_mi - first_superblock * SUPERBLOCK_MI)
}

/// The size of half a square.
fn halved(width: usize, height: usize) -> BlockSize {
    match (width, height) {
        (64, _) => BlockSize::B64x32,
        (32, 64) => BlockSize::B32x64,
        (32, _) => BlockSize::B32x16,
        (16, 32) => BlockSize::B16x32,
        (16, _) => BlockSize::B16x8,
        _ => BlockSize::B8x16,
    }
}
