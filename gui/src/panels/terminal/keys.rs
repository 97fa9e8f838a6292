//! What a key means to a terminal: the bytes of xterm.

use beistand_node::KeyModes;
use egui::{Event, Key, Modifiers};

/// What a person's key is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CanvasKey {
    /// These bytes are typed.
    Type(Vec<u8>),
    /// What is marked is copied.
    Copy,
    /// Looks so many screens back.
    Look(i32),
    Nothing,
}

/// What an event is to a terminal that has the keyboard.
pub(super) fn meaning(event: &Event, modes: KeyModes) -> CanvasKey {
    match event {
        Event::Text(text) => CanvasKey::Type(text.clone().into_bytes()),
        Event::Paste(text) => CanvasKey::Type(pasted(text, modes)),
        // egui makes these of Ctrl+C and Ctrl+X, and of the same with Shift.
        Event::Copy => CanvasKey::Type(vec![0x03]),
        Event::Cut => CanvasKey::Type(vec![0x18]),
        Event::Key { key, pressed: true, modifiers, .. } => key_meaning(*key, *modifiers, modes),
        _ => CanvasKey::Nothing,
    }
}

/// A paste can't end its own mark, nor does it press Enter where the program takes pastes as such. Of keys
/// that act, such as Ctrl+C, it has none but Enter and Tab.
fn pasted(text: &str, modes: KeyModes) -> Vec<u8> {
    let text = text.replace("\r\n", "\r").replace('\n', "\r");
    let text: String = text.chars().filter(|it| !it.is_control() || matches!(it, '\r' | '\t')).collect();
    if modes.marked_pastes { format!("\x1b[200~{text}\x1b[201~").into_bytes() } else { text.into_bytes() }
}

fn key_meaning(key: Key, modifiers: Modifiers, modes: KeyModes) -> CanvasKey {
    if modifiers.ctrl && modifiers.shift && key == Key::C {
        return CanvasKey::Copy;
    }
    if modifiers.shift && !modifiers.ctrl {
        match key {
            Key::PageUp => return CanvasKey::Look(1),
            Key::PageDown => return CanvasKey::Look(-1),
            _ => {}
        }
    }
    special(key, modifiers, modes)
        .or_else(|| combined(key, modifiers))
        .map_or(CanvasKey::Nothing, CanvasKey::Type)
}

/// Keys without a letter.
fn special(key: Key, modifiers: Modifiers, modes: KeyModes) -> Option<Vec<u8>> {
    // As xterm numbers them: 1, and 1 for Shift, 2 for Alt, 4 for Ctrl.
    let number = 1 + u8::from(modifiers.shift) + 2 * u8::from(modifiers.alt) + 4 * u8::from(modifiers.ctrl);
    let letter = |letter: char| match number {
        1 if modes.application_arrows => format!("\x1bO{letter}"),
        1 => format!("\x1b[{letter}"),
        _ => format!("\x1b[1;{number}{letter}"),
    };
    let numbered = |key: u8| match number {
        1 => format!("\x1b[{key}~"),
        _ => format!("\x1b[{key};{number}~"),
    };
    let escaped = if modifiers.alt { "\x1b" } else { "" };
    let text = match key {
        Key::Enter => format!("{escaped}\r"),
        Key::Tab if modifiers.shift => "\x1b[Z".to_owned(),
        Key::Tab => "\t".to_owned(),
        Key::Escape => "\x1b".to_owned(),
        Key::Backspace => format!("{escaped}\x7f"),
        Key::ArrowUp => letter('A'),
        Key::ArrowDown => letter('B'),
        Key::ArrowRight => letter('C'),
        Key::ArrowLeft => letter('D'),
        Key::Home => letter('H'),
        Key::End => letter('F'),
        Key::Insert => numbered(2),
        Key::Delete => numbered(3),
        Key::PageUp => numbered(5),
        Key::PageDown => numbered(6),
        Key::F1 => "\x1bOP".to_owned(),
        Key::F2 => "\x1bOQ".to_owned(),
        Key::F3 => "\x1bOR".to_owned(),
        Key::F4 => "\x1bOS".to_owned(),
        Key::F5 => numbered(15),
        Key::F6 => numbered(17),
        Key::F7 => numbered(18),
        Key::F8 => numbered(19),
        Key::F9 => numbered(20),
        Key::F10 => numbered(21),
        Key::F11 => numbered(23),
        Key::F12 => numbered(24),
        _ => return None,
    };
    Some(text.into_bytes())
}

