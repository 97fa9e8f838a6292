//! A lock between programs of one installation, round reading a small file, changing what it says and
//! putting it back: without it the second of two that do so at once would lose what the first one wrote.
//!
//! The file itself is replaced as a whole, so the lock is on one beside it, which stays and is empty. Whoever
//! only reads takes no lock.

use std::fs::{File, TryLockError};
use std::io::{Error, ErrorKind, Result};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::identity;

/// The longest wait for another program: it writes a few kilobytes, which takes some milliseconds.
const LOCK_WAIT: Duration = Duration::from_secs(2);

/// The time between two tries.
const LOCK_STEP: Duration = Duration::from_millis(5);

/// The lock; it is let go with this, also where the program dies.
#[derive(Debug)]
pub(crate) struct BookLock {
    _held: File,
}

impl BookLock {
    /// Waits for the lock of the file at `path`.
    ///
    /// # Errors
    /// Where another program holds it for too long, or this one may not write there.
    pub(crate) fn of(path: &Path) -> Result<Self> {
        Self::within(path, LOCK_WAIT)
    }

    fn within(path: &Path, wait: Duration) -> Result<Self> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".lock");
        let file = identity::lock_file(&path.with_file_name(name))?;
        let since = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _held: file }),
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) if since.elapsed() >= wait => {
                    return Err(Error::from(ErrorKind::WouldBlock));
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_STEP),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_has_it_at_a_time_and_nobody_waits_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new").join("book");
        let held = BookLock::of(&path).unwrap();
        let other = BookLock::within(&path, Duration::ZERO).expect_err("it is held");
        assert_eq!(other.kind(), ErrorKind::WouldBlock);
        drop(held);
        BookLock::within(&path, Duration::ZERO).expect("it is free again");
    }
}
