//! The list of what was changed on this computer: reached from the home page, and taken back from there, with
//! a journal that an earlier program has left.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use beistand_gui::app::StartPage;
use beistand_node::ChangeBook;

use crate::common::{Test, open};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// A folder with a journal of one entry: a program that no longer begins with the desktop, in `file`.
fn left_behind(folder: &Path, file: &Path) {
    fs::write(file, "[Desktop Entry]\nHidden=true\nExec=/opt/bad\n").expect("a folder of ours");
    let entry = serde_json::json!({
        "number": 1, "feature": "repair", "who": "Anna", "begun_secs": 1_700_000_000, "ended_secs": 1_700_000_000,
        "state": "done", "undoable": true, "fault": null,
        "deed": { "Autostart": { "entry": { "Desktop": "bad.desktop" }, "to": "Off" } },
        "before": { "Desktop": {
            "path": file, "old": "[Desktop Entry]\nExec=/opt/bad\n",
            "new": "[Desktop Entry]\nHidden=true\nExec=/opt/bad\n", "mode": 420, "system": false,
        } },
        "after": { "kind": "Off", "number": 0, "text": "" },
    });
    let journal = serde_json::json!({ "next": 2, "entries": [entry] });
    fs::write(folder.join("changes.json"), journal.to_string()).expect("a folder of ours");
}

/// The home page after a session that has left something.
fn home(folder: &Path) -> Test {
    let mut test = open(StartPage::Home, [560.0, 760.0]);
    assert!(!test.shows("What was changed"), "nothing was");
    test.node.keep_changes(ChangeBook::of(folder));
    let label = format!("{}. {}", test.words.text("page-home-give"), test.words.text("page-home-give-line"));
    test.click(&label);
    let back = test.words.text("page-give-back");
    test.click(&back);
    test
}

#[test]
fn what_was_changed_is_listed_and_taken_back_without_anybody() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.desktop");
    left_behind(folder.path(), &file);
    let mut test = home(folder.path());
    test.click("What was changed on this computer");
    assert!(test.shows("keep bad.desktop from starting with the desktop") && test.shows("Anna"));
    test.click("Take it back: keep bad.desktop from starting with the desktop");
    let start = Instant::now();
    while !test.shows("Anna: taken back") {
        assert!(start.elapsed() < PATIENCE, "it is taken back");
        test.catch_up();
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "[Desktop Entry]\nExec=/opt/bad\n");
    assert!(!test.shows("Take it back"));
    assert_eq!(test.heard_names(), [""; 0], "no node was told anything");
}

#[test]
fn what_was_on_trial_when_a_program_died_is_taken_back_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.desktop");
    left_behind(folder.path(), &file);
    fs::write(folder.path().join("trial-1"), "").unwrap();
    let mut test = home(folder.path());
    let start = Instant::now();
    while !test.shows("on trial, so it was taken back: keep bad.desktop from starting") {
        assert!(start.elapsed() < PATIENCE, "it is taken back");
        test.catch_up();
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "[Desktop Entry]\nExec=/opt/bad\n");
    assert!(!folder.path().join("trial-1").exists());
}

#[test]
fn why_something_is_not_taken_back_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.desktop");
    left_behind(folder.path(), &file);
    let mut test = home(folder.path());
    fs::write(&file, "mine").unwrap();
    test.click("What was changed on this computer");
    test.click("Take it back: keep bad.desktop from starting with the desktop");
    let start = Instant::now();
    while !test.shows("Something else has changed it since") {
        assert!(start.elapsed() < PATIENCE, "it is said");
        test.catch_up();
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}
