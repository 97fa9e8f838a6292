//! Searches of the user's computer for what does not belong there, which the technician starts: which one,
//! how far it is, and what it found.
//!
//! Where a search looks is the program's to say; here is what travels.

mod finding;
#[cfg(test)]
pub(crate) mod tests;
mod words;

use serde::{Deserialize, Serialize};

pub use finding::{MAX_SWEEP_LINE_CHARS, MAX_SWEEP_NAME_CHARS, MAX_SWEEP_REASONS, SweepFinding};
pub use words::{SweepCategory, SweepEnd, SweepKind, SweepReason, SweepStanding, SweepThing};

use super::bounded::Text;
use super::{ChannelSpec, Delivery, LiveChannel, Moment, Row, RowSender, TrafficClass, WireForm};
use crate::{CommandError, Permission, Phase};

/// The longest path to be searched in bytes: as long as people's paths are.
pub const MAX_SWEEP_ARGS_BYTES: usize = 1024;

/// Findings of one search: more than a person reads. Of those beyond only the number is said.
pub const MAX_SWEEP_FINDINGS: usize = 512;

/// The last step of a search's way, which is counted in thousandths.
const WHOLE: u16 = 1000;

/// What is said about searches. `id` is the technician's number for a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SweepMessage {
    /// Technician: search for this.
    Start {
        /// A number that no other search of this session has.
        id: u32,
        /// Which one.
        kind: SweepKind,
        /// The path to be scanned, at most [`MAX_SWEEP_ARGS_BYTES`]; empty for all others.
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
        /// What is looked through.
        category: SweepCategory,
        /// How many things were looked at.
        seen: u32,
    },
    /// Host: this was found.
    Finding {
        /// By which one.
        id: u32,
        /// What it is.
        finding: SweepFinding,
    },
    /// Host: it is over.
    Ended {
        /// Which one.
        id: u32,
        /// How it ended.
        end: SweepEnd,
        /// How many things were looked at.
        seen: u32,
        /// How many findings are not told.
        left_off: u32,
    },
}

/// Searches end with the path: nobody sees what they find, nor could stop them.
#[derive(Default)]
pub(crate) struct LiveSweep;

impl LiveChannel<SweepWire> for LiveSweep {
    const VOID_WITHOUT_PATH: bool = true;
}

/// A message of the sweep channel. The order of the variants is part of the protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum SweepWire {
    Start { id: u32, kind: SweepKind, args: Text<MAX_SWEEP_ARGS_BYTES> },
    Stop { id: u32 },
    Begun { id: u32 },
    Advance { id: u32, permille: u16, category: SweepCategory, seen: u32 },
    Finding { id: u32, finding: finding::SweepFindingWire },
    Ended { id: u32, end: SweepEnd, seen: u32, left_off: u32 },
}

const fn row(name: &'static str, words: &'static str, from: RowSender, delivery: Delivery) -> Row {
    let during = (Phase::Active, Phase::Active);
    Row { name, words, from, during, needs: Some(Permission::Sweep), delivery }
}

static START: Row = row("Start", "the start of a search", RowSender::Technician, Delivery::InOrder);
static STOP: Row = row("Stop", "the stop of a search", RowSender::Technician, Delivery::InOrder);
static BEGUN: Row = row("Begun", "that a search has begun", RowSender::Host, Delivery::InOrder);
static ADVANCE: Row = row("Advance", "how far a search is", RowSender::Host, Delivery::Newest);
static FINDING: Row = row("Finding", "what a search found", RowSender::Host, Delivery::InOrder);
static ENDED: Row = row("Ended", "the end of a search", RowSender::Host, Delivery::InOrder);

impl WireForm for SweepWire {
    const SPEC: ChannelSpec = ChannelSpec {
        name: "sweep",
        // Three lines and a name of 4 bytes per character, a hash, and their heads.
        max_message_bytes: 8 << 10,
        // All that one search and two that wait can find, and what is said around it.
        waiting: 3 * (MAX_SWEEP_FINDINGS + 16),
        keep_bytes: None,
        // Findings come faster than a task gets its turn.
        inbox: 64,
        class: TrafficClass::Bulk,
        rows: &[&START, &STOP, &BEGUN, &ADVANCE, &FINDING, &ENDED],
    };

    type Plain = SweepMessage;
    type Live = LiveSweep;

    fn row(&self) -> &'static Row {
        match self {
            Self::Start { .. } => &START,
            Self::Stop { .. } => &STOP,
            Self::Begun { .. } => &BEGUN,
            Self::Advance { .. } => &ADVANCE,
            Self::Finding { .. } => &FINDING,
            Self::Ended { .. } => &ENDED,
        }
    }

    fn pack(plain: SweepMessage, _: &Moment<'_>) -> Result<Self, CommandError> {
        let invalid = CommandError::Invalid("search");
        Ok(match plain {
            SweepMessage::Start { id, kind, args } => {
                Self::Start { id, kind, args: Text::from_string(args).ok_or(invalid)? }
            }
            SweepMessage::Stop { id } => Self::Stop { id },
            SweepMessage::Begun { id } => Self::Begun { id },
            SweepMessage::Advance { id, permille, category, seen } => {
                Self::Advance { id, permille: permille.min(WHOLE), category, seen }
            }
            SweepMessage::Finding { id, finding } => {
                Self::Finding { id, finding: finding.try_into().map_err(|_| invalid)? }
            }
            SweepMessage::Ended { id, end, seen, left_off } => Self::Ended { id, end, seen, left_off },
        })
    }

    fn unpack(self, _: Option<u64>, _: &Moment<'_>) -> SweepMessage {
        match self {
            // As it was typed: what the program shows of it, it escapes itself.
            Self::Start { id, kind, args } => SweepMessage::Start { id, kind, args: args.into_string() },
            Self::Stop { id } => SweepMessage::Stop { id },
            Self::Begun { id } => SweepMessage::Begun { id },
            Self::Advance { id, permille, category, seen } => {
                SweepMessage::Advance { id, permille: permille.min(WHOLE), category, seen }
            }
            Self::Finding { id, finding } => SweepMessage::Finding { id, finding: finding.into_fitted() },
            Self::Ended { id, end, seen, left_off } => SweepMessage::Ended { id, end, seen, left_off },
        }
    }
}
