//! Intra block copy: what stands twice in a key picture is coded once. The encoder's choice of block vectors;
//! their syntax and rules are [`crate::av1::syntax::block_vector`]'s.

use super::distortion;
use super::hash::LumaPlane;
use crate::av1::bitstream::frame_header::{FrameKind, Segment};
use crate::av1::frame::tile::TileCoder;
use crate::av1::reconstruct::inter;
use crate::av1::reconstruct::plane::PlaneArea;
use crate::av1::reconstruct::residual::plane_block;
use crate::av1::syntax::block::{BlockPrediction, CodedBlock};
use crate::av1::syntax::block_vector::{predicted_block_vector, valid_block_vector};
use crate::av1::syntax::mv_coding::difference;
use crate::av1::syntax::mv_prediction::{BlockPlace, VectorSource, find_mv_stack};
use crate::av1::types::{BlockSize, Mv, TxType};

/// The least quarters of a square of 16x16 that must be found elsewhere: with fewer, one palette for the
/// whole square is cheaper.
const COPIED_QUARTERS: usize = 3;

impl TileCoder<'_> {
    /// Whether the frame allows it.
    pub(crate) fn copies_blocks(&self) -> bool {
        self.job.kind == FrameKind::Key { intrabc: true }
    }

    /// A block that stands elsewhere already, exactly as it is to be shown.
    pub(crate) fn code_copied(&mut self, place: BlockPlace) -> Option<CodedBlock> {
        let mv = self.find_copy(place)?;
        for plane in 0..3 {
            let area = plane_block(place, plane, self.job.chroma());
            let shift = if plane == 0 { 0 } else { self.job.chroma().shift() };
            let band = &mut self.band.planes[plane];
            inter::predict_intrabc(band.samples, band.stride, area, mv, shift);
        }
        Some(CodedBlock {
            prediction: BlockPrediction::BlockCopy(mv),
            skip: true,
            segment: Segment::BASE,
            tx_type: TxType::DctDct,
        })
    }

    /// Whether a square of 16x16 is better copied in quarters than coded whole.
    pub(crate) fn quarters_are_copies(&self, place: BlockPlace) -> bool {
        if !self.copies_blocks() || place.size != BlockSize::B16x16 || self.find_copy(place).is_some() {
            return false;
        }
        let copied = [(0, 0), (0, 2), (2, 0), (2, 2)].iter().filter(|(row, col)| {
            let quarter =
                BlockPlace { mi_row: place.mi_row + row, mi_col: place.mi_col + col, size: BlockSize::B8x8 };
            self.find_copy(quarter).is_some()
        });
        copied.count() >= COPIED_QUARTERS
    }

    fn find_copy(&self, place: BlockPlace) -> Option<Mv> {
        let (x, y) = self.luma_position(place.mi_row, place.mi_col);
        let source = self.job.source;
        let luma = &source.planes[0];
        let picture = LumaPlane::new(luma.samples(), luma.stride(), source.width, source.height);
        let size = (place.size.width(), place.size.height());
        let stack = find_mv_stack(&self.buffers.grid, &self.bounds, place, VectorSource::CurrentFrame);
        let prediction = predicted_block_vector(&stack, place.mi_row);
        let found = self.job.repeats?.find_within(picture, (x, y), size, |(dx, dy)| {
            let mv = Mv::whole(dx, dy);
            valid_block_vector(&self.bounds, place, mv)
                && difference(mv, prediction).is_some()
                && self.shown_exactly(place, (dx, dy))
        })?;
        Some(Mv::whole(found.0, found.1))
    }

    /// Whether a block is to be shown just as another one of the tile is shown already.
    fn shown_exactly(&self, place: BlockPlace, (dx, dy): (i16, i16)) -> bool {
        let shift = self.job.chroma().shift();
        if shift > 0 && (dx | dy) & 1 != 0 {
            return false;
        }
        (0..3).all(|plane| {
            let shift = if plane == 0 { 0 } else { shift };
            let PlaneArea { x, y, w, h } = plane_block(place, plane, self.job.chroma());
            let (source, stride) = self.source(plane, PlaneArea { x, y, w, h });
            let (from_x, from_y) =
                (x as isize + isize::from(dx >> shift), y as isize + isize::from(dy >> shift));
            let band = &self.band.planes[plane];
            distortion::equal(source, stride, band.at(from_x as usize, from_y as usize), band.stride, w, h)
        })
    }
}
