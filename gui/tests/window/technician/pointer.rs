//! The mouse on the picture: what of it reaches the host, and what stays here.

use beistand_node::{InputEvent, NodeEvent, Permission, PermissionSet, PointerButton};
use egui::{Key, pos2, vec2};
use egui_kittest::kittest::Queryable as _;

use super::middle;
use crate::common::{Test, input, view_only, viewing};

fn pointer_moves(test: &Test) -> Vec<(u16, u16)> {
    let moved = |command| match input(command) {
        Some(InputEvent::PointerMove { x, y }) => Some((*x, *y)),
        _ => None,
    };
    test.node.heard().iter().filter_map(moved).collect()
}

#[test]
fn the_mouse_reaches_the_host_in_its_own_pixels() {
    let mut test = viewing(PermissionSet::DESKTOP);
    let at = middle(&test);
    test.harness.hover_at(at);
    test.steps(1);
    let moves = pointer_moves(&test);
    let (x, y) = *moves.last().expect("a move");
    assert!((959..=961).contains(&x) && (539..=541).contains(&y), "{moves:?}");
    test.harness.drag_at(at);
    test.harness.drop_at(at);
    test.steps(2);
    assert_eq!(test.heard_names(), ["Left true", "Left false"]);
    test.harness.hover_at(at);
    test.harness.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Line,
        delta: vec2(0.0, -1.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
        modifiers: egui::Modifiers::NONE,
    });
    test.steps(1);
    let heard: Vec<_> = test.heard().iter().filter_map(|command| input(command).cloned()).collect();
    assert_eq!(heard, [InputEvent::Wheel { dx: 0, dy: 120 }]);
}

#[test]
fn a_drag_across_the_pictures_edge_goes_on_along_it_until_the_button_is_let_go() {
    let mut test = viewing(PermissionSet::DESKTOP);
    let picture = test.harness.get_by_label("Their screen").rect();
    test.harness.drag_at(picture.center());
    test.steps(1);
    test.heard();
    test.harness.hover_at(pos2(picture.center().x, picture.bottom() + 500.0));
    test.steps(1);
    let moves = pointer_moves(&test);
    assert_eq!(moves.last().map(|(_, y)| *y), Some(1079), "{moves:?}");
    test.harness.drop_at(pos2(picture.center().x, picture.bottom() + 500.0));
    test.steps(1);
    assert_eq!(test.heard_names().last().map(String::as_str), Some("Left false"));
    test.harness.hover_at(pos2(picture.center().x, picture.bottom() + 400.0));
    test.steps(1);
    assert!(pointer_moves(&test).is_empty(), "without a button it stays here");
}

#[test]
fn the_buttons_for_back_and_forward_and_the_wheel_to_the_side_reach_the_host() {
    let mut test = viewing(PermissionSet::DESKTOP);
    let at = middle(&test);
    test.harness.hover_at(at);
    test.steps(1);
    test.heard();
    for (button, pressed) in [(egui::PointerButton::Extra1, true), (egui::PointerButton::Extra1, false)] {
        let modifiers = egui::Modifiers::NONE;
        test.harness.event(egui::Event::PointerButton { pos: at, button, pressed, modifiers });
    }
    // A wheel of fine steps, turned to the right: a notch is eight of them.
    for _ in 0..8 {
        test.harness.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Line,
            delta: vec2(-0.125, 0.0),
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Wheel,
            modifiers: egui::Modifiers::NONE,
        });
    }
    test.steps(2);
    let heard: Vec<_> = test.heard().iter().filter_map(|command| input(command).cloned()).collect();
    let back = |pressed| InputEvent::Button { button: PointerButton::Back, pressed };
    assert!(heard.starts_with(&[back(true), back(false)]), "{heard:?}");
    let turned: i16 =
        heard.iter().map(|event| if let InputEvent::Wheel { dx, dy: 0 } = event { *dx } else { 0 }).sum();
    assert_eq!(turned, 120, "{heard:?}");
}

