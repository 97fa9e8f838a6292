//! A file while it arrives: under a name of this program's own, and only what is right of it counts.
//!
//! It is its own record of how far it came. A process that was killed leaves it as it is; the next one looks
//! through it with the file's hashes and goes on where the first wrong or missing group begins. So it makes
//! no difference at which moment, or by what, it was interrupted.

use beistand_posix::unix::fs::{FileExt as _, PermissionsExt as _};
use std::fs::{File, FileTimes, Permissions};
use std::io::{self, Seek as _};
use std::time::{Duration, SystemTime};

use beistand_posix::fs::{AtFlags, FileType, FlockOperation, Mode, OFlags};
use beistand_session::FilesEnd;
use cap_std::fs::Dir;

use crate::end_of;
use crate::hash::{GroupCheck, GroupHashes};
use crate::manifest::TransferEntry;

/// What the names of such files begin with. Hidden, so that nobody takes one for the file itself.
pub(crate) const PARTIAL_PREFIX: &str = ".beistand-";

/// What they end in.
pub(crate) const PARTIAL_SUFFIX: &str = ".part";

/// Who may read and write it, as far as the account's own mask lets them. Never what runs: whoever wants that
/// says so themselves.
const FILE_MODE: u32 = 0o644;

/// The same where only the owner may.
const PRIVATE_MODE: u32 = 0o600;

/// A file that arrives.
#[derive(Debug)]
pub(crate) struct PartialFile {
    file: File,
    name: String,
    check: GroupCheck,
    size: u64,
}

/// The name for a file with this hash and size from this peer.
pub(crate) fn partial_name(peer: &[u8; 32], hashes: &GroupHashes) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(peer).update(&hashes.root()).update(&hashes.size().file_bytes().to_le_bytes());
    let key = hasher.finalize().to_hex();
    format!("{PARTIAL_PREFIX}{}{PARTIAL_SUFFIX}", &key[..32])
}

impl PartialFile {
    /// Opens it in this folder, or makes it, and looks how much of it is right.
    ///
    /// # Errors
    /// It can't be written, or somebody else is about it.
    pub(crate) fn open(
        folder: &Dir,
        peer: &[u8; 32],
        hashes: GroupHashes,
        is_private: bool,
        goes_on: &dyn Fn() -> bool,
    ) -> Result<Self, FilesEnd> {
        let name = partial_name(peer, &hashes);
        let mode = if is_private { PRIVATE_MODE } else { FILE_MODE };
        let file = open_own(folder, &name, mode).map_err(|error| end_of(&error))?;
        let size = hashes.size().file_bytes();
        // One group is as quickly sent again as read.
        let right = match hashes.hashes() {
            [] => 0,
            _ => GroupCheck::right_part(&hashes, &file, goes_on).map_err(|error| end_of(&error))?,
        };
        file.set_len(right).map_err(|error| end_of(&error))?;
        Ok(Self { file, name, check: GroupCheck::new(hashes, right), size })
    }

    /// Where the next byte belongs.
    pub(crate) fn at(&self) -> u64 {
        self.check.at()
    }

    /// How many bytes are still to come.
    pub(crate) fn missing(&self) -> u64 {
        self.check.missing()
    }

    /// Its name while it arrives.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Takes bytes that belong here.
    ///
    /// # Errors
    /// They are more than the file has, the disk can't hold them, or they are wrong: then what was right
    /// before is all that is kept.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), FilesEnd> {
        if bytes.len() as u64 > self.missing() {
            return Err(FilesEnd::Invalid);
        }
        self.file.write_all_at(bytes, self.at()).map_err(|error| end_of(&error))?;
        if self.check.take(bytes) { Ok(()) } else { Err(self.drop_wrong()) }
    }

    /// The same for zeros, which need no room.
    ///
    /// # Errors
    /// As above.
    pub(crate) fn skip(&mut self, count: u64, goes_on: &dyn Fn() -> bool) -> Result<(), FilesEnd> {
        if count > self.missing() {
            return Err(FilesEnd::Invalid);
        }
        let end = self.at() + count;
        if !self.check.take_zeros(count, goes_on) {
            return Err(self.drop_wrong());
        }
        self.file.set_len(end).map_err(|error| end_of(&error))
    }

    fn drop_wrong(&self) -> FilesEnd {
        match self.file.set_len(self.check.right()) {
            Ok(()) => FilesEnd::Damaged,
            Err(error) => end_of(&error),
        }
    }

    /// All of it is there and right: it gets its times, its mode and its mark, and is on the disk.
    ///
    /// # Errors
    /// The disk fails.
    pub(crate) fn finish(self, entry: &TransferEntry) -> io::Result<String> {
        let Self { file, name, size, .. } = self;
        file.set_len(size)?;
        let mode = file.metadata()?.permissions().mode() & 0o7777;
        let wanted = mode & if entry.is_private { PRIVATE_MODE } else { FILE_MODE };
        if mode != wanted {
            file.set_permissions(Permissions::from_mode(wanted))?;
        }
        // Not every file system has a place for it.
        let _ = beistand_posix::origin::note_received(&file);
        if let Some(secs) = entry.modified_secs {
            let then = SystemTime::UNIX_EPOCH + Duration::from_secs(secs);
            file.set_times(FileTimes::new().set_modified(then))?;
        }
        file.sync_data()?;
        Ok(name)
    }
}

/// Opens a file of this program's own to write: an ordinary one of this account's, with one name, that nobody
/// else is about.
fn open_own(folder: &Dir, name: &str, mode: u32) -> io::Result<File> {
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    // A process that was killed while it gave a file its name may have left it with both: it is whole, and
    // another is made in the place of this name.
    for _ in 0..2 {
        let file = File::from(beistand_posix::fs::openat(folder, name, flags, Mode::from_raw_mode(mode))?);
        beistand_posix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive)?;
        let opened = beistand_posix::fs::fstat(&file)?;
        let named = beistand_posix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
        let is_ours = FileType::from_raw_mode(opened.st_mode) == FileType::RegularFile
            && opened.st_uid == beistand_posix::process::geteuid().as_raw()
            && (opened.st_dev, opened.st_ino) == (named.st_dev, named.st_ino);
        if !is_ours {
            break;
        }
        if opened.st_nlink == 1 {
            (&file).rewind()?;
            return Ok(file);
        }
        beistand_posix::fs::unlinkat(folder, name, AtFlags::empty())?;
    }
    Err(io::ErrorKind::PermissionDenied.into())
}
