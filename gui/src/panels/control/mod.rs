//! The helper's mouse and keyboard: what they are called, and a menu of the keys that the helper's own
//! desktop would catch.
//!
//! It reads no device: the picture's view and the event loop do.

use std::time::Instant;

use beistand_node::words::{Phrase, args};
use egui::Ui;

use crate::keys::{SPECIAL_KEYS, chord};
use crate::panels::{Attention, Panel, PanelContext, PanelPlace, PanelSide, PanelWords, PermissionWords};
use crate::state::SessionFacts;
use crate::views::widgets::small_ui;
use beistand_node::{ControlCommand, ControlEvent, HandsOff, Permission, PhysicalKey};

const POINTER: PermissionWords = PermissionWords {
    title: "gui-control-pointer-title",
    line: "gui-control-pointer-line",
    short: "gui-control-pointer-short",
    helper: "gui-control-pointer-helper",
};

const KEYBOARD: PermissionWords = PermissionWords {
    title: "gui-control-keyboard-title",
    line: "gui-control-keyboard-line",
    short: "gui-control-keyboard-short",
    helper: "gui-control-keyboard-helper",
};

/// The menu of keys.
#[derive(Debug, Default)]
pub struct ControlPanel {}

impl Panel for ControlPanel {
    type Event = ControlEvent;
    type Command = ControlCommand;

    const WORDS: PanelWords = PanelWords {
        button: "gui-control-button",
        permissions: &[(Permission::Pointer, POINTER), (Permission::Keyboard, KEYBOARD)],
    };

    fn place(side: PanelSide) -> PanelPlace {
        match side {
            PanelSide::Host => PanelPlace::Nowhere,
            PanelSide::Technician => PanelPlace::Menu,
        }
    }

    fn is_usable(facts: &SessionFacts) -> bool {
        facts.granted.contains(Permission::Keyboard)
    }

    fn apply(&mut self, event: ControlEvent, _now: Instant) -> Attention {
        match event {
            // It is so at each move of the user's mouse.
            ControlEvent::HandsOff { why: HandsOff::UserActive } => Attention::Quiet,
            ControlEvent::HandsOff { why: HandsOff::NotHere(reason) } => {
                Attention::Toast(Phrase::with("gui-control-not-here", args![reason = reason]))
            }
            ControlEvent::NotSent => Attention::Toast(Phrase::new("control-not-sent")),
        }
    }

    fn panel_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, ControlCommand>) {
        small_ui(ui, cx.text("gui-control-hint"));
        for keys in SPECIAL_KEYS {
            debug_assert!(keys.iter().all(|key| PhysicalKey::from_name(key).is_some()));
            let names: Vec<String> = keys.iter().map(|key| key_name(key, cx)).collect();
            if ui.button(names.join(" + ")).clicked() {
                for event in chord(keys) {
                    cx.send(ControlCommand::Input(event));
                }
                ui.close();
            }
        }
    }

    fn sample() -> Vec<ControlEvent> {
        Vec::new()
    }
}

/// What is printed on the key where this person lives.
fn key_name(key: &str, cx: &PanelContext<'_, ControlCommand>) -> String {
    match key {
        "ControlLeft" => cx.text("gui-control-key-ctrl"),
        "Delete" => cx.text("gui-control-key-delete"),
        "SuperLeft" => cx.text("gui-control-key-super"),
        "PrintScreen" => cx.text("gui-control-key-print"),
        "AltLeft" => "Alt".to_owned(),
        same => same.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_told_once_that_nothing_can_be_controlled() {
        let mut panel = ControlPanel::default();
        let mut apply = |why| panel.apply(ControlEvent::HandsOff { why }, Instant::now());
        assert_eq!(apply(HandsOff::UserActive), Attention::Quiet);
        assert!(matches!(apply(HandsOff::NotHere(Phrase::new("gui-control-hint"))), Attention::Toast(_)));
    }
}
