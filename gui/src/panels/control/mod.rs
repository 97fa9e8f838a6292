//! The helper's mouse and keyboard: what they are called, and a menu: what arrives when a key is pressed, a
//! copied text as typing, and the keys that the helper's own desktop would catch.
//!
//! It reads no device: the picture's view and the event loop do.

use std::time::Instant;

use beistand_node::words::{Phrase, args};
use egui::{Event, Ui, ViewportCommand};

use crate::keys::{KeyWay, SPECIAL_KEYS, chord};
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

/// The longest text that is typed at once, in bytes: half a minute's, during which nothing else can be typed.
const LONGEST_TYPING_BYTES: usize = 16 << 10;

/// The menu of keys.
#[derive(Debug, Default)]
pub struct ControlPanel {
    typing: CopiedTyping,
}

/// How far typing what was copied here is.
#[derive(Debug, Default, PartialEq, Eq)]
enum CopiedTyping {
    #[default]
    Idle,
    /// The window system was asked for the text.
    Asked,
    /// It was longer than can be typed.
    TooLong,
}

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
        way_ui(ui, cx);
        ui.separator();
        self.typing_ui(ui, cx);
        ui.separator();
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

impl ControlPanel {
    /// Types what was copied here: into a program that pastes nothing, such as a login screen.
    fn typing_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, ControlCommand>) {
        if ui.button(cx.text("gui-control-type-copied")).clicked() {
            self.typing = CopiedTyping::Asked;
            ui.ctx().send_viewport_cmd(ViewportCommand::RequestPaste);
        }
        if self.typing == CopiedTyping::Asked
            && let Some(text) = pasted(ui)
        {
            self.typing = CopiedTyping::TooLong;
            if text.len() <= LONGEST_TYPING_BYTES {
                self.typing = CopiedTyping::Idle;
                cx.send(ControlCommand::Write(text));
                ui.close();
            }
        }
        if self.typing == CopiedTyping::TooLong {
            small_ui(ui, cx.text("gui-control-type-too-long"));
        }
    }
}

/// What arrives when a key is pressed.
fn way_ui(ui: &mut Ui, cx: &PanelContext<'_, ControlCommand>) {
    let chosen = KeyWay::chosen(ui.ctx());
    for (way, label, hint) in [
        (KeyWay::AsAtHome, "gui-control-way-home", "gui-control-way-home-hint"),
        (KeyWay::ByPlace, "gui-control-way-place", "gui-control-way-place-hint"),
    ] {
        if ui.radio(chosen == way, cx.text(label)).on_hover_text(cx.text(hint)).clicked() {
            way.choose(ui.ctx());
            ui.close();
        }
    }
}

/// The copied text, once it is there.
fn pasted(ui: &Ui) -> Option<String> {
    ui.input(|input| {
        input.events.iter().find_map(|event| match event {
            Event::Paste(text) => Some(text.clone()),
            _ => None,
        })
    })
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
