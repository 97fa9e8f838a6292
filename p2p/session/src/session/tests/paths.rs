//! Paths that come and go: how little of it a person notices, and that nothing is lost.

mod storm;

use super::*;
use crate::Phase;

const SECOND: Duration = Duration::from_secs(1);

fn measure(pair: &mut Pair, id: u64, round_trip: u64) {
    let now = pair.now;
    pair.technician.path_measured(now, PathId(id), millis(round_trip));
    pair.drain(Role::Technician);
}

fn chats(events: &[Event]) -> Vec<&str> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::Heard(Message::Chat(ChatMessage::Line { text, .. })) => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

/// A session that began on a relay.
fn relayed() -> Pair {
    let mut pair = Pair::new();
    for role in Role::ALL {
        let now = pair.now;
        pair.session(role).path_removed(now, PathId(9));
    }
    pair.run(millis(100));
    pair.host(Command::Allow(PermissionSet::DESKTOP)).unwrap();
    pair.run(6 * SECOND);
    // Another path that is only a relay, so that there is something to be better than.
    pair.add_path(1, PathKind::Relay);
    pair.remove_path(Role::Technician, 0);
    pair.remove_path(Role::Host, 0);
    pair.run(6 * SECOND);
    pair.take(Role::Host);
    pair.take(Role::Technician);
    pair
}

#[test]
fn a_direct_path_is_taken_when_it_has_answered() {
    let mut pair = relayed();
    pair.add_path(2, PathKind::Direct);
    pair.run(SECOND);
    assert_eq!((pair.news(Role::Host), pair.news(Role::Technician)), (vec![], vec![]));
    measure(&mut pair, 2, 30);
    pair.run(millis(100));
    for role in Role::ALL {
        assert_eq!(pair.news(role), [Event::Path(PathId(2))]);
    }
}

#[test]
fn a_better_path_that_carries_nothing_costs_nothing() {
    let mut pair = relayed();
    pair.add_path(2, PathKind::Direct);
    pair.kill_path(2);
    measure(&mut pair, 2, 30);
    for line in 0..100 {
        pair.host(say_line(line.to_string())).unwrap();
        pair.run(millis(100));
    }
    assert_eq!(pair.news(Role::Host), []);
    assert_eq!(chats(&pair.news(Role::Technician)).len(), 100);
    assert_eq!(pair.resumes.iter().filter(|resume| resume.1 == PathId(2)).count(), 1);
}

#[test]
fn a_path_that_goes_is_left_within_a_round_trip_and_nobody_notices() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.add_path(1, PathKind::Relay);
    pair.technician(say_input(key(true))).unwrap();
    pair.run(millis(600));
    pair.take(Role::Host);
    let now = pair.now;
    pair.host(say_picture(picture(1, 20_000, now))).unwrap();
    pair.remove_path(Role::Host, 0);
    pair.remove_path(Role::Technician, 0);
    pair.technician(say_input(key(false))).unwrap();
    pair.run(millis(45));
    assert_eq!(pair.news(Role::Host), [Event::Path(PathId(1)), heard_input(key(false))]);
    let events = pair.news(Role::Technician);
    assert_eq!((&events[0], pictures(&events)), (&Event::Path(PathId(1)), vec![1]));
}

#[test]
fn a_path_that_says_nothing_is_left_after_two_seconds() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.add_path(1, PathKind::Relay);
    pair.technician(say_input(key(true))).unwrap();
    pair.run(millis(600));
    pair.take(Role::Host);
    pair.take(Role::Technician);
    pair.kill_path(0);
    pair.technician(say_input(key(false))).unwrap();
    pair.run(millis(2100));
    // What was on its way is not pressed for a screen that has changed meanwhile, and both know.
    for role in Role::ALL {
        assert_eq!(pair.news(role), [LET_GO, Event::Reconnecting, Event::Path(PathId(1))]);
    }
}

