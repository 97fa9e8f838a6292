//! Terminals from end to end: both programs, the user's real shell, and xterm beside it.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use beistand_tests::cost::peak_memory;
use beistand_tests::{Event, Program, Screen, Start, poll};

use crate::support::{Host, NOTICE, PATIENCE, SOON, Session, exit, expect_end};

const BOTH: &str = "view,terminal,terminal-type";

/// How often a screen is looked at.
const LOOK_INTERVAL: Duration = Duration::from_millis(30);

/// Memory that output may cost beyond what is there without it, in bytes: a screen, what has scrolled out of
/// sight, and what is on its way.
const OUTPUT_MEMORY: u64 = 64 << 20;

fn session(screen: &Screen, granted: &str) -> Session {
    let host = Host::start(screen);
    Session::allowing(granted, host, |host| {
        Start::node("connect").arguments(["--wants", BOTH]).invite(&host.link).start()
    })
}

fn open(session: &mut Session) {
    session.technician.say("terminal open");
    let opened = session.technician.expect("terminal-opened", SOON);
    assert_eq!(opened.text("by"), "technician");
    session.host.expect("terminal-opened", SOON);
}

/// What is on the newest terminal's screen.
fn look(program: &mut Program) -> Event {
    program.say("terminal screen");
    program.expect("terminal-screen", SOON)
}

/// Looks until it is as wanted.
#[track_caller]
fn look_until(program: &mut Program, wanted: impl Fn(&str) -> bool) -> String {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let text = look(program).text("text");
        if wanted(&text) {
            return text;
        }
        assert!(Instant::now() < deadline, "it shows:\n{text}");
        std::thread::sleep(LOOK_INTERVAL);
    }
}

#[track_caller]
fn look_for(program: &mut Program, wanted: &str) -> String {
    look_until(program, |text| text.contains(wanted))
}

/// The number that stands behind `name` on a screen.
fn number_behind(text: &str, name: &str) -> Option<u32> {
    let behind = text.rsplit(name).next()?;
    behind.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()
}

fn is_running(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
}

/// Starts something in the background of the terminal: its process number.
#[track_caller]
fn start_sleeping(session: &mut Session) -> u32 {
    start_in_the_background(session, "sleep 4321")
}

fn start_in_the_background(session: &mut Session, command: &str) -> u32 {
    session.technician.say(&format!("terminal type {command} & echo p''id=$!.\\n"));
    let shown = |text: &str| text.contains("pid=") && number_behind(text, "pid=").is_some();
    let text = look_until(&mut session.technician, shown);
    let pid = number_behind(&text, "pid=").expect("it was waited for");
    assert!(is_running(pid));
    pid
}

#[test]
fn what_the_helper_types_runs_as_the_user_and_both_see_it() {
    let screen = Screen::new(640, 480);
    let mut session = session(&screen, BOTH);
    open(&mut session);
    session.technician.say("terminal type echo a$((1+1))b; id -u; tty\\n");
    look_for(&mut session.technician, "a2b");
    // What is printed last.
    let text = look_until(&mut session.host, |text| text.contains("/dev/pts/"));
    let uid = rustix::process::getuid().as_raw().to_string();
    assert!(text.contains("a2b") && text.lines().any(|line| line == uid), "{text}");
    // The size follows, and the user may type in it as well.
    session.technician.say("terminal resize 100x30");
    poll(SOON, || (look(&mut session.host).number("columns") == 100.0).then_some(())).expect("it follows");
    session.host.say("terminal type stty size\\n");
    look_for(&mut session.technician, "30 100");
    session.host.say("terminal close");
    let closed = session.technician.expect("terminal-closed", SOON);
    assert_eq!(closed.text("why"), "user");
    session.technician.say("terminal type x");
    assert_eq!(session.technician.expect("terminal-refused", SOON).text("why"), "missing");
}

#[test]
fn who_may_only_look_reads_along_and_types_nothing() {
    let screen = Screen::new(640, 480);
    let mut session = session(&screen, "view,terminal");
    session.technician.say("terminal open");
    assert_eq!(session.technician.expect("terminal-refused", SOON).text("why"), "not-allowed");
    session.host.say("terminal open 60x10");
    let opened = session.technician.expect("terminal-opened", SOON);
    assert_eq!((opened.text("by"), opened.number("columns")), ("user".to_owned(), 60.0));
    session.technician.say("terminal type echo never$((1+1))\\n");
    assert_eq!(session.technician.expect("terminal-refused", SOON).text("why"), "not-allowed");
    session.host.say("terminal type echo a$((1+1))b\\n");
    let text = look_for(&mut session.technician, "a2b");
    assert!(!text.contains("never"), "{text}");
}

#[test]
fn without_a_permission_there_is_no_terminal() {
    let screen = Screen::new(640, 480);
    let mut session = session(&screen, "view");
    session.technician.say("terminal open");
    assert_eq!(session.technician.expect("terminal-refused", SOON).text("why"), "not-allowed");
    assert!(session.host.newest("terminal-opened").is_none());
}

