//! Several people who are helped at once: a tab for each, and what goes on in those that aren't shown.

use beistand_gui::backend::fake;
use beistand_gui::panels::PanelName;
use beistand_gui::state::{OpenPage, TechnicianPhase};
use beistand_node::{
    ClipboardCommand, EndWord, EndedBy, FeatureCommand, NodeCommand, NodeEvent, Permission, PermissionSet,
    TalkState, VoiceCommand, VoiceEvent, VoiceOwner,
};
use egui_kittest::kittest::Queryable as _;

use crate::common::{Test, input, permissions, technician, viewing};

const ANOTHER: &str = "Help somebody else as well";

/// Opens the paste page beside a session.
fn open_another(test: &mut Test) {
    if !test.shows(ANOTHER) {
        test.click("More ⏷");
    }
    test.click(ANOTHER);
}

/// Two sessions, of which the second one is shown.
fn two() -> Test {
    let mut test = viewing(PermissionSet::DESKTOP);
    open_another(&mut test);
    test.harness.get_by_label("Invite").focus();
    test.steps(2);
    test.harness.event(egui::Event::Paste(fake::invite().words));
    test.steps(2);
    test.click("Connect");
    let size = beistand_node::Size::new(1280, 720).expect("valid");
    fake::draw_desktop(&test.node.picture(), size, 1);
    test.say(permissions(PermissionSet::DESKTOP), |state| state.viewing().is_some());
    test
}

#[test]
fn a_second_session_has_a_tab_and_the_name_is_not_asked_again() {
    let mut test = viewing(PermissionSet::DESKTOP);
    assert!(!test.shows("Computer 1"), "one session has no tabs");
    open_another(&mut test);
    assert!(test.shows("Computer 1") && test.shows("2: new invite"));
    match &test.state().page {
        OpenPage::Technician(technician) => assert_eq!(technician.form.name, "Anna"),
        OpenPage::Home | OpenPage::Host(_) | OpenPage::Changes(_) | OpenPage::Acquaintances(_) => {
            panic!("the paste page")
        }
    }
}

#[test]
fn what_is_done_goes_to_the_session_that_is_shown() {
    let mut test = two();
    test.node.heard_earlier();
    let middle = super::middle(&test);
    test.harness.event(egui::Event::PointerMoved(middle));
    test.steps(2);
    let moved = |commands: Vec<NodeCommand>| commands.iter().any(|command| input(command).is_some());
    assert!(moved(test.node.heard()) && !moved(test.node.heard_earlier()));
    test.click("Computer 1");
    test.steps(6);
    test.node.heard();
    test.harness.event(egui::Event::PointerMoved(middle + egui::Vec2::new(9.0, 9.0)));
    test.steps(2);
    assert!(moved(test.node.heard_earlier()) && !moved(test.node.heard()));
}

/// Whether the hand's doings are among these.
fn has_input(commands: &[NodeCommand]) -> bool {
    commands.iter().any(|command| input(command).is_some())
}

#[test]
fn what_was_done_in_the_drawing_in_which_a_tab_is_chosen_is_for_the_session_that_was_drawn() {
    let mut test = two();
    let tab = test.harness.get_by_label("Computer 1").rect().center();
    let middle = super::middle(&test);
    test.harness.event(egui::Event::PointerMoved(middle));
    test.steps(6);
    test.node.heard();
    test.node.heard_earlier();
    let button = |pressed| egui::Event::PointerButton {
        pos: tab,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: egui::Modifiers::NONE,
    };
    for event in [egui::Event::PointerMoved(middle + egui::Vec2::splat(9.0)), button(true), button(false)] {
        test.harness.event(event);
    }
    test.steps(2);
    assert!(!has_input(&test.node.heard_earlier()), "the first host hears of nothing");
}

#[test]
fn the_second_click_of_a_double_click_that_closes_a_tab_reaches_no_host() {
    let mut test = viewing(PermissionSet::DESKTOP);
    open_another(&mut test);
    test.node.heard();
    test.harness.get_by_label("Back").click();
    test.steps(2);
    let middle = super::middle(&test);
    test.harness.hover_at(middle);
    test.harness.drag_at(middle);
    test.harness.drop_at(middle);
    test.steps(1);
    assert!(!has_input(&test.node.heard()), "it was meant for the page before");
}

#[test]
fn a_tab_keeps_its_number_when_another_one_is_closed() {
    let mut test = viewing(PermissionSet::DESKTOP);
    open_another(&mut test);
    test.click("Computer 1");
    open_another(&mut test);
    test.click("2: new invite");
    test.click("Close this tab");
    assert!(test.shows("Computer 1") || test.shows("3: new invite"));
    assert!(!test.shows("2: new invite"));
}

