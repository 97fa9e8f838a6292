//! Fixed-length bit fields, section 4.10: `f(n)`, `su(n)`, `ns(n)`, `leb128()`.
//!
//! Only what headers need; compressed data is the entropy coder's.

use arrayvec::ArrayVec;

/// A header: those of sequences take 13 bytes, those of frames up to 30 with eight bands.
pub(crate) type HeaderBytes = ArrayVec<u8, 64>;

/// Writes the bits of a header, the most significant first.
#[derive(Debug, Default)]
pub(crate) struct BitWriter {
    bytes: HeaderBytes,
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

    /// `ns(n)`: a value below `count`, in as few bits as that allows.
    pub(crate) fn ns(&mut self, count: u32, value: u32) {
        debug_assert!(value < count, "a value within its range");
        let width = u32::BITS - count.leading_zeros();
        let short = (1 << width) - count;
        if value < short {
            self.f(width - 1, value);
        } else {
            let extended = value + short;
            self.f(width - 1, extended >> 1);
            self.f(1, extended & 1);
        }
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
    pub(crate) fn into_bytes(self) -> HeaderBytes {
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
        assert_eq!(writer.into_bytes().as_slice(), [0b1011_1110, 0b1100_0000]);
    }

    /// The example of section 4.10.7: `ns(5)` codes 0, 1, 2 in two bits and 3, 4 in three.
    #[test]
    fn non_symmetric_values_take_the_fewest_bits() {
        for (value, bits, count) in [(0, 0b00, 2), (1, 0b01, 2), (2, 0b10, 2), (3, 0b110, 3), (4, 0b111, 3)] {
            let mut writer = BitWriter::default();
            writer.ns(5, value);
            assert_eq!(writer.used, count % 8);
            assert_eq!(u32::from(writer.into_bytes()[0]) >> (8 - count), bits);
        }
    }

    #[test]
    fn lengths_are_little_endian_groups_of_seven() {
        let mut bytes = Vec::new();
        leb128(&mut bytes, 0);
        leb128(&mut bytes, 300);
        assert_eq!(bytes, [0, 0xac, 0x02]);
    }
}
