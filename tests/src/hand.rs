//! Mouse and keyboard of a screen: as a program moves them, or as a hand does.
//!
//! X11 tells the two apart by the device that an event came from: XTEST's own, or one that is plugged in. A
//! virtual screen has a plugged-in mouse and keyboard too, which nobody touches; XTEST can also act as one of
//! those.

use std::time::Duration;

use x11rb::connection::Connection;
use x11rb::protocol::xinput::ConnectionExt as _;
use x11rb::protocol::xproto::ConnectionExt as _;
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::protocol::{xinput, xproto};
use x11rb::rust_connection::RustConnection;

use crate::Screen;

/// X11's numbers of the mouse buttons.
pub mod button {
    /// The main one.
    pub const LEFT: u8 = 1;
    /// The wheel as a button.
    pub const MIDDLE: u8 = 2;
    /// The one that opens menus.
    pub const RIGHT: u8 = 3;
    /// The wheel, one notch up.
    pub const WHEEL_UP: u8 = 4;
    /// The wheel, one notch down.
    pub const WHEEL_DOWN: u8 = 5;
}

/// Who seems to press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// A program: the events carry XTEST's device.
    Injected,
    /// A person: the events carry the screen's own mouse and keyboard.
    Physical,
}

/// A mouse and keyboard.
#[derive(Debug)]
pub struct Hand {
    connection: RustConnection,
    root: u32,
    device: Device,
    /// X Input's first event; its device events are counted from there.
    first_event: u8,
    mouse: u8,
    keyboard: u8,
}

/// Events of X Input 1 (XIproto.h), counted from the extension's first.
mod device_event {
    pub(super) const KEY_PRESS: u8 = 1;
    pub(super) const KEY_RELEASE: u8 = 2;
    pub(super) const BUTTON_PRESS: u8 = 3;
    pub(super) const BUTTON_RELEASE: u8 = 4;
}

/// Keysyms of the keys that have no character (keysymdef.h).
mod keysym {
    pub(super) const RETURN: u32 = 0xff0d;
    pub(super) const TAB: u32 = 0xff09;
    pub(super) const F1: u32 = 0xffbe;
    pub(super) const SHIFT_LEFT: u32 = 0xffe1;
    pub(super) const CONTROL_LEFT: u32 = 0xffe3;
}

impl Hand {
    /// The mouse and keyboard of a screen.
    ///
    /// # Panics
    /// Where it has no X Input or no mouse.
    #[track_caller]
    pub fn new(screen: &Screen, device: Device) -> Self {
        let (connection, number) = x11rb::connect(Some(screen.display())).expect("the screen is there");
        let root = connection.setup().roots[number].root;
        let extension = connection.query_extension(b"XInputExtension").expect("the server runs");
        let first_event = extension.reply().expect("every server answers").first_event;
        let devices = connection.xinput_list_input_devices().expect("the server runs");
        let devices = devices.reply().expect("every server answers");
        let find = |kind: &str| {
            devices.devices.iter().zip(&devices.names).find_map(|(device, name)| {
                let name = String::from_utf8_lossy(&name.name).to_ascii_lowercase();
                let own = name.contains(kind) && !name.contains("xtest") && !name.contains("virtual core");
                own.then_some(device.device_id)
            })
        };
        let mouse = find("mouse").expect("a virtual screen has a mouse");
        let keyboard = find("keyboard").expect("a virtual screen has a keyboard");
        Self { connection, root, device, first_event, mouse, keyboard }
    }

    /// Moves the pointer to a pixel of the screen. Both kinds of hand do it as XTEST: only presses tell them
    /// apart.
    pub fn move_to(&self, x: i16, y: i16) {
        self.fake(xproto::MOTION_NOTIFY_EVENT, 0, (x, y), 0);
    }

    /// Presses a button where the pointer is.
    pub fn press(&self, button: u8) {
        match self.device {
            Device::Injected => self.fake(xproto::BUTTON_PRESS_EVENT, button, (0, 0), 0),
            Device::Physical => {
                self.fake(self.first_event + device_event::BUTTON_PRESS, button, (0, 0), self.mouse)
            }
        }
    }

    /// Releases it.
    pub fn release(&self, button: u8) {
        match self.device {
            Device::Injected => self.fake(xproto::BUTTON_RELEASE_EVENT, button, (0, 0), 0),
            Device::Physical => {
                self.fake(self.first_event + device_event::BUTTON_RELEASE, button, (0, 0), self.mouse)
            }
        }
    }

    /// Moves to a pixel and clicks with the main button.
    pub fn click(&self, (x, y): (i16, i16)) {
        self.move_to(x, y);
        self.pause();
        self.press(button::LEFT);
        self.pause();
        self.release(button::LEFT);
        self.pause();
    }

    /// Presses the main button at the first place, goes along the others and releases it at the last.
    ///
    /// # Panics
    /// Where there is no place.
    pub fn drag(&self, places: &[(i16, i16)]) {
        let (first, others) = places.split_first().expect("somewhere");
        self.move_to(first.0, first.1);
        self.pause();
        self.press(button::LEFT);
        self.pause();
        for (x, y) in others {
            self.move_to(*x, *y);
            self.pause();
        }
        self.release(button::LEFT);
        self.pause();
    }

