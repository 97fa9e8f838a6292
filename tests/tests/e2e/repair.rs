//! What a helper proposes is done with the user's yes alone, and taken back after a restart, by the user
//! without a session and by a new session.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use beistand_tests::{Event, Process, Program, Screen, Start, poll};

use crate::support::{Host, PATIENCE, SOON, exit};

const WANTS: &str = "view,repair";

const LOOPBACK: [&str; 5] =
    ["--listen", "/ip4/127.0.0.1/udp/0/quic-v1", "--listen", "/ip4/127.0.0.1/tcp/0", "--no-mdns"];

/// A user's home and the program's folder, which outlive its programs.
struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("home")).expect("a folder of ours");
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("home").join(name)
    }

    fn start(&self, arguments: &[&str]) -> Start<'static> {
        let data = self.folder.path().join("data").display().to_string();
        let home = self.folder.path().join("home").display().to_string();
        Start::bare("beistand-node")
            .arguments(arguments)
            .arguments(["--json", "--data-dir", &data])
            .variable("HOME", &home)
    }

    /// A host at a terminal, and a technician who may propose repairs.
    fn session(&self, screen: &Screen) -> (Program, Program) {
        let mut arguments = vec!["share"];
        arguments.extend(LOOPBACK);
        let start = self.start(&arguments).at_a_terminal();
        // The screen lives as long as the test.
        let Host { program: mut host, link, .. } = Host::of(start.on(screen));
        let mut technician = Start::node("connect").arguments(["--wants", WANTS]).invite(link).start();
        host.expect("request", PATIENCE);
        host.allow(WANTS);
        technician.expect("granted", SOON);
        host.expect("granted", SOON);
        (host, technician)
    }

    /// What `beistand-node changes` says.
    fn changes(&self, more: &[&str]) -> (Vec<Event>, Option<i32>, String) {
        let arguments: Vec<&str> = ["changes"].into_iter().chain(more.iter().copied()).collect();
        let mut program = self.start(&arguments).start();
        let code = program.exit(PATIENCE);
        (program.events(), code, program.errors())
    }
}

/// The user says yes to the question that is open.
fn say_yes(host: &mut Program) {
    let question = host.expect("repair-question", SOON);
    host.type_line(&format!("repair yes {}", question.number("number")));
    let confirm = host.expect("confirm", SOON);
    host.answer(&confirm, "");
}

fn content(path: &Path) -> (Vec<u8>, u32) {
    let mode = fs::metadata(path).expect("it is there").permissions().mode() & 0o7777;
    (fs::read(path).expect("it can be read"), mode)
}

#[test]
fn a_file_goes_to_quarantine_with_the_users_yes_and_comes_back_without_a_session() {
    let (screen, home) = (Screen::new(640, 480), Home::new());
    let bad = home.path("bad");
    fs::write(&bad, b"\x7fELF\0\xff").expect("a folder of ours");
    fs::set_permissions(&bad, fs::Permissions::from_mode(0o751)).expect("our file");
    let before = content(&bad);
    let (mut host, mut technician) = home.session(&screen);
    technician.say(&format!("repair quarantine {}", bad.display()));
    technician.expect("repair-asked", SOON);
    let question = host.expect("repair-question", SOON);
    assert!(question.text("title").contains(&bad.display().to_string()), "{:?}", question.value);
    assert_eq!(question.value["undoable"], true);
    // Standard input grants nothing.
    host.say("repair yes 1");
    host.type_line("repair yes 1");
    let confirm = host.expect("confirm", SOON);
    assert!(bad.exists(), "nothing has happened yet");
    host.answer(&confirm, "");
    let ended = technician.expect("repair-ended", SOON);
    assert_eq!((ended.text("end"), ended.number("entry")), ("done".to_owned(), 1.0));
    assert_eq!(ended.value["after"]["kind"], "away");
    assert_eq!(host.expect("repair-ended", SOON).text("end"), "done");
    assert!(!bad.exists());
    // The program dies; what it wrote down does not.
    host.kill();
    let (changes, code, _) = home.changes(&[]);
    assert_eq!((changes.len(), code), (1, exit::AS_ASKED));
    assert_eq!(
        (changes[0].text("state"), changes[0].value["undoable"].clone()),
        ("done".into(), true.into())
    );
    let (changes, code, errors) = home.changes(&["undo", "1"]);
    assert_eq!(code, exit::AS_ASKED, "{errors}");
    assert_eq!(changes[0].text("state"), "undone");
    assert_eq!(content(&bad), before, "byte by byte, with its mode");
    let (_, code, errors) = home.changes(&["undo", "1"]);
    assert!(code == Some(1) && errors.contains("can't be taken back"), "{code:?} {errors}");
}

