//! What an event tap saw, and what is concluded from it: a press of a hand, the emergency key.

use std::time::{Duration, Instant};

use super::virtual_key::{END, KEYPAD_ENTER, RETURN, SPACE, is_modifier};
use crate::{AnswerKey, Origin, SeenKey, SeenPress};

/// How long a press is the one that a window asks about.
const PRESS_LIFE: Duration = Duration::from_secs(1);

/// Presses that are kept: more than one within a second already can't be told apart.
const MAX_PRESSES: usize = 16;

/// How far from where a window saw a press it may be, in pixels of the desktop: a window counts in points.
const NEARNESS_PX: f32 = 4.0;

/// An event on its way to the windows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum TappedEvent {
    /// A key or a modifier went down or up, while Ctrl and Option were held or not.
    Key { key: u16, pressed: bool, control: bool, option: bool, by_hand: bool },
    /// A button went down, in points.
    Press { x: f64, y: f64, by_hand: bool },
    /// The mouse moved, its wheel turned or a button went up.
    Motion { by_hand: bool },
}

impl TappedEvent {
    /// Whether no program has made it.
    pub(crate) fn is_by_hand(self) -> bool {
        match self {
            Self::Key { by_hand, .. } | Self::Press { by_hand, .. } | Self::Motion { by_hand } => by_hand,
        }
    }

    /// Whether it is a hand's last key of [`PANIC`](crate::KeyCombination::PANIC).
    pub(crate) fn is_panic(self) -> bool {
        match self {
            Self::Key { key, pressed, control, option, by_hand } => {
                key == END && pressed && control && option && by_hand
            }
            Self::Press { .. } | Self::Motion { .. } => false,
        }
    }
}

/// Presses that nobody has asked about yet.
#[derive(Debug, Default)]
pub(crate) struct TappedPresses {
    buttons: Vec<(Instant, f64, f64, Origin)>,
    keys: Vec<(Instant, u16, Origin)>,
}

impl TappedPresses {
    pub(crate) fn note(&mut self, event: TappedEvent) {
        let origin = if event.is_by_hand() { Origin::Physical } else { Origin::Injected };
        match event {
            TappedEvent::Press { x, y, .. } => {
                self.buttons.retain(|(at, ..)| at.elapsed() < PRESS_LIFE);
                self.buttons.push((Instant::now(), x, y, origin));
                // Of so many none can be told apart any more, as of two.
                self.buttons.truncate(MAX_PRESSES);
            }
            // A hand's modifiers don't count.
            TappedEvent::Key { key, by_hand: true, .. } if is_modifier(key) => {}
            TappedEvent::Key { key, pressed: true, .. } => {
                self.keys.retain(|(at, ..)| at.elapsed() < PRESS_LIFE);
                self.keys.push((Instant::now(), key, origin));
                self.keys.truncate(MAX_PRESSES);
            }
            TappedEvent::Key { pressed: false, .. } | TappedEvent::Motion { .. } => {}
        }
    }

    /// Where this press of a button came from; `place` says which pixel a point is.
    pub(crate) fn button(
        &mut self,
        seen: &SeenPress,
        place: impl Fn(f64, f64) -> Option<(u16, u16)>,
    ) -> Origin {
        let recent = std::mem::take(&mut self.buttons);
        let mut recent = recent.into_iter().filter(|(at, ..)| at.elapsed() < PRESS_LIFE);
        match (recent.next(), recent.next()) {
            (Some((_, x, y, origin)), None) => {
                let is_near = |(seen_x, seen_y): (f32, f32)| {
                    place(x, y).is_some_and(|(x, y)| {
                        (f32::from(x) - seen_x).abs() <= NEARNESS_PX
                            && (f32::from(y) - seen_y).abs() <= NEARNESS_PX
                    })
                };
                if seen.position.is_none_or(is_near) { origin } else { Origin::Unclear }
            }
            (None, _) => Origin::Unknown,
            (Some(_), Some(_)) => Origin::Unclear,
        }
    }

    /// Where this press of a key came from.
    pub(crate) fn key(&mut self, seen: &SeenKey) -> Origin {
        if seen.key == AnswerKey::Modifier {
            return Origin::Unknown;
        }
        let recent = std::mem::take(&mut self.keys);
        let mut recent = recent.into_iter().filter(|(at, ..)| at.elapsed() < PRESS_LIFE);
        match (recent.next(), recent.next()) {
            (Some((_, key, origin)), None) if answer_key(key) == seen.key => origin,
            (None, _) => Origin::Unknown,
            (Some(_), _) => Origin::Unclear,
        }
    }
}

fn answer_key(key: u16) -> AnswerKey {
    match key {
        SPACE => AnswerKey::Space,
        RETURN | KEYPAD_ENTER => AnswerKey::Enter,
        _ => AnswerKey::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn twice(x: f64, y: f64) -> Option<(u16, u16)> {
        Some(((x * 2.0) as u16, (y * 2.0) as u16))
    }

    #[test]
    fn a_press_is_a_hands_only_where_it_is_the_one_and_where_it_was_seen() {
        let seen = |x, y| SeenPress { seen: Instant::now(), position: Some((x, y)) };
        let mut presses = TappedPresses::default();
        assert_eq!(presses.button(&seen(20.0, 40.0), twice), Origin::Unknown);
        for (by_hand, expected) in
            [(&[true][..], Origin::Physical), (&[false], Origin::Injected), (&[true, true], Origin::Unclear)]
        {
            by_hand.iter().for_each(|by_hand| {
                presses.note(TappedEvent::Press { x: 10.0, y: 20.0, by_hand: *by_hand });
            });
            assert_eq!(presses.button(&seen(22.0, 40.0), twice), expected);
        }
        presses.note(TappedEvent::Press { x: 10.0, y: 20.0, by_hand: true });
        assert_eq!(presses.button(&seen(90.0, 40.0), twice), Origin::Unclear);
    }

    #[test]
    fn an_answer_by_a_key_counts_once_and_a_hands_modifiers_don_t() {
        let key =
            |key, by_hand| TappedEvent::Key { key, pressed: true, control: false, option: false, by_hand };
        let seen = |key| SeenKey { seen: Instant::now(), key };
        let mut presses = TappedPresses::default();
        presses.note(key(0x38, true));
        presses.note(key(RETURN, true));
        assert_eq!(presses.key(&seen(AnswerKey::Enter)), Origin::Physical);
        assert_eq!(presses.key(&seen(AnswerKey::Enter)), Origin::Unknown);
        presses.note(key(SPACE, false));
        assert_eq!(presses.key(&seen(AnswerKey::Space)), Origin::Injected);
        presses.note(key(SPACE, true));
        assert_eq!(presses.key(&seen(AnswerKey::Other)), Origin::Unclear);
    }

    #[test]
    fn only_a_hand_that_holds_ctrl_and_option_stops_everything() {
        let end = |control, option, by_hand| {
            TappedEvent::Key { key: END, pressed: true, control, option, by_hand }.is_panic()
        };
        assert!(end(true, true, true));
        assert!(!end(true, true, false) && !end(true, false, true) && !end(false, true, true));
        assert!(!TappedEvent::Motion { by_hand: true }.is_panic());
    }
}
