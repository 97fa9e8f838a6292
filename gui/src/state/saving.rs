//! What the helper is about to save where they choose: a picture of the screen that they see, or their notes.
//!
//! It asks nobody and writes nothing.

use std::path::PathBuf;

use beistand_node::words::Phrase;

/// What is saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SavedThing {
    /// The picture of the other computer's screen, as it is then.
    Picture,
    /// These notes.
    Notes(String),
}

/// What is about to be saved, and where.
#[derive(Debug, Clone)]
pub struct SaveDraft {
    /// What.
    pub what: SavedThing,
    /// The path, as it was typed or chosen.
    pub path: String,
    /// A path of which the person has said in the desktop's dialog that what is there may be replaced.
    pub may_replace: Option<PathBuf>,
    /// Whether the desktop's dialog is open.
    pub is_asking: bool,
    /// Why it was not saved.
    pub note: Option<Phrase>,
}

impl SavedThing {
    /// How its file's name ends.
    pub const fn ending(&self) -> &'static str {
        match self {
            Self::Picture => "png",
            Self::Notes(_) => "txt",
        }
    }

    /// What the form and the dialog are called: the key of a text.
    pub const fn title(&self) -> &'static str {
        match self {
            Self::Picture => "page-save-picture",
            Self::Notes(_) => "page-save-notes",
        }
    }
}

impl SaveDraft {
    /// One that proposes this path.
    pub fn new(what: SavedThing, path: String) -> Self {
        Self { what, path, may_replace: None, is_asking: false, note: None }
    }
}
