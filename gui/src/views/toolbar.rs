//! The toolbar above the host's screen, or over it in full screen: how the picture is shown, a button for
//! each panel, what is allowed, and the end.

use beistand_node::words::{Phrase, args};
use egui::{Align, Align2, Button, Frame, Layout, Margin, RichText, TextWrapMode, Ui, Vec2};

use super::end_button::end_button_ui;
use super::{PageContext, keyboard_chip};
use crate::panels::{PanelContext, PanelName, PanelPlace, PanelSide, SessionStage, permission_words};
use crate::phrases;
use crate::state::{PageAction, PictureScale, SessionFacts, SessionWay, ViewerState};
use crate::theme::palette;
use beistand_node::NodeCommand;

/// Permissions that the toolbar names, as many as a session had before there were rarer ones; of more it says
/// how many, and all of them under the pointer.
const NAMED: usize = 5;

/// The toolbar above the picture.
pub fn toolbar_ui(ui: &mut Ui, viewing: &mut ViewerState, cx: &mut PageContext<'_>) {
    let frame = Frame::new().fill(palette(ui).card).inner_margin(Margin::symmetric(10, 5));
    egui::Panel::top("toolbar").frame(frame).resizable(false).show(ui, |ui| content_ui(ui, viewing, cx));
}

/// The toolbar over the picture, in full screen.
pub fn floating_toolbar_ui(ui: &Ui, viewing: &mut ViewerState, cx: &mut PageContext<'_>) {
    egui::Area::new(egui::Id::unique("floating toolbar"))
        .anchor(Align2::CENTER_TOP, [0.0, 0.0])
        .order(egui::Order::Foreground)
        .show(ui.ctx(), |ui| {
            Frame::popup(ui.style()).inner_margin(Margin::symmetric(10, 5)).show(ui, |ui| {
                ui.set_width(1000.0_f32.min(ui.ctx().content_rect().width() - 40.0));
                content_ui(ui, viewing, cx);
            });
        });
}

fn content_ui(ui: &mut Ui, viewing: &mut ViewerState, cx: &mut PageContext<'_>) {
    ui.spacing_mut().button_padding = Vec2::new(10.0, 5.0);
    ui.spacing_mut().item_spacing.x = 6.0;
    ui.spacing_mut().interact_size.y = 30.0;
    // What has no room in one row goes on in the next.
    ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
        let size = Vec2::new(64.0, 30.0);
        let lost = viewing.panels.lost_by_end();
        let look = ("page-viewer-end", size);
        if end_button_ui(ui, &mut viewing.end_question, lost.as_ref(), look, (cx.words, cx.now)) {
            cx.send(NodeCommand::End);
        }
        let row = Vec2::new(ui.available_width(), ui.spacing().interact_size.y);
        ui.allocate_ui_with_layout(row, Layout::left_to_right(Align::Center).with_main_wrap(true), |ui| {
            picture_ui(ui, viewing, cx);
            let ViewerState { panels, facts, .. } = viewing;
            let mut context = PanelContext::new(PanelSide::Technician, SessionStage::Running, facts, cx);
            panels.toolbar_ui(ui, &mut context);
            keyboard_chip::keyboard_chip_ui(ui, viewing, cx);
            for name in PanelName::on(PanelSide::Technician) {
                panel_button_ui(ui, viewing, name, cx);
            }
            ui.add_space(6.0);
            let status = cx.say(&status(&viewing.facts));
            // In a row of its own rather than in parts round a button.
            let font = egui::TextStyle::Small.resolve(ui.style());
            let width = ui.painter().layout_no_wrap(status.clone(), font, palette(ui).weak).size().x;
            if width > ui.available_size_before_wrap().x {
                ui.end_row();
            }
            let text = RichText::new(status).small().color(palette(ui).weak);
            let allowed = cx.say(&allowed(&viewing.facts));
            ui.label(text).on_hover_text(allowed);
        });
    });
}

/// How the picture is shown.
fn picture_ui(ui: &mut Ui, viewing: &mut ViewerState, cx: &mut PageContext<'_>) {
    for (scale, label, hint) in [
        (PictureScale::Fit, "page-viewer-fit", "page-viewer-fit-hint"),
        (PictureScale::Actual, "page-viewer-actual", "page-viewer-actual-hint"),
    ] {
        let button = Button::selectable(viewing.scale == scale, cx.text(label));
        let button = button.wrap_mode(TextWrapMode::Extend);
        if ui.add(button).on_hover_text(cx.text(hint)).clicked() {
            viewing.scale = scale;
        }
    }
    let whole = viewing.extent.is_screen();
    let label = cx.text(if whole { "page-viewer-window" } else { "page-viewer-screen" });
    let button = Button::new(label).wrap_mode(TextWrapMode::Extend);
    if ui.add(button).on_hover_text("F11").clicked() {
        cx.act(PageAction::Fullscreen(!whole));
    }
}

/// The button of a panel, and its menu where that is its place.
fn panel_button_ui(ui: &mut Ui, viewing: &mut ViewerState, name: PanelName, cx: &mut PageContext<'_>) {
    let ViewerState { panels, facts, .. } = viewing;
    let label = cx.say(&panels.button(name));
    let button = |selected| Button::selectable(selected, label).wrap_mode(TextWrapMode::Extend);
    let usable = name.is_usable(facts);
    match name.place(PanelSide::Technician) {
        PanelPlace::Nowhere => {}
        PanelPlace::Menu => {
            let response = ui.add_enabled(usable, button(false));
            let mut context = PanelContext::new(PanelSide::Technician, SessionStage::Running, facts, cx);
            // A click into a field of it does not close it; its buttons do that themselves.
            let menu =
                egui::Popup::menu(&response).close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
            menu.show(|ui| panels.panel_ui(name, ui, &mut context));
        }
        PanelPlace::Beside | PanelPlace::Over => {
            if ui.add_enabled(usable, button(panels.is_open(name))).clicked() {
                panels.toggle(name, PanelSide::Technician);
            }
        }
    }
}

fn allowed(facts: &SessionFacts) -> Phrase {
    let may: Vec<_> = facts.granted.iter().map(|one| Phrase::new(permission_words(one).helper)).collect();
    if may.is_empty() {
        Phrase::new("page-viewer-may-nothing")
    } else {
        Phrase::with("page-viewer-may", args![what = may])
    }
}

fn status(facts: &SessionFacts) -> Phrase {
    let mut may: Vec<_> = facts.granted.iter().map(|one| Phrase::new(permission_words(one).short)).collect();
    let more = may.len().saturating_sub(NAMED);
    may.truncate(NAMED);
    let may = if may.is_empty() {
        Phrase::new("page-viewer-nothing")
    } else if more == 0 {
        Phrase::with("page-viewer-allowed", args![what = may])
    } else {
        Phrase::with("page-viewer-allowed-more", args![what = may, count = more])
    };
    let way = match &facts.way {
        SessionWay::Unknown => return may,
        SessionWay::Known(path) => Phrase::new(phrases::path(path.kind)),
        SessionWay::Lost => Phrase::new("page-reconnecting"),
    };
    Phrase::with("page-viewer-status", args![may = may, way = way])
}
