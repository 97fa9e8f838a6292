//! Mouse and keyboard by Core Graphics' events.
//!
//! Keys go by macOS's code of their place. Where a key makes other text here than at the helper's, its text
//! is typed as characters; with Ctrl, Option or Command held the key is pressed that has the letter here.
//! What is a window of this program's own is never clicked, and while macOS keeps the keyboard for a password
//! no key is pressed: the user's emergency key wouldn't be heard.

use beistand_session::{InputEvent, PhysicalKey, PointerButton};
use objc2_core_foundation::CFRetained;
use objc2_core_graphics::{
    CGEvent, CGEventField, CGEventFlags, CGEventSource, CGEventSourceStateID, CGEventTapLocation,
    CGScrollEventUnit,
};

use super::mouse::MacMouse;
use super::permission::{self, is_password_read};
use super::seat::DesktopSeat;
use super::{displays, shown_windows};
use crate::macos_facts::virtual_key::{RETURN, TAB, character_keys, virtual_key};
use crate::{
    DesktopFault, DesktopObstacle, DesktopPart, InjectError, InputInjector, Interrupt, KeyCombination,
    SystemPermission,
};

/// Parts of a notch of the wheel, of which there are 120, that are a pixel: a notch is three lines then.
const PARTS_PER_PX: i32 = 4;

/// Most UTF-16 units that a key makes here: a letter with its accents.
const MAX_KEY_UNITS: usize = 8;

/// Injects by `CGEventPost`.
pub(super) struct EventInjector {
    source: CFRetained<CGEventSource>,
    seat: DesktopSeat,
    mouse: MacMouse,
    /// What is down, and as which key it was pressed here.
    keys: Vec<(PhysicalKey, u16)>,
    /// What is down at the helper's and was typed as text here.
    typed: Vec<PhysicalKey>,
    /// Parts of a pixel that the wheel has still to turn: to the right and down.
    turned: (i32, i32),
    interrupt: Interrupt,
}

impl EventInjector {
    /// # Errors
    /// [`DesktopObstacle::NotPermitted`], [`DesktopFault::Unavailable`].
    pub(super) fn open(seat: DesktopSeat) -> Result<Self, DesktopFault> {
        permission::require(SystemPermission::Accessibility, DesktopPart::Input)?;
        // Of its own state: what the user's hand holds is not held by the helper.
        let source = CGEventSource::new(CGEventSourceStateID::Private);
        let source = source.ok_or_else(|| DesktopFault::Unavailable {
            part: DesktopPart::Input,
            obstacle: DesktopObstacle::System("CGEventSourceCreate".to_owned()),
        })?;
        // Otherwise macOS would let the user's own mouse rest for a moment after each event of ours.
        CGEventSource::set_local_events_suppression_interval(Some(&source), 0.0);
        let (keys, typed) = (Vec::new(), Vec::new());
        let mouse = MacMouse::default();
        Ok(Self { source, seat, mouse, keys, typed, turned: (0, 0), interrupt: Interrupt::default() })
    }

    fn move_to(&mut self, x: u16, y: u16) -> Result<(), InjectError> {
        let point = displays::look().point(x, y);
        let (x, y) = point.ok_or(InjectError::Refused("the position is off the screen"))?;
        self.mouse.move_to(&self.source, x, y)
    }

    /// Whether a press now would, or might, reach a window of this program's own.
    fn is_over_own_window(&self) -> bool {
        let own = self.seat.own_processes();
        let places = [displays::pointer(), self.mouse.put()];
        places.into_iter().flatten().any(|(x, y)| shown_windows::is_below(x, y, &own))
    }

    fn button(&mut self, button: PointerButton, pressed: bool) -> Result<(), InjectError> {
        if self.mouse.holds(button) == pressed {
            return Err(InjectError::Refused("the button is so already"));
        }
        if pressed && self.is_over_own_window() {
            return Err(InjectError::OwnWindow);
        }
        self.mouse.button(&self.source, button, pressed, self.flags())
    }

