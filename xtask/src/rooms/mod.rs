//! Whether each feature keeps to its rooms: which files outside them speak its name.
//!
//! It looks at sources, manifests and the programs' texts. It does not look at documentation, which may speak
//! of anything, nor at xtask, which holds the names that it looks for.

mod exceptions;
mod features;
mod speech;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use self::exceptions::EXCEPTIONS;
use self::features::{Feature, features};
use self::speech::{ListensTo, spoken_lines};
use crate::Problem;
use crate::sources::{SourceFile, source_files};

/// What is looked at, in git's patterns.
const LOOKED_AT: [&str; 4] = ["*.rs", "*.toml", "*.ftl", ":!xtask/"];

/// A feature whose word means something else too, so that only its types, variants and paths count.
struct CommonWord {
    /// The feature.
    feature: &'static str,
    /// What else it means.
    #[expect(dead_code, reason = "for whoever reads the table")]
    meaning: &'static str,
}

const COMMON_WORDS: &[CommonWord] = &[
    CommonWord { feature: "view", meaning: "a part of a window; a slice that is only looked at" },
    CommonWord {
        feature: "control",
        meaning: "the channel of every session; control characters; a thread's controls",
    },
    CommonWord { feature: "pointing", meaning: "what a mouse and its pointer do" },
    CommonWord { feature: "repair", meaning: "what a person does to a thing that is broken" },
    CommonWord { feature: "report", meaning: "what a program says of itself, on a terminal or as JSON" },
    CommonWord {
        feature: "terminal",
        meaning: "the controlling terminal, at which a person answers and types without a window",
    },
    CommonWord { feature: "voice", meaning: "how two people compare the four pictures" },
    CommonWord { feature: "files", meaning: "what a disk holds" },
    CommonWord { feature: "sweep", meaning: "clearing a table of what is out of date" },
];

/// A file, or a folder where it ends in `/`, that may speak of a feature though it is none of its rooms.
struct RoomException {
    path: &'static str,
    /// `*` for all.
    feature: &'static str,
    /// Why it is no sign of a feature that has left its rooms.
    #[expect(dead_code, reason = "for whoever reads the table")]
    reason: &'static str,
}

/// What is said outside a feature's rooms: lines by file.
type StrangerLines<'a> = BTreeMap<&'a str, Vec<usize>>;

/// Checks every feature that has folders.
///
/// # Errors
/// Each file outside a feature's rooms that speaks of it and is no exception, and each exception that nothing
/// needs.
pub(crate) fn check() -> Result<(), Problem> {
    let files = source_files(&LOOKED_AT)?;
    let features = features(&files);
    if features.is_empty() {
        println!("no feature has a folder yet");
        return Ok(());
    }
    for feature in &features {
        println!("{}: {} files in its rooms", feature.name, rooms(feature, &files));
    }
    let broken = violations(&files, &features, EXCEPTIONS, COMMON_WORDS);
    if broken.is_empty() {
        return Ok(());
    }
    Err(format!("features have left their rooms:\n  {}", broken.join("\n  ")))
}

/// Prints where each feature is, in its rooms and outside; of the features named, or of all that have
/// folders.
///
/// # Errors
/// Where this is no git repository.
pub(crate) fn list(names: &[&str]) -> Result<(), Problem> {
    let files = source_files(&LOOKED_AT)?;
    let wanted: Vec<Feature> = if names.is_empty() {
        features(&files)
    } else {
        names.iter().map(|name| Feature::named(name)).collect()
    };
    println!("{:<14} {:>8} {:>8} {:>6}", "feature", "rooms", "outside", "lines");
    for feature in &wanted {
        let strangers = strangers(feature, &files, COMMON_WORDS);
        let lines: usize = strangers.values().map(Vec::len).sum();
        println!("{:<14} {:>8} {:>8} {lines:>6}", feature.name, rooms(feature, &files), strangers.len());
    }
    for feature in &wanted {
        println!("\n{}", feature.name);
        for file in files.iter().filter(|file| feature.has_room(&file.path)) {
            println!("  room     {}", file.path);
        }
        for (path, lines) in strangers(feature, &files, COMMON_WORDS) {
            let excused = EXCEPTIONS.iter().any(|exception| exception.covers(path, &feature.name));
            println!("  {} {path}:{}", if excused { "excused " } else { "outside " }, joined(&lines));
        }
    }
    Ok(())
}

impl RoomException {
    fn covers(&self, path: &str, feature: &str) -> bool {
        let here = if self.path.ends_with('/') { path.starts_with(self.path) } else { path == self.path };
        here && (self.feature == "*" || self.feature == feature)
    }
}

fn rooms(feature: &Feature, files: &[SourceFile]) -> usize {
    files.iter().filter(|file| feature.has_room(&file.path)).count()
}

fn strangers<'a>(feature: &Feature, files: &'a [SourceFile], common: &[CommonWord]) -> StrangerLines<'a> {
    let types = feature.types(files);
    let is_common = common.iter().any(|word| word.feature == feature.name);
    let listening = if is_common { ListensTo::Types } else { ListensTo::Words };
    let lines = |file: &'a SourceFile| (file.path.as_str(), spoken_lines(feature, &types, listening, file));
    files.iter().map(lines).filter(|(_, lines)| !lines.is_empty()).collect()
}

fn violations(
    files: &[SourceFile],
    features: &[Feature],
    exceptions: &[RoomException],
    common: &[CommonWord],
) -> Vec<String> {
    let mut broken = Vec::new();
    let mut used = vec![false; exceptions.len()];
    for feature in features {
        for (path, lines) in strangers(feature, files, common) {
            let covering = exceptions.iter().position(|exception| exception.covers(path, &feature.name));
            match covering {
                Some(index) => used[index] = true,
                None => broken.push(format!("{path}:{} speaks of {}", joined(&lines), feature.name)),
            }
        }
    }
    let unused = exceptions.iter().zip(used).filter(|(_, used)| !used);
    broken.extend(unused.map(|(exception, _)| {
        let RoomException { path, feature, .. } = exception;
        format!("{path} speaks no more of {feature}: take it out of the exceptions in xtask/src/rooms/mod.rs")
    }));
    let known = |name: &str| features.iter().any(|feature| feature.name == name);
    broken.extend(
        common
            .iter()
            .filter(|word| !known(word.feature))
            .map(|word| format!("there is no feature {}: take it out of the common words", word.feature)),
    );
    broken
}

fn joined(lines: &[usize]) -> String {
    lines.iter().map(usize::to_string).collect::<Vec<_>>().join(",")
}
