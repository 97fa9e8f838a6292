//! Programs that were built elsewhere, as other systems want them: a zip for Windows, and an application's
//! folder for macOS.
//!
//! What it doesn't do: it signs nothing by those systems' own ways, which take their makers' tools and keys.

use std::fs;
use std::path::{Path, PathBuf};

use super::tree::{copy, fill_in, set_mode, write};
use super::{PackagePress, PackageRun, VERSION, notices};
use crate::Problem;
use crate::run::{command, output, root};

/// A system whose programs are packed here and built elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ForeignSystem {
    Windows,
    MacOs,
}

/// The icon's sizes, and what Apple's icon file calls each.
const ICONS: [(&str, [u8; 4]); 3] = [("128", *b"ic07"), ("256", *b"ic08"), ("512", *b"ic09")];

const PROGRAMS: [&str; 2] = ["beistand", "beistand-node"];

impl ForeignSystem {
    /// The one of this name.
    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            "windows" => Some(Self::Windows),
            "macos" => Some(Self::MacOs),
            _ => None,
        }
    }

    /// Packs the programs and returns the package.
    pub(super) fn pack(self, package: &PackageRun) -> Result<PathBuf, Problem> {
        let (name, top) = match self {
            Self::Windows => {
                let name = format!("beistand-{VERSION}-windows");
                let top = package.work.join(&name);
                for program in PROGRAMS {
                    let file = format!("{program}.exe");
                    copy(&package.bin_dir.join(&file), &top.join(&file))?;
                }
                papers(&top)?;
                (name, top)
            }
            Self::MacOs => {
                let name = format!("beistand-{VERSION}-macos");
                let top = package.work.join(&name);
                application(&top.join("Beistand.app/Contents"), package)?;
                papers(&top)?;
                (name, top)
            }
        };
        zip(&name, &top, package)
    }
}

/// The application's folder, from `Contents` on.
fn application(contents: &Path, package: &PackageRun) -> Result<(), Problem> {
    for program in PROGRAMS {
        let binary = contents.join("MacOS").join(program);
        copy(&package.bin_dir.join(program), &binary)?;
        set_mode(&binary, 0o755)?;
    }
    let plist = contents.join("Info.plist");
    copy(&root().join("gui/install/Info.plist"), &plist)?;
    fill_in(&plist, &[("@VERSION@", VERSION)])?;
    let icon = contents.join("Resources/beistand.icns");
    write(&contents.join("Resources/.keep"), "")?;
    fs::remove_file(contents.join("Resources/.keep")).map_err(|error| format!("Resources: {error}"))?;
    fs::write(&icon, icns()?).map_err(|error| format!("{}: {error}", icon.display()))
}

/// Apple's file of icons: a head, and each picture with its kind and length.
fn icns() -> Result<Vec<u8>, Problem> {
    let mut pictures = Vec::new();
    for (size, kind) in ICONS {
        let path = root().join(format!("gui/install/icons/beistand-{size}.png"));
        let picture = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let length = u32::try_from(picture.len() + 8).map_err(|_| "an icon is too large".to_owned())?;
        pictures.extend(kind);
        pictures.extend(length.to_be_bytes());
        pictures.extend(picture);
    }
    let length = u32::try_from(pictures.len() + 8).map_err(|_| "the icons are too large".to_owned())?;
    Ok([b"icns".as_slice(), &length.to_be_bytes(), &pictures].concat())
}

/// What stands beside the programs: how to use it, the licences, others' licences.
fn papers(top: &Path) -> Result<(), Problem> {
    for name in ["LICENSE-MIT", "LICENSE-APACHE", "CHANGELOG.md"] {
        copy(&root().join(name), &top.join(name))?;
    }
    // The window has all that the other program has.
    write(&top.join("THIRD-PARTY.txt"), &notices::of("beistand-gui")?)
}

/// Packs a folder so that the same files give the same bytes.
fn zip(name: &str, top: &Path, package: &PackageRun) -> Result<PathBuf, Problem> {
    let date = format!("@{}", package.epoch);
    let folder = top.parent().expect("it is below the folder of work");
    let mut dates = command("find");
    dates.arg(top).args(["-exec", "touch", "--no-dereference", "--date", &date, "{}", "+"]);
    output(&mut dates)?;
    let made = package.out.join(format!("{name}.zip"));
    let _ = fs::remove_file(&made);
    let level = match package.press {
        PackagePress::Small => "-9",
        PackagePress::Quick => "-0",
    };
    // It takes names from standard input in their order.
    let script = "find \"$1\" -type f | LC_ALL=C sort | zip -X -q \"$2\" -@ \"$3\"";
    let mut zip = command("sh");
    zip.args(["-euc", script, "sh", name, level]).arg(&made).current_dir(folder).env("TZ", "UTC");
    output(&mut zip)?;
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_icons_have_their_head_and_lengths() {
        let file = icns().expect("the pictures are there");
        assert_eq!(&file[..4], b"icns");
        assert_eq!(u32::from_be_bytes(file[4..8].try_into().expect("four")) as usize, file.len());
        assert_eq!((&file[8..12], &file[16..20]), (b"ic07".as_slice(), b"\x89PNG".as_slice()));
    }

    #[test]
    fn programs_of_other_systems_are_packed_as_those_want_them() {
        let folder = std::env::temp_dir().join(format!("beistand-bundle-{}", std::process::id()));
        let bin_dir = folder.join("bin");
        for name in PROGRAMS {
            write(&bin_dir.join(name), "program").expect("a folder of ours");
            write(&bin_dir.join(format!("{name}.exe")), "program").expect("a folder of ours");
        }
        let package = PackageRun {
            bin_dir,
            work: folder.join("work"),
            out: folder.join("out"),
            press: PackagePress::Quick,
            epoch: 1_700_000_000,
            architecture: "amd64".to_owned(),
        };
        fs::create_dir_all(&package.out).expect("a folder of ours");
        for (system, wanted) in [
            (ForeignSystem::Windows, "beistand-0.1.0-windows/beistand.exe"),
            (ForeignSystem::MacOs, "beistand-0.1.0-macos/Beistand.app/Contents/MacOS/beistand"),
        ] {
            let made = system.pack(&package).expect("it is packed");
            let first = fs::read(&made).expect("it is there");
            let names = String::from_utf8_lossy(&first).into_owned();
            let wanted = wanted.replace("0.1.0", VERSION);
            assert!(names.contains(&wanted) && names.contains("THIRD-PARTY.txt"), "{system:?}");
            let _ = fs::remove_dir_all(&package.work);
            let again = fs::read(system.pack(&package).expect("it is packed")).expect("it is there");
            assert!(first == again, "{system:?}: packed twice, it is not the same");
        }
        fs::remove_dir_all(&folder).expect("a folder of ours");
    }
}
