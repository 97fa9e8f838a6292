//! Keys and text through XTEST.
//!
//! A key is pressed where it is on the keyboard. Where it would make other text here than it made at the
//! technician's, the text is typed instead: by the host's own key for it, with Shift or AltGr added where
//! needed, or else by a spare keycode. While Ctrl, Alt or Super is held the host's own key for the letter or
//! the sign is pressed.

mod typing;

use beistand_session::PhysicalKey;
use x11rb::protocol::Event;
use x11rb::protocol::xkb::ConnectionExt as _;
use x11rb::protocol::xproto::{KEY_PRESS_EVENT, KEY_RELEASE_EVENT};
use x11rb::protocol::xtest::ConnectionExt as _;

use super::keymap::{KeyMeaning, ModifierState, mods};
use super::layouts::KeyboardLayouts;
use super::locks::TurnedLocks;
use super::spares::{self, SpareKeys};
use super::strokes::{self, KeyStroke};
use super::target::WindowOwnership;
use crate::x11::user_watch::fires;
use crate::x11::{KEYCODE_OFFSET, X11Display, X11Failure};
use crate::{DesktopObstacle, InjectError, Interrupt, KeyCombination};

/// What is down, and the layout.
pub(super) struct HeldKeyboard {
    layouts: KeyboardLayouts,
    spares: SpareKeys,
    /// Keys that are down because of us, in the order in which they went down, and the keycode that stands
    /// for each.
    down: Vec<(PhysicalKey, u8)>,
    /// Keys that were typed as text, or are up already: their release has nothing to release.
    typed: Vec<PhysicalKey>,
    locks: TurnedLocks,
    interrupt: Interrupt,
}

/// What is done for a key.
enum KeyPlan<'a> {
    Press(KeyStroke),
    Type(&'a str),
}

impl HeldKeyboard {
    pub(super) fn open(display: &X11Display) -> Result<Self, X11Failure> {
        let reply = display.conn.xkb_use_extension(1, 0)?.reply()?;
        if !reply.supported {
            return Err(X11Failure(DesktopObstacle::NoExtension("XKB 1.0")));
        }
        let layouts = KeyboardLayouts::open(display)?;
        Ok(Self {
            spares: SpareKeys::new(&layouts),
            layouts,
            down: Vec::new(),
            typed: Vec::new(),
            locks: TurnedLocks::default(),
            interrupt: Interrupt::default(),
        })
    }

    /// What cuts typing short.
    pub(super) fn interrupt(&self) -> Interrupt {
        self.interrupt.clone()
    }

    /// Takes note of an event of the server.
    pub(super) fn notice(&mut self, event: &Event) {
        self.layouts.notice(event);
    }

    /// Presses a key, or types the text that it made at the technician's.
    pub(super) fn press(
        &mut self,
        display: &X11Display,
        ownership: &WindowOwnership,
        panic: KeyCombination,
        key: PhysicalKey,
        text: Option<&str>,
    ) -> Result<(), InjectError> {
        let state = self.state(display)?;
        let plan = self.plan(key, text, state);
        let keycode = match plan {
            KeyPlan::Press(stroke) => stroke.keycode,
            KeyPlan::Type(_) => key.code() + KEYCODE_OFFSET,
        };
        if matches!(plan, KeyPlan::Press(_)) && self.spares.bound().contains(&keycode) {
            return Err(InjectError::Refused("a key that only types at the moment"));
        }
        let pressed = PhysicalKey::from_code(u32::from(keycode - KEYCODE_OFFSET));
        if [Some(key), pressed].into_iter().flatten().any(|key| fires(panic, key, state.mods)) {
            return Err(InjectError::Refused("the hotkey that stops everything is the user's own"));
        }
        let then = match plan {
            KeyPlan::Press(stroke) => stroke.state(state),
            KeyPlan::Type(_) => state,
        };
        if self.layouts.pressing.acts_below_windows(keycode, then) {
            return Err(InjectError::Refused("the key acts below all windows"));
        }
        if ownership.focused(display)? {
            return Err(InjectError::Refused("the keyboard is in a window of our own"));
        }
        match plan {
            KeyPlan::Press(stroke) => Ok(self.hold(display, key, stroke, state)?),
            KeyPlan::Type(text) => {
                self.note_typed(key);
                self.type_text(display, ownership, text)
            }
        }
    }

    /// Releases a key that was pressed before.
    pub(super) fn release(&mut self, display: &X11Display, key: PhysicalKey) -> Result<(), InjectError> {
        let was_typed = self.typed.contains(&key);
        self.typed.retain(|typed| *typed != key);
        if !self.let_go(display, key)? && !was_typed {
            return Err(InjectError::Refused("the key was not down"));
        }
        Ok(())
    }

    /// Releases all keys, gives the user their locks back, then takes the spare keycodes back.
    pub(super) fn release_all(&mut self, display: &X11Display) -> Result<(), X11Failure> {
        self.interrupt.lower();
        self.typed.clear();
        while let Some((key, _)) = self.down.last().copied() {
            self.let_go(display, key)?;
        }
        self.locks.turn_back(display)?;
        self.spares.free(display)
    }

