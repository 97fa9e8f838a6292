//! The home page: get help, or give help?

use egui::{Response, RichText, Sense, Stroke, Ui, Vec2};

use super::widgets::{page_ui, small_ui, title_ui, weak_ui};
use crate::state::Action;
use crate::theme::{self, ACCENT, palette};

/// Draws the home page.
pub fn home_ui(ui: &mut Ui, actions: &mut Vec<Action>) {
    page_ui(ui, |ui| {
        ui.add_space(28.0);
        title_ui(ui, "Beistand");
        ui.add_space(2.0);
        weak_ui(ui, "Help between two computers, for two people who know each other.");
        ui.add_space(30.0);
        let get =
            choice_ui(ui, "Get help", "Someone you trust looks at your screen and helps you.", Mark::Receive);
        if get.clicked() {
            actions.push(Action::GetHelp);
        }
        ui.add_space(16.0);
        let give =
            choice_ui(ui, "Give help", "You were given an invite: eight words, or a link.", Mark::Give);
        if give.clicked() {
            actions.push(Action::GiveHelp);
        }
        ui.add_space(34.0);
        trust_ui(ui);
    });
}

fn trust_ui(ui: &mut Ui) {
    for (mark, line) in [
        ("✔", "Nobody sees your screen until you say yes. You can stop at any time, with one click."),
        ("✔", "What you show goes only to the other computer, encrypted from end to end."),
        ("✖", "It never runs unseen, never starts by itself, and nobody can come in while you are away."),
    ] {
        ui.horizontal_top(|ui| {
            let colour = if mark == "✔" { palette(ui).good } else { palette(ui).weak };
            ui.label(RichText::new(mark).small().color(colour));
            small_ui(ui, line);
        });
    }
}

#[derive(Clone, Copy)]
enum Mark {
    Receive,
    Give,
}

/// A large button with a drawing, a title and a line of text.
fn choice_ui(ui: &mut Ui, title: &str, line: &str, mark: Mark) -> Response {
    let colours = palette(ui);
    let size = Vec2::new(ui.available_width(), 116.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, format!("{title}. {line}")));
    let lit = response.hovered() || response.has_focus();
    let stroke = if lit { Stroke::new(2.0, colours.accent_text) } else { Stroke::new(1.0, colours.line) };
    let painter = ui.painter();
    painter.rect(rect, 14.0, colours.card, stroke, egui::StrokeKind::Inside);
    mark_ui(painter, rect.left_center() + Vec2::new(58.0, 0.0), mark);
    let left = rect.left() + 112.0;
    let width = rect.right() - left - 24.0;
    let title = painter.layout(title.to_owned(), egui::FontId::proportional(23.0), colours.text, width);
    let line = painter.layout(line.to_owned(), egui::FontId::proportional(15.5), colours.weak, width);
    let gap = 6.0;
    let top = rect.center().y - (title.size().y + gap + line.size().y) / 2.0;
    let below = top + title.size().y + gap;
    painter.galley(egui::pos2(left, top), title, colours.text);
    painter.galley(egui::pos2(left, below), line, colours.weak);
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

/// A screen with a question on it, or with an arrow across it.
fn mark_ui(painter: &egui::Painter, centre: egui::Pos2, mark: Mark) {
    painter.circle_filled(centre, 32.0, ACCENT);
    let white = Stroke::new(2.5, egui::Color32::WHITE);
    let screen = egui::Rect::from_center_size(centre - Vec2::new(0.0, 3.0), Vec2::new(32.0, 22.0));
    painter.rect_stroke(screen, 3.0, white, egui::StrokeKind::Middle);
    let foot = screen.center_bottom() + Vec2::new(0.0, 6.0);
    painter.line_segment([foot - Vec2::new(8.0, 0.0), foot + Vec2::new(8.0, 0.0)], white);
    match mark {
        Mark::Receive => {
            let font = egui::FontId::proportional(theme::LEAD_PT);
            painter.text(screen.center(), egui::Align2::CENTER_CENTER, "?", font, egui::Color32::WHITE);
        }
        Mark::Give => painter.arrow(screen.center() - Vec2::new(8.0, 0.0), Vec2::new(16.0, 0.0), white),
    }
}
