//! A frame's tiles: how it is cut, and coding them on all threads.

use arrayvec::ArrayVec;

use super::super::sharpness::SuperblockSharpness;
use super::super::tile::{FrameJob, SuperblockWork, TileAllowance, TileBuffers, TileCoder, TilePart};
use super::super::workers::WorkerThreads;
use super::{FrameSettings, FrameStep, FrameStream};
use crate::av1::bitstream::cdf::CdfContext;
use crate::av1::bitstream::frame_header::{FrameKind, FrameQuantisers, MAX_BANDS, TileLayout, TileRect};
use crate::av1::choose::forecast::StepQuantisers;
use crate::av1::choose::hash::MotionIndex;
use crate::av1::choose::plan::SuperblockPlan;
use crate::av1::choose::rate::{StepBytes, TextQuality, TileRate, choose_levels};
use crate::av1::choose::reach::VectorReach;
use crate::av1::reconstruct::planes::{PictureBand, PicturePlanes};
use crate::av1::reconstruct::quantise::Quantiser;
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

/// Bytes that a superblock takes at most, but for noise: frames of which all fits at that are not forecast.
const SUPERBLOCK_BYTES: usize = 3 << 10;

/// What the header says of the tiles that were coded.
pub(super) struct CodedTiles {
    pub(super) kind: FrameKind,
    /// How the frame is cut.
    pub(super) layout: TileLayout,
    pub(super) quantisers: FrameQuantisers,
}

impl FrameStream {
    /// Codes the tiles, whose bytes are then in the buffers.
    pub(super) fn code_tiles(&mut self, settings: &FrameSettings, limit: usize) -> CodedTiles {
        let behind = self.behind.contains(&true);
        let kind = self.kind();
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
            sharpness: &self.was_sharpness,
            repeats: None,
            vectors: self.vectors.as_slice(),
            reach: VectorReach::of(self.vectors.as_slice()),
            ladder: &settings.ladder,
            level_steps: &[0],
            levels: ArrayVec::new(),
            effort: settings.effort,
            quantisers: ArrayVec::new(),
            last_segment: 0,
        };
        let busy = self.work.iter().filter(|work| **work != SuperblockWork::Keep).count();
        let forecast = settings.ladder.steps().len() > 1 && busy * SUPERBLOCK_BYTES > limit;
        plan_all(&job, forecast, &self.motion, &mut self.plans, &self.workers);
        let forecast = forecast.then(|| sum_of_forecasts(&self.plans));
        let level_steps = match &forecast {
            Some(all) => choose_levels(job.ladder, all, settings.correction, limit),
            None => [0].into_iter().collect(),
        };
        let quantisers = job.set_levels(&level_steps, all_fits(forecast, settings.correction, limit));
        if let FrameKind::Inter { same_segments, .. } = &mut job.kind {
            *same_segments = self.last_quantisers.as_ref() == Some(&quantisers);
            self.cdfs.clear_counters();
        } else {
            job.kind = FrameKind::Key { intrabc: job.levels[0].text != TextQuality::Plain };
            self.cdfs = CdfContext::new(quantisers.base());
        }
        // Plans once made, nothing is looked up any more but a key picture's repeats.
        let advance = match self.step {
            FrameStep::Key => {
                job.repeats = Some(&self.motion);
                None
            }
            FrameStep::Change => Some(&mut self.motion),
            FrameStep::Refine => None,
        };
        let tiles = tile_count(self.workers.count(), forecast.is_some(), limit);
        let layout = choose_layout(&job, &self.plans, self.tile_weight, tiles);
        let rects = layout.tiles();
        // A tile stands in the same columns in every layout.
        let new = rects.iter().skip(self.buffers.len()).map(|rect| TileBuffers::new(&self.sequence, *rect));
        self.buffers.extend(new);
        let rows = rects.chunks(layout.columns());
        let heights = rows.clone().map(|rects| rects[0].sb_rows * SUPERBLOCK);
        let mut sharpness = self.sharpness.as_mut_slice();
        let parts = written.bands_mut(heights).zip(self.buffers.chunks_mut(layout.columns())).zip(rows);
        let parts: ArrayVec<TileRow<'_>, MAX_BANDS> = parts
            .map(|((band, buffers), rects)| {
                let (part, rest) =
                    std::mem::take(&mut sharpness).split_at_mut(rects[0].sb_rows * job.superblock_columns());
                sharpness = rest;
                TileRow { band, rects, sharpness: part, buffers }
            })
            .collect();
        let allowances = FrameAllowances {
            limit,
            correction: settings.correction,
            forecast: forecast.map(|all| all.0[level_steps[level_steps.len().min(2) - 1]]),
            busy: busy.max(1),
        };
        let (cdfs, plans) = (&self.cdfs, self.plans.as_slice());
        let several = parts.len() > 1;
        let parts = parts.into_iter().map(FramePart::Tiles).chain(advance.map(FramePart::Advance));
        self.workers.share_if(several, parts, |part| match part {
            FramePart::Tiles(TileRow { mut band, rects, sharpness, buffers }) => {
                for (buffers, rect) in buffers.iter_mut().zip(rects) {
                    let band = band.past_column(rect.sb_col * SUPERBLOCK);
                    let part = TilePart { band, rect: *rect, plans, sharpness: &mut *sharpness, buffers };
                    let allowance = allowances.of_tile(&job, plans, *rect);
                    TileCoder::new(&job, part, cdfs, allowance).code();
                }
            }
            FramePart::Advance(motion) => motion.advance(),
        });
        CodedTiles { kind: job.kind, layout, quantisers }
    }
}

