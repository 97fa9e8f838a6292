//! Searches that the helper has run on the user's computer, between both programs: what they find, how they
//! are stopped, and what is left of them.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

use beistand_tests::{Event, Program, Start};

use crate::support::{Host, PATIENCE, SOON};

/// Longer than the slowest search here takes on a busy machine.
const SEARCH_TIME: Duration = Duration::from_secs(180);

/// The file that all virus scanners know (https://www.eicar.org), in two parts, so that none knows this one.
const EICAR: [&str; 2] = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR", "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"];

/// The signature of this file, as ClamAV's own databases have them (name, target, offset, bytes in
/// hexadecimal).
fn signature() -> String {
    let bytes: String = EICAR.concat().bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("Eicar-Test-Signature:0:0:{bytes}\n")
}

/// Two people, of whom the user allows searches, and a user with a home and tools of their own.
struct SweepPair {
    host: Program,
    technician: Program,
    folder: tempfile::TempDir,
}

impl SweepPair {
    /// A session that the user has not answered yet.
    fn asking() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let home = folder.path().join("home");
        fs::create_dir_all(home.join("Downloads")).expect("a folder of ours");
        fs::create_dir_all(folder.path().join("tools")).expect("a folder of ours");
        let start = Start::node("share").arguments(["--capture", "fake"]);
        let start = start.variable("HOME", home.to_str().expect("a plain path"));
        let start = start.variable("PATH", folder.path().join("tools").to_str().expect("a plain path"));
        let Host { program: mut host, link, .. } = Host::of(start);
        let technician = Start::node("connect").arguments(["--wants", "view,sweep"]).invite(link).start();
        host.expect("request", PATIENCE);
        Self { host, technician, folder }
    }

    fn start() -> Self {
        Self::asking().allow("view,sweep")
    }

    fn allow(mut self, permissions: &str) -> Self {
        self.host.allow(permissions);
        self.technician.expect("granted", SOON);
        self.host.expect("granted", SOON);
        self
    }

    fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    fn file(&self, path: &str, text: &str) {
        let path = self.home().join(path);
        fs::create_dir_all(path.parent().expect("below the home")).expect("a folder of ours");
        fs::write(path, text).expect("a folder of ours");
    }

    /// A tool that runs this.
    fn tool(&self, name: &str, script: &str) {
        let file = self.folder.path().join("tools").join(name);
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).expect("a folder of ours");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("ours");
    }

    /// Runs a search to its end: what it found, and how it ended.
    #[track_caller]
    fn run(&mut self, line: &str) -> (Vec<Event>, String) {
        self.technician.say(&format!("sweep {line}"));
        let begun = self.technician.expect("sweep-begun", SEARCH_TIME);
        assert!(line.starts_with(&begun.text("sweep")), "{begun:?}");
        let id = begun.number("id");
        let ended = self.technician.expect_that("sweep-ended", SEARCH_TIME, |event| event.number("id") == id);
        let finding = |event: &Event| event.kind() == "sweep-finding" && event.number("id") == id;
        let findings: Vec<Event> = self.technician.events().into_iter().filter(finding).collect();
        let seen = self.host.expect_that("sweep-ended", SOON, |event| event.number("id") == id);
        assert_eq!(seen.text("end"), ended.text("end"), "the user reads the same");
        let shown: Vec<Event> = self.host.events().into_iter().filter(finding).collect();
        let findings_of =
            |events: &[Event]| -> Vec<_> { events.iter().map(|one| one.value["finding"].clone()).collect() };
        assert_eq!(findings_of(&shown), findings_of(&findings), "the user sees all that the helper sees");
        (findings, ended.text("end"))
    }

    /// Starts a scan that goes on until it is ended.
    fn endless(&mut self) {
        self.file("Downloads/a", "a");
        self.tool("clamscan", "exec /bin/sleep 90");
        let line = format!("sweep virus {}", self.home().display());
        self.technician.say(&line);
        let begun = self.host.expect("sweep-begun", SOON);
        assert_eq!(begun.text("subject"), self.home().display().to_string(), "the user sees where");
        self.technician.expect("sweep-begun", SOON);
    }
}

/// The finding of this kind that names this.
#[track_caller]
fn found<'a>(findings: &'a [Event], kind: &str, name: &str) -> &'a serde_json::Value {
    let all = findings.iter().map(|event| &event.value["finding"]);
    let names = |finding: &&serde_json::Value| {
        let has = |field: &str| finding[field].as_str().is_some_and(|text| text.contains(name));
        finding["kind"] == kind && (has("name") || has("path") || has("line"))
    };
    all.into_iter().find(names).unwrap_or_else(|| panic!("no {kind} {name}: {findings:#?}"))
}

