//! What a key means here, and which key of the host's stands for that. Pure.
//!
//! It knows no key that is down: what comes up again is for [`super::KeyReader`] to say.

use winit::keyboard::{Key, KeyLocation, NamedKey, NativeKey};

use super::{KeyStroke, KeyWay, physical_key};
use beistand_node::{KeyText, PhysicalKey};

/// What is to be done at the host for a key that goes down here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum KeyIntent {
    /// Press this key there, with the text that goes with it.
    Press(PhysicalKey, Option<KeyText>),
    /// Type this, which no key of the table made.
    Write(KeyText),
    /// The key only helps to make a character, or means nothing elsewhere.
    Nothing,
}

/// X11's symbols that only choose what other keys make: levels, layouts, locks, accents.
const CHOOSING_SYMBOLS: std::ops::RangeInclusive<u32> = 0xfe00..=0xfeff;

/// The last character of the Latin script's usual blocks: shortcuts are given in these letters.
const LAST_LATIN: char = '\u{24f}';

/// What `stroke` means.
pub(super) fn intent(stroke: &KeyStroke<'_>, way: KeyWay) -> KeyIntent {
    let place = physical_key(stroke.place);
    match (way, place) {
        (KeyWay::ByPlace, Some(key)) => KeyIntent::Press(key, None),
        (KeyWay::ByPlace, None) => text(stroke).map_or(KeyIntent::Nothing, KeyIntent::Write),
        (KeyWay::AsAtHome, _) if chooses(stroke.logical) => KeyIntent::Nothing,
        (KeyWay::AsAtHome, _) if stroke.command => command(stroke, place),
        (KeyWay::AsAtHome, _) => match (text(stroke), place) {
            (Some(text), Some(key)) => KeyIntent::Press(key, Some(text)),
            (Some(text), None) => KeyIntent::Write(text),
            (None, _) => press(named(stroke, place)),
        },
    }
}

/// Whether this is AltGr or its like.
pub(super) fn is_third_level(key: &Key) -> bool {
    *key == Key::Named(NamedKey::AltGraph)
}

/// Whether the key only chooses what others make. The locks are among these: their effect is in the text.
fn chooses(key: &Key) -> bool {
    match key {
        Key::Named(name) => matches!(
            name,
            NamedKey::AltGraph
                | NamedKey::Compose
                | NamedKey::ModeChange
                | NamedKey::GroupNext
                | NamedKey::GroupPrevious
                | NamedKey::GroupFirst
                | NamedKey::GroupLast
                | NamedKey::CapsLock
                | NamedKey::NumLock
                | NamedKey::ScrollLock
                | NamedKey::Fn
                | NamedKey::FnLock
                | NamedKey::Process
        ),
        Key::Unidentified(NativeKey::Xkb(symbol)) => CHOOSING_SYMBOLS.contains(symbol),
        Key::Character(_) | Key::Unidentified(_) | Key::Dead(_) => false,
    }
}

fn text(stroke: &KeyStroke<'_>) -> Option<KeyText> {
    let text = stroke.text.filter(|text| !stroke.command && !text.chars().any(char::is_control))?;
    KeyText::try_from(text.to_owned()).ok()
}

fn press(key: Option<PhysicalKey>) -> KeyIntent {
    key.map_or(KeyIntent::Nothing, |key| KeyIntent::Press(key, None))
}

/// A key while Ctrl, Alt or Super is held: the letter or the sign on it goes along, by which the host finds
/// its own key for it.
fn command(stroke: &KeyStroke<'_>, place: Option<PhysicalKey>) -> KeyIntent {
    let sign = match stroke.logical {
        Key::Character(made) => single(made),
        // An accent alone, such as the one that opens a console.
        Key::Dead(accent) => *accent,
        Key::Named(_) | Key::Unidentified(_) => return press(named(stroke, place)),
    };
    let Some(key) = place else { return KeyIntent::Nothing };
    let sign = sign.and_then(|sign| shortcut(stroke, key, sign));
    KeyIntent::Press(key, sign.and_then(|sign| KeyText::try_from(String::from(sign)).ok()))
}

