//! A large choice: a round mark, a title and a line on a card that can be pressed as a whole.
//!
//! Who may press it, and whether a press counts, is for the page to say.

use std::sync::Arc;

use egui::{
    Align2, Color32, FontId, Galley, Painter, Pos2, Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2,
};

use crate::theme::{self, ACCENT, palette};

/// The mark's size on a card that has room, in points across.
const MARK_PT: f32 = 64.0;
/// The same on a low one.
const SMALL_MARK_PT: f32 = 36.0;
/// The height in points below which a card is a low one.
const LOW_PT: f32 = 84.0;
/// The space between two rows of text, in points.
const ROW_GAP_PT: f32 = 4.0;
/// What is left free above and below the texts, in points.
const EDGE_PT: f32 = 4.0;
/// The sizes of the title and of what stands below it, in points, what is read best first.
const SCALES: [(f32, f32); 5] =
    [(23.0, theme::BODY_PT), (20.0, theme::SMALL_PT), (theme::LEAD_PT, 12.5), (15.0, 11.5), (13.5, 11.0)];

/// What the mark shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardMark {
    /// A screen with a question on it.
    Asking,
    /// A screen with an arrow across it.
    Giving,
    /// A pointer.
    Hands,
    /// An eye.
    Eyes,
}

/// A large choice.
#[derive(Debug)]
pub struct ChoiceCard {
    /// What it is.
    pub title: String,
    /// What that means.
    pub line: String,
    /// What to be careful about.
    pub warning: Option<String>,
    /// What the mark shows.
    pub mark: CardMark,
}

impl ChoiceCard {
    /// The largest scale at which its texts have room in `size` points; a higher number is a smaller one.
    pub fn scale(&self, ui: &Ui, size: Vec2) -> usize {
        let room = size.y - 2.0 * EDGE_PT;
        let fits = |scale: &usize| self.lay(ui, size, *scale).0 <= room;
        (0..SCALES.len() - 1).find(fits).unwrap_or(SCALES.len() - 1)
    }

    /// Draws it in `size` points with its texts at this scale, or higher where they need more. One that is
    /// not enabled is drawn without its colour.
    pub fn card_ui(self, ui: &mut Ui, size: Vec2, scale: usize, sense: Sense) -> Response {
        let (mark, name) = (self.mark, self.spoken());
        let [side, mark_pt, text_left] = measures(size);
        let (height, rows) = self.lay(ui, size, scale);
        let size = Vec2::new(size.x, size.y.max(height + 2.0 * EDGE_PT));
        let (rect, response) = ui.allocate_exact_size(size, sense | Sense::FOCUSABLE);
        let (colours, enabled) = (palette(ui), ui.is_enabled());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, enabled, &name));
        let lit = enabled && (response.hovered() || response.has_focus());
        let stroke = if lit { Stroke::new(2.0, colours.accent_text) } else { Stroke::new(1.0, colours.line) };
        ui.painter().rect(rect, 12.0, colours.card, stroke, StrokeKind::Inside);
        let centre = rect.left_center() + Vec2::new(side + mark_pt / 2.0, 0.0);
        mark_ui(ui.painter(), centre, mark_pt, if enabled { ACCENT } else { colours.weak }, mark);
        let mut corner = Pos2::new(rect.left() + text_left, rect.center().y - height / 2.0);
        for row in rows {
            let below = corner.y + row.size().y + ROW_GAP_PT;
            ui.painter().galley(corner, row, colours.text);
            corner.y = below;
        }
        response.on_hover_cursor(egui::CursorIcon::PointingHand)
    }

    /// What an assistive program reads.
    fn spoken(&self) -> String {
        let name = format!("{}. {}", self.title, self.line);
        self.warning.iter().fold(name, |name, warning| format!("{name} {warning}"))
    }

    /// The texts at this scale, and how high they are together.
    fn lay(&self, ui: &Ui, size: Vec2, scale: usize) -> (f32, Vec<Arc<Galley>>) {
        let colours = palette(ui);
        let [.., text_left] = measures(size);
        let width = size.x - text_left - 12.0;
        let (title_pt, line_pt) = SCALES[scale.min(SCALES.len() - 1)];
        let lay = |text: &String, size: f32, colour: Color32| {
            ui.painter().layout(text.clone(), FontId::proportional(size), colour, width)
        };
        let mut rows = vec![lay(&self.title, title_pt, colours.text), lay(&self.line, line_pt, colours.weak)];
        rows.extend(self.warning.iter().map(|warning| lay(warning, line_pt, colours.warning_text)));
        let height = rows.iter().map(|row| row.size().y).sum::<f32>();
        (height + ROW_GAP_PT * (rows.len() - 1) as f32, rows)
    }
}

/// Where the mark begins, how large it is, and where the texts begin, in points from the left.
fn measures(size: Vec2) -> [f32; 3] {
    if size.y < LOW_PT {
        [10.0, SMALL_MARK_PT, 10.0 + SMALL_MARK_PT + 10.0]
    } else {
        [26.0, MARK_PT, 26.0 + MARK_PT + 22.0]
    }
}

fn mark_ui(painter: &Painter, centre: Pos2, side: f32, fill: Color32, mark: CardMark) {
    painter.circle_filled(centre, side / 2.0, fill);
    let unit = side / MARK_PT;
    let at = |x: f32, y: f32| centre + Vec2::new(x, y) * unit;
    let white = Stroke::new(2.5 * unit.max(0.7), Color32::WHITE);
    let screen_ui = || {
        let screen = Rect::from_two_pos(at(-16.0, -14.0), at(16.0, 8.0));
        painter.rect_stroke(screen, 3.0 * unit, white, StrokeKind::Middle);
        painter.line_segment([at(-8.0, 14.0), at(8.0, 14.0)], white);
    };
    match mark {
        CardMark::Asking => {
            screen_ui();
            let font = FontId::proportional(theme::LEAD_PT * unit);
            painter.text(at(0.0, -3.0), Align2::CENTER_CENTER, "?", font, Color32::WHITE);
        }
        CardMark::Giving => {
            screen_ui();
            painter.arrow(at(-8.0, -3.0), Vec2::new(16.0 * unit, 0.0), white);
        }
        CardMark::Hands => {
            let corners = [(-8.0, -17.0), (12.0, 3.0), (3.0, 4.0), (8.0, 15.0), (3.0, 17.0), (-2.0, 6.0)];
            let corners = corners.into_iter().chain([(-8.0, 12.0)]).map(|(x, y)| at(x, y)).collect();
            painter.add(egui::Shape::closed_line(corners, white));
        }
        CardMark::Eyes => {
            let lid = |down: f32| {
                (-8..=8).map(move |step| {
                    let x = step as f32 / 8.0;
                    at(19.0 * x, down * 11.0 * (1.0 - x * x))
                })
            };
            painter.add(egui::Shape::line(lid(-1.0).collect(), white));
            painter.add(egui::Shape::line(lid(1.0).collect(), white));
            painter.circle_filled(centre, 5.0 * unit, Color32::WHITE);
        }
    }
}
