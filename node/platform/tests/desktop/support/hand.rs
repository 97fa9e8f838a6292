//! A hand at the mouse and keyboard.
//!
//! XTEST can act in the name of a plugged-in device, so that a test can click as the user does. Any program
//! with access to the display can; Beistand has no code for it.

use x11rb::connection::{Connection, RequestConnection};
use x11rb::protocol::xinput::{
    self, ConnectionExt as _, DEVICE_BUTTON_PRESS_EVENT, DEVICE_KEY_PRESS_EVENT, Device, DeviceType,
};
use x11rb::protocol::xproto::{ConnectionExt as _, Window};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

/// X11 counts keys from 8: its keycode is Linux's code plus 8.
const KEYCODE_OFFSET: u8 = 8;

/// The mouse and keyboard that are plugged into a display.
pub struct PhysicalMouse {
    conn: RustConnection,
    root: Window,
    pointer: u8,
    keyboard: u8,
    first_event: u8,
}

impl PhysicalMouse {
    /// Takes the first mouse and keyboard of `display` (`:60`) that are not XTEST's.
    ///
    /// # Errors
    /// In words: no display, or nothing is plugged in.
    pub fn connect(display: &str) -> Result<Self, String> {
        let words = |error: &dyn std::error::Error| error.to_string();
        let (conn, screen) = x11rb::connect(Some(display)).map_err(|error| words(&error))?;
        let root = conn.setup().roots[screen].root;
        let extension = conn
            .extension_information(xinput::X11_EXTENSION_NAME)
            .map_err(|error| words(&error))?
            .ok_or("the X server has no X Input extension")?;
        conn.xinput_xi_query_version(2, 2)
            .map_err(|error| words(&error))?
            .reply()
            .map_err(|error| words(&error))?;
        let devices = conn
            .xinput_xi_query_device(Device::ALL)
            .map_err(|error| words(&error))?
            .reply()
            .map_err(|error| words(&error))?
            .infos;
        let find = |kind: DeviceType| {
            devices
                .iter()
                .find(|device| device.type_ == kind && !device.name.windows(5).any(|part| part == b"XTEST"))
                .and_then(|device| u8::try_from(device.deviceid).ok())
                .ok_or("nothing is plugged into this display")
        };
        Ok(Self {
            root,
            pointer: find(DeviceType::SLAVE_POINTER)?,
            keyboard: find(DeviceType::SLAVE_KEYBOARD)?,
            first_event: extension.first_event,
            conn,
        })
    }

    /// X Input's number of the keyboard.
    pub fn keyboard(&self) -> u8 {
        self.keyboard
    }

    /// Presses the main button at the first pixel, goes along the others and releases it at the last.
    ///
    /// # Errors
    /// In words, where the display went away.
    pub fn drag(&self, places: &[(i16, i16)]) -> Result<(), String> {
        for (number, (x, y)) in places.iter().enumerate() {
            self.conn
                .warp_pointer(x11rb::NONE, self.root, 0, 0, 0, 0, *x, *y)
                .map_err(|error| error.to_string())?;
            if number == 0 {
                self.button(1, true)?;
            }
        }
        self.button(1, false)
    }

    /// Clicks the main button at a pixel of the screen.
    ///
    /// # Errors
    /// In words, where the display went away.
    pub fn click(&self, x: i16, y: i16) -> Result<(), String> {
        self.conn
            .warp_pointer(x11rb::NONE, self.root, 0, 0, 0, 0, x, y)
            .map_err(|error| error.to_string())?;
        self.button(1, true)?;
        self.button(1, false)
    }

    /// Presses or releases a button, by X11's number, where the pointer is.
    ///
    /// # Errors
    /// In words, where the display went away.
    pub fn button(&self, number: u8, pressed: bool) -> Result<(), String> {
        self.send(DEVICE_BUTTON_PRESS_EVENT + u8::from(!pressed), number, self.pointer)
    }

    /// Presses or releases a key, by its Linux code.
    ///
    /// # Errors
    /// In words, where the display went away.
    pub fn key(&self, code: u8, pressed: bool) -> Result<(), String> {
        self.send(DEVICE_KEY_PRESS_EVENT + u8::from(!pressed), code + KEYCODE_OFFSET, self.keyboard)
    }

    fn send(&self, event: u8, detail: u8, device: u8) -> Result<(), String> {
        let event = self.first_event + event;
        self.conn
            .xtest_fake_input(event, detail, 0, x11rb::NONE, 0, 0, device)
            .map_err(|error| error.to_string())?
            .check()
            .map_err(|error| error.to_string())
    }
}
