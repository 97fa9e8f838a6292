//! The way out with the keyboard alone: Ctrl and Alt, pressed together and let go of with nothing between.
//!
//! No layout writes with these two alone and no shortcut consists of them, while the right Ctrl, the other
//! custom, is Compose or a further level on some keyboards and missing on others. It sends nothing and
//! decides nothing: it says that this was pressed.

use std::collections::BTreeMap;

use winit::keyboard::{Key, NamedKey, PhysicalKey as Place};

use super::KeyStroke;

/// Watches for the way out.
#[derive(Debug, Default)]
pub struct WayOutWatch {
    /// What is down, and which part of it that is.
    down: BTreeMap<Place, WayOutPart>,
    /// Whether both parts were down at once since all was up.
    together: bool,
    /// Whether anything else was done since then.
    disturbed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WayOutPart {
    Control,
    Alt,
    Other,
}

impl WayOutWatch {
    /// Takes in a key. Returns whether it was the last of the way out.
    pub fn stroke(&mut self, stroke: &KeyStroke<'_>) -> bool {
        if stroke.pressed {
            let part = part(stroke.logical);
            self.down.insert(stroke.place, part);
            self.disturbed |= part == WayOutPart::Other;
            let holds = |part| self.down.values().any(|down| *down == part);
            self.together |= holds(WayOutPart::Control) && holds(WayOutPart::Alt);
            return false;
        }
        if self.down.remove(&stroke.place).is_none() || !self.down.is_empty() {
            return false;
        }
        let Self { together, disturbed, .. } = std::mem::take(self);
        together && !disturbed
    }

    /// The mouse did something.
    pub fn disturb(&mut self) {
        self.disturbed |= !self.down.is_empty();
    }

    /// What is down comes up elsewhere.
    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

fn part(key: &Key) -> WayOutPart {
    match key {
        Key::Named(NamedKey::Control) => WayOutPart::Control,
        Key::Named(NamedKey::Alt) => WayOutPart::Alt,
        Key::Named(_) | Key::Character(_) | Key::Unidentified(_) | Key::Dead(_) => WayOutPart::Other,
    }
}

#[cfg(test)]
mod tests {
    use winit::keyboard::{KeyCode, KeyLocation};

    use super::*;

    fn key(watch: &mut WayOutWatch, code: KeyCode, pressed: bool) -> bool {
        let logical = match code {
            KeyCode::ControlLeft | KeyCode::ControlRight => Key::Named(NamedKey::Control),
            KeyCode::AltLeft => Key::Named(NamedKey::Alt),
            KeyCode::AltRight => Key::Named(NamedKey::AltGraph),
            _ => Key::Character("x".into()),
        };
        let (logical, alone) = (&logical, &logical);
        let (place, location) = (Place::Code(code), KeyLocation::Standard);
        watch.stroke(&KeyStroke { place, logical, alone, location, text: None, pressed, command: false })
    }

    /// Plays keys: `+` goes down, `-` comes up. Returns at which steps the way out was taken.
    fn play(keys: &[(char, KeyCode)]) -> Vec<usize> {
        let mut watch = WayOutWatch::default();
        let steps = keys.iter().enumerate();
        steps.filter(|(_, (sign, code))| key(&mut watch, *code, *sign == '+')).map(|(at, _)| at).collect()
    }

    use KeyCode::{AltLeft, AltRight, ControlLeft, ControlRight, Delete, KeyA};

    #[test]
    fn both_pressed_and_let_go_of_in_any_order_are_the_way_out() {
        assert_eq!(play(&[('+', ControlLeft), ('+', AltLeft), ('-', AltLeft), ('-', ControlLeft)]), [3]);
        assert_eq!(play(&[('+', AltLeft), ('+', ControlRight), ('-', AltLeft), ('-', ControlRight)]), [3]);
        let repeated =
            [('+', ControlLeft), ('+', AltLeft), ('+', AltLeft), ('-', AltLeft), ('-', ControlLeft)];
        assert_eq!(play(&repeated), [4]);
    }

    #[test]
    fn a_shortcut_with_both_is_not_and_neither_is_one_of_them() {
        let delete = [('+', ControlLeft), ('+', AltLeft), ('+', Delete), ('-', Delete)];
        let up = [('-', AltLeft), ('-', ControlLeft)];
        assert!(play(&[&delete[..], &up].concat()).is_empty());
        let early = [('+', KeyA), ('+', ControlLeft), ('+', AltLeft), ('-', KeyA)];
        assert!(play(&[&early[..], &up].concat()).is_empty());
        assert!(play(&[('+', ControlLeft), ('-', ControlLeft), ('+', AltLeft), ('-', AltLeft)]).is_empty());
        assert!(
            play(&[('+', ControlLeft), ('+', AltRight), ('-', AltRight), ('-', ControlLeft)]).is_empty(),
            "the right one chooses a level"
        );
        // What was let go of while the host had no keyboard is not missed.
        assert!(play(&[('-', AltLeft), ('-', ControlLeft)]).is_empty());
    }

    #[test]
    fn a_click_between_is_a_click_with_both_held() {
        let mut watch = WayOutWatch::default();
        for code in [ControlLeft, AltLeft] {
            key(&mut watch, code, true);
        }
        watch.disturb();
        assert!(!key(&mut watch, AltLeft, false) && !key(&mut watch, ControlLeft, false));
        watch.disturb();
        for code in [ControlLeft, AltLeft] {
            key(&mut watch, code, true);
        }
        assert!(!key(&mut watch, AltLeft, false) && key(&mut watch, ControlLeft, false));
    }
}
