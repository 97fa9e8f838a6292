//! A stream: picture after picture into temporal units, section 7.5, each from what the decoder shows
//! already.
//!
//! It holds two of what the decoder shows, of this frame and the one before, so that what did not change need
//! not be copied.

mod tiles;

use arrayvec::ArrayVec;
use tiles::CodedTiles;

use super::intake::PictureIntake;
use super::sharpness::SuperblockSharpness;
use super::tile::{SuperblockWork, TileBuffers};
use super::workers::WorkerThreads;
use crate::av1::bitstream::cdf::CdfContext;
use crate::av1::bitstream::frame_header::{
    FrameHeader, FrameKind, FrameQuantisers, MAX_TILES, TILE_SIZE_BYTES,
};
use crate::av1::bitstream::obu::{ObuType, write_obu};
use crate::av1::bitstream::sequence::SequenceHeader;
use crate::av1::choose::hash::{GlobalVectors, LumaPlane, MotionIndex};
use crate::av1::choose::plan::SuperblockPlan;
use crate::av1::choose::rate::QuantiserLadder;
use crate::av1::reconstruct::planes::PicturePlanes;
use crate::av1::types::{Chroma, SUPERBLOCK};
use crate::{Damage, EncodeError, Frame};

/// How many samples of film in a frame give the next one vectors in quarters of a sample.
const FILM_FROM: usize = 128 * 128;

/// How a frame is coded.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FrameSettings {
    pub(crate) ladder: QuantiserLadder,
    pub(crate) effort: SearchEffort,
    /// What frames take of what is forecast for them.
    pub(crate) correction: f32,
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

/// A coded frame.
#[derive(Debug, PartialEq)]
pub(crate) struct CodedFrame {
    pub(crate) key: bool,
    /// The bytes that were forecast for it, at the levels that its parts got; 0 where nothing was.
    pub(crate) forecast: f32,
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
    /// How superblocks are shown.
    sharpness: Vec<SuperblockSharpness>,
    /// The same, before the frame that was begun.
    was_sharpness: Vec<SuperblockSharpness>,
    /// Superblocks that are shown as they were before they changed.
    behind: Vec<bool>,
    motion: MotionIndex,
    cdfs: CdfContext,
    /// The last frame's quantisers, none before the first.
    last_quantisers: Option<FrameQuantisers>,
    /// Whether the last change was a film's.
    film: bool,
    /// By tile, as many as were ever needed.
    buffers: Vec<TileBuffers>,
    work: Vec<SuperblockWork>,
    workers: WorkerThreads,
    step: FrameStep,
    /// By superblock, of the frame that was begun.
    plans: Vec<SuperblockPlan>,
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
            sharpness: vec![SuperblockSharpness::Exact; superblocks],
            was_sharpness: vec![SuperblockSharpness::Exact; superblocks],
            behind: vec![false; superblocks],
            motion: MotionIndex::new(width, height),
            cdfs: CdfContext::new(0),
            last_quantisers: None,
            film: false,
            buffers: Vec::new(),
            work: vec![SuperblockWork::Keep; superblocks],
            workers: WorkerThreads::new(),
            step: FrameStep::Key,
            plans: vec![SuperblockPlan::default(); superblocks],
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
        self.last_quantisers = None;
    }

    /// Whether the next frame restarts the stream.
    pub(crate) fn starts(&self) -> bool {
        self.last_quantisers.is_none()
    }

    /// Whether the last change was a film's.
    pub(crate) fn film(&self) -> bool {
        self.film
    }

    /// Whether anything is not shown exactly.
    pub(crate) fn refinable(&self) -> bool {
        self.starts() || self.sharpness.iter().any(|sharpness| *sharpness != SuperblockSharpness::Exact)
    }

    /// How superblocks are shown, row by row.
    pub(crate) fn sharpness(&self) -> &[SuperblockSharpness] {
        &self.sharpness
    }

    /// The superblocks that the last picture changed, row by row.
    pub(crate) fn changed(&self) -> &[bool] {
        self.intake.changed()
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

    /// The next frame shows some superblocks better, each as it says.
    pub(crate) fn begin_refinement(&mut self, chosen: impl IntoIterator<Item = (usize, SuperblockWork)>) {
        self.step = FrameStep::Refine;
        self.vectors = GlobalVectors::default();
        self.work.fill(SuperblockWork::Keep);
        for (index, work) in chosen {
            self.work[index] = work;
        }
        self.begin();
    }

    fn begin(&mut self) {
        self.was_sharpness.clone_from(&self.sharpness);
    }

    /// Whether the change that was begun is one that moves something.
    pub(crate) fn moved(&self) -> bool {
        !self.vectors.as_slice().is_empty()
    }

    /// How many superblocks the frame that was begun codes.
    pub(crate) fn superblocks_to_code(&self) -> usize {
        self.work.iter().filter(|work| **work != SuperblockWork::Keep).count()
    }

    /// Codes the frame that was begun within about `limit` bytes: coarser where it would take more, and what
    /// does not fit at the coarsest level either is left to the next frame.
    pub(crate) fn code(&mut self, settings: &FrameSettings, limit: usize) -> CodedFrame {
        let CodedTiles { kind, layout, quantisers } = self.code_tiles(settings, limit);
        let tiles = layout.count();
        let buffers = &self.buffers[..tiles];
        let forecast = buffers.iter().map(|buffers| buffers.forecast).sum();
        let context_tile = (0..tiles).max_by_key(|index| buffers[*index].sink.bytes().len()).unwrap_or(0);
        let header = FrameHeader { kind, quantisers, tiles: layout, context_tile };
        let data = self.assemble(&header, tiles);
        self.finish(header.quantisers, tiles, context_tile);
        CodedFrame { key: self.step == FrameStep::Key, forecast, data }
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
    fn finish(&mut self, quantisers: FrameQuantisers, tiles: usize, context_tile: usize) {
        let buffers = &self.buffers[..tiles];
        self.cdfs.clone_from(&buffers[context_tile].cdfs);
        self.shown_now = 1 - self.shown_now;
        for ((stale, behind), work) in self.shown_stale.iter_mut().zip(&mut self.behind).zip(&self.work) {
            *stale = *work != SuperblockWork::Keep;
            *behind &= *work != SuperblockWork::Code;
        }
        if self.step != FrameStep::Refine {
            for index in buffers.iter().flat_map(|buffers| &buffers.deferred) {
                self.behind[*index] = self.sharpness[*index] != SuperblockSharpness::Exact;
            }
        }
        if self.step == FrameStep::Change {
            self.film = buffers.iter().map(|buffers| buffers.film).sum::<usize>() >= FILM_FROM;
        }
        self.last_quantisers = Some(quantisers);
    }
}

fn luma(planes: &PicturePlanes) -> LumaPlane<'_> {
    let luma = &planes.planes[0];
    LumaPlane::new(luma.samples(), luma.stride(), planes.width, planes.height)
}
