//! What passes between a program and its decoder: requests of one length, and answers of at most another.
//!
//! The bytes of units and pictures are in shared memory. Whoever reads an answer trusts nothing in it: the
//! decoder may be in a host's hands.

use beistand_codec::{ChangedBands, DecodeError, EncodedUnit, Rect, StreamId};

/// Bytes of a request.
pub(super) const REQUEST_BYTES: usize = 16;

/// Bytes of an answer at most: a code and a line for the log.
pub(super) const ANSWER_BYTES: usize = 128;

/// What the decoder is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Request {
    /// Decode the unit whose bytes lie in shared memory, and draw it there.
    Decode { stream: StreamId, rect: Rect, key: bool, bytes: u32 },
    /// Forget all streams.
    Reset,
}

impl Request {
    pub(super) fn of(unit: &EncodedUnit) -> Option<Self> {
        let bytes = u32::try_from(unit.data.len()).ok()?;
        Some(Self::Decode { stream: unit.stream, rect: unit.rect, key: unit.key, bytes })
    }

    pub(super) fn to_bytes(self) -> [u8; REQUEST_BYTES] {
        let mut bytes = [0; REQUEST_BYTES];
        if let Self::Decode { stream, rect, key, bytes: length } = self {
            bytes[0] = 1;
            bytes[1] = key.into();
            for (index, word) in
                [stream.0, rect.x(), rect.y(), rect.width(), rect.height()].into_iter().enumerate()
            {
                bytes[2 + 2 * index..][..2].copy_from_slice(&word.to_le_bytes());
            }
            bytes[12..].copy_from_slice(&length.to_le_bytes());
        }
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8; REQUEST_BYTES]) -> Option<Self> {
        let word = |index: usize| u16::from_le_bytes([bytes[2 + 2 * index], bytes[3 + 2 * index]]);
        match bytes[0] {
            0 => Some(Self::Reset),
            1 => Some(Self::Decode {
                stream: StreamId(word(0)),
                rect: Rect::new(word(1), word(2), word(3), word(4))?,
                key: bytes[1] == 1,
                bytes: u32::from_le_bytes([bytes[12], bytes[13], bytes[14], bytes[15]]),
            }),
            _ => None,
        }
    }
}

/// Where a picture's planes are in the shared memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PicturePlace {
    /// The first byte of Y, U and V.
    pub(super) starts: [u32; 3],
    /// From the start of one row to the next.
    pub(super) stride: u32,
}

/// A picture that is in the shared memory until the next request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ShownPicture {
    /// Which rows are another than in the picture before.
    pub(super) bands: [u8; ChangedBands::BYTES],
    pub(super) place: PicturePlace,
}

impl ShownPicture {
    /// Bytes of [`Self::to_bytes`].
    const BYTES: usize = ChangedBands::BYTES + 4 * 4;

    fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let (bands, place) = bytes.split_at_mut(ChangedBands::BYTES);
        bands.copy_from_slice(&self.bands);
        let [y, u, v] = self.place.starts;
        for (bytes, word) in place.chunks_exact_mut(4).zip([y, u, v, self.place.stride]) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; Self::BYTES] = bytes.try_into().ok()?;
        let (bands, place) = bytes.split_first_chunk()?;
        let word = |index: usize| Some(u32::from_le_bytes(place.get(4 * index..)?.first_chunk().copied()?));
        let place = PicturePlace { starts: [word(0)?, word(1)?, word(2)?], stride: word(3)? };
        Some(Self { bands: *bands, place })
    }
}

/// What came of a request, and the decoder's first word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CageAnswer {
    /// It is done; at first: the cage is closed.
    Done,
    /// There is a picture.
    Shown(ShownPicture),
    /// At first: the cage could not be closed, so nothing will be decoded.
    NoCage(String),
    /// The unit is at fault.
    Bitstream(String),
    MissingKey,
    OutsideScreen,
    TooManyStreams,
}

