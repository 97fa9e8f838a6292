//! From this computer's keyboard to what travels to the host: what a key means here, and what was sent for
//! it.
//!
//! It reads no device and sends nothing; [`crate::shell`] feeds it keys.

mod habits;
mod meaning;
mod shortcuts;
mod special;
#[cfg(test)]
mod tests;
mod way_out;

use std::collections::BTreeMap;

use winit::keyboard::{Key, KeyLocation, PhysicalKey as Place};

use beistand_node::{InputEvent, KeyText, PhysicalKey};
pub use habits::{KeyHabits, KeyboardSight, ShortcutObstacle, ShortcutTarget};
use meaning::{KeyIntent, intent};
pub use shortcuts::{OpenedShortcuts, ShortcutHold};
pub use special::{Chord, chord, special_keys};
pub use way_out::WayOutWatch;

/// What arrives at the host when a key is pressed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyWay {
    /// What the key means here: the text that it makes, the letter of a shortcut, the key that is named.
    #[default]
    AsAtHome,
    /// The key at the same place of their keyboard, whatever it means there.
    ByPlace,
}

/// A change of one key as the window system reports it.
#[derive(Debug, Clone, Copy)]
pub struct KeyStroke<'a> {
    /// Where it is on this keyboard.
    pub place: Place,
    /// What it means with all that is held.
    pub logical: &'a Key,
    /// What it alone means.
    pub alone: &'a Key,
    /// Which of several keys with this meaning it is.
    pub location: KeyLocation,
    /// The text that it made, of which nothing is there while an accent waits for its letter.
    pub text: Option<&'a str>,
    /// Down, or up.
    pub pressed: bool,
    /// Whether Ctrl, Alt or Super is held: what is typed then is a command and no text.
    pub command: bool,
}

/// The keyboard: knows what the host believes to be down, and for which key here.
#[derive(Debug, Default)]
pub struct KeyReader {
    way: KeyWay,
    /// What was pressed there for each key that is down here; nothing, where the key only helped to make a
    /// character.
    down: BTreeMap<Place, Option<PhysicalKey>>,
    /// The key that chooses a third character on other keys, while it is down.
    third_level: Option<Place>,
}

impl KeyReader {
    /// Keys that go down from now on arrive in this way; those that are down come up as they went down.
    pub fn set_way(&mut self, way: KeyWay) {
        self.way = way;
    }

    /// What is to be sent for `stroke`.
    pub fn stroke(&mut self, stroke: KeyStroke<'_>) -> Vec<InputEvent> {
        if stroke.pressed { self.press(stroke) } else { self.release(stroke.place) }
    }

    /// Whether `place` went down while keys went to the host.
    pub fn holds(&self, place: Place) -> bool {
        self.down.contains_key(&place)
    }

    /// Whether AltGr or its like is down: some systems report it as Ctrl and Alt.
    pub fn third_level(&self) -> bool {
        self.third_level.is_some()
    }

    /// Lets go of everything.
    pub fn release_all(&mut self) -> Vec<InputEvent> {
        let places: Vec<Place> = self.down.keys().copied().collect();
        places.into_iter().flat_map(|place| self.release(place)).collect()
    }

    fn press(&mut self, stroke: KeyStroke<'_>) -> Vec<InputEvent> {
        let place = stroke.place;
        if meaning::is_third_level(stroke.logical) {
            self.third_level = Some(place);
        }
        let intent = intent(&stroke, self.way);
        let key = match &intent {
            KeyIntent::Press(key, _) => Some(*key),
            KeyIntent::Write(_) | KeyIntent::Nothing => None,
        };
        let mut events = Vec::new();
        // What is repeated may mean something else by now.
        if self.down.get(&place).is_some_and(|before| *before != key) {
            events.extend(self.release(place));
        }
        self.down.insert(place, key);
        events.extend(match intent {
            KeyIntent::Press(key, text) => Some(InputEvent::Key { key, pressed: true, text }),
            KeyIntent::Write(text) => Some(InputEvent::Text(text)),
            KeyIntent::Nothing => None,
        });
        events
    }

    fn release(&mut self, place: Place) -> Vec<InputEvent> {
        self.third_level.take_if(|held| *held == place);
        let Some(Some(key)) = self.down.remove(&place) else { return Vec::new() };
        // Two keys that mean the same, such as both Alts, are one key there.
        let still = self.down.values().any(|other| *other == Some(key));
        let up = InputEvent::Key { key, pressed: false, text: None };
        if still { Vec::new() } else { vec![up] }
    }
}

/// Whether a program beside this one writes for the person: X11's setting names it. Xlib's own does no more
/// than our window system's reader, and would hide keys from it.
pub fn names_input_method(xmodifiers: &str) -> bool {
    let name = xmodifiers.split('@').find_map(|part| part.strip_prefix("im="));
    name.is_some_and(|name| !matches!(name.trim(), "" | "none" | "local"))
}

/// What an input method has finished.
pub fn written(text: &str) -> Vec<InputEvent> {
    KeyText::split(text).into_iter().map(InputEvent::Text).collect()
}

/// The key that winit names so; winit's names are the W3C's.
pub fn physical_key(key: Place) -> Option<PhysicalKey> {
    match key {
        Place::Code(code) => PhysicalKey::from_name(&format!("{code:?}")),
        Place::Unidentified(_) => None,
    }
}
