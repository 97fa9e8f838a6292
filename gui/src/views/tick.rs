//! A box to tick. What a tick of the keyboard or of an assistive program does is for who draws it to say.

use std::sync::Arc;

use egui::{Color32, FontId, Galley, Response, Sense, Stroke, Ui, Vec2, WidgetInfo};

use crate::theme::palette;

/// Whether a click on it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TickReadiness {
    /// It does.
    Ready,
    /// Not yet.
    Waiting,
}

/// How much of a choice is drawn, and how closely. Its box is in sight in each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TickDetail {
    /// The title and the line, with room.
    Roomy,
    /// The title and the line, set closer.
    Close,
    /// The title; the line of the one under the pointer is drawn elsewhere.
    Titles,
    /// The same, as small as can be read.
    Tight,
}

/// Sizes in points.
#[derive(Debug, Clone, Copy)]
pub(super) struct TickMeasures {
    pub(super) title: f32,
    pub(super) line: f32,
    /// The side of the box, and where its text begins.
    square: f32,
    text_left: f32,
    /// What is left free above and below the text together.
    around: f32,
    /// The least height.
    least: f32,
    /// The space below.
    pub(super) gap: f32,
    /// By how much what needs another one stands to the right of it.
    pub(super) indent: f32,
    /// The width below which words would be broken.
    pub(super) least_width: f32,
}

impl TickDetail {
    /// Whether it has the line that explains.
    pub const fn has_lines(self) -> bool {
        match self {
            Self::Roomy | Self::Close => true,
            Self::Titles | Self::Tight => false,
        }
    }

    pub(super) const fn measures(self) -> TickMeasures {
        let [title, line, square, text_left, around, least, gap, indent, least_width] = match self {
            Self::Roomy => [16.0, 13.5, 20.0, 34.0, 8.0, 40.0, 4.0, 14.0, 210.0],
            Self::Close => [14.0, 11.5, 20.0, 30.0, 2.0, 26.0, 2.0, 12.0, 170.0],
            Self::Titles => [13.5, 11.5, 16.0, 24.0, 4.0, 22.0, 2.0, 10.0, 140.0],
            Self::Tight => [11.5, 11.0, 14.0, 20.0, 1.0, 16.0, 1.0, 8.0, 110.0],
        };
        TickMeasures { title, line, square, text_left, around, least, gap, indent, least_width }
    }
}

/// A box with a title and a line that explains.
#[derive(Debug)]
pub struct TickBox {
    /// What it is about.
    pub title: String,
    /// What that means, where it is drawn.
    pub line: Option<String>,
    /// Whether the line warns.
    pub warns: bool,
    /// How it is drawn.
    pub detail: TickDetail,
}

/// A [`TickBox`] as it is laid out in a width.
#[derive(Debug)]
pub(super) struct LaidTick {
    title: Arc<Galley>,
    line: Option<Arc<Galley>>,
    size: Vec2,
    detail: TickDetail,
}

/// The height of a small box with its text, in points.
pub const CHIP_PT: f32 = 26.0;

/// Draws a small one with a few words, as wide as they need.
pub fn chip_ui(ui: &mut Ui, ticked: bool, title: String, readiness: TickReadiness) -> Response {
    let colour = palette(ui).text;
    let room = ui.max_rect().width() - CHIP_PT - 8.0;
    let text = ui.painter().layout(title.clone(), FontId::proportional(13.5), colour, room);
    let size = Vec2::new(CHIP_PT + text.size().x + 8.0, CHIP_PT.max(text.size().y));
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
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

impl TickBox {
    pub(super) fn lay(self, ui: &Ui, width: f32) -> LaidTick {
        let colours = palette(ui);
        let measures = self.detail.measures();
        let lay = |text: String, size: f32, colour: Color32| {
            ui.painter().layout(text, FontId::proportional(size), colour, width - measures.text_left)
        };
        let weight = if self.warns { colours.warning_text } else { colours.weak };
        let title = lay(self.title, measures.title, colours.text);
        let line = self.line.map(|line| lay(line, measures.line, weight));
        let text = title.size().y + line.as_ref().map_or(0.0, |line| line.size().y);
        let size = Vec2::new(width, (text + measures.around).max(measures.least));
        LaidTick { title, line, size, detail: self.detail }
    }
}

impl LaidTick {
    pub(super) fn height(&self) -> f32 {
        self.size.y
    }

    /// Draws it; `name` is what an assistive program reads.
    pub(super) fn tick_ui(self, ui: &mut Ui, name: &str, ticked: bool, readiness: TickReadiness) -> Response {
        let measures = self.detail.measures();
        let (rect, response) = ui.allocate_exact_size(self.size, Sense::click());
        response.widget_info(|| WidgetInfo::selected(egui::Role::CheckBox, true, ticked, name));
        let middle = rect.left_center() + Vec2::new(measures.square / 2.0 + 1.0, 0.0);
        let square = egui::Rect::from_center_size(middle, Vec2::splat(measures.square));
        box_ui(ui, square, ticked, readiness, &response);
        let text = self.title.size().y + self.line.as_ref().map_or(0.0, |line| line.size().y);
        let mut corner = egui::pos2(rect.left() + measures.text_left, rect.center().y - text / 2.0);
        for galley in std::iter::once(self.title).chain(self.line) {
            let height = galley.size().y;
            ui.painter().galley(corner, galley, palette(ui).text);
            corner.y += height;
        }
        response.on_hover_cursor(egui::CursorIcon::PointingHand)
    }
}
