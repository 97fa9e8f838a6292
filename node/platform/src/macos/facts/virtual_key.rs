//! Which virtual key code a key has on macOS: by its place, as `HIToolbox/Events.h` numbers them.

use beistand_session::PhysicalKey;

/// macOS's number of a key of this place; `None` where it has none.
pub(crate) fn virtual_key(key: PhysicalKey) -> Option<u16> {
    CODES.iter().find(|(code, _)| *code == key.code()).map(|(_, mac)| *mac)
}

/// The keys that make characters, in macOS's numbers: those that are looked through for a letter.
pub(crate) fn character_keys() -> impl Iterator<Item = u16> {
    CODES
        .iter()
        .filter(|(code, _)| matches!(code, 2..=13 | 16..=27 | 30..=41 | 43..=53 | 86))
        .map(|(_, mac)| *mac)
}

/// macOS's number of the key that ends a line.
pub(crate) const RETURN: u16 = 0x24;
/// That of the tabulator.
pub(crate) const TAB: u16 = 0x30;
/// That of the space bar.
pub(crate) const SPACE: u16 = 0x31;
/// That of Enter of the number block.
pub(crate) const KEYPAD_ENTER: u16 = 0x4c;
/// That of End.
pub(crate) const END: u16 = 0x77;

/// Whether it is Ctrl, Option, Shift, Command, Caps Lock or Fn.
pub(crate) fn is_modifier(key: u16) -> bool {
    (0x36..=0x3f).contains(&key)
}

/// Linux's number of a key, and macOS's.
#[rustfmt::skip]
const CODES: &[(u8, u16)] = &[
    (1, 0x35), (2, 0x12), (3, 0x13), (4, 0x14), (5, 0x15), (6, 0x17), (7, 0x16), (8, 0x1a), (9, 0x1c),
    (10, 0x19), (11, 0x1d), (12, 0x1b), (13, 0x18), (14, 0x33), (15, TAB), (16, 0x0c), (17, 0x0d),
    (18, 0x0e), (19, 0x0f), (20, 0x11), (21, 0x10), (22, 0x20), (23, 0x22), (24, 0x1f), (25, 0x23),
    (26, 0x21), (27, 0x1e), (28, RETURN), (29, 0x3b), (30, 0x00), (31, 0x01), (32, 0x02), (33, 0x03),
    (34, 0x05), (35, 0x04), (36, 0x26), (37, 0x28), (38, 0x25), (39, 0x29), (40, 0x27), (41, 0x32),
    (42, 0x38), (43, 0x2a), (44, 0x06), (45, 0x07), (46, 0x08), (47, 0x09), (48, 0x0b), (49, 0x2d),
    (50, 0x2e), (51, 0x2b), (52, 0x2f), (53, 0x2c), (54, 0x3c), (55, 0x43), (56, 0x3a), (57, SPACE),
    (58, 0x39), (59, 0x7a), (60, 0x78), (61, 0x63), (62, 0x76), (63, 0x60), (64, 0x61), (65, 0x62),
    (66, 0x64), (67, 0x65), (68, 0x6d), (69, 0x47), (71, 0x59), (72, 0x5b), (73, 0x5c), (74, 0x4e),
    (75, 0x56), (76, 0x57), (77, 0x58), (78, 0x45), (79, 0x53), (80, 0x54), (81, 0x55), (82, 0x52),
    (83, 0x41), (86, 0x0a), (87, 0x67), (88, 0x6f), (89, 0x5e), (93, 0x68), (94, 0x66),
    (96, KEYPAD_ENTER), (97, 0x3e), (98, 0x4b), (100, 0x3d), (102, 0x73), (103, 0x7e), (104, 0x74),
    (105, 0x7b), (106, 0x7c), (107, END), (108, 0x7d), (109, 0x79), (110, 0x72), (111, 0x75), (113, 0x4a),
    (114, 0x49), (115, 0x48), (117, 0x51), (121, 0x5f), (124, 0x5d), (125, 0x37), (126, 0x36), (127, 0x6e),
    (183, 0x69), (184, 0x6b), (185, 0x71), (186, 0x6a), (187, 0x40), (188, 0x4f), (189, 0x50), (190, 0x5a),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_a_number_of_its_own_and_the_named_ones_are_where_they_should_be() {
        let of = |name| virtual_key(PhysicalKey::from_name(name).expect("in the table"));
        assert_eq!((of("KeyA"), of("KeyZ"), of("Digit0")), (Some(0x00), Some(0x06), Some(0x1d)));
        assert_eq!((of("End"), of("Enter"), of("Space")), (Some(END), Some(RETURN), Some(SPACE)));
        assert_eq!((of("NumpadEnter"), of("Tab")), (Some(KEYPAD_ENTER), Some(TAB)));
        let mut seen = std::collections::BTreeSet::new();
        for (code, mac) in CODES {
            assert!(PhysicalKey::from_code((*code).into()).is_some(), "{code} is no key of a session");
            assert!(seen.insert(mac), "{mac:#x} twice");
        }
    }

    #[test]
    fn letters_are_looked_for_among_the_keys_that_make_them_alone() {
        let keys: Vec<u16> = character_keys().collect();
        assert_eq!(keys.len(), 48);
        assert!(!keys.contains(&RETURN) && !keys.contains(&0x3b) && !keys.iter().copied().any(is_modifier));
        for name in ["ControlLeft", "ControlRight", "AltLeft", "ShiftRight", "SuperLeft", "CapsLock"] {
            let key = PhysicalKey::from_name(name).and_then(virtual_key).expect("a key");
            assert!(is_modifier(key), "{name}");
        }
    }
}
