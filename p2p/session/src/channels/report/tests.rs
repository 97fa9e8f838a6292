//! Reports.

use proptest::prelude::*;

use super::*;
use crate::session::tests::*;
use crate::{Channel, Command, PermissionSet, Role, TechnicianSetup};

pub(crate) fn any_message() -> impl Strategy<Value = ReportWire> {
    let values = proptest::collection::vec("\\PC{0,40}", 0..MAX_REPORT_VALUES);
    let line = (any::<u8>(), any::<u16>(), any::<u8>(), values)
        .prop_map(|(part, kind, verdict, values)| ReportLine { part, kind, verdict, values });
    let report = (any::<u64>(), any::<u32>(), proptest::collection::vec(line, 0..6))
        .prop_map(|(taken_secs, left_out, lines)| ReportContent { taken_secs, left_out, lines })
        .prop_map(|report| ReportWire::Made(packed(report).unwrap()));
    prop_oneof![Just(ReportWire::Ask), Just(ReportWire::Refused), report]
}

const DIAGNOSTICS: PermissionSet = PermissionSet::NONE.with(Permission::Diagnostics);

fn allowed(permissions: PermissionSet) -> Pair {
    let mut pair = Pair::with(TechnicianSetup { wants: DIAGNOSTICS, ..technician_setup() }, host_setup());
    pair.run(millis(100));
    pair.host(Command::Allow(permissions)).unwrap();
    pair.run(millis(100));
    pair.take(Role::Host);
    pair.take(Role::Technician);
    pair
}

fn report(lines: usize, value: &str) -> ReportMessage {
    let line = ReportLine { part: 3, kind: 40, verdict: 2, values: vec![value.to_owned(); MAX_REPORT_VALUES] };
    ReportMessage::Made(ReportContent { taken_secs: 1, left_out: 4, lines: vec![line; lines] })
}

#[test]
fn a_report_is_asked_for_and_sent_and_what_is_heard_is_escaped() {
    let mut pair = allowed(DIAGNOSTICS);
    pair.technician(say(ReportMessage::Ask)).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Host), [heard(ReportMessage::Ask)]);
    pair.host(say(report(1, "a\u{202e}b"))).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Technician), [heard(report(1, "a\\u{202e}b"))]);
    assert_eq!(pair.technician(say(ReportMessage::Refused)), Err(CommandError::WrongRole));
    assert_eq!(pair.host(say(ReportMessage::Ask)), Err(CommandError::WrongRole));
}

#[test]
fn without_the_permission_no_report_is_asked_for_or_sent() {
    let mut pair = allowed(PermissionSet::NONE);
    let refused = Err(CommandError::NotGranted(Permission::Diagnostics));
    assert_eq!(pair.technician(say(ReportMessage::Ask)), refused);
    assert_eq!(pair.host(say(report(1, "x"))), refused);
}

#[test]
fn the_longest_report_passes_and_a_longer_one_is_refused() {
    let mut pair = allowed(DIAGNOSTICS);
    let longest = "x".repeat(MAX_REPORT_VALUE_BYTES);
    pair.host(say(report(MAX_REPORT_LINES, &longest))).unwrap();
    pair.run(millis(5_000));
    assert!(pair.news(Role::Technician) == [heard(report(MAX_REPORT_LINES, &longest))]);
    for too_long in [report(MAX_REPORT_LINES + 1, "x"), report(1, &"x".repeat(MAX_REPORT_VALUE_BYTES + 1))] {
        assert_eq!(pair.host(say(too_long)), Err(CommandError::Invalid("report")));
    }
}

#[test]
fn a_revoke_takes_back_a_report_that_has_not_left() {
    let mut pair = allowed(DIAGNOSTICS);
    pair.host.hold(Channel::Report, true);
    pair.host(say(report(1, "x"))).unwrap();
    pair.host(Command::Revoke(Permission::Diagnostics)).unwrap();
    pair.host.hold(Channel::Report, false);
    pair.run(millis(500));
    let heard = pair.take(Role::Technician);
    assert!(!heard.iter().any(|event| matches!(event, crate::Event::Heard(_))), "{heard:?}");
}
