//! A helper comes back: the cards on the home page, and the session that follows without another question.

use beistand_gui::app::StartPage;
use beistand_gui::state::{AppState, HostPhase};
use beistand_node::{NodeEvent, Origin, Permission, PermissionSet, ReturnTicket};
use egui_kittest::kittest::Queryable as _;

use crate::common::{Test, arm, host, open, permissions};

const LET: &str = "Let them come back";
const WHAT: PermissionSet = PermissionSet::NONE.with(Permission::View).with(Permission::Reconnect);

/// The home page with a helper who may come back.
fn home() -> Test {
    let test = home_of("Tess");
    assert!(test.shows("Tess may come back (60 minutes left)"));
    assert!(test.shows("They see the whole screen then"));
    test
}

fn home_of(name: &str) -> Test {
    let mut test = open(StartPage::Home, [560.0, 900.0]);
    test.node.keep_returns(vec![ReturnTicket::sample(name, [7; 32], WHAT)]);
    // It is looked at whenever the page is opened.
    test.harness.get_by_label_contains("Give help").click();
    test.steps(3);
    test.click("Back");
    test
}

#[test]
fn a_name_that_looks_like_anothers_has_its_warning_again() {
    assert!(!home().shows("well-known company"));
    assert!(home_of("Microsoft Support").shows("well-known company"));
}

#[test]
fn a_helper_is_let_back_by_a_hand_alone() {
    let mut test = home();
    test.click(LET);
    assert!(test.node.returned().is_empty(), "nobody has read it yet");
    arm(&mut test);
    test.node.press_from(Origin::Injected);
    test.click(LET);
    assert!(test.node.returned().is_empty(), "a program's click");
    test.node.press_from(Origin::Physical);
    test.click(LET);
    assert_eq!(test.node.returned().len(), 1);
    let waits = |state: &AppState| host(state, |phase| matches!(phase, HostPhase::Starting));
    assert!(waits(test.state()));
    // They are there: the user isn't asked again, and the session has their name.
    test.say(NodeEvent::EmergencyKey { broken: None }, |state| state.host_session().is_some());
    test.say(permissions(WHAT), |state| {
        state.host_session().is_some_and(|session| session.name == "Tess" && session.facts.granted == WHAT)
    });
}

#[test]
fn a_no_is_for_good() {
    let mut test = home();
    test.click("No");
    assert!(!test.shows("may come back"));
    test.harness.get_by_label_contains("Give help").click();
    test.steps(3);
    test.click("Back");
    assert!(!test.shows("may come back"));
}
