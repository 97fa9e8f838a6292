//! Licences, banned crates, sources and known vulnerabilities, by cargo-deny.

use std::path::PathBuf;
use std::process::Command;

use crate::Problem;
use crate::run::{cargo, command, output, root, run, target_dir};

/// The version that deny.toml is written for.
const VERSION: &str = "0.20.2";

/// Checks the dependencies as deny.toml says. The database of vulnerabilities is fetched from the network;
/// where that fails they are not checked, and that is said.
///
/// # Errors
/// Where a dependency breaks a rule or has a known vulnerability.
pub(crate) fn check() -> Result<(), Problem> {
    let program = program()?;
    run(deny(&program).args(["check", "--hide-inclusion-graph", "licenses", "bans", "sources"]))?;
    match output(deny(&program).args(["fetch", "db"])) {
        Ok(_) => run(deny(&program).args(["check", "--disable-fetch", "advisories"])),
        Err(problem) => {
            let reason =
                problem.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("no reason given");
            println!(
                "SKIPPED: known vulnerabilities, because their database can't be fetched: {}",
                reason.trim()
            );
            Ok(())
        }
    }
}

fn deny(program: &PathBuf) -> Command {
    let mut deny = Command::new(program);
    deny.current_dir(root()).args(["--locked", "--workspace"]);
    deny
}

/// The cargo-deny of our version: the one installed, or our own in the target folder.
fn program() -> Result<PathBuf, Problem> {
    let ours = target_dir().join("tools/bin/cargo-deny");
    for program in [PathBuf::from("cargo-deny"), ours.clone()] {
        let version = output(command(&program.to_string_lossy()).arg("--version"));
        if version.is_ok_and(|version| version.trim().ends_with(VERSION)) {
            return Ok(program);
        }
    }
    println!("cargo-deny {VERSION} is not here; it is compiled once, which takes two minutes");
    let tools = target_dir().join("tools");
    run(cargo()
        .args(["install", "cargo-deny", "--locked", "--debug", "--version", VERSION, "--root"])
        .arg(&tools)
        .env("CARGO_TARGET_DIR", tools.join("build"))
        // Nobody looks into it with a debugger.
        .env("CARGO_PROFILE_DEV_DEBUG", "false")
        .env("CARGO_PROFILE_DEV_INCREMENTAL", "false"))?;
    Ok(ours)
}
