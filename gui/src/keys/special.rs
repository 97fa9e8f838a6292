//! Combinations for a menu: those that this computer's desktop would catch, and that mean something on the
//! other side's system.
//!
//! Keys that act below all windows are not among them: the host presses none. What is only named here is not
//! pressed either, which [`chord`] does.

use beistand_node::{InputEvent, KeyText, PhysicalKey, SystemKind};

/// Keys by their W3C names, in the order in which they are pressed.
pub type Chord = &'static [&'static str];

const LOG_OUT: Chord = &["ControlLeft", "AltLeft", "Delete"];
const SUPER: Chord = &["SuperLeft"];
const NEXT_WINDOW: Chord = &["AltLeft", "Tab"];
const CLOSE_WINDOW: Chord = &["AltLeft", "F4"];
const WINDOW_MENU: Chord = &["AltLeft", "Space"];
const PRINT: Chord = &["PrintScreen"];
const WHOLE_SCREEN: Chord = &["F11"];

/// Harmless everywhere.
const ANYWHERE: &[Chord] = &[SUPER, NEXT_WINDOW, PRINT, WHOLE_SCREEN];

/// What most desktops on X11 do something for: log out, a terminal, run a command, the menu of programs.
const ON_X11: &[Chord] = &[
    LOG_OUT,
    SUPER,
    NEXT_WINDOW,
    CLOSE_WINDOW,
    WINDOW_MENU,
    &["AltLeft", "F2"],
    &["ControlLeft", "Escape"],
    &["ControlLeft", "AltLeft", "KeyT"],
    PRINT,
    WHOLE_SCREEN,
];

/// Also the task manager, run, settings, and the file manager.
const ON_WINDOWS: &[Chord] = &[
    LOG_OUT,
    &["ControlLeft", "ShiftLeft", "Escape"],
    SUPER,
    &["SuperLeft", "KeyR"],
    &["SuperLeft", "KeyE"],
    &["SuperLeft", "KeyI"],
    NEXT_WINDOW,
    CLOSE_WINDOW,
    WINDOW_MENU,
    PRINT,
    WHOLE_SCREEN,
];

/// Command is Super's key there, and Option is Alt's: force to quit, search, the next program, quit, a
/// picture of the screen.
const ON_MACOS: &[Chord] = &[
    &["SuperLeft", "AltLeft", "Escape"],
    &["SuperLeft", "Space"],
    &["SuperLeft", "Tab"],
    &["SuperLeft", "KeyQ"],
    &["SuperLeft", "ShiftLeft", "Digit3"],
    &["ControlLeft", "ArrowUp"],
];

/// What makes sense on a system of this kind.
pub const fn special_keys(system: SystemKind) -> &'static [Chord] {
    match system {
        SystemKind::Unknown => ANYWHERE,
        SystemKind::X11 => ON_X11,
        SystemKind::Windows => ON_WINDOWS,
        SystemKind::MacOs => ON_MACOS,
    }
}

/// Presses `names` one after the other and releases them the other way round.
pub fn chord(names: &[&str]) -> Vec<InputEvent> {
    let keys: Vec<_> = names.iter().filter_map(|name| PhysicalKey::from_name(name)).collect();
    let event = |pressed: bool| {
        move |key: &PhysicalKey| {
            let text = letter(*key).filter(|_| pressed);
            InputEvent::Key { key: *key, pressed, text }
        }
    };
    keys.iter().map(event(true)).chain(keys.iter().rev().map(event(false))).collect()
}

/// A letter goes by what it is and not by its place, as in all shortcuts.
fn letter(key: PhysicalKey) -> Option<KeyText> {
    let letter = key.name().strip_prefix("Key")?;
    KeyText::try_from(letter.to_ascii_lowercase()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_names_are_keys_and_none_acts_below_all_windows_or_is_the_users() {
        for system in SystemKind::ALL {
            for keys in special_keys(system) {
                assert!(keys.iter().all(|name| PhysicalKey::from_name(name).is_some()), "{keys:?}");
                let both = keys.contains(&"ControlLeft") && keys.contains(&"AltLeft");
                let last = keys.last().expect("a key");
                let below = last.starts_with('F') || ["Backspace", "End"].contains(last);
                assert!(!(both && below), "{keys:?}");
            }
        }
    }

    #[test]
    fn a_system_that_is_not_known_gets_only_what_all_have() {
        let all = [SystemKind::X11, SystemKind::Windows];
        for keys in special_keys(SystemKind::Unknown) {
            assert!(all.iter().all(|system| special_keys(*system).contains(keys)), "{keys:?}");
        }
    }

    #[test]
    fn a_chord_is_pressed_in_order_and_let_go_of_the_other_way_round() {
        let events = chord(&["ControlLeft", "AltLeft", "KeyT"]);
        let shown: Vec<_> = events
            .iter()
            .map(|event| match event {
                InputEvent::Key { key, pressed, text } => {
                    (key.name(), *pressed, text.as_ref().map(|text| text.as_str().to_owned()))
                }
                other => panic!("{other:?}"),
            })
            .collect();
        let t = Some("t".to_owned());
        let expected = [
            ("ControlLeft", true, None),
            ("AltLeft", true, None),
            ("KeyT", true, t),
            ("KeyT", false, None),
            ("AltLeft", false, None),
            ("ControlLeft", false, None),
        ];
        assert_eq!(shown, expected);
    }
}
