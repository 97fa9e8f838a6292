//! Records: how messages travel once the handshake is done.
//!
//! ```text
//! record    = u16 length of the rest | u8 leg | u64 nonce | ciphertext           (big-endian)
//! nonce     = channel (8 bits) | counter (56 bits)
//! plaintext = u8 flags | u64 number, where a flag says so | a message, or a part of one
//! ```
//!
//! It encrypts, decrypts, cuts and joins, and refuses what breaks the rules of counters, legs, lengths and
//! rates. What a message means, and what is done about its number, is not its concern.

mod assemble;
mod bucket;
mod frame;

use frame::OVERHEAD_BYTES;

use std::time::Instant;

use assemble::Assembler;
use bucket::Bucket;
use frame::{FrameReader, MAX_COUNTER};

use crate::noise::EpochKeys;
use crate::{ByChannel, Channel, Leg, Violation};

/// The most bytes of a message in one record: small enough that nothing waits long behind it on a shared
/// connection, large enough that the overhead of 28 bytes does not matter.
pub(crate) const FRAGMENT_BYTES: usize = 16 << 10;

/// Flag: the message goes on in the next record.
pub(crate) const MORE: u8 = 1;
/// Flag: what was begun is given up; this record starts anew.
pub(crate) const ABORT: u8 = 2;
/// Flag, on a message's first record only: its number follows.
const NUMBERED: u8 = 4;
/// Bytes of a message's number.
const NUMBER_BYTES: usize = 8;

/// The record layer of a session: all channels, both directions.
pub(crate) struct Records {
    /// The keys of the leg that is used now; there are never two.
    keys: EpochKeys,
    leg: Leg,
    /// The counter of each channel's next record. They go on across legs.
    outgoing: ByChannel<u64>,
    incoming: ByChannel<IncomingRecords>,
    /// An authentic record came.
    heard: bool,
}

#[derive(Default)]
struct IncomingRecords {
    frames: FrameReader,
    message: Assembler,
    /// The lowest counter that the next record may have.
    expected: u64,
    bucket: Bucket,
}

/// A whole message as it arrived.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ArrivedMessage {
    /// Its number, where it has one.
    pub(crate) number: Option<u64>,
    /// What it says.
    pub(crate) bytes: Vec<u8>,
}

impl Records {
    /// A session's first leg.
    pub(crate) fn new(keys: EpochKeys) -> Self {
        Self {
            keys,
            leg: Leg::FIRST,
            outgoing: ByChannel::default(),
            incoming: ByChannel::default(),
            heard: false,
        }
    }

    /// The next leg: what had arrived of a record or a message and was not complete will come anew.
    pub(crate) fn resume(&mut self, leg: Leg, keys: EpochKeys) {
        (self.leg, self.keys) = (leg, keys);
        for (_, incoming) in self.incoming.iter_mut() {
            (incoming.frames, incoming.message) = Default::default();
        }
    }

    /// One record with a message or a part of one. Only its first part has the message's number.
    pub(crate) fn seal(
        &mut self,
        channel: Channel,
        flags: u8,
        number: Option<u64>,
        fragment: &[u8],
    ) -> Vec<u8> {
        let counter = &mut self.outgoing[channel];
        let nonce = u64::from(channel.number()) << 56 | *counter;
        // 2^56 records take millennia.
        *counter = (*counter + 1).min(MAX_COUNTER);
        let mut plaintext = Vec::with_capacity(1 + NUMBER_BYTES + fragment.len());
        plaintext.push(flags | if number.is_some() { NUMBERED } else { 0 });
        plaintext.extend(number.into_iter().flat_map(u64::to_be_bytes));
        plaintext.extend_from_slice(fragment);
        let mut record = Vec::with_capacity(OVERHEAD_BYTES + plaintext.len());
        let length = (OVERHEAD_BYTES - frame::LENGTH_BYTES + plaintext.len()) as u16;
        record.extend(length.to_be_bytes());
        record.push(self.leg.number() as u8);
        record.extend(nonce.to_be_bytes());
        self.keys.seal(nonce, &plaintext, &mut record);
        record
    }

    /// Takes bytes that arrived on a channel's stream.
    pub(crate) fn push(&mut self, channel: Channel, bytes: &[u8]) {
        self.incoming[channel].frames.push(bytes);
    }

    /// The next whole message of a channel, of at most `max_bytes`; `None` where more must arrive first.
    pub(crate) fn next_message(
        &mut self,
        now: Instant,
        channel: Channel,
        max_bytes: usize,
    ) -> Result<Option<ArrivedMessage>, Violation> {
        let incoming = &mut self.incoming[channel];
        while let Some(record) = incoming.frames.next(max_bytes)? {
            incoming.bucket.take(now, record.ciphertext.len())?;
            if (record.nonce >> 56) as u8 != channel.number() {
                return Err(Violation::OutOfPlace);
            }
            let counter = record.nonce & MAX_COUNTER;
            if counter < incoming.expected {
                return Err(Violation::Replay);
            }
            if record.leg != self.leg.number() as u8 {
                return Err(Violation::Epoch);
            }
            let plaintext = self.keys.open(record.nonce, record.ciphertext).ok_or(Violation::NotAuthentic)?;
            incoming.expected = counter + 1;
            self.heard = true;
            if let Some(message) = incoming.message.push(&plaintext, max_bytes)? {
                return Ok(Some(message));
            }
        }
        Ok(None)
    }

    /// How many records a channel has sent, and so the counter of its next one.
    pub(crate) fn sent(&self, channel: Channel) -> u64 {
        self.outgoing[channel]
    }

    /// The lowest counter that a channel's next record may have: all before it have arrived, or never will.
    pub(crate) fn taken(&self, channel: Channel) -> u64 {
        self.incoming[channel].expected
    }

    /// Whether an authentic record came since the last call.
    pub(crate) fn heard(&mut self) -> bool {
        std::mem::take(&mut self.heard)
    }
}

impl std::fmt::Debug for Records {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Records")
    }
}

#[cfg(test)]
mod tests;
