//! What must not be touched on an X11 display, for injectors other than our own: the same refusals, asked
//! before each event.

use beistand_session::{InputEvent, PhysicalKey};
use x11rb::protocol::xkb::ConnectionExt as _;
use x11rb::protocol::xproto::ConnectionExt as _;

use super::keymap::ModifierState;
use super::layouts::KeyboardLayouts;
use super::target::WindowOwnership;
use crate::x11::user_watch::fires;
use crate::x11::{KEYCODE_OFFSET, X11Display, X11Failure};
use crate::{DesktopFault, DesktopObstacle, DesktopPart, InjectError, InputGate, KeyCombination};

/// The gate of a display.
pub struct X11InputGate {
    display: X11Display,
    ownership: WindowOwnership,
    panic: KeyCombination,
}

impl X11InputGate {
    /// Connects to the display of this name (`:0`); `panic` is the hotkey that is never let through.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`].
    pub fn open(display: &str, panic: KeyCombination) -> Result<Self, DesktopFault> {
        let opened = X11Display::open(display).and_then(|display| {
            let reply = display.conn.xkb_use_extension(1, 0)?.reply()?;
            if !reply.supported {
                return Err(X11Failure(DesktopObstacle::NoExtension("XKB 1.0")));
            }
            let ownership = WindowOwnership::of_this_process(&display)?;
            Ok(Self { display, ownership, panic })
        });
        opened.map_err(|failure| failure.fault(DesktopPart::Input))
    }

    /// The display's number of a key.
    pub fn keycode(key: PhysicalKey) -> u16 {
        u16::from(key.code()) + u16::from(KEYCODE_OFFSET)
    }

    fn check_pointer(&self) -> Result<(), InjectError> {
        if self.ownership.pointed_at(&self.display)? {
            return Err(InjectError::OwnWindow);
        }
        Ok(())
    }

    fn check_focus(&self) -> Result<(), InjectError> {
        if self.ownership.focused(&self.display)? {
            return Err(InjectError::Refused("the keyboard is in a window of our own"));
        }
        Ok(())
    }

    fn check_key(&self, key: PhysicalKey) -> Result<(), InjectError> {
        let state = ModifierState::now(&self.display)?;
        if fires(self.panic, key, state.mods) {
            return Err(InjectError::Refused("the hotkey that stops everything is the user's own"));
        }
        // Loaded each time: a layout that was changed meanwhile must not open the gate.
        let layout = KeyboardLayouts::of_pressing(&self.display)?;
        if layout.acts_below_windows(key.code() + KEYCODE_OFFSET, state) {
            return Err(InjectError::Refused("the key acts below all windows"));
        }
        self.check_focus()
    }

    fn check_position(&self, x: u16, y: u16) -> Result<(), InjectError> {
        let (conn, root) = (&self.display.conn, self.display.root());
        let cookie = conn.get_geometry(root).map_err(X11Failure::from)?;
        let screen = cookie.reply().map_err(X11Failure::from)?;
        if x >= screen.width || y >= screen.height {
            return Err(InjectError::Refused("the position is off the screen"));
        }
        Ok(())
    }
}

impl InputGate for X11InputGate {
    fn check(&mut self, event: &InputEvent) -> Result<(), InjectError> {
        match event {
            InputEvent::PointerMove { x, y } => self.check_position(*x, *y),
            InputEvent::Button { pressed: true, .. } | InputEvent::Wheel { .. } => self.check_pointer(),
            InputEvent::Key { key, pressed: true, .. } => self.check_key(*key),
            InputEvent::Text(_) => self.check_focus(),
            // What is down may always go up.
            InputEvent::Button { pressed: false, .. }
            | InputEvent::Key { pressed: false, .. }
            | InputEvent::ButtonsHeld
            | InputEvent::KeysHeld
            | InputEvent::Mark(_)
            | InputEvent::GivenUp(_) => Ok(()),
        }
    }
}
