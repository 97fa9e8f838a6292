//! The change from one leg to the next, and what a resume that is not the technician's can do: nothing.

use super::*;
use crate::session::SessionTimer;
use crate::{Phase, RESUME_BYTES, Stats};

fn legs(pair: &Pair) -> (u32, u32) {
    (pair.technician.stats().leg, pair.host.stats().leg)
}

#[test]
fn keys_change_every_quarter_of_an_hour_and_nobody_notices() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.run(Duration::from_secs(14 * 60));
    assert_eq!(legs(&pair), (0, 0));
    pair.run(Duration::from_secs(2 * 60));
    assert_eq!(legs(&pair), (1, 1));
    pair.run(Duration::from_secs(15 * 60));
    assert_eq!(legs(&pair), (2, 2));
    assert_eq!((pair.news(Role::Host), pair.news(Role::Technician)), (vec![], vec![]));
}

#[test]
fn a_technician_that_keeps_its_keys_is_not_heard_after_twenty_minutes() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.technician.core.timers.stop(SessionTimer::Keys);
    pair.run(Duration::from_secs(20 * 60) - millis(500));
    pair.technician(say_input(pointer(1))).unwrap();
    pair.run(millis(200));
    assert_eq!(inputs(&pair.take(Role::Host)), [pointer(1)]);
    pair.run(millis(400));
    pair.technician(say_input(pointer(2))).unwrap();
    pair.run(millis(300));
    assert_eq!((inputs(&pair.take(Role::Host)), legs(&pair)), (vec![], (0, 0)));
    pair.run(Duration::from_secs(5));
    pair.technician(say_input(pointer(3))).unwrap();
    pair.run(millis(200));
    assert_eq!((inputs(&pair.take(Role::Host)), legs(&pair)), (vec![pointer(3)], (1, 1)), "new keys");
}

#[test]
fn keys_change_under_load_and_nothing_is_lost() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    // The video stream lags far behind the control stream.
    pair.delays = ByChannel::new(|channel| {
        let delays = [5, 20, 180, 60, 90, 40];
        millis(delays.get(channel as usize).copied().unwrap_or(30))
    });
    let (mut moves, mut seen, mut shown, mut chats) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for tick in 0..3000_u16 {
        if tick % 50 == 0 {
            let now = pair.now;
            pair.technician.renew_keys(now);
        }
        pair.technician(say_input(pointer(tick))).unwrap();
        moves.push(pointer(tick));
        if pair.host.room(Channel::Video).is_some() {
            let now = pair.now;
            pair.host(say_picture(picture(tick.into(), 40_000, now))).unwrap();
        }
        if tick % 100 == 0 {
            pair.host(say_line("x".to_owned())).unwrap();
        }
        pair.run(millis(4));
        seen.extend(inputs(&pair.take(Role::Host)));
        let events = pair.take(Role::Technician);
        chats += events
            .iter()
            .filter(|event| matches!(event, Event::Heard(Message::Chat(ChatMessage::Line { .. }))))
            .count();
        for id in pictures(&events) {
            shown.push(id);
            pair.technician(say_shown(id)).unwrap();
        }
    }
    pair.run(millis(500));
    seen.extend(inputs(&pair.take(Role::Host)));
    assert_eq!(seen, moves);
    assert!(shown.is_sorted() && shown.len() > 50, "{}", shown.len());
    assert_eq!(chats, 30);
    let (technician, host) = legs(&pair);
    assert!(technician >= 50 && host == technician, "{technician} {host}");
}

#[test]
fn permissions_and_a_pause_are_the_same_on_the_next_path() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.host(Command::Revoke(Permission::Pointer)).unwrap();
    pair.host(Command::Pause).unwrap();
    pair.run(millis(100));
    pair.add_path(1, PathKind::Direct);
    for role in Role::ALL {
        pair.remove_path(role, 0);
    }
    pair.run(millis(200));
    assert_eq!(legs(&pair), (1, 1));
    pair.take(Role::Host);
    // A technician that believes itself allowed, and gets no further with it than before.
    pair.technician.force(wire_input(key(true)));
    pair.drain(Role::Technician);
    pair.run(millis(100));
    assert_eq!(inputs(&pair.take(Role::Host)), []);
    pair.host(Command::Resume).unwrap();
    pair.run(millis(100));
    pair.technician.force(wire_input(pointer(1)));
    pair.technician(say_input(key(true))).unwrap();
    pair.run(millis(100));
    assert_eq!(inputs(&pair.take(Role::Host)), [key(true)]);
}

#[test]
fn the_legs_byte_wraps_around() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.delays = ByChannel::new(|_| millis(1));
    for _ in 0..300 {
        let now = pair.now;
        pair.technician.renew_keys(now);
        pair.technician(say_input(pointer(1))).unwrap();
        pair.run(millis(20));
    }
    assert_eq!(legs(&pair), (300, 300));
    assert_eq!(inputs(&pair.take(Role::Host)).len(), 300);
}

