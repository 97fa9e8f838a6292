//! Reading and writing at a place: not here.

use std::fs::File;
use std::io::{self, ErrorKind};

/// Reading and writing at a place of a file.
#[expect(missing_docs, reason = "as in the standard library")]
pub trait FileExt {
    /// # Errors
    /// Always.
    fn read_at(&self, _buffer: &mut [u8], _at: u64) -> io::Result<usize> {
        Err(ErrorKind::Unsupported.into())
    }

    /// # Errors
    /// Always.
    fn write_all_at(&self, _bytes: &[u8], _at: u64) -> io::Result<()> {
        Err(ErrorKind::Unsupported.into())
    }
}

impl FileExt for File {}
