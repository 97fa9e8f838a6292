//! Keys and text through XTEST.
//!
//! A key is pressed where it is on the keyboard. Where it would make other text here than it made at the
//! technician's, the text is typed instead: by the host's own key for it, with Shift or AltGr added where
//! needed, or else by a spare keycode.

use beistand_session::PhysicalKey;
use x11rb::protocol::Event;
use x11rb::protocol::xkb::{ConnectionExt as _, EventType, ID, MapPart, SelectEventsAux};
use x11rb::protocol::xproto::{KEY_PRESS_EVENT, KEY_RELEASE_EVENT, ModMask};
use x11rb::protocol::xtest::ConnectionExt as _;
use xkeysym::Keysym;

use super::keymap::{KeyMeaning, KeyboardMap, ModifierState, mods};
use super::spares::SpareKeys;
use super::target::WindowOwnership;
use crate::x11::user_watch::fires;
use crate::x11::{KEYCODE_OFFSET, X11Display, X11Failure};
use crate::{DesktopObstacle, InjectError, Interrupt, KeyCombination};

const INTERRUPTED: InjectError = InjectError::Refused("typing was interrupted");

/// What is down, and the layout.
pub(super) struct HeldKeyboard {
    keymap: KeyboardMap,
    spares: SpareKeys,
    stale: bool,
    /// Keycodes that are down because of us, in the order in which they went down.
    held: Vec<u8>,
    /// Keys that were typed as text: their release has nothing to release.
    typed: Vec<PhysicalKey>,
    interrupt: Interrupt,
}

impl HeldKeyboard {
    pub(super) fn open(display: &X11Display) -> Result<Self, X11Failure> {
        let conn = &display.conn;
        let reply = conn.xkb_use_extension(1, 0)?.reply()?;
        if !reply.supported {
            return Err(X11Failure(DesktopObstacle::NoExtension("XKB 1.0")));
        }
        // Another layout comes as a new keyboard or as a new map, depending on the program that sets it.
        let parts = MapPart::KEY_TYPES | MapPart::KEY_SYMS | MapPart::MODIFIER_MAP;
        let events = EventType::NEW_KEYBOARD_NOTIFY | EventType::MAP_NOTIFY;
        let (core, none) = (ID::USE_CORE_KBD.into(), EventType::from(0u16));
        conn.xkb_select_events(core, none, events, parts, parts, &SelectEventsAux::new())?.check()?;
        let keymap = KeyboardMap::load(display)?;
        Ok(Self {
            spares: SpareKeys::new(&keymap),
            keymap,
            stale: false,
            held: Vec::new(),
            typed: Vec::new(),
            interrupt: Interrupt::default(),
        })
    }

    /// What cuts typing short.
    pub(super) fn interrupt(&self) -> Interrupt {
        self.interrupt.clone()
    }

    /// Takes note of an event of the server.
    pub(super) fn notice(&mut self, event: &Event) {
        if matches!(event, Event::MappingNotify(_) | Event::XkbMapNotify(_) | Event::XkbNewKeyboardNotify(_))
        {
            self.stale = true;
        }
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
        let keycode = key.code() + KEYCODE_OFFSET;
        let state = self.state(display)?;
        if fires(panic, key, state.mods) {
            return Err(InjectError::Refused("the hotkey that stops everything is the user's own"));
        }
        if self.keymap.acts_below_windows(keycode, state) {
            return Err(InjectError::Refused("the key acts below all windows"));
        }
        if ownership.focused(display)? {
            return Err(InjectError::Refused("the keyboard is in a window of our own"));
        }
        if state.mods & mods::SHORTCUT == 0 && !key.modifier() {
            match (self.keymap.makes(keycode, state), text) {
                // The accent comes with the technician's next key, as the text that both made.
                (KeyMeaning::Dead, None) => {
                    self.note_typed(key);
                    return Ok(());
                }
                (makes, Some(text)) if !is_just(makes, text) => {
                    self.note_typed(key);
                    return self.type_text(display, ownership, text);
                }
                _ => {}
            }
        }
        if self.held.contains(&keycode) {
            // A key that repeats at the technician's. Released first, or the server's own repetition would
            // join in.
            self.send(display, KEY_RELEASE_EVENT, keycode)?;
        } else {
            self.held.push(keycode);
        }
        self.send(display, KEY_PRESS_EVENT, keycode)?;
        Ok(())
    }

