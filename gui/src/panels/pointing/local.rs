//! Marks as they are drawn here at once, until the picture has them.
//!
//! A mark is seen here as long as it is being drawn and until a moment after the other side has said that it
//! is on the screen: the picture with it comes then. Where nobody says so it is seen for a short time.

use std::time::{Duration, Instant};

use egui::{Color32, Painter, Pos2, Shape, Stroke, Ui};

use super::colour_of;
use crate::input::PictureMap;
use beistand_node::{MarkColour, MarkPoint, MarkShape};

/// How long a mark is seen here that nobody speaks of: longer than a round trip by a relay.
const UNSAID: Duration = Duration::from_millis(1_500);

/// How long after the other side's word the picture has it, on most paths.
const PICTURE_TIME: Duration = Duration::from_millis(250);

/// How long it is seen where the user points.
const BACK_TIME: Duration = Duration::from_secs(3);

/// Marks that are kept here at most: of more the oldest are in the picture.
const MAX_LOCAL: usize = 24;

/// How wide a line is, and how large rings are, in pixels of the picture.
const LINE_PX: f32 = 4.0;
const SPOT_PX: f32 = 18.0;
const BACK_PX: f32 = 34.0;

/// The sides of an arrow's head in pixels of the picture, and the angle between each and the shaft.
const HEAD_PX: f32 = 16.0;
const HEAD_ANGLE: f32 = 0.5;

/// What the user points at has this colour, which no mark of the helper's has.
const USER_COLOUR: Color32 = Color32::from_rgb(0xcc, 0x79, 0xa7);

/// The marks.
#[derive(Debug, Default)]
pub(super) struct LocalMarks {
    /// The oldest first.
    marks: Vec<LocalMark>,
    /// Where the user points: at a place, or along a line.
    back: Option<(Vec<MarkPoint>, Instant)>,
    /// The number of the newest mark.
    newest: u32,
}

/// A mark.
#[derive(Debug)]
struct LocalMark {
    id: u32,
    shape: MarkShape,
    colour: MarkColour,
    until: Instant,
}

impl LocalMarks {
    /// A new mark's number: none that the node gives.
    pub(super) fn next_id(&mut self) -> u32 {
        self.newest = self.newest.wrapping_add(1);
        self.newest | 1 << 31
    }

    /// This is drawn now, with this number.
    pub(super) fn add(&mut self, id: u32, shape: MarkShape, colour: MarkColour, now: Instant) {
        self.marks.push(LocalMark { id, shape, colour, until: now + UNSAID });
        if self.marks.len() > MAX_LOCAL {
            self.marks.remove(0);
        }
    }

    /// The stroke with this number goes on.
    pub(super) fn extend(&mut self, id: u32, more: &[MarkPoint], now: Instant) {
        if let Some(mark) = self.marks.iter_mut().rev().find(|mark| mark.id == id)
            && let MarkShape::Stroke(points) = &mut mark.shape
        {
            points.extend(more);
            mark.until = now + UNSAID;
        }
    }

    /// All that was said of it until now is on the user's screen.
    pub(super) fn shown(&mut self, id: u32, now: Instant) {
        for mark in self.marks.iter_mut().filter(|mark| mark.id == id) {
            mark.until = mark.until.min(now + PICTURE_TIME);
        }
    }

    /// It is not on the user's screen.
    pub(super) fn forget(&mut self, id: u32) {
        self.marks.retain(|mark| mark.id != id);
    }

    /// None of them is any more.
    pub(super) fn wipe(&mut self) {
        self.marks.clear();
    }

    /// The user points here, or along these.
    pub(super) fn point_back(&mut self, line: Vec<MarkPoint>, now: Instant) {
        self.back = Some((line, now + BACK_TIME));
    }

    /// Draws what is to be seen now, and sees to it that it goes.
    pub(super) fn paint(&mut self, ui: &Ui, map: &PictureMap, back: String, now: Instant) {
        self.marks.retain(|mark| mark.until > now);
        self.back.take_if(|(_, until)| *until <= now);
        let painter = ui.painter().with_clip_rect(ui.clip_rect().intersect(map.drawn));
        for mark in &self.marks {
            paint_mark(&painter, map, &mark.shape, colour_of(mark.colour));
        }
        if let Some((points, _)) = &self.back {
            let stroke = Stroke::new(line(map), USER_COLOUR);
            match &points[..] {
                [at] => {
                    let radius = BACK_PX * map.points_per_pixel();
                    painter.circle_stroke(map.position((at.x, at.y)), radius, stroke);
                }
                points => {
                    let places = points.iter().map(|at| map.position((at.x, at.y))).collect();
                    painter.add(Shape::line(places, stroke));
                }
            }
            paint_notice(ui, back);
        }
        let ends =
            self.marks.iter().map(|mark| mark.until).chain(self.back.as_ref().map(|(_, until)| *until));
        if let Some(end) = ends.min() {
            ui.request_repaint_after(end.saturating_duration_since(now));
        }
    }
}

