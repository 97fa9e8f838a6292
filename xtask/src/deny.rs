//! Licences, banned crates, sources and known vulnerabilities, by cargo-deny.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::Problem;
use crate::run::{cargo, command, output, patient_cargo, root, run, target_dir};

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

/// Begins to compile cargo-deny where it isn't here, with what other programs leave of the processors; `None`
/// where it is. Where that fails, [`check`] does it again and says why.
pub(crate) fn compile_beside() -> Option<Child> {
    if installed().is_some() {
        return None;
    }
    let mut install = install(patient_cargo());
    install.stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok()
}

/// The cargo-deny of our version: the one installed, or our own in the target folder.
fn program() -> Result<PathBuf, Problem> {
    if let Some(program) = installed() {
        return Ok(program);
    }
    println!("cargo-deny {VERSION} is not here; it is compiled once, which takes two minutes");
    run(&mut install(cargo()))?;
    Ok(ours())
}

fn ours() -> PathBuf {
    target_dir().join("tools/bin/cargo-deny")
}

fn installed() -> Option<PathBuf> {
    [PathBuf::from("cargo-deny"), ours()].into_iter().find(|program| {
        let version = output(command(&program.to_string_lossy()).arg("--version"));
        version.is_ok_and(|version| version.trim().ends_with(VERSION))
    })
}

/// Compiles our own.
fn install(mut cargo: Command) -> Command {
    let tools = target_dir().join("tools");
    cargo
        .args(["install", "cargo-deny", "--locked", "--debug", "--version", VERSION, "--root"])
        .arg(&tools)
        .env("CARGO_TARGET_DIR", tools.join("build"))
        // Nobody looks into it with a debugger.
        .env("CARGO_PROFILE_DEV_DEBUG", "false")
        .env("CARGO_PROFILE_DEV_INCREMENTAL", "false");
    cargo
}
