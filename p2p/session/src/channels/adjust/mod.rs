//! Settings of the host's computer: what they are, what the technician wants them to be, and what was
//! changed.
//!
//! Nothing changes by a message of the technician's alone; the host's program asks its user. What a setting
//! is and how it is changed is not known here.

#[cfg(test)]
pub(crate) mod tests;
mod words;

use serde::{Deserialize, Serialize};

pub use words::{AdjustFault, AdjustKind, AdjustUndoer};

use super::bounded::{List, Text};
use super::{ChannelSpec, Delivery, Moment, NotLive, Row, RowSender, TrafficClass, WireForm};
use crate::{CommandError, Permission, Phase, escape};

/// The longest value in bytes: three servers with the longest addresses that there are.
pub const MAX_ADJUST_VALUE_BYTES: usize = 128;

/// Values to choose from: there are some 600 time zones.
pub const MAX_ADJUST_CHOICES: usize = 640;

/// What is said about settings. `id` is the technician's number for a wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdjustMessage {
    /// Technician: how are the settings?
    List,
    /// Technician: change this.
    Set {
        /// A number that no other wish of this session has.
        id: u32,
        /// Which setting.
        kind: AdjustKind,
        /// To what, at most [`MAX_ADJUST_VALUE_BYTES`].
        value: String,
    },
    /// Technician: take this change back.
    Undo {
        /// As above.
        id: u32,
        /// The change's number.
        change: u32,
    },
    /// Host: so is a setting.
    Setting {
        /// Which one.
        kind: AdjustKind,
        /// How it is.
        state: AdjustState,
    },
    /// Host: this was changed earlier and can be taken back.
    Earlier(AdjustChange),
    /// Host: all settings and changes were told.
    Listed,
    /// Host: the user is being asked.
    Asked {
        /// For which wish.
        id: u32,
    },
    /// Host: this was changed.
    Changed {
        /// What.
        change: AdjustChange,
        /// After how many seconds it is taken back unless the user keeps it; 0: it stays.
        trial_secs: u16,
    },
    /// Host: its user keeps a change that was on trial.
    Kept {
        /// The change's number.
        change: u32,
    },
    /// Host: a change was taken back.
    Undone {
        /// The change's number.
        change: u32,
        /// By whom.
        by: AdjustUndoer,
    },
    /// Host: a wish is dealt with.
    Ended {
        /// Which one.
        id: u32,
        /// Why it was not followed, where it wasn't.
        fault: Option<AdjustFault>,
    },
}

/// How a setting is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdjustState {
    /// It can be changed.
    Here(AdjustSetting),
    /// It can't, and this is why.
    NotHere(AdjustFault),
}

/// A setting that can be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdjustSetting {
    /// What it is now.
    pub value: String,
    /// What can be chosen, at most [`MAX_ADJUST_CHOICES`].
    pub choices: Vec<String>,
    /// Whether other values make sense too.
    pub free: bool,
}

/// A change of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdjustChange {
    /// Its number in the host's list of changes.
    pub number: u32,
    /// What was changed.
    pub kind: AdjustKind,
    /// What it was before.
    pub from: String,
    /// What it was changed to.
    pub to: String,
}

/// A message of the channel. The order of the variants is part of the protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum AdjustWire {
    List,
    Set { id: u32, kind: AdjustKind, value: AdjustText },
    Undo { id: u32, change: u32 },
    Setting { kind: AdjustKind, state: WireState },
    Earlier(WireChange),
    Listed,
    Asked { id: u32 },
    Changed { change: WireChange, trial_secs: u16 },
    Kept { change: u32 },
    Undone { change: u32, by: AdjustUndoer },
    Ended { id: u32, fault: Option<AdjustFault> },
}

