//! The question: what it says, what answers it and what doesn't. What a program can do to it is walked
//! through in `hand_check`.

use std::time::Duration;

use beistand_gui::backend::fake;
use beistand_gui::hand_check::widens;
use beistand_gui::state::{AppState, HostPhase, OpenPage};
use beistand_node::{
    ANSWER_TIME, InviteText, NodeEvent, Notice, Origin, Permission, PermissionSet, RequestInfo, sas_emoji,
};
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use super::{ALLOW, INJECTED, helped};
use crate::common::{Test, arm, asked, asked_large, host, invited, permissions};

#[test]
fn the_question_shows_who_why_and_the_four_pictures() {
    let mut test = asked_large();
    for text in [
        "“Anna Berger” wants to help you",
        "Anyone can type this name",
        "printer",
        "dog",
        "cactus",
        "key",
        "train",
    ] {
        assert!(test.shows(text), "{text}");
    }
    test.tick_one_by_one();
    assert!(test.shows("Use your mouse"));
}

/// Presses what says this, once it counts.
fn yes(mut test: Test, label: &str) -> Vec<String> {
    arm(&mut test);
    test.click_on(label);
    assert!(test.state().host_session().is_some());
    test.heard_names()
}

#[test]
fn the_two_large_choices_allow_what_they_say() {
    assert_eq!(yes(asked_large(), "Let them help"), ["dialog false", "allow 7 view,pointer,keyboard"]);
    assert_eq!(yes(asked_large(), "Let them look only"), ["dialog false", "allow 7 view"]);
}

#[test]
fn what_is_asked_for_beyond_screen_mouse_and_keyboard_is_ticked_one_by_one_or_not_allowed() {
    let all = || {
        let mut test = invited();
        let request = RequestInfo { wants: beistand_node::offers(), ..fake::request() };
        test.say(NodeEvent::Request(request), AppState::asks_for_consent);
        test.heard();
        test
    };
    assert_eq!(yes(all(), "Let them help"), ["dialog false", "allow 7 view,pointer,keyboard"]);
    let mut test = all();
    test.tick_one_by_one();
    assert_eq!(yes(test, ALLOW), ["dialog false", "allow 7 view"]);
    let mut test = invited();
    let request = RequestInfo { wants: PermissionSet::NONE.with(Permission::Diagnostics), ..fake::request() };
    test.say(NodeEvent::Request(request), AppState::asks_for_consent);
    assert!(!test.shows("Let them") && !test.shows("Fewer choices"), "there is no large choice");
}

#[test]
fn the_time_before_which_no_click_counts_begins_again_with_the_other_kind_of_question() {
    let mut test = asked_large();
    arm(&mut test);
    test.tick_one_by_one();
    assert!(test.disabled().contains(&ALLOW.to_owned()));
    arm(&mut test);
    test.click("Fewer choices");
    test.click_on("Let them help");
    assert!(test.state().asks_for_consent());
    assert!(test.heard().is_empty());
}

#[test]
fn allow_is_armed_only_after_it_could_be_read() {
    let mut test = asked();
    test.click(ALLOW);
    assert!(test.state().asks_for_consent());
    arm(&mut test);
    test.click(ALLOW);
    assert_eq!(test.heard_names(), ["dialog false", "allow 7 view"]);
    assert!(test.state().host_session().is_some());
}

#[test]
fn the_user_reads_what_the_helper_may_do_as_it_was_asked_for() {
    let mut test = asked();
    arm(&mut test);
    test.click(ALLOW);
    let granted = PermissionSet::NONE.with(Permission::ClipboardToUser);
    let told = |state: &AppState| state.host_session().is_some_and(|now| now.facts.granted == granted);
    test.say(permissions(granted), told);
    assert!(test.shows("Let you paste what they copy"));
    assert!(!test.shows("put what you copy"), "that is the helper's side of it");
}

#[test]
fn only_what_is_ticked_is_allowed() {
    let mut test = asked();
    arm(&mut test);
    test.harness.get_by_label_contains("Use your keyboard").click();
    test.steps(2);
    test.click(ALLOW);
    assert!(test.heard_names().contains(&"allow 7 view,keyboard".to_owned()));
}

#[test]
fn nothing_ticked_can_not_be_allowed() {
    let mut test = asked();
    arm(&mut test);
    test.harness.get_by_label_contains("See your screen").click();
    test.steps(2);
    test.click("Choose at least one");
    assert!(test.state().asks_for_consent());
    assert!(test.heard().is_empty());
}

/// The boxes of a request for the screen and both of these, in that order.
fn choices(test: &Test) -> Vec<egui_kittest::Node<'_>> {
    test.harness.get_all_by_role(egui::accesskit::Role::CheckBox).collect()
}

