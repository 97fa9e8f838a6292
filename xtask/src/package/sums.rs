//! The hashes of all that was packed, for whoever fetches it.

use std::path::PathBuf;

use super::PackageRun;
use super::tree::write;
use crate::Problem;
use crate::run::{command, output};

/// What the list is called.
const SUMS_FILE: &str = "SHA256SUMS";

/// Writes the list of these files, which are all in the same folder.
pub(super) fn pack(made: &[PathBuf], package: &PackageRun) -> Result<PathBuf, Problem> {
    let mut names: Vec<_> = made.iter().filter_map(|file| file.file_name()).collect();
    names.sort();
    let mut sum = command("sha256sum");
    sum.arg("--").args(names).current_dir(&package.out);
    let list = package.out.join(SUMS_FILE);
    write(&list, &output(&mut sum)?)?;
    Ok(list)
}
