//! The user's own hand and emergency key on a real X server, also where something has grabbed the keyboard.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use beistand_platform::x11::{X11Injector, X11UserWatch};
use beistand_platform::{InputInjector, KeyCombination, UserSign};
use beistand_session::{InputEvent, PointerButton};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _, GrabMode, GrabStatus, PropMode};
use x11rb::wrapper::ConnectionExt as _;

use crate::support::hand::PhysicalMouse;
use crate::support::input::key;
use crate::support::{PATIENCE, Xvfb};

/// Linux codes.
const CONTROL: u8 = 29;
const ALT: u8 = 56;
const END: u8 = 107;

/// Long enough for a sign to be told if there were one.
const A_WHILE: Duration = Duration::from_millis(300);

fn watch(xvfb: &Xvfb) -> (X11UserWatch, Receiver<UserSign>) {
    let (tell, signs) = channel();
    let tell = Box::new(move |sign| _ = tell.send(sign));
    (X11UserWatch::start(xvfb.name(), KeyCombination::PANIC, tell).expect("a watch"), signs)
}

/// Whether the next signs hold this one.
fn told(signs: &Receiver<UserSign>, sign: UserSign) -> bool {
    let mut told = false;
    while let Ok(next) = signs.recv_timeout(if told { Duration::ZERO } else { PATIENCE }) {
        told |= next == sign;
    }
    told
}

fn none(signs: &Receiver<UserSign>) -> bool {
    signs.recv_timeout(A_WHILE).is_err()
}

fn press(hand: &PhysicalMouse, codes: &[u8]) {
    for code in codes {
        hand.key(*code, true).unwrap();
    }
    for code in codes.iter().rev() {
        hand.key(*code, false).unwrap();
    }
}

#[test]
fn a_hand_is_told_of_at_once_and_a_program_never() {
    let xvfb = Xvfb::start();
    let (_watch, signs) = watch(&xvfb);
    let mut injector = X11Injector::open(xvfb.name(), KeyCombination::PANIC).expect("an injector");
    injector.inject(&InputEvent::PointerMove { x: 5, y: 5 }).unwrap();
    for pressed in [true, false] {
        injector.inject(&key("KeyA", pressed)).unwrap();
        injector.inject(&InputEvent::Button { button: PointerButton::Left, pressed }).unwrap();
    }
    injector.release_all().unwrap();
    assert!(xvfb.command("xdotool").args(["click", "1"]).status().expect("xdotool").success());
    assert!(none(&signs), "programs");
    let hand = PhysicalMouse::connect(xvfb.name()).unwrap();
    for act in [
        (|hand: &PhysicalMouse| press(hand, &[30])) as fn(&PhysicalMouse),
        |hand| hand.button(1, true).unwrap(),
        // Where a program holds the same button down: X drops the press, but not the raw event.
        |hand| hand.button(1, false).unwrap(),
    ] {
        act(&hand);
        assert!(told(&signs, UserSign::Hand));
        // A hand that goes on is told of now and then.
        std::thread::sleep(Duration::from_millis(60));
    }
}

#[test]
fn the_emergency_key_works_with_anything_else_held_and_takes_a_hand() {
    let xvfb = Xvfb::start();
    let (_watch, signs) = watch(&xvfb);
    let hand = PhysicalMouse::connect(xvfb.name()).unwrap();
    let mut injector = X11Injector::open(xvfb.name(), KeyCombination::PANIC).expect("an injector");
    press(&hand, &[CONTROL, ALT, END]);
    assert!(told(&signs, UserSign::Panic));
    for held in ["ShiftLeft", "SuperLeft", "AltRight", "End", "KeyX"] {
        injector.inject(&key(held, true)).unwrap();
        press(&hand, &[CONTROL, ALT, END]);
        assert!(told(&signs, UserSign::Panic), "{held} is held by a program");
        injector.release_all().unwrap();
    }
    press(&hand, &[42, CONTROL, 30, ALT, END]);
    assert!(told(&signs, UserSign::Panic), "Shift and A are held by the hand");
    // A program that holds the modifiers does not make the user's End one.
    for name in ["ControlLeft", "AltLeft"] {
        injector.inject(&key(name, true)).unwrap();
    }
    // A hand that goes on is told of now and then.
    std::thread::sleep(Duration::from_millis(60));
    press(&hand, &[END]);
    assert!(signs.recv_timeout(PATIENCE).is_ok_and(|sign| sign == UserSign::Hand));
    assert!(!signs.try_iter().any(|sign| sign == UserSign::Panic));
}

