//! A disk that is full, before and in the middle: on a small file system in a mount namespace, which needs
//! root and is passed over without.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use beistand_session::{FilesEnd, SentPart};
use beistand_transfer::{
    IncomingFiles, IncomingStep, OutgoingList, OutgoingPort, TargetFolder, TransferManifest,
};

/// Says to the child where it is.
const CHILD: &str = "BEISTAND_TEST_FULL";

struct Carried {
    incoming: Option<IncomingFiles>,
    manifest: Option<TransferManifest>,
    wanted: Option<u64>,
    end: Option<FilesEnd>,
    /// Parts after which somebody else fills the disk.
    life: u32,
    to: PathBuf,
}

impl OutgoingPort for Carried {
    fn say(&mut self, part: SentPart) -> bool {
        self.life = self.life.wrapping_sub(1);
        if self.life == 0 {
            fill(&self.to, 115);
        }
        match part {
            SentPart::Offer { entries, bytes, .. } => {
                self.manifest = Some(TransferManifest::new(entries, bytes).unwrap());
            }
            SentPart::Entries(entries) => self.manifest.as_mut().unwrap().add(entries).unwrap(),
            part => match self.incoming.as_mut().unwrap().take(part) {
                Ok(IncomingStep::Want { from, .. }) => self.wanted = Some(from),
                Ok(IncomingStep::Done) => self.end = Some(FilesEnd::Done),
                Ok(IncomingStep::On | IncomingStep::Missed { .. }) => {}
                Err(why) => {
                    self.incoming.take().unwrap().abandon(false);
                    self.end = Some(why);
                }
            },
        }
        self.end.is_none()
    }

    fn wanted(&mut self, _file: u32) -> Option<u64> {
        self.wanted.take()
    }

    fn goes_on(&self) -> bool {
        self.end.is_none()
    }

    fn skipped(&mut self, path: &str, why: FilesEnd) {
        panic!("{path}: {why:?}");
    }
}

/// Somebody else writes so many MiB, or as many as there is room for.
fn fill(to: &Path, mib: usize) {
    let _ = fs::write(to.join("ballast"), vec![1; mib << 20]);
}

/// The MiB that are free.
fn free_mib(to: &Path) -> u64 {
    let disk = beistand_posix::fs::statvfs(to).unwrap();
    (disk.f_bavail * disk.f_frsize) >> 20
}

/// Carries a file into a folder of which the sender says that it needs so much; how it ended, and how much
/// was there before.
fn carry(file: &Path, to: &Path, stored: u64, life: u32) -> (FilesEnd, u64) {
    let list = OutgoingList::gather(&[file.to_owned()], &|| true).unwrap();
    let mut carried =
        Carried { incoming: None, manifest: None, wanted: None, end: None, life, to: to.to_owned() };
    list.offer(0, &mut carried);
    let target = TargetFolder::open(to, false).unwrap();
    match IncomingFiles::new(target, carried.manifest.take().unwrap(), stored, [1; 32], || true) {
        Ok(incoming) => carried.incoming = Some(incoming),
        Err(why) => return (why, 0),
    }
    list.send(&mut carried);
    let found = carried.incoming.map_or(0, |incoming| incoming.found_bytes());
    (carried.end.unwrap(), found)
}

/// What the child does, on a file system of 140 MiB, of which 64 are left to others. No test by itself.
#[test]
fn filled_by_a_child() {
    let Some(to) = std::env::var_os(CHILD) else { return };
    let to = Path::new(&to);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a");
    let bytes: Vec<u8> = (0..35 << 20).map(|index: u32| (index % 253 + index / 1000) as u8).collect();
    fs::write(&file, &bytes).unwrap();
    let names = || fs::read_dir(to).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
    // Before: it is refused, and leaves nothing. A lie about what it needs gains nothing.
    fill(to, 50);
    for stored in [35 << 20, 0, 5 << 20] {
        assert_eq!(carry(&file, to, stored, 0), (FilesEnd::DiskFull, 0));
        assert_eq!(names(), ["ballast"]);
    }
    // In the middle, since somebody else writes: what is there is kept.
    fs::remove_file(to.join("ballast")).unwrap();
    assert_eq!(carry(&file, to, 35 << 20, 1_500).0, FilesEnd::DiskFull);
    assert!(!to.join("a").exists());
    // What it goes on with leaves to others what it has to.
    fill(to, 48);
    assert_eq!(carry(&file, to, 35 << 20, 0).0, FilesEnd::DiskFull);
    assert!((63..=66).contains(&free_mib(to)), "{}", free_mib(to));
    fs::remove_file(to.join("ballast")).unwrap();
    let (end, found) = carry(&file, to, 35 << 20, 0);
    assert_eq!(end, FilesEnd::Done);
    assert!(found > 20 << 20, "{found}");
    assert!(fs::read(to.join("a")).unwrap() == bytes);
}

#[test]
fn a_full_disk_refuses_it_or_leaves_it_to_be_gone_on_with() {
    if !beistand_posix::process::geteuid().is_root() {
        // A file system of its own needs root.
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs -o size=140m none \"$1\" && shift && exec \"$@\"";
    let test = std::env::current_exe().unwrap();
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-c", script, "sh"]).arg(folder.path()).arg(test);
    command.args(["--exact", "full::filled_by_a_child", "--nocapture"]).env(CHILD, folder.path());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
