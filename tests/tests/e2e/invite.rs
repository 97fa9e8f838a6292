//! Invites that don't lead to a session: each with its exit code and a message that says why.

use std::time::{Duration, SystemTime};

use beistand_p2p::DEFAULT_NETWORK;
use beistand_p2p::invite::{Invite, derive};
use beistand_tests::{Program, Screen, Start, poll};

use crate::support::{Host, PATIENCE, SOON, Session, exit, expect_end};

fn connect(invite: &str) -> Program {
    Start::node("connect").invite(invite).start()
}

#[test]
fn a_used_invite_is_refused_as_used() {
    let screen = Screen::new(640, 480);
    let mut session = Session::start(&screen);
    let mut second = connect(&session.link);
    expect_end(&mut second, PATIENCE, exit::BAD_INPUT, &["used"]);
    session.technician.say("say undisturbed");
    session.host.expect("chat", SOON);
    assert!(session.host.newest("request").is_some(), "the first one's");
    assert_eq!(session.host.events().iter().filter(|event| event.kind() == "request").count(), 1);
}

#[test]
fn an_overdue_invite_is_good_until_there_is_a_new_one() {
    let screen = Screen::new(640, 480);
    let mut host = Host::of(Start::node("share").arguments(["--life-seconds", "1"]).on(&screen));
    let overdue =
        poll(SOON, || host.program.newest("notice").filter(|it| it.text("what") == "invite-overdue"));
    assert!(overdue.is_some(), "the user is told");
    let mut technician = connect(&host.link);
    host.program.expect("request", PATIENCE);
    technician.terminate();
    technician.exit(SOON);
    host.program.expect("withdrawn", PATIENCE);

    let code = host.program.newest("invite").expect("shown").text("code");
    host.program.say("new");
    let renewed = poll(SOON, || host.program.newest("invite").filter(|it| it.text("code") != code));
    assert!(renewed.is_some(), "there is a new one");
    let mut technician = connect(&host.link);
    expect_end(&mut technician, PATIENCE, exit::BAD_INPUT, &["expired", "ended"]);
    assert_eq!(technician.newest("ended").expect("said").text("reason"), "invite-expired");
    let requests = host.program.events().iter().filter(|it| it.kind() == "request").count();
    assert_eq!(requests, 1, "it was refused before anybody was asked");
}

#[test]
fn a_link_that_is_over_by_the_technicians_clock_is_asked_for_all_the_same() {
    let screen = Screen::new(640, 480);
    let mut host = Host::start(&screen);
    let invite = Invite::parse(&host.link).expect("an invite");
    let hint = invite.host().expect("a link names the host");
    // As it looks to a technician whose clock is a day ahead.
    let yesterday = SystemTime::now() - Duration::from_secs(86_400);
    let link = invite.link(hint.public_key(), hint.addresses(), yesterday);
    let mut technician = connect(&link);
    let notice = technician.expect("notice", SOON);
    assert_eq!(notice.text("what"), "link-over");
    assert!(notice.text("text").contains("expired 24 hours ago"), "{}", notice.text("text"));
    host.program.expect("request", PATIENCE);
    host.program.allow("view");
    technician.expect("granted", SOON);
}

#[test]
fn a_host_that_is_gone_is_not_found() {
    let screen = Screen::new(640, 480);
    let host = Host::start(&screen);
    let link = host.link.clone();
    drop(host);
    expect_end(
        &mut connect(&link),
        Duration::from_secs(60),
        exit::NOT_FOUND,
        &["not found", "reach", "no answer"],
    );
}

#[test]
fn words_that_nobody_shares_are_not_found() {
    // Valid words (all zero bits), but on no network that this test can reach.
    let screen = Screen::new(640, 480);
    let words = Host::start(&screen).words;
    expect_end(
        &mut connect(&words),
        Duration::from_secs(60),
        exit::NOT_FOUND,
        &["not found", "reach", "no answer", "nobody"],
    );
}

#[test]
fn a_wrong_word_is_named() {
    let screen = Screen::new(640, 480);
    let host = Host::start(&screen);
    let mut words: Vec<&str> = host.words.split_whitespace().collect();
    words[2] = "beistand";
    expect_end(&mut connect(&words.join(" ")), SOON, exit::BAD_INPUT, &["beistand"]);
    let mut words: Vec<&str> = host.words.split_whitespace().collect();
    words.pop();
    expect_end(&mut connect(&words.join(" ")), SOON, exit::BAD_INPUT, &["word", "six"]);
}

