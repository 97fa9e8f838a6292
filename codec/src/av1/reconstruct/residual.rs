//! What prediction leaves of a block: transformed, quantised and reconstructed, sections 5.11.34 and 7.12.3.
//!
//! A block has one transform per plane (`TX_MODE_LARGEST`), or 4x4 ones without loss. The levels stay in the
//! scratch until the block is written.

use super::inter;
use super::intra;
use super::plane::{PlaneArea, PlaneView, by_width, rows, rows_mut};
use super::planes::PicturePlanes;
use super::quantise::LevelRounding;
use super::transform::{NonzeroExtent, exact_idtx_levels, forward, inverse_add};
use crate::av1::bitstream::frame_header::Segment;
use crate::av1::choose::distortion;
use crate::av1::frame::scratch::{MAX_TX_AREA, MAX_TX_BLOCKS};
use crate::av1::frame::tile::TileCoder;
use crate::av1::syntax::coefficients::trim;
use crate::av1::syntax::mv_prediction::BlockPlace;
use crate::av1::types::{BlockSize, Chroma, MI_SIZE, Mv, PredictionMode, TxSize, TxType};

/// How a plane of a block is predicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlanePrediction {
    /// The prediction stands in the band already.
    Done,
    /// Each transform block from what is around it, and with chroma from luma by `alpha` eighths.
    Intra { mode: PredictionMode, alpha: i8 },
}

/// How a plane of a block is transformed and quantised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PlaneTransform {
    pub(crate) segment: Segment,
    pub(crate) tx_type: TxType,
    pub(crate) rounding: LevelRounding,
}

/// A block's part of a plane, in the plane's samples.
pub(crate) fn plane_block(place: BlockPlace, plane: usize, chroma: Chroma) -> PlaneArea {
    let shift = if plane == 0 { 0 } else { chroma.shift() };
    PlaneArea {
        x: (place.mi_col * MI_SIZE) >> shift,
        y: (place.mi_row * MI_SIZE) >> shift,
        w: place.size.width() >> shift,
        h: place.size.height() >> shift,
    }
}

/// `get_tx_size()` for blocks up to 64x64.
pub(crate) fn plane_tx_size(size: BlockSize, plane: usize, chroma: Chroma, lossless: bool) -> TxSize {
    if lossless {
        return TxSize::T4x4;
    }
    let shift = if plane == 0 { 0 } else { chroma.shift() };
    let limit = if plane == 0 { 64 } else { 32 };
    match ((size.width() >> shift).min(limit), (size.height() >> shift).min(limit)) {
        (4, 4) => TxSize::T4x4,
        (4, _) => TxSize::T4x8,
        (8, 4) => TxSize::T8x4,
        (8, 8) => TxSize::T8x8,
        (8, _) => TxSize::T8x16,
        (16, 8) => TxSize::T16x8,
        (16, 16) => TxSize::T16x16,
        (16, _) => TxSize::T16x32,
        (32, 16) => TxSize::T32x16,
        (32, 32) => TxSize::T32x32,
        (32, _) => TxSize::T32x64,
        (_, 32) => TxSize::T64x32,
        _ => TxSize::T64x64,
    }
}

/// The first samples of a block's transform blocks in coding order, as far as they start within `limits`.
pub(crate) fn tx_positions(
    block: PlaneArea,
    tx_size: TxSize,
    limits: (usize, usize),
) -> impl Iterator<Item = (usize, usize)> {
    let (right, bottom) = ((block.x + block.w).min(limits.0), (block.y + block.h).min(limits.1));
    (block.y..bottom)
        .step_by(tx_size.height())
        .flat_map(move |y| (block.x..right).step_by(tx_size.width()).map(move |x| (x, y)))
}

impl<'a> TileCoder<'a> {
    /// Where a plane of the tile ends, in whole `MiCols` and `MiRows`.
    pub(crate) fn plane_limits(&self, plane: usize) -> (usize, usize) {
        let shift = if plane == 0 { 0 } else { self.job.chroma().shift() };
        ((self.bounds.mi_cols * MI_SIZE) >> shift, (self.bounds.mi_rows * MI_SIZE) >> shift)
    }

    /// A place of the tile's plane in the picture's.
    pub(crate) fn in_picture(&self, plane: usize, block: PlaneArea) -> PlaneArea {
        let shift = if plane == 0 { 0 } else { self.job.chroma().shift() };
        let (left, top) = self.luma_position(0, 0);
        PlaneArea { x: block.x + (left >> shift), y: block.y + (top >> shift), ..block }
    }

    /// The samples of the source from a block of the tile on, and their stride.
    pub(crate) fn source(&self, plane: usize, block: PlaneArea) -> (&'a [u8], usize) {
        let block = self.in_picture(plane, block);
        let from = &self.job.source.planes[plane];
        (from.at(block.x, block.y), from.stride())
    }

    /// Writes a prediction from the reference into the band.
    pub(crate) fn predict_inter(&mut self, plane: usize, block: PlaneArea, mv: Mv) {
        let shift = self.job.reference.shift(plane);
        let area = self.in_picture(plane, block);
        let to = &mut self.band.planes[plane];
        let stride = to.stride;
        inter::predict(
            reference_view(self.job.reference, plane),
            area,
            mv,
            shift,
            to.at_mut(block.x, block.y),
            stride,
        );
    }

    /// Gathers what stands around a block of a plane.
    pub(crate) fn gather_edge(&mut self, plane: usize, block: PlaneArea) {
        let limits = self.plane_limits(plane);
        let buffers = &mut *self.buffers;
        let corners = buffers.decoded.corners(plane, block);
        let band = &self.band.planes[plane];
        let view =
            PlaneView { samples: band.samples, stride: band.stride, width: limits.0, height: limits.1 };
        buffers.scratch.edge.gather(view, block, corners);
    }