/// What a shortcut with this key is called by; nothing, where it goes by the key's place on any keyboard.
fn shortcut(stroke: &KeyStroke<'_>, key: PhysicalKey, made: char) -> Option<char> {
    let alone = match stroke.alone {
        Key::Character(alone) => single(alone),
        Key::Named(_) | Key::Unidentified(_) | Key::Dead(_) => None,
    };
    // Where signs or accented letters are on the row of digits, shortcuts mean the digits.
    if key.name().starts_with("Digit") && !alone.is_some_and(|alone| alone.is_ascii_digit()) {
        return None;
    }
    if !made.is_alphabetic() {
        return Some(made);
    }
    // Shift is pressed there as well, and Caps Lock is no part of a shortcut.
    let letter = lowered(alone.filter(|alone| alone.is_alphabetic()).unwrap_or(made));
    if letter <= LAST_LATIN {
        return Some(letter);
    }
    // A keyboard of another script has Latin letters on its keys, at their usual places.
    let latin = key.name().strip_prefix("Key").and_then(single);
    latin.map(|latin| latin.to_ascii_lowercase())
}

/// The key that usually has this key's meaning.
fn named(stroke: &KeyStroke<'_>, place: Option<PhysicalKey>) -> Option<PhysicalKey> {
    let right = stroke.location == KeyLocation::Right;
    let side = |left, on_right| PhysicalKey::from_name(if right { on_right } else { left });
    match stroke.logical {
        Key::Named(name) => match name {
            // Without text it is part of a sequence that makes a character.
            NamedKey::Space => PhysicalKey::from_name("Space").filter(|_| stroke.command),
            NamedKey::Shift => side("ShiftLeft", "ShiftRight"),
            NamedKey::Control => side("ControlLeft", "ControlRight"),
            NamedKey::Super | NamedKey::Meta => side("SuperLeft", "SuperRight"),
            // The right one is another key on most keyboards.
            NamedKey::Alt => PhysicalKey::from_name("AltLeft"),
            NamedKey::Enter if stroke.location == KeyLocation::Numpad => {
                PhysicalKey::from_name("NumpadEnter")
            }
            NamedKey::MediaPlay | NamedKey::MediaPause => PhysicalKey::from_name("MediaPlayPause"),
            NamedKey::HiraganaKatakana => PhysicalKey::from_name("KanaMode"),
            NamedKey::Katakana => PhysicalKey::from_name("Lang3"),
            NamedKey::Hiragana => PhysicalKey::from_name("Lang4"),
            NamedKey::ZenkakuHankaku => PhysicalKey::from_name("Lang5"),
            NamedKey::HangulMode => PhysicalKey::from_name("Lang1"),
            NamedKey::HanjaMode => PhysicalKey::from_name("Lang2"),
            other => PhysicalKey::from_name(&format!("{other:?}")),
        },
        // Alt with Shift has another name on X11, and there are keys that winit has no name for.
        Key::Unidentified(_) => place.filter(|key| !writes(*key) && !means_much(*key)),
        Key::Character(_) | Key::Dead(_) => None,
    }
}

/// Whether a key at this place writes on most keyboards: pressed for something else, it would write there.
fn writes(key: PhysicalKey) -> bool {
    const WRITING: &[&str] =
        &["Key", "Digit", "Bracket", "Back", "Intl", "Numpad", "Minus", "Equal", "Semicolon", "Quote"];
    const ALSO: &[&str] = &["Slash", "Comma", "Period", "Space", "Enter", "Tab"];
    WRITING.iter().chain(ALSO).any(|start| key.name().starts_with(start))
}

/// Whether a key at this place changes what all others do.
fn means_much(key: PhysicalKey) -> bool {
    matches!(key.name(), "CapsLock" | "NumLock" | "ScrollLock" | "AltRight")
}

fn single(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}

fn lowered(letter: char) -> char {
    let mut lower = letter.to_lowercase();
    lower.next().filter(|_| lower.next().is_none()).unwrap_or(letter)
}
