//! Keys and text: when they go to the host, what the menu sends, and in which way somebody types. The
//! desktop's own shortcuts are tested in `shortcuts`.

use beistand_gui::backend::fake;
use beistand_gui::keys::{KeyHabits, KeyWay};
use beistand_gui::state::TechnicianPhase;
use beistand_node::{
    ContactMark, ControlCommand, ControlEvent, EndWord, EndedBy, FeatureCommand, FeatureEvent, InputEvent,
    NodeCommand, NodeEvent, PermissionSet, RequestInfo, SystemKind,
};
use egui::Key;
use egui_kittest::kittest::Queryable as _;

use super::{filled, middle};
use crate::common::{Test, permissions, technician, view_only, viewing};

#[test]
fn keys_go_to_the_host_only_while_its_picture_has_the_hand() {
    let mut test = viewing(PermissionSet::DESKTOP);
    let at = middle(&test);
    test.harness.hover_at(at);
    test.steps(2);
    assert!(test.keys.to_host());
    test.click("Messages");
    assert!(!test.keys.to_host(), "the hand is at the toolbar");
    test.harness.hover_at(at);
    test.steps(2);
    assert!(test.keys.to_host());
    test.harness.get_by_label("Write a message").click();
    test.steps(2);
    test.harness.hover_at(at);
    test.steps(2);
    assert!(!test.keys.to_host(), "a text field has the focus");
    test.say(NodeEvent::Paused(true), |state| state.viewing().is_some_and(|viewing| viewing.facts.paused()));
    assert!(!test.keys.to_host());
}

#[test]
fn without_permission_keys_stay_here() {
    let mut test = viewing(view_only());
    let at = middle(&test);
    test.harness.hover_at(at);
    test.steps(2);
    assert!(!test.keys.to_host());
}

#[test]
fn special_keys_are_sent_from_the_menu() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.click("Keys");
    test.click("Alt + Tab");
    assert_eq!(test.heard_names(), ["AltLeft true", "Tab true", "Tab false", "AltLeft false"]);
}

#[test]
fn the_menu_has_what_makes_sense_on_the_other_sides_system() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.click("Keys");
    assert!(!test.shows("Ctrl + Alt + Del") && test.shows("Alt + Tab"), "nothing is known of it yet");
    test.harness.key_press(Key::Escape);
    let system = |kind| NodeEvent::Feature(FeatureEvent::Control(ControlEvent::System(kind)));
    test.node.say(system(SystemKind::X11));
    test.catch_up();
    test.click("Keys");
    assert!(test.shows("Ctrl + Alt + Del") && !test.shows("Ctrl + Shift + Esc"));
    test.click("Ctrl + Alt + Del");
    let names = ["ControlLeft", "AltLeft", "Delete"];
    let pressed = names.iter().map(|name| format!("{name} true"));
    let expected: Vec<_> = pressed.chain(names.iter().rev().map(|name| format!("{name} false"))).collect();
    assert_eq!(test.heard_names(), expected);
    test.node.say(system(SystemKind::MacOs));
    test.catch_up();
    test.click("Keys");
    assert!(test.shows("Command + Space") && !test.shows("Ctrl + Alt + Del"));
}

#[test]
fn the_way_keys_arrive_is_chosen_in_the_menu_and_kept() {
    let mut test = viewing(PermissionSet::DESKTOP);
    assert_eq!(KeyHabits::chosen(&test.harness.ctx).way, KeyWay::AsAtHome);
    test.click("Keys");
    test.click("By the key's place");
    assert_eq!(KeyHabits::chosen(&test.harness.ctx).way, KeyWay::ByPlace);
    assert!(!test.shows("By the key's place"), "the menu is closed");
}

#[test]
fn how_somebody_types_is_remembered_for_this_contact_alone() {
    let asked = |number| {
        let contact = Some(ContactMark::sample(number));
        NodeEvent::Request(RequestInfo { contact, ..fake::request() })
    };
    let connect = |test: &mut Test, number| {
        test.node.say(asked(number));
        test.say(permissions(PermissionSet::DESKTOP), |state| state.viewing().is_some());
    };
    let end = |test: &mut Test| {
        let end = fake::end(EndWord::Lost, EndedBy::Nobody, 5, "cause-not-found");
        test.say(end, |state| technician(state, |phase| matches!(phase, TechnicianPhase::Ended(_))));
        test.click("Use another invite");
        // The one that was used is gone.
        test.harness.get_by_label("Invite").focus();
        test.steps(1);
        test.harness.event(egui::Event::Text(fake::invite().words));
        test.steps(2);
        test.click("Connect");
    };
    let way = |test: &Test| KeyHabits::chosen(&test.harness.ctx).way;
    let mut test = filled();
    test.click("Connect");
    connect(&mut test, 1);
    assert_eq!(way(&test), KeyWay::AsAtHome);
    test.click("Keys");
    test.click("By the key's place");
    assert_eq!(way(&test), KeyWay::ByPlace);
    end(&mut test);
    connect(&mut test, 2);
    assert_eq!(way(&test), KeyWay::AsAtHome, "somebody else");
    end(&mut test);
    connect(&mut test, 1);
    assert_eq!(way(&test), KeyWay::ByPlace);
}

#[test]
fn the_copied_text_is_typed_unless_it_is_too_long() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.click("Keys");
    test.click("Type the text that you copied");
    // The window system hands it over in its own time.
    test.steps(3);
    test.harness.event(egui::Event::Paste("a".repeat(100_000)));
    test.steps(2);
    assert!(test.heard().is_empty());
    assert!(test.shows("That text is too long to be typed. Paste it in parts."));
    test.click("Type the text that you copied");
    test.steps(3);
    test.harness.event(egui::Event::Paste("Zwölf\n€".to_owned()));
    test.steps(2);
    let heard = test.heard();
    let is_typed = |command: &NodeCommand| {
        matches!(command, NodeCommand::Feature(FeatureCommand::Control(ControlCommand::Type(events)))
            if matches!(&events[..], [InputEvent::Text(text)] if text.as_str() == "Zwölf\n€"))
    };
    assert!(heard.iter().any(is_typed), "{heard:?}");
}
