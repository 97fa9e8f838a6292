//! The dependency rule of docs/ARCHITECTURE.md: which crate may know which, checked on what cargo really
//! resolves.

use std::collections::BTreeSet;
use std::fs;

use crate::Problem;
use crate::run::{cargo, output, root};
use crate::sources::source_files;

/// What one crate must not know.
struct LayerRule {
    /// The crate.
    krate: &'static str,
    /// Where it is, from the root.
    folder: &'static str,
    /// Not among all that it is compiled with.
    never: &'static [&'static str],
    /// Not among what its own manifest names.
    not_directly: &'static [&'static str],
    /// The project's own crates that it may name; all others are forbidden.
    may_know: &'static [&'static str],
    /// The attribute that its lib.rs must hold, where it forbids `unsafe` beyond the workspace's `deny`.
    forbids_unsafe: bool,
}

const OS: &[&str] = &["x11rb", "enigo", "scrap", "rustix", "seccompiler", "landlock", "libloading"];

const RULES: &[LayerRule] = &[
    LayerRule {
        krate: "beistand-codec",
        folder: "codec",
        never: &["tokio", "libp2p", "snow", "x11rb", "egui", "winit"],
        not_directly: &[],
        may_know: &[],
        forbids_unsafe: false,
    },
    LayerRule {
        krate: "beistand-session",
        folder: "p2p/session",
        never: &["tokio", "libp2p", "async-std", "mio", "rav1e", "x11rb", "egui", "winit"],
        not_directly: &[],
        may_know: &[],
        forbids_unsafe: true,
    },
    LayerRule {
        krate: "beistand-p2p",
        folder: "p2p",
        never: &["rav1e", "re_rav1d", "x11rb", "enigo", "scrap", "egui", "winit"],
        not_directly: &[],
        may_know: &["beistand-session"],
        forbids_unsafe: true,
    },
    LayerRule {
        krate: "beistand-platform",
        folder: "node/platform",
        never: &["libp2p", "tokio", "egui", "winit"],
        not_directly: &["rav1e", "re_rav1d"],
        may_know: &["beistand-codec", "beistand-session"],
        forbids_unsafe: false,
    },
    LayerRule {
        krate: "beistand-posix",
        folder: "node/platform/posix",
        never: &["tokio", "libp2p", "x11rb", "egui", "winit"],
        not_directly: &[],
        may_know: &[],
        forbids_unsafe: true,
    },
    LayerRule {
        krate: "beistand-signals",
        folder: "node/platform/signals",
        never: &["libp2p", "x11rb", "egui", "winit"],
        not_directly: &[],
        may_know: &[],
        forbids_unsafe: true,
    },
    LayerRule {
        krate: "beistand-tool",
        folder: "node/tool",
        never: &["tokio", "libp2p", "x11rb", "egui", "winit"],
        not_directly: &[],
        may_know: &["beistand-posix"],
        forbids_unsafe: true,
    },
    LayerRule {
        krate: "beistand-inspect",
        folder: "node/inspect",
        never: &["tokio", "libp2p", "x11rb", "egui", "winit"],
        not_directly: &[],
        may_know: &["beistand-posix", "beistand-tool"],
        forbids_unsafe: true,
    },
    LayerRule {
        krate: "beistand-probe",
        folder: "node/probe",
        never: &["libp2p", "egui", "winit", "x11rb", "rav1e"],
        not_directly: &[],
        may_know: &["beistand-posix", "beistand-session", "beistand-tool"],
        forbids_unsafe: true,
    },
    LayerRule {
        krate: "beistand-mend",
        folder: "node/mend",
        never: &["tokio", "libp2p", "x11rb", "egui", "winit"],
        not_directly: &[],
        may_know: &["beistand-posix", "beistand-session", "beistand-tool"],
        forbids_unsafe: true,
    },
    LayerRule {
        krate: "beistand-adjust",
        folder: "node/adjust",
        never: &["tokio", "libp2p", "egui", "winit"],
        not_directly: &[],
        may_know: &["beistand-posix", "beistand-session", "beistand-tool", "beistand-mend"],
        forbids_unsafe: true,
    },
    LayerRule {
        krate: "beistand-sound",
        folder: "node/sound",
        never: &["tokio", "libp2p", "x11rb", "egui", "winit"],
        not_directly: &[],
        may_know: &["beistand-session"],
        forbids_unsafe: true,
    },
    LayerRule {
        krate: "beistand-machines",
        folder: "tests/machines",
        never: &["tokio", "libp2p", "egui", "winit"],
        not_directly: &[],
        may_know: &[
            "beistand-adjust",
            "beistand-inspect",
            "beistand-mend",
            "beistand-session",
            "beistand-sweep",
        ],
        forbids_unsafe: true,
    },
    LayerRule {
        krate: "beistand-transfer",
        folder: "node/transfer",
        never: &["tokio", "libp2p", "x11rb", "egui", "winit"],
        not_directly: &[],
        may_know: &["beistand-posix", "beistand-session"],
        forbids_unsafe: true,
    },
    LayerRule {
        krate: "beistand-sweep",
        folder: "node/sweep",
        never: &["tokio", "libp2p", "x11rb", "egui", "winit"],
        not_directly: &[],
        may_know: &["beistand-inspect", "beistand-posix", "beistand-session", "beistand-tool"],
        forbids_unsafe: true,
    },
    LayerRule {
        krate: "beistand-sequences",
        folder: "tests/sequences",
        never: &["tokio", "libp2p", "x11rb", "egui", "winit"],
        not_directly: &[],
        may_know: &["beistand-codec"],
        forbids_unsafe: false,
    },
    LayerRule {
        krate: "beistand-node",
        folder: "node",
        never: &["egui", "eframe", "winit"],
        not_directly: &[
            "glow",
            "libp2p",
            "x11rb",
            "enigo",
            "scrap",
            "rav1e",
            "re_rav1d",
            "seccompiler",
            "landlock",
        ],
        may_know: &[
            "beistand-p2p",
            "beistand-session",
            "beistand-codec",
            "beistand-platform",
            "beistand-posix",
            "beistand-signals",
            "beistand-inspect",
            "beistand-mend",
            "beistand-adjust",
            "beistand-probe",
            "beistand-sequences",
            "beistand-sound",
            "beistand-sweep",
            "beistand-transfer",
        ],
        forbids_unsafe: false,
    },
    LayerRule {
        krate: "beistand-gui",
        folder: "gui",
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

/// The folders whose crates may contain `unsafe`: the operating system behind safe traits, and the comparison
/// with a library in C, which no program contains.
const UNSAFE_ALLOWED: [&str; 2] = ["node/platform", "tests/libaom"];

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
            broken.extend(forbids_unsafe(rule)?);
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

fn violations(rule: &LayerRule, direct: &BTreeSet<String>, all: &BTreeSet<String>) -> Vec<String> {
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

fn forbids_unsafe(rule: &LayerRule) -> Result<Option<String>, Problem> {
    let forbidden = read(&format!("{}/src/lib.rs", rule.folder))?.contains("#![forbid(unsafe_code)]")
        || read(&format!("{}/Cargo.toml", rule.folder))?.contains("unsafe_code = \"forbid\"");
    Ok((!forbidden).then(|| {
        format!("{} does not hold `#![forbid(unsafe_code)]` in {}/src/lib.rs", rule.krate, rule.folder)
    }))
}

fn read(path: &str) -> Result<String, Problem> {
    fs::read_to_string(root().join(path)).map_err(|error| format!("{path} can't be read: {error}"))
}

/// Crates and files outside [`UNSAFE_ALLOWED`] that opt out of the workspace's `deny(unsafe_code)`, and
/// folders in that list that hold no crate.
fn unsafe_opt_outs() -> Result<Vec<String>, Problem> {
    let files = source_files(&["*.rs", "*Cargo.toml"])?;
    let mut broken: Vec<String> = UNSAFE_ALLOWED
        .iter()
        .filter(|folder| !files.iter().any(|file| file.path == format!("{folder}/Cargo.toml")))
        .map(|folder| {
            format!("{folder} may hold unsafe code, but there is no crate; take it out of layers.rs")
        })
        .collect();
    let may = |path: &str| UNSAFE_ALLOWED.iter().any(|folder| path.starts_with(folder));
    let opting_out = files.iter().filter(|file| !may(&file.path) && opts_out(&file.path, &file.text));
    let only = UNSAFE_ALLOWED.join(" and ");
    broken.extend(opting_out.map(|file| format!("{} allows unsafe code; only {only} may", file.path)));
    Ok(broken)
}

/// Whether a manifest leaves the workspace's lints, or a source the one for `unsafe`.
fn opts_out(path: &str, text: &str) -> bool {
    if path.ends_with(".rs") {
        // Split, so that this file does not find itself.
        return text.contains(concat!("allow(unsafe", "_code"));
    }
    let is_crate = text.contains("[package]");
    is_crate && !text.contains("[lints]\nworkspace = true") && !text.contains("unsafe_code = \"forbid\"")
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

    #[test]
    fn a_crate_that_leaves_the_lints_or_a_file_that_allows_unsafe_is_found() {
        assert!(opts_out("x/Cargo.toml", "[package]\n\n[lints.rust]\nmissing_docs = \"warn\"\n"));
        assert!(!opts_out("x/Cargo.toml", "[package]\n\n[lints]\nworkspace = true\n"));
        assert!(!opts_out("Cargo.toml", "[workspace]\n"));
        assert!(opts_out("x/src/lib.rs", concat!("#![allow(unsafe", "_code)]")));
        assert!(!opts_out("x/src/lib.rs", "#![forbid(unsafe_code)]"));
    }
}
