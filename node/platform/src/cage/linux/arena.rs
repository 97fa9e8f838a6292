//! Room for the decoder's pictures in the memory that the program reads, so that nobody has to copy them
//! there.
//!
//! A picture keeps its room until nobody needs it: neither the decoder, which refers to earlier pictures, nor
//! whoever shows it.

use std::ops::Range;
use std::ptr::NonNull;
use std::sync::{Mutex, MutexGuard, PoisonError};

use beistand_codec::Plane;

use super::layout::MemoryLayout;
use super::mapping::DecoderMapping;
use crate::cage::wire::PicturePlace;

/// What rooms are rounded up to: a page.
const GRAIN: usize = 4096;

/// The room.
pub(super) struct PictureArena {
    memory: DecoderMapping,
    /// What is taken, from the first byte on.
    taken: Mutex<Vec<Range<usize>>>,
}

impl PictureArena {
    pub(super) fn in_memory(memory: DecoderMapping) -> Self {
        Self { memory, taken: Mutex::default() }
    }

    /// The memory that it is in.
    pub(super) fn memory(&self) -> &DecoderMapping {
        &self.memory
    }

    /// Room of this length, aligned to pages, where there is some.
    pub(super) fn take(&self, bytes: usize) -> Option<NonNull<u8>> {
        let (start, length) = self.memory.pictures();
        let bytes = bytes.checked_next_multiple_of(GRAIN)?;
        let mut taken = self.taken();
        let mut free = 0;
        let mut index = 0;
        // The first that fits: an honest stream then has the same two or three pictures all the time.
        while let Some(next) = taken.get(index).filter(|next| next.start - free < bytes) {
            (free, index) = (next.end, index + 1);
        }
        let end = free.checked_add(bytes).filter(|end| *end <= length)?;
        taken.insert(index, free..end);
        // SAFETY: it lies within the memory, as was just checked.
        Some(unsafe { start.add(free) })
    }

    /// Gives the room back that begins there.
    pub(super) fn give_back(&self, start: *const u8) {
        let offset = start.addr().wrapping_sub(self.memory.pictures().0.addr().get());
        self.taken().retain(|taken| taken.start != offset);
    }

    /// Where the planes of a picture are in the memory; `None` where they are somewhere else.
    pub(super) fn place(&self, planes: [Plane<'_>; 3]) -> Option<PicturePlace> {
        let (start, length) = self.memory.pictures();
        let starts = planes.map(|plane| {
            let offset = plane.samples.as_ptr().addr().checked_sub(start.addr().get())?;
            let inside = offset.checked_add(plane.samples.len())? <= length;
            inside.then(|| u32::try_from(MemoryLayout::PICTURES_START + offset).ok())?
        });
        let one_stride = planes.iter().all(|plane| plane.stride == planes[0].stride);
        let [Some(y), Some(u), Some(v)] = starts else { return None };
        one_stride.then_some(PicturePlace { starts: [y, u, v], stride: planes[0].stride.try_into().ok()? })
    }

    fn taken(&self) -> MutexGuard<'_, Vec<Range<usize>>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd as _;

    use beistand_codec::Size;

    use super::*;
    use crate::cage::linux::memory::SharedMemory;

    fn arena() -> PictureArena {
        let size = Size::new(64, 64).unwrap();
        let memory = SharedMemory::create(size).unwrap().share().unwrap();
        let mapping = DecoderMapping::of(memory.as_fd(), MemoryLayout::of(size)).unwrap();
        PictureArena::in_memory(mapping)
    }

    #[test]
    fn rooms_do_not_overlap_are_taken_from_the_beginning_and_are_free_again_when_they_are_given_back() {
        let arena = arena();
        let start = arena.memory().pictures().0;
        let at = |room: Option<NonNull<u8>>| room.unwrap().addr().get() - start.addr().get();
        let rooms = [1, 5000, 4096].map(|bytes| arena.take(bytes));
        assert_eq!(rooms.map(at), [0, 4096, 3 * 4096]);
        arena.give_back(rooms[1].unwrap().as_ptr());
        assert_eq!(at(arena.take(8193)), 4 * 4096, "the gap is too small");
        assert_eq!([at(arena.take(4096)), at(arena.take(4096))], [4096, 2 * 4096]);
    }

    #[test]
    fn there_is_no_more_room_than_memory_and_none_of_no_length_that_could_be() {
        let arena = arena();
        let (start, length) = arena.memory().pictures();
        assert!(arena.take(length + 1).is_none() && arena.take(usize::MAX).is_none());
        let all = arena.take(length / 4096 * 4096).unwrap();
        assert_eq!((all, arena.take(1)), (start, None));
        arena.give_back(std::ptr::null());
        assert_eq!(arena.take(1), None, "what was never taken is not given back");
        arena.give_back(all.as_ptr());
        assert_eq!(arena.take(1), Some(start));
    }

    #[test]
    fn planes_that_are_somewhere_else_have_no_place() {
        let arena = arena();
        let elsewhere = [0; 64];
        assert_eq!(arena.place([Plane { samples: &elsewhere, stride: 8 }; 3]), None);
    }
}
