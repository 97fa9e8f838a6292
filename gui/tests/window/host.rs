//! The user's pages: invite, consent, session, end.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use beistand_gui::app::{StartPage, words};
use beistand_gui::backend::CommandSender;
use beistand_gui::backend::fake::{self, FakeNode};
use beistand_gui::panels::{Attention, PanelName, PanelSide, Panels};
use beistand_gui::state::{AppState, EmergencyKey, HostPhase, OpenPage, SessionFacts};
use beistand_gui::views::session_bar::{BarSession, SessionBar, session_bar_ui};
use beistand_node::words::{Language, Phrase};
use beistand_node::{
    ANSWER_TIME, CommandInbox, EndWord, EndedBy, FeatureCommand, InviteText, NodeCommand, NodeEvent, Notice,
    Origin, Permission, PermissionSet, ReplaceCause, ViewCommand, ViewEvent, ViewMonitor, command_channel,
    sas_emoji,
};
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::common::{Test, arm, asked, host, invited, next_drawing, open, permissions, settle};

const ALLOW: &str = "Allow what is ticked";
const INJECTED: &str = "That click didn't come from this computer's mouse, so it doesn't count.";

fn copied(test: &Test) -> Vec<String> {
    let commands = &test.harness.output().platform_output.commands;
    let text = |command: &egui::OutputCommand| match command {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    };
    commands.iter().filter_map(text).collect()
}

