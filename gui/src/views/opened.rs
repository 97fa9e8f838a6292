//! A link that was opened and waits: a strip at the window's lower edge, below the page.
//!
//! While the user is asked nothing is drawn: the question keeps all of its room.

use egui::{Frame, Margin, Panel, RichText, Ui};

use super::PageContext;
use super::widgets::{ButtonLook, button_ui};
use crate::state::{AppState, PageAction};
use crate::theme::palette;

/// Draws it, where a link waits. To be called before the page, which gets the rest.
pub fn opened_link_ui(ui: &mut Ui, state: &AppState, cx: &mut PageContext<'_>) {
    if state.opened.is_none() || state.asks_for_consent() {
        return;
    }
    let waits = state.under_way() && state.viewing().is_none();
    let strip = Frame::new().fill(palette(ui).card).inner_margin(Margin::symmetric(28, 10));
    Panel::bottom("opened link").frame(strip).resizable(false).show(ui, |ui| {
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
}