#[test]
fn what_a_fraud_leaves_behind_is_found_and_both_read_the_same() {
    let mut pair = SweepPair::start();
    let entry = "[Desktop Entry]\nExec=/usr/bin/anydesk --tray --password geheim\n";
    pair.file(".config/autostart/anydesk.desktop", entry);
    pair.file("Downloads/support.run", "\u{7f}ELF support");
    let addon = r#"{"addons":[{"id":"b@x","type":"extension","location":"app-profile","active":true,
        "signedState":0,"version":"1","defaultLocale":{"name":"Coupon \u001b]0;x"}}]}"#;
    pair.file(".mozilla/firefox/a.default/extensions.json", addon);
    pair.tool("dpkg", "echo '??5??????   /usr/bin/env'");
    let (findings, end) = pair.run("autostart");
    assert_eq!(end, "done");
    let anydesk = found(&findings, "autostart-entry", "anydesk.desktop");
    assert_eq!(anydesk["standing"], "suspicious");
    assert_eq!(anydesk["sha256"].as_str().map(str::len), Some(64));
    let key = anydesk["key"].clone();
    let (findings, end) = pair.run("everything");
    assert_eq!(end, "done");
    assert_eq!(found(&findings, "autostart-entry", "anydesk.desktop")["key"], key, "it keeps its key");
    assert_eq!(found(&findings, "remote-starting", "AnyDesk")["standing"], "suspicious");
    let extension = found(&findings, "browser-extension", "Coupon");
    assert_eq!(extension["name"], "Coupon \\u{1b}]0;x", "it commands no terminal");
    assert_eq!(found(&findings, "changed-file", "/usr/bin/env")["standing"], "suspicious");
    assert_eq!(found(&findings, "remote-running", "beistand")["standing"], "known");
    assert!(!format!("{:?}", pair.technician.events()).contains("geheim"), "no password leaves");
    let (findings, _) = pair.run("programs");
    assert_eq!(found(&findings, "stray-program", "support.run")["age_days"], 0);
}

#[test]
fn a_virus_is_found_by_the_scanner_that_is_there() {
    let mut pair = SweepPair::start();
    pair.file("Downloads/bad.com", &EICAR.concat());
    pair.file("Downloads/good", "good");
    pair.file("elsewhere/bad.com", &EICAR.concat());
    symlink(pair.home().join("elsewhere"), pair.home().join("Downloads/link")).expect("a folder of ours");
    let line = format!("virus {}", pair.home().join("Downloads").display());
    assert_eq!(pair.run(&line).1, "no-scanner", "there is none yet");
    // ClamAV itself, with a database of one signature.
    let database = pair.folder.path().join("database");
    fs::create_dir(&database).expect("a folder of ours");
    assert!(
        Path::new("/usr/bin/clamscan").exists(),
        "the package clamav is needed: cargo xtask test installs it"
    );
    pair.tool("clamscan", &format!("exec /usr/bin/clamscan --database={} \"$@\"", database.display()));
    assert_eq!(pair.run(&line).1, "no-signatures");
    fs::write(database.join("test.ndb"), signature()).expect("a folder of ours");
    let (findings, end) = pair.run(&line);
    assert_eq!((findings.len(), end.as_str()), (1, "done"), "{findings:?}");
    let infected = found(&findings, "infected", "Downloads/bad.com");
    assert!(infected["line"].as_str().is_some_and(|name| name.starts_with("Eicar-Test-Signature")));
    assert_eq!((&infected["standing"], &infected["size_bytes"]), (&"suspicious".into(), &68.into()));
    let sum = "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f";
    assert_eq!(infected["sha256"], sum);
    assert_eq!(pair.run("virus /nonexistent").1, "gone");
    let progress = pair.technician.events().into_iter().filter(|event| event.kind() == "sweep-progress");
    assert!(progress.map(|event| event.text("category")).any(|category| category == "virus"));
}

#[test]
fn a_search_ends_with_the_users_word_with_the_permission_and_with_the_session() {
    let mut pair = SweepPair::asking().allow("view");
    pair.technician.say("sweep cron");
    assert_eq!(pair.technician.expect("sweep-refused", SOON).text("why"), "not-allowed");
    // The user's word.
    let mut pair = SweepPair::start();
    pair.endless();
    pair.technician.say("sweep cron");
    pair.host.expect("sweep-waiting", SOON);
    pair.host.say("sweep cron");
    assert_eq!(pair.host.expect("sweep-refused", SOON).text("why"), "helpers-only");
    pair.host.say("sweep stop");
    for _ in 0..2 {
        assert_eq!(pair.technician.expect("sweep-ended", SOON).text("end"), "stopped-by-user");
    }
    // The helper's.
    pair.endless();
    pair.technician.say("sweep stop");
    assert_eq!(pair.technician.expect("sweep-ended", SOON).text("end"), "stopped");
    // The permission's.
    pair.endless();
    pair.host.say("revoke sweep");
    for program in [&mut pair.host, &mut pair.technician] {
        program.expect_that("sweep-ended", SOON, |event| event.text("end") == "taken-back");
    }
    pair.technician.say("sweep cron");
    assert_eq!(pair.technician.expect("sweep-refused", SOON).text("why"), "not-allowed");
    // The session's: the helper is gone, or the user's program is killed.
    let mut pair = SweepPair::start();
    pair.endless();
    pair.technician.kill();
    assert_eq!(pair.host.expect("sweep-ended", SEARCH_TIME).text("end"), "path-lost");
    let mut pair = SweepPair::start();
    pair.endless();
    pair.host.kill();
    assert_eq!(pair.technician.expect("sweep-ended", SEARCH_TIME).text("end"), "path-lost");
}
