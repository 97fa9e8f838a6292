//! A stream: picture after picture into temporal units, section 7.5, each from what the decoder shows already.
//!
//! It holds two of what the decoder shows, of this frame and the one before, so that what did not change need not be
//! copied.

use rayon::prelude::*;

use super::cdf::CdfContext;
use super::frame_header::{FrameHeader, FrameKind, Segment, TILE_SIZE_BYTES, TileLayout};
use super::hash::{GlobalVectors, LumaPlane, MotionIndex};
use super::intake::Intake;
use super::obu::{ObuType, write_obu};
use super::plan::Plan;
use super::planes::Planes;
use super::quantise::{Quantiser, lambda};
use super::sequence::SequenceHeader;
use super::tile::{FrameJob, TileBuffers, TileCoder, TilePart, Work};
use super::types::{Chroma, SUPERBLOCK};
use crate::{Damage, EncodeError, Frame};

/// The weight of a frame's plans (about microseconds) from which on two threads are worth a second tile.
const PARALLEL_FROM: usize = 1500;

/// Superblocks to be coded from which on threads share planning them.
const PLAN_PARALLEL_FROM: usize = 24;

/// How a frame is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FrameSettings {
    /// 2 to 255.
    pub(crate) base_q_idx: u8,
    /// Whether text is coded exactly at once.
    pub(crate) exact_text: bool,
}

/// What one frame does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Starts anew.
    Key,
    /// Shows what changed.
    Change,
    /// Shows up to so many superblocks exactly.
    Refine(usize),
}

/// A coded frame.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CodedFrame {
    pub(crate) key: bool,
    /// A temporal unit.
    pub(crate) data: Vec<u8>,
}

/// See the module.
pub(crate) struct Stream {
    sequence: SequenceHeader,
    intake: Intake,
    /// What the decoder shows; `shown_now` is the newest.
    shown: [Planes; 2],
    shown_now: usize,
    shown_stale: Vec<bool>,
    /// Superblocks that are not shown exactly.
    inexact: Vec<bool>,
    /// The same, after the frame before.
    was_inexact: Vec<bool>,
    plans: Vec<Plan>,
    motion: MotionIndex,
    cdfs: CdfContext,
    /// `base_q_idx` of the last frame, none before the first.
    last_q_idx: Option<u8>,
    /// By tile, as many as were ever needed.
    buffers: Vec<TileBuffers>,
    work: Vec<Work>,
}

impl Stream {
    /// A stream of pictures of a size that has shown nothing yet.
    pub(crate) fn new(width: usize, height: usize, chroma: Chroma) -> Self {
        let superblocks = width.div_ceil(SUPERBLOCK) * height.div_ceil(SUPERBLOCK);
        let planes = Planes::new(width, height, chroma);
        Self {
            sequence: SequenceHeader { width, height, chroma },
            intake: Intake::new(width, height, chroma),
            shown: [planes.clone(), planes],
            shown_now: 0,
            shown_stale: vec![false; superblocks],
            inexact: vec![false; superblocks],
            was_inexact: vec![false; superblocks],
            plans: vec![Plan::default(); superblocks],
            motion: MotionIndex::new(width, height),
            cdfs: CdfContext::new(0),
            last_q_idx: None,
            buffers: Vec::new(),
            work: vec![Work::Keep; superblocks],
        }
    }

    /// The picture's size in luma samples.
    pub(crate) fn size(&self) -> (usize, usize) {
        (self.sequence.width, self.sequence.height)
    }

    /// Starts anew with the next frame.
    pub(crate) fn restart(&mut self) {
        self.last_q_idx = None;
    }

    /// Whether the next frame starts anew.
    pub(crate) fn starts(&self) -> bool {
        self.last_q_idx.is_none()
    }

    /// Whether anything is not shown exactly.
    pub(crate) fn refinable(&self) -> bool {
        self.starts() || self.inexact.contains(&true)
    }

    /// What the decoder shows after the last frame.
    pub(crate) fn shown(&self) -> &Planes {
        &self.shown[self.shown_now]
    }

    /// Takes over what changed of a picture; whether anything did.
    ///
    /// # Errors
    /// [`EncodeError::Encoder`] where the colours can't be converted.
    pub(crate) fn update(&mut self, picture: &Frame, damage: &Damage) -> Result<bool, EncodeError> {
        let anew = self.starts();
        self.intake.update(picture, damage, anew).map_err(|error| EncodeError::Encoder(error.to_string()))
    }

