//! The desktop's shortcuts: when the host gets them, and how they come back. Other keys are tested in
//! `typing`.

use beistand_gui::backend::fake;
use beistand_gui::state::{SessionWay, TechnicianPhase};
use beistand_node::{EndWord, EndedBy, NodeEvent, PermissionSet};
use egui::Key;
use egui_kittest::kittest::Queryable as _;

use super::middle;
use crate::common::{Test, permissions, technician, view_only, viewing};

/// A session in which the picture has the keyboard.
fn typing() -> Test {
    let mut test = viewing(PermissionSet::DESKTOP);
    let at = middle(&test);
    test.harness.hover_at(at);
    test.steps(2);
    test
}

const THERE: &str = "Keyboard: there";
const HERE: &str = "Keyboard: here";
const HINT: &str = "Press Ctrl + Alt and let go to get them back.";

#[test]
fn shortcuts_go_to_the_host_while_the_picture_has_the_keyboard_and_it_is_said_how_to_get_them_back() {
    let mut test = typing();
    assert!(test.keys.shortcuts_held());
    assert!(test.shows(THERE) && test.shows(HINT));
    test.pass_time();
    assert!(!test.shows(HINT) && test.shows(THERE), "the sign stays");
    // A menu, a text field, the toolbar, and the user's pause take them away at once.
    test.click("Keys");
    assert!(!test.keys.shortcuts_held() && test.shows(HERE));
    test.harness.key_press(Key::Escape);
    test.steps(3);
    let at = middle(&test);
    test.harness.hover_at(at);
    test.steps(2);
    assert!(test.keys.shortcuts_held() && !test.shows(HINT), "it is said once");
    test.click("Messages");
    assert!(!test.keys.shortcuts_held());
    test.harness.hover_at(at);
    test.steps(2);
    assert!(test.keys.shortcuts_held());
    test.harness.get_by_label("Write a message").click();
    test.steps(2);
    test.harness.hover_at(at);
    test.steps(2);
    assert!(!test.keys.shortcuts_held(), "a text field has the focus");
    test.click("Messages");
    test.harness.hover_at(at);
    test.steps(2);
    assert!(test.keys.shortcuts_held());
    test.say(NodeEvent::Paused(true), |state| state.viewing().is_some_and(|viewing| viewing.facts.paused()));
    assert!(!test.keys.shortcuts_held());
}

#[test]
fn shortcuts_come_back_when_the_way_the_permission_or_the_session_is_lost() {
    let mut test = typing();
    let lost = |state: &beistand_gui::state::AppState| {
        state.viewing().is_some_and(|viewing| viewing.facts.way == SessionWay::Lost)
    };
    test.say(NodeEvent::Reconnecting, lost);
    test.steps(2);
    assert!(!test.keys.shortcuts_held());
    let mut test = typing();
    test.say(permissions(view_only()), |state| {
        state.viewing().is_some_and(|viewing| viewing.facts.granted == view_only())
    });
    assert!(!test.keys.shortcuts_held());
    let mut test = typing();
    let end = fake::end(EndWord::Ended, EndedBy::Peer, 0, "cause-not-found");
    test.say(end, |state| technician(state, |phase| matches!(phase, TechnicianPhase::Ended(_))));
    assert!(!test.keys.shortcuts_held());
}

#[test]
fn the_sign_in_the_toolbar_sends_the_keyboard_there_and_back() {
    let mut test = typing();
    test.click(THERE);
    assert!(!test.keys.to_host() && !test.keys.shortcuts_held());
    assert!(test.shows(HERE));
    let at = middle(&test);
    test.harness.hover_at(at);
    test.steps(2);
    assert!(!test.keys.to_host(), "the pointer alone does not give it away again");
    test.click(HERE);
    assert!(test.keys.to_host() && test.keys.shortcuts_held());
    test.click(THERE);
    assert!(!test.keys.to_host());
    test.harness.hover_at(at);
    for pressed in [true, false] {
        let button = egui::PointerButton::Primary;
        let modifiers = egui::Modifiers::NONE;
        test.harness.event(egui::Event::PointerButton { pos: at, button, pressed, modifiers });
        test.steps(1);
    }
    assert!(test.keys.to_host() && test.keys.shortcuts_held(), "a click into the picture does");
}

#[test]
fn whoever_keeps_their_shortcuts_here_has_them_for_the_session() {
    let mut test = typing();
    let at = middle(&test);
    test.click("Keys");
    test.click("Send my desktop's shortcuts too");
    test.harness.hover_at(at);
    test.steps(2);
    assert!(test.keys.to_host() && !test.keys.shortcuts_held());
    test.click("Keys");
    test.click("Send my desktop's shortcuts too");
    test.harness.hover_at(at);
    test.steps(2);
    assert!(test.keys.shortcuts_held());
}

#[test]
fn where_shortcuts_can_not_be_had_the_menu_says_so_and_typing_goes_on() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.node.take_keyboard(true);
    let at = middle(&test);
    test.harness.hover_at(at);
    test.steps(2);
    assert!(test.keys.to_host() && !test.keys.shortcuts_held());
    test.click("Keys");
    assert!(test.shows("Another program on this computer has the keyboard at the moment."));
}
