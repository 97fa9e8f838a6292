//! Tests of the user's computer and of its network that the technician starts: which one, how far it is, and
//! what it found.
//!
//! What a test does is the program's to say; here is what travels. How fast the way between the two is, is
//! measured by blocks on this very channel.

mod finding;
#[cfg(test)]
pub(crate) mod tests;
mod words;

use serde::{Deserialize, Serialize};

pub use finding::{CheckupFinding, FindingKind, FindingUnit, FindingValue, MAX_FINDING_CHARS};
pub use words::{CheckupEnd, CheckupKind};

use super::bounded::{Bytes, Text};
use super::{ChannelSpec, Delivery, LiveChannel, Moment, Row, RowSender, TrafficClass, WireForm};
use crate::{CommandError, Permission, Phase, Role};

/// The longest arguments of a test in bytes: a path, which is the longest, and what belongs to it.
pub const MAX_CHECKUP_ARGS_BYTES: usize = 1024;

/// The longest block in bytes: what a stream sends in one record.
pub const MAX_BLOCK_BYTES: usize = 16 << 10;

/// The last step of a test's way, which is counted in thousandths.
const WHOLE: u16 = 1000;

/// What is said about tests. `id` is the technician's number for a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckupMessage {
    /// Technician: run this.
    Start {
        /// A number that no other test of this session has.
        id: u32,
        /// Which one.
        kind: CheckupKind,
        /// What belongs to it, at most [`MAX_CHECKUP_ARGS_BYTES`].
        args: String,
    },
    /// Technician: stop it, or do not begin it.
    Stop {
        /// Which one.
        id: u32,
    },
    /// Host: it has begun.
    Begun {
        /// Which one.
        id: u32,
    },
    /// Host: so far it is.
    Advance {
        /// Which one.
        id: u32,
        /// How far, in thousandths.
        permille: u16,
    },
    /// Host: this was found.
    Finding {
        /// By which one.
        id: u32,
        /// What it is.
        finding: CheckupFinding,
    },
    /// Host: from now on the technician sends blocks.
    SendBlocks {
        /// For which one.
        id: u32,
    },
    /// Host: it is over.
    Ended {
        /// Which one.
        id: u32,
        /// How it ended.
        end: CheckupEnd,
    },
    /// Either: this only has to arrive.
    Block {
        /// For which one.
        id: u32,
        /// At most [`MAX_BLOCK_BYTES`].
        bytes: Vec<u8>,
    },
    /// Either: so many blocks have come.
    BlocksSeen {
        /// For which one.
        id: u32,
        /// How many in all.
        blocks: u32,
    },
}

/// Tests end with the path: nobody sees what they find, nor could stop them.
#[derive(Default)]
pub(crate) struct LiveCheckup;

impl LiveChannel<CheckupWire> for LiveCheckup {
    const VOID_WITHOUT_PATH: bool = true;
}

/// A message of the checkup channel. The order of the variants is part of the protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum CheckupWire {
    Start { id: u32, kind: CheckupKind, args: Text<MAX_CHECKUP_ARGS_BYTES> },
    Stop { id: u32 },
    Begun { id: u32 },
    Advance { id: u32, permille: u16 },
    Finding { id: u32, finding: finding::WireFinding },
    SendBlocks { id: u32 },
    Ended { id: u32, end: CheckupEnd },
    UserBlock { id: u32, bytes: Bytes<MAX_BLOCK_BYTES> },
    UserBlocksSeen { id: u32, blocks: u32 },
    HelperBlock { id: u32, bytes: Bytes<MAX_BLOCK_BYTES> },
    HelperBlocksSeen { id: u32, blocks: u32 },
}

const fn row(name: &'static str, words: &'static str, from: RowSender, delivery: Delivery) -> Row {
    let during = (Phase::Active, Phase::Active);
    Row { name, words, from, during, needs: Some(Permission::Checkup), delivery }
}

static START: Row = row("Start", "the start of a test", RowSender::Technician, Delivery::InOrder);
static STOP: Row = row("Stop", "the stop of a test", RowSender::Technician, Delivery::InOrder);
static BEGUN: Row = row("Begun", "that a test has begun", RowSender::Host, Delivery::InOrder);
static ADVANCE: Row = row("Advance", "how far a test is", RowSender::Host, Delivery::Newest);
static FINDING: Row = row("Finding", "what a test found", RowSender::Host, Delivery::InOrder);
static SEND_BLOCKS: Row = row("SendBlocks", "a wish for blocks", RowSender::Host, Delivery::InOrder);
static ENDED: Row = row("Ended", "the end of a test", RowSender::Host, Delivery::InOrder);
static USER_BLOCK: Row = row("UserBlock", "a block of the user's", RowSender::Host, Delivery::Once);
static USER_BLOCKS_SEEN: Row =
    row("UserBlocksSeen", "how many of the user's blocks came", RowSender::Technician, Delivery::Newest);
