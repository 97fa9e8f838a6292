//! Where a helper wants their toolbar, remembered on this computer alone: a small file, read when the program
//! opens. One that is missing or damaged is an empty one.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::identity;

/// Bytes of the file that are read: two words and what is round them, many times over.
const MAX_FILE_BYTES: u64 = 1024;

const FILE_NAME: &str = "toolbar.json";

/// Where a helper wants their toolbar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToolbarHabits {
    /// In full screen it stays.
    pub pinned: bool,
    /// It is at the lower edge.
    pub at_lower_edge: bool,
}

/// The file.
#[derive(Debug, Clone)]
pub struct ToolbarBook {
    path: Option<PathBuf>,
}

impl ToolbarBook {
    /// The one in the program's folder; without a folder nothing is kept.
    pub fn new(data_dir: Option<&Path>) -> Self {
        Self { path: data_dir.map(|folder| folder.join(FILE_NAME)) }
    }

    /// As it was last wanted.
    pub fn habits(&self) -> ToolbarHabits {
        let Some(path) = &self.path else { return ToolbarHabits::default() };
        let mut text = Vec::new();
        let read =
            std::fs::File::open(path).and_then(|file| file.take(MAX_FILE_BYTES).read_to_end(&mut text));
        read.ok().and_then(|_| serde_json::from_slice(&text).ok()).unwrap_or_default()
    }

    /// It is wanted so from now on. Where that can't be kept it is not.
    pub fn remember(&self, habits: ToolbarHabits) {
        let Some(path) = &self.path else { return };
        let written = serde_json::to_vec(&habits)
            .map_err(std::io::Error::from)
            .and_then(|text| identity::replace_private(path, &text));
        if let Err(error) = written {
            tracing::warn!(%error, "where the toolbar is could not be remembered");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_the_toolbar_is_wanted_is_remembered_and_a_damaged_file_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let book = ToolbarBook::new(Some(folder.path()));
        assert_eq!(book.habits(), ToolbarHabits::default());
        let habits = ToolbarHabits { pinned: true, at_lower_edge: true };
        book.remember(habits);
        assert_eq!(ToolbarBook::new(Some(folder.path())).habits(), habits);
        std::fs::write(folder.path().join(FILE_NAME), "{\"pinned\": 7}").unwrap();
        assert_eq!(book.habits(), ToolbarHabits::default());
        ToolbarBook::new(None).remember(habits);
        assert_eq!(ToolbarBook::new(None).habits(), ToolbarHabits::default());
    }
}
