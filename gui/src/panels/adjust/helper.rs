//! The helper's part of it: the settings with their choices, and what was changed.

use beistand_node::words::args;
use beistand_node::{
    AdjustCommand, AdjustKind, AdjustSetting, AdjustState, Permission, adjust_fault_phrase,
    adjust_kind_phrase, adjust_value_phrase,
};
use egui::{ComboBox, TextEdit, Ui};

use super::user::change_ui;
use super::{AdjustPanel, plain_ui};
use crate::panels::PanelContext;
use crate::views::widgets::{small_ui, weak_ui};

/// The longest value that is typed, in characters: three servers for names.
const MAX_VALUE_CHARS: usize = 120;

impl AdjustPanel {
    pub(super) fn helper_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, AdjustCommand>) {
        if !cx.facts.granted.contains(Permission::Adjust) {
            weak_ui(ui, cx.text("gui-adjust-not-allowed"));
            return;
        }
        if self.listing {
            weak_ui(ui, cx.text("gui-adjust-reading"));
        }
        // Also then: a pause over there drops the wish without a word.
        if plain_ui(ui, &cx.text("gui-adjust-read")) {
            self.listing = true;
            cx.send(AdjustCommand::List);
        }
        for shown in self.changes.iter().rev() {
            change_ui(ui, cx, shown);
            ui.horizontal_wrapped(|ui| {
                if plain_ui(ui, &cx.text("gui-adjust-undo-wish")) {
                    cx.send(AdjustCommand::Undo { change: shown.change.number });
                }
            });
        }
        let Self { settings, picked, .. } = self;
        for (kind, state) in settings.iter() {
            match state {
                AdjustState::Here(setting) => setting_ui(ui, cx, *kind, setting, picked),
                AdjustState::NotHere(fault) => {
                    let (setting, why) = (adjust_kind_phrase(*kind), adjust_fault_phrase(*fault));
                    small_ui(ui, cx.with("gui-adjust-not-here", args![setting = setting, why = why]));
                }
            }
        }
    }
}

/// A setting: its choices, and once another is chosen the button that asks for it.
fn setting_ui(
    ui: &mut Ui,
    cx: &mut PanelContext<'_, AdjustCommand>,
    kind: AdjustKind,
    setting: &AdjustSetting,
    picked: &mut Option<(AdjustKind, String)>,
) {
    let name = cx.words.say(&adjust_kind_phrase(kind));
    weak_ui(ui, name.as_str());
    let said = |value: &str| cx.words.say(&adjust_value_phrase(kind, value));
    let own = picked.as_ref().filter(|(one, _)| *one == kind).map(|(_, value)| value.clone());
    let mut value = own.unwrap_or_else(|| setting.value.clone());
    let list = ComboBox::from_id_salt(kind.word())
        .selected_text(said(&value))
        .width(ui.available_width())
        .truncate()
        .show_ui(ui, |ui| {
            for choice in &setting.choices {
                ui.selectable_value(&mut value, choice.clone(), said(choice));
            }
        });
    list.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &name));
    if setting.free {
        let field = TextEdit::singleline(&mut value)
            .id_salt((kind.word(), "free"))
            .char_limit(MAX_VALUE_CHARS)
            .desired_width(f32::INFINITY);
        ui.add(field).widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, &name));
    }
    if value == setting.value {
        picked.take_if(|(one, _)| *one == kind);
    } else if plain_ui(ui, &cx.text("gui-adjust-ask")) {
        picked.take_if(|(one, _)| *one == kind);
        cx.send(AdjustCommand::Set { kind, value });
    } else if picked.as_ref().is_none_or(|(one, old)| *one != kind || *old != value) {
        *picked = Some((kind, value));
    }
}
