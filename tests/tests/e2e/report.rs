//! A report of this very machine: made in time, read by its user first, sent without what they leave out.

use std::fs;
use std::time::Duration;

use beistand_tests::{Event, Process, Program, Screen, Start};

use crate::support::{Host, PATIENCE, SOON};

/// A report takes 3 s; the rest is a busy machine.
const MADE: Duration = Duration::from_secs(20);

const WANTS: &str = "view,diagnostics";

/// A host and a technician who may ask for a report.
fn session(screen: &Screen) -> (Program, Program) {
    let Host { program: mut host, link, .. } = Host::start(screen);
    let mut technician = Start::node("connect").arguments(["--wants", WANTS]).invite(link).start();
    host.expect("request", PATIENCE);
    host.allow(WANTS);
    technician.expect("granted", SOON);
    host.expect("granted", SOON);
    (host, technician)
}

fn parts(report: &Event) -> Vec<String> {
    let lines = report.value["lines"].as_array().expect("lines");
    lines.iter().filter_map(|line| Some(line["part"].as_str()?.to_owned())).collect()
}

#[test]
fn a_report_is_read_first_and_sent_without_a_part() {
    let screen = Screen::new(640, 480);
    let (mut host, mut technician) = session(&screen);
    // Busy, so that it is named, with a secret among its arguments.
    let script = "while :; do :; done";
    let mut busy = Process::start(Process::command("sh").args(["-c", script, "--password", "geheim1"]));
    technician.say("report");
    host.expect("report-asked", SOON);
    let draft = host.expect("report-draft", MADE);
    busy.kill();
    assert!(parts(&draft).iter().any(|part| part == "disks" || part == "memory"), "{:?}", draft.value);
    assert_eq!(draft.number("number"), 1.0);
    assert!(!draft.value.to_string().contains("geheim1"), "a secret is in it");
    assert!(technician.newest("report").is_none(), "nothing has left");
    // Standard input can't send it.
    host.say("report send 1");
    host.type_line("report send 1 without=memory,system");
    let question = host.expect_that("confirm", SOON, |_| true);
    assert!(technician.newest("report").is_none(), "still nothing has left");
    host.answer(&question, "");
    let sent = host.expect("report-sent", SOON);
    let report = technician.expect("report", SOON);
    assert_eq!(report.value["lines"].as_array().map(Vec::len), Some(sent.number("lines") as usize));
    assert!(!parts(&report).iter().any(|part| ["memory", "system"].contains(&part.as_str())));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("report.json");
    technician.say(&format!("report save {}", file.display()));
    technician.expect("report-saved", SOON);
    technician.say(&format!("report compare {}", file.display()));
    let compared = technician.expect("report-compared", SOON);
    assert_eq!(compared.value["changes"].as_array().map(Vec::len), Some(0));
    assert!(fs::read_to_string(&file).expect("it was saved").contains("left_out"));
}

#[test]
fn a_revoked_report_never_leaves() {
    let screen = Screen::new(640, 480);
    let (mut host, mut technician) = session(&screen);
    technician.say("report");
    host.expect("report-draft", MADE);
    host.say("revoke diagnostics");
    host.expect("report-dropped", SOON);
    host.type_line("report send 1");
    let question = host.expect("confirm", SOON);
    host.answer(&question, "");
    host.expect("report-refused", SOON);
    technician.say("report");
    technician.expect("report-refused", SOON);
    assert!(technician.newest("report").is_none(), "nothing has left");
}
