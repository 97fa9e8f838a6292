//! What a peer that knows the invite but not how to behave can do: end the session. And what whoever carries
//! a session reads of it: nothing.

use std::cell::RefCell;
use std::rc::Rc;

use super::*;
use crate::{Phase, Violation};

/// What the host makes of records that something was done to.
fn tampered(tamper: impl FnMut(Role, Channel, &mut Vec<u8>) -> bool + 'static) -> Vec<Event> {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.tamper = Some(Box::new(tamper));
    pair.technician(say_input(key(true))).unwrap();
    pair.run(millis(50));
    pair.news(Role::Host)
}

fn violated(violation: Violation) -> Vec<Event> {
    vec![LET_GO, ended(EndReason::Protocol(violation), By::Us)]
}

#[test]
fn a_flipped_bit_anywhere_ends_the_session() {
    let length = {
        let mut pair = Pair::allowed(PermissionSet::DESKTOP);
        pair.technician(say_input(key(true))).unwrap();
        pair.bytes_sent(Role::Technician, Channel::Input)
    };
    // Not the length's bytes: those make the record longer or shorter, below.
    for bit in (16..length * 8).step_by(3) {
        let events = tampered(move |sender, channel, bytes| {
            if (sender, channel) == (Role::Technician, Channel::Input) {
                bytes[bit / 8] ^= 1 << (bit % 8);
            }
            true
        });
        let Some(Event::Ended(End { reason: EndReason::Protocol(_), by: By::Us })) = events.last() else {
            panic!("bit {bit}: {events:?}");
        };
        assert_eq!(inputs(&events), []);
    }
}

#[test]
fn lengths_that_lie_end_the_session() {
    for length in [0_u16, 1, 25, 2000, u16::MAX] {
        let events = tampered(move |sender, channel, bytes| {
            if (sender, channel) == (Role::Technician, Channel::Input) {
                bytes[..2].copy_from_slice(&length.to_be_bytes());
            }
            true
        });
        assert_eq!(events, violated(Violation::RecordLength), "{length}");
    }
}

#[test]
fn a_replayed_record_ends_the_session() {
    let events = tampered(|sender, channel, bytes| {
        if (sender, channel) == (Role::Technician, Channel::Input) {
            bytes.extend(bytes.clone());
        }
        true
    });
    // The first of the two does not act any more either.
    assert_eq!(events, violated(Violation::Replay));
}

#[test]
fn records_of_another_channel_or_side_end_the_session() {
    // The technician's own record of another channel, and the host's own one sent back.
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.technician(say_line("x".to_owned())).unwrap();
    let now = pair.now;
    pair.technician.command(now, say_input(pointer(1))).unwrap();
    let Output::Transmit { bytes, .. } = pair.technician.poll_output() else { panic!("a record") };
    pair.inject(Role::Host, Channel::Chat, bytes);
    pair.run(millis(50));
    let reason = EndReason::Protocol(Violation::OutOfPlace);
    assert_eq!(pair.news(Role::Host).last(), Some(&ended(reason, By::Us)));

    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    let now = pair.now;
    pair.host.command(now, say_line("x".to_owned())).unwrap();
    let Output::Transmit { bytes, .. } = pair.host.poll_output() else { panic!("a record") };
    pair.inject(Role::Host, Channel::Chat, bytes);
    pair.run(millis(50));
    let reason = EndReason::Protocol(Violation::NotAuthentic);
    assert_eq!(pair.news(Role::Host).last(), Some(&ended(reason, By::Us)));
}

#[test]
fn a_cut_off_record_waits_and_then_the_silence_is_noticed() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.tamper = Some(Box::new(|sender, _, bytes| {
        bytes.truncate(bytes.len() / 2);
        sender == Role::Technician
    }));
    pair.technician(say_input(key(true))).unwrap();
    pair.run(Duration::from_secs(5));
    let events = pair.news(Role::Host);
    assert!(matches!(events.last(), Some(Event::Ended(_))), "{events:?}");
    assert_eq!(inputs(&events), []);
}

#[test]
fn messages_are_read_at_any_cut() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    let now = pair.now;
    for x in 0..20 {
        pair.technician.command(now, say_input(pointer(x))).unwrap();
        let Output::Transmit { bytes, .. } = pair.technician.poll_output() else { panic!("a record") };
        let cut = usize::from(x) % bytes.len();
        pair.host.receive(now, Leg::FIRST, Channel::Input, &bytes[..cut]);
        pair.host.receive(now, Leg::FIRST, Channel::Input, &[]);
        pair.host.receive(now, Leg::FIRST, Channel::Input, &bytes[cut..]);
    }
    assert_eq!(inputs(&pair.take(Role::Host)), (0..20).map(pointer).collect::<Vec<_>>());
}

#[test]
fn a_flood_ends_the_session() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    for _ in 0..5000 {
        pair.technician.force(wire_input(pointer(1)));
        if pair.host.phase() == Phase::Ended {
            break;
        }
        pair.drain(Role::Technician);
    }
    pair.run(millis(50));
    let reason = EndReason::Protocol(Violation::Rate);
    assert_eq!(pair.news(Role::Host).last(), Some(&ended(reason, By::Us)));
}

