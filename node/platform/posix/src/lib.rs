//! The calls of a Unix by which the crates below the node work on files and processes: by handles of folders,
//! so that no link leads elsewhere.
//!
//! What it does: on Linux it hands out `rustix` and the standard library's own extensions, and nothing of its
//! own. On systems without them it has the same names, none of which does anything: each call fails with
//! [`std::io::ErrorKind::Unsupported`]. So there is one build of each crate.
//!
//! What it does not do: it imitates nothing. A feature that works on files by handles of folders isn't
//! offered where there are none; see `beistand_platform::offered`.

#![forbid(unsafe_code)]

#[cfg(not(target_os = "linux"))]
#[path = "absent/mod.rs"]
mod system;
#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod system;

pub use system::{event, fd, fs, io, process, unix};
