//! Searches.

use proptest::prelude::*;

use super::*;
use crate::session::tests::*;
use crate::{Channel, Command, Event, PermissionSet, Role, TechnicianSetup};

pub(crate) fn any_message() -> impl Strategy<Value = SweepWire> {
    let id = any::<u32>();
    let kind = prop::sample::select(SweepKind::all().collect::<Vec<_>>());
    let category = prop::sample::select(SweepCategory::ALL);
    let end = prop::sample::select(SweepEnd::ALL);
    prop_oneof![
        (id, kind, "\\PC{0,100}").prop_map(|(id, kind, args)| SweepWire::Start {
            id,
            kind,
            args: Text::new(&args).unwrap()
        }),
        id.prop_map(|id| SweepWire::Stop { id }),
        id.prop_map(|id| SweepWire::Begun { id }),
        (id, any::<u16>(), category, any::<u32>())
            .prop_map(|(id, permille, category, seen)| SweepWire::Advance { id, permille, category, seen }),
        (id, any_finding()).prop_map(|(id, finding)| {
            let finding = finding::SweepFindingWire::try_from(finding).unwrap();
            SweepWire::Finding { id, finding }
        }),
        (id, end, any::<u32>(), any::<u32>())
            .prop_map(|(id, end, seen, left_off)| SweepWire::Ended { id, end, seen, left_off }),
    ]
}

fn any_finding() -> impl Strategy<Value = SweepFinding> {
    let kinds = (
        prop::sample::select(SweepCategory::ALL),
        prop::sample::select(SweepThing::ALL),
        prop::sample::select(SweepStanding::ALL),
        proptest::collection::vec(prop::sample::select(SweepReason::ALL), 0..MAX_SWEEP_REASONS),
    );
    let texts = ("\\PC{0,160}", "\\PC{0,400}", "\\PC{0,400}", "\\PC{0,20}");
    let numbers = (any::<Option<u32>>(), any::<Option<[u8; 32]>>(), any::<Option<u32>>(), any::<Option<u64>>());
    (kinds, texts, numbers).prop_map(|(kinds, texts, numbers)| {
        let (category, thing, standing, reasons) = kinds;
        let (name, path, line, package) = texts;
        let (pid, sha256, age_days, size_bytes) = numbers;
        let plain = SweepFinding::new(category, thing, standing);
        SweepFinding { reasons, name, path, line, pid, package, sha256, age_days, size_bytes, ..plain }
    })
}

const SWEEP: PermissionSet = PermissionSet::NONE.with(Permission::Sweep);

/// A pair in which searches are asked for, and allowed where `granted` says so.
fn allowed(granted: PermissionSet) -> Pair {
    let mut pair = Pair::with(TechnicianSetup { wants: SWEEP, ..technician_setup() }, host_setup());
    pair.run(millis(100));
    pair.host(Command::Allow(granted)).unwrap();
    pair.run(millis(100));
    pair.take(Role::Host);
    pair.take(Role::Technician);
    pair
}

fn start(args: &str) -> SweepMessage {
    SweepMessage::Start { id: 1, kind: SweepKind::Only(SweepCategory::Virus), args: args.to_owned() }
}

fn entry(name: &str) -> SweepFinding {
    let plain =
        SweepFinding::new(SweepCategory::Autostart, SweepThing::StartupEntry, SweepStanding::Unknown);
    SweepFinding { name: name.to_owned(), path: format!("/etc/{name}"), ..plain }
}

#[test]
fn a_search_is_started_and_what_it_found_is_heard_escaped() {
    let mut pair = allowed(SWEEP);
    pair.technician(say(start("/home/anna"))).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Host), [heard(start("/home/anna"))]);
    let found = |name: &str| SweepMessage::Finding { id: 1, finding: entry(name) };
    pair.host(say(found("a\u{202e}b"))).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Technician), [heard(found("a\\u{202e}b"))], "escaped");
    assert_eq!(pair.host(say(start(""))), Err(CommandError::WrongRole));
    assert_eq!(pair.technician(say(SweepMessage::Begun { id: 1 })), Err(CommandError::WrongRole));
}

#[test]
fn no_search_is_started_without_the_permission_or_after_it_is_taken_back() {
    let mut pair = allowed(PermissionSet::NONE);
    let not_granted = Err(CommandError::NotGranted(Permission::Sweep));
    assert_eq!(pair.technician(say(start(""))), not_granted);
    let mut pair = allowed(SWEEP);
    pair.technician.hold(Channel::Sweep, true);
    pair.technician(say(start(""))).unwrap();
    pair.host(Command::Revoke(Permission::Sweep)).unwrap();
    pair.run(millis(100));
    pair.technician.hold(Channel::Sweep, false);
    pair.run(millis(100));
    let heard = pair.take(Role::Host);
    assert!(!heard.iter().any(|event| matches!(event, Event::Heard(_))), "{heard:?}");
    assert_eq!(pair.technician(say(start(""))), not_granted);
}

#[test]
fn what_is_too_long_is_refused_or_fitted() {
    let mut pair = allowed(SWEEP);
    let refused = Err(CommandError::Invalid("search"));
    assert_eq!(pair.technician(say(start(&"x".repeat(MAX_SWEEP_ARGS_BYTES + 1)))), refused);
    let long = SweepFinding {
        name: "\u{1b}".repeat(MAX_SWEEP_NAME_CHARS + 1),
        path: format!("/{}/end", "x".repeat(MAX_SWEEP_LINE_CHARS)),
        reasons: vec![SweepReason::Recent; MAX_SWEEP_REASONS + 1],
        ..entry("")
    };
    assert_eq!(pair.host(say(SweepMessage::Finding { id: 1, finding: long.clone() })), refused);
    let fitted = long.fitted();
    assert!(fitted.path.ends_with("x/end") && !fitted.name.contains('\u{1b}'), "{fitted:?}");
    pair.host(say(SweepMessage::Finding { id: 1, finding: fitted.clone() })).unwrap();
    assert_eq!(fitted.clone().fitted(), fitted, "what was fitted fits");
}

#[test]
fn the_same_thing_has_the_same_key_and_another_one_another() {
    let (one, other) = (entry("a"), entry("b"));
    assert_ne!(one.key(), other.key());
    let later = SweepFinding { pid: Some(7), age_days: Some(3), standing: SweepStanding::Known, ..one.clone() };
    assert_eq!(one.key(), later.key());
    // Where one ends and the next begins is part of it.
    let (left, right) = (SweepFinding { line: "b".to_owned(), ..one.clone() }, one.clone());
    let shifted = SweepFinding { path: format!("{}b", right.path), ..right };
    assert_ne!(left.key(), shifted.key());
    assert!(one.key().starts_with("autostart-entry-"), "{}", one.key());
}

#[test]
fn every_kind_has_a_word_of_its_own() {
    for kind in SweepKind::all() {
        assert_eq!(SweepKind::from_word(kind.word()), Some(kind));
    }
    assert_eq!(SweepThing::ALL.iter().filter(|one| SweepThing::from_word(one.word()) == Some(**one)).count(), 19);
    for reason in SweepReason::ALL {
        assert_eq!(SweepReason::from_word(reason.word()), Some(*reason));
    }
    assert!(!SweepKind::Everything.categories().contains(&SweepCategory::Virus));
}