#[test]
fn what_needs_another_permission_is_ticked_after_it_and_unticked_with_it() {
    let both = PermissionSet::NONE.with(Permission::Terminal).with(Permission::TerminalType);
    let wants = both.with(Permission::View);
    let mut test = invited();
    let request = RequestInfo { wants, ..fake::request() };
    test.say(NodeEvent::Request(request), AppState::asks_for_consent);
    test.tick_one_by_one();
    arm(&mut test);
    let chosen = |test: &Test| match &test.state().page {
        OpenPage::Host(host) => match &host.phase {
            HostPhase::Asked(consent) => consent.chosen.words(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    for (clicked, expected) in [
        (2, "view"),
        (1, "view,terminal"),
        (2, "view,terminal,terminal-type"),
        (2, "view,terminal"),
        (2, "view,terminal,terminal-type"),
        (1, "view"),
    ] {
        choices(&test)[clicked].click();
        test.steps(3);
        assert_eq!(chosen(&test), expected, "a click on the box {clicked}");
    }
}

#[test]
fn no_programs_key_grants_anything() {
    for tabs in 0..8 {
        let mut test = asked();
        arm(&mut test);
        test.node.press_from(Origin::Injected);
        for key in
            std::iter::repeat_n(Key::Tab, tabs).chain([Key::Space, Key::Enter, Key::ArrowDown, Key::Space])
        {
            test.harness.key_press(key);
            test.steps(1);
        }
        test.harness.key_press_modifiers(Modifiers::ALT, Key::A);
        test.harness.event(egui::Event::Text(" ".to_owned()));
        test.steps(1);
        assert!(!test.heard().iter().any(widens), "after {tabs} tabs");
    }
}

#[test]
fn no_assistive_program_grants_anything() {
    let mut test = asked();
    arm(&mut test);
    test.harness.get_by_label(ALLOW).focus();
    test.steps(2);
    test.harness.get_by_label(ALLOW).click_accesskit();
    test.harness.get_by_label_contains("Use your mouse").click_accesskit();
    test.steps(3);
    assert!(test.heard().is_empty());
}

#[test]
fn a_programs_click_is_refused_and_said_so() {
    let mut test = asked();
    arm(&mut test);
    test.node.press_from(Origin::Injected);
    test.click(ALLOW);
    assert!(test.heard().is_empty());
    assert!(test.shows(INJECTED));
    test.harness.get_by_label_contains("Use your keyboard").click();
    test.steps(2);
    test.node.press_from(Origin::Physical);
    test.click(ALLOW);
    assert_eq!(
        test.heard_names(),
        ["dialog false", "allow 7 view"],
        "the program's tick did not count either"
    );
}

#[test]
fn no_works_always() {
    let mut test = asked();
    test.node.press_from(Origin::Injected);
    test.click("No");
    assert_eq!(test.heard_names(), ["dialog false", "deny 7"]);

    let mut test = asked();
    test.harness.key_press(Key::Escape);
    test.steps(3);
    assert_eq!(test.heard_names(), ["dialog false", "deny 7"]);
}

#[test]
fn a_question_that_was_withdrawn_goes_away_and_the_invite_is_back() {
    let mut test = asked();
    test.node.say(NodeEvent::Invite(InviteText { words: "some new words".to_owned(), ..fake::invite() }));
    test.say(NodeEvent::Withdrawn { request: 7 }, |state| !state.asks_for_consent());
    let renewed = InviteText { words: "some new words".to_owned(), ..fake::invite() };
    test.say(NodeEvent::Invite(renewed), |state| host(state, |phase| matches!(phase, HostPhase::Waiting)));
    assert!(test.shows("The helper left before you answered"));
    assert!(test.shows("Nothing was shown"));
    assert_eq!(test.heard_names(), ["dialog false"]);
}

#[test]
fn a_yes_that_came_too_late_opens_no_session() {
    let mut test = helped();
    test.say(NodeEvent::Withdrawn { request: 7 }, |state| state.host_session().is_none());
    test.say(NodeEvent::Invite(fake::invite()), |state| {
        host(state, |phase| matches!(phase, HostPhase::Waiting))
    });
    assert!(test.shows("The helper left before you answered"));
}

#[test]
fn the_time_for_the_answer_counts_down() {
    let mut test = asked();
    assert!(test.shows("Time left: 04:59") || test.shows("Time left: 05:00"));
    test.pass_time();
    assert!(test.shows("Time left: 04:5") && !test.shows("Time left: 04:59"));
    assert_eq!(ANSWER_TIME, Duration::from_secs(300));
}

#[test]
fn a_question_without_an_answer_goes_away_and_the_invite_is_back() {
    let mut test = asked();
    test.say(NodeEvent::Withdrawn { request: 7 }, |state| !state.asks_for_consent());
    test.node.say(NodeEvent::Invite(fake::invite()));
    test.say(NodeEvent::Notice(Notice::Unanswered), |state| {
        matches!(&state.page, OpenPage::Host(host) if host.notice == Some(Notice::Unanswered.phrase()))
    });
    assert!(test.shows("You did not answer within five minutes"));
    assert!(test.shows(&fake::invite().code));
}

#[test]
fn where_a_hand_can_never_be_told_from_a_program_the_question_says_so() {
    let mut test = asked();
    test.node.tells_nothing();
    arm(&mut test);
    assert!(test.shows("can't tell your click from a program's"));
    test.click(ALLOW);
    assert!(test.heard_names().contains(&"allow 7 view".to_owned()));
}

#[test]
fn what_the_keyboard_means_is_said() {
    for test in [asked(), asked_large()] {
        assert!(test.shows("They can do anything you can on this computer"));
        assert!(test.shows("stays after you end"));
    }
}

/// The harness panics where a character has no glyph; these are drawn with the font that the application
/// brings.
#[test]
fn every_picture_of_the_short_code_can_be_drawn() {
    let pictures: String = (0..64).map(|index| sas_emoji(index).0).collect();
    let mut harness = egui_kittest::Harness::new_ui(move |ui| {
        ui.add(egui::Label::new(egui::RichText::new(&pictures).size(40.0)).wrap());
    });
    harness.run();
}