#[test]
fn a_grab_hides_neither_the_hand_nor_the_emergency_key() {
    let xvfb = Xvfb::start();
    let (_watch, signs) = watch(&xvfb);
    // What an open menu does, and a terminal's secure keyboard mode.
    let client = xvfb.client();
    let (time, mode) = (x11rb::CURRENT_TIME, GrabMode::ASYNC);
    let grabbed = client.conn.grab_keyboard(false, client.root, time, mode, mode).unwrap().reply().unwrap();
    assert_eq!(grabbed.status, GrabStatus::SUCCESS);
    let hand = PhysicalMouse::connect(xvfb.name()).unwrap();
    press(&hand, &[CONTROL, ALT, END]);
    assert!(told(&signs, UserSign::Panic));
}

#[test]
fn a_monitor_that_shows_another_console_is_told_of() {
    let xvfb = Xvfb::start();
    let (_watch, signs) = watch(&xvfb);
    let client = xvfb.client();
    // What X.Org notes when its console goes and comes.
    let noted = client.conn.intern_atom(false, b"XFree86_has_VT").unwrap().reply().unwrap().atom;
    let note = |value: u32| {
        let (mode, kind) = (PropMode::REPLACE, AtomEnum::INTEGER);
        client.conn.change_property32(mode, client.root, noted, kind, &[value]).unwrap();
        client.conn.flush().unwrap();
    };
    note(1);
    assert!(none(&signs));
    note(0);
    assert!(told(&signs, UserSign::Away));
    let (_late, signs) = watch(&xvfb);
    assert!(told(&signs, UserSign::Away), "also where it is so from the beginning");
}

#[test]
fn a_watch_that_is_dropped_tells_nothing_any_more() {
    let xvfb = Xvfb::start();
    let (watch, signs) = watch(&xvfb);
    drop(watch);
    let hand = PhysicalMouse::connect(xvfb.name()).unwrap();
    press(&hand, &[CONTROL, ALT, END]);
    assert!(signs.recv_timeout(A_WHILE).is_err());
}

/// How long after the emergency key the last injected event reaches the server, over as many trials as
/// `TRIALS` says (10,000 unless set); figures for docs/BENCHMARKS.md.
#[test]
#[ignore = "a measurement, which takes minutes"]
fn emergency_key_to_the_last_injected_event() {
    let trials = std::env::var("TRIALS").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000);
    let xvfb = Xvfb::start();
    let hand = PhysicalMouse::connect(xvfb.name()).unwrap();
    let (stop, told) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (stopping, telling) = (stop.clone(), told.clone());
    let tell = Box::new(move |sign| {
        if sign == UserSign::Panic {
            stopping.store(true, Ordering::Release);
            telling.store(true, Ordering::Release);
        }
    });
    let _watch = X11UserWatch::start(xvfb.name(), KeyCombination::PANIC, tell).expect("a watch");
    let mut injector = X11Injector::open(xvfb.name(), KeyCombination::PANIC).expect("an injector");
    let (report, lasts) = channel();
    let (go, begin) = channel::<()>();
    let injecting = std::thread::spawn(move || {
        // As fast as it can, as a technician who holds on to a mouse would.
        while begin.recv().is_ok() {
            let mut last = Instant::now();
            for step in 0_u16.. {
                if stop.load(Ordering::Acquire) {
                    break;
                }
                injector.inject(&InputEvent::PointerMove { x: step % 300, y: 5 }).unwrap();
                last = Instant::now();
            }
            injector.release_all().unwrap();
            stop.store(false, Ordering::Release);
            report.send(last).unwrap();
        }
    });
    let mut times: Vec<Duration> = (0..trials)
        .map(|_| {
            go.send(()).unwrap();
            std::thread::sleep(Duration::from_millis(1));
            for code in [CONTROL, ALT] {
                hand.key(code, true).unwrap();
            }
            let pressed = Instant::now();
            hand.key(END, true).unwrap();
            let last = lasts.recv_timeout(PATIENCE).expect("it stops");
            assert!(told.swap(false, Ordering::AcqRel));
            for code in [END, ALT, CONTROL] {
                hand.key(code, false).unwrap();
            }
            last.saturating_duration_since(pressed)
        })
        .collect();
    drop(go);
    injecting.join().unwrap();
    times.sort();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3;
    println!(
        "emergency key to last injected event, {trials} trials: p50 {:.2} ms, p99 {:.2}, p99.9 {:.2}, worst {:.2}",
        at(0.5),
        at(0.99),
        at(0.999),
        at(1.0)
    );
}
