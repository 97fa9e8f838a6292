//! Photographs, film and gradients: predicted from wherever it fits best, transformed and quantised. The encoder's
//! choices, not in the specification.

use super::block::{CodedBlock, IntraModes, Prediction};
use super::coefficients::{ChromaSource, chroma_tx_type};
use super::distortion;
use super::frame_header::Segment;
use super::mv_prediction::BlockPlace;
use super::plane::Area;
use super::quantise::Rounding;
use super::residual::{PlanePrediction, PlaneTransform, plane_block, plane_tx_size};
use super::tile::TileCoder;
use super::types::{Mv, PredictionMode, TxType};

impl TileCoder<'_> {
    /// Predicts from wherever it fits best, and codes what is left with the base quantiser.
    pub(crate) fn code_photo(&mut self, place: BlockPlace) -> CodedBlock {
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
