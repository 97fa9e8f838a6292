//! Mouse and keyboard of an X11 display, through XTEST.
//!
//! What it does: passes pointer, wheel, keys and text on, remembers what it holds down and releases it. It
//! refuses what lies off the screen, what would reach a window of this process, the user's panic hotkey, and
//! keys that act below all windows.
//!
//! What it does not do: it knows no grant; whoever calls it has checked that.

mod below;
mod gate;
mod keyboard;
mod keymap;
mod layouts;
mod locks;
mod repeat;
mod spares;
mod strokes;
pub(super) mod target;

use beistand_session::{InputEvent, PointerButton};
use x11rb::connection::{Connection, RequestConnection};
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ChangeWindowAttributesAux, ConnectionExt as _, EventMask,
    MOTION_NOTIFY_EVENT,
};
use x11rb::protocol::xtest::{self, ConnectionExt as _};

pub use self::gate::X11InputGate;
use self::keyboard::HeldKeyboard;
use self::repeat::KeyRepeat;
use self::target::WindowOwnership;
use crate::wheel::WheelRemainder;
use crate::x11::{X11Display, X11Failure};
use crate::{
    DesktopFault, DesktopObstacle, DesktopPart, InjectError, InputInjector, Interrupt, KeyCombination,
};

/// Injects into a display.
pub struct X11Injector {
    display: X11Display,
    ownership: WindowOwnership,
    keyboard: HeldKeyboard,
    repeat: KeyRepeat,
    panic: KeyCombination,
    /// Width and height in pixels.
    screen: (u16, u16),
    buttons: Vec<PointerButton>,
    wheel: WheelRemainder,
}

impl X11Injector {
    /// Connects to the display of this name (`:0`); `panic` is the hotkey that it never presses.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`]: no display, or an extension is missing.
    pub fn open(display: &str, panic: KeyCombination) -> Result<Self, DesktopFault> {
        Self::start(display, panic).map_err(|failure| failure.fault(DesktopPart::Input))
    }

    fn start(display: &str, panic: KeyCombination) -> Result<Self, X11Failure> {
        let display = X11Display::open(display)?;
        if display.conn.extension_information(xtest::X11_EXTENSION_NAME)?.is_none() {
            return Err(X11Failure(DesktopObstacle::NoExtension("XTEST")));
        }
        let structure = ChangeWindowAttributesAux::new().event_mask(EventMask::STRUCTURE_NOTIFY);
        display.conn.change_window_attributes(display.root(), &structure)?.check()?;
        let geometry = display.conn.get_geometry(display.root())?.reply()?;
        Ok(Self {
            ownership: WindowOwnership::of_this_process(&display)?,
            keyboard: HeldKeyboard::open(&display)?,
            repeat: KeyRepeat::stop(&display)?,
            panic,
            screen: (geometry.width, geometry.height),
            buttons: Vec::new(),
            wheel: WheelRemainder::default(),
            display,
        })
    }

    fn dispatch(&mut self, event: &InputEvent) -> Result<(), InjectError> {
        self.take_events()?;
        match event {
            InputEvent::PointerMove { x, y } => self.move_pointer(*x, *y),
            InputEvent::Button { button, pressed: true } => self.press_button(*button),
            InputEvent::Button { button, pressed: false } => self.release_button(*button),
            InputEvent::Wheel { dx, dy } => self.turn_wheel(*dx, *dy),
            InputEvent::Key { key, pressed: true, text } => {
                let text = text.as_ref().map(|text| text.as_str());
                self.keyboard.press(&self.display, &self.ownership, self.panic, *key, text)
            }
            InputEvent::Key { key, pressed: false, .. } => self.keyboard.release(&self.display, *key),
            // For how long is for whoever injects to say.
            InputEvent::ButtonsHeld | InputEvent::KeysHeld | InputEvent::Mark(_) | InputEvent::GivenUp(_) => {
                Ok(())
            }
            InputEvent::Text(text) => self.keyboard.type_text(&self.display, &self.ownership, text.as_str()),
        }
    }

    fn take_events(&mut self) -> Result<(), X11Failure> {
        while let Some(event) = self.display.conn.poll_for_event()? {
            self.keyboard.notice(&event);
            if let Event::ConfigureNotify(event) = event
                && event.window == self.display.root()
            {
                self.screen = (event.width, event.height);
            }
        }
        Ok(())
    }