/// A letter with Ctrl or Alt; alone it comes as text.
fn combined(key: Key, modifiers: Modifiers) -> Option<Vec<u8>> {
    let name = key.name();
    let letter = name.bytes().next().filter(|letter| name.len() == 1 && letter.is_ascii_alphanumeric());
    match (key, letter) {
        (Key::Space, _) if modifiers.ctrl => Some(vec![0]),
        (Key::Backslash, _) if modifiers.ctrl => Some(vec![0x1c]),
        (Key::OpenBracket, _) if modifiers.ctrl => Some(vec![0x1b]),
        (Key::CloseBracket, _) if modifiers.ctrl => Some(vec![0x1d]),
        (_, Some(letter @ b'A'..=b'Z')) if modifiers.ctrl && !modifiers.alt => Some(vec![letter - b'@']),
        (_, Some(letter)) if modifiers.alt && !modifiers.ctrl => {
            let letter = if modifiers.shift { letter } else { letter.to_ascii_lowercase() };
            Some(vec![0x1b, letter])
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(key: Key, modifiers: Modifiers, modes: KeyModes) -> CanvasKey {
        let event = Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers };
        meaning(&event, modes)
    }

    fn typed(text: &str) -> CanvasKey {
        CanvasKey::Type(text.as_bytes().to_vec())
    }

    #[test]
    fn keys_are_typed_as_xterm_does() {
        let (none, plain) = (Modifiers::NONE, KeyModes::default());
        let application = KeyModes { application_arrows: true, ..plain };
        assert_eq!(key(Key::ArrowUp, none, plain), typed("\x1b[A"));
        assert_eq!(key(Key::ArrowUp, none, application), typed("\x1bOA"));
        assert_eq!(key(Key::ArrowRight, Modifiers::CTRL, application), typed("\x1b[1;5C"));
        assert_eq!(key(Key::Delete, none, plain), typed("\x1b[3~"));
        assert_eq!(key(Key::F5, Modifiers::SHIFT, plain), typed("\x1b[15;2~"));
        assert_eq!(key(Key::D, Modifiers::CTRL, plain), typed("\x04"));
        assert_eq!(key(Key::B, Modifiers::ALT, plain), typed("\x1bb"));
        assert_eq!(key(Key::A, none, plain), CanvasKey::Nothing, "it comes as text");
        assert_eq!(key(Key::C, Modifiers::CTRL | Modifiers::SHIFT, plain), CanvasKey::Copy);
        assert_eq!(key(Key::PageUp, Modifiers::SHIFT, plain), CanvasKey::Look(1));
    }

    #[test]
    fn a_paste_is_marked_and_cannot_end_its_mark() {
        let marked = KeyModes { marked_pastes: true, ..KeyModes::default() };
        let paste = Event::Paste("a\r\nb\x1b[201~c".to_owned());
        assert_eq!(meaning(&paste, KeyModes::default()), typed("a\rb[201~c"));
        assert_eq!(meaning(&paste, marked), typed("\x1b[200~a\rb[201~c\x1b[201~"));
        // Ctrl+C would end the mark as well, and others would do this or that.
        let paste = Event::Paste("a\x03\x04\x1a\x7f\u{9b}201~\tb\n".to_owned());
        assert_eq!(meaning(&paste, marked), typed("\x1b[200~a201~\tb\r\x1b[201~"));
    }
}
