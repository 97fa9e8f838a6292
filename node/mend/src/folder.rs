//! Files and folders by their handles, so that no link that somebody puts into a path leads elsewhere.

use beistand_posix::fd::{AsFd, OwnedFd};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Component, Path, PathBuf};

use beistand_posix::fs::{AtFlags, FileType, Mode, OFlags, RawMode, Stat, openat};
use sha2::{Digest as _, Sha256};

use crate::{DeedFault, DeedWatch};

/// What is read at once, in bytes.
const CHUNK_BYTES: usize = 256 << 10;

/// A handle of the folder at an absolute path. None of its parts may be a link.
pub(crate) fn open_folder(path: &Path) -> Result<OwnedFd, DeedFault> {
    let by_path = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut folder = beistand_posix::fs::open("/", by_path, Mode::empty())?;
    for part in path.components() {
        match part {
            Component::RootDir => {}
            Component::Normal(name) => folder = openat(&folder, name, by_path, Mode::empty())?,
            Component::CurDir | Component::ParentDir | Component::Prefix(_) => return Err(DeedFault::Unfit),
        }
    }
    // A handle of a path alone can't be synced or listed.
    let listing = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    match openat(&folder, c".", listing, Mode::empty()) {
        Ok(listed) => Ok(listed),
        Err(beistand_posix::io::Errno::ACCESS) => Ok(folder),
        Err(error) => Err(error.into()),
    }
}

/// The folder of a path, without links in it, and the name in that folder, which stays as it is.
pub(crate) fn resolved(path: &Path) -> Result<(PathBuf, std::ffi::OsString), DeedFault> {
    let (folder, name) = path.parent().zip(path.file_name()).ok_or(DeedFault::Unfit)?;
    Ok((folder.canonicalize()?, name.to_owned()))
}

/// Opens a plain file in a folder for reading: no link, no pipe, no device, and of one name alone.
pub(crate) fn open_plain(folder: impl AsFd, name: &OsStr) -> Result<(File, Stat), DeedFault> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = openat(folder, name, flags, Mode::empty())?;
    let stat = beistand_posix::fs::fstat(&file)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile || stat.st_nlink != 1 {
        return Err(DeedFault::Unfit);
    }
    Ok((file.into(), stat))
}

/// Makes a file that is not there yet.
pub(crate) fn create(folder: impl AsFd, name: &OsStr, mode: RawMode) -> Result<File, DeedFault> {
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(openat(folder, name, flags, Mode::from_raw_mode(mode & 0o7777))?.into())
}

/// Whether there is anything of this name.
pub(crate) fn exists(folder: impl AsFd, name: &OsStr) -> Result<bool, DeedFault> {
    match beistand_posix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(_) => Ok(true),
        Err(beistand_posix::io::Errno::NOENT) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Copies to the end; the copy's digest. It is stopped between two pieces.
pub(crate) fn copy(
    from: &mut impl Read,
    to: &mut impl Write,
    watch: &DeedWatch,
) -> Result<String, DeedFault> {
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        if watch.is_stopped() {
            return Err(DeedFault::Stopped);
        }
        match from.read(&mut chunk)? {
            0 => break,
            length => {
                hasher.update(&chunk[..length]);
                to.write_all(&chunk[..length])?;
            }
        }
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The digest of what is left of a file.
pub(crate) fn digest(file: &mut impl Read, watch: &DeedWatch) -> Result<String, DeedFault> {
    copy(file, &mut std::io::sink(), watch)
}

/// Sees a folder's names on the disk, where that can be seen.
pub(crate) fn sync_folder(folder: impl AsFd) {
    let _ = beistand_posix::fs::fsync(folder);
}
