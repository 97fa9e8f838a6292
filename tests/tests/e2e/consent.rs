//! The user decides, and each answer has its exit code.

use std::time::Duration;

use beistand_tests::{InputWatch, Screen, Start, poll, programs_dir};

use crate::support::{ALL, Host, NOTICE, PATIENCE, SOON, Session, exit, expect_end, expect_error};
use crate::window::USUAL;

/// What stops a terminal's output, unless its program has it otherwise.
const CONTROL_S: &[u8] = b"\x13";

/// What ends a terminal's input.
const CONTROL_D: &[u8] = &[4];

#[test]
fn the_request_says_who_and_what_and_both_sides_see_the_same_four_pictures() {
    let screen = Screen::new(640, 480);
    let mut host = Host::start(&screen);
    let mut technician = host.technician();
    let asked = host.program.expect("request", PATIENCE);
    let shown = technician.expect("request", SOON);
    assert_eq!(asked.text("wants"), USUAL);
    assert!(!asked.text("technician").is_empty());
    assert_eq!(asked.value["sas"], shown.value["sas"]);
    assert!(!asked.value["sas"].is_null());
}

#[test]
fn a_denied_technician_is_told_so() {
    let screen = Screen::new(640, 480);
    let mut host = Host::start(&screen);
    let mut technician = host.technician();
    host.program.expect("request", PATIENCE);
    host.program.say("deny");
    expect_end(&mut technician, NOTICE, exit::DENIED, &["denied", "declined", "said no"]);
}

#[test]
fn only_what_was_allowed_is_granted() {
    let screen = Screen::new(640, 480);
    let mut host = Host::start(&screen);
    let mut technician = host.technician();
    host.program.expect("request", PATIENCE);
    host.program.allow("view");
    assert_eq!(technician.expect("granted", SOON).text("permissions"), "view");
    assert_eq!(host.program.expect("granted", SOON).text("permissions"), "view");
}

#[test]
fn what_was_not_asked_for_can_not_be_allowed_by_mistake() {
    let screen = Screen::new(640, 480);
    let mut host = Host::start(&screen);
    let mut technician = host.technician();
    host.program.expect("request", PATIENCE);
    host.program.allow("view,terminal,reconnect");
    assert_eq!(technician.expect("granted", SOON).text("permissions"), "view");
}

#[test]
fn a_misspelled_answer_is_no_consent() {
    let screen = Screen::new(640, 480);
    let mut host = Host::start(&screen);
    let mut technician = host.technician();
    let asked = host.program.expect("request", PATIENCE);
    for permissions in ["everything", "view keyboard"] {
        host.program.answer(&asked, permissions);
    }
    for line in ["allow", "allow view", "allow 12", "yes", "", "ALLOW", "grant", "grant view", "revoke view"]
    {
        host.program.type_line(line);
    }
    host.program.type_line("deny");
    expect_end(&mut technician, NOTICE, exit::DENIED, &[]);
    assert!(technician.newest("granted").is_none());
}

#[test]
fn chat_goes_both_ways() {
    let screen = Screen::new(640, 480);
    let mut session = Session::start(&screen);
    session.host.say("say Grüß Gott, 🙂");
    session.technician.expect_that("chat", SOON, |chat| chat.value.to_string().contains("Grüß Gott, 🙂"));
    session.technician.say("say hello yourself");
    session.host.expect_that("chat", SOON, |chat| chat.value.to_string().contains("hello yourself"));
}

#[test]
fn closing_the_hosts_terminal_before_the_answer_grants_nothing() {
    let screen = Screen::new(640, 480);
    let mut host = Host::start(&screen);
    let mut technician = host.technician();
    host.program.expect("request", PATIENCE);
    host.program.type_bytes(CONTROL_D);
    host.program.exit(NOTICE);
    expect_end(&mut technician, NOTICE, exit::DENIED, &[]);
    assert!(technician.newest("granted").is_none());
}

#[test]
fn control_s_on_the_terminal_holds_up_neither_the_question_nor_the_end() {
    let screen = Screen::new(640, 480);
    let mut host = Host::start(&screen);
    host.program.type_bytes(CONTROL_S);
    let _technician = host.technician();
    let asked = host.program.expect("request", PATIENCE);
    let answer = format!("allow {}", asked.text("answer"));
    poll(SOON, || host.program.on_terminal().contains(&answer).then_some(())).expect("it is in the question");
    host.program.type_line("end");
    assert!(host.program.exit(NOTICE).is_some());
}

#[test]
fn a_yes_from_a_pipe_grants_nothing() {
    let screen = Screen::new(640, 480);
    let mut host = Host::start(&screen);
    let mut technician = host.technician();
    let asked = host.program.expect("request", PATIENCE);
    let answer = format!("allow {}", asked.text("answer"));
    poll(SOON, || host.program.on_terminal().contains(&answer).then_some(())).expect("it is in the question");
    for (verb, line) in [("allow", answer.as_str()), ("grant", "grant pointer"), ("resume", "resume")] {
        host.program.say(line);
        expect_error(&host.program, &format!("“{verb}” only counts when you type it on the terminal"));
    }
    assert!(technician.newest("granted").is_none());
    // What any program can write may end, but its own end ends nothing.
    host.program.close_stdin();
    host.program.allow("view");
    assert_eq!(technician.expect("granted", SOON).text("permissions"), "view");
}

#[test]
fn nobody_is_asked_where_there_is_no_terminal() {
    let screen = Screen::new(640, 480);
    let mut host = Start::node("share").without_a_terminal().on(&screen).start();
    expect_end(&mut host, SOON, exit::BAD_INPUT, &["no terminal here"]);
    assert!(host.newest("invite").is_none());
    let mut german = Start::node("share").without_a_terminal().arguments(["--language", "de"]);
    german = german.on(&screen);
    expect_end(&mut german.start(), SOON, exit::BAD_INPUT, &["hier gibt es kein terminal"]);
}

#[test]
fn nobody_is_asked_from_the_background_of_a_terminal() {
    let (node, script) = (programs_dir().join("beistand-node"), "set -m; \"$0\" share & wait $!");
    let shell = Start::bare("/bin/sh").arguments(["-c".as_ref(), script.as_ref(), node.as_os_str()]);
    expect_end(&mut shell.at_a_terminal().start(), SOON, exit::BAD_INPUT, &["in the background"]);
}

#[test]
fn more_in_a_session_is_asked_for_while_the_technician_can_do_nothing() {
    let screen = Screen::new(640, 480);
    let mut watch = InputWatch::new(&screen);
    let mut session = Session::start(&screen);
    session.host.say("revoke keyboard");
    session.host.expect("revoked", SOON);
    session.host.type_line("grant keyboard");
    let asked = session.host.expect("confirm", SOON);
    assert_eq!(asked.text("permission"), "keyboard");
    session.technician.say("click left");
    session.technician.say("say clicked");
    session.host.expect("chat", SOON);
    assert_eq!(watch.settle(Duration::from_millis(300)), 0, "{:?}", watch.presses());
    assert!(session.host.newest("granted").is_none_or(|granted| granted.at < asked.at));
    session.host.answer(&asked, "");
    assert_eq!(session.host.expect("granted", SOON).text("permissions"), ALL);
}
