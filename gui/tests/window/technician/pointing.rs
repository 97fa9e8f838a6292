//! Drawing on the picture: what goes to the host, and that nothing else does meanwhile.

use beistand_gui::panels::PanelName;
use beistand_node::{FeatureCommand, MarkShape, NodeCommand, Permission, PermissionSet, PointingCommand};
use egui::{Key, vec2};

use super::middle;
use crate::common::{Test, input, view_only, viewing};

/// What was asked of pointing since the last call; nothing of it may be input.
#[track_caller]
fn drawn(test: &Test) -> Vec<PointingCommand> {
    let heard = test.node.heard();
    assert!(heard.iter().all(|command| input(command).is_none()), "{heard:?}");
    let command = |command| match command {
        NodeCommand::Feature(FeatureCommand::Pointing(command)) => Some(command),
        _ => None,
    };
    heard.into_iter().filter_map(command).collect()
}

fn drawing(granted: PermissionSet) -> Test {
    let mut test = viewing(granted.with(Permission::Annotate));
    test.open_panel(PanelName::Pointing);
    test.node.heard();
    test
}

/// Drags across the picture.
fn drag(test: &mut Test) {
    let at = middle(test);
    test.harness.drag_at(at);
    test.steps(1);
    for step in 1..4 {
        test.harness.hover_at(at + vec2(20.0 * step as f32, 10.0));
        test.steps(1);
    }
    test.harness.drop_at(at + vec2(60.0, 10.0));
    test.steps(1);
}

#[test]
fn a_stroke_is_on_its_way_from_the_press_on_and_no_input_is() {
    for granted in [view_only(), PermissionSet::DESKTOP] {
        let mut test = drawing(granted);
        drag(&mut test);
        let drawn = drawn(&test);
        let [PointingCommand::Draw { id, shape: MarkShape::Stroke(first), .. }, rest @ ..] = &drawn[..]
        else {
            panic!("{drawn:?}")
        };
        assert_eq!(first.len(), 1);
        assert!(first[0].x.abs_diff(960) <= 2 && first[0].y.abs_diff(540) <= 2, "{first:?}");
        let more =
            |command: &PointingCommand| matches!(command, PointingCommand::Extend { id: of, .. } if of == id);
        assert!(rest.len() >= 3 && rest.iter().all(more), "{rest:?}");
    }
}

#[test]
fn other_tools_send_one_mark_and_escape_gives_the_mouse_back() {
    let mut test = drawing(PermissionSet::DESKTOP);
    test.click("Arrow");
    drag(&mut test);
    let marks = drawn(&test);
    let [PointingCommand::Draw { shape: MarkShape::Arrow { from, to }, .. }] = &marks[..] else {
        panic!("{marks:?}")
    };
    assert!(to.x > from.x + 50 && to.y > from.y, "{from:?} {to:?}");
    test.click("Wipe all away");
    assert_eq!(drawn(&test), [PointingCommand::Wipe]);
    test.harness.key_press(Key::Escape);
    test.steps(2);
    let at = middle(&test);
    test.harness.drag_at(at);
    test.harness.drop_at(at);
    test.steps(2);
    assert_eq!(test.heard_names(), ["Left true", "Left false"], "the mouse is the host's again");
}

#[test]
fn without_the_permission_there_are_no_tools() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.open_group(PanelName::Pointing.group());
    assert!(test.disabled().contains(&"Draw".to_owned()), "{:?}", test.disabled());
}
