//! `cargo xtask interop`: the real programs with peers of js-libp2p.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::Problem;
use crate::packages;
use crate::run::{command, linting_cargo, output, root, run, target_dir};

/// The first release of Node that js-libp2p runs on, with tests/interop/polyfill.mjs.
const OLDEST_NODE: u32 = 20;

/// Where the JavaScript is, from the repository's root.
const SOURCES: &str = "tests/interop";

/// Installs the JavaScript under the target folder, builds the programs and runs all cases, or only those
/// whose names begin with `only`.
///
/// # Errors
/// Where Node is missing or too old, an installation or a build failed, or a case did.
pub(crate) fn run_interop(only: Option<&str>) -> Result<(), Problem> {
    packages::install(&[packages::BUILD, packages::TEST])?;
    check_node()?;
    let folder = install()?;
    // With the features of the whole workspace, as the tests are built: nothing is compiled twice.
    run(linting_cargo().args(["build", "--workspace", "--bins", "--locked"]))?;
    run(tests().arg("--no-run"))?;
    let cases = cases(only)?;
    let mut done = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        println!("\n==== {} of {}: {case} ====", number + 1, cases.len());
        let began = Instant::now();
        let mut test = tests();
        test.args(["--", "--ignored", "--exact", "--nocapture", case]);
        test.env("BEISTAND_BIN_DIR", target_dir().join("debug")).env("BEISTAND_INTEROP_DIR", &folder);
        let passed = run(&mut test).is_ok();
        done.push((case.as_str(), began.elapsed(), passed));
    }
    summary(&done);
    let failed: Vec<&str> = done.iter().filter(|(_, _, passed)| !passed).map(|(case, ..)| *case).collect();
    if failed.is_empty() {
        return Ok(());
    }
    Err(format!("failed: {}; run one with `cargo xtask interop --only NAME`", failed.join(", ")))
}

fn check_node() -> Result<(), Problem> {
    let wanted = format!("js-libp2p needs Node {OLDEST_NODE} or newer with npm: https://nodejs.org");
    let version = output(command("node").arg("--version")).map_err(|error| format!("{error}\n{wanted}"))?;
    let npm = output(command("npm").arg("--version")).map_err(|error| format!("{error}\n{wanted}"))?;
    if major(&version).is_none_or(|major| major < OLDEST_NODE) {
        return Err(format!("this is Node {}; {wanted}", version.trim()));
    }
    println!("Node {}, npm {}", version.trim(), npm.trim());
    Ok(())
}

fn major(version: &str) -> Option<u32> {
    version.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

/// Copies the JavaScript out of the sources and installs what it needs beside it, unless that is there
/// already.
fn install() -> Result<PathBuf, Problem> {
    let folder = target_dir().join("interop");
    let lock = folder.join("node_modules/.beistand-lock.json");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let sources = root().join(SOURCES);
    for file in fs::read_dir(&sources).map_err(|error| format!("{}: {error}", sources.display()))? {
        let file = file.map_err(|error| error.to_string())?;
        if file.path().is_file() {
            let to = folder.join(file.file_name());
            fs::copy(file.path(), &to).map_err(|error| format!("{}: {error}", to.display()))?;
        }
    }
    let wanted = fs::read(folder.join("package-lock.json")).map_err(|error| error.to_string())?;
    if fs::read(&lock).is_ok_and(|installed| installed == wanted) {
        println!("the JavaScript packages are installed");
        return Ok(folder);
    }
    // None of them needs its installation scripts, so none gets to run any.
    let mut npm = command("npm");
    npm.current_dir(&folder).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    run(&mut npm)?;
    // Last, so that an interrupted installation is begun again.
    fs::write(&lock, wanted).map_err(|error| error.to_string())?;
    Ok(folder)
}

fn tests() -> std::process::Command {
    let mut tests = linting_cargo();
    tests.args(["test", "--workspace", "--locked", "--test", "interop"]);
    tests
}

/// The names of the tests, in order.
fn cases(only: Option<&str>) -> Result<Vec<String>, Problem> {
    let list = output(tests().args(["--", "--ignored", "--list"]))?;
    let cases = named(&list, only.unwrap_or_default());
    if cases.is_empty() {
        Err(format!("there is no case of this name; there are:\n{list}"))
    } else {
        Ok(cases)
    }
}

/// The tests in a list whose name, without the module's, begins so.
fn named(list: &str, prefix: &str) -> Vec<String> {
    let tests = list.lines().filter_map(|line| line.strip_suffix(": test"));
    let begins = |test: &&str| test.rsplit("::").next().is_some_and(|name| name.starts_with(prefix));
    tests.filter(begins).map(str::to_owned).collect()
}

fn summary(done: &[(&str, Duration, bool)]) {
    println!("\n==== Summary ====");
    let width = done.iter().map(|(case, ..)| case.len()).max().unwrap_or_default();
    for (case, took, passed) in done {
        println!(
            "  {case:<width$} {:>7.1} s  {}",
            took.as_secs_f64(),
            if *passed { "passed" } else { "FAILED" }
        );
    }
}

#[cfg(test)]
mod tests {
    use super::{major, named};

    #[test]
    fn versions_are_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("none"), None);
    }

    #[test]
    fn cases_are_picked_by_the_beginning_of_their_names() {
        let list = "dht::dht_one: test\nrelay::relay_two: test\n\n2 tests, 0 benchmarks\n";
        assert_eq!(named(list, ""), ["dht::dht_one", "relay::relay_two"]);
        assert_eq!(named(list, "relay_"), ["relay::relay_two"]);
    }
}
