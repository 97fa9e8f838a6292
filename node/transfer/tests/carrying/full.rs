//! A disk that is full, before and in the middle: on a small file system in a mount namespace, which needs
//! root and is passed over without.

use std::fs;
use std::path::Path;
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
}

impl OutgoingPort for Carried {
    fn say(&mut self, part: SentPart) -> bool {
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

/// Carries a file into a folder of which the sender says that it needs so much; how it ended, and how much
/// was there before.
fn carry(file: &Path, to: &Path, stored: u64) -> (FilesEnd, u64) {
    let list = OutgoingList::gather(&[file.to_owned()], &|| true).unwrap();
    let mut carried = Carried { incoming: None, manifest: None, wanted: None, end: None };
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

/// What the child does, on a file system of 40 MiB. No test by itself.
#[test]
fn filled_by_a_child() {
    let Some(to) = std::env::var_os(CHILD) else { return };
    let to = Path::new(&to);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a");
    let bytes: Vec<u8> = (0..35 << 20).map(|index: u32| (index % 253 + index / 1000) as u8).collect();
    fs::write(&file, &bytes).unwrap();
    // Before: it is refused, and leaves nothing.
    assert_eq!(carry(&file, to, 35 << 20), (FilesEnd::DiskFull, 0));
    assert_eq!(fs::read_dir(to).unwrap().count(), 0);
    // In the middle, since its sender lies or somebody else writes: what is there is kept.
    fs::write(to.join("ballast"), vec![1; 15 << 20]).unwrap();
    assert_eq!(carry(&file, to, 0).0, FilesEnd::DiskFull);
    assert!(!to.join("a").exists());
    fs::remove_file(to.join("ballast")).unwrap();
    let (end, found) = carry(&file, to, 35 << 20);
    assert_eq!(end, FilesEnd::Done);
    assert!(found > 20 << 20, "{found}");
    assert!(fs::read(to.join("a")).unwrap() == bytes);
}

#[test]
fn a_full_disk_refuses_it_or_leaves_it_to_be_gone_on_with() {
    if !rustix::process::geteuid().is_root() {
        // A file system of its own needs root.
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs -o size=40m none \"$1\" && shift && exec \"$@\"";
    let test = std::env::current_exe().unwrap();
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-c", script, "sh"]).arg(folder.path()).arg(test);
    command.args(["--exact", "full::filled_by_a_child", "--nocapture"]).env(CHILD, folder.path());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