    fn turn(&mut self, dx: i16, dy: i16) -> Result<(), InjectError> {
        if self.is_over_own_window() {
            return Err(InjectError::OwnWindow);
        }
        self.turned.0 += i32::from(dx);
        self.turned.1 += i32::from(dy);
        let (right, down) = (self.turned.0 / PARTS_PER_PX, self.turned.1 / PARTS_PER_PX);
        self.turned = (self.turned.0 % PARTS_PER_PX, self.turned.1 % PARTS_PER_PX);
        if (right, down) == (0, 0) {
            return Ok(());
        }
        // macOS turns up and to the left.
        let unit = CGScrollEventUnit::Pixel;
        let event = CGEvent::new_scroll_wheel_event2(Some(&self.source), unit, 2, -down, -right, 0);
        let event = event.ok_or_else(no_event)?;
        CGEvent::set_flags(Some(&event), self.flags());
        post(&event);
        Ok(())
    }

    fn key(&mut self, key: PhysicalKey, pressed: bool, text: Option<&str>) -> Result<(), InjectError> {
        if !pressed {
            if let Some(at) = self.typed.iter().position(|typed| *typed == key) {
                self.typed.remove(at);
                return Ok(());
            }
            let held = self.keys.iter().position(|(held, _)| *held == key);
            let at = held.ok_or(InjectError::Refused("the key was not down"))?;
            let (_, code) = self.keys.remove(at);
            return self.post_key(code, false, false);
        }
        if self.would_panic(key) {
            return Err(InjectError::Refused("that is the user's own key combination"));
        }
        self.refuse_keys()?;
        let place = virtual_key(key).ok_or(InjectError::Refused("macOS has no such key"))?;
        let code = match (text, self.holds_command()) {
            (Some(letter), true) => key_with(letter).unwrap_or(place),
            (Some(text), false) if makes(place, self.flags()) != text => {
                if !self.typed.contains(&key) {
                    self.typed.push(key);
                }
                return self.type_text(text);
            }
            (Some(_), false) | (None, _) => place,
        };
        let repeated = self.keys.iter().any(|(held, _)| *held == key);
        if !repeated {
            self.keys.push((key, code));
        }
        self.post_key(code, true, repeated)
    }

    /// What keeps keys from being pressed now.
    fn refuse_keys(&self) -> Result<(), InjectError> {
        if shown_windows::is_own_in_front() {
            return Err(InjectError::Refused("the keyboard is at a window of our own"));
        }
        if is_password_read() {
            return Err(InjectError::Refused("macOS keeps the keyboard for a password"));
        }
        Ok(())
    }

    fn would_panic(&self, key: PhysicalKey) -> bool {
        let holds = |names: [&str; 2]| self.keys.iter().any(|(held, _)| names.contains(&held.name()));
        key.code() == KeyCombination::PANIC.key_code()
            && holds(["ControlLeft", "ControlRight"])
            && holds(["AltLeft", "AltRight"])
    }

    /// Whether what is pressed now is a command rather than text. The right Option makes characters.
    fn holds_command(&self) -> bool {
        self.keys.iter().any(|(key, _)| {
            matches!(key.name(), "ControlLeft" | "ControlRight" | "AltLeft" | "SuperLeft" | "SuperRight")
        })
    }

    /// The modifiers that the helper holds, and Caps Lock as it is here.
    fn flags(&self) -> CGEventFlags {
        let lock = CGEventSource::flags_state(CGEventSourceStateID::CombinedSessionState);
        let held = self.keys.iter().map(|(key, _)| match key.name() {
            "ShiftLeft" | "ShiftRight" => CGEventFlags::MaskShift,
            "ControlLeft" | "ControlRight" => CGEventFlags::MaskControl,
            "AltLeft" | "AltRight" => CGEventFlags::MaskAlternate,
            "SuperLeft" | "SuperRight" => CGEventFlags::MaskCommand,
            _ => CGEventFlags::empty(),
        });
        held.fold(lock & CGEventFlags::MaskAlphaShift, |flags, held| flags | held)
    }

    fn post_key(&self, code: u16, pressed: bool, repeated: bool) -> Result<(), InjectError> {
        let event = CGEvent::new_keyboard_event(Some(&self.source), code, pressed).ok_or_else(no_event)?;
        CGEvent::set_flags(Some(&event), self.flags() | CGEventFlags::MaskNonCoalesced);
        CGEvent::set_integer_value_field(
            Some(&event),
            CGEventField::KeyboardEventAutorepeat,
            i64::from(repeated),
        );
        post(&event);
        Ok(())
    }

