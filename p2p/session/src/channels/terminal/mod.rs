//! Terminals on the host's computer: what is typed goes there, what is printed comes back.
//!
//! Who may have one open, and what is printed into it, is the program's to decide. The bytes are passed on as
//! they are: what they do is decided by whoever draws them.

mod size;
#[cfg(test)]
pub(crate) mod tests;

use serde::{Deserialize, Serialize};

pub use size::{MAX_TERMINAL_COLUMNS, MAX_TERMINAL_ROWS, TerminalSize};

use super::bounded::Bytes;
use super::{ChannelSpec, Delivery, Moment, NotLive, Row, RowSender, TrafficClass, WireForm};
use crate::{CommandError, Permission, Phase, Role};

/// Terminals that are open at a time: a person works in one and looks at a few others.
pub const MAX_TERMINALS: usize = 4;

/// The most bytes that are typed in one message: a page that is pasted goes in parts.
pub const MAX_TYPED_BYTES: usize = 4 << 10;

/// The most bytes of output in one message: what fills a large screen once.
pub const MAX_PRINTED_BYTES: usize = 16 << 10;

/// Messages of output per terminal that the host sends ahead of the technician's acknowledgements: 256 KiB
/// are more than a good line carries in a round trip.
pub const PRINTED_AHEAD: u32 = 16;

/// What is said about terminals. Each has a number, which the host gives and never gives again.
#[derive(Clone, PartialEq, Eq)]
pub enum TerminalMessage {
    /// Technician: open one.
    Open(TerminalSize),
    /// Technician: type this into it.
    Type {
        /// Which one.
        terminal: u32,
        /// At most [`MAX_TYPED_BYTES`].
        bytes: Vec<u8>,
    },
    /// Technician: it is to have this size.
    Resize {
        /// Which one.
        terminal: u32,
        /// Its size.
        size: TerminalSize,
    },
    /// Technician: end it.
    Close(u32),
    /// Technician: its output up to this number was drawn.
    Taken {
        /// Which one.
        terminal: u32,
        /// Of the newest output.
        number: u32,
    },
    /// Host: there is one, and all that is to be seen in it comes next. One that was there before begins
    /// again.
    Opened {
        /// Which one.
        terminal: u32,
        /// Its size.
        size: TerminalSize,
        /// Who opened it.
        by: Role,
    },
    /// Host: this was printed in it.
    Printed {
        /// Which one.
        terminal: u32,
        /// Rises by one with each output of a terminal, from 1.
        number: u32,
        /// At most [`MAX_PRINTED_BYTES`].
        bytes: Vec<u8>,
    },
    /// Host: it has this size now.
    Resized {
        /// Which one.
        terminal: u32,
        /// Its size.
        size: TerminalSize,
    },
    /// Host: it is closed.
    Closed {
        /// Which one.
        terminal: u32,
        /// Why.
        why: TerminalEnd,
    },
    /// Host: none is opened.
    Unopened(TerminalObstacle),
    /// Host: whether a program other than its shell is in the foreground there. None is, until this says so.
    Busy {
        /// Which one.
        terminal: u32,
        /// Whether one is.
        busy: bool,
    },
}

/// Why a terminal was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TerminalEnd {
    /// Its shell ended, with this code where it has one.
    Exited(Option<i32>),
    /// The technician closed it.
    ByTechnician,
    /// The user closed it.
    ByUser,
    /// The user no longer allows it.
    Revoked,
}

/// Why none is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TerminalObstacle {
    /// There are [`MAX_TERMINALS`].
    TooMany,
    /// The technician may not both see it and type in it.
    NotAllowed,
    /// The computer has none to give.
    NotHere,
}

/// What is typed and printed may be a secret: it is in no log.
impl std::fmt::Debug for TerminalMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Open(size) => write!(f, "Open({size:?})"),
            Self::Type { terminal, bytes } => write!(f, "Type({terminal}, {} bytes)", bytes.len()),
            Self::Resize { terminal, size } => write!(f, "Resize({terminal}, {size:?})"),
            Self::Close(terminal) => write!(f, "Close({terminal})"),
            Self::Taken { terminal, number } => write!(f, "Taken({terminal}, {number})"),
            Self::Opened { terminal, size, by } => write!(f, "Opened({terminal}, {size:?}, {by:?})"),
            Self::Printed { terminal, number, bytes } => {
                write!(f, "Printed({terminal}, {number}, {} bytes)", bytes.len())
            }
            Self::Resized { terminal, size } => write!(f, "Resized({terminal}, {size:?})"),
            Self::Closed { terminal, why } => write!(f, "Closed({terminal}, {why:?})"),
            Self::Unopened(why) => write!(f, "Unopened({why:?})"),
            Self::Busy { terminal, busy } => write!(f, "Busy({terminal}, {busy})"),
        }
    }
}

/// A message of the terminal channel. The order of the variants is part of the protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum TerminalWire {
    Open(TerminalSize),
    Type { terminal: u32, bytes: Bytes<MAX_TYPED_BYTES> },
    Resize { terminal: u32, size: TerminalSize },
    Close(u32),
    Taken { terminal: u32, number: u32 },
    Opened { terminal: u32, size: TerminalSize, by_technician: bool },
    Printed { terminal: u32, number: u32, bytes: Bytes<MAX_PRINTED_BYTES> },
    Resized { terminal: u32, size: TerminalSize },
    Closed { terminal: u32, why: TerminalEnd },
    Unopened(TerminalObstacle),
    Busy { terminal: u32, busy: bool },
}

