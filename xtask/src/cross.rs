//! `cargo xtask cross`: whether the crates compile for Windows and macOS, seen from a Linux machine.
//!
//! What it does: it unpacks a compiler with its sources, a linker and a C compiler for Windows out of
//! Debian's packages into the target folder, installing nothing, and has cargo build the standard library
//! and the crates with them. That way is nobody's but ours (`-Zbuild-std` with a released compiler), so it
//! is no stage of `cargo xtask test`.
//!
//! `cargo xtask cross wine` also runs what is built for Windows: under Wine, in tests of a whole session.
//!
//! What it does not do: for macOS nothing is linked or run. What is in C or assembly there is left out, a
//! stand-in for the compiler writing empty files; what is in Rust is checked.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Problem;
use crate::packages;
use crate::run::{cargo, command, linting_cargo, output, root, run, target_dir};

/// What is unpacked: the compiler with its library's sources, what it is linked with, and the tools for
/// Windows.
const TOOLS: &[&str] = &[
    "rustc-web",
    "rust-web-src",
    "libstd-rust-web-dev",
    "libstd-rust-web-1.96",
    "libllvm22",
    "gcc-mingw-w64-x86-64-win32",
    "gcc-mingw-w64-x86-64-win32-runtime",
    "g++-mingw-w64-x86-64-win32",
    "binutils-mingw-w64-x86-64",
    "mingw-w64-x86-64-dev",
    "mingw-w64-common",
];

/// What is called by another name than that of its package's variant.
const RENAMED: [&str; 7] = ["gcc", "g++", "c++", "cpp", "gcc-ar", "gcc-nm", "gcc-ranlib"];

/// To build libraries in C and assembly that Windows doesn't have.
const BUILD_TOOLS: &[&str] = &["cmake", "nasm"];

/// To run programs of Windows.
const WINE: &[&str] = &["wine", "wine64"];

/// A library of Windows that Wine has since 8.14, as its source and the name that it gets.
const MISSED_LIBRARY: (&str, &str) = ("tests/wine/bcryptprimitives.c", "bcryptprimitives.dll");

/// Windows, by the compiler that Debian has for it.
const WINDOWS: &str = "x86_64-pc-windows-gnu";

/// macOS, for which nothing is linked.
const MACOS: &str = "aarch64-apple-darwin";

/// Stands in for Apple's compiler and archiver, of which nothing is needed where nothing is linked.
const NO_COMPILER: &str = r#"#!/bin/sh
# Writes an empty file wherever one is asked for: `cc ... -o FILE`, `ar cq FILE ...`.
case "$1" in cq* | crs | s) : > "$2" ;; esac
for word in "$@"; do
    if [ "$before" = "-o" ]; then : > "$word"; fi
    before=$word
done
"#;

/// The oldest macOS that this is for: ScreenCaptureKit is there, and tells what has changed.
const OLDEST_MACOS: &str = "13.0";

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CrossTask {
    Windows,
    Wine,
    MacOs,
}

/// Builds for Windows, checks for macOS, or one of them; or runs what is built for Windows.
///
/// # Errors
/// Where the tools can't be had or something doesn't compile.
pub(crate) fn run_cross(arguments: &[&str]) -> Result<(), Problem> {
    let tasks: &[CrossTask] = match arguments {
        [] => &[CrossTask::Windows, CrossTask::MacOs],
        ["windows"] => &[CrossTask::Windows],
        ["wine"] => &[CrossTask::Windows, CrossTask::Wine],
        ["macos"] => &[CrossTask::MacOs],
        other => return Err(format!("`{}` is no system; windows, wine or macos", other.join(" "))),
    };
    packages::install(&[packages::BUILD, BUILD_TOOLS])?;
    let tools = target_dir().join("cross-tools");
    unpack(&tools)?;
    tasks.iter().try_for_each(|task| match task {
        CrossTask::Windows => {
            run(crossing(&tools, "build", WINDOWS).args(["-p", "beistand-node", "--bin", "beistand-node"]))
        }
        CrossTask::Wine => run_under_wine(&tools),
        CrossTask::MacOs => check_for_macos(&tools),
    })
}

