//! The program itself: its window on a virtual screen, and what it answers where it can't open one.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long the first picture may take where the processor paints and other tests run.
const PATIENCE: Duration = Duration::from_secs(30);

/// Ends its process with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn beistand() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_beistand"));
    command
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET")
        .env_remove("DISPLAY")
        .stdin(Stdio::null());
    command
}

#[test]
fn an_invite_as_an_argument_is_refused_before_anything_opens() {
    let output = beistand().args(["view", "beistand:AEB7SECRET"]).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(error.contains("--invite-file"), "{error}");
    assert!(!error.contains("SECRET"), "{error}");
}

#[test]
fn without_a_screen_it_says_so() {
    let output = beistand().output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("No window can be opened"), "{error}");
}

#[test]
fn help_names_the_commands_and_exit_codes() {
    let output = beistand().arg("--help").output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    for text in ["view", "demo", "--network", "Exit codes"] {
        assert!(help.contains(text), "{text} in {help}");
    }
}

/// The home page is painted by the real renderer: its accent colour is on the screen.
#[test]
fn the_home_page_is_painted() {
    let server = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "1000x800x24", "-nolisten", "tcp"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("Xvfb is installed");
    let mut server = Running(server);
    let mut number = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut number).unwrap();
    let display = format!(":{}", number.trim());
    let _window = Running(beistand().env("DISPLAY", &display).spawn().unwrap());

    let accent = beistand_gui::theme::ACCENT.to_array();
    let deadline = Instant::now() + PATIENCE;
    loop {
        let picture = Command::new("import")
            .args(["-display", &display, "-window", "root", "-depth", "8", "rgb:-"])
            .output()
            .expect("import of ImageMagick is installed");
        let (pixels, _) = picture.stdout.as_chunks::<3>();
        let painted = pixels.iter().filter(|pixel| pixel[..] == accent[..3]).count();
        if painted > 1_000 {
            return;
        }
        assert!(Instant::now() < deadline, "{painted} pixels of the accent after {PATIENCE:?}");
    }
}
