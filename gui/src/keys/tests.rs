//! What is sent for which key.

use winit::keyboard::{KeyCode, NamedKey, NativeKey, SmolStr};

use super::*;

/// X11's symbols that winit has no name for.
const ISO_LEVEL5_SHIFT: u32 = 0xfe11;
const DEAD_ACUTE: u32 = 0xfe51;
const META_L: u32 = 0xffe7;
const KP_BEGIN: u32 = 0xff9d;

/// A key as a test presses it.
struct Pressed {
    place: KeyCode,
    logical: Key,
    alone: Key,
    location: KeyLocation,
    text: Option<String>,
    command: bool,
}

fn character(text: &str) -> Key {
    Key::Character(SmolStr::new(text))
}

impl Pressed {
    /// A key that makes this text, also alone.
    fn writing(place: KeyCode, text: &str) -> Self {
        let key = character(text);
        let (alone, text) = (key.clone(), Some(text.to_owned()));
        Self { place, logical: key, alone, location: KeyLocation::Standard, text, command: false }
    }

    fn meaning(place: KeyCode, logical: Key) -> Self {
        let alone = logical.clone();
        Self { place, logical, alone, location: KeyLocation::Standard, text: None, command: false }
    }

    fn named(place: KeyCode, name: NamedKey) -> Self {
        Self::meaning(place, Key::Named(name))
    }

    fn at(self, location: KeyLocation) -> Self {
        Self { location, ..self }
    }

    fn text(self, text: &str) -> Self {
        Self { text: Some(text.to_owned()), ..self }
    }

    fn alone(self, text: &str) -> Self {
        Self { alone: character(text), ..self }
    }

    fn with_command(self) -> Self {
        Self { command: true, ..self }
    }

    fn stroke(&self, pressed: bool) -> KeyStroke<'_> {
        KeyStroke {
            place: Place::Code(self.place),
            logical: &self.logical,
            alone: &self.alone,
            location: self.location,
            text: self.text.as_deref(),
            pressed,
            command: self.command,
        }
    }

    /// What is sent for it, as lines.
    fn down(&self, keys: &mut KeyReader) -> Vec<String> {
        lines(keys.stroke(self.stroke(true)))
    }

    fn up(&self, keys: &mut KeyReader) -> Vec<String> {
        lines(keys.stroke(self.stroke(false)))
    }

    /// What is sent when it is pressed alone.
    fn sent(&self) -> Vec<String> {
        self.down(&mut KeyReader::default())
    }
}

fn lines(events: Vec<InputEvent>) -> Vec<String> {
    let line = |event| match event {
        InputEvent::Key { key, pressed, text } => {
            let text = text.map(|text| format!(" {}", text.as_str())).unwrap_or_default();
            format!("{}{}{text}", if pressed { "+" } else { "-" }, key.name())
        }
        InputEvent::Text(text) => format!("text {}", text.as_str()),
        other => panic!("no key: {other:?}"),
    };
    events.into_iter().map(line).collect()
}

#[test]
fn keys_carry_the_text_that_they_made() {
    let mut keys = KeyReader::default();
    let key = Pressed::writing(KeyCode::KeyY, "z");
    assert_eq!(key.down(&mut keys), ["+KeyY z"]);
    assert_eq!(key.up(&mut keys), ["-KeyY"]);
    let typed = Pressed::writing(KeyCode::KeyQ, "@").alone("q");
    assert_eq!(typed.sent(), ["+KeyQ @"]);
    assert_eq!(Pressed::named(KeyCode::Space, NamedKey::Space).text(" ").sent(), ["+Space  "]);
}

#[test]
fn what_only_helps_to_make_a_character_is_never_pressed_there() {
    let symbol = |symbol| Key::Unidentified(NativeKey::Xkb(symbol));
    for key in [
        Pressed::named(KeyCode::AltRight, NamedKey::AltGraph),
        // Neo's third and fourth levels.
        Pressed::named(KeyCode::CapsLock, NamedKey::AltGraph),
        Pressed::meaning(KeyCode::AltRight, symbol(ISO_LEVEL5_SHIFT)),
        Pressed::named(KeyCode::AltRight, NamedKey::Compose),
        Pressed::meaning(KeyCode::Equal, Key::Dead(Some('´'))),
        // The same while it repeats.
        Pressed::meaning(KeyCode::Equal, symbol(DEAD_ACUTE)),
        // In the middle of a sequence keys make no text.
        Pressed::meaning(KeyCode::Quote, character("'")),
        Pressed::named(KeyCode::Space, NamedKey::Space),
        // A level on which the key has nothing.
        Pressed::meaning(KeyCode::KeyL, Key::Unidentified(NativeKey::Unidentified)),
    ] {
        let mut keys = KeyReader::default();
        assert_eq!(key.down(&mut keys), Vec::<String>::new(), "{:?}", key.place);
        assert!(keys.holds(Place::Code(key.place)), "its release is not for this window");
        assert_eq!(key.up(&mut keys), Vec::<String>::new(), "{:?}", key.place);
    }
}

