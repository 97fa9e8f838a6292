//! A helper comes back: both programs are killed or ended in a session and started again, in a local network
//! of their own.

use std::fs;
use std::path::{Path, PathBuf};

use beistand_session::StaticKey;
use beistand_tests::{Network, Program, Screen, Start};
use futures::executor::block_on;

use crate::support::{Host, MessageBus, PATIENCE, SOON, exit};

const GRANTED: &str = "view,keyboard,reconnect";

/// Two computers that keep their data folders while programs come and go.
struct TwoComputers {
    user: Network,
    helper: Network,
    folders: tempfile::TempDir,
}

impl TwoComputers {
    fn new() -> Option<Self> {
        let (user, helper) = Network::pair()?;
        Some(Self { user, helper, folders: tempfile::tempdir().expect("a temporary folder") })
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.folders.path().join(name)
    }

    fn share(&self) -> Start<'_> {
        Start::node_anywhere("share")
            .arguments(["--capture", "fake"])
            .inside(&self.user)
            .keeping(&self.folder("user"))
    }

    fn connect(&self) -> Start<'_> {
        Start::node_anywhere("connect").inside(&self.helper).keeping(&self.folder("helper"))
    }

    fn back(&self) -> Program {
        self.connect().arguments(["--back"]).start()
    }

    /// A session in which both sides have their ticket.
    fn session(&self) -> (Program, Program) {
        let Host { program: mut host, link, .. } = Host::of(self.share());
        let mut technician = self.connect().arguments(["--wants", GRANTED]).invite(link).start();
        host.expect("request", PATIENCE);
        host.allow(GRANTED);
        for program in [&mut host, &mut technician] {
            program.expect("comeback-kept", SOON);
        }
        (host, technician)
    }

    /// The user lets the helper come back, by one press.
    fn let_back(&self) -> Program {
        self.let_back_on(self.share())
    }

    fn let_back_on(&self, share: Start<'_>) -> Program {
        let mut host = share.start();
        let question = host.expect("return", PATIENCE);
        assert_eq!(question.value["permissions"].as_array().map(Vec::len), Some(3), "{question:?}");
        host.answer(&question, "");
        host.expect_that("notice", PATIENCE, |event| event.text("what") == "awaiting");
        host
    }

    /// As if the side's ticket were of an hour ago: this installation has sealed it.
    fn make_older(&self, side: &str) {
        let [ticket]: [PathBuf; 1] = self.tickets(side).try_into().expect("one ticket");
        let bytes = fs::read(&ticket).expect("ours");
        let (head, sealed) = bytes.split_at(b"beistand return 1\n".len());
        let mut body: serde_json::Value = serde_json::from_slice(&sealed[32..]).expect("a ticket");
        body["seen"] = (body["seen"].as_u64().expect("seconds") - 3600).into();
        let text = [head, body.to_string().as_bytes()].concat();
        let key = fs::read(self.folder(side).join("identity.key")).expect("its key");
        let seal = StaticKey::from_bytes(key.try_into().expect("32 bytes")).seal_of(&text);
        fs::write(&ticket, [head, &seal, &text[head.len()..]].concat()).expect("ours");
    }

    fn tickets(&self, side: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.folder(side).join("returns")).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    }
}

/// Both are in a session with what was allowed before, and the user was asked nothing more.
#[track_caller]
fn expect_back(host: &mut Program, technician: &mut Program) {
    for program in [technician, host] {
        let granted = program.expect("granted", 2 * PATIENCE);
        assert_eq!(granted.value["permissions"].as_array().map(Vec::len), Some(3), "{granted:?}");
        program.expect("comeback-kept", SOON);
    }
    assert!(host_was_not_asked(host), "one press is enough");
}

fn host_was_not_asked(host: &Program) -> bool {
    host.newest("request").is_none()
}

#[test]
fn both_programs_are_killed_and_one_press_brings_the_helper_back() {
    let Some(computers) = TwoComputers::new() else { return };
    let (mut host, mut technician) = computers.session();
    host.kill();
    technician.kill();
    // The helper is the first to be there again, and waits.
    let mut technician = computers.back();
    technician.expect_that("notice", PATIENCE, |event| event.text("what") == "awaiting");
    let mut host = computers.let_back();
    expect_back(&mut host, &mut technician);
    // What was used is used up: there is a new ticket, and the next time works as well.
    host.kill();
    technician.kill();
    let mut host = computers.let_back();
    let mut technician = computers.back();
    expect_back(&mut host, &mut technician);
}

#[test]
fn a_ticket_that_was_used_finds_nobody() {
    let Some(computers) = TwoComputers::new() else { return };
    let (mut host, mut technician) = computers.session();
    host.kill();
    technician.kill();
    let [ticket]: [PathBuf; 1] = computers.tickets("helper").try_into().expect("one ticket");
    let used = fs::read(&ticket).expect("ours");
    let (mut host, mut technician) = (computers.let_back(), computers.back());
    expect_back(&mut host, &mut technician);
    host.kill();
    technician.kill();
    // Its file is put back as it was, with its owner's rights.
    fs::write(&ticket, used).expect("ours");
    let mut host = computers.let_back();
    let mut technician = computers.back();
    technician.expect_that("notice", 2 * PATIENCE, |event| event.text("what") == "absent");
    assert!(host.newest("granted").is_none() && host_was_not_asked(&host));
    host.say("end");
    host.exit(SOON);
}

