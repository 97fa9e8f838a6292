//! What is done to mend the host's machine: the technician proposes one thing at a time by its name, the
//! host's user says yes or no to each, and what was done can be taken back.
//!
//! How it is done is the program's to know. Nothing here grants anything: a proposal is a question to the
//! user, whatever is allowed.

mod deed;
#[cfg(test)]
pub(crate) mod tests;
mod words;

use serde::{Deserialize, Serialize};

pub use deed::{
    AutostartEntry, DeedName, DeedPath, DeedSwitch, MAX_DEED_NAME_BYTES, MAX_DEED_PATH_BYTES, RepairDeed,
    ServiceChange, SpaceKind, SpaceKinds,
};
pub use words::{EntryState, RepairEnd, SightKind};

use super::bounded::{List, Text};
use super::{ChannelSpec, Delivery, Moment, NotLive, Row, RowSender, TrafficClass, WireForm};
use crate::{CommandError, Permission, Phase, escape};

/// The longest text of how something is, in bytes: a line that a person reads.
pub const MAX_SIGHT_BYTES: usize = 400;

/// Entries of the journal that are listed: what a person can look through. The newest.
pub const MAX_LISTED_ENTRIES: usize = 32;

/// The last step of a deed's way, which is counted in thousandths.
const WHOLE: u16 = 1000;

/// What is said about mending. `id` is the technician's number for a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RepairMessage {
    /// Technician: shall this be done?
    Propose {
        /// A number that no other proposal of this session has.
        id: u32,
        /// What.
        deed: RepairDeed,
    },
    /// Technician: shall this entry of the journal be taken back?
    TakeBack {
        /// As above.
        id: u32,
        /// The entry's number.
        entry: u32,
    },
    /// Technician: never mind.
    Withdraw {
        /// Which one.
        id: u32,
    },
    /// Technician: how much can be freed?
    AskSpace,
    /// Technician: what was done before?
    AskEntries,
    /// Host: the user is asked about it.
    Asked {
        /// Which one.
        id: u32,
    },
    /// Host: the user has said yes, and it has begun.
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
    /// Host: it is over.
    Ended {
        /// Which one.
        id: u32,
        /// How.
        outcome: RepairOutcome,
    },
    /// Host: so much can be freed, in bytes.
    Space(Vec<(SpaceKind, u64)>),
    /// Host: this was done before, the oldest first. At most [`MAX_LISTED_ENTRIES`].
    Entries(Vec<RepairEntry>),
}

/// How a deed ended, and what it changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepairOutcome {
    /// How it ended.
    pub end: RepairEnd,
    /// The number of its entry in the journal; 0 where it has none.
    pub entry: u32,
    /// How it was before.
    pub before: DeedSight,
    /// How it is now.
    pub after: DeedSight,
    /// The system's own words to it, at most [`MAX_SIGHT_BYTES`]. What is heard is escaped.
    pub detail: String,
}

/// How something is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeedSight {
    /// What is said of it.
    pub kind: SightKind,
    /// The number that belongs to it.
    pub number: u64,
    /// The text that belongs to it, at most [`MAX_SIGHT_BYTES`]. What is heard is escaped.
    pub text: String,
}

impl DeedSight {
    /// Nothing to say.
    pub const NOTHING: Self = Self { kind: SightKind::Nothing, number: 0, text: String::new() };
}

/// An entry of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepairEntry {
    /// Its number.
    pub number: u32,
    /// What was done.
    pub deed: RepairDeed,
    /// When, in seconds since 1970 by the host's clock.
    pub secs: u64,
    /// What became of it.
    pub state: EntryState,
    /// Whether it can be taken back now.
    pub can_undo: bool,
}

