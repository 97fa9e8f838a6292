//! Before anybody asks: the first page, and the invite in all its forms. What follows is not tested here.

use beistand_gui::app::StartPage;
use beistand_gui::backend::fake;
use beistand_gui::state::{AppState, OpenPage};
use beistand_node::{NodeEvent, ReplaceCause};
use egui::Key;
use egui_kittest::kittest::Queryable as _;

use crate::common::{Test, invited, open};

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
        OpenPage::Home | OpenPage::Technician(_) | OpenPage::Changes(_) | OpenPage::Acquaintances(_) => false,
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
