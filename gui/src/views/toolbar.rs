//! The toolbar at the edge of the host's screen, or over it in full screen: how the picture is shown, buttons
//! for what is needed all the time, menus for the rest, what is allowed, and the end.

use beistand_node::words::{Phrase, args};
use egui::{
    Align, Align2, Button, Frame, Layout, Margin, Popup, PopupCloseBehavior, Rect, Response, RichText,
    SetOpenCommand, TextWrapMode, Ui, UiBuilder, Vec2,
};

use super::deeds::{ZOOM_PERCENT, carry_out};
use super::end_button::end_button_ui;
use super::{PageContext, keyboard_chip};
use crate::panels::{
    PanelContext, PanelName, PanelPlace, PanelSide, SessionStage, ToolGroup, permission_words,
};
use crate::phrases;
use crate::state::{PictureScale, SessionFacts, SessionWay, ViewerDeed, ViewerState};
use crate::theme::palette;
use beistand_node::NodeCommand;

/// Permissions that the toolbar names, as many as a session had before there were rarer ones; of more it says
/// how many, and all of them under the pointer.
const NAMED: usize = 5;

/// As high as the buttons of a row, in points.
const ROW_PT: f32 = 30.0;

/// The least width of the button that ends the session, in points.
const END_PT: f32 = 64.0;

/// The toolbar above the picture, or below it.
pub fn toolbar_ui(ui: &mut Ui, viewing: &mut ViewerState, cx: &mut PageContext<'_>) {
    let frame = Frame::new().fill(palette(ui).card).inner_margin(Margin::symmetric(10, 5));
    let panel = if viewing.toolbar.at_lower_edge {
        egui::Panel::bottom("toolbar")
    } else {
        egui::Panel::top("toolbar")
    };
    panel.frame(frame).resizable(false).show(ui, |ui| content_ui(ui, viewing, cx));
}

/// The toolbar over the picture, in full screen.
pub fn floating_toolbar_ui(ui: &Ui, viewing: &mut ViewerState, cx: &mut PageContext<'_>) {
    let edge = if viewing.toolbar.at_lower_edge { Align2::CENTER_BOTTOM } else { Align2::CENTER_TOP };
    egui::Area::new(egui::Id::unique("floating toolbar"))
        .anchor(edge, [0.0, 0.0])
        .order(egui::Order::Foreground)
        .show(ui.ctx(), |ui| {
            Frame::popup(ui.style()).inner_margin(Margin::symmetric(10, 5)).show(ui, |ui| {
                ui.set_width(1100.0_f32.min(ui.ctx().content_rect().width() - 40.0));
                content_ui(ui, viewing, cx);
            });
        });
}

fn content_ui(ui: &mut Ui, viewing: &mut ViewerState, cx: &mut PageContext<'_>) {
    ui.spacing_mut().button_padding = Vec2::new(10.0, 5.0);
    ui.spacing_mut().item_spacing.x = 6.0;
    ui.spacing_mut().interact_size.y = ROW_PT;
    let lost = viewing.panels.lost_by_end();
    let asks = lost.is_some() && viewing.end_question.is_open(cx.now);
    let end = cx.text(if asks { "page-end-anyway" } else { "page-viewer-end" });
    let font = egui::TextStyle::Button.resolve(ui.style());
    let width = ui.painter().layout_no_wrap(end, font, palette(ui).text).size().x;
    let end_size = Vec2::new((width + 2.0 * ui.spacing().button_padding.x).max(END_PT), ROW_PT);
    let room = ui.available_rect_before_wrap();
    let end_place = Rect::from_min_size(egui::pos2(room.right() - end_size.x, room.top()), end_size);
    // What has no room in one row goes on in the next.
    let row = Vec2::new(room.width() - end_size.x - ui.spacing().item_spacing.x, ROW_PT);
    ui.allocate_ui_with_layout(row, Layout::left_to_right(Align::Center).with_main_wrap(true), |ui| {
        picture_ui(ui, viewing, cx);
        let ViewerState { panels, facts, .. } = viewing;
        let mut context = PanelContext::new(PanelSide::Technician, SessionStage::Running, facts, cx);
        panels.toolbar_ui(ui, &mut context);
        keyboard_chip::keyboard_chip_ui(ui, viewing, cx);
        for name in in_group(ToolGroup::Bar) {
            panel_button_ui(ui, viewing, name, cx);
        }
        for group in ToolGroup::MENUS {
            group_ui(ui, viewing, group, cx);
        }
        ui.add_space(6.0);
        status_ui(ui, &viewing.facts, cx);
    });
    // The last that Tab comes to, so that nobody presses it by a slip.
    let centred = Layout::centered_and_justified(egui::Direction::TopDown);
    let mut corner = ui.new_child(UiBuilder::new().max_rect(end_place).layout(centred));
    let look = ("page-viewer-end", end_size);
    if end_button_ui(&mut corner, &mut viewing.end_question, lost.as_ref(), look, (cx.words, cx.now)) {
        cx.send(NodeCommand::End);
    }
}

