//! The layouts of the keyboards that act together: windows follow the one that was last used, and when we
//! press, that is XTEST's, which may have another layout than the user's own.
//!
//! It keeps up with changes; what the layouts say is in [`super::keymap`].

use x11rb::protocol::Event;
use x11rb::protocol::xkb::{ConnectionExt as _, DeviceSpec, EventType, ID, MapPart, SelectEventsAux};

use super::keymap::KeyboardMap;
use crate::x11::devices::PressingKeyboards;
use crate::x11::{X11Display, X11Failure};

/// The layouts.
pub(super) struct KeyboardLayouts {
    /// Of the keyboard by which we press.
    pub(super) pressing: KeyboardMap,
    /// Of the user's own.
    others: Vec<KeyboardMap>,
    stale: bool,
}

impl KeyboardLayouts {
    /// Reads them, and has the server tell of changes.
    pub(super) fn open(display: &X11Display) -> Result<Self, X11Failure> {
        // Another layout comes as a new keyboard or as a new map, depending on the program that sets it.
        watch(display, ID::USE_CORE_KBD.into())?;
        if let Some(xtest) = PressingKeyboards::find(display)?.xtest {
            watch(display, xtest)?;
        }
        Self::load(display)
    }

    /// The layout of the keyboard by which programs press, as it is now.
    pub(super) fn of_pressing(display: &X11Display) -> Result<KeyboardMap, X11Failure> {
        let xtest = PressingKeyboards::find(display)?.xtest;
        KeyboardMap::load(display, xtest.unwrap_or(ID::USE_CORE_KBD.into()))
    }

    /// Takes note of an event of the server.
    pub(super) fn notice(&mut self, event: &Event) {
        let changed = matches!(
            event,
            Event::MappingNotify(_) | Event::XkbMapNotify(_) | Event::XkbNewKeyboardNotify(_)
        );
        self.stale |= changed;
    }

    /// Reads them again where they have changed; whether they have.
    pub(super) fn refresh(&mut self, display: &X11Display) -> Result<bool, X11Failure> {
        let stale = self.stale;
        if stale {
            *self = Self::load(display)?;
        }
        Ok(stale)
    }

    /// The keycodes that make nothing on any keyboard and are no modifier: free to be bound.
    ///
    /// Not the first one: it is Linux's code 0, which programs drop.
    pub(super) fn spare(&self) -> Vec<u8> {
        self.pressing.keycodes().skip(1).filter(|keycode| self.is_spare(*keycode)).collect()
    }

    /// Whether `keycode` makes nothing on any keyboard: binding it binds it on all of them.
    pub(super) fn is_spare(&self, keycode: u8) -> bool {
        let unused = |map: &KeyboardMap| map.first_symbol(keycode).is_none() || map.is_spare(keycode);
        self.pressing.is_spare(keycode) && self.others.iter().all(unused)
    }

    fn load(display: &X11Display) -> Result<Self, X11Failure> {
        let keyboards = PressingKeyboards::find(display)?;
        let pressing = keyboards.xtest.unwrap_or(ID::USE_CORE_KBD.into());
        // A keyboard that was unplugged meanwhile has no layout any more.
        let others =
            keyboards.others.iter().filter_map(|one| KeyboardMap::load(display, *one).ok()).collect();
        Ok(Self { pressing: KeyboardMap::load(display, pressing)?, others, stale: false })
    }
}

fn watch(display: &X11Display, keyboard: DeviceSpec) -> Result<(), X11Failure> {
    let parts = MapPart::KEY_TYPES | MapPart::KEY_SYMS | MapPart::MODIFIER_MAP;
    let events = EventType::NEW_KEYBOARD_NOTIFY | EventType::MAP_NOTIFY;
    let none = EventType::from(0u16);
    let aux = SelectEventsAux::new();
    Ok(display.conn.xkb_select_events(keyboard, none, events, parts, parts, &aux)?.check()?)
}
