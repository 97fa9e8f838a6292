//! The mark of a change on trial: a file beside the journal, held by the system's lock for as long as its
//! program lives. Where that is killed in the middle the file stays without its holder, and the next program
//! takes the change back.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use beistand_posix::unix::fs::{MetadataExt as _, OpenOptionsExt as _};

/// What stands before a change's number in the file's name.
const PREFIX: &str = "trial-";

/// Marks that are looked at: a program has one change on trial at a time.
const MAX_MARKS: usize = 16;

/// A change is on trial. Where this is dropped the file stays, for the next program that looks.
#[derive(Debug)]
pub(crate) struct TrialMark {
    /// The change's number in the journal.
    pub(crate) change: u32,
    path: PathBuf,
    /// Locked.
    _holder: File,
}

impl TrialMark {
    /// Marks a change in this folder. It is on the disk when this returns.
    ///
    /// # Errors
    /// Where the file can't be made.
    pub(crate) fn lay(folder: &Path, change: u32) -> std::io::Result<Self> {
        let path = folder.join(format!("{PREFIX}{change}"));
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        let held = file.try_lock().map_err(|error| match error {
            TryLockError::Error(error) => error,
            TryLockError::WouldBlock => Error::from(ErrorKind::WouldBlock),
        });
        if let Err(error) = held.and_then(|()| File::open(folder)?.sync_all()) {
            drop(fs::remove_file(&path));
            return Err(error);
        }
        Ok(Self { change, path, _holder: file })
    }

    /// The marks in this folder that nobody holds: their programs have died. Now they are held here.
    pub(crate) fn left_in(folder: &Path) -> Vec<Self> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let marks = entries.filter_map(|entry| {
            let change = entry.file_name().to_str()?.strip_prefix(PREFIX)?.parse().ok()?;
            Some((change, entry.path()))
                .filter(|(_, path)| path.symlink_metadata().is_ok_and(|it| it.is_file()))
        });
        let left = marks.take(MAX_MARKS).filter_map(|(change, path)| {
            let holder = File::open(&path).ok()?;
            holder.try_lock().ok()?;
            // It may have been lifted between the two.
            let is_there = holder.metadata().is_ok_and(|file| file.nlink() > 0);
            is_there.then_some(Self { change, path, _holder: holder })
        });
        left.collect()
    }

    /// The change is no longer on trial: it stays, or was taken back.
    pub(crate) fn lift(&self) {
        if let Err(error) = fs::remove_file(&self.path)
            && error.kind() != ErrorKind::NotFound
        {
            tracing::warn!(%error, change = self.change, "a trial's mark can't be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_left_where_its_holder_has_gone_and_only_then() {
        let folder = tempfile::tempdir().expect("a folder");
        let left = || TrialMark::left_in(folder.path()).iter().map(|mark| mark.change).collect::<Vec<_>>();
        let mark = TrialMark::lay(folder.path(), 7).expect("ours");
        assert_eq!(left(), [0; 0], "it is held");
        assert!(TrialMark::lay(folder.path(), 7).is_err(), "a number is on trial once");
        drop(mark);
        assert_eq!((left(), left()), (vec![7], vec![7]));
        TrialMark::left_in(folder.path()).iter().for_each(TrialMark::lift);
        assert_eq!(left(), [0; 0]);
        for name in ["trial-x", "trial-", "other-1"] {
            fs::write(folder.path().join(name), "").expect("ours");
        }
        fs::create_dir(folder.path().join("trial-9")).expect("ours");
        std::os::unix::fs::symlink("/dev/zero", folder.path().join("trial-8")).expect("ours");
        assert_eq!(left(), [0; 0]);
    }
}
