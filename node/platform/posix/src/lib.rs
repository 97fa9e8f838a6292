//! The calls of a Unix by which the crates below the node work on files and processes: by handles of folders,
//! so that no link leads elsewhere.
//!
//! What it does: on Linux it hands out `rustix` and the standard library's own extensions, and of its own
//! only the mark of where a file came from ([`origin`]). On systems without them it has the same names.
//! Windows opens, makes and renames files by handles of folders; each other call fails with
//! [`std::io::ErrorKind::Unsupported`], and on macOS all do. So there is one build of each crate.
//!
//! What it does not do: it imitates nothing: owners, modes and signals of Windows's files and processes are
//! none. A feature that needs what isn't there isn't offered; see `beistand_platform::offered`.

#![forbid(unsafe_code)]

#[cfg(not(target_os = "linux"))]
#[path = "absent/mod.rs"]
mod system;
#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod system;

pub use system::{event, fd, fs, io, origin, process, unix};
