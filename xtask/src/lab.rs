//! `cargo xtask lab`: sessions across NATs and bad lines, in full, with their tables.

use crate::Problem;
use crate::packages;
use crate::run::{command, linting_cargo, output, run, target_dir};

/// What all tests of the full lab are called before their own name.
const PREFIX: &str = "::lab_";

/// Builds the programs and runs the full lab, or only the parts whose names begin with `only`.
///
/// # Errors
/// Where this is not root, a build failed, or a session did not come up as promised.
pub(crate) fn run_lab(only: Option<&str>) -> Result<(), Problem> {
    packages::install(&[packages::BUILD, packages::TEST])?;
    if output(command("id").arg("-u"))?.trim() != "0" {
        return Err("the lab needs network namespaces, and those need root: run this as root".to_owned());
    }
    // With the features of the whole workspace, as the tests are built: nothing is compiled twice.
    run(linting_cargo().args(["build", "--workspace", "--bins", "--locked"]))?;
    let mut tests = linting_cargo();
    tests.args(["test", "--workspace", "--locked", "--test", "e2e", "--"]);
    tests.args(["--ignored", "--nocapture", "--test-threads", "1"]).arg(filter(only));
    run(tests.env("BEISTAND_BIN_DIR", target_dir().join("debug")))
}

fn filter(only: Option<&str>) -> String {
    format!("{PREFIX}{}", only.map_or("", |name| name.trim_start_matches("lab_")))
}

#[cfg(test)]
mod tests {
    use super::filter;

    #[test]
    fn a_name_may_have_its_prefix_or_not() {
        assert_eq!(filter(None), "::lab_");
        assert_eq!(filter(Some("matrix")), filter(Some("lab_matrix")));
    }
}
