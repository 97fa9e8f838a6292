//! What the sender of a transfer says, and what its receiver answers: as programs have it, and as it travels.

use serde::{Deserialize, Serialize};

use super::FilesEnd;
use crate::channels::bounded::{Bytes, List, Text};
use crate::escape;

/// The longest path of a file within a transfer in bytes: sixteen of them fit into one record.
pub const MAX_ENTRY_PATH_BYTES: usize = 960;

/// Entries in one message: see [`MAX_ENTRY_PATH_BYTES`].
pub const MAX_ENTRIES_PER_MESSAGE: usize = 16;

/// The longest title of a transfer in bytes: a file's name, or a few words.
pub const MAX_FILES_TITLE_BYTES: usize = 256;

/// The longest block of a file in bytes: with its head it fills one record, so that no small one follows it.
pub const MAX_FILE_BLOCK_BYTES: usize = (16 << 10) - 24;

/// Hashes of groups in one message: as above.
pub const MAX_HASHES_PER_MESSAGE: usize = 500;

/// Messages of a sender that may be on their way, as its receiver has not said to have taken them: 4 MiB, a
/// gigabit a second over 32 ms.
pub const MAX_PARTS_UNDER_WAY: u64 = 256;

/// The largest file in bytes: beyond it not every program counts exactly.
pub const MAX_FILE_BYTES: u64 = 1 << 53;

/// The bytes of one hash.
pub const FILE_HASH_BYTES: usize = 32;

/// A file or folder of a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilesEntry {
    /// Its path within the transfer, parts joined by `/`. As it came: it is checked before it means anything.
    pub path: String,
    /// `None`: a folder.
    pub size: Option<u64>,
    /// When it was changed last, in seconds since 1970; 0 where that is not known.
    pub modified_secs: u64,
    /// Whether only its owner may read it.
    pub is_private: bool,
}

/// What the sender of a transfer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SentPart {
    /// This could be sent. Its entries follow.
    Offer {
        /// The number of the wish that it answers; 0 where it answers none.
        ask: u32,
        /// What it is called; escaped.
        title: String,
        /// How many entries follow.
        entries: u32,
        /// The bytes of all files.
        bytes: u64,
        /// As many bytes does it need on a disk, as far as known: a sparse file needs few.
        stored: u64,
    },
    /// The next entries; at most [`MAX_ENTRIES_PER_MESSAGE`].
    Entries(Vec<FilesEntry>),
    /// The file of this entry comes next, and this is the root of its hash.
    Begin {
        /// The entry's place, from 0.
        file: u32,
        /// BLAKE3 of all of it.
        root: [u8; FILE_HASH_BYTES],
    },
    /// Hashes of the file's groups, in order.
    Hashes(Vec<[u8; FILE_HASH_BYTES]>),
    /// Bytes of the file.
    Block {
        /// Where they belong.
        offset: u64,
        /// At most [`MAX_FILE_BLOCK_BYTES`].
        bytes: Vec<u8>,
    },
    /// Zeros of the file, which need no room.
    Hole {
        /// Where they begin.
        offset: u64,
        /// How many.
        bytes: u64,
    },
    /// The file of this entry does not come, or no further.
    Skip {
        /// The entry's place.
        file: u32,
        /// Why.
        why: FilesEnd,
    },
    /// All has been sent.
    Over,
    /// Whether the sender's person has stopped it for now.
    Pause(bool),
    /// The transfer ends.
    Cancel(FilesEnd),
}

impl SentPart {
    /// Whether the receiver counts it among what it has taken.
    pub fn is_counted(&self) -> bool {
        match self {
            Self::Offer { .. }
            | Self::Entries(_)
            | Self::Begin { .. }
            | Self::Hashes(_)
            | Self::Block { .. }
            | Self::Hole { .. }
            | Self::Skip { .. }
            | Self::Over => true,
            Self::Pause(_) | Self::Cancel(_) => false,
        }
    }
}

/// What the receiver of a transfer answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerPart {
    /// The person said yes, and there is a folder for it.
    Accept,
    /// The file that has begun is wanted from here on.
    Want {
        /// The entry's place.
        file: u32,
        /// A multiple of the file's group, or its size where all of it is there already.
        from: u64,
    },
    /// So far the receiver has come.
    Taken {
        /// How many counted messages in all.
        messages: u64,
        /// How many bytes of all files are there.
        bytes: u64,
    },
    /// Whether the receiver's person has stopped it for now.
    Pause(bool),
    /// The transfer has ended.
    Ended {
        /// How.
        end: FilesEnd,
        /// How many files are there.
        kept: u32,
    },
}

