//! Programs that paste what we have put there: each form that they may ask for, and how long they are served.

use std::time::{Duration, Instant};

use beistand_platform::x11::{ScreenMethod, X11Desktop};
use beistand_platform::{ClipboardContent, Desktop};

use super::{A_WHILE, RunningClipboard, Xclip, long_text, paste, picture, text};
use crate::support::selection::Requestor;
use crate::support::{PATIENCE, Xvfb};

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
