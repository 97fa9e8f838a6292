//! The page after a session, or after a try to get one: who ended it, why, and what to do next.

use beistand_node::{EndCause, EndedBy};
use egui::{RichText, Ui};

use super::widgets::{Look, button_ui, card_ui, page_ui, small_ui, title_ui};
use crate::state::Action;
use crate::theme::palette;
use crate::words;

/// What the page offers as the next step.
#[derive(Debug, Clone)]
pub struct Next {
    /// What the button says.
    pub label: &'static str,
    /// What it does.
    pub action: Action,
    /// Another way, quieter.
    pub other: Option<(&'static str, Action)>,
}

/// Which side's page it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The user's, who wants to know that it is really over.
    Host,
    /// The technician's.
    Technician,
}

/// Draws the page after the end.
pub fn ended_ui(ui: &mut Ui, cause: &EndCause, side: Side, next: &Next, actions: &mut Vec<Action>) {
    page_ui(ui, |ui| {
        ui.add_space(40.0);
        title_ui(ui, words::end_title(cause));
        ui.add_space(8.0);
        card_ui(ui, |ui| {
            ui.add(egui::Label::new(RichText::new(&cause.message).color(palette(ui).text)).wrap());
            if cause.by == EndedBy::Peer {
                ui.add_space(2.0);
                small_ui(ui, side.ended_by_peer());
            }
            if side == Side::Host {
                ui.add_space(2.0);
                small_ui(ui, "Nobody can see your screen now.");
            }
        });
        ui.add_space(12.0);
        ui.horizontal(|ui| {
            if button_ui(ui, Look::Primary, next.label).clicked() {
                actions.push(next.action.clone());
            }
            if let Some((label, action)) = &next.other
                && button_ui(ui, Look::Plain, label).clicked()
            {
                actions.push(action.clone());
            }
            if button_ui(ui, Look::Plain, "Home").clicked() {
                actions.push(Action::Home);
            }
        });
    });
}

impl Side {
    const fn ended_by_peer(self) -> &'static str {
        match self {
            Self::Host => "The helper ended it.",
            Self::Technician => "The other person ended it.",
        }
    }
}
