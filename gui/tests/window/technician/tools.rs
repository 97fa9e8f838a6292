//! The technician's tools: the list of commands, the keys, zoom, what is kept, and why nothing arrives.

use beistand_gui::app::StartPage;
use beistand_gui::backend::fake;
use beistand_gui::panels::PanelName;
use beistand_gui::state::{ConnectForm, HandPlace, PictureScale, TechnicianPhase, WindowExtent};
use beistand_gui::theme;
use beistand_node::words::Language;
use beistand_node::{
    AppealAnswer, AppealCommand, AppealEvent, ControlEvent, EndWord, EndedBy, FeatureCommand, FeatureEvent,
    HandsStand, NodeCommand, NodeEvent, Permission, PermissionSet, ToolbarHabits,
};
use egui::{Key, Modifiers, Theme, pos2, vec2};
use egui_kittest::kittest::Queryable as _;

use super::middle;
use crate::common::{Look, Test, drawing, open, open_as, permissions, technician, view_only, viewing};

/// A session in which what is typed stays here, as after Ctrl + Alt.
fn here(granted: PermissionSet) -> Test {
    let mut test = viewing(granted);
    if granted.contains(Permission::Keyboard) {
        let at = middle(&test);
        test.harness.hover_at(at);
        test.steps(2);
        test.click("Keyboard: there");
    }
    test
}

fn commands(test: &mut Test) {
    test.harness.key_press_modifiers(Modifiers::CTRL | Modifiers::SHIFT, Key::P);
    test.steps(3);
    assert!(test.state().viewing().is_some_and(|viewing| viewing.search.is_some()));
}

fn write(test: &mut Test, text: &str) {
    test.harness.event(egui::Event::Text(text.to_owned()));
    test.steps(2);
}

fn scale(test: &Test) -> PictureScale {
    test.state().viewing().expect("the viewer").scale
}

#[test]
fn every_command_is_found_by_its_name_and_done_with_enter() {
    let mut test = here(PermissionSet::DESKTOP);
    commands(&mut test);
    write(&mut test, "statis");
    assert!(!test.shows("Picture larger"));
    test.harness.key_press(Key::Enter);
    test.steps(3);
    let open = |test: &Test| test.state().viewing().is_some_and(|one| one.panels.is_open(PanelName::View));
    assert!(open(&test) && test.state().viewing().is_some_and(|viewing| viewing.search.is_none()));
    commands(&mut test);
    test.harness.key_press(Key::Escape);
    test.steps(2);
    assert!(!test.shows("What would you like to do?"));
    commands(&mut test);
    write(&mut test, "keys");
    test.harness.key_press(Key::ArrowDown);
    test.steps(2);
    test.harness.key_press(Key::ArrowUp);
    test.steps(2);
    test.harness.key_press(Key::Enter);
    test.steps(3);
    assert!(test.shows("Press both and let go") || test.shows("As on your keyboard"));
}

#[test]
fn while_the_picture_has_the_keyboard_no_key_of_ours_is_taken_from_it() {
    let mut test = viewing(PermissionSet::DESKTOP);
    let at = middle(&test);
    test.harness.hover_at(at);
    test.steps(2);
    assert!(test.keys.to_host(), "so the window gets none of them");
    test.harness.key_press(Key::Plus);
    test.steps(2);
    assert_eq!(scale(&test), PictureScale::Fit, "one that is meant for it does nothing here either");
}

#[test]
fn f1_shows_the_keys_and_f6_goes_to_the_toolbar_which_can_be_walked() {
    let mut test = here(PermissionSet::DESKTOP);
    test.harness.key_press(Key::F1);
    test.steps(3);
    assert!(test.shows("Ctrl + Shift + P") && test.shows("Press both and let go"));
    test.harness.key_press(Key::Escape);
    test.steps(2);
    assert!(!test.shows("Press both and let go"));
    test.harness.key_press(Key::F6);
    test.steps(3);
    assert!(test.harness.get_by_label("Fit").is_focused());
    test.harness.key_press(Key::Tab);
    test.steps(2);
    test.harness.key_press(Key::Enter);
    test.steps(2);
    assert_eq!(scale(&test), PictureScale::Actual);
}