/// A message of the repair channel. The order of the variants is part of the protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum RepairWire {
    Propose { id: u32, deed: RepairDeed },
    TakeBack { id: u32, entry: u32 },
    Withdraw { id: u32 },
    AskSpace,
    AskEntries,
    Asked { id: u32 },
    Begun { id: u32 },
    Advance { id: u32, permille: u16 },
    Ended { id: u32, outcome: Box<WireOutcome> },
    Space(List<(SpaceKind, u64), { SpaceKind::ALL.len() }>),
    Entries(List<RepairEntry, MAX_LISTED_ENTRIES>),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct WireOutcome {
    end: RepairEnd,
    entry: u32,
    before: WireSight,
    after: WireSight,
    detail: Text<MAX_SIGHT_BYTES>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct WireSight {
    kind: SightKind,
    number: u64,
    text: Text<MAX_SIGHT_BYTES>,
}

const fn row(name: &'static str, words: &'static str, from: RowSender, delivery: Delivery) -> Row {
    let during = (Phase::Active, Phase::Active);
    Row { name, words, from, during, needs: Some(Permission::Repair), delivery }
}

const TECHNICIAN: RowSender = RowSender::Technician;
const HOST: RowSender = RowSender::Host;

static PROPOSE: Row = row("Propose", "a proposal", TECHNICIAN, Delivery::InOrder);
static TAKE_BACK: Row = row("TakeBack", "a wish to take something back", TECHNICIAN, Delivery::InOrder);
static WITHDRAW: Row = row("Withdraw", "the end of a proposal", TECHNICIAN, Delivery::InOrder);
static ASK_SPACE: Row = row("AskSpace", "a question about space", TECHNICIAN, Delivery::Newest);
static ASK_ENTRIES: Row = row("AskEntries", "a question about what was done", TECHNICIAN, Delivery::Newest);
static ASKED: Row = row("Asked", "that the user is asked", HOST, Delivery::InOrder);
static BEGUN: Row = row("Begun", "that a deed has begun", HOST, Delivery::InOrder);
static ADVANCE: Row = row("Advance", "how far a deed is", HOST, Delivery::Newest);
static ENDED: Row = row("Ended", "the end of a deed", HOST, Delivery::InOrder);
static SPACE: Row = row("Space", "how much can be freed", HOST, Delivery::Newest);
static ENTRIES: Row = row("Entries", "what was done", HOST, Delivery::Newest);

impl WireForm for RepairWire {
    const SPEC: ChannelSpec = ChannelSpec {
        name: "repair",
        // A list of 32 entries, each with the longest path; what a person proposes has some hundred bytes.
        max_message_bytes: 136 << 10,
        // All that wait, each with all that is said of it, twice.
        waiting: 64,
        keep_bytes: None,
        // People press for each.
        inbox: 16,
        class: TrafficClass::Bulk,
        rows: &[
            &PROPOSE,
            &TAKE_BACK,
            &WITHDRAW,
            &ASK_SPACE,
            &ASK_ENTRIES,
            &ASKED,
            &BEGUN,
            &ADVANCE,
            &ENDED,
            &SPACE,
            &ENTRIES,
        ],
    };

    type Plain = RepairMessage;
    type Live = NotLive;

    fn row(&self) -> &'static Row {
        match self {
            Self::Propose { .. } => &PROPOSE,
            Self::TakeBack { .. } => &TAKE_BACK,
            Self::Withdraw { .. } => &WITHDRAW,
            Self::AskSpace => &ASK_SPACE,
            Self::AskEntries => &ASK_ENTRIES,
            Self::Asked { .. } => &ASKED,
            Self::Begun { .. } => &BEGUN,
            Self::Advance { .. } => &ADVANCE,
            Self::Ended { .. } => &ENDED,
            Self::Space(_) => &SPACE,
            Self::Entries(_) => &ENTRIES,
        }
    }

    fn pack(plain: RepairMessage, _: &Moment<'_>) -> Result<Self, CommandError> {
        packed(plain).ok_or(CommandError::Invalid("deed"))
    }

    fn unpack(self, _: Option<u64>, _: &Moment<'_>) -> RepairMessage {
        match self {
            Self::Propose { id, deed } => RepairMessage::Propose { id, deed },
            Self::TakeBack { id, entry } => RepairMessage::TakeBack { id, entry },
            Self::Withdraw { id } => RepairMessage::Withdraw { id },
            Self::AskSpace => RepairMessage::AskSpace,
            Self::AskEntries => RepairMessage::AskEntries,
            Self::Asked { id } => RepairMessage::Asked { id },
            Self::Begun { id } => RepairMessage::Begun { id },
            Self::Advance { id, permille } => RepairMessage::Advance { id, permille: permille.min(WHOLE) },
            Self::Ended { id, outcome } => RepairMessage::Ended { id, outcome: outcome.unpacked() },
            Self::Space(list) => RepairMessage::Space(list.into_vec()),
            Self::Entries(list) => RepairMessage::Entries(list.into_vec()),
        }
    }
}

/// The message as it travels, or `None` where something of it is too long.
fn packed(plain: RepairMessage) -> Option<RepairWire> {
    Some(match plain {
        RepairMessage::Propose { id, deed } => RepairWire::Propose { id, deed },
        RepairMessage::TakeBack { id, entry } => RepairWire::TakeBack { id, entry },
        RepairMessage::Withdraw { id } => RepairWire::Withdraw { id },
        RepairMessage::AskSpace => RepairWire::AskSpace,
        RepairMessage::AskEntries => RepairWire::AskEntries,
        RepairMessage::Asked { id } => RepairWire::Asked { id },
        RepairMessage::Begun { id } => RepairWire::Begun { id },
        RepairMessage::Advance { id, permille } => RepairWire::Advance { id, permille: permille.min(WHOLE) },
        RepairMessage::Ended { id, outcome } => {
            let RepairOutcome { end, entry, before, after, detail } = outcome;
            let (before, after) = (WireSight::packed(before)?, WireSight::packed(after)?);
            let detail = Text::from_string(detail)?;
            RepairWire::Ended { id, outcome: Box::new(WireOutcome { end, entry, before, after, detail }) }
        }
        RepairMessage::Space(list) => RepairWire::Space(List::new(list)?),
        RepairMessage::Entries(list) => RepairWire::Entries(List::new(list)?),
    })
}

impl WireOutcome {
    fn unpacked(self) -> RepairOutcome {
        let Self { end, entry, before, after, detail } = self;
        let (before, after) = (before.unpacked(), after.unpacked());
        RepairOutcome { end, entry, before, after, detail: escape(detail.as_str()) }
    }
}

impl WireSight {
    fn packed(DeedSight { kind, number, text }: DeedSight) -> Option<Self> {
        Some(Self { kind, number, text: Text::from_string(text)? })
    }

    fn unpacked(self) -> DeedSight {
        let Self { kind, number, text } = self;
        DeedSight { kind, number, text: escape(text.as_str()) }
    }
}
