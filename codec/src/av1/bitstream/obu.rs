//! Open bitstream units, sections 5.3 and 7.5: the frame around headers and tiles.

use super::bits::leb128;

/// `obu_type`, section 6.2.2, of the units that this encoder writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ObuType {
    SequenceHeader = 1,
    TemporalDelimiter = 2,
    Frame = 6,
}

/// Appends a unit with its size: the low-overhead format of section 5.2.
pub(crate) fn write_obu(out: &mut Vec<u8>, kind: ObuType, payload: &[&[u8]]) {
    const HAS_SIZE_FIELD: u8 = 1 << 1;
    out.push((kind as u8) << 3 | HAS_SIZE_FIELD);
    leb128(out, payload.iter().map(|part| part.len()).sum());
    for part in payload {
        out.extend_from_slice(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_has_its_type_and_size_in_front() {
        let mut out = Vec::new();
        write_obu(&mut out, ObuType::TemporalDelimiter, &[]);
        write_obu(&mut out, ObuType::Frame, &[&[1, 2], &[3]]);
        assert_eq!(out, [0x12, 0, 0x32, 3, 1, 2, 3]);
    }
}
