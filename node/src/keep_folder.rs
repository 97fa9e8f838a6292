//! Where a person finds what they keep of a session: pictures of the screen that they see, and notes; and
//! which folder they chose last where they were asked, which a small file remembers.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use directories::UserDirs;
use serde::{Deserialize, Serialize};

use crate::identity;

/// Bytes of the file that are read: the longest path that the system opens, with all of it escaped.
const MAX_FILE_BYTES: u64 = 32 * 1024;

const FILE_NAME: &str = "save-folder.json";

/// A folder of ours among the person's pictures; where they have none, in their home.
pub fn keep_folder() -> PathBuf {
    let folders = UserDirs::new();
    let pictures = folders.as_ref().and_then(|folders| folders.picture_dir().map(Path::to_owned));
    let home = || folders.as_ref().map(|folders| folders.home_dir().to_owned());
    pictures.or_else(home).unwrap_or_else(std::env::temp_dir).join("Beistand")
}

/// Which folder a person chose last. What isn't text is not remembered.
#[derive(Debug, Clone)]
pub struct SaveFolderBook {
    path: Option<PathBuf>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChosenFolder {
    folder: String,
}

impl SaveFolderBook {
    /// The one in the program's folder; without a folder nothing is kept.
    pub fn new(data_dir: Option<&Path>) -> Self {
        Self { path: data_dir.map(|folder| folder.join(FILE_NAME)) }
    }

    /// The folder that was chosen last, where it is still there.
    pub fn folder(&self) -> Option<PathBuf> {
        let mut text = Vec::new();
        let file = std::fs::File::open(self.path.as_ref()?).ok()?;
        file.take(MAX_FILE_BYTES).read_to_end(&mut text).ok()?;
        let chosen: ChosenFolder = serde_json::from_slice(&text).ok()?;
        Some(PathBuf::from(chosen.folder)).filter(|folder| folder.is_absolute() && folder.is_dir())
    }

    /// This one was chosen. Where that can't be kept it is not.
    pub fn remember(&self, folder: &Path) {
        let (Some(path), Some(folder)) = (&self.path, folder.to_str()) else { return };
        let written = serde_json::to_vec(&ChosenFolder { folder: folder.to_owned() })
            .map_err(std::io::Error::from)
            .and_then(|text| identity::replace_private(path, &text));
        if let Err(error) = written {
            tracing::warn!(%error, "which folder was chosen could not be remembered");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_that_was_chosen_last_is_remembered_for_as_long_as_it_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let book = SaveFolderBook::new(Some(folder.path()));
        assert_eq!(book.folder(), None);
        let chosen = folder.path().join("für Anna");
        std::fs::create_dir(&chosen).unwrap();
        book.remember(&chosen);
        assert_eq!(SaveFolderBook::new(Some(folder.path())).folder(), Some(chosen.clone()));
        std::fs::remove_dir(&chosen).unwrap();
        assert_eq!(book.folder(), None);
        std::fs::write(folder.path().join(FILE_NAME), "{\"folder\": \"relative\"}").unwrap();
        assert_eq!(book.folder(), None);
        SaveFolderBook::new(None).remember(&chosen);
    }
}
