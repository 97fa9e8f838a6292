//! A keyboard's layout: which character a keycode makes at which modifiers (XKB protocol, sections 7 and 12).
//!
//! It only looks things up; which key is to be pressed for what is said in [`super::strokes`], and binding
//! keycodes and pressing them is done elsewhere.

use x11rb::protocol::xkb::{
    ConnectionExt as _, DeviceSpec, GetMapReply, GetStateReply, ID, KeySymMap, KeyType, MapPart, VMod,
};
use xkeysym::{Keysym, key};

use super::below::acts_below_windows;
use crate::x11::{X11Display, X11Failure};

/// Modifier bits as X11 has them.
pub(super) mod mods {
    pub(crate) const SHIFT: u16 = 1;
    pub(crate) const LOCK: u16 = 1 << 1;
    pub(crate) const CONTROL: u16 = 1 << 2;
    pub(crate) const MOD1: u16 = 1 << 3;
    pub(crate) const MOD4: u16 = 1 << 6;
    pub(crate) const MOD5: u16 = 1 << 7;
    /// While one of these is held a key is a command, not text: Ctrl, Alt, Super.
    pub(crate) const SHORTCUT: u16 = CONTROL | MOD1 | MOD4;
}

/// What a key makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyMeaning {
    Nothing,
    /// An accent that waits for the next key.
    Dead,
    Char(char),
}

/// Modifiers and layout that are in force.
#[derive(Debug, Clone, Copy)]
pub(super) struct ModifierState {
    pub(super) mods: u16,
    pub(super) locked: u16,
    /// The layout, where the keyboard has several.
    pub(super) group: u8,
}

impl ModifierState {
    pub(super) fn now(display: &X11Display) -> Result<Self, X11Failure> {
        let reply: GetStateReply = display.conn.xkb_get_state(ID::USE_CORE_KBD.into())?.reply()?;
        Ok(Self { mods: reply.mods.into(), locked: reply.locked_mods.into(), group: reply.group.into() })
    }

    /// The same with other modifiers.
    pub(super) fn with(self, mods: u16) -> Self {
        Self { mods, ..self }
    }
}

/// The layout.
pub(super) struct KeyboardMap {
    first: u8,
    types: Vec<KeyType>,
    keys: Vec<KeySymMap>,
    /// Keycode and the modifiers it stands for.
    modifiers: Vec<(u8, u16)>,
}

impl KeyboardMap {
    /// The layout of the keyboard with this number.
    pub(super) fn load(display: &X11Display, keyboard: DeviceSpec) -> Result<Self, X11Failure> {
        let parts = MapPart::KEY_TYPES | MapPart::KEY_SYMS | MapPart::MODIFIER_MAP;
        let GetMapReply { first_key_sym, map, .. } = display
            .conn
            .xkb_get_map(
                keyboard,
                parts,
                MapPart::from(0u16),
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                VMod::from(0u16),
                0,
                0,
                0,
                0,
                0,
                0,
            )?
            .reply()?;
        Ok(Self {
            first: first_key_sym,
            types: map.types_rtrn.unwrap_or_default(),
            keys: map.syms_rtrn.unwrap_or_default(),
            modifiers: map
                .modmap_rtrn
                .unwrap_or_default()
                .into_iter()
                .map(|entry| (entry.keycode, entry.mods.into()))
                .collect(),
        })
    }

    /// What `keycode` makes now.
    pub(super) fn makes(&self, keycode: u8, state: ModifierState) -> KeyMeaning {
        self.symbol(keycode, state).map_or(KeyMeaning::Nothing, |(symbol, capitalise)| {
            match makes(symbol) {
                KeyMeaning::Char(character) if capitalise => {
                    let mut upper = character.to_uppercase();
                    match (upper.next(), upper.next()) {
                        (Some(upper), None) => KeyMeaning::Char(upper),
                        // ß has no single capital; X11 leaves it as it is.
                        _ => KeyMeaning::Char(character),
                    }
                }
                made => made,
            }
        })
    }

    /// Whether `keycode` acts below all windows now.
    pub(super) fn acts_below_windows(&self, keycode: u8, state: ModifierState) -> bool {
        self.symbol(keycode, state).is_some_and(|(symbol, _)| acts_below_windows(symbol))
    }

    /// One key for each modifier in `wanted`, or `None` where one has no key.
    pub(super) fn modifier_keys(&self, wanted: u16) -> Option<Vec<u8>> {
        [(mods::SHIFT, key::Shift_L), (mods::MOD5, key::ISO_Level3_Shift)]
            .into_iter()
            .filter(|(bit, _)| wanted & bit != 0)
            .map(|(bit, symbol)| {
                let holds = |keycode: &u8| self.first_symbol(*keycode) == Some(symbol);
                self.modifiers
                    .iter()
                    .filter(|(_, mods)| *mods == bit)
                    .map(|(keycode, _)| *keycode)
                    .find(holds)
            })
            .collect()
    }

