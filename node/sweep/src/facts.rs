//! What can be said of a file: its size, its age and its hashes.

use std::fs::File;
use std::io::{self, Read as _};
use std::time::SystemTime;

use beistand_posix::fs::OFlags;
use md5::Md5;
use sha2::{Digest as _, Sha256};

use crate::machine::{LinuxSweep, open_plain};
use crate::run::SweepProgress;
use beistand_session::SweepEnd;

/// A file that is larger is not hashed: no program that a person runs is.
const MAX_HASHED_BYTES: u64 = 256 << 20;

/// What is read at once; a stop waits for no more.
const BLOCK_BYTES: usize = 128 << 10;

/// A file that changed within so many days changed recently.
pub(crate) const RECENT_DAYS: u32 = 30;

const DAY_SECS: u64 = 24 * 60 * 60;

/// What can be said of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileFacts {
    pub(crate) size_bytes: u64,
    /// Days since it changed.
    pub(crate) age_days: u32,
    /// None where it can't be read or is too large.
    pub(crate) hashes: Option<FileHashes>,
}

/// A file's hashes: for people, and as package managers have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileHashes {
    pub(crate) sha256: [u8; 32],
    pub(crate) md5: String,
}

impl LinuxSweep {
    /// What can be said of a file; `None` where there is none. Links are followed only where `behind_links`
    /// says so.
    pub(crate) fn facts(
        &self,
        path: &str,
        behind_links: bool,
        progress: &mut SweepProgress<'_>,
    ) -> Result<Option<FileFacts>, SweepEnd> {
        progress.look()?;
        let more = if behind_links { OFlags::empty() } else { OFlags::NOFOLLOW };
        let path = self.at(path);
        let (metadata, file) = match open_plain(&path, more) {
            Ok(file) => (file.metadata(), Some(file)),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => (path.symlink_metadata(), None),
            Err(_) => return Ok(None),
        };
        let Ok(metadata) = metadata else { return Ok(None) };
        let age_days = metadata.modified().map_or(0, |at| age_days(at, self.now()));
        let size_bytes = metadata.len();
        let hashes = match file {
            Some(file) if size_bytes <= MAX_HASHED_BYTES => hash(file, size_bytes, progress)?,
            Some(_) | None => None,
        };
        Ok(Some(FileFacts { size_bytes, age_days, hashes }))
    }
}

fn age_days(changed: SystemTime, now: SystemTime) -> u32 {
    let age = now.duration_since(changed).unwrap_or_default();
    u32::try_from(age.as_secs() / DAY_SECS).unwrap_or(u32::MAX)
}

/// Hashes a file as far as it was when it was opened; `None` where it can't be read.
fn hash(file: File, length: u64, progress: &SweepProgress<'_>) -> Result<Option<FileHashes>, SweepEnd> {
    let mut file = file.take(length);
    let (mut sha256, mut md5) = (Sha256::new(), Md5::new());
    let mut block = vec![0; BLOCK_BYTES.min(length as usize + 1)];
    loop {
        progress.go_on()?;
        match file.read(&mut block) {
            Ok(0) => break,
            Ok(length) => {
                sha256.update(&block[..length]);
                md5.update(&block[..length]);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Ok(None),
        }
    }
    let md5 = md5.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Some(FileHashes { sha256: sha256.finalize().into(), md5 }))
}
