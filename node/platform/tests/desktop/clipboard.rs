//! The X11 clipboard on a real X server: with xclip, and with programs that behave badly.

use std::io::Write;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use beistand_platform::x11::{ScreenMethod, X11Desktop};
use beistand_platform::{
    ClipboardChange, ClipboardContent, ClipboardError, ClipboardWaker, ContentKind, CopyRefusal, Desktop,
};

use crate::support::selection::{Owner, OwnerAnswer, Requestor};
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

#[test]
fn text_goes_both_ways_and_what_is_marked_is_left_alone() {
    let xvfb = Xvfb::start();
    let _marked = Xclip::copy_to(&xvfb, "primary", &[], b"marked");
    let running = RunningClipboard::start(&xvfb);
    let _copied = Xclip::copy(&xvfb, "Grüße, 10 € 😀\n".as_bytes());
    running.expect(text("Grüße, 10 € 😀\n"));
    running.put(text("aus der Ferne: ß €"));
    assert_eq!(paste(&xvfb), "aus der Ferne: ß €");
    assert_eq!(paste_from(&xvfb, "primary", &[]), b"marked");
    let _marked = Xclip::copy_to(&xvfb, "primary", &[], b"marked anew");
    running.expect_nothing();
    assert_eq!(paste(&xvfb), "aus der Ferne: ß €");
    let _copied = Xclip::copy(&xvfb, b"and back");
    running.expect(text("and back"));
}

#[test]
fn what_was_there_before_is_not_reported_even_where_a_manager_puts_it_back() {
    let xvfb = Xvfb::start();
    let before = Xclip::copy(&xvfb, b"from before");
    let running = RunningClipboard::open(&xvfb);
    running.expect_nothing();
    drop(before);
    let manager = Owner::start(&xvfb, |_| OwnerAnswer::Bytes("UTF8_STRING", 8, b"from before".to_vec()));
    running.expect_nothing();
    assert_eq!(manager.asked(), [""; 0], "it is not even read");
    let _copied = Xclip::copy(&xvfb, b"new");
    running.expect(text("new"));
}

#[test]
fn what_a_manager_puts_back_just_after_the_opening_is_not_reported() {
    let xvfb = Xvfb::start();
    drop(Xclip::copy(&xvfb, b"from before"));
    let running = RunningClipboard::open(&xvfb);
    let manager = Owner::start(&xvfb, |_| OwnerAnswer::Bytes("UTF8_STRING", 8, b"from before".to_vec()));
    running.expect_nothing();
    assert_eq!(manager.asked(), [""; 0], "it is not even read");
    let _copied = Xclip::copy(&xvfb, b"new");
    running.expect(text("new"));
}

#[test]
fn the_largest_text_and_picture_go_both_ways() {
    // Requests of at most 1 MiB: xclip must send and fetch in parts.
    let xvfb = Xvfb::start_with("320x240x24", &["-maxbigreqsize", "1"]);
    let running = RunningClipboard::start(&xvfb);
    let book = long_text(1 << 20);
    let _copied = Xclip::copy(&xvfb, book.as_bytes());
    running.expect(text(&book));
    let other_book = book.replace("Zeile", "Reihe");
    running.put(text(&other_book));
    assert!(paste(&xvfb) == other_book);

    let photo = picture(8 << 20);
    let _copied = Xclip::copy_to(&xvfb, "clipboard", &["-t", "image/png"], &photo);
    running.expect(ClipboardContent::Png(photo.clone()));
    let mut other_photo = photo;
    other_photo[100] ^= 1;
    running.put(ClipboardContent::Png(other_photo.clone()));
    assert!(paste_from(&xvfb, "clipboard", &["-t", "image/png"]) == other_photo);
}

#[test]
fn what_is_too_large_is_reported_and_stays_where_it_was_copied() {
    for arguments in [&["-maxbigreqsize", "1"][..], &[]] {
        let xvfb = Xvfb::start_with("320x240x24", arguments);
        let running = RunningClipboard::start(&xvfb);
        let book = long_text((1 << 20) + 1);
        let _copied = Xclip::copy(&xvfb, book.as_bytes());
        running.expect_refusal(CopyRefusal::TooLarge(ContentKind::Text));
        assert!(paste(&xvfb) == book, "the user can still paste it");
        let photo = picture((8 << 20) + 1);
        let _copied = Xclip::copy_to(&xvfb, "clipboard", &["-t", "image/png"], &photo);
        running.expect_refusal(CopyRefusal::TooLarge(ContentKind::Picture));
        assert!(paste_from(&xvfb, "clipboard", &["-t", "image/png"]) == photo);
    }
}