static HELPER_BLOCK: Row =
    row("HelperBlock", "a block of the helper's", RowSender::Technician, Delivery::Once);
static HELPER_BLOCKS_SEEN: Row =
    row("HelperBlocksSeen", "how many of the helper's blocks came", RowSender::Host, Delivery::Newest);

impl WireForm for CheckupWire {
    const SPEC: ChannelSpec = ChannelSpec {
        name: "checkup",
        // A block and its head.
        max_message_bytes: MAX_BLOCK_BYTES + 16,
        // All that one test and two that wait can find, and the blocks on their way.
        waiting: 512,
        keep_bytes: None,
        // Blocks come faster than a task gets its turn.
        inbox: 64,
        class: TrafficClass::Bulk,
        rows: &[
            &START,
            &STOP,
            &BEGUN,
            &ADVANCE,
            &FINDING,
            &SEND_BLOCKS,
            &ENDED,
            &USER_BLOCK,
            &USER_BLOCKS_SEEN,
            &HELPER_BLOCK,
            &HELPER_BLOCKS_SEEN,
        ],
    };

    type Plain = CheckupMessage;
    type Live = LiveCheckup;

    fn row(&self) -> &'static Row {
        match self {
            Self::Start { .. } => &START,
            Self::Stop { .. } => &STOP,
            Self::Begun { .. } => &BEGUN,
            Self::Advance { .. } => &ADVANCE,
            Self::Finding { .. } => &FINDING,
            Self::SendBlocks { .. } => &SEND_BLOCKS,
            Self::Ended { .. } => &ENDED,
            Self::UserBlock { .. } => &USER_BLOCK,
            Self::UserBlocksSeen { .. } => &USER_BLOCKS_SEEN,
            Self::HelperBlock { .. } => &HELPER_BLOCK,
            Self::HelperBlocksSeen { .. } => &HELPER_BLOCKS_SEEN,
        }
    }

    fn pack(plain: CheckupMessage, moment: &Moment<'_>) -> Result<Self, CommandError> {
        let invalid = CommandError::Invalid("test");
        Ok(match plain {
            CheckupMessage::Start { id, kind, args } => {
                Self::Start { id, kind, args: Text::from_string(args).ok_or(invalid)? }
            }
            CheckupMessage::Stop { id } => Self::Stop { id },
            CheckupMessage::Begun { id } => Self::Begun { id },
            CheckupMessage::Advance { id, permille } => Self::Advance { id, permille: permille.min(WHOLE) },
            CheckupMessage::Finding { id, finding } => Self::Finding { id, finding: finding.into() },
            CheckupMessage::SendBlocks { id } => Self::SendBlocks { id },
            CheckupMessage::Ended { id, end } => Self::Ended { id, end },
            CheckupMessage::Block { id, bytes } => {
                let bytes = Bytes::new(bytes).ok_or(invalid)?;
                match moment.role {
                    Role::Host => Self::UserBlock { id, bytes },
                    Role::Technician => Self::HelperBlock { id, bytes },
                }
            }
            CheckupMessage::BlocksSeen { id, blocks } => match moment.role {
                Role::Host => Self::HelperBlocksSeen { id, blocks },
                Role::Technician => Self::UserBlocksSeen { id, blocks },
            },
        })
    }

    fn unpack(self, _: Option<u64>, _: &Moment<'_>) -> CheckupMessage {
        match self {
            // As it was typed: what the program shows of it, it escapes itself.
            Self::Start { id, kind, args } => {
                CheckupMessage::Start { id, kind, args: args.into_string() }
            }
            Self::Stop { id } => CheckupMessage::Stop { id },
            Self::Begun { id } => CheckupMessage::Begun { id },
            Self::Advance { id, permille } => CheckupMessage::Advance { id, permille: permille.min(WHOLE) },
            Self::Finding { id, finding } => CheckupMessage::Finding { id, finding: finding.into_escaped() },
            Self::SendBlocks { id } => CheckupMessage::SendBlocks { id },
            Self::Ended { id, end } => CheckupMessage::Ended { id, end },
            Self::UserBlock { id, bytes } | Self::HelperBlock { id, bytes } => {
                CheckupMessage::Block { id, bytes: bytes.into_vec() }
            }
            Self::UserBlocksSeen { id, blocks } | Self::HelperBlocksSeen { id, blocks } => {
                CheckupMessage::BlocksSeen { id, blocks }
            }
        }
    }
}