    /// A finger stays on a button for some time; programs that draw once a frame would miss shorter presses.
    fn pause(&self) {
        std::thread::sleep(Duration::from_millis(30));
    }

    /// Presses or releases a key by X11's key code.
    pub fn key(&self, keycode: u8, pressed: bool) {
        let (core, device) = if pressed {
            (xproto::KEY_PRESS_EVENT, device_event::KEY_PRESS)
        } else {
            (xproto::KEY_RELEASE_EVENT, device_event::KEY_RELEASE)
        };
        match self.device {
            Device::Injected => self.fake(core, keycode, (0, 0), 0),
            Device::Physical => self.fake(self.first_event + device, keycode, (0, 0), self.keyboard),
        }
    }

    /// Types text with the keys of the screen's layout, a key every `interval`. `\n` is Return, `\t` Tab.
    ///
    /// # Panics
    /// Where the layout has no key for a character.
    #[track_caller]
    pub fn text(&self, text: &str, interval: Duration) {
        let layout = Layout::read(&self.connection);
        for character in text.chars() {
            let (keycode, shifted) = layout
                .key(keysym(character))
                .unwrap_or_else(|| panic!("the screen's keyboard has no key for `{character}`"));
            self.stroke(keycode, if shifted { layout.key(keysym::SHIFT_LEFT) } else { None });
            std::thread::sleep(interval);
        }
    }

    /// A letter together with Control.
    ///
    /// # Panics
    /// Where the layout has no such key.
    #[track_caller]
    pub fn control(&self, letter: char) {
        let layout = Layout::read(&self.connection);
        let (keycode, _) = layout.key(keysym(letter)).expect("a letter of the layout");
        self.stroke(keycode, layout.key(keysym::CONTROL_LEFT));
    }

    /// A key of the row F1 to F12.
    ///
    /// # Panics
    /// Where the layout has no such key.
    #[track_caller]
    pub fn function_key(&self, number: u8) {
        let layout = Layout::read(&self.connection);
        let (keycode, _) = layout.key(keysym::F1 + u32::from(number) - 1).expect("a function key");
        self.stroke(keycode, None);
    }

    /// Turns the wheel by notches, down where positive.
    pub fn wheel(&self, notches: i32) {
        let button = if notches > 0 { button::WHEEL_DOWN } else { button::WHEEL_UP };
        for _ in 0..notches.unsigned_abs() {
            self.press(button);
            self.release(button);
        }
    }

    fn stroke(&self, keycode: u8, modifier: Option<(u8, bool)>) {
        if let Some((modifier, _)) = modifier {
            self.key(modifier, true);
        }
        self.key(keycode, true);
        self.key(keycode, false);
        if let Some((modifier, _)) = modifier {
            self.key(modifier, false);
        }
    }

    /// One event, done when this returns.
    fn fake(&self, kind: u8, detail: u8, (x, y): (i16, i16), device: u8) {
        let cookie = self.connection.xtest_fake_input(kind, detail, 0, self.root, x, y, device);
        cookie.expect("the server runs").check().expect("the screen takes test input");
    }
}

/// Which key makes which character, without and with Shift.
struct Layout {
    first: u8,
    per_key: usize,
    keysyms: Vec<u32>,
}

impl Layout {
    fn read(connection: &RustConnection) -> Self {
        let (first, last) = (connection.setup().min_keycode, connection.setup().max_keycode);
        let cookie = connection.get_keyboard_mapping(first, last - first + 1);
        let mapping = cookie.expect("the server runs").reply().expect("every server has a keyboard");
        Self { first, per_key: mapping.keysyms_per_keycode.into(), keysyms: mapping.keysyms }
    }

    /// The key code, and whether Shift is needed.
    fn key(&self, keysym: u32) -> Option<(u8, bool)> {
        [0, 1].into_iter().filter(|column| *column < self.per_key).find_map(|column| {
            let row = self.keysyms.chunks(self.per_key).position(|row| row[column] == keysym)?;
            Some((self.first + u8::try_from(row).ok()?, column == 1))
        })
    }
}

/// X11's name of a character: Latin-1 as it is, all others by their Unicode number (keysymdef.h).
fn keysym(character: char) -> u32 {
    match character {
        '\n' => keysym::RETURN,
        '\t' => keysym::TAB,
        '\u{20}'..='\u{7e}' | '\u{a0}'..='\u{ff}' => u32::from(character),
        other => 0x0100_0000 | u32::from(other),
    }
}

/// X Input 2's number for "all devices".
pub(crate) const ALL_DEVICES: u16 = 0;

/// Reads the names of all devices.
pub(crate) fn device_name(connection: &RustConnection, id: xinput::DeviceId) -> String {
    let cookie = connection.xinput_xi_query_device(id).expect("the server runs");
    let infos = cookie.reply().expect("a device that sent an event");
    infos.infos.first().map(|info| String::from_utf8_lossy(&info.name).into_owned()).unwrap_or_default()
}
