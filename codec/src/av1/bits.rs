//! Fixed-length bit fields, section 4.10: `f(n)`, `su(n)`, `leb128()`.
//!
//! Only what headers need; compressed data is the entropy coder's.

/// Writes bits into a byte vector, the most significant first.
#[derive(Debug, Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    /// Bits used of the last byte; 0 where it is full or there is none.
    used: u32,
}

impl BitWriter {
    /// `f(n)`: the low `bits` of `value`, up to 32.
    pub(crate) fn f(&mut self, bits: u32, value: u32) {
        for bit in (0..bits).rev() {
            if self.used == 0 {
                self.bytes.push(0);
            }
            let last = self.bytes.last_mut().expect("a byte was just pushed where none was open");
            *last |= ((value >> bit & 1) as u8) << (7 - self.used);
            self.used = (self.used + 1) % 8;
        }
    }

    /// `f(1)`.
    pub(crate) fn flag(&mut self, value: bool) {
        self.f(1, u32::from(value));
    }

    /// `su(n)`: a signed value in two's complement of `bits`, sign included.
    pub(crate) fn su(&mut self, bits: u32, value: i32) {
        self.f(bits, value as u32 & ((1 << bits) - 1));
    }

    /// `byte_alignment()`.
    pub(crate) fn align(&mut self) {
        self.used = 0;
    }

    /// `trailing_bits()`.
    pub(crate) fn trailing_bits(&mut self) {
        self.flag(true);
        self.align();
    }

    /// What was written, the last byte filled with zeros.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Appends `leb128()` of a value to `bytes`.
pub(crate) fn leb128(bytes: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_go_from_the_top() {
        let mut writer = BitWriter::default();
        writer.f(3, 0b101);
        writer.su(4, -1);
        writer.flag(false);
        writer.f(1, 1);
        writer.trailing_bits();
        assert_eq!(writer.into_bytes(), [0b1011_1110, 0b1100_0000]);
    }

    #[test]
    fn lengths_are_little_endian_groups_of_seven() {
        let mut bytes = Vec::new();
        leb128(&mut bytes, 0);
        leb128(&mut bytes, 300);
        assert_eq!(bytes, [0, 0xac, 0x02]);
    }
}
