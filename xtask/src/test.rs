//! `cargo xtask test`: all tests, in stages; stops at the first that fails and says what to do.
//!
//! Everything is built in the dev profile, with the features of the whole workspace and linted as it is
//! built, so that each dependency is compiled once.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::Problem;
use crate::run::{cargo, linting_cargo, present, run, target_dir};
use crate::{deny, layers, packages, promises, rooms, style};

/// One part of the tests.
struct TestStage {
    name: &'static str,
    headline: &'static str,
    run: fn() -> Result<(), Problem>,
    /// What to do where it fails.
    advice: &'static str,
}

const STAGES: &[TestStage] = &[
    TestStage {
        name: "packages",
        headline: "Packages of the operating system",
        run: || packages::install(&[packages::BUILD, packages::DESKTOP, packages::PACKAGE, packages::TEST]),
        advice: "see above for what is missing",
    },
    TestStage {
        name: "fmt",
        headline: "Formatting",
        run: || run(cargo().args(["fmt", "--all", "--check"])),
        advice: "run `cargo fmt --all`",
    },
    TestStage {
        name: "style",
        headline: "Style, as far as a machine can check it",
        run: style::check,
        advice: "mend the places named above; docs/STYLE.md says why",
    },
    TestStage {
        name: "layers",
        headline: "Which crate knows which",
        run: layers::check,
        advice: "take the dependency out again, or put the code into the crate that may have it",
    },
    TestStage {
        name: "rooms",
        headline: "Features keep to their rooms",
        run: rooms::check,
        advice: "move the code into the feature's folder; `cargo xtask rooms FEATURE` shows where it is",
    },
    TestStage {
        name: "promises",
        headline: "Each promise of docs/SECURITY.md has a test",
        run: promises::check,
        advice: "write the test, or change the promise to what is true",
    },
    TestStage {
        name: "build",
        headline: "Build of all programs and tests, with lints; warnings are errors",
        run: || deny::compile_beside(build),
        advice: "mend what the compiler says above",
    },
    TestStage {
        name: "deny",
        headline: "Licences, sources and known vulnerabilities of the dependencies",
        run: deny::check,
        advice: "the dependency named above breaks deny.toml: replace or update it",
    },
    TestStage {
        name: "unit",
        headline: "Unit and integration tests",
        run: unit,
        advice: "the failing tests are named above; run one with `cargo test -p CRATE NAME`",
    },
    TestStage {
        name: "doc",
        headline: "Examples in the documentation",
        run: || run(linting_cargo().args(["test", "--doc", "--workspace", "--locked"])),
        advice: "mend the example named above",
    },
    TestStage {
        name: "e2e",
        headline: "End to end: real programs, screens and connections",
        run: end_to_end,
        advice: "the failing test prints both programs' output; run one with `cargo test -p beistand-tests --test e2e NAME`",
    },
];

/// Runs all stages, or only the one named.
///
/// # Errors
/// The first failure, with what to do.
pub(crate) fn run_all(only: Option<&str>) -> Result<(), Problem> {
    let names: Vec<&str> = STAGES.iter().map(|stage| stage.name).collect();
    if let Some(only) = only
        && !names.contains(&only)
    {
        return Err(format!("there is no stage `{only}`; the stages are {}", names.join(", ")));
    }
    let start = Instant::now();
    let mut done = Vec::new();
    for stage in STAGES.iter().filter(|stage| only.is_none_or(|only| only == stage.name)) {
        println!("\n==== {}: {} ====", stage.name, stage.headline);
        let began = Instant::now();
        let result = (stage.run)();
        done.push((stage.name, began.elapsed(), result.is_ok()));
        if let Err(problem) = result {
            summary(&done, start.elapsed());
            return Err(format!(
                "{problem}\nStage `{0}` failed: {1}; then `cargo xtask test --only {0}`.",
                stage.name, stage.advice
            ));
        }
    }
    summary(&done, start.elapsed());
    Ok(())
}

fn summary(done: &[(&str, Duration, bool)], total: Duration) {
    println!("\n==== Summary ====");
    for (name, took, passed) in done {
        println!("  {name:<10} {:>7.1} s  {}", took.as_secs_f64(), if *passed { "passed" } else { "FAILED" });
    }
    let seconds = total.as_secs();
    println!("  {:<10} {:>7.1} s  ({} min {} s)", "total", total.as_secs_f64(), seconds / 60, seconds % 60);
}

fn build() -> Result<(), Problem> {
    run(linting_cargo().args(["build", "--workspace", "--all-targets", "--locked"]))
}

fn nextest() -> Option<Command> {
    present("cargo-nextest", "--version").then(|| {
        let mut command = linting_cargo();
        command.args(["nextest", "run", "--workspace", "--locked"]);
        command
    })
}

fn unit() -> Result<(), Problem> {
    if let Some(mut nextest) = nextest() {
        return run(nextest.args(["--no-tests=pass", "-E", "not binary_id(beistand-tests::e2e)"]));
    }
    run(linting_cargo().args([
        "test",
        "--workspace",
        "--exclude",
        "beistand-tests",
        "--locked",
        "--lib",
        "--bins",
        "--tests",
    ]))?;
    run(linting_cargo().args(["test", "--package", "beistand-tests", "--locked", "--lib", "--bins"]))
}

fn end_to_end() -> Result<(), Problem> {
    let mut command = match nextest() {
        Some(mut nextest) => {
            nextest.args(["-E", "binary_id(beistand-tests::e2e)"]);
            nextest
        }
        None => {
            let mut test = linting_cargo();
            // They measure times and share two cores with the screens and programs they start.
            test.args(["test", "--workspace", "--locked", "--test", "e2e", "--", "--test-threads", "1"]);
            test
        }
    };
    // Where `--only e2e` is run by itself the programs may be missing or old.
    build()?;
    run(command.env("BEISTAND_BIN_DIR", target_dir().join("debug")))
}
