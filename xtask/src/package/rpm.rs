//! A package for Fedora, openSUSE and their like out of what is to be installed, by `rpmbuild`.
//!
//! What it needs of libraries rpm finds by itself, as sonames, which all of these systems know.

use std::fs;
use std::path::{Path, PathBuf};

use super::tree::{PackagedProgram, copy, fill_in};
use super::{PackagePress, PackageRun, VERSION, deb};
use crate::Problem;
use crate::run::{command, output, root};

/// What of a package is Debian's alone.
const DEBIANS: [&str; 2] = ["share/lintian", "share/zsh/vendor-completions"];

/// Where others look for completions of zsh.
const ZSH: &str = "share/zsh/site-functions";

/// What rpm is not to do to files that are finished, and what makes the same files the same package.
const RULES: &str = "\
%global debug_package %{nil}
%global __os_install_post %{nil}
%global _build_id_links none
%global use_source_date_epoch_as_buildtime 1
%global clamp_mtime_to_source_date_epoch 1
%global _buildhost beistand.invalid
%global __brp_mangle_shebangs %{nil}";

/// Packs `files` and returns the package.
pub(super) fn pack(
    program: &PackagedProgram,
    files: &Path,
    package: &PackageRun,
) -> Result<PathBuf, Problem> {
    let top = package.work.join(format!("{}.rpm", program.name));
    let tree = top.join("tree");
    fs::create_dir_all(&top).map_err(|error| format!("{}: {error}", top.display()))?;
    output(command("cp").args(["-a", "--"]).args([files, &tree]))?;
    suit(program, &tree.join("usr"))?;
    let spec = top.join("package.spec");
    copy(&root().join(program.folder).join(format!("{}.spec", program.name)), &spec)?;
    fill_in(
        &spec,
        &[
            ("@VERSION@", VERSION),
            ("@MAINTAINER@", deb::MAINTAINER),
            ("@RULES@", RULES),
            ("@FILES@", &sections(&tree, &paths_in(&tree)?)),
        ],
    )?;
    let press = match package.press {
        PackagePress::Small => "w19.zstdio",
        PackagePress::Quick => "w.ufdio",
    };
    let mut build = command("rpmbuild");
    build.args(["-bb", "--quiet"]);
    for define in [
        format!("_topdir {}", top.display()),
        format!("_rpmdir {}", package.out.display()),
        "_build_name_fmt %{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm".to_owned(),
        format!("_binary_payload {press}"),
        // This system's own folders for packages are not asked.
        format!("_dbpath {}", top.join("db").display()),
    ] {
        build.args(["--define", &define]);
    }
    output(build.arg(&spec).env("SOURCE_DATE_EPOCH", package.epoch.to_string()))?;
    let machine = output(command("uname").arg("-m"))?;
    Ok(package.out.join(format!("{}-{VERSION}-1.{}.rpm", program.name, machine.trim())))
}

/// Leaves out what is Debian's, and puts the licences where others look.
fn suit(program: &PackagedProgram, usr: &Path) -> Result<(), Problem> {
    let completions = usr.join(DEBIANS[1]);
    if completions.is_dir() {
        let to = usr.join(ZSH);
        fs::create_dir_all(to.parent().expect("it has a folder"))
            .and_then(|()| fs::rename(&completions, &to))
            .map_err(|error| format!("{}: {error}", to.display()))?;
    }
    for folder in DEBIANS {
        let _ = fs::remove_dir_all(usr.join(folder));
    }
    let papers = usr.join("share/doc").join(program.name);
    for name in ["changelog.Debian.gz", "copyright"] {
        let paper = papers.join(name);
        fs::remove_file(&paper).map_err(|error| format!("{}: {error}", paper.display()))?;
    }
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        copy(&root().join(name), &usr.join("share/licenses").join(program.name).join(name))?;
    }
    Ok(())
}

/// All files in the tree, from its root, in order.
fn paths_in(tree: &Path) -> Result<Vec<String>, Problem> {
    let mut find = command("find");
    find.args(["usr", "-type", "f"]).current_dir(tree);
    let mut paths: Vec<String> = output(&mut find)?.lines().map(str::to_owned).collect();
    paths.sort();
    Ok(paths)
}

/// The sections of a spec that say what is in the package.
fn sections(tree: &Path, paths: &[String]) -> String {
    let mut text =
        format!("\n%install\nmkdir -p %{{buildroot}}\ncp -a {}/. %{{buildroot}}/\n", tree.display());
    text += "\n%files\n%defattr(-,root,root,-)\n";
    for path in paths {
        let kind = if path.starts_with("usr/share/licenses/") {
            "%license "
        } else if path.starts_with("usr/share/man/") || path.starts_with("usr/share/doc/") {
            "%doc "
        } else {
            ""
        };
        text += &format!("{kind}/{path}\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_listed_as_what_it_is() {
        let paths = ["usr/bin/a", "usr/share/licenses/a/LICENSE-MIT", "usr/share/man/man1/a.1.gz"];
        let text = sections(Path::new("/t"), &paths.map(str::to_owned));
        let (_, files) = text.split_once("%files\n").expect("it has files");
        assert_eq!(
            files,
            "%defattr(-,root,root,-)\n/usr/bin/a\n%license /usr/share/licenses/a/LICENSE-MIT\n\
             %doc /usr/share/man/man1/a.1.gz\n"
        );
        assert!(text.contains("cp -a /t/. %{buildroot}/"));
    }
}
