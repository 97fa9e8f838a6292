//! Joining a message's parts.

use super::{ABORT, MARK, MORE};
use crate::Violation;

/// Joins the parts of a channel's messages. Holds at most one unfinished message.
#[derive(Default)]
pub(super) struct Assembler(Vec<u8>);

impl Assembler {
    /// Takes a record's plaintext; the message, of at most `max_bytes`, where it is complete.
    pub(super) fn push(&mut self, plaintext: &[u8], max_bytes: usize) -> Result<Option<Vec<u8>>, Violation> {
        let (flags, part) = plaintext.split_first().ok_or(Violation::Malformed)?;
        if *flags & !(MORE | ABORT | MARK) != 0 {
            return Err(Violation::Malformed);
        }
        if *flags & MARK != 0 {
            return if *flags == MARK && part.is_empty() { Ok(None) } else { Err(Violation::Malformed) };
        }
        if *flags & ABORT != 0 {
            self.0.clear();
            if part.is_empty() && *flags == ABORT {
                return Ok(None);
            }
        }
        // An empty part would let a message go on for ever.
        if part.is_empty() {
            return Err(Violation::Malformed);
        }
        if self.0.len() + part.len() > max_bytes {
            return Err(Violation::MessageLength);
        }
        self.0.extend_from_slice(part);
        Ok((*flags & MORE == 0).then(|| std::mem::take(&mut self.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_joined() {
        let mut assembler = Assembler::default();
        assert_eq!(assembler.push(&[MORE, 1, 2], 4), Ok(None));
        assert_eq!(assembler.push(&[MARK], 4), Ok(None));
        assert_eq!(assembler.push(&[0, 3, 4], 4), Ok(Some(vec![1, 2, 3, 4])));
        assert_eq!(assembler.push(&[0, 5], 4), Ok(Some(vec![5])));
    }

    #[test]
    fn what_is_given_up_is_forgotten() {
        let mut assembler = Assembler::default();
        assert_eq!(assembler.push(&[MORE, 1, 2], 4), Ok(None));
        assert_eq!(assembler.push(&[ABORT, 3], 4), Ok(Some(vec![3])));
        assert_eq!(assembler.push(&[MORE, 1, 2], 4), Ok(None));
        assert_eq!(assembler.push(&[ABORT], 4), Ok(None));
        assert_eq!(assembler.push(&[MORE | ABORT, 4], 4), Ok(None));
        assert_eq!(assembler.push(&[0, 5], 4), Ok(Some(vec![4, 5])));
    }

    #[test]
    fn messages_are_bounded_and_never_empty() {
        let mut assembler = Assembler::default();
        assert_eq!(assembler.push(&[MORE, 1, 2, 3], 4), Ok(None));
        assert_eq!(assembler.push(&[MORE, 4, 5], 4), Err(Violation::MessageLength));
        for plaintext in [&[][..], &[0], &[MORE], &[8, 1], &[MARK, 1], &[MARK | MORE]] {
            assert_eq!(Assembler::default().push(plaintext, 4), Err(Violation::Malformed), "{plaintext:?}");
        }
    }
}
