//! `cargo xtask package`: a package for Debian and Ubuntu of each program, and an archive of both for other
//! systems.
//!
//! It builds the programs, or takes them from a folder, and packs them with what stands in `gui/install` and
//! `node/install`. The same programs give the same bytes, whenever and wherever they are packed. It installs
//! nothing but the tools that it needs, and signs and uploads nothing.

mod archive;
mod deb;
mod notices;
mod tree;

use std::fs;
use std::path::PathBuf;

use crate::Problem;
use crate::packages;
use crate::run::{cargo, command, output, run, target_dir};

/// The version of all crates.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The profile of what is released.
const PROFILE: &str = "release";

/// How hard the packages are pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PackagePress {
    /// As small as it gets, for people to fetch.
    Small,
    /// In little time, for tests.
    Quick,
}

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
struct PackageOptions {
    /// Where the programs are, which are built otherwise.
    bin_dir: Option<PathBuf>,
    out: PathBuf,
    press: PackagePress,
    /// The one program whose package is made.
    only: Option<String>,
}

/// What all packages of a run share.
#[derive(Debug)]
struct PackageRun {
    bin_dir: PathBuf,
    /// Where packages are put together; emptied first.
    work: PathBuf,
    out: PathBuf,
    press: PackagePress,
    /// Seconds since 1970 that all files are dated by.
    epoch: u64,
    /// What Debian calls this kind of machine.
    architecture: String,
}

/// Builds the programs and packs them.
///
/// # Errors
/// A bad argument, or a build, a tool or a file that failed.
pub(crate) fn run_package(arguments: &[&str]) -> Result<(), Problem> {
    let options = parse(arguments)?;
    let bin_dir = match options.bin_dir {
        Some(bin_dir) => {
            packages::install(&[packages::PACKAGE])?;
            bin_dir
        }
        None => build()?,
    };
    let package = PackageRun {
        bin_dir,
        work: options.out.join("work"),
        out: options.out,
        press: options.press,
        epoch: epoch()?,
        architecture: output(command("dpkg").arg("--print-architecture"))?.trim().to_owned(),
    };
    let _ = fs::remove_dir_all(&package.work);
    fs::create_dir_all(&package.work).map_err(|error| format!("{}: {error}", package.work.display()))?;
    let mut made = Vec::new();
    let mut trees = Vec::new();
    let wanted = |name: &str| options.only.as_deref().is_none_or(|only| only == name);
    for program in tree::PROGRAMS.iter().filter(|program| wanted(program.name)) {
        let files = tree::stage(program, &package)?;
        made.push(deb::pack(program, &files, &package)?);
        trees.push(files);
    }
    if options.only.is_none() {
        made.push(archive::pack(&trees, &package)?);
    }
    for file in made {
        let bytes = fs::metadata(&file).map_or(0, |data| data.len());
        println!("{}  {:.1} MB", file.display(), bytes as f64 / 1e6);
    }
    fs::remove_dir_all(&package.work).map_err(|error| format!("{}: {error}", package.work.display()))
}

fn build() -> Result<PathBuf, Problem> {
    packages::install(&[packages::BUILD, packages::PACKAGE])?;
    run(cargo().args([
        "build",
        "--profile",
        PROFILE,
        "--locked",
        "--bins",
        "-p",
        "beistand-gui",
        "-p",
        "beistand-node",
    ]))?;
    Ok(target_dir().join(PROFILE))
}

/// When what is packed was last changed: what `SOURCE_DATE_EPOCH` says (<https://reproducible-builds.org>),
/// otherwise the last commit.
fn epoch() -> Result<u64, Problem> {
    let said = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(said) => said,
        Err(_) => output(command("git").args(["log", "-1", "--format=%ct"]))
            .map_err(|problem| format!("{problem}\nOutside of a clone set SOURCE_DATE_EPOCH."))?,
    };
    said.trim().parse().map_err(|_| format!("`{}` is no number of seconds since 1970", said.trim()))
}

/// `date` in this form, at the time that all files are dated by.
fn date(package: &PackageRun, form: &str) -> Result<String, Problem> {
    let mut date = command("date");
    date.args(["--utc", &format!("--date=@{}", package.epoch), form]).env("LC_ALL", "C");
    Ok(output(&mut date)?.trim().to_owned())
}

fn parse(arguments: &[&str]) -> Result<PackageOptions, Problem> {
    let out = target_dir().join("package");
    let mut options = PackageOptions { bin_dir: None, out, press: PackagePress::Small, only: None };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let mut folder = || {
            let value = rest.next().ok_or_else(|| format!("{argument} wants a folder"))?;
            std::path::absolute(value).map_err(|error| format!("{argument}: {error}"))
        };
        match *argument {
            "--bin-dir" => options.bin_dir = Some(folder()?),
            "--out" => options.out = folder()?,
            "--only" => {
                let name =
                    rest.next().filter(|name| tree::PROGRAMS.iter().any(|program| program.name == **name));
                options.only = Some(name.ok_or("--only wants beistand or beistand-node")?.to_string());
            }
            "--quick" => options.press = PackagePress::Quick,
            other => return Err(format!("`{other}` is no option of package; see `cargo xtask help`")),
        }
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read() {
        let options = ["--bin-dir", "/b", "--quick", "--out", "/o", "--only", "beistand"];
        let wanted = PackageOptions {
            bin_dir: Some("/b".into()),
            out: "/o".into(),
            press: PackagePress::Quick,
            only: Some("beistand".to_owned()),
        };
        assert_eq!(parse(&options).expect("valid"), wanted);
        assert!(parse(&[]).expect("valid").out.ends_with("package"));
    }

    #[test]
    fn nonsense_is_named() {
        assert!(parse(&["--bin-dir"]).expect_err("no folder").contains("--bin-dir"));
        assert!(parse(&["--only", "xtask"]).expect_err("no program").contains("beistand-node"));
        assert!(parse(&["--sign"]).expect_err("unknown").contains("--sign"));
    }
}
