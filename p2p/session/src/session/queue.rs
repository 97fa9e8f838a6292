//! What waits to be sent, by channel, and what was sent and is not known to have arrived.
//!
//! Messages stay readable until they leave, so that a newer pointer position can replace an older one and what is no
//! longer allowed can be taken out. Those of which none may be lost have numbers, rising by channel, and are kept until
//! the other side says that they arrived; on the next leg those that did not are sent again, in order, with the same
//! numbers.

use std::collections::VecDeque;

use super::numbers::Received;
use crate::record::{ABORT, FRAGMENT_BYTES, MORE, Records};
use crate::wire::{Control, Message};
use crate::{Channel, InputEvent, MessageKind};

/// Channels in the order in which they are served: what a person waits for most, first.
const ORDER: [Channel; Channel::ALL.len()] =
    [Channel::Control, Channel::Input, Channel::Cursor, Channel::Chat, Channel::Video];

/// Messages of which a channel's queue holds, those that were sent and may have to be sent again included for input
/// and chat. Past it a command is refused. Control: each kind of message once and some lines of reason. Input: what a
/// fast mouse moves in a second, or a person types in minutes. Video: the pictures that may be on their way. Cursor:
/// the newest shape and position. Chat: 4 MiB of the longest lines.
const fn capacity(channel: Channel) -> usize {
    match channel {
        Channel::Control => 64,
        Channel::Input => 1024,
        Channel::Video => 3,
        Channel::Cursor => 2,
        Channel::Chat => 256,
    }
}

/// Bytes of pictures that are kept to be sent again: a second of a slow path. What was more on its way is sooner
/// replaced by a whole new picture.
const KEPT_PICTURE_BYTES: usize = 256 << 10;

/// What waits to be sent.
#[derive(Debug, Default)]
pub(super) struct Queues([Queue; Channel::ALL.len()]);

#[derive(Debug, Default)]
struct Queue {
    messages: VecDeque<Message>,
    /// A message of which some has left.
    begun: Option<Begun>,
    /// What has left on this leg and may have to be sent again, oldest first.
    sent: VecDeque<Sent>,
    /// What has left on an earlier leg and must be sent again, before `messages`.
    again: VecDeque<Sent>,
    /// The last number that was given.
    number: u64,
    /// The last begun message was given up, which the other side must hear.
    abort: bool,
    /// The driver can't write to the channel's stream now.
    held: bool,
}

#[derive(Debug)]
struct Begun {
    kind: MessageKind,
    number: Option<u64>,
    bytes: Vec<u8>,
    sent: usize,
}

/// A message that may have to be sent again.
#[derive(Debug)]
struct Sent {
    kind: MessageKind,
    /// Its number; a picture's id.
    number: u64,
    /// `None`: too much to be kept.
    bytes: Option<Vec<u8>>,
}

/// What was taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Removed {
    /// Whether a picture was among it.
    pub(super) picture: bool,
}

impl Queues {
    /// Queues a message; `false` where there is no room. One that makes an older one worthless takes its place.
    #[must_use]
    pub(super) fn push(&mut self, channel: Channel, message: Message) -> bool {
        let queue = &mut self.0[channel.index()];
        if let Some(older) = replaceable(&mut queue.messages, &message) {
            *older = message;
            return true;
        }
        let waiting = match channel {
            Channel::Input | Channel::Chat => queue.messages.len() + queue.sent.len() + queue.again.len(),
            Channel::Control | Channel::Video | Channel::Cursor => queue.messages.len(),
        };
        if waiting >= capacity(channel) {
            return false;
        }
        queue.messages.push_back(message);
        true
    }

    /// Takes out what `allowed` does not allow, also what has begun to leave.
    pub(super) fn retain(&mut self, allowed: impl Fn(MessageKind) -> bool) -> Removed {
        let mut removed = Removed { picture: false };
        for queue in &mut self.0 {
            let mut keep = |kind: MessageKind| {
                let keep = allowed(kind);
                removed.picture |= !keep && kind == MessageKind::Picture;
                keep
            };
            queue.messages.retain(|message| keep(message.kind()));
            queue.again.retain(|sent| keep(sent.kind));
            if queue.begun.as_ref().is_some_and(|begun| !keep(begun.kind)) {
                queue.begun = None;
                queue.abort = true;
            }
            queue.sent.retain(|sent| allowed(sent.kind));
        }
        removed
    }

    /// The other side has this channel's messages up to this number; a picture's is its id.
    pub(super) fn arrived(&mut self, channel: Channel, number: u64) {
        let queue = &mut self.0[channel.index()];
        for sent in [&mut queue.again, &mut queue.sent] {
            while sent.pop_front_if(|sent| sent.number <= number).is_some() {}
        }
    }

    /// A new leg begins, and the other side has received this. Whether a picture is lost, and with it all that wait.
    pub(super) fn resume(&mut self, received: &Received) -> Removed {
        for channel in Channel::ALL {
            if let Some(number) = received.of(channel) {
                self.arrived(channel, number);
            }
            let queue = &mut self.0[channel.index()];
            (queue.begun, queue.abort) = (None, false);
            // What waited to be sent again is younger than what was.
            let waiting = std::mem::take(&mut queue.again);
            queue.again = queue.sent.drain(..).chain(waiting).collect();
        }
        let video = &mut self.0[Channel::Video.index()];
        let lost = video.again.iter().any(|sent| sent.bytes.is_none());
        if lost {
            video.again.clear();
            video.messages.clear();
        }
        Removed { picture: lost }
    }

