//! The bar as pixels, for desktops on which its window is another one's to show.

pub(crate) use super::drawing::BarButton;
use super::drawing::{draw_bar, natural_size};
use super::lettering::BarLettering;
use super::monitors::ScreenArea;
use crate::IndicatorFace;

/// A bar that was drawn.
pub(crate) struct PaintedBar {
    /// Pixels of a point.
    pub(crate) scale: i32,
    /// Width and height in pixels.
    pub(crate) size: (u16, u16),
    /// 0x00RRGGBB, rows top to bottom.
    pub(crate) pixels: Vec<u32>,
    buttons: [(BarButton, ScreenArea); 2],
}

/// Draws the bar at its natural size.
pub(crate) fn paint_bar(face: &IndicatorFace, scale: i32) -> PaintedBar {
    let size = natural_size(scale as f32);
    let drawing = draw_bar(&BarLettering::new(), face, size, scale as f32);
    PaintedBar { scale, size, pixels: drawing.canvas.into_pixels(), buttons: drawing.buttons }
}

impl PaintedBar {
    /// The button at this place, in points.
    pub(crate) fn button_at(&self, (x, y): (f64, f64)) -> Option<BarButton> {
        let scale = f64::from(self.scale);
        let (x, y) = (x * scale, y * scale);
        let holds = |area: &ScreenArea| {
            let (left, top) = (f64::from(area.x), f64::from(area.y));
            (left..left + f64::from(area.width)).contains(&x)
                && (top..top + f64::from(area.height)).contains(&y)
        };
        self.buttons.iter().find(|(_, area)| holds(area)).map(|(button, _)| *button)
    }
}