    fn move_pointer(&mut self, x: u16, y: u16) -> Result<(), InjectError> {
        let (Ok(root_x), Ok(root_y)) = (i16::try_from(x), i16::try_from(y)) else {
            return Err(InjectError::Refused("the position is off the screen"));
        };
        if x >= self.screen.0 || y >= self.screen.1 {
            return Err(InjectError::Refused("the position is off the screen"));
        }
        self.fake(MOTION_NOTIFY_EVENT, 0, root_x, root_y)?;
        Ok(())
    }

    fn press_button(&mut self, button: PointerButton) -> Result<(), InjectError> {
        let number = number(button)?;
        if self.buttons.contains(&button) {
            return Err(InjectError::Refused("the button is down already"));
        }
        self.refuse_own_window()?;
        self.fake(BUTTON_PRESS_EVENT, number, 0, 0)?;
        self.buttons.push(button);
        Ok(())
    }

    fn release_button(&mut self, button: PointerButton) -> Result<(), InjectError> {
        if !self.buttons.contains(&button) {
            return Err(InjectError::Refused("the button was not down"));
        }
        self.fake(BUTTON_RELEASE_EVENT, number(button)?, 0, 0)?;
        self.buttons.retain(|held| *held != button);
        Ok(())
    }

    fn turn_wheel(&mut self, dx: i16, dy: i16) -> Result<(), InjectError> {
        self.refuse_own_window()?;
        let (right, down) = self.wheel.turn(dx, dy);
        for (notches, forward, back) in [(right, 7, 6), (down, 5, 4)] {
            let button = if notches > 0 { forward } else { back };
            for _ in 0..notches.unsigned_abs() {
                self.fake(BUTTON_PRESS_EVENT, button, 0, 0)?;
                self.fake(BUTTON_RELEASE_EVENT, button, 0, 0)?;
            }
        }
        Ok(())
    }

    fn refuse_own_window(&self) -> Result<(), InjectError> {
        if self.ownership.pointed_at(&self.display)? {
            return Err(InjectError::OwnWindow);
        }
        Ok(())
    }

    fn fake(&self, kind: u8, detail: u8, x: i16, y: i16) -> Result<(), X11Failure> {
        self.display.conn.xtest_fake_input(kind, detail, 0, self.display.root(), x, y, 0)?;
        Ok(())
    }

    fn release_everything(&mut self) -> Result<(), X11Failure> {
        self.wheel = WheelRemainder::default();
        while let Some(button) = self.buttons.pop() {
            if let Ok(number) = number(button) {
                self.fake(BUTTON_RELEASE_EVENT, number, 0, 0)?;
            }
        }
        self.keyboard.release_all(&self.display)?;
        // A round trip: the server has done it when this returns.
        self.display.conn.get_input_focus()?.reply()?;
        Ok(())
    }
}

impl InputInjector for X11Injector {
    fn inject(&mut self, event: &InputEvent) -> Result<(), InjectError> {
        let done = self.dispatch(event);
        self.display.conn.flush().map_err(X11Failure::from)?;
        done
    }

    fn release_all(&mut self) -> Result<(), InjectError> {
        Ok(self.release_everything()?)
    }

    fn interrupt(&self) -> Interrupt {
        self.keyboard.interrupt()
    }

    fn held_buttons(&self) -> Vec<PointerButton> {
        self.buttons.clone()
    }
}

impl Drop for X11Injector {
    fn drop(&mut self) {
        if let Err(failure) = self.release_everything().and_then(|()| self.repeat.resume(&self.display)) {
            tracing::warn!(%failure, "keys and buttons could not be released");
        }
    }
}

impl From<X11Failure> for InjectError {
    fn from(failure: X11Failure) -> Self {
        Self::Lost(failure.to_string())
    }
}

/// X11's number of a button.
fn number(button: PointerButton) -> Result<u8, InjectError> {
    match button {
        PointerButton::Left => Ok(1),
        PointerButton::Middle => Ok(2),
        PointerButton::Right => Ok(3),
        PointerButton::Back => Ok(8),
        PointerButton::Forward => Ok(9),
    }
}
