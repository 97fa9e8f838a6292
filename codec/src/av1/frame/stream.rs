//! A stream: picture after picture into temporal units, section 7.5, each from what the decoder shows
//! already.
//!
//! It holds two of what the decoder shows, of this frame and the one before, so that what did not change need
//! not be copied.

mod tiles;

use arrayvec::ArrayVec;

use super::intake::PictureIntake;
use super::tile::{SuperblockWork, TileBuffers};
use super::workers::WorkerThreads;
use crate::av1::bitstream::cdf::CdfContext;
use crate::av1::bitstream::frame_header::{FrameHeader, FrameKind, MAX_TILES, TILE_SIZE_BYTES};
use crate::av1::bitstream::obu::{ObuType, write_obu};
use crate::av1::bitstream::sequence::SequenceHeader;
use crate::av1::choose::hash::{GlobalVectors, LumaPlane, MotionIndex};
use crate::av1::choose::plan::SuperblockPlan;
use crate::av1::reconstruct::planes::PicturePlanes;
use crate::av1::types::{Chroma, SUPERBLOCK};
use crate::{Damage, EncodeError, Frame};

/// How many samples of film in a frame give the next one vectors in quarters of a sample.
const FILM_FROM: usize = 128 * 128;

/// How a frame is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FrameSettings {
    /// 2 to 255.
    pub(crate) base_q_idx: u8,
    /// Whether text is coded exactly at once.
    pub(crate) exact_text: bool,
    pub(crate) effort: SearchEffort,
}

/// How much time choices about photographs may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SearchEffort {
    /// As much as pays.
    Full,
    /// Little: so much changed that time is worth more than bytes.
    Quick,
}

/// What one frame does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FrameStep {
    /// Restarts the stream.
    Key,
    /// Shows what changed.
    Change,
    /// Shows more of it exactly.
    Refine,
}

/// What a frame may take, and what happens beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FrameLimit {
    pub(crate) bytes: usize,
    pub(crate) beyond: BeyondLimit,
}

impl FrameLimit {
    /// None.
    #[cfg(test)]
    pub(crate) const NONE: Self = Self { bytes: usize::MAX, beyond: BeyondLimit::Defer };
}

/// What happens to superblocks for which a frame has no bytes left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BeyondLimit {
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
pub(crate) struct FrameStream {
    sequence: SequenceHeader,
    intake: PictureIntake,
    /// What the decoder shows; `shown_now` is the newest.
    shown: [PicturePlanes; 2],
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
    work: Vec<SuperblockWork>,
    workers: WorkerThreads,
    step: FrameStep,
    /// By superblock, of the frame that was begun.
    plans: Vec<SuperblockPlan>,
    /// Whether they were made.
    planned: bool,
    vectors: GlobalVectors,
    /// [`tiles::TILE_WEIGHT`], but in tests.
    tile_weight: usize,
}

impl FrameStream {
    /// A stream of pictures of a size that has shown nothing yet.
    pub(crate) fn new(width: usize, height: usize, chroma: Chroma) -> Self {
        let superblocks = width.div_ceil(SUPERBLOCK) * height.div_ceil(SUPERBLOCK);
        Self {
            sequence: SequenceHeader { width, height, chroma },
            intake: PictureIntake::new(width, height, chroma),
            shown: [(); 2].map(|()| PicturePlanes::new(width, height, chroma)),
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
            work: vec![SuperblockWork::Keep; superblocks],
            workers: WorkerThreads::new(),
            step: FrameStep::Key,
            plans: vec![SuperblockPlan::default(); superblocks],
            planned: false,
            vectors: GlobalVectors::default(),
            tile_weight: tiles::TILE_WEIGHT,
        }
    }

    /// Makes tiles of another weight.
    #[cfg(test)]
    pub(crate) fn set_tile_weight(&mut self, weight: usize) {
        self.tile_weight = weight;
    }

    /// The picture's size in luma samples.
    pub(crate) fn size(&self) -> (usize, usize) {
        (self.sequence.width, self.sequence.height)
    }

    /// Restarts the stream with the next frame.
    pub(crate) fn restart(&mut self) {
        self.last_q_idx = None;
    }

    /// Whether the next frame restarts the stream.
    pub(crate) fn starts(&self) -> bool {
        self.last_q_idx.is_none()
    }

    /// Whether anything is not shown exactly.
    pub(crate) fn refinable(&self) -> bool {
        self.starts() || self.inexact.contains(&true)
    }

    /// What the decoder shows after the last frame.
    #[cfg(test)]
    pub(crate) fn shown(&self) -> &PicturePlanes {
        &self.shown[self.shown_now]
    }

    /// Takes over what changed of a picture; whether anything did.
    ///
    /// # Errors
    /// [`EncodeError::Encoder`] where the colours can't be converted.
    pub(crate) fn update(&mut self, picture: &Frame, damage: &Damage) -> Result<bool, EncodeError> {
        let anew = self.starts();
        self.intake
            .update(picture, damage, anew, &self.workers)
            .map_err(|error| EncodeError::Encoder(error.to_string()))
    }

    /// Whether anything is shown as it was before it changed.
    pub(crate) fn behind(&self) -> bool {
        self.behind.contains(&true)
    }

