//! Where a person finds what they keep of a session: pictures of the screen that they see, and notes.

use std::path::{Path, PathBuf};

use directories::UserDirs;

/// A folder of ours among the person's pictures; where they have none, in their home.
pub fn keep_folder() -> PathBuf {
    let folders = UserDirs::new();
    let pictures = folders.as_ref().and_then(|folders| folders.picture_dir().map(Path::to_owned));
    let home = || folders.as_ref().map(|folders| folders.home_dir().to_owned());
    pictures.or_else(home).unwrap_or_else(std::env::temp_dir).join("Beistand")
}
