//! Memory that the X server writes pictures into or reads them from, passed to it by file descriptor (MIT-SHM
//! 1.2, `AttachFd`).
//!
//! No other process can reach it: it has no name, unlike a System V segment.

use std::os::fd::AsFd;

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, ftruncate, memfd_create};
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};
use x11rb::connection::Connection;
use x11rb::protocol::shm::{self, ConnectionExt as _};
use x11rb::rust_connection::RustConnection;

use crate::x11::X11Failure;

/// A mapped segment. Detach it from the server with [`SharedSegment::detach`] before it is dropped.
pub(super) struct SharedSegment {
    seg: shm::Seg,
    address: *mut std::ffi::c_void,
    bytes: usize,
    writer: SegmentWriter,
}

// SAFETY: the mapping belongs to this value alone and is not bound to the thread that made it.
unsafe impl Send for SharedSegment {}

/// Who writes into the segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SegmentWriter {
    /// The server, and this program reads.
    Server,
    /// This program, and the server reads.
    Program,
}

impl SharedSegment {
    /// A segment of `bytes`, attached to the server.
    pub(super) fn attach(
        conn: &RustConnection,
        bytes: usize,
        writer: SegmentWriter,
    ) -> Result<Self, X11Failure> {
        let system = |error: rustix::io::Errno| X11Failure::system(format!("no shared memory: {error}"));
        let file = memfd_create("beistand-screen", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)
            .map_err(system)?;
        ftruncate(&file, bytes as u64).map_err(system)?;
        // Whoever holds the descriptor can't cut the memory off under our reads.
        fcntl_add_seals(&file, SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL).map_err(system)?;
        let protection = match writer {
            SegmentWriter::Server => ProtFlags::READ,
            SegmentWriter::Program => ProtFlags::READ | ProtFlags::WRITE,
        };
        // SAFETY: a new mapping at an address that the kernel picks touches no memory that Rust knows.
        let address =
            unsafe { mmap(std::ptr::null_mut(), bytes, protection, MapFlags::SHARED, file.as_fd(), 0) }
                .map_err(system)?;
        let seg = match conn.generate_id() {
            Ok(seg) => seg,
            Err(error) => {
                // SAFETY: mapped above, and no slice of it exists yet.
                let _ = unsafe { munmap(address, bytes) };
                return Err(error.into());
            }
        };
        let segment = Self { seg, address, bytes, writer };
        conn.shm_attach_fd(seg, file, writer == SegmentWriter::Program)?.check()?;
        Ok(segment)
    }

    /// Its name at the server.
    pub(super) fn seg(&self) -> shm::Seg {
        self.seg
    }

    /// What the server has written.
    ///
    /// # Safety
    /// No `GetImage` into this segment may be on its way: the server must not write while the slice lives.
    pub(super) unsafe fn bytes(&self) -> &[u8] {
        // SAFETY: the mapping is `bytes` long, readable, sealed against shrinking and lives as long as
        // `self`; the caller vouches that nobody writes.
        unsafe { std::slice::from_raw_parts(self.address.cast::<u8>(), self.bytes) }
    }

    /// What the server will read, to be written; nothing where it is the server that writes.
    ///
    /// The server is another process, which may look at any time: what it sees of a picture that is being
    /// written is a picture half of which is new.
    pub(super) fn bytes_mut(&mut self) -> &mut [u8] {
        match self.writer {
            SegmentWriter::Server => &mut [],
            // SAFETY: the mapping is `bytes` long, writable, sealed against shrinking and lives as long as
            // `self`, which is borrowed; the server was given it to read only.
            SegmentWriter::Program => unsafe {
                std::slice::from_raw_parts_mut(self.address.cast::<u8>(), self.bytes)
            },
        }
    }

    /// How many bytes it has.
    pub(super) fn len(&self) -> usize {
        self.bytes
    }

    /// Makes the server forget it.
    pub(super) fn detach(&self, conn: &RustConnection) -> Result<(), X11Failure> {
        conn.shm_detach(self.seg)?;
        Ok(())
    }
}

impl Drop for SharedSegment {
    fn drop(&mut self) {
        // SAFETY: mapped in `attach` with this length, unmapped only here; slices borrow `self` and are gone.
        let _ = unsafe { munmap(self.address, self.bytes) };
    }
}
