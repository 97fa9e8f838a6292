//! `cargo xtask cross`: whether the crates compile for Windows and macOS, seen from a Linux machine.
//!
//! What it does: it unpacks a compiler with its sources, a linker and a C compiler for Windows out of
//! Debian's packages into the target folder, installing nothing, and has cargo build the standard library
//! and the crates with them. That way is nobody's but ours (`-Zbuild-std` with a released compiler), so it
//! is no stage of `cargo xtask test`.
//!
//! What it does not do: it runs nothing of what it has built. For macOS nothing is linked: what is in C or
//! assembly there is left out, a stand-in for the compiler writing empty files; what is in Rust is checked.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Problem;
use crate::packages;
use crate::run::{cargo, command, output, run, target_dir};

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

/// Builds for Windows, checks for macOS, or one of them.
///
/// # Errors
/// Where the tools can't be had or something doesn't compile.
pub(crate) fn run_cross(arguments: &[&str]) -> Result<(), Problem> {
    let (windows, macos) = match arguments {
        [] => (true, true),
        ["windows"] => (true, false),
        ["macos"] => (false, true),
        other => return Err(format!("`{}` is no system; windows or macos", other.join(" "))),
    };
    packages::install(&[packages::BUILD, BUILD_TOOLS])?;
    let tools = target_dir().join("cross-tools");
    unpack(&tools)?;
    if windows {
        run(crossing(&tools, "build", WINDOWS).args(["-p", "beistand-node", "--bin", "beistand-node"]))?;
        let program = target_dir().join("cross").join(WINDOWS).join("debug/beistand-node.exe");
        println!("{}: run it with `wine`", program.display());
    }
    if macos {
        let compiler = no_compiler(&tools)?;
        let mut check = crossing(&tools, "check", MACOS);
        for tool in ["CC", "CXX", "AR"] {
            check.env(format!("{tool}_aarch64_apple_darwin"), &compiler);
        }
        // Otherwise Apple's tools are asked for it.
        check.env("SDKROOT", "/").env("MACOSX_DEPLOYMENT_TARGET", OLDEST_MACOS);
        run(check.args(["-p", "beistand-node", "-p", "beistand-gui"]))?;
    }
    Ok(())
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
    let libraries = [tools.join("usr/lib"), tools.join("usr/lib/x86_64-linux-gnu")];
    let libraries = libraries.map(|folder| folder.display().to_string()).join(":");
    let mut cargo = cargo();
    cargo.env("RUSTC", programs.join("rustc")).env("RUSTC_BOOTSTRAP", "1").env("LD_LIBRARY_PATH", libraries);
    cargo.env("PATH", format!("{}:{path}", programs.display())).env_remove("RUSTC_WORKSPACE_WRAPPER");
    cargo.env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER", "x86_64-w64-mingw32-gcc");
    // The assembly of this library comes with it, already assembled.
    cargo.env("AWS_LC_SYS_PREBUILT_NASM", "1");
    cargo.arg(verb).args(["--locked", "-Zbuild-std=std,panic_abort", "--target", target]);
    cargo.arg("--target-dir").arg(target_dir().join("cross"));
    cargo
}
