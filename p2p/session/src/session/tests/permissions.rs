//! Consent, and what may be done with it.

use super::*;
use crate::{ANSWER_TIME, MAX_PICTURE_BYTES, Phase, Violation};

#[test]
fn allow_tells_both_sides() {
    let mut pair = Pair::new();
    pair.run(millis(100));
    pair.take(Role::Host);
    pair.take(Role::Technician);
    pair.host(Command::Allow(PermissionSet::DESKTOP.with(Permission::Terminal))).unwrap();
    pair.run(millis(100));
    // What was not asked for is left out.
    let expected = [Event::Permissions { granted: PermissionSet::DESKTOP, revoked: PermissionSet::NONE }];
    assert_eq!(pair.news(Role::Host), expected);
    assert_eq!(pair.news(Role::Technician), expected);
    assert_eq!(pair.host(Command::Allow(VIEW)), Err(CommandError::NotNow));
    assert_eq!(pair.host(Command::Deny), Err(CommandError::NotNow));
}

#[test]
fn deny_ends_it() {
    let mut pair = Pair::new();
    pair.run(millis(100));
    pair.take(Role::Host);
    pair.take(Role::Technician);
    pair.host(Command::Deny).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Host), [ended(EndReason::Denied, By::Us)]);
    assert_eq!(pair.news(Role::Technician), [ended(EndReason::Denied, By::Peer)]);
    assert_eq!(pair.host(Command::Allow(VIEW)), Err(CommandError::Ended));
}

#[test]
fn before_consent_not_one_byte_of_picture_is_sent() {
    let mut pair = Pair::new();
    for step in 0..20 {
        let now = pair.now;
        let refused = pair.host(say_picture(picture(step, 1000, now)));
        assert_eq!(refused, Err(CommandError::NotNow), "step {step}");
        assert_eq!(pair.host.room(Channel::Video), None);
        assert_eq!(pair.host(say_position(Some((1, 1)))), Err(CommandError::NotNow));
        assert!(pair.host(Command::Grant(Permission::View)).is_err());
        assert!(pair.host(Command::Resume).is_err());
        assert!(pair.technician(Command::Allow(VIEW)).is_err());
        pair.run(millis(5));
    }
    pair.run(Duration::from_secs(60));
    assert_eq!(pair.host.phase(), Phase::AwaitingConsent);
    for channel in [Channel::Video, Channel::Cursor, Channel::Chat] {
        assert_eq!(pair.bytes_sent(Role::Host, channel), 0);
    }
    // Everything that the host sent in a minute: the handshake and heartbeats.
    assert!(pair.bytes_sent(Role::Host, Channel::Control) < 1218 + 62 * 64);
    // Consent without the screen changes nothing about it.
    pair.host(Command::Allow(PermissionSet::NONE.with(Permission::Pointer))).unwrap();
    pair.run(millis(100));
    let now = pair.now;
    let refused = pair.host(say_picture(picture(100, 1000, now)));
    assert_eq!(refused, Err(CommandError::NotGranted(Permission::View)));
    assert_eq!((pair.host.room(Channel::Video), pair.bytes_sent(Role::Host, Channel::Video)), (None, 0));
}

#[test]
fn each_side_has_its_own_commands() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    let now = pair.now;
    for command in [
        Command::Allow(VIEW),
        Command::Deny,
        Command::Grant(Permission::Terminal),
        Command::Revoke(Permission::View),
        Command::Pause,
        Command::Resume,
        say_picture(picture(1, 1, now)),
        say_position(None),
    ] {
        assert_eq!(pair.technician(command.clone()), Err(CommandError::WrongRole), "{command:?}");
    }
    for command in [say_input(pointer(1)), say_key_request(), say_shown(1)] {
        assert_eq!(pair.host(command.clone()), Err(CommandError::WrongRole), "{command:?}");
    }
}