#[test]
fn what_was_put_is_not_reported_where_another_program_puts_it_back() {
    let xvfb = Xvfb::start();
    let running = RunningClipboard::start(&xvfb);
    running.put(text("one\ntwo"));
    running.expect_nothing();
    let _manager = Xclip::copy(&xvfb, b"one\r\ntwo\r\n");
    running.expect_nothing();
    let _copied = Xclip::copy(&xvfb, b"three");
    running.expect(text("three"));
    // Since then it is new again.
    let _copied = Xclip::copy(&xvfb, b"one\ntwo");
    running.expect(text("one\ntwo"));
}

#[test]
fn two_clipboards_that_feed_each_other_come_to_rest() {
    let (here, there) = (Xvfb::start(), Xvfb::start());
    let (ours, theirs) = (RunningClipboard::start(&here), RunningClipboard::start(&there));
    let _copied = Xclip::copy(&here, b"once");
    ours.expect(text("once"));
    theirs.put(text("once"));
    // Managers on both sides take it over.
    let _managers = [Xclip::copy(&here, b"once\n"), Xclip::copy(&there, b"once\n")];
    theirs.expect_nothing();
    // A machine that is slow enough takes ours for a new copy, once.
    if ours.changes.recv_timeout(A_WHILE).is_ok() {
        theirs.put(text("once\n"));
        theirs.expect_nothing();
        ours.expect_nothing();
    }
}

#[test]
fn a_program_that_hangs_is_given_up_on_and_delays_nobody() {
    let xvfb = Xvfb::start();
    let running = RunningClipboard::start(&xvfb);
    let book = long_text(600 << 10);
    running.put(text(&book));
    let pasting = Requestor::start(&xvfb);
    pasting.ask("UTF8_STRING", "PASTE");
    assert!(pasting.answered());
    let started = Instant::now();
    let _hung = Owner::start(&xvfb, |_| OwnerAnswer::Silence);
    assert_eq!(pasting.fetch("PASTE").0, "INCR");
    assert!(pasting.fetch_parts("PASTE") == book.as_bytes(), "what was begun is served to its end");
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    running.expect_refusal(CopyRefusal::NoAnswer);
    assert!(started.elapsed() > Duration::from_secs(2), "{:?}", started.elapsed());

    // A newer copy doesn't wait for an older one.
    let started = Instant::now();
    let _hung = Owner::start(&xvfb, |_| OwnerAnswer::Silence);
    running.waker.wake();
    let _copied = Xclip::copy(&xvfb, b"newer");
    running.expect(text("newer"));
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
}

/// Answers the question what there is with these targets, any other with this.
fn having(
    targets: &'static [&'static str],
    answer: impl Fn(&str) -> OwnerAnswer + Send + 'static,
) -> impl Fn(&str) -> OwnerAnswer + Send + 'static {
    move |target| match target {
        "TARGETS" => OwnerAnswer::Targets(targets),
        other => answer(other),
    }
}

#[test]
fn parts_that_lie_end_early_or_never_do_no_harm() {
    let xvfb = Xvfb::start();
    let running = RunningClipboard::start(&xvfb);
    let text_only = &["TARGETS", "UTF8_STRING"][..];
    // More than was announced.
    let _owner = Owner::start(
        &xvfb,
        having(text_only, |_| {
            OwnerAnswer::Parts(3, "UTF8_STRING", vec![b"more ".to_vec(), b"than 3".to_vec()])
        }),
    );
    running.expect(text("more than 3"));
    // Less than was announced, with a character that two parts share.
    let _owner = Owner::start(
        &xvfb,
        having(text_only, |_| {
            OwnerAnswer::Parts(1000, "UTF8_STRING", vec![b"Gr\xc3".to_vec(), b"\xbc\xc3\x9fe".to_vec()])
        }),
    );
    running.expect(text("Grüße"));
    // An announcement beyond all bounds.
    let _owner = Owner::start(
        &xvfb,
        having(text_only, |_| OwnerAnswer::Parts(u32::MAX, "UTF8_STRING", vec![b"x".to_vec()])),
    );
    running.expect_refusal(CopyRefusal::TooLarge(ContentKind::Text));
    // Too much in one piece.
    let _owner = Owner::start(
        &xvfb,
        having(text_only, |_| OwnerAnswer::Bytes("UTF8_STRING", 8, vec![b'x'; (1 << 20) + 1])),
    );
    running.expect_refusal(CopyRefusal::TooLarge(ContentKind::Text));
    // Parts without an end.
    let _owner =
        Owner::start(&xvfb, having(text_only, |_| OwnerAnswer::Endless("UTF8_STRING", vec![b'x'; 100_000])));
    running.expect_refusal(CopyRefusal::TooLarge(ContentKind::Text));
    // A program that ends in the middle.
    let started = Instant::now();
    let _owner = Owner::start(&xvfb, having(text_only, |_| OwnerAnswer::DieAfter(b"half".to_vec())));
    running.expect_refusal(CopyRefusal::NoAnswer);
    assert!(started.elapsed() < Duration::from_secs(2), "its end is known at once");
    let _copied = Xclip::copy(&xvfb, b"all is well");
    running.expect(text("all is well"));
}

