//! The journal's file: read whole, replaced whole and synced, and the two locks beside it.
//!
//! `changes.lock` is held while the file is read and written again, for moments; `changes.doing` for as long
//! as a deed, or its undoing, takes. Both are the system's own locks on an open file.

use beistand_posix::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use beistand_posix::fs::OFlags;
use serde::{Deserialize, Serialize};

use super::{DeedEntry, DeedState, JournalFault, MAX_ENTRIES};

const FILE_NAME: &str = "changes.json";
const NEW_NAME: &str = "changes.json.new";
const LIST_LOCK: &str = "changes.lock";
const DOING_LOCK: &str = "changes.doing";
pub(super) const ROOM_NAME: &str = "changes.room";

/// What is kept free beyond the file itself, in bytes: a few entries.
const ROOM_BYTES: usize = 256 << 10;

/// Bytes of the file that are read: all entries with the largest that deeds keep there.
const MAX_FILE_BYTES: u64 = 128 << 20;

/// How long the lock of what is being done is waited for: whoever only looks whether it is held lets go of it
/// within microseconds, and a busy machine takes its time.
const DOING_WAIT: Duration = Duration::from_secs(1);

/// How often it is tried meanwhile.
const DOING_STEP: Duration = Duration::from_millis(5);

/// What is in the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JournalFile {
    /// The next entry's number.
    pub(super) next: u32,
    /// The oldest first.
    pub(super) entries: Vec<DeedEntry>,
}

impl JournalFile {
    /// The file in this folder; an empty one where there is none.
    pub(super) fn read(folder: &Path) -> Result<Self, JournalFault> {
        let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
        let file = match OpenOptions::new().read(true).custom_flags(flags).open(folder.join(FILE_NAME)) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(Self { next: 1, entries: Vec::new() });
            }
            opened => opened?,
        };
        let mut bytes = Vec::new();
        file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
        let read: Self = serde_json::from_slice(&bytes).map_err(|_| JournalFault::Damaged)?;
        if read.entries.len() > MAX_ENTRIES {
            return Err(JournalFault::Damaged);
        }
        Ok(read)
    }

    /// Adds an entry and makes room for it.
    pub(super) fn push(&mut self, entry: DeedEntry) -> Result<(), JournalFault> {
        self.next = entry.number.checked_add(1).ok_or(JournalFault::Full)?;
        if self.entries.len() >= MAX_ENTRIES {
            let oldest = |fits: &dyn Fn(&DeedEntry) -> bool| self.entries.iter().position(fits);
            let gone = oldest(&|entry| entry.state == DeedState::Undone)
                .or_else(|| oldest(&|entry| entry.state == DeedState::Failed))
                .or_else(|| oldest(&|entry| !entry.undoable));
            self.entries.remove(gone.ok_or(JournalFault::Full)?);
        }
        self.entries.push(entry);
        Ok(())
    }

    /// Replaces the file, and is back when that is on the disk.
    pub(super) fn write(&self, folder: &Path) -> Result<(), JournalFault> {
        self.write_by(folder, &mut put)
    }

    /// The same, where `put` replaces the file. On a full disk the room that was kept for this is given up:
    /// what frees space has to be written down too.
    pub(super) fn write_by(&self, folder: &Path, put: &mut FilePut<'_>) -> Result<(), JournalFault> {
        let text = serde_json::to_vec(self).map_err(std::io::Error::from)?;
        if text.len() as u64 > MAX_FILE_BYTES {
            return Err(JournalFault::Full);
        }
        match put(folder, &text) {
            Err(error) if is_full(&error) && fs::remove_file(folder.join(ROOM_NAME)).is_ok() => {
                put(folder, &text)?;
            }
            done => done?,
        }
        keep_room(folder, text.len() + ROOM_BYTES);
        Ok(())
    }
}

/// Replaces the file in a folder by one with these bytes.
pub(super) type FilePut<'a> = dyn FnMut(&Path, &[u8]) -> std::io::Result<()> + 'a;

/// Replaces the file in one step, and is back when that is on the disk.
pub(super) fn put(folder: &Path, text: &[u8]) -> std::io::Result<()> {
    let new = folder.join(NEW_NAME);
    // Whoever holds the list's lock is alone: what lies here is of a program that died.
    match fs::remove_file(&new) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
    let written = file.write_all(text).and_then(|()| file.sync_all());
    if let Err(error) = written.and_then(|()| fs::rename(&new, folder.join(FILE_NAME))) {
        let _ = fs::remove_file(&new);
        return Err(error);
    }
    File::open(folder)?.sync_all()
}

fn is_full(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}

/// Lays down a file of this size whose room the journal takes on a full disk. Where there is no room for it,
/// there is none.
fn keep_room(folder: &Path, bytes: usize) {
    let path = folder.join(ROOM_NAME);
    if fs::symlink_metadata(&path).is_ok_and(|file| file.len() >= bytes as u64) {
        return;
    }
    let _ = fs::remove_file(&path);
    let options = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
    // Nothing that a file system stores as less.
    let filled: Vec<u8> = (0..bytes).map(|index| ((index * 31) >> 3) as u8 ^ (index as u8)).collect();
    if options.and_then(|mut file| file.write_all(&filled).and_then(|()| file.sync_all())).is_err() {
        let _ = fs::remove_file(&path);
    }
}

/// Waits for the list's lock, which is let go with the file.
pub(super) fn lock_list(folder: &Path) -> Result<File, JournalFault> {
    let file = lock_file(folder, LIST_LOCK)?;
    file.lock()?;
    Ok(file)
}

/// The lock of what is being done.
pub(super) fn lock_doing(folder: &Path) -> Result<File, JournalFault> {
    let file = lock_file(folder, DOING_LOCK)?;
    let since = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(error.into()),
            Err(TryLockError::WouldBlock) if since.elapsed() >= DOING_WAIT => return Err(JournalFault::Busy),
            Err(TryLockError::WouldBlock) => std::thread::sleep(DOING_STEP),
        }
    }
}

/// Whether no deed is under way at this moment.
pub(super) fn nobody_works(folder: &Path) -> Result<bool, JournalFault> {
    match lock_file(folder, DOING_LOCK)?.try_lock_shared() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

fn lock_file(folder: &Path, name: &str) -> Result<File, JournalFault> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let flags = OFlags::NOFOLLOW.bits().cast_signed();
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600).custom_flags(flags);
    Ok(options.open(folder.join(name))?)
}
