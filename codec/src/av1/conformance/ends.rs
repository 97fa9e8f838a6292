//! A stream and an independent decoder of it, compared sample by sample after each frame.

use beistand_conformance::{Chroma as Density, Difference, Format, Planes as Decoded, Program, Rav1d};

use crate::av1::frame::sharpness::SuperblockSharpness;
use crate::av1::frame::source::convert;
use crate::av1::frame::stream::{CodedFrame, FrameSettings, FrameStream};
use crate::av1::frame::tile::SuperblockWork;
use crate::av1::reconstruct::planes::PicturePlanes;
use crate::av1::types::{Chroma, SUPERBLOCK};
use crate::{Damage, Frame, Size};

/// See the module.
pub(super) struct StreamEnds {
    stream: FrameStream,
    format: Format,
    decoder: Rav1d,
    /// What is on the screen.
    pub(super) picture: Frame,
    pub(super) settings: FrameSettings,
    /// What a frame may take; the rest is left to those that follow.
    pub(super) bytes: usize,
    /// Every temporal unit so far.
    pub(super) units: Vec<Vec<u8>>,
    /// What each should show, if it is to be compared again later.
    kept: Option<Vec<Decoded>>,
}

impl StreamEnds {
    /// A black screen of a size that was not shown yet.
    pub(super) fn new(size: Size, chroma: Chroma, settings: FrameSettings) -> Self {
        let (width, height) = (usize::from(size.width()), usize::from(size.height()));
        let density = match chroma {
            Chroma::Half => Density::Yuv420,
            Chroma::Full => Density::Yuv444,
        };
        Self {
            stream: FrameStream::new(width, height, chroma),
            format: Format { width, height, chroma: density },
            decoder: Rav1d::new().expect("a decoder"),
            picture: Frame::new(size),
            settings,
            bytes: usize::MAX,
            units: Vec::new(),
            kept: None,
        }
    }

    /// Two tiles are coded from a weight of the plans on.
    pub(super) fn tile_weight(mut self, weight: usize) -> Self {
        self.stream.set_tile_weight(weight);
        self
    }

    /// All frames are to be compared with those of libaom, in [`Self::check_with_programs`].
    pub(super) fn kept_for_libaom(mut self) -> Self {
        self.kept = Some(Vec::new());
        self
    }

    /// The screen's size.
    pub(super) fn size(&self) -> Size {
        self.picture.size()
    }

    /// Shows what changed, if anything did.
    pub(super) fn show(&mut self, damage: &Damage) {
        let changed = self.stream.update(&self.picture, damage).expect("fits");
        if changed || self.stream.starts() || self.stream.behind() {
            self.stream.begin_change();
            let coded = self.stream.code(&self.settings, self.bytes);
            self.check(coded);
        }
    }

    /// Shows up to `superblocks` exactly, whether there are any or not.
    pub(super) fn refine(&mut self, superblocks: usize) {
        self.refine_by(|_| SuperblockWork::Refine, superblocks);
    }

    /// Sharpens every other superblock of up to so many, and shows the others exactly.
    pub(super) fn sharpen(&mut self, superblocks: usize) {
        let work = |index| if index % 2 == 0 { SuperblockWork::Sharpen } else { SuperblockWork::Refine };
        self.refine_by(work, superblocks);
    }

    fn refine_by(&mut self, work: impl Fn(usize) -> SuperblockWork, superblocks: usize) {
        if !self.stream.starts() && !self.stream.behind() {
            let shown = self.stream.sharpness().iter().enumerate();
            let inexact = shown.filter(|(_, sharpness)| **sharpness != SuperblockSharpness::Exact);
            let chosen: Vec<_> = inexact.take(superblocks).map(|(index, _)| (index, work(index))).collect();
            self.stream.begin_refinement(chosen);
            let coded = self.stream.code(&self.settings, usize::MAX);
            self.check(coded);
        }
    }

    /// Refines to the end, `superblocks` at a time: then what is shown is what is on the screen.
    pub(super) fn rest(&mut self, superblocks: usize) {
        self.bytes = usize::MAX;
        self.show(&Damage::none(self.size()));
        let size = self.size();
        let all = Damage::all(size).count();
        for _ in 0..all.div_ceil(superblocks) {
            if self.stream.refinable() {
                self.refine(superblocks);
            }
        }
        assert!(!self.stream.refinable(), "each refinement makes as many superblocks exact as it may");
        let mut wanted =
            PicturePlanes::new(self.format.width, self.format.height, self.stream.shown().chroma);
        let rows = wanted.planes[0].rows();
        for mut whole in wanted.bands_mut(std::iter::once(rows)) {
            for rect in Damage::all(size).tiles() {
                convert(&mut whole, &self.picture, rect).expect("fits");
            }
        }
        let wanted = self.visible(&wanted);
        if let Some(difference) = wanted.difference(&self.visible(self.stream.shown())) {
            panic!("at rest the screen and what is shown differ: {}", self.place(difference));
        }
    }

    /// Restarts the stream with the next frame.
    pub(super) fn restart(&mut self) {
        self.stream.restart();
    }

    /// Decodes the whole stream with libaom and with dav1d.
    pub(super) fn check_with_programs(&self) {
        let kept = self.kept.as_ref().expect("frames were kept");
        for program in Program::ALL {
            let decoded = program.decode(self.format, &self.units).expect("a valid stream");
            assert_eq!(decoded.len(), kept.len());
            for (frame, (theirs, ours)) in decoded.iter().zip(kept).enumerate() {
                if let Some(difference) = theirs.difference(ours) {
                    panic!("frame {frame}: {} and we differ: {}", program.name(), self.place(difference));
                }
            }
        }
    }

    fn check(&mut self, coded: CodedFrame) {
        let frame = self.units.len();
        let theirs = match self.decoder.decode(&coded.data) {
            Ok(picture) => picture,
            Err(error) => panic!("frame {frame}: {error}"),
        };
        assert_eq!(theirs.format(), self.format, "frame {frame}");
        let ours = self.visible(self.stream.shown());
        if let Some(difference) = theirs.difference(&ours) {
            panic!("frame {frame}: the decoder and we differ: {}", self.place(difference));
        }
        if let Some(kept) = &mut self.kept {
            kept.push(ours);
        }
        self.units.push(coded.data);
    }

    /// What of a picture is visible.
    fn visible(&self, picture: &PicturePlanes) -> Decoded {
        let sizes = self.format.plane_sizes();
        let planes = [0, 1, 2].map(|plane| {
            let (width, height) = sizes[plane];
            (0..height).flat_map(|y| picture.planes[plane].row(0, y, width)).copied().collect()
        });
        Decoded::new(self.format, planes).expect("cut to the format")
    }

    fn place(&self, Difference { plane, x, y, samples }: Difference) -> String {
        let shift = self.stream.shown().shift(plane);
        let superblock = ((x << shift) / SUPERBLOCK, (y << shift) / SUPERBLOCK);
        format!("plane {plane} at {x}, {y} (superblock {superblock:?}): {samples:?}")
    }
}