#[test]
fn output_without_end_is_held_back_and_ctrl_c_stops_it() {
    let screen = Screen::new(640, 480);
    let mut session = session(&screen, BOTH);
    open(&mut session);
    look_until(&mut session.technician, |text| !text.is_empty());
    let before = [session.host.pid(), session.technician.pid()].map(peak_memory);
    session.technician.say("terminal type yes terminal\\n");
    // A hundred looks at it while it runs.
    for _ in 0..100 {
        look_for(&mut session.technician, "terminal");
    }
    session.technician.say("terminal type \\x03");
    session.technician.say("terminal type echo st$((1+1))p\\n");
    look_for(&mut session.technician, "st2p");
    let after = [session.host.pid(), session.technician.pid()].map(peak_memory);
    for (before, after) in before.into_iter().zip(after) {
        assert!(after - before < OUTPUT_MEMORY, "{before} bytes have become {after}");
    }
}

#[test]
fn a_revoke_ends_the_shell_and_what_it_started() {
    let screen = Screen::new(640, 480);
    let mut session = session(&screen, BOTH);
    open(&mut session);
    let sleeping = start_sleeping(&mut session);
    session.host.say("revoke terminal-type");
    assert_eq!(session.technician.expect("terminal-closed", SOON).text("why"), "revoked");
    assert_eq!(session.host.expect("terminal-closed", SOON).text("why"), "revoked");
    assert!(!is_running(sleeping), "it was ended before it was said");
}

#[test]
fn the_user_is_asked_about_what_runs_in_front_and_says_that_it_ends() {
    let screen = Screen::new(640, 480);
    let mut session = session(&screen, BOTH);
    open(&mut session);
    session.technician.say("terminal type sh -c 'echo p''id=$$.; exec sleep 4321'\\n");
    let text = look_until(&mut session.technician, |text| number_behind(text, "\npid=").is_some());
    let sleeping = number_behind(&text, "\npid=").expect("it was waited for");
    session.host.say("revoke terminal");
    let asked = session.host.expect("terminal-leftover", SOON);
    assert_eq!(asked.number("seconds"), 30.0);
    assert!(is_running(sleeping), "nobody has answered");
    assert_eq!(session.technician.expect("terminal-closed", SOON).text("why"), "revoked");
    session.host.say("terminal end");
    session.host.expect("terminal-closed", SOON);
    assert!(!is_running(sleeping));
}

#[test]
fn a_password_is_in_no_record_and_what_can_be_seen_is() {
    let screen = Screen::new(640, 480);
    let mut session = session(&screen, BOTH);
    open(&mut session);
    session.host.say("terminal record on");
    session.host.expect("terminal-recording", SOON);
    session.technician.say("terminal type bash -c 'read -s -p sec''ret: x; echo; echo got ${#x}'\\n");
    look_for(&mut session.technician, "secret:");
    session.technician.say("terminal type hunter2\\n");
    look_for(&mut session.technician, "got 7");
    session.technician.say("terminal type echo vis''ible\\n");
    session.host.expect_that("terminal-typed", SOON, |typed| typed.text("text") == "echo vis''ible");
    let typed = session.host.events();
    assert!(!typed.iter().any(|event| event.text("text").contains("hunter2")));
    assert!(!session.host.errors().contains("hunter2"));
}

#[test]
fn a_terminal_ends_with_its_session_and_with_its_program() {
    for ends in [|host: &mut Program| host.say("end"), |host: &mut Program| host.kill()] {
        let screen = Screen::new(640, 480);
        let mut session = session(&screen, BOTH);
        open(&mut session);
        // It doesn't hear that its terminal goes, so that somebody has to end it.
        let sleeping = start_in_the_background(&mut session, "(trap '' HUP; exec sleep 4321)");
        ends(&mut session.host);
        poll(SOON, || (!is_running(sleeping)).then_some(())).expect("it has ended");
    }
}

#[test]
fn a_terminal_outlives_a_technician_who_is_looked_for_and_the_user_closes_it() {
    let screen = Screen::new(640, 480);
    let mut session = session(&screen, BOTH);
    open(&mut session);
    let sleeping = start_sleeping(&mut session);
    session.technician.kill();
    session.host.expect("reconnecting", NOTICE);
    look_for(&mut session.host, "pid=");
    session.host.say("terminal close");
    session.host.expect("terminal-closed", SOON);
    assert!(!is_running(sleeping));
    session.host.say("end");
    expect_end(&mut session.host, NOTICE, exit::AS_ASKED, &["end"]);
}

