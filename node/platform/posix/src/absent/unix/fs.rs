//! What a file has on a Unix.

use std::fs::{DirBuilder, Metadata, OpenOptions, Permissions};

/// Of a file of this system nothing of it is known.
#[expect(missing_docs, reason = "as in the standard library")]
pub trait MetadataExt {
    fn dev(&self) -> u64 {
        0
    }

    fn ino(&self) -> u64 {
        0
    }

    fn mode(&self) -> u32 {
        0
    }

    fn nlink(&self) -> u64 {
        1
    }

    fn uid(&self) -> u32 {
        0
    }

    fn mtime(&self) -> i64 {
        0
    }

    fn mtime_nsec(&self) -> i64 {
        0
    }

    fn blocks(&self) -> u64 {
        0
    }
}

impl MetadataExt for Metadata {}

/// Files have no mode here.
#[expect(missing_docs, reason = "as in the standard library")]
pub trait PermissionsExt {
    fn mode(&self) -> u32;

    fn from_mode(mode: u32) -> Self;
}

impl PermissionsExt for Permissions {
    fn mode(&self) -> u32 {
        0
    }

    fn from_mode(_mode: u32) -> Self {
        unreachable!("no file here has a mode that is to become another")
    }
}

/// A new file is the account's, as its folder is.
#[expect(missing_docs, reason = "as in the standard library")]
pub trait OpenOptionsExt {
    fn mode(&mut self, _mode: u32) -> &mut Self;

    fn custom_flags(&mut self, _flags: i32) -> &mut Self;
}

impl OpenOptionsExt for OpenOptions {
    fn mode(&mut self, _mode: u32) -> &mut Self {
        self
    }

    fn custom_flags(&mut self, _flags: i32) -> &mut Self {
        self
    }
}

/// A new folder is the account's, as the one above it is.
#[expect(missing_docs, reason = "as in the standard library")]
pub trait DirBuilderExt {
    fn mode(&mut self, _mode: u32) -> &mut Self;
}

impl DirBuilderExt for DirBuilder {
    fn mode(&mut self, _mode: u32) -> &mut Self {
        self
    }
}

#[cfg_attr(windows, path = "../../windows/at.rs")]
mod at;

pub use at::FileExt;
