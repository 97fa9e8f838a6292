//! A user of Windows, as far as Wine is that: the program as it is built for Windows, and a technician of a
//! Linux build.
//!
//! All are for `cargo xtask cross wine`, which builds what runs here and names its folder in
//! `BEISTAND_WINE_DIR`.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use beistand_tests::{Process, Screen, Start, Window, poll};

use crate::support::{Host, NOTICE, SOON, Session, exit, expect_end};

/// What is asked for and allowed.
const WANTS: &str = "view,pointer,keyboard,clipboard-to-user,clipboard-from-user,files-to-user,files-from-user,\
                     diagnostics";

/// Wine makes its own Windows first, and loads each program's libraries one by one.
const WINES_PATIENCE: Duration = Duration::from_secs(90);

/// How a file begins that Notepad reads and writes as UTF-8.
const UTF8_MARK: &str = "\u{feff}";

/// A screen with Windows's programs on it.
struct WineDesktop {
    screen: Screen,
    /// What Windows calls its own disk.
    prefix: tempfile::TempDir,
    programs: PathBuf,
}

impl WineDesktop {
    fn start() -> Self {
        let programs = std::env::var_os("BEISTAND_WINE_DIR").expect("`cargo xtask cross wine` runs this");
        let screen = Screen::with_window_manager(1024, 768);
        let desktop = Self {
            screen,
            prefix: tempfile::tempdir().expect("a temporary folder"),
            programs: programs.into(),
        };
        // Its console is the terminal behind its standard input and errors; its output is read.
        let script = "#!/bin/sh\nexec wine \"$BEISTAND_WINE_DIR/beistand-node.exe\" \"$@\" <>/dev/tty 2>&0\n";
        let path = desktop.screen.folder().join("beistand-node");
        fs::write(&path, script).expect("a folder of ours");
        fs::set_permissions(&path, Permissions::from_mode(0o700)).expect("a file of ours");
        let mut boot = desktop.command("wineboot");
        let booted = Process::start(boot.arg("--init")).wait(WINES_PATIENCE);
        assert!(booted.is_some_and(|status| status.success()), "Wine makes its Windows");
        // What it has started goes on for a while, and a program that is started meanwhile may never begin.
        let mut rest = desktop.command("wineserver");
        Process::start(rest.arg("--wait")).wait(WINES_PATIENCE).expect("all of it comes to rest");
        desktop
    }

    /// What Wine needs to know.
    fn environment(&self) -> [(&'static str, String); 4] {
        [
            ("WINEPREFIX", self.prefix.path().display().to_string()),
            ("BEISTAND_WINE_DIR", self.programs.display().to_string()),
            ("WINEDEBUG", "-all".to_owned()),
            // Otherwise it asks whether to fetch them.
            ("WINEDLLOVERRIDES", "mscoree,mshtml=".to_owned()),
        ]
    }

    fn command(&self, program: &str) -> std::process::Command {
        let mut command = self.screen.command(program);
        command.envs(self.environment());
        command
    }

    /// Beistand's program for Windows.
    fn node(&self, subcommand: &str) -> Start<'_> {
        let start = Start::node(subcommand).in_folder(self.screen.folder()).on(&self.screen).at_a_console();
        self.environment().iter().fold(start, |start, (name, value)| start.variable(name, value))
    }

    /// Windows's editor with an empty file; waits until it is shown.
    fn notepad(&mut self) -> (Window, PathBuf) {
        let file = self.screen.folder().join("typed.txt");
        fs::write(&file, UTF8_MARK).expect("a folder of ours");
        let mut command = self.command("wine");
        command.arg("notepad").arg(windows_path(&file));
        self.screen.start(&mut command);
        (self.screen.window("Notepad"), file)
    }
}

impl Drop for WineDesktop {
    fn drop(&mut self) {
        // Its server would stay for a while, and hold the folder.
        let _ = self.command("wineserver").arg("--kill").status();
    }
}

/// How Windows's programs reach a file of this system.
fn windows_path(path: &Path) -> String {
    format!("Z:{}", path.display().to_string().replace('/', "\\"))
}

#[test]
#[ignore = "for `cargo xtask cross wine`"]
fn the_doctor_of_windows_finds_what_it_needs() {
    let desktop = WineDesktop::start();
    let mut doctor = desktop.node("doctor").start();
    for kind in ["screen", "input"] {
        let found = doctor.expect_that("finding", WINES_PATIENCE, |finding| finding.text("what") == kind);
        assert_eq!(found.value["works"], true, "{found:?}");
    }
}

#[test]
#[ignore = "for `cargo xtask cross wine`"]
fn a_user_of_windows_is_helped_from_linux() {
    let mut desktop = WineDesktop::start();
    let (window, file) = desktop.notepad();
    let mut host = desktop.node("share").start();
    let link = host.expect("invite", WINES_PATIENCE).text("link");
    let host = Host { program: host, link, words: String::new() };
    let mut session = Session::allowing(WANTS, host, |host| {
        Start::node("connect").arguments(["--wants", WANTS]).invite(&host.link).start()
    });
    sees_the_screen(&desktop, &mut session);
    types_into_notepad(&mut session, &window, &file);
    talks_and_copies(&mut session);
    sends_and_fetches_files(&desktop, &mut session);
    makes_a_report(&mut session);
    stops_at_a_pause_and_ends(&desktop, &mut session);
}