    /// The next frame shows what [`Self::update`] took over, and what was left behind; the whole picture
    /// where the stream starts.
    pub(crate) fn begin_change(&mut self) {
        self.step = if self.starts() { FrameStep::Key } else { FrameStep::Change };
        let all = self.step == FrameStep::Key;
        for ((work, changed), behind) in self.work.iter_mut().zip(self.intake.changed()).zip(&self.behind) {
            *work = if all || *changed || *behind { SuperblockWork::Code } else { SuperblockWork::Keep };
        }
        let (now, before) = (luma(self.intake.now()), luma(self.intake.before()));
        self.vectors = self.motion.find_global_vectors(before, now, self.intake.changed(), &self.workers);
        if self.step == FrameStep::Key {
            // What a key picture repeats, it repeats of itself.
            self.motion.advance();
        }
        self.begin();
    }

    /// The next frame shows up to `superblocks` more exactly.
    pub(crate) fn begin_refinement(&mut self, superblocks: usize) {
        self.step = FrameStep::Refine;
        self.vectors = GlobalVectors::default();
        let mut left = superblocks;
        for (work, inexact) in self.work.iter_mut().zip(&self.inexact) {
            let refine = *inexact && left > 0;
            left -= usize::from(refine);
            *work = if refine { SuperblockWork::Refine } else { SuperblockWork::Keep };
        }
        self.begin();
    }

    fn begin(&mut self) {
        self.was_inexact.clone_from(&self.inexact);
        self.planned = false;
    }

    /// How many superblocks the frame that was begun codes.
    pub(crate) fn superblocks_to_code(&self) -> usize {
        self.work.iter().filter(|work| **work != SuperblockWork::Keep).count()
    }

    /// Codes the frame that was begun.
    ///
    /// # Errors
    /// [`GivenUp`] where it outgrows a limit that says so; it may be coded again then, in another way.
    pub(crate) fn code(&mut self, settings: FrameSettings, limit: FrameLimit) -> Result<CodedFrame, GivenUp> {
        let busy = self.superblocks_to_code();
        let kind = match self.step {
            FrameStep::Key => FrameKind::Key { intrabc: settings.exact_text },
            _ => FrameKind::Inter {
                whole_vectors: self.step != FrameStep::Change || !self.film,
                same_segments: self.last_q_idx == Some(settings.base_q_idx),
            },
        };
        if self.step == FrameStep::Key {
            self.cdfs = CdfContext::new(settings.base_q_idx);
        } else {
            self.cdfs.clear_counters();
        }
        let layout = self.code_tiles(kind, settings, limit);
        let tiles = layout.count();
        let buffers = &self.buffers[..tiles];
        if buffers.iter().any(|buffers| buffers.given_up) {
            let done: usize = buffers.iter().map(|buffers| buffers.coded).sum();
            let bytes: usize = buffers.iter().map(|buffers| buffers.sink.bytes().len()).sum();
            return Err(GivenUp { bytes: bytes * busy / done.max(1) });
        }
        let context_tile = (0..tiles).max_by_key(|index| buffers[*index].sink.bytes().len()).unwrap_or(0);
        let header = FrameHeader { kind, base_q_idx: settings.base_q_idx, tiles: layout, context_tile };
        let data = self.assemble(&header, tiles);
        self.finish(settings, tiles, context_tile);
        Ok(CodedFrame { key: self.step == FrameStep::Key, data })
    }

    /// A temporal unit of the frame.
    fn assemble(&self, header: &FrameHeader, tiles: usize) -> Vec<u8> {
        let sizes: ArrayVec<_, MAX_TILES> = self.buffers[..tiles]
            .iter()
            .map(|buffers| (buffers.sink.bytes().len() as u32).wrapping_sub(1).to_le_bytes())
            .collect();
        let header_bytes = header.write(&self.sequence);
        let mut parts = ArrayVec::<&[u8], { 2 + 2 * MAX_TILES }>::new();
        parts.push(&header_bytes);
        if tiles > 1 {
            parts.push(&[0]); // tile_start_and_end_present_flag, and the alignment after it
        }
        for (index, (size, buffers)) in sizes.iter().zip(&self.buffers).enumerate() {
            if index + 1 < tiles {
                parts.push(&size[..TILE_SIZE_BYTES as usize]);
            }
            parts.push(buffers.sink.bytes());
        }
        let mut unit = Vec::with_capacity(64 + parts.iter().map(|part| part.len()).sum::<usize>());
        write_obu(&mut unit, ObuType::TemporalDelimiter, &[]);
        if let FrameKind::Key { .. } = header.kind {
            write_obu(&mut unit, ObuType::SequenceHeader, &[&self.sequence.write()]);
        }
        write_obu(&mut unit, ObuType::Frame, &parts);
        unit
    }

    /// Makes this frame the one before.
    fn finish(&mut self, settings: FrameSettings, tiles: usize, context_tile: usize) {
        let buffers = &self.buffers[..tiles];
        self.cdfs.clone_from(&buffers[context_tile].cdfs);
        self.shown_now = 1 - self.shown_now;
        for ((stale, behind), work) in self.shown_stale.iter_mut().zip(&mut self.behind).zip(&self.work) {
            *stale = *work != SuperblockWork::Keep;
            *behind &= *work != SuperblockWork::Code;
        }
        if self.step != FrameStep::Refine {
            for index in buffers.iter().flat_map(|buffers| &buffers.deferred) {
                self.behind[*index] = self.inexact[*index];
            }
        }
        if self.step == FrameStep::Change {
            self.film = buffers.iter().map(|buffers| buffers.film).sum::<usize>() >= FILM_FROM;
        }
        self.last_q_idx = Some(settings.base_q_idx);
    }
}

fn luma(planes: &PicturePlanes) -> LumaPlane<'_> {
    let luma = &planes.planes[0];
    LumaPlane::new(luma.samples(), luma.stride(), planes.width, planes.height)
}
