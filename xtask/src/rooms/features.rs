//! Which features there are and which files are their rooms, read from the folders themselves.

use std::collections::{BTreeMap, BTreeSet};

use crate::sources::{SourceFile, TypeVisibility, defined_type, words_of};

/// A layer's folder of features or channels, and the macro that is given their list.
pub(super) struct FeatureLayer {
    /// From the root.
    pub(super) folder: &'static str,
    /// With its exclamation mark.
    pub(super) list: &'static str,
}

/// The session's channels.
pub(super) const CHANNELS: FeatureLayer =
    FeatureLayer { folder: "p2p/session/src/channels", list: "channels!" };

/// The layers that have a list of features.
pub(super) const LAYERS: [FeatureLayer; 3] = [
    CHANNELS,
    FeatureLayer { folder: "node/src/features", list: "features!" },
    FeatureLayer { folder: "gui/src/panels", list: "panels!" },
];

/// The crate in which a feature has one method of `Desktop`, and folders of its name.
pub(super) const PLATFORM: &str = "node/platform/";

/// The end-to-end tests: a file or a folder of its name.
pub(super) const END_TO_END: &str = "tests/tests/e2e/";

/// The channel that is no feature's: every session has it.
const SESSIONS_OWN_CHANNEL: &str = "control";

/// Folders in a layer that are no feature's: what its features share.
const SHARED_FOLDERS: [&str; 2] = ["tests", "words"];

/// Channels that belong to a feature of another name.
const CHANNELS_OF: [(&str, &str); 6] = [
    ("video", "view"),
    ("cursor", "view"),
    ("viewpoint", "view"),
    ("input", "control"),
    ("hands", "control"),
    ("pushback", "control"),
];

/// A feature, as its folders show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Feature {
    /// What its folders are called.
    pub(super) name: String,
    /// Its folders of another name: channels.
    pub(super) channels: Vec<String>,
}

impl Feature {
    /// A feature of this name, whether it has folders or not.
    pub(super) fn named(name: &str) -> Self {
        let channels = CHANNELS_OF.iter().filter(|(_, feature)| *feature == name);
        Self { name: name.to_owned(), channels: channels.map(|(channel, _)| (*channel).to_owned()).collect() }
    }

    /// All names of its folders.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.channels.iter().map(String::as_str))
    }

    /// Its channels: where one of its own name is the session's, it is not among them.
    pub(super) fn channel_names(&self) -> impl Iterator<Item = &str> {
        self.names().filter(|name| *name != SESSIONS_OWN_CHANNEL)
    }

    /// Whether a file is one of its rooms.
    pub(super) fn has_room(&self, path: &str) -> bool {
        let in_layer = |layer: &FeatureLayer, name: &str| {
            let own = layer.folder == CHANNELS.folder && name == SESSIONS_OWN_CHANNEL;
            !own && path
                .strip_prefix(layer.folder)
                .and_then(|rest| rest.strip_prefix('/'))
                .is_some_and(|rest| rest.split('/').next().is_some_and(|first| is_called(first, name)))
        };
        let below = |root: &str, name: &str| {
            path.strip_prefix(root).is_some_and(|rest| rest.split('/').any(|part| is_called(part, name)))
        };
        self.names().any(|name| {
            LAYERS.iter().any(|layer| in_layer(layer, name))
                || below(PLATFORM, name)
                || below(END_TO_END, name)
        })
    }

    /// The types that its rooms in the layers define for others to see. Names of one word are left out, and
    /// names that are defined elsewhere as well: they may mean something else.
    pub(super) fn types<'a>(&self, files: &'a [SourceFile]) -> BTreeSet<&'a str> {
        let mut inside = BTreeSet::new();
        let mut outside = BTreeSet::new();
        for file in files.iter().filter(|file| file.path.ends_with(".rs")) {
            let defined = file.text.lines().filter_map(defined_type);
            if self.has_room(&file.path) {
                let in_layer = LAYERS.iter().any(|layer| file.path.starts_with(layer.folder));
                let shared = defined.filter(|(name, visibility)| {
                    in_layer && *visibility == TypeVisibility::Shared && words_of(name).len() > 1
                });
                inside.extend(shared.map(|(name, _)| name));
            } else {
                outside.extend(defined.map(|(name, _)| name));
            }
        }
        inside.difference(&outside).copied().collect()
    }
}

fn is_called(part: &str, name: &str) -> bool {
    part == name || part.strip_suffix(".rs") == Some(name)
}

/// The features that have a folder with a module in at least one layer.
pub(super) fn features(files: &[SourceFile]) -> Vec<Feature> {
    let mut folders: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for layer in &LAYERS {
        for file in files {
            let inside = file.path.strip_prefix(layer.folder).and_then(|rest| rest.strip_prefix('/'));
            let Some((name, _)) = inside.and_then(|rest| rest.split_once('/')) else { continue };
            let module = [format!("{}/{name}/mod.rs", layer.folder), format!("{}/{name}.rs", layer.folder)];
            if !SHARED_FOLDERS.contains(&name) && files.iter().any(|file| module.contains(&file.path)) {
                folders.entry(name).or_default().insert(layer.folder);
            }
        }
    }
    let belongs = |name: &str| CHANNELS_OF.iter().any(|(channel, _)| *channel == name);
    let own = |name: &str, layers: &BTreeSet<&str>| {
        name == SESSIONS_OWN_CHANNEL && layers.iter().all(|folder| *folder == CHANNELS.folder)
    };
    folders
        .iter()
        .filter(|(name, layers)| !belongs(name) && !own(name, layers))
        .map(|(name, _)| Feature::named(name))
        .collect()
}

/// How a variant or a type of a feature begins: `Chat`.
pub(super) fn camel_case(name: &str) -> String {
    let capital = |word: String| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().chain(letters).collect::<String>())
            .unwrap_or_default()
    };
    words_of(name).into_iter().map(capital).collect()
}
