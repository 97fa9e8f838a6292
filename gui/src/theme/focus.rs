//! The ring round what has the keyboard, on every page and every look of a button alike.
//!
//! It is drawn beside the widget, in two colours: the outer one is told from any page, the inner one from
//! any button. It decides nothing about who has the keyboard.

use egui::{CornerRadius, LayerId, Painter, Rect, Stroke, StrokeKind, Ui, Vec2};

use super::palette;

/// The width of each of both lines, in points: what the accessibility guidelines ask for at least.
pub const RING_PT: f32 = 2.0;
/// The side in points from which on something is a picture or a page of its own: it shows by itself whether
/// it has the keyboard.
const LARGE_PT: f32 = 400.0;

/// Draws the ring round what has the keyboard, if anything has; after all else.
pub fn focus_ring_ui(ui: &Ui) {
    let Some(focused) = ui.memory(|memory| memory.focused()) else { return };
    let Some(response) = ui.ctx().read_response(focused) else { return };
    let seen = response.interact_rect;
    if !seen.is_positive() || response.rect.size().min_elem() >= LARGE_PT {
        return;
    }
    let painter = painter(ui, response.layer_id, seen);
    let colours = palette(ui);
    for (out, colour) in [(0.0, colours.page), (RING_PT, colours.text)] {
        let rect = response.rect.expand(out);
        let corners = CornerRadius::same(8 + out as u8);
        painter.rect_stroke(rect, corners, Stroke::new(RING_PT, colour), StrokeKind::Outside);
    }
}

/// What is scrolled away of the widget is so of its ring.
fn painter(ui: &Ui, layer: LayerId, seen: Rect) -> Painter {
    let room = seen.expand2(Vec2::splat(2.0 * RING_PT + 1.0));
    ui.ctx().layer_painter(layer).with_clip_rect(room)
}
