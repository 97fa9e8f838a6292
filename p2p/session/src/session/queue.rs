//! What waits to be sent, by channel: messages stay readable until they leave, so that a newer pointer position can
//! replace an older one and what is no longer allowed can be taken out.

use std::collections::VecDeque;

use crate::record::{ABORT, FRAGMENT_BYTES, MARK, MORE, Records};
use crate::wire::{Control, Message};
use crate::{Channel, InputEvent, MessageKind};

/// Channels in the order in which they are served: what a person waits for most, first.
const ORDER: [Channel; Channel::ALL.len()] =
    [Channel::Control, Channel::Input, Channel::Cursor, Channel::Chat, Channel::Video];

/// Messages that a channel's queue holds. They only wait while the driver does not drain: each kind of control message
/// once and some lines of reason, a second of input, the pictures that may be on their way, the newest pointer shape
/// and position.
const fn capacity(channel: Channel) -> usize {
    match channel {
        Channel::Control => 64,
        Channel::Input => 256,
        Channel::Video => 3,
        Channel::Cursor => 2,
        Channel::Chat => 32,
    }
}

/// What waits to be sent.
#[derive(Debug, Default)]
pub(super) struct Queues([Queue; Channel::ALL.len()]);

#[derive(Debug, Default)]
struct Queue {
    messages: VecDeque<Message>,
    /// A message of which some has left.
    begun: Option<Begun>,
    /// The last begun message was given up, which the other side must hear.
    abort: bool,
    /// The other side must hear that this channel is in a new epoch.
    mark: bool,
    /// The driver can't write to the channel's stream now.
    held: bool,
}

#[derive(Debug)]
struct Begun {
    kind: MessageKind,
    bytes: Vec<u8>,
    sent: usize,
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
        let queue = &mut self.0[channel.index()].messages;
        if let Some(older) = replaceable(queue, &message) {
            *older = message;
            return true;
        }
        if queue.len() >= capacity(channel) {
            return false;
        }
        queue.push_back(message);
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
            if queue.begun.as_ref().is_some_and(|begun| !keep(begun.kind)) {
                queue.begun = None;
                queue.abort = true;
            }
        }
        removed
    }

    /// The other side is to hear, on these channels, that they are in a new epoch.
    pub(super) fn mark(&mut self, channels: u8) {
        for channel in Channel::ALL.into_iter().filter(|channel| channels & channel.bit() != 0) {
            self.0[channel.index()].mark = true;
        }
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
            | Control::Permissions { .. }
            | Control::PermissionsSeen { .. }
            | Control::KeyRequest { .. }
            | Control::Shown { .. },
        ) => queue.iter_mut().find(|older| older.kind() == newer.kind()),
        _ => None,
    }
}

impl Queue {
    fn next_record(&mut self, records: &mut Records, channel: Channel, gated: bool) -> Option<Vec<u8>> {
        if self.held {
            return None;
        }
        if std::mem::take(&mut self.abort) {
            return Some(records.seal(channel, ABORT, &[]));
        }
        if std::mem::take(&mut self.mark) {
            return Some(records.seal(channel, MARK, &[]));
        }
        if gated {
            return None;
        }
        let mut begun = match self.begun.take() {
            Some(begun) => begun,
            None => {
                let message = self.messages.pop_front()?;
                Begun { kind: message.kind(), bytes: message.encode(), sent: 0 }
            }
        };
        let end = begun.bytes.len().min(begun.sent + FRAGMENT_BYTES);
        let more = end < begun.bytes.len();
        let record = records.seal(channel, if more { MORE } else { 0 }, &begun.bytes[begun.sent..end]);
        if more {
            begun.sent = end;
            self.begun = Some(begun);
        }
        Some(record)
    }
}
