//! A package for Debian and Ubuntu out of what is to be installed: what it depends on, its sums, and
//! `dpkg-deb`.

use std::path::{Path, PathBuf};

use super::tree::{PackagedProgram, copy, fill_in, set_mode, write};
use super::{PackagePress, PackageRun, VERSION};
use crate::Problem;
use crate::run::{command, output, root};

/// Who answers for the packages.
pub(super) const MAINTAINER: &str = "The Beistand developers <packages@example.invalid>";

/// What dpkg runs on the way, where a program needs that.
const SCRIPTS: [&str; 3] = ["postinst", "prerm", "postrm"];

/// Packs `files` and returns the package.
pub(super) fn pack(
    program: &PackagedProgram,
    files: &Path,
    package: &PackageRun,
) -> Result<PathBuf, Problem> {
    let top = package.work.join(format!("{}.deb", program.name));
    output(command("cp").args(["-a", "--"]).args([files, &top]))?;
    let folder = root().join(program.folder);
    let inside = top.join("DEBIAN");
    let control = inside.join("control");
    copy(&folder.join("control"), &control)?;
    fill_in(
        &control,
        &[
            ("@VERSION@", &format!("{VERSION}-1")),
            ("@ARCHITECTURE@", &package.architecture),
            ("@MAINTAINER@", MAINTAINER),
            ("@KIBIBYTES@", &kibibytes(files)?),
            ("@LIBRARIES@", &libraries(program, files, package)?),
        ],
    )?;
    // Of all files but its own, in order, as `dpkg --verify` has them.
    let sums = "find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum";
    write(&inside.join("md5sums"), &output(command("sh").args(["-euc", sums]).current_dir(files))?)?;
    for name in ["control", "md5sums"] {
        set_mode(&inside.join(name), 0o644)?;
    }
    for script in SCRIPTS {
        let from = folder.join(script);
        if from.exists() {
            copy(&from, &inside.join(script))?;
            set_mode(&inside.join(script), 0o755)?;
        }
    }
    set_mode(&inside, 0o755)?;
    let made = package.out.join(format!("{}_{VERSION}-1_{}.deb", program.name, package.architecture));
    let press: &[&str] = match package.press {
        PackagePress::Small => &["-Zxz", "-z9"],
        PackagePress::Quick => &["-Znone"],
    };
    let mut build = command("dpkg-deb");
    build.arg("--root-owner-group").args(press).arg("--build").args([&top, &made]);
    // Later dates become this one.
    output(build.env("SOURCE_DATE_EPOCH", package.epoch.to_string()))?;
    Ok(made)
}

/// What it takes on a disk, as Debian counts: each file in whole kibibytes.
fn kibibytes(files: &Path) -> Result<String, Problem> {
    let sizes = output(command("find").arg(files).args(["-type", "f", "-printf", "%s\\n"]))?;
    let total: u64 =
        sizes.lines().filter_map(|size| size.parse::<u64>().ok()).map(|size| size.div_ceil(1024)).sum();
    Ok(total.to_string())
}

/// The packages of the libraries that it is linked with, in the versions that have what it uses.
fn libraries(program: &PackagedProgram, files: &Path, package: &PackageRun) -> Result<String, Problem> {
    // The tool wants to stand in a source package.
    let folder = package.work.join(format!("{}.libraries", program.name));
    write(
        &folder.join("debian/control"),
        &format!("Source: {0}\n\nPackage: {0}\nArchitecture: any\n", program.name),
    )?;
    let mut tool = command("dpkg-shlibdeps");
    tool.current_dir(&folder)
        .args(["-O", "--warnings=0"])
        .arg(format!("-e{}", files.join("usr/bin").join(program.name).display()));
    let said = output(&mut tool)?;
    let found = said.lines().find_map(|line| line.strip_prefix("shlibs:Depends="));
    found.map(str::to_owned).ok_or_else(|| format!("dpkg-shlibdeps names no libraries: {said}"))
}