#[test]
fn a_new_session_takes_back_what_an_earlier_one_did() {
    let (screen, home) = (Screen::new(640, 480), Home::new());
    let entry = home.path(".config/autostart/bad.desktop");
    fs::create_dir_all(entry.parent().expect("a folder")).expect("a folder of ours");
    fs::write(&entry, "[Desktop Entry]\nExec=/opt/bad\n").expect("a folder of ours");
    let before = content(&entry);
    let (mut host, mut technician) = home.session(&screen);
    technician.say("repair autostart off desktop bad.desktop");
    say_yes(&mut host);
    technician.expect("repair-ended", SOON);
    assert!(String::from_utf8_lossy(&content(&entry).0).contains("Hidden=true"));
    technician.say("end");
    assert_eq!(host.exit(PATIENCE), exit::AS_ASKED);
    drop((host, technician));
    let (mut host, mut technician) = home.session(&screen);
    technician.say("repair list");
    let entries = technician.expect("repair-entries", SOON);
    assert_eq!(entries.value["entries"][0]["undoable"], true);
    technician.say("repair undo 1");
    let question = host.expect("repair-question", SOON);
    assert_eq!((question.text("deed"), question.number("entry")), ("undo".to_owned(), 1.0));
    assert_ne!(content(&entry), before, "not without a yes");
    host.type_line("repair yes 1");
    let confirm = host.expect("confirm", SOON);
    host.answer(&confirm, "");
    assert_eq!(technician.expect("repair-ended", SOON).text("end"), "undone");
    assert_eq!(content(&entry), before);
}

#[test]
fn a_no_a_revoke_and_a_helper_who_leaves_change_nothing() {
    let (screen, home) = (Screen::new(640, 480), Home::new());
    let bad = home.path("bad");
    fs::write(&bad, "bad").expect("a folder of ours");
    let (mut host, mut technician) = home.session(&screen);
    let propose = format!("repair quarantine {}", bad.display());
    technician.say(&propose);
    host.expect("repair-question", SOON);
    host.say("repair no");
    assert_eq!(technician.expect("repair-ended", SOON).text("end"), "denied");
    technician.say(&propose);
    host.expect("repair-question", SOON);
    host.say("revoke repair");
    assert_eq!(
        host.expect_that("repair-ended", SOON, |event| event.text("end") != "denied").text("end"),
        "taken-back"
    );
    assert_eq!(technician.expect("repair-ended", SOON).text("end"), "taken-back");
    technician.say(&propose);
    assert_eq!(technician.expect("repair-refused", SOON).text("why"), "not-allowed");
    host.type_line("grant repair");
    let confirm = host.expect("confirm", SOON);
    host.answer(&confirm, "");
    technician.expect("granted", SOON);
    technician.say(&propose);
    host.expect("repair-question", SOON);
    technician.say("end");
    assert_eq!(host.expect("repair-ended", PATIENCE).text("end"), "taken-back", "the helper is gone");
    assert!(bad.exists());
    assert!(home.changes(&[]).0.is_empty());
}

