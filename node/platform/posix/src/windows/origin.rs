//! Where a file came from, as Windows keeps it: in a stream of the file's own, the mark of the web. Windows
//! then asks before it opens the file, and programs open it with care.

use std::fs::File;
use std::io::{self, Write as _};

/// The stream's name.
const STREAM: &str = ":Zone.Identifier";

/// 3 is the internet: nobody here has said anything of whoever sent it.
const MARK: &[u8] = b"[ZoneTransfer]\r\nZoneId=3\r\nHostUrl=about:internet\r\n";

/// Notes that this file came from the other computer.
///
/// # Errors
/// The file system has no streams.
pub fn note_received(file: &File) -> io::Result<()> {
    let mut stream = winx::file::get_file_path(file)?.into_os_string();
    stream.push(STREAM);
    File::create(stream)?.write_all(MARK)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wine has no streams, and makes a file of that name.
    #[test]
    fn the_mark_is_beside_what_is_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        note_received(&File::create(&path).unwrap()).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"");
        assert_eq!(std::fs::read(folder.path().join("a.txt:Zone.Identifier")).unwrap(), MARK);
    }
}
