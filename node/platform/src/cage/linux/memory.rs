//! The memory that a program and its decoder share, as the program holds it: one unit, and after it pictures
//! as the decoder has them, in planes.
//!
//! Sealed, so that neither can cut it off under the other's hands. The decoder may write to it at any moment,
//! so the program copies some rows at a time into memory of its own and makes pixels of those.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use beistand_codec::{Canvas, DecodeError, MAX_SCREEN_PX, Plane, Rect, Size};
use rustix::fs::{MemfdFlags, fcntl_add_seals, ftruncate, memfd_create};

use super::layout::{MemoryLayout, ROW_ALIGNMENT};
use super::mapping::{ProgramMapping, SEALS};
use crate::cage::wire::PicturePlace;

/// Bytes of planes that are copied at once: a small part of a processor's second cache, so that they are
/// still in it when they are made pixels.
const STRIP_BYTES: usize = 96 << 10;

/// The largest screen whose memory is mapped: what is mapped counts as this program's own. Larger ones are
/// read as a file, which takes half a millisecond longer for 6 MB, but leaves their pictures of 100 MB out.
const MAX_MAPPED_PX: usize = MAX_SCREEN_PX / 4;

/// What of the memory for a screen of this size counts as the program's own, at most.
pub(super) fn mapped_bytes(screen: Size) -> usize {
    if screen.area() <= MAX_MAPPED_PX { MemoryLayout::of(screen).bytes() } else { 0 }
}

/// The program's end.
pub(super) struct SharedMemory {
    file: File,
    layout: MemoryLayout,
    mapping: Option<ProgramMapping>,
    strip: Vec<u8>,
}

/// A picture in the memory: its place, checked, and where on the screen it belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PlacedPicture {
    place: PicturePlace,
    rect: Rect,
}

