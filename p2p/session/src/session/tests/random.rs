//! Any list of operations, on both sides, at any pace: nothing panics, and nothing happens without a grant.

use proptest::prelude::*;

use super::*;
use crate::{ANSWER_TIME, Phase};

#[derive(Debug, Clone)]
enum Op {
    Allow(u32),
    Deny,
    Grant(Permission),
    Revoke(Permission),
    Pause,
    Resume,
    Picture(usize),
    Cursor(u16),
    Pointer(u16),
    Key(bool),
    Shown(u64),
    RequestKey,
    Chat(Role),
    End(Role),
    Renew,
    Hold(Channel, bool),
    Junk(Role, Channel, Vec<u8>),
    Closed(Role, Channel),
    Wait(u64),
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let permission =
        || prop_oneof![Just(Permission::View), Just(Permission::Pointer), Just(Permission::Keyboard)];
    let role = || prop_oneof![Just(Role::Host), Just(Role::Technician)];
    let channel = || proptest::sample::select(&Channel::ALL[..]);
    let op = prop_oneof![
        4 => prop_oneof![Just(7_u32), any::<u32>()].prop_map(Op::Allow),
        1 => Just(Op::Deny),
        6 => permission().prop_map(Op::Grant),
        6 => permission().prop_map(Op::Revoke),
        3 => Just(Op::Pause),
        5 => Just(Op::Resume),
        10 => (1_usize..60_000).prop_map(Op::Picture),
        4 => any::<u16>().prop_map(Op::Cursor),
        10 => any::<u16>().prop_map(Op::Pointer),
        10 => any::<bool>().prop_map(Op::Key),
        6 => (0_u64..60).prop_map(Op::Shown),
        2 => Just(Op::RequestKey),
        2 => role().prop_map(Op::Chat),
        1 => role().prop_map(Op::End),
        3 => Just(Op::Renew),
        4 => (channel(), any::<bool>()).prop_map(|(channel, held)| Op::Hold(channel, held)),
        1 => (role(), channel(), proptest::collection::vec(any::<u8>(), 0..80))
            .prop_map(|(role, channel, junk)| Op::Junk(role, channel, junk)),
        1 => (role(), channel()).prop_map(|(role, channel)| Op::Closed(role, channel)),
        20 => prop_oneof![0_u64..40, 0_u64..3000].prop_map(Op::Wait),
    ];
    proptest::collection::vec(op, 1..120)
}

/// What the host's user allows, as the operations say.
#[derive(Default)]
struct Model {
    grants: PermissionSet,
    active: bool,
    paused: bool,
    sent: Vec<u64>,
    seen_anything: bool,
    ended: [bool; 2],
}

impl Model {
    fn may(&self, permission: Permission) -> bool {
        self.active && !self.paused && self.grants.contains(permission)
    }

    /// Checks what the two sides said; the host's events are those since the last command.
    fn check(&mut self, pair: &mut Pair) {
        for event in pair.take(Role::Host) {
            assert!(!self.ended[0], "after the end: {event:?}");
            match event {
                Event::Heard(Message::Input(InputEvent::PointerMove { .. })) => {
                    assert!(self.may(Permission::Pointer))
                }
                Event::Heard(Message::Input(InputEvent::Key { .. })) => {
                    assert!(self.may(Permission::Keyboard))
                }
                Event::Heard(Message::Input(other)) => panic!("{other:?}"),
                Event::Ended(_) => (self.ended[0], self.active) = (true, false),
                _ => {}
            }
        }
        for event in pair.take(Role::Technician) {
            assert!(!self.ended[1], "after the end: {event:?}");
            match event {
                Event::Heard(Message::Video(VideoMessage::Picture(picture))) => {
                    assert!(self.sent.contains(&picture.id))
                }
                Event::Heard(Message::Cursor(CursorMessage::Position(_))) => assert!(self.seen_anything),
                Event::Heard(Message::Input(_))
                | Event::Heard(Message::Video(VideoMessage::Shown { .. })) => panic!("{event:?}"),
                Event::Ended(_) => self.ended[1] = true,
                _ => {}
            }
        }
        if !self.seen_anything {
            assert_eq!(pair.bytes_sent(Role::Host, Channel::Video), 0);
            assert_eq!(pair.bytes_sent(Role::Host, Channel::Cursor), 0);
        }
    }