fn in_group(group: ToolGroup) -> impl Iterator<Item = PanelName> {
    PanelName::on(PanelSide::Technician).filter(move |name| name.group() == group)
}

/// How the picture is shown.
fn picture_ui(ui: &mut Ui, viewing: &mut ViewerState, cx: &mut PageContext<'_>) {
    for (scale, hint) in
        [(PictureScale::Fit, "page-viewer-fit-hint"), (PictureScale::Actual, "page-viewer-actual-hint")]
    {
        let deed = ViewerDeed::Scale(scale);
        let button = Button::selectable(viewing.scale == scale, cx.say(&deed.phrase(viewing)));
        let button = ui.add(button.wrap_mode(TextWrapMode::Extend)).on_hover_text(cx.text(hint));
        if scale == PictureScale::Fit && std::mem::take(&mut viewing.toolbar_wanted) {
            button.request_focus();
        }
        if button.clicked() {
            carry_out(deed, viewing, cx);
        }
    }
    zoom_ui(ui, viewing, cx);
    let label = cx.say(&ViewerDeed::Extent.phrase(viewing));
    let button = Button::new(label).wrap_mode(TextWrapMode::Extend);
    if ui.add(button).on_hover_text("F11").clicked() {
        carry_out(ViewerDeed::Extent, viewing, cx);
    }
}

/// The menu of steps by which the picture is larger or smaller.
fn zoom_ui(ui: &mut Ui, viewing: &mut ViewerState, cx: &mut PageContext<'_>) {
    let label = match viewing.scale {
        PictureScale::Fit | PictureScale::Actual => cx.text("page-viewer-zoom"),
        scale @ PictureScale::Percent(_) => cx.say(&ViewerDeed::Scale(scale).phrase(viewing)),
    };
    let is_chosen = matches!(viewing.scale, PictureScale::Percent(_));
    let response = menu_button_ui(ui, is_chosen, &label, true);
    Popup::menu(&response).show(|ui| {
        for percent in ZOOM_PERCENT {
            let scale = if percent == 100 { PictureScale::Actual } else { PictureScale::Percent(percent) };
            let label = cx.with("page-viewer-percent", args![percent = percent]);
            if ui.selectable_label(viewing.scale == scale, label).clicked() {
                carry_out(ViewerDeed::Scale(scale), viewing, cx);
                ui.close();
            }
        }
    });
}

fn menu_button_ui(ui: &mut Ui, selected: bool, label: &str, enabled: bool) -> Response {
    let button = Button::selectable(selected, format!("{label} ⏷")).wrap_mode(TextWrapMode::Extend);
    ui.add_enabled(enabled, button)
}

