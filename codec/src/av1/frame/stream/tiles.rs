//! A frame's tiles: how it is cut, and coding them on all threads.

use arrayvec::ArrayVec;

use super::super::tile::{FrameJob, SuperblockWork, TileBuffers, TileCoder, TilePart};
use super::super::workers::WorkerThreads;
use super::{FrameLimit, FrameSettings, FrameStep, FrameStream};
use crate::av1::bitstream::frame_header::{FrameKind, MAX_BANDS, Segment, TileLayout, TileRect};
use crate::av1::choose::hash::MotionIndex;
use crate::av1::choose::plan::SuperblockPlan;
use crate::av1::choose::reach::VectorReach;
use crate::av1::reconstruct::planes::{PictureBand, PicturePlanes};
use crate::av1::reconstruct::quantise::{Quantiser, lambda};
use crate::av1::types::SUPERBLOCK;

/// The least weight of a tile where there are several, about microseconds: each starts without what its
/// neighbours know, which costs a few bytes.
pub(super) const TILE_WEIGHT: usize = 300;

/// The least share of a frame's bytes that a tile gets where there are several: each may exceed its share by
/// a block.
const TILE_BYTES: usize = 12 << 10;

/// Tiles per thread: weights are guesses, and a thread that is done early takes another tile.
const TILES_PER_THREAD: usize = 2;

/// How many superblocks to be coded make threads share planning them: waking a thread takes as long as a few.
const PLAN_PARALLEL_FROM: usize = 24;

impl FrameStream {
    /// Codes the tiles, whose bytes are then in the buffers; returns how the frame is cut.
    pub(super) fn code_tiles(
        &mut self,
        kind: FrameKind,
        settings: FrameSettings,
        limit: FrameLimit,
    ) -> TileLayout {
        let behind = self.behind.contains(&true);
        let (reference, written) = two(&mut self.shown, self.shown_now);
        let mut job = FrameJob {
            sequence: &self.sequence,
            kind,
            source: self.intake.now(),
            // What was left behind is not shown where it was to be, so only what is shown can be copied.
            before: if behind { reference } else { self.intake.before() },
            equal: (!behind).then(|| self.intake.equal()),
            reference,
            work: &self.work,
            stale: &self.shown_stale,
            inexact: &self.was_inexact,
            repeats: None,
            vectors: self.vectors.as_slice(),
            reach: VectorReach::of(self.vectors.as_slice()),
            beyond: limit.beyond,
            exact_text: settings.exact_text,
            effort: settings.effort,
            quantisers: [Segment::Base, Segment::Fine, Segment::Lossless]
                .map(|segment| Quantiser::new(segment.qindex(settings.base_q_idx), 0, 0)),
            lambda: lambda(settings.base_q_idx),
        };
        let planned = std::mem::replace(&mut self.planned, true);
        if !planned {
            plan_all(&job, &self.motion, &mut self.plans, &self.workers);
        }
        // Plans once made, nothing is looked up any more but a key picture's repeats.
        let advance = match self.step {
            FrameStep::Key => {
                job.repeats = Some(&self.motion);
                None
            }
            FrameStep::Change => (!planned).then_some(&mut self.motion),
            FrameStep::Refine => None,
        };
        let tiles = match self.workers.count() {
            1 => 1,
            threads => TILES_PER_THREAD * threads,
        };
        let tiles = tiles.min(limit.bytes / TILE_BYTES).clamp(1, MAX_BANDS);
        let layout = choose_layout(&job, &self.plans, self.tile_weight, tiles);
        let rects = layout.tiles();
        let known = self.buffers.len();
        // A tile stands in the same columns in every layout.
        self.buffers.extend(rects.iter().skip(known).map(|rect| TileBuffers::new(&self.sequence, *rect)));
        let columns = job.superblock_columns();
        let rows = rects.chunks(layout.columns());
        let heights = rows.clone().map(|rects| rects[0].sb_rows * SUPERBLOCK);
        let mut inexact = self.inexact.as_mut_slice();
        let parts = written.bands_mut(heights).zip(self.buffers.chunks_mut(layout.columns())).zip(rows);
        let parts: ArrayVec<TileRow<'_>, MAX_BANDS> = parts
            .map(|((band, buffers), rects)| {
                let (part, rest) = std::mem::take(&mut inexact).split_at_mut(rects[0].sb_rows * columns);
                inexact = rest;
                TileRow { band, rects, inexact: part, buffers }
            })
            .collect();
        let (cdfs, plans) = (&self.cdfs, self.plans.as_slice());
        let busy = |rect: &TileRect| {
            let rows = self.work.chunks(columns).skip(rect.sb_row).take(rect.sb_rows);
            let work = rows.flat_map(|row| &row[rect.sb_col..][..rect.sb_cols]);
            work.filter(|work| **work != SuperblockWork::Keep).count()
        };
        let all = rects.iter().map(busy).sum::<usize>().max(1);
        // A tile's part of the limit, by what there is to do in it.
        let share = |rect: &TileRect| (limit.bytes as f64 * busy(rect) as f64 / all as f64) as usize;
        let several = parts.len() > 1;
        let parts = parts.into_iter().map(FramePart::Tiles).chain(advance.map(FramePart::Advance));
        self.workers.share_if(several, parts, |part| match part {
            FramePart::Tiles(TileRow { mut band, rects, inexact, buffers }) => {
                for (buffers, rect) in buffers.iter_mut().zip(rects) {
                    let band = band.past_column(rect.sb_col * SUPERBLOCK);
                    let part = TilePart { band, rect: *rect, plans, inexact: &mut *inexact, buffers };
                    TileCoder::new(&job, part, cdfs, share(rect)).code();
                }
            }
            FramePart::Advance(motion) => motion.advance(),
        });
        layout
    }
}

