//! Everything copied on one side arrives on the other once, and older content does not. The programs here
//! behave well.

use std::time::{Duration, Instant};

use beistand_platform::x11::{ScreenMethod, X11Desktop};
use beistand_platform::{ClipboardContent, ClipboardError, ContentKind, CopyRefusal, Desktop};

use super::{A_WHILE, RunningClipboard, Xclip, long_text, paste, paste_from, picture, text};
use crate::support::selection::{Owner, OwnerAnswer};
use crate::support::{PATIENCE, Xvfb};

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