impl CageAnswer {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let (code, rest): (u8, &[u8]) = match self {
            Self::Done => (0, &[]),
            Self::NoCage(text) => (1, text.as_bytes()),
            Self::Bitstream(text) => (2, text.as_bytes()),
            Self::MissingKey => (3, &[]),
            Self::OutsideScreen => (4, &[]),
            Self::TooManyStreams => (5, &[]),
            Self::Shown(picture) => return [&[6], &picture.to_bytes()[..]].concat(),
        };
        [&[code], &rest[..rest.len().min(ANSWER_BYTES - 1)]].concat()
    }

    /// `None` for what no decoder of ours says.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (code, rest) = bytes.split_first()?;
        // For the log: nothing that a terminal would act on.
        let plain =
            |byte: &u8| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '?' };
        let text = || rest.iter().take(ANSWER_BYTES).map(plain).collect();
        Some(match code {
            0 => Self::Done,
            1 => Self::NoCage(text()),
            2 => Self::Bitstream(text()),
            3 => Self::MissingKey,
            4 => Self::OutsideScreen,
            5 => Self::TooManyStreams,
            6 => Self::Shown(ShownPicture::from_bytes(rest)?),
            _ => return None,
        })
    }
}

impl From<DecodeError> for CageAnswer {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::MissingKey => Self::MissingKey,
            DecodeError::OutsideScreen => Self::OutsideScreen,
            DecodeError::TooManyStreams => Self::TooManyStreams,
            DecodeError::Bitstream(text) => Self::Bitstream(text),
            error @ (DecodeError::ScreenTooLarge
            | DecodeError::TooSlow
            | DecodeError::DecoderLost
            | DecodeError::NoCage(_)) => Self::Bitstream(error.to_string()),
        }
    }
}

impl CageAnswer {
    /// The picture that it speaks of; `None` where only something was done.
    pub(super) fn shown(self) -> Result<Option<ShownPicture>, DecodeError> {
        Err(match self {
            CageAnswer::Done => return Ok(None),
            CageAnswer::Shown(picture) => return Ok(Some(picture)),
            CageAnswer::NoCage(text) => DecodeError::NoCage(text),
            CageAnswer::Bitstream(text) => DecodeError::Bitstream(text),
            CageAnswer::MissingKey => DecodeError::MissingKey,
            CageAnswer::OutsideScreen => DecodeError::OutsideScreen,
            CageAnswer::TooManyStreams => DecodeError::TooManyStreams,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_as_it_was_written() {
        let rect = Rect::new(1, 300, 7000, 5).unwrap();
        let decode = Request::Decode { stream: StreamId(15), rect, key: true, bytes: 8 << 20 };
        for request in [decode, Request::Reset] {
            assert_eq!(Request::from_bytes(&request.to_bytes()), Some(request));
        }
        assert_eq!(Request::from_bytes(&[9; REQUEST_BYTES]), None);
    }

    #[test]
    fn a_picture_is_read_as_it_was_written_and_not_where_a_byte_is_missing_or_too_many() {
        let place = PicturePlace { starts: [1 << 24, 5, u32::MAX], stride: 7680 };
        let answer = CageAnswer::Shown(ShownPicture { bands: [0xA5; ChangedBands::BYTES], place });
        let bytes = answer.to_bytes();
        assert!(bytes.len() <= ANSWER_BYTES);
        assert_eq!(CageAnswer::from_bytes(&bytes), Some(answer));
        assert_eq!(CageAnswer::from_bytes(&bytes[..bytes.len() - 1]), None);
        assert_eq!(CageAnswer::from_bytes(&[&bytes[..], &[0]].concat()), None);
    }

    #[test]
    fn what_a_decoder_says_for_the_log_moves_no_terminal_and_is_short() {
        let said = CageAnswer::from_bytes(&[&b"\x02\x1b[2Jno\n"[..], &[b'x'; 500]].concat()).unwrap();
        let CageAnswer::Bitstream(text) = said else { panic!("{said:?}") };
        assert!(text.starts_with("?[2Jno?") && text.len() == ANSWER_BYTES, "{text}");
        assert_eq!(CageAnswer::from_bytes(&[200]), None);
        assert_eq!(CageAnswer::from_bytes(&[]), None);
        let long = CageAnswer::NoCage("x".repeat(500)).to_bytes();
        assert_eq!(long.len(), ANSWER_BYTES);
    }
}
