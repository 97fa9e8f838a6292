//! Files of the user's in which settings are: read with a bound, written whole or not at all.

use beistand_posix::unix::fs::OpenOptionsExt as _;
use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use beistand_posix::fs::OFlags;
use beistand_session::AdjustFault;
use tempfile::NamedTempFile;

/// The longest file that is read, in bytes: all programs of a large installation are named in less.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// What is in a file; nothing where there is none.
pub(crate) fn read_file(path: &Path) -> Result<String, AdjustFault> {
    // Nobody waits for a pipe that somebody has put there.
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    let flags = i32::try_from(flags.bits()).map_err(|_| AdjustFault::Broken)?;
    let file = match OpenOptions::new().read(true).custom_flags(flags).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(String::new()),
        Err(error) => return Err(io_fault(&error)),
    };
    let about = file.metadata().map_err(|error| io_fault(&error))?;
    if !about.is_file() || about.len() > MAX_FILE_BYTES {
        return Err(AdjustFault::Unreadable);
    }
    let mut text = String::new();
    file.take(MAX_FILE_BYTES).read_to_string(&mut text).map_err(|_| AdjustFault::Unreadable)?;
    Ok(text)
}

/// Replaces what is in a file. A link stays one: what it leads to is replaced.
pub(crate) fn write_file(path: &Path, text: &str) -> Result<(), AdjustFault> {
    write(path, text).map_err(|error| io_fault(&error))
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let place = match fs::canonicalize(path) {
        Ok(place) => place,
        Err(error) if error.kind() == io::ErrorKind::NotFound => new_place(path)?,
        Err(error) => return Err(error),
    };
    let folder = place.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    if let Ok(before) = fs::metadata(&place) {
        file.as_file().set_permissions(before.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(&place).map_err(|error| error.error)?;
    Ok(())
}

/// Where a file that isn't there yet will be, with its folder.
fn new_place(path: &Path) -> io::Result<PathBuf> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(path.to_owned())
}

fn io_fault(error: &io::Error) -> AdjustFault {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => AdjustFault::DiskFull,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            AdjustFault::NeedsAdministrator
        }
        _ => AdjustFault::Broken,
    }
}

#[cfg(test)]
mod tests {
    use beistand_posix::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_a_link_stays_one() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("a/link"));
        assert_eq!(read_file(&link), Ok(String::new()), "there is none yet");
        write_file(&real, "one").unwrap();
        fs::create_dir(folder.path().join("a")).unwrap();
        symlink("../real", &link).unwrap();
        write_file(&link, "two").unwrap();
        assert_eq!(read_file(&real), Ok("two".to_owned()));
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing else is left");
    }

    #[test]
    fn a_full_disk_is_told_and_a_pipe_is_not_waited_for() {
        assert_eq!(io_fault(&io::ErrorKind::StorageFull.into()), AdjustFault::DiskFull);
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        assert_eq!(read_file(&pipe), Err(AdjustFault::Unreadable));
    }
}
