//! `cargo xtask`: sets up, builds, tests and demonstrates the project, on a machine that has only cargo and a
//! C compiler.
//!
//! What it does: installs missing packages of the operating system, then runs cargo and the project's own
//! programs. What it does not do: it is compiled before everything else, so it knows none of the project's
//! crates and needs none from elsewhere.

// Whoever runs it reads what it prints; it is not a library.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod cross;
mod demo;
mod deny;
mod glass;
mod interop;
mod keyboards;
mod lab;
mod layers;
mod machines;
mod package;
mod packages;
mod promises;
mod reproduce;
mod rooms;
mod run;
mod sources;
mod style;
mod test;

use std::process::ExitCode;

/// Why the work stopped, in words for whoever ran it: what happened and what to do.
type Problem = String;

const HELP: &str = "\
Usage: cargo xtask COMMAND

  test [--only STAGE]   pass all tests, in stages, stopping at the first that fails:
                        packages, fmt, style, layers, rooms, promises, deny, build, unit, doc, e2e
  demo [--headless] [--seconds N] [--out DIR]
                        run both sides of a session on this machine, in two windows; without a display, or with
                        --headless, on two virtual screens: works there as a person would for N seconds (20),
                        prints what it measured and writes the pictures to DIR (target/demo-pictures)
  rooms [FEATURE ...]   print which files are a feature's rooms and which others speak of it; of all that have folders, or
                        of those named
  keyboards [LAYOUT ...]
                        try each keyboard layout at each other in a real session, and print a table: which share of
                        the characters and of the shortcuts arrive; of all that it knows, or of those named
  lab [--only NAME]     run sessions across NATs and bad lines in network namespaces, as root, and print tables; only
                        those whose names begin with NAME: matrix, words, lines, first_picture
  machines [--print] [NAME ...]
                        break machines in namespaces, as root, have them looked at, and look at fresh systems; writes the
                        tables into docs/BENCHMARKS.md where all were broken, unless --print
  interop [--only NAME] run sessions and public nodes with peers of js-libp2p, which needs Node 20 and npm; only the
                        cases whose names begin with NAME: stranger, dht, relay; without root, those with NATs are
                        skipped
  glass FOLDER [OPTION ...]
                        measure a session from outside, beside other programs that are installed, with the glassbench
                        in FOLDER, as root, and write the table into docs/BENCHMARKS.md; `glass --help` has the options
  cross [windows|wine|macos]
                        build beistand-node for Windows, and check what of both programs is in Rust for macOS, with a
                        compiler that is unpacked out of Debian's packages; wine builds for Windows and has a session
                        with it under Wine; it is no part of the tests
  package [--bin-dir DIR] [--out DIR] [--only NAME] [--target SYSTEM] [--sign KEY] [--quick]
                        build the programs as they are released, or take them from a DIR, and pack them for Debian and
                        Ubuntu, for systems with rpm, and in an archive for others, into DIR (target/package), with a
                        list of what is in them (CycloneDX) and of hashes, which --sign signs with the key in a file;
                        --only packs one program, beistand or beistand-node, and nothing of both; --target takes
                        programs of windows or macos from --bin-dir; --quick is for tests
  reproduce [CRATE ...] build the programs twice, in two folders, and compare them
  help                  print this

All install missing packages of Debian and Ubuntu by apt-get, with sudo where they don't run as root; on other
systems they print what is missing and stop. Nothing is installed when nothing is missing.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        ["test"] => test::run_all(None),
        ["test", "--only", stage] => test::run_all(Some(stage)),
        ["demo", rest @ ..] => demo::run_demo(rest),
        ["rooms", names @ ..] => rooms::list(names),
        ["keyboards", layouts @ ..] => keyboards::run_keyboards(layouts),
        ["lab"] => lab::run_lab(None),
        ["lab", "--only", name] => lab::run_lab(Some(name)),
        ["glass", rest @ ..] => glass::run_glass(rest),
        ["machines", rest @ ..] => machines::run_machines(rest),
        ["cross", rest @ ..] => cross::run_cross(rest),
        ["reproduce", crates @ ..] => reproduce::run_reproduce(crates),
        ["package", rest @ ..] => package::run_package(rest),
        ["interop"] => interop::run_interop(None),
        ["interop", "--only", name] => interop::run_interop(Some(name)),
        ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        [] => {
            eprintln!("{HELP}");
            return ExitCode::from(2);
        }
        other => {
            eprintln!("`cargo xtask {}` is no command.\n\n{HELP}", other.join(" "));
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("\nxtask: {problem}");
            ExitCode::FAILURE
        }
    }
}
