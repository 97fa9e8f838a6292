//! The technician's pointer on the pane: it is sent on without a frame of the window.
//!
//! The window says in each frame whether the hand is on the picture and may point. As long as it stays inside
//! and nothing lies there, no frame would come to anything else. Presses, the wheel and the edges are the
//! window's.

use super::sight::PaneSight;
use crate::backend::CommandSender;

/// This near to the pane's edge moves are the window's, in pixels: the toolbar of a full screen comes there,
/// and the window has to learn that the pointer leaves.
const EDGE_PX: f64 = 12.0;

/// Where the hand is on the picture.
#[derive(Debug, Default)]
pub(super) struct PaneHand {
    host: Option<CommandSender>,
    /// A pixel of the picture that has not been sent.
    at: Option<(u16, u16)>,
    sent: bool,
}

impl PaneHand {
    pub(super) fn of(host: &CommandSender) -> Self {
        Self { host: Some(host.clone()), ..Self::default() }
    }

    /// The pointer is at this pixel of the window. Whether that is for the host alone.
    pub(super) fn moved(&mut self, sight: &PaneSight, position: [f64; 2]) -> bool {
        let at = self.host.as_ref().and_then(|_| pixel(sight, position));
        if at.is_some() {
            self.at = at;
        }
        at.is_some()
    }

    /// The newest place, if it has not been handed out, and whom to tell it.
    pub(super) fn take(&mut self) -> Option<(CommandSender, (u16, u16))> {
        let taken = self.host.clone().zip(self.at.take());
        self.sent |= taken.is_some();
        taken
    }

    pub(super) fn was_sent(&mut self) -> bool {
        std::mem::take(&mut self.sent)
    }
}

/// The picture's pixel there, where the hand is free to go.
fn pixel(sight: &PaneSight, [x, y]: [f64; 2]) -> Option<(u16, u16)> {
    let area = sight.place.area;
    let inside =
        |at: f64, from: u16, to: u16| at >= f64::from(from) + EDGE_PX && at < f64::from(to) - EDGE_PX;
    if !sight.hand || !inside(x, area.x(), area.right()) || !inside(y, area.y(), area.bottom()) {
        return None;
    }
    let [column, row] = [x, y].map(|side| side as u16);
    let over = |hole: &beistand_node::Rect| {
        (hole.x()..hole.right()).contains(&column) && (hole.y()..hole.bottom()).contains(&row)
    };
    if sight.place.holes.iter().any(over) {
        return None;
    }
    let side = |at: f64, start: i32, drawn: usize, picture: u16| {
        let pixel = (at - f64::from(start)) * f64::from(picture) / drawn as f64;
        (pixel as u16).min(picture - 1)
    };
    let drawn = sight.drawn;
    Some((
        side(x, drawn.left, drawn.width, sight.picture.width()),
        side(y, drawn.top, drawn.height, sight.picture.height()),
    ))
}

#[cfg(test)]
mod tests {
    use super::super::sight::tests::sight;
    use super::*;
    use crate::input::PictureMap;

    #[test]
    fn the_hand_points_at_the_pixel_that_the_window_would_point_at() {
        for (width, height) in [(100, 50), (300, 150), (170, 85), (60, 40)] {
            let sight = PaneSight { hand: true, ..sight(width, height) };
            let drawn =
                egui::Rect::from_min_size(egui::pos2(10.0, 20.0), egui::vec2(width as f32, height as f32));
            let map = PictureMap { drawn, size: sight.picture };
            for (x, y) in (23..10 + width - 12).zip((33..20 + height - 12).cycle()) {
                let there = pixel(&sight, [x as f64, y as f64]).unwrap();
                let exact = ((x - 10) * 100 / width, (y - 20) * 50 / height);
                assert_eq!(
                    (usize::from(there.0), usize::from(there.1)),
                    exact,
                    "{width}x{height} at {x}, {y}"
                );
                // The window counts less exactly.
                let window = map.pixel(egui::pos2(x as f32, y as f32)).unwrap();
                assert!(there.0.abs_diff(window.0) <= 1 && there.1.abs_diff(window.1) <= 1);
            }
        }
    }

    #[test]
    fn menus_edges_and_whoever_may_not_point_are_the_windows() {
        let mut sight = PaneSight { hand: true, ..sight(100, 50) };
        let middle = [60.0, 45.0];
        assert!(pixel(&sight, middle).is_some());
        assert_eq!(pixel(&sight, [60.0, 25.0]), None);
        sight.place.holes = vec![beistand_node::Rect::new(50, 40, 20, 20).unwrap()];
        assert_eq!(pixel(&sight, middle), None);
        sight.place.holes.clear();
        sight.hand = false;
        assert_eq!(pixel(&sight, middle), None);
    }

    #[test]
    fn of_many_moves_the_newest_is_sent_once() {
        let (commands, _heard) = beistand_node::command_channel(8);
        let mut hand = PaneHand::of(&CommandSender::new(commands));
        let sight = PaneSight { hand: true, ..sight(100, 50) };
        for x in 30..60 {
            assert!(hand.moved(&sight, [f64::from(x), 45.0]));
        }
        assert_eq!(hand.take().map(|(_, pixel)| pixel), Some((49, 25)));
        assert!(hand.take().is_none());
        assert!(hand.was_sent() && !hand.was_sent());
    }
}
