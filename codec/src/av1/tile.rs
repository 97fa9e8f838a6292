//! One tile: its superblocks, their partitions and blocks in coding order, sections 5.11.1 to 5.11.5.
//!
//! It walks; what a block becomes is decided in [`super::search`], and written in [`super::block`].

use super::cdf::CdfContext;
use super::cells::{CELL, Cells, all_equal, visible_cells};
use super::coefficients::CoefficientContexts;
use super::content::Content;
use super::contexts::Neighbours;
use super::entropy::RangeEncoder;
use super::frame_header::{FrameKind, Segment, TileRect};
use super::hash::{Displacement, MotionIndex};
use super::intra::BlockDecoded;
use super::mode_syntax::{Partition, write_partition};
use super::mv_prediction::{BlockPlace, TileBounds};
use super::palette::PaletteColours;
use super::plan::Plan;
use super::planes::{Band, Planes};
use super::quantise::Quantiser;
use super::scratch::Scratch;
use super::sequence::SequenceHeader;
use super::types::{BlockSize, Chroma, MI_SIZE, ModeInfoGrid, SUPERBLOCK};

/// What is to be done with a superblock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// It did not change: shown as it is.
    Keep,
    /// It changed.
    Code,
    /// It did not change, but is to be shown exactly.
    Refine,
}

/// What all tiles of a frame share.
pub(crate) struct FrameJob<'a> {
    pub(crate) sequence: &'a SequenceHeader,
    pub(crate) kind: FrameKind,
    /// `base_q_idx`.
    pub(crate) base_q_idx: u8,
    /// What is to be shown.
    pub(crate) source: &'a Planes,
    /// What was to be shown by the frame before.
    pub(crate) before: &'a Planes,
    /// By superblock, the cells in which both are equal; all where nothing changed.
    pub(crate) equal: &'a [Cells],
    /// What the decoder shows of it: `LAST_FRAME`.
    pub(crate) reference: &'a Planes,
    /// By superblock, row by row.
    pub(crate) work: &'a [Work],
    /// Superblocks in which the picture that is written differs from `reference` before anything is coded.
    pub(crate) stale: &'a [bool],
    pub(crate) motion: &'a MotionIndex,
    /// The displacements that explain most of what changed.
    pub(crate) vectors: &'a [Displacement],
    /// Superblocks that `reference` does not show exactly.
    pub(crate) inexact: &'a [bool],
    /// Whether text is coded exactly at once; otherwise all is coded with the base quantiser.
    pub(crate) exact_text: bool,
    /// By segment.
    pub(crate) quantisers: [Quantiser; Segment::COUNT],
    /// What a bit is worth as a sum of squared errors, with the base quantiser.
    pub(crate) lambda: f32,
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

    pub(crate) fn chroma(&self) -> Chroma {
        self.sequence.chroma
    }
}

/// What a tile keeps from frame to frame, so that nothing is allocated anew.
pub(crate) struct TileBuffers {
    pub(crate) sink: RangeEncoder,
    pub(crate) cdfs: CdfContext,
    pub(crate) grid: ModeInfoGrid,
    pub(crate) coefficients: CoefficientContexts,
    pub(crate) palettes: PaletteColours,
    pub(crate) decoded: BlockDecoded,
    pub(crate) scratch: Box<Scratch>,
}

impl TileBuffers {
    /// For any tile of a picture.
    pub(crate) fn new(sequence: &SequenceHeader) -> Self {
        let (mi_rows, mi_cols) = (sequence.mi_rows(), sequence.mi_cols());
        Self {
            sink: RangeEncoder::default(),
            cdfs: CdfContext::new(0),
            grid: ModeInfoGrid::new(mi_rows, mi_cols),
            coefficients: CoefficientContexts::new(mi_rows, mi_cols, sequence.chroma),
            palettes: PaletteColours::new(mi_cols),
            decoded: BlockDecoded::new(sequence.chroma),
            scratch: Box::default(),
        }
    }
}

