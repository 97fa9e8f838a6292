//! What is written to be found in the viewer: the list of all commands with a field to look for one, and the
//! overview of keys.

use egui::{Align2, Frame, Grid, Key, Margin, Modifiers, RichText, ScrollArea, TextEdit, Ui, Vec2};

use super::PageContext;
use super::deeds::carry_out;
use super::widgets::{lead_ui, small_ui};
use crate::panels::{PanelName, PanelSide};
use crate::state::{ViewerDeed, ViewerState};
use crate::theme::palette;

/// The list's width in points: the longest command in German.
const WIDTH_PT: f32 = 460.0;
/// Its height at most, in points: ten commands, and it scrolls.
const HEIGHT_PT: f32 = 330.0;

/// Draws the list of commands, while it is open.
pub fn commands_ui(ui: &Ui, viewing: &mut ViewerState, cx: &mut PageContext<'_>) {
    let Some(mut search) = viewing.search.take() else { return };
    let all: Vec<_> =
        ViewerDeed::all(viewing).into_iter().map(|deed| (deed, cx.say(&deed.phrase(viewing)))).collect();
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let (up, down, enter) = (pressed(Key::ArrowUp), pressed(Key::ArrowDown), pressed(Key::Enter));
    if pressed(Key::Escape) {
        return;
    }
    let mut chosen = None;
    floating_ui(ui, "commands", |ui| {
        let hint = cx.text("page-deed-search");
        let before = search.text.clone();
        let field = TextEdit::singleline(&mut search.text).hint_text(&hint).desired_width(f32::INFINITY);
        let field = ui.add(field.char_limit(100));
        field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, &hint));
        field.request_focus();
        let found = search.found(&all);
        let last = found.len().saturating_sub(1);
        search.choice = match (up, down) {
            _ if search.text != before => 0,
            (true, _) => search.choice.saturating_sub(1),
            (_, true) => (search.choice + 1).min(last),
            (false, false) => search.choice.min(last),
        };
        if found.is_empty() {
            small_ui(ui, cx.text("page-deed-none"));
        }
        ScrollArea::vertical().max_height(HEIGHT_PT).auto_shrink([false, true]).show(ui, |ui| {
            for (row, (deed, label)) in found.iter().enumerate() {
                let label = match deed.key(cx.words) {
                    Some(key) => format!("{label}  ({key})"),
                    None => label.clone(),
                };
                let response = ui.selectable_label(row == search.choice, label);
                if row == search.choice && (up || down) {
                    response.scroll_to_me(None);
                }
                if response.clicked() || (enter && row == search.choice) {
                    chosen = Some(*deed);
                }
            }
        });
    });
    match chosen {
        Some(deed) => carry_out(deed, viewing, cx),
        None => viewing.search = Some(search),
    }
}

/// Draws the overview of keys, while it is open.
pub fn shortcuts_ui(ui: &Ui, viewing: &mut ViewerState, cx: &PageContext<'_>) {
    if !viewing.shortcuts_open {
        return;
    }
    let escaped = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
    floating_ui(ui, "shortcuts", |ui| {
        lead_ui(ui, cx.text("page-deed-shortcuts"));
        let always = [("page-key-way-out", "page-keys-way-out"), ("page-key-f11", "page-keys-screen")];
        rows_ui(ui, "always", &always.map(|(key, what)| (cx.text(key), cx.text(what))));
        small_ui(ui, cx.text("page-keys-here"));
        let deeds = [
            ("F1", "page-deed-shortcuts"),
            ("F6", "page-keys-toolbar"),
            ("+  −", "page-keys-zoom"),
            ("0", "page-viewer-fit-hint"),
            ("1", "page-viewer-actual-hint"),
        ];
        let deeds = deeds.map(|(key, what)| (key.to_owned(), cx.text(what)));
        let commands = (cx.text("page-key-commands"), cx.text("page-deed-commands"));
        let hands = [("page-key-wheel", "page-keys-wheel"), ("page-key-drag", "page-keys-drag")];
        let hands = hands.map(|(key, what)| (cx.text(key), cx.text(what)));
        let panels = PanelName::on(PanelSide::Technician).filter_map(|name| {
            let key = name.key()?.name().to_owned();
            Some((key, cx.text(name.words().button)))
        });
        let rows: Vec<_> = [commands].into_iter().chain(deeds).chain(hands).chain(panels).collect();
        rows_ui(ui, "here", &rows);
        if ui.button(cx.text("page-keys-close")).clicked() || escaped {
            viewing.shortcuts_open = false;
        }
    });
}

fn rows_ui(ui: &mut Ui, name: &str, rows: &[(String, String)]) {
    let (text, weak) = (palette(ui).text, palette(ui).weak);
    let what_pt = (ui.available_width() - 150.0).max(80.0);
    Grid::new(name).num_columns(2).show(ui, |ui| {
        for (key, what) in rows {
            ui.label(RichText::new(key).color(text));
            ui.scope(|ui| {
                ui.set_max_width(what_pt);
                ui.add(egui::Label::new(RichText::new(what).color(weak)).wrap());
            });
            ui.end_row();
        }
    });
}

/// Something over the picture, in the upper part of the window.
fn floating_ui(ui: &Ui, name: &str, content: impl FnOnce(&mut Ui)) {
    let room = ui.ctx().content_rect().size();
    let area = egui::Area::new(egui::Id::unique(name)).anchor(Align2::CENTER_TOP, Vec2::new(0.0, 56.0));
    // What it may take; by itself it is no higher than its content.
    let area = area.default_height(room.y);
    area.order(egui::Order::Foreground).show(ui.ctx(), |ui| {
        Frame::popup(ui.style()).inner_margin(Margin::same(14)).show(ui, |ui| {
            ui.set_width(WIDTH_PT.min(room.x - 56.0).max(1.0));
            ScrollArea::vertical().max_height((room.y - 120.0).max(80.0)).show(ui, content);
        });
    });
}
