//! Photographs, film and gradients: predicted from wherever it fits best, transformed and quantised. The
//! encoder's choices, not in the specification.

use super::distortion;
use crate::av1::bitstream::entropy::{BitCounter, COST_UNIT};
use crate::av1::bitstream::frame_header::{FrameKind, Segment};
use crate::av1::frame::stream::SearchEffort;
use crate::av1::frame::tile::{SuperblockWork, TileCoder};
use crate::av1::reconstruct::intra::{self, covered_luma};
use crate::av1::reconstruct::plane::PlaneArea;
use crate::av1::reconstruct::quantise::LevelRounding;
use crate::av1::reconstruct::residual::{PlanePrediction, PlaneTransform, plane_block, plane_tx_size};
use crate::av1::syntax::block::{BlockPrediction, CodedBlock, IntraModes};
use crate::av1::syntax::coefficients::{ChromaSource, chroma_tx_type};
use crate::av1::syntax::contexts::{BlockNeighbours, y_mode_context};
use crate::av1::syntax::modes::{cfl_allowed, write_angle_delta, write_cfl_alphas, write_uv_mode};
use crate::av1::syntax::mv_prediction::BlockPlace;
use crate::av1::types::{Mv, PredictionMode, TxType};

/// The chroma of an intra block.
#[derive(Debug, Clone, Copy)]
struct ChromaChoice {
    mode: PredictionMode,
    cfl_alphas: (i8, i8),
}

