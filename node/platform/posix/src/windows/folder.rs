//! Files and folders by handles of folders, one name at a time. A link is opened as what it is and never
//! followed, and a folder that is held open can be neither renamed nor removed.
//!
//! What it does not do: files have no owner and no mode here; whoever may what is said by the folder's list.

use std::borrow::Cow;
use std::ffi::{CStr, OsStr, OsString};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use cap_primitives::ambient_authority;
use cap_primitives::fs::{
    _WindowsByHandle, DirOptions, FollowSymlinks, Metadata, OpenOptions, create_dir, open as open_in,
    open_ambient, open_ambient_dir, open_dir_nofollow, remove_dir, remove_file, rename, stat,
};

use super::fd::{AsFd, OwnedFd};
use super::fs::{
    AtFlags, FlockOperation, Mode, OFlags, RenameFlags, Stat, StatVfs, Statx, StatxFlags, StatxTimestamp,
};
use super::io::{Errno, Result};

/// The unit in which the space of a file is counted, as in stat(3type).
const BLOCK_BYTES: u64 = 512;

/// What a folder calls itself.
const ITSELF: &str = ".";

/// A name in a folder, or a path.
pub trait FileName {
    /// As the system takes it.
    fn as_name(&self) -> Cow<'_, OsStr>;
}

macro_rules! names {
    ($($kind:ty)*) => {$(
        impl FileName for $kind {
            fn as_name(&self) -> Cow<'_, OsStr> {
                Cow::Borrowed(self.as_ref())
            }
        }
    )*};
}

names! { str String OsStr OsString Path PathBuf }

impl FileName for CStr {
    fn as_name(&self) -> Cow<'_, OsStr> {
        Cow::Owned(self.to_string_lossy().into_owned().into())
    }
}

impl<T: FileName + ?Sized> FileName for &T {
    fn as_name(&self) -> Cow<'_, OsStr> {
        (**self).as_name()
    }
}

/// As `open`; a link on the way is followed.
///
/// # Errors
/// As Windows says.
pub fn open<P: FileName>(path: P, flags: OFlags, _mode: Mode) -> Result<OwnedFd> {
    let path = path.as_name();
    let opened = match flags.contains(OFlags::DIRECTORY) {
        true => open_ambient_dir(Path::new(&path), ambient_authority()),
        false => open_ambient(Path::new(&path), &options(flags), ambient_authority()),
    };
    Ok(opened?.into())
}

/// As `openat`, of one name.
///
/// # Errors
/// As Windows says.
pub fn openat<F: AsFd, P: FileName>(folder: F, name: P, flags: OFlags, _mode: Mode) -> Result<OwnedFd> {
    let (folder, name) = (held(&folder)?, name.as_name());
    if &*name == ITSELF {
        return Ok(folder.into());
    }
    let opened = match flags.contains(OFlags::DIRECTORY) {
        true => open_dir_nofollow(&folder, Path::new(&name)),
        false => open_in(&folder, Path::new(&name), &options(flags)),
    };
    Ok(opened?.into())
}

/// As `mkdirat`.
///
/// # Errors
/// As Windows says.
pub fn mkdirat<F: AsFd, P: FileName>(folder: F, name: P, _mode: Mode) -> Result<()> {
    Ok(create_dir(&held(&folder)?, Path::new(&name.as_name()), &DirOptions::new())?)
}

/// As `unlinkat`.
///
/// # Errors
/// As Windows says.
pub fn unlinkat<F: AsFd, P: FileName>(folder: F, name: P, flags: AtFlags) -> Result<()> {
    let (folder, name) = (held(&folder)?, name.as_name());
    let removed = match flags.contains(AtFlags::REMOVEDIR) {
        true => remove_dir(&folder, Path::new(&name)),
        false => remove_file(&folder, Path::new(&name)),
    };
    Ok(removed?)
}

/// As `renameat`: a file that has the new name is replaced.
///
/// # Errors
/// As Windows says.
pub fn renameat<F: AsFd, P: FileName, G: AsFd, Q: FileName>(from: F, old: P, to: G, new: Q) -> Result<()> {
    let (from, to) = (held(&from)?, held(&to)?);
    Ok(rename(&from, Path::new(&old.as_name()), &to, Path::new(&new.as_name()))?)
}

