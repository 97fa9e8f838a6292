//! A session in the user's window, and its end: who helps, the pause, what was said meanwhile. The bar of its
//! own is tested in `bar`.

use std::time::Instant;

use beistand_gui::backend::fake;
use beistand_gui::panels::{PanelName, PanelSide, Panels};
use beistand_gui::state::{EmergencyKey, HostPhase};
use beistand_node::words::Phrase;
use beistand_node::{EndCause, EndWord, EndedBy, NodeEvent, SystemPermission};
use egui_kittest::kittest::Queryable as _;

use super::{ALLOW, helped};
use crate::common::{Test, arm, asked, host};

#[test]
fn the_window_pauses_and_ends_and_the_bar_below_the_indicator_says_nothing_twice() {
    let mut test = helped();
    let pause = test.harness.get_all_by_label("Pause").count();
    assert_eq!(pause, 1, "in the window alone");
    test.harness.get_by_label("End now").click();
    test.steps(3);
    assert_eq!(test.heard_names(), ["End"]);
}

#[test]
fn the_window_names_the_emergency_key_or_says_that_it_does_not_work() {
    for (broken, text, line) in [
        (None, EmergencyKey::Works, "Ctrl+Alt+End ends it at once"),
        (Some(Phrase::new("fault-no-display")), EmergencyKey::Broken, "Ctrl+Alt+End does not work here"),
    ] {
        let mut test = helped();
        test.say(NodeEvent::EmergencyKey { broken }, |state| {
            state.host_session().is_some_and(|session| session.emergency_key == text)
        });
        test.steps(3);
        assert_eq!(test.harness.get_all_by_label(line).count(), 1, "{line}");
        // Another desktop than X11 lets the helper work all the same.
        assert!(!test.shows("cannot use your mouse"));
    }
}

#[test]
fn an_emergency_key_that_is_heard_later_is_named_and_nothing_says_otherwise() {
    let mut test = helped();
    let broken = Some(Phrase::new("fault-no-display"));
    for (broken, key) in [(broken, EmergencyKey::Broken), (None, EmergencyKey::Works)] {
        test.say(NodeEvent::EmergencyKey { broken }, |state| {
            state.host_session().is_some_and(|session| session.emergency_key == key)
        });
    }
    test.steps(3);
    assert_eq!(test.harness.get_all_by_label("Ctrl+Alt+End ends it at once").count(), 1);
    assert!(!test.shows("does not work here"));
}

#[test]
fn a_pause_is_shown_and_undone() {
    let mut test = helped();
    test.say(NodeEvent::Paused(true), |state| {
        state.host_session().is_some_and(|session| session.facts.paused())
    });
    assert!(test.shows("Paused"));
    arm(&mut test);
    test.harness.get_all_by_label("Go on").next().expect("shown").click();
    test.steps(3);
    assert_eq!(test.heard_names(), ["Resume"]);
}

#[test]
fn the_second_click_of_a_double_click_on_pause_does_not_undo_it() {
    let mut test = helped();
    arm(&mut test);
    test.harness.get_all_by_label("Pause").next().expect("shown").click();
    test.steps(1);
    assert_eq!(test.heard_names(), ["Pause"]);
    test.say(NodeEvent::Paused(true), |state| {
        state.host_session().is_some_and(|session| session.facts.paused())
    });
    test.harness.get_all_by_label("Go on").next().expect("shown").click();
    test.steps(3);
    assert!(test.heard().is_empty());
}

#[test]
fn the_end_says_who_and_why_and_what_next() {
    let mut test = helped();
    let end = fake::end(EndWord::Ended, EndedBy::Peer, 0, "cause-ended-by-helper");
    test.say(end, |state| host(state, |phase| matches!(phase, HostPhase::Ended(_))));
    assert!(test.shows("The session has ended") && test.shows("Your helper ended the session."));
    assert!(test.shows("It took less than a minute."));
    assert!(test.shows("Nobody can see your screen now."));
    assert!(!test.shows("Pause"), "the bar is gone");
    test.click("Done");
    assert!(!test.state().under_way() && test.shows("Get help"));
    assert_eq!(test.node.hosts(), 1);
}

#[test]
fn a_permission_that_the_system_wants_first_is_one_press_away() {
    let mut test = helped();
    let permission = SystemPermission::ScreenRecording;
    let phrase = Phrase::new("fault-no-screen-permission");
    let cause = EndCause::new(EndWord::Failed, 1, EndedBy::Us, phrase);
    let cause = EndCause { missing_permission: Some(permission), ..cause };
    test.say(NodeEvent::Ended(cause), |state| host(state, |phase| matches!(phase, HostPhase::Ended(_))));
    assert!(test.shows("Privacy & Security"));
    test.click("Open System Settings");
    assert_eq!(test.node.opened_settings_pages(), [permission]);
    assert!(test.shows("Make a new invite"), "the page stays");
}

/// What the first panel has to show, and how much of it calls for attention.
fn samples() -> (Vec<NodeEvent>, usize) {
    let events: Vec<_> = PanelName::on(PanelSide::Host).take(1).flat_map(PanelName::sample).collect();
    let mut panels = Panels::default();
    let now = Instant::now();
    for event in &events {
        panels.apply(event.clone(), now);
    }
    // The bar has room for the panel of which the most was not seen.
    let counted = PanelName::on(PanelSide::Host).map(|name| panels.unseen(name)).max().unwrap_or_default();
    (events.into_iter().map(NodeEvent::Feature).collect(), counted)
}

#[test]
fn what_is_said_before_consent_is_seen_and_moves_nothing() {
    let mut test = asked();
    let place = |test: &Test| {
        let boxes = test.harness.get_by_label_contains("See your screen").rect();
        (boxes, test.harness.get_by_label(ALLOW).rect())
    };
    let before = place(&test);
    for event in samples().0 {
        test.node.say(event);
    }
    test.catch_up();
    assert!(test.shows("It prints again."));
    assert_eq!(place(&test), before);
    arm(&mut test);
    test.click(ALLOW);
    // The list of lines is at its end once it has been laid out.
    test.steps(3);
    assert!(test.shows("It prints again."), "and it is still there in the session");
    assert!(!test.shows("Messages ("), "and counts as seen");
}

#[test]
fn what_comes_while_the_window_is_hidden_is_counted_at_the_bar() {
    let mut test = helped();
    let (events, counted) = samples();
    let hide = |test: &mut Test, hidden| {
        let viewport = test.harness.input_mut().viewports.entry(egui::ViewportId::ROOT).or_default();
        viewport.minimized = Some(hidden);
    };
    hide(&mut test, true);
    for event in events {
        test.node.say(event);
    }
    test.catch_up();
    let label = format!("Messages ({counted})");
    assert!(test.shows(&label));
    test.harness.get_by_label(&label).click();
    let mut asked = Vec::new();
    for _ in 0..4 {
        test.harness.step();
        asked.extend(test.harness.output().viewport_output[&egui::ViewportId::ROOT].commands.clone());
    }
    assert!(asked.contains(&egui::ViewportCommand::Minimized(false)), "{asked:?}");
    hide(&mut test, false);
    test.steps(3);
    assert!(!test.shows("Messages ("));
}