    fn plan<'a>(&self, key: PhysicalKey, text: Option<&'a str>, state: ModifierState) -> KeyPlan<'a> {
        let keycode = key.code() + KEYCODE_OFFSET;
        let plain = KeyPlan::Press(KeyStroke::plain(keycode));
        let Some(text) = text.filter(|_| !key.modifier()) else { return plain };
        let (map, ours) = (&self.layouts.pressing, self.shift_is_ours(state));
        if state.mods & mods::SHORTCUT != 0 {
            let sign = only_character(text);
            let bound = self.spares.bound();
            let stroke = sign.and_then(|sign| strokes::for_shortcut(map, &bound, sign, keycode, state, ours));
            return stroke.map_or(plain, KeyPlan::Press);
        }
        let makes = map.makes(keycode, state);
        let same = only_character(text).is_some_and(|character| makes == KeyMeaning::Char(character));
        let own = !self.spares.bound().contains(&keycode);
        if same && own { plain } else { KeyPlan::Type(text) }
    }

    /// Presses a key that stays down, and `key` stands for it.
    fn hold(
        &mut self,
        display: &X11Display,
        key: PhysicalKey,
        stroke: KeyStroke,
        state: ModifierState,
    ) -> Result<(), X11Failure> {
        if self.down.iter().any(|(held, keycode)| *held == key && *keycode != stroke.keycode) {
            self.let_go(display, key)?;
        }
        let repeats = self.down.iter().any(|(_, keycode)| *keycode == stroke.keycode);
        if repeats {
            // Released first, or the server's own repetition would join in.
            self.send(display, KEY_RELEASE_EVENT, stroke.keycode)?;
        } else {
            self.locks.note(&self.layouts.pressing, stroke.keycode, stroke.state(state));
        }
        if !self.down.iter().any(|(held, _)| *held == key) {
            self.down.push((key, stroke.keycode));
        }
        self.with_changes(display, stroke, |this| this.send(display, KEY_PRESS_EVENT, stroke.keycode))
    }

    /// Releases what `key` stands for; whether that was down.
    fn let_go(&mut self, display: &X11Display, key: PhysicalKey) -> Result<bool, X11Failure> {
        let Some(index) = self.down.iter().position(|(held, _)| *held == key) else { return Ok(false) };
        let (_, keycode) = self.down.remove(index);
        if !self.down.iter().any(|(_, other)| *other == keycode) {
            self.send(display, KEY_RELEASE_EVENT, keycode)?;
        }
        Ok(true)
    }

    /// Does something with the modifiers changed as `stroke` says, and changes them back.
    fn with_changes(
        &mut self,
        display: &X11Display,
        stroke: KeyStroke,
        act: impl FnOnce(&mut Self) -> Result<(), X11Failure>,
    ) -> Result<(), X11Failure> {
        let add = self.layouts.pressing.modifier_keys(stroke.add).unwrap_or_default();
        let drop = if stroke.drop == 0 { Vec::new() } else { self.keys_of(stroke.drop) };
        for keycode in drop.iter().rev() {
            self.send(display, KEY_RELEASE_EVENT, *keycode)?;
        }
        for keycode in &add {
            self.send(display, KEY_PRESS_EVENT, *keycode)?;
        }
        act(self)?;
        for keycode in add.iter().rev() {
            self.send(display, KEY_RELEASE_EVENT, *keycode)?;
        }
        for keycode in &drop {
            self.send(display, KEY_PRESS_EVENT, *keycode)?;
        }
        Ok(())
    }

    /// Whether Shift is in force because we hold its keys, and for no other reason that we know of.
    fn shift_is_ours(&self, state: ModifierState) -> bool {
        state.mods & mods::SHIFT != 0
            && state.locked & mods::SHIFT == 0
            && !self.keys_of(mods::SHIFT).is_empty()
    }

    /// The keycodes that we hold and that stand for these modifiers.
    fn keys_of(&self, modifiers: u16) -> Vec<u8> {
        let map = &self.layouts.pressing;
        let held = self.down.iter().map(|(_, keycode)| *keycode);
        held.filter(|keycode| map.modifiers_of(*keycode) & modifiers != 0).collect()
    }

    /// Modifiers and layout now, with the layout brought up to date.
    fn state(&mut self, display: &X11Display) -> Result<ModifierState, X11Failure> {
        use x11rb::connection::Connection as _;
        // The reply comes after every event that the server sent before it.
        let state = ModifierState::now(display)?;
        while let Some(event) = display.conn.poll_for_event()? {
            self.notice(&event);
        }
        if self.layouts.refresh(display)? {
            self.spares.follow(&self.layouts);
        }
        Ok(state)
    }

    fn send(&self, display: &X11Display, kind: u8, keycode: u8) -> Result<(), X11Failure> {
        display.conn.xtest_fake_input(kind, keycode, 0, x11rb::NONE, 0, 0, 0)?;
        Ok(())
    }
}

fn only_character(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}
