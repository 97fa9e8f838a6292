//! What a package installs: a folder for each program in which every file is where it goes below `/usr`.
//! Programs are stripped, and say themselves what their man pages and completions are.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::{PackageRun, VERSION, date, notices};
use crate::Problem;
use crate::run::{command, output, root};

/// A program that has a package.
#[derive(Debug)]
pub(super) struct PackagedProgram {
    /// What program and package are called.
    pub(super) name: &'static str,
    /// The crate it is the program of.
    pub(super) krate: &'static str,
    /// Where its files for an installation are, from the root.
    pub(super) folder: &'static str,
    /// Which of them go where below `/usr`.
    files: &'static [(&'static str, &'static str)],
}

pub(super) const PROGRAMS: [PackagedProgram; 2] = [
    PackagedProgram {
        name: "beistand",
        krate: "beistand-gui",
        folder: "gui/install",
        files: &[
            ("org.beistand.Beistand.desktop", "share/applications/org.beistand.Beistand.desktop"),
            ("org.beistand.Beistand.service", "share/dbus-1/services/org.beistand.Beistand.service"),
            ("org.beistand.Beistand.metainfo.xml", "share/metainfo/org.beistand.Beistand.metainfo.xml"),
            ("lintian-overrides", "share/lintian/overrides/beistand"),
            ("icons/beistand.svg", "share/icons/hicolor/scalable/apps/org.beistand.Beistand.svg"),
            ("icons/beistand-16.png", "share/icons/hicolor/16x16/apps/org.beistand.Beistand.png"),
            ("icons/beistand-22.png", "share/icons/hicolor/22x22/apps/org.beistand.Beistand.png"),
            ("icons/beistand-24.png", "share/icons/hicolor/24x24/apps/org.beistand.Beistand.png"),
            ("icons/beistand-32.png", "share/icons/hicolor/32x32/apps/org.beistand.Beistand.png"),
            ("icons/beistand-48.png", "share/icons/hicolor/48x48/apps/org.beistand.Beistand.png"),
            ("icons/beistand-64.png", "share/icons/hicolor/64x64/apps/org.beistand.Beistand.png"),
            ("icons/beistand-128.png", "share/icons/hicolor/128x128/apps/org.beistand.Beistand.png"),
            ("icons/beistand-256.png", "share/icons/hicolor/256x256/apps/org.beistand.Beistand.png"),
            ("icons/beistand-512.png", "share/icons/hicolor/512x512/apps/org.beistand.Beistand.png"),
        ],
    },
    PackagedProgram {
        name: "beistand-node",
        krate: "beistand-node",
        folder: "node/install",
        files: &[
            ("beistand-serve.service", "lib/systemd/system/beistand-serve.service"),
            ("serve.toml", "share/doc/beistand-node/examples/serve.toml"),
        ],
    },
];

/// The languages of man pages, as the programs call them.
const LANGUAGES: [&str; 2] = ["en", "de"];

/// Shells, and what a shell's completion of a program is called below `/usr`.
const SHELLS: [(&str, &str, &str, &str); 3] = [
    ("bash", "share/bash-completion/completions", "", ""),
    ("zsh", "share/zsh/vendor-completions", "_", ""),
    ("fish", "share/fish/vendor_completions.d", "", ".fish"),
];

/// Puts together what is installed of a program. Returns the folder in which it is: with `usr`, and nothing
/// else.
pub(super) fn stage(program: &PackagedProgram, package: &PackageRun) -> Result<PathBuf, Problem> {
    let top = package.work.join(program.name);
    let usr = top.join("usr");
    let binary = usr.join("bin").join(program.name);
    copy(&package.bin_dir.join(program.name), &binary)?;
    output(command("strip").args(["--remove-section=.comment", "--remove-section=.note"]).arg(&binary))?;
    set_mode(&binary, 0o755)?;
    for (from, to) in program.files {
        let text = root().join(program.folder).join(from);
        copy(&text, &usr.join(to))?;
        if to.starts_with("share/metainfo/") {
            fill_in(&usr.join(to), &[("@VERSION@", VERSION), ("@DATE@", &date(package, "+%Y-%m-%d")?)])?;
        }
    }
    own_pages(&binary, program.name, &usr)?;
    papers(program, &usr, package)?;
    set_modes(&top)?;
    Ok(top)
}

