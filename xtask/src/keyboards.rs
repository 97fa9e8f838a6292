//! `cargo xtask keyboards`: each keyboard layout at each other.

use crate::Problem;
use crate::packages;
use crate::run::{cargo, command, run, target_dir};

/// How the programs are built, and the folder they are in.
const PROFILE: &str = "demo";

/// Builds the programs, and tries the layouts that are named, or all.
///
/// # Errors
/// A build that failed, an unknown layout, or a key that did not arrive.
pub(crate) fn run_keyboards(layouts: &[&str]) -> Result<(), Problem> {
    packages::install(&[packages::BUILD, packages::DESKTOP, packages::TEST])?;
    let mut build = cargo();
    build.args(["build", "--profile", PROFILE, "--locked", "--bins"]);
    run(build.args(["-p", "beistand-gui", "-p", "beistand-node", "-p", "beistand-tests"]))?;
    let programs = target_dir().join(PROFILE);
    let program = programs.join("beistand-keyboards");
    run(command(&program.to_string_lossy()).args(layouts).env("BEISTAND_BIN_DIR", &programs))
}
