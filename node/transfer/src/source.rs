//! Where a file is that is sent: found by handles of folders from the root on, one part of its path at a
//! time. No link is followed, so that whoever puts one in the place of a folder has nothing else sent.

use beistand_posix::fd::OwnedFd;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::path::{Component, Path};

use beistand_posix::fs::{AtFlags, Mode, OFlags, Stat, open, openat, statat};
use cap_std::fs::Dir;

/// A name in a folder that is held open.
pub(crate) struct SourcePlace<'a> {
    folder: OwnedFd,
    name: &'a OsStr,
}

impl<'a> SourcePlace<'a> {
    /// Of an absolute path without links.
    pub(crate) fn find(path: &'a Path) -> io::Result<Self> {
        // With the drive, where paths have one.
        let root =
            path.ancestors().last().filter(|root| root.has_root()).ok_or(io::ErrorKind::InvalidInput)?;
        let mut folder = open(root, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        // Of the root itself, it is the root's own name for itself.
        let (parents, name) = path.parent().zip(path.file_name()).unwrap_or((root, OsStr::new(".")));
        for part in parents.components() {
            match part {
                Component::Prefix(_) | Component::RootDir => {}
                Component::Normal(part) => folder = openat(&folder, part, flags, Mode::empty())?,
                Component::CurDir | Component::ParentDir => {
                    return Err(io::ErrorKind::InvalidInput.into());
                }
            }
        }
        Ok(Self { folder, name })
    }

    /// What is there.
    pub(crate) fn stat(&self) -> io::Result<Stat> {
        Ok(statat(&self.folder, self.name, AtFlags::SYMLINK_NOFOLLOW)?)
    }

    /// Opens what is there to read it, and waits for no pipe.
    pub(crate) fn open(&self) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        Ok(File::from(openat(&self.folder, self.name, flags, Mode::empty())?))
    }

    /// The names in the folder that is there, at most so many.
    pub(crate) fn names(&self, most: usize) -> io::Result<Vec<OsString>> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let folder = openat(&self.folder, self.name, flags, Mode::empty())?;
        let entries = Dir::from_std_file(File::from(folder)).entries()?.take(most);
        entries.map(|entry| entry.map(|entry| entry.file_name())).collect()
    }
}
