//! What a superblock's parts become: the encoder's choices. Not in the specification, which leaves them free.
//!
//! In the order of what they cost: what did not change and what moved is copied; what has few colours is a
//! palette; text with soft edges is a palette and an exact residual (both [`super::text`]); everything else
//! is predicted and transformed ([`super::photo`]).

use super::cells::{CELL, Cells, block_cells};
use super::content::{
    BlockContent, ContentSamples, even_content, is_gradient, uneven_content, uneven_neighbours,
};
use super::rate::TextQuality;
use crate::av1::bitstream::frame_header::Segment;
use crate::av1::frame::sharpness::SuperblockSharpness;
use crate::av1::frame::tile::{SuperblockWork, TileCoder};
use crate::av1::reconstruct::quantise::LevelRounding;
use crate::av1::reconstruct::residual::{
    PlanePrediction, PlaneTransform, copy_samples, plane_block, plane_tx_size,
};
use crate::av1::syntax::block::{BlockPrediction, CodedBlock, IntraModes};
use crate::av1::syntax::coefficients::{ChromaSource, chroma_tx_type};
use crate::av1::syntax::modes::Partition;
use crate::av1::syntax::mv_prediction::BlockPlace;
use crate::av1::syntax::palette::MAX_COLOURS;
use crate::av1::types::{BlockSize, MI_SIZE, Mv, PredictionMode, SUPERBLOCK, TxType};

/// So few colours are those of all of a text in a block of 16x16; more are better chosen for each quarter.
const FEW_COLOURS: u8 = 4;

/// A block of which one in this many samples is missing at most, misses few.
const FEW_SAMPLES: usize = 3;

