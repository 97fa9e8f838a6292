//! Quarantine: out of the way and back as it was, whatever its name and its mode, and nothing else instead.

use beistand_posix::unix::ffi::OsStrExt as _;
use beistand_posix::unix::fs::{MetadataExt as _, symlink};
use std::ffi::OsStr;

use beistand_session::DeedPath;
use proptest::prelude::*;

use super::*;

fn deed(path: &[u8]) -> RepairDeed {
    RepairDeed::Quarantine { path: DeedPath::new(path).unwrap() }
}

/// The files in quarantine.
fn held(machine: &BrokenMachine) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(machine.machine.hold()) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn a_file_goes_and_comes_back_with_its_mode_and_times() {
    let machine = BrokenMachine::new();
    let path = machine.write("/home/anna/bad", b"\x7fELF\0\xff");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o4751)).unwrap();
    let time = std::time::UNIX_EPOCH + std::time::Duration::new(1_600_000_000, 123_456_789);
    let times = fs::FileTimes::new().set_accessed(time).set_modified(time);
    fs::File::options().write(true).open(&path).unwrap().set_times(times).unwrap();
    let before = fs::metadata(&path).unwrap();
    let done = machine.carry_out(&deed(b"/home/anna/bad")).unwrap();
    assert!(!path.exists());
    let [held] = &held(&machine)[..] else { panic!("one file") };
    assert_eq!(fs::metadata(held).unwrap().mode() & 0o7777, 0o600, "it can't be run");
    machine.undo(&done).unwrap();
    let after = fs::metadata(&path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"\x7fELF\0\xff");
    assert_eq!((after.mode(), after.ino()), (before.mode(), before.ino()));
    assert_eq!((after.mtime(), after.mtime_nsec()), (1_600_000_000, 123_456_789));
    assert!(self::held(&machine).is_empty());
}

#[test]
fn across_file_systems_it_is_copied_and_comes_back_the_same() {
    let machine = BrokenMachine::new();
    let Ok(elsewhere) = tempfile::tempdir_in("/dev/shm") else { return };
    let other = fs::metadata(elsewhere.path()).unwrap().dev();
    assert_ne!(other, fs::metadata(machine.folder.path()).unwrap().dev(), "two file systems");
    let far = Machine::made_up("/", "/nowhere", "", &machine.folder.path().join("data"));
    let path = elsewhere.path().join("bad");
    let content: Vec<u8> = (0..700_000_u32).map(|number| number as u8).collect();
    fs::write(&path, &content).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o751)).unwrap();
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    let deed = deed(path.as_os_str().as_bytes());
    let before = deed.before(&far).unwrap();
    let done = machine.journal.carry_out(&deed, &before, &far, "Anna", 1).unwrap();
    assert_eq!((done.state, path.exists(), held(&machine).len()), (DeedState::Done, false, 1));
    machine.journal.undo::<RepairDeed>(done.number, &far, 2).unwrap();
    let about = fs::metadata(&path).unwrap();
    assert_eq!((about.mode() & 0o7777, about.modified().unwrap()), (0o751, modified));
    assert!(fs::read(&path).unwrap() == content && held(&machine).is_empty());
    let names: Vec<_> = fs::read_dir(elsewhere.path()).unwrap().collect();
    assert_eq!(names.len(), 1, "nothing else is left");
}

#[test]
fn links_and_what_is_no_plain_file_stay_where_they_are() {
    let machine = BrokenMachine::new();
    let file = machine.write("/home/anna/file", "x");
    let home = machine.machine.at("/home/anna");
    symlink(&file, home.join("link")).unwrap();
    fs::create_dir(home.join("folder")).unwrap();
    beistand_posix::fs::mknodat(
        beistand_posix::fs::CWD,
        home.join("pipe"),
        beistand_posix::fs::FileType::Fifo,
        beistand_posix::fs::Mode::from_raw_mode(0o600),
        0,
    )
    .unwrap();
    fs::write(home.join("one"), "x").unwrap();
    fs::hard_link(home.join("one"), home.join("two")).unwrap();
    for name in ["link", "folder", "pipe", "one"] {
        let refused = machine.carry_out(&deed(format!("/home/anna/{name}").as_bytes()));
        assert_eq!(refused, Err(DeedFault::Unfit), "{name}");
    }
    assert_eq!(machine.carry_out(&deed(b"/home/anna/none")), Err(DeedFault::Gone));
    // What this program itself keeps.
    machine.carry_out(&deed(b"/home/anna/file")).unwrap();
    let own = machine.folder.path().join("data/changes.json");
    let far = Machine::made_up("/", "/nowhere", "", &machine.folder.path().join("data"));
    assert_eq!(deed(own.as_os_str().as_bytes()).before(&far), Err(DeedFault::Unfit));
}

