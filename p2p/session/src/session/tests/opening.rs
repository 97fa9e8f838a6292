//! From the first byte to the request.

use super::*;
use crate::noise::{MESSAGE_1_BYTES, MESSAGE_2_BYTES, MESSAGE_3_BYTES};
use crate::{HandshakeFailure, OPENING_BYTES, Phase, put_off};

fn failed(failure: HandshakeFailure, by: By) -> Vec<Event> {
    vec![ended(EndReason::HandshakeFailed(failure), by)]
}

/// The handshake of two sides that do not fit, with the technician told of the closed stream.
fn refuse(technician: TechnicianSetup, host: HostSetup) -> (Vec<Event>, Vec<Event>, usize) {
    let mut pair = Pair::with(technician, host);
    pair.run(millis(100));
    let host = pair.news(Role::Host);
    let now = pair.now;
    pair.technician.stream_closed(now, Leg::FIRST, Channel::Control);
    (pair.news(Role::Technician), host, pair.bytes_sent(Role::Host, Channel::Control))
}

#[test]
fn both_sides_see_the_same_request() {
    let mut pair = Pair::new();
    pair.run(millis(100));
    assert_eq!(
        (pair.technician.phase(), pair.host.phase()),
        (Phase::AwaitingConsent, Phase::AwaitingConsent)
    );
    let technician = pair.take(Role::Technician);
    assert_eq!(technician[0], Event::Securing);
    let Event::Request(seen) = &technician[1] else { panic!("{technician:?}") };
    let request = pair.request(Role::Host);
    assert_eq!(&request, seen);
    assert_eq!((request.name.as_str(), request.reason.as_str()), ("Anna", "the printer"));
    assert_eq!(request.technician_key, StaticKey::from_bytes([3; 32]).public());
    assert_eq!(request.host_key, StaticKey::from_bytes([4; 32]).public());
    assert_eq!(request.wants, PermissionSet::DESKTOP);
    assert!(request.sas.iter().all(|index| *index < 64));
    assert_eq!(pair.host.stats().rtt, Some(millis(20)));
    assert_eq!(pair.technician.stats().rtt, Some(millis(20)));
}

#[test]
fn each_session_has_its_own_sas() {
    let sas = |_| {
        let mut pair = Pair::new();
        pair.run(millis(100));
        pair.request(Role::Host).sas
    };
    let all: std::collections::HashSet<_> = (0..8).map(sas).collect();
    assert_eq!(all.len(), 8);
}

#[test]
fn the_right_invite_is_found_among_four() {
    let mut host = host_setup();
    host.invites.splice(0..0, [8, 9, 10].map(|secret| (invite(secret), InviteStanding::Expired)));
    let mut pair = Pair::with(technician_setup(), host);
    pair.run(millis(100));
    assert_eq!(pair.request(Role::Host).invite, 3);
}

#[test]
fn a_wrong_secret_gets_no_byte() {
    let technician = TechnicianSetup { keys: invite(8), ..technician_setup() };
    let (technician, host, bytes) = refuse(technician, host_setup());
    assert_eq!(host, failed(HandshakeFailure::WrongSecret, By::Us));
    assert_eq!(bytes, 0);
    assert_eq!(technician[1..], failed(HandshakeFailure::InviteRefused, By::Peer));
}

#[test]
fn another_connection_or_invite_id_is_refused() {
    let mut other_peer = technician_setup();
    other_peer.binding.technician_peer[0] ^= 1;
    let mut swapped = technician_setup();
    let Binding { technician_peer, host_peer } = &mut swapped.binding;
    std::mem::swap(technician_peer, host_peer);
    let mut shifted = technician_setup();
    shifted.binding.technician_peer.push(2);
    shifted.binding.host_peer.pop();
    let mut other_id = technician_setup();
    other_id.keys.invite_id[15] ^= 1;
    for technician in [other_peer, swapped, shifted, other_id] {
        let (_, host, bytes) = refuse(technician, host_setup());
        assert_eq!((host, bytes), (failed(HandshakeFailure::WrongSecret, By::Us), 0));
    }
    let no_invite = HostSetup { invites: vec![], ..host_setup() };
    assert_eq!(refuse(technician_setup(), no_invite).2, 0);
}

#[test]
fn used_and_expired_invites_are_told_and_nobody_is_asked() {
    for (standing, reason) in
        [(InviteStanding::Used, EndReason::InviteUsed), (InviteStanding::Expired, EndReason::InviteExpired)]
    {
        let host = HostSetup { invites: vec![(invite(7), standing)], ..host_setup() };
        let mut pair = Pair::with(technician_setup(), host);
        pair.run(millis(100));
        assert_eq!(pair.news(Role::Host), [ended(reason, By::Us)]);
        assert_eq!(pair.news(Role::Technician), [Event::Securing, ended(reason, By::Peer)]);
    }
}

