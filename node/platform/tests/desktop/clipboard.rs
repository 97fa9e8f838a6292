//! The X11 clipboard on a real X server, a file per subject. Here is only what several of them need: a
//! clipboard on a thread of its own, contents, and xclip.

mod exchange;
mod owners;
mod pasting;

use std::io::Write;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use beistand_platform::x11::{ScreenMethod, X11Desktop};
use beistand_platform::{
    ClipboardChange, ClipboardContent, ClipboardError, ClipboardWaker, CopyRefusal, Desktop,
};

use crate::support::selection::Requestor;
use crate::support::{PATIENCE, Xvfb};

/// Long enough for a change to be reported if there were one.
const A_WHILE: Duration = Duration::from_millis(400);

/// The clipboard on a thread of its own, as a program has it.
struct RunningClipboard {
    /// What was on the clipboard before.
    _before: Option<Xclip>,
    changes: Receiver<ClipboardChange>,
    puts: Option<Sender<ClipboardContent>>,
    done: Receiver<Result<(), ClipboardError>>,
    waker: ClipboardWaker,
    thread: Option<JoinHandle<()>>,
}

impl RunningClipboard {
    /// Beside something that is on the clipboard already.
    fn start(xvfb: &Xvfb) -> Self {
        let before = Xclip::copy(xvfb, b"before");
        let mut running = Self::open(xvfb);
        running._before = Some(before);
        running
    }

    fn open(xvfb: &Xvfb) -> Self {
        let desktop = X11Desktop::of(xvfb.name(), ScreenMethod::Damage);
        let (report, changes) = channel();
        let (puts, to_put) = channel();
        let (say_done, done) = channel();
        let (say_waker, waker) = channel();
        let thread = std::thread::spawn(move || {
            let mut clipboard = desktop.clipboard().expect("a clipboard");
            say_waker.send(clipboard.waker()).unwrap();
            loop {
                match to_put.try_recv() {
                    Ok(content) => say_done.send(clipboard.put(content)).unwrap(),
                    Err(std::sync::mpsc::TryRecvError::Disconnected) => return,
                    Err(std::sync::mpsc::TryRecvError::Empty) => {}
                }
                match clipboard.next_change(PATIENCE) {
                    Ok(Some(change)) => report.send(change).unwrap(),
                    Ok(None) => {}
                    Err(_) => return,
                }
            }
        });
        let waker = waker.recv().expect("opened");
        Self { _before: None, changes, puts: Some(puts), done, waker, thread: Some(thread) }
    }

    fn put(&self, content: ClipboardContent) {
        self.puts.as_ref().unwrap().send(content).unwrap();
        self.waker.wake();
        self.done.recv_timeout(PATIENCE).expect("done").expect("put");
    }

    #[track_caller]
    fn expect(&self, content: ClipboardContent) {
        let change = self.changes.recv_timeout(PATIENCE).expect("a change");
        assert!(change == ClipboardChange::Copied(content), "{change:?}");
    }

    #[track_caller]
    fn expect_refusal(&self, refusal: CopyRefusal) {
        let change = self.changes.recv_timeout(PATIENCE).expect("a change");
        assert_eq!(change, ClipboardChange::Refused(refusal));
    }

    #[track_caller]
    fn expect_nothing(&self) {
        let change = self.changes.recv_timeout(A_WHILE);
        assert!(change.is_err(), "{change:?}");
    }
}

impl Drop for RunningClipboard {
    fn drop(&mut self) {
        self.puts = None;
        self.waker.wake();
        let ended = self.thread.take().unwrap().join();
        assert!(ended.is_ok() || std::thread::panicking());
    }
}

fn text(text: &str) -> ClipboardContent {
    ClipboardContent::Text(text.to_owned())
}

/// Text with characters of one to four bytes.
fn long_text(bytes: usize) -> String {
    let mut text = "Zeile: äöü € 😀 end.\n".repeat(bytes / 20);
    while text.len() > bytes {
        text.pop();
    }
    let missing = bytes - text.len();
    text + &"x".repeat(missing)
}

/// What passes for a picture: the beginning is right, the rest can't be compressed.
fn picture(bytes: usize) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut state = 1_u32;
    file.resize_with(bytes, || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    file
}

/// An xclip that holds a selection until it ends or something else is copied.
struct Xclip(Child);

impl Xclip {
    fn copy_to(xvfb: &Xvfb, selection: &str, arguments: &[&str], content: &[u8]) -> Self {
        let requestor = Requestor::start(xvfb);
        let before = requestor.owner(selection);
        let mut child = xvfb
            .command("xclip")
            .args(["-quiet", "-i", "-selection", selection])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("xclip is installed");
        child.stdin.take().unwrap().write_all(content).unwrap();
        let xclip = Self(child);
        let deadline = Instant::now() + PATIENCE;
        while [before, x11rb::NONE].contains(&requestor.owner(selection)) {
            assert!(Instant::now() < deadline, "xclip takes the selection");
            std::thread::sleep(Duration::from_millis(2));
        }
        xclip
    }

    fn copy(xvfb: &Xvfb, content: &[u8]) -> Self {
        Self::copy_to(xvfb, "clipboard", &[], content)
    }
}

impl Drop for Xclip {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn paste_from(xvfb: &Xvfb, selection: &str, arguments: &[&str]) -> Vec<u8> {
    let mut command = xvfb.command("timeout");
    command.args(["20", "xclip", "-o", "-selection", selection]).args(arguments);
    let output = command.output().expect("xclip is installed");
    assert!(output.status.success(), "{output:?}");
    output.stdout
}

fn paste(xvfb: &Xvfb) -> String {
    String::from_utf8(paste_from(xvfb, "clipboard", &[])).unwrap()
}
