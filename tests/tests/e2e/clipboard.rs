//! What one person copies in any program, the other pastes in any program, while it is allowed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use beistand_tests::{Picture, Program, Screen, Start, poll};

use crate::support::{Host, PATIENCE, SOON};

/// What the technician asks for, and the user allows.
const WANTS: &str = "view,clipboard-to-user,clipboard-from-user";

/// Long enough for something to be sent, if it were, and for a clipboard that nobody held to be taken for a
/// new one.
const A_WHILE: Duration = Duration::from_millis(1500);

/// Two people, each at a screen.
struct Pair {
    // Dropped first, so that what they print at a failure is not drowned in a lost screen.
    host: Program,
    technician: Program,
    user: Screen,
    helper: Screen,
}

impl Pair {
    /// A session that the user has not allowed yet.
    fn asking() -> Self {
        let (user, helper) = (Screen::new(640, 480), Screen::new(640, 480));
        let Host { program: mut host, link, .. } = Host::start(&user);
        let technician =
            Start::node("connect").arguments(["--wants", WANTS]).on(&helper).invite(link).start();
        host.expect("request", PATIENCE);
        Self { host, technician, user, helper }
    }

    fn allow(&mut self) {
        self.host.allow(WANTS);
        self.technician.expect("granted", SOON);
        self.host.expect("granted", SOON);
        // Whatever was copied before is nobody's: both have their clipboards open once this has come over.
        self.host.say("copy open");
        self.technician.expect("clipboard-received", SOON);
        self.technician.say("copy open");
        self.host.expect("clipboard-received", SOON);
    }

    fn start() -> Self {
        let mut pair = Self::asking();
        pair.allow();
        pair
    }
}

/// Another program on this screen copies a file's content; `selection` is `clipboard` or `primary`.
fn copy(screen: &mut Screen, selection: &str, target: &str, file: &Path) {
    let mut command = screen.command("xclip");
    // In the foreground, so that it ends with the screen.
    command.args(["-quiet", "-selection", selection, "-t", target, "-i"]).arg(file);
    screen.start(&mut command);
}

fn copy_text(screen: &mut Screen, selection: &str, text: &str) {
    let file = screen.folder().join(format!("{selection}.txt"));
    fs::write(&file, text).expect("a folder of ours");
    copy(screen, selection, "UTF8_STRING", &file);
    // Until it has it, and has read its file.
    poll(SOON, || (paste(screen, selection, "UTF8_STRING")? == text.as_bytes()).then_some(()))
        .expect("xclip has it");
}

/// What another program on this screen pastes.
pub(crate) fn paste(screen: &Screen, selection: &str, target: &str) -> Option<Vec<u8>> {
    let mut command = screen.command("timeout");
    command.args(["10", "xclip", "-selection", selection, "-t", target, "-o"]).stdout(Stdio::piped());
    let output = command.output().expect("xclip is installed");
    output.status.success().then_some(output.stdout)
}

#[track_caller]
fn expect_pasted(screen: &Screen, target: &str, expected: &[u8]) {
    let found = poll(SOON, || (paste(screen, "clipboard", target)? == expected).then_some(()));
    let length = paste(screen, "clipboard", target).map(|bytes| bytes.len());
    assert!(found.is_some(), "{length:?} bytes are pasted, not the {} expected", expected.len());
}

/// A picture that no PNG can make smaller.
fn noise(screen: &Screen, width: u32, height: u32) -> PathBuf {
    let mut state = 1_u32;
    let bytes: Vec<u8> = (0..width * height * 4)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect();
    let file = screen.folder().join(format!("{width}x{height}.png"));
    Picture::from_bgrx(width, height, width as usize * 4, &bytes).save(&file);
    file
}

#[test]
fn text_crosses_both_ways_and_the_other_selection_is_left_alone() {
    let mut pair = Pair::start();
    copy_text(&mut pair.user, "primary", "the user has marked this");
    copy_text(&mut pair.helper, "primary", "the helper has marked this");
    let text = "Grüße, € 15,30\nsecond line ☂";
    copy_text(&mut pair.user, "clipboard", text);
    pair.host.expect("clipboard-sent", SOON);
    let received = pair.technician.expect("clipboard-received", SOON);
    assert_eq!((received.text("kind"), received.number("bytes")), ("text".to_owned(), text.len() as f64));
    expect_pasted(&pair.helper, "UTF8_STRING", text.as_bytes());
    let answer = "x".repeat(600_000);
    copy_text(&mut pair.helper, "clipboard", &answer);
    pair.host.expect_that("clipboard-received", SOON, |event| event.number("bytes") == 600_000.0);
    expect_pasted(&pair.user, "UTF8_STRING", answer.as_bytes());
    for (screen, marked) in [(&pair.user, "the user has"), (&pair.helper, "the helper has")] {
        let primary = paste(screen, "primary", "UTF8_STRING").unwrap_or_default();
        assert!(primary.starts_with(marked.as_bytes()), "{}", String::from_utf8_lossy(&primary));
    }
}

#[test]
fn pictures_cross_both_ways() {
    let mut pair = Pair::start();
    for (width, height) in [(40, 30), (800, 600)] {
        let file = noise(&pair.user, width, height);
        let bytes = fs::read(&file).expect("just written");
        copy(&mut pair.user, "clipboard", "image/png", &file);
        pair.technician.expect_that("clipboard-received", SOON, |event| event.text("kind") == "png");
        expect_pasted(&pair.helper, "image/png", &bytes);
        let file = noise(&pair.helper, width + 1, height);
        let bytes = fs::read(&file).expect("just written");
        assert_eq!(bytes.len() > 1 << 20, width > 100, "the large one is handed over in parts");
        copy(&mut pair.helper, "clipboard", "image/png", &file);
        pair.host.expect_that("clipboard-received", SOON, |event| event.text("kind") == "png");
        expect_pasted(&pair.user, "image/png", &bytes);
    }
}

#[test]
fn what_was_copied_before_consent_or_after_a_revoke_stays_where_it_is() {
    let mut pair = Pair::asking();
    copy_text(&mut pair.user, "clipboard", "a password from before");
    pair.allow();
    expect_pasted(&pair.helper, "UTF8_STRING", b"open");
    copy_text(&mut pair.user, "clipboard", "allowed");
    expect_pasted(&pair.helper, "UTF8_STRING", b"allowed");
    pair.host.say("revoke clipboard-from-user");
    pair.host.expect("revoked", SOON);
    pair.technician.expect("revoked", SOON);
    copy_text(&mut pair.user, "clipboard", "a password from after");
    std::thread::sleep(A_WHILE);
    for program in [&pair.host, &pair.technician] {
        let moved = program.events().iter().filter(|event| event.text("bytes").len() == 2).count();
        assert_eq!(moved, 0, "something of the length of a password crossed");
    }
    // The other direction goes on.
    copy_text(&mut pair.helper, "clipboard", "still allowed");
    expect_pasted(&pair.user, "UTF8_STRING", b"still allowed");
}
