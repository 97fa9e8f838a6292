//! Files that only their owner may read, by mode bits.

use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

/// What group and others may do.
const OTHERS: u32 = 0o077;

/// The permission bits, where they let others in.
pub(super) fn open_mode(metadata: &Metadata) -> Option<u32> {
    let mode = metadata.mode() & 0o777;
    (mode & OTHERS != 0).then_some(mode)
}

/// Whether somebody else than this program's user owns it, or can put another file in its place.
pub(super) fn is_of_others(file: &Metadata, folder: &Metadata) -> bool {
    let us = beistand_platform::harden::user();
    file.uid() != us || others_can_replace(us, folder.uid(), folder.mode())
}

/// Whether others than `us` can put another file in the place of ours, in a folder of this owner and mode.
/// Where it is sticky, like /tmp, each can replace only what is their own.
fn others_can_replace(us: u32, owner: u32, mode: u32) -> bool {
    let sticky = mode & 0o1000 != 0;
    (owner != us && owner != 0) || (mode & 0o022 != 0 && !sticky)
}

/// Makes the folder and those above it, where they are missing.
pub(super) fn create_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// A new file that is never open to others, not even for a moment.
pub(super) fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Gives the file its name, unless there is one of that name: a link, unlike a rename, replaces nothing.
pub(super) fn publish(temporary: &Path, path: &Path) -> io::Result<()> {
    match std::fs::hard_link(temporary, path) {
        // Some file systems have no links, and none of them keeps modes apart either.
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists && !path.try_exists()? => {
            std::fs::rename(temporary, path)
        }
        result => result,
    }
}

/// Keeps the new name through a power failure.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::super::{IdentityError, load_or_create};
    use super::*;
    use crate::words::{Language, Phrase, Words};

    fn set_mode(path: &Path, mode: u32) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn the_key_and_its_folder_are_the_owners_alone() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("beistand");
        let path = folder.join("identity.key");
        load_or_create(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(std::fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);
        assert_eq!(std::fs::metadata(&path).unwrap().nlink(), 1);
    }

    #[test]
    fn a_key_that_others_can_read_is_refused_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("identity.key");
        let key = *load_or_create(&path).unwrap().to_bytes();
        for mode in [0o640, 0o604, 0o620, 0o601, 0o644, 0o666, 0o777] {
            set_mode(&path, mode);
            let error = load_or_create(&path).unwrap_err();
            assert!(matches!(error, IdentityError::Open { mode: said, .. } if said == mode), "{error:?}");
            let said = Words::of_node(Language::English).say(&Phrase::from(&error));
            assert!(said.contains(&format!("{mode:03o}")) && said.contains("chmod 600"), "{said}");
            assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, mode, "nothing is repaired");
        }
        for mode in [0o600, 0o400] {
            set_mode(&path, mode);
            assert_eq!(*load_or_create(&path).unwrap().to_bytes(), key);
        }
    }

    #[test]
    fn a_key_in_a_folder_that_others_can_write_to_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("identity.key");
        load_or_create(&path).unwrap();
        for mode in [0o770, 0o777, 0o722] {
            set_mode(folder.path(), mode);
            assert!(matches!(load_or_create(&path), Err(IdentityError::OfOthers { .. })), "{mode:o}");
        }
        for mode in [0o755, 0o1777] {
            set_mode(folder.path(), mode);
            load_or_create(&path).unwrap();
        }
    }

    #[test]
    fn a_folder_of_somebody_else_is_theirs_to_change() {
        assert!(!others_can_replace(1000, 1000, 0o755));
        assert!(!others_can_replace(1000, 0, 0o755), "the administrator's");
        assert!(others_can_replace(1000, 1001, 0o755));
        assert!(others_can_replace(0, 1001, 0o700));
    }

    #[test]
    fn a_link_to_an_open_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (target, path) = (folder.path().join("target"), folder.path().join("identity.key"));
        std::fs::write(&target, [1; 32]).unwrap();
        set_mode(&target, 0o644);
        std::os::unix::fs::symlink(&target, &path).unwrap();
        assert!(matches!(load_or_create(&path), Err(IdentityError::Open { .. })));
    }
}
