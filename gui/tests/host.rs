//! The user's pages: invite, consent, session, end.

mod common;

use beistand_gui::app::Start;
use beistand_gui::backend::fake;
use beistand_gui::state::{AppState, HostPhase};
use beistand_gui::views::consent::INJECTED;
use beistand_node::{EndedBy, Event, Origin, Permission, PermissionSet};
use common::{arm, asked, host, invited, open};
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

const ALLOW: &str = "Allow what is ticked";

fn copied(test: &common::Test) -> Vec<String> {
    let commands = &test.harness.output().platform_output.commands;
    let text = |command: &egui::OutputCommand| match command {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    };
    commands.iter().filter_map(text).collect()
}

#[test]
fn home_leads_to_both_sides() {
    let mut test = open(Start::Home, [560.0, 640.0]);
    test.harness.get_by_label_contains("Give help").click();
    test.steps(3);
    assert!(test.shows("paste the invite"));
    test.click("Back");
    test.harness.get_by_label_contains("Get help").click();
    test.steps(3);
    assert_eq!(test.node.hosts(), 1);
}

#[test]
fn home_works_with_the_keyboard_alone() {
    let mut test = open(Start::Home, [560.0, 640.0]);
    test.harness.key_press(Key::Tab);
    test.steps(2);
    test.harness.key_press(Key::Enter);
    test.steps(2);
    assert_eq!(test.node.hosts(), 1);
}

#[test]
fn the_invite_is_shown_in_all_its_forms() {
    let test = invited();
    for word in fake::invite().words.split(' ') {
        assert!(test.shows(word), "{word}");
    }
    assert!(test.shows(&fake::invite().code));
    assert!(test.shows("QR code"));
    assert!(test.shows("14:59") || test.shows("15:00"));
}

#[test]
fn the_link_is_copied_by_button_and_by_key() {
    let mut test = invited();
    test.harness.get_by_label("Copy link").click();
    let mut seen = Vec::new();
    for _ in 0..4 {
        test.harness.step();
        seen.extend(copied(&test));
    }
    assert_eq!(seen, [fake::invite().link]);
    assert!(test.shows("Copied"));

    test.harness.event(egui::Event::Copy);
    test.harness.step();
    assert_eq!(copied(&test), [fake::invite().link]);
}

#[test]
fn a_replaced_invite_says_why() {
    let mut test = invited();
    test.node.say(Event::InviteReplaced { failed: 20 });
    let replaced = |state: &AppState| match &state.page {
        beistand_gui::state::Page::Host(host) => host.replaced_after == Some(20),
        _ => false,
    };
    test.say(Event::Invite(fake::invite()), replaced);
    assert!(test.shows("tried 20 times"));
}

#[test]
fn cancelling_ends_the_node_and_goes_home() {
    let mut test = invited();
    test.click("Cancel");
    assert_eq!(test.heard_names(), ["End"]);
    assert!(!test.state().under_way());
}

#[test]
fn the_question_shows_who_why_and_the_four_pictures() {
    let test = asked();
    for text in ["Anna Berger", "unverified", "printer", "dog", "cactus", "key", "train", "Use your mouse"] {
        assert!(test.shows(text), "{text}");
    }
}

#[test]
fn allow_is_armed_only_after_it_could_be_read() {
    let mut test = asked();
    test.click(ALLOW);
    assert!(test.state().asks_for_consent());
    arm(&mut test);
    test.click(ALLOW);
    assert_eq!(test.heard_names(), ["allow 7 view", "dialog false"]);
    assert!(test.state().host_session().is_some());
}

#[test]
fn only_what_is_ticked_is_allowed() {
    let mut test = asked();
    arm(&mut test);
    test.harness.get_by_label_contains("Use your keyboard").click();
    test.steps(2);
    test.click(ALLOW);
    assert_eq!(test.heard_names()[0], "allow 7 view,keyboard");
}

#[test]
fn nothing_ticked_can_not_be_allowed() {
    let mut test = asked();
    arm(&mut test);
    test.harness.get_by_label_contains("See your screen").click();
    test.steps(2);
    test.click("Tick what you allow");
    assert!(test.state().asks_for_consent());
    assert!(test.heard().is_empty());
}

