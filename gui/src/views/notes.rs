//! What the helper writes down: kept for the session, and copied or saved when they say so.

use beistand_node::words::Phrase;
use egui::{Frame, TextEdit, Ui, Vec2};

use super::PageContext;
use super::widgets::{ButtonLook, card_ui, lead_ui, sized_button_ui, small_ui};
use crate::state::{PageAction, SavedThing, ViewerState};
use crate::theme::palette;

/// The longest notes in characters: some pages, and a field still shows them at once.
const MAX_NOTES_CHARS: usize = 20_000;

/// The notes' width beside the picture, in points: lines of text can be read.
const WIDTH_PT: f32 = 300.0;

/// Draws the notes beside the picture, while they are open.
pub fn notes_ui(ui: &mut Ui, viewing: &mut ViewerState, cx: &mut PageContext<'_>) {
    if !viewing.notes_open {
        return;
    }
    let frame = Frame::new().fill(palette(ui).card).inner_margin(12.0);
    let panel = egui::Panel::right("notes").frame(frame).resizable(false);
    panel.exact_size(WIDTH_PT.min(ui.available_width() / 2.0)).show(ui, |ui| {
        let title = cx.text("page-notes");
        lead_ui(ui, title.as_str());
        small_ui(ui, cx.text("page-notes-what"));
        let size = Vec2::new(ui.available_width(), (ui.available_height() - 90.0).max(60.0));
        let field = TextEdit::multiline(&mut viewing.notes).char_limit(MAX_NOTES_CHARS);
        egui::ScrollArea::vertical().max_height(size.y).show(ui, |ui| {
            let field = ui.add_sized(size, field);
            field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::MultilineTextInput, true, &title));
        });
        keep_ui(ui, &viewing.notes, cx);
    });
}

/// After the session: the notes once more, so that nobody loses them.
pub fn ended_notes_ui(ui: &mut Ui, notes: &str, kept: Option<&Phrase>, cx: &mut PageContext<'_>) {
    if notes.trim().is_empty() {
        return;
    }
    let frame = Frame::new().fill(palette(ui).page).inner_margin(16.0);
    egui::Panel::bottom("ended notes").frame(frame).resizable(false).show(ui, |ui| {
        card_ui(ui, |ui| {
            lead_ui(ui, cx.text("page-notes"));
            small_ui(ui, kept.map_or_else(|| cx.text("page-notes-end"), |kept| cx.say(kept)));
            keep_ui(ui, notes, cx);
        });
    });
}

fn keep_ui(ui: &mut Ui, notes: &str, cx: &mut PageContext<'_>) {
    ui.horizontal_wrapped(|ui| {
        ui.add_enabled_ui(!notes.trim().is_empty(), |ui| {
            let size = Vec2::new(0.0, 32.0);
            let mut pressed = |key: &str| {
                let label = cx.text(key);
                sized_button_ui(ui, ButtonLook::Plain, &label, size, egui::Sense::click()).clicked()
            };
            let (copy, save) = (pressed("page-notes-copy"), pressed("page-notes-save"));
            if pressed("page-notes-save-as") {
                cx.act(PageAction::SaveAs(SavedThing::Notes(notes.to_owned())));
            }
            if copy {
                cx.act(PageAction::Copy(notes.to_owned()));
            }
            if save {
                cx.act(PageAction::SaveNotes(notes.to_owned()));
            }
        });
    });
}
