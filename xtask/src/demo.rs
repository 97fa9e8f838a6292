//! `cargo xtask demo`: both sides of a session on this machine.

use std::path::PathBuf;
use std::time::Instant;

use crate::Problem;
use crate::packages;
use crate::run::{cargo, command, root, run, target_dir};

/// How the programs are built, and the folder they are in: nearly as quick as the release, in half the time
/// to build.
const PROFILE: &str = "demo";

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
struct DemoOptions {
    headless: bool,
    seconds: u32,
    out: Option<PathBuf>,
}

/// Builds the programs and runs the demonstration.
///
/// # Errors
/// A bad argument, or a build or a run that failed.
pub(crate) fn run_demo(arguments: &[&str]) -> Result<(), Problem> {
    let options = parse(arguments)?;
    let headless = options.headless || !display();
    let mut groups = vec![packages::BUILD, packages::DESKTOP];
    if headless {
        groups.push(packages::TEST);
    }
    packages::install(&groups)?;
    let mut build = cargo();
    // The windows alone: `beistand-node` has no part in it.
    build.args(["build", "--profile", PROFILE, "--locked", "--bins", "-p", "beistand-gui"]);
    if headless {
        build.args(["-p", "beistand-tests"]);
    }
    let began = Instant::now();
    run(&mut build)?;
    println!("The build took {} s.", began.elapsed().as_secs());
    let programs = target_dir().join(PROFILE);
    if !headless {
        println!("Two windows open: one is the user who needs help, one is the technician.");
        return run(command(&programs.join("beistand").to_string_lossy()).arg("demo"));
    }
    if !options.headless {
        println!(
            "There is no display here (DISPLAY and WAYLAND_DISPLAY are not set): using virtual screens."
        );
    }
    let out = options.out.unwrap_or_else(|| target_dir().join("demo-pictures"));
    run(command(&programs.join("beistand-demo").to_string_lossy())
        .args(["--seconds", &options.seconds.to_string(), "--out"])
        .arg(root().join(out))
        .env("BEISTAND_BIN_DIR", &programs))
}

fn display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

fn parse(arguments: &[&str]) -> Result<DemoOptions, Problem> {
    let mut options = DemoOptions { headless: false, seconds: 20, out: None };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "--headless" => options.headless = true,
            "--seconds" => {
                let value = rest.next().ok_or("--seconds wants a number")?;
                options.seconds = value
                    .parse()
                    .ok()
                    .filter(|seconds| (1..=3600).contains(seconds))
                    .ok_or_else(|| format!("--seconds wants a number from 1 to 3600, not `{value}`"))?;
            }
            "--out" => {
                // Relative to where the user stands, not to the root.
                let value = PathBuf::from(rest.next().ok_or("--out wants a folder")?);
                options.out = Some(std::path::absolute(value).map_err(|error| format!("--out: {error}"))?);
            }
            other => return Err(format!("`{other}` is no option of demo; see `cargo xtask help`")),
        }
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read() {
        let options = parse(&["--headless", "--seconds", "5", "--out", "/x"]).expect("valid");
        assert_eq!(options, DemoOptions { headless: true, seconds: 5, out: Some("/x".into()) });
    }

    #[test]
    fn nonsense_is_named() {
        assert!(parse(&["--seconds", "0"]).expect_err("zero").contains("`0`"));
        assert!(parse(&["--seconds"]).is_err());
        assert!(parse(&["--fast"]).expect_err("unknown").contains("--fast"));
    }
}
