//! Memory that a program and its decoder share: one unit, and after it the screen's picture.
//!
//! Sealed, so that neither can cut it off under the other's hands. The program reads and writes it as a file,
//! which costs no unsafe code and leaves a picture of 133 MB out of its own memory; the decoder maps it.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::FileExt as _;

use beistand_codec::{BYTES_PER_PIXEL, Canvas, MAX_UNIT_BYTES, Rect, Size};
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, fcntl_get_seals, fstat, ftruncate, memfd_create};
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};

/// Neither end may change its length.
const SEALS: SealFlags = SealFlags::SHRINK.union(SealFlags::GROW).union(SealFlags::SEAL);

fn length(screen: Size) -> usize {
    MAX_UNIT_BYTES + screen.area() * BYTES_PER_PIXEL
}

/// The program's end.
pub(super) struct SharedMemory {
    file: File,
    screen: Size,
}

impl SharedMemory {
    pub(super) fn create(screen: Size) -> io::Result<Self> {
        let file = memfd_create("beistand-picture", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
        ftruncate(&file, length(screen) as u64)?;
        fcntl_add_seals(&file, SEALS)?;
        Ok(Self { file: file.into(), screen })
    }

    pub(super) fn screen(&self) -> Size {
        self.screen
    }

    /// Another descriptor of the same memory.
    pub(super) fn share(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// Writes a unit of at most [`MAX_UNIT_BYTES`].
    pub(super) fn write_unit(&self, unit: &[u8]) -> io::Result<()> {
        self.file.write_all_at(unit, 0)
    }

    /// Copies `rect` of the picture into `canvas`, which must have the screen's size.
    pub(super) fn read_picture(&self, rect: Rect, canvas: &mut Canvas<'_>) -> io::Result<()> {
        canvas.runs(rect).try_for_each(|(offset, pixels)| {
            self.file.read_exact_at(pixels, (MAX_UNIT_BYTES + offset) as u64)
        })
    }
}

/// The decoder's end, mapped.
pub(super) struct MappedMemory {
    address: *mut std::ffi::c_void,
    screen: Size,
}

impl MappedMemory {
    /// Maps what `file` holds for a screen of this size.
    pub(super) fn map(file: BorrowedFd<'_>, screen: Size) -> io::Result<Self> {
        let has_length =
            u64::try_from(fstat(file)?.st_size).is_ok_and(|bytes| bytes == length(screen) as u64);
        if !has_length || !fcntl_get_seals(file)?.contains(SEALS) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let access = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: a new mapping at an address that the kernel picks touches no memory that Rust knows; its
        // seals keep it from ending before the mapping does.
        let address =
            unsafe { mmap(std::ptr::null_mut(), length(screen), access, MapFlags::SHARED, file.as_fd(), 0) }?;
        Ok(Self { address, screen })
    }

    /// The unit's first `bytes`, and the picture. `None` where a unit is never as long.
    ///
    /// The program must not touch the memory while they live: it does so only between an answer and its next
    /// request.
    pub(super) fn parts(&mut self, bytes: usize) -> Option<(&[u8], Canvas<'_>)> {
        // SAFETY: all of it is mapped, and borrowed from `self` alone. The program at the other end writes a
        // unit before it asks and reads the picture after the answer, so nobody else touches it meanwhile.
        let all = unsafe { std::slice::from_raw_parts_mut(self.address.cast::<u8>(), length(self.screen)) };
        let (unit, picture) = all.split_at_mut(MAX_UNIT_BYTES);
        Some((unit.get(..bytes)?, Canvas::new(self.screen, picture)?))
    }
}

impl Drop for MappedMemory {
    fn drop(&mut self) {
        // SAFETY: mapped by `map`, and nothing borrows it any more.
        let _ = unsafe { munmap(self.address, length(self.screen)) };
    }
}