/// What threads share of a frame.
enum FramePart<'a> {
    Tiles(TileRow<'a>),
    /// The motion index takes the picture for the one before.
    Advance(&'a mut MotionIndex),
}

/// The tiles of one band.
struct TileRow<'a> {
    band: PictureBand<'a>,
    rects: &'a [TileRect],
    /// By superblock of the band, whether it is not shown exactly.
    inexact: &'a mut [bool],
    buffers: &'a mut [TileBuffers],
}

/// Plans all superblocks.
fn plan_all(job: &FrameJob<'_>, motion: &MotionIndex, plans: &mut [SuperblockPlan], workers: &WorkerThreads) {
    let columns = job.superblock_columns();
    let plan_row = |(row, plans): (usize, &mut [SuperblockPlan])| {
        for (column, plan) in plans.iter_mut().enumerate() {
            *plan = job.plan(motion, column * SUPERBLOCK, row * SUPERBLOCK);
        }
    };
    let several = job.work.iter().filter(|work| **work != SuperblockWork::Keep).count() >= PLAN_PARALLEL_FROM;
    workers.share_if(several, plans.chunks_mut(columns).enumerate(), plan_row);
}

/// Up to `most` bands of about the same weight.
fn choose_layout(
    job: &FrameJob<'_>,
    plans: &[SuperblockPlan],
    tile_weight: usize,
    most: usize,
) -> TileLayout {
    let rows = plans
        .chunks(job.superblock_columns())
        .map(|row| row.iter().map(SuperblockPlan::weight).sum::<usize>());
    let all: usize = rows.clone().sum();
    let bands = (all / tile_weight.max(1)).clamp(1, most);
    let mut heights = ArrayVec::<_, MAX_BANDS>::new();
    let (mut sum, mut height) = (0, 0);
    for weight in rows {
        // A row goes to the band that its middle lies in.
        if height > 0
            && (2 * sum + weight) * bands >= 2 * all * (heights.len() + 1)
            && heights.len() + 1 < bands
        {
            heights.push(height);
            height = 0;
        }
        sum += weight;
        height += 1;
    }
    heights.push(height);
    TileLayout::of_heights(job.sequence, &heights).unwrap_or_else(|| TileLayout::bands(job.sequence, bands))
}

/// The pictures of a pair: the one at `index`, and the other to be written.
fn two(pair: &mut [PicturePlanes; 2], index: usize) -> (&PicturePlanes, &mut PicturePlanes) {
    let [first, second] = pair;
    if index == 0 { (first, second) } else { (second, first) }
}
