//! The technician's pointer on the pane: what it does is sent on without waiting for a frame of the window.
//!
//! The window says in each frame whether the hand is on the picture and may point. As long as it stays
//! inside and nothing lies there, no frame would come to anything else. Presses are sent at once, too: where
//! nothing lies over the picture and the keyboard is the host's, the window draws no frame for them either;
//! otherwise menus close by them. It learns in its next frame which were sent. The wheel and the edges are
//! the window's.

use std::collections::{BTreeMap, VecDeque};

use beistand_node::{InputEvent, PointerButton};

use super::sight::PaneSight;
use crate::backend::CommandSender;

/// This near to the pane's edge moves are the window's, in pixels: the toolbar of a full screen comes there,
/// and the window has to learn that the pointer leaves.
const EDGE_PX: f64 = 12.0;

/// Presses and releases of which the window has not heard. It hears of them in its next frame, and a hand
/// that does more within one waits for it.
const MAX_UNHEARD: usize = 16;

/// A button that went down or came up, of which the host knows already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandPress {
    /// Which one.
    pub button: PointerButton,
    /// Whether it went down.
    pub pressed: bool,
    /// Who else hears of it.
    pub heard: PressHeard,
}

/// Who hears of a press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PressHeard {
    /// The host alone.
    ByHost,
    /// The window as well, in the order of its other events.
    ByWindow,
}

/// What is to be sent of a press.
#[derive(Debug)]
pub struct SentPress {
    /// To whom.
    pub host: CommandSender,
    /// In this order.
    pub events: Vec<InputEvent>,
    /// Who hears of it.
    pub heard: PressHeard,
}

/// Where the hand is on the picture.
#[derive(Debug, Default)]
pub(super) struct PaneHand {
    host: Option<CommandSender>,
    /// Where the host has the pointer, as far as it was sent from here.
    last: Option<(u16, u16)>,
    /// A pixel of the picture that has not been sent.
    at: Option<(u16, u16)>,
    sent: bool,
    /// Buttons that are down by what was sent here.
    held: BTreeMap<PointerButton, PressHeard>,
    /// What was sent of them that the window doesn't know.
    unheard: VecDeque<HandPress>,
}

impl PaneHand {
    pub(super) fn of(host: &CommandSender) -> Self {
        Self { host: Some(host.clone()), ..Self::default() }
    }

    /// The pointer is at this pixel of the window. Whether that is for the host alone.
    pub(super) fn moved(&mut self, sight: &PaneSight, position: [f64; 2]) -> bool {
        let at = self.host.as_ref().and_then(|_| pixel(sight, position));
        match at {
            Some(_) => self.at = at,
            None => self.last = None,
        }
        at.is_some()
    }

    /// A button went down or came up at this pixel of the window: what is to be sent, unless that is the
    /// window's to decide. Who hears of a press hears of its release, whatever that one says.
    pub(super) fn pressed(
        &mut self,
        sight: &PaneSight,
        position: [f64; 2],
        HandPress { button, pressed, heard }: HandPress,
    ) -> Option<SentPress> {
        // What the window sent goes down there comes up there.
        let heard = match (self.held.remove(&button), pressed) {
            (None, true) => heard,
            (Some(before), false) => before,
            (Some(_), true) | (None, false) => return None,
        };
        let host = self.host.clone().filter(|_| self.unheard.len() < MAX_UNHEARD)?;
        let (x, y) = pixel(sight, position)?;
        if pressed {
            self.held.insert(button, heard);
        }
        self.unheard.push_back(HandPress { button, pressed, heard });
        self.at = None;
        self.sent = true;
        let moved = self.last.replace((x, y)) != Some((x, y));
        // A press says where in any case: the user, or a question of theirs, may have had the pointer.
        let place = (pressed || moved).then_some(InputEvent::PointerMove { x, y });
        let events = place.into_iter().chain([InputEvent::Button { button, pressed }]).collect();
        Some(SentPress { host, events, heard })
    }

    /// Presses that were sent since the last call.
    pub(super) fn take_presses(&mut self) -> VecDeque<HandPress> {
        std::mem::take(&mut self.unheard)
    }

    /// The newest place, if it has not been handed out, and whom to tell it.
    pub(super) fn take(&mut self) -> Option<(CommandSender, (u16, u16))> {
        let taken = self.host.clone().zip(self.at.take());
        self.sent |= taken.is_some();
        self.last = taken.as_ref().map(|(_, pixel)| *pixel).or(self.last);
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

    fn presses(button: PointerButton) -> [HandPress; 2] {
        [true, false].map(|pressed| HandPress { button, pressed, heard: PressHeard::ByHost })
    }

    #[test]
    fn a_click_is_sent_at_once_and_the_window_hears_of_it() {
        let (commands, _heard) = beistand_node::command_channel(8);
        let mut hand = PaneHand::of(&CommandSender::new(commands));
        let sight = PaneSight { hand: true, ..sight(100, 50) };
        let (middle, left) = ([60.0, 45.0], PointerButton::Left);
        assert!(hand.moved(&sight, middle));
        let [press, release] = presses(left);
        let down = hand.pressed(&sight, middle, press).unwrap().events;
        let place = InputEvent::PointerMove { x: 50, y: 25 };
        assert_eq!(down, [place, InputEvent::Button { button: left, pressed: true }]);
        assert!(hand.take().is_none(), "the place has been sent");
        let up = hand.pressed(&sight, middle, HandPress { heard: PressHeard::ByWindow, ..release }).unwrap();
        assert_eq!(up.heard, PressHeard::ByHost, "as its press was");
        assert_eq!(up.events, [InputEvent::Button { button: left, pressed: false }]);
        assert_eq!(hand.take_presses(), [press, release]);
        assert!(hand.take_presses().is_empty());
        let again = hand.pressed(&sight, middle, press).unwrap().events;
        assert_eq!(again, down, "it may have been lost, or the user has moved it away");
    }

    #[test]
    fn what_the_window_sent_down_or_lies_at_an_edge_is_the_windows() {
        let (commands, _heard) = beistand_node::command_channel(8);
        let mut hand = PaneHand::of(&CommandSender::new(commands));
        let sight = PaneSight { hand: true, ..sight(100, 50) };
        let (middle, edge, left) = ([60.0, 45.0], [60.0, 25.0], PointerButton::Left);
        let [press, release] = presses(left);
        assert!(hand.pressed(&sight, middle, release).is_none());
        assert!(hand.pressed(&sight, edge, press).is_none());
        assert!(hand.pressed(&sight, middle, press).is_some());
        assert!(hand.pressed(&sight, edge, release).is_none());
        assert!(hand.pressed(&sight, middle, release).is_none(), "the window has let it go");
        assert_eq!(hand.take_presses(), [press]);
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
