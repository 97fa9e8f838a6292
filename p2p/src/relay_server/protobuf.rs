//! As much of protocol buffers (proto2) as the relay's messages need: numbers and bytes are written and read,
//! fields of other types are skipped. It knows no message.

use thiserror::Error;

/// A field that is cut off, or of a type that proto2 does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("cut off or not a protocol buffer")]
pub(super) struct BrokenField;

/// A message that is being written.
#[derive(Default)]
pub(super) struct MessageWriter(pub(super) Vec<u8>);

impl MessageWriter {
    /// Appends a field with a number.
    pub(super) fn number(&mut self, field: u64, value: u64) {
        push_varint(&mut self.0, field << 3);
        push_varint(&mut self.0, value);
    }

    /// Appends a field with bytes or a message.
    pub(super) fn bytes(&mut self, field: u64, bytes: &[u8]) {
        push_varint(&mut self.0, field << 3 | 2);
        push_varint(&mut self.0, bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    /// The message after its length.
    pub(super) fn with_length(self) -> Vec<u8> {
        let mut bytes = Vec::new();
        push_varint(&mut bytes, self.0.len() as u64);
        bytes.extend_from_slice(&self.0);
        bytes
    }
}

fn push_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// The value of a field, as far as this module needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldValue<'a> {
    Number(u64),
    /// Bytes, a text or a message.
    Bytes(&'a [u8]),
    /// Of a type that no message here has.
    Other,
}

/// Iterates over the fields of a message. If a number occurs twice, the last field counts.
pub(super) struct FieldReader<'a>(pub(super) &'a [u8]);

impl<'a> FieldReader<'a> {
    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn take(&mut self, length: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(taken)
    }

    fn field(&mut self) -> Option<(u64, FieldValue<'a>)> {
        let key = self.varint()?;
        let value = match key & 7 {
            0 => FieldValue::Number(self.varint()?),
            1 => self.take(8).map(|_| FieldValue::Other)?,
            2 => {
                let length = self.varint()?;
                FieldValue::Bytes(self.take(length)?)
            }
            5 => self.take(4).map(|_| FieldValue::Other)?,
            // Groups, which proto2 has abandoned, and types that never existed.
            _ => return None,
        };
        Some((key >> 3, value))
    }
}

impl<'a> Iterator for FieldReader<'a> {
    type Item = Result<(u64, FieldValue<'a>), BrokenField>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.0 = &[];
        }
        Some(field.ok_or(BrokenField))
    }
}
