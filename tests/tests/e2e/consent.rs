//! The user decides, and each answer has its exit code.

use std::time::Duration;

use beistand_tests::Screen;

use crate::support::{ALL, Host, NOTICE, PATIENCE, SOON, Session, exit, expect_end};

#[test]
fn the_request_says_who_and_what_and_both_sides_see_the_same_four_pictures() {
    let screen = Screen::new(640, 480);
    let mut host = Host::start(&screen);
    let mut technician = host.technician();
    let asked = host.program.expect("request", PATIENCE);
    let shown = technician.expect("request", SOON);
    assert_eq!(asked.text("wants"), ALL);
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
    host.program.say("allow view");
    assert_eq!(technician.expect("granted", SOON).text("permissions"), "view");
    assert_eq!(host.program.expect("granted", SOON).text("permissions"), "view");
}

#[test]
fn what_was_not_asked_for_can_not_be_allowed_by_mistake() {
    let screen = Screen::new(640, 480);
    let mut host = Host::start(&screen);
    let mut technician = host.technician();
    host.program.expect("request", PATIENCE);
    host.program.say("allow view,terminal,files-from-user");
    assert_eq!(technician.expect("granted", SOON).text("permissions"), "view");
}

#[test]
fn a_misspelled_answer_is_no_consent() {
    let screen = Screen::new(640, 480);
    let mut host = Host::start(&screen);
    let mut technician = host.technician();
    host.program.expect("request", PATIENCE);
    for line in ["allow everything", "yes", "", "ALLOW", "allow view keyboard", "grant", "revoke view"] {
        host.program.say(line);
    }
    host.program.say("deny");
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
    host.program.close_stdin();
    // Whether it waits for its end or ends: there must be no session.
    std::thread::sleep(Duration::from_millis(500));
    assert!(technician.newest("granted").is_none());
    host.program.terminate();
    let code = technician.exit(NOTICE);
    assert!(matches!(code, Some(3..=5)), "{code:?}");
}
