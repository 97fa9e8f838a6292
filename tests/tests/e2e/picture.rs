//! The technician sees what is on the user's screen, and only after the user said yes.

use std::time::Duration;

use beistand_tests::{Event, Screen, Start, cost, poll};

use crate::support::{Host, PATIENCE, SOON, Session};

/// A text editor's file: enough lines to fill its window.
pub(crate) fn document() -> String {
    (1..=40)
        .map(|line| format!("{line:>3}  The quick brown fox jumps over the lazy dog; {}\n", line * 7919))
        .collect()
}

/// A screen with a terminal full of text and a text editor.
pub(crate) fn desktop(width: u16, height: u16) -> Screen {
    let mut screen = Screen::with_window_manager(width, height);
    let script = "for i in $(seq 60); do printf '\\033[3%dm%s\\033[0m ' $((i % 8)) \"line $i of a log\"; done; exec cat";
    let terminal = screen.xterm("terminal", "70x20+20+40", script);
    let editor = screen.editor("letter.txt", &document());
    for window in [terminal, editor] {
        let drawn = poll(SOON, || (screen.shot().crop(window.area).colours(5) == 5).then_some(()));
        assert!(drawn.is_some(), "{} drew its content", window.title);
    }
    screen
}

#[test]
fn the_picture_is_there_within_three_seconds_of_consent() {
    let screen = desktop(1920, 1080);
    let mut session = Session::start(&screen);
    let limit = Duration::from_secs(3).saturating_sub(session.since.elapsed());
    session.expect_picture(&screen, 40.0, limit);
}

#[test]
fn the_picture_follows_the_screen() {
    let mut screen = desktop(1280, 800);
    let mut session = Session::start(&screen);
    session.expect_picture(&screen, 40.0, SOON);
    let window = screen.xterm("second", "60x12+600+400", "echo a new window; exec cat");
    session.expect_picture(&screen, 40.0, SOON);
    let seen = session.seen().expect("a picture");
    assert!(
        seen.crop(window.area).psnr(&screen.shot().crop(window.area)) > 35.0,
        "the new window is in the picture"
    );
}

#[test]
fn a_moving_screen_is_shown_while_it_moves_and_sharp_at_rest() {
    let mut screen = desktop(1280, 800);
    let mut session = Session::start(&screen);
    session.expect_picture(&screen, 40.0, SOON);
    let done = screen.folder().join("done");
    let script = format!(
        "for i in $(seq 400); do echo \"$i $i $i\"; sleep 0.01; done; touch {}; exec cat",
        done.display()
    );
    screen.xterm("scrolling", "80x24+300+200", &script);
    let shown = |session: &Session| session.figures().map_or(0.0, |figures| figures.number("shown"));
    let before = shown(&session);
    poll(PATIENCE, || done.exists().then_some(())).expect("the script ends");
    let grown = poll(SOON, || (shown(&session) > before + 10.0).then_some(()));
    assert!(grown.is_some(), "more than ten pictures while it scrolled: {:?}", session.figures());
    session.expect_picture(&screen, 40.0, SOON);
}

#[test]
fn nothing_is_seen_before_consent_nor_without_view() {
    let screen = desktop(1280, 800);
    let mut host = Host::start(&screen);
    let mut technician = host.technician();
    host.program.expect("request", PATIENCE);
    let folder = tempfile_dir();
    let early = folder.path().join("early.png");
    technician.say(&format!("screenshot {}", early.display()));
    host.program.allow("keyboard");
    technician.expect("granted", SOON);
    let late = folder.path().join("late.png");
    technician.say(&format!("screenshot {}", late.display()));
    // The answer to `say` shows that both lines before it were read.
    technician.say("say done");
    host.program.expect("chat", SOON);
    assert!(!early.exists() && !late.exists(), "there is a picture that nobody allowed");
    assert!(technician.newest("picture").is_none_or(|event| event.number("shown") == 0.0));
}

#[test]
fn pausing_stops_the_picture_and_resuming_brings_it_back() {
    let mut screen = desktop(1280, 800);
    let mut session = Session::start(&screen);
    session.expect_picture(&screen, 40.0, SOON);
    session.host.say("pause");
    session.host.say("say paused");
    session.technician.expect("chat", SOON);
    let window = screen.xterm("secret", "60x12+600+400", "echo nobody sees this; exec cat");
    poll(SOON, || (screen.shot().crop(window.area).colours(3) == 3).then_some(())).expect("it is drawn");
    // A picture would be there within the time that a second line of chat takes, thrice over.
    for _ in 0..3 {
        session.host.say("say still paused");
        session.technician.expect("chat", SOON);
    }
    assert_eq!(session.seen(), None, "of the last picture nothing is left, and no other came");
    session.host.type_line("resume");
    session.expect_picture(&screen, 40.0, SOON);
}

#[test]
fn memory_stays_within_bounds_at_full_hd() {
    const HOST: u64 = 300;
    const TECHNICIAN: u64 = 500;
    let screen = desktop(1920, 1080);
    let mut session = Session::start(&screen);
    session.expect_picture(&screen, 40.0, SOON);
    let megabytes = |pid| cost::peak_memory(pid) / 1_000_000;
    let (host, technician) = (megabytes(session.host.pid()), megabytes(session.technician.pid()));
    assert!(
        host < HOST && technician < TECHNICIAN,
        "host {host} MB, technician {technician} MB at their peaks"
    );
}

fn tempfile_dir() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[test]
fn a_host_that_captures_with_scrap_shows_the_same() {
    let mut screen = Screen::with_window_manager(800, 600);
    screen.xterm("terminal", "40x10+50+60", "echo hello; exec cat");
    let host = Host::of(Start::node("share").arguments(["-v", "--capture", "scrap"]).on(&screen));
    let mut session = Session::of(host, Host::technician);
    session.expect_picture(&screen, 40.0, SOON);
    assert!(session.host.errors().contains("scrap"), "the log says so: {}", session.host.errors());
}

#[test]
fn pictures_are_decoded_in_a_process_without_rights_and_come_back_when_it_is_killed() {
    let mut screen = desktop(1280, 800);
    let mut session = Session::start(&screen);
    session.expect_picture(&screen, 40.0, SOON);
    let decoder = |session: &Session| cost::caged_decoder(session.technician.pid());
    let first = decoder(&session).expect("a decoder of its own");
    let pid = rustix::process::Pid::from_raw(first as i32).expect("an id");
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).expect("it runs");
    screen.xterm("second", "60x12+600+400", "echo a new window; exec cat");
    session.expect_picture(&screen, 40.0, SOON);
    assert!(decoder(&session).is_some_and(|second| second != first), "another decoder");
}

#[test]
fn a_helper_who_spares_gets_few_pictures_with_few_bytes_of_a_screen_that_moves_without_end() {
    let mut screen = Screen::new(640, 480);
    screen.xterm("noise", "80x30+0+0", "while :; do head -c 4000 /dev/urandom | base64; done");
    let mut session = Session::start(&screen);
    let wide = |event: &Event| event.number("kbps") > 2_000.0;
    session.technician.expect_that("picture", PATIENCE, wide);
    session.technician.say("quality sparing");
    let asked = session.technician.expect("picture-quality", SOON);
    assert_eq!(asked.text("quality"), "sparing");
    // What is told of a second may have a picture more or less.
    let sparing = |event: &Event| event.number("kbps") < 1_200.0 && event.number("fps") < 11.5;
    session.technician.expect_that("picture", PATIENCE, sparing);
    session.technician.say("quality auto");
    session.technician.expect_that("picture", PATIENCE, wide);
}
