//! How the memory that a program and its decoder share is divided, and where in it a picture's planes are.
//!
//! Both ends work the division out from the screen's size. Where a picture is the decoder says, and the
//! program believes only what lies inside.

use beistand_codec::{MAX_UNIT_BYTES, Size};

use crate::cage::wire::PicturePlace;

/// Pictures of the whole screen that there is room for: AV1 refers to eight, and one is in the making.
const PICTURES: usize = 9;

/// Room beside those: regions are rounded up to whole blocks, so small ones take more than their share.
const SMALL_PICTURES_BYTES: usize = 16 << 20;

/// The most that pictures may take: three of the largest screen. An honest stream of ours refers to one
/// picture, and one is in the making.
const MAX_PICTURES_BYTES: usize = 320 << 20;

/// Both of a picture's sides are rounded up to this: decoders write whole blocks.
const BLOCK_PX: usize = 128;

/// What planes and rows are aligned to, for the widest instructions of a processor.
pub(super) const ROW_ALIGNMENT: usize = 64;

/// Rows that are a multiple of this apart get in each other's way in a processor's caches.
const CACHE_WAY_BYTES: usize = 1024;

/// How a picture of a size is laid out: three planes of equal size, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PictureShape {
    pub(super) stride: usize,
    pub(super) plane_bytes: usize,
}

impl PictureShape {
    /// The shape of a picture with 8 bits a sample.
    pub(super) fn of(width: usize, height: usize) -> Self {
        let mut stride = width.next_multiple_of(BLOCK_PX);
        if stride.is_multiple_of(CACHE_WAY_BYTES) {
            stride += ROW_ALIGNMENT;
        }
        Self { stride, plane_bytes: stride * height.next_multiple_of(BLOCK_PX) }
    }

    /// Bytes of all planes, and of what a decoder's instructions may read beyond them.
    pub(super) fn bytes(self) -> usize {
        3 * self.plane_bytes + ROW_ALIGNMENT
    }
}

/// The memory's division: a unit, then pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MemoryLayout {
    screen: Size,
}

impl MemoryLayout {
    pub(super) fn of(screen: Size) -> Self {
        Self { screen }
    }

    pub(super) fn screen(self) -> Size {
        self.screen
    }

    /// Where pictures begin.
    pub(super) const PICTURES_START: usize = MAX_UNIT_BYTES;

    /// Bytes of all; what nobody has written to takes no memory.
    pub(super) fn bytes(self) -> usize {
        let picture = PictureShape::of(self.screen.width().into(), self.screen.height().into()).bytes();
        Self::PICTURES_START + (PICTURES * picture + SMALL_PICTURES_BYTES).min(MAX_PICTURES_BYTES)
    }
}

impl PicturePlace {
    /// Whether all rows of a picture of this size are among the pictures of the memory, and aligned.
    pub(super) fn fits(self, layout: MemoryLayout, picture: Size) -> bool {
        let stride = self.stride as usize;
        let most = PictureShape::of(picture.width().into(), picture.height().into()).stride;
        let aligned = |at: usize| at.is_multiple_of(ROW_ALIGNMENT);
        let inside = |start: u32| {
            let start = start as usize;
            let end = start + stride * usize::from(picture.height());
            aligned(start) && start >= MemoryLayout::PICTURES_START && end <= layout.bytes()
        };
        aligned(stride)
            && (picture.width().into()..=most).contains(&stride)
            && self.starts.into_iter().all(inside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(width: u16, height: u16) -> Size {
        Size::new(width, height).unwrap()
    }

    #[test]
    fn there_is_room_for_three_pictures_of_every_screen_and_for_nine_of_a_usual_one() {
        let room = |size: Size| {
            let picture = PictureShape::of(size.width().into(), size.height().into()).bytes();
            (MemoryLayout::of(size).bytes() - MemoryLayout::PICTURES_START) / picture
        };
        for (width, height) in [(7680, 4320), (4320, 7680), (8192, 4050), (5760, 5760)] {
            assert!(room(size(width, height)) >= 3, "{width}x{height}");
        }
        assert!(room(size(3840, 2160)) >= 9 && room(size(1, 1)) >= 9);
        assert!(u32::try_from(MemoryLayout::of(size(8192, 8192)).bytes()).is_ok(), "places are 32 bits");
    }

    #[test]
    fn a_place_outside_unaligned_or_with_rows_of_another_length_is_refused() {
        let (screen, start) = (size(640, 480), MemoryLayout::PICTURES_START as u32);
        let layout = MemoryLayout::of(screen);
        let end = layout.bytes() as u32;
        let place = |first, stride| PicturePlace { starts: [first, start, start], stride };
        let last = (end - 640 * 480) / 64 * 64;
        for (first, stride) in [(start, 640), (last, 640)] {
            assert!(place(first, stride).fits(layout, screen), "{first}, {stride}");
        }
        for (first, stride) in [
            (0, 640),
            (start - 64, 640),
            (start + 1, 640),
            (last + 64, 640),
            (end, 640),
            (u32::MAX / 64 * 64, 640),
            (start, 0),
            (start, 576),
            (start, 641),
            (start, 704),
            (start, u32::MAX),
            (start, u32::MAX / 64 * 64),
        ] {
            assert!(!place(first, stride).fits(layout, screen), "{first}, {stride}");
        }
        let others = [[start, 0, start], [start, start, end]];
        assert!(
            others.iter().all(|starts| !PicturePlace { starts: *starts, stride: 640 }.fits(layout, screen))
        );
    }
}
