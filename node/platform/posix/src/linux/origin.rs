//! Where a file came from, as Linux desktops keep it.

use std::fs::File;
use std::io;

use rustix::fs::{XattrFlags, fsetxattr};

/// The attribute in which they look.
const ATTRIBUTE: &str = "user.xdg.origin.url";

/// What it says: of the other computer nothing is known that would be an address.
const MARK: &[u8] = b"beistand:from-the-other-computer";

/// Notes that this file came from the other computer.
///
/// # Errors
/// The file system has no place for it.
pub fn note_received(file: &File) -> io::Result<()> {
    Ok(fsetxattr(file, ATTRIBUTE, MARK, XattrFlags::empty())?)
}