    /// Codes what [`Self::update`] took over last; the whole picture where the stream starts.
    pub(crate) fn code_change(&mut self, settings: FrameSettings) -> CodedFrame {
        let step = if self.last_q_idx.is_some() { Step::Change } else { Step::Key };
        let all = step == Step::Key;
        for (work, changed) in self.work.iter_mut().zip(self.intake.changed()) {
            *work = if all || *changed { Work::Code } else { Work::Keep };
        }
        self.code(step, settings)
    }

    /// Shows up to `superblocks` more exactly.
    pub(crate) fn code_refinement(&mut self, settings: FrameSettings, superblocks: usize) -> CodedFrame {
        let mut left = superblocks;
        for (work, inexact) in self.work.iter_mut().zip(&self.inexact) {
            let refine = *inexact && left > 0;
            left -= usize::from(refine);
            *work = if refine { Work::Refine } else { Work::Keep };
        }
        self.code(Step::Refine(superblocks), settings)
    }

    fn code(&mut self, step: Step, settings: FrameSettings) -> CodedFrame {
        let vectors = self.find_motion(step);
        let kind = match step {
            Step::Key => FrameKind::Key { intrabc: false },
            _ => FrameKind::Inter {
                whole_vectors: true,
                same_segments: self.last_q_idx == Some(settings.base_q_idx),
            },
        };
        if step == Step::Key {
            self.cdfs = CdfContext::new(settings.base_q_idx);
        } else {
            self.cdfs.clear_counters();
        }
        let (tiles, layout) = self.code_tiles(kind, settings, vectors.as_slice());
        let context_tile = (0..tiles.len()).max_by_key(|index| tiles[*index].len()).unwrap_or(0);
        let header = FrameHeader { kind, base_q_idx: settings.base_q_idx, tiles: layout, context_tile };
        let data = self.assemble(&header, &tiles);
        self.finish(step, settings, context_tile);
        CodedFrame { key: step == Step::Key, data }
    }

    fn find_motion(&mut self, step: Step) -> GlobalVectors {
        if let Step::Refine(_) = step {
            return GlobalVectors::default();
        }
        let (now, before) = (luma(self.intake.now()), luma(self.intake.before()));
        self.motion.find_global_vectors(before, now, self.intake.changed())
    }

