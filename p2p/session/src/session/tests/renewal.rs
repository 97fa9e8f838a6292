//! The change of keys.

use super::*;
use crate::{Phase, Violation};

#[test]
fn keys_change_every_quarter_of_an_hour() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.run(Duration::from_secs(14 * 60));
    assert_eq!(pair.technician.stats().epoch, 0);
    pair.run(Duration::from_secs(2 * 60));
    assert_eq!((pair.technician.stats().epoch, pair.host.stats().epoch), (1, 1));
    pair.run(Duration::from_secs(15 * 60));
    assert_eq!((pair.technician.stats().epoch, pair.host.stats().epoch), (2, 2));
    assert_eq!(pair.host.phase(), Phase::Active);
}

#[test]
fn keys_change_under_load_and_nothing_is_lost() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    // The video stream lags far behind the control stream.
    pair.delays = [millis(5), millis(20), millis(180), millis(60), millis(90)];
    let (mut moves, mut seen, mut shown, mut chats) = (0, Vec::new(), Vec::new(), 0);
    for tick in 0..3000_u16 {
        if tick % 50 == 0 {
            let now = pair.now;
            pair.technician.renew_keys(now);
        }
        pair.technician(Command::Input(pointer(tick))).unwrap();
        moves += 1;
        if pair.host.picture_room(pair.now).is_some() {
            let now = pair.now;
            pair.host(Command::Picture(picture(tick.into(), 40_000, now))).unwrap();
        }
        if tick % 100 == 0 {
            pair.host(Command::Chat("x".to_owned())).unwrap();
        }
        pair.run(millis(4));
        seen.extend(inputs(&pair.take(Role::Host)));
        let events = pair.take(Role::Technician);
        chats += events.iter().filter(|event| matches!(event, Event::Chat(_))).count();
        for id in pictures(&events) {
            shown.push(id);
            pair.technician(Command::Shown { picture: id }).unwrap();
        }
    }
    pair.run(millis(500));
    seen.extend(inputs(&pair.take(Role::Host)));
    assert_eq!(seen.len(), moves);
    assert!(shown.len() > 50, "{}", shown.len());
    assert_eq!(chats, 30);
    let epoch = pair.technician.stats().epoch;
    assert!(epoch >= 20, "{epoch}");
    assert_eq!(pair.host.stats().epoch, epoch);
}

#[test]
fn the_epochs_byte_wraps_around() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.delays = [millis(1); 5];
    for _ in 0..300 {
        let now = pair.now;
        pair.technician.renew_keys(now);
        pair.technician(Command::Input(pointer(1))).unwrap();
        pair.run(millis(20));
    }
    assert_eq!((pair.technician.stats().epoch, pair.host.stats().epoch), (300, 300));
    assert_eq!(inputs(&pair.take(Role::Host)).len(), 300);
}

#[test]
fn a_record_of_an_old_epoch_ends_the_session() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    let now = pair.now;
    pair.technician.command(now, Command::Input(pointer(1))).unwrap();
    let Output::Transmit { bytes: old, .. } = pair.technician.poll_output() else { panic!("a record") };
    pair.technician.renew_keys(now);
    pair.run(millis(100));
    assert_eq!(pair.host.stats().epoch, 1);
    pair.take(Role::Host);
    // It was held back until the change was through, by whoever can hold back a stream.
    pair.inject(Role::Host, Channel::Input, old);
    pair.run(millis(20));
    let events = pair.take(Role::Host);
    let Some(Event::Ended(End { reason: EndReason::Protocol(violation), .. })) = events.last() else {
        panic!("{events:?}");
    };
    assert!(matches!(violation, Violation::Epoch | Violation::Replay), "{violation:?}");
}

#[test]
fn only_the_technician_starts_a_change_and_only_in_a_session() {
    let mut pair = Pair::new();
    pair.run(millis(100));
    let now = pair.now;
    pair.technician.renew_keys(now);
    pair.host.renew_keys(now);
    pair.run(Duration::from_secs(1));
    assert_eq!(pair.host.phase(), Phase::AwaitingConsent);
    assert_eq!(pair.technician.stats().epoch, 0);
}