#[test]
fn locks_are_not_pressed_there_and_keys_that_became_others_are_what_they_became() {
    for lock in [NamedKey::CapsLock, NamedKey::NumLock, NamedKey::ScrollLock] {
        assert!(Pressed::named(KeyCode::CapsLock, lock).sent().is_empty());
    }
    // On Japanese keyboards, and on an inner level.
    assert!(Pressed::named(KeyCode::CapsLock, NamedKey::Alphanumeric).sent().is_empty());
    let unknown = Key::Unidentified(NativeKey::Unidentified);
    assert!(Pressed::meaning(KeyCode::CapsLock, unknown).sent().is_empty());

    let escape = Pressed::named(KeyCode::CapsLock, NamedKey::Escape).text("\u{1b}");
    assert_eq!(escape.sent(), ["+Escape"]);
    let control = Pressed::named(KeyCode::CapsLock, NamedKey::Control).at(KeyLocation::Left);
    let mut keys = KeyReader::default();
    assert_eq!(control.down(&mut keys), ["+ControlLeft"]);
    assert_eq!(control.up(&mut keys), ["-ControlLeft"]);
    // Neo's arrows.
    assert_eq!(Pressed::named(KeyCode::KeyS, NamedKey::ArrowLeft).sent(), ["+ArrowLeft"]);
    // Alt that Shift has renamed.
    let meta = Key::Unidentified(NativeKey::Xkb(META_L));
    assert_eq!(Pressed::meaning(KeyCode::AltLeft, meta).sent(), ["+AltLeft"]);
}

#[test]
fn the_numeric_pad_means_what_it_means_here() {
    for (place, name, sent) in [
        (KeyCode::Numpad8, NamedKey::ArrowUp, "+ArrowUp"),
        (KeyCode::Numpad7, NamedKey::Home, "+Home"),
        (KeyCode::NumpadDecimal, NamedKey::Delete, "+Delete"),
        (KeyCode::NumpadEnter, NamedKey::Enter, "+NumpadEnter"),
    ] {
        assert_eq!(Pressed::named(place, name).at(KeyLocation::Numpad).sent(), [sent]);
    }
    let five = Key::Unidentified(NativeKey::Xkb(KP_BEGIN));
    assert!(Pressed::meaning(KeyCode::Numpad5, five).at(KeyLocation::Numpad).sent().is_empty());
    let digit = Pressed::writing(KeyCode::Numpad8, "8").at(KeyLocation::Numpad);
    assert_eq!(digit.sent(), ["+Numpad8 8"]);
}

#[test]
fn shortcuts_go_by_the_letter_or_the_sign_on_the_key() {
    for (key, sent) in [
        (Pressed::writing(KeyCode::KeyW, "z"), "+KeyW z"),
        // With Shift, or Caps Lock.
        (Pressed::writing(KeyCode::KeyW, "Z").alone("z"), "+KeyW z"),
        (Pressed::writing(KeyCode::Quote, "İ").alone("i"), "+Quote i"),
        (Pressed::writing(KeyCode::BracketRight, "+"), "+BracketRight +"),
        (Pressed::writing(KeyCode::Slash, "?").alone("/"), "+Slash ?"),
        (Pressed::writing(KeyCode::Digit1, "1"), "+Digit1 1"),
        // French, and Czech: what browsers and desktops take for digits.
        (Pressed::writing(KeyCode::Digit1, "&"), "+Digit1"),
        (Pressed::writing(KeyCode::Digit2, "ě"), "+Digit2"),
        // A German's Ctrl+\ and a backquote that is an accent.
        (Pressed::writing(KeyCode::Minus, "\\").alone("ß"), "+Minus \\"),
        (Pressed::meaning(KeyCode::Backquote, Key::Dead(Some('`'))), "+Backquote `"),
        // Other scripts have Latin letters on the same keys.
        (Pressed::writing(KeyCode::KeyZ, "я"), "+KeyZ z"),
        (Pressed::writing(KeyCode::KeyZ, "Ζ").alone("ζ"), "+KeyZ z"),
        (Pressed::writing(KeyCode::BracketLeft, "х"), "+BracketLeft"),
        (Pressed::named(KeyCode::Space, NamedKey::Space).text(" "), "+Space"),
        (Pressed::named(KeyCode::Tab, NamedKey::Tab).text("\t"), "+Tab"),
    ] {
        assert_eq!(key.with_command().sent(), [sent]);
    }
}

#[test]
fn control_characters_are_keys_and_no_text() {
    assert_eq!(Pressed::named(KeyCode::Enter, NamedKey::Enter).text("\r").sent(), ["+Enter"]);
    assert_eq!(Pressed::named(KeyCode::Backspace, NamedKey::Backspace).text("\u{8}").sent(), ["+Backspace"]);
}

