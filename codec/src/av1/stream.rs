//! A stream: picture after picture into temporal units, section 7.5, each from what the decoder shows already.
//!
//! It holds two of each picture, so that what did not change need not be copied: what is to be shown and what is shown,
//! of this frame and the one before.

use rayon::prelude::*;

use super::cdf::CdfContext;
use super::cells::{equal_cells, visible_cells};
use super::frame_header::{FrameHeader, FrameKind, Segment, TILE_SIZE_BYTES, TileLayout, TileRect};
use super::hash::{GlobalVectors, LumaPlane, MotionIndex};
use super::obu::{ObuType, write_obu};
use super::planes::{Band, Planes};
use super::quantise::{Quantiser, lambda};
use super::reach::Reach;
use super::sequence::SequenceHeader;
use super::source::convert_superblock;
use super::tile::{FrameJob, TileBuffers, TileCoder, Work};
use super::types::{Chroma, SUPERBLOCK};
use crate::{Damage, EncodeError, Frame};

/// Superblocks from which on two threads are worth a second tile.
const PARALLEL_FROM: usize = 48;

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
    /// What is to be shown; `now` is the newest.
    sources: [Planes; 2],
    now: usize,
    /// Superblocks in which the older source differs from the newer.
    source_stale: Vec<bool>,
    /// What the decoder shows; `shown_now` is the newest.
    shown: [Planes; 2],
    shown_now: usize,
    shown_stale: Vec<bool>,
    /// Superblocks that are not shown exactly.
    inexact: Vec<bool>,
    motion: MotionIndex,
    cdfs: CdfContext,
    /// `base_q_idx` of the last frame, none before the first.
    last_q_idx: Option<u8>,
    /// For one tile, and for several.
    buffers: [Vec<TileBuffers>; 2],
    work: Vec<Work>,
    changed: Vec<bool>,
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
            sources: [planes.clone(), planes.clone()],
            now: 0,
            source_stale: vec![false; superblocks],
            shown: [planes.clone(), planes],
            shown_now: 0,
            shown_stale: vec![false; superblocks],
            inexact: vec![false; superblocks],
            motion: MotionIndex::new(width, height),
            cdfs: CdfContext::new(0),
            last_q_idx: None,
            buffers: [Vec::new(), Vec::new()],
            work: vec![Work::Keep; superblocks],
            changed: vec![false; superblocks],
            parallel_from: PARALLEL_FROM,
        }
    }

    /// Cuts smaller frames in two as well.
    #[cfg(test)]
    pub(crate) fn set_parallel_from(&mut self, superblocks: usize) {
        self.parallel_from = superblocks;
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
        let columns = self.sequence.width.div_ceil(SUPERBLOCK);
        let next = 1 - self.now;
        let (newest, older) = two(&mut self.sources, self.now);
        for (index, stale) in self.source_stale.iter_mut().enumerate() {
            if std::mem::take(stale) {
                let (x, y) = (index % columns * SUPERBLOCK, index / columns * SUPERBLOCK);
                older.copy_superblock(newest, x, y);
            }
        }
        let mut any = false;
        self.changed.fill(false);
        for rect in damage.tiles() {
            let (x, y) = (usize::from(rect.x()), usize::from(rect.y()));
            convert_superblock(older, picture, rect)
                .map_err(|error| EncodeError::Encoder(error.to_string()))?;
            let visible = visible_cells(older, x, y);
            if self.last_q_idx.is_none() || equal_cells(older, newest, x, y) & visible != visible {
                let index = y / SUPERBLOCK * columns + x / SUPERBLOCK;
                self.changed[index] = true;
                self.source_stale[index] = true;
                any = true;
            }
        }
        if any {
            self.now = next;
        }
        Ok(any)
    }

    /// Codes what [`Self::update`] took over last; the whole picture where the stream starts.
    pub(crate) fn code_change(&mut self, settings: FrameSettings) -> CodedFrame {
        let step = if self.last_q_idx.is_some() { Step::Change } else { Step::Key };
        let all = step == Step::Key;
        for (work, changed) in self.work.iter_mut().zip(&self.changed) {
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
        let busy = self.work.iter().filter(|work| **work != Work::Keep).count();
        let parallel = busy >= self.parallel_from && rayon::current_num_threads() > 1;
        let layout = TileLayout::bands(&self.sequence, if parallel { 2 } else { 1 });
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
        let (tiles, context_tile) = self.code_tiles(kind, settings, layout, vectors.as_slice(), parallel);
        let header = FrameHeader { kind, base_q_idx: settings.base_q_idx, tiles: layout, context_tile };
        let data = self.assemble(&header, &tiles);
        self.finish(step, settings, parallel, context_tile);
        CodedFrame { key: step == Step::Key, data }
    }

    fn find_motion(&mut self, step: Step) -> GlobalVectors {
        if let Step::Refine(_) = step {
            return GlobalVectors::default();
        }
        let (now, before) = (&self.sources[self.now], &self.sources[1 - self.now]);
        self.motion.find_global_vectors(luma(before), luma(now), &self.changed)
    }

    /// The bytes of each tile, and the tile whose distributions go on.
    fn code_tiles(
        &mut self,
        kind: FrameKind,
        settings: FrameSettings,
        layout: TileLayout,
        vectors: &[(i16, i16)],
        parallel: bool,
    ) -> (Vec<Vec<u8>>, usize) {
        let rects = layout.tiles();
        let buffers = &mut self.buffers[usize::from(parallel)];
        if buffers.is_empty() {
            buffers.extend(rects.iter().map(|rect| TileBuffers::new(&self.sequence, *rect)));
        }
        let (reference, written) = two(&mut self.shown, self.shown_now);
        let job = FrameJob {
            sequence: &self.sequence,
            kind,
            base_q_idx: settings.base_q_idx,
            source: &self.sources[self.now],
            before: &self.sources[1 - self.now],
            reference,
            work: &self.work,
            stale: &self.shown_stale,
            motion: &self.motion,
            vectors,
            reach: Reach::of(vectors),
            exact_text: settings.exact_text,
            quantisers: [Segment::Base, Segment::Fine, Segment::Lossless]
                .map(|segment| Quantiser::new(segment.qindex(settings.base_q_idx), 0, 0)),
            lambda: lambda(settings.base_q_idx),
        };
        let columns = layout.columns();
        let rows = rects.iter().step_by(columns);
        let mut bands = written.bands_mut(&rows.map(|rect| rect.sb_rows * SUPERBLOCK).collect::<Vec<_>>());
        let cdfs = &self.cdfs;
        let code = |((band, buffers), rects): ((&mut Band<'_>, &mut [TileBuffers]), &[TileRect])| {
            let tiles = buffers.iter_mut().zip(rects).map(|(buffers, rect)| {
                let part = band.from_column(rect.sb_col * SUPERBLOCK, job.chroma());
                TileCoder::new(&job, part, *rect, cdfs, &mut *buffers).code();
                let mut bytes = Vec::new();
                buffers.sink.finish(&mut bytes);
                bytes
            });
            tiles.collect::<Vec<_>>()
        };
        let tiles: Vec<Vec<Vec<u8>>> = if parallel {
            let buffers = buffers.par_chunks_mut(columns);
            bands.par_iter_mut().zip(buffers).zip(rects.par_chunks(columns)).map(code).collect()
        } else {
            bands.iter_mut().zip(buffers.chunks_mut(columns)).zip(rects.chunks(columns)).map(code).collect()
        };
        let tiles = tiles.concat();
        let context_tile = (0..tiles.len()).max_by_key(|index| tiles[*index].len()).unwrap_or(0);
        (tiles, context_tile)
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
    fn finish(&mut self, step: Step, settings: FrameSettings, parallel: bool, context_tile: usize) {
        self.cdfs.clone_from(&self.buffers[usize::from(parallel)][context_tile].cdfs);
        self.shown_now = 1 - self.shown_now;
        let columns = self.sequence.width.div_ceil(SUPERBLOCK);
        for (index, work) in self.work.iter().enumerate() {
            self.shown_stale[index] = *work != Work::Keep;
            if *work != Work::Keep {
                let (x, y) = (index % columns * SUPERBLOCK, index / columns * SUPERBLOCK);
                let (source, shown) = (&self.sources[self.now], &self.shown[self.shown_now]);
                let visible = visible_cells(source, x, y);
                self.inexact[index] = equal_cells(source, shown, x, y) & visible != visible;
            }
        }
        if !matches!(step, Step::Refine(_)) {
            self.motion.advance();
        }
        self.last_q_idx = Some(settings.base_q_idx);
    }
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
