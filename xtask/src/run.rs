//! Running other programs: cargo, apt-get, the project's own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Problem;

/// The repository's root, from where everything runs.
pub(crate) fn root() -> PathBuf {
    // A checkout that was moved is compiled anew by cargo.
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder in the root").to_owned()
}

/// Where cargo puts what it builds.
pub(crate) fn target_dir() -> PathBuf {
    let named = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    root().join(named.unwrap_or_else(|| "target".into()))
}

/// The cargo that runs this program, to be given its arguments.
pub(crate) fn cargo() -> Command {
    let mut cargo = command(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    // What cargo tells this program about itself. Build scripts that look at these (ring's) would run anew
    // whenever this program's cargo takes turns with a person's.
    for (name, _) in std::env::vars_os() {
        if name
            .to_str()
            .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
        {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// The cargo that builds and runs the tests. The project's own crates go through clippy's compiler, which is
/// rustc with clippy's lints: so they are linted as they are built, where `cargo clippy` would compile every
/// dependency once more.
pub(crate) fn linting_cargo() -> Command {
    let mut cargo = cargo();
    cargo.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");
    // As `cargo clippy -- -D warnings` hands it on.
    cargo.env("CLIPPY_ARGS", "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__");
    cargo
}

/// A program that runs from the repository's root.
pub(crate) fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// How a command looks on a terminal, for headlines and messages.
pub(crate) fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    if let Some(name) = Path::new(&words[0]).file_name() {
        words[0] = name.to_string_lossy().into_owned();
    }
    words.extend(command.get_args().map(|word| {
        let word = word.to_string_lossy();
        if word.contains(char::is_whitespace) { format!("'{word}'") } else { word.into_owned() }
    }));
    words.join(" ")
}

/// Runs a command with its output on ours.
///
/// # Errors
/// Where it can't be started or does not succeed.
pub(crate) fn run(command: &mut Command) -> Result<(), Problem> {
    println!("$ {}", shown(command));
    let status =
        command.status().map_err(|error| format!("`{}` can't be started: {error}", shown(command)))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` failed ({status})", shown(command))) }
}

/// Runs a command and hands back what it wrote on standard output.
///
/// # Errors
/// Where it can't be started or does not succeed; the message holds what it wrote on standard error.
pub(crate) fn output(command: &mut Command) -> Result<String, Problem> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("`{}` can't be started: {error}", shown(command)))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let errors = String::from_utf8_lossy(&output.stderr);
        Err(format!("`{}` failed ({}):\n{}", shown(command), output.status, errors.trim_end()))
    }
}

/// Whether a program is there and says its version.
pub(crate) fn present(program: &str, version_flag: &str) -> bool {
    command(program)
        .arg(version_flag)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
