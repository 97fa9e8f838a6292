//! The dependency rule of docs/ARCHITECTURE.md: which crate may know which, checked on what cargo really resolves.

use std::collections::BTreeSet;
use std::fs;

use crate::Problem;
use crate::run::{cargo, output, root};

/// What one crate must not know.
struct Rule {
    /// The crate.
    krate: &'static str,
    /// Not among all that it is compiled with.
    never: &'static [&'static str],
    /// Not among what its own manifest names.
    not_directly: &'static [&'static str],
    /// The project's own crates that it may name; all others are forbidden.
    may_know: &'static [&'static str],
    /// The attribute that its lib.rs must hold, where it forbids `unsafe` beyond the workspace's `deny`.
    forbids_unsafe: bool,
}

const OS: &[&str] = &["x11rb", "enigo", "scrap", "rustix"];

const RULES: &[Rule] = &[
    Rule {
        krate: "beistand-codec",
        never: &["tokio", "libp2p", "snow", "x11rb", "egui", "winit"],
        not_directly: &[],
        may_know: &[],
        forbids_unsafe: false,
    },
    Rule {
        krate: "beistand-session",
        never: &["tokio", "libp2p", "async-std", "mio", "rav1e", "x11rb", "egui", "winit"],
        not_directly: &[],
        may_know: &[],
        forbids_unsafe: true,
    },
    Rule {
        krate: "beistand-p2p",
        never: &["rav1e", "re_rav1d", "x11rb", "enigo", "scrap", "egui", "winit"],
        not_directly: &[],
        may_know: &["beistand-session"],
        forbids_unsafe: true,
    },
    Rule {
        krate: "beistand-platform",
        never: &["libp2p", "tokio", "egui", "winit"],
        not_directly: &["rav1e", "re_rav1d"],
        may_know: &["beistand-codec", "beistand-session"],
        forbids_unsafe: false,
    },
    Rule {
        krate: "beistand-node",
        never: &["egui", "eframe", "winit", "glow"],
        not_directly: &["libp2p", "x11rb", "enigo", "scrap", "rav1e", "re_rav1d"],
        may_know: &["beistand-p2p", "beistand-session", "beistand-codec", "beistand-platform"],
        forbids_unsafe: false,
    },
    Rule {
        krate: "beistand-gui",
        never: &[],
        not_directly: &["libp2p", "snow", "rav1e", "re_rav1d"],
        may_know: &[
            "beistand-node",
            "beistand-session",
            "beistand-codec",
            "beistand-platform",
            "beistand-p2p",
        ],
        forbids_unsafe: true,
    },
];

/// The only crate of the programs that may contain `unsafe`, as a folder below the root.
const UNSAFE_ALLOWED: &str = "node/platform";

/// Folders outside the programs that may: fuzzing, and the comparison with a library in C.
const UNSAFE_ALLOWED_IN_TESTS: [&str; 2] = ["tests/fuzz", "tests/libaom"];

/// Checks every rule.
///
/// # Errors
/// All that is broken, one a line.
pub(crate) fn check() -> Result<(), Problem> {
    let mut broken = Vec::new();
    for rule in RULES {
        let direct = tree(rule.krate, &["--depth", "1"])?;
        let all = tree(rule.krate, &[])?;
        broken.extend(violations(rule, &direct, &all));
        if rule.forbids_unsafe {
            broken.extend(forbids_unsafe(rule.krate)?);
        }
        println!("{}: {} of its own choice, {} crates in all", rule.krate, direct.len(), all.len());
    }
    let gui = tree("beistand-gui", &["--depth", "1"])?;
    broken.extend(
        OS.iter()
            .filter(|name| gui.contains(**name))
            .map(|name| format!("beistand-gui names {name} directly")),
    );
    broken.extend(unsafe_opt_outs()?);
    if broken.is_empty() {
        return Ok(());
    }
    Err(format!("the dependency rule of docs/ARCHITECTURE.md is broken:\n  {}", broken.join("\n  ")))
}

fn violations(rule: &Rule, direct: &BTreeSet<String>, all: &BTreeSet<String>) -> Vec<String> {
    let own = |name: &&String| name.starts_with("beistand-") && !rule.may_know.contains(&name.as_str());
    let krate = rule.krate;
    let mut broken: Vec<String> =
        direct.iter().filter(own).map(|name| format!("{krate} must not know {name}")).collect();
    broken.extend(rule.never.iter().filter(|name| all.contains(**name)).map(|name| {
        format!("{krate} must never see {name}: `cargo tree -p {krate} -e normal -i {name}` shows the way")
    }));
    broken.extend(
        rule.not_directly
            .iter()
            .filter(|name| direct.contains(**name))
            .map(|name| format!("{krate} names {name} directly")),
    );
    broken
}

/// The names of what a crate is compiled with, itself left out.
fn tree(krate: &str, more: &[&str]) -> Result<BTreeSet<String>, Problem> {
    let mut command = cargo();
    command.args([
        "tree",
        "--locked",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}",
        "--package",
    ]);
    let listed = output(command.arg(krate).args(more))?;
    let names = listed.lines().filter_map(|line| line.split_whitespace().next());
    Ok(names.filter(|name| *name != krate).map(str::to_owned).collect())
}

/// The folder of one of the project's crates.
fn folder(krate: &str) -> &'static str {
    match krate {
        "beistand-session" => "p2p/session",
        "beistand-p2p" => "p2p",
        "beistand-platform" => UNSAFE_ALLOWED,
        "beistand-node" => "node",
        "beistand-gui" => "gui",
        _ => "codec",
    }
}

fn forbids_unsafe(krate: &str) -> Result<Option<String>, Problem> {
    let path = root().join(folder(krate)).join("src/lib.rs");
    let text =
        fs::read_to_string(&path).map_err(|error| format!("{} can't be read: {error}", path.display()))?;
    let manifest_path = root().join(folder(krate)).join("Cargo.toml");
    let manifest = fs::read_to_string(&manifest_path)
        .map_err(|error| format!("{} can't be read: {error}", manifest_path.display()))?;
    let forbidden = text.contains("#![forbid(unsafe_code)]") || manifest.contains("unsafe_code = \"forbid\"");
    Ok((!forbidden).then(|| format!("{krate} does not hold `#![forbid(unsafe_code)]` in {}", path.display())))
}

/// Files outside [`UNSAFE_ALLOWED`] that opt out of the workspace's `deny(unsafe_code)`.
fn unsafe_opt_outs() -> Result<Vec<String>, Problem> {
    // Split, so that this file does not find itself.
    let pattern = concat!("allow(unsafe", "_code");
    let files = output(crate::run::command("git").args([
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "*.rs",
    ]))?;
    let may = |path: &str| {
        path.starts_with(UNSAFE_ALLOWED)
            || UNSAFE_ALLOWED_IN_TESTS.iter().any(|folder| path.starts_with(folder))
    };
    let sources = files.lines().filter(|path| !may(path));
    Ok(sources
        .filter(|path| fs::read_to_string(root().join(path)).is_ok_and(|text| text.contains(pattern)))
        .map(|path| format!("{path} allows unsafe code; only {UNSAFE_ALLOWED} may"))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_session_may_see_neither_tokio_nor_the_codec() {
        let session = RULES.iter().find(|rule| rule.krate == "beistand-session").expect("in the table");
        assert_eq!(violations(session, &names(&["snow"]), &names(&["snow", "rand_core"])), [""; 0]);
        assert_eq!(
            violations(session, &names(&["beistand-codec"]), &names(&["beistand-codec", "tokio"])).len(),
            2
        );
    }
}