    /// Predicts (where that is not done), transforms, quantises and reconstructs a plane of a block, and
    /// keeps its levels. Whether any level is not 0.
    pub(crate) fn code_plane(
        &mut self,
        plane: usize,
        place: BlockPlace,
        prediction: PlanePrediction,
        transform: PlaneTransform,
    ) -> bool {
        let chroma = self.job.chroma();
        let lossless = transform.segment == Segment::Lossless;
        let block = plane_block(place, plane, chroma);
        let tx_size = plane_tx_size(place.size, plane, chroma, lossless);
        let limits = self.plane_limits(plane);
        self.buffers.scratch.planes[plane].tx_type = transform.tx_type;
        let mut any = false;
        for (index, (x, y)) in tx_positions(block, tx_size, limits).enumerate() {
            let area = PlaneArea { x, y, w: tx_size.width(), h: tx_size.height() };
            if let PlanePrediction::Intra { mode, alpha } = prediction {
                self.predict_intra(plane, area, mode, alpha);
            }
            any |= self.code_tx_block(plane, area, index, tx_size, transform);
            if lossless {
                self.buffers.decoded.mark(plane, area);
            }
        }
        any
    }

    /// Keeps no levels of a plane of a block: its prediction is all that is shown of it.
    pub(crate) fn leave_plane(&mut self, plane: usize, place: BlockPlace) {
        let chroma = self.job.chroma();
        let block = plane_block(place, plane, chroma);
        let tx_size = plane_tx_size(place.size, plane, chroma, false);
        let area = tx_size.width() * tx_size.height();
        let kept = &mut self.buffers.scratch.planes[plane];
        kept.tx_type = TxType::DctDct;
        let all = block.w * block.h / area;
        kept.levels[..(all * area).min(MAX_TX_AREA)].fill(0);
        kept.extents[..all.min(MAX_TX_BLOCKS)].fill(NonzeroExtent::default());
    }

    /// Writes an intra prediction into the band.
    pub(crate) fn predict_intra(&mut self, plane: usize, area: PlaneArea, mode: PredictionMode, alpha: i8) {
        self.gather_edge(plane, area);
        let scratch = &mut self.buffers.scratch;
        let band = &mut self.band.planes[plane];
        let stride = band.stride;
        let to = band.at_mut(area.x, area.y);
        intra::predict(mode, 0, area.w, area.h, &scratch.edge, to, stride);
        if mode == PredictionMode::UvCfl {
            scratch.cfl.predict(alpha, to, stride);
        }
    }

    fn code_tx_block(
        &mut self,
        plane: usize,
        area: PlaneArea,
        index: usize,
        tx_size: TxSize,
        transform: PlaneTransform,
    ) -> bool {
        let lossless = transform.segment == Segment::Lossless;
        let samples = area.w * area.h;
        let (source, source_stride) = self.source(plane, area);
        let scratch = &mut *self.buffers.scratch;
        let band = &mut self.band.planes[plane];
        let stride = band.stride;
        let to = band.at_mut(area.x, area.y);
        distortion::residual(source, source_stride, to, stride, area.w, area.h, &mut scratch.residual);
        let kept = &mut scratch.planes[plane];
        let levels = &mut kept.levels[index * samples..][..samples];
        let residual = &scratch.residual[..samples];
        if transform.tx_type == TxType::Idtx && transform.segment == Segment::Fine {
            let any = exact_idtx_levels(residual, area.w, tx_size, levels);
            kept.extents[index] = if any { NonzeroExtent::full(tx_size) } else { NonzeroExtent::default() };
            if any {
                copy_samples(source, source_stride, to, stride, area);
            }
            return any;
        }
        if residual.iter().all(|value| *value == 0) {
            levels.fill(0);
            kept.extents[index] = NonzeroExtent::default();
            return false;
        }
        let coefficients = &mut scratch.coefficients[..samples];
        forward(residual, area.w, tx_size, transform.tx_type, lossless, coefficients);
        let quantiser = &self.job.quantisers[usize::from(transform.segment.id())];
        scratch.original[..samples].copy_from_slice(coefficients);
        let quantised = quantiser.quantise(coefficients, levels, tx_size, transform.rounding);
        let mut extent = quantised.extent;
        if let Segment::Level(level) = transform.segment
            && quantised.nonzero > 0
        {
            let original = &scratch.original[..samples];
            let kind = (tx_size, transform.tx_type, extent);
            if !trim(levels, coefficients, original, kind, self.job.levels[usize::from(level)].lambda) {
                extent = NonzeroExtent::default();
            }
        }
        kept.extents[index] = extent;
        inverse_add(coefficients, extent, tx_size, transform.tx_type, lossless, to, stride);
        !extent.is_empty()
    }
}

/// Copies an area's samples from its first one on.
pub(crate) fn copy_samples(from: &[u8], from_stride: usize, to: &mut [u8], stride: usize, area: PlaneArea) {
    fn copy<const W: usize>(from: &[u8], from_stride: usize, to: &mut [u8], stride: usize, height: usize) {
        for (to, from) in rows_mut::<W>(to, stride, height).zip(rows::<W>(from, from_stride, height)) {
            *to = *from;
        }
    }
    by_width!(area.w, copy(from, from_stride, to, stride, area.h));
}

/// A plane of the reference as predictions see it: beyond the picture's own size its edge is repeated.
pub(crate) fn reference_view(planes: &PicturePlanes, plane: usize) -> PlaneView<'_> {
    let shift = planes.shift(plane);
    let from = &planes.planes[plane];
    PlaneView {
        samples: from.samples(),
        stride: from.stride(),
        width: planes.width.div_ceil(1 << shift),
        height: planes.height.div_ceil(1 << shift),
    }
}
