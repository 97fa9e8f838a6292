//! The question to the user: may they?
//!
//! A grant comes from a mouse button that a hand pressed: nothing here takes the keyboard or an assistive program's
//! click, nothing is preselected but seeing, Allow is armed only after the dialog could be read, and a click that
//! the platform knows to be a program's is refused. Saying no works always.

use std::time::Duration;

use beistand_node::{Origin, Permission, PressOrigin, RequestInfo};
use egui::{
    Align, Event, FontId, Frame, Key, Layout, Margin, PointerButton, RichText, Sense, Stroke, Ui, Vec2,
};

use super::widgets::{
    Look, badge_ui, card_ui, column_ui, lead_ui, page_ui, sas_ui, sized_button_ui, small_ui, title_ui,
    trouble_ui, warning_ui, weak_ui,
};
use crate::state::{Action, Consent, Refusal};
use crate::theme::{ACCENT, palette};
use crate::words;

/// How long the dialog must have been on the screen before Allow counts, in seconds: longer than a double click that
/// was meant for another window.
pub const ARM_SECS: f64 = 1.5;

/// What a refused click is answered with.
pub const INJECTED: &str = "That click did not come from this computer's mouse, so it does not count.";

/// Draws the question.
pub fn consent_ui(
    ui: &mut Ui,
    consent: &mut Consent,
    origin: &mut dyn PressOrigin,
    actions: &mut Vec<Action>,
) {
    let denied_by_key = consume_keys(ui);
    let now = ui.input(|input| input.time);
    let shown_at = *consent.shown_at_secs.get_or_insert(now);
    let armed = ((now - shown_at) / ARM_SECS).clamp(0.0, 1.0) as f32;
    if armed < 1.0 {
        ui.request_repaint_after(Duration::from_millis(50));
    }
    let bar = Frame::new().fill(palette(ui).card).inner_margin(Margin::symmetric(0, 16));
    egui::Panel::bottom("answer").frame(bar).resizable(false).show(ui, |ui| {
        column_ui(ui, |ui| answer_ui(ui, consent, armed, origin, actions));
    });
    if denied_by_key {
        actions.push(Action::Deny);
    }
    page_ui(ui, |ui| {
        title_ui(ui, "Someone wants to help you");
        who_ui(ui, &consent.request);
        compare_ui(ui, &consent.request);
        card_ui(ui, |ui| {
            lead_ui(ui, "What may they do?");
            small_ui(ui, "You can change this at any time, and stop with one click.");
            for permission in consent.request.wants.iter() {
                choice_ui(ui, consent, permission, origin);
            }
        });
    });
}

/// Keeps the keyboard away from everything here. Returns whether Escape was pressed: no is always possible.
fn consume_keys(ui: &Ui) -> bool {
    let mut escape = false;
    ui.input_mut(|input| {
        input.events.retain(|event| match event {
            Event::Key { key: Key::Escape, pressed, .. } => {
                escape |= pressed;
                false
            }
            Event::Key { .. } | Event::Text(_) | Event::Paste(_) | Event::AccessKitActionRequest(_) => false,
            _ => true,
        });
    });
    ui.memory_mut(|memory| {
        if let Some(focused) = memory.focused() {
            memory.surrender_focus(focused);
        }
    });
    escape
}

fn who_ui(ui: &mut Ui, request: &RequestInfo) {
    card_ui(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(&request.name).size(22.0).color(palette(ui).text));
            badge_ui(ui, "unverified", palette(ui).warning_text);
        });
        small_ui(ui, "They chose this name themselves. Do you know the voice on the phone?");
        if let Some(warning) = &request.warning {
            warning_ui(ui, warning);
        }
        if !request.reason.is_empty() {
            ui.add_space(2.0);
            weak_ui(ui, format!("“{}”", request.reason));
        }
    });
}

fn compare_ui(ui: &mut Ui, request: &RequestInfo) {
    card_ui(ui, |ui| {
        lead_ui(ui, "Ask the helper to read these out. They must match.");
        ui.add_space(2.0);
        sas_ui(ui, request.sas);
        small_ui(ui, "If they see other pictures, somebody is in between: say no.");
    });
}

