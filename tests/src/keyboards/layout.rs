//! Keyboards' layouts, and which keys and modifiers are pressed to try one.

use crate::Screen;

/// A layout by its name here, and as `setxkbmap` calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyboardLayout {
    /// As tables call it.
    pub name: &'static str,
    model: &'static str,
    layout: &'static str,
    variant: &'static str,
    /// The keys that choose a third character, and a further one where there is such a key.
    levels: &'static [u8],
}

/// X11's numbers of keys.
pub(super) mod keycode {
    pub(crate) const CONTROL: u8 = 37;
    pub(crate) const SHIFT: u8 = 50;
    pub(crate) const ALT: u8 = 64;
    pub(crate) const SPACE: u8 = 65;
    pub(crate) const CAPS: u8 = 66;
    pub(crate) const RIGHT_ALT: u8 = 108;
}

const fn layout(name: &'static str, layout: &'static str, variant: &'static str) -> KeyboardLayout {
    KeyboardLayout { name, model: "pc105", layout, variant, levels: &[keycode::RIGHT_ALT] }
}

/// Where right Alt is just another Alt.
const fn plain(name: &'static str, layout: &'static str, variant: &'static str) -> KeyboardLayout {
    KeyboardLayout { name, model: "pc105", layout, variant, levels: &[] }
}

/// The layouts that are tried with each other.
pub const LAYOUTS: &[KeyboardLayout] = &[
    plain("us", "us", ""),
    layout("us-intl", "us", "intl"),
    layout("de", "de", ""),
    KeyboardLayout {
        name: "de-neo",
        model: "pc105",
        layout: "de",
        variant: "neo",
        levels: &[keycode::CAPS, keycode::RIGHT_ALT],
    },
    layout("fr", "fr", ""),
    layout("ch-de", "ch", "de"),
    layout("es", "es", ""),
    layout("cz", "cz", ""),
    plain("ru", "ru", ""),
    layout("gr", "gr", ""),
    layout("tr", "tr", ""),
    KeyboardLayout { name: "jp106", model: "jp106", layout: "jp", variant: "", levels: &[] },
    plain("dvorak", "us", "dvorak"),
    layout("colemak", "us", "colemak"),
];

impl KeyboardLayout {
    /// The layout with this name here.
    pub fn named(name: &str) -> Option<Self> {
        LAYOUTS.iter().copied().find(|layout| layout.name == name)
    }

    /// Gives it to all keyboards of a screen.
    ///
    /// # Panics
    /// Where `setxkbmap` fails.
    #[track_caller]
    pub fn set(self, screen: &Screen) {
        let mut command = screen.command("setxkbmap");
        command.args(["-model", self.model, "-layout", self.layout, "-variant", self.variant]);
        assert!(command.status().expect("setxkbmap is installed").success(), "{}", self.name);
    }

    /// What is held while each key is pressed: nothing, Shift, AltGr, both.
    pub(super) fn holds(self) -> Vec<Vec<u8>> {
        let levels = self.levels.iter().flat_map(|level| [vec![*level], vec![keycode::SHIFT, *level]]);
        [vec![], vec![keycode::SHIFT]].into_iter().chain(levels).collect()
    }
}

/// The keys that write on some keyboard: X11's numbers of the four rows, the key beside left Shift, those
/// that Japanese and Brazilian keyboards have more, and the space bar.
pub(super) fn writing_keys() -> impl Iterator<Item = u8> {
    (10..=21).chain(24..=35).chain(38..=49).chain(51..=61).chain([94, 97, 132, keycode::SPACE])
}

/// The letter that American keyboards have on a key.
pub(super) fn american(keycode: u8) -> Option<char> {
    let row =
        |first: u8, letters: &'static str| letters.chars().nth(usize::from(keycode.checked_sub(first)?));
    match keycode {
        24..=33 => row(24, "qwertyuiop"),
        38..=46 => row(38, "asdfghjkl"),
        52..=58 => row(52, "zxcvbnm"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_where_americans_have_them() {
        assert_eq!(
            [24, 38, 46, 52, 58, 59].map(american),
            [Some('q'), Some('a'), Some('l'), Some('z'), Some('m'), None]
        );
    }
}
