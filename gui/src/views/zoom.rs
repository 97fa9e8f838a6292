//! Keeps a point of the picture where it is while the picture becomes larger or smaller: the one under the
//! pointer where the wheel does that, else the one in the middle of what is seen.
//!
//! It chooses no size and draws nothing.

use egui::{Pos2, Rect, Vec2};

use crate::input::PictureMap;
use crate::state::PictureScale;

/// The picture as it was drawn last, and what of it stays where it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct ZoomAnchor {
    drawn: Option<DrawnSight>,
    held: Option<Pos2>,
}

#[derive(Debug, Clone, Copy)]
struct DrawnSight {
    scale: PictureScale,
    map: PictureMap,
    clip: Rect,
}

/// By less than this an offset is off by rounding alone, in points.
const ROUNDING_PT: f32 = 1.0;

impl ZoomAnchor {
    /// What is at this position stays there when the size changes next.
    pub fn hold(&mut self, at: Pos2) {
        self.held = Some(at);
    }

    /// The picture was drawn in this way, within `clip`.
    pub fn note(&mut self, scale: PictureScale, map: PictureMap, clip: Rect) {
        self.drawn = Some(DrawnSight { scale, map, clip });
    }

    /// How far a picture of `size` points is to be scrolled in `view`, where its size has just changed, or
    /// the room in which it was scrolled has grown.
    pub fn offset(&mut self, scale: PictureScale, size: Vec2, view: Rect) -> Option<Vec2> {
        let beyond = (size - view.size()).max(Vec2::ZERO);
        let drawn = self.drawn?;
        if drawn.scale == scale {
            let before = (drawn.clip.min - drawn.map.drawn.min).max(Vec2::ZERO);
            let offset = before.min(beyond);
            return ((before - offset).max_elem() >= ROUNDING_PT).then_some(offset);
        }
        let at = self.held.take().unwrap_or(drawn.clip.center());
        let part = (at - drawn.map.drawn.min) / drawn.map.drawn.size().max(Vec2::splat(1.0));
        let part = part.clamp(Vec2::ZERO, Vec2::splat(1.0));
        // A picture that is smaller than its room is in the middle of it.
        let spare = (view.size() - size).max(Vec2::ZERO) / 2.0;
        Some((spare + part * size - (at - view.min)).clamp(Vec2::ZERO, beyond))
    }
}

#[cfg(test)]
mod tests {
    use beistand_node::Size;
    use egui::{pos2, vec2};

    use super::*;

    const VIEW: Rect = Rect::from_min_max(pos2(0.0, 50.0), pos2(1000.0, 750.0));

    fn drawn_at(corner: Pos2, size: Vec2) -> ZoomAnchor {
        let mut anchor = ZoomAnchor::default();
        let size_px = Size::new(2000, 1400).expect("valid");
        let map = PictureMap { drawn: Rect::from_min_size(corner, size), size: size_px };
        anchor.note(PictureScale::Fit, map, VIEW);
        anchor
    }

    #[test]
    fn what_is_under_the_pointer_stays_there() {
        let mut anchor = drawn_at(VIEW.min, VIEW.size());
        let at = pos2(300.0, 400.0);
        anchor.hold(at);
        let offset = anchor.offset(PictureScale::Actual, vec2(2000.0, 1400.0), VIEW).expect("it changed");
        // 300 of 1000 and 350 of 700: pixel (600, 700).
        assert_eq!(VIEW.min - offset + vec2(600.0, 700.0), at);
    }

    #[test]
    fn without_a_pointer_it_is_the_middle_of_what_is_seen() {
        let mut anchor = drawn_at(pos2(-500.0, -300.0), vec2(2000.0, 1400.0));
        let offset =
            anchor.offset(PictureScale::Percent(200), vec2(4000.0, 2800.0), VIEW).expect("it changed");
        // (500, 400) is pixel (1000, 700), which is drawn at (2000, 1400).
        assert_eq!(VIEW.min - offset + vec2(2000.0, 1400.0), VIEW.center());
    }

    #[test]
    fn nothing_is_scrolled_beyond_the_picture_nor_while_its_size_stays() {
        let mut anchor = drawn_at(VIEW.min, VIEW.size());
        assert_eq!(anchor.offset(PictureScale::Fit, VIEW.size(), VIEW), None);
        anchor.hold(VIEW.max);
        let offset = anchor.offset(PictureScale::Actual, vec2(2000.0, 1400.0), VIEW);
        assert_eq!(offset, Some(vec2(1000.0, 700.0)));
        let drawn = Rect::from_min_size(VIEW.min - vec2(1000.0, 700.0), vec2(2000.0, 1400.0));
        let map = PictureMap { drawn, size: Size::new(2000, 1400).expect("valid") };
        anchor.note(PictureScale::Actual, map, VIEW);
        let grown = Rect::from_min_size(VIEW.min, vec2(1600.0, 1500.0));
        let offset = anchor.offset(PictureScale::Actual, vec2(2000.0, 1400.0), grown);
        assert_eq!(offset, Some(vec2(400.0, 0.0)), "the room has grown");
        let mut smaller = drawn_at(VIEW.min, VIEW.size());
        let offset = smaller.offset(PictureScale::Percent(25), vec2(500.0, 350.0), VIEW);
        assert_eq!(offset, Some(Vec2::ZERO));
    }
}
