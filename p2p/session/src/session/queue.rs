//! What waits to be sent, by channel, and what was sent and is not known to have arrived.
//!
//! Messages stay readable until they leave, so that a newer pointer position can replace an older one and
//! what is no longer allowed can be taken out. Those of which none may be lost have numbers, rising by
//! channel, and are kept until the other side says that they arrived; on the next leg those that did not are
//! sent again, in order, with the same numbers. Which of them a channel has is in its rows; whose turn it is,
//! is in `turns.rs`.

use std::collections::VecDeque;
use std::sync::Arc;

use super::bulk::BulkWindow;
use super::media::FIRST_PART_BYTES;
use super::numbers::ReceivedNumbers;
use super::turns::ClassTurns;
use crate::channels::WireMessage;
use crate::record::{ABORT, FRAGMENT_BYTES, MORE, Records};
use crate::{ByChannel, Channel, Delivery, Row, TrafficClass};

/// What waits to be sent.
#[derive(Debug, Default)]
pub(super) struct SendQueues {
    queues: ByChannel<ChannelQueue>,
    turns: ClassTurns,
}

#[derive(Debug, Default)]
struct ChannelQueue {
    messages: VecDeque<WireMessage>,
    /// A message of which some has left.
    begun: Option<BegunMessage>,
    /// What has left on this leg and may have to be sent again, oldest first.
    sent: VecDeque<SentMessage>,
    /// What has left on an earlier leg and must be sent again, before `messages`.
    again: VecDeque<SentMessage>,
    /// The last number that was given.
    number: u64,
    /// The last begun message was given up, which the other side must hear.
    abort: bool,
    /// The driver can't write to the channel's stream now.
    held: bool,
}

#[derive(Debug)]
struct BegunMessage {
    row: &'static Row,
    number: Option<u64>,
    bytes: Arc<Vec<u8>>,
    sent: usize,
}

/// A message that may have to be sent again.
#[derive(Debug)]
struct SentMessage {
    row: &'static Row,
    number: u64,
    /// `None`: too much to be kept.
    bytes: Option<Arc<Vec<u8>>>,
}

/// What leaves next.
pub(super) struct NextRecord {
    pub(super) channel: Channel,
    pub(super) sealed: SealedRecord,
}

/// A record of one channel, ready to leave.
pub(super) struct SealedRecord {
    pub(super) bytes: Vec<u8>,
    pub(super) place: RecordPlace,
    /// The number of the message that has left with it to its end, where it has one.
    pub(super) completes: Option<u64>,
}

/// Where in its message a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RecordPlace {
    pub(super) first: bool,
    pub(super) last: bool,
}

/// The bytes of a message in its first record, and in each other, at most.
#[derive(Debug, Clone, Copy)]
struct PartSizes {
    first: usize,
    other: usize,
}

/// What may leave now.
pub(super) struct SendLimits<'a> {
    /// Only the control channel may start messages.
    pub(super) gated: bool,
    /// How much of bulk may.
    pub(super) bulk: &'a BulkWindow,
    /// Bytes of bulk that may be on their way.
    pub(super) bulk_room: u64,
}

impl SendQueues {
    /// Queues a message; `false` where there is no room. One that makes an older one worthless takes its
    /// place.
    #[must_use]
    pub(super) fn push(&mut self, message: WireMessage) -> bool {
        if !self.has_place_for(&message) {
            return false;
        }
        let queue = &mut self.queues[message.channel()];
        match queue.replaceable(&message) {
            Some(older) => *older = message,
            None => queue.messages.push_back(message),
        }
        true
    }

    /// Whether [`Self::push`] would take this message. Of a row of which only the newest counts at most one
    /// waits, so that it needs no bound.
    pub(super) fn has_place_for(&mut self, message: &WireMessage) -> bool {
        let channel = message.channel();
        message.row().delivery == Delivery::Newest
            || self.queues[channel].replaceable(message).is_some()
            || self.has_room(channel)
    }

    /// Takes out what `allowed` does not allow, also what has begun to leave; the channels from which
    /// something that had not left was taken.
    pub(super) fn retain(&mut self, allowed: impl Fn(&Row) -> bool) -> ByChannel<bool> {
        let mut removed = ByChannel::default();
        for (channel, queue) in self.queues.iter_mut() {
            removed[channel] = queue.retain(&allowed);
        }
        removed
    }

