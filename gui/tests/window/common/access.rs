//! What an assistive program and a person without a mouse get of what was drawn.

use std::collections::{BTreeMap, HashMap};

use egui::accessibility::is_input;
use egui::accesskit::Role;
use egui::{Id, Key};
use egui_kittest::Harness;
use egui_kittest::kittest::{AccessKitNode, NodeT as _};

/// What of the tree an assistive program can't work with: things without a name, and things side by side
/// that have the same one.
pub fn faults<S>(harness: &Harness<'_, S>) -> Vec<String> {
    let mut faults = harness.unnamed_widgets();
    let mut named = BTreeMap::new();
    for node in harness.root().children_recursive() {
        let node = node.accesskit_node();
        let label = node.label().unwrap_or_default();
        if node.role() == Role::Image && label.trim().is_empty() {
            faults.push(format!("a picture at {:?} has no name", node.raw_bounds()));
        }
        if is_input(node.role()) && !node.is_hidden() && !node.data().is_read_only() {
            let beside = node.parent().map(|parent| format!("{:?}", parent.id()));
            *named.entry((beside, format!("{:?}", node.role()), label)).or_insert(0) += 1;
        }
    }
    let twice = named.into_iter().filter(|(_, count)| *count > 1);
    faults.extend(
        twice.map(|((_, role, label), count)| format!("{count} times {role} {label:?} side by side")),
    );
    faults
}

/// What can be pressed or filled in and isn't reached by Tab, however often it is pressed.
pub fn out_of_reach<S>(harness: &mut Harness<'_, S>) -> Vec<String> {
    let mut waiting = HashMap::new();
    for node in harness.root().children_recursive() {
        let node = node.accesskit_node();
        if is_reachable(&node) {
            waiting.insert(format!("{:?}", node.id()), format!("{:?} {:?}", node.role(), node.label()));
        }
    }
    let mut first: Option<Id> = None;
    // Each of them once, and round again from the last.
    for _ in 0..2 * waiting.len() + 4 {
        go_on(harness);
        let focused = harness.ctx.memory(|memory| memory.focused());
        for node in harness.root().children_recursive() {
            let node = node.accesskit_node();
            if node.is_focused() {
                waiting.remove(&format!("{:?}", node.id()));
            }
        }
        if waiting.is_empty() || first.is_some() && first == focused {
            break;
        }
        first = first.or(focused);
    }
    waiting.into_values().collect()
}

/// Goes to the next thing by Tab, and by Ctrl+Tab out of a terminal, in which Tab is typed.
pub fn go_on<S>(harness: &mut Harness<'_, S>) {
    let before = harness.ctx.memory(|memory| memory.focused());
    harness.key_press(Key::Tab);
    harness.run_steps(2);
    if before.is_some() && harness.ctx.memory(|memory| memory.focused()) == before {
        harness.key_press_modifiers(egui::Modifiers::CTRL, Key::Tab);
        harness.run_steps(2);
    }
}

fn is_reachable(node: &AccessKitNode<'_>) -> bool {
    is_input(node.role())
        && !node.is_hidden()
        && !node.is_disabled()
        && !node.data().is_read_only()
        && node.role() != Role::Splitter
}
