//! The question to the user: may they?
//!
//! A grant comes from a mouse button that a hand pressed: nothing here takes the keyboard or an assistive
//! program's click, nothing is preselected but seeing, Allow is armed only after the dialog could be read,
//! and a click that the platform knows to be a program's is refused. Saying no works always.

use std::time::Duration;

use beistand_node::words::args;
use egui::{
    Align, Event, FontId, Frame, Key, Layout, Margin, PointerButton, RichText, Sense, Stroke, Ui, Vec2,
};

use super::PageContext;
use super::widgets::{
    ButtonLook, badge_ui, card_ui, column_ui, lead_ui, page_ui, sas_ui, sized_button_ui, small_ui, title_ui,
    trouble_ui, warning_ui, weak_ui,
};
use crate::panels::{PanelContext, PanelSide, SessionStage, permission_words};
use crate::state::{ClickRefusal, ConsentState, PageAction, SessionFacts};
use crate::theme::{ACCENT, palette};
use beistand_node::{Origin, Permission, PressOrigin, RequestInfo};

/// How long the dialog must have been on the screen before Allow counts, in seconds: longer than a double
/// click that was meant for another window.
pub const ARM_SECS: f64 = 1.5;

/// What a refused click is answered with: the key of a text.
pub const INJECTED: &str = "page-consent-injected";

/// Draws the question.
pub fn consent_ui(
    ui: &mut Ui,
    consent: &mut ConsentState,
    origin: &mut dyn PressOrigin,
    cx: &mut PageContext<'_>,
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
        column_ui(ui, |ui| {
            said_ui(ui, consent, cx);
            answer_ui(ui, consent, armed, origin, cx);
        });
    });
    if denied_by_key {
        cx.act(PageAction::Deny);
    }
    page_ui(ui, |ui| {
        title_ui(ui, cx.text("page-consent-title"));
        who_ui(ui, &consent.request, cx);
        compare_ui(ui, &consent.request, cx);
        card_ui(ui, |ui| {
            lead_ui(ui, cx.text("page-consent-may"));
            small_ui(ui, cx.text("page-consent-change"));
            for permission in consent.request.wants.iter() {
                choice_ui(ui, consent, permission, origin, cx);
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

fn who_ui(ui: &mut Ui, request: &RequestInfo, cx: &PageContext<'_>) {
    card_ui(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(&request.name).size(22.0).color(palette(ui).text));
            badge_ui(ui, &cx.text("page-unverified"), palette(ui).warning_text);
        });
        small_ui(ui, cx.text("page-consent-name"));
        if let Some(warning) = &request.warning {
            warning_ui(ui, cx.say(warning));
        }
        if !request.reason.is_empty() {
            ui.add_space(2.0);
            weak_ui(ui, cx.with("page-consent-reason", args![reason = &request.reason]));
        }
    });
}

fn compare_ui(ui: &mut Ui, request: &RequestInfo, cx: &PageContext<'_>) {
    card_ui(ui, |ui| {
        lead_ui(ui, cx.text("page-consent-compare"));
        ui.add_space(2.0);
        sas_ui(ui, request.sas, cx.words);
        small_ui(ui, cx.text("page-consent-differ"));
    });
}

/// A line that ticks a permission. A program's click changes nothing.
fn choice_ui(
    ui: &mut Ui,
    consent: &mut ConsentState,
    permission: Permission,
    origin: &mut dyn PressOrigin,
    cx: &PageContext<'_>,
) {
    let words = permission_words(permission);
    let mut ticked = consent.chosen.contains(permission);
    let response = tick_ui(ui, ticked, cx.text(words.title), cx.text(words.line));
    if response.clicked_by(PointerButton::Primary) {
        if origin.last_button_press() == Origin::Injected {
            consent.refusal = Some(ClickRefusal::Injected);
            return;
        }
        ticked = !ticked;
        consent.refusal = None;
        consent.chosen =
            if ticked { consent.chosen.with(permission) } else { consent.chosen.without(permission) };
    }
}

/// A box to tick with a title and a line, that no keyboard reaches.
pub fn tick_ui(ui: &mut Ui, ticked: bool, title: String, line: String) -> egui::Response {
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
    let title = painter.layout_no_wrap(title, FontId::proportional(16.0), colours.text);
    let line = painter.layout_no_wrap(line, FontId::proportional(13.5), colours.weak);
    let top = rect.center().y - (title.size().y + line.size().y) / 2.0;
    let below = top + title.size().y;
    painter.galley(egui::pos2(left, top), title, colours.text);
    painter.galley(egui::pos2(left, below), line, colours.weak);
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

/// What the helper said meanwhile, above the answer: what is to be pressed stays where it is when a line
/// comes.
fn said_ui(ui: &mut Ui, consent: &mut ConsentState, cx: &mut PageContext<'_>) {
    let facts = SessionFacts::default();
    let context = PanelContext::new(PanelSide::Host, SessionStage::Asking, &facts, cx);
    consent.panels.question_ui(ui, &mut context.with_peer(&consent.request.name));
}

fn answer_ui(
    ui: &mut Ui,
    consent: &mut ConsentState,
    armed: f32,
    origin: &mut dyn PressOrigin,
    cx: &mut PageContext<'_>,
) {
    if let Some(ClickRefusal::Injected) = consent.refusal {
        trouble_ui(ui, cx.text(INJECTED));
        ui.add_space(4.0);
    }
    let width = (ui.available_width() - ui.spacing().item_spacing.x) / 2.0;
    let size = Vec2::new(width, 48.0);
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        if sized_button_ui(ui, ButtonLook::Plain, &cx.text("page-consent-no"), size, Sense::CLICK)
            .clicked_by(PointerButton::Primary)
        {
            cx.act(PageAction::Deny);
        }
        let ready = armed >= 1.0 && !consent.chosen.is_empty();
        let label =
            cx.text(if consent.chosen.is_empty() { "page-consent-tick" } else { "page-consent-allow" });
        let allow = ui
            .add_enabled_ui(ready, |ui| sized_button_ui(ui, ButtonLook::Primary, &label, size, Sense::CLICK))
            .inner;
        if armed < 1.0 {
            let track = allow.rect.with_min_y(allow.rect.bottom() - 4.0);
            let done = track.with_max_x(egui::lerp(track.left()..=track.right(), armed));
            ui.painter().rect_filled(done, 2.0, ACCENT);
        }
        if ready && allow.clicked_by(PointerButton::Primary) {
            if origin.last_button_press() == Origin::Injected {
                consent.refusal = Some(ClickRefusal::Injected);
            } else {
                cx.act(PageAction::Allow(consent.chosen));
            }
        }
    });
}