impl SharedMemory {
    pub(super) fn create(screen: Size) -> io::Result<Self> {
        let layout = MemoryLayout::of(screen);
        let file = memfd_create("beistand-picture", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
        ftruncate(&file, layout.bytes() as u64)?;
        fcntl_add_seals(&file, SEALS)?;
        let file = File::from(file);
        let mapped = mapped_bytes(screen) > 0;
        let mapping = mapped.then(|| ProgramMapping::of(&file, layout)).transpose()?;
        Ok(Self { file, layout, mapping, strip: Vec::new() })
    }

    pub(super) fn screen(&self) -> Size {
        self.layout.screen()
    }

    /// Another descriptor of the same memory.
    pub(super) fn share(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// Writes a unit of at most [`beistand_codec::MAX_UNIT_BYTES`].
    pub(super) fn write_unit(&self, unit: &[u8]) -> io::Result<()> {
        self.file.write_all_at(unit, 0)
    }

    /// A picture that belongs at `rect`, at the place that the decoder says; `None` where no picture of ours
    /// can be there.
    pub(super) fn picture(&self, place: PicturePlace, rect: Rect) -> Option<PlacedPicture> {
        let fits = rect.fits(self.screen()) && place.fits(self.layout, rect.size());
        fits.then_some(PlacedPicture { place, rect })
    }

    /// Draws `part` of the screen on `canvas`, which must have its size, as `picture` shows it.
    ///
    /// # Errors
    /// [`DecodeError::OutsideScreen`] where the part is not in the picture or the canvas has another size,
    /// and [`DecodeError::DecoderLost`] where the memory can't be read.
    pub(super) fn draw(
        &mut self,
        picture: PlacedPicture,
        part: Rect,
        canvas: &mut Canvas<'_>,
    ) -> Result<(), DecodeError> {
        let PlacedPicture { place, rect } = picture;
        if canvas.size() != self.screen() || part.intersection(rect) != Some(part) {
            return Err(DecodeError::OutsideScreen);
        }
        let stride = place.stride as usize;
        let at_once = (STRIP_BYTES / (3 * stride)).clamp(1, part.height().into()) as u16;
        let left = usize::from(part.x() - rect.x());
        for y in (part.y()..part.bottom()).step_by(at_once.into()) {
            let count = at_once.min(part.bottom() - y);
            let above = usize::from(y - rect.y()) * stride;
            let starts = place.starts.map(|start| start as usize + above);
            let planes = self.copied(starts, usize::from(count) * stride).ok_or(DecodeError::DecoderLost)?;
            let planes = planes.map(|rows| Plane { samples: &rows[left..], stride });
            let rows = Rect::new(part.x(), y, part.width(), count).expect("a part of a rectangle");
            canvas.draw(planes, rows)?;
        }
        Ok(())
    }

    /// Copies of `bytes` from each of `starts` on.
    fn copied(&mut self, starts: [usize; 3], bytes: usize) -> Option<[&[u8]; 3]> {
        self.strip.resize(self.strip.len().max(3 * bytes + ROW_ALIGNMENT), 0);
        // Where the distance between a copy's ends is a few bytes more than a multiple of 4096, some
        // processors copy at a fifth of their pace; so both are aligned.
        let aligned = self.strip.as_ptr().align_offset(ROW_ALIGNMENT).min(ROW_ALIGNMENT);
        let strip = &mut self.strip[aligned..][..3 * bytes];
        for (rows, start) in strip.chunks_exact_mut(bytes).zip(starts) {
            match &self.mapping {
                Some(mapping) => mapping.copy(start, rows)?,
                None => self.file.read_exact_at(rows, start as u64).ok()?,
            }
        }
        Some([0, 1, 2].map(|plane| &strip[plane * bytes..][..bytes]))
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd as _;

    use beistand_codec::Frame;

    use super::*;
    use crate::cage::linux::arena::PictureArena;
    use crate::cage::linux::layout::PictureShape;
    use crate::cage::linux::mapping::DecoderMapping;

    fn size(width: u16, height: u16) -> Size {
        Size::new(width, height).unwrap()
    }

    fn rect(x: u16, y: u16, width: u16, height: u16) -> Rect {
        Rect::new(x, y, width, height).unwrap()
    }

    /// The decoder's end of `memory`.
    fn decoder_of(memory: &SharedMemory) -> PictureArena {
        let file = memory.share().unwrap();
        PictureArena::in_memory(DecoderMapping::of(file.as_fd(), memory.layout).unwrap())
    }

    /// Writes a picture of this size as a decoder does, and draws `part` of the screen both by way of the
    /// memory and from the planes themselves.
    fn drawn_in_both_ways(memory: &mut SharedMemory, picture: Rect, part: Rect) -> [Frame; 2] {
        let arena = decoder_of(memory);
        let shape = PictureShape::of(picture.width().into(), picture.height().into());
        let start = arena.take(shape.bytes()).unwrap();
        // SAFETY: the room has this length, and nobody else uses it.
        let samples = unsafe { std::slice::from_raw_parts_mut(start.as_ptr(), shape.bytes()) };
        samples.iter_mut().enumerate().for_each(|(at, sample)| *sample = (at * at % 251) as u8);
        let planes = [0, 1, 2].map(|plane| &samples[plane * shape.plane_bytes..][..shape.plane_bytes]);
        let planes = planes.map(|samples| Plane { samples, stride: shape.stride });
        let placed = memory.picture(arena.place(planes).unwrap(), picture).unwrap();
        let screen = memory.screen();
        let (mut drawn, mut expected, mut whole) =
            (Frame::new(screen), Frame::new(screen), Frame::new(screen));
        memory.draw(placed, part, &mut drawn.canvas()).unwrap();
        whole.canvas().draw(planes, picture).unwrap();
        expected.copy_rect(&whole, part);
        [drawn, expected]
    }

    #[test]
    fn what_a_decoder_leaves_in_the_memory_is_drawn_as_if_it_had_been_decoded_here() {
        for (screen, picture, part) in [
            (size(1, 1), rect(0, 0, 1, 1), rect(0, 0, 1, 1)),
            // Rows of many strips, and a part of those.
            (size(70, 1200), rect(0, 0, 70, 1200), rect(0, 0, 70, 1200)),
            (size(1920, 1080), rect(0, 0, 1920, 1080), rect(0, 517, 1920, 400)),
            // Strips of few rows, of a region.
            (size(8192, 40), rect(1, 2, 8191, 38), rect(100, 3, 7, 37)),
            (size(300, 200), rect(299, 199, 1, 1), rect(299, 199, 1, 1)),
        ] {
            let mut memory = SharedMemory::create(screen).unwrap();
            assert!(memory.mapping.is_some());
            let [drawn, expected] = drawn_in_both_ways(&mut memory, picture, part);
            assert!(drawn == expected, "{screen:?} {part:?}");
            memory.mapping = None;
            let [read, _] = drawn_in_both_ways(&mut memory, picture, part);
            assert!(read == expected, "{screen:?} {part:?}, read as a file");
        }
    }

    #[test]
    fn of_the_largest_screens_nothing_is_mapped() {
        assert!(SharedMemory::create(size(7680, 4320)).unwrap().mapping.is_none());
        assert!(SharedMemory::create(size(3840, 2160)).unwrap().mapping.is_some());
    }

    #[test]
    fn neither_end_can_change_the_length_and_memory_of_another_length_is_not_mapped() {
        let memory = SharedMemory::create(size(64, 64)).unwrap();
        let bytes = memory.layout.bytes() as u64;
        for length in [0, bytes - 1, bytes + 1] {
            assert!(ftruncate(memory.share().unwrap(), length).is_err(), "{length}");
        }
        let other = MemoryLayout::of(size(640, 64));
        assert!(DecoderMapping::of(memory.share().unwrap().as_fd(), other).is_err());
    }

    #[test]
    fn what_is_outside_of_the_picture_or_of_a_screen_of_another_size_is_not_drawn() {
        let mut memory = SharedMemory::create(size(64, 64)).unwrap();
        let start = MemoryLayout::PICTURES_START as u32;
        let place = PicturePlace { starts: [start; 3], stride: 64 };
        assert!(memory.picture(place, rect(1, 0, 64, 64)).is_none(), "a picture beyond the screen");
        let placed = memory.picture(place, rect(8, 8, 56, 56)).unwrap();
        for (canvas, part) in [(size(64, 64), rect(7, 8, 5, 5)), (size(64, 65), rect(8, 8, 5, 5))] {
            let refused = memory.draw(placed, part, &mut Frame::new(canvas).canvas());
            assert!(matches!(refused, Err(DecodeError::OutsideScreen)), "{refused:?}");
        }
    }
}
