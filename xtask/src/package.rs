//! `cargo xtask package`: packages of each program for Debian and Ubuntu and for systems with rpm, an archive
//! of both for others, and for programs of Windows and macOS what those expect; with the list of what is in
//! each program, and the hashes of all.
//!
//! It builds the programs, or takes them from a folder, and packs them with what stands in `gui/install` and
//! `node/install`. The same programs give the same bytes, whenever and wherever they are packed. It installs
//! nothing but the tools that it needs, and uploads nothing.

mod archive;
mod bundle;
mod deb;
mod notices;
mod rpm;
mod sbom;
mod sums;
mod tree;

use std::fs;
use std::path::PathBuf;

use crate::Problem;
use crate::packages;
use crate::reproduce::remapped;
use crate::run::{cargo, command, output, root, run, target_dir};
use bundle::ForeignSystem;

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
    /// The system whose programs are in `bin_dir`, where it isn't this one.
    foreign: Option<ForeignSystem>,
    /// The key that signs the hashes.
    key: Option<PathBuf>,
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
    if options.foreign.is_some() && options.bin_dir.is_none() {
        return Err("--target wants --bin-dir: programs of other systems are built there".to_owned());
    }
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
    let mut made = match options.foreign {
        Some(system) => vec![system.pack(&package)?],
        None => pack_here(options.only.as_deref(), &package)?,
    };
    if options.only.is_none() {
        for program in &tree::PROGRAMS {
            made.push(sbom::pack(program, &package)?);
        }
        made.push(sums::pack(&made, options.key.as_deref(), &package)?);
    }
    for file in made {
        let bytes = fs::metadata(&file).map_or(0, |data| data.len());
        println!("{}  {:.1} MB", file.display(), bytes as f64 / 1e6);
    }
    fs::remove_dir_all(&package.work).map_err(|error| format!("{}: {error}", package.work.display()))
}

/// Packs the programs of this system: all, or one of them.
fn pack_here(only: Option<&str>, package: &PackageRun) -> Result<Vec<PathBuf>, Problem> {
    let (mut made, mut trees) = (Vec::new(), Vec::new());
    let wanted = |name: &str| only.is_none_or(|only| only == name);
    for program in tree::PROGRAMS.iter().filter(|program| wanted(program.name)) {
        let files = tree::stage(program, package)?;
        made.push(deb::pack(program, &files, package)?);
        made.push(rpm::pack(program, &files, package)?);
        trees.push(files);
    }
    if only.is_none() {
        made.push(archive::pack(&trees, package)?);
    }
    Ok(made)
}

fn build() -> Result<PathBuf, Problem> {
    packages::install(&[packages::BUILD, packages::PACKAGE])?;
    run(cargo().envs(remapped(&root())).args([
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
    let press = PackagePress::Small;
    let mut options = PackageOptions { bin_dir: None, out, press, only: None, foreign: None, key: None };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let mut folder = || {
            let value = rest.next().ok_or_else(|| format!("{argument} wants a path"))?;
            std::path::absolute(value).map_err(|error| format!("{argument}: {error}"))
        };
        match *argument {
            "--bin-dir" => options.bin_dir = Some(folder()?),
            "--out" => options.out = folder()?,
            "--sign" => options.key = Some(folder()?),
            "--target" => {
                let system = rest.next().and_then(|name| ForeignSystem::of(name));
                options.foreign = Some(system.ok_or("--target wants windows or macos")?);
            }
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
        let options = ["--bin-dir", "/b", "--quick", "--out", "/o", "--only", "beistand", "--sign", "/k"];
        let wanted = PackageOptions {
            bin_dir: Some("/b".into()),
            out: "/o".into(),
            press: PackagePress::Quick,
            only: Some("beistand".to_owned()),
            foreign: None,
            key: Some("/k".into()),
        };
        assert_eq!(parse(&options).expect("valid"), wanted);
        assert!(parse(&[]).expect("valid").out.ends_with("package"));
    }

    #[test]
    fn the_flatpak_is_made_of_files_that_are_there() {
        let folder = root().join("gui/install/flatpak");
        let manifest = fs::read_to_string(folder.join("org.beistand.Beistand.json")).expect("it is there");
        assert!(manifest.contains("\"id\": \"org.beistand.Beistand\""));
        let named = manifest.split([' ', '"']).filter(|word| word.starts_with("gui/install/"));
        let missing: Vec<&str> = named.filter(|path| !root().join(path).exists()).collect();
        assert_eq!(missing, [""; 0]);
    }

    #[test]
    fn nonsense_is_named() {
        assert!(parse(&["--bin-dir"]).expect_err("no folder").contains("--bin-dir"));
        assert!(parse(&["--only", "xtask"]).expect_err("no program").contains("beistand-node"));
        assert!(parse(&["--upload"]).expect_err("unknown").contains("--upload"));
        assert!(parse(&["--target", "amiga"]).expect_err("unknown").contains("macos"));
        let foreign = parse(&["--target", "macos"]).expect("valid").foreign;
        assert_eq!(foreign, Some(ForeignSystem::MacOs));
    }
}