    /// Whether a channel's stream can be written to.
    pub(super) fn hold(&mut self, channel: Channel, held: bool) {
        self.0[channel.index()].held = held;
    }

    /// The next record to leave. `gated`: only the control channel may start messages.
    pub(super) fn next_record(&mut self, records: &mut Records, gated: bool) -> Option<(Channel, Vec<u8>)> {
        ORDER.into_iter().find_map(|channel| {
            let gated = gated && channel != Channel::Control;
            let record = self.0[channel.index()].next_record(records, channel, gated)?;
            Some((channel, record))
        })
    }

    /// Gives up all that waits; the flags with which the next record of the control channel must start.
    pub(super) fn clear(&mut self) -> u8 {
        let control = &self.0[Channel::Control.index()];
        let flags = if control.abort || control.begun.is_some() { ABORT } else { 0 };
        *self = Self::default();
        flags
    }

    /// The next number of a channel.
    #[cfg(test)]
    pub(super) fn force_number(&mut self, channel: Channel) -> u64 {
        let number = &mut self.0[channel.index()].number;
        *number += 1;
        *number
    }

    /// Bytes that are kept to be sent again, and messages that wait in any way.
    #[cfg(test)]
    pub(super) fn held_back(&self) -> (usize, usize) {
        let kept = |queue: &Queue| -> usize {
            queue.sent.iter().chain(&queue.again).filter_map(|sent| Some(sent.bytes.as_ref()?.len())).sum()
        };
        let count = |queue: &Queue| queue.messages.len() + queue.sent.len() + queue.again.len();
        (self.0.iter().map(kept).sum::<usize>(), self.0.iter().map(count).sum())
    }
}

/// The place of a message that `newer` makes worthless.
fn replaceable<'a>(queue: &'a mut VecDeque<Message>, newer: &Message) -> Option<&'a mut Message> {
    match newer {
        // Only the last: a button that went down must go down where the pointer was.
        Message::Input(InputEvent::PointerMove { .. }) => {
            queue.back_mut().filter(|last| matches!(last, Message::Input(InputEvent::PointerMove { .. })))
        }
        Message::Cursor(_)
        | Message::Control(
            Control::Heartbeat { .. }
            | Control::Received { .. }
            | Control::Permissions { .. }
            | Control::PermissionsSeen { .. }
            | Control::KeyRequest { .. }
            | Control::Shown { .. },
        ) => queue.iter_mut().find(|older| older.kind() == newer.kind()),
        _ => None,
    }
}

/// Whether a newer message of this kind makes one that was sent worthless.
const fn only_newest(kind: MessageKind) -> bool {
    matches!(
        kind,
        MessageKind::CursorShape
            | MessageKind::CursorPosition
            | MessageKind::Permissions
            | MessageKind::PermissionsSeen
    )
}

impl Queue {
    fn next_record(&mut self, records: &mut Records, channel: Channel, gated: bool) -> Option<Vec<u8>> {
        if self.held {
            return None;
        }
        if std::mem::take(&mut self.abort) {
            return Some(records.seal(channel, ABORT, None, &[]));
        }
        if gated {
            return None;
        }
        let mut begun = match self.begun.take() {
            Some(begun) => begun,
            None => self.begin()?,
        };
        let number = begun.number.filter(|_| begun.sent == 0);
        let end = begun.bytes.len().min(begun.sent + FRAGMENT_BYTES);
        let more = end < begun.bytes.len();
        let flags = if more { MORE } else { 0 };
        let record = records.seal(channel, flags, number, &begun.bytes[begun.sent..end]);
        if more {
            begun.sent = end;
            self.begun = Some(begun);
        }
        Some(record)
    }

    /// Takes out the next message, and keeps what may have to be sent again.
    fn begin(&mut self) -> Option<Begun> {
        if let Some(sent) = self.again.pop_front() {
            let bytes = sent.bytes.clone().expect("without its bytes nothing is put here");
            let number = sent.kind.numbered().then_some(sent.number);
            let begun = Begun { kind: sent.kind, number, bytes, sent: 0 };
            self.keep(sent);
            return Some(begun);
        }
        let message = self.messages.pop_front()?;
        let (kind, bytes) = (message.kind(), message.encode());
        let number = kind.numbered().then(|| {
            self.number += 1;
            self.number
        });
        let id = if let Message::Picture(picture) = &message { Some(picture.id) } else { None };
        if number.or(id).is_some() || only_newest(kind) {
            let number = number.or(id).unwrap_or_default();
            self.keep(Sent { kind, number, bytes: Some(bytes.clone()) });
        }
        Some(Begun { kind, number, bytes, sent: 0 })
    }

    fn keep(&mut self, sent: Sent) {
        if only_newest(sent.kind) {
            self.sent.retain(|older| older.kind != sent.kind);
        }
        let picture = sent.kind == MessageKind::Picture;
        self.sent.push_back(sent);
        let kept = || self.sent.iter().filter_map(|sent| sent.bytes.as_ref()).map(Vec::len).sum::<usize>();
        if picture && kept() > KEPT_PICTURE_BYTES {
            // Each builds on the one before: without one, the others are of no use.
            self.sent.iter_mut().for_each(|sent| sent.bytes = None);
        }
    }
}
