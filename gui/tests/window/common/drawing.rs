//! What was drawn, and whether a person can read it.

use egui::epaint::{ClippedShape, Shape};
use egui::{Color32, Rect};

/// A text on the screen.
#[derive(Debug, Clone)]
pub struct DrawnText {
    pub text: String,
    /// Where its letters are.
    pub rect: Rect,
    /// Where each of its rows is.
    pub rows: Vec<Rect>,
    /// What of it can be seen.
    pub clip: Rect,
    pub colour: Color32,
    /// The last thing that was filled behind its middle.
    pub behind: Color32,
    /// Whether it was shortened.
    pub elided: bool,
}

/// Every text of a drawing on `page`, in the order in which they were drawn.
pub fn texts(shapes: &[ClippedShape], page: Color32) -> Vec<DrawnText> {
    let (mut fills, mut texts) = (Vec::new(), Vec::new());
    for shape in shapes {
        collect(&shape.shape, shape.clip_rect, page, &mut fills, &mut texts);
    }
    texts
}

fn collect(
    shape: &Shape,
    clip: Rect,
    page: Color32,
    fills: &mut Vec<(Rect, Color32)>,
    texts: &mut Vec<DrawnText>,
) {
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| collect(shape, clip, page, fills, texts)),
        Shape::Rect(rect) if rect.fill != Color32::TRANSPARENT => {
            let fill = over(rect.fill, behind(fills, rect.rect.center(), page));
            fills.push((rect.rect.intersect(clip), fill));
        }
        Shape::Circle(circle) if circle.fill != Color32::TRANSPARENT => {
            let rect = Rect::from_center_size(circle.center, egui::Vec2::splat(2.0 * circle.radius));
            let fill = over(circle.fill, behind(fills, circle.center, page));
            fills.push((rect.intersect(clip), fill));
        }
        Shape::Text(text) if !text.galley.text().trim().is_empty() => {
            let rect = text.galley.mesh_bounds.translate(text.pos.to_vec2());
            let behind = behind(fills, rect.center(), page);
            let rows = text.galley.rows.iter().filter(|row| !row.glyphs.is_empty());
            let section = text.galley.job.sections.first().map(|section| section.format.color);
            let colour =
                section.filter(|colour| *colour != Color32::PLACEHOLDER).unwrap_or(text.fallback_color);
            let colour = text.override_text_color.unwrap_or(colour).gamma_multiply(text.opacity_factor);
            texts.push(DrawnText {
                text: text.galley.text().to_owned(),
                rect,
                rows: rows
                    .map(|row| row.rect_without_leading_space().translate(text.pos.to_vec2()))
                    .collect(),
                clip,
                colour: over(colour, behind),
                behind,
                elided: text.galley.elided,
            });
        }
        _ => {}
    }
}

fn behind(fills: &[(Rect, Color32)], at: egui::Pos2, page: Color32) -> Color32 {
    fills.iter().rev().find(|(rect, _)| rect.contains(at)).map_or(page, |(_, fill)| *fill)
}

fn over(above: Color32, below: Color32) -> Color32 {
    below.blend(above)
}

/// How well one colour is told from another, from 1 to 21, as the accessibility guidelines (WCAG 2) count.
pub fn contrast(one: Color32, other: Color32) -> f32 {
    let luminance = |colour: Color32| {
        let [r, g, b, _] = egui::Rgba::from(colour).to_array();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

/// The least contrast at which text can be read by most people, by the same guidelines.
pub const READABLE: f32 = 4.5;

/// What keeps a person from reading what was drawn. Texts that only scroll out of sight above or below are
/// not counted; where `whole` is set they are too.
pub fn faults(shapes: &[ClippedShape], page: Color32, whole: bool) -> Vec<String> {
    let texts = texts(shapes, page);
    let mut faults = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let DrawnText { text: what, rect, clip, .. } = text;
        let out_of_sight = rect.bottom() <= clip.top() || rect.top() >= clip.bottom();
        if out_of_sight && !whole {
            continue;
        }
        if text.elided {
            faults.push(format!("{what:?} is shortened"));
        }
        if rect.left() < clip.left() - SLACK || rect.right() > clip.right() + SLACK {
            faults.push(format!("{what:?} is cut off at a side: {rect} in {clip}"));
        }
        if whole && (rect.top() < clip.top() - SLACK || rect.bottom() > clip.bottom() + SLACK) {
            faults.push(format!("{what:?} is cut off above or below: {rect} in {clip}"));
        }
        for other in &texts[..index] {
            let meet = |row: &Rect| {
                let seen =
                    |other_row: &Rect| row.intersect(*other_row).intersect(*clip).intersect(other.clip);
                let meets = |seen: Rect| seen.width() > OVERLAP && seen.height() > OVERLAP;
                other.rows.iter().map(seen).any(meets)
            };
            if text.rows.iter().any(meet) {
                faults.push(format!("{what:?} lies on {:?}: {rect} and {}", other.text, other.rect));
            }
        }
    }
    faults
}

/// What reaches beyond a window as wide as this, and can't be scrolled to.
pub fn outside(shapes: &[ClippedShape], width: f32) -> Vec<String> {
    let texts = texts(shapes, Color32::WHITE);
    let out = texts.iter().filter(|text| text.clip.intersects(text.rect));
    let out = out.filter(|text| text.rect.left() < -SLACK || text.rect.right() > width + SLACK);
    out.map(|text| format!("{:?} is outside the window: {}", text.text, text.rect)).collect()
}

/// What is too weak against what is behind it.
pub fn weak(shapes: &[ClippedShape], page: Color32) -> Vec<String> {
    let seen = texts(shapes, page).into_iter().filter(|text| text.clip.intersects(text.rect));
    let weak = seen.filter(|text| contrast(text.colour, text.behind) < READABLE);
    weak.map(|text| format!("{:?}: {:?} on {:?}", text.text, text.colour, text.behind)).collect()
}

/// Parts of a point that a letter may reach beyond its place.
const SLACK: f32 = 1.0;
/// Points by which the boxes round two rows may meet without a letter on another.
const OVERLAP: f32 = 4.0;