#[test]
fn no_key_grants_anything() {
    let mut test = asked();
    arm(&mut test);
    for _ in 0..12 {
        for key in [Key::Tab, Key::Enter, Key::Space, Key::ArrowDown] {
            test.harness.key_press(key);
            test.steps(1);
        }
        test.harness.key_press_modifiers(Modifiers::ALT, Key::A);
        test.harness.event(egui::Event::Text(" ".to_owned()));
        test.steps(1);
    }
    assert!(test.state().asks_for_consent());
    assert!(test.heard().is_empty());
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
    assert_eq!(test.heard_names()[0], "allow 7 view", "the program's tick did not count either");
}

#[test]
fn no_works_always() {
    let mut test = asked();
    test.node.press_from(Origin::Injected);
    test.click("No");
    assert_eq!(test.heard_names(), ["deny 7", "dialog false"]);

    let mut test = asked();
    test.harness.key_press(Key::Escape);
    test.steps(3);
    assert_eq!(test.heard_names(), ["deny 7", "dialog false"]);
}

fn helped() -> common::Test {
    let mut test = asked();
    arm(&mut test);
    test.click(ALLOW);
    let granted = PermissionSet::DESKTOP;
    test.say(Event::Permissions { granted, revoked: None }, |state| {
        state.host_session().is_some_and(|session| session.granted == PermissionSet::DESKTOP)
    });
    assert_eq!(test.heard_names()[0], "allow 7 view");
    test
}

#[test]
fn the_bar_says_who_and_what_and_pauses_and_ends() {
    let mut test = helped();
    assert!(test.shows("Screen, Mouse, Keyboard"));
    let pause = test.harness.get_all_by_label("Pause").count();
    assert_eq!(pause, 2, "in the window and in the bar");
    test.harness.get_by_label("End").click();
    test.steps(3);
    assert_eq!(test.heard_names(), ["End"]);
}

#[test]
fn the_opened_bar_revokes_at_once_and_grants_by_hand_only() {
    let mut test = helped();
    test.click("What they may do");
    assert_eq!(test.heard_names(), ["dialog true"]);
    test.harness.get_by_label_contains("Use your keyboard").click();
    test.steps(3);
    assert_eq!(test.heard_names(), ["revoke keyboard"]);
    let without = PermissionSet::DESKTOP.without(Permission::Keyboard);
    test.say(Event::Permissions { granted: without, revoked: Some(Permission::Keyboard) }, |state| {
        state.host_session().is_some_and(|session| !session.granted.contains(Permission::Keyboard))
    });
    test.node.press_from(Origin::Injected);
    test.harness.get_by_label_contains("Use your keyboard").click();
    test.steps(3);
    assert!(test.heard().is_empty());
    test.node.press_from(Origin::Physical);
    test.harness.get_by_label_contains("Use your keyboard").click();
    test.steps(3);
    assert_eq!(test.heard_names(), ["grant keyboard"]);
    test.click("What they may do");
    assert_eq!(test.heard_names(), ["dialog false"]);
}

#[test]
fn a_pause_is_shown_and_undone() {
    let mut test = helped();
    test.say(Event::Paused(true), |state| state.host_session().is_some_and(|session| session.paused));
    assert!(test.shows("sees nothing"));
    test.harness.get_all_by_label("Go on").next().expect("shown").click();
    test.steps(3);
    assert_eq!(test.heard_names(), ["Resume"]);
}

#[test]
fn the_end_says_who_and_why_and_what_next() {
    let mut test = helped();
    let end = fake::end("ended", EndedBy::Peer, 0, "Anna Berger has finished.");
    test.say(end, |state| host(state, |phase| matches!(phase, HostPhase::Ended(_))));
    assert!(test.shows("Anna Berger has finished."));
    assert!(test.shows("The helper ended it."));
    assert!(!test.shows("Pause"), "the bar is gone");
    test.click("Make a new invite");
    assert_eq!(test.node.hosts(), 2);
}

/// The harness panics where a character has no glyph; these are drawn with the font that the application brings.
#[test]
fn every_picture_of_the_short_code_can_be_drawn() {
    let pictures: String = (0..64).map(|index| beistand_node::sas_emoji(index).0).collect();
    let mut harness = egui_kittest::Harness::new_ui(move |ui| {
        ui.add(egui::Label::new(egui::RichText::new(&pictures).size(40.0)).wrap());
    });
    harness.run();
}
