//! Text through XTEST, character by character: by the host's own key, or by a spare one.

use super::{HeldKeyboard, spares, strokes};
use crate::InjectError;
use crate::x11::input::keymap::mods;
use crate::x11::input::locks::set_caps_lock;
use crate::x11::input::target::WindowOwnership;
use crate::x11::{X11Display, X11Failure};
use beistand_session::PhysicalKey;
use x11rb::protocol::xproto::{KEY_PRESS_EVENT, KEY_RELEASE_EVENT};

const INTERRUPTED: InjectError = InjectError::Refused("typing was interrupted");

impl HeldKeyboard {
    /// Types text, character by character; looks before each one where it would go.
    pub(in crate::x11::input) fn type_text(
        &mut self,
        display: &X11Display,
        ownership: &WindowOwnership,
        text: &str,
    ) -> Result<(), InjectError> {
        for character in text.chars() {
            if self.interrupt.raised() {
                return Err(INTERRUPTED);
            }
            if ownership.focused(display)? {
                return Err(InjectError::Refused("the keyboard is in a window of our own"));
            }
            self.type_character(display, character)?;
        }
        Ok(())
    }

    fn type_character(&mut self, display: &X11Display, character: char) -> Result<(), InjectError> {
        let state = self.state(display)?;
        if state.mods & mods::SHORTCUT != 0 {
            return Err(InjectError::Refused("text while Ctrl, Alt or Super is held would be a command"));
        }
        let ours = self.shift_is_ours(state);
        if let Some(stroke) = strokes::for_character(&self.layouts.pressing, character, state, ours) {
            return Ok(self.with_changes(display, stroke, |this| this.tap(display, stroke.keycode))?);
        }
        let keycode = self.spare_for(display, character)?;
        // Programs apply Caps Lock to what a spare keycode makes.
        let caps = state.locked & mods::LOCK != 0;
        if caps {
            set_caps_lock(display, false)?;
        }
        self.tap(display, keycode)?;
        if caps {
            set_caps_lock(display, true)?;
        }
        Ok(())
    }

    fn spare_for(&mut self, display: &X11Display, character: char) -> Result<u8, InjectError> {
        let symbol =
            spares::symbol_of(character).ok_or(InjectError::Refused("a character that no key can make"))?;
        if let Some(bound) = self.spares.bound_to(symbol) {
            return Ok(bound);
        }
        let wait = self.spares.wait();
        if self.interrupt.wait(wait) {
            return Err(INTERRUPTED);
        }
        self.spares
            .bind(display, symbol)?
            .ok_or(InjectError::Refused("the keyboard has no spare key for a character that it lacks"))
    }

    fn tap(&mut self, display: &X11Display, keycode: u8) -> Result<(), X11Failure> {
        // A key that is down must go up first, and then it is up.
        let down: Vec<_> =
            self.down.iter().filter(|(_, held)| *held == keycode).map(|(key, _)| *key).collect();
        for key in down {
            self.let_go(display, key)?;
            self.note_typed(key);
        }
        self.send(display, KEY_PRESS_EVENT, keycode)?;
        self.send(display, KEY_RELEASE_EVENT, keycode)?;
        self.spares.pressed(keycode);
        Ok(())
    }

    pub(super) fn note_typed(&mut self, key: PhysicalKey) {
        if !self.typed.contains(&key) {
            self.typed.push(key);
        }
    }
}