    /// Releases a key that was pressed before.
    pub(super) fn release(&mut self, display: &X11Display, key: PhysicalKey) -> Result<(), InjectError> {
        let keycode = key.code() + KEYCODE_OFFSET;
        let was_typed = self.typed.contains(&key);
        self.typed.retain(|typed| *typed != key);
        if self.held.contains(&keycode) {
            self.held.retain(|held| *held != keycode);
            self.send(display, KEY_RELEASE_EVENT, keycode)?;
        } else if !was_typed {
            return Err(InjectError::Refused("the key was not down"));
        }
        Ok(())
    }

    /// Types text, character by character; looks before each one where it would go.
    pub(super) fn type_text(
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

    /// Releases all keys, then takes the spare keycodes back.
    pub(super) fn release_all(&mut self, display: &X11Display) -> Result<(), X11Failure> {
        self.interrupt.lower();
        self.typed.clear();
        while let Some(keycode) = self.held.pop() {
            self.send(display, KEY_RELEASE_EVENT, keycode)?;
        }
        self.spares.free(display)
    }

    fn type_character(&mut self, display: &X11Display, character: char) -> Result<(), InjectError> {
        let state = self.state(display)?;
        if state.mods & mods::SHORTCUT != 0 {
            return Err(InjectError::Refused("text while Ctrl, Alt or Super is held would be a command"));
        }
        if let Some(stroke) = self.keymap.stroke(character, state) {
            let modifiers = self.keymap.modifier_keys(stroke.add).unwrap_or_default();
            for modifier in &modifiers {
                self.send(display, KEY_PRESS_EVENT, *modifier)?;
            }
            self.tap(display, stroke.keycode)?;
            for modifier in modifiers.iter().rev() {
                self.send(display, KEY_RELEASE_EVENT, *modifier)?;
            }
            return Ok(());
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
        let symbol = Keysym::from_char(character);
        if symbol == Keysym::NoSymbol {
            return Err(InjectError::Refused("a character that no key can make"));
        }
        if let Some(bound) = self.spares.bound_to(symbol.raw()) {
            return Ok(bound);
        }
        let wait = self.spares.wait();
        if self.interrupt.wait(wait) {
            return Err(INTERRUPTED);
        }
        self.spares
            .bind(display, symbol.raw())?
            .ok_or(InjectError::Refused("the keyboard has no spare key for a character that it lacks"))
    }

    fn tap(&mut self, display: &X11Display, keycode: u8) -> Result<(), X11Failure> {
        // A key that is down must go up first, and then it is up.
        if self.held.contains(&keycode) {
            self.held.retain(|held| *held != keycode);
            self.send(display, KEY_RELEASE_EVENT, keycode)?;
        }
        self.send(display, KEY_PRESS_EVENT, keycode)?;
        self.send(display, KEY_RELEASE_EVENT, keycode)?;
        self.spares.pressed(keycode);
        Ok(())
    }

    /// Modifiers and layout now, with the layout brought up to date.
    fn state(&mut self, display: &X11Display) -> Result<ModifierState, X11Failure> {
        use x11rb::connection::Connection as _;
        // The reply comes after every event that the server sent before it.
        let state = ModifierState::now(display)?;
        while let Some(event) = display.conn.poll_for_event()? {
            self.notice(&event);
        }
        if std::mem::take(&mut self.stale) {
            self.keymap = KeyboardMap::load(display)?;
            self.spares.follow(&self.keymap);
        }
        Ok(state)
    }

    fn note_typed(&mut self, key: PhysicalKey) {
        if !self.typed.contains(&key) {
            self.typed.push(key);
        }
    }

    fn send(&self, display: &X11Display, kind: u8, keycode: u8) -> Result<(), X11Failure> {
        display.conn.xtest_fake_input(kind, keycode, 0, x11rb::NONE, 0, 0, 0)?;
        Ok(())
    }
}

fn is_just(makes: KeyMeaning, text: &str) -> bool {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(character), None) => makes == KeyMeaning::Char(character),
        _ => false,
    }
}

fn set_caps_lock(display: &X11Display, on: bool) -> Result<(), X11Failure> {
    let locks = if on { ModMask::LOCK } else { ModMask::from(0u16) };
    display.conn.xkb_latch_lock_state(
        ID::USE_CORE_KBD.into(),
        ModMask::LOCK,
        locks,
        false,
        0u8.into(),
        ModMask::from(0u16),
        false,
        0,
    )?;
    Ok(())
}
