//! What a superblock's parts become: the encoder's choices. Not in the specification, which leaves them free.
//!
//! In the order of what they cost: what did not change and what moved is copied; what has few colours is a palette;
//! text with soft edges is a palette and an exact residual; everything else is predicted and transformed.

use super::block::{CodedBlock, IntraModes, Prediction};
use super::cells::{CELL, Cells, block_cells, equal_cells, moved_cells, visible_cells};
use super::coefficients::{ChromaSource, chroma_tx_type};
use super::content::{Content, Samples, classify};
use super::distortion;
use super::frame_header::Segment;
use super::hash::LumaPlane;
use super::mode_syntax::Partition;
use super::mv_prediction::BlockPlace;
use super::palette::{
    BlockSamples, MAX_COLOURS, derive_best, derive_exact, derive_exact_uv, predict_palette,
};
use super::plane::Area;
use super::planes::Planes;
use super::quantise::Rounding;
use super::residual::{PlanePrediction, PlaneTransform, plane_block, plane_tx_size};
use super::tile::{TileCoder, Work};
use super::types::{BlockSize, MI_SIZE, Mv, PredictionMode, SUPERBLOCK, TxType};

/// Vectors that are tried in a superblock: the frame's, and those found for blocks of it.
const MAX_VECTORS: usize = 8;

/// What is known of a superblock before its blocks are chosen.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Plan {
    /// Within the picture; the others look like whatever is cheapest.
    visible: Cells,
    /// Shown as before: not changed, or shown exactly already.
    kept: Cells,
    /// Found elsewhere in the picture before.
    moved: [(i16, i16, Cells); MAX_VECTORS],
    vectors: usize,
    /// The superblock did not change, but is to become exact.
    refine: bool,
}

impl Plan {
    /// The vector with which a block's cells are copied, if all can be with one.
    fn copied(&self, cells: Cells) -> Option<Mv> {
        let cells = cells & self.visible;
        if cells & !self.kept == 0 {
            return Some(Mv::ZERO);
        }
        self.moved[..self.vectors]
            .iter()
            .find(|(_, _, moved)| cells & !moved == 0)
            .map(|&(dx, dy, _)| Mv::whole(dx, dy))
    }

    /// Whether any cell of a block can be copied.
    fn partly_copied(&self, cells: Cells) -> bool {
        let moved = self.moved[..self.vectors].iter().fold(self.kept, |all, (_, _, moved)| all | moved);
        cells & self.visible & moved != 0
    }
}