/// What vttest looks at, in small: names and sequences for a screen of 40 x 10.
const DRAWN: [(&str, &str); 24] = [
    ("cursor movements", "\x1b[5;5Ha\x1b[2Ab\x1b[3Bc\x1b[4Dd\x1b[2Ce\x1b[9;38Hf\x1b[Eg\x1b[2Fh"),
    ("wrap at the edge", "\x1b[3;38Habcdef\x1b[5;40Hx\x1b[C\x1b[Dy"),
    ("no wrap", "\x1b[?7l\x1b[3;38Habcdef\x1b[?7h"),
    ("tab stops", "a\tb\tc\r\n\x1b[3g\x1b[2;6H\x1bH\x1b[3;1H\tx\ty"),
    (
        "erase in a line",
        "\x1b[2;1Habcdefgh\x1b[2;4H\x1b[K\x1b[3;1Habcdefgh\x1b[3;4H\x1b[1K\x1b[4;1Habc\x1b[2K",
    ),
    ("erase in the screen", "\x1b#8\x1b[5;5H\x1b[1J\x1b[7;5H\x1b[J"),
    ("alignment", "\x1b#8"),
    ("scrolling region", "\x1b[3;6r\x1b[6;1Ha\r\nb\r\nc\r\nd\r\ne\x1b[r\x1b[10;1Hend"),
    ("origin mode", "\x1b[3;6r\x1b[?6h\x1b[1;1Htop\x1b[99;1Hbottom\x1b[?6l\x1b[r"),
    ("reverse index", "\x1b[1;1Hone\r\ntwo\x1b[1;1H\x1bM\x1bMzero"),
    ("insert lines", "1\r\n2\r\n3\r\n4\x1b[2;1H\x1b[2Lx"),
    ("delete lines", "1\r\n2\r\n3\r\n4\x1b[2;1H\x1b[2Mx"),
    ("insert characters", "abcdef\x1b[1;3H\x1b[2@x"),
    ("delete characters", "abcdef\x1b[1;3H\x1b[2Px"),
    ("erase characters", "abcdef\x1b[1;3H\x1b[2Xx"),
    ("insert mode", "abcdef\x1b[1;3H\x1b[4hxy\x1b[4l"),
    ("save and restore", "\x1b[4;4H\x1b7\x1b[1;1Ha\x1b8b"),
    ("line drawing", "\x1b(0lqqk\x1b(B\r\n\x1b)0\x0emqqj\x0f"),
    ("repetition", "ab\x1b[5bc"),
    ("scroll up and down", "1\r\n2\r\n3\r\n4\x1b[2S\x1b[Tx"),
    ("alternate screen", "main\x1b[?1049h\x1b[Halternate"),
    ("back from it", "main\x1b[?1049halternate\x1b[?1049l"),
    ("backspace and controls", "abc\x08\x08X\x0bY\x0cZ\x1b[2;\x0a3Hq"),
    ("wide characters", "世界\r\n\x1b[2;39H世x\x1b[4;1Hé🦀ü"),
];

/// What xterm itself prints of its screen after these.
fn xterms_screens(screen: &Screen) -> Vec<String> {
    let folder = screen.folder();
    let read = |index: usize| {
        let printed = folder.join(format!("{index}.out"));
        let command = format!("cat > {}", printed.display());
        let script = format!(
            "stty raw -echo; cat {}; printf '\\033[i\\033[5n'; dd bs=4 count=1 2>/dev/null",
            folder.join(index.to_string()).display()
        );
        let mut xterm = screen.command("xterm");
        xterm.args(["-u8", "-geometry", "40x10", "-xrm", "*printAttributes: 0", "-xrm"]);
        xterm.arg(format!("*printerCommand: {command}")).args(["-xrm", "*printerAutoClose: true"]);
        xterm.args(["-e", "sh", "-c", &script]).env("LC_ALL", "C.UTF-8").stderr(Stdio::null());
        assert!(xterm.status().expect("xterm is installed").success());
        // What is beside a wide character it prints as one that is none.
        let print = || fs::read_to_string(&printed).ok().filter(|text| text.lines().count() >= 10);
        as_rows(&poll(SOON, print).expect("xterm has printed its screen").replace('\u{ffff}', ""))
    };
    DRAWN
        .iter()
        .enumerate()
        .map(|(index, (_, sequence))| {
            fs::write(folder.join(index.to_string()), sequence).expect("a folder of ours");
            read(index)
        })
        .collect()
}

/// Rows without what is empty at their ends.
fn as_rows(text: &str) -> String {
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

#[test]
fn a_screen_is_drawn_as_xterm_draws_it() {
    let screen = Screen::new(800, 600);
    let expected = xterms_screens(&screen);
    let mut session = session(&screen, BOTH);
    for (index, ((name, _), expected)) in DRAWN.iter().zip(expected).enumerate() {
        session.technician.say("terminal open 40x10");
        session.technician.expect("terminal-opened", SOON);
        let file = screen.folder().join(index.to_string());
        let show = format!("stty raw -echo; printf '\\\\033c'; cat {}; sleep 4321", file.display());
        session.technician.say(&format!("terminal type {show}\\n"));
        let deadline = Instant::now() + SOON;
        loop {
            let text = as_rows(&look(&mut session.technician).text("text"));
            if text == expected {
                break;
            }
            assert!(Instant::now() < deadline, "{name}: xterm shows\n{expected}\nand we\n{text}");
            std::thread::sleep(LOOK_INTERVAL);
        }
        session.technician.say("terminal close");
        session.technician.expect("terminal-closed", SOON);
    }
}
