//! One block as it is written: its mode info, palette and coefficients in order, sections 5.11.5 to 5.11.39.
//!
//! Everything has been decided and reconstructed when this is called.

use super::block_vector::predicted_block_vector;
use super::coefficients::{TxBlock, TypeSyntax, write_coefficients};
use super::contexts::BlockNeighbours;
use super::modes::{
    cfl_allowed, write_angle_delta, write_cfl_alphas, write_intra_frame_y_mode, write_is_inter,
    write_last_frame, write_segment_id, write_skip, write_use_intrabc, write_uv_mode, write_y_mode,
};
use super::mv_coding::{MvContext, MvPrecision, choose_mode, difference, write_inter_mode, write_mv};
use super::mv_prediction::{BlockPlace, VectorSource, find_mv_stack};
use super::palette::{Palette, PaletteModeInfo, UvPalette, write_palette_mode_info, write_palette_tokens};
use crate::av1::bitstream::frame_header::{FrameKind, Segment};
use crate::av1::frame::tile::TileCoder;
use crate::av1::reconstruct::residual::{plane_block, plane_tx_size, tx_positions};
use crate::av1::types::{MI_SIZE, ModeInfo, Mv, PredictionMode, TxSize, TxType};

/// How an intra block is predicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IntraModes {
    pub(crate) y_mode: PredictionMode,
    pub(crate) uv_mode: PredictionMode,
    /// `CflAlphaU` and `CflAlphaV`, with `UvCfl`.
    pub(crate) cfl_alphas: (i8, i8),
    /// With the indices in the scratch's `map_y`; `y_mode` is then `Dc`.
    pub(crate) palette_y: Option<Palette>,
    /// With the indices in the scratch's `map_uv`; `uv_mode` is then `Dc`.
    pub(crate) palette_uv: Option<UvPalette>,
}

/// How a block is predicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BlockPrediction {
    /// From `LAST_FRAME`.
    Inter(Mv),
    /// From this frame.
    Intra(IntraModes),
    /// Copied from elsewhere in this frame.
    BlockCopy(Mv),
}

/// All that is to be written of a block, but for its levels and maps, which are in the scratch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CodedBlock {
    pub(crate) prediction: BlockPrediction,
    /// No coefficients. The segment is then the predicted one, whatever `segment` says.
    pub(crate) skip: bool,
    pub(crate) segment: Segment,
    /// Of luma.
    pub(crate) tx_type: TxType,
}

impl IntraModes {
    /// Flat luma and chroma.
    pub(crate) const DC: Self = Self {
        y_mode: PredictionMode::Dc,
        uv_mode: PredictionMode::Dc,
        cfl_alphas: (0, 0),
        palette_y: None,
        palette_uv: None,
    };
}