#[test]
fn of_several_sessions_the_one_that_is_shown_alone_has_the_helpers_clipboard() {
    let mut test = two();
    let clipboard = |commands: Vec<NodeCommand>| -> Vec<ClipboardCommand> {
        let of = |command| match command {
            NodeCommand::Feature(FeatureCommand::Clipboard(command)) => Some(command),
            _ => None,
        };
        commands.into_iter().filter_map(of).collect()
    };
    assert_eq!(clipboard(test.node.heard_earlier()), [ClipboardCommand::Rest]);
    test.node.heard();
    test.click("Computer 1");
    assert_eq!(clipboard(test.node.heard_earlier()), [ClipboardCommand::Use]);
    assert_eq!(clipboard(test.node.heard()), [ClipboardCommand::Rest]);
}

#[test]
fn a_microphone_that_opens_in_a_tab_that_is_not_shown_is_closed() {
    let mut test = two();
    test.node.heard_earlier();
    let open = VoiceEvent::Talk { who: VoiceOwner::Us, state: TalkState::Open };
    test.node.say_as_earlier(NodeEvent::Feature(open.into()));
    let muted = |commands: Vec<NodeCommand>| {
        commands
            .iter()
            .any(|one| matches!(one, NodeCommand::Feature(FeatureCommand::Voice(VoiceCommand::Mute))))
    };
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while !muted(test.node.heard_earlier()) {
        assert!(std::time::Instant::now() < deadline, "it stays open");
        test.catch_up();
    }
}

#[test]
fn a_window_with_several_sessions_asks_before_it_ends_all_of_them() {
    let mut test = two();
    test.node.heard();
    let viewport = test.harness.input_mut().viewports.entry(egui::ViewportId::ROOT).or_default();
    viewport.events.push(egui::ViewportEvent::Close);
    test.steps(2);
    test.harness.input_mut().viewports.entry(egui::ViewportId::ROOT).or_default().events.clear();
    assert!(test.shows("You are helping 2 people"));
    assert!(!test.node.heard().iter().any(|command| matches!(command, NodeCommand::End)));
    test.click("Keep helping");
    assert!(!test.shows("You are helping 2 people") && test.state().viewing().is_some());
}

#[test]
fn each_tab_keeps_its_own_panels() {
    let mut test = two();
    test.open_panel(PanelName::Chat);
    test.click("Computer 1");
    assert!(!test.state().viewing().expect("the first one").panels.is_open(PanelName::Chat));
    test.click("Computer 2");
    assert!(test.state().viewing().expect("the second one").panels.is_open(PanelName::Chat));
}

#[test]
fn what_happens_in_a_tab_that_is_not_shown_is_marked_and_kept() {
    let mut test = two();
    let revoked = PermissionSet::NONE.with(Permission::Keyboard);
    let granted = PermissionSet::DESKTOP.without(Permission::Keyboard);
    test.node.say_as_earlier(NodeEvent::Permissions { granted, revoked });
    while !test.shows("• Computer 1") {
        test.catch_up();
    }
    test.click("• Computer 1");
    assert_eq!(test.state().viewing().expect("the first one").facts.granted, granted);
    assert!(!test.shows("• Computer 1"), "it was seen");
}

#[test]
fn a_session_that_ends_in_the_background_says_so_in_its_tab_and_can_be_closed() {
    let mut test = two();
    test.node.say_as_earlier(fake::end(EndWord::Ended, EndedBy::Peer, 0, "cause-ended-by-peer"));
    while !test.shows("1: ended") {
        test.catch_up();
    }
    assert!(test.state().viewing().is_some(), "the other one goes on");
    test.click("• 1: ended");
    assert!(technician(test.state(), |phase| matches!(phase, TechnicianPhase::Ended(_))));
    test.click("Close this tab");
    assert!(test.state().viewing().is_some() && !test.shows("Computer 1"), "one is left, without tabs");
}

#[test]
fn home_closes_the_tab_and_leaves_the_others() {
    let mut test = viewing(PermissionSet::DESKTOP);
    open_another(&mut test);
    test.click("Back");
    assert!(test.state().viewing().is_some());
    assert!(!test.node.heard().iter().any(|command| matches!(command, NodeCommand::End)));
}

#[test]
fn there_are_no_more_than_four_tabs() {
    let mut test = viewing(PermissionSet::DESKTOP);
    for _ in 1..4 {
        open_another(&mut test);
    }
    assert!(test.shows("4: new invite") && test.disabled().contains(&ANOTHER.to_owned()));
}

#[test]
fn what_came_of_a_saved_picture_is_said_in_its_own_tab() {
    let mut test = two();
    // The picture is being written when another tab is chosen, in the same drawing.
    let save = test.words.text("page-deed-save");
    test.click("More ⏷");
    let toast = |test: &Test| {
        let viewing = test.state().viewing().expect("a session");
        viewing.toasts.iter().any(|toast| test.words.say(&toast.text).contains("Saved"))
    };
    for label in [&save, "Computer 1"] {
        test.harness.get_by_label(label).click_accesskit();
    }
    test.steps(2);
    for _ in 0..20 {
        test.catch_up();
        assert!(!toast(&test), "it is of the other one");
    }
    test.click_on("Computer 2");
    assert!(toast(&test));
}