    fn apply(&mut self, pair: &mut Pair, op: Op, next: u64) {
        let now = pair.now;
        match op {
            Op::Allow(bits) => {
                if pair.host(Command::Allow(bits.into())).is_ok() {
                    self.active = true;
                    self.grants = PermissionSet::from(bits).intersection(PermissionSet::DESKTOP);
                }
            }
            Op::Grant(permission) => {
                if pair.host(Command::Grant(permission)).is_ok() {
                    self.grants = self.grants.with(permission);
                }
            }
            Op::Revoke(permission) => {
                if pair.host(Command::Revoke(permission)).is_ok() {
                    self.grants = self.grants.without(permission);
                }
            }
            Op::Pause => self.paused |= pair.host(Command::Pause).is_ok(),
            Op::Resume => self.paused &= pair.host(Command::Resume).is_err(),
            Op::Picture(bytes) => {
                let result = pair.host(say_picture(picture(next, bytes, now)));
                let may = self.may(Permission::View);
                assert!(result.is_err() || may, "{result:?}");
                if result.is_ok() {
                    self.sent.push(next);
                }
                self.seen_anything |= may;
            }
            Op::Cursor(x) => {
                let may = self.may(Permission::View);
                let result = pair.host(say_position(Some((x, 0))));
                assert!(result.is_err() || may, "{result:?}");
                self.seen_anything |= may;
            }
            Op::Deny => drop(pair.host(Command::Deny)),
            Op::Pointer(x) => drop(pair.technician(say_input(pointer(x)))),
            Op::Key(pressed) => drop(pair.technician(say_input(key(pressed)))),
            Op::Shown(picture) => drop(pair.technician(say_shown(picture))),
            Op::RequestKey => drop(pair.technician(say_key_request())),
            Op::Chat(role) => drop(pair.command(role, say_line("x".to_owned()))),
            Op::End(role) => drop(pair.command(role, Command::End(EndReason::Ended))),
            Op::Renew => pair.technician.renew_keys(now),
            Op::Hold(channel, held) => {
                // The control channel is held by nobody for long: that is the silence test's.
                if channel != Channel::Control {
                    pair.host.hold(channel, held);
                    pair.technician.hold(channel, held);
                }
            }
            Op::Junk(role, channel, junk) => pair.inject(role, channel, junk),
            Op::Closed(role, channel) => pair.session(role).stream_closed(now, Leg::FIRST, channel),
            Op::Wait(time) => pair.run(millis(time)),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn nothing_happens_without_a_grant(ops in ops(), delays in proptest::collection::vec(0_u64..150, 16), early: bool) {
        let mut pair = Pair::new();
        pair.delays = ByChannel::new(|channel| millis(delays.get(channel as usize).copied().unwrap_or_default()));
        let mut model = Model::default();
        if !early {
            pair.run(millis(1000));
            model.check(&mut pair);
            model.apply(&mut pair, Op::Allow(7), 0);
        }
        for (next, op) in (1..).zip(ops) {
            // Input that arrived before the command acted under the grants before it.
            model.check(&mut pair);
            let revokes = matches!(op, Op::Revoke(_) | Op::Pause | Op::Deny | Op::End(Role::Host));
            if revokes {
                pair.drain(Role::Host);
                model.check(&mut pair);
            }
            model.apply(&mut pair, op, next);
            model.check(&mut pair);
        }
        pair.run(ANSWER_TIME + Duration::from_secs(60));
        model.check(&mut pair);
        for session in [&pair.host, &pair.technician] {
            prop_assert!(matches!(session.phase(), Phase::Active | Phase::Ended));
        }
    }

    #[test]
    fn junk_of_any_kind_does_no_more_than_end_it(
        junk in proptest::collection::vec((0..Channel::ALL.len(), proptest::collection::vec(any::<u8>(), 0..3000)), 1..8),
        role in prop_oneof![Just(Role::Host), Just(Role::Technician)],
    ) {
        let mut pair = Pair::new();
        for (channel, bytes) in junk {
            let now = pair.now;
            pair.session(role).receive(now, Leg::FIRST, Channel::ALL[channel], &bytes);
            pair.drain(role);
        }
        pair.run(Duration::from_secs(11));
        prop_assert_eq!(pair.session(role).phase(), Phase::Ended);
    }
}