impl FrameStream {
    /// What the frame is, as far as that is known before it is planned.
    fn kind(&self) -> FrameKind {
        match self.step {
            FrameStep::Key => FrameKind::Key { intrabc: false },
            FrameStep::Change | FrameStep::Refine => {
                let whole_vectors = self.step != FrameStep::Change || !self.film;
                FrameKind::Inter { whole_vectors, same_segments: false }
            }
        }
    }
}

/// Into how many tiles a frame is cut.
fn tile_count(threads: usize, forecast: bool, limit: usize) -> usize {
    let tiles = match threads {
        1 => 1,
        // Bytes that a tile leaves can't be another's.
        threads if forecast => threads,
        threads => TILES_PER_THREAD * threads,
    };
    tiles.min(limit / TILE_BYTES).clamp(1, MAX_BANDS)
}

impl<'a> FrameJob<'a> {
    /// Takes steps of the ladder for the frame's levels, of which all of it fits at the finest or not.
    fn set_levels(&mut self, steps: &'a [usize], all_fits: bool) -> FrameQuantisers {
        self.level_steps = steps;
        self.levels = steps.iter().map(|step| self.ladder.level(*step, all_fits)).collect();
        let quantisers = FrameQuantisers::new(self.levels.iter().map(|level| level.q_idx));
        self.last_segment = quantisers.last_segment();
        self.quantisers =
            quantisers.segments().map(|segment| Quantiser::new(quantisers.qindex(segment), 0, 0)).collect();
        quantisers
    }
}

/// Whether all of a frame fits at the finest step, which goes without saying where nothing was forecast.
fn all_fits(forecast: Option<StepBytes>, correction: f32, limit: usize) -> bool {
    forecast.is_none_or(|all| correction * all.0[0] <= limit as f32)
}

/// How a frame's bytes are shared among its tiles.
struct FrameAllowances {
    limit: usize,
    /// What frames take of what is forecast for them.
    correction: f32,
    /// What is forecast for the whole frame, at about the level that it gets.
    forecast: Option<f32>,
    /// How many superblocks there are to be coded.
    busy: usize,
}

impl FrameAllowances {
    /// A tile's part of the limit: by what is forecast for it, or by what there is to do in it.
    fn of_tile(&self, job: &FrameJob<'_>, plans: &[SuperblockPlan], rect: TileRect) -> TileAllowance {
        let columns = job.superblock_columns();
        let rows = (rect.sb_row..rect.sb_row + rect.sb_rows).map(|row| row * columns + rect.sb_col);
        let indices = || rows.clone().flat_map(|first| first..first + rect.sb_cols);
        let busy = indices().filter(|index| job.work[*index] != SuperblockWork::Keep).count();
        let part = |share: f32| (self.limit as f64 * f64::from(share)) as usize;
        let Some(forecast) = self.forecast else {
            return TileAllowance { limit: part(busy as f32 / self.busy as f32), rate: None };
        };
        let all = sum_of_forecasts(indices().map(|index| &plans[index]));
        // The same level for all tiles, and something for each of their superblocks.
        let of = |all: &StepBytes| all.0[job.level_steps[job.level_steps.len().min(2) - 1]];
        let share = (of(&all) + busy as f32) / (forecast + self.busy as f32);
        TileAllowance { limit: part(share), rate: Some(TileRate::new(all, self.correction)) }
    }
}

fn sum_of_forecasts<'a>(plans: impl IntoIterator<Item = &'a SuperblockPlan>) -> StepBytes {
    let mut all = StepBytes::default();
    plans.into_iter().for_each(|plan| all.add(&plan.forecast.bytes));
    all
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
    /// By superblock of the band, how it is shown.
    sharpness: &'a mut [SuperblockSharpness],
    buffers: &'a mut [TileBuffers],
}

/// Plans all superblocks, with a forecast of each if wanted.
fn plan_all(
    job: &FrameJob<'_>,
    forecast: bool,
    motion: &MotionIndex,
    plans: &mut [SuperblockPlan],
    workers: &WorkerThreads,
) {
    let columns = job.superblock_columns();
    let quantisers = forecast.then(|| StepQuantisers::new(job));
    let plan_row = |(row, plans): (usize, &mut [SuperblockPlan])| {
        for (column, plan) in plans.iter_mut().enumerate() {
            let at = (column * SUPERBLOCK, row * SUPERBLOCK);
            *plan = job.plan(motion, at.0, at.1);
            let busy = job.work[row * columns + column] != SuperblockWork::Keep;
            if let Some(quantisers) = quantisers.as_ref().filter(|_| busy) {
                plan.forecast = job.forecast(plan, at, quantisers);
            }
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