#[test]
fn what_was_put_in_its_place_since_the_question_is_not_moved() {
    let machine = BrokenMachine::new();
    let path = machine.write("/home/anna/bad", "bad");
    let deed = deed(b"/home/anna/bad");
    let before = deed.before(&machine.machine).unwrap();
    fs::remove_file(&path).unwrap();
    symlink("/etc/passwd", &path).unwrap();
    assert_eq!(deed.run(&before, &machine.machine), Err(DeedFault::Unfit));
    fs::remove_file(&path).unwrap();
    fs::write(&path, "good").unwrap();
    assert_eq!(deed.run(&before, &machine.machine), Err(DeedFault::Changed));
    assert!(path.exists() && held(&machine).is_empty());
    // One that was there before the question: what is asked about is where it leads.
    symlink(machine.machine.at("/home/anna"), machine.machine.at("/home/link")).unwrap();
    let through = RepairDeed::Quarantine { path: DeedPath::new("/home/link/bad").unwrap() };
    let shown = through.before(&machine.machine).unwrap().sight().text;
    assert!(shown.ends_with("/home/anna/bad"), "{shown}");
    // A link in the place of a folder on the way.
    let (real, moved) = (machine.machine.at("/home/anna"), machine.machine.at("/home/moved"));
    fs::rename(&real, &moved).unwrap();
    symlink(&moved, &real).unwrap();
    assert_eq!(deed.run(&before, &machine.machine), Err(DeedFault::Unfit));
    assert!(moved.join("bad").exists());
}

#[test]
fn what_is_in_its_place_by_now_or_was_touched_in_quarantine_is_not_written_over() {
    let machine = BrokenMachine::new();
    let path = machine.write("/home/anna/bad", "bad");
    let done = machine.carry_out(&deed(b"/home/anna/bad")).unwrap();
    fs::write(&path, "new").unwrap();
    assert_eq!(machine.undo(&done), Err(DeedFault::Changed));
    assert_eq!(text(&path), "new");
    fs::remove_file(&path).unwrap();
    let [held] = &held(&machine)[..] else { panic!("one file") };
    fs::write(held, "worse").unwrap();
    assert_eq!(machine.undo(&done), Err(DeedFault::Changed));
    fs::write(held, "bad").unwrap();
    fs::remove_dir(machine.machine.at("/home/anna")).unwrap();
    assert_eq!(machine.undo(&done), Err(DeedFault::Gone));
    fs::create_dir(machine.machine.at("/home/anna")).unwrap();
    machine.undo(&done).unwrap();
    assert_eq!(text(&path), "bad");
}

#[test]
fn a_move_that_was_interrupted_at_any_point_can_be_taken_back() {
    let machine = BrokenMachine::new();
    let path = machine.write("/home/anna/bad", "bad");
    let deed = deed(b"/home/anna/bad");
    // Written down, and killed before it was moved.
    let before = deed.before(&machine.machine).unwrap();
    let under_way = machine.journal.begin(&deed, &before, "Anna", 1).unwrap();
    let number = under_way.number();
    drop(under_way);
    let entry = machine.journal.entry(number).unwrap();
    assert!(entry.is_interrupted() && entry.can_undo());
    machine.undo(&entry).unwrap();
    assert_eq!(text(&path), "bad");
    // Killed after it was moved.
    let before = deed.before(&machine.machine).unwrap();
    let under_way = machine.journal.begin(&deed, &before, "Anna", 1).unwrap();
    deed.run(&before, &machine.machine).unwrap();
    let number = under_way.number();
    drop(under_way);
    machine.undo(&machine.journal.entry(number).unwrap()).unwrap();
    assert_eq!(text(&path), "bad");
    // Killed between the copy's end and the end of the file.
    let before = deed.before(&machine.machine).unwrap();
    let under_way = machine.journal.begin(&deed, &before, "Anna", 1).unwrap();
    deed.run(&before, &machine.machine).unwrap();
    fs::write(&path, "bad").unwrap();
    let number = under_way.number();
    drop(under_way);
    machine.undo(&machine.journal.entry(number).unwrap()).unwrap();
    assert_eq!(text(&path), "bad");
    assert!(held(&machine).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_name_and_any_content_come_back(
        name in proptest::collection::vec(1..=255_u8, 1..40),
        content in proptest::collection::vec(any::<u8>(), 0..2000),
        mode in 0o400..0o7777_u32,
    ) {
        let is_name = !name.contains(&b'/') && !name.iter().all(|byte| *byte == b'.');
        prop_assume!(is_name);
        let machine = BrokenMachine::new();
        let path = machine.machine.at("/home/anna").join(OsStr::from_bytes(&name));
        fs::write(&path, &content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode | 0o400)).unwrap();
        let before = fs::metadata(&path).unwrap().mode();
        let done = machine.carry_out(&deed(&[b"/home/anna/", &name[..]].concat())).unwrap();
        prop_assert!(!path.exists());
        machine.undo(&done).unwrap();
        prop_assert_eq!(fs::read(&path).unwrap(), content);
        prop_assert_eq!(fs::metadata(&path).unwrap().mode(), before);
    }
}
