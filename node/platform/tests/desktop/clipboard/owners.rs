//! Programs that hold something copied and hand it over badly or in old forms: they hang, die and lie. They
//! are given up on in time, and harm nothing.

use std::time::{Duration, Instant};

use beistand_platform::{ClipboardContent, ContentKind, CopyRefusal};

use super::{RunningClipboard, Xclip, long_text, picture, text};
use crate::support::Xvfb;
use crate::support::selection::{Owner, OwnerAnswer, Requestor};

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
