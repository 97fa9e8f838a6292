//! What the helper asks for in a session: it is read first, and a hand alone allows it.

use std::time::Duration;

use beistand_node::{
    AppealCommand, AppealEvent, FeatureCommand, FeatureEvent, NodeCommand, NodeEvent, Origin, Permission,
};
use egui::{UserAttentionType, ViewportCommand};
use egui_kittest::kittest::Queryable as _;

use super::{INJECTED, helped};
use crate::common::{Test, arm, permissions};

const ASKED: &str = "Your helper asks for one more thing";

/// A session in which the helper has just asked for reports.
fn appealed() -> Test {
    let mut test = helped();
    let reason = "to see why it is slow".to_owned();
    let event = AppealEvent::Asked { permission: Permission::Diagnostics, reason };
    test.node.say(NodeEvent::Feature(FeatureEvent::Appeal(event)));
    test.catch_up();
    assert!(test.shows(ASKED) && test.shows("to see why it is slow"));
    test
}

/// The helper's question is over.
fn close(test: &mut Test) {
    test.node.say(NodeEvent::Feature(FeatureEvent::Appeal(AppealEvent::Over)));
    test.catch_up();
}

/// The user's window is out of the way, or isn't.
fn hide(test: &mut Test, hidden: bool) {
    let viewport = test.harness.input_mut().viewports.entry(egui::ViewportId::ROOT).or_default();
    viewport.minimized = Some(hidden);
    test.steps(2);
}

/// What the window system was asked for in the next drawings.
fn window_commands(test: &mut Test) -> Vec<ViewportCommand> {
    let mut asked = Vec::new();
    for _ in 0..12 {
        std::thread::sleep(Duration::from_millis(2));
        test.harness.step();
        asked.extend(test.harness.output().viewport_output[&egui::ViewportId::ROOT].commands.clone());
    }
    asked
}

#[test]
fn what_the_helper_asks_for_is_read_first_and_allowed_by_a_hand_alone() {
    let mut test = appealed();
    assert_eq!(test.heard_names(), ["dialog true"], "the helper's hands are off");
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
    test.heard();
    test.node.press_from(Origin::Injected);
    test.click("Not now");
    let heard = test.heard();
    assert!(
        matches!(heard[..], [NodeCommand::Feature(FeatureCommand::Appeal(AppealCommand::Decline))]),
        "{heard:?}"
    );
    close(&mut test);
    assert!(!test.shows(ASKED));
    assert_eq!(test.heard_names(), ["dialog false"], "they are on again");
}

#[test]
fn what_is_asked_in_a_session_brings_the_window_back_and_the_bar_says_it() {
    let mut test = helped();
    hide(&mut test, true);
    let reason = String::new();
    let event = AppealEvent::Asked { permission: Permission::Diagnostics, reason };
    test.node.say(NodeEvent::Feature(FeatureEvent::Appeal(event)));
    let commands = window_commands(&mut test);
    assert!(commands.contains(&ViewportCommand::Minimized(false)), "{commands:?}");
    let attention = ViewportCommand::RequestUserAttention(UserAttentionType::Critical);
    assert!(commands.contains(&attention) && !commands.contains(&ViewportCommand::Focus), "{commands:?}");
    assert!(test.heard().is_empty(), "hands are off for what is on the screen alone");
    hide(&mut test, false);
    assert_eq!(test.heard_names(), ["dialog true"]);
    let asked = test.harness.query_all_by_label_contains(ASKED).count();
    assert!(asked >= 2, "in the window and in the bar");
    test.click("Answer");
    hide(&mut test, true);
    assert_eq!(test.heard_names(), ["dialog false"], "whoever can't see it is not asked");
    hide(&mut test, false);
    test.node.say(NodeEvent::Feature(FeatureEvent::Appeal(AppealEvent::Over)));
    let commands = window_commands(&mut test);
    assert!(commands.contains(&ViewportCommand::Minimized(true)), "it was out of the way: {commands:?}");
    assert!(!test.shows("Answer"));
}

#[test]
fn the_helpers_hands_stay_off_while_either_window_can_grant() {
    let mut test = appealed();
    test.click("What they may do");
    close(&mut test);
    assert_eq!(test.heard_names(), ["dialog true"], "the bar is open still");
    test.click("What they may do");
    assert_eq!(test.heard_names(), ["dialog false"]);
}

#[test]
fn what_is_asked_and_is_not_all_in_sight_can_not_be_allowed() {
    let mut test = appealed();
    test.harness.ctx.set_embed_viewports(false);
    test.harness.set_size(egui::Vec2::new(560.0, 420.0));
    arm(&mut test);
    assert!(test.disabled().iter().any(|label| label == "Allow this") || !is_in_sight(&test));
    test.heard();
    test.harness.get_by_label("Allow this").click();
    test.steps(3);
    assert!(test.heard().is_empty());
    assert!(test.shows("make it large enough to see all of it"));
    test.harness.set_size(egui::Vec2::new(560.0, 900.0));
    arm(&mut test);
    test.click("Allow this");
    assert_eq!(test.heard_names(), ["grant diagnostics"]);
}

fn is_in_sight(test: &Test) -> bool {
    test.harness.get_by_label("Allow this").rect().bottom() < 420.0
}