/// A line that ticks a permission. A program's click changes nothing.
fn choice_ui(ui: &mut Ui, consent: &mut Consent, permission: Permission, origin: &mut dyn PressOrigin) {
    let (title, line) = words::permission(permission);
    let mut ticked = consent.chosen.contains(permission);
    let response = tick_ui(ui, ticked, title, line);
    if response.clicked_by(PointerButton::Primary) {
        if origin.last_button_press() == Origin::Injected {
            consent.refusal = Some(Refusal::Injected);
            return;
        }
        ticked = !ticked;
        consent.refusal = None;
        consent.chosen =
            if ticked { consent.chosen.with(permission) } else { consent.chosen.without(permission) };
    }
}

/// A box to tick with a title and a line, that no keyboard reaches.
pub fn tick_ui(ui: &mut Ui, ticked: bool, title: &str, line: &str) -> egui::Response {
    let colours = palette(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 44.0), Sense::CLICK);
    response.widget_info(|| {
        egui::WidgetInfo::selected(egui::Role::CheckBox, true, ticked, format!("{title}. {line}"))
    });
    let painter = ui.painter();
    let square = egui::Rect::from_center_size(rect.left_center() + Vec2::new(12.0, 0.0), Vec2::splat(20.0));
    let edge = if response.hovered() || ticked { colours.text } else { colours.weak };
    painter.rect_stroke(square, 5.0, Stroke::new(1.5, edge), egui::StrokeKind::Inside);
    if ticked {
        let at = |x: f32, y: f32| square.min + Vec2::new(x, y) * 20.0;
        let tick = vec![at(0.22, 0.52), at(0.42, 0.74), at(0.80, 0.27)];
        painter.add(egui::Shape::line(tick, Stroke::new(2.5, colours.text)));
    }
    let left = rect.left() + 36.0;
    let title = painter.layout_no_wrap(title.to_owned(), FontId::proportional(16.0), colours.text);
    let line = painter.layout_no_wrap(line.to_owned(), FontId::proportional(13.5), colours.weak);
    let top = rect.center().y - (title.size().y + line.size().y) / 2.0;
    let below = top + title.size().y;
    painter.galley(egui::pos2(left, top), title, colours.text);
    painter.galley(egui::pos2(left, below), line, colours.weak);
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

fn answer_ui(
    ui: &mut Ui,
    consent: &mut Consent,
    armed: f32,
    origin: &mut dyn PressOrigin,
    actions: &mut Vec<Action>,
) {
    if let Some(Refusal::Injected) = consent.refusal {
        trouble_ui(ui, INJECTED);
        ui.add_space(4.0);
    }
    let width = (ui.available_width() - ui.spacing().item_spacing.x) / 2.0;
    let size = Vec2::new(width, 48.0);
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        if sized_button_ui(ui, Look::Plain, "No", size, Sense::CLICK).clicked_by(PointerButton::Primary) {
            actions.push(Action::Deny);
        }
        let ready = armed >= 1.0 && !consent.chosen.is_empty();
        let label = if consent.chosen.is_empty() { "Tick what you allow" } else { "Allow what is ticked" };
        let allow = ui
            .add_enabled_ui(ready, |ui| sized_button_ui(ui, Look::Primary, label, size, Sense::CLICK))
            .inner;
        if armed < 1.0 {
            let track = allow.rect.with_min_y(allow.rect.bottom() - 4.0);
            let done = track.with_max_x(egui::lerp(track.left()..=track.right(), armed));
            ui.painter().rect_filled(done, 2.0, ACCENT);
        }
        if ready && allow.clicked_by(PointerButton::Primary) {
            if origin.last_button_press() == Origin::Injected {
                consent.refusal = Some(Refusal::Injected);
            } else {
                actions.push(Action::Allow(consent.chosen));
            }
        }
    });
}
