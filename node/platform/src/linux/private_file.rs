//! Files that only their owner may read, by mode bits.

use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

/// What group and others may do.
const OTHERS: u32 = 0o077;

/// The permission bits, where they let others in.
pub fn open_mode(metadata: &Metadata) -> Option<u32> {
    let mode = metadata.mode() & 0o777;
    (mode & OTHERS != 0).then_some(mode)
}

/// Whether somebody else than this program's user owns it, or can put another file in its place.
pub fn is_of_others(file: &Metadata, folder: &Metadata) -> bool {
    let us = super::harden::user();
    file.uid() != us || others_can_replace(us, folder.uid(), folder.mode())
}

/// Whether others than `us` can put another file in the place of ours, in a folder of this owner and mode.
/// Where it is sticky, like /tmp, each can replace only what is their own.
fn others_can_replace(us: u32, owner: u32, mode: u32) -> bool {
    let sticky = mode & 0o1000 != 0;
    (owner != us && owner != 0) || (mode & 0o022 != 0 && !sticky)
}

/// Makes the folder and those above it, where they are missing.
pub fn create_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// A new file that is never open to others, not even for a moment.
pub fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Gives the file its name, unless there is one of that name: a link, unlike a rename, replaces nothing.
pub fn publish(temporary: &Path, path: &Path) -> io::Result<()> {
    match std::fs::hard_link(temporary, path) {
        // Some file systems have no links, and none of them keeps modes apart either.
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists && !path.try_exists()? => {
            std::fs::rename(temporary, path)
        }
        result => result,
    }
}

/// Keeps the new name through a power failure.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_somebody_else_is_theirs_to_change() {
        assert!(!others_can_replace(1000, 1000, 0o755));
        assert!(!others_can_replace(1000, 0, 0o755), "the administrator's");
        assert!(others_can_replace(1000, 1001, 0o755));
        assert!(others_can_replace(0, 1001, 0o700));
    }
}