    /// Takes out all of a channel that is not known to have arrived; whether there was any.
    pub(super) fn give_up(&mut self, channel: Channel) -> bool {
        let queue = &mut self.queues[channel];
        let any = !(queue.messages.is_empty() && queue.sent.is_empty() && queue.again.is_empty());
        queue.retain(|_| false);
        any
    }

    /// The other side has this channel's messages up to this number.
    pub(super) fn arrived(&mut self, channel: Channel, number: u64) {
        let queue = &mut self.queues[channel];
        for sent in [&mut queue.again, &mut queue.sent] {
            while sent.pop_front_if(|sent| sent.number <= number).is_some() {}
        }
    }

    /// A new leg begins, and the other side has received this. The channels of which something is lost, and
    /// with it all that waited behind it.
    pub(super) fn resume(&mut self, received: &ReceivedNumbers) -> ByChannel<bool> {
        let mut lost = ByChannel::default();
        for channel in Channel::ALL {
            self.arrived(channel, received.of(channel));
            lost[channel] = self.queues[channel].resume();
        }
        lost
    }

    /// Whether a channel's stream can be written to.
    pub(super) fn hold(&mut self, channel: Channel, held: bool) {
        self.queues[channel].held = held;
    }

    /// Whether something of a channel has not left.
    pub(super) fn waits(&self, channel: Channel) -> bool {
        let queue = &self.queues[channel];
        queue.begun.is_some() || !queue.messages.is_empty() || !queue.again.is_empty()
    }

    /// Whether a channel would take another message.
    pub(super) fn has_room(&self, channel: Channel) -> bool {
        self.queues[channel].waiting(channel) < channel.spec().waiting
    }

    /// The next record to leave.
    pub(super) fn next_record(
        &mut self,
        records: &mut Records,
        limits: &SendLimits<'_>,
    ) -> Option<NextRecord> {
        for class in self.turns.order() {
            let sizes = match class {
                TrafficClass::Control | TrafficClass::Timely | TrafficClass::Interactive => {
                    PartSizes::equal(FRAGMENT_BYTES)
                }
                TrafficClass::Media => PartSizes { first: FIRST_PART_BYTES, other: FRAGMENT_BYTES },
                TrafficClass::Bulk => PartSizes::equal(limits.bulk.part_bytes()),
            };
            if class == TrafficClass::Bulk && limits.bulk_room == 0 {
                continue;
            }
            let gated = limits.gated && class != TrafficClass::Control;
            let channels = Channel::ALL.into_iter().filter(|channel| channel.spec().class == class);
            for channel in channels {
                let sealed = self.queues[channel].next_record(records, channel, gated, sizes);
                if let Some(sealed) = sealed {
                    self.turns.took(class, sealed.bytes.len());
                    return Some(NextRecord { channel, sealed });
                }
            }
            self.turns.passed(class);
        }
        None
    }

    /// Gives up all that waits; the flags with which the next record of the control channel must start.
    pub(super) fn clear(&mut self) -> u8 {
        let control = &self.queues[Channel::Control];
        let flags = if control.abort || control.begun.is_some() { ABORT } else { 0 };
        *self = Self::default();
        flags
    }

    /// The next number of a channel.
    #[cfg(test)]
    pub(super) fn force_number(&mut self, channel: Channel) -> u64 {
        let number = &mut self.queues[channel].number;
        *number += 1;
        *number
    }

    /// Bytes that are kept to be sent again, and messages that wait in any way.
    #[cfg(test)]
    pub(super) fn held_back(&self) -> (usize, usize) {
        let kept = |queue: &ChannelQueue| -> usize {
            queue.sent.iter().chain(&queue.again).filter_map(|sent| Some(sent.bytes.as_ref()?.len())).sum()
        };
        let count = |queue: &ChannelQueue| queue.messages.len() + queue.sent.len() + queue.again.len();
        let queues = || self.queues.iter().map(|(_, queue)| queue);
        (queues().map(kept).sum::<usize>(), queues().map(count).sum())
    }
}

impl PartSizes {
    fn equal(bytes: usize) -> Self {
        Self { first: bytes, other: bytes }
    }
}

impl ChannelQueue {
    /// Messages that count against the channel's bound.
    fn waiting(&self, channel: Channel) -> usize {
        match channel.spec().keep_bytes {
            // What was sent has a bound of its own.
            Some(_) => self.messages.len(),
            None => self.messages.len() + self.sent.len() + self.again.len(),
        }
    }

