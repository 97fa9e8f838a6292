//! What the helper asks for in a session: it is read first, and a hand alone allows it.

use beistand_node::{
    AppealCommand, AppealEvent, FeatureCommand, FeatureEvent, NodeCommand, NodeEvent, Origin, Permission,
};
use egui_kittest::kittest::Queryable as _;

use super::{INJECTED, helped};
use crate::common::{Test, arm, permissions};

/// A session in which the helper has just asked for reports.
fn appealed() -> Test {
    let mut test = helped();
    let reason = "to see why it is slow".to_owned();
    let event = AppealEvent::Asked { permission: Permission::Diagnostics, reason };
    test.node.say(NodeEvent::Feature(FeatureEvent::Appeal(event)));
    test.catch_up();
    assert!(test.shows("Your helper asks for one more thing") && test.shows("to see why it is slow"));
    test
}

#[test]
fn what_the_helper_asks_for_is_read_first_and_allowed_by_a_hand_alone() {
    let mut test = appealed();
    let question = test.harness.get_by_label("Allow this").rect();
    let others = test.harness.query_all_by_label_contains("Point").map(|node| node.rect().top());
    assert!(others.into_iter().all(|top| top > question.bottom()), "it stands before all other panels");
    test.click("Allow this");
    assert!(test.heard().is_empty(), "it has been in sight for too short a time");
    arm(&mut test);
    test.node.press_from(Origin::Injected);
    test.click("Allow this");
    assert!(test.heard().is_empty() && test.shows(INJECTED));
    test.node.press_from(Origin::Physical);
    // That the click did not count is something new to read above it.
    arm(&mut test);
    test.click("Allow this");
    assert_eq!(test.heard_names(), ["grant diagnostics"]);
    let more = beistand_node::PermissionSet::DESKTOP.with(Permission::Diagnostics);
    test.say(permissions(more), |state| {
        state.host_session().is_some_and(|session| session.wants.contains(Permission::Diagnostics))
    });
}

#[test]
fn not_now_takes_one_click_of_anybody() {
    let mut test = appealed();
    test.node.press_from(Origin::Injected);
    test.click("Not now");
    let heard = test.heard();
    assert!(
        matches!(heard[..], [NodeCommand::Feature(FeatureCommand::Appeal(AppealCommand::Decline))]),
        "{heard:?}"
    );
    test.node.say(NodeEvent::Feature(FeatureEvent::Appeal(AppealEvent::Over)));
    test.catch_up();
    assert!(!test.shows("Your helper asks for one more thing"));
}