/// Runs the tests of a Windows user, with a technician of this system's build.
fn run_under_wine(tools: &Path) -> Result<(), Problem> {
    packages::install(&[packages::TEST, WINE])?;
    let programs = target_dir().join("cross").join(WINDOWS).join("debug");
    let (source, library) = MISSED_LIBRARY;
    let compiler = tools.join("usr/bin/x86_64-w64-mingw32-gcc");
    // Beside the program, and beside the tests.
    for folder in [programs.clone(), programs.join("deps")] {
        let mut compile = command(&compiler.display().to_string());
        compile.env("LD_LIBRARY_PATH", libraries(tools)).args(["-shared", "-o"]).arg(folder.join(library));
        run(compile.arg(root().join(source)).arg("-ladvapi32"))?;
    }
    let mut own = crossing(tools, "test", WINDOWS);
    own.env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER", "wine").env("WINEDEBUG", "-all");
    own.env("WINEPREFIX", target_dir().join("cross/wine")).env("WINEDLLOVERRIDES", "mscoree,mshtml=");
    run(own.args(["-p", "beistand-posix", "--lib"]))?;
    // With the features of the whole workspace, as the tests are built: nothing is compiled twice.
    run(linting_cargo().args(["build", "--workspace", "--bins", "--locked"]))?;
    let mut tests = linting_cargo();
    tests.args(["test", "--workspace", "--locked", "--test", "e2e", "--", "--ignored", "wine::"]);
    tests.arg("--test-threads=1");
    tests.env("BEISTAND_BIN_DIR", target_dir().join("debug")).env("BEISTAND_WINE_DIR", &programs);
    run(&mut tests)
}

/// Checks what of both programs is in Rust.
fn check_for_macos(tools: &Path) -> Result<(), Problem> {
    let compiler = no_compiler(tools)?;
    let mut check = crossing(tools, "check", MACOS);
    for tool in ["CC", "CXX", "AR"] {
        check.env(format!("{tool}_aarch64_apple_darwin"), &compiler);
    }
    // Otherwise Apple's tools are asked for it.
    check.env("SDKROOT", "/").env("MACOSX_DEPLOYMENT_TARGET", OLDEST_MACOS);
    run(check.args(["-p", "beistand-node", "-p", "beistand-gui"]))
}

fn unpack(tools: &Path) -> Result<(), Problem> {
    let done = tools.join("unpacked");
    let fault = |error: std::io::Error| format!("{}: {error}", tools.display());
    if fs::read_to_string(&done).is_ok_and(|unpacked| unpacked == TOOLS.join(" ")) {
        println!("the tools are unpacked");
        return Ok(());
    }
    let packages = tools.join("packages");
    fs::create_dir_all(&packages).map_err(fault)?;
    run(command("apt-get").current_dir(&packages).arg("download").args(TOOLS))?;
    for package in fs::read_dir(&packages).map_err(fault)? {
        output(command("dpkg").arg("-x").arg(package.map_err(fault)?.path()).arg(tools))?;
    }
    for name in RENAMED {
        let link = tools.join("usr/bin").join(format!("x86_64-w64-mingw32-{name}"));
        if !link.exists() {
            symlink(format!("x86_64-w64-mingw32-{name}-win32"), &link).map_err(fault)?;
        }
    }
    fs::write(done, TOOLS.join(" ")).map_err(fault)
}

fn no_compiler(tools: &Path) -> Result<PathBuf, Problem> {
    let path = tools.join("no-compiler");
    let written = fs::write(&path, NO_COMPILER)
        .and_then(|()| fs::set_permissions(&path, fs::Permissions::from_mode(0o755)));
    written.map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}

/// Cargo with the unpacked compiler, its own folder for what it builds, and a standard library of its own.
fn crossing(tools: &Path, verb: &str, target: &str) -> Command {
    let programs = tools.join("usr/bin");
    let path = std::env::var("PATH").unwrap_or_default();
    let mut cargo = cargo();
    cargo
        .env("RUSTC", programs.join("rustc"))
        .env("RUSTC_BOOTSTRAP", "1")
        .env("LD_LIBRARY_PATH", libraries(tools));
    cargo.env("PATH", format!("{}:{path}", programs.display())).env_remove("RUSTC_WORKSPACE_WRAPPER");
    cargo.env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER", "x86_64-w64-mingw32-gcc");
    // The assembly of this library comes with it, already assembled.
    cargo.env("AWS_LC_SYS_PREBUILT_NASM", "1");
    let library =
        if verb == "test" { "-Zbuild-std=std,panic_abort,test" } else { "-Zbuild-std=std,panic_abort" };
    cargo.arg(verb).args(["--locked", library, "--target", target]);
    cargo.arg("--target-dir").arg(target_dir().join("cross"));
    cargo
}

/// Where the unpacked programs find theirs.
fn libraries(tools: &Path) -> String {
    let folders = [tools.join("usr/lib"), tools.join("usr/lib/x86_64-linux-gnu")];
    folders.map(|folder| folder.display().to_string()).join(":")
}
