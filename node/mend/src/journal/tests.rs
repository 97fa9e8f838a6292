//! The journal, with deeds that are made up.

use std::fs;
use std::path::PathBuf;

use super::*;

/// Writes a word into a file of the machine.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct WriteDeed(String);

impl Deed for WriteDeed {
    const FEATURE: &'static str = "write";

    type Before = String;
    type After = usize;

    fn before(&self, machine: &Machine) -> Result<String, DeedFault> {
        Ok(fs::read_to_string(machine.at("/word"))?)
    }

    fn can_undo(&self, before: &String) -> bool {
        !before.is_empty()
    }

    fn run(&self, before: &String, machine: &Machine) -> Result<usize, DeedFault> {
        if self.before(machine)? != *before {
            return Err(DeedFault::Changed);
        }
        fs::write(machine.at("/word"), &self.0)?;
        Ok(self.0.len())
    }

    fn undo(&self, before: &String, machine: &Machine) -> Result<(), DeedFault> {
        let now = self.before(machine)?;
        if now != self.0 && now != *before {
            return Err(DeedFault::Changed);
        }
        Ok(fs::write(machine.at("/word"), before)?)
    }
}

struct Place {
    _folder: tempfile::TempDir,
    data_dir: PathBuf,
    journal: DeedJournal,
    machine: Machine,
}

fn place(word: &str) -> Place {
    let folder = tempfile::tempdir().unwrap();
    let (root, data_dir) = (folder.path().join("root"), folder.path().join("data"));
    fs::create_dir(&root).unwrap();
    fs::write(root.join("word"), word).unwrap();
    let journal = DeedJournal::open(&data_dir);
    let machine = Machine::made_up(root, "/home", "", &data_dir);
    Place { _folder: folder, data_dir, journal, machine }
}

impl Place {
    fn word(&self) -> String {
        fs::read_to_string(self.machine.at("/word")).unwrap()
    }

    fn carry_out(&self, word: &str) -> DeedEntry {
        let deed = WriteDeed(word.to_owned());
        let before = deed.before(&self.machine).unwrap();
        self.journal.carry_out(&deed, &before, &self.machine, "Anna", 7).unwrap()
    }
}

#[test]
fn a_deed_is_written_down_and_undone_by_a_journal_that_was_opened_again() {
    let place = place("old");
    let entry = place.carry_out("new");
    assert_eq!((entry.number, entry.state, entry.after::<WriteDeed>()), (1, DeedState::Done, Some(3)));
    assert_eq!(place.word(), "new");
    let again = DeedJournal::open(&place.data_dir);
    let entries = again.entries().unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!((entries[0].who.as_str(), entries[0].begun_secs), ("Anna", 7));
    assert!(entries[0].can_undo());
    let undone = again.undo::<WriteDeed>(1, &place.machine, 9).unwrap();
    assert_eq!((undone.state, undone.ended_secs), (DeedState::Undone, 9));
    assert_eq!(place.word(), "old");
    let twice = again.undo::<WriteDeed>(1, &place.machine, 9);
    assert!(matches!(twice, Err(JournalFault::NotUndoable)), "{twice:?}");
    assert_eq!(place.carry_out("third").number, 2, "numbers are not used again");
}

#[test]
fn an_entry_is_on_the_disk_before_its_deed_and_is_interrupted_where_nobody_ends_it() {
    let place = place("old");
    let deed = WriteDeed("new".to_owned());
    let under_way = place.journal.begin(&deed, &"old".to_owned(), "Anna", 7).unwrap();
    let other = DeedJournal::open(&place.data_dir);
    let [entry] = &other.entries().unwrap()[..] else { panic!("one entry") };
    assert_eq!((entry.state, entry.is_interrupted(), entry.can_undo()), (DeedState::Begun, false, false));
    let second = other.begin(&deed, &"old".to_owned(), "Bert", 7);
    assert!(matches!(second, Err(JournalFault::Busy)), "{second:?}");
    let undo = other.undo::<WriteDeed>(1, &place.machine, 8);
    assert!(matches!(undo, Err(JournalFault::Busy)), "{undo:?}");
    // As if the program were killed in the middle.
    deed.run(&"old".to_owned(), &place.machine).unwrap();
    drop(under_way);
    let [entry] = &other.entries().unwrap()[..] else { panic!("one entry") };
    assert!(entry.is_interrupted() && entry.can_undo());
    other.undo::<WriteDeed>(1, &place.machine, 8).unwrap();
    assert_eq!(place.word(), "old");
}

#[test]
fn where_the_world_has_moved_on_nothing_is_undone_and_it_can_be_tried_again() {
    let place = place("old");
    place.carry_out("new");
    fs::write(place.machine.at("/word"), "mine").unwrap();
    let undo = place.journal.undo::<WriteDeed>(1, &place.machine, 8);
    assert!(matches!(undo, Err(JournalFault::Deed(DeedFault::Changed))), "{undo:?}");
    assert_eq!(place.word(), "mine");
    let entry = place.journal.entry(1).unwrap();
    assert_eq!((entry.state, entry.fault.clone()), (DeedState::Done, Some(DeedFault::Changed)));
    fs::write(place.machine.at("/word"), "new").unwrap();
    place.journal.undo::<WriteDeed>(1, &place.machine, 8).unwrap();
    assert_eq!(place.word(), "old");
}

