//! The technician's paste page, and the way to the host step by step.

use beistand_node::{Command, ConnectStep};
use egui::{Event, Key, RichText, TextEdit, Ui, Vec2};

use super::widgets::{
    Look, busy_ui, button_ui, card_ui, lead_ui, page_ui, sas_ui, small_ui, title_ui, trouble_ui, weak_ui,
};
use crate::state::{Action, ConnectForm, Connecting, MAX_INVITE_BYTES};
use crate::theme::palette;
use crate::words;

/// The longest name in characters: what fits the user's dialog in a line.
pub const MAX_NAME_CHARS: usize = 60;
/// The longest reason in characters: three lines in the user's dialog.
pub const MAX_REASON_CHARS: usize = 200;

/// What is said where something longer than an invite was pasted.
pub const TOO_LONG: &str =
    "That is too long to be an invite. An invite is eight words, a code of 18 characters, or one link.";

/// Draws the paste page.
pub fn form_ui(ui: &mut Ui, form: &mut ConnectForm, actions: &mut Vec<Action>) {
    refuse_long_pastes(ui, form);
    page_ui(ui, |ui| {
        title_ui(ui, "Give help");
        weak_ui(ui, "Type or paste the invite you were given: the eight words, the code, or the link.");
        ui.add_space(6.0);
        let invite = label_ui(ui, "Invite");
        let mut text = form.invite.text().to_owned();
        let field = TextEdit::multiline(&mut text)
            .id_salt("invite")
            .desired_rows(3)
            .desired_width(f32::INFINITY)
            .margin(Vec2::new(12.0, 10.0))
            .hint_text("eight words, or beistand:…");
        let field = ui.add(field).labelled_by(invite);
        if field.changed() {
            form.invite.set(text);
        }
        if form.invite.too_long() {
            trouble_ui(ui, TOO_LONG);
        }
        ui.add_space(4.0);
        line_ui(ui, "Your name", &mut form.name, MAX_NAME_CHARS, "as the other person knows you");
        ui.add_space(4.0);
        line_ui(
            ui,
            "Why (they will read this)",
            &mut form.reason,
            MAX_REASON_CHARS,
            "the printer does not print",
        );
        ui.add_space(10.0);
        let complete = !form.invite.text().trim().is_empty() && !form.name.trim().is_empty();
        let mut connect = false;
        ui.horizontal(|ui| {
            connect =
                ui.add_enabled_ui(complete, |ui| button_ui(ui, Look::Primary, "Connect")).inner.clicked();
            if button_ui(ui, Look::Plain, "Back").clicked() {
                actions.push(Action::Home);
            }
        });
        // Enter in a single line field, or Ctrl+Enter anywhere, is as good as the button.
        connect |= complete && ui.input(|input| input.modifiers.command && input.key_pressed(Key::Enter));
        if connect {
            actions.push(Action::Connect);
        }
        ui.add_space(6.0);
        small_ui(ui, "They are asked before you can see anything, and they decide what you may do.");
    });
}

/// Takes pastes that can be no invite out of the input before a field lays them out.
fn refuse_long_pastes(ui: &Ui, form: &mut ConnectForm) {
    let refused = ui.input_mut(|input| {
        let before = input.events.len();
        input.events.retain(|event| {
            !matches!(event, Event::Paste(text) | Event::Text(text) | Event::MiddleClickPaste { text, .. }
                if text.len() > MAX_INVITE_BYTES)
        });
        before != input.events.len()
    });
    if refused {
        form.invite.refuse();
    }
}

fn label_ui(ui: &mut Ui, text: &str) -> egui::Id {
    ui.label(RichText::new(text).color(palette(ui).text)).id
}

fn line_ui(ui: &mut Ui, label: &str, text: &mut String, limit: usize, hint: &str) {
    let id = label_ui(ui, label);
    let field = TextEdit::singleline(text)
        .id_salt(label)
        .char_limit(limit)
        .desired_width(f32::INFINITY)
        .margin(Vec2::new(12.0, 9.0))
        .hint_text(hint);
    ui.add(field).labelled_by(id);
}

/// Draws the way to the host.
pub fn connecting_ui(ui: &mut Ui, connecting: &Connecting, actions: &mut Vec<Action>) {
    page_ui(ui, |ui| {
        title_ui(ui, "Connecting");
        ui.add_space(6.0);
        card_ui(ui, |ui| {
            for step in words::STEPS {
                step_ui(ui, step, connecting.step);
            }
        });
        if let Some(request) = &connecting.request {
            card_ui(ui, |ui| {
                lead_ui(ui, "Read these out on the phone. They must match.");
                ui.add_space(2.0);
                sas_ui(ui, request.sas);
                small_ui(ui, "The other person sees the same four pictures, and is asked to say yes.");
            });
        }
        if let Some(notice) = &connecting.notice {
            weak_ui(ui, notice.clone());
        }
        ui.add_space(8.0);
        if button_ui(ui, Look::Plain, "Cancel").clicked() {
            actions.push(Action::Send(Command::End));
            actions.push(Action::EditInvite);
        }
    });
}

fn step_ui(ui: &mut Ui, step: ConnectStep, now: Option<ConnectStep>) {
    let place = |step: ConnectStep| words::STEPS.iter().position(|one| *one == step);
    let (place, now) = (place(step), now.and_then(place).or(Some(0)));
    let colours = palette(ui);
    ui.horizontal(|ui| {
        let size = Vec2::splat(20.0);
        let colour = if place < now {
            let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
            ui.painter().text(
                rect.center(),
                egui::Align2::CENTER_CENTER,
                "✔",
                egui::FontId::proportional(16.0),
                colours.good,
            );
            colours.weak
        } else if place == now {
            busy_ui(ui, size.x);
            colours.text
        } else {
            let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
            ui.painter().circle_stroke(rect.center(), 5.0, egui::Stroke::new(1.5, colours.line));
            colours.weak
        };
        ui.label(RichText::new(words::step(step)).color(colour));
    });
}
