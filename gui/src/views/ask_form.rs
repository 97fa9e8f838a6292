//! What the helper writes when they ask for one permission more: the reason. The user reads it beside the
//! question.

use beistand_node::words::args;
use egui::{Align2, Frame, Key, Margin, TextEdit, Ui, Vec2};

use super::PageContext;
use super::widgets::{ButtonLook, button_ui, lead_ui, small_ui};
use crate::panels::{Panels, permission_words};
use crate::state::ViewerState;
use beistand_node::{MAX_ASKED_CHARS, NodeCommand};

/// As wide as a reason of a line, in points.
const WIDTH_PT: f32 = 380.0;

/// Draws the form, while something is about to be asked for.
pub fn ask_form_ui(ui: &Ui, viewing: &mut ViewerState, cx: &mut PageContext<'_>) {
    let Some(mut draft) = viewing.asking.take() else { return };
    let what = cx.text(permission_words(draft.permission).helper);
    let (mut sent, mut given_up) = (false, ui.input(|input| input.key_pressed(Key::Escape)));
    let area = egui::Area::new(egui::Id::unique("ask")).anchor(Align2::CENTER_CENTER, Vec2::ZERO);
    area.order(egui::Order::Foreground).show(ui.ctx(), |ui| {
        Frame::popup(ui.style()).inner_margin(Margin::same(16)).show(ui, |ui| {
            ui.set_width(WIDTH_PT.min(ui.ctx().content_rect().width() - 48.0));
            lead_ui(ui, cx.with("page-ask-what", args![what = what]));
            let label = cx.text("page-ask-why");
            small_ui(ui, label.as_str());
            let field = TextEdit::singleline(&mut draft.reason).char_limit(MAX_ASKED_CHARS);
            let field = ui.add(field.desired_width(f32::INFINITY));
            field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, &label));
            let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            if !field.has_focus() && !entered && ui.memory(|memory| memory.focused().is_none()) {
                field.request_focus();
            }
            ui.horizontal_wrapped(|ui| {
                sent = button_ui(ui, ButtonLook::Primary, &cx.text("page-ask-send")).clicked() || entered;
                given_up |= button_ui(ui, ButtonLook::Plain, &cx.text("page-ask-cancel")).clicked();
            });
        });
    });
    if sent && let Some(command) = Panels::ask_for(draft.permission, draft.reason.trim()) {
        cx.send(NodeCommand::Feature(command));
        viewing.tried = None;
    } else if !given_up {
        viewing.asking = Some(draft);
    }
}