#[test]
fn the_picture_is_made_larger_and_smaller_by_keys_and_wheel_that_are_not_the_hosts() {
    let mut test = here(PermissionSet::DESKTOP);
    test.harness.key_press(Key::Num1);
    test.steps(2);
    test.harness.key_press(Key::Plus);
    test.steps(2);
    assert_eq!(scale(&test), PictureScale::Percent(125));
    assert_eq!(test.harness.get_by_label("Their screen").rect().size(), vec2(2400.0, 1350.0));
    let at = pos2(600.0, 400.0);
    test.harness.hover_at(at);
    test.steps(2);
    test.heard();
    let larger = test.harness.get_by_label("Their screen").rect().min;
    let modifiers = Modifiers::CTRL;
    let wheel = egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Line,
        delta: vec2(0.0, -1.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
        modifiers,
    };
    test.harness.event(wheel);
    test.steps(2);
    assert_eq!(scale(&test), PictureScale::Actual);
    let before = test.harness.get_by_label("Their screen").rect().min;
    let moved = (at - larger) / 1.25 - (at - before);
    assert!(moved.length() < 2.0, "what is under the pointer stays there: {moved}");
    let button = |pressed| egui::Event::PointerButton {
        pos: at,
        button: egui::PointerButton::Middle,
        pressed,
        modifiers: Modifiers::NONE,
    };
    test.harness.event(button(true));
    test.steps(1);
    test.harness.hover_at(at - vec2(100.0, 50.0));
    test.steps(2);
    test.harness.event(button(false));
    test.steps(2);
    let after = test.harness.get_by_label("Their screen").rect().min;
    assert_eq!(before - after, vec2(100.0, 50.0));
    assert!(test.heard().is_empty(), "nothing of it reaches the host");
    assert!(test.state().viewing().is_some_and(|viewing| viewing.hand == HandPlace::TakenBack));
    test.harness.hover_at(pos2(12.0, 400.0));
    test.steps(6);
    let moved = test.harness.get_by_label("Their screen").rect().min;
    assert!(moved.x > after.x, "at its edge the pointer moves it: {after} {moved}");
}

#[test]
fn in_full_screen_the_toolbar_stays_where_somebody_wants_it() {
    let mut test = here(PermissionSet::DESKTOP);
    for command in ["Keep toolbar", "at the bottom"] {
        commands(&mut test);
        write(&mut test, command);
        test.harness.key_press(Key::Enter);
        test.steps(3);
    }
    let habits = ToolbarHabits { pinned: true, at_lower_edge: true };
    assert_eq!(test.node.toolbar_habits(), habits, "remembered");
    test.harness.key_press(Key::F11);
    test.steps(3);
    test.harness.hover_at(pos2(640.0, 300.0));
    test.steps(3);
    let extent = test.state().viewing().expect("the viewer").extent;
    assert_eq!(extent, WindowExtent::ScreenWithToolbar);
    assert!(test.harness.get_by_label("Messages").rect().top() > 700.0);
}

#[test]
fn a_picture_is_saved_and_copied_while_the_user_shows_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut test = here(PermissionSet::DESKTOP);
    test.node.keep_in(folder.path().to_owned());
    commands(&mut test);
    write(&mut test, "save picture");
    test.harness.key_press(Key::Enter);
    while !test.shows("Saved:") {
        std::thread::yield_now();
        test.steps(1);
    }
    test.click("More ⏷");
    test.harness.get_by_label("Copy picture of their screen").click();
    test.harness.step();
    let commands_out = &test.harness.output().platform_output.commands;
    let is_copied = |one: &egui::OutputCommand| matches!(one, egui::OutputCommand::CopyImage(image) if image.size == [1920, 1080]);
    assert!(commands_out.iter().any(is_copied));
    test.steps(2);
    assert!(test.shows("was copied"));
    assert_eq!(std::fs::read_dir(folder.path()).expect("it is there").count(), 1);
    test.say(NodeEvent::Paused(true), |state| state.viewing().is_some_and(|viewing| viewing.facts.paused()));
    commands(&mut test);
    write(&mut test, "picture");
    assert!(!test.shows("Save picture") && test.shows("Picture larger"));
}

