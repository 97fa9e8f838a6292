//! Mouse and keyboard by `SendInput`.
//!
//! Keys go by their scan codes. Where a key makes other text here than at the helper's, its text is typed as
//! characters; with Ctrl, Alt or Windows held the key is pressed that has the letter here. What is a window
//! of this program's own is never clicked. A window of an administrator's program takes nothing from others,
//! which Windows sees to.

use beistand_session::{InputEvent, PhysicalKey, PointerButton};
use windows_sys::Win32::Foundation::{HWND, POINT};
use windows_sys::Win32::UI::Input::KeyboardAndMouse::{
    GetKeyboardLayout, HKL, INPUT, INPUT_0, INPUT_KEYBOARD, INPUT_MOUSE, KEYBDINPUT, KEYEVENTF_EXTENDEDKEY,
    KEYEVENTF_KEYUP, KEYEVENTF_SCANCODE, KEYEVENTF_UNICODE, MAPVK_VK_TO_VSC_EX, MAPVK_VSC_TO_VK_EX,
    MOUSEEVENTF_ABSOLUTE, MOUSEEVENTF_HWHEEL, MOUSEEVENTF_LEFTDOWN, MOUSEEVENTF_LEFTUP,
    MOUSEEVENTF_MIDDLEDOWN, MOUSEEVENTF_MIDDLEUP, MOUSEEVENTF_MOVE, MOUSEEVENTF_RIGHTDOWN,
    MOUSEEVENTF_RIGHTUP, MOUSEEVENTF_VIRTUALDESK, MOUSEEVENTF_WHEEL, MOUSEEVENTF_XDOWN, MOUSEEVENTF_XUP,
    MOUSEINPUT, MapVirtualKeyExW, SendInput, ToUnicodeEx, VK_CAPITAL, VK_CONTROL, VK_MENU, VK_SHIFT,
    VkKeyScanExW,
};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    GetCursorPos, GetForegroundWindow, GetWindowThreadProcessId, WindowFromPoint,
};

use super::monitors::DesktopBounds;
use super::scan_code::ScanCode;
use crate::{InjectError, InputInjector, Interrupt, KeyCombination};

/// What the first further button of a mouse is called, and the second.
const X_BUTTONS: [u32; 2] = [1, 2];

/// `ToUnicodeEx` is to leave the state of dead keys alone.
const KEEP_STATE: u32 = 4;

/// Injects by `SendInput`.
pub(super) struct SendInputInjector {
    /// What is down, and as which key it was pressed here.
    keys: Vec<(PhysicalKey, ScanCode)>,
    /// What is down at the helper's and was typed as text here.
    typed: Vec<PhysicalKey>,
    buttons: Vec<PointerButton>,
    /// Where the pointer was put last, which a desktop may show a moment later.
    put: Option<(i32, i32)>,
    interrupt: Interrupt,
}

impl SendInputInjector {
    pub(super) fn new() -> Self {
        let (keys, typed, buttons) = (Vec::new(), Vec::new(), Vec::new());
        Self { keys, typed, buttons, put: None, interrupt: Interrupt::default() }
    }

    fn move_to(&mut self, x: u16, y: u16) -> Result<(), InjectError> {
        let bounds = DesktopBounds::look();
        let point = bounds.point(x, y).ok_or(InjectError::Refused("the position is off the screen"))?;
        // The desktop is 65536 parts across, whatever its pixels.
        let part = |at: u16, of: i32| (i32::from(at) * 65536 + of - 1) / of.max(1);
        let flags = MOUSEEVENTF_MOVE | MOUSEEVENTF_ABSOLUTE | MOUSEEVENTF_VIRTUALDESK;
        send(&[mouse(part(x, bounds.width), part(y, bounds.height), 0, flags)])?;
        self.put = Some(point);
        Ok(())
    }

    /// Whether a press now would, or might, reach a window of this program's own.
    fn is_over_own_window(&self) -> bool {
        let mut at = POINT { x: 0, y: 0 };
        // SAFETY: it gets room for what it fills in.
        unsafe { GetCursorPos(&raw mut at) };
        let put = self.put.map(|(x, y)| POINT { x, y });
        // SAFETY: it only asks.
        [Some(at), put].into_iter().flatten().any(|at| is_own(unsafe { WindowFromPoint(at) }))
    }

