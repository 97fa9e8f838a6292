//! A link that was opened and waits: a strip at the window's lower edge, over the page.
//!
//! It never covers the question to the user: while they are asked, nothing is drawn.

use egui::{Align2, Area, Frame, Id, Margin, Order, RichText, Ui};

use super::PageContext;
use super::widgets::{ButtonLook, button_ui};
use crate::state::{AppState, PageAction};
use crate::theme::palette;

/// From the window's lower edge, in points.
const UP_PT: f32 = 12.0;
/// The widest it gets, in points: a line of text that is easily read.
const WIDEST_PT: f32 = 520.0;

/// Draws it, where a link waits.
pub fn opened_link_ui(ui: &Ui, state: &AppState, cx: &mut PageContext<'_>) {
    if state.opened.is_none() || state.asks_for_consent() {
        return;
    }
    let width = (ui.max_rect().width() - 64.0).clamp(1.0, WIDEST_PT);
    let waits = state.under_way();
    let area = Area::new(Id::unique("opened-link")).anchor(Align2::CENTER_BOTTOM, [0.0, -UP_PT]);
    area.order(Order::Foreground).show(ui.ctx(), |ui| {
        Frame::popup(ui.style()).inner_margin(Margin::symmetric(16, 10)).show(ui, |ui| {
            ui.set_max_width(width);
            let text = cx.text(if waits { "page-link-waits" } else { "page-link-ready" });
            ui.add(egui::Label::new(RichText::new(text).color(palette(ui).text)).wrap());
            ui.horizontal_wrapped(|ui| {
                if !waits && button_ui(ui, ButtonLook::Primary, &cx.text("page-link-use")).clicked() {
                    cx.act(PageAction::UseLink);
                }
                if button_ui(ui, ButtonLook::Plain, &cx.text("page-link-drop")).clicked() {
                    cx.act(PageAction::DropLink);
                }
            });
        });
    });
}