#[test]
fn a_damaged_link_is_refused() {
    let screen = Screen::new(640, 480);
    let host = Host::start(&screen);
    let body = host.link.strip_prefix("beistand:").expect("a link begins so");
    let cut = &host.link[..host.link.len() - 10];
    expect_end(&mut connect(cut), SOON, exit::BAD_INPUT, &["invite", "link"]);
    let mut changed: Vec<char> = body.chars().collect();
    let middle = changed.len() / 2;
    changed[middle] = if changed[middle].eq_ignore_ascii_case(&'a') { 'b' } else { 'a' };
    let changed: String = changed.into_iter().collect();
    expect_end(&mut connect(&format!("beistand:{changed}")), SOON, exit::BAD_INPUT, &["invite", "link"]);
    expect_end(&mut connect("beistand:"), SOON, exit::BAD_INPUT, &["invite", "link"]);
    expect_end(&mut connect("https://example.org/"), SOON, exit::BAD_INPUT, &[]);
}

#[test]
fn a_link_survives_quotes_spaces_line_breaks_and_case() {
    let screen = Screen::new(640, 480);
    let mut host = Host::start(&screen);
    let (start, end) = host.link.split_at(host.link.len() / 2);
    let mangled = format!("  \"{}\n  {}\" \n", start.to_uppercase(), end);
    let mut technician = connect(&mangled);
    host.program.expect("request", PATIENCE);
    host.program.say("deny");
    expect_end(&mut technician, SOON, exit::DENIED, &[]);
}

#[test]
fn a_denied_technician_may_ask_again_or_is_refused() {
    let screen = Screen::new(640, 480);
    let mut host = Host::start(&screen);
    let mut technician = host.technician();
    host.program.expect("request", PATIENCE);
    host.program.say("deny");
    expect_end(&mut technician, SOON, exit::DENIED, &[]);
    // A refused request does not use the invite up, nor the host.
    let mut again = connect(&host.link);
    let asked = poll(PATIENCE, || {
        let requests = host.program.events().iter().filter(|event| event.kind() == "request").count();
        (requests == 2 || !again.running() || !host.program.running()).then_some(requests)
    });
    assert!(asked.is_some(), "neither asked again nor refused");
}

/// All runs of `length` characters in a text.
fn windows(text: &str, length: usize) -> impl Iterator<Item = &str> {
    (0..=text.len() - length).map(move |at| &text[at..at + length])
}

/// The ways in which a log would show bytes: hexadecimal digits, or a list of numbers.
fn written(bytes: &[u8]) -> [String; 2] {
    let hex = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    [hex, format!("{bytes:?}").trim_matches(['[', ']']).to_owned()]
}

#[test]
fn the_invite_is_in_no_log() {
    let screen = Screen::new(640, 480);
    let mut host = Host::of(Start::node("share").arguments(["-v", "-v", "-v"]).on(&screen));
    let code = host.program.newest("invite").expect("shown").text("code").to_lowercase();
    let mut technician = Start::node("connect").arguments(["-v", "-v", "-v"]).invite(&host.link).start();
    host.program.expect("request", PATIENCE);
    host.program.say("deny");
    technician.exit(SOON);
    let logs = format!("{}\n{}", host.program.errors(), technician.errors()).to_lowercase();
    assert!(logs.lines().count() > 20, "there is a log: {logs}");

    let link = host.link["beistand:".len()..].to_lowercase();
    let undashed = code.replace('-', "");
    let words: Vec<&str> = host.words.split_whitespace().collect();
    let invite = Invite::parse(&host.link).expect("an invite");
    let keys = derive(invite.secret(), DEFAULT_NETWORK).expect("64 MiB");
    // A part of each is enough; a single word or group may stand there by chance.
    let mut secrets: Vec<String> = windows(&link, 16).map(str::to_owned).collect();
    secrets.extend(windows(&undashed, 8).map(str::to_owned));
    secrets.extend(windows(&code, 9).map(str::to_owned));
    secrets.extend(words.windows(2).map(|pair| pair.join(" ")));
    for secret in [invite.secret().as_bytes().as_slice(), keys.psk.as_slice(), keys.streams.as_slice()] {
        secrets.extend(secret.windows(5).flat_map(written));
    }
    let found: Vec<&String> = secrets.iter().filter(|secret| logs.contains(secret.as_str())).collect();
    assert!(found.is_empty(), "parts of the invite are in a log: {found:?}");
}
