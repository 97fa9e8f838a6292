//! What of a permission the user can keep from the helper, part by part: what it is called, and what says so.
//!
//! It draws nothing: the question, the bar and the main window do.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use beistand_node::words::Phrase;

use beistand_node::FeatureCommand;

/// Parts that are alike, such as screens.
#[derive(Debug, Clone)]
pub struct ShareGroup {
    /// What they are called: the key of a text.
    pub heading: &'static str,
    /// Two at least.
    pub parts: Vec<SharePart>,
}

/// One of them.
#[derive(Debug, Clone)]
pub struct SharePart {
    /// What it is called.
    pub title: Phrase,
    /// Whether the helper gets it.
    pub shared: bool,
    /// Keeps it from them.
    pub keep: FeatureCommand,
    /// Gives it to them, which lets them do more.
    pub give: FeatureCommand,
}

/// A number that is another one where other parts are to be read.
pub fn share_fingerprint(groups: &[ShareGroup]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for part in groups.iter().flat_map(|group| &group.parts) {
        format!("{:?}", part.title).hash(&mut hasher);
    }
    hasher.finish()
}