/// As `renameat2`, of a folder: at worst an empty one of that moment is replaced. Of a file Windows is not
/// asked for it.
///
/// # Errors
/// As Windows says; [`Errno::NOSYS`] for a file.
pub fn renameat_with<F: AsFd, P: FileName, G: AsFd, Q: FileName>(
    from: F,
    old: P,
    to: G,
    new: Q,
    _flags: RenameFlags,
) -> Result<()> {
    let (from, to) = (held(&from)?, held(&to)?);
    let (old, new) = (old.as_name(), new.as_name());
    if !stat(&from, Path::new(&old), FollowSymlinks::No)?.is_dir() {
        return Err(Errno::NOSYS);
    }
    match stat(&to, Path::new(&new), FollowSymlinks::No) {
        Ok(_) => Err(Errno::EXIST),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Ok(rename(&from, Path::new(&old), &to, Path::new(&new))?)
        }
        Err(error) => Err(error.into()),
    }
}

/// As `fstat`.
///
/// # Errors
/// As Windows says.
pub fn fstat<F: AsFd>(file: F) -> Result<Stat> {
    Ok(known(&Metadata::from_file(&held(&file)?)?))
}

/// As `fstatat`; of a link itself.
///
/// # Errors
/// As Windows says.
pub fn statat<F: AsFd, P: FileName>(folder: F, name: P, _flags: AtFlags) -> Result<Stat> {
    let (folder, name) = (held(&folder)?, name.as_name());
    if &*name == ITSELF {
        return fstat(&folder);
    }
    Ok(known(&stat(&folder, Path::new(&name), FollowSymlinks::No)?))
}

/// As `statx`, of what is held open itself.
///
/// # Errors
/// As Windows says.
pub fn statx<F: AsFd, P: FileName>(file: F, _name: P, _at: AtFlags, _asked: StatxFlags) -> Result<Statx> {
    let born = held(&file)?.metadata()?.created()?;
    let since = born.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let tv_sec = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    Ok(Statx { stx_btime: StatxTimestamp { tv_sec, tv_nsec: since.subsec_nanos() } })
}

/// As `fstatvfs`: of the disk only the bytes that are free for this account.
///
/// # Errors
/// As Windows says.
pub fn fstatvfs<F: AsFd>(folder: F) -> Result<StatVfs> {
    let path = winx::file::get_file_path(&held(&folder)?)?;
    let f_bavail = fs4::available_space(path)?;
    Ok(StatVfs { f_frsize: 1, f_blocks: 0, f_bavail, f_files: 0, f_favail: 0 })
}

/// As `fsync`.
///
/// # Errors
/// As Windows says, and always of a folder, whose names are on the disk with the next of its journal.
pub fn fsync<F: AsFd>(file: F) -> Result<()> {
    Ok(held(&file)?.sync_all()?)
}

/// As `flock`; until the file is closed nobody else can read or write it.
///
/// # Errors
/// [`Errno::AGAIN`] where somebody else is about it.
pub fn flock<F: AsFd>(file: F, operation: FlockOperation) -> Result<()> {
    match operation {
        FlockOperation::NonBlockingLockExclusive => match held(&file)?.try_lock() {
            Ok(()) => Ok(()),
            Err(TryLockError::WouldBlock) => Err(Errno::AGAIN),
            Err(TryLockError::Error(error)) => Err(error.into()),
        },
    }
}

/// Another handle of the same.
fn held(file: &impl AsFd) -> Result<File> {
    Ok(file.as_handle().try_clone_to_owned()?.into())
}

fn options(flags: OFlags) -> OpenOptions {
    let mut options = OpenOptions::new();
    let writes = flags.contains(OFlags::WRONLY) || flags.contains(OFlags::RDWR);
    let appends = flags.contains(OFlags::APPEND);
    options.read(flags.contains(OFlags::RDONLY) || flags.contains(OFlags::RDWR));
    options.write(writes && !appends).append(appends);
    let makes = flags.contains(OFlags::CREATE);
    options.create(makes).create_new(makes && flags.contains(OFlags::EXCL));
    options._cap_fs_ext_follow(FollowSymlinks::No);
    options
}

