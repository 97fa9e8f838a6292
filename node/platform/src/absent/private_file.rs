//! Files in the person's own folder, where the system keeps others out by the folder's access list.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

/// There are no mode bits to look at.
pub fn open_mode(_: &Metadata) -> Option<u32> {
    None
}

/// The system's access lists say who owns and replaces what.
pub fn is_of_others(_: &Metadata, _: &Metadata) -> bool {
    false
}

/// Makes the folder and those above it, where they are missing.
pub fn create_folder(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)
}

/// A new file.
pub fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Gives the file its name, unless there is one of that name: a link, unlike a rename, replaces nothing.
pub fn publish(temporary: &Path, path: &Path) -> io::Result<()> {
    std::fs::hard_link(temporary, path)
}

/// A folder can't be opened as a file here; the system keeps names in order by itself.
pub fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