#[test]
fn moves_of_one_frame_are_one() {
    let mut test = viewing(PermissionSet::DESKTOP);
    let at = middle(&test);
    test.steps(1);
    test.node.heard();
    for step in 0..20 {
        test.harness.input_mut().events.push(egui::Event::PointerMoved(at + vec2(step as f32, 0.0)));
    }
    test.steps(1);
    assert_eq!(pointer_moves(&test).len(), 1);
}

#[test]
fn the_mouse_stays_here_beside_the_picture_and_without_permission() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.harness.hover_at(pos2(640.0, 10.0));
    test.steps(2);
    assert!(pointer_moves(&test).is_empty());

    let mut test = viewing(view_only());
    let at = middle(&test);
    test.harness.hover_at(at);
    test.harness.drag_at(at);
    test.steps(2);
    assert!(test.node.heard().is_empty());
}

#[test]
fn a_held_button_is_released_when_the_mouse_is_taken_away() {
    let mut test = viewing(PermissionSet::DESKTOP);
    let at = middle(&test);
    test.harness.drag_at(at);
    test.steps(2);
    assert_eq!(test.heard_names(), ["Left true"]);
    test.say(
        NodeEvent::Permissions {
            granted: view_only(),
            revoked: PermissionSet::NONE.with(Permission::Pointer),
        },
        |state| state.viewing().is_some_and(|viewing| !viewing.facts.granted.contains(Permission::Pointer)),
    );
    let heard: Vec<_> = test.heard().iter().filter_map(|command| input(command).cloned()).collect();
    assert_eq!(heard, [InputEvent::Button { button: PointerButton::Left, pressed: false }]);
    assert!(test.shows("No longer allowed: use the mouse"));
}

/// What comes before a drawing in which the window has just become `size` points large: a press at `at`.
fn press_as_the_window_grows(test: &mut Test, size: egui::Vec2, at: egui::Pos2) {
    test.harness.set_size(size);
    press(test, at);
}

fn press(test: &mut Test, at: egui::Pos2) {
    let button = egui::Event::PointerButton {
        pos: at,
        button: egui::PointerButton::Primary,
        pressed: true,
        modifiers: egui::Modifiers::NONE,
    };
    test.harness.input_mut().events.extend([egui::Event::PointerMoved(at), button]);
    test.harness.step();
}

#[test]
fn a_press_in_the_first_picture_after_going_full_screen_reaches_the_host() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.click("1:1");
    test.harness.key_press(Key::F11);
    test.steps(3);
    test.heard();
    // Below and beside everything that the window showed so far; the picture lies in the middle of the
    // screen.
    press_as_the_window_grows(&mut test, vec2(2048.0, 1200.0), pos2(1900.0, 1100.0));
    assert_eq!(test.heard_names(), ["Left true"]);
    assert!(test.keys.to_host(), "and what is typed next goes there too");
}

#[test]
fn a_press_where_a_scroll_bar_was_reaches_the_host() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.click("1:1");
    test.harness.key_press(Key::F11);
    test.steps(3);
    test.heard();
    press_as_the_window_grows(&mut test, vec2(2048.0, 1200.0), pos2(1276.0, 400.0));
    assert_eq!(test.heard_names(), ["Left true"]);
}

#[test]
fn a_press_where_the_picture_was_but_a_panel_is_now_stays_here() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.harness.key_press(Key::F11);
    test.steps(3);
    assert!(test.state().viewing().is_some_and(|viewing| viewing.extent.is_screen()));
    test.harness.key_press(Key::F11);
    test.harness.step();
    // The toolbar is back from this drawing on.
    press(&mut test, pos2(640.0, 10.0));
    assert!(test.heard().is_empty());
}

#[test]
fn what_lies_on_the_picture_keeps_its_presses() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.click("1:1");
    let at = pos2(1276.0, 400.0);
    test.harness.hover_at(at);
    test.steps(2);
    press(&mut test, at);
    assert!(test.heard().is_empty(), "the scroll bar's");

    let mut test = viewing(PermissionSet::DESKTOP);
    test.click("Keys");
    let item = test.harness.get_by_label("F11").rect().center();
    assert!(test.harness.get_by_label("Their screen").rect().contains(item));
    press(&mut test, item);
    assert!(test.heard().is_empty(), "the menu's");
}