#[test]
fn a_grant_adds_and_a_revoke_removes() {
    let mut pair = Pair::allowed(VIEW);
    assert_eq!(pair.technician(say_input(pointer(1))), Err(CommandError::NotGranted(Permission::Pointer)));
    pair.host(Command::Grant(Permission::Pointer)).unwrap();
    pair.run(millis(100));
    let granted = VIEW.with(Permission::Pointer);
    assert_eq!(pair.news(Role::Technician), [Event::Permissions { granted, revoked: PermissionSet::NONE }]);
    pair.technician(say_input(pointer(1))).unwrap();
    pair.run(millis(100));
    assert_eq!(inputs(&pair.take(Role::Host)), [pointer(1)]);
    pair.host(Command::Revoke(Permission::Pointer)).unwrap();
    let revoked =
        Event::Permissions { granted: VIEW, revoked: PermissionSet::NONE.with(Permission::Pointer) };
    assert_eq!(pair.news(Role::Host), [LET_GO, revoked.clone()]);
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Technician), [revoked]);
    // Saying it twice says nothing.
    pair.host(Command::Revoke(Permission::Pointer)).unwrap();
    assert_eq!(pair.news(Role::Host), []);
}

#[test]
fn revoking_the_view_takes_back_what_waits_and_stops_what_is_on_its_way() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    for channel in [Channel::Video, Channel::Cursor] {
        pair.host.hold(channel, true);
    }
    let now = pair.now;
    pair.host(say_picture(picture(1, 100_000, now))).unwrap();
    pair.host(say_position(Some((5, 5)))).unwrap();
    pair.host(Command::Revoke(Permission::View)).unwrap();
    for channel in [Channel::Video, Channel::Cursor] {
        pair.host.hold(channel, false);
    }
    pair.run(millis(500));
    assert_eq!(pair.bytes_sent(Role::Host, Channel::Video), 0);
    let technician = pair.news(Role::Technician);
    assert_eq!(pictures(&technician), []);
    assert!(
        !technician
            .iter()
            .any(|event| matches!(event, Event::Heard(Message::Cursor(CursorMessage::Position(_)))))
    );
    // Nothing of it is held against the host.
    assert_eq!(pair.technician.phase(), Phase::Active);
    let now = pair.now;
    assert_eq!(pair.host(say_picture(picture(2, 1, now))), Err(CommandError::NotGranted(Permission::View)));
    assert_eq!(pair.host(say_position(None)), Err(CommandError::NotGranted(Permission::View)));
    // Once it may be seen again, it must be a whole picture.
    pair.take(Role::Host);
    pair.host(Command::Grant(Permission::View)).unwrap();
    assert!(pair.news(Role::Host).contains(&KEY_REQUESTED));
    let now = pair.now;
    pair.host(say_picture(picture(3, 40_000, now))).unwrap();
    pair.run(millis(100));
    assert_eq!(pictures(&pair.take(Role::Technician)), [3]);
}

#[test]
fn pictures_that_are_withdrawn_never_arrive_and_make_room_for_the_next() {
    let mut pair = Pair::allowed(VIEW);
    pair.host.hold(Channel::Video, true);
    for id in 1..=3 {
        let now = pair.now;
        pair.host(say_picture(picture(id, 100_000, now))).unwrap();
    }
    assert_eq!(pair.host.room(Channel::Video), None, "that many are on their way");
    pair.host(Command::Withdraw(Channel::Video)).unwrap();
    assert!(pair.host.room(Channel::Video).is_some());
    pair.host.hold(Channel::Video, false);
    let now = pair.now;
    pair.host(say_picture(picture(4, 40_000, now))).unwrap();
    pair.run(millis(500));
    assert_eq!(pictures(&pair.take(Role::Technician)), [4]);
    assert_eq!(pair.host(Command::Withdraw(Channel::Control)), Err(CommandError::Invalid("channel")));
}

#[test]
fn a_picture_that_has_begun_to_leave_is_given_up() {
    let mut pair = Pair::allowed(VIEW);
    // Only the first two records get out before the stream is full.
    let now = pair.now;
    pair.host.command(now, say_picture(picture(1, 100_000, now))).unwrap();
    for _ in 0..2 {
        let Output::Transmit { channel, bytes, .. } = pair.host.poll_output() else { panic!("a record") };
        pair.inject(Role::Technician, channel, bytes);
    }
    pair.host(Command::Pause).unwrap();
    pair.run(millis(100));
    pair.host(Command::Resume).unwrap();
    assert!(pair.news(Role::Host).contains(&KEY_REQUESTED));
    let now = pair.now;
    pair.host(say_picture(picture(2, 50_000, now))).unwrap();
    pair.run(millis(100));
    let technician = pair.take(Role::Technician);
    assert_eq!(pictures(&technician), [2]);
    assert!(technician.iter().any(|event| matches!(event,
        Event::Heard(Message::Video(VideoMessage::Picture(shown))) if shown.units[0].data == picture(2, 50_000, now).units[0].data)));
}