#[test]
fn content_of_another_kind_than_was_said_is_refused() {
    let xvfb = Xvfb::start();
    let running = RunningClipboard::start(&xvfb);
    let text_only = &["TARGETS", "UTF8_STRING"][..];
    let picture_only = &["image/png"][..];
    let wrong = [
        (text_only, "INTEGER", 32, b"1234".to_vec()),
        (text_only, "UTF8_STRING", 32, b"1234".to_vec()),
        (text_only, "UTF8_STRING", 8, b"\xff\xfe".to_vec()),
        (text_only, "COMPOUND_TEXT", 8, b"abc".to_vec()),
        (picture_only, "image/png", 8, b"GIF89a".to_vec()),
        (picture_only, "UTF8_STRING", 8, picture(100)),
    ];
    for (targets, kind, format, bytes) in wrong {
        let _owner =
            Owner::start(&xvfb, having(targets, move |_| OwnerAnswer::Bytes(kind, format, bytes.clone())));
        running.expect_refusal(CopyRefusal::Invalid);
    }
    // Parts of two kinds.
    let _owner =
        Owner::start(&xvfb, having(text_only, |_| OwnerAnswer::Parts(9, "INTEGER", vec![vec![0; 4]])));
    running.expect_refusal(CopyRefusal::Invalid);
    // Nothing that could be used, or nothing at all.
    for targets in [&["text/uri-list"][..], &[]] {
        let _owner = Owner::start(&xvfb, having(targets, |_| OwnerAnswer::Refuse));
        running.expect_nothing();
    }
}

#[test]
fn text_is_preferred_and_old_programs_are_understood() {
    let xvfb = Xvfb::start();
    let running = RunningClipboard::start(&xvfb);
    let cells = |target: &str| match target {
        "UTF8_STRING" => OwnerAnswer::Bytes("UTF8_STRING", 8, b"1\t2\0".to_vec()),
        _ => OwnerAnswer::Bytes("image/png", 8, picture(50)),
    };
    let _owner = Owner::start(&xvfb, having(&["image/png", "UTF8_STRING"], cells));
    running.expect(text("1\t2"));
    let empty_text = |target: &str| match target {
        "image/png" => OwnerAnswer::Bytes("image/png", 8, picture(60)),
        _ => OwnerAnswer::Bytes("UTF8_STRING", 8, Vec::new()),
    };
    let _owner = Owner::start(&xvfb, having(&["image/png", "UTF8_STRING"], empty_text));
    running.expect(ClipboardContent::Png(picture(60)));
    // No TARGETS, no Unicode.
    let _owner = Owner::start(&xvfb, |target| match target {
        "STRING" => OwnerAnswer::Bytes("STRING", 8, b"Gr\xfc\xdfe".to_vec()),
        _ => OwnerAnswer::Refuse,
    });
    running.expect(text("Grüße"));
}

#[test]
fn a_password_is_not_even_asked_for() {
    let xvfb = Xvfb::start();
    let running = RunningClipboard::start(&xvfb);
    let hinting = &["UTF8_STRING", "x-kde-passwordManagerHint"][..];
    let password = |hint: &'static [u8]| {
        having(hinting, move |target| match target {
            "x-kde-passwordManagerHint" => OwnerAnswer::Bytes("STRING", 8, hint.to_vec()),
            _ => OwnerAnswer::Bytes("UTF8_STRING", 8, b"hunter2".to_vec()),
        })
    };
    let owner = Owner::start(&xvfb, password(b"secret"));
    running.expect_refusal(CopyRefusal::Secret);
    assert_eq!(owner.asked(), ["TARGETS", "x-kde-passwordManagerHint"]);
    let _owner = Owner::start(&xvfb, having(hinting, |_| OwnerAnswer::Refuse));
    running.expect_refusal(CopyRefusal::Secret);
    let _owner = Owner::start(&xvfb, password(b"public"));
    running.expect(text("hunter2"));
}