#[test]
fn a_path_that_carries_one_way_only_is_left() {
    for heard in Role::ALL {
        let mut pair = Pair::allowed(PermissionSet::DESKTOP);
        pair.add_path(1, PathKind::Relay);
        let first_leg = std::cell::Cell::new(true);
        pair.tamper = Some(Box::new(move |from, _, bytes| {
            // The leg's number is the third byte of a record.
            first_leg.set(bytes.get(2) == Some(&0));
            from == heard || !first_leg.get()
        }));
        pair.technician(say_line("here".to_owned())).unwrap();
        pair.run(8 * SECOND);
        for role in Role::ALL {
            assert_eq!(pair.session(role).stats().leg, 1, "{heard:?}");
        }
        assert_eq!(chats(&pair.news(Role::Host)), ["here"]);
    }
}

#[test]
fn a_stall_is_waited_out_and_typing_arrives_once() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    pair.stalled.insert(PathId(0), pair.now + millis(1200));
    let typed: Vec<_> = (0..60).map(|index| key(index % 2 == 0)).collect();
    for event in &typed {
        pair.technician(say_input(event.clone())).unwrap();
        pair.run(millis(20));
    }
    pair.run(millis(700));
    assert_eq!(inputs(&pair.take(Role::Host)), typed);
}

#[test]
fn what_is_typed_into_an_outage_is_not_typed_after_it_and_the_technician_knows() {
    for outage in [3, 5, 10, 40] {
        let mut pair = Pair::allowed(PermissionSet::DESKTOP);
        pair.stalled.insert(PathId(0), pair.now + outage * SECOND);
        let mut refused = 0;
        for index in 0..200_u16 {
            match pair.technician(say_input(key(index % 2 == 0))) {
                Ok(()) => {}
                Err(CommandError::NoPath) => refused += 1,
                Err(error) => panic!("{error}"),
            }
            pair.run(outage * SECOND / 200);
        }
        pair.run(millis(700));
        let events = pair.take(Role::Host);
        assert_eq!(inputs(&events), [], "{outage} s");
        assert!(events.contains(&Event::Reconnecting));
        assert!(refused > 20, "{refused} of 200 were refused");
        assert!(pair.take(Role::Technician).contains(&LET_GO), "what was on its way is void");
        // What is typed now is.
        pair.technician(say_input(key(true))).unwrap();
        pair.run(millis(100));
        assert_eq!(inputs(&pair.take(Role::Host)), [key(true)]);
        pair.run(6 * SECOND);
        let (technician, host) = (pair.technician.stats().leg, pair.host.stats().leg);
        assert_eq!(technician, host);
        assert!(!pair.host.needs_path() && !pair.technician.needs_path());
    }
}

#[test]
fn without_any_path_a_new_one_is_waited_for() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    for role in Role::ALL {
        pair.remove_path(role, 0);
    }
    pair.technician(say_line("one".to_owned())).unwrap();
    pair.host(say_line("two".to_owned())).unwrap();
    pair.host(Command::Revoke(Permission::Keyboard)).unwrap();
    pair.run(50 * SECOND);
    assert!(pair.technician.needs_path());
    pair.add_path(1, PathKind::Direct);
    pair.run(millis(100));
    let host = pair.news(Role::Host);
    assert_eq!(chats(&host), ["one"]);
    let technician = pair.news(Role::Technician);
    assert_eq!(chats(&technician), ["two"]);
    assert!(technician.iter().any(|event| matches!(event, Event::Permissions { .. })));
    // Nobody was asked anything.
    assert!(!host.iter().chain(&technician).any(|event| matches!(event, Event::Request(_))));
}

#[test]
fn without_any_path_either_side_can_end_it_at_once() {
    for role in Role::ALL {
        let mut pair = Pair::allowed(PermissionSet::DESKTOP);
        pair.add_path(1, PathKind::Relay);
        pair.kill_path(1);
        for role in Role::ALL {
            pair.remove_path(role, 0);
        }
        pair.run(SECOND);
        pair.command(role, Command::End(EndReason::Ended)).unwrap();
        assert_eq!(pair.news(role).last(), Some(&ended(EndReason::Ended, By::Us)));
    }
}

