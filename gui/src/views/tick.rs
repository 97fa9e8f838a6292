//! A box to tick, that no keyboard and no assistive program reaches.

use egui::{Color32, FontId, Response, Sense, Stroke, Ui, Vec2, WidgetInfo};

use super::widgets::TextScale;
use crate::theme::palette;

/// The side of the box in points, and where its text begins.
const BOX_PT: f32 = 20.0;
const TEXT_LEFT_PT: f32 = 36.0;

/// Whether a click on it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TickReadiness {
    /// It does.
    Ready,
    /// Not yet.
    Waiting,
}

/// A box with a title and a line that explains.
#[derive(Debug)]
pub struct TickBox {
    /// Whether it is ticked.
    pub ticked: bool,
    /// What it is about.
    pub title: String,
    /// What that means.
    pub line: String,
    /// Whether a click counts.
    pub readiness: TickReadiness,
    /// How large its text is.
    pub scale: TextScale,
}

/// The height of a small box with its text, in points.
pub const CHIP_PT: f32 = 26.0;

/// Draws a small one with a few words, as wide as they need.
pub fn chip_ui(ui: &mut Ui, ticked: bool, title: String, readiness: TickReadiness) -> Response {
    let colour = palette(ui).text;
    let room = ui.max_rect().width() - CHIP_PT - 8.0;
    let text = ui.painter().layout(title.clone(), FontId::proportional(13.5), colour, room);
    let size = Vec2::new(CHIP_PT + text.size().x + 8.0, CHIP_PT.max(text.size().y));
    let (rect, response) = ui.allocate_exact_size(size, Sense::CLICK);
    response.widget_info(|| WidgetInfo::selected(egui::Role::CheckBox, true, ticked, &title));
    let square = egui::Rect::from_center_size(rect.left_center() + Vec2::new(10.0, 0.0), Vec2::splat(16.0));
    box_ui(ui, square, ticked, readiness, &response);
    let corner = egui::pos2(rect.left() + CHIP_PT, rect.center().y - text.size().y / 2.0);
    ui.painter().galley(corner, text, colour);
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

fn box_ui(ui: &Ui, square: egui::Rect, ticked: bool, readiness: TickReadiness, response: &Response) {
    let colours = palette(ui);
    let edge = match readiness {
        TickReadiness::Waiting => colours.line,
        TickReadiness::Ready if response.hovered() || ticked => colours.text,
        TickReadiness::Ready => colours.weak,
    };
    let painter = ui.painter();
    painter.rect_stroke(square, 5.0, Stroke::new(1.5, edge), egui::StrokeKind::Inside);
    if ticked {
        let at = |x: f32, y: f32| square.min + Vec2::new(x, y) * square.width();
        let stroke = vec![at(0.22, 0.52), at(0.42, 0.74), at(0.80, 0.27)];
        painter.add(egui::Shape::line(stroke, Stroke::new(2.5, colours.text)));
    }
}

/// Draws it.
pub fn tick_ui(ui: &mut Ui, tick: TickBox) -> Response {
    let colours = palette(ui);
    let TickBox { ticked, title, line, readiness, scale } = tick;
    let name = format!("{title}. {line}");
    let (title_pt, line_pt, least_pt, around_pt) = match scale {
        TextScale::Normal => (16.0, 13.5, 44.0, 8.0),
        TextScale::Small => (14.0, 11.5, 26.0, 2.0),
    };
    let width = ui.available_width();
    let lay = |text: String, size: f32, colour: Color32| {
        ui.painter().layout(text, FontId::proportional(size), colour, width - TEXT_LEFT_PT)
    };
    let (title, line) = (lay(title, title_pt, colours.text), lay(line, line_pt, colours.weak));
    let text_height = title.size().y + line.size().y;
    let height = (text_height + around_pt).max(least_pt);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, height), Sense::CLICK);
    response.widget_info(|| WidgetInfo::selected(egui::Role::CheckBox, true, ticked, &name));
    let middle = rect.left_center() + Vec2::new(12.0, 0.0);
    let square = egui::Rect::from_center_size(middle, Vec2::splat(BOX_PT));
    box_ui(ui, square, ticked, readiness, &response);
    let painter = ui.painter();
    let left = rect.left() + TEXT_LEFT_PT;
    let top = rect.center().y - text_height / 2.0;
    let below = top + title.size().y;
    painter.galley(egui::pos2(left, top), title, colours.text);
    painter.galley(egui::pos2(left, below), line, colours.weak);
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}
