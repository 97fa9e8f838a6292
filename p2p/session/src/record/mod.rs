//! Records: how messages travel once the handshake is done.
//!
//! ```text
//! record    = u16 length of the rest | u8 epoch | u64 nonce | ciphertext         (big-endian)
//! nonce     = channel (8 bits) | counter (56 bits)
//! plaintext = u8 flags | a message, or a part of one
//! ```
//!
//! It encrypts, decrypts, cuts and joins, and refuses what breaks the rules of counters, epochs, lengths and rates.
//! What a message means is not its concern.

mod assemble;
mod bucket;
mod epochs;
mod frame;

use frame::OVERHEAD_BYTES;

use std::time::Instant;

use assemble::Assembler;
use bucket::Bucket;
use epochs::Epochs;
use frame::{FrameReader, MAX_COUNTER};

use crate::noise::EpochKeys;
use crate::{Channel, Violation};

/// The most bytes of a message in one record: small enough that nothing waits long behind it on a shared connection,
/// large enough that the overhead of 28 bytes does not matter.
pub(crate) const FRAGMENT_BYTES: usize = 16 << 10;

/// Flag: the message goes on in the next record.
pub(crate) const MORE: u8 = 1;
/// Flag: what was begun is given up; this record starts anew.
pub(crate) const ABORT: u8 = 2;
/// Flag: no message; only says that the channel's sender is in this epoch.
pub(crate) const MARK: u8 = 4;

/// The record layer of a session: all channels, both directions.
pub(crate) struct Records {
    epochs: Epochs,
    outgoing: [Outgoing; Channel::ALL.len()],
    incoming: [Incoming; Channel::ALL.len()],
    /// An authentic record came.
    heard: bool,
}

#[derive(Default)]
struct Outgoing {
    /// The counter of the next record; 0 also means that the channel was never used.
    counter: u64,
}

#[derive(Default)]
struct Incoming {
    frames: FrameReader,
    message: Assembler,
    /// The lowest counter that the next record may have.
    expected: u64,
    bucket: Bucket,
}

impl Records {
    /// A session's first epoch.
    pub(crate) fn new(keys: EpochKeys) -> Self {
        Self {
            epochs: Epochs::new(keys),
            outgoing: Default::default(),
            incoming: Default::default(),
            heard: false,
        }
    }

    /// One record with a message or a part of one.
    pub(crate) fn seal(&mut self, channel: Channel, flags: u8, fragment: &[u8]) -> Vec<u8> {
        let outgoing = &mut self.outgoing[channel.index()];
        let nonce = u64::from(channel.number()) << 56 | outgoing.counter;
        // 2^56 records take millennia.
        outgoing.counter = (outgoing.counter + 1).min(MAX_COUNTER);
        let mut plaintext = Vec::with_capacity(1 + fragment.len());
        plaintext.push(flags);
        plaintext.extend_from_slice(fragment);
        let (number, keys) = self.epochs.sending();
        let mut record = Vec::with_capacity(OVERHEAD_BYTES + plaintext.len());
        let length = (OVERHEAD_BYTES - frame::LENGTH_BYTES + plaintext.len()) as u16;
        record.extend(length.to_be_bytes());
        record.push(number as u8);
        record.extend(nonce.to_be_bytes());
        keys.seal(nonce, &plaintext, &mut record);
        record
    }

    /// Takes bytes that arrived on a channel's stream.
    pub(crate) fn push(&mut self, channel: Channel, bytes: &[u8]) {
        self.incoming[channel.index()].frames.push(bytes);
    }

    /// The next whole message of a channel, of at most `max_bytes`; `None` where more must arrive first.
    pub(crate) fn next_message(
        &mut self,
        now: Instant,
        channel: Channel,
        max_bytes: usize,
    ) -> Result<Option<Vec<u8>>, Violation> {
        let incoming = &mut self.incoming[channel.index()];
        while let Some(record) = incoming.frames.next(max_bytes)? {
            incoming.bucket.take(now, record.ciphertext.len())?;
            if (record.nonce >> 56) as u8 != channel.number() {
                return Err(Violation::OutOfPlace);
            }
            let counter = record.nonce & MAX_COUNTER;
            if counter < incoming.expected {
                return Err(Violation::Replay);
            }
            let epoch = self.epochs.find(channel, record.epoch)?;
            let plaintext = self
                .epochs
                .keys(epoch)
                .open(record.nonce, record.ciphertext)
                .ok_or(Violation::NotAuthentic)?;
            incoming.expected = counter + 1;
            self.epochs.received(channel, epoch);
            self.heard = true;
            if let Some(message) = incoming.message.push(&plaintext, max_bytes)? {
                return Ok(Some(message));
            }
        }
        Ok(None)
    }

    /// Whether an authentic record came since the last call.
    pub(crate) fn heard(&mut self) -> bool {
        std::mem::take(&mut self.heard)
    }

    /// The number of the epoch in which this side sends.
    pub(crate) fn sending_epoch(&self) -> u64 {
        self.epochs.sending().0
    }

    /// The number of the newest epoch of which this side has the keys.
    pub(crate) fn newest_epoch(&self) -> u64 {
        self.epochs.newest()
    }

    /// Whether only one epoch is in use, so that the next may begin.
    pub(crate) fn settled(&self) -> bool {
        self.epochs.settled()
    }

    /// The next epoch's keys can be received from now on.
    pub(crate) fn install(&mut self, next: EpochKeys) {
        self.epochs.install(next);
    }

    /// Whether the other side has used the newest keys and this side has not yet.
    pub(crate) fn must_switch(&self) -> bool {
        self.epochs.must_switch()
    }

    /// This side sends with the newest keys from now on; the channels that it has used so far, as bits.
    pub(crate) fn switch(&mut self) -> u8 {
        self.epochs.switch();
        Channel::ALL
            .into_iter()
            .filter(|channel| self.outgoing[channel.index()].counter > 0)
            .fold(0, |used, channel| used | channel.bit())
    }

    /// The other side sends with the newest keys from now on, and had used these channels before.
    pub(crate) fn peer_switched(&mut self, used: u8) -> Result<(), Violation> {
        self.epochs.peer_switched(used)
    }
}

impl std::fmt::Debug for Records {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Records")
    }
}

#[cfg(test)]
mod tests;