type AdjustText = Text<MAX_ADJUST_VALUE_BYTES>;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum WireState {
    Here { value: AdjustText, choices: List<AdjustText, MAX_ADJUST_CHOICES>, free: bool },
    NotHere(AdjustFault),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct WireChange {
    number: u32,
    kind: AdjustKind,
    from: AdjustText,
    to: AdjustText,
}

const fn row(name: &'static str, words: &'static str, from: RowSender) -> Row {
    let during = (Phase::Active, Phase::Active);
    Row { name, words, from, during, needs: Some(Permission::Adjust), delivery: Delivery::InOrder }
}

static LIST: Row = row("List", "the wish to see settings", RowSender::Technician);
static SET: Row = row("Set", "the wish to change a setting", RowSender::Technician);
static UNDO: Row = row("Undo", "the wish to take a change back", RowSender::Technician);
static SETTING: Row = row("Setting", "a setting", RowSender::Host);
static EARLIER: Row = row("Earlier", "an earlier change", RowSender::Host);
static LISTED: Row = row("Listed", "the end of the settings", RowSender::Host);
static ASKED: Row = row("Asked", "that the user is asked", RowSender::Host);
static CHANGED: Row = row("Changed", "a change of a setting", RowSender::Host);
static KEPT: Row = row("Kept", "that a change stays", RowSender::Host);
static UNDONE: Row = row("Undone", "that a change was taken back", RowSender::Host);
static ENDED: Row = row("Ended", "the end of a wish", RowSender::Host);

impl WireForm for AdjustWire {
    const SPEC: ChannelSpec = ChannelSpec {
        name: "adjust",
        // All choices, each with its length.
        max_message_bytes: MAX_ADJUST_CHOICES * (MAX_ADJUST_VALUE_BYTES + 2) + 1024,
        // Two lists of all settings and changes, and what a person asks for meanwhile.
        waiting: 128,
        keep_bytes: None,
        // People press for each.
        inbox: 32,
        class: TrafficClass::Bulk,
        rows: &[
            &LIST, &SET, &UNDO, &SETTING, &EARLIER, &LISTED, &ASKED, &CHANGED, &KEPT, &UNDONE, &ENDED,
        ],
    };

    type Plain = AdjustMessage;
    type Live = NotLive;

    fn row(&self) -> &'static Row {
        match self {
            Self::List => &LIST,
            Self::Set { .. } => &SET,
            Self::Undo { .. } => &UNDO,
            Self::Setting { .. } => &SETTING,
            Self::Earlier(_) => &EARLIER,
            Self::Listed => &LISTED,
            Self::Asked { .. } => &ASKED,
            Self::Changed { .. } => &CHANGED,
            Self::Kept { .. } => &KEPT,
            Self::Undone { .. } => &UNDONE,
            Self::Ended { .. } => &ENDED,
        }
    }

    fn pack(plain: AdjustMessage, _: &Moment<'_>) -> Result<Self, CommandError> {
        packed(plain).ok_or(CommandError::Invalid("setting"))
    }

    fn unpack(self, _: Option<u64>, _: &Moment<'_>) -> AdjustMessage {
        match self {
            Self::List => AdjustMessage::List,
            Self::Set { id, kind, value } => {
                AdjustMessage::Set { id, kind, value: escape(value.as_str()) }
            }
            Self::Undo { id, change } => AdjustMessage::Undo { id, change },
            Self::Setting { kind, state } => AdjustMessage::Setting { kind, state: state.unpacked() },
            Self::Earlier(change) => AdjustMessage::Earlier(change.unpacked()),
            Self::Listed => AdjustMessage::Listed,
            Self::Asked { id } => AdjustMessage::Asked { id },
            Self::Changed { change, trial_secs } => {
                AdjustMessage::Changed { change: change.unpacked(), trial_secs }
            }
            Self::Kept { change } => AdjustMessage::Kept { change },
            Self::Undone { change, by } => AdjustMessage::Undone { change, by },
            Self::Ended { id, fault } => AdjustMessage::Ended { id, fault },
        }
    }
}

/// The message as it travels, or `None` where something of it is too long.
fn packed(plain: AdjustMessage) -> Option<AdjustWire> {
    Some(match plain {
        AdjustMessage::List => AdjustWire::List,
        AdjustMessage::Set { id, kind, value } => {
            AdjustWire::Set { id, kind, value: AdjustText::from_string(value)? }
        }
        AdjustMessage::Undo { id, change } => AdjustWire::Undo { id, change },
        AdjustMessage::Setting { kind, state } => AdjustWire::Setting { kind, state: packed_state(state)? },
        AdjustMessage::Earlier(change) => AdjustWire::Earlier(packed_change(change)?),
        AdjustMessage::Listed => AdjustWire::Listed,
        AdjustMessage::Asked { id } => AdjustWire::Asked { id },
        AdjustMessage::Changed { change, trial_secs } => {
            AdjustWire::Changed { change: packed_change(change)?, trial_secs }
        }
        AdjustMessage::Kept { change } => AdjustWire::Kept { change },
        AdjustMessage::Undone { change, by } => AdjustWire::Undone { change, by },
        AdjustMessage::Ended { id, fault } => AdjustWire::Ended { id, fault },
    })
}

fn packed_state(state: AdjustState) -> Option<WireState> {
    Some(match state {
        AdjustState::NotHere(fault) => WireState::NotHere(fault),
        AdjustState::Here(AdjustSetting { value, choices, free }) => {
            let choices: Option<Vec<_>> = choices.into_iter().map(AdjustText::from_string).collect();
            WireState::Here {
                value: AdjustText::from_string(value)?,
                choices: List::new(choices?)?,
                free,
            }
        }
    })
}

fn packed_change(change: AdjustChange) -> Option<WireChange> {
    let AdjustChange { number, kind, from, to } = change;
    let (from, to) = (AdjustText::from_string(from)?, AdjustText::from_string(to)?);
    Some(WireChange { number, kind, from, to })
}

impl WireState {
    fn unpacked(self) -> AdjustState {
        match self {
            Self::NotHere(fault) => AdjustState::NotHere(fault),
            Self::Here { value, choices, free } => AdjustState::Here(AdjustSetting {
                value: escape(value.as_str()),
                choices: choices.iter().map(|choice| escape(choice.as_str())).collect(),
                free,
            }),
        }
    }
}

impl WireChange {
    fn unpacked(self) -> AdjustChange {
        let Self { number, kind, from, to } = self;
        AdjustChange { number, kind, from: escape(from.as_str()), to: escape(to.as_str()) }
    }
}
