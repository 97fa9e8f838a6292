//! Files on their way from one computer to the other: what they may be called, what is read of them here, and
//! how they are written there, so that no half or wrong file ever has its name.
//!
//! It knows the session's words, and no session, network or person: who may send what, and who is asked, is
//! the node's to see to. Linux and what is like it; nothing here follows a link.

#![forbid(unsafe_code)]

mod hash;
mod incoming;
mod manifest;
mod names;
mod outgoing;
mod partial;
mod publish;
mod source;
mod target;

pub use hash::{GroupHashes, GroupSize};
pub use incoming::{IncomingFiles, IncomingStep};
pub use manifest::{MAX_ENTRIES, TransferEntry, TransferManifest};
pub use names::{NameFault, check_name, check_path, folded, numbered};
pub use outgoing::{OutgoingList, OutgoingPort};
pub use target::TargetFolder;

use beistand_session::FilesEnd;
use std::io;

/// How an error of the system ends what it stopped.
pub fn end_of(error: &io::Error) -> FilesEnd {
    match error.kind() {
        io::ErrorKind::NotFound => FilesEnd::Gone,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => FilesEnd::NotPermitted,
        io::ErrorKind::WouldBlock => FilesEnd::Busy,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            FilesEnd::DiskFull
        }
        _ => FilesEnd::Broken,
    }
}