#[test]
fn home_leads_to_both_sides() {
    let mut test = open(StartPage::Home, [560.0, 640.0]);
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
    let mut test = open(StartPage::Home, [560.0, 640.0]);
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
    let cause = ReplaceCause::BrokenOff { times: 3 };
    test.node.say(NodeEvent::InviteReplaced(cause));
    let replaced = |state: &AppState| match &state.page {
        OpenPage::Host(host) => host.replaced == Some(cause),
        OpenPage::Home | OpenPage::Technician(_) => false,
    };
    test.say(NodeEvent::Invite(fake::invite()), replaced);
    assert!(test.shows("Somebody else may have your last invite"));
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
    for text in ["Anna Berger", "not verified", "printer", "dog", "cactus", "key", "train", "Use your mouse"]
    {
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

fn helped() -> Test {
    let mut test = asked();
    arm(&mut test);
    test.click(ALLOW);
    let granted = PermissionSet::DESKTOP;
    test.say(permissions(granted), |state| {
        state.host_session().is_some_and(|session| session.facts.granted == PermissionSet::DESKTOP)
    });
    assert_eq!(test.heard_names(), ["dialog false", "allow 7 view"]);
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
fn the_bar_and_the_window_name_the_emergency_key_or_say_that_it_does_not_work() {
    for (broken, text, line) in [
        (None, EmergencyKey::Works, "Ctrl+Alt+End ends it at once"),
        (Some(Phrase::new("fault-no-display")), EmergencyKey::Broken, "Ctrl+Alt+End does not work here"),
    ] {
        let mut test = helped();
        test.say(NodeEvent::EmergencyKey { broken }, |state| {
            state.host_session().is_some_and(|session| session.emergency_key == text)
        });
        test.steps(3);
        assert_eq!(test.harness.get_all_by_label(line).count(), 2, "{line}");
    }
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

/// The bar alone, as in its own window, and what it tells the node.
fn bar(node: &FakeNode, granted: PermissionSet) -> (Harness<'static, SessionBar>, CommandInbox) {
    let session = BarSession {
        name: "Anna Berger".to_owned(),
        wants: PermissionSet::DESKTOP,
        facts: SessionFacts { granted, ..SessionFacts::default() },
        since: Instant::now(),
        emergency_key: EmergencyKey::Unknown,
        panels: vec![(PanelName::Chat, 0)],
        shares: Vec::new(),
    };
    let (commands, heard) = command_channel(16);
    let origin = Arc::new(Mutex::new(Box::new(node.clone()) as Box<_>));
    let bar = SessionBar::new(session, words(Language::English), CommandSender::new(commands), origin);
    let draw = |ui: &mut egui::Ui, bar: &mut SessionBar| {
        beistand_gui::theme::apply(ui.ctx());
        session_bar_ui(ui, bar);
    };
    let mut harness = Harness::builder().with_size([600.0, 320.0]).build_ui_state(draw, bar);
    harness.get_by_label("What they may do").click();
    // Until what can be granted has been in sight for a while.
    harness.run_steps(12);
    (harness, heard)
}

#[test]
fn a_screen_is_hidden_in_the_bar_by_anybodys_click_while_the_helpers_hands_are_off() {
    let node = FakeNode::default();
    let (mut harness, mut heard) = bar(&node, PermissionSet::DESKTOP);
    let monitor = |name: &str, x| ViewMonitor {
        name: name.to_owned(),
        x,
        y: 0,
        width: 1920,
        height: 1080,
        shared: true,
        shown: true,
    };
    let mut panels = Panels::default();
    let monitors = ViewEvent::Monitors(vec![monitor("left", 0), monitor("right", 1920)]);
    panels.apply(monitors.into(), Instant::now());
    harness.state_mut().session.shares = panels.shares();
    harness.run_steps(2);
    node.press_from(Origin::Injected);
    harness.get_by_label_contains("Screen 1").click();
    harness.run_steps(3);
    let heard: Vec<_> = std::iter::from_fn(|| heard.try_recv()).collect();
    let [NodeCommand::GrantDialog { visible: true }, NodeCommand::Feature(hidden)] = heard.as_slice() else {
        panic!("{heard:?}")
    };
    assert_eq!(*hidden, FeatureCommand::from(ViewCommand::Hide("left".to_owned())));
}

#[test]
fn the_bar_is_drawn_anew_once_a_minute() {
    let (mut harness, _heard) = bar(&FakeNode::default(), PermissionSet::DESKTOP);
    settle(&mut harness, 20);
    let next = next_drawing(&harness);
    assert!((Duration::from_secs(40)..=Duration::from_secs(60)).contains(&next), "{next:?}");
}

fn click_keyboard(harness: &mut Harness<'static, SessionBar>) {
    harness.get_by_label_contains("Use your keyboard").click();
    harness.run_steps(3);
}

#[test]
fn the_opened_bar_revokes_at_once_even_by_a_programs_click() {
    let node = FakeNode::default();
    node.press_from(Origin::Injected);
    let (mut harness, mut heard) = bar(&node, PermissionSet::DESKTOP);
    assert!(matches!(heard.try_recv(), Some(NodeCommand::GrantDialog { visible: true })));
    click_keyboard(&mut harness);
    assert!(matches!(heard.try_recv(), Some(NodeCommand::Revoke(Permission::Keyboard))));
}

#[test]
fn the_opened_bar_grants_by_hand_only() {
    let node = FakeNode::default();
    let (mut harness, mut heard) = bar(&node, PermissionSet::DESKTOP.without(Permission::Keyboard));
    assert!(matches!(heard.try_recv(), Some(NodeCommand::GrantDialog { visible: true })));
    node.press_from(Origin::Injected);
    click_keyboard(&mut harness);
    assert!(heard.try_recv().is_none());
    assert!(harness.query_by_label(INJECTED).is_some());
    node.press_from(Origin::Physical);
    click_keyboard(&mut harness);
    assert!(matches!(heard.try_recv(), Some(NodeCommand::Grant(Permission::Keyboard))));
    harness.get_by_label("What they may do").click();
    harness.run_steps(3);
    assert!(matches!(heard.try_recv(), Some(NodeCommand::GrantDialog { visible: false })));
}

#[test]
fn a_pause_is_shown_and_undone() {
    let mut test = helped();
    test.say(NodeEvent::Paused(true), |state| {
        state.host_session().is_some_and(|session| session.facts.paused())
    });
    assert!(test.shows("sees nothing"));
    arm(&mut test);
    test.harness.get_all_by_label("Resume").next().expect("shown").click();
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
    test.harness.get_all_by_label("Resume").next().expect("shown").click();
    test.steps(3);
    assert!(test.heard().is_empty());
}

#[test]
fn the_bar_says_that_the_name_is_their_own_word() {
    let (harness, _heard) = bar(&FakeNode::default(), PermissionSet::DESKTOP);
    assert!(harness.query_by_label("Says they are “Anna Berger”").is_some());
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
    let test = asked();
    assert!(test.shows("They can do anything you can on this computer"));
    assert!(test.shows("stays after you end"));
}

#[test]
fn the_end_says_who_and_why_and_what_next() {
    let mut test = helped();
    let end = fake::end(EndWord::Ended, EndedBy::Peer, 0, "cause-ended-by-peer");
    test.say(end, |state| host(state, |phase| matches!(phase, HostPhase::Ended(_))));
    assert!(test.shows("The helper ended it."));
    assert!(test.shows("Nobody can see your screen now."));
    assert!(!test.shows("Pause"), "the bar is gone");
    test.click("Make a new invite");
    assert_eq!(test.node.hosts(), 2);
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

/// What the panels have to show, and how much of it calls for attention.
fn samples() -> (Vec<NodeEvent>, usize) {
    let events: Vec<_> = PanelName::on(PanelSide::Host).flat_map(PanelName::sample).collect();
    let mut panels = Panels::default();
    let now = Instant::now();
    let counted =
        events.iter().filter(|event| panels.apply((*event).clone(), now).1 != Attention::Quiet).count();
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
