//! Reading and writing at a place of a file. The file's own place moves along.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::windows::fs::FileExt as _;

/// Reading and writing at a place of a file.
pub trait FileExt {
    /// # Errors
    /// As Windows says.
    fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize>;

    /// # Errors
    /// As Windows says.
    fn write_all_at(&self, bytes: &[u8], at: u64) -> io::Result<()>;
}

impl FileExt for File {
    fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        self.seek_read(buffer, at)
    }

    fn write_all_at(&self, mut bytes: &[u8], mut at: u64) -> io::Result<()> {
        while !bytes.is_empty() {
            let count = self.seek_write(bytes, at)?;
            if count == 0 {
                return Err(ErrorKind::WriteZero.into());
            }
            bytes = &bytes[count..];
            at += count as u64;
        }
        Ok(())
    }
}
