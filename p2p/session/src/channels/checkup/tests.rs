//! Tests on demand.

use proptest::prelude::*;

use super::*;
use crate::session::tests::*;
use crate::{Channel, Command, Event, PermissionSet, Role, TechnicianSetup};

pub(crate) fn any_message() -> impl Strategy<Value = CheckupWire> {
    let id = any::<u32>();
    let kind = prop::sample::select(CheckupKind::ALL);
    let end = prop::sample::select(CheckupEnd::ALL);
    prop_oneof![
        (id, kind, "\\PC{0,100}").prop_map(|(id, kind, args)| CheckupWire::Start {
            id,
            kind,
            args: Text::new(&args).unwrap()
        }),
        id.prop_map(|id| CheckupWire::Stop { id }),
        id.prop_map(|id| CheckupWire::Begun { id }),
        (id, any::<u16>()).prop_map(|(id, permille)| CheckupWire::Advance { id, permille }),
        (id, any_finding()).prop_map(|(id, finding)| CheckupWire::Finding { id, finding: finding.into() }),
        id.prop_map(|id| CheckupWire::SendBlocks { id }),
        (id, end).prop_map(|(id, end)| CheckupWire::Ended { id, end }),
        (id, proptest::collection::vec(any::<u8>(), 0..50), any::<bool>()).prop_map(|(id, bytes, user)| {
            let bytes = Bytes::new(bytes).unwrap();
            if user { CheckupWire::UserBlock { id, bytes } } else { CheckupWire::HelperBlock { id, bytes } }
        }),
        (id, any::<u32>(), any::<bool>()).prop_map(|(id, blocks, user)| match user {
            true => CheckupWire::UserBlocksSeen { id, blocks },
            false => CheckupWire::HelperBlocksSeen { id, blocks },
        }),
    ]
}

fn any_finding() -> impl Strategy<Value = CheckupFinding> {
    let kind = prop::sample::select(FindingKind::ALL);
    (kind, "\\PC{0,20}", any::<u64>()).prop_map(|(kind, text, number)| {
        let value = |(_, unit): &(&str, FindingUnit)| match unit {
            FindingUnit::Text => FindingValue::Text(text.clone()),
            FindingUnit::Count | FindingUnit::Micros | FindingUnit::Bytes | FindingUnit::Rate => {
                FindingValue::Number(number)
            }
        };
        CheckupFinding::new(kind, kind.fields().iter().map(value).collect()).unwrap()
    })
}

const CHECKUP: PermissionSet = PermissionSet::NONE.with(Permission::Checkup);

/// A pair in which tests are asked for, and allowed where `granted` says so.
fn allowed(granted: PermissionSet) -> Pair {
    let mut pair = Pair::with(TechnicianSetup { wants: CHECKUP, ..technician_setup() }, host_setup());
    pair.run(millis(100));
    pair.host(Command::Allow(granted)).unwrap();
    pair.run(millis(100));
    pair.take(Role::Host);
    pair.take(Role::Technician);
    pair
}

fn start(args: &str) -> CheckupMessage {
    CheckupMessage::Start { id: 1, kind: CheckupKind::Ping, args: args.to_owned() }
}

#[test]
fn a_test_is_started_and_says_what_it_found() {
    let mut pair = allowed(CHECKUP);
    pair.technician(say(start("example.org"))).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Host), [heard(start("example.org"))]);
    let silent = |name: &str| CheckupMessage::Finding {
        id: 1,
        finding: CheckupFinding::new(FindingKind::DnsSilent, vec![FindingValue::Text(name.to_owned())]).unwrap(),
    };
    pair.host(say(silent("a\u{202e}b"))).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Technician), [heard(silent("a\\u{202e}b"))], "escaped");
    assert_eq!(pair.host(say(start(""))), Err(CommandError::WrongRole));
    let refused = pair.technician(say(CheckupMessage::Begun { id: 1 }));
    assert_eq!(refused, Err(CommandError::WrongRole));
}

#[test]
fn no_test_is_started_without_the_permission_or_after_it_is_taken_back() {
    let mut pair = allowed(PermissionSet::NONE);
    let not_granted = Err(CommandError::NotGranted(Permission::Checkup));
    assert_eq!(pair.technician(say(start(""))), not_granted);
    let mut pair = allowed(CHECKUP);
    pair.technician.hold(Channel::Checkup, true);
    pair.technician(say(start(""))).unwrap();
    pair.host(Command::Revoke(Permission::Checkup)).unwrap();
    pair.run(millis(100));
    pair.technician.hold(Channel::Checkup, false);
    pair.run(millis(100));
    let heard = pair.take(Role::Host);
    assert!(!heard.iter().any(|event| matches!(event, Event::Heard(_))), "{heard:?}");
    assert_eq!(pair.technician(say(start(""))), not_granted);
}

#[test]
fn what_is_too_long_or_not_of_its_kind_is_refused() {
    let mut pair = allowed(CHECKUP);
    let refused = Err(CommandError::Invalid("test"));
    assert_eq!(pair.technician(say(start(&"x".repeat(MAX_CHECKUP_ARGS_BYTES + 1)))), refused);
    let bytes = vec![0; MAX_BLOCK_BYTES + 1];
    assert_eq!(pair.technician(say(CheckupMessage::Block { id: 1, bytes })), refused);
    let number = || FindingValue::Number(1);
    assert!(CheckupFinding::new(FindingKind::PingLost, vec![number()]).is_some());
    assert!(CheckupFinding::new(FindingKind::PingLost, vec![number(), number()]).is_none());
    assert!(CheckupFinding::new(FindingKind::DnsSilent, vec![number()]).is_none());
    let long = FindingValue::Text("x".repeat(MAX_FINDING_CHARS + 1));
    assert!(CheckupFinding::new(FindingKind::DnsSilent, vec![long]).is_none());
}

#[test]
fn every_kind_has_a_word_of_its_own_and_few_enough_values() {
    for kind in FindingKind::ALL {
        assert_eq!(FindingKind::from_word(kind.word()), Some(*kind));
        assert!(kind.fields().len() <= 8, "{kind:?}");
    }
    for kind in CheckupKind::ALL {
        assert_eq!(CheckupKind::from_word(kind.word()), Some(*kind));
    }
}
