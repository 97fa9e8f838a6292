//! Files from one computer to the other: to the user with one permission, from the user with another.
//!
//! A transfer is offered by its sender, accepted by its receiver's person, and then carried file by file. All
//! of it is numbered and sent again where a path is lost, so that a transfer outlives that by itself. What a
//! name may be, where something is written and whether it arrived whole is the program's to see to.

mod part;
#[cfg(test)]
pub(crate) mod tests;
mod words;

use serde::{Deserialize, Serialize};

pub use part::{
    AnswerPart, FILE_HASH_BYTES, FilesEntry, MAX_ENTRIES_PER_MESSAGE, MAX_ENTRY_PATH_BYTES,
    MAX_FILE_BLOCK_BYTES, MAX_FILE_BYTES, MAX_FILES_TITLE_BYTES, MAX_HASHES_PER_MESSAGE, MAX_PARTS_UNDER_WAY,
    SentPart,
};
use part::{WireAnswer, WireSent};
pub use words::FilesEnd;

use super::bounded::Text;
use super::{ChannelSpec, Delivery, Moment, NotLive, Row, RowSender, TrafficClass, WireForm};
use crate::{CommandError, Permission, Phase, Role};

/// The longest name of a file that is wished for, in bytes: a path.
pub const MAX_ASKED_NAME_BYTES: usize = 1024;

/// What is said about files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilesMessage {
    /// The sender of a transfer says this.
    Sent {
        /// The sender's number for it.
        id: u32,
        /// What.
        part: SentPart,
    },
    /// The receiver of a transfer answers this.
    Answered {
        /// The sender's number for it.
        id: u32,
        /// What.
        part: AnswerPart,
    },
    /// Technician: a file is wished for.
    Ask {
        /// The technician's number for the wish.
        id: u32,
        /// Its name or what it is, at most [`MAX_ASKED_NAME_BYTES`]; empty where the user is to choose. As it
        /// came: what is shown of it, the program escapes.
        name: String,
    },
    /// Technician: the wish is withdrawn.
    Unask {
        /// Which one.
        id: u32,
    },
    /// Host: the user sends nothing for this wish.
    Declined {
        /// Which one.
        id: u32,
    },
}

/// A message of the files channel. The order of the variants is part of the protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum FilesWire {
    ToUser { id: u32, part: WireSent },
    ToUserAnswer { id: u32, part: WireAnswer },
    FromUser { id: u32, part: WireSent },
    FromUserAnswer { id: u32, part: WireAnswer },
    Ask { id: u32, name: Text<MAX_ASKED_NAME_BYTES> },
    Unask { id: u32 },
    Declined { id: u32 },
}

const fn row(name: &'static str, words: &'static str, from: RowSender, needs: Permission) -> Row {
    let during = (Phase::Active, Phase::Active);
    Row { name, words, from, during, needs: Some(needs), delivery: Delivery::InOrder }
}

static TO_USER: Row =
    row("ToUserPart", "a part of a file for the user", RowSender::Technician, Permission::FilesToUser);
static TO_USER_ANSWER: Row = row(
    "ToUserAnswer",
    "an answer about a file for the user",
    RowSender::Host,
    Permission::FilesToUser,
);
static FROM_USER: Row =
    row("FromUserPart", "a part of a file of the user's", RowSender::Host, Permission::FilesFromUser);
static FROM_USER_ANSWER: Row = row(
    "FromUserAnswer",
    "an answer about a file of the user's",
    RowSender::Technician,
    Permission::FilesFromUser,
);
static ASK: Row = row("AskFile", "a wish for a file", RowSender::Technician, Permission::FilesFromUser);
static UNASK: Row =
    row("UnaskFile", "the end of a wish for a file", RowSender::Technician, Permission::FilesFromUser);
static DECLINED: Row =
    row("FileDeclined", "a no to a wish for a file", RowSender::Host, Permission::FilesFromUser);

impl WireForm for FilesWire {
    const SPEC: ChannelSpec = ChannelSpec {
        name: "files",
        // What one record carries.
        max_message_bytes: 16 << 10,
        // What may be on its way, what was said to have arrived since, and the answers of eight transfers.
        waiting: 512,
        keep_bytes: None,
        // A quarter of what may be on its way: blocks come faster than a task gets its turn.
        inbox: 64,
        class: TrafficClass::Bulk,
        rows: &[&TO_USER, &TO_USER_ANSWER, &FROM_USER, &FROM_USER_ANSWER, &ASK, &UNASK, &DECLINED],
    };

    type Plain = FilesMessage;
    type Live = NotLive;

    fn row(&self) -> &'static Row {
        match self {
            Self::ToUser { .. } => &TO_USER,
            Self::ToUserAnswer { .. } => &TO_USER_ANSWER,
            Self::FromUser { .. } => &FROM_USER,
            Self::FromUserAnswer { .. } => &FROM_USER_ANSWER,
            Self::Ask { .. } => &ASK,
            Self::Unask { .. } => &UNASK,
            Self::Declined { .. } => &DECLINED,
        }
    }

    fn pack(plain: FilesMessage, moment: &Moment<'_>) -> Result<Self, CommandError> {
        let invalid = CommandError::Invalid("file");
        Ok(match plain {
            FilesMessage::Sent { id, part } => {
                let part = WireSent::pack(part).ok_or(invalid)?;
                match moment.role {
                    Role::Technician => Self::ToUser { id, part },
                    Role::Host => Self::FromUser { id, part },
                }
            }
            FilesMessage::Answered { id, part } => match moment.role {
                Role::Technician => Self::FromUserAnswer { id, part: part.into() },
                Role::Host => Self::ToUserAnswer { id, part: part.into() },
            },
            FilesMessage::Ask { id, name } => {
                Self::Ask { id, name: Text::from_string(name).ok_or(invalid)? }
            }
            FilesMessage::Unask { id } => Self::Unask { id },
            FilesMessage::Declined { id } => Self::Declined { id },
        })
    }

    fn unpack(self, _: Option<u64>, _: &Moment<'_>) -> FilesMessage {
        match self {
            Self::ToUser { id, part } | Self::FromUser { id, part } => {
                FilesMessage::Sent { id, part: part.unpack() }
            }
            Self::ToUserAnswer { id, part } | Self::FromUserAnswer { id, part } => {
                FilesMessage::Answered { id, part: part.into() }
            }
            Self::Ask { id, name } => FilesMessage::Ask { id, name: name.into_string() },
            Self::Unask { id } => FilesMessage::Unask { id },
            Self::Declined { id } => FilesMessage::Declined { id },
        }
    }
}