const fn row(name: &'static str, words: &'static str, from: RowSender, needs: Permission) -> Row {
    Row {
        name,
        words,
        from,
        during: (Phase::Active, Phase::Active),
        needs: Some(needs),
        delivery: Delivery::InOrder,
    }
}

use RowSender::{Host, Technician};

const LOOK: Permission = Permission::Terminal;
const TYPES: Permission = Permission::TerminalType;

static OPEN: Row = row("Open", "a wish for a terminal", Technician, TYPES);
static TYPE: Row = row("Type", "what is typed in a terminal", Technician, TYPES);
static RESIZE: Row = row("Resize", "a wish for a terminal's size", Technician, TYPES);
static CLOSE: Row = row("Close", "the end of a terminal", Technician, TYPES);
static TAKEN: Row = row("Taken", "an acknowledgement of output", Technician, LOOK);
static OPENED: Row = row("Opened", "a terminal", Host, LOOK);
static PRINTED: Row = row("Printed", "a terminal's output", Host, LOOK);
static RESIZED: Row = row("Resized", "a terminal's size", Host, LOOK);
static CLOSED: Row = row("Closed", "that a terminal is closed", Host, LOOK);
static UNOPENED: Row = row("Unopened", "that no terminal is opened", Host, LOOK);
static BUSY: Row = row("Busy", "that a program runs in a terminal", Host, LOOK);

impl WireForm for TerminalWire {
    const SPEC: ChannelSpec = ChannelSpec {
        name: "terminal",
        // The longest output and its head.
        max_message_bytes: MAX_PRINTED_BYTES + 32,
        // What the host sends ahead for every terminal, and their beginnings and ends; what a person pastes.
        waiting: MAX_TERMINALS * (PRINTED_AHEAD as usize + 4) + 48,
        keep_bytes: None,
        // The other side waits for acknowledgements long before.
        inbox: 16,
        class: TrafficClass::Bulk,
        rows: &[
            &OPEN, &TYPE, &RESIZE, &CLOSE, &TAKEN, &OPENED, &PRINTED, &RESIZED, &CLOSED, &UNOPENED, &BUSY,
        ],
    };

    type Plain = TerminalMessage;
    type Live = NotLive;

    fn row(&self) -> &'static Row {
        match self {
            Self::Open(_) => &OPEN,
            Self::Type { .. } => &TYPE,
            Self::Resize { .. } => &RESIZE,
            Self::Close(_) => &CLOSE,
            Self::Taken { .. } => &TAKEN,
            Self::Opened { .. } => &OPENED,
            Self::Printed { .. } => &PRINTED,
            Self::Resized { .. } => &RESIZED,
            Self::Closed { .. } => &CLOSED,
            Self::Unopened(_) => &UNOPENED,
            Self::Busy { .. } => &BUSY,
        }
    }

    fn replaces(&self, older: &Self) -> bool {
        use TerminalWire::{Busy, Resize, Taken};
        matches!(
            (self, older),
            (Taken { terminal, .. }, Taken { terminal: before, .. })
            | (Resize { terminal, .. }, Resize { terminal: before, .. })
            | (Busy { terminal, .. }, Busy { terminal: before, .. })
            if terminal == before
        )
    }

    fn pack(plain: TerminalMessage, _: &Moment<'_>) -> Result<Self, CommandError> {
        const TOO_LONG: CommandError = CommandError::Invalid("terminal");
        Ok(match plain {
            TerminalMessage::Open(size) => Self::Open(size),
            TerminalMessage::Type { terminal, bytes } => {
                Self::Type { terminal, bytes: Bytes::new(bytes).ok_or(TOO_LONG)? }
            }
            TerminalMessage::Resize { terminal, size } => Self::Resize { terminal, size },
            TerminalMessage::Close(terminal) => Self::Close(terminal),
            TerminalMessage::Taken { terminal, number } => Self::Taken { terminal, number },
            TerminalMessage::Opened { terminal, size, by } => {
                Self::Opened { terminal, size, by_technician: by == Role::Technician }
            }
            TerminalMessage::Printed { terminal, number, bytes } => {
                Self::Printed { terminal, number, bytes: Bytes::new(bytes).ok_or(TOO_LONG)? }
            }
            TerminalMessage::Resized { terminal, size } => Self::Resized { terminal, size },
            TerminalMessage::Closed { terminal, why } => Self::Closed { terminal, why },
            TerminalMessage::Unopened(why) => Self::Unopened(why),
            TerminalMessage::Busy { terminal, busy } => Self::Busy { terminal, busy },
        })
    }

    fn unpack(self, _: Option<u64>, _: &Moment<'_>) -> TerminalMessage {
        match self {
            Self::Open(size) => TerminalMessage::Open(size),
            Self::Type { terminal, bytes } => TerminalMessage::Type { terminal, bytes: bytes.into_vec() },
            Self::Resize { terminal, size } => TerminalMessage::Resize { terminal, size },
            Self::Close(terminal) => TerminalMessage::Close(terminal),
            Self::Taken { terminal, number } => TerminalMessage::Taken { terminal, number },
            Self::Opened { terminal, size, by_technician } => {
                let by = if by_technician { Role::Technician } else { Role::Host };
                TerminalMessage::Opened { terminal, size, by }
            }
            Self::Printed { terminal, number, bytes } => {
                TerminalMessage::Printed { terminal, number, bytes: bytes.into_vec() }
            }
            Self::Resized { terminal, size } => TerminalMessage::Resized { terminal, size },
            Self::Closed { terminal, why } => TerminalMessage::Closed { terminal, why },
            Self::Unopened(why) => TerminalMessage::Unopened(why),
            Self::Busy { terminal, busy } => TerminalMessage::Busy { terminal, busy },
        }
    }
}
