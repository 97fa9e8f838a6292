//! A stream: picture after picture into temporal units, section 7.5, each from what the decoder shows already.
//!
//! It holds two of what the decoder shows, of this frame and the one before, so that what did not change need not be
//! copied.

use rayon::prelude::*;

use super::cdf::CdfContext;
use super::frame_header::{FrameHeader, FrameKind, Segment, TILE_SIZE_BYTES, TileLayout, TileRect};
use super::hash::{GlobalVectors, LumaPlane, MotionIndex};
use super::intake::Intake;
use super::obu::{ObuType, write_obu};
use super::plan::Plan;
use super::planes::{Band, Planes};
use super::quantise::{Quantiser, lambda};
use super::reach::Reach;
use super::sequence::SequenceHeader;
use super::tile::{FrameJob, TileBuffers, TileCoder, TilePart, Work};
use super::types::{Chroma, SUPERBLOCK};
use crate::{Damage, EncodeError, Frame};

/// The weight of a frame's plans (about microseconds) from which on two threads are worth a second tile.
const PARALLEL_FROM: usize = 1500;

/// Superblocks to be coded from which on threads share planning them.
const PLAN_PARALLEL_FROM: usize = 24;

/// Samples of film in a frame from which on the next one has vectors in quarters of a sample.
const FILM_FROM: usize = 128 * 128;

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
    /// Shows more of it exactly.
    Refine,
}

/// What a frame may take, and what happens beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit {
    pub(crate) bytes: usize,
    pub(crate) beyond: Beyond,
}

impl Limit {
    /// None.
    #[cfg(test)]
    pub(crate) const NONE: Self = Self { bytes: usize::MAX, beyond: Beyond::Defer };
}

/// What happens to superblocks for which a frame has no bytes left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beyond {
    /// The frame is given up, to be coded in another way.
    GiveUp,
    /// They are shown as before, and coded with the next frame.
    Defer,
}