fn sees_the_screen(desktop: &WineDesktop, session: &mut Session) {
    for colour in [[40, 90, 200], [200, 60, 40]] {
        desktop.screen.paint_background(colour);
        session.expect_picture(&desktop.screen, 30.0, WINES_PATIENCE);
    }
}

fn types_into_notepad(session: &mut Session, window: &Window, file: &Path) {
    let (x, y) = window.area.centre();
    session.technician.say(&format!("move {x} {y}"));
    session.technician.say("click left");
    session.technician.say("text Grüße, Жук 日本");
    for key in ["Enter", "ShiftLeft+KeyA", "KeyB", "ControlLeft+KeyS"] {
        session.technician.say(&format!("key {key}"));
    }
    let expected = format!("{UTF8_MARK}Grüße, Жук 日本\r\nAb");
    let read = || fs::read_to_string(file).unwrap_or_default();
    let typed = poll(WINES_PATIENCE, || (read() == expected).then_some(()));
    assert!(typed.is_some(), "Notepad's file has {:?}", read());
}

fn talks_and_copies(session: &mut Session) {
    session.technician.say("say Guten Tag");
    session.host.expect_that("chat", SOON, |chat| chat.value.to_string().contains("Guten Tag"));
    session.host.type_line("say good day");
    session.technician.expect_that("chat", SOON, |chat| chat.value.to_string().contains("good day"));
    session.technician.say("copy from the helper");
    session.host.expect("clipboard-received", SOON);
}

fn sends_and_fetches_files(desktop: &WineDesktop, session: &mut Session) {
    let folder = desktop.screen.folder();
    let (sent, inbox) = (folder.join("Grüße & more"), folder.join("received"));
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|at| (at % 251) as u8 + 1).collect();
    fs::create_dir_all(sent.join("inside")).expect("a folder of ours");
    fs::create_dir(&inbox).expect("a folder of ours");
    fs::write(sent.join("a.bin"), &bytes).expect("a file of ours");
    fs::write(sent.join("inside/b.txt"), "b").expect("a file of ours");
    session.technician.say(&format!("send '{}'", sent.display()));
    let question = session.host.expect("files-question", SOON);
    session.host.type_line(&format!("files yes {} {}", question.number("number"), windows_path(&inbox)));
    let confirm = session.host.expect("confirm", SOON);
    session.host.answer(&confirm, "");
    let ended = session.technician.expect("files-ended", WINES_PATIENCE);
    assert_eq!((ended.text("end"), ended.number("kept")), ("done".to_owned(), 2.0));
    let kept = inbox.join("Grüße & more");
    assert!(fs::read(kept.join("a.bin")).expect("it arrived") == bytes);
    assert_eq!(fs::read_to_string(kept.join("inside/b.txt")).expect("it arrived"), "b");

    // What is wished for is received without another question.
    session.technician.say("fetch what came");
    assert_eq!(session.host.expect("files-wished", SOON).text("name"), "what came");
    fs::write(desktop.prefix.path().join("drive_c/a log.txt"), &bytes).expect("a folder of ours");
    session.host.type_line("files pick \"C:\\a log.txt\"");
    let confirm = session.host.expect("confirm", SOON);
    session.host.answer(&confirm, "");
    let ended = session.technician.expect("files-ended", WINES_PATIENCE);
    assert_eq!(ended.text("end"), "done");
    assert!(fs::read(ended.text("path")).expect("it arrived") == bytes);
}

fn makes_a_report(session: &mut Session) {
    session.technician.say("report");
    let draft = session.host.expect("report-draft", WINES_PATIENCE);
    session.host.type_line(&format!("report send {}", draft.number("number")));
    let confirm = session.host.expect("confirm", SOON);
    session.host.answer(&confirm, "");
    let report = session.technician.expect("report", SOON).value.to_string();
    for kind in ["operating-system", "processor", "memory", "disk-space", "interface"] {
        assert!(report.contains(&format!("\"{kind}\"")), "no {kind} in {report}");
    }
}

fn stops_at_a_pause_and_ends(desktop: &WineDesktop, session: &mut Session) {
    session.host.type_line("pause");
    let gone = poll(SOON, || session.seen().is_none().then_some(()));
    assert!(gone.is_some(), "in a pause nothing is seen");
    session.host.type_line("resume");
    session.expect_picture(&desktop.screen, 30.0, WINES_PATIENCE);
    session.host.type_line("end");
    assert_eq!(session.technician.expect("ended", NOTICE).text("by"), "peer");
    expect_end(&mut session.technician, NOTICE, exit::AS_ASKED, &["end"]);
    assert_eq!(session.host.exit(SOON), exit::AS_ASKED);
}
