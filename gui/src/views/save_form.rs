//! Where the helper wants what they save: a path, which they type or choose in the desktop's own dialog.

use egui::{Align2, Frame, Key, Margin, TextEdit, Ui, Vec2};

use super::PageContext;
use super::widgets::{ButtonLook, button_ui, lead_ui, small_ui, trouble_ui};
use crate::state::{PageAction, SaveDraft, SavedThing};

/// As wide as a path of some folders, in points.
const WIDTH_PT: f32 = 460.0;

/// The longest path that can be typed, in characters: what the system opens.
const MAX_PATH_CHARS: usize = 4096;

/// Draws the form, while something is about to be saved.
pub fn save_form_ui(ui: &Ui, saving: &mut Option<SaveDraft>, cx: &mut PageContext<'_>) {
    let Some(draft) = saving else { return };
    let mut given_up = ui.input(|input| input.key_pressed(Key::Escape));
    let area = egui::Area::new(egui::Id::unique("save")).anchor(Align2::CENTER_CENTER, Vec2::ZERO);
    area.order(egui::Order::Foreground).show(ui.ctx(), |ui| {
        Frame::popup(ui.style()).inner_margin(Margin::same(16)).show(ui, |ui| {
            ui.set_width(WIDTH_PT.min(ui.ctx().content_rect().width() - 48.0));
            lead_ui(ui, cx.text(draft.what.title()));
            let label = cx.text("page-save-path");
            small_ui(ui, label.as_str());
            let field = TextEdit::singleline(&mut draft.path).char_limit(MAX_PATH_CHARS);
            let field = ui.add(field.desired_width(f32::INFINITY));
            field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, &label));
            if field.changed() {
                draft.note = None;
            }
            let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            if !field.has_focus() && !entered && ui.memory(|memory| memory.focused().is_none()) {
                field.request_focus();
            }
            if let Some(note) = &draft.note {
                trouble_ui(ui, cx.say(note));
            } else if draft.is_asking {
                small_ui(ui, cx.text("page-save-asking"));
            } else if draft.what == SavedThing::Picture {
                small_ui(ui, cx.text("page-save-now"));
            }
            ui.horizontal_wrapped(|ui| {
                if button_ui(ui, ButtonLook::Primary, &cx.text("page-save-do")).clicked() || entered {
                    cx.act(PageAction::SaveThere);
                }
                let choose = cx.text("page-save-choose");
                let choose =
                    ui.add_enabled_ui(!draft.is_asking, |ui| button_ui(ui, ButtonLook::Plain, &choose));
                if choose.inner.clicked() {
                    cx.act(PageAction::AskWhereToSave);
                }
                given_up |= button_ui(ui, ButtonLook::Plain, &cx.text("page-save-cancel")).clicked();
            });
        });
    });
    if given_up {
        *saving = None;
    }
}
