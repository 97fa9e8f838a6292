//! Before anybody asks: the first page, and the invite in all its forms. What follows is not tested here.

use beistand_gui::app::StartPage;
use beistand_gui::backend::fake;
use beistand_gui::state::{AppState, OpenPage};
use beistand_gui::theme::LIGHT;
use beistand_node::words::Language;
use beistand_node::{
    FeatureCommand, MeetingCommand, NodeCommand, NodeEvent, NodeReach, Notice, ReplaceCause,
};
use egui::Key;
use egui_kittest::kittest::Queryable as _;

use crate::common::{Look, Test, arm, drawing, invited, open, open_as};

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
fn whether_this_computer_can_be_found_is_said_before_the_words_are_read() {
    for (reach, said) in [
        (NodeReach::Nobody, "isn't connected to any network"),
        (NodeReach::LocalNetwork, "only someone in the same network"),
        (NodeReach::Internet, "This computer has a connection to the internet."),
    ] {
        let mut test = open(StartPage::Host, [560.0, 760.0]);
        let reached =
            move |state: &AppState| matches!(&state.page, OpenPage::Host(host) if host.reach == Some(reach));
        test.say(NodeEvent::Reach(reach), reached);
        test.say(
            NodeEvent::Invite(fake::invite()),
            |state| matches!(&state.page, OpenPage::Host(host) if host.invite.is_some()),
        );
        assert!(test.shows(said) && test.shows("Waiting for your helper. Leave this open."), "{reach:?}");
        let words = test.harness.get_by_label("acoustic").rect();
        assert!(test.harness.get_by_label_contains(said).rect().top() < words.top(), "above the words");
    }
}

#[test]
fn words_that_somebody_may_be_typing_become_void_by_a_second_press_alone() {
    let mut test = invited();
    test.click("Make a new invite");
    assert!(test.heard().is_empty() && test.shows("These words will stop working"));
    test.click("Keep these words");
    assert!(test.heard().is_empty() && !test.shows("These words will stop working"));
    test.click("Make a new invite");
    test.click("Make new words");
    assert_eq!(test.heard_names(), ["NewInvite"]);
}

#[test]
fn the_invite_page_fits_a_low_screen_with_every_notice() {
    let notices = [None, Some(Notice::WrongTries { count: 12 }), Some(Notice::Unanswered)];
    let causes =
        [None, Some(ReplaceCause::BrokenOff { times: 3 }), Some(ReplaceCause::AskedAgain { times: 3 })];
    let reaches = [NodeReach::Nobody, NodeReach::LocalNetwork, NodeReach::Internet];
    for language in Language::ALL {
        for (notice, cause) in notices.iter().flat_map(|one| causes.map(|cause| (one, cause))) {
            for reach in reaches {
                let look = Look { language, ..Look::of_size([560.0, 624.0]) };
                let mut test = open_as(StartPage::Host, look);
                cause.into_iter().for_each(|cause| test.node.say(NodeEvent::InviteReplaced(cause)));
                test.node.say(NodeEvent::Invite(fake::invite_in(language)));
                notice.iter().for_each(|notice| test.node.say(NodeEvent::Notice(notice.clone())));
                test.node.say(NodeEvent::Reach(reach));
                test.catch_up();
                test.steps(2);
                let faults = drawing::faults(&test.harness.output().shapes, LIGHT.page, true);
                assert!(faults.is_empty(), "{notice:?} {cause:?} {reach:?} {language:?}: {faults:#?}");
                let cancel = test.harness.get_by_label(&test.words.text("page-invite-cancel")).rect();
                assert!(cancel.bottom() < 624.0, "{notice:?} {cause:?} {reach:?} {language:?}: {cancel}");
            }
        }
    }
}

#[test]
fn cancelling_ends_the_node_and_goes_home() {
    let mut test = invited();
    test.click("Cancel");
    assert_eq!(test.heard_names(), ["End"]);
    assert!(!test.state().under_way());
}

#[test]
fn what_is_wrong_is_told_to_the_helper_with_the_yes_and_not_before() {
    let mut test = invited();
    let field = egui::accesskit::Role::TextInput;
    test.harness.get_by_role_and_label(field, "What is wrong? (optional)").focus();
    test.steps(2);
    test.harness.event(egui::Event::Text("The printer is silent.".to_owned()));
    test.steps(2);
    test.harness.event(egui::Event::Copy);
    test.steps(2);
    assert!(copied(&test).is_empty(), "what is written is copied, not the link");
    test.say(NodeEvent::Request(fake::request()), AppState::asks_for_consent);
    test.tick_one_by_one();
    arm(&mut test);
    assert_eq!(test.heard_names(), ["dialog true"], "nothing is said yet");
    test.click("Allow what is ticked");
    let heard = test.heard();
    let about = heard.iter().find_map(|command| match command {
        NodeCommand::Feature(FeatureCommand::Meeting(MeetingCommand::About(about))) => Some(about.as_str()),
        _ => None,
    });
    assert_eq!(about, Some("The printer is silent."));
    match &test.state().page {
        OpenPage::Host(host) => assert_eq!(host.about, "", "it is kept nowhere"),
        OpenPage::Home | OpenPage::Technician(_) | OpenPage::Changes(_) | OpenPage::Acquaintances(_) => {
            panic!("the user's page")
        }
    }
}
