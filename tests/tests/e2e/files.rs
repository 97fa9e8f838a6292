//! Files between both programs: to the user after their yes at their own terminal, from the user as they
//! pick, and on after both programs were killed.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use beistand_tests::lab::{Conditions, Nat, Ports, Running, Scenario, Side};
use beistand_tests::{Event, Program, Start};

use crate::support::{Host, PATIENCE, SOON};

/// Longer than any transfer here takes on a busy machine.
const TRANSFER_TIME: Duration = Duration::from_secs(90);

/// Two people's folders, which outlive their programs.
struct FilesHomes {
    folder: tempfile::TempDir,
}

impl FilesHomes {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in ["home", "helper"] {
            fs::create_dir_all(folder.path().join(name).join("Downloads")).expect("a folder of ours");
        }
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A session in which files may go both ways.
    fn session(&self) -> (Program, Program) {
        let home = |name: &str| self.path(name).display().to_string();
        let start = Start::node("share").arguments(["--capture", "fake"]).variable("HOME", &home("home"));
        let Host { program: mut host, link, .. } = Host::of(start.keeping(&self.path("host-data")));
        let technician = Start::node("connect").arguments(["--wants", "view,files-to-user,files-from-user"]);
        let technician = technician.variable("HOME", &home("helper")).keeping(&self.path("helper-data"));
        let mut technician = technician.invite(link).start();
        host.expect("request", PATIENCE);
        host.allow("view,files-to-user,files-from-user");
        technician.expect("granted", SOON);
        host.expect("granted", SOON);
        (host, technician)
    }
}

fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|index| (index % 251 + index / 65_536 + 1) as u8).collect()
}

/// The user says yes to the question that is open; it, and its number.
fn say_yes(host: &mut Program, folder: &str) -> Event {
    let question = host.expect("files-question", SOON);
    host.type_line(&format!("files yes {} {folder}", question.number("number")));
    let confirm = host.expect("confirm", SOON);
    host.answer(&confirm, "");
    question
}

fn below(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a folder of ours")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn files_go_to_the_user_after_a_yes_at_their_terminal_and_from_them_as_they_pick() {
    let homes = FilesHomes::new();
    let (mut host, mut technician) = homes.session();
    let sent = homes.path("helper/Größe & more");
    fs::create_dir_all(sent.join("inside")).expect("a folder of ours");
    fs::write(sent.join("a.bin"), bytes(5_000_000)).expect("a file of ours");
    fs::write(sent.join("inside/empty"), "").expect("a file of ours");
    technician.say(&format!("send '{}'", sent.display()));
    let question = host.expect("files-question", SOON);
    assert_eq!((question.text("names"), question.number("files")), ("Größe & more".to_owned(), 2.0));
    // Standard input grants nothing.
    host.say(&format!("files yes {}", question.number("number")));
    host.type_line(&format!("files yes {}", question.number("number")));
    let confirm = host.expect("confirm", SOON);
    let downloads = homes.path("home/Downloads");
    assert_eq!(below(&downloads), [""; 0]);
    host.answer(&confirm, "");
    let ended = technician.expect("files-ended", TRANSFER_TIME);
    assert_eq!((ended.text("end"), ended.number("kept")), ("done".to_owned(), 2.0));
    assert_eq!(host.expect("files-ended", SOON).text("end"), "done");
    assert_eq!(below(&downloads), ["Größe & more"]);
    let kept = downloads.join("Größe & more");
    assert!(fs::read(kept.join("a.bin")).expect("it arrived") == bytes(5_000_000));
    assert_eq!(below(&kept), ["a.bin", "inside"]);
    // The other way: what is wished for, and what the user picks.
    technician.say("fetch the log");
    assert_eq!(host.expect("files-wished", SOON).text("name"), "the log");
    let log = homes.path("home/system.log");
    fs::write(&log, "line\n").expect("a file of ours");
    host.say(&format!("files pick {}", log.display()));
    host.type_line(&format!("files pick {}", log.display()));
    let confirm = host.expect("confirm", SOON);
    host.answer(&confirm, "");
    assert_eq!(technician.expect("files-ended", TRANSFER_TIME).text("end"), "done");
    let fetched = fs::read_to_string(homes.path("helper/Downloads/system.log"));
    assert_eq!(fetched.expect("it arrived"), "line\n");
    // No is no.
    technician.say(&format!("send '{}'", sent.display()));
    let question = host.expect("files-question", SOON);
    host.say(&format!("files no {}", question.number("number")));
    assert_eq!(technician.expect("files-ended", SOON).text("end"), "refused");
}