#[test]
fn a_pause_stops_everything_and_nothing_is_held_against_anybody() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    for x in 0..50 {
        pair.technician(say_input(pointer(x))).unwrap();
        pair.technician(say_input(key(x % 2 == 0))).unwrap();
    }
    // A picture that is slower than the word of the pause.
    pair.delays[Channel::Video] = millis(50);
    let now = pair.now;
    pair.host(say_picture(picture(1, 1000, now))).unwrap();
    pair.host(Command::Pause).unwrap();
    assert_eq!(pair.news(Role::Host), [LET_GO, Event::Paused(true)]);
    assert_eq!(pair.host(say_position(None)), Err(CommandError::Paused));
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Host), []);
    assert_eq!(pair.news(Role::Technician), [Event::Paused(true)]);
    assert_eq!(pair.technician(say_input(pointer(1))), Err(CommandError::Paused));
    assert_eq!(pair.host.stats().dropped, 100);
    // Heartbeats and chat go on.
    pair.run(Duration::from_secs(30));
    pair.technician(say_line("there?".to_owned())).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Host), [heard_line("there?".to_owned())]);
    pair.host(Command::Resume).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Technician), [Event::Paused(false)]);
    pair.technician(say_input(pointer(2))).unwrap();
    pair.run(millis(100));
    assert_eq!(inputs(&pair.take(Role::Host)), [pointer(2)]);
}

#[test]
fn a_picture_never_overtakes_the_permission_to_see_it() {
    let mut pair = Pair::new();
    pair.delays[Channel::Control] = millis(200);
    pair.delays[Channel::Video] = millis(1);
    pair.delays[Channel::Chat] = millis(1);
    pair.run(millis(2000));
    pair.host(Command::Allow(VIEW)).unwrap();
    for id in 0..3 {
        let now = pair.now;
        pair.host(say_picture(picture(id, MAX_PICTURE_BYTES / 64, now))).unwrap();
    }
    pair.host(say_line("hello".to_owned())).unwrap();
    pair.run(millis(150));
    assert_eq!(pair.bytes_sent(Role::Host, Channel::Video), 0);
    pair.run(millis(500));
    let technician = pair.take(Role::Technician);
    assert_eq!(pictures(&technician), [0, 1, 2]);
    assert!(technician.contains(&heard_line("hello".to_owned())));
    // Nor the word that it goes on after a pause.
    pair.technician(say_shown(2)).unwrap();
    pair.run(millis(300));
    pair.host(Command::Pause).unwrap();
    pair.host(Command::Resume).unwrap();
    let now = pair.now;
    pair.host(say_picture(picture(9, 5000, now))).unwrap();
    pair.run(millis(1000));
    assert_eq!(pictures(&pair.take(Role::Technician)), [9]);
    assert_eq!(pair.technician.stats().dropped, 0);
}

#[test]
fn a_question_without_an_answer_ends_after_five_minutes() {
    let mut pair = Pair::new();
    pair.run(ANSWER_TIME - Duration::from_secs(1));
    assert_eq!(pair.host.phase(), Phase::AwaitingConsent);
    pair.take(Role::Technician);
    pair.run(Duration::from_secs(2));
    assert_eq!(pair.news(Role::Host).last(), Some(&ended(EndReason::NoAnswer, By::Nobody)));
    assert_eq!(pair.news(Role::Technician), [ended(EndReason::NoAnswer, By::Peer)]);
}

#[test]
fn three_messages_without_a_grant_end_it() {
    let mut pair = Pair::allowed(VIEW);
    // A technician that believes itself allowed.
    let forge = |pair: &mut Pair| {
        pair.technician.force(wire_input(pointer(1)));
        pair.drain(Role::Technician);
        pair.run(millis(100));
    };
    for _ in 0..2 {
        forge(&mut pair);
        assert_eq!(pair.news(Role::Host), [Event::Dropped { what: "pointer input" }]);
    }
    forge(&mut pair);
    let reason = EndReason::Protocol(Violation::NotAuthorised);
    assert_eq!(pair.news(Role::Host), [LET_GO, ended(reason, By::Us)]);
    assert_eq!(pair.news(Role::Technician), [ended(reason, By::Peer)]);
}
