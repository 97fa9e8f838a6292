//! The helper's mouse and keyboard: what they are called, and a menu: what arrives when a key is pressed, a
//! text that is typed as a whole, and the keys that the helper's own desktop would catch.
//!
//! It reads no device: the picture's view and the event loop do.

use std::time::Instant;

use beistand_node::words::{Phrase, args};
use egui::{Button, Checkbox, Event, ProgressBar, TextEdit, Ui, ViewportCommand};

use crate::keys::{KeyHabits, KeyWay, ShortcutObstacle, ShortcutTarget, chord, special_keys};
use crate::panels::{Attention, Panel, PanelContext, PanelPlace, PanelSide, PanelWords, PermissionWords};
use crate::state::{HandsSight, SessionFacts};
use crate::views::widgets::small_ui;
use beistand_node::{
    ControlCommand, ControlEvent, HandsOff, InputEvent, KeyText, Permission, SystemKind, TypingProgress,
    UnsentCause, UnsentInput,
};

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

/// The longest text that is typed as a whole, in characters: some minutes of typing, and a menu still shows
/// it.
const MAX_TYPED_CHARS: usize = 20_000;

/// How wide the menu is at most, in points: three combinations in a row, and a sentence in two.
const MENU_PT: f32 = 340.0;

/// The menu of keys.
#[derive(Default)]
pub struct ControlPanel {
    /// What is to be typed.
    text: String,
    /// How far it is with what is being typed.
    typing: Option<TypingProgress>,
    copied: CopiedTyping,
    /// What the other side's system is.
    system: SystemKind,
    /// How the user's mouse and keyboard take what is done here.
    hands: HandsSight,
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

impl std::fmt::Debug for ControlPanel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The text may be a password.
        f.debug_struct("ControlPanel").field("typing", &self.typing).finish_non_exhaustive()
    }
}

impl ControlPanel {
    /// Has a text typed as a whole.
    fn type_whole(&mut self, text: &str, cx: &mut PanelContext<'_, ControlCommand>) {
        let events: Vec<_> = KeyText::split(text).into_iter().map(InputEvent::Text).collect();
        self.typing = (!events.is_empty()).then(TypingProgress::default);
        cx.send(ControlCommand::Type(events));
    }

    /// A text to be typed, or how far it is.
    fn typing_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, ControlCommand>) {
        if let Some(TypingProgress { typed, of }) = self.typing {
            small_ui(ui, cx.with("gui-control-typing", args![typed = typed, all = of]));
            let share = typed as f32 / of.max(1) as f32;
            ui.add(ProgressBar::new(share).desired_height(6.0));
            if ui.button(cx.text("gui-control-stop")).clicked() {
                cx.send(ControlCommand::StopTyping);
            }
            return;
        }
        self.copied_ui(ui, cx);
        let hint = cx.text("gui-control-type-hint");
        let field = TextEdit::multiline(&mut self.text).id_salt("to type").desired_rows(2).hint_text(hint);
        ui.add(field.char_limit(MAX_TYPED_CHARS));
        let button = Button::new(cx.text("gui-control-type"));
        if ui.add_enabled(!self.text.is_empty(), button).clicked() {
            let text = std::mem::take(&mut self.text);
            self.type_whole(&text, cx);
            ui.close();
        }
    }

    /// Types what was copied here: into a program that pastes nothing, such as a login screen.
    fn copied_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, ControlCommand>) {
        if ui.button(cx.text("gui-control-type-copied")).clicked() {
            self.copied = CopiedTyping::Asked;
            ui.ctx().send_viewport_cmd(ViewportCommand::RequestPaste);
        }
        if self.copied == CopiedTyping::Asked
            && let Some(text) = pasted(ui)
        {
            self.copied = CopiedTyping::TooLong;
            if text.chars().count() <= MAX_TYPED_CHARS {
                self.copied = CopiedTyping::Idle;
                self.type_whole(&text, cx);
                ui.close();
            }
        }
        if self.copied == CopiedTyping::TooLong {
            small_ui(ui, cx.text("gui-control-type-too-long"));
        }
    }
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

    fn apply(&mut self, event: ControlEvent, now: Instant) -> Attention {
        match event {
            // It is so at each move of the user's mouse.
            ControlEvent::HandsOff { why: HandsOff::UserActive | HandsOff::OwnWindow } => Attention::Quiet,
            ControlEvent::HandsOff { why: HandsOff::NotHere(reason) } => {
                Attention::Toast(Phrase::with("gui-control-not-here", args![reason = reason]))
            }
            // It has no place of its own in the user's windows: a line says it.
            ControlEvent::Undone(undone) => Attention::Toast(undone.phrase()),
            ControlEvent::System(kind) => {
                self.system = kind;
                Attention::Quiet
            }
            ControlEvent::Hands(stand) => {
                self.hands.stand(stand, now);
                Attention::Quiet
            }
            // Why it is so is said over the picture for as long as it is.
            ControlEvent::NotSent(UnsentInput {
                why: why @ (UnsentCause::KeptOut | UnsentCause::Interrupted),
                missing: 0,
                ..
            }) => {
                self.hands.not_sent(why, now);
                Attention::Quiet
            }
            ControlEvent::OwnWindow => Attention::Toast(Phrase::new("control-own-window")),
            ControlEvent::NotSent(unsent) => {
                if unsent.missing > 0 {
                    self.typing = None;
                }
                Attention::Toast(unsent.phrase())
            }
            ControlEvent::Typing(progress) => {
                self.typing = (progress.typed < progress.of).then_some(progress);
                Attention::Quiet
            }
        }
    }

    fn panel_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, ControlCommand>) {
        ui.set_max_width(MENU_PT.min(ui.available_width()));
        way_ui(ui, cx);
        shortcuts_ui(ui, cx);
        ui.separator();
        small_ui(ui, cx.text("gui-control-hint"));
        ui.horizontal_wrapped(|ui| {
            for keys in special_keys(self.system) {
                let names: Vec<String> = keys.iter().map(|key| key_name(key, self.system, cx)).collect();
                if ui.button(names.join(" + ")).clicked() {
                    for event in chord(keys) {
                        cx.send(ControlCommand::Input(event));
                    }
                    ui.close();
                }
            }
        });
        ui.separator();
        self.typing_ui(ui, cx);
    }

    fn hands(&self) -> Option<HandsSight> {
        Some(self.hands)
    }

    fn sample() -> Vec<ControlEvent> {
        vec![
            ControlEvent::System(SystemKind::X11),
            ControlEvent::Typing(TypingProgress { typed: 1_234, of: 12_345 }),
        ]
    }
}

