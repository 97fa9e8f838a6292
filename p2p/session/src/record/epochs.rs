//! Key epochs: which keys are in use, and when the old ones go.
//!
//! Channels are streams of their own, so each changes over at its own time. The old keys stay until every channel on
//! which the other side had sent before has said something with the new ones.

use crate::noise::EpochKeys;
use crate::{Channel, Violation};

/// The keys in use: one epoch's, or, during a change, two.
pub(super) struct Epochs {
    newest: u64,
    keys: EpochKeys,
    previous: Option<EpochKeys>,
    /// Whether this side still sends with the previous keys.
    sending_previous: bool,
    /// The newest epoch seen on each channel.
    seen: [u64; Channel::ALL.len()],
    /// Channels that must be seen in the newest epoch before the previous keys go; `None`: not yet known.
    awaited: Option<u8>,
}

impl Epochs {
    pub(super) fn new(keys: EpochKeys) -> Self {
        Self {
            newest: 0,
            keys,
            previous: None,
            sending_previous: false,
            seen: Default::default(),
            awaited: None,
        }
    }

    pub(super) fn newest(&self) -> u64 {
        self.newest
    }

    pub(super) fn settled(&self) -> bool {
        self.previous.is_none()
    }

    /// The epoch in which to send.
    pub(super) fn sending(&self) -> (u64, &EpochKeys) {
        match &self.previous {
            Some(previous) if self.sending_previous => (self.newest - 1, previous),
            _ => (self.newest, &self.keys),
        }
    }

    /// The epoch that a record's byte names.
    pub(super) fn find(&self, channel: Channel, byte: u8) -> Result<u64, Violation> {
        if byte == self.newest as u8 {
            return Ok(self.newest);
        }
        let previous = self.newest.wrapping_sub(1);
        if self.previous.is_some() && byte == previous as u8 && self.seen[channel.index()] < self.newest {
            return Ok(previous);
        }
        Err(Violation::Epoch)
    }

    /// The keys of an epoch that [`Self::find`] found.
    pub(super) fn keys(&self, epoch: u64) -> &EpochKeys {
        match &self.previous {
            Some(previous) if epoch < self.newest => previous,
            _ => &self.keys,
        }
    }

    /// An authentic record of this epoch came.
    pub(super) fn received(&mut self, channel: Channel, epoch: u64) {
        self.seen[channel.index()] = epoch;
        self.drop_previous();
    }

    pub(super) fn install(&mut self, next: EpochKeys) {
        self.previous = Some(std::mem::replace(&mut self.keys, next));
        self.newest += 1;
        self.sending_previous = true;
        self.awaited = None;
    }

    pub(super) fn must_switch(&self) -> bool {
        self.sending_previous && self.seen.contains(&self.newest)
    }

    pub(super) fn switch(&mut self) {
        self.sending_previous = false;
        self.drop_previous();
    }

    pub(super) fn peer_switched(&mut self, used: u8) -> Result<(), Violation> {
        if self.previous.is_none() || self.awaited.is_some() {
            return Err(Violation::Rekey);
        }
        self.awaited = Some(used);
        self.drop_previous();
        Ok(())
    }

    fn drop_previous(&mut self) {
        let all_seen = self.awaited.is_some_and(|awaited| {
            Channel::ALL
                .into_iter()
                .filter(|channel| awaited & channel.bit() != 0)
                .all(|channel| self.seen[channel.index()] == self.newest)
        });
        if all_seen && !self.sending_previous {
            self.previous = None;
        }
    }
}