/// As it travels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct WireEntry {
    path: Text<MAX_ENTRY_PATH_BYTES>,
    size: Option<u64>,
    modified_secs: u64,
    is_private: bool,
}

/// As it travels. The order of the variants is part of the protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum WireSent {
    Offer { ask: u32, title: Text<MAX_FILES_TITLE_BYTES>, entries: u32, bytes: u64, stored: u64 },
    Entries(List<WireEntry, MAX_ENTRIES_PER_MESSAGE>),
    Begin { file: u32, root: [u8; FILE_HASH_BYTES] },
    Hashes(List<[u8; FILE_HASH_BYTES], MAX_HASHES_PER_MESSAGE>),
    Block { offset: u64, bytes: Bytes<MAX_FILE_BLOCK_BYTES> },
    Hole { offset: u64, bytes: u64 },
    Skip { file: u32, why: FilesEnd },
    Over,
    Pause(bool),
    Cancel(FilesEnd),
}

/// As it travels. The order of the variants is part of the protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum WireAnswer {
    Accept,
    Want { file: u32, from: u64 },
    Taken { messages: u64, bytes: u64 },
    Pause(bool),
    Ended { end: FilesEnd, kept: u32 },
}

impl WireSent {
    /// `None` where something is longer than it may be.
    pub(super) fn pack(part: SentPart) -> Option<Self> {
        Some(match part {
            SentPart::Offer { ask, title, entries, bytes, stored } => {
                Self::Offer { ask, title: Text::from_string(title)?, entries, bytes, stored }
            }
            SentPart::Entries(entries) => {
                let entries = entries.into_iter().map(WireEntry::pack).collect::<Option<_>>()?;
                Self::Entries(List::new(entries)?)
            }
            SentPart::Begin { file, root } => Self::Begin { file, root },
            SentPart::Hashes(hashes) => Self::Hashes(List::new(hashes)?),
            SentPart::Block { offset, bytes } => Self::Block { offset, bytes: Bytes::new(bytes)? },
            SentPart::Hole { offset, bytes } => Self::Hole { offset, bytes },
            SentPart::Skip { file, why } => Self::Skip { file, why },
            SentPart::Over => Self::Over,
            SentPart::Pause(paused) => Self::Pause(paused),
            SentPart::Cancel(why) => Self::Cancel(why),
        })
    }

    pub(super) fn unpack(self) -> SentPart {
        match self {
            Self::Offer { ask, title, entries, bytes, stored } => {
                SentPart::Offer { ask, title: escape(title.as_str()), entries, bytes, stored }
            }
            Self::Entries(entries) => {
                SentPart::Entries(entries.into_vec().into_iter().map(WireEntry::unpack).collect())
            }
            Self::Begin { file, root } => SentPart::Begin { file, root },
            Self::Hashes(hashes) => SentPart::Hashes(hashes.into_vec()),
            Self::Block { offset, bytes } => SentPart::Block { offset, bytes: bytes.into_vec() },
            Self::Hole { offset, bytes } => SentPart::Hole { offset, bytes },
            Self::Skip { file, why } => SentPart::Skip { file, why },
            Self::Over => SentPart::Over,
            Self::Pause(paused) => SentPart::Pause(paused),
            Self::Cancel(why) => SentPart::Cancel(why),
        }
    }
}

impl WireEntry {
    fn pack(entry: FilesEntry) -> Option<Self> {
        let FilesEntry { path, size, modified_secs, is_private } = entry;
        Some(Self { path: Text::from_string(path)?, size, modified_secs, is_private })
    }

    /// The path as it came: it must be the very one that is checked.
    fn unpack(self) -> FilesEntry {
        let Self { path, size, modified_secs, is_private } = self;
        FilesEntry { path: path.into_string(), size, modified_secs, is_private }
    }
}

impl From<AnswerPart> for WireAnswer {
    fn from(part: AnswerPart) -> Self {
        match part {
            AnswerPart::Accept => Self::Accept,
            AnswerPart::Want { file, from } => Self::Want { file, from },
            AnswerPart::Taken { messages, bytes } => Self::Taken { messages, bytes },
            AnswerPart::Pause(paused) => Self::Pause(paused),
            AnswerPart::Ended { end, kept } => Self::Ended { end, kept },
        }
    }
}

impl From<WireAnswer> for AnswerPart {
    fn from(part: WireAnswer) -> Self {
        match part {
            WireAnswer::Accept => Self::Accept,
            WireAnswer::Want { file, from } => Self::Want { file, from },
            WireAnswer::Taken { messages, bytes } => Self::Taken { messages, bytes },
            WireAnswer::Pause(paused) => Self::Pause(paused),
            WireAnswer::Ended { end, kept } => Self::Ended { end, kept },
        }
    }
}
