//! Gives a file or folder that is whole its name, where that is free: nothing is ever put in another's place.
//!
//! By a rename that says so, where the file system knows one. Where it doesn't, by a second name, or by one
//! that is taken first with something empty and then renamed over.

use std::io;

use beistand_posix::fs::{Mode, OFlags, RenameFlags, mkdirat, openat, renameat, renameat_with};
use beistand_posix::io::Errno;
use cap_std::fs::Dir;

/// Renames a file where the new name is free.
pub(crate) fn rename_new(from: &Dir, old: &str, to: &Dir, new: &str) -> io::Result<()> {
    match renameat_with(from, old, to, new, RenameFlags::NOREPLACE) {
        Err(error) if is_unknown(error) => rename_by_link(from, old, to, new),
        renamed => Ok(renamed?),
    }
}

/// The same for a folder within a folder.
pub(crate) fn rename_folder(dir: &Dir, old: &str, new: &str) -> io::Result<()> {
    match renameat_with(dir, old, dir, new, RenameFlags::NOREPLACE) {
        Err(error) if is_unknown(error) => {
            mkdirat(dir, new, Mode::from_raw_mode(0o700))?;
            // Over an empty folder, and no other.
            Ok(renameat(dir, old, dir, new)?)
        }
        renamed => Ok(renamed?),
    }
}

/// By a second name, which is never put on one that is there.
fn rename_by_link(from: &Dir, old: &str, to: &Dir, new: &str) -> io::Result<()> {
    match from.hard_link(old, to, new) {
        Ok(()) => from.remove_file(old),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        Err(_) => rename_over_own(from, old, to, new),
    }
}

/// Takes the name with an empty file, which fails where it is taken, and puts the whole one in its place.
fn rename_over_own(from: &Dir, old: &str, to: &Dir, new: &str) -> io::Result<()> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    drop(openat(to, new, flags, Mode::from_raw_mode(0o600))?);
    let renamed = renameat(from, old, to, new);
    if renamed.is_err() {
        let _ = to.remove_file(new);
    }
    Ok(renamed?)
}

/// Whether a file system knows no rename that leaves what is there.
fn is_unknown(error: Errno) -> bool {
    matches!(error, Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP)
}

#[cfg(test)]
mod tests {
    use cap_std::ambient_authority;

    use super::*;

    type Renames = fn(&Dir, &str, &Dir, &str) -> io::Result<()>;

    #[test]
    fn each_way_to_give_a_name_leaves_what_has_it() {
        let ways: [Renames; 3] = [rename_new, rename_by_link, rename_over_own];
        for way in ways {
            let folder = tempfile::tempdir().unwrap();
            let dir = Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap();
            dir.write("mine", "mine").unwrap();
            dir.symlink("nowhere", "link").unwrap();
            dir.write("part", "new").unwrap();
            for taken in ["mine", "link"] {
                let kind = way(&dir, "part", &dir, taken).unwrap_err().kind();
                assert_eq!(kind, io::ErrorKind::AlreadyExists);
            }
            way(&dir, "part", &dir, "free").unwrap();
            assert_eq!(dir.read_to_string("mine").unwrap(), "mine");
            assert_eq!(dir.read_to_string("free").unwrap(), "new");
            assert!(!dir.exists("part") && dir.read_link("link").is_ok());
        }
        let folder = tempfile::tempdir().unwrap();
        let dir = Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap();
        dir.create_dir("mine").unwrap();
        dir.create_dir("part").unwrap();
        assert_eq!(rename_folder(&dir, "part", "mine").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        rename_folder(&dir, "part", "free").unwrap();
        assert!(dir.is_dir("free") && !dir.exists("part"));
    }
}