    /// The place of a message that `newer` makes worthless.
    fn replaceable(&mut self, newer: &WireMessage) -> Option<&mut WireMessage> {
        let row = newer.row();
        match row.delivery {
            Delivery::InOrder => self.messages.back_mut().filter(|last| newer.replaces(last)),
            Delivery::Newest => self.messages.iter_mut().find(|older| std::ptr::eq(older.row(), row)),
            Delivery::Once => self.messages.iter_mut().find(|older| newer.replaces(older)),
        }
    }

    /// Takes out what is not allowed; whether something that had not left was among it.
    fn retain(&mut self, allowed: impl Fn(&Row) -> bool) -> bool {
        let before = self.messages.len() + self.again.len();
        self.messages.retain(|message| allowed(message.row()));
        self.again.retain(|sent| allowed(sent.row));
        let begun = self.begun.take_if(|begun| !allowed(begun.row)).is_some();
        self.abort |= begun;
        self.sent.retain(|sent| allowed(sent.row));
        begun || self.messages.len() + self.again.len() < before
    }

    /// What had left and did not arrive leaves again; whether some of it is lost.
    fn resume(&mut self) -> bool {
        (self.begun, self.abort) = (None, false);
        // What waited to be sent again is younger than what was.
        let waiting = std::mem::take(&mut self.again);
        self.again = self.sent.drain(..).chain(waiting).collect();
        let lost = self.again.iter().any(|sent| sent.bytes.is_none());
        if lost {
            self.again.clear();
            self.messages.clear();
        }
        lost
    }

    fn next_record(
        &mut self,
        records: &mut Records,
        channel: Channel,
        gated: bool,
        sizes: PartSizes,
    ) -> Option<SealedRecord> {
        if self.held {
            return None;
        }
        if std::mem::take(&mut self.abort) {
            let bytes = records.seal(channel, ABORT, None, &[]);
            let place = RecordPlace { first: false, last: false };
            return Some(SealedRecord { bytes, place, completes: None });
        }
        if gated {
            return None;
        }
        let mut begun = match self.begun.take() {
            Some(begun) => begun,
            None => self.begin(channel)?,
        };
        let first = begun.sent == 0;
        let number = begun.number.filter(|_| first);
        let part = if first { sizes.first } else { sizes.other };
        let end = begun.bytes.len().min(begun.sent + part);
        let more = end < begun.bytes.len();
        let flags = if more { MORE } else { 0 };
        let bytes = records.seal(channel, flags, number, &begun.bytes[begun.sent..end]);
        let completes = begun.number.filter(|_| !more);
        if more {
            begun.sent = end;
            self.begun = Some(begun);
        }
        Some(SealedRecord { bytes, place: RecordPlace { first, last: !more }, completes })
    }

    /// Takes out the next message, and keeps what may have to be sent again.
    fn begin(&mut self, channel: Channel) -> Option<BegunMessage> {
        while let Some(sent) = self.again.pop_front() {
            let newest = sent.row.delivery == Delivery::Newest;
            if newest && self.messages.iter().any(|newer| std::ptr::eq(newer.row(), sent.row)) {
                // What waits has taken its place.
                continue;
            }
            let bytes = sent.bytes.clone().expect("without its bytes nothing is put here");
            let begun = BegunMessage { row: sent.row, number: Some(sent.number), bytes, sent: 0 };
            self.keep(channel, sent);
            return Some(begun);
        }
        let message = self.messages.pop_front()?;
        let (row, bytes) = (message.row(), Arc::new(message.encode()));
        let number = row.delivery.numbered().then(|| {
            self.number = message.number().unwrap_or(self.number + 1);
            self.number
        });
        if let Some(number) = number {
            self.keep(channel, SentMessage { row, number, bytes: Some(bytes.clone()) });
        }
        Some(BegunMessage { row, number, bytes, sent: 0 })
    }

    fn keep(&mut self, channel: Channel, sent: SentMessage) {
        if sent.row.delivery == Delivery::Newest {
            self.sent.retain(|older| !std::ptr::eq(older.row, sent.row));
        }
        self.sent.push_back(sent);
        let kept = || {
            self.sent.iter().filter_map(|sent| sent.bytes.as_ref()).map(|bytes| bytes.len()).sum::<usize>()
        };
        if channel.spec().keep_bytes.is_some_and(|most| kept() > most) {
            // Each builds on the one before: without one, the others are of no use.
            self.sent.iter_mut().for_each(|sent| sent.bytes = None);
        }
    }
}