impl TileCoder<'_> {
    /// The segment that a block has which is skipped.
    pub(crate) fn predicted_segment(&self, place: BlockPlace) -> u8 {
        BlockNeighbours::of(&self.buffers.grid, place.mi_row, place.mi_col).segment().segment_id
    }

    /// `decode_block()`.
    pub(crate) fn write_block(&mut self, place: BlockPlace, block: &CodedBlock) {
        let (mi_row, mi_col, size) = (place.mi_row, place.mi_col, place.size);
        let neighbours = BlockNeighbours::of(&self.buffers.grid, mi_row, mi_col);
        let (sink, cdfs) = (&mut self.buffers.sink, &mut self.buffers.cdfs);
        write_skip(sink, cdfs, &neighbours, block.skip);
        let segment_id = if block.skip {
            neighbours.segment().segment_id
        } else {
            let id = block.segment.id();
            write_segment_id(sink, cdfs, &neighbours, id, self.job.last_segment);
            id
        };
        let lossless = segment_id == Segment::Lossless.id();
        let mut info = ModeInfo {
            size,
            skip: block.skip,
            segment_id,
            tx_size: if lossless { TxSize::T4x4 } else { size.max_tx_size() },
            ..ModeInfo::EMPTY
        };
        match &block.prediction {
            BlockPrediction::Inter(mv) => {
                write_is_inter(sink, cdfs, &neighbours, true);
                write_last_frame(sink, cdfs, &neighbours);
                let stack = find_mv_stack(&self.buffers.grid, &self.bounds, place, VectorSource::LastFrame);
                let choice = choose_mode(&stack, *mv).expect("the search stays within reach");
                write_inter_mode(sink, cdfs, &stack, choice, self.job.precision());
                (info.inter, info.mv, info.y_mode) = (true, *mv, choice.mode);
                self.buffers.palettes.fill((mi_row, mi_col), (size.width(), size.height()), None, None);
            }
            BlockPrediction::BlockCopy(mv) => {
                write_use_intrabc(sink, cdfs, true);
                let stack =
                    find_mv_stack(&self.buffers.grid, &self.bounds, place, VectorSource::CurrentFrame);
                let prediction = predicted_block_vector(&stack, mi_row);
                let diff = difference(*mv, prediction).expect("only what can be coded so is copied");
                write_mv(sink, cdfs, MvContext::IntraBlockCopy, MvPrecision::Whole, diff);
                (info.intrabc, info.mv) = (true, *mv);
                self.buffers.palettes.fill((mi_row, mi_col), (size.width(), size.height()), None, None);
            }
            BlockPrediction::Intra(modes) => {
                self.write_intra(place, modes, lossless);
                info.y_mode = modes.y_mode;
                info.palette_sizes = [
                    modes.palette_y.map_or(0, |palette| palette.len),
                    modes.palette_uv.map_or(0, |palette| palette.len),
                ];
            }
        }
        self.write_residual(place, block, lossless);
        self.buffers.grid.fill(mi_row, mi_col, info);
    }

    fn write_intra(&mut self, place: BlockPlace, modes: &IntraModes, lossless: bool) {
        let (mi_row, mi_col, size) = (place.mi_row, place.mi_col, place.size);
        let buffers = &mut *self.buffers;
        let neighbours = BlockNeighbours::of(&buffers.grid, mi_row, mi_col);
        let (sink, cdfs) = (&mut buffers.sink, &mut buffers.cdfs);
        match self.job.kind {
            FrameKind::Key { intrabc } => {
                if intrabc {
                    write_use_intrabc(sink, cdfs, false);
                }
                write_intra_frame_y_mode(sink, cdfs, &neighbours, modes.y_mode);
            }
            FrameKind::Inter { .. } => {
                write_is_inter(sink, cdfs, &neighbours, false);
                write_y_mode(sink, cdfs, size, modes.y_mode);
            }
        }
        write_angle_delta(sink, cdfs, modes.y_mode, 0);
        let cfl = cfl_allowed(size, lossless, self.job.chroma());
        write_uv_mode(sink, cdfs, cfl, modes.y_mode, modes.uv_mode);
        if modes.uv_mode == PredictionMode::UvCfl {
            write_cfl_alphas(sink, cdfs, modes.cfl_alphas.0, modes.cfl_alphas.1);
        }
        write_angle_delta(sink, cdfs, modes.uv_mode, 0);
        let (y, uv) = (modes.palette_y.as_ref(), modes.palette_uv.as_ref());
        let palettes = PaletteModeInfo {
            at: (mi_row, mi_col),
            size,
            y_mode: modes.y_mode,
            uv_mode: modes.uv_mode,
            has_palette_y_ctx: neighbours.has_palette_y(),
            y,
            uv,
        };
        write_palette_mode_info(sink, cdfs, &palettes, &buffers.palettes);
        buffers.palettes.fill((mi_row, mi_col), (size.width(), size.height()), y, uv);
        let onscreen = |mi: usize, whole: usize, mi_all: usize| whole.min((mi_all - mi) * MI_SIZE);
        let width = onscreen(mi_col, size.width(), self.bounds.mi_cols);
        let height = onscreen(mi_row, size.height(), self.bounds.mi_rows);
        let y = y.map(|palette| (palette.len, &buffers.scratch.map_y));
        let uv = uv.map(|palette| (palette.len, &buffers.scratch.map_uv));
        write_palette_tokens(sink, cdfs, y, uv, (width, height), self.job.chroma());
    }

    /// `residual()`.
    fn write_residual(&mut self, place: BlockPlace, block: &CodedBlock, lossless: bool) {
        let chroma = self.job.chroma();
        let limits = [0, 1, 2].map(|plane| self.plane_limits(plane));
        let buffers = &mut *self.buffers;
        if block.skip {
            buffers.coefficients.reset_block((place.mi_row, place.mi_col), place.size);
            return;
        }
        let type_syntax = match &block.prediction {
            _ if lossless => TypeSyntax::Implied,
            BlockPrediction::Inter(_) | BlockPrediction::BlockCopy(_) => TypeSyntax::Inter,
            BlockPrediction::Intra(modes) => TypeSyntax::Intra(modes.y_mode),
        };
        for (plane, limits) in limits.into_iter().enumerate() {
            let area = plane_block(place, plane, chroma);
            let tx_size = plane_tx_size(place.size, plane, chroma, lossless);
            let tx_area = tx_size.width() * tx_size.height();
            let levels = &buffers.scratch.planes[plane];
            for (index, (x, y)) in tx_positions(area, tx_size, limits).enumerate() {
                let tx = TxBlock {
                    plane,
                    x4: x / MI_SIZE,
                    y4: y / MI_SIZE,
                    tx_size,
                    tx_type: levels.tx_type,
                    block: place.size,
                    type_syntax,
                };
                write_coefficients(
                    &mut buffers.sink,
                    &mut buffers.cdfs,
                    &mut buffers.coefficients,
                    &tx,
                    &levels.levels[index * tx_area..][..tx_area],
                );
            }
        }
    }
}
