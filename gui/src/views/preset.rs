//! What the home page says of an organisation that has set the program up: whose words these are, and why
//! another one's are not used before the person agrees.

use beistand_node::PresetState;
use egui::Ui;

use super::PageContext;
use super::widgets::{ButtonLook, button_ui, small_ui, warning_ui, weak_ui};
use crate::state::PageAction;

/// Draws why a preset isn't used, where there is one that isn't.
pub fn refused_preset_ui(ui: &mut Ui, preset: &PresetState, cx: &mut PageContext<'_>) {
    match preset {
        PresetState::None | PresetState::Used(_) => return,
        PresetState::OfAnotherSigner { .. } | PresetState::Broken { .. } => {}
    }
    for line in preset.lines() {
        warning_ui(ui, cx.say(&line));
    }
    if preset.waiting().is_some()
        && button_ui(ui, ButtonLook::Plain, &cx.text("page-home-preset-agree")).clicked()
    {
        cx.act(PageAction::AgreeToPreset);
    }
    ui.add_space(10.0);
}

/// Draws who has set the program up.
pub fn used_preset_ui(ui: &mut Ui, preset: &PresetState, cx: &PageContext<'_>) {
    if preset.used().is_none() {
        return;
    }
    let lines = preset.lines();
    let (last, first) = lines.split_last().expect("a preset says whose it is");
    for line in first {
        weak_ui(ui, cx.say(line));
    }
    small_ui(ui, cx.say(last));
    ui.add_space(10.0);
}