/// Draws until this is shown.
fn until_shown(test: &mut Test, text: &str) {
    while !test.shows(text) {
        std::thread::yield_now();
        test.steps(1);
    }
}

#[test]
fn a_picture_and_notes_are_saved_where_the_helper_chooses_and_the_folder_is_remembered() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut test = here(PermissionSet::DESKTOP);
    test.node.keep_in(folder.path().to_owned());
    commands(&mut test);
    write(&mut test, "save picture as");
    test.harness.key_press(Key::Enter);
    test.steps(3);
    assert!(test.shows("when you press Save"));
    test.click("Choose…");
    until_shown(&mut test, "This desktop shows no window");
    let chosen = folder.path().join("elsewhere").join("screen.png");
    std::fs::create_dir(chosen.parent().expect("it has one")).expect("ours");
    std::fs::write(&chosen, "old").expect("ours");
    test.node.choose_in_dialog(chosen.clone());
    test.click("Choose…");
    until_shown(&mut test, "when you press Save");
    test.click("Save");
    until_shown(&mut test, "Saved:");
    assert!(std::fs::metadata(&chosen).expect("it is there").len() > 100, "the person said so");
    assert!(!test.shows("when you press Save"), "the form is closed");

    commands(&mut test);
    write(&mut test, "notes");
    test.harness.key_press(Key::Enter);
    test.steps(3);
    test.harness.get_by_role_and_label(egui::accesskit::Role::MultilineTextInput, "Notes").focus();
    test.steps(2);
    write(&mut test, "a printer");
    test.click("Save as…");
    test.click("Save");
    let is_beside = || std::fs::read_dir(chosen.parent().expect("it has one")).expect("ours").count() == 2;
    while !is_beside() || test.shows("Choose…") {
        std::thread::yield_now();
        test.steps(1);
    }
    test.click("Save as…");
    test.harness.key_press(Key::Escape);
    test.steps(2);
    assert!(!test.shows("Choose…"));
}

#[test]
fn notes_are_kept_until_the_end_and_can_be_copied_then() {
    let mut test = here(PermissionSet::DESKTOP);
    commands(&mut test);
    write(&mut test, "notes");
    test.harness.key_press(Key::Enter);
    test.steps(3);
    test.harness.get_by_role_and_label(egui::accesskit::Role::MultilineTextInput, "Notes").focus();
    test.steps(2);
    write(&mut test, "printer: 192.168.1.7");
    let end = fake::end(EndWord::Ended, EndedBy::Us, 0, "cause-not-found");
    test.say(end, |state| technician(state, |phase| matches!(phase, TechnicianPhase::Ended(_))));
    test.harness.get_by_label("Copy notes").click();
    test.harness.step();
    let commands = &test.harness.output().platform_output.commands;
    let is_copied = |one: &egui::OutputCommand| matches!(one, egui::OutputCommand::CopyText(text) if text == "printer: 192.168.1.7");
    assert!(commands.iter().any(is_copied), "{commands:?}");
}

#[test]
fn whoever_tries_what_is_not_allowed_sees_why_and_asks_with_a_reason() {
    let mut test = viewing(view_only());
    let at = middle(&test);
    assert!(!test.shows("Nothing arrives"));
    test.harness.drag_at(at);
    test.harness.drop_at(at);
    test.steps(2);
    assert!(test.shows("Nothing arrives: you may not use the mouse yet."));
    test.click("Ask to use the mouse");
    write(&mut test, "to click on it");
    test.click("Ask them");
    let asked = AppealCommand::Ask { permission: Permission::Pointer, reason: "to click on it".to_owned() };
    let heard = test.heard();
    assert!(
        matches!(&heard[..], [NodeCommand::Feature(FeatureCommand::Appeal(one))] if *one == asked),
        "{heard:?}"
    );
    let answer = AppealEvent::Answered { permission: Permission::Pointer, answer: AppealAnswer::Asked };
    test.node.say(NodeEvent::Feature(FeatureEvent::Appeal(answer)));
    test.catch_up();
    assert!(test.shows("They are being asked for this"));
    test.pass_time();
    test.harness.hover_at(at);
    test.steps(2);
    write(&mut test, "x");
    assert!(test.shows("Nothing arrives: you may not use the keyboard yet."));
    test.pass_time();
    assert!(!test.shows("Nothing arrives"));
}