impl TileCoder<'_> {
    /// Predicts from wherever it fits best, and codes what is left with the base quantiser.
    pub(crate) fn code_photo(&mut self, place: BlockPlace) -> CodedBlock {
        let area = plane_block(place, 0, self.job.chroma());
        let inter = self.job.inter().then(|| self.choose_vector(place));
        match inter {
            Some(found) if found.error <= self.quiet(area) => self.code_inter_photo(place, found.mv),
            Some(found) => match self.choose_y_mode(place, found.error) {
                Some(y_mode) => self.code_intra_photo(place, y_mode),
                None => self.code_inter_photo(place, found.mv),
            },
            None => {
                let y_mode = self.choose_y_mode(place, u32::MAX);
                self.code_intra_photo(place, y_mode.unwrap_or(PredictionMode::Dc))
            }
        }
    }

    fn code_inter_photo(&mut self, place: BlockPlace, mv: Mv) -> CodedBlock {
        self.buffers.film += place.size.width() * place.size.height();
        self.predict_inter_block(place, mv);
        let segment = self.level_segment();
        let sharpens = self.job.work[self.superblock(place.mi_row, place.mi_col)] == SuperblockWork::Sharpen;
        // What a coarse quantiser left is no noise.
        let rounding = if sharpens { LevelRounding::INTRA } else { LevelRounding::INTER };
        let any = self.code_planes(place, segment, TxType::DctDct, rounding);
        CodedBlock { prediction: BlockPrediction::Inter(mv), skip: !any, segment, tx_type: TxType::DctDct }
    }

    fn code_intra_photo(&mut self, place: BlockPlace, y_mode: PredictionMode) -> CodedBlock {
        let chroma = self.job.chroma();
        let segment = self.level_segment();
        let base = |tx_type| PlaneTransform { segment, tx_type, rounding: LevelRounding::INTRA };
        let tx_type_of = |plane, mode| {
            chroma_tx_type(plane_tx_size(place.size, plane, chroma, false), ChromaSource::Intra(mode))
        };
        let prediction = PlanePrediction::Intra { mode: y_mode, alpha: 0 };
        let tx_type = tx_type_of(0, y_mode);
        let mut any = self.code_plane(0, place, prediction, base(tx_type));
        let ChromaChoice { mode: uv_mode, cfl_alphas } = self.choose_uv(place, y_mode);
        let transform = base(tx_type_of(1, uv_mode));
        for (plane, alpha) in [(1, cfl_alphas.0), (2, cfl_alphas.1)] {
            any |= self.code_plane(plane, place, PlanePrediction::Intra { mode: uv_mode, alpha }, transform);
        }
        let modes = IntraModes { y_mode, uv_mode, cfl_alphas, ..IntraModes::DC };
        let skip = !any && self.predicted_segment(place) != Segment::Lossless.id();
        CodedBlock { prediction: BlockPrediction::Intra(modes), skip, segment, tx_type }
    }

    /// The luma mode that leaves least, if that is less than `limit`.
    fn choose_y_mode(&mut self, place: BlockPlace, limit: u32) -> Option<PredictionMode> {
        let area = plane_block(place, 0, self.job.chroma());
        self.gather_edge(0, area);
        let mut best = (limit, None);
        for mode in FIRST_MODES {
            self.try_y_mode(place, area, mode, &mut best);
        }
        if area.w <= LARGEST_WITH_ANGLES && self.job.effort == SearchEffort::Full {
            for mode in best.1.map_or(&[][..], modes_near) {
                self.try_y_mode(place, area, *mode, &mut best);
            }
        }
        best.1
    }

    fn try_y_mode(
        &mut self,
        place: BlockPlace,
        area: PlaneArea,
        mode: PredictionMode,
        best: &mut (u32, Option<PredictionMode>),
    ) {
        let cost = self.y_mode_cost(place, mode);
        if cost >= best.0 {
            return;
        }
        self.predict_from_edge(0, area, mode);
        let error = self.plane_error(0, area) + cost;
        if error < best.0 {
            *best = (error, Some(mode));
        }
    }

    /// What saying a luma mode costs, in the unit of [`Self::plane_error`].
    fn y_mode_cost(&mut self, place: BlockPlace, mode: PredictionMode) -> u32 {
        let neighbours = BlockNeighbours::of(&self.buffers.grid, place.mi_row, place.mi_col);
        let cdfs = &mut self.buffers.cdfs;
        let mut counter = BitCounter::default();
        counter.cost += match self.job.kind {
            FrameKind::Key { .. } => {
                let (above, left) = neighbours.intra_frame_y_mode();
                BitCounter::of(mode as usize, &cdfs.intra_frame_y_mode[above][left])
            }
            FrameKind::Inter { .. } => {
                BitCounter::of(mode as usize, &cdfs.y_mode[y_mode_context(place.size)])
            }
        };
        write_angle_delta(&mut counter, cdfs, mode, 0);
        self.worth(counter.cost)
    }

    /// The chroma modes of an intra block whose luma is reconstructed: like luma's, flat, or from luma.
    fn choose_uv(&mut self, place: BlockPlace, y_mode: PredictionMode) -> ChromaChoice {
        let area = plane_block(place, 1, self.job.chroma());
        let flat = ChromaChoice { mode: PredictionMode::Dc, cfl_alphas: (0, 0) };
        let alike = ChromaChoice { mode: y_mode, ..flat };
        let first = match self.fit_cfl(place) {
            (0, 0) => flat,
            cfl_alphas => ChromaChoice { mode: PredictionMode::UvCfl, cfl_alphas },
        };
        if first.mode == y_mode || self.job.effort == SearchEffort::Quick {
            return first;
        }
        let choices = [first, alike];
        let mut errors = choices.map(|choice| self.uv_cost(place, y_mode, choice));
        for plane in [1, 2] {
            self.gather_edge(plane, area);
            for (choice, error) in choices.iter().zip(&mut errors) {
                self.predict_from_edge(plane, area, choice.mode);
                if choice.mode == PredictionMode::UvCfl {
                    let alpha = if plane == 1 { choice.cfl_alphas.0 } else { choice.cfl_alphas.1 };
                    let band = &mut self.band.planes[plane];
                    let stride = band.stride;
                    self.buffers.scratch.cfl.predict(alpha, band.at_mut(area.x, area.y), stride);
                }
                *error += self.plane_error(plane, area);
            }
        }
        if errors[1] < errors[0] { alike } else { first }
    }

    /// Takes a block's luma for its chroma, and fits both scales.
    fn fit_cfl(&mut self, place: BlockPlace) -> (i8, i8) {
        let chroma = self.job.chroma();
        let luma = plane_block(place, 0, chroma);
        let area = plane_block(place, 1, chroma);
        let tx_size = plane_tx_size(place.size, 0, chroma, false);
        let (right, bottom) = self.plane_limits(0);
        let covered = (
            covered_luma(luma.w, tx_size.width(), right - luma.x),
            covered_luma(luma.h, tx_size.height(), bottom - luma.y),
        );
        let sources = [1, 2].map(|plane| self.source(plane, area));
        let cfl = &mut self.buffers.scratch.cfl;
        let band = &self.band.planes[0];
        cfl.gather(band.at(luma.x, luma.y), band.stride, covered, chroma, area.w, area.h);
        let [u, v] = cfl.fit(sources);
        (u, v)
    }

    fn uv_cost(&mut self, place: BlockPlace, y_mode: PredictionMode, choice: ChromaChoice) -> u32 {
        let cdfs = &mut self.buffers.cdfs;
        let mut counter = BitCounter::default();
        let allowed = cfl_allowed(place.size, false, self.job.chroma());
        write_uv_mode(&mut counter, cdfs, allowed, y_mode, choice.mode);
        write_angle_delta(&mut counter, cdfs, choice.mode, 0);
        if choice.mode == PredictionMode::UvCfl {
            write_cfl_alphas(&mut counter, cdfs, choice.cfl_alphas.0, choice.cfl_alphas.1);
        }
        self.worth(counter.cost)
    }

    /// Predicts from the edge that was gathered.
    fn predict_from_edge(&mut self, plane: usize, area: PlaneArea, mode: PredictionMode) {
        let band = &mut self.band.planes[plane];
        let stride = band.stride;
        let to = band.at_mut(area.x, area.y);
        intra::predict(mode, 0, area.w, area.h, &self.buffers.scratch.edge, to, stride);
    }

    /// How much what stands in the band differs from the source, by what transforms make of it.
    pub(crate) fn plane_error(&self, plane: usize, area: PlaneArea) -> u32 {
        let (source, stride) = self.source(plane, area);
        let band = &self.band.planes[plane];
        distortion::satd(source, stride, band.at(area.x, area.y), band.stride, area.w, area.h)
    }

    /// What bits, in 1/256, are worth in the unit of [`Self::plane_error`].
    pub(crate) fn worth(&self, cost: u32) -> u32 {
        (self.level().lambda.sqrt() * cost as f32 / COST_UNIT as f32) as u32
    }
}

/// The largest side of a block that tries angles, in samples: edges that cross larger blocks are rare.
const LARGEST_WITH_ANGLES: usize = 16;

/// The luma modes that are tried first.
const FIRST_MODES: [PredictionMode; 5] =
    [PredictionMode::Dc, PredictionMode::V, PredictionMode::H, PredictionMode::Smooth, PredictionMode::Paeth];

/// The modes that are worth trying where one is good already.
const fn modes_near(mode: PredictionMode) -> &'static [PredictionMode] {
    use PredictionMode::*;
    match mode {
        V => &[D67, D113, SmoothV],
        H => &[D157, D203, SmoothH],
        Smooth => &[SmoothV, SmoothH, D45],
        Paeth => &[D135],
        _ => &[],
    }
}
