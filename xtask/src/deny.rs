//! Licences, banned crates, sources and known vulnerabilities, by cargo-deny.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

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

/// Does `work`, and meanwhile compiles cargo-deny where it isn't here: at the lowest priority, so that it
/// takes a processor only where `work` leaves one idle, as each large build does for a tenth of its time.
///
/// # Errors
/// Those of `work`, then those of the compiling.
pub(crate) fn compile_beside(work: fn() -> Result<(), Problem>) -> Result<(), Problem> {
    if installed().is_some() {
        return work();
    }
    println!("cargo-deny {VERSION} is not here; it is compiled once, beside this");
    let compiling = ToolBuild::start(command("nice").args(["-n", "19"]).arg(cargo().get_program()))?;
    work()?;
    compiling.finish()
}

/// The cargo-deny of our version: the one installed, or our own in the target folder.
fn installed() -> Option<PathBuf> {
    [PathBuf::from("cargo-deny"), tools().join("bin/cargo-deny")].into_iter().find(|program| {
        let version = output(command(&program.to_string_lossy()).arg("--version"));
        version.is_ok_and(|version| version.trim().ends_with(VERSION))
    })
}

/// As [`installed`], compiled where it isn't.
fn program() -> Result<PathBuf, Problem> {
    if installed().is_none() {
        println!("cargo-deny {VERSION} is not here; it is compiled once, which takes two minutes");
        ToolBuild::start(&mut cargo())?.finish()?;
    }
    installed().ok_or_else(|| format!("cargo-deny {VERSION} was compiled, but does not run"))
}

fn tools() -> PathBuf {
    target_dir().join("tools")
}

/// cargo-deny while it is compiled. Dropped, it is given up.
struct ToolBuild {
    child: Child,
    /// What the compiler says, since two outputs on one terminal can't be read.
    log: PathBuf,
}

impl ToolBuild {
    /// Starts it by `cargo`.
    fn start(cargo: &mut Command) -> Result<Self, Problem> {
        let log = tools().join("cargo-deny.log");
        let broken = |error| format!("cargo-deny can't be compiled: {error}");
        std::fs::create_dir_all(tools()).map_err(broken)?;
        let output = File::create(&log).map_err(broken)?;
        cargo
            .args(["install", "cargo-deny", "--locked", "--debug", "--version", VERSION, "--root"])
            .arg(tools())
            .env("CARGO_TARGET_DIR", tools().join("build"))
            // Nobody looks into it with a debugger.
            .env("CARGO_PROFILE_DEV_DEBUG", "false")
            .env("CARGO_PROFILE_DEV_INCREMENTAL", "false")
            .stdin(Stdio::null())
            .stdout(output.try_clone().map_err(broken)?)
            .stderr(output);
        Ok(Self { child: cargo.spawn().map_err(broken)?, log })
    }

    fn finish(mut self) -> Result<(), Problem> {
        let status = self.child.wait().map_err(|error| format!("cargo-deny can't be waited for: {error}"))?;
        if status.success() {
            return Ok(());
        }
        let said = std::fs::read_to_string(&self.log).unwrap_or_default();
        Err(format!("cargo-deny could not be compiled ({status}):\n{}", said.trim_end()))
    }
}

impl Drop for ToolBuild {
    fn drop(&mut self) {
        // Both fail where it has ended already, as it should have.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