#[test]
fn what_both_programs_were_killed_over_goes_on_in_a_new_session() {
    let homes = FilesHomes::new();
    let file = homes.path("helper/a.bin");
    let to = homes.path("home/kept");
    fs::create_dir(&to).expect("a folder of ours");
    fs::write(&file, bytes(80_000_000)).expect("a file of ours");
    let (mut host, mut technician) = homes.session();
    technician.say(&format!("send {}", file.display()));
    say_yes(&mut host, &to.display().to_string());
    host.expect_that("files-progress", TRANSFER_TIME, |event| event.number("bytes") > 2e6);
    technician.kill();
    host.kill();
    assert!(!to.join("a.bin").exists(), "no file before it is whole");
    let (mut host, mut technician) = homes.session();
    technician.say(&format!("send {}", file.display()));
    say_yes(&mut host, &to.display().to_string());
    let ended = host.expect("files-ended", TRANSFER_TIME);
    assert_eq!(ended.text("end"), "done");
    assert!(ended.number("found") > 1e6, "{:?}", ended.value);
    assert_eq!(technician.expect("files-ended", SOON).text("end"), "done");
    assert!(fs::read(to.join("a.bin")).expect("it arrived") == bytes(80_000_000));
    assert_eq!(below(&to), ["a.bin"]);
}

/// The files in a folder, by name.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let names = if folder.exists() { below(folder) } else { Vec::new() };
    names
        .into_iter()
        .map(|name| (name.clone(), fs::read(folder.join(name)).expect("a file of ours")))
        .collect()
}

/// Kills one of the two programs so often at a moment that nobody chose; each time what is there is right,
/// and a new session goes on with it.
fn kill_at_random(kills: u32) -> (u32, u32) {
    let homes = FilesHomes::new();
    let (from, to) = (homes.path("helper/files"), homes.path("home/kept"));
    fs::create_dir(&from).expect("a folder of ours");
    for (name, count) in [("large", 6 << 20), ("middle", 700_001), ("small", 300), ("empty", 0)] {
        fs::write(from.join(name), bytes(count)).expect("a file of ours");
    }
    let (sent, from) = (contents(&from), from.display().to_string());
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let (mut longest, mut in_the_middle, mut went_on) = (Duration::from_millis(300), 0, 0);
    let (mut host, mut technician) = homes.session();
    for round in 0..kills {
        let _ = fs::remove_dir_all(&to);
        fs::create_dir(&to).expect("a folder of ours");
        technician.say(&format!("send {from}"));
        say_yes(&mut host, &to.display().to_string());
        std::thread::sleep(Duration::from_micros(random(longest.as_micros() as u64)));
        if random(2) == 0 {
            technician.kill()
        } else {
            host.kill()
        }
        for (name, bytes) in contents(&to.join("files")) {
            let right = sent.iter().find(|(one, _)| *one == name).expect("it was sent");
            assert!(right.1 == bytes, "round {round}: {name} is wrong");
        }
        technician.kill();
        host.kill();
        (host, technician) = homes.session();
        let is_through = below(&to) == ["files"] && contents(&to.join("files")).len() == sent.len();
        if !is_through {
            in_the_middle += 1;
            technician.say(&format!("send {from}"));
            say_yes(&mut host, &to.display().to_string());
            let begun = host.expect("files-begun", SOON);
            let ended = host.expect("files-ended", TRANSFER_TIME);
            assert_eq!(ended.text("end"), "done", "round {round}: {:?}", ended.value);
            longest = longest.max(ended.at - begun.at);
            went_on += u32::from(ended.number("found") > 0.0);
        }
        assert!(contents(&to.join("files")) == sent, "round {round}: all is there");
        assert_eq!(below(&to), ["files"], "round {round}");
    }
    (in_the_middle, went_on)
}

