//! Tests that the helper has run on the user's computer, between both programs: what they find, how they are
//! stopped, and what is left of them.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, UdpSocket};
use std::os::unix::fs::PermissionsExt;
use std::thread;
use std::time::Duration;

use beistand_tests::{Event, Program, Start};

use crate::support::{Host, PATIENCE, SOON};

/// Longer than the slowest test here takes on a busy machine.
const TEST_TIME: Duration = Duration::from_secs(90);

/// Two people, of whom the user allows tests, and a desktop that exists only in memory.
struct CheckupPair {
    host: Program,
    technician: Program,
}

impl CheckupPair {
    /// A session that the user has not answered yet; `path` is where the host finds programs.
    fn asking(path: Option<&str>) -> Self {
        let mut start = Start::node("share").arguments(["--capture", "fake"]);
        if let Some(path) = path {
            start = start.variable("PATH", path);
        }
        let Host { program: mut host, link, .. } = Host::of(start);
        let technician = Start::node("connect").arguments(["--wants", "view,checkup"]).invite(link).start();
        host.expect("request", PATIENCE);
        Self { host, technician }
    }

    fn start() -> Self {
        Self::asking(None).allow("view,checkup")
    }

    fn allow(mut self, permissions: &str) -> Self {
        self.host.allow(permissions);
        self.technician.expect("granted", SOON);
        self.host.expect("granted", SOON);
        self
    }

    /// Runs a test to its end: what it found, by the words of its findings, and how it ended.
    #[track_caller]
    fn run(&mut self, line: &str) -> (Vec<Event>, String) {
        self.technician.say(&format!("test {line}"));
        let begun = self.technician.expect("test-begun", TEST_TIME);
        assert!(line.starts_with(&begun.text("test")), "{begun:?}");
        let id = begun.number("id");
        let ended = self.technician.expect_that("test-ended", TEST_TIME, |event| event.number("id") == id);
        let finding = |event: &Event| event.kind() == "test-finding" && event.number("id") == id;
        let findings = self.technician.events().into_iter().filter(finding).collect();
        let seen = self.host.expect_that("test-ended", SOON, |event| event.number("id") == id);
        assert_eq!(seen.text("end"), ended.text("end"), "the user reads the same");
        (findings, ended.text("end"))
    }
}

/// The words of what was found.
fn found(findings: &[Event]) -> Vec<String> {
    findings.iter().map(|event| event.text("finding")).collect()
}

/// A value of the only finding of this kind.
#[track_caller]
fn value(findings: &[Event], finding: &str, name: &str) -> f64 {
    let event = findings.iter().find(|event| event.text("finding") == finding);
    event.and_then(|event| event.value["values"][name].as_f64()).unwrap_or_else(|| panic!("{findings:?}"))
}

#[test]
fn the_network_is_tested_against_servers_on_loopback() {
    let web = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let port = web.local_addr().expect("bound").port();
    thread::spawn(move || {
        for mut stream in web.incoming().flatten() {
            let mut asked = [0; 1024];
            let _ = stream.read(&mut asked);
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n");
        }
    });
    let names = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    let server = names.local_addr().expect("bound");
    thread::spawn(move || {
        let mut asked = [0; 512];
        while let Ok((length, from)) = names.recv_from(&mut asked) {
            let mut answer = asked[..length].to_vec();
            (answer[2], answer[3], answer[7]) = (0x81, 0x80, 1);
            answer.extend_from_slice(b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc0\x00\x02\x07");
            let _ = names.send_to(&answer, from);
        }
    });
    let mut pair = CheckupPair::start();
    let (findings, end) = pair.run(&format!("ping 127.0.0.1 {port}"));
    assert_eq!((end.as_str(), value(&findings, "ping-summary", "received")), ("done", 10.0));
    let seen = pair.host.newest("test-begun").expect("the user sees it");
    assert_eq!(seen.text("subject"), format!("127.0.0.1 {port}"));
    let (findings, end) = pair.run(&format!("ports 127.0.0.1 {port},1"));
    assert_eq!(
        (found(&findings), end.as_str()),
        (["address", "port-open", "port-closed"].map(str::to_owned).to_vec(), "done")
    );
    let (findings, end) = pair.run(&format!("http http://127.0.0.1:{port}/"));
    assert_eq!((end.as_str(), value(&findings, "http-status", "status")), ("done", 204.0));
    let (findings, end) = pair.run(&format!("dns example.org {server}"));
    assert_eq!((found(&findings), end.as_str()), (vec!["dns-answer".to_owned()], "done"));
    assert_eq!(findings[0].value["values"]["addresses"].as_str(), Some("192.0.2.7, 192.0.2.7"));
    let (_, end) = pair.run("http http://127.0.0.1:1/");
    assert_eq!(end, "unreachable");
}

#[test]
fn the_computer_and_the_way_to_it_are_tested() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("file"), [7; 1000]).expect("a folder of ours");
    let mut pair = CheckupPair::start();
    let (findings, end) = pair.run("memory 8");
    assert_eq!((end.as_str(), value(&findings, "memory-tested", "wrong")), ("done", 0.0));
    let (findings, end) = pair.run("cpu 1");
    assert_eq!((end.as_str(), value(&findings, "cpu-result", "wrong")), ("done", 0.0));
    let (findings, end) = pair.run(&format!("scan {}", folder.path().display()));
    assert_eq!((end.as_str(), value(&findings, "scan-total", "size_bytes")), ("done", 1000.0));
    let (findings, end) = pair.run(&format!("disk {}", folder.path().display()));
    assert_eq!(
        (found(&findings), end.as_str()),
        (["disk-write", "disk-read"].map(str::to_owned).to_vec(), "done")
    );
    assert_eq!(fs::read_dir(folder.path()).expect("still there").count(), 1, "nothing is left");
    let (_, end) = pair.run("disk /nonexistent");
    assert_eq!(end, "gone");
    let (findings, end) = pair.run("throughput");
    assert_eq!(end, "done");
    for way in ["throughput-from-user", "throughput-to-user"] {
        assert!(value(&findings, way, "rate_bytes_per_sec") > 0.0, "{findings:?}");
    }
    pair.technician.say("test nonsense");
    pair.technician.say("test stop");
    let refused = pair.technician.expect("test-refused", SOON);
    assert_eq!(refused.text("why"), "nothing");
}

