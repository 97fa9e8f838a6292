//! Which scan code a key has on Windows: the numbers of the first PC keyboards, some of them after 0xE0.
//! Linux took the same for its first 83 keys.

use beistand_session::PhysicalKey;

/// A key's number, as keyboards of set 1 send it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ScanCode {
    pub(super) code: u16,
    /// Whether it comes after 0xE0.
    pub(super) is_extended: bool,
}

impl ScanCode {
    /// Of this key; `None` where Windows has no such key.
    pub(super) fn of(key: PhysicalKey) -> Option<Self> {
        let plain = |code| Some(Self { code, is_extended: false });
        let extended = |code| Some(Self { code, is_extended: true });
        match key.code() {
            code @ 1..=83 => plain(u16::from(code)),
            86 => plain(0x56),
            87 => plain(0x57),
            88 => plain(0x58),
            89 => plain(0x73),
            92 => plain(0x79),
            93 => plain(0x70),
            94 => plain(0x7b),
            117 => plain(0x59),
            121 => plain(0x7e),
            122 => plain(0x72),
            123 => plain(0x71),
            124 => plain(0x7d),
            code @ 183..=193 => plain(0x64 + u16::from(code - 183)),
            194 => plain(0x76),
            96 => extended(0x1c),
            97 => extended(0x1d),
            98 => extended(0x35),
            99 => extended(0x37),
            100 => extended(0x38),
            102 => extended(0x47),
            103 => extended(0x48),
            104 => extended(0x49),
            105 => extended(0x4b),
            106 => extended(0x4d),
            107 => extended(0x4f),
            108 => extended(0x50),
            109 => extended(0x51),
            110 => extended(0x52),
            111 => extended(0x53),
            113 => extended(0x20),
            114 => extended(0x2e),
            115 => extended(0x30),
            125 => extended(0x5b),
            126 => extended(0x5c),
            127 => extended(0x5d),
            163 => extended(0x19),
            164 => extended(0x22),
            165 => extended(0x10),
            166 => extended(0x24),
            _ => None,
        }
    }

    /// As Windows's tables have it: the prefix in the upper byte.
    pub(super) fn prefixed(self) -> u32 {
        u32::from(self.code) | if self.is_extended { 0xe000 } else { 0 }
    }

    /// The other way round.
    pub(super) fn of_prefixed(code: u32) -> Option<Self> {
        let is_extended = code >> 8 == 0xe0;
        let plain = u16::try_from(code & 0xff).ok().filter(|plain| *plain != 0)?;
        (is_extended || code >> 8 == 0).then_some(Self { code: plain, is_extended })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_keep_their_number_and_arrows_have_a_prefix() {
        let of = |name| ScanCode::of(PhysicalKey::from_name(name).expect("in the table")).expect("a key");
        assert_eq!(of("KeyA"), ScanCode { code: 0x1e, is_extended: false });
        assert_eq!(of("ArrowUp"), ScanCode { code: 0x48, is_extended: true });
        assert_eq!(of("Numpad8"), ScanCode { code: 0x48, is_extended: false });
        assert_eq!(of("ControlRight").prefixed(), 0xe01d);
        for key in (0..256).filter_map(PhysicalKey::from_code).filter_map(ScanCode::of) {
            assert_eq!(ScanCode::of_prefixed(key.prefixed()), Some(key));
        }
    }
}