fn line(map: &PictureMap) -> f32 {
    (LINE_PX * map.points_per_pixel()).max(1.5)
}

/// Draws a shape over the picture, as the other side draws it over the screen.
pub(super) fn paint_mark(painter: &Painter, map: &PictureMap, shape: &MarkShape, colour: Color32) {
    let stroke = Stroke::new(line(map), colour);
    let place = |at: &MarkPoint| map.position((at.x, at.y));
    match shape {
        MarkShape::Stroke(points) => match &points[..] {
            [] => {}
            [only] => _ = painter.circle_filled(place(only), stroke.width / 2.0, colour),
            points => _ = painter.add(Shape::line(points.iter().map(place).collect(), stroke)),
        },
        MarkShape::Arrow { from, to } => paint_arrow(painter, map, (place(from), place(to)), stroke),
        MarkShape::Rectangle { from, to } => {
            let area = egui::Rect::from_two_pos(place(from), place(to));
            painter.rect_stroke(area, 0.0, stroke, egui::StrokeKind::Middle);
        }
        MarkShape::Ellipse { from, to } => {
            let area = egui::Rect::from_two_pos(place(from), place(to));
            painter.add(Shape::ellipse_stroke(area.center(), area.size() / 2.0, stroke));
        }
        MarkShape::Spot(at) => {
            painter.circle_stroke(place(at), SPOT_PX * map.points_per_pixel(), stroke);
        }
        MarkShape::Text { at, text } => paint_text(painter, place(at), text, colour),
    }
}

/// Says at the picture's upper edge that the user points.
fn paint_notice(ui: &Ui, text: String) {
    let (room, font) = (ui.max_rect(), egui::FontId::proportional(14.0));
    let galley = ui.painter().layout(text, font, Color32::WHITE, (room.width() - 64.0).max(1.0));
    let (top, size) = (room.center_top() + egui::vec2(0.0, 12.0), galley.size() + egui::vec2(24.0, 16.0));
    let area = egui::Align2::CENTER_TOP.anchor_size(top, size);
    ui.painter().rect_filled(area, 8.0, Color32::from_black_alpha(200));
    ui.painter().galley(area.min + egui::vec2(12.0, 8.0), galley, Color32::WHITE);
}

fn paint_arrow(painter: &Painter, map: &PictureMap, (from, to): (Pos2, Pos2), stroke: Stroke) {
    let head = (HEAD_PX * map.points_per_pixel()).min(from.distance(to));
    let back = (from - to).normalized() * head;
    painter.line_segment([from, to], stroke);
    for turn in [HEAD_ANGLE, -HEAD_ANGLE] {
        painter.line_segment([to, to + egui::emath::Rot2::from_angle(turn) * back], stroke);
    }
}

fn paint_text(painter: &Painter, at: Pos2, text: &str, colour: Color32) {
    let font = egui::FontId::proportional(14.0);
    let galley = painter.layout(text.to_owned(), font, Color32::BLACK, 230.0);
    let area = egui::Rect::from_min_size(at, galley.size() + egui::Vec2::splat(12.0));
    painter.rect(area, 0.0, Color32::WHITE, Stroke::new(2.0, colour), egui::StrokeKind::Inside);
    painter.galley(at + egui::Vec2::splat(6.0), galley, Color32::BLACK);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_seen_here_until_the_picture_has_it_and_never_for_long() {
        let (mut marks, start) = (LocalMarks::default(), Instant::now());
        let id = marks.next_id();
        assert_ne!(id, marks.next_id());
        marks.add(id, MarkShape::Stroke(vec![MarkPoint { x: 1, y: 1 }]), MarkColour::Sky, start);
        marks.shown(id, start);
        assert_eq!(marks.marks[0].until, start + PICTURE_TIME);
        // It goes on meanwhile.
        marks.extend(id, &[MarkPoint { x: 2, y: 2 }], start);
        assert_eq!(marks.marks[0].until, start + UNSAID);
        marks.forget(id);
        assert!(marks.marks.is_empty());
        for _ in 0..100 {
            let id = marks.next_id();
            marks.add(id, MarkShape::Spot(MarkPoint { x: 1, y: 1 }), MarkColour::Sky, start);
        }
        assert_eq!(marks.marks.len(), MAX_LOCAL);
    }
}
