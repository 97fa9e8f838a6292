//! Joining a message's parts.

use super::{ABORT, ArrivedMessage, MORE, NUMBER_BYTES, NUMBERED};
use crate::Violation;

/// Joins the parts of a channel's messages. Holds at most one unfinished message.
#[derive(Default)]
pub(super) struct Assembler {
    number: Option<u64>,
    bytes: Vec<u8>,
}

impl Assembler {
    /// Takes a record's plaintext; the message, of at most `max_bytes`, where it is complete.
    pub(super) fn push(
        &mut self,
        plaintext: &[u8],
        max_bytes: usize,
    ) -> Result<Option<ArrivedMessage>, Violation> {
        let (flags, mut part) = plaintext.split_first().ok_or(Violation::Malformed)?;
        if *flags & !(MORE | ABORT | NUMBERED) != 0 {
            return Err(Violation::Malformed);
        }
        if *flags & ABORT != 0 {
            *self = Self::default();
            if part.is_empty() && *flags == ABORT {
                return Ok(None);
            }
        }
        if *flags & NUMBERED != 0 {
            let (number, rest) = part.split_first_chunk::<NUMBER_BYTES>().ok_or(Violation::Malformed)?;
            if !self.bytes.is_empty() {
                return Err(Violation::Malformed);
            }
            (self.number, part) = (Some(u64::from_be_bytes(*number)), rest);
        }
        // An empty part would let a message go on for ever.
        if part.is_empty() {
            return Err(Violation::Malformed);
        }
        if self.bytes.len() + part.len() > max_bytes {
            return Err(Violation::MessageLength);
        }
        self.bytes.extend_from_slice(part);
        let Self { number, bytes } = if *flags & MORE == 0 { std::mem::take(self) } else { return Ok(None) };
        Ok(Some(ArrivedMessage { number, bytes }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(bytes: &[u8]) -> Result<Option<ArrivedMessage>, Violation> {
        Ok(Some(ArrivedMessage { number: None, bytes: bytes.to_vec() }))
    }

    #[test]
    fn parts_are_joined() {
        let mut assembler = Assembler::default();
        assert_eq!(assembler.push(&[MORE, 1, 2], 4), Ok(None));
        assert_eq!(assembler.push(&[0, 3, 4], 4), whole(&[1, 2, 3, 4]));
        assert_eq!(assembler.push(&[0, 5], 4), whole(&[5]));
    }

    #[test]
    fn a_number_stands_at_the_start() {
        let mut assembler = Assembler::default();
        assert_eq!(assembler.push(&[NUMBERED | MORE, 0, 0, 0, 0, 0, 0, 1, 2, 7], 4), Ok(None));
        let arrived = ArrivedMessage { number: Some(258), bytes: vec![7, 8] };
        assert_eq!(assembler.push(&[0, 8], 4), Ok(Some(arrived)));
        assert_eq!(assembler.push(&[0, 9], 4), whole(&[9]));
        assert_eq!(assembler.push(&[MORE, 9], 4), Ok(None));
        let late = [NUMBERED, 0, 0, 0, 0, 0, 0, 0, 1, 7];
        assert_eq!(assembler.push(&late, 4), Err(Violation::Malformed));
    }

    #[test]
    fn what_is_given_up_is_forgotten() {
        let mut assembler = Assembler::default();
        assert_eq!(assembler.push(&[MORE, 1, 2], 4), Ok(None));
        assert_eq!(assembler.push(&[ABORT, 3], 4), whole(&[3]));
        assert_eq!(assembler.push(&[MORE, 1, 2], 4), Ok(None));
        assert_eq!(assembler.push(&[ABORT], 4), Ok(None));
        assert_eq!(assembler.push(&[MORE | ABORT, 4], 4), Ok(None));
        assert_eq!(assembler.push(&[0, 5], 4), whole(&[4, 5]));
    }

    #[test]
    fn messages_are_bounded_and_never_empty() {
        let mut assembler = Assembler::default();
        assert_eq!(assembler.push(&[MORE, 1, 2, 3], 4), Ok(None));
        assert_eq!(assembler.push(&[MORE, 4, 5], 4), Err(Violation::MessageLength));
        let numbered = [NUMBERED, 0, 0, 0, 0, 0, 0, 0, 0];
        for plaintext in [&[][..], &[0], &[MORE], &[8, 1], &[NUMBERED, 1], &numbered] {
            assert_eq!(Assembler::default().push(plaintext, 4), Err(Violation::Malformed), "{plaintext:?}");
        }
    }
}