#[test]
fn a_record_of_an_old_leg_is_ignored_on_its_stream_and_ends_the_session_on_another() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    let now = pair.now;
    pair.technician.command(now, say_input(pointer(1))).unwrap();
    let Output::Transmit { bytes: old, .. } = pair.technician.poll_output() else { panic!("a record") };
    pair.technician.renew_keys(now);
    pair.run(millis(100));
    assert_eq!(pair.host.stats().leg, 1);
    // It was lost with its leg, and came again.
    assert_eq!(inputs(&pair.take(Role::Host)), [pointer(1)]);
    // It was held back until the change was through, by whoever can hold back a stream.
    let now = pair.now;
    pair.host.receive(now, Leg::FIRST, Channel::Input, &old);
    pair.run(millis(20));
    assert_eq!(pair.news(Role::Host), []);
    pair.inject(Role::Host, Channel::Input, old);
    pair.run(millis(20));
    let events = pair.take(Role::Host);
    let Some(Event::Ended(End { reason: EndReason::Protocol(violation), .. })) = events.last() else {
        panic!("{events:?}");
    };
    assert!(matches!(violation, crate::Violation::Epoch | crate::Violation::Replay), "{violation:?}");
}

#[test]
fn only_the_technician_begins_a_leg_and_only_in_a_session() {
    let mut pair = Pair::new();
    pair.run(millis(100));
    let now = pair.now;
    pair.technician.renew_keys(now);
    pair.host.renew_keys(now);
    pair.run(Duration::from_secs(1));
    assert_eq!(pair.host.phase(), Phase::AwaitingConsent);
    assert_eq!(legs(&pair), (0, 0));
    assert!(!pair.technician.resume(now, PathId(0), Leg(1), &[0; RESUME_BYTES]));
}

/// Nothing about a session has changed, and it goes on.
fn unharmed(pair: &mut Pair, before: Stats, what: &str) {
    assert_eq!(pair.host.stats().leg, before.leg, "{what}");
    pair.take(Role::Host);
    pair.technician(say_line("still here".to_owned())).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Host), [heard_line("still here".to_owned())], "{what}");
    assert_eq!(pair.host.phase(), Phase::Active, "{what}");
}

#[test]
fn a_guessed_resume_gets_nothing_and_harms_nothing() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    let before = pair.host.stats();
    for (length, byte) in [(0, 0), (1, 1), (RESUME_BYTES, 0), (RESUME_BYTES, 255), (RESUME_BYTES + 1, 7)] {
        for leg in [0, 1, 2, u32::MAX] {
            let now = pair.now;
            assert!(!pair.host.resume(now, PathId(9), Leg(leg), &vec![byte; length]));
        }
    }
    unharmed(&mut pair, before, "guessed");
    // One of the technician's in which one bit is another, or which is said to be of another leg.
    let now = pair.now;
    pair.technician.renew_keys(now);
    let Output::Resume { leg, bytes, .. } = pair.technician.poll_output() else { panic!("a resume") };
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(!pair.host.resume(now, PathId(9), leg, &changed), "bit {bit}");
    }
    assert!(!pair.host.resume(now, PathId(9), leg.next().unwrap(), &bytes));
    // Another session's.
    let mut other = Pair::allowed(PermissionSet::DESKTOP);
    other.technician.renew_keys(now);
    let Output::Resume { leg, bytes, .. } = other.technician.poll_output() else { panic!("a resume") };
    assert!(!pair.host.resume(now, PathId(9), leg, &bytes));
    unharmed(&mut pair, before, "changed");
}

#[test]
fn a_replayed_resume_is_refused() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    for _ in 0..3 {
        let now = pair.now;
        pair.technician.renew_keys(now);
        pair.run(millis(100));
    }
    assert_eq!(legs(&pair), (3, 3));
    let before = pair.host.stats();
    for (leg, path, bytes) in pair.resumes.clone() {
        for as_leg in [leg, Leg(4), Leg(5)] {
            let now = pair.now;
            assert!(!pair.host.resume(now, path, as_leg, &bytes), "{leg:?} as {as_leg:?}");
        }
    }
    unharmed(&mut pair, before, "replayed");
}

#[test]
fn a_resume_whose_reply_is_lost_is_no_dead_end_and_is_refused_afterwards() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.add_path(1, PathKind::Direct);
    pair.add_path(2, PathKind::Direct);
    pair.technician(say_line("one".to_owned())).unwrap();
    pair.remove_path(Role::Technician, 0);
    // The host has the resume and its reply is on the way.
    pair.run(millis(15));
    assert_eq!(legs(&pair), (0, 1));
    pair.technician(say_line("two".to_owned())).unwrap();
    pair.host(say_line("three".to_owned())).unwrap();
    pair.remove_path(Role::Technician, 1);
    pair.run(millis(100));
    assert_eq!(legs(&pair), (2, 2));
    let chat = |line: &str| heard_line(line.to_owned());
    let news = pair.news(Role::Host);
    assert_eq!(
        news.iter()
            .filter(|event| matches!(event, Event::Heard(Message::Chat(ChatMessage::Line { .. }))))
            .count(),
        2
    );
    assert_eq!(news.last(), Some(&chat("two")));
    assert_eq!(pair.news(Role::Technician), [Event::Path(PathId(2)), chat("three")]);
    let before = pair.host.stats();
    for (leg, path, bytes) in pair.resumes.clone() {
        let now = pair.now;
        assert!(!pair.host.resume(now, path, leg, &bytes));
    }
    unharmed(&mut pair, before, "after a lost reply");
}

#[test]
fn before_there_is_a_session_there_is_nothing_to_resume() {
    let mut pair = Pair::new();
    let now = pair.now;
    assert!(!pair.host.resume(now, PathId(0), Leg(1), &[0; RESUME_BYTES]));
    pair.run(millis(15));
    assert!(!pair.host.resume(now, PathId(0), Leg(1), &[0; RESUME_BYTES]));
    pair.run(millis(100));
    assert_eq!(pair.host.phase(), Phase::AwaitingConsent);
}
