//! `cargo xtask reproduce`: builds the programs twice, from two copies of the sources in two folders, and
//! compares what came out.
//!
//! What is compared are the programs as they are packed, stripped. Both builds are of this machine and its
//! compiler: others can compare theirs by the packages' hashes, if they have the same of both.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Problem;
use crate::run::{cargo, command, output, root, run, target_dir};

/// The crates whose programs are compared unless others are named.
const PROGRAMS: [&str; 2] = ["beistand-gui", "beistand-node"];

/// Builds the programs of these crates twice, and says whether they are the same.
///
/// # Errors
/// They are not, or something could not be built.
pub(crate) fn run_reproduce(crates: &[&str]) -> Result<(), Problem> {
    let crates = if crates.is_empty() { &PROGRAMS } else { crates };
    let top = target_dir().join("reproduce");
    let _ = fs::remove_dir_all(&top);
    let mut builds = Vec::new();
    // Of different lengths: what has a path in it differs in size, too.
    for name in ["one", "the-other"] {
        let folder = top.join(name);
        copy_sources(&folder)?;
        builds.push(build(&folder, crates)?);
    }
    let [one, other] = [&builds[0], &builds[1]];
    if one.is_empty() || one != other {
        return Err(format!("the two builds differ:\n{}\n{}", one.join("\n"), other.join("\n")));
    }
    println!("twice the same:\n{}", one.join("\n"));
    fs::remove_dir_all(&top).map_err(|error| format!("{}: {error}", top.display()))
}

/// All that git would take, as it is here now.
fn copy_sources(folder: &Path) -> Result<(), Problem> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let script = "git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents --target-directory \"$1\" --";
    output(command("sh").args(["-euc", script, "sh"]).arg(folder)).map(drop)
}

/// The hashes of the programs, built in this folder.
fn build(folder: &Path, crates: &[&str]) -> Result<Vec<String>, Problem> {
    let mut build = cargo();
    build.current_dir(folder).args(["build", "--profile", "release", "--locked", "--bins"]);
    for krate in crates {
        build.args(["-p", krate]);
    }
    let target = folder.join("target");
    for (name, value) in remapped(folder) {
        build.env(name, value);
    }
    run(build.env("CARGO_TARGET_DIR", &target).env_remove("RUSTC_WORKSPACE_WRAPPER"))?;
    // Programs are the files that can be run, and that no tool of cargo's wrote.
    let script = "cd \"$1\"; for file in $(find . -maxdepth 1 -type f -perm -100 | LC_ALL=C sort); do \
                  strip --remove-section=.comment --remove-section=.note \"$file\"; sha256sum \"$file\"; done";
    let listed = output(command("sh").args(["-euc", script, "sh"]).arg(target.join("release")))?;
    Ok(listed.lines().map(str::to_owned).collect())
}

/// What is set for a build of the sources in this folder so that no path of this machine is in the programs.
pub(crate) fn remapped(folder: &Path) -> Vec<(&'static str, String)> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cargo")));
    let places = [(folder.to_owned(), "/beistand"), (home.unwrap_or_else(root), "/cargo")];
    let flags = |name: &str| {
        let flags = places.iter().map(|(from, to)| format!("{name}{}={to}", from.display()));
        flags.collect::<Vec<_>>()
    };
    let c = flags("-ffile-prefix-map=").join(" ");
    vec![
        ("CARGO_ENCODED_RUSTFLAGS", flags("--remap-path-prefix=").join("\u{1f}")),
        ("CFLAGS", c.clone()),
        ("CXXFLAGS", c),
        // Their order of jobs must not be seen in what they make.
        ("CARGO_INCREMENTAL", "0".to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use super::remapped;

    #[test]
    fn no_folder_of_this_machine_stays_in_a_program() {
        let set = remapped(std::path::Path::new("/some/where"));
        for (name, value) in &set[..3] {
            assert!(value.contains("/some/where=/beistand") && value.contains("=/cargo"), "{name}: {value}");
        }
        assert_eq!(set[0].1.split('\u{1f}').count(), 2, "one flag for each place");
    }
}
