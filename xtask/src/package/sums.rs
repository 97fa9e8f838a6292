//! The hashes of all that was packed, for whoever fetches it; signed where there is a key.
//!
//! `beistand-node release` makes and reads the signed list. The program that was packed does so here, so it
//! must be one of this machine's.

use std::path::{Path, PathBuf};

use super::PackageRun;
use super::tree::write;
use crate::Problem;
use crate::run::{command, output, run};

/// What the list is called, as `beistand-node` knows it.
const SUMS_FILE: &str = "SHA256SUMS";

/// Writes the list of these files, which are all in the same folder, and signs it with the key in `key`.
pub(super) fn pack(made: &[PathBuf], key: Option<&Path>, package: &PackageRun) -> Result<PathBuf, Problem> {
    let mut names: Vec<_> = made.iter().filter_map(|file| file.file_name()).collect();
    names.sort();
    let mut sum = command("sha256sum");
    sum.arg("--").args(names).current_dir(&package.out);
    let list = package.out.join(SUMS_FILE);
    write(&list, &output(&mut sum)?)?;
    if let Some(key) = key {
        let program = package.bin_dir.join("beistand-node");
        run(command(&program.to_string_lossy())
            .args(["release", "sign", "--key"])
            .arg(key)
            .arg(&package.out))?;
    }
    Ok(list)
}