#[test]
fn whoever_is_kept_out_sees_whether_it_is_a_question_or_the_users_own_hand() {
    let mut test = viewing(PermissionSet::DESKTOP);
    let stand = |open, users_hand, dropped| {
        let stand = HandsStand { open, users_hand, dropped };
        NodeEvent::Feature(FeatureEvent::Control(ControlEvent::Hands(stand)))
    };
    for (event, said) in [
        (stand(true, false, 0), None),
        (stand(false, false, 1), Some("a question is on their screen")),
        (stand(true, true, 2), Some("they are using their own mouse or keyboard")),
    ] {
        test.node.say(event);
        test.catch_up();
        assert_eq!(test.shows("Nothing arrives"), said.is_some());
        assert!(said.is_none_or(|said| test.shows(said)));
    }
}

/// The list, the keys, the notes and the sign over the picture, wide and narrow.
#[test]
fn nothing_of_the_tools_is_cut_off_or_too_weak_to_be_read() {
    for language in Language::ALL {
        for (size, theme) in [([1280.0, 720.0], Theme::Light), (theme::LEAST_SIZE, Theme::Dark)] {
            let look = Look { size, language, theme, ..Look::of_size(size) };
            let mut test = open_as(StartPage::Technician(filled_form()), look);
            let picture = beistand_node::Size::new(1920, 1080).expect("valid");
            fake::draw_desktop(&test.node.picture(), picture, 0);
            test.say(permissions(view_only()), |state| state.viewing().is_some());
            test.harness.set_size(size.into());
            test.pass_time();
            let label = test.words.text("page-viewer-picture");
            let at = test.harness.get_by_label(&label).rect().center();
            test.harness.drag_at(at);
            test.harness.drop_at(at);
            expect_readable(&mut test, look);
            test.pass_time();
            for key in [Key::F1, Key::P] {
                let modifiers =
                    if key == Key::P { Modifiers::CTRL | Modifiers::SHIFT } else { Modifiers::NONE };
                test.harness.key_press_modifiers(modifiers, key);
                expect_readable(&mut test, look);
                test.harness.key_press(Key::Escape);
                test.steps(2);
            }
            commands(&mut test);
            let notes = test.words.text("page-notes");
            write(&mut test, &notes);
            test.harness.key_press(Key::Enter);
            expect_readable(&mut test, look);
        }
    }
}

#[test]
fn enter_before_all_is_there_says_what_is_missing_and_connects_to_nobody() {
    let form = ConnectForm { name: String::new(), ..filled_form() };
    let mut test = open(StartPage::Home, [560.0, 1600.0]);
    test.harness.get_by_label_contains("Give help").click();
    test.steps(3);
    test.harness.get_by_label("Invite").focus();
    test.steps(1);
    write(&mut test, form.invite.text());
    test.steps(2);
    test.harness.key_press(Key::Enter);
    test.steps(3);
    assert!(test.shows("Write your name first") && test.node.asked().is_empty());
    test.harness.get_by_label("Your name").focus();
    test.steps(1);
    write(&mut test, "Anna");
    test.steps(2);
    assert!(!test.shows("Write your name first"), "it is there now");
}

fn filled_form() -> ConnectForm {
    let mut form = ConnectForm { name: "Anna".to_owned(), ..ConnectForm::default() };
    form.invite.set(fake::invite().words);
    form
}

#[track_caller]
fn expect_readable(test: &mut Test, look: Look) {
    test.steps(4);
    let page = if look.theme == Theme::Light { theme::LIGHT.page } else { theme::DARK.page };
    let shapes = &test.harness.output().shapes;
    // What lies over something else covers it.
    let mut faults = drawing::faults(shapes, page, false);
    faults.retain(|fault| !fault.contains(" lies on "));
    assert!(faults.is_empty(), "{look:?}: {faults:#?}");
    let mut weak = drawing::weak(shapes, page);
    weak.retain(|text| !test.disabled().iter().any(|label| text.contains(label)));
    assert!(weak.is_empty(), "{look:?}: {weak:#?}");
}