impl TileCoder<'_> {
    /// How a square is divided. It reaches into the picture on at least one side of its middle in both
    /// directions.
    pub(crate) fn choose_partition(
        &mut self,
        mi_row: usize,
        mi_col: usize,
        square: BlockSize,
        (has_rows, has_cols): (bool, bool),
    ) -> Partition {
        let side = square.width();
        let (x, y) = (mi_col * MI_SIZE % SUPERBLOCK, mi_row * MI_SIZE % SUPERBLOCK);
        let cells = block_cells(x, y, side, side);
        let whole = has_rows && has_cols;
        if self.plan.copied(cells).is_some() {
            return match (has_rows, has_cols) {
                (true, true) => Partition::None,
                (false, _) => Partition::Horz,
                (true, false) => Partition::Vert,
            };
        }
        if side == CELL {
            return Partition::None;
        }
        if whole {
            let copied = |x, y, width, height| self.plan.copied(block_cells(x, y, width, height)).is_some();
            let half = side / 2;
            if half >= CELL {
                if copied(x, y, side, half) && copied(x, y + half, side, half) {
                    return Partition::Horz;
                }
                if copied(x, y, half, side) && copied(x + half, y, half, side) {
                    return Partition::Vert;
                }
            }
        }
        if !whole || self.plan.partly_copied(cells) {
            return Partition::Split;
        }
        if self.plan.blank {
            return if side <= 32 { Partition::None } else { Partition::Split };
        }
        if self.plan.refine {
            return if side <= 16 { Partition::None } else { Partition::Split };
        }
        if self.block_pays(BlockPlace { mi_row, mi_col, size: square }) {
            Partition::None
        } else {
            Partition::Split
        }
    }

    /// Whether a square that can't be copied is better coded as one block than as four.
    fn block_pays(&mut self, place: BlockPlace) -> bool {
        let side = place.size.width();
        if side <= 16 {
            return match self.content(place) {
                BlockContent::Text => matches!(self.level().text, TextQuality::Near(..=FEW_COLOURS)),
                BlockContent::Palette => !self.quarters_are_copies(place),
                BlockContent::Smooth | BlockContent::Photo => {
                    self.photo_in_whole(place) && self.photo_pays(place)
                }
            };
        }
        if self.level().text == TextQuality::Plain {
            return self.photo_in_whole(place) && self.photo_pays(place);
        }
        if side == 32 && self.is_loose_gradient(place) {
            self.known = Some((place, BlockContent::Smooth));
            return true;
        }
        let most = if side == 64 { 2 } else { 4 };
        let content = even_content(self.samples(place), most);
        self.known = content.map(|content| (place, content));
        match content {
            Some(BlockContent::Palette) => true,
            _ => side <= 32 && self.photo_in_whole(place) && self.photo_pays(place),
        }
    }

    /// Whether a square that looks like a photograph has no part of 16x16 that doesn't; what has not, stays
    /// one however it is divided.
    fn photo_in_whole(&mut self, place: BlockPlace) -> bool {
        let whole = match place.size.width() {
            16 => true,
            32 => [(0, 0), (0, 4), (4, 0), (4, 4)].into_iter().all(|(row, col)| {
                let (mi_row, mi_col) = (place.mi_row + row, place.mi_col + col);
                let part = BlockPlace { mi_row, mi_col, size: BlockSize::B16x16 };
                matches!(self.content(part), BlockContent::Photo | BlockContent::Smooth)
            }),
            _ => false,
        };
        if whole {
            self.plan.photo |= self.cells_of(place);
        }
        whole
    }

    /// Whether a square is a gradient that need not be exact: its few levels would take as much as text.
    fn is_loose_gradient(&self, place: BlockPlace) -> bool {
        if self.level().close() {
            return false;
        }
        let luma = self.samples(place)[0];
        uneven_neighbours(luma) > 0 && is_gradient(luma)
    }

    fn cells_of(&self, place: BlockPlace) -> Cells {
        let (x, y) = (place.mi_col * MI_SIZE % SUPERBLOCK, place.mi_row * MI_SIZE % SUPERBLOCK);
        block_cells(x, y, place.size.width(), place.size.height())
    }

    /// What a block looks like.
    fn content(&mut self, place: BlockPlace) -> BlockContent {
        let cells = self.cells_of(place);
        match self.known {
            _ if self.level().text == TextQuality::Plain || cells & !self.plan.photo == 0 => {
                BlockContent::Photo
            }
            Some((known, content)) if known == place => content,
            _ => {
                let samples = self.samples(place);
                let content = if self.is_loose_gradient(place) {
                    BlockContent::Smooth
                } else {
                    let even = even_content(samples, MAX_COLOURS);
                    even.unwrap_or_else(|| {
                        // A first picture shows them at over 42 dB, for fewer bytes, and exactly a moment
                        // later.
                        uneven_content(samples[0], self.job.inter())
                    })
                };
                self.known = Some((place, content));
                content
            }
        }
    }

    /// The source of a block.
    fn samples(&self, place: BlockPlace) -> [ContentSamples<'_>; 3] {
        [0, 1, 2].map(|plane| {
            let area = plane_block(place, plane, self.job.chroma());
            let (samples, stride) = self.source(plane, area);
            ContentSamples { samples, stride, width: area.w, height: area.h }
        })
    }

    /// `decode_block()`: chooses how a block is coded, reconstructs it and writes it.
    pub(crate) fn code_block(&mut self, place: BlockPlace) {
        let (x, y) = (place.mi_col * MI_SIZE % SUPERBLOCK, place.mi_row * MI_SIZE % SUPERBLOCK);
        let cells = block_cells(x, y, place.size.width(), place.size.height());
        self.keep_within_limit(place);
        let block = match self.plan.copied(cells) {
            Some(mv) => self.copy_block(place, mv),
            None => {
                self.note_inexact();
                if self.plan.blank {
                    self.blank_block(place)
                } else if self.plan.refine {
                    self.refine_block(place)
                } else {
                    self.code_changed(place)
                }
            }
        };
        for plane in 0..3 {
            self.buffers.decoded.mark(plane, plane_block(place, plane, self.job.chroma()));
        }
        self.write_block(place, &block);
    }

    /// Copies from the reference; in place, only where what is written is not up to date, or may differ
    /// beyond the picture's edge, from where prediction reads too: there a copy repeats the edge.
    fn copy_block(&mut self, place: BlockPlace, mv: Mv) -> CodedBlock {
        let index = self.superblock(place.mi_row, place.mi_col);
        let refined = matches!(self.job.work[index], SuperblockWork::Sharpen | SuperblockWork::Refine);
        // Of what is refined, only what is shown exactly already is copied.
        let exact = refined && !self.plan.deferred || self.copied_exactly(place, mv);
        if !exact {
            self.note_inexact();
        }
        let keep = self.job.work[index] == SuperblockWork::Keep;
        if self.cut_by_the_edge(place) {
            self.predict_inter_block(place, mv);
        } else if exact && !keep && !self.plan.deferred {
            // The same samples as those of the reference, but at hand.
            self.copy_source_block(place);
        } else if !keep || mv != Mv::ZERO || self.job.stale[index] {
            self.predict_inter_block(place, mv);
        }
        CodedBlock {
            prediction: BlockPrediction::Inter(mv),
            skip: true,
            segment: Segment::BASE,
            tx_type: TxType::DctDct,
        }
    }

    fn copy_source_block(&mut self, place: BlockPlace) {
        for plane in 0..3 {
            let area = plane_block(place, plane, self.job.chroma());
            let (source, source_stride) = self.source(plane, area);
            let band = &mut self.band.planes[plane];
            let stride = band.stride;
            copy_samples(source, source_stride, band.at_mut(area.x, area.y), stride, area);
        }
    }

    /// Whether a block that is copied with a whole vector is shown exactly, since all superblocks are that it
    /// is copied from.
    fn copied_exactly(&self, place: BlockPlace, mv: Mv) -> bool {
        const SAMPLE: i16 = 8;
        if self.job.chroma().shift() > 0 && ((mv.row | mv.col) / SAMPLE) & 1 != 0 {
            return false; // Chroma comes from between samples.
        }
        let superblocks = |at: usize, by: i16, size: usize, picture: usize| {
            let first = at.saturating_add_signed((by / SAMPLE).into());
            first / SUPERBLOCK..(first + size).min(picture).div_ceil(SUPERBLOCK)
        };
        let (job, size) = (self.job, place.size);
        let (x, y) = self.luma_position(place.mi_row, place.mi_col);
        let mut rows = superblocks(y, mv.row, size.height(), job.sequence.height);
        let columns = superblocks(x, mv.col, size.width(), job.sequence.width);
        let exact = |index: usize| job.sharpness[index] == SuperblockSharpness::Exact;
        rows.all(|row| columns.clone().all(|column| exact(row * job.superblock_columns() + column)))
    }

    /// Continues what stands around it.
    fn blank_block(&mut self, place: BlockPlace) -> CodedBlock {
        for plane in 0..3 {
            self.predict_intra(plane, plane_block(place, plane, self.job.chroma()), PredictionMode::Dc, 0);
        }
        CodedBlock {
            prediction: BlockPrediction::Intra(IntraModes::DC),
            skip: true,
            segment: Segment::BASE,
            tx_type: TxType::DctDct,
        }
    }

    /// Whether a block reaches over the picture's edge.
    fn cut_by_the_edge(&self, place: BlockPlace) -> bool {
        let (x, y) = self.luma_position(place.mi_row, place.mi_col);
        let picture = self.job.sequence;
        x + place.size.width() > picture.width || y + place.size.height() > picture.height
    }

    pub(crate) fn predict_inter_block(&mut self, place: BlockPlace, mv: Mv) {
        for plane in 0..3 {
            self.predict_inter(plane, plane_block(place, plane, self.job.chroma()), mv);
        }
    }

    /// Makes what is shown exact: what is missing is coded without loss.
    fn refine_block(&mut self, place: BlockPlace) -> CodedBlock {
        self.predict_inter_block(place, Mv::ZERO);
        let (segment, tx_type) = if self.misses_few_samples(place) {
            (Segment::Fine, TxType::Idtx)
        } else {
            (Segment::Lossless, TxType::DctDct)
        };
        let any = self.code_planes(place, segment, tx_type, LevelRounding::NEAREST);
        CodedBlock { prediction: BlockPrediction::Inter(Mv::ZERO), skip: !any, segment, tx_type }
    }

    /// Whether most of a block's luma is shown exactly, as of a text that has its best colours, but not all:
    /// chroma is then as exact as luma without a transform.
    fn misses_few_samples(&self, place: BlockPlace) -> bool {
        let area = plane_block(place, 0, self.job.chroma());
        let (source, stride) = self.source(0, area);
        let band = &self.band.planes[0];
        let rows = source.chunks(stride).zip(band.at(area.x, area.y).chunks(band.stride)).take(area.h);
        let missed: usize =
            rows.map(|(a, b)| a[..area.w].iter().zip(&b[..area.w]).filter(|(a, b)| a != b).count()).sum();
        missed > 0 && FEW_SAMPLES * missed <= area.w * area.h
    }

    /// Codes what an inter prediction in the band leaves.
    pub(crate) fn code_planes(
        &mut self,
        place: BlockPlace,
        segment: Segment,
        tx_type: TxType,
        rounding: LevelRounding,
    ) -> bool {
        let luma = PlaneTransform { segment, tx_type, rounding };
        let any = self.code_plane(0, place, PlanePrediction::Done, luma);
        let luma = if any { tx_type } else { TxType::DctDct };
        let tx_size = plane_tx_size(place.size, 1, self.job.chroma(), segment == Segment::Lossless);
        let from =
            if segment == Segment::Lossless { ChromaSource::Lossless } else { ChromaSource::Inter(luma) };
        let tx_type = chroma_tx_type(tx_size, from);
        let chroma = PlaneTransform { segment, tx_type, rounding };
        let u = self.code_plane(1, place, PlanePrediction::Done, chroma);
        let v = self.code_plane(2, place, PlanePrediction::Done, chroma);
        any | u | v
    }

    fn code_changed(&mut self, place: BlockPlace) -> CodedBlock {
        match self.content(place) {
            BlockContent::Palette | BlockContent::Text => self.code_text(place),
            BlockContent::Smooth | BlockContent::Photo => self.code_photo(place),
        }
    }
}
