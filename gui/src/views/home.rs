//! The home page: get help, or give help?

use beistand_node::words::{Language, args};
use beistand_node::{Appearance, PressOrigin, ThemeChoice, ZoomPercent};
use egui::{Button, Response, RichText, Sense, Stroke, Ui, Vec2};

use super::PageContext;
use super::returns::returns_ui;
use super::widgets::{page_ui, small_ui, title_ui, warning_ui, weak_ui};
use crate::state::{AppearanceWish, HomeState, PageAction};
use crate::theme::{self, ACCENT, palette};

/// Draws the home page.
pub fn home_ui(
    ui: &mut Ui,
    home: &mut HomeState,
    any_changes: bool,
    origin: &mut dyn PressOrigin,
    cx: &mut PageContext<'_>,
) {
    page_ui(ui, |ui| {
        ui.add_space(4.0);
        title_ui(ui, "Beistand");
        ui.add_space(2.0);
        weak_ui(ui, cx.text("page-home-what"));
        ui.add_space(16.0);
        for told in &home.taken_back {
            warning_ui(ui, cx.say(told));
        }
        returns_ui(ui, home, origin, cx);
        let (title, line) = (cx.text("page-home-get"), cx.text("page-home-get-line"));
        if choice_ui(ui, title, line, HomeMark::Receive).clicked() {
            cx.act(PageAction::GetHelp);
        }
        ui.add_space(10.0);
        let (title, line) = (cx.text("page-home-give"), cx.text("page-home-give-line"));
        if choice_ui(ui, title, line, HomeMark::Give).clicked() {
            cx.act(PageAction::GiveHelp);
        }
        if any_changes {
            ui.add_space(10.0);
            if ui.link(cx.text("page-home-changes")).clicked() {
                cx.act(PageAction::Changes);
            }
        }
        ui.add_space(if any_changes { 10.0 } else { 16.0 });
        trust_ui(ui, cx);
        ui.add_space(8.0);
        language_ui(ui, home.appearance.zoom, cx);
        appearance_ui(ui, home.appearance, cx);
    });
}

/// The languages, each by what its speakers call it, and how large everything is.
fn language_ui(ui: &mut Ui, zoom: ZoomPercent, cx: &mut PageContext<'_>) {
    let now = cx.words.language();
    ui.horizontal_wrapped(|ui| {
        for language in Language::ALL {
            if ui.selectable_label(language == now, language.own_name()).clicked() && language != now {
                cx.act(PageAction::Speak(language));
            }
        }
        ui.add_space(16.0);
        zoom_ui(ui, zoom, cx);
    });
}

/// Light or dark.
fn appearance_ui(ui: &mut Ui, now: Appearance, cx: &mut PageContext<'_>) {
    ui.horizontal_wrapped(|ui| {
        for theme in ThemeChoice::ALL {
            let label = cx.text(match theme {
                ThemeChoice::Auto => "page-home-theme-auto",
                ThemeChoice::Light => "page-home-theme-light",
                ThemeChoice::Dark => "page-home-theme-dark",
            });
            if ui.selectable_label(theme == now.theme, label).clicked() && theme != now.theme {
                cx.act(PageAction::Wear(AppearanceWish::Theme(theme)));
            }
        }
    });
}

/// How large everything is.
fn zoom_ui(ui: &mut Ui, now: ZoomPercent, cx: &mut PageContext<'_>) {
    ui.label(cx.with("page-home-zoom", args![percent = u32::from(now.percent())]));
    for (sign, name, zoom) in
        [("−", "page-home-zoom-out", now.smaller()), ("+", "page-home-zoom-in", now.larger())]
    {
        let name = cx.text(name);
        let button = ui.add(Button::new(sign).min_size(Vec2::splat(34.0)));
        button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
        if button.on_hover_text(name).clicked() {
            cx.act(PageAction::Wear(AppearanceWish::Zoom(zoom)));
        }
    }
}

fn trust_ui(ui: &mut Ui, cx: &PageContext<'_>) {
    let (good, weak) = (palette(ui).good, palette(ui).weak);
    for (mark, colour, line) in
        [("✔", good, "page-home-consent"), ("✔", good, "page-home-encrypted"), ("✖", weak, "page-home-never")]
    {
        ui.horizontal_top(|ui| {
            ui.label(RichText::new(mark).small().color(colour));
            small_ui(ui, cx.text(line));
        });
    }
}

#[derive(Clone, Copy)]
enum HomeMark {
    Receive,
    Give,
}

/// A large button with a drawing, a title and a line of text.
fn choice_ui(ui: &mut Ui, title: String, line: String, mark: HomeMark) -> Response {
    let colours = palette(ui);
    let size = Vec2::new(ui.available_width(), 108.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, format!("{title}. {line}")));
    let lit = response.hovered() || response.has_focus();
    let stroke = if lit { Stroke::new(2.0, colours.accent_text) } else { Stroke::new(1.0, colours.line) };
    let painter = ui.painter();
    painter.rect(rect, 14.0, colours.card, stroke, egui::StrokeKind::Inside);
    mark_ui(painter, rect.left_center() + Vec2::new(58.0, 0.0), mark);
    let left = rect.left() + 112.0;
    let width = rect.right() - left - 24.0;
    let title = painter.layout(title, egui::FontId::proportional(23.0), colours.text, width);
    let line = painter.layout(line, egui::FontId::proportional(theme::BODY_PT), colours.weak, width);
    let gap = 6.0;
    let top = rect.center().y - (title.size().y + gap + line.size().y) / 2.0;
    let below = top + title.size().y + gap;
    painter.galley(egui::pos2(left, top), title, colours.text);
    painter.galley(egui::pos2(left, below), line, colours.weak);
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

/// A screen with a question on it, or with an arrow across it.
fn mark_ui(painter: &egui::Painter, centre: egui::Pos2, mark: HomeMark) {
    painter.circle_filled(centre, 32.0, ACCENT);
    let white = Stroke::new(2.5, egui::Color32::WHITE);
    let screen = egui::Rect::from_center_size(centre - Vec2::new(0.0, 3.0), Vec2::new(32.0, 22.0));
    painter.rect_stroke(screen, 3.0, white, egui::StrokeKind::Middle);
    let foot = screen.center_bottom() + Vec2::new(0.0, 6.0);
    painter.line_segment([foot - Vec2::new(8.0, 0.0), foot + Vec2::new(8.0, 0.0)], white);
    match mark {
        HomeMark::Receive => {
            let font = egui::FontId::proportional(theme::LEAD_PT);
            painter.text(screen.center(), egui::Align2::CENTER_CENTER, "?", font, egui::Color32::WHITE);
        }
        HomeMark::Give => painter.arrow(screen.center() - Vec2::new(8.0, 0.0), Vec2::new(16.0, 0.0), white),
    }
}
