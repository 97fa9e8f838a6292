//! A sender and a receiver, joined without a network: what arrives, and what does not.

use beistand_posix::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use beistand_session::{FilesEnd, FilesEntry, SentPart};
use beistand_transfer::{
    GroupHashes, IncomingFiles, IncomingStep, OutgoingList, OutgoingPort, TargetFolder, TransferManifest,
};

const PEER: [u8; 32] = [7; 32];

/// The receiver, as the sender's port: every part is taken at once.
struct Joined {
    folder: PathBuf,
    manifest: Option<TransferManifest>,
    stored: u64,
    incoming: Option<IncomingFiles>,
    end: Option<Result<(), FilesEnd>>,
    wanted: Option<(u32, u64)>,
    missed: Vec<(String, FilesEnd)>,
    /// Parts that are still taken; then the process is gone.
    life: u64,
    /// Changes each part on its way.
    meddle: Box<dyn FnMut(SentPart) -> SentPart>,
    said: Rc<RefCell<u64>>,
}

impl Joined {
    fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            manifest: None,
            stored: 0,
            incoming: None,
            end: None,
            wanted: None,
            missed: Vec::new(),
            life: u64::MAX,
            meddle: Box::new(|part| part),
            said: Rc::default(),
        }
    }

    fn accept(&mut self) {
        let target = TargetFolder::open(&self.folder, true).unwrap();
        let manifest = self.manifest.take().unwrap();
        assert!(manifest.is_whole() && manifest.is_honest());
        self.incoming = Some(IncomingFiles::new(target, manifest, self.stored, PEER, || true).unwrap());
    }

    fn take(&mut self, part: SentPart) {
        let incoming = self.incoming.as_mut().unwrap();
        match incoming.take(part) {
            Ok(IncomingStep::On) => {}
            Ok(IncomingStep::Want { file, from }) => self.wanted = Some((file, from)),
            Ok(IncomingStep::Missed { path, why }) => self.missed.push((path, why)),
            Ok(IncomingStep::Done) => self.end = Some(Ok(())),
            Err(why) => {
                let is_forgotten = matches!(why, FilesEnd::Invalid | FilesEnd::Damaged);
                self.incoming.take().unwrap().abandon(is_forgotten);
                self.end = Some(Err(why));
            }
        }
    }
}

impl OutgoingPort for Joined {
    fn say(&mut self, part: SentPart) -> bool {
        if self.life == 0 || self.end.is_some() {
            return false;
        }
        self.life -= 1;
        match (self.meddle)(part) {
            SentPart::Offer { entries, bytes, stored, .. } => {
                self.stored = stored;
                self.manifest = Some(TransferManifest::new(entries, bytes).unwrap());
            }
            SentPart::Entries(entries) => self.manifest.as_mut().unwrap().add(entries).unwrap(),
            part => {
                if let SentPart::Block { bytes, .. } = &part {
                    *self.said.borrow_mut() += bytes.len() as u64;
                }
                self.take(part);
            }
        }
        self.end.is_none()
    }

    fn wanted(&mut self, file: u32) -> Option<u64> {
        let (wanted, from) = self.wanted.take()?;
        assert_eq!(wanted, file);
        Some(from)
    }

    fn goes_on(&self) -> bool {
        self.end.is_none()
    }

    fn skipped(&mut self, path: &str, why: FilesEnd) {
        self.missed.push((format!("sender: {path}"), why));
    }
}

/// Sends these; how it ended, and the bytes that travelled.
fn carry(paths: &[PathBuf], mut joined: Joined) -> (Joined, u64) {
    let list = OutgoingList::gather(paths, &|| true).unwrap();
    assert!(list.offer(0, &mut joined));
    joined.accept();
    list.send(&mut joined);
    let said = *joined.said.borrow();
    (joined, said)
}

fn bytes(count: usize, seed: u8) -> Vec<u8> {
    let mut state = u64::from(seed) + 1;
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as u8
        })
        .collect()
}

fn folders() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    fs::create_dir(&from).unwrap();
    (folder, from, to)
}