#[test]
fn printer_and_sound_are_tested_by_the_programs_that_are_there() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().to_str().expect("a plain path").to_owned();
    let mut pair = CheckupPair::asking(Some(&path)).allow("view,checkup");
    for test in ["printer", "microphone", "speaker", "trace 127.0.0.1"] {
        assert_eq!(pair.run(test).1, "not-here", "{test}");
    }
    let program = |name: &str, script: &str| {
        let file = folder.path().join(name);
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).expect("a folder of ours");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("ours");
    };
    program("lpstat", "echo Laser");
    program("lp", &format!("/bin/cat > {path}/page; echo request id is Laser-1 '(1 file(s))'"));
    program("arecord", "printf '\\000\\100\\000\\100'");
    program("aplay", &format!("/bin/cat > {path}/tone"));
    program("traceroute", "echo ' 1  127.0.0.1  0.1 ms'");
    let (findings, end) = pair.run("printer");
    assert_eq!(
        (found(&findings), end.as_str()),
        (["printer-found", "printer-job"].map(str::to_owned).to_vec(), "done")
    );
    assert!(fs::read_to_string(folder.path().join("page")).expect("printed").contains("Testseite"));
    let (findings, end) = pair.run("microphone");
    assert_eq!((end.as_str(), value(&findings, "microphone-level", "peak")), ("done", 500.0));
    assert_eq!(pair.run("speaker").1, "done");
    assert_eq!(fs::metadata(folder.path().join("tone")).expect("played").len(), 64_000);
    assert_eq!(found(&pair.run("trace 127.0.0.1").0), ["address", "trace-hop"]);
}

#[test]
fn a_test_ends_with_the_users_word_with_the_permission_and_with_the_session() {
    let mut pair = CheckupPair::asking(None).allow("view");
    pair.technician.say("test cpu");
    assert_eq!(pair.technician.expect("test-refused", SOON).text("why"), "not-allowed");
    let mut pair = CheckupPair::start();
    // The user's word.
    pair.technician.say("test cpu 60");
    pair.technician.say("test cpu 60");
    for _ in 0..2 {
        pair.host.expect("test-waiting", SOON);
    }
    pair.host.say("test cpu");
    assert_eq!(pair.host.expect("test-refused", SOON).text("why"), "helpers-only");
    pair.host.say("test stop");
    for _ in 0..2 {
        assert_eq!(pair.technician.expect("test-ended", SOON).text("end"), "stopped-by-user");
    }
    // The helper's.
    pair.technician.say("test throughput");
    pair.technician.expect("test-begun", SOON);
    pair.technician.say("test stop");
    assert_eq!(pair.technician.expect("test-ended", SOON).text("end"), "stopped");
    // The permission's.
    pair.technician.say("test cpu 60");
    pair.technician.expect("test-begun", SOON);
    pair.host.say("revoke checkup");
    for program in [&mut pair.host, &mut pair.technician] {
        program.expect_that("test-ended", SOON, |event| event.text("end") == "taken-back");
    }
    pair.technician.say("test cpu");
    assert_eq!(pair.technician.expect("test-refused", SOON).text("why"), "not-allowed");
    // The session's.
    let mut pair = CheckupPair::start();
    pair.technician.say("test cpu 60");
    pair.host.expect("test-begun", SOON);
    pair.technician.kill();
    let end = pair.host.expect("test-ended", TEST_TIME);
    assert_eq!(end.text("end"), "path-lost");
}

#[test]
fn a_program_that_is_killed_in_a_test_of_the_disk_leaves_nothing_there() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut pair = CheckupPair::start();
    pair.technician.say(&format!("test disk {}", folder.path().display()));
    pair.technician.expect("test-progress", SOON);
    pair.host.kill();
    let end = pair.technician.expect("test-ended", TEST_TIME);
    assert_eq!(end.text("end"), "path-lost");
    assert_eq!(fs::read_dir(folder.path()).expect("still there").count(), 0);
}
