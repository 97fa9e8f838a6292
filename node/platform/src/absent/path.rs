//! Paths where they aren't bytes.

use std::path::PathBuf;

/// The path of these bytes, which are UTF-8 here.
pub(crate) fn path_of_bytes(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8(bytes).unwrap_or_default().into()
}