#[test]
fn a_deed_that_fails_is_an_entry_that_says_so() {
    let place = place("old");
    let entry = place
        .journal
        .carry_out(&WriteDeed("new".to_owned()), &"other".to_owned(), &place.machine, "Anna", 7)
        .unwrap();
    assert_eq!((entry.state, entry.fault), (DeedState::Failed, Some(DeedFault::Changed)));
    assert!(!place.journal.entry(1).unwrap().can_undo());
}

#[test]
fn another_features_entry_and_one_that_never_was_are_not_undone() {
    #[derive(Serialize, Deserialize)]
    struct OtherDeed;
    impl Deed for OtherDeed {
        const FEATURE: &'static str = "other";
        type Before = ();
        type After = ();
        fn before(&self, _: &Machine) -> Result<(), DeedFault> {
            Ok(())
        }
        fn can_undo(&self, (): &()) -> bool {
            true
        }
        fn run(&self, (): &(), _: &Machine) -> Result<(), DeedFault> {
            Ok(())
        }
        fn undo(&self, (): &(), _: &Machine) -> Result<(), DeedFault> {
            Ok(())
        }
    }
    let place = place("old");
    place.carry_out("new");
    for number in [1, 2] {
        let undo = place.journal.undo::<OtherDeed>(number, &place.machine, 8);
        assert!(matches!(undo, Err(JournalFault::NoEntry)), "{undo:?}");
    }
    assert!(place.journal.entry(1).unwrap().deed::<OtherDeed>().is_none());
}

#[test]
fn a_damaged_journal_is_left_alone_and_nothing_is_done() {
    let place = place("old");
    place.carry_out("new");
    let file = place.data_dir.join("changes.json");
    for damage in ["", "{", "[]", "{\"next\":1}"] {
        fs::write(&file, damage).unwrap();
        assert!(matches!(place.journal.entries(), Err(JournalFault::Damaged)), "{damage:?}");
        let begun = place.journal.begin(&WriteDeed(String::new()), &"new".to_owned(), "Anna", 7);
        assert!(matches!(begun, Err(JournalFault::Damaged)), "{begun:?}");
        assert_eq!(fs::read_to_string(&file).unwrap(), damage);
    }
}

#[test]
fn the_oldest_that_nobody_can_undo_makes_room_and_none_that_somebody_can() {
    let place = place("old");
    place.carry_out("new");
    place.journal.undo::<WriteDeed>(1, &place.machine, 8).unwrap();
    let mut file = JournalFile::read(&place.data_dir).unwrap();
    let one = file.entries[0].clone();
    let entry = |number, state| DeedEntry { number, state, ..one.clone() };
    file.push(entry(2, DeedState::Failed)).unwrap();
    for number in 3..=MAX_ENTRIES as u32 {
        file.push(entry(number, DeedState::Done)).unwrap();
    }
    for number in [501, 502] {
        file.push(entry(number, DeedState::Done)).unwrap();
    }
    assert_eq!(file.entries.len(), MAX_ENTRIES);
    assert_eq!(file.entries[0].number, 3, "the undone one went, then the failed one");
    assert!(matches!(file.push(entry(503, DeedState::Done)), Err(JournalFault::Full)));
}

#[test]
fn on_a_full_disk_the_journal_takes_the_room_that_it_keeps() {
    let place = place("old");
    place.carry_out("new");
    let room = place.data_dir.join(file::ROOM_NAME);
    assert!(fs::metadata(&room).unwrap().len() > 256 << 10);
    let file = JournalFile::read(&place.data_dir).unwrap();
    // Full until the room is given up.
    let mut tries = 0;
    let given_up = room.clone();
    let mut put = |folder: &Path, text: &[u8]| {
        tries += 1;
        if given_up.exists() {
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        file::put(folder, text)
    };
    file.write_by(&place.data_dir, &mut put).unwrap();
    assert_eq!((tries, room.exists()), (2, true), "and it is kept again");
    let full = file.write_by(&place.data_dir, &mut |_, _| Err(std::io::ErrorKind::StorageFull.into()));
    assert!(matches!(full, Err(JournalFault::File(_))), "{full:?}");
    assert_eq!(place.journal.entries().unwrap().len(), 1);
}

#[test]
fn what_is_too_large_for_the_journal_is_not_begun() {
    let place = place("old");
    let long = "x".repeat(300 << 10);
    let begun = place.journal.begin(&WriteDeed("new".to_owned()), &long, "Anna", 7);
    assert!(matches!(begun, Err(JournalFault::Deed(DeedFault::TooLarge))), "{begun:?}");
    assert!(place.journal.entries().unwrap().is_empty());
}

#[test]
fn the_files_are_their_owners_alone() {
    use beistand_posix::unix::fs::PermissionsExt as _;
    let place = place("old");
    place.carry_out("new");
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(place.data_dir.clone()), 0o700);
    for name in ["changes.json", "changes.lock", "changes.doing"] {
        assert_eq!(mode(place.data_dir.join(name)), 0o600, "{name}");
    }
}