#[test]
fn flipped_bits_end_the_handshake() {
    // Which message, by sender and length, and where in it.
    for (from, length, offsets) in [
        (Role::Technician, MESSAGE_1_BYTES, [0, 1, 2, 33, 34, 600, 1217, 1218, 1250, 1265]),
        (Role::Host, MESSAGE_2_BYTES, [0, 1, 2, 33, 34, 66, 82, 1169, 1200, 1217]),
        (Role::Technician, MESSAGE_3_BYTES, [0, 1, 2, 33, 34, 49, 50, 81, 82, 97]),
    ] {
        for offset in offsets {
            let mut pair = Pair::new();
            pair.tamper = Some(Box::new(move |sender, _, bytes| {
                if sender == from && bytes.len() == length + 2 {
                    bytes[offset] ^= 0x40;
                }
                true
            }));
            pair.run(Duration::from_secs(11));
            for role in Role::ALL {
                let events = pair.news(role);
                let Some(Event::Ended(End { reason: EndReason::HandshakeFailed(_), .. })) = events.last()
                else {
                    panic!("{role:?} at {offset}: {events:?}");
                };
                assert!(!events.iter().any(|event| matches!(event, Event::Request(_))));
            }
        }
    }
}

#[test]
fn keys_of_low_order_are_refused() {
    // The neutral element, and a point of order 8 (RFC 7748, section 6.1, and its references).
    let eight = [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda,
        0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00,
    ];
    for key in [[0; 32], eight] {
        assert!(crate::noise::tests::shared_secret_is_refused(&key));
    }
}

#[test]
fn a_stalled_handshake_ends_after_ten_seconds() {
    for (from, length) in [
        (Role::Technician, MESSAGE_1_BYTES),
        (Role::Host, MESSAGE_2_BYTES),
        (Role::Technician, MESSAGE_3_BYTES),
    ] {
        let mut pair = Pair::new();
        // All but the last byte arrives.
        pair.tamper = Some(Box::new(move |sender, _, bytes| {
            if sender == from && bytes.len() == length + 2 {
                bytes.pop();
                return true;
            }
            sender != from || bytes.len() == MESSAGE_1_BYTES + 2
        }));
        pair.run(millis(9_900));
        assert!(
            [Role::Technician, Role::Host]
                .into_iter()
                .all(|role| pair.session(role).phase() < Phase::AwaitingConsent)
        );
        pair.run(millis(200));
        let expected = failed(HandshakeFailure::TimedOut, By::Nobody);
        assert_eq!(pair.news(Role::Host), expected);
        assert_eq!(pair.news(Role::Technician)[1..], expected);
    }
}

#[test]
fn messages_are_read_at_any_cut() {
    let mut pair = Pair::new();
    let (mut to_host, mut to_technician) = (Vec::new(), Vec::new());
    // Byte by byte: every boundary.
    for _ in 0..8 {
        while let Output::Transmit { bytes, .. } = skip_events(&mut pair.technician) {
            to_host.extend(bytes);
        }
        for byte in to_host.drain(..) {
            pair.host.receive(pair.now, Leg::FIRST, Channel::Control, &[byte]);
        }
        while let Output::Transmit { bytes, .. } = skip_events(&mut pair.host) {
            to_technician.extend(bytes);
        }
        for byte in to_technician.drain(..) {
            pair.technician.receive(pair.now, Leg::FIRST, Channel::Control, &[byte]);
        }
    }
    assert_eq!(
        (pair.technician.phase(), pair.host.phase()),
        (Phase::AwaitingConsent, Phase::AwaitingConsent)
    );
}

fn skip_events(session: &mut Session) -> Output {
    loop {
        match session.poll_output() {
            Output::Event { .. } => {}
            other => return other,
        }
    }
}

#[test]
fn a_length_that_lies_ends_the_handshake_at_once() {
    for length in [0_u16, 1, MESSAGE_1_BYTES as u16 - 1, MESSAGE_1_BYTES as u16 + 1, u16::MAX] {
        let now = Instant::now();
        let mut host = Session::host(host_setup(), now);
        host.receive(now, Leg::FIRST, Channel::Control, &length.to_be_bytes());
        assert_eq!(host.phase(), Phase::Ended);
    }
}

