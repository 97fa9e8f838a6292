//! What a unit may contain, checked before the decoder sees it (AV1 specification, sections 5.3 to 5.6 and
//! 7.5).
//!
//! It reads only the outermost layer: one temporal unit that shows one new picture. That bounds the decoder's
//! work for a unit of any size, and keeps rarely used parts of the format away from it. Everything else about
//! the bitstream is the decoder's to check.

use crate::DecodeError;

/// The longest temporal unit in bytes: an 8K screen's key picture at high quality stays below.
pub const MAX_UNIT_BYTES: usize = 16 << 20;

/// Checks that `unit` is one temporal unit with one frame, and that a key unit brings its sequence header.
///
/// # Errors
/// [`DecodeError::Bitstream`] where it is not.
pub(crate) fn check_unit(unit: &[u8], key: bool) -> Result<(), DecodeError> {
    if unit.is_empty() || unit.len() > MAX_UNIT_BYTES {
        return Err(broken("a unit of this length"));
    }
    let (mut frames, mut sequences) = (0, 0);
    let mut rest = unit;
    while !rest.is_empty() {
        let obu;
        (obu, rest) = Obu::split(rest)?;
        match obu.kind {
            ObuKind::SequenceHeader if frames > 0 => return Err(broken("a sequence header after its frame")),
            ObuKind::SequenceHeader => sequences += 1,
            ObuKind::Frame => frames += 1,
            ObuKind::Neutral => {}
        }
    }
    if frames != 1 {
        return Err(broken("not one frame in a unit"));
    }
    if sequences != usize::from(key) {
        return Err(broken("a sequence header is missing, or in the wrong place"));
    }
    Ok(())
}

/// What matters about an OBU here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ObuKind {
    SequenceHeader,
    /// A whole frame, or its header.
    Frame,
    /// Temporal delimiter, tile group, padding.
    Neutral,
}

struct Obu {
    kind: ObuKind,
}

impl Obu {
    /// The first open bitstream unit of `bytes`, and what follows it.
    fn split(bytes: &[u8]) -> Result<(Self, &[u8]), DecodeError> {
        let (&header, mut rest) = bytes.split_first().ok_or_else(|| broken("an empty OBU"))?;
        let (forbidden, has_extension, has_size) = (header & 0x80, header & 0x04, header & 0x02);
        if forbidden != 0 || has_extension != 0 || has_size == 0 {
            return Err(broken("an OBU without a size, or of a layer"));
        }
        let kind = match (header >> 3) & 0x0F {
            1 => ObuKind::SequenceHeader,
            3 | 6 => ObuKind::Frame,
            2 | 4 | 15 => ObuKind::Neutral,
            _ => return Err(broken("an OBU of a kind that is not used")),
        };
        let length;
        (length, rest) = leb128(rest)?;
        if length > rest.len() {
            return Err(broken("an OBU beyond its unit"));
        }
        Ok((Self { kind }, &rest[length..]))
    }
}

/// A length in little-endian base 128 (section 4.10.5), at most four bytes here: [`MAX_UNIT_BYTES`] needs no
/// more.
fn leb128(bytes: &[u8]) -> Result<(usize, &[u8]), DecodeError> {
    let mut value = 0;
    for (index, byte) in bytes.iter().take(4).enumerate() {
        value |= usize::from(byte & 0x7F) << (7 * index);
        if byte & 0x80 == 0 {
            return Ok((value, &bytes[index + 1..]));
        }
    }
    Err(broken("an OBU's length"))
}

fn broken(what: &str) -> DecodeError {
    DecodeError::Bitstream(what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DELIMITER: &[u8] = &[0x12, 0x00];
    const SEQUENCE: &[u8] = &[0x0A, 0x01, 0x00];
    const FRAME: &[u8] = &[0x32, 0x02, 0x10, 0x00];

    #[test]
    fn one_frame_a_unit() {
        assert!(check_unit(&[DELIMITER, SEQUENCE, FRAME].concat(), true).is_ok());
        assert!(check_unit(&[DELIMITER, FRAME].concat(), false).is_ok());
        assert!(check_unit(DELIMITER, false).is_err());
        assert!(check_unit(&[DELIMITER, FRAME, FRAME].concat(), false).is_err());
        assert!(check_unit(&[FRAME, SEQUENCE].concat(), true).is_err());
    }

    #[test]
    fn the_key_flag_and_the_sequence_header_agree() {
        assert!(check_unit(&[DELIMITER, FRAME].concat(), true).is_err());
        assert!(check_unit(&[DELIMITER, SEQUENCE, FRAME].concat(), false).is_err());
    }

    #[test]
    fn lengths_stay_inside() {
        assert!(check_unit(&FRAME[..3], false).is_err());
        assert!(check_unit(&[0x32], false).is_err());
        assert!(check_unit(&[0x32, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], false).is_err());
        assert!(check_unit(&[0x30, 0x10], false).is_err(), "without a size");
        assert!(check_unit(&[], false).is_err());
    }
}
