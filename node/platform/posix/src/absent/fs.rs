//! Files and folders.

use std::ffi::CStr;
use std::time::Duration;

pub use super::folder::*;
use super::io::{Errno, Result};
pub use super::process::Gid;
use super::{absent_calls, flags};

flags! {
    /// How a file is opened.
    OFlags: RDONLY WRONLY RDWR CREATE EXCL APPEND NOFOLLOW NONBLOCK NOCTTY CLOEXEC DIRECTORY PATH
}

flags! {
    /// What of a path is meant.
    AtFlags: SYMLINK_NOFOLLOW EMPTY_PATH REMOVEDIR EACCESS
}

flags! {
    /// How a file is renamed.
    RenameFlags: NOREPLACE
}

flags! {
    /// What is asked about a file.
    StatxFlags: BTIME
}

flags! {
    /// How an attribute is set.
    XattrFlags:
}

flags! {
    /// What may be done with a file.
    Access: READ_OK WRITE_OK EXEC_OK
}

flags! {
    /// Who may do what with a file.
    Mode: RUSR WUSR
}

/// The same as a number.
pub type RawMode = u32;

impl Mode {
    /// Of this number.
    pub const fn from_raw_mode(_mode: RawMode) -> Self {
        Self::empty()
    }
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileType {
    /// One with bytes in it.
    RegularFile,
    /// A folder.
    Directory,
    /// A pipe with a name.
    Fifo,
    /// Anything else.
    Unknown,
}

impl FileType {
    /// What a mode says of it.
    pub const fn from_raw_mode(mode: RawMode) -> Self {
        match mode & 0o170_000 {
            0o100_000 => Self::RegularFile,
            0o040_000 => Self::Directory,
            _ => Self::Unknown,
        }
    }
}

/// How a file is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlockOperation {
    /// At once or not at all.
    NonBlockingLockExclusive,
}

/// What will be done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// Nothing soon.
    DontNeed,
}

/// A moment, or a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Timespec {
    /// Whole seconds.
    pub tv_sec: i64,
    /// What is left of one.
    pub tv_nsec: i64,
}

impl TryFrom<Duration> for Timespec {
    type Error = std::num::TryFromIntError;

    fn try_from(time: Duration) -> std::result::Result<Self, Self::Error> {
        Ok(Self { tv_sec: time.as_secs().try_into()?, tv_nsec: time.subsec_nanos().into() })
    }
}

/// The times of a file.
#[derive(Debug, Clone, Copy)]
pub struct Timestamps {
    /// When it was read.
    pub last_access: Timespec,
    /// When it was written.
    pub last_modification: Timespec,
}

/// What is known of a file.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "as in stat(3type)")]
pub struct Stat {
    pub st_dev: u64,
    pub st_ino: u64,
    pub st_mode: RawMode,
    pub st_nlink: u64,
    pub st_uid: u32,
    pub st_gid: u32,
    pub st_size: i64,
    pub st_blocks: i64,
    pub st_mtime: i64,
    pub st_mtime_nsec: i64,
    pub st_atime: i64,
    pub st_atime_nsec: i64,
    pub st_ctime: i64,
}

/// When a file was made.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "as in statx(2)")]
pub struct Statx {
    pub stx_btime: StatxTimestamp,
}

/// A moment of [`Statx`].
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "as in statx(2)")]
pub struct StatxTimestamp {
    pub tv_sec: i64,
    pub tv_nsec: u32,
}

/// How full a disk is.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "as in statvfs(3)")]
pub struct StatVfs {
    pub f_frsize: u64,
    pub f_blocks: u64,
    pub f_bavail: u64,
    pub f_files: u64,
    pub f_favail: u64,
}

/// Of which kind a file system is.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "as in statfs(2)")]
pub struct StatFs {
    pub f_type: u64,
}

/// The names in a folder.
#[derive(Debug)]
pub enum Dir {}

/// One of them.
#[derive(Debug)]
pub enum DirEntry {}

impl Dir {
    /// Of the folder of this handle.
    ///
    /// # Errors
    /// Always.
    pub fn read_from<F>(_folder: F) -> Result<Self> {
        Err(Errno::NOSYS)
    }
}

impl Iterator for Dir {
    type Item = Result<DirEntry>;

    fn next(&mut self) -> Option<Self::Item> {
        match *self {}
    }
}

impl DirEntry {
    /// The name.
    pub fn file_name(&self) -> &CStr {
        match *self {}
    }
}

absent_calls! {
    statvfs<P>(P) -> StatVfs;
    statfs<P>(P) -> StatFs;
    access<P>(P, Access) -> ();
    accessat<F P>(F, P, Access, AtFlags) -> ();
    fchmod<F>(F, Mode) -> ();
    fchown<F>(F, Option<super::process::Uid>, Option<Gid>) -> ();
    futimens<F>(F, &Timestamps) -> ();
    fsetxattr<F P>(F, P, &[u8], XattrFlags) -> ();
    fadvise<F>(F, u64, Option<std::num::NonZeroU64>, Advice) -> ();
}
