//! What is known of a channel before any message of it: its bounds, its class, and the rows of the table that
//! decide about its messages.
//!
//! It says what holds; [`authorize`](crate::authorize()) asks it, and the session acts on it.

use crate::{Permission, Phase, Role};

/// What a channel is and how much it may carry.
#[derive(Debug)]
pub struct ChannelSpec {
    /// Its name in docs/PROTOCOL.md and in the log.
    pub name: &'static str,
    /// The longest message in bytes once the user has consented.
    pub max_message_bytes: usize,
    /// Messages that may wait to be sent, those that were sent and may have to be sent again included. Past
    /// it a message is refused, except one of which only the newest counts: of those one waits at most.
    pub waiting: usize,
    /// Bytes that are kept to be sent again on the next leg; what was more on its way is lost with its leg.
    /// `None`: all of it is kept, and [`Self::waiting`] is the bound.
    pub keep_bytes: Option<usize>,
    /// Messages that arrived and wait for the program. Past it this channel is no longer read, and the other
    /// side waits.
    pub inbox: usize,
    /// Who goes first where several channels have something to send.
    pub class: TrafficClass,
    /// The rows of the table that its messages come under.
    pub rows: &'static [&'static Row],
}

/// Who goes first on a path that channels share; the first before all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrafficClass {
    /// What keeps the session going: at once.
    Control,
    /// A little that comes evenly and is of no use a moment later.
    Timely,
    /// What a person waits for with every press.
    Interactive,
    /// What is out of date when it is late, and finds out by itself what the path carries.
    Media,
    /// What only has to arrive: it gets what media leaves, but never nothing.
    Bulk,
}

impl TrafficClass {
    /// Whether the other side says how far its records have arrived.
    pub(crate) const fn is_reported(self) -> bool {
        match self {
            Self::Control | Self::Timely | Self::Interactive => false,
            Self::Media | Self::Bulk => true,
        }
    }

    /// Records of a channel that may wait for its stream to take them: past it they wait where they can still
    /// be taken back, or dropped for newer ones.
    pub const fn records_ahead(self) -> usize {
        match self {
            // One that is being written, and the next.
            Self::Timely => 2,
            // Half a megabyte of the longest.
            Self::Control | Self::Interactive | Self::Media | Self::Bulk => 28,
        }
    }
}

/// A row of the table: who may send a message, when, and whether none may be lost.
#[derive(Debug)]
pub struct Row {
    /// The message's name in docs/PROTOCOL.md.
    pub name: &'static str,
    /// The words for it in the log.
    pub words: &'static str,
    /// Who may send it.
    pub from: RowSender,
    /// The first and the last phase in which it may be sent.
    pub during: (Phase, Phase),
    /// What the user must allow. What needs a permission rests while the session is paused.
    pub needs: Option<Permission>,
    /// What becomes of it where a leg ends before it has arrived.
    pub delivery: Delivery,
}

/// Who may send a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowSender {
    /// The technician.
    Technician,
    /// The host.
    Host,
    /// Both.
    Either,
}

impl RowSender {
    /// Whether this side may send it.
    pub const fn is(self, role: Role) -> bool {
        match self {
            Self::Technician => matches!(role, Role::Technician),
            Self::Host => matches!(role, Role::Host),
            Self::Either => true,
        }
    }
}

/// What becomes of a message where a leg ends before it has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// It has a number and is sent again, in order, until it has arrived.
    InOrder,
    /// It has a number and is sent again, unless there is a newer one of its row: that takes its place.
    Newest,
    /// It is not sent again: it is out of date soon, or something else makes good for it.
    Once,
}

impl Delivery {
    /// Whether the message has a number, by which it is known again.
    pub const fn numbered(self) -> bool {
        !matches!(self, Self::Once)
    }
}

/// The longest message of any channel in bytes before consent: a name and a reason.
pub(crate) const MAX_BYTES_BEFORE_CONSENT: usize = 4 << 10;