fn known(metadata: &Metadata) -> Stat {
    let secs = |time: std::io::Result<SystemTime>| {
        let since = time.ok().and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
        let since = since.unwrap_or_default();
        (i64::try_from(since.as_secs()).unwrap_or(i64::MAX), i64::from(since.subsec_nanos()))
    };
    let (st_mtime, st_mtime_nsec) = secs(metadata.modified().map(|time| time.into_std()));
    let (st_atime, st_atime_nsec) = secs(metadata.accessed().map(|time| time.into_std()));
    let (made, _) = secs(metadata.created().map(|time| time.into_std()));
    let kind = if metadata.is_dir() {
        0o040_755
    } else if metadata.is_file() {
        0o100_644
    } else {
        0
    };
    Stat {
        st_dev: metadata.volume_serial_number().unwrap_or_default().into(),
        st_ino: metadata.file_index().unwrap_or_default(),
        st_mode: kind,
        st_nlink: metadata.number_of_links().unwrap_or(1).into(),
        st_uid: 0,
        st_gid: 0,
        st_size: i64::try_from(metadata.len()).unwrap_or(i64::MAX),
        st_blocks: i64::try_from(metadata.len().div_ceil(BLOCK_BYTES)).unwrap_or(i64::MAX),
        st_mtime,
        st_mtime_nsec,
        st_atime,
        st_atime_nsec,
        // When it was made here: the time at which it was written may be its sender's.
        st_ctime: made,
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use super::*;

    fn folder() -> (tempfile::TempDir, OwnedFd) {
        let folder = tempfile::tempdir().unwrap();
        let handle = open(folder.path(), OFlags::PATH | OFlags::DIRECTORY, Mode::empty()).unwrap();
        (folder, handle)
    }

    fn made(folder: &OwnedFd, name: &str, text: &str) -> File {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW;
        let mut file = File::from(openat(folder, name, flags, Mode::empty()).unwrap());
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    #[test]
    fn a_file_is_made_once_and_known_again_by_what_it_is() {
        let (_folder, handle) = folder();
        let file = made(&handle, "Größe.txt", "text");
        let again = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL;
        assert_eq!(openat(&handle, "Größe.txt", again, Mode::empty()).unwrap_err(), Errno::EXIST);
        let (opened, named) =
            (fstat(&file).unwrap(), statat(&handle, "Größe.txt", AtFlags::empty()).unwrap());
        assert_eq!((opened.st_dev, opened.st_ino), (named.st_dev, named.st_ino));
        assert_eq!((opened.st_size, opened.st_nlink), (4, 1));
        drop(file);
        let read = openat(&handle, "Größe.txt", OFlags::RDONLY | OFlags::NOFOLLOW, Mode::empty()).unwrap();
        let mut text = String::new();
        File::from(read).read_to_string(&mut text).unwrap();
        assert_eq!(text, "text");
        unlinkat(&handle, "Größe.txt", AtFlags::empty()).unwrap();
        assert_eq!(statat(&handle, "Größe.txt", AtFlags::empty()).unwrap_err(), Errno::NOENT);
        assert!(fstatvfs(&handle).unwrap().f_bavail > 0);
    }

    #[test]
    fn a_file_is_found_from_its_drive_on_one_folder_at_a_time() {
        let (folder, handle) = folder();
        drop(made(&handle, "a.txt", "text"));
        let path = folder.path().canonicalize().unwrap();
        let root = path.ancestors().last().unwrap();
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW;
        let mut walked = open(root, flags, Mode::empty()).unwrap();
        for part in path.components() {
            if let std::path::Component::Normal(part) = part {
                walked = openat(&walked, part, flags, Mode::empty()).unwrap();
            }
        }
        let file = openat(&walked, "a.txt", OFlags::RDONLY | OFlags::NOFOLLOW, Mode::empty()).unwrap();
        assert_eq!(fstat(&file).unwrap().st_ino, statat(&handle, "a.txt", AtFlags::empty()).unwrap().st_ino);
    }

    #[test]
    fn a_folder_takes_a_free_name_and_leaves_what_has_one() {
        let (_folder, handle) = folder();
        for name in ["one", "taken"] {
            mkdirat(&handle, name, Mode::empty()).unwrap();
        }
        let inner = openat(&handle, "taken", OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty()).unwrap();
        drop(made(&inner, "mine", "mine"));
        drop(inner);
        let rename = |new: &str| renameat_with(&handle, "one", &handle, new, RenameFlags::NOREPLACE);
        assert_eq!(rename("taken").unwrap_err(), Errno::EXIST);
        rename("free").unwrap();
        let inner = openat(&handle, "taken", OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty()).unwrap();
        assert!(statat(&inner, "mine", AtFlags::empty()).is_ok());
        assert!(openat(&handle, "one", OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty()).is_err());
    }

    #[test]
    fn a_locked_file_is_somebody_elses_until_it_is_closed() {
        let (_folder, handle) = folder();
        let file = made(&handle, "part", "");
        flock(&file, FlockOperation::NonBlockingLockExclusive).unwrap();
        let other = File::from(openat(&handle, "part", OFlags::RDWR, Mode::empty()).unwrap());
        let locked = || flock(&other, FlockOperation::NonBlockingLockExclusive);
        assert_eq!(locked().unwrap_err(), Errno::AGAIN);
        drop(file);
        locked().unwrap();
    }
}
