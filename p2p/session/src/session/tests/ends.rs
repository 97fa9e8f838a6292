//! How sessions end, and what they cost while they don't.

use super::*;
use crate::{HandshakeFailure, Phase};

#[test]
fn either_side_can_end_it() {
    for role in Role::ALL {
        let mut pair = Pair::allowed(PermissionSet::DESKTOP);
        pair.technician(say_input(key(true))).unwrap();
        pair.command(role, Command::End(EndReason::Ended)).unwrap();
        pair.run(millis(100));
        let by = |side| if side == role { By::Us } else { By::Peer };
        let host = pair.news(Role::Host);
        // What was on its way when the host ended it does not act; keys are let go of before anything else.
        let expected = [LET_GO, ended(EndReason::Ended, by(Role::Host))];
        assert_eq!(host[host.len() - 2..], expected);
        assert_eq!(host.len(), if role == Role::Host { 2 } else { 3 });
        assert_eq!(pair.news(Role::Technician), [ended(EndReason::Ended, by(Role::Technician))]);
        for role in Role::ALL {
            assert_eq!(pair.command(role, Command::End(EndReason::Ended)), Err(CommandError::Ended));
            let now = pair.now;
            pair.session(role).receive(now, Leg::FIRST, Channel::Control, &[0; 100]);
            pair.session(role).stream_closed(now, Leg::FIRST, Channel::Control);
            pair.session(role).handle_timeout(now + Duration::from_secs(1000));
            assert!(matches!(pair.session(role).poll_output(), Output::Wait(None)));
        }
    }
}

#[test]
fn an_end_takes_back_what_waits() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    for channel in [Channel::Video, Channel::Cursor, Channel::Chat] {
        pair.host.hold(channel, true);
    }
    let now = pair.now;
    pair.host(say_picture(picture(1, 100_000, now))).unwrap();
    pair.host(say_line("secret".to_owned())).unwrap();
    pair.host(Command::End(EndReason::Ended)).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.bytes_sent(Role::Host, Channel::Video), 0);
    assert_eq!(pair.news(Role::Technician), [ended(EndReason::Ended, By::Peer)]);
}

#[test]
fn reasons_are_the_hosts_to_give() {
    let mut pair = Pair::new();
    pair.run(millis(100));
    assert_eq!(pair.technician(Command::End(EndReason::Denied)), Err(CommandError::Invalid("reason")));
    assert_eq!(pair.host(Command::End(EndReason::Lost)), Err(CommandError::Invalid("reason")));
    pair.take(Role::Technician);
    pair.host(Command::End(EndReason::Busy)).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Technician), [ended(EndReason::Busy, By::Peer)]);
}

#[test]
fn ending_during_the_handshake_says_nothing() {
    let mut pair = Pair::new();
    pair.host(Command::End(EndReason::Ended)).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Host), [ended(EndReason::Ended, By::Us)]);
    assert_eq!(pair.bytes_sent(Role::Host, Channel::Control), 0);
}

#[test]
fn silence_is_noticed_and_keys_are_let_go() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.run(Duration::from_secs(20));
    pair.take(Role::Host);
    pair.take(Role::Technician);
    pair.kill_path(0);
    pair.run(millis(1400));
    assert_eq!((pair.news(Role::Host), pair.news(Role::Technician)), (vec![], vec![]));
    pair.run(millis(1200));
    assert_eq!(pair.news(Role::Host), [LET_GO, Event::Reconnecting]);
    assert_eq!(pair.news(Role::Technician), [Event::Reconnecting]);
    pair.run(Duration::from_secs(10 * 60 - 1));
    assert_eq!((pair.news(Role::Host), pair.news(Role::Technician)), (vec![], vec![]));
    pair.run(millis(2000));
    assert_eq!(pair.news(Role::Host), [LET_GO, ended(EndReason::Lost, By::Nobody)]);
    assert_eq!(pair.news(Role::Technician), [ended(EndReason::Lost, By::Nobody)]);
}

#[test]
fn while_somebody_works_silence_is_noticed_sooner() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.run(Duration::from_secs(20));
    pair.technician(say_input(key(true))).unwrap();
    pair.run(millis(600));
    pair.take(Role::Host);
    pair.kill_path(0);
    pair.run(millis(2000));
    assert_eq!(pair.news(Role::Host), [LET_GO, Event::Reconnecting]);
}

#[test]
fn a_stream_that_closes_without_a_word_leaves_the_host_waiting() {
    for (channel, told_after) in [(Channel::Control, 500), (Channel::Input, 1500)] {
        let mut pair = Pair::allowed(PermissionSet::DESKTOP);
        pair.kill_path(0);
        let now = pair.now;
        pair.host.stream_closed(now, Leg::FIRST, channel);
        pair.run(millis(told_after - 10));
        assert_eq!(pair.news(Role::Host), [], "{channel:?}");
        pair.run(millis(20));
        assert_eq!(pair.news(Role::Host), [LET_GO, Event::Reconnecting], "{channel:?}");
    }
    // With a goodbye on its way it is the end.
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.technician(Command::End(EndReason::Ended)).unwrap();
    let now = pair.now;
    pair.host.stream_closed(now, Leg::FIRST, Channel::Input);
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Host).last(), Some(&ended(EndReason::Ended, By::Peer)));
}

#[test]
fn a_stream_that_closes_before_the_request_is_a_failed_handshake() {
    let mut pair = Pair::new();
    pair.run(millis(5));
    let now = pair.now;
    pair.host.stream_closed(now, Leg::FIRST, Channel::Control);
    let reason = EndReason::HandshakeFailed(HandshakeFailure::Closed);
    assert_eq!(pair.news(Role::Host), [ended(reason, By::Peer)]);
}

#[test]
fn an_idle_session_costs_less_than_three_kilobits_a_second() {
    /// Headers of UDP, QUIC or TCP, and yamux around each record.
    const HEADERS_BYTES: usize = 75;
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.run(Duration::from_secs(10));
    pair.sent.clear();
    pair.run(Duration::from_secs(60));
    for role in Role::ALL {
        let bytes: usize =
            pair.sent.iter().filter(|sent| sent.0 == role).map(|sent| sent.2 + HEADERS_BYTES).sum();
        let bits = bytes * 8 / 60;
        assert!(bits < 1500, "{role:?} sends {bits} bit/s");
    }
    assert_eq!(pair.host.phase(), Phase::Active);
}

#[test]
fn time_that_goes_backwards_does_no_harm() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    let past = pair.now - Duration::from_secs(1);
    pair.host.handle_timeout(past);
    pair.host.command(past, say_line("x".to_owned())).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Technician), [heard_line("x".to_owned())]);
}