#[test]
#[ignore = "three seconds for each kill: BEISTAND_KILLS says how many"]
fn either_program_is_killed_at_random_moments() {
    let kills = mib_of("BEISTAND_KILLS", 10) as u32;
    let (in_the_middle, went_on) = kill_at_random(kills);
    let text = format!("\n{kills} kills, {in_the_middle} in the middle, {went_on} went on with something\n");
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// How many MiB `name` in the environment says, or so many.
fn mib_of(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// A file of so many MiB, no two groups of which are alike.
fn large_file(path: &Path, mib: usize) {
    let mut file = fs::File::create(path).expect("a file of ours");
    let mut block = bytes(1 << 20);
    for number in 0..mib {
        block[..8].copy_from_slice(&(number as u64).to_le_bytes());
        file.write_all(&block).expect("the disk has room");
    }
}

fn same(one: &Path, other: &Path) -> bool {
    let status = std::process::Command::new("cmp").arg("-s").args([one, other]).status();
    status.expect("cmp is there").success()
}

/// Sends a file to a folder; how long that took from the yes on.
#[track_caller]
fn timed(host: &mut Program, technician: &mut Program, file: &Path, to: &Path) -> Duration {
    technician.say(&format!("send {}", file.display()));
    say_yes(host, &to.display().to_string());
    let begun = host.expect("files-begun", SOON);
    let ended = host.expect("files-ended", Duration::from_secs(7200));
    assert_eq!((ended.text("end"), ended.number("found")), ("done".to_owned(), 0.0));
    assert!(same(file, &to.join(file.file_name().expect("a file"))));
    ended.at - begun.at
}

#[test]
#[ignore = "a measurement: with BEISTAND_BIN_DIR of a release build, and BEISTAND_MIB"]
fn files_over_loopback() {
    let homes = FilesHomes::new();
    let mib = mib_of("BEISTAND_MIB", 256);
    let (file, to) = (homes.path("helper/large"), homes.path("home/kept"));
    large_file(&file, mib);
    fs::create_dir(&to).expect("a folder of ours");
    let (mut host, mut technician) = homes.session();
    let took = timed(&mut host, &mut technician, &file, &to);
    let rate = (mib << 20) as f64 * 8.0 / 1e6 / took.as_secs_f64();
    let text = format!("\n{mib} MiB over loopback in {:.2} s: {rate:.0} Mbit/s\n", took.as_secs_f64());
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// A session in the lab in which files may be sent.
fn in_the_lab(scenario: &Scenario) -> Option<Running> {
    let mut session = scenario.run()?.expect("a session");
    session.host.type_line("grant files-to-user");
    let confirm = session.host.expect("confirm", SOON);
    session.host.answer(&confirm, "");
    session.technician.expect_that("granted", SOON, |event| event.text("permissions").contains("files"));
    Some(session)
}

#[test]
#[ignore = "for `cargo xtask lab`; BEISTAND_MIB says how much"]
fn lab_files_alone_on_a_line() {
    let line = Conditions::delay_millis(10).rate_kbps(10_000);
    let Some(mut session) = in_the_lab(&Scenario::new(Side::public(), Side::public()).line(line)) else {
        return;
    };
    let homes = FilesHomes::new();
    let mib = mib_of("BEISTAND_MIB", 40);
    let (file, to) = (homes.path("helper/large"), homes.path("home"));
    large_file(&file, mib);
    let took = timed(&mut session.host, &mut session.technician, &file, &to);
    let rate = (mib << 20) as f64 * 8.0 / 1e6 / took.as_secs_f64();
    let text = format!("\n{mib} MiB over 10 Mbit/s in {:.1} s: {rate:.2} Mbit/s\n", took.as_secs_f64());
    let _ = std::io::stdout().write_all(text.as_bytes());
}

#[test]
#[ignore = "for `cargo xtask lab`; BEISTAND_MIB says how much, 10 GiB take half an hour"]
fn lab_files_while_the_path_changes() {
    let home = || Side::behind(Nat::PortRestricted(Ports::Changed));
    let line = Conditions::delay_millis(5).rate_kbps(100_000);
    let Some(mut session) = in_the_lab(&Scenario::new(home(), home()).line(line).servers(2)) else { return };
    let homes = FilesHomes::new();
    let mib = mib_of("BEISTAND_MIB", 256);
    let (file, to) = (homes.path("helper/large"), homes.path("home"));
    large_file(&file, mib);
    session.technician.say(&format!("send {}", file.display()));
    say_yes(&mut session.host, &to.display().to_string());
    let begun = session.host.expect("files-begun", SOON);
    let mut changes = 0;
    let ended = loop {
        // As long as the user's line keeps its address.
        match session.host.wait_for("files-ended", Duration::from_secs(10)) {
            Some(ended) => break ended,
            None => {
                let name = session.outermost()[changes % 2].to_owned();
                session.lab.change_address(&name);
                changes += 1;
            }
        }
    };
    assert_eq!((ended.text("end"), ended.number("found")), ("done".to_owned(), 0.0));
    assert!(same(&file, &to.join("large")));
    let took = (ended.at - begun.at).as_secs_f64();
    let rate = (mib << 20) as f64 * 8.0 / 1e6 / took;
    let text =
        format!("\n{mib} MiB over 100 Mbit/s, {changes} changes of address: {took:.0} s, {rate:.1} Mbit/s\n");
    let _ = std::io::stdout().write_all(text.as_bytes());
}