/// What is below a folder, but for what is hidden.
fn below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(one) = waiting.pop() {
        for entry in fs::read_dir(&one).unwrap() {
            let path = entry.unwrap().path();
            found.push(path.strip_prefix(folder).unwrap().display().to_string());
            if path.is_dir() && !path.is_symlink() {
                waiting.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_folder_arrives_whole_with_its_times_and_without_what_runs() {
    let (_folder, from, to) = folders();
    let sent = from.join("Größe");
    fs::create_dir_all(sent.join("empty folder")).unwrap();
    fs::create_dir_all(sent.join("b/报告")).unwrap();
    let files =
        [("empty", 0), ("b/small", 10), ("b/报告/large.bin", 1_000_003), ("block", 16_360), ("more", 16_361)];
    for (name, count) in files {
        fs::write(sent.join(name), bytes(count, 1)).unwrap();
    }
    let tool = sent.join("tool");
    fs::write(&tool, "#!/bin/sh").unwrap();
    fs::set_permissions(&tool, fs::Permissions::from_mode(0o4755)).unwrap();
    let secret = sent.join("secret");
    fs::write(&secret, "x").unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
    symlink("/etc/passwd", sent.join("link")).unwrap();
    let times = fs::FileTimes::new()
        .set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000));
    fs::File::open(&tool).unwrap().set_times(times).unwrap();
    let (joined, _) = carry(std::slice::from_ref(&sent), Joined::new(&to));
    assert_eq!((joined.end, joined.missed), (Some(Ok(())), Vec::new()));
    let expected =
        ["", "/b", "/b/small", "/b/报告", "/b/报告/large.bin", "/block", "/empty", "/empty folder"];
    let expected = expected.into_iter().chain(["/more", "/secret", "/tool"]);
    assert_eq!(below(&to), expected.map(|path| format!("Größe{path}")).collect::<Vec<_>>());
    for (name, count) in files {
        assert_eq!(fs::read(to.join("Größe").join(name)).unwrap(), bytes(count, 1), "{name}");
    }
    let there = |name: &str| fs::metadata(to.join("Größe").join(name)).unwrap();
    assert_eq!(there("tool").mode() & 0o7111, 0);
    assert_eq!(there("tool").mtime(), 1_000_000_000);
    assert_eq!(there("secret").mode() & 0o777, 0o600);
}

#[test]
fn a_name_that_is_taken_is_not_overwritten() {
    let (_folder, from, to) = folders();
    fs::create_dir(&to).unwrap();
    fs::write(from.join("a.txt"), "new").unwrap();
    fs::write(to.join("A.TXT"), "old").unwrap();
    symlink("/nowhere", to.join("a (2).txt")).unwrap();
    for _ in 0..2 {
        assert_eq!(carry(&[from.join("a.txt")], Joined::new(&to)).0.end, Some(Ok(())));
    }
    assert_eq!(below(&to), ["A.TXT", "a (2).txt", "a (3).txt", "a (4).txt"]);
    assert_eq!(fs::read_to_string(to.join("A.TXT")).unwrap(), "old");
    assert_eq!(fs::read_to_string(to.join("a (4).txt")).unwrap(), "new");
}

#[test]
fn wherever_it_is_interrupted_nothing_is_wrong_and_it_goes_on() {
    let (_folder, from, to) = folders();
    let sent = from.join("folder");
    fs::create_dir(&sent).unwrap();
    for (name, count) in [("a", 300_000), ("b", 5), ("c", 200_000)] {
        fs::write(sent.join(name), bytes(count, 3)).unwrap();
    }
    let whole = |path: &Path, count| fs::read(path).unwrap() == bytes(count, 3);
    let mut life = 2;
    loop {
        // The process is gone after so many parts, and the next one goes on.
        let (joined, _) = carry(std::slice::from_ref(&sent), Joined { life, ..Joined::new(&to) });
        drop(joined.incoming);
        for (name, count) in [("a", 300_000), ("b", 5), ("c", 200_000)] {
            let path = to.join("folder").join(name);
            assert!(!path.exists() || whole(&path, count), "{name} after {life}");
        }
        if joined.end.is_some() {
            break;
        }
        let (joined, _) = carry(std::slice::from_ref(&sent), Joined::new(&to));
        assert_eq!((joined.end, joined.missed), (Some(Ok(())), Vec::new()), "after {life}");
        assert_eq!(below(&to), ["folder", "folder/a", "folder/b", "folder/c"], "after {life}");
        fs::remove_dir_all(to.join("folder")).unwrap();
        life += 1;
    }
    assert!(life > 30, "{life}");
}

#[test]
fn what_is_right_of_a_file_is_not_sent_again() {
    let (_folder, from, to) = folders();
    let path = from.join("a");
    fs::write(&path, bytes(1_000_000, 4)).unwrap();
    let (joined, first) = carry(std::slice::from_ref(&path), Joined { life: 40, ..Joined::new(&to) });
    drop(joined.incoming);
    let (joined, second) = carry(std::slice::from_ref(&path), Joined::new(&to));
    assert_eq!(joined.end, Some(Ok(())));
    // Of a group that was not whole, what was there is sent again.
    assert!(first > 500_000 && first + second < 1_000_000 + (64 << 10), "{first} {second}");
    assert_eq!(fs::read(to.join("a")).unwrap(), bytes(1_000_000, 4));
    // What somebody wrote into it meanwhile is seen.
    let (joined, _) = carry(std::slice::from_ref(&path), Joined { life: 40, ..Joined::new(&to) });
    drop(joined.incoming);
    let partial = fs::read_dir(&to).unwrap().map(|entry| entry.unwrap().path());
    let partial = partial.into_iter().find(|path| path.extension().is_some_and(|end| end == "part")).unwrap();
    let mut there = fs::read(&partial).unwrap();
    there[70_000] ^= 1;
    fs::write(&partial, there).unwrap();
    let (joined, third) = carry(&[path], Joined::new(&to));
    assert_eq!(joined.end, Some(Ok(())));
    assert!(third > 900_000, "{third}");
    assert_eq!(fs::read(to.join("a (2)")).unwrap(), bytes(1_000_000, 4));
}

#[test]
fn a_wrong_byte_on_the_way_makes_no_file() {
    let (_folder, from, to) = folders();
    for name in ["a", "b"] {
        fs::write(from.join(name), bytes(200_000, 5)).unwrap();
    }
    let mut blocks = 0;
    let meddle = move |part| match part {
        SentPart::Block { offset, mut bytes } => {
            blocks += 1;
            if blocks == 3 {
                bytes[7] ^= 1;
            }
            SentPart::Block { offset, bytes }
        }
        other => other,
    };
    let joined = Joined { meddle: Box::new(meddle), ..Joined::new(&to) };
    let (joined, _) = carry(&[from.join("a"), from.join("b")], joined);
    assert_eq!((joined.end, joined.missed), (Some(Ok(())), vec![("a".to_owned(), FilesEnd::Damaged)]));
    assert!(!to.join("a").exists() && fs::read(to.join("b")).unwrap() == bytes(200_000, 5));
}

#[test]
fn a_lie_about_a_size_ends_it_and_leaves_nothing() {
    let (_folder, from, to) = folders();
    fs::write(from.join("a"), bytes(200_000, 6)).unwrap();
    let lies: [fn(SentPart) -> SentPart; 4] = [
        |part| match part {
            SentPart::Block { offset, mut bytes } if offset > 180_000 => {
                bytes.push(1);
                SentPart::Block { offset, bytes }
            }
            other => other,
        },
        |part| match part {
            SentPart::Block { offset, bytes } if offset > 0 => SentPart::Block { offset: offset + 1, bytes },
            other => other,
        },
        |part| match part {
            SentPart::Block { offset, .. } if offset > 100_000 => SentPart::Hole { offset, bytes: 1 << 60 },
            other => other,
        },
        |part| match part {
            SentPart::Block { offset, .. } if offset > 100_000 => SentPart::Over,
            other => other,
        },
    ];
    for lie in lies {
        let (joined, _) = carry(&[from.join("a")], Joined { meddle: Box::new(lie), ..Joined::new(&to) });
        assert_eq!(joined.end, Some(Err(FilesEnd::Invalid)));
        assert_eq!(below(&to), [""; 0]);
    }
}

#[test]
fn a_link_that_is_swapped_in_gains_nothing() {
    let (folder, from, to) = folders();
    let outside = folder.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::create_dir_all(from.join("f/g")).unwrap();
    fs::write(from.join("f/g/a"), bytes(100_000, 7)).unwrap();
    let swap = {
        let (to, outside) = (to.clone(), outside.clone());
        move |part| {
            if matches!(part, SentPart::Block { offset: 0, .. }) {
                fs::rename(to.join("f/g"), to.join("f/h")).unwrap();
                symlink(&outside, to.join("f/g")).unwrap();
            }
            part
        }
    };
    let (joined, _) = carry(&[from.join("f")], Joined { meddle: Box::new(swap), ..Joined::new(&to) });
    assert!(matches!(joined.end, Some(Err(_))), "{:?}", joined.end);
    assert_eq!(below(&outside), [""; 0]);
    // In place of the file that arrives, too.
    let (_folder, from, to) = folders();
    fs::create_dir(&to).unwrap();
    fs::write(from.join("a"), bytes(100_000, 7)).unwrap();
    let (joined, _) = carry(&[from.join("a")], Joined { life: 4, ..Joined::new(&to) });
    drop(joined.incoming);
    let partial = fs::read_dir(&to).unwrap().map(|entry| entry.unwrap().path());
    let partial = partial.into_iter().find(|path| path.extension().is_some_and(|end| end == "part")).unwrap();
    fs::remove_file(&partial).unwrap();
    let victim = outside.join("victim");
    fs::write(&victim, "mine").unwrap();
    symlink(&victim, &partial).unwrap();
    let (joined, _) = carry(&[from.join("a")], Joined::new(&to));
    assert!(matches!(joined.end, Some(Err(_))), "{:?}", joined.end);
    assert_eq!(fs::read_to_string(&victim).unwrap(), "mine");
}

#[test]
fn a_sparse_file_stays_sparse_and_an_empty_one_empty() {
    let (_folder, from, to) = folders();
    let sparse = fs::File::create(from.join("sparse")).unwrap();
    sparse.set_len(100 << 20).unwrap();
    beistand_posix::unix::fs::FileExt::write_all_at(&sparse, b"middle", 50 << 20).unwrap();
    fs::write(from.join("empty"), "").unwrap();
    let (joined, said) = carry(&[from.join("sparse"), from.join("empty")], Joined::new(&to));
    assert_eq!(joined.end, Some(Ok(())));
    assert!(said < 40_000, "{said}");
    let there = fs::metadata(to.join("sparse")).unwrap();
    assert_eq!(there.len(), 100 << 20);
    assert!(there.blocks() * 512 < 1 << 20, "{}", there.blocks());
    let (one, other) = (fs::read(to.join("sparse")).unwrap(), fs::read(from.join("sparse")).unwrap());
    assert!(one == other);
    assert_eq!(fs::metadata(to.join("empty")).unwrap().len(), 0);
}

#[test]
fn a_file_that_changes_while_it_is_sent_is_not_passed_off_as_whole() {
    let (_folder, from, to) = folders();
    let path = from.join("a");
    fs::write(&path, bytes(400_000, 8)).unwrap();
    let change = {
        let path = path.clone();
        move |part| {
            if matches!(part, SentPart::Begin { .. }) {
                fs::write(&path, bytes(400_000, 9)).unwrap();
            }
            part
        }
    };
    let (joined, _) = carry(&[path], Joined { meddle: Box::new(change), ..Joined::new(&to) });
    assert_eq!(joined.end, Some(Ok(())));
    assert!(joined.missed.contains(&("a".to_owned(), FilesEnd::Damaged)), "{:?}", joined.missed);
    assert!(!to.join("a").exists());
}

#[test]
fn what_can_not_be_sent_is_named() {
    let (_folder, from, _) = folders();
    fs::write(from.join("fine"), "x").unwrap();
    fs::write(from.join("a:stream"), "x").unwrap();
    beistand_posix::fs::mkfifoat(beistand_posix::fs::CWD, from.join("pipe"), 0o600.into()).unwrap();
    let list = OutgoingList::gather(std::slice::from_ref(&from), &|| true).unwrap();
    assert_eq!((list.files(), list.folders()), (1, 1));
    let mut skipped = list.skipped().to_vec();
    skipped.sort();
    let expected = [("from/a:stream", FilesEnd::BadName), ("from/pipe", FilesEnd::NotAFile)];
    assert_eq!(skipped, expected.map(|(path, why)| (path.to_owned(), why)));
    assert_eq!(OutgoingList::gather(&[from.join("none")], &|| true).unwrap_err(), FilesEnd::Gone);
}

#[test]
fn every_bad_name_of_the_catalogue_is_refused_before_anybody_is_asked() {
    let names = [
        "../x",
        "/etc/x",
        "C:\\x",
        "\\\\server\\share",
        "a\0b",
        "a\u{1b}b",
        "a\u{202e}b",
        "CON",
        "a.",
        "a:s",
    ];
    for path in names {
        let mut manifest = TransferManifest::new(1, 1).unwrap();
        let entry = FilesEntry { path: path.to_owned(), size: Some(1), modified_secs: 0, is_private: false };
        assert_eq!(manifest.add(vec![entry]), Err(FilesEnd::BadName), "{path:?}");
    }
    assert_eq!(TransferManifest::new(1, 1 << 63).err(), Some(FilesEnd::TooMuch));
}

/// Receives what is said by hand: one file of so many bytes in the folder.
fn by_hand(to: &Path, files: u32, size: u64) -> IncomingFiles {
    let mut manifest = TransferManifest::new(files, u64::from(files) * size).unwrap();
    for number in 0..files {
        let path = format!("a{number}");
        let entry = FilesEntry { path, size: Some(size), modified_secs: 0, is_private: false };
        manifest.add(vec![entry]).unwrap();
    }
    IncomingFiles::new(TargetFolder::open(to, true).unwrap(), manifest, size, PEER, || true).unwrap()
}

/// A file begins, with all its hashes.
fn begin(incoming: &mut IncomingFiles, file: u32, bytes: &[u8]) {
    let hashes = GroupHashes::of(bytes, bytes.len() as u64, || true).unwrap().unwrap();
    incoming.take(SentPart::Begin { file, root: hashes.root() }).unwrap();
    incoming.take(SentPart::Hashes(hashes.hashes().to_vec())).unwrap();
}

fn hidden(folder: &Path) -> usize {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    names.filter(|name| name.to_string_lossy().ends_with(".part")).count()
}

#[test]
fn what_its_sender_gives_up_leaves_nothing_and_says_no_more_than_can_be() {
    let (_folder, _, to) = folders();
    let mut incoming = by_hand(&to, 9, 200_000);
    for file in 0..9 {
        begin(&mut incoming, file, &bytes(200_000, file as u8));
        incoming.take(SentPart::Block { offset: 0, bytes: bytes(10_000, file as u8) }).unwrap();
        assert_eq!(hidden(&to), 1);
        let missed = incoming.take(SentPart::Skip { file, why: FilesEnd::Done }).unwrap();
        assert_eq!(missed, IncomingStep::Missed { path: format!("a{file}"), why: FilesEnd::Broken });
        assert_eq!(hidden(&to), 0);
    }
    assert_eq!(incoming.take(SentPart::Over), Ok(IncomingStep::Done));
    assert_eq!(below(&to), [""; 0]);
    // What was wrong as well, of which the rest is passed over, but no more than that.
    let mut incoming = by_hand(&to, 1, 200_000);
    begin(&mut incoming, 0, &bytes(200_000, 1));
    let wrong = |offset| SentPart::Block { offset, bytes: vec![3; 10_000] };
    (0..6).for_each(|count| drop(incoming.take(wrong(count * 10_000)).unwrap()));
    assert!(matches!(incoming.take(wrong(60_000)), Ok(IncomingStep::Missed { .. })));
    assert_eq!(hidden(&to), 0);
    (7..20).for_each(|count| drop(incoming.take(wrong(count * 10_000)).unwrap()));
    assert_eq!(incoming.take(wrong(200_000)), Err(FilesEnd::Invalid));
    incoming.abandon(true);
    assert_eq!(below(&to), [""; 0]);
}

#[test]
fn zeros_come_in_parts_that_are_hashed_in_a_moment() {
    let (_folder, _, to) = folders();
    let size = 100 << 20;
    let mut incoming = by_hand(&to, 1, size);
    let zeros = std::io::Read::take(std::io::repeat(0), size);
    let hashes = GroupHashes::of(zeros, size, || true).unwrap().unwrap();
    incoming.take(SentPart::Begin { file: 0, root: hashes.root() }).unwrap();
    incoming.take(SentPart::Hashes(hashes.hashes()[..500].to_vec())).unwrap();
    incoming.take(SentPart::Hashes(hashes.hashes()[500..].to_vec())).unwrap();
    assert_eq!(incoming.take(SentPart::Hole { offset: 0, bytes: size }), Err(FilesEnd::Invalid));
}

#[test]
fn a_new_transfer_never_writes_into_a_folder_that_is_there() {
    let (_folder, from, to) = folders();
    fs::create_dir_all(from.join("f/g")).unwrap();
    fs::write(from.join("f/g/a"), bytes(300_000, 7)).unwrap();
    // It comes after the names were settled.
    let meddle = {
        let to = to.clone();
        move |part| {
            if matches!(part, SentPart::Begin { .. }) {
                fs::create_dir_all(to.join("f/g")).unwrap();
                fs::write(to.join("f/g/mine"), "mine").unwrap();
            }
            part
        }
    };
    let (joined, _) = carry(&[from.join("f")], Joined { meddle: Box::new(meddle), ..Joined::new(&to) });
    assert_eq!(joined.end, Some(Ok(())));
    assert_eq!(below(&to), ["f", "f (2)", "f (2)/g", "f (2)/g/a", "f/g", "f/g/mine"]);
    // And when it goes on, where the user has put another in the place of the transfer's.
    let (_folder, from, to) = folders();
    fs::create_dir_all(from.join("f")).unwrap();
    fs::write(from.join("f/a"), bytes(300_000, 7)).unwrap();
    let (joined, _) = carry(&[from.join("f")], Joined { life: 10, ..Joined::new(&to) });
    drop(joined.incoming);
    fs::rename(to.join("f"), to.join("moved")).unwrap();
    fs::create_dir(to.join("f")).unwrap();
    let (joined, _) = carry(&[from.join("f")], Joined::new(&to));
    assert_eq!(joined.end, Some(Ok(())));
    assert_eq!(below(&to), ["f", "f (2)", "f (2)/a", "moved"]);
}

#[test]
fn a_folder_that_is_swapped_under_the_sender_sends_nothing_else() {
    let (folder, from, to) = folders();
    let outside = folder.path().join("outside");
    for name in ["f/link", "f/other", "f/same"] {
        fs::create_dir_all(from.join(name)).unwrap();
        fs::write(from.join(name).join("a"), bytes(1_000, 7)).unwrap();
    }
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("a"), bytes(1_000, 9)).unwrap();
    let list = OutgoingList::gather(&[from.join("f")], &|| true).unwrap();
    fs::rename(from.join("f/link"), folder.path().join("gone")).unwrap();
    symlink(&outside, from.join("f/link")).unwrap();
    fs::rename(from.join("f/other"), folder.path().join("gone too")).unwrap();
    fs::create_dir(from.join("f/other")).unwrap();
    fs::write(from.join("f/other/a"), bytes(1_000, 9)).unwrap();
    let mut joined = Joined::new(&to);
    assert!(list.offer(0, &mut joined));
    joined.accept();
    list.send(&mut joined);
    assert_eq!(joined.end, Some(Ok(())));
    assert_eq!(below(&to), ["f", "f/link", "f/other", "f/same", "f/same/a"]);
    let missed = joined.missed.iter().filter(|(name, _)| name.starts_with("sender: "));
    assert_eq!(missed.count(), 2, "{:?}", joined.missed);
}

#[test]
fn what_was_killed_between_two_names_is_made_anew() {
    let (_folder, from, to) = folders();
    fs::write(from.join("a"), bytes(300_000, 4)).unwrap();
    let (joined, _) = carry(&[from.join("a")], Joined { life: 12, ..Joined::new(&to) });
    drop(joined.incoming);
    let partial = fs::read_dir(&to).unwrap().map(|entry| entry.unwrap().path());
    let partial = partial.into_iter().find(|path| path.extension().is_some_and(|end| end == "part")).unwrap();
    fs::hard_link(&partial, to.join("kept")).unwrap();
    let before = fs::read(&partial).unwrap();
    assert_eq!(carry(&[from.join("a")], Joined::new(&to)).0.end, Some(Ok(())));
    assert_eq!(below(&to), ["a", "kept"]);
    assert!(fs::read(to.join("a")).unwrap() == bytes(300_000, 4));
    assert!(fs::read(to.join("kept")).unwrap() == before);
}
