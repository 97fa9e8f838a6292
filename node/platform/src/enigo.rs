//! Mouse and keyboard through the crate enigo, which speaks to each system in its own way: to be chosen where
//! the X11 backend's own injector does not do.
//!
//! What it does: passes pointer, wheel, keys and text on, remembers what it holds down and releases it. What
//! it does not do: it decides nothing; what must not be touched is refused by the backend's [`InputGate`].
//!
//! Known faults on X11, which is why it is not the default: a character that the layout lacks is typed by a
//! keycode that is bound to it for a moment, and on a busy machine programs that look it up late read another
//! one or none; the wheel turns in whole notches; Caps Lock changes what is typed; a key is always pressed by
//! its place, also where it makes other text here than at the technician's or is another shortcut, and locks
//! stay as they were pressed.

use beistand_session::{InputEvent, PhysicalKey, PointerButton};
use enigo::{Axis, Button, Coordinate, Direction, Enigo, InputError, Keyboard, Mouse, NewConError, Settings};

use crate::wheel::WheelRemainder;
use crate::{DesktopFault, DesktopObstacle, DesktopPart, InjectError, InputGate, InputInjector, Interrupt};

/// Injects by enigo.
pub struct EnigoInjector {
    enigo: Enigo,
    gate: Box<dyn InputGate>,
    /// The system's number of a key.
    keycode: fn(PhysicalKey) -> u16,
    keys: Vec<PhysicalKey>,
    buttons: Vec<PointerButton>,
    wheel: WheelRemainder,
    interrupt: Interrupt,
}

impl EnigoInjector {
    /// Connects to an X11 display of this name (`:0`), behind its gate.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`] with what enigo says.
    pub fn on_x11(
        display: &str,
        gate: Box<dyn InputGate>,
        keycode: fn(PhysicalKey) -> u16,
    ) -> Result<Self, DesktopFault> {
        let settings = Settings { x11_display: Some(display.to_owned()), ..Settings::default() };
        let enigo = Enigo::new(&settings).map_err(|error: NewConError| DesktopFault::Unavailable {
            part: DesktopPart::Input,
            obstacle: DesktopObstacle::System(error.to_string()),
        })?;
        let (keys, buttons, interrupt) = (Vec::new(), Vec::new(), Interrupt::default());
        Ok(Self { enigo, gate, keycode, keys, buttons, wheel: WheelRemainder::default(), interrupt })
    }

    fn button(&mut self, button: PointerButton, pressed: bool) -> Result<(), InjectError> {
        if self.buttons.contains(&button) == pressed {
            return Err(InjectError::Refused("the button is so already"));
        }
        self.enigo.button(named(button), direction(pressed))?;
        self.buttons.retain(|held| *held != button);
        if pressed {
            self.buttons.push(button);
        }
        Ok(())
    }

    fn key(&mut self, key: PhysicalKey, pressed: bool) -> Result<(), InjectError> {
        if !pressed && !self.keys.contains(&key) {
            return Err(InjectError::Refused("the key was not down"));
        }
        self.enigo.raw((self.keycode)(key), direction(pressed))?;
        self.keys.retain(|held| *held != key);
        if pressed {
            self.keys.push(key);
        }
        Ok(())
    }

    fn turn(&mut self, dx: i16, dy: i16) -> Result<(), InjectError> {
        let (right, down) = self.wheel.turn(dx, dy);
        for (notches, axis) in [(right, Axis::Horizontal), (down, Axis::Vertical)] {
            if notches != 0 {
                self.enigo.scroll(notches, axis)?;
            }
        }
        Ok(())
    }

    fn type_text(&mut self, text: &str) -> Result<(), InjectError> {
        if self.keys.iter().any(|key| key.modifier() && !is_shift(*key)) {
            return Err(InjectError::Refused("text while Ctrl, Alt or Super is held would be a command"));
        }
        for character in text.chars() {
            if self.interrupt.raised() {
                return Err(InjectError::Refused("typing was interrupted"));
            }
            let mut bytes = [0; 4];
            self.enigo.text(character.encode_utf8(&mut bytes))?;
        }
        Ok(())
    }
}

impl InputInjector for EnigoInjector {
    fn inject(&mut self, event: &InputEvent) -> Result<(), InjectError> {
        self.gate.check(event)?;
        match event {
            InputEvent::PointerMove { x, y } => {
                Ok(self.enigo.move_mouse(i32::from(*x), i32::from(*y), Coordinate::Abs)?)
            }
            InputEvent::Button { button, pressed } => self.button(*button, *pressed),
            InputEvent::Wheel { dx, dy } => self.turn(*dx, *dy),
            InputEvent::Key { key, pressed, .. } => self.key(*key, *pressed),
            InputEvent::Text(text) => self.type_text(text.as_str()),
            // For how long is for whoever injects to say.
            InputEvent::ButtonsHeld | InputEvent::KeysHeld | InputEvent::Mark(_) | InputEvent::GivenUp(_) => {
                Ok(())
            }
        }
    }

    fn release_all(&mut self) -> Result<(), InjectError> {
        self.interrupt.lower();
        self.wheel = WheelRemainder::default();
        while let Some(button) = self.buttons.pop() {
            self.enigo.button(named(button), Direction::Release)?;
        }
        while let Some(key) = self.keys.pop() {
            self.enigo.raw((self.keycode)(key), Direction::Release)?;
        }
        Ok(())
    }

    fn interrupt(&self) -> Interrupt {
        self.interrupt.clone()
    }

    fn held_buttons(&self) -> Vec<PointerButton> {
        self.buttons.clone()
    }
}

impl Drop for EnigoInjector {
    fn drop(&mut self) {
        if let Err(error) = self.release_all() {
            tracing::warn!(%error, "keys and buttons could not be released");
        }
    }
}

impl From<InputError> for InjectError {
    fn from(error: InputError) -> Self {
        match error {
            InputError::InvalidInput(why) => Self::Refused(why),
            other => Self::Lost(other.to_string()),
        }
    }
}

fn is_shift(key: PhysicalKey) -> bool {
    matches!(key.name(), "ShiftLeft" | "ShiftRight")
}

fn direction(pressed: bool) -> Direction {
    if pressed { Direction::Press } else { Direction::Release }
}

fn named(button: PointerButton) -> Button {
    match button {
        PointerButton::Left => Button::Left,
        PointerButton::Middle => Button::Middle,
        PointerButton::Right => Button::Right,
        PointerButton::Back => Button::Back,
        PointerButton::Forward => Button::Forward,
    }
}
