//! The main window while somebody helps: the same controls as the session bar, with room for words.

use std::time::Instant;

use beistand_node::Command;
use egui::{RichText, Ui};

use super::widgets::{
    Look, badge_ui, button_ui, card_ui, dot_ui, lead_ui, page_ui, small_ui, title_ui, weak_ui,
};
use crate::state::{Action, HostSession};
use crate::theme::palette;
use crate::words;

/// Draws what the main window shows during a session.
pub fn host_session_ui(ui: &mut Ui, session: &HostSession, now: Instant, actions: &mut Vec<Action>) {
    let running = now.saturating_duration_since(session.since);
    page_ui(ui, |ui| {
        title_ui(ui, if session.paused { "Paused" } else { "You are being helped" });
        card_ui(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                let (colour, meaning) = if session.paused {
                    (palette(ui).warning_text, "paused")
                } else {
                    (palette(ui).good, "running")
                };
                dot_ui(ui, colour, meaning);
                ui.label(RichText::new(&session.name).size(22.0).color(palette(ui).text));
                badge_ui(ui, "unverified", palette(ui).warning_text);
            });
            let way =
                session.path.as_ref().map_or(String::new(), |path| format!(" · {}", words::path(path.kind)));
            let way = if session.reconnecting { format!(" · {}", words::RECONNECTING) } else { way };
            small_ui(ui, format!("{}{way}", words::elapsed(running)));
            if let Some(path) = &session.path {
                small_ui(ui, words::path_hint(path.kind));
            }
        });
        may_ui(ui, session);
        if let Some((notice, _)) = &session.notice {
            weak_ui(ui, notice.clone());
        }
        if !session.chat.is_empty() {
            card_ui(ui, |ui| {
                lead_ui(ui, format!("{} writes", session.name));
                for line in session.chat.iter().rev().take(5).rev() {
                    ui.add(egui::Label::new(RichText::new(line).color(palette(ui).text)).wrap());
                }
            });
        }
        ui.add_space(6.0);
        ui.horizontal(|ui| {
            if button_ui(ui, Look::Danger, "End now").clicked() {
                actions.push(Action::Send(Command::End));
            }
            let (label, command) =
                if session.paused { ("Go on", Command::Resume) } else { ("Pause", Command::Pause) };
            if button_ui(ui, Look::Plain, label).clicked() {
                actions.push(Action::Send(command));
            }
        });
        small_ui(ui, "The small bar on top of your screen does the same. It stays there while this runs.");
    });
    ui.request_repaint_after(words::until_next_minute(running));
}

fn may_ui(ui: &mut Ui, session: &HostSession) {
    card_ui(ui, |ui| {
        lead_ui(ui, "They may");
        if session.granted.is_empty() {
            weak_ui(ui, "nothing at the moment");
        }
        for permission in session.granted.iter() {
            ui.horizontal(|ui| {
                ui.label(RichText::new("✔").color(palette(ui).good));
                ui.label(RichText::new(words::helper_permission(permission)).color(palette(ui).text));
            });
        }
        small_ui(ui, "Change this with the arrow in the small bar.");
    });
}
