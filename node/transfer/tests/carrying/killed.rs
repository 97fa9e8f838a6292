//! One of two processes, of which one sends files to the other, is killed at moments that nobody chose: no
//! file is ever wrong, and what is there is gone on with.
//!
//! `cargo nextest run -p beistand-transfer --run-ignored only a_thousand` does so a thousand times.

use beistand_posix::fd::{AsFd as _, OwnedFd};
use beistand_posix::unix::net::UnixStream;
use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use beistand_session::{FilesEnd, SentPart};
use beistand_transfer::{
    IncomingFiles, IncomingStep, OutgoingList, OutgoingPort, TargetFolder, TransferManifest,
};

use crate::wire;

/// Says to a child what it is, and where.
const CHILD: &str = "BEISTAND_TEST_CARRY";

/// Says to a child that it receives.
const RECEIVES: &str = "BEISTAND_TEST_RECEIVES";

/// The receiver, as the sender's port.
#[derive(Default)]
struct Carried {
    manifest: Option<TransferManifest>,
    incoming: Option<IncomingFiles>,
    wanted: Option<u64>,
    found: u64,
    is_done: bool,
}

impl OutgoingPort for Carried {
    fn say(&mut self, part: SentPart) -> bool {
        match part {
            SentPart::Offer { entries, bytes, .. } => {
                self.manifest = Some(TransferManifest::new(entries, bytes).unwrap());
            }
            SentPart::Entries(entries) => self.manifest.as_mut().unwrap().add(entries).unwrap(),
            part => match self.incoming.as_mut().unwrap().take(part).unwrap() {
                IncomingStep::Want { from, .. } => self.wanted = Some(from),
                IncomingStep::Done => self.is_done = true,
                IncomingStep::On => {}
                IncomingStep::Missed { path, why } => panic!("{path}: {why:?}"),
            },
        }
        true
    }

    fn wanted(&mut self, _file: u32) -> Option<u64> {
        self.wanted.take()
    }

    fn goes_on(&self) -> bool {
        true
    }

    fn skipped(&mut self, path: &str, why: FilesEnd) {
        panic!("{path}: {why:?}");
    }
}

/// Carries all of `from/files` into `to`; how many bytes were there before.
fn carry(folder: &Path) -> u64 {
    let list = OutgoingList::gather(&[folder.join("from/files")], &|| true).unwrap();
    let mut carried = Carried::default();
    list.offer(0, &mut carried);
    let target = TargetFolder::open(&folder.join("to"), true).unwrap();
    let manifest = carried.manifest.take().unwrap();
    carried.incoming = Some(IncomingFiles::new(target, manifest, 0, [1; 32], || true).unwrap());
    list.send(&mut carried);
    assert!(carried.is_done);
    carried.found = carried.incoming.unwrap().found_bytes();
    carried.found
}

/// What a child does. No test by itself.
#[test]
fn carried_by_a_child() {
    let Some(folder) = std::env::var_os(CHILD) else { return };
    let folder = Path::new(&folder);
    // Its standard input is the other one.
    let stream = UnixStream::from(std::io::stdin().as_fd().try_clone_to_owned().unwrap());
    let done = match std::env::var_os(RECEIVES) {
        None => wire::send(&folder.join("from/files"), stream),
        Some(_) => wire::receive(&folder.join("to"), stream),
    };
    std::process::exit(i32::from(!done));
}

/// A sender and a receiver, each a process of its own.
fn children(folder: &Path) -> [Child; 2] {
    let (one, other) = UnixStream::pair().unwrap();
    [(one, None), (other, Some(RECEIVES))].map(|(stream, role)| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "killed::carried_by_a_child", "--nocapture"]).env(CHILD, folder);
        command.envs(role.map(|role| (role, "1")));
        let stdin = Stdio::from(OwnedFd::from(stream));
        command.stdin(stdin).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    })
}

fn files(folder: &Path) -> HashMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

/// Whether a transfer is noted there that has not ended.
fn has_list(folder: &Path) -> bool {
    let mut names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    names.any(|path| path.extension().is_some_and(|ending| ending == "list"))
}

/// Kills one of the two before they are through so often, and goes on each time.
fn kill(times: u32) {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir_all(folder.join("from/files")).unwrap();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    for (name, count) in [("large", 6 << 20), ("middle", 700_001), ("small", 300), ("empty", 0)] {
        let bytes: Vec<u8> = (0..count).map(|_| random() as u8).collect();
        fs::write(folder.join("from/files").join(name), bytes).unwrap();
    }
    let sent = files(&folder.join("from/files"));
    // How long it takes where nobody kills it.
    let since = Instant::now();
    assert!(children(folder).map(|mut child| child.wait().unwrap().success()) == [true, true]);
    let whole = since.elapsed();
    let (mut killed, mut went_on, mut round) = ([0, 0], 0, 0);
    while killed[0] + killed[1] < times {
        round += 1;
        fs::remove_dir_all(folder.join("to")).unwrap();
        let mut children = children(folder);
        thread::sleep(Duration::from_micros(random() % (whole.as_micros() as u64 + 1)));
        let victim = (random() % 2) as usize;
        children[victim].kill().unwrap();
        killed[victim] += u32::from(!children[victim].wait().unwrap().success());
        children[1 - victim].wait().unwrap();
        if !folder.join("to").exists() {
            fs::create_dir(folder.join("to")).unwrap();
        }
        for (path, bytes) in files(&folder.join("to/files")) {
            let source = folder.join("from/files").join(path.file_name().unwrap());
            assert!(sent[&source] == bytes, "round {round}: {} is wrong", path.display());
        }
        // Where it was through before, there is nothing to go on with.
        let is_through = folder.join("to/files").exists() && !has_list(&folder.join("to"));
        went_on += u32::from(!is_through && carry(folder) > 0);
        let there = files(&folder.join("to/files"));
        assert_eq!(there.len(), sent.len(), "round {round}");
        for (path, bytes) in &sent {
            let target = folder.join("to/files").join(path.file_name().unwrap());
            assert!(there[&target] == *bytes, "round {round}: {} after going on", target.display());
        }
        let left: Vec<_> =
            fs::read_dir(folder.join("to")).unwrap().map(|one| one.unwrap().file_name()).collect();
        assert_eq!(left, ["files"], "round {round}");
    }
    let text = format!(
        "{} senders and {} receivers were killed before they were through, in {round} rounds; {went_on} went on \
         with something\n",
        killed[0], killed[1]
    );
    let _ = std::io::stdout().write_all(text.as_bytes());
}

#[test]
fn killed_at_twenty_moments_no_file_is_wrong_and_each_goes_on() {
    kill(20);
}

#[test]
#[ignore = "takes minutes: see above"]
fn killed_at_a_thousand_moments_no_file_is_wrong_and_each_goes_on() {
    kill(1000);
}