/// What arrives when a key is pressed.
fn way_ui(ui: &mut Ui, cx: &PanelContext<'_, ControlCommand>) {
    let chosen = KeyHabits::chosen(ui.ctx());
    for (way, label, hint) in [
        (KeyWay::AsAtHome, "gui-control-way-home", "gui-control-way-home-hint"),
        (KeyWay::ByPlace, "gui-control-way-place", "gui-control-way-place-hint"),
    ] {
        if ui.radio(chosen.way == way, cx.text(label)).on_hover_text(cx.text(hint)).clicked() {
            KeyHabits { way, ..chosen }.choose(ui.ctx());
            ui.close();
        }
    }
}

/// Whether the shortcuts of this computer's desktop go the same way, and why they don't.
fn shortcuts_ui(ui: &mut Ui, cx: &PanelContext<'_, ControlCommand>) {
    let chosen = KeyHabits::chosen(ui.ctx());
    let mut sent = chosen.shortcuts == ShortcutTarget::Host;
    let tick = Checkbox::new(&mut sent, cx.text("gui-control-shortcuts"));
    if ui.add(tick).on_hover_text(cx.text("gui-control-shortcuts-hint")).changed() {
        let shortcuts = if sent { ShortcutTarget::Host } else { ShortcutTarget::Here };
        KeyHabits { shortcuts, ..chosen }.choose(ui.ctx());
        ui.close();
    }
    match (sent, ShortcutObstacle::known(ui.ctx())) {
        (false, _) | (true, ShortcutObstacle::None) => {}
        (true, ShortcutObstacle::Taken) => small_ui(ui, cx.text("gui-control-shortcuts-taken")),
        (true, ShortcutObstacle::NotHere) => small_ui(ui, cx.text("gui-control-shortcuts-nowhere")),
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

/// What is printed on the key where this person lives, or on the other side's system.
fn key_name(key: &str, system: SystemKind, cx: &PanelContext<'_, ControlCommand>) -> String {
    match (key, system) {
        ("SuperLeft", SystemKind::Windows) => return cx.text("gui-control-key-windows"),
        ("SuperLeft", SystemKind::MacOs) => return "Command".to_owned(),
        ("AltLeft", SystemKind::MacOs) => return "Option".to_owned(),
        (_, SystemKind::Unknown | SystemKind::X11 | SystemKind::Windows | SystemKind::MacOs) => {}
    }
    match key {
        "ControlLeft" => cx.text("gui-control-key-ctrl"),
        "Delete" => cx.text("gui-control-key-delete"),
        "SuperLeft" => cx.text("gui-control-key-super"),
        "PrintScreen" => cx.text("gui-control-key-print"),
        "ShiftLeft" => cx.text("gui-control-key-shift"),
        "Escape" => "Esc".to_owned(),
        "Space" => cx.text("gui-control-key-space"),
        "ArrowUp" => cx.text("gui-control-key-up"),
        "AltLeft" => "Alt".to_owned(),
        same => ["Key", "Digit"].iter().find_map(|start| same.strip_prefix(start)).unwrap_or(same).to_owned(),
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