    fn type_text(&self, text: &str) -> Result<(), InjectError> {
        for character in text.chars() {
            if self.interrupt.raised() {
                return Err(InjectError::Refused("typing was interrupted"));
            }
            let (code, mut units) = match character {
                '\n' | '\r' => (RETURN, Vec::new()),
                '\t' => (TAB, Vec::new()),
                _ => (0, Vec::with_capacity(2)),
            };
            if code == 0 {
                units.extend_from_slice(character.encode_utf16(&mut [0; 2]));
            }
            for pressed in [true, false] {
                let event = CGEvent::new_keyboard_event(Some(&self.source), code, pressed);
                let event = event.ok_or_else(no_event)?;
                CGEvent::set_flags(Some(&event), CGEventFlags::empty());
                if !units.is_empty() {
                    // SAFETY: there are as many units as is said, and they are copied.
                    unsafe {
                        CGEvent::keyboard_set_unicode_string(Some(&event), units.len() as _, units.as_ptr());
                    }
                }
                post(&event);
            }
        }
        Ok(())
    }
}

impl InputInjector for EventInjector {
    fn inject(&mut self, event: &InputEvent) -> Result<(), InjectError> {
        match event {
            InputEvent::PointerMove { x, y } => self.move_to(*x, *y),
            InputEvent::Button { button, pressed } => self.button(*button, *pressed),
            InputEvent::Wheel { dx, dy } => self.turn(*dx, *dy),
            InputEvent::Key { key, pressed, text } => {
                self.key(*key, *pressed, text.as_ref().map(|text| text.as_str()))
            }
            InputEvent::Text(_) if self.holds_command() => {
                Err(InjectError::Refused("text while Ctrl, Option or Command is held would be a command"))
            }
            InputEvent::Text(text) => {
                self.refuse_keys()?;
                self.type_text(text.as_str())
            }
            // For how long is for whoever injects to say.
            InputEvent::ButtonsHeld | InputEvent::KeysHeld | InputEvent::Mark(_) | InputEvent::GivenUp(_) => {
                Ok(())
            }
        }
    }

    fn release_all(&mut self) -> Result<(), InjectError> {
        self.interrupt.lower();
        self.typed.clear();
        self.turned = (0, 0);
        while let Some(button) = self.mouse.held().last().copied() {
            self.button(button, false)?;
        }
        while let Some((_, code)) = self.keys.pop() {
            self.post_key(code, false, false)?;
        }
        Ok(())
    }

    fn interrupt(&self) -> Interrupt {
        self.interrupt.clone()
    }

    fn held_buttons(&self) -> Vec<PointerButton> {
        self.mouse.held().to_vec()
    }
}

impl Drop for EventInjector {
    fn drop(&mut self) {
        if let Err(error) = self.release_all() {
            tracing::warn!(%error, "keys and buttons could not be released");
        }
    }
}

/// What the key makes here, with these modifiers, by the layout that is chosen.
fn makes(code: u16, flags: CGEventFlags) -> String {
    let Some(event) = CGEvent::new_keyboard_event(None, code, true) else { return String::new() };
    CGEvent::set_flags(Some(&event), flags);
    let (mut units, mut count) = ([0_u16; MAX_KEY_UNITS], 0);
    // SAFETY: the text has as much room as is said, and the number is filled in.
    unsafe {
        let (length, text) = (&raw mut count, units.as_mut_ptr());
        CGEvent::keyboard_get_unicode_string(Some(&event), MAX_KEY_UNITS as _, length, text);
    }
    let made = usize::try_from(count).ok().and_then(|count| units.get(..count)).unwrap_or_default();
    String::from_utf16_lossy(made)
}

/// The key that makes this letter here, if one does.
fn key_with(letter: &str) -> Option<u16> {
    let letter = letter.to_lowercase();
    character_keys().find(|code| makes(*code, CGEventFlags::empty()) == letter)
}

pub(super) fn post(event: &CGEvent) {
    CGEvent::post(CGEventTapLocation::HIDEventTap, Some(event));
}

pub(super) fn no_event() -> InjectError {
    InjectError::Refused("macOS makes no event")
}
