//! An archive of both programs for systems without dpkg: it is unpacked anywhere, and `install.sh` puts it
//! below a folder of one's choice.

use std::fs;
use std::path::{Path, PathBuf};

use super::tree::{copy, set_mode};
use super::{PackagePress, PackageRun, VERSION};
use crate::Problem;
use crate::run::{command, output, root};

/// Packs what was put together for all programs, and returns the archive.
pub(super) fn pack(trees: &[PathBuf], package: &PackageRun) -> Result<PathBuf, Problem> {
    let machine = output(command("uname").arg("-m"))?;
    let name = format!("beistand-{VERSION}-{}", machine.trim());
    let top = package.work.join(&name);
    fs::create_dir_all(&top).map_err(|error| format!("{}: {error}", top.display()))?;
    for tree in trees {
        output(command("cp").args(["-a", "--"]).arg(tree.join("usr/.")).arg(&top))?;
    }
    for (file, mode) in [("install.sh", 0o755), ("INSTALL.md", 0o644)] {
        copy(&root().join("node/install").join(file), &top.join(file))?;
        set_mode(&top.join(file), mode)?;
    }
    let (ending, press): (_, &[&str]) = match package.press {
        // One thread: how many there are is no matter of what is packed.
        PackagePress::Small => (".tar.xz", &["--use-compress-program=xz -T1 -9"]),
        PackagePress::Quick => (".tar", &[]),
    };
    let made = package.out.join(format!("{name}{ending}"));
    tar(&package.work, &name, press, package.epoch, &made)?;
    Ok(made)
}

fn tar(folder: &Path, name: &str, press: &[&str], epoch: u64, made: &Path) -> Result<(), Problem> {
    let mut tar = command("tar");
    tar.args(["--create", "--format=gnu", "--sort=name", "--owner=0", "--group=0", "--numeric-owner"])
        .arg(format!("--mtime=@{epoch}"))
        .args(press)
        .arg("--file")
        .arg(made)
        .arg("--directory")
        .arg(folder)
        .arg(name);
    output(&mut tar).map(drop)
}