/// What is one tile's own.
pub(crate) struct TilePart<'a> {
    /// What is written.
    pub(crate) band: Band<'a>,
    pub(crate) rect: TileRect,
    /// By superblock of the tile.
    pub(crate) plans: &'a [Plan],
    /// By superblock of the tile, whether it is not shown exactly; noted of those that are coded.
    pub(crate) inexact: &'a mut [bool],
    pub(crate) buffers: &'a mut TileBuffers,
}

/// Codes one tile of one frame.
pub(crate) struct TileCoder<'a> {
    pub(crate) job: &'a FrameJob<'a>,
    pub(crate) band: Band<'a>,
    pub(crate) bounds: TileBounds,
    plans: &'a [Plan],
    inexact: &'a mut [bool],
    pub(crate) buffers: &'a mut TileBuffers,
    /// Of the superblock that is being coded.
    pub(crate) plan: Plan,
    /// All blocks of the superblock so far are copies of what is shown exactly.
    pub(crate) exact_copies: bool,
    /// What the block that was looked at last looks like.
    pub(crate) known: Option<(BlockPlace, Content)>,
}

impl<'a> TileCoder<'a> {
    /// A coder of a tile that continues with `cdfs`.
    pub(crate) fn new(job: &'a FrameJob<'a>, part: TilePart<'a>, cdfs: &CdfContext) -> Self {
        let TilePart { band, rect, plans, inexact, buffers } = part;
        let frame_mi_rows = job.sequence.mi_rows();
        let mi_row_start = rect.sb_row * SUPERBLOCK / MI_SIZE;
        let bounds = TileBounds {
            mi_row_start,
            mi_rows: (rect.sb_rows * SUPERBLOCK / MI_SIZE).min(frame_mi_rows - mi_row_start),
            frame_mi_rows,
            mi_cols: job.sequence.mi_cols(),
        };
        buffers.cdfs.clone_from(cdfs);
        buffers.sink.start();
        let plan = Plan::default();
        Self { job, band, bounds, plans, inexact, buffers, plan, exact_copies: true, known: None }
    }

    /// `decode_tile()`; gives back what was written.
    pub(crate) fn code(mut self) -> &'a mut RangeEncoder {
        self.buffers.coefficients.start_tile(self.bounds.mi_rows);
        self.buffers.palettes.clear();
        let superblock_mi = SUPERBLOCK / MI_SIZE;
        for mi_row in (0..self.bounds.mi_rows).step_by(superblock_mi) {
            self.buffers.coefficients.clear_left();
            for mi_col in (0..self.bounds.mi_cols).step_by(superblock_mi) {
                self.buffers.decoded.clear(self.bounds.mi_rows - mi_row, self.bounds.mi_cols - mi_col);
                self.plan = self.plans[self.index_in_tile(mi_row, mi_col)];
                self.exact_copies = true;
                self.code_partition(mi_row, mi_col, BlockSize::B64x64);
                self.note_exactness(mi_row, mi_col);
            }
        }
        &mut self.buffers.sink
    }

    /// Notes whether a superblock is shown exactly, while its samples are at hand.
    fn note_exactness(&mut self, mi_row: usize, mi_col: usize) {
        let job = self.job;
        let (x, y) = self.luma_position(mi_row, mi_col);
        if job.work[job.superblock_index(x, y)] != Work::Keep {
            let shown = || self.band.superblock(x, mi_row * MI_SIZE);
            let visible = visible_cells(job.source, x, y);
            let exact = self.exact_copies || all_equal(job.source.superblock(x, y), shown(), visible);
            self.inexact[self.index_in_tile(mi_row, mi_col)] = !exact;
        }
    }

    fn index_in_tile(&self, mi_row: usize, mi_col: usize) -> usize {
        let superblock_mi = SUPERBLOCK / MI_SIZE;
        mi_row / superblock_mi * self.job.superblock_columns() + mi_col / superblock_mi
    }

    /// Where a position of the tile lies in the picture, in luma samples.
    pub(crate) fn luma_position(&self, mi_row: usize, mi_col: usize) -> (usize, usize) {
        (mi_col * MI_SIZE, (self.bounds.mi_row_start + mi_row) * MI_SIZE)
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
        let neighbours = Neighbours::of(&self.buffers.grid, mi_row, mi_col);
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

/// The smallest square that is divided: its halves would be no cells.
pub(crate) const SMALLEST: usize = CELL;
