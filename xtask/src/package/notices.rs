//! What others' code in a program is licensed under: each crate with its version and licence, and the texts
//! that came with them, each once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::Problem;
use crate::run::{cargo, output};

/// What files that a licence is in are called, to begin with.
const NAMES: [&str; 6] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"];

/// What stands between two texts.
const RULE: &str = "--------------------------------------------------------------------------------";

/// All that this crate's program is linked with, by name with version, and its licences.
pub(super) fn crates(krate: &str) -> Result<BTreeMap<String, String>, Problem> {
    let mut tree = cargo();
    tree.args([
        "tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}|{l}", "-p", krate,
    ]);
    Ok(listed(&output(&mut tree)?))
}

/// The notices of all that this crate's program is linked with.
pub(super) fn of(krate: &str) -> Result<String, Problem> {
    let crates = crates(krate)?;
    let folders = sources();
    let mut texts: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for name in crates.keys() {
        for text in folders.iter().flat_map(|folder| licence_texts(&folder.join(name.replace(' ', "-")))) {
            texts.entry(text).or_default().insert(name);
        }
    }
    let mut all = String::from("This program contains these crates from https://crates.io:\n\n");
    for (name, licence) in &crates {
        all += &format!("{name}: {licence}\n");
    }
    for (text, names) in &texts {
        let names: Vec<&str> = names.iter().copied().collect();
        all += &format!("\n{RULE}\n{}:\n\n{}\n", names.join(", "), text.trim_end());
    }
    Ok(all)
}

/// Name with version, and licence, of what cargo lists and is not the project's own.
fn listed(tree: &str) -> BTreeMap<String, String> {
    let line = |line: &str| {
        let (package, licence) = line.split_once('|')?;
        let mut words = package.split_whitespace();
        let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
        // Those of the workspace are told with the folder they are in.
        let own = words.any(|word| word.starts_with("(/"));
        (!own).then(|| (format!("{name} {version}"), licence.trim_end_matches(" (*)").to_owned()))
    };
    tree.lines().filter_map(line).collect()
}

/// Where cargo has unpacked what it fetched.
fn sources() -> Vec<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cargo")));
    entries(&home.unwrap_or_default().join("registry/src"))
}

fn licence_texts(folder: &Path) -> Vec<String> {
    let is_licence = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().to_uppercase()).unwrap_or_default();
        NAMES.iter().any(|known| name.starts_with(known))
    };
    entries(folder).into_iter().filter(is_licence).filter_map(|path| fs::read_to_string(path).ok()).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let listed = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut entries: Vec<PathBuf> = listed.map(|entry| entry.path()).collect();
    entries.sort();
    entries
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn only_others_crates_are_listed_each_once() {
        let tree = "beistand-gui v0.1.0 (/src/gui)|MIT OR Apache-2.0\nab_glyph v0.2.32|Apache-2.0\nserde v1.0.1|MIT\n\
                    serde v1.0.1|MIT (*)\nserde_derive v1.0.1 (proc-macro)|MIT\n\n";
        let listed = listed(tree);
        let names: Vec<&str> = listed.keys().map(String::as_str).collect();
        assert_eq!(names, ["ab_glyph 0.2.32", "serde 1.0.1", "serde_derive 1.0.1"]);
        assert_eq!(listed["serde 1.0.1"], "MIT");
    }
}
