//! `beistand-demo`: shows and measures a session on a machine without a display.
//!
//! Two virtual screens with real programs on them; both windows are used as two people would, with a mouse
//! and a keyboard. What is measured is measured on the screens themselves: when the user's screen changes,
//! and when the technician's shows it.

#![allow(clippy::print_stdout, clippy::print_stderr)] // What it is for.

mod probe;
mod report;
mod show;

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str =
    "Usage: beistand-demo [--seconds N] [--out DIR]\n\nRun it by `cargo xtask demo --headless`.";

/// What the command line asks for.
struct Options {
    seconds: u32,
    out: PathBuf,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(options) = parse(&arguments) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    // The harness panics where it can't go on, and prints what the programs said.
    let shown = std::panic::catch_unwind(|| show::run(options.seconds, &options.out));
    match shown {
        Ok(report) => {
            print!("{report}");
            println!("Pictures are in {}", options.out.display());
            if report.good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(_) => {
            eprintln!("The demonstration did not come to its end; why is said above.");
            ExitCode::FAILURE
        }
    }
}

fn parse(arguments: &[String]) -> Option<Options> {
    let mut options = Options { seconds: 20, out: std::env::temp_dir().join("beistand-demo") };
    for pair in arguments.chunks(2) {
        match pair {
            [name, value] if name == "--seconds" => {
                options.seconds = value.parse().ok().filter(|seconds| (1..=3600).contains(seconds))?;
            }
            [name, value] if name == "--out" => options.out = value.into(),
            _ => return None,
        }
    }
    Some(options)
}