#[test]
fn a_shutdown_leaves_the_return_and_the_users_own_end_takes_it_back() {
    let Some(computers) = TwoComputers::new() else { return };
    let (mut host, technician) = computers.session();
    host.terminate();
    host.exit(SOON);
    drop(technician);
    assert_eq!((computers.tickets("user").len(), computers.tickets("helper").len()), (1, 1));
    let mut host = computers.let_back();
    let mut technician = computers.back();
    expect_back(&mut host, &mut technician);
    host.say("end");
    technician.expect("comeback-taken-back", SOON);
    host.exit(SOON);
    assert!(computers.tickets("user").is_empty() && computers.tickets("helper").is_empty());
    let mut nobody = computers.back();
    assert_eq!(nobody.exit(SOON), exit::BAD_INPUT);
    Host::of(computers.share());
}

#[test]
fn a_revoke_and_the_users_no_end_it() {
    let Some(computers) = TwoComputers::new() else { return };
    let (mut host, mut technician) = computers.session();
    technician.say("comeback");
    let announced = host.expect("comeback-announced", SOON);
    assert_eq!(announced.value["allowed"].as_bool(), Some(true));
    host.say("revoke reconnect");
    for program in [&mut host, &mut technician] {
        program.expect("comeback-taken-back", SOON);
    }
    assert!(computers.tickets("user").is_empty() && computers.tickets("helper").is_empty());
    drop((host, technician));
    // A no at the start is for good, and an invite follows.
    let (mut host, mut technician) = computers.session();
    host.kill();
    technician.kill();
    let mut host = computers.share().start();
    host.expect("return", PATIENCE);
    host.say("deny");
    host.expect("invite", PATIENCE);
    assert!(computers.tickets("user").is_empty());
}

#[test]
fn a_copied_ticket_is_void_without_the_key_that_sealed_it() {
    let Some(computers) = TwoComputers::new() else { return };
    let (mut host, mut technician) = computers.session();
    host.kill();
    technician.kill();
    // The folder is copied and its key replaced: the file is void without the key that sealed it.
    let thief = computers.folder("thief");
    copy(&computers.folder("helper"), &thief);
    fs::remove_file(thief.join("identity.key")).expect("it was copied");
    let other = Start::node_anywhere("connect").inside(&computers.helper).keeping(&thief);
    let mut other = other.arguments(["--back"]).start();
    other.expect("return-refused", PATIENCE);
    assert_eq!(other.exit(SOON), exit::BAD_INPUT);
    let mut host = computers.let_back();
    let mut technician = computers.back();
    expect_back(&mut host, &mut technician);
}

#[test]
fn a_ticket_whose_hour_is_over_is_told_on_either_side_and_removed() {
    let Some(computers) = TwoComputers::new() else { return };
    let (mut host, mut technician) = computers.session();
    host.kill();
    technician.kill();
    for side in ["user", "helper"] {
        computers.make_older(side);
    }
    let mut technician = computers.back();
    let told = technician.expect("return-refused", PATIENCE);
    assert!(told.text("text").contains("over"), "{told:?}");
    assert_eq!(technician.exit(SOON), exit::BAD_INPUT);
    let mut host = computers.share().start();
    host.expect("return-refused", PATIENCE);
    host.expect("invite", PATIENCE);
    assert!(host.newest("return").is_none(), "nothing is asked");
    assert!(computers.tickets("user").is_empty() && computers.tickets("helper").is_empty());
}

/// A desktop's lock, which is closed.
struct ClosedLock;

#[zbus::interface(name = "org.gnome.ScreenSaver")]
impl ClosedLock {
    fn get_active(&self) -> bool {
        true
    }
}

#[test]
fn a_return_to_a_locked_screen_begins_paused() {
    let Some(computers) = TwoComputers::new() else { return };
    let (mut host, mut technician) = computers.session();
    host.kill();
    technician.kill();
    let (screen, bus) = (Screen::new(640, 480), MessageBus::start());
    let start = Start::node_anywhere("share").inside(&computers.user).keeping(&computers.folder("user"));
    let mut host =
        computers.let_back_on(start.on(&screen).variable("DBUS_SESSION_BUS_ADDRESS", &bus.address));
    // The user has pressed, locks the screen and goes.
    let lock = zbus::connection::Builder::address(bus.address.as_str())
        .and_then(|builder| builder.name("org.gnome.ScreenSaver"))
        .and_then(|builder| builder.serve_at("/org/gnome/ScreenSaver", ClosedLock));
    let _lock = block_on(lock.expect("names of ours").build()).expect("the bus is there");
    let mut technician = computers.back();
    host.expect_that("notice", 2 * PATIENCE, |event| event.text("what") == "paused-locked");
    technician.expect("paused", SOON);
    assert!(host.newest("resumed").is_none());
    // Whoever is in front of it again lets the session go on.
    host.type_line("resume");
    technician.expect("resumed", SOON);
}

#[test]
fn a_damaged_ticket_is_told_and_an_invite_follows() {
    let Some(computers) = TwoComputers::new() else { return };
    let (mut host, mut technician) = computers.session();
    host.kill();
    technician.kill();
    let [ticket]: [PathBuf; 1] = computers.tickets("user").try_into().expect("one ticket");
    let mut bytes = fs::read(&ticket).expect("ours");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&ticket, bytes).expect("ours");
    let mut host = computers.share().start();
    host.expect("return-refused", PATIENCE);
    host.expect("invite", PATIENCE);
    assert!(computers.tickets("user").is_empty());
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder of ours");
    for entry in fs::read_dir(from).expect("there").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a folder of ours");
        }
    }
}
