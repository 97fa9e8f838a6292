//! The keyboard's part of the check: whether a key was pressed by a hand, and whether it was a hand's keys as
//! well that went to what it acts on.
//!
//! A program that moves the keyboard to a button, by keys or as an assistive program does, gets nothing from
//! the user's next press.

use std::time::Instant;

use egui::{Event, Id, Key, Response, Ui, accesskit};

use beistand_node::{AnswerKey, Origin, PressOrigin, SeenKey};

/// Drawings within which the keyboard has gone on after the key that sends it: it goes from the last thing of
/// a window to the first when that is drawn again.
const LED_DRAWINGS: u8 = 2;

/// Who has used the keyboard in a window.
#[derive(Debug, Default)]
pub(super) struct KeyboardHand {
    /// What has the keyboard, as it was drawn last.
    focused: Option<Id>,
    /// The same, where a hand's keys brought it there.
    led: Option<Id>,
    /// Drawings that are left in which it goes on by a hand's key.
    leading: u8,
    /// The key that was pressed since the last drawing.
    key: Option<PressedKey>,
}

/// A key as the window saw it.
#[derive(Debug, Clone, Copy)]
struct PressedKey {
    key: AnswerKey,
    origin: Origin,
    armed: bool,
}

/// What the keys of a drawing are to the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeysHeard {
    /// They are for this window, or there are none.
    Meant,
    /// Somebody types a text, which was for another one.
    Astray,
}

impl KeyboardHand {
    /// Before a window is drawn: takes in which keys were pressed, and by whom.
    pub(super) fn begin(&mut self, ui: &Ui, origin: &mut dyn PressOrigin, armed: bool) -> KeysHeard {
        self.key = None;
        let (keys, focused_by_program) = ui.input(|input| {
            let asked = |event: &Event| {
                matches!(event, Event::AccessKitActionRequest(request)
                    if request.action == accesskit::Action::Focus)
            };
            (pressed(&input.events), input.events.iter().any(asked))
        });
        if focused_by_program {
            (self.led, self.leading) = (None, 0);
        }
        let (modifiers, keys): (Vec<_>, Vec<_>) = keys.into_iter().partition(|key| is_modifier(*key));
        let Some(key) = keys.last().copied() else {
            if !modifiers.is_empty() && !is_by_hand(ask(origin, AnswerKey::Modifier), origin) {
                (self.led, self.leading) = (None, 0);
            }
            return KeysHeard::Meant;
        };
        let answer = answer_key(key);
        let origin_is = match ask(origin, answer) {
            Origin::Physical if keys.len() > 1 => Origin::Unclear,
            origin @ (Origin::Physical | Origin::Injected | Origin::Unclear | Origin::Unknown) => origin,
        };
        if !is_by_hand(origin_is, origin) {
            (self.led, self.leading) = (None, 0);
        } else if leads(key) {
            self.leading = LED_DRAWINGS;
        }
        self.key = Some(PressedKey { key: answer, origin: origin_is, armed });
        let meant = keys.iter().all(|key| leads(*key) || is_answer(*key) || *key == Key::Escape);
        if meant { KeysHeard::Meant } else { KeysHeard::Astray }
    }

    /// The press that has just acted on what `response` is of: whose it was, and whether clicks counted then.
    pub(super) fn take(&mut self, ui: &Ui, response: &Response) -> Option<(Origin, bool)> {
        let pressed = self.key.take()?;
        let (by_program, has_keyboard) = ui.input(|input| {
            let by_program = input.has_accesskit_action_request(response.id, accesskit::Action::Click);
            (by_program, input.focused)
        });
        let answers = match pressed.key {
            AnswerKey::Space | AnswerKey::Enter => true,
            AnswerKey::Modifier | AnswerKey::Other => false,
        };
        if by_program || !has_keyboard || !answers || !response.has_focus() {
            return None;
        }
        let led = self.led == Some(response.id);
        Some((if led { pressed.origin } else { Origin::Unclear }, pressed.armed))
    }

    /// After a window was drawn.
    pub(super) fn end(&mut self, ui: &Ui) {
        let focused = ui.memory(|memory| memory.focused());
        if std::mem::replace(&mut self.focused, focused) != focused {
            self.led = focused.filter(|_| self.leading > 0);
        }
        self.leading = self.leading.saturating_sub(1);
    }
}

/// Whose key this is that the window has just seen.
fn ask(origin: &mut dyn PressOrigin, key: AnswerKey) -> Origin {
    origin.key_origin_of(&SeenKey { seen: Instant::now(), key })
}

/// Whether a key counts as a hand's, on a desktop that may never tell.
fn is_by_hand(key: Origin, origin: &dyn PressOrigin) -> bool {
    match key {
        Origin::Physical => true,
        Origin::Unknown => !origin.tells(),
        Origin::Injected | Origin::Unclear => false,
    }
}

/// The keys that went down, but for those that are held.
fn pressed(events: &[Event]) -> Vec<Key> {
    let press = |event: &Event| match event {
        Event::Key { key, pressed: true, repeat: false, .. } => Some(*key),
        _ => None,
    };
    events.iter().filter_map(press).collect()
}

const fn answer_key(key: Key) -> AnswerKey {
    match key {
        Key::Space => AnswerKey::Space,
        Key::Enter => AnswerKey::Enter,
        _ => AnswerKey::Other,
    }
}

const fn is_answer(key: Key) -> bool {
    matches!(key, Key::Space | Key::Enter)
}

/// Whether the key does nothing alone: a modifier or a lock, or Insert, which screen readers take for one. It
/// is no text that was meant for another window, and whoever goes back by Shift and Tab isn't to wait again.
const fn is_modifier(key: Key) -> bool {
    matches!(
        key,
        Key::ShiftLeft
            | Key::ShiftRight
            | Key::ControlLeft
            | Key::ControlRight
            | Key::AltLeft
            | Key::AltRight
            | Key::SuperLeft
            | Key::SuperRight
            | Key::CapsLock
            | Key::NumLock
            | Key::ScrollLock
            | Key::Insert
            | Key::Fn
    )
}

/// Whether the key sends the keyboard to another thing.
const fn leads(key: Key) -> bool {
    matches!(key, Key::Tab | Key::ArrowDown | Key::ArrowLeft | Key::ArrowRight | Key::ArrowUp)
}

/// Keeps from a window that asks the user everything of the keyboard but what goes from one answer to the
/// next and presses it, and assistive programs' clicks. Returns whether Escape was pressed: no is always
/// possible.
pub fn keep_answer_keys(ui: &Ui) -> bool {
    let mut escape = false;
    ui.input_mut(|input| {
        input.events.retain(|event| match event {
            Event::Key { key: Key::Escape, pressed, .. } => {
                escape |= pressed;
                false
            }
            Event::Text(_) | Event::Paste(_) | Event::AccessKitActionRequest(_) => false,
            _ => true,
        });
    });
    escape
}