/// A frame that was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GivenUp {
    /// What the whole frame would have taken, as far as can be told.
    pub(crate) bytes: usize,
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
    /// The same, before the frame that was begun.
    was_inexact: Vec<bool>,
    /// Superblocks that are shown as they were before they changed.
    behind: Vec<bool>,
    motion: MotionIndex,
    cdfs: CdfContext,
    /// `base_q_idx` of the last frame, none before the first.
    last_q_idx: Option<u8>,
    /// Whether the last change was a film's.
    film: bool,
    /// By tile, as many as were ever needed.
    buffers: Vec<TileBuffers>,
    work: Vec<Work>,
    step: Step,
    /// By superblock, of the frame that was begun.
    plans: Vec<Plan>,
    /// Whether they were made.
    planned: bool,
    vectors: GlobalVectors,
    /// [`PARALLEL_FROM`], but in tests.
    parallel_from: usize,
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
            behind: vec![false; superblocks],
            motion: MotionIndex::new(width, height),
            cdfs: CdfContext::new(0),
            last_q_idx: None,
            film: false,
            buffers: Vec::new(),
            work: vec![Work::Keep; superblocks],
            step: Step::Key,
            plans: vec![Plan::default(); superblocks],
            planned: false,
            vectors: GlobalVectors::default(),
            parallel_from: PARALLEL_FROM,
        }
    }

    /// Cuts frames in two from another weight on.
    #[cfg(test)]
    pub(crate) fn set_parallel_from(&mut self, weight: usize) {
        self.parallel_from = weight;
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
    #[cfg(test)]
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

    /// Whether anything is shown as it was before it changed.
    pub(crate) fn behind(&self) -> bool {
        self.behind.contains(&true)
    }

    /// The next frame shows what [`Self::update`] took over, and what was left behind; the whole picture where the stream
    /// starts.
    pub(crate) fn begin_change(&mut self) {
        self.step = if self.starts() { Step::Key } else { Step::Change };
        let all = self.step == Step::Key;
        for ((work, changed), behind) in self.work.iter_mut().zip(self.intake.changed()).zip(&self.behind) {
            *work = if all || *changed || *behind { Work::Code } else { Work::Keep };
        }
        let (now, before) = (luma(self.intake.now()), luma(self.intake.before()));
        self.vectors = self.motion.find_global_vectors(before, now, self.intake.changed());
        if self.step == Step::Key {
            // What a key picture repeats, it repeats of itself.
            self.motion.advance();
        }
        self.begin();
    }

    /// The next frame shows up to `superblocks` more exactly.
    pub(crate) fn begin_refinement(&mut self, superblocks: usize) {
        self.step = Step::Refine;
        self.vectors = GlobalVectors::default();
        let mut left = superblocks;
        for (work, inexact) in self.work.iter_mut().zip(&self.inexact) {
            let refine = *inexact && left > 0;
            left -= usize::from(refine);
            *work = if refine { Work::Refine } else { Work::Keep };
        }
        self.begin();
    }

    fn begin(&mut self) {
        self.was_inexact.clone_from(&self.inexact);
        self.planned = false;
    }

    /// Codes the frame that was begun.
    ///
    /// # Errors
    /// [`GivenUp`] where it outgrows a limit that says so; it may be coded again then, in another way.
    pub(crate) fn code(&mut self, settings: FrameSettings, limit: Limit) -> Result<CodedFrame, GivenUp> {
        let busy = self.work.iter().filter(|work| **work != Work::Keep).count();
        let kind = match self.step {
            Step::Key => FrameKind::Key { intrabc: settings.exact_text },
            _ => FrameKind::Inter {
                whole_vectors: self.step != Step::Change || !self.film,
                same_segments: self.last_q_idx == Some(settings.base_q_idx),
            },
        };
        if self.step == Step::Key {
            self.cdfs = CdfContext::new(settings.base_q_idx);
        } else {
            self.cdfs.clear_counters();
        }
        let (tiles, layout) = self.code_tiles(kind, settings, limit);
        let buffers = &self.buffers[..tiles.len()];
        if buffers.iter().any(|buffers| buffers.given_up) {
            let done: usize = buffers.iter().map(|buffers| buffers.coded).sum();
            let bytes: usize = tiles.iter().map(Vec::len).sum();
            return Err(GivenUp { bytes: bytes * busy / done.max(1) });
        }
        let context_tile = (0..tiles.len()).max_by_key(|index| tiles[*index].len()).unwrap_or(0);
        let header = FrameHeader { kind, base_q_idx: settings.base_q_idx, tiles: layout, context_tile };
        let data = self.assemble(&header, &tiles);
        self.finish(settings, tiles.len(), context_tile);
        Ok(CodedFrame { key: self.step == Step::Key, data })
    }

    /// The bytes of each tile, and how the frame is cut into them.
    fn code_tiles(
        &mut self,
        kind: FrameKind,
        settings: FrameSettings,
        limit: Limit,
    ) -> (Vec<Vec<u8>>, TileLayout) {
        let behind = self.behind.contains(&true);
        let (reference, written) = two(&mut self.shown, self.shown_now);
        let job = FrameJob {
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
            motion: &self.motion,
            vectors: self.vectors.as_slice(),
            reach: Reach::of(self.vectors.as_slice()),
            beyond: limit.beyond,
            exact_text: settings.exact_text,
            quantisers: [Segment::Base, Segment::Fine, Segment::Lossless]
                .map(|segment| Quantiser::new(segment.qindex(settings.base_q_idx), 0, 0)),
            lambda: lambda(settings.base_q_idx),
        };
        if !self.planned {
            plan_all(&job, &mut self.plans);
            self.planned = true;
        }
        let layout = choose_layout(&job, &self.plans, self.parallel_from);
        let rects = layout.tiles();
        let known = self.buffers.len();
        // A tile stands in the same columns in every layout.
        self.buffers.extend(rects.iter().skip(known).map(|rect| TileBuffers::new(&self.sequence, *rect)));
        let buffers = &mut self.buffers[..rects.len()];
        let columns = job.superblock_columns();
        let tile_columns = layout.columns();
        let rows = rects.chunks(tile_columns);
        let heights: Vec<usize> = rows.clone().map(|rects| rects[0].sb_rows * SUPERBLOCK).collect();
        let mut inexact = self.inexact.as_mut_slice();
        let parts = written.bands_mut(&heights).into_iter().zip(buffers.chunks_mut(tile_columns)).zip(rows);
        let parts: Vec<TileRow<'_>> = parts
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
            work.filter(|work| **work != Work::Keep).count()
        };
        let all = rects.iter().map(busy).sum::<usize>().max(1);
        // A tile's part of the limit, by what there is to do in it.
        let share = |rect: &TileRect| (limit.bytes as f64 * busy(rect) as f64 / all as f64) as usize;
        let code = |row: TileRow<'_>| {
            let TileRow { mut band, rects, inexact, buffers } = row;
            let tiles = buffers.iter_mut().zip(rects).map(|(buffers, rect)| {
                let band = band.past_column(rect.sb_col * SUPERBLOCK);
                let part = TilePart { band, rect: *rect, plans, inexact: &mut *inexact, buffers };
                let mut bytes = Vec::new();
                TileCoder::new(&job, part, cdfs, share(rect)).code().finish(&mut bytes);
                bytes
            });
            tiles.collect::<Vec<_>>()
        };
        let tiles: Vec<Vec<Vec<u8>>> = if parts.len() > 1 {
            parts.into_par_iter().map(code).collect()
        } else {
            parts.into_iter().map(code).collect()
        };
        (tiles.concat(), layout)
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
    fn finish(&mut self, settings: FrameSettings, tiles: usize, context_tile: usize) {
        let buffers = &self.buffers[..tiles];
        self.cdfs.clone_from(&buffers[context_tile].cdfs);
        self.shown_now = 1 - self.shown_now;
        for ((stale, behind), work) in self.shown_stale.iter_mut().zip(&mut self.behind).zip(&self.work) {
            *stale = *work != Work::Keep;
            *behind &= *work != Work::Code;
        }
        if self.step != Step::Refine {
            for index in buffers.iter().flat_map(|buffers| &buffers.deferred) {
                self.behind[*index] = self.inexact[*index];
            }
        }
        if self.step == Step::Change {
            self.film = buffers.iter().map(|buffers| buffers.film).sum::<usize>() >= FILM_FROM;
            self.motion.advance();
        }
        self.last_q_idx = Some(settings.base_q_idx);
    }
}

/// The tiles of one band.
struct TileRow<'a> {
    band: Band<'a>,
    rects: &'a [TileRect],
    /// By superblock of the band, whether it is not shown exactly.
    inexact: &'a mut [bool],
    buffers: &'a mut [TileBuffers],
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

/// Two bands of about the same weight from a weight on.
fn choose_layout(job: &FrameJob<'_>, plans: &[Plan], parallel_from: usize) -> TileLayout {
    let rows = plans.chunks(job.superblock_columns()).map(|row| row.iter().map(Plan::weight).sum::<usize>());
    let all: usize = rows.clone().sum();
    if all < parallel_from || rayon::current_num_threads() == 1 {
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
