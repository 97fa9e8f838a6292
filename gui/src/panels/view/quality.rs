//! What the helper wants pictures to be like: three lines in the toolbar's last menu, of which one is chosen.

use beistand_node::{Permission, PictureQuality, ViewCommand};
use egui::{Button, TextWrapMode, Ui};

use crate::panels::PanelContext;
use crate::views::widgets::small_ui;

const CHOICES: [(PictureQuality, &str, &str); 3] = [
    (PictureQuality::Automatic, "gui-view-quality-automatic", "gui-view-quality-automatic-hint"),
    (PictureQuality::Sharp, "gui-view-quality-sharp", "gui-view-quality-sharp-hint"),
    (PictureQuality::Sparing, "gui-view-quality-sparing", "gui-view-quality-sparing-hint"),
];

/// Draws the lines.
pub(super) fn choice_ui(ui: &mut Ui, chosen: PictureQuality, cx: &mut PanelContext<'_, ViewCommand>) {
    ui.separator();
    small_ui(ui, cx.text("gui-view-quality"));
    let usable = cx.facts.granted.contains(Permission::View) && !cx.facts.paused();
    for (quality, label, hint) in CHOICES {
        let button = Button::selectable(quality == chosen, cx.text(label)).wrap_mode(TextWrapMode::Extend);
        let button = ui.add_enabled(usable, button).on_hover_text(cx.text(hint));
        if button.clicked() {
            cx.send(ViewCommand::Quality(quality));
            ui.close();
        }
    }
}
