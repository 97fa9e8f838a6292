//! The lines of a mark, as points of the screen. Pure geometry.

use crate::x11::indicator::monitors::ScreenArea;
use crate::{OverlayPoint, OverlayShape};

/// A point of the screen, in pixels.
pub(super) type ScreenPoint = (i16, i16);

/// A spot's radius in points: a finger's tip.
const SPOT_PT: f32 = 18.0;

/// The sides of an arrow's head in points, and the angle between each and the shaft.
const HEAD_PT: f32 = 16.0;
const HEAD_ANGLE: f32 = 0.5;

/// What is drawn of a mark that has no words.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum MarkLines {
    /// Lines, each from point to point.
    Lines(Vec<Vec<ScreenPoint>>),
    /// An ellipse in this area.
    Arc(ScreenArea),
}

/// The lines of a shape; `None` where it has none of its own.
pub(super) fn lines(shape: &OverlayShape, scale: f32) -> Option<MarkLines> {
    Some(match shape {
        OverlayShape::Line(points) => MarkLines::Lines(vec![line(points)]),
        OverlayShape::Arrow(from, to) => arrow(point(*from), point(*to), HEAD_PT * scale),
        OverlayShape::Rectangle(from, to) => {
            let (from, to) = (point(*from), point(*to));
            MarkLines::Lines(vec![vec![from, (to.0, from.1), to, (from.0, to.1), from]])
        }
        OverlayShape::Ellipse(from, to) => MarkLines::Arc(between(point(*from), point(*to))),
        OverlayShape::Spot(at) => {
            let (at, radius) = (point(*at), (SPOT_PT * scale) as i16);
            let from = (at.0.saturating_sub(radius), at.1.saturating_sub(radius));
            let to = (at.0.saturating_add(radius), at.1.saturating_add(radius));
            MarkLines::Arc(between(from, to))
        }
        OverlayShape::Text { .. } => return None,
    })
}

/// A line as the server draws it: one of a single point would be nothing.
pub(super) fn line(points: &[OverlayPoint]) -> Vec<ScreenPoint> {
    let mut line: Vec<_> = points.iter().map(|at| point(*at)).collect();
    if let [only] = line[..] {
        line.push((only.0.saturating_add(1), only.1));
    }
    line
}

fn arrow(from: ScreenPoint, to: ScreenPoint, head: f32) -> MarkLines {
    let [dx, dy] = [f32::from(from.0) - f32::from(to.0), f32::from(from.1) - f32::from(to.1)];
    let (angle, head) = (dy.atan2(dx), head.min(dx.hypot(dy)));
    let barb = |turn: f32| {
        let (sin, cos) = (angle + turn).sin_cos();
        // Saturates at the edge of what the server counts.
        ((f32::from(to.0) + head * cos) as i16, (f32::from(to.1) + head * sin) as i16)
    };
    MarkLines::Lines(vec![vec![from, to], vec![barb(HEAD_ANGLE), to, barb(-HEAD_ANGLE)]])
}

/// The area between two corners.
pub(super) fn between(from: ScreenPoint, to: ScreenPoint) -> ScreenArea {
    ScreenArea {
        x: from.0.min(to.0),
        y: from.1.min(to.1),
        width: from.0.abs_diff(to.0).max(1),
        height: from.1.abs_diff(to.1).max(1),
    }
}

/// What the lines cover, but for their width.
pub(super) fn bounds(lines: &MarkLines) -> Option<ScreenArea> {
    match lines {
        MarkLines::Arc(area) => Some(*area),
        MarkLines::Lines(lines) => {
            let area = |at: &ScreenPoint| ScreenArea { x: at.0, y: at.1, width: 1, height: 1 };
            lines.iter().flatten().map(area).reduce(union)
        }
    }
}

/// What both cover, and what is between them.
pub(super) fn union(one: ScreenArea, other: ScreenArea) -> ScreenArea {
    let far = |at: i16, side: u16| i32::from(at) + i32::from(side);
    let (x, y) = (one.x.min(other.x), one.y.min(other.y));
    let right = far(one.x, one.width).max(far(other.x, other.width));
    let bottom = far(one.y, one.height).max(far(other.y, other.height));
    let side = |end: i32, start: i16| (end - i32::from(start)) as u16;
    ScreenArea { x, y, width: side(right, x), height: side(bottom, y) }
}

/// A point as the server counts; beyond that nothing is seen.
pub(super) fn point((x, y): OverlayPoint) -> ScreenPoint {
    let side = |at: u16| i16::try_from(at).unwrap_or(i16::MAX);
    (side(x), side(y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_has_its_head_at_its_tip_and_never_one_longer_than_itself() {
        let MarkLines::Lines(arrow) = lines(&OverlayShape::Arrow((100, 50), (200, 50)), 1.0).unwrap() else {
            panic!("lines")
        };
        assert_eq!(arrow[0], [(100, 50), (200, 50)]);
        let [one, tip, other] = arrow[1][..] else { panic!("two barbs") };
        assert_eq!(tip, (200, 50));
        assert!((180..200).contains(&one.0) && one.0 == other.0 && one.1 < 50 && other.1 > 50, "{arrow:?}");
        let short = lines(&OverlayShape::Arrow((10, 10), (12, 10)), 4.0).unwrap();
        assert!(bounds(&short).unwrap().width <= 4);
        let none = lines(&OverlayShape::Arrow((10, 10), (10, 10)), 1.0).unwrap();
        assert_eq!(bounds(&none), Some(ScreenArea { x: 10, y: 10, width: 1, height: 1 }));
    }

    #[test]
    fn a_touch_is_a_dot_and_what_lies_beyond_the_server_s_numbers_is_kept_within_them() {
        assert_eq!(line(&[(5, 6)]), [(5, 6), (6, 6)]);
        assert_eq!(point((60_000, 3)), (i16::MAX, 3));
        for shape in [
            OverlayShape::Spot((65_535, 0)),
            OverlayShape::Rectangle((65_535, 65_535), (0, 0)),
            OverlayShape::Ellipse((0, 65_535), (65_535, 0)),
            OverlayShape::Arrow((65_535, 65_535), (65_535, 0)),
        ] {
            let area = bounds(&lines(&shape, 4.0).unwrap()).unwrap();
            assert!(area.width > 0 && area.height > 0, "{shape:?}");
        }
    }

    #[test]
    fn corners_may_come_in_any_order() {
        assert_eq!(between((9, 2), (3, 7)), ScreenArea { x: 3, y: 2, width: 6, height: 5 });
        let both = union(between((0, 0), (2, 2)), between((8, 9), (10, 10)));
        assert_eq!(both, ScreenArea { x: 0, y: 0, width: 10, height: 10 });
    }
}