    fn button(&mut self, button: PointerButton, pressed: bool) -> Result<(), InjectError> {
        if self.buttons.contains(&button) == pressed {
            return Err(InjectError::Refused("the button is so already"));
        }
        if pressed && self.is_over_own_window() {
            return Err(InjectError::OwnWindow);
        }
        let (down, up, data) = match button {
            PointerButton::Left => (MOUSEEVENTF_LEFTDOWN, MOUSEEVENTF_LEFTUP, 0),
            PointerButton::Middle => (MOUSEEVENTF_MIDDLEDOWN, MOUSEEVENTF_MIDDLEUP, 0),
            PointerButton::Right => (MOUSEEVENTF_RIGHTDOWN, MOUSEEVENTF_RIGHTUP, 0),
            PointerButton::Back => (MOUSEEVENTF_XDOWN, MOUSEEVENTF_XUP, X_BUTTONS[0]),
            PointerButton::Forward => (MOUSEEVENTF_XDOWN, MOUSEEVENTF_XUP, X_BUTTONS[1]),
        };
        send(&[mouse(0, 0, data, if pressed { down } else { up })])?;
        self.buttons.retain(|held| *held != button);
        if pressed {
            self.buttons.push(button);
        }
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
            return send(&[scan(code, KEYEVENTF_KEYUP)]);
        }
        if self.would_panic(key) {
            return Err(InjectError::Refused("that is the user's own key combination"));
        }
        if is_own_window_in_front() {
            return Err(InjectError::Refused("the keyboard is at a window of our own"));
        }
        let place = ScanCode::of(key).ok_or(InjectError::Refused("Windows has no such key"))?;
        let code = match (text, self.holds_command()) {
            (Some(letter), true) => key_with(letter).unwrap_or(place),
            (Some(text), false) if !self.makes(place, text) => {
                if !self.typed.contains(&key) {
                    self.typed.push(key);
                }
                return self.type_text(text);
            }
            (Some(_), false) | (None, _) => place,
        };
        send(&[scan(code, 0)])?;
        if !self.keys.iter().any(|(held, _)| *held == key) {
            self.keys.push((key, code));
        }
        Ok(())
    }

    fn would_panic(&self, key: PhysicalKey) -> bool {
        let holds = |names: [&str; 2]| self.keys.iter().any(|(held, _)| names.contains(&held.name()));
        key.code() == KeyCombination::PANIC.key_code()
            && holds(["ControlLeft", "ControlRight"])
            && holds(["AltLeft", "AltRight"])
    }

    /// Whether what is pressed now is a command rather than text.
    fn holds_command(&self) -> bool {
        self.keys.iter().any(|(key, _)| {
            matches!(key.name(), "ControlLeft" | "ControlRight" | "AltLeft" | "SuperLeft" | "SuperRight")
        })
    }

    /// Whether the key of this place makes this text here, with what is held.
    fn makes(&self, place: ScanCode, text: &str) -> bool {
        let layout = layout();
        let mut held = [0_u8; 256];
        let mut hold = |key: u16| held[usize::from(key)] = 0x80;
        for (key, _) in &self.keys {
            match key.name() {
                "ShiftLeft" | "ShiftRight" => hold(VK_SHIFT),
                // AltGr is both.
                "AltRight" => {
                    hold(VK_CONTROL);
                    hold(VK_MENU);
                }
                _ => {}
            }
        }
        held[usize::from(VK_CAPITAL)] = u8::from(caps_lock());
        let mut made = [0_u16; 8];
        // SAFETY: the state has 256 bytes, and the text as much room as is said.
        let count = unsafe {
            let key = MapVirtualKeyExW(place.prefixed(), MAPVK_VSC_TO_VK_EX, layout);
            ToUnicodeEx(key, place.prefixed(), held.as_ptr(), made.as_mut_ptr(), 8, KEEP_STATE, layout)
        };
        let made = usize::try_from(count).ok().and_then(|count| made.get(..count)).unwrap_or_default();
        text.encode_utf16().eq(made.iter().copied())
    }

    fn type_text(&self, text: &str) -> Result<(), InjectError> {
        for character in text.chars() {
            if self.interrupt.raised() {
                return Err(InjectError::Refused("typing was interrupted"));
            }
            let key = match character {
                '\n' | '\r' => Some(0x1c),
                '\t' => Some(0x0f),
                _ => None,
            };
            if let Some(code) = key {
                let code = ScanCode { code, is_extended: false };
                send(&[scan(code, 0), scan(code, KEYEVENTF_KEYUP)])?;
                continue;
            }
            let mut units = [0; 2];
            let inputs: Vec<INPUT> = character
                .encode_utf16(&mut units)
                .iter()
                .flat_map(|unit| [unicode(*unit, 0), unicode(*unit, KEYEVENTF_KEYUP)])
                .collect();
            send(&inputs)?;
        }
        Ok(())
    }
}

impl InputInjector for SendInputInjector {
    fn inject(&mut self, event: &InputEvent) -> Result<(), InjectError> {
        match event {
            InputEvent::PointerMove { x, y } => self.move_to(*x, *y),
            InputEvent::Button { button, pressed } => self.button(*button, *pressed),
            InputEvent::Wheel { .. } if self.is_over_own_window() => Err(InjectError::OwnWindow),
            InputEvent::Wheel { dx, dy } => turn(*dx, *dy),
            InputEvent::Key { key, pressed, text } => {
                self.key(*key, *pressed, text.as_ref().map(|text| text.as_str()))
            }
            InputEvent::Text(_) if self.holds_command() => {
                Err(InjectError::Refused("text while Ctrl, Alt or Windows is held would be a command"))
            }
            InputEvent::Text(_) if is_own_window_in_front() => {
                Err(InjectError::Refused("the keyboard is at a window of our own"))
            }
            InputEvent::Text(text) => self.type_text(text.as_str()),
            // For how long is for whoever injects to say.
            InputEvent::ButtonsHeld | InputEvent::KeysHeld | InputEvent::Mark(_) | InputEvent::GivenUp(_) => {
                Ok(())
            }
        }
    }

