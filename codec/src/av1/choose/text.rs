//! Blocks of few colours and text: palettes, and exactly what they leave. The encoder's choices, not in the
//! specification.

use super::distortion;
use super::rate::TextQuality;
use crate::av1::bitstream::frame_header::Segment;
use crate::av1::frame::tile::{SuperblockWork, TileCoder};
use crate::av1::reconstruct::plane::PlaneArea;
use crate::av1::reconstruct::quantise::LevelRounding;
use crate::av1::reconstruct::residual::{PlanePrediction, PlaneTransform, plane_block};
use crate::av1::syntax::block::{BlockPrediction, CodedBlock, IntraModes};
use crate::av1::syntax::mv_prediction::BlockPlace;
use crate::av1::syntax::palette::{
    BlockSamples, MAX_COLOURS, derive_best, derive_exact, derive_exact_uv, predict_palette,
};
use crate::av1::types::{Mv, PredictionMode, TxType};

impl<'a> TileCoder<'a> {
    /// The source of a plane of a block.
    fn block_samples(&self, place: BlockPlace, plane: usize) -> BlockSamples<'a> {
        let area = plane_block(place, plane, self.job.chroma());
        let (samples, stride) = self.source(plane, area);
        BlockSamples::new(samples, stride, area.w, area.h)
    }
    /// A palette in luma and chroma, or whatever comes nearest, and what it leaves exactly.
    pub(crate) fn code_text(&mut self, place: BlockPlace) -> CodedBlock {
        if let Some(block) = self.code_changed_text(place) {
            return block;
        }
        let chroma = self.job.chroma();
        let lossless = self.predicted_segment(place) == Segment::Lossless.id();
        if let Some(block) = self.code_continued(place, lossless) {
            return block;
        }
        if self.copies_blocks()
            && let Some(block) = self.code_copied(place)
        {
            return block;
        }
        let continued = if lossless { None } else { self.continuing_chroma(place) };
        let [y, u, v] = [0, 1, 2].map(|plane| self.block_samples(place, plane));
        let near = match self.level().text {
            TextQuality::Near(colours) => Some(colours),
            TextQuality::Exact | TextQuality::Plain => None,
        };
        let scratch = &mut *self.buffers.scratch;
        let palette_y = match near {
            Some(colours) => derive_best(y, colours.into(), &mut scratch.map_y),
            None => derive_exact(y, &mut scratch.map_y)
                .unwrap_or_else(|| derive_best(y, MAX_COLOURS, &mut scratch.map_y)),
        };
        // A transform that may be off is cheaper than a second map.
        let transformed = near.is_some() && place.size.width() <= 32;
        let palette_uv = if continued.is_some() || transformed {
            None
        } else {
            derive_exact_uv(u, v, &mut scratch.map_uv)
        };
        let area = plane_block(place, 0, chroma);
        self.predict_from_palette(0, area, &palette_y.colours);
        let exact = near.is_none();
        let segment = if exact { Segment::Fine } else { self.level_segment() };
        let fine = |tx_type| PlaneTransform { segment, tx_type, rounding: LevelRounding::NEAREST };
        let residual_fits = place.size.width() <= 32;
        let mut any = false;
        if exact && residual_fits {
            any |= self.code_plane(0, place, PlanePrediction::Done, fine(TxType::Idtx));
        } else {
            self.leave_plane(0, place);
        }
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
                let mode = continued.unwrap_or(PredictionMode::Dc);
                for plane in [1, 2] {
                    if residual_fits {
                        let prediction = PlanePrediction::Intra { mode, alpha: 0 };
                        any |= self.code_plane(plane, place, prediction, fine(TxType::DctDct));
                    } else {
                        self.predict_intra(plane, plane_block(place, plane, chroma), mode, 0);
                    }
                }
            }
        }
        let uv_mode = continued.unwrap_or(PredictionMode::Dc);
        let modes = IntraModes { palette_y: Some(palette_y), palette_uv, uv_mode, ..IntraModes::DC };
        // A skipped block has the segment of its neighbours, and by that perhaps other transform blocks.
        let skip = !any && (palette_uv.is_some() || !lossless);
        CodedBlock {
            prediction: BlockPrediction::Intra(modes),
            skip,
            segment,
            tx_type: if exact { TxType::Idtx } else { TxType::DctDct },
        }
    }

    fn predict_from_palette(&mut self, plane: usize, area: PlaneArea, colours: &[u8; 8]) {
        let scratch = &self.buffers.scratch;
        let map = if plane == 0 { &scratch.map_y } else { &scratch.map_uv };
        let band = &mut self.band.planes[plane];
        let stride = band.stride;
        predict_palette(colours, map, band.at_mut(area.x, area.y), stride, (area.w, area.h));
    }

    /// How many samples there are for each that may have changed, if the rest of a text is to be kept.
    fn changed_part(&self, place: BlockPlace) -> usize {
        match self.job.work[self.superblock(place.mi_row, place.mi_col)] {
            // What its best colours left of it is all that is missing.
            SuperblockWork::Sharpen => 2,
            _ => 8,
        }
    }

    /// A block of the text before in which only few samples changed.
    fn code_changed_text(&mut self, place: BlockPlace) -> Option<CodedBlock> {
        if !self.job.inter() || place.size.width() > 16 || self.level().text != TextQuality::Exact {
            return None;
        }
        let chroma = self.job.chroma();
        let mut left = place.size.width() * place.size.height() / self.changed_part(place);
        for plane in 0..3 {
            let area = plane_block(place, plane, chroma);
            let (source, stride) = self.source(plane, area);
            let reference = &self.job.reference.planes[plane];
            let at = self.in_picture(plane, area);
            let rows = source.chunks(stride).zip(reference.at(at.x, at.y).chunks(reference.stride()));
            for (a, b) in rows.take(area.h) {
                // At most 16: their number fits.
                let changed: u8 = a[..area.w].iter().zip(&b[..area.w]).map(|(a, b)| u8::from(a != b)).sum();
                left = left.checked_sub(usize::from(changed))?;
            }
        }
        self.predict_inter_block(place, Mv::ZERO);
        let any = self.code_planes(place, Segment::Fine, TxType::Idtx, LevelRounding::NEAREST);
        Some(CodedBlock {
            prediction: BlockPrediction::Inter(Mv::ZERO),
            skip: !any,
            segment: Segment::Fine,
            tx_type: TxType::Idtx,
        })
    }

    /// A block that continues what stands around it, exactly.
    fn code_continued(&mut self, place: BlockPlace, lossless: bool) -> Option<CodedBlock> {
        if lossless {
            return None;
        }
        let index = self.continuing_modes(0, place).into_iter().position(|continues| continues)?;
        let y_mode = CONTINUING_MODES[index];
        let uv_mode = self.continuing_chroma(place)?;
        let modes = IntraModes { y_mode, uv_mode, ..IntraModes::DC };
        for (plane, mode) in [(0, y_mode), (1, uv_mode), (2, uv_mode)] {
            let area = plane_block(place, plane, self.job.chroma());
            self.predict_intra(plane, area, mode, 0);
        }
        Some(CodedBlock {
            prediction: BlockPrediction::Intra(modes),
            skip: true,
            segment: Segment::Fine,
            tx_type: TxType::DctDct,
        })
    }

    /// The mode that predicts both planes of chroma exactly, if one does.
    fn continuing_chroma(&mut self, place: BlockPlace) -> Option<PredictionMode> {
        let (u, v) = (self.continuing_modes(1, place), self.continuing_modes(2, place));
        // Chroma of 64x64 is predicted in quarters, whose means may be others than that of the whole.
        let modes = if place.size.width() > 32 { 2 } else { CONTINUING_MODES.len() };
        let index = u.into_iter().zip(v).take(modes).position(|(u, v)| u && v)?;
        Some(CONTINUING_MODES[index])
    }

    /// Which of [`CONTINUING_MODES`] predict a plane of a block exactly.
    fn continuing_modes(&mut self, plane: usize, place: BlockPlace) -> [bool; 3] {
        let area = plane_block(place, plane, self.job.chroma());
        let (source, stride) = self.source(plane, area);
        // All of these modes repeat a row or a column, which few blocks do.
        let first = &source[..area.w];
        let mut rows = source.chunks(stride).take(area.h).map(|row| &row[..area.w]);
        let flat_rows =
            || source.chunks(stride).take(area.h).all(|row| row[..area.w].iter().all(|s| *s == row[0]));
        if !rows.all(|row| row == first) && !flat_rows() {
            return [false; 3];
        }
        CONTINUING_MODES.map(|mode| {
            self.predict_intra(plane, area, mode, 0);
            let band = &self.band.planes[plane];
            distortion::equal(source, stride, band.at(area.x, area.y), band.stride, area.w, area.h)
        })
    }
}

/// The modes that continue what stands around a block.
const CONTINUING_MODES: [PredictionMode; 3] = [PredictionMode::V, PredictionMode::H, PredictionMode::Dc];