/// A menu of panels; the last one has all else that can be done.
fn group_ui(ui: &mut Ui, viewing: &mut ViewerState, group: ToolGroup, cx: &mut PageContext<'_>) {
    let open = in_group(group).any(|name| viewing.panels.is_open(name));
    let label = cx.say(&viewing.panels.group_button(group));
    let response = menu_button_ui(ui, open, &label, true);
    Popup::menu(&response).show(|ui| {
        for name in in_group(group) {
            let label = cx.say(&viewing.panels.button(name));
            let button = Button::selectable(viewing.panels.is_open(name), label);
            let button = button.wrap_mode(TextWrapMode::Extend);
            let button = ui.add_enabled(name.is_usable(&viewing.facts), button);
            if button.on_disabled_hover_text(cx.text("page-viewer-not-allowed")).clicked() {
                carry_out(ViewerDeed::Panel(name), viewing, cx);
                ui.close();
            }
        }
        if group == ToolGroup::More {
            more_ui(ui, viewing, cx);
        }
    });
}

fn more_ui(ui: &mut Ui, viewing: &mut ViewerState, cx: &mut PageContext<'_>) {
    let ViewerState { panels, facts, .. } = viewing;
    panels.more_ui(ui, &mut PanelContext::new(PanelSide::Technician, SessionStage::Running, facts, cx));
    ui.separator();
    for deed in [
        ViewerDeed::NewTab,
        ViewerDeed::SavePicture,
        ViewerDeed::SavePictureAs,
        ViewerDeed::CopyPicture,
        ViewerDeed::Notes,
        ViewerDeed::Commands,
        ViewerDeed::Shortcuts,
        ViewerDeed::Pin,
        ViewerDeed::Edge,
    ] {
        let label = cx.say(&deed.phrase(viewing));
        let label = deed.key(cx.words).map_or(label.clone(), |key| format!("{label}  ({key})"));
        if ui.add(Button::selectable(false, label).wrap_mode(TextWrapMode::Extend)).clicked() {
            carry_out(deed, viewing, cx);
            ui.close();
        }
    }
}

/// The button of a panel, and its menu where that is its place.
fn panel_button_ui(ui: &mut Ui, viewing: &mut ViewerState, name: PanelName, cx: &mut PageContext<'_>) {
    let label = cx.say(&viewing.panels.button(name));
    let usable = name.is_usable(&viewing.facts);
    let button = |selected| Button::selectable(selected, label.as_str()).wrap_mode(TextWrapMode::Extend);
    match name.place(PanelSide::Technician) {
        PanelPlace::Nowhere => {}
        PanelPlace::Menu => {
            let response = ui.add_enabled(usable, button(false));
            let response = response.on_disabled_hover_text(cx.text("page-viewer-not-allowed"));
            // A click into a field of it does not close it; its buttons do that themselves.
            let mut menu = Popup::menu(&response).close_behavior(PopupCloseBehavior::CloseOnClickOutside);
            if viewing.wanted_menu.take_if(|wanted| *wanted == name).is_some() {
                menu = menu.open_memory(Some(SetOpenCommand::Bool(true)));
            }
            let ViewerState { panels, facts, .. } = viewing;
            let mut context = PanelContext::new(PanelSide::Technician, SessionStage::Running, facts, cx);
            menu.show(|ui| panels.panel_ui(name, ui, &mut context));
        }
        PanelPlace::Beside | PanelPlace::Over => {
            let response = ui.add_enabled(usable, button(viewing.panels.is_open(name)));
            if response.on_disabled_hover_text(cx.text("page-viewer-not-allowed")).clicked() {
                carry_out(ViewerDeed::Panel(name), viewing, cx);
            }
        }
    }
}

/// What is allowed, and the way between both computers.
fn status_ui(ui: &mut Ui, facts: &SessionFacts, cx: &PageContext<'_>) {
    let status = cx.say(&status(facts));
    // In a row of its own rather than in parts round a button.
    let font = egui::TextStyle::Small.resolve(ui.style());
    let width = ui.painter().layout_no_wrap(status.clone(), font, palette(ui).weak).size().x;
    if width > ui.available_size_before_wrap().x {
        ui.end_row();
    }
    let text = RichText::new(status).small().color(palette(ui).weak);
    let allowed = cx.say(&allowed(facts));
    ui.label(text).on_hover_text(allowed);
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
