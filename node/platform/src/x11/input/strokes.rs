//! Which key of a layout to press for a character, and for the letter of a shortcut. Pure.

use beistand_session::PhysicalKey;

use super::keymap::{KeyMeaning, KeyboardMap, ModifierState, mods};
use crate::x11::KEYCODE_OFFSET;

/// The last character of the Latin script's usual blocks: shortcuts are given in these letters.
const LAST_LATIN: char = '\u{24f}';

/// A way to press a key: with `add` held and `drop` not held, which are as they were afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KeyStroke {
    pub(super) keycode: u8,
    pub(super) add: u16,
    pub(super) drop: u16,
}

impl KeyStroke {
    /// The key as it is, whatever is held.
    pub(super) fn plain(keycode: u8) -> Self {
        Self { keycode, add: 0, drop: 0 }
    }

    /// The state in which the key goes down.
    pub(super) fn state(self, now: ModifierState) -> ModifierState {
        now.with((now.mods | self.add) & !self.drop)
    }
}

/// How to make `character`, with as few changes to what is held as possible. Shift is let go of for a moment
/// only where `shift_is_ours`.
pub(super) fn for_character(
    map: &KeyboardMap,
    character: char,
    now: ModifierState,
    shift_is_ours: bool,
) -> Option<KeyStroke> {
    changes(map, now, shift_is_ours).find_map(|change| {
        let state = change.state(now);
        let makes = |keycode: &u8| map.makes(*keycode, state) == KeyMeaning::Char(character);
        let keycode = map.keycodes().find(|keycode| makes(keycode) && map.types_text(*keycode, state))?;
        Some(KeyStroke { keycode, ..change })
    })
}

/// The key that has `sign` on it, for a shortcut by that name: `own` where that has it, the key of the other
/// side's that was pressed. Where no key has it, none. `bound` are the spare keys that we gave a character
/// for a while, which no person has.
pub(super) fn for_shortcut(
    map: &KeyboardMap,
    bound: &[u8],
    sign: char,
    own: u8,
    now: ModifierState,
    shift_is_ours: bool,
) -> Option<KeyStroke> {
    if sign.is_alphabetic() {
        return letter_key(map, bound, sign, own, now).map(KeyStroke::plain);
    }
    if map.makes(own, now) == KeyMeaning::Char(sign) {
        return Some(KeyStroke::plain(own));
    }
    for_character(map, sign, now, shift_is_ours).filter(|stroke| !bound.contains(&stroke.keycode))
}

/// The key with this letter on it. Whether it is a capital is for Shift to say, which is as it is.
fn letter_key(map: &KeyboardMap, bound: &[u8], letter: char, own: u8, now: ModifierState) -> Option<u8> {
    // What is on the key is what it makes alone.
    let now = now.with(now.mods & !(mods::LOCK | mods::SHIFT));
    let has = |keycode: u8, group: u8| {
        matches!(map.makes(keycode, ModifierState { group, ..now }),
            KeyMeaning::Char(made) if made.to_lowercase().eq(letter.to_lowercase()))
    };
    if has(own, now.group) {
        return Some(own);
    }
    let keys = map.keycodes().filter(|keycode| !bound.contains(keycode));
    let here = keys.clone().find(|keycode| has(*keycode, now.group));
    // The layout in force may be of another script: programs look into the others then.
    let elsewhere =
        || keys.clone().find(|keycode| (0..map.groups(*keycode)).any(|group| has(*keycode, group)));
    here.or_else(elsewhere).or_else(|| engraved(map, letter, now))
}

/// Keyboards of other scripts have Latin letters on the same keys, at their usual places.
fn engraved(map: &KeyboardMap, letter: char, now: ModifierState) -> Option<u8> {
    if !letter.is_ascii_alphabetic() {
        return None;
    }
    let key = PhysicalKey::from_name(&format!("Key{}", letter.to_ascii_uppercase()))?;
    let keycode = key.code() + KEYCODE_OFFSET;
    let foreign = matches!(map.makes(keycode, now), KeyMeaning::Char(made) if made > LAST_LATIN || !made.is_alphabetic());
    foreign.then_some(keycode)
}

/// What may be changed about Shift and AltGr for a key, least first.
fn changes(map: &KeyboardMap, now: ModifierState, shift_is_ours: bool) -> impl Iterator<Item = KeyStroke> {
    let drops = if shift_is_ours { [Some(0), Some(mods::SHIFT)] } else { [Some(0), None] };
    let adds = [0, mods::SHIFT, mods::MOD5, mods::SHIFT | mods::MOD5];
    drops
        .into_iter()
        .flatten()
        .flat_map(move |drop| adds.into_iter().map(move |add| KeyStroke { keycode: 0, add, drop }))
        .filter(move |change| {
            now.mods & change.add == 0
                && change.add & change.drop == 0
                && map.modifier_keys(change.add).is_some()
        })
}
