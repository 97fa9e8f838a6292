//! The user's pages: invite, consent, session, end.

mod common;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use beistand_gui::app::Start;
use beistand_gui::backend::fake::{self, FakeNode};
use beistand_gui::state::{AppState, HostPhase, HostSession};
use beistand_gui::views::consent::INJECTED;
use beistand_gui::views::session_bar::{Bar, session_bar_ui};
use beistand_node::{Command, EndedBy, Event, InviteText, Origin, Permission, PermissionSet};
use common::{arm, asked, host, invited, next_drawing, open, settle};
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use tokio::sync::mpsc;

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
fn a_question_that_was_withdrawn_goes_away_and_the_invite_is_back() {
    let mut test = asked();
    test.node.say(Event::Invite(InviteText { words: "some new words".to_owned(), ..fake::invite() }));
    test.say(Event::Withdrawn { request: 7 }, |state| !state.asks_for_consent());
    let renewed = InviteText { words: "some new words".to_owned(), ..fake::invite() };
    test.say(Event::Invite(renewed), |state| host(state, |phase| matches!(phase, HostPhase::Waiting)));
    assert!(test.shows("The helper went away"));
    assert!(test.shows("Nothing was shown"));
    assert_eq!(test.heard_names(), ["dialog false"]);
}

#[test]
fn a_yes_that_came_too_late_opens_no_session() {
    let mut test = helped();
    test.say(Event::Withdrawn { request: 7 }, |state| state.host_session().is_none());
    test.say(Event::Invite(fake::invite()), |state| host(state, |phase| matches!(phase, HostPhase::Waiting)));
    assert!(test.shows("The helper went away"));
}

/// The bar alone, as in its own window, and what it tells the node.
fn bar(node: &FakeNode, granted: PermissionSet) -> (Harness<'static, Bar>, mpsc::Receiver<Command>) {
    let session = HostSession {
        name: "Anna Berger".to_owned(),
        wants: PermissionSet::DESKTOP,
        granted,
        paused: false,
        path: None,
        reconnecting: false,
        since: Instant::now(),
        notice: None,
        chat: Vec::new(),
    };
    let (commands, heard) = mpsc::channel(16);
    let bar = Bar::new(session, commands, Arc::new(Mutex::new(Box::new(node.clone()))));
    let draw = |ui: &mut egui::Ui, bar: &mut Bar| {
        beistand_gui::theme::apply(ui.ctx());
        session_bar_ui(ui, bar);
    };
    let mut harness = Harness::builder().with_size([520.0, 320.0]).build_ui_state(draw, bar);
    harness.get_by_label("What they may do").click();
    harness.run_steps(3);
    (harness, heard)
}

#[test]
fn the_bar_is_drawn_anew_once_a_minute() {
    let (mut harness, _heard) = bar(&FakeNode::default(), PermissionSet::DESKTOP);
    settle(&mut harness, 20);
    let next = next_drawing(&harness);
    assert!((Duration::from_secs(40)..=Duration::from_secs(60)).contains(&next), "{next:?}");
}

fn click_keyboard(harness: &mut Harness<'static, Bar>) {
    harness.get_by_label_contains("Use your keyboard").click();
    harness.run_steps(3);
}

#[test]
fn the_opened_bar_revokes_at_once_even_by_a_programs_click() {
    let node = FakeNode::default();
    node.press_from(Origin::Injected);
    let (mut harness, mut heard) = bar(&node, PermissionSet::DESKTOP);
    assert!(matches!(heard.try_recv(), Ok(Command::GrantDialog { visible: true })));
    click_keyboard(&mut harness);
    assert!(matches!(heard.try_recv(), Ok(Command::Revoke(Permission::Keyboard))));
}

#[test]
fn the_opened_bar_grants_by_hand_only() {
    let node = FakeNode::default();
    let (mut harness, mut heard) = bar(&node, PermissionSet::DESKTOP.without(Permission::Keyboard));
    assert!(matches!(heard.try_recv(), Ok(Command::GrantDialog { visible: true })));
    node.press_from(Origin::Injected);
    click_keyboard(&mut harness);
    assert!(heard.try_recv().is_err());
    assert!(harness.query_by_label(INJECTED).is_some());
    node.press_from(Origin::Physical);
    click_keyboard(&mut harness);
    assert!(matches!(heard.try_recv(), Ok(Command::Grant(Permission::Keyboard))));
    harness.get_by_label("What they may do").click();
    harness.run_steps(3);
    assert!(matches!(heard.try_recv(), Ok(Command::GrantDialog { visible: false })));
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
    assert!(test.shows("Nobody can see your screen now."));
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