#[test]
fn by_place_keys_are_pressed_where_they_are() {
    let mut keys = KeyReader::default();
    let control = Pressed::named(KeyCode::CapsLock, NamedKey::Control).at(KeyLocation::Left);
    assert_eq!(control.down(&mut keys), ["+ControlLeft"]);
    keys.set_way(KeyWay::ByPlace);
    assert_eq!(control.up(&mut keys), ["-ControlLeft"], "it comes up as it went down");
    assert_eq!(control.down(&mut keys), ["+CapsLock"]);
    assert_eq!(Pressed::writing(KeyCode::KeyY, "z").down(&mut keys), ["+KeyY"]);
    assert_eq!(Pressed::meaning(KeyCode::Equal, Key::Dead(Some('´'))).down(&mut keys), ["+Equal"]);
    assert_eq!(Pressed::named(KeyCode::AltRight, NamedKey::AltGraph).down(&mut keys), ["+AltRight"]);
    assert_eq!(Pressed::named(KeyCode::Numpad8, NamedKey::ArrowUp).down(&mut keys), ["+Numpad8"]);
}

#[test]
fn text_without_a_known_key_is_typed() {
    let unknown = Place::Unidentified(winit::keyboard::NativeKeyCode::Unidentified);
    for way in [KeyWay::AsAtHome, KeyWay::ByPlace] {
        let mut keys = KeyReader::default();
        keys.set_way(way);
        let key = Pressed::writing(KeyCode::KeyA, "ß");
        let mut stroke = key.stroke(true);
        stroke.place = unknown;
        assert_eq!(lines(keys.stroke(stroke)), ["text ß"]);
        stroke.pressed = false;
        assert!(keys.stroke(stroke).is_empty());
    }
    assert_eq!(lines(written("日本")), ["text 日本"]);
}

#[test]
fn only_an_input_method_of_its_own_is_let_before_the_host() {
    for own in ["@im=ibus", "@im=fcitx", "@foo=1@im=uim"] {
        assert!(names_input_method(own), "{own}");
    }
    for none in ["", "@im=", "@im=none", "@im=local", "ibus"] {
        assert!(!names_input_method(none), "{none}");
    }
}

#[test]
fn only_keys_that_went_down_come_up_and_all_of_them_do() {
    let mut keys = KeyReader::default();
    let a = Pressed::writing(KeyCode::KeyA, "A");
    assert!(a.up(&mut keys).is_empty());
    Pressed::named(KeyCode::ShiftLeft, NamedKey::Shift).at(KeyLocation::Left).down(&mut keys);
    a.down(&mut keys);
    assert_eq!(a.down(&mut keys), ["+KeyA A"], "it repeats");
    let mut released = lines(keys.release_all());
    released.sort();
    assert_eq!(released, ["-KeyA", "-ShiftLeft"]);
    assert!(keys.release_all().is_empty());
}

#[test]
fn two_keys_that_mean_the_same_are_one_key_there() {
    let mut keys = KeyReader::default();
    let left = Pressed::named(KeyCode::AltLeft, NamedKey::Alt).at(KeyLocation::Left);
    let right = Pressed::named(KeyCode::AltRight, NamedKey::Alt).at(KeyLocation::Right);
    assert_eq!(left.down(&mut keys), ["+AltLeft"]);
    right.down(&mut keys);
    assert!(left.up(&mut keys).is_empty());
    assert_eq!(right.up(&mut keys), ["-AltLeft"]);
}

#[test]
fn a_key_that_means_something_else_while_it_repeats_comes_up_first() {
    let mut keys = KeyReader::default();
    assert_eq!(Pressed::writing(KeyCode::Numpad8, "8").down(&mut keys), ["+Numpad8 8"]);
    let up = Pressed::named(KeyCode::Numpad8, NamedKey::ArrowUp).at(KeyLocation::Numpad);
    assert_eq!(up.down(&mut keys), ["-Numpad8", "+ArrowUp"]);
    assert_eq!(up.up(&mut keys), ["-ArrowUp"]);
}

#[test]
fn winit_and_the_protocol_call_keys_alike() {
    for (code, name) in [
        (KeyCode::KeyA, "KeyA"),
        (KeyCode::Digit1, "Digit1"),
        (KeyCode::Numpad1, "Numpad1"),
        (KeyCode::NumpadEnter, "NumpadEnter"),
        (KeyCode::SuperLeft, "SuperLeft"),
        (KeyCode::AltRight, "AltRight"),
        (KeyCode::IntlBackslash, "IntlBackslash"),
        (KeyCode::PrintScreen, "PrintScreen"),
        (KeyCode::AudioVolumeUp, "AudioVolumeUp"),
        (KeyCode::F24, "F24"),
    ] {
        assert_eq!(physical_key(Place::Code(code)).map(PhysicalKey::name), Some(name));
    }
}

#[test]
fn every_key_of_the_protocol_is_one_of_winits() {
    use winit::platform::scancode::PhysicalKeyExtScancode as _;
    for key in (0..256).filter_map(PhysicalKey::from_code) {
        let winits = Place::from_scancode(u32::from(key.code()));
        assert_eq!(physical_key(winits), Some(key), "{}", key.name());
    }
}