#[test]
fn an_application_message_before_the_end_ends_the_handshake() {
    let now = Instant::now();
    for channel in [Channel::Input, Channel::Video, Channel::Cursor, Channel::Chat] {
        let mut host = Session::host(host_setup(), now);
        host.receive(now, Leg::FIRST, channel, &[0]);
        assert_eq!(host.phase(), Phase::Ended);
    }
    // A record in the place of message 3.
    let mut pair = Pair::new();
    pair.tamper = Some(Box::new(|sender, _, bytes| {
        if sender == Role::Technician && bytes.len() == MESSAGE_3_BYTES + 2 {
            *bytes = vec![0; 60];
            bytes[1] = 58;
        }
        true
    }));
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Host), failed(HandshakeFailure::Malformed, By::Us));
}

#[test]
fn a_replayed_message_1_gets_no_further() {
    let recorded = {
        let mut technician = Session::technician(technician_setup(), Instant::now());
        let Output::Transmit { bytes, .. } = skip_events(&mut technician) else { panic!("message 1") };
        bytes
    };
    let now = Instant::now();
    let mut host = Session::host(host_setup(), now);
    host.receive(now, Leg::FIRST, Channel::Control, &recorded);
    let Output::Transmit { .. } = skip_events(&mut host) else { panic!("message 2") };
    host.receive(now, Leg::FIRST, Channel::Control, &[0; 98]);
    assert_eq!(host.phase(), Phase::Ended);
}

#[test]
fn names_are_cut_off_escaped_and_judged() {
    let technician = TechnicianSetup {
        name: format!("Microsoft \u{202e}{}", "x".repeat(100)),
        reason: "\u{200b}press allow 🦊".to_owned(),
        ..technician_setup()
    };
    let mut pair = Pair::with(technician, host_setup());
    pair.run(millis(100));
    let request = pair.request(Role::Host);
    assert!(request.name.starts_with("Microsoft \\u{202e}xxx"), "{}", request.name);
    assert_eq!(request.name.matches('x').count(), 64 - 11);
    assert_eq!(request.reason, "\\u{200b}press allow \\u{1f98a}");
    assert!(request.warning.is_some());
}

#[test]
fn nothing_is_asked_or_allowed_that_the_host_does_not_offer() {
    let wants = Permission::ALL.into_iter().collect();
    let host = HostSetup { offers: PermissionSet::DESKTOP, ..host_setup() };
    let mut pair = Pair::with(TechnicianSetup { wants, ..technician_setup() }, host);
    pair.run(millis(100));
    assert_eq!(pair.request(Role::Host).wants, PermissionSet::DESKTOP);
    assert_eq!(pair.request(Role::Technician).wants, wants);
    pair.host(Command::Allow(wants)).unwrap();
    assert_eq!(pair.host(Command::Grant(Permission::Terminal)), Err(CommandError::Invalid("permission")));
    pair.run(millis(100));
    for role in Role::ALL {
        let granted = Event::Permissions { granted: PermissionSet::DESKTOP, revoked: PermissionSet::NONE };
        assert_eq!(pair.news(role), [granted], "{role:?}");
    }
}

/// All bytes that a session wants to write now.
fn written(session: &mut Session) -> Vec<u8> {
    let mut written = Vec::new();
    loop {
        match session.poll_output() {
            Output::Transmit { bytes, .. } => written.extend(bytes),
            Output::Wait(_) => return written,
            Output::Event { .. } | Output::Resume { .. } => {}
        }
    }
}

#[test]
fn a_technician_who_is_put_off_hears_when_to_come_again() {
    let now = Instant::now();
    let mut technician = Session::technician(technician_setup(), now);
    assert_eq!(written(&mut technician).len(), OPENING_BYTES);
    let word = put_off(300);
    technician.receive(now, Leg::FIRST, Channel::Control, &word[..3]);
    assert_eq!(technician.phase(), Phase::Handshaking);
    technician.receive(now, Leg::FIRST, Channel::Control, &word[3..]);
    let Output::Event { event: Event::Ended(end), .. } = technician.poll_output() else {
        panic!("it goes on")
    };
    assert_eq!(end.reason, EndReason::HandshakeFailed(HandshakeFailure::PutOff { secs: 300 }));
}

#[test]
fn a_host_knows_which_invite_it_is_before_it_answers() {
    let now = Instant::now();
    let open = |secret| (invite(secret), InviteStanding::Open);
    let setup = HostSetup { invites: vec![open(6), open(7)], ..host_setup() };
    let mut host = Session::host(setup, now);
    assert_eq!(host.proved_invite(), None);
    let opening = written(&mut Session::technician(technician_setup(), now));
    host.receive(now, Leg::FIRST, Channel::Control, &opening);
    assert_eq!(host.proved_invite(), Some(1));
    let mut stranger = Session::host(host_setup(), now);
    stranger.receive(now, Leg::FIRST, Channel::Control, &[1; OPENING_BYTES]);
    assert_eq!((stranger.proved_invite(), stranger.phase()), (None, Phase::Ended));
    assert!(written(&mut stranger).is_empty());
}
