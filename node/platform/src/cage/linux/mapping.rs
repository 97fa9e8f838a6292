//! The shared memory in each end's address space: the decoder writes pictures there, the program copies from
//! them.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU64, Ordering};

use beistand_codec::MAX_UNIT_BYTES;
use rustix::fs::{SealFlags, fcntl_get_seals, fstat};
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};

use super::layout::MemoryLayout;

/// Neither end may change the memory's length.
pub(super) const SEALS: SealFlags = SealFlags::SHRINK.union(SealFlags::GROW).union(SealFlags::SEAL);

/// Mapped memory; unmapped when dropped.
struct Mapping {
    start: NonNull<u8>,
    bytes: usize,
}

// SAFETY: it is plain memory, which is the same on every thread.
unsafe impl Send for Mapping {}
// SAFETY: as above; whoever reads or writes through it says why that is sound.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Maps all of `file`, which must be sealed and as long as `layout` says.
    fn of(file: BorrowedFd<'_>, layout: MemoryLayout, access: ProtFlags) -> io::Result<Self> {
        let bytes = layout.bytes();
        let has_length = u64::try_from(fstat(file)?.st_size).is_ok_and(|length| length == bytes as u64);
        if !has_length || !fcntl_get_seals(file)?.contains(SEALS) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        // SAFETY: a new mapping at an address that the kernel picks touches no memory that Rust knows; its
        // seals keep it from ending before the mapping does.
        let start = unsafe { mmap(std::ptr::null_mut(), bytes, access, MapFlags::SHARED, file, 0) }?;
        let start = NonNull::new(start.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Self { start, bytes })
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: mapped by `of`, and nothing points into it any more.
        let _ = unsafe { munmap(self.start.as_ptr().cast(), self.bytes) };
    }
}

/// The decoder's end.
pub(super) struct DecoderMapping(Mapping);

impl DecoderMapping {
    /// Maps what `file` holds.
    pub(super) fn of(file: BorrowedFd<'_>, layout: MemoryLayout) -> io::Result<Self> {
        Mapping::of(file, layout, ProtFlags::READ | ProtFlags::WRITE).map(Self)
    }

    /// A copy of the unit's first `bytes`; `None` where a unit is never as long.
    pub(super) fn unit(&self, bytes: usize) -> Option<Vec<u8>> {
        // SAFETY: a unit comes first in the memory. The program, which the decoder trusts, writes it before
        // it asks and not again before it has an answer; nothing else touches it.
        let unit = unsafe { std::slice::from_raw_parts(self.0.start.as_ptr(), MAX_UNIT_BYTES) };
        unit.get(..bytes).map(<[u8]>::to_vec)
    }

    /// Where pictures begin, and how many bytes there are for them.
    pub(super) fn pictures(&self) -> (NonNull<u8>, usize) {
        // SAFETY: the memory is longer than this, as its layout says.
        let start = unsafe { self.0.start.add(MemoryLayout::PICTURES_START) };
        (start, self.0.bytes - MemoryLayout::PICTURES_START)
    }
}

/// The program's end, which copies only: the decoder at the other end may write at any moment whatever it
/// likes, so nothing may ever look at a sample here twice.
pub(super) struct ProgramMapping(Mapping);

// A machine of shorter words may load such a number in a way that writes, which ends the program where its
// mapping is only to be read.
const _: () = assert!(size_of::<usize>() >= size_of::<AtomicU64>());

impl ProgramMapping {
    /// Bytes that are copied at once.
    pub(super) const STEP: usize = 8;

    /// Maps `file` to be read.
    pub(super) fn of(file: &File, layout: MemoryLayout) -> io::Result<Self> {
        Mapping::of(file.as_fd(), layout, ProtFlags::READ).map(Self)
    }

    /// Copies what begins at `start`. `None` where that or its length is no multiple of [`Self::STEP`], or
    /// where it isn't all inside.
    pub(super) fn copy(&self, start: usize, into: &mut [u8]) -> Option<()> {
        let inside = start.checked_add(into.len()).is_some_and(|end| end <= self.0.bytes);
        let (steps, []) = into.as_chunks_mut::<{ Self::STEP }>() else { return None };
        if !inside || !start.is_multiple_of(Self::STEP) {
            return None;
        }
        // SAFETY: these are inside of the mapping, which is aligned to pages, and are aligned as numbers are.
        // They are read as atomics are, each once: what another process writes meanwhile is no race, and
        // nothing is assumed of what was read. That they can't be written here is no matter to loads of a
        // pointer's length that are relaxed.
        let shared = unsafe {
            std::slice::from_raw_parts(self.0.start.as_ptr().add(start).cast::<AtomicU64>(), steps.len())
        };
        for (step, shared) in steps.iter_mut().zip(shared) {
            *step = shared.load(Ordering::Relaxed).to_ne_bytes();
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use beistand_codec::Size;

    use super::*;
    use crate::cage::linux::memory::SharedMemory;

    #[test]
    fn only_whole_steps_inside_are_copied() {
        let size = Size::new(64, 64).unwrap();
        let layout = MemoryLayout::of(size);
        let file = SharedMemory::create(size).unwrap().share().unwrap();
        let mapping = ProgramMapping::of(&file, layout).unwrap();
        let (mut bytes, end) = ([1; 16], layout.bytes());
        assert!(mapping.copy(end - 16, &mut bytes).is_some() && bytes == [0; 16]);
        for (start, length) in [(end - 8, 16), (end, 8), (usize::MAX - 7, 16), (4, 8), (0, 12)] {
            assert!(mapping.copy(start, &mut [0; 16][..length]).is_none(), "{start}, {length}");
        }
    }
}