#[test]
fn programs_that_paste_get_each_form_that_they_may_ask_for() {
    let xvfb = Xvfb::start();
    let running = RunningClipboard::start(&xvfb);
    let requestor = Requestor::start(&xvfb);
    let forms = |targets: &[&str]| {
        let mut forms = Vec::new();
        for target in targets {
            requestor.ask(target, "PASTE");
            forms.push(requestor.answered().then(|| requestor.fetch("PASTE")));
        }
        forms
    };
    let form = |kind: &str, bytes: &[u8]| Some((kind.to_owned(), bytes.to_vec()));
    running.put(text("ß €"));
    let utf8 = "ß €".as_bytes();
    assert_eq!(
        forms(&["UTF8_STRING", "text/plain;charset=utf-8", "STRING", "TEXT", "image/png", "MULTIPLE"]),
        [
            form("UTF8_STRING", utf8),
            form("text/plain;charset=utf-8", utf8),
            form("STRING", b"\xdf ?"),
            form("UTF8_STRING", utf8),
            None,
            None
        ]
    );
    let answers = forms(&["TARGETS", "TIMESTAMP"]);
    assert_eq!(answers[0].as_ref().map(|(kind, list)| (kind.as_str(), list.len())), Some(("ATOM", 7 * 4)));
    assert_eq!(answers[1].as_ref().map(|(kind, time)| (kind.as_str(), time.len())), Some(("INTEGER", 4)));
    running.put(ClipboardContent::Png(picture(300)));
    assert_eq!(forms(&["image/png", "UTF8_STRING"]), [form("image/png", &picture(300)), None]);
    // What another program has copied is no longer served.
    let _copied = Xclip::copy(&xvfb, b"xclip's own");
    running.expect(text("xclip's own"));
    assert_eq!(forms(&["UTF8_STRING"]), [form("UTF8_STRING", b"xclip's own")]);
}

#[test]
fn a_program_that_stops_in_the_middle_of_pasting_is_given_up_on() {
    let xvfb = Xvfb::start();
    let running = RunningClipboard::start(&xvfb);
    let book = long_text(500 << 10);
    running.put(text(&book));
    let hung = Requestor::start(&xvfb);
    for place in 0..8 {
        hung.ask("UTF8_STRING", &format!("PLACE_{place}"));
        assert!(hung.answered());
    }
    hung.ask("UTF8_STRING", "PLACE_8");
    assert!(!hung.answered(), "no more at once");
    let others = Requestor::start(&xvfb);
    others.ask("TARGETS", "PASTE");
    assert!(others.answered(), "small things are always served");
    // They are forgotten after a while, and others get their turn.
    let deadline = Instant::now() + PATIENCE;
    loop {
        others.ask("UTF8_STRING", "PASTE");
        if others.answered() {
            break;
        }
        assert!(Instant::now() < deadline, "there is room again");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(others.fetch("PASTE").0, "INCR");
    assert!(others.fetch_parts("PASTE") == book.as_bytes());
    assert_eq!(hung.fetch("PLACE_0").0, "INCR");
    std::thread::sleep(A_WHILE);
    assert_eq!(hung.fetch("PLACE_0").0, "", "no part follows the announcement");
    assert_eq!(paste(&xvfb).len(), book.len());
}

#[test]
fn a_flood_of_requests_keeps_nothing_from_its_time() {
    let xvfb = Xvfb::start();
    let desktop = X11Desktop::of(xvfb.name(), ScreenMethod::Damage);
    let mut clipboard = desktop.clipboard().expect("a clipboard");
    clipboard.put(text("flooded")).expect("put");
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let flood = Requestor::start(&xvfb);
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                flood.ask("UTF8_STRING", "PASTE");
            }
        });
        for _ in 0..5 {
            let started = Instant::now();
            assert_eq!(clipboard.next_change(Duration::from_millis(100)), Ok(None));
            let took = started.elapsed();
            assert!((Duration::from_millis(100)..Duration::from_secs(2)).contains(&took), "{took:?}");
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

#[test]
fn a_waker_ends_the_wait_and_a_display_that_ends_is_told() {
    let xvfb = Xvfb::start();
    let desktop = X11Desktop::of(xvfb.name(), ScreenMethod::Damage);
    let mut clipboard = desktop.clipboard().expect("a clipboard");
    let waker = clipboard.waker();
    waker.wake();
    assert_eq!(clipboard.next_change(Duration::from_secs(600)), Ok(None), "woken before");
    std::thread::scope(|scope| {
        let waking = scope.spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            waker.wake();
            Instant::now()
        });
        assert_eq!(clipboard.next_change(Duration::from_secs(600)), Ok(None));
        let woken = waking.join().unwrap().elapsed();
        assert!(woken < Duration::from_secs(1), "{woken:?}");
    });
    assert_eq!(clipboard.put(text("")), Err(ClipboardError::Invalid(CopyRefusal::Invalid)));
    drop(xvfb);
    assert!(matches!(clipboard.next_change(PATIENCE), Err(ClipboardError::Lost(_))));
    assert!(desktop.clipboard().is_err());
}
