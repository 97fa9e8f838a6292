//! Finding records in a stream of bytes. Lengths are checked before anything waits for what they promise.

use super::NUMBER_BYTES;
use crate::Violation;
use crate::noise::TAG_BYTES;

/// Bytes of the length at a record's start.
pub(super) const LENGTH_BYTES: usize = 2;

/// Bytes before the ciphertext: length, leg, nonce.
pub(crate) const HEADER_BYTES: usize = LENGTH_BYTES + 1 + 8;

/// Bytes of a record beyond its plaintext.
pub(crate) const OVERHEAD_BYTES: usize = HEADER_BYTES + TAG_BYTES;

/// The longest record in bytes: Noise allows no longer message, and its length must fit two bytes.
pub(crate) const MAX_RECORD_BYTES: usize = 65_535;

/// Bytes of the flags at a plaintext's start.
pub(super) const FLAGS_BYTES: usize = 1;

/// The highest counter of a nonce.
pub(super) const MAX_COUNTER: u64 = (1 << 56) - 1;

/// Finds records in a stream of bytes. Holds at most what one call brought and one incomplete record.
#[derive(Default)]
pub(super) struct FrameReader {
    buffer: Vec<u8>,
    /// Where the next record starts.
    start: usize,
}

/// A record as it arrived.
pub(super) struct Frame<'a> {
    pub(super) leg: u8,
    pub(super) nonce: u64,
    pub(super) ciphertext: &'a [u8],
}

impl FrameReader {
    /// Takes bytes that arrived.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// The next record, for a channel whose messages have at most `max_bytes`; `None` where it is not
    /// complete.
    pub(super) fn next(&mut self, max_bytes: usize) -> Result<Option<Frame<'_>>, Violation> {
        let rest = &self.buffer[self.start..];
        let Some((length, rest)) = rest.split_first_chunk::<LENGTH_BYTES>() else { return Ok(None) };
        let length = usize::from(u16::from_be_bytes(*length));
        let least = OVERHEAD_BYTES - LENGTH_BYTES + FLAGS_BYTES;
        let most = (least + NUMBER_BYTES + max_bytes).min(MAX_RECORD_BYTES - LENGTH_BYTES);
        if length < least || length > most {
            return Err(Violation::RecordLength);
        }
        let Some(record) = rest.get(..length) else { return Ok(None) };
        self.start += LENGTH_BYTES + length;
        let (leg, record) = record.split_first().expect("at least the overhead");
        let (nonce, ciphertext) = record.split_first_chunk().expect("at least the overhead");
        Ok(Some(Frame { leg: *leg, nonce: u64::from_be_bytes(*nonce), ciphertext }))
    }
}