    /// Whether `keycode` makes nothing in any layout and is no modifier.
    pub(super) fn is_spare(&self, keycode: u8) -> bool {
        self.key(keycode).is_some_and(|key| key.syms.iter().all(|symbol| *symbol == key::NoSymbol))
            && !self.modifiers.iter().any(|(modifier, _)| *modifier == keycode)
    }

    /// The symbol that `keycode` makes without modifiers in the first layout.
    pub(super) fn first_symbol(&self, keycode: u8) -> Option<u32> {
        self.key(keycode)?.syms.first().copied()
    }

    pub(super) fn keycodes(&self) -> impl Iterator<Item = u8> + Clone + use<> {
        let first = usize::from(self.first);
        (first..first + self.keys.len()).filter_map(|keycode| u8::try_from(keycode).ok())
    }

    fn key(&self, keycode: u8) -> Option<&KeySymMap> {
        self.keys.get(usize::from(keycode.checked_sub(self.first)?))
    }

    /// The modifiers that `keycode` stands for.
    pub(super) fn modifiers_of(&self, keycode: u8) -> u16 {
        self.modifiers.iter().filter(|(key, _)| *key == keycode).fold(0, |all, (_, mods)| all | mods)
    }

    /// How many layouts `keycode` has.
    pub(super) fn groups(&self, keycode: u8) -> u8 {
        self.key(keycode).map_or(0, |key| key.group_info & 0x0f)
    }

    /// Keypads send commands rather than text to some programs, and line feed is not what Return makes.
    pub(super) fn types_text(&self, keycode: u8, state: ModifierState) -> bool {
        self.symbol(keycode, state).is_some_and(|(symbol, _)| {
            !(key::KP_Space..=key::KP_Equal).contains(&symbol) && symbol != key::Linefeed
        })
    }

    /// The symbol that `keycode` makes, and whether Caps Lock is yet to be applied to it.
    pub(super) fn symbol(&self, keycode: u8, state: ModifierState) -> Option<(u32, bool)> {
        let key = self.key(keycode)?;
        let group = group_in_range(state.group, key.group_info)?;
        let kind = self.types.get(usize::from(*key.kt_index.get(group)?))?;
        let mask: u16 = kind.mods_mask.into();
        let level = kind
            .map
            .iter()
            .find(|entry| entry.active && u16::from(entry.mods_mask) == state.mods & mask)
            .map_or(0, |entry| entry.level);
        let symbol = *key.syms.get(group * usize::from(key.width) + usize::from(level))?;
        Some((symbol, state.mods & mods::LOCK != 0 && mask & mods::LOCK == 0))
    }
}

/// The layout of a key with fewer layouts than the keyboard (XKB protocol, section 7.1, "groupsWrap").
fn group_in_range(group: u8, info: u8) -> Option<usize> {
    let count = info & 0x0f;
    let last = count.checked_sub(1)?;
    Some(usize::from(match info & 0xc0 {
        _ if group < count => group,
        0x80 => ((info >> 4) & 0x03).min(last),
        0x40 => last,
        _ => group % count,
    }))
}

fn makes(symbol: u32) -> KeyMeaning {
    if (key::dead_grave..=key::dead_greek).contains(&symbol) {
        return KeyMeaning::Dead;
    }
    let character = match symbol {
        key::Return | key::KP_Enter => Some('\n'),
        key::ISO_Left_Tab => Some('\t'),
        symbol => Keysym::new(symbol).key_char(),
    };
    match character {
        Some(character) if !character.is_control() || matches!(character, '\n' | '\t') => {
            KeyMeaning::Char(character)
        }
        _ => KeyMeaning::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_with_fewer_layouts_wraps_clamps_or_redirects() {
        assert_eq!(group_in_range(0, 0), None);
        assert_eq!(group_in_range(3, 2), Some(1));
        assert_eq!(group_in_range(3, 0x40 | 2), Some(1));
        assert_eq!(group_in_range(3, 0x80 | 0x10 | 2), Some(1));
        assert_eq!(group_in_range(3, 0x80 | 2), Some(0));
        assert_eq!(group_in_range(1, 0x80 | 2), Some(1));
    }

    #[test]
    fn symbols_make_characters_accents_or_nothing() {
        assert_eq!(makes(key::EuroSign), KeyMeaning::Char('€'));
        assert_eq!(makes(key::Cyrillic_a), KeyMeaning::Char('а'));
        assert_eq!(makes(key::Return), KeyMeaning::Char('\n'));
        assert_eq!(makes(key::dead_acute), KeyMeaning::Dead);
        assert_eq!(makes(key::BackSpace), KeyMeaning::Nothing);
        assert_eq!(makes(key::F1), KeyMeaning::Nothing);
    }
}