/// The man pages and completions, as the program itself has them.
fn own_pages(binary: &Path, name: &str, usr: &Path) -> Result<(), Problem> {
    let program = || {
        let mut program = command(&binary.to_string_lossy());
        // Whoever packs may have settings of their own.
        program.env("HOME", "/nonexistent").env_remove("XDG_CONFIG_HOME");
        program
    };
    for language in LANGUAGES {
        let man = usr.join("share/man");
        output(program().args(["manual", "--language", language]).arg(&man))?;
        let section = if language == "en" { man.join("man1") } else { man.join(language).join("man1") };
        for page in files_in(&section)? {
            press(&page)?;
        }
    }
    for (shell, folder, before, after) in SHELLS {
        let script = output(program().args(["completion", shell]))?;
        write(&usr.join(folder).join(format!("{before}{name}{after}")), &script)?;
    }
    Ok(())
}

/// What Debian wants beside each program: the licence, that of others' code in it, and what has changed.
fn papers(program: &PackagedProgram, usr: &Path, package: &PackageRun) -> Result<(), Problem> {
    let folder = usr.join("share/doc").join(program.name);
    copy(&root().join("node/install/copyright"), &folder.join("copyright"))?;
    let changes = folder.join("changelog");
    copy(&root().join("CHANGELOG.md"), &changes)?;
    press(&changes)?;
    let debian = folder.join("changelog.Debian");
    let entry = format!(
        "{} ({VERSION}-1) unstable; urgency=medium\n\n  * What has changed is in changelog.gz.\n\n -- {}  {}\n",
        program.name,
        super::deb::MAINTAINER,
        date(package, "+%a, %d %b %Y %H:%M:%S +0000")?
    );
    write(&debian, &entry)?;
    press(&debian)?;
    let notices = folder.join("THIRD-PARTY");
    write(&notices, &notices::of(program.krate)?)?;
    press(&notices)
}

/// Presses a file so that the same text gives the same bytes.
fn press(file: &Path) -> Result<(), Problem> {
    output(command("gzip").args(["-9n"]).arg(file)).map(drop)
}

/// Copies a file, with the folders that it needs.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), Problem> {
    make_folder_of(to)?;
    fs::copy(from, to).map(drop).map_err(|error| format!("{} can't be copied: {error}", from.display()))
}

pub(super) fn write(file: &Path, text: &str) -> Result<(), Problem> {
    make_folder_of(file)?;
    fs::write(file, text).map_err(|error| format!("{} can't be written: {error}", file.display()))
}

fn make_folder_of(file: &Path) -> Result<(), Problem> {
    let folder = file.parent().unwrap_or(Path::new("/"));
    fs::create_dir_all(folder).map_err(|error| format!("{} can't be made: {error}", folder.display()))
}

/// Puts values in the place of marks.
pub(super) fn fill_in(file: &Path, values: &[(&str, &str)]) -> Result<(), Problem> {
    let mut text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    for (mark, value) in values {
        text = text.replace(mark, value);
    }
    write(file, &text)
}

/// The files in a folder, in order.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let listed = fs::read_dir(folder).and_then(|entries| {
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()
    });
    let mut files = listed.map_err(|error| format!("{}: {error}", folder.display()))?;
    files.sort();
    Ok(files)
}

/// Everybody may read all of it and run the programs, whatever the mask of whoever packs.
fn set_modes(folder: &Path) -> Result<(), Problem> {
    set_mode(folder, 0o755)?;
    for entry in files_in(folder)? {
        if entry.is_dir() {
            set_modes(&entry)?;
        } else {
            let runs = entry.parent().is_some_and(|parent| parent.ends_with("usr/bin"));
            set_mode(&entry, if runs { 0o755 } else { 0o644 })?;
        }
    }
    Ok(())
}

pub(super) fn set_mode(path: &Path, mode: u32) -> Result<(), Problem> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .map_err(|error| format!("{}: {error}", path.display()))
}