    fn release_all(&mut self) -> Result<(), InjectError> {
        self.interrupt.lower();
        self.typed.clear();
        while let Some(button) = self.buttons.last().copied() {
            self.button(button, false)?;
        }
        while let Some((_, code)) = self.keys.pop() {
            send(&[scan(code, KEYEVENTF_KEYUP)])?;
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

impl Drop for SendInputInjector {
    fn drop(&mut self) {
        if let Err(error) = self.release_all() {
            tracing::warn!(%error, "keys and buttons could not be released");
        }
    }
}

fn turn(dx: i16, dy: i16) -> Result<(), InjectError> {
    // Windows turns up and to the right.
    for (parts, flag) in [(i32::from(dx), MOUSEEVENTF_HWHEEL), (-i32::from(dy), MOUSEEVENTF_WHEEL)] {
        if parts != 0 {
            send(&[mouse(0, 0, parts.cast_unsigned(), flag)])?;
        }
    }
    Ok(())
}

/// The key that makes this letter here, if one does.
fn key_with(letter: &str) -> Option<ScanCode> {
    let mut units = letter.encode_utf16();
    let (unit, None) = (units.next()?, units.next()) else { return None };
    // SAFETY: they only look things up in the layout.
    let code = unsafe {
        let layout = layout();
        let key = VkKeyScanExW(unit, layout);
        if key == -1 {
            return None;
        }
        MapVirtualKeyExW(u32::from(key.cast_unsigned() & 0xff), MAPVK_VK_TO_VSC_EX, layout)
    };
    ScanCode::of_prefixed(code)
}

/// The layout of the window in front, which is the one that will be typed to.
fn layout() -> HKL {
    // SAFETY: they only ask; without a window in front it is this thread's own.
    unsafe { GetKeyboardLayout(GetWindowThreadProcessId(GetForegroundWindow(), std::ptr::null_mut())) }
}

fn caps_lock() -> bool {
    use windows_sys::Win32::UI::Input::KeyboardAndMouse::GetKeyState;
    // SAFETY: it only asks.
    unsafe { GetKeyState(i32::from(VK_CAPITAL)) & 1 != 0 }
}

fn is_own_window_in_front() -> bool {
    // SAFETY: it only asks.
    is_own(unsafe { GetForegroundWindow() })
}

fn is_own(window: HWND) -> bool {
    let mut process = 0;
    // SAFETY: it gets room for what it fills in; a window that is gone has no process.
    unsafe { GetWindowThreadProcessId(window, &raw mut process) };
    process == std::process::id()
}

fn mouse(dx: i32, dy: i32, data: u32, flags: u32) -> INPUT {
    let mi = MOUSEINPUT { dx, dy, mouseData: data, dwFlags: flags, time: 0, dwExtraInfo: 0 };
    INPUT { r#type: INPUT_MOUSE, Anonymous: INPUT_0 { mi } }
}

fn keyboard(key: u16, code: u16, flags: u32) -> INPUT {
    let ki = KEYBDINPUT { wVk: key, wScan: code, dwFlags: flags, time: 0, dwExtraInfo: 0 };
    INPUT { r#type: INPUT_KEYBOARD, Anonymous: INPUT_0 { ki } }
}

fn scan(code: ScanCode, flags: u32) -> INPUT {
    let extended = if code.is_extended { KEYEVENTF_EXTENDEDKEY } else { 0 };
    // Windows finds the key by its code alone; Wine wants it named.
    // SAFETY: it only looks it up in the layout.
    let key = unsafe { MapVirtualKeyExW(code.prefixed(), MAPVK_VSC_TO_VK_EX, layout()) };
    keyboard(u16::try_from(key).unwrap_or_default(), code.code, KEYEVENTF_SCANCODE | extended | flags)
}

fn unicode(unit: u16, flags: u32) -> INPUT {
    keyboard(0, unit, KEYEVENTF_UNICODE | flags)
}

fn send(inputs: &[INPUT]) -> Result<(), InjectError> {
    let (Ok(count), Ok(size)) = (u32::try_from(inputs.len()), i32::try_from(size_of::<INPUT>())) else {
        return Err(InjectError::Refused("too much at once"));
    };
    // SAFETY: there are as many as is said, each as large as is said.
    let sent = unsafe { SendInput(count, inputs.as_ptr(), size) };
    if sent == count {
        return Ok(());
    }
    Err(InjectError::Refused("Windows keeps it from the window in front, which is an administrator's"))
}
