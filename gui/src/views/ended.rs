//! The page after a session, or after a try to get one: who ended it, why, and what to do next.

use egui::{RichText, Ui};

use super::PageContext;
use super::widgets::{ButtonLook, button_ui, card_ui, page_ui, small_ui, title_ui};
use crate::panels::PanelSide;
use crate::phrases;
use crate::state::PageAction;
use crate::theme::palette;
use beistand_node::{EndCause, EndWord, EndedBy};

/// What the page offers as the next step.
#[derive(Debug, Clone)]
pub struct NextStep {
    /// What the button says: the key of a text.
    pub label: &'static str,
    /// What it does.
    pub action: PageAction,
    /// Another way, quieter.
    pub other: Option<(&'static str, PageAction)>,
}

/// Draws the page after the end.
pub fn ended_ui(ui: &mut Ui, cause: &EndCause, side: PanelSide, next: &NextStep, cx: &mut PageContext<'_>) {
    page_ui(ui, |ui| {
        ui.add_space(40.0);
        title_ui(ui, cx.text(phrases::end_title(cause.reason)));
        ui.add_space(8.0);
        card_ui(ui, |ui| {
            ui.add(egui::Label::new(RichText::new(cx.say(&cause.phrase)).color(palette(ui).text)).wrap());
            if (cause.reason, cause.by) == (EndWord::Ended, EndedBy::Peer) {
                ui.add_space(2.0);
                small_ui(ui, cx.text(ended_by_peer(side)));
            }
            if side == PanelSide::Host {
                ui.add_space(2.0);
                small_ui(ui, cx.text("page-end-unseen"));
            }
        });
        ui.add_space(12.0);
        ui.horizontal_wrapped(|ui| {
            if button_ui(ui, ButtonLook::Primary, &cx.text(next.label)).clicked() {
                cx.act(next.action.clone());
            }
            if let Some((label, action)) = &next.other
                && button_ui(ui, ButtonLook::Plain, &cx.text(label)).clicked()
            {
                cx.act(action.clone());
            }
            if button_ui(ui, ButtonLook::Plain, &cx.text("page-end-home")).clicked() {
                cx.act(PageAction::Home);
            }
        });
    });
}

const fn ended_by_peer(side: PanelSide) -> &'static str {
    match side {
        PanelSide::Host => "page-end-by-helper",
        PanelSide::Technician => "page-end-by-user",
    }
}