    /// The bytes of each tile, and how the frame is cut into them.
    fn code_tiles(
        &mut self,
        kind: FrameKind,
        settings: FrameSettings,
        vectors: &[(i16, i16)],
    ) -> (Vec<Vec<u8>>, TileLayout) {
        self.was_inexact.clone_from(&self.inexact);
        let (reference, written) = two(&mut self.shown, self.shown_now);
        let job = FrameJob {
            sequence: &self.sequence,
            kind,
            base_q_idx: settings.base_q_idx,
            source: self.intake.now(),
            before: self.intake.before(),
            equal: self.intake.equal(),
            reference,
            work: &self.work,
            stale: &self.shown_stale,
            motion: &self.motion,
            inexact: &self.was_inexact,
            vectors,
            exact_text: settings.exact_text,
            quantisers: [Segment::Base, Segment::Fine, Segment::Lossless]
                .map(|segment| Quantiser::new(segment.qindex(settings.base_q_idx), 0, 0)),
            lambda: lambda(settings.base_q_idx),
        };
        plan_all(&job, &mut self.plans);
        let layout = choose_layout(&job, &self.plans);
        let rects = layout.tiles();
        let buffers = &mut self.buffers;
        while buffers.len() < rects.len() {
            buffers.push(TileBuffers::new(&self.sequence));
        }
        let heights: Vec<usize> = rects.iter().map(|rect| rect.sb_rows * SUPERBLOCK).collect();
        let columns = job.superblock_columns();
        let mut inexact = self.inexact.as_mut_slice();
        let parts = written.bands_mut(&heights).into_iter().zip(buffers).zip(rects);
        let parts: Vec<TilePart<'_>> = parts
            .map(|((band, buffers), rect)| {
                let (part, rest) = std::mem::take(&mut inexact).split_at_mut(rect.sb_rows * columns);
                inexact = rest;
                let plans = &self.plans[rect.sb_row * columns..][..rect.sb_rows * columns];
                TilePart { band, rect, plans, inexact: part, buffers }
            })
            .collect();
        let cdfs = &self.cdfs;
        let code = |part: TilePart<'_>| {
            let sink = TileCoder::new(&job, part, cdfs).code();
            let mut bytes = Vec::new();
            sink.finish(&mut bytes);
            bytes
        };
        let tiles: Vec<Vec<u8>> = if parts.len() > 1 {
            parts.into_par_iter().map(code).collect()
        } else {
            parts.into_iter().map(code).collect()
        };
        (tiles, layout)
    }

    /// A temporal unit of the frame.
    fn assemble(&self, header: &FrameHeader, tiles: &[Vec<u8>]) -> Vec<u8> {
        let mut unit = Vec::with_capacity(64 + tiles.iter().map(Vec::len).sum::<usize>());
        write_obu(&mut unit, ObuType::TemporalDelimiter, &[]);
        if let FrameKind::Key { .. } = header.kind {
            write_obu(&mut unit, ObuType::SequenceHeader, &[&self.sequence.write()]);
        }
        let mut group = Vec::new();
        if tiles.len() > 1 {
            group.push(0); // tile_start_and_end_present_flag, and the alignment after it
        }
        let (last, others) = tiles.split_last().expect("a frame has a tile");
        for tile in others {
            let size = (tile.len() - 1) as u32;
            group.extend_from_slice(&size.to_le_bytes()[..TILE_SIZE_BYTES as usize]);
            group.extend_from_slice(tile);
        }
        group.extend_from_slice(last);
        write_obu(&mut unit, ObuType::Frame, &[&header.write(&self.sequence), &group]);
        unit
    }

    /// Makes this frame the one before.
    fn finish(&mut self, step: Step, settings: FrameSettings, context_tile: usize) {
        self.cdfs.clone_from(&self.buffers[context_tile].cdfs);
        self.shown_now = 1 - self.shown_now;
        for (stale, work) in self.shown_stale.iter_mut().zip(&self.work) {
            *stale = *work != Work::Keep;
        }
        if !matches!(step, Step::Refine(_)) {
            self.motion.advance();
        }
        self.last_q_idx = Some(settings.base_q_idx);
    }
}

/// Plans all superblocks.
fn plan_all(job: &FrameJob<'_>, plans: &mut [Plan]) {
    let columns = job.superblock_columns();
    let plan_row = |(row, plans): (usize, &mut [Plan])| {
        for (column, plan) in plans.iter_mut().enumerate() {
            *plan = job.plan(column * SUPERBLOCK, row * SUPERBLOCK);
        }
    };
    if job.work.iter().filter(|work| **work != Work::Keep).count() < PLAN_PARALLEL_FROM {
        plans.chunks_mut(columns).enumerate().for_each(plan_row);
    } else {
        plans.par_chunks_mut(columns).enumerate().for_each(plan_row);
    }
}

/// Two tiles of about the same weight where that pays.
fn choose_layout(job: &FrameJob<'_>, plans: &[Plan]) -> TileLayout {
    let rows = plans.chunks(job.superblock_columns()).map(|row| row.iter().map(Plan::weight).sum::<usize>());
    let all: usize = rows.clone().sum();
    if all < PARALLEL_FROM || rayon::current_num_threads() == 1 {
        return TileLayout::bands(job.sequence, 1);
    }
    let sums = rows.scan(0, |sum, weight| {
        *sum += weight;
        Some(*sum)
    });
    let row = sums.enumerate().min_by_key(|(_, sum)| (2 * sum).abs_diff(all)).map_or(0, |(row, _)| row + 1);
    TileLayout::cut_at(job.sequence, row).unwrap_or_else(|| TileLayout::bands(job.sequence, 2))
}

/// The pictures of a pair: the one at `index`, and the other to be written.
fn two(pair: &mut [Planes; 2], index: usize) -> (&Planes, &mut Planes) {
    let [first, second] = pair;
    if index == 0 { (first, second) } else { (second, first) }
}

fn luma(planes: &Planes) -> LumaPlane<'_> {
    let luma = &planes.planes[0];
    LumaPlane::new(luma.samples(), luma.stride(), planes.width, planes.height)
}