#[test]
fn a_program_that_dies_in_the_middle_says_so_at_its_next_start() {
    let (screen, home) = (Screen::new(640, 480), Home::new());
    let ready = home.path("ready");
    // It doesn't listen, so that ending it takes seconds.
    let script = format!("trap '' TERM; : > {}; while :; do sleep 1; done", ready.display());
    let mut deaf = Process::start(Process::command("sh").args(["-c", &script]));
    assert!(poll(SOON, || ready.exists().then_some(())).is_some(), "it runs");
    let (mut host, mut technician) = home.session(&screen);
    technician.say(&format!("repair end {}", deaf.pid()));
    say_yes(&mut host);
    host.expect("repair-begun", SOON);
    let journal = home.folder.path().join("data/changes.json");
    assert!(poll(SOON, || journal.exists().then_some(())).is_some(), "it is written down before");
    host.kill();
    deaf.kill();
    let (changes, _, _) = home.changes(&[]);
    assert_eq!(changes[0].text("state"), "interrupted");
    drop((host, technician));
    let (host, _technician) = home.session(&screen);
    // It may come before the permission is told.
    let told = poll(SOON, || host.newest("repair-interrupted")).expect("it is told");
    assert_eq!(told.value["entries"][0]["number"], 1);
}

#[test]
fn an_end_in_the_middle_waits_for_what_is_being_done_and_says_how_it_ended() {
    let (screen, home) = (Screen::new(640, 480), Home::new());
    let ready = home.path("ready");
    let script = format!("trap '' TERM; : > {}; while :; do sleep 1; done", ready.display());
    let mut deaf = Process::start(Process::command("sh").args(["-c", &script]));
    assert!(poll(SOON, || ready.exists().then_some(())).is_some(), "it runs");
    let (mut host, mut technician) = home.session(&screen);
    technician.say(&format!("repair end {}", deaf.pid()));
    say_yes(&mut host);
    host.expect("repair-begun", SOON);
    host.say("end");
    let ended = host.expect("repair-ended", PATIENCE).text("end");
    assert!(["done", "stopped"].contains(&ended.as_str()), "{ended}");
    host.exit(PATIENCE);
    deaf.kill();
    let (changes, _, _) = home.changes(&[]);
    assert_ne!(changes[0].text("state"), "interrupted");
}

#[test]
fn a_program_is_ended_and_what_can_be_freed_is_previewed() {
    let (screen, home) = (Screen::new(640, 480), Home::new());
    let trash = home.path(".local/share/Trash/files/old");
    fs::create_dir_all(trash.parent().expect("a folder")).expect("a folder of ours");
    fs::write(&trash, vec![7; 200_000]).expect("a folder of ours");
    let mut busy = Process::start(Process::command("sleep").arg("86398"));
    let (mut host, mut technician) = home.session(&screen);
    technician.say(&format!("repair end {}", busy.pid()));
    let asked = host.expect("repair-question", SOON);
    assert!(asked.value["before"]["text"].as_str().is_some_and(|text| text.starts_with("sleep")));
    host.type_line("repair yes 1");
    let confirm = host.expect("confirm", SOON);
    host.answer(&confirm, "");
    assert_eq!(technician.expect("repair-ended", SOON).text("end"), "done");
    assert!(busy.wait(SOON).is_some(), "it has ended");
    technician.say("repair space");
    let space = technician.expect("repair-space", SOON);
    assert!(
        space.value["bytes"]["trash"].as_u64().is_some_and(|bytes| bytes >= 200_000),
        "{:?}",
        space.value
    );
    technician.say("repair free trash");
    let asked = host.expect("repair-question", SOON);
    assert_eq!(asked.value["undoable"], false, "said before");
    assert!(trash.exists());
    host.type_line("repair yes 2");
    let confirm = host.expect("confirm", SOON);
    host.answer(&confirm, "");
    let ended = technician.expect("repair-ended", SOON);
    assert!(ended.value["after"]["number"].as_u64().is_some_and(|bytes| bytes >= 200_000));
    assert!(!trash.exists());
}