impl<'a> TileCoder<'a, '_> {
    /// Finds out what of a superblock can be copied, and brings the written picture up to date where nothing is coded.
    pub(crate) fn plan_superblock(&mut self, mi_row: usize, mi_col: usize) {
        let job = self.job;
        let (x, y) = self.luma_position(mi_row, mi_col);
        let index = y / SUPERBLOCK * job.sequence.width.div_ceil(SUPERBLOCK) + x / SUPERBLOCK;
        self.plan = Plan { visible: visible_cells(job.source, x, y), ..Plan::default() };
        match job.work[index] {
            Work::Keep => self.plan.kept = Cells::MAX,
            Work::Refine => {
                self.plan.kept = equal_cells(job.source, job.reference, x, y);
                self.plan.refine = true;
            }
            Work::Code if job.inter() => self.plan_changed(x, y),
            Work::Code => {}
        }
    }

    fn plan_changed(&mut self, x: usize, y: usize) {
        let job = self.job;
        let plan = &mut self.plan;
        plan.kept = equal_cells(job.source, job.before, x, y);
        let mut left = plan.visible & !plan.kept;
        for &(dx, dy) in job.vectors {
            if left == 0 {
                return;
            }
            let found = moved_cells(job.source, job.before, (x, y), (dx.into(), dy.into()), left | plan.kept);
            if found & left != 0 {
                plan.moved[plan.vectors] = (dx, dy, found);
                plan.vectors += 1;
                left &= !found;
            }
        }
        for side in [16, CELL] {
            self.find_blocks(x, y, side, &mut left);
        }
    }

    /// Looks up blocks of which all cells are `left` over.
    fn find_blocks(&mut self, x: usize, y: usize, side: usize, left: &mut Cells) {
        let job = self.job;
        let plan = &mut self.plan;
        let (now, before) = (luma_plane(job.source), luma_plane(job.before));
        for block_y in (0..SUPERBLOCK).step_by(side) {
            for block_x in (0..SUPERBLOCK).step_by(side) {
                let cells = block_cells(block_x, block_y, side, side);
                if plan.vectors == MAX_VECTORS || cells & !*left != 0 {
                    continue;
                }
                let at = (x + block_x, y + block_y);
                let Some((dx, dy)) = job.motion.find_block(before, now, at, (side, side)) else { continue };
                let candidates = *left | plan.kept;
                let found = moved_cells(job.source, job.before, (x, y), (dx.into(), dy.into()), candidates);
                if found & *left != 0 {
                    plan.moved[plan.vectors] = (dx, dy, found);
                    plan.vectors += 1;
                    *left &= !found;
                }
            }
        }
    }

    /// How a square is divided. It reaches into the picture on at least one side of its middle in both directions.
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
        match self.content(place) {
            Content::Palette { colours } => match side {
                64 => colours <= 2,
                32 => colours <= 4,
                _ => true,
            },
            Content::Smooth => side <= 32,
            Content::Photo => side <= 16,
            Content::Text => false,
        }
    }

    /// What a block looks like.
    fn content(&self, place: BlockPlace) -> Content {
        if !self.job.exact_text {
            return Content::Photo;
        }
        let [luma, u, v] = [0, 1, 2].map(|plane| {
            let area = plane_block(place, plane, self.job.chroma());
            let (samples, stride) = self.source(plane, area);
            Samples { samples, stride, width: area.w, height: area.h }
        });
        classify(luma, u, v)
    }

    /// The source of a plane of a block.
    fn block_samples(&self, place: BlockPlace, plane: usize) -> BlockSamples<'a> {
        let area = plane_block(place, plane, self.job.chroma());
        let (samples, stride) = self.source(plane, area);
        BlockSamples::new(samples, stride, area.w, area.h)
    }

    /// `decode_block()`: chooses how a block is coded, reconstructs it and writes it.
    pub(crate) fn code_block(&mut self, place: BlockPlace) {
        let (x, y) = (place.mi_col * MI_SIZE % SUPERBLOCK, place.mi_row * MI_SIZE % SUPERBLOCK);
        let cells = block_cells(x, y, place.size.width(), place.size.height());
        let block = match self.plan.copied(cells) {
            Some(mv) => self.copy_block(place, mv),
            None if self.plan.refine => self.refine_block(place),
            None => self.code_changed(place),
        };
        for plane in 0..3 {
            self.buffers.decoded.mark(plane, plane_block(place, plane, self.job.chroma()));
        }
        self.write_block(place, &block);
    }

    /// Copies from the reference; in place, only where what is written is not up to date.
    fn copy_block(&mut self, place: BlockPlace, mv: Mv) -> CodedBlock {
        let (x, y) = self.luma_position(place.mi_row, place.mi_col);
        let index = y / SUPERBLOCK * self.job.sequence.width.div_ceil(SUPERBLOCK) + x / SUPERBLOCK;
        if mv != Mv::ZERO || self.job.stale[index] || self.job.work[index] != Work::Keep {
            self.predict_inter_block(place, mv);
        }
        CodedBlock {
            prediction: Prediction::Inter(mv),
            skip: true,
            segment: Segment::Base,
            tx_type: TxType::DctDct,
        }
    }

    fn predict_inter_block(&mut self, place: BlockPlace, mv: Mv) {
        for plane in 0..3 {
            self.predict_inter(plane, plane_block(place, plane, self.job.chroma()), mv);
        }
    }

    /// Makes what is shown exact: what is missing is coded without loss.
    fn refine_block(&mut self, place: BlockPlace) -> CodedBlock {
        self.predict_inter_block(place, Mv::ZERO);
        let any = self.code_planes(place, Segment::Lossless, TxType::DctDct, Rounding::NEAREST);
        CodedBlock {
            prediction: Prediction::Inter(Mv::ZERO),
            skip: !any,
            segment: Segment::Lossless,
            tx_type: TxType::DctDct,
        }
    }

    /// Codes what an inter prediction in the band leaves.
    fn code_planes(
        &mut self,
        place: BlockPlace,
        segment: Segment,
        tx_type: TxType,
        rounding: Rounding,
    ) -> bool {
        let luma = PlaneTransform { segment, tx_type, rounding };
        let any = self.code_plane(0, place, PlanePrediction::Done, luma);
        let luma = if any { tx_type } else { TxType::DctDct };
        let tx_size = plane_tx_size(place.size, 1, self.job.chroma(), segment == Segment::Lossless);
        let tx_type = chroma_tx_type(tx_size, ChromaSource::Inter(luma));
        let chroma = PlaneTransform { segment, tx_type, rounding };
        let u = self.code_plane(1, place, PlanePrediction::Done, chroma);
        let v = self.code_plane(2, place, PlanePrediction::Done, chroma);
        any | u | v
    }

    fn code_changed(&mut self, place: BlockPlace) -> CodedBlock {
        match self.content(place) {
            Content::Palette { .. } | Content::Text => self.code_text(place),
            Content::Smooth | Content::Photo => self.code_photo(place),
        }
    }

    /// A palette in luma and chroma, or whatever comes nearest, and what it leaves exactly.
    fn code_text(&mut self, place: BlockPlace) -> CodedBlock {
        if let Some(block) = self.code_changed_text(place) {
            return block;
        }
        let chroma = self.job.chroma();
        let lossless = self.predicted_segment(place) == Segment::Lossless as u8;
        if let Some(block) = self.code_continued(place, lossless) {
            return block;
        }
        let [y, u, v] = [0, 1, 2].map(|plane| self.block_samples(place, plane));
        let scratch = &mut *self.buffers.scratch;
        let palette_y = derive_exact(y, &mut scratch.map_y)
            .unwrap_or_else(|| derive_best(y, MAX_COLOURS, &mut scratch.map_y));
        let palette_uv = derive_exact_uv(u, v, &mut scratch.map_uv);
        let area = plane_block(place, 0, chroma);
        self.predict_from_palette(0, area, &palette_y.colours);
        let fine = |tx_type| PlaneTransform { segment: Segment::Fine, tx_type, rounding: Rounding::NEAREST };
        let residual_fits = place.size.width() <= 32;
        let mut any = residual_fits && self.code_plane(0, place, PlanePrediction::Done, fine(TxType::Idtx));
        match &palette_uv {
            Some(palette) => {
                let area = plane_block(place, 1, chroma);
                self.predict_from_palette(1, area, &palette.u);
                self.predict_from_palette(2, area, &palette.v);
                if residual_fits {
                    any |= self.code_plane(1, place, PlanePrediction::Done, fine(TxType::DctDct));
                    any |= self.code_plane(2, place, PlanePrediction::Done, fine(TxType::DctDct));
                }
            }
            None => {
                let prediction = PlanePrediction::Intra { mode: PredictionMode::Dc, alpha: 0 };
                any |= self.code_plane(1, place, prediction, fine(TxType::DctDct));
                any |= self.code_plane(2, place, prediction, fine(TxType::DctDct));
            }
        }
        let modes = IntraModes { palette_y: Some(palette_y), palette_uv, ..IntraModes::DC };
        // A skipped block has the segment of its neighbours, and by that perhaps other transform blocks.
        let skip = !any && (palette_uv.is_some() || !lossless);
        CodedBlock {
            prediction: Prediction::Intra(modes),
            skip,
            segment: Segment::Fine,
            tx_type: TxType::Idtx,
        }
    }

    fn predict_from_palette(&mut self, plane: usize, area: Area, colours: &[u8; 8]) {
        let scratch = &self.buffers.scratch;
        let map = if plane == 0 { &scratch.map_y } else { &scratch.map_uv };
        let band = &mut self.band.planes[plane];
        let stride = band.stride;
        predict_palette(colours, map, band.at_mut(area.x, area.y), stride, (area.w, area.h));
    }

    /// A block of the text before in which only few samples changed.
    fn code_changed_text(&mut self, place: BlockPlace) -> Option<CodedBlock> {
        if !self.job.inter() || place.size.width() > 16 {
            return None;
        }
        let chroma = self.job.chroma();
        let mut changed = 0;
        for plane in 0..3 {
            let area = plane_block(place, plane, chroma);
            let shift = if plane == 0 { 0 } else { chroma.shift() };
            let (source, stride) = self.source(plane, area);
            let reference = &self.job.reference.planes[plane];
            let top = area.y + (self.bounds.mi_row_start * MI_SIZE >> shift);
            let rows = source.chunks(stride).zip(reference.at(area.x, top).chunks(reference.stride()));
            for (a, b) in rows.take(area.h) {
                changed += a[..area.w].iter().zip(&b[..area.w]).filter(|(a, b)| a != b).count();
            }
        }
        if changed > place.size.width() * place.size.height() / 8 {
            return None;
        }
        self.predict_inter_block(place, Mv::ZERO);
        let any = self.code_planes(place, Segment::Fine, TxType::Idtx, Rounding::NEAREST);
        Some(CodedBlock {
            prediction: Prediction::Inter(Mv::ZERO),
            skip: !any,
            segment: Segment::Fine,
            tx_type: TxType::Idtx,
        })
    }

    /// A block that continues what stands around it, exactly.
    fn code_continued(&mut self, place: BlockPlace, lossless: bool) -> Option<CodedBlock> {
        if lossless || place.size.width() > 32 {
            return None;
        }
        const MODES: [PredictionMode; 3] = [PredictionMode::V, PredictionMode::H, PredictionMode::Dc];
        let y_mode = MODES.into_iter().find(|mode| self.continues(0, place, *mode))?;
        let uv_mode = MODES
            .into_iter()
            .find(|mode| self.continues(1, place, *mode) && self.continues(2, place, *mode))?;
        let modes = IntraModes { y_mode, uv_mode, ..IntraModes::DC };
        for (plane, mode) in [(0, y_mode), (1, uv_mode), (2, uv_mode)] {
            let area = plane_block(place, plane, self.job.chroma());
            self.predict_intra(plane, area, mode, 0);
        }
        Some(CodedBlock {
            prediction: Prediction::Intra(modes),
            skip: true,
            segment: Segment::Fine,
            tx_type: TxType::DctDct,
        })
    }

    fn continues(&mut self, plane: usize, place: BlockPlace, mode: PredictionMode) -> bool {
        let area = plane_block(place, plane, self.job.chroma());
        self.predict_intra(plane, area, mode, 0);
        let (source, stride) = self.source(plane, area);
        let band = &self.band.planes[plane];
        distortion::equal(source, stride, band.at(area.x, area.y), band.stride, area.w, area.h)
    }

    /// Predicts from wherever it fits best, and codes what is left with the base quantiser.
    fn code_photo(&mut self, place: BlockPlace) -> CodedBlock {
        let chroma = self.job.chroma();
        let luma = plane_block(place, 0, chroma);
        let mut best = (u32::MAX, None);
        if self.job.inter() {
            self.predict_inter(0, luma, Mv::ZERO);
            best = (self.prediction_error(luma), None);
        }
        for mode in PHOTO_MODES {
            self.predict_intra(0, luma, mode, 0);
            let error = self.prediction_error(luma) + self.mode_cost();
            if error < best.0 {
                best = (error, Some(mode));
            }
        }
        match best.1 {
            None => {
                self.predict_inter_block(place, Mv::ZERO);
                let any = self.code_planes(place, Segment::Base, TxType::DctDct, Rounding::INTER);
                CodedBlock {
                    prediction: Prediction::Inter(Mv::ZERO),
                    skip: !any,
                    segment: Segment::Base,
                    tx_type: TxType::DctDct,
                }
            }
            Some(y_mode) => self.code_intra_photo(place, y_mode),
        }
    }

    fn code_intra_photo(&mut self, place: BlockPlace, y_mode: PredictionMode) -> CodedBlock {
        let chroma = self.job.chroma();
        let base = |tx_type| PlaneTransform { segment: Segment::Base, tx_type, rounding: Rounding::INTRA };
        let prediction = PlanePrediction::Intra { mode: y_mode, alpha: 0 };
        let mut any = self.code_plane(0, place, prediction, base(TxType::DctDct));
        let (uv_mode, cfl_alphas) = self.choose_uv(place, y_mode);
        let tx_size = plane_tx_size(place.size, 1, chroma, false);
        let transform = base(chroma_tx_type(tx_size, ChromaSource::Intra(uv_mode)));
        for (plane, alpha) in [(1, cfl_alphas.0), (2, cfl_alphas.1)] {
            any |= self.code_plane(plane, place, PlanePrediction::Intra { mode: uv_mode, alpha }, transform);
        }
        let modes = IntraModes { y_mode, uv_mode, cfl_alphas, ..IntraModes::DC };
        let skip = !any && self.predicted_segment(place) != Segment::Lossless as u8;
        CodedBlock {
            prediction: Prediction::Intra(modes),
            skip,
            segment: Segment::Base,
            tx_type: TxType::DctDct,
        }
    }

    /// The chroma mode of an intra block: like luma, flat, or from luma.
    fn choose_uv(&mut self, place: BlockPlace, y_mode: PredictionMode) -> (PredictionMode, (i8, i8)) {
        let chroma = self.job.chroma();
        let area = plane_block(place, 1, chroma);
        let mut best = (u32::MAX, PredictionMode::Dc);
        for mode in [PredictionMode::Dc, y_mode] {
            let error: u32 = [1, 2]
                .map(|plane| {
                    self.predict_intra(plane, area, mode, 0);
                    self.plane_error(plane, area)
                })
                .iter()
                .sum();
            if error < best.0 {
                best = (error, mode);
            }
        }
        (best.1, (0, 0))
    }

    fn prediction_error(&self, area: Area) -> u32 {
        self.plane_error(0, area)
    }

    fn plane_error(&self, plane: usize, area: Area) -> u32 {
        let (source, stride) = self.source(plane, area);
        let band = &self.band.planes[plane];
        distortion::satd(source, stride, band.at(area.x, area.y), band.stride, area.w, area.h)
    }

    /// What saying an intra mode costs, in the unit of [`Self::prediction_error`].
    fn mode_cost(&self) -> u32 {
        (self.job.lambda.sqrt() * 4.0) as u32
    }
}

/// The intra modes that are tried for photographs.
const PHOTO_MODES: [PredictionMode; 5] =
    [PredictionMode::Dc, PredictionMode::V, PredictionMode::H, PredictionMode::Smooth, PredictionMode::Paeth];

fn luma_plane(planes: &Planes) -> LumaPlane<'_> {
    let luma = &planes.planes[0];
    LumaPlane::new(luma.samples(), luma.stride(), planes.width, planes.height)
}