#[test]
fn junk_that_is_authentic_ends_the_session() {
    for (channel, junk) in [
        (Channel::Control, vec![9]),
        (Channel::Control, vec![255; 40]),
        (Channel::Control, vec![3, 5, 0, 9]),
        (Channel::Input, vec![0, 1]),
        (Channel::Input, vec![9, 1, 1]),
        (Channel::Input, vec![3, 0, 1, 0]),
        (Channel::Chat, vec![2, 0xff, 0xfe]),
        (Channel::Chat, vec![200, 1, 65]),
    ] {
        let mut pair = Pair::allowed(PermissionSet::DESKTOP);
        pair.technician.force_bytes(channel, &junk);
        pair.drain(Role::Technician);
        pair.run(millis(50));
        assert_eq!(pair.news(Role::Host), violated(Violation::Malformed), "{channel:?} {junk:?}");
    }
}

#[test]
fn messages_over_their_channels_length_end_the_session() {
    for (channel, bytes) in
        [(Channel::Input, 1025), (Channel::Control, (64 << 10) + 1), (Channel::Chat, (20 << 10) + 1)]
    {
        let mut pair = Pair::allowed(PermissionSet::DESKTOP);
        pair.technician.force_bytes(channel, &vec![0; bytes]);
        pair.drain(Role::Technician);
        pair.run(millis(50));
        let events = pair.news(Role::Host);
        let Some(Event::Ended(End { reason: EndReason::Protocol(violation), .. })) = events.last() else {
            panic!("{events:?}");
        };
        assert!(matches!(violation, Violation::MessageLength | Violation::RecordLength), "{violation:?}");
    }
}

#[test]
fn before_consent_little_is_taken_and_only_what_asks() {
    // 4 KiB and one byte on the control channel; a message's number would be eight bytes more.
    for (bytes, violation) in [(4097, Violation::MessageLength), (4105, Violation::RecordLength)] {
        let mut pair = Pair::new();
        pair.run(millis(100));
        pair.take(Role::Host);
        pair.technician.force_bytes(Channel::Control, &vec![0; bytes]);
        pair.drain(Role::Technician);
        pair.run(millis(50));
        assert_eq!(pair.news(Role::Host), [ended(EndReason::Protocol(violation), By::Us)]);
    }
    // Input, chat, an acknowledgement.
    for channel in [Channel::Input, Channel::Chat] {
        let mut pair = Pair::new();
        pair.run(millis(100));
        pair.take(Role::Host);
        if channel == Channel::Input {
            pair.technician.force(wire_input(pointer(1)));
        } else {
            pair.technician.force_bytes(channel, &[0, 1, 1, 65]);
        }
        pair.drain(Role::Technician);
        pair.run(millis(50));
        let reason = EndReason::Protocol(Violation::OutOfPlace);
        assert_eq!(pair.news(Role::Host), [ended(reason, By::Us)]);
    }
}

#[test]
fn a_host_can_do_no_more() {
    // A picture whose number does not rise.
    let mut pair = Pair::allowed(VIEW);
    let now = pair.now;
    pair.host(say_picture(picture(5, 10, now))).unwrap();
    pair.run(millis(50));
    pair.take(Role::Technician);
    pair.host.force_bytes(Channel::Video, &[5, 0, 1, 1, 0]);
    pair.drain(Role::Host);
    pair.run(millis(50));
    let reason = EndReason::Protocol(Violation::Malformed);
    assert_eq!(pair.news(Role::Technician), [ended(reason, By::Us)]);
}

#[test]
fn whoever_carries_a_session_reads_nothing_of_it() {
    let mut pair = Pair::new();
    let carried = Rc::new(RefCell::new(Vec::new()));
    let copy = carried.clone();
    pair.tamper = Some(Box::new(move |_, _, bytes| {
        copy.borrow_mut().extend_from_slice(bytes);
        true
    }));
    pair.run(millis(100));
    pair.host(Command::Allow(PermissionSet::DESKTOP)).unwrap();
    pair.run(millis(100));
    let now = pair.now;
    let shown = picture(1, 20_000, now);
    pair.host(say_picture(shown.clone())).unwrap();
    for role in Role::ALL {
        pair.command(role, say_line("a line of chat".to_owned())).unwrap();
    }
    pair.technician(say_input(InputEvent::Text(KeyText::split("a password").remove(0)))).unwrap();
    pair.run(millis(100));
    assert!(pair.take(Role::Host).contains(&heard_line("a line of chat".to_owned())), "it was said");
    assert_eq!(pictures(&pair.take(Role::Technician)), [1]);

    let carried = carried.borrow();
    let request = technician_setup();
    let secrets: [&[u8]; 7] = [
        request.name.as_bytes(),
        request.reason.as_bytes(),
        b"a line of chat",
        b"a password",
        &shown.units[0].data[..32],
        &request.keys.psk[..8],
        &request.keys.invite_id[..8],
    ];
    for secret in secrets {
        let found = carried.windows(secret.len()).any(|window| window == secret);
        assert!(!found, "{}", String::from_utf8_lossy(secret));
    }
}
