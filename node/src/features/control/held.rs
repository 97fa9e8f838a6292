//! What is down by the technician's doing, and until when: a release that is lost must not leave the user
//! with a mouse that drags or a keyboard that is stuck in Shift.

use std::time::{Duration, Instant};

use beistand_session::{HELD_LIFE, InputEvent, PhysicalKey, PointerButton};

/// What is down.
#[derive(Debug, Default)]
pub(super) struct HeldInput {
    keys: Vec<PhysicalKey>,
    buttons: Vec<PointerButton>,
    /// When the technician's program last said so.
    keys_at: Option<Instant>,
    buttons_at: Option<Instant>,
}

impl HeldInput {
    /// Something was injected.
    pub(super) fn note(&mut self, event: &InputEvent, now: Instant) {
        match event {
            InputEvent::Key { key, pressed, .. } => {
                self.keys.retain(|held| held != key);
                if *pressed {
                    self.keys.push(*key);
                    self.keys_at = Some(now);
                }
            }
            InputEvent::Button { button, pressed } => {
                self.buttons.retain(|held| held != button);
                if *pressed {
                    self.buttons.push(*button);
                    self.buttons_at = Some(now);
                }
            }
            InputEvent::PointerMove { .. }
            | InputEvent::Wheel { .. }
            | InputEvent::Text(_)
            | InputEvent::ButtonsHeld
            | InputEvent::KeysHeld
            | InputEvent::Mark(_)
            | InputEvent::GivenUp(_) => {}
        }
    }

    /// The technician's program says that what is down is still held.
    pub(super) fn renew(&mut self, event: &InputEvent, now: Instant) {
        match event {
            InputEvent::KeysHeld => self.keys_at = Some(now),
            InputEvent::ButtonsHeld => self.buttons_at = Some(now),
            InputEvent::PointerMove { .. }
            | InputEvent::Button { .. }
            | InputEvent::Wheel { .. }
            | InputEvent::Key { .. }
            | InputEvent::Text(_)
            | InputEvent::Mark(_)
            | InputEvent::GivenUp(_) => {}
        }
    }

    /// What lets go of all that is down.
    pub(super) fn releases(&self) -> Vec<InputEvent> {
        let keys = self.keys.iter().map(|key| InputEvent::Key { key: *key, pressed: false, text: None });
        let buttons =
            self.buttons.iter().map(|button| InputEvent::Button { button: *button, pressed: false });
        keys.rev().chain(buttons).collect()
    }

    /// Whether any key, and any button, is down.
    pub(super) fn any(&self) -> (bool, bool) {
        (!self.keys.is_empty(), !self.buttons.is_empty())
    }

    /// How long what is down may stay so without a further word; `None`: nothing is down.
    pub(super) fn left(&self, now: Instant) -> Option<Duration> {
        let left = |at: Option<Instant>| Some((at? + HELD_LIFE).saturating_duration_since(now));
        let keys = if self.keys.is_empty() { None } else { left(self.keys_at) };
        let buttons = if self.buttons.is_empty() { None } else { left(self.buttons_at) };
        keys.into_iter().chain(buttons).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_needs_a_word_each_second_and_what_is_not_needs_none() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let button = |pressed| InputEvent::Button { button: PointerButton::Left, pressed };
        let key = PhysicalKey::from_name("ShiftLeft").expect("in the table");
        let key = |pressed| InputEvent::Key { key, pressed, text: None };
        let mut held = HeldInput::default();
        assert_eq!(held.left(start), None);
        held.note(&button(true), start);
        held.note(&key(true), at(300));
        assert_eq!(held.left(at(400)), Some(Duration::from_millis(600)));
        held.renew(&InputEvent::ButtonsHeld, at(900));
        assert_eq!(held.left(at(900)), Some(Duration::from_millis(400)), "the key");
        assert_eq!(held.left(at(1400)), Some(Duration::ZERO));
        held.note(&key(false), at(1000));
        assert_eq!(held.left(at(1400)), Some(Duration::from_millis(500)));
        held.note(&button(false), at(1400));
        assert_eq!(held.left(at(9000)), None);
    }
}