#[test]
fn an_end_in_the_middle_of_a_change_is_heard_by_the_other_side() {
    for role in Role::ALL {
        for after in 0..60 {
            let mut pair = Pair::allowed(PermissionSet::DESKTOP);
            pair.add_path(1, PathKind::Relay);
            pair.remove_path(Role::Host, 0);
            pair.remove_path(Role::Technician, 0);
            pair.run(millis(after));
            pair.command(role, Command::End(EndReason::Ended)).unwrap();
            pair.run(25 * SECOND);
            for side in Role::ALL {
                let events = pair.take(side);
                let Some(Event::Ended(end)) = events.last() else { panic!("{role:?} {after}: {events:?}") };
                assert!(
                    matches!(end.reason, EndReason::Ended | EndReason::Lost),
                    "{role:?} {after}: {end:?}"
                );
                assert!(role == Role::Host || end.reason == EndReason::Ended, "{after}: {end:?}");
            }
        }
    }
}

#[test]
fn a_host_that_has_no_such_session_any_more_is_noticed() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    for role in Role::ALL {
        pair.remove_path(role, 0);
    }
    pair.run(SECOND);
    pair.host(Command::End(EndReason::Ended)).unwrap();
    pair.add_path(1, PathKind::Direct);
    // A path that cuts streams for a while looks the same.
    pair.run(15 * SECOND);
    assert_eq!(pair.news(Role::Technician).last(), Some(&Event::Reconnecting));
    pair.run(10 * SECOND);
    assert_eq!(pair.news(Role::Technician).last(), Some(&ended(EndReason::Lost, By::Nobody)));
}

#[test]
fn before_consent_nobody_is_waited_for_long() {
    let mut pair = Pair::new();
    pair.run(millis(100));
    for role in Role::ALL {
        pair.remove_path(role, 0);
    }
    pair.run(4 * SECOND);
    for role in Role::ALL {
        assert_eq!(pair.news(role).last(), Some(&ended(EndReason::Lost, By::Nobody)));
    }
    // But long enough for another path.
    let mut pair = Pair::new();
    pair.add_path(1, PathKind::Relay);
    pair.run(millis(100));
    for role in Role::ALL {
        pair.remove_path(role, 0);
    }
    pair.run(4 * SECOND);
    pair.host(Command::Allow(VIEW)).unwrap();
    pair.run(millis(100));
    assert!(pair.news(Role::Technician).iter().any(|event| matches!(event, Event::Permissions { .. })));
}

#[test]
fn pictures_on_their_way_come_again_or_a_whole_one_is_asked_for() {
    for (bytes, again) in [(20_000, true), (400_000, false)] {
        let mut pair = Pair::allowed(VIEW);
        pair.add_path(1, PathKind::Relay);
        pair.delays[Channel::Video] = millis(300);
        let now = pair.now;
        pair.host(say_picture(picture(1, bytes, now))).unwrap();
        if again {
            pair.host(say_picture(picture(2, bytes, now))).unwrap();
        }
        pair.run(millis(100));
        pair.take(Role::Host);
        pair.remove_path(Role::Technician, 0);
        pair.run(millis(700));
        let key = pair.take(Role::Host).contains(&KEY_REQUESTED);
        assert_eq!(key, !again);
        let expected: &[u64] = if again { &[1, 2] } else { &[] };
        assert_eq!(pictures(&pair.take(Role::Technician)), expected);
        assert!(pair.host.room(Channel::Video).is_some() || again);
    }
}

#[test]
fn what_waits_for_a_path_is_bounded() {
    let mut pair = Pair::allowed(PermissionSet::DESKTOP);
    for role in Role::ALL {
        pair.remove_path(role, 0);
    }
    let full = (0..100_000).find(|_| pair.technician(say_line("x".repeat(4000))) == Err(CommandError::Full));
    assert!(full.is_some_and(|count| count <= 256));
    let _ = (0..).find(|turn| pair.technician(say_input(key(turn % 2 == 0))).is_err());
    let now = pair.now;
    for id in 0..1000 {
        let _ = pair.host(say_picture(picture(id, 100_000, now)));
        let _ = pair.host(say_position(Some((id as u16, 0))));
        let _ = pair.host(if id % 2 == 0 { Command::Pause } else { Command::Resume });
    }
    for role in Role::ALL {
        let (_, waiting) = pair.session(role).held_back();
        assert!(waiting < 1500, "{role:?}: {waiting}");
    }
}
