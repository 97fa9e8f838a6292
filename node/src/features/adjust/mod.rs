//! Settings that are changed most: the technician sees how they are and asks for a change, the user is asked
//! by name, and both can have it taken back.
//!
//! What it does not do: it knows no setting; how they are read and changed is `beistand-adjust`'s. Nothing
//! changes without the user's yes to this very change.

mod host;
mod journalled;
mod technician;
#[cfg(test)]
mod tests;
mod texts;
mod trial;
mod work;

use beistand_mend::DeedEntry;
pub use beistand_session::{AdjustChange, AdjustFault, AdjustKind, AdjustSetting, AdjustState, AdjustUndoer};
use beistand_session::{AdjustMessage, Permission, Role};
use serde_json::{Value, json};

use super::asked::AskedUser;
use super::changes::JournalledDeed;
use super::tell::Tell;
use super::verb::{CommandRefusal, FeatureWidening, Verb, VerbUsage};
use crate::words::{Phrase, Words, args};
pub(super) use host::AdjustHost;
pub(super) use technician::AdjustTechnician;
pub use texts::{
    adjust_change_phrase, adjust_fault_phrase, adjust_kind_phrase, adjust_question_phrase,
    adjust_value_phrase,
};
use texts::{setting_phrase, undone_phrase};

/// What a person wants of settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdjustCommand {
    /// How are they?
    List,
    /// Technician: ask the user for this change.
    Set {
        /// Which setting.
        kind: AdjustKind,
        /// Its new value.
        value: String,
    },
    /// User: yes to the question of this number. Must come from a hand at this machine.
    Yes {
        /// The question's.
        number: u32,
    },
    /// User: no to it.
    No {
        /// The question's.
        number: u32,
    },
    /// User: keep a change that would go back by itself. Must come from a hand at this machine.
    Keep {
        /// Its number.
        change: u32,
    },
    /// Take a change back. The technician's wish is a question to the user.
    Undo {
        /// Its number.
        change: u32,
    },
}

/// What a change that the technician asks for comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdjustWish {
    /// Which setting.
    pub kind: AdjustKind,
    /// What it is.
    pub from: String,
    /// What it would be.
    pub to: String,
    /// The earlier change that it takes back, where it does.
    pub undoes: Option<u32>,
}

/// What becomes of settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdjustEvent {
    /// So one is.
    Setting {
        /// Which one.
        kind: AdjustKind,
        /// How it is.
        state: AdjustState,
    },
    /// This was changed earlier and can be taken back.
    Earlier(AdjustChange),
    /// All settings and earlier changes were told.
    Listed,
    /// Technician: a wish was passed on.
    Sent {
        /// Its number.
        id: u32,
    },
    /// Technician: the user is being asked about it.
    Asked {
        /// Its number.
        id: u32,
    },
    /// Host: the user is asked.
    Question {
        /// No other question of the session has it.
        number: u32,
        /// About what.
        wish: AdjustWish,
        /// Who wants it, as they call themselves.
        who: String,
    },
    /// Host: a question needs no answer any more.
    Dropped {
        /// Its number.
        number: u32,
    },
    /// Something was changed.
    Changed {
        /// What.
        change: AdjustChange,
        /// After how many seconds it goes back unless the user keeps it; 0: it stays.
        trial_secs: u16,
    },
    /// The user keeps what was on trial.
    Kept {
        /// The change's number.
        change: u32,
    },
    /// A change was taken back.
    Undone {
        /// Its number.
        change: u32,
        /// By whom.
        by: AdjustUndoer,
    },
    /// Technician: a wish is dealt with.
    Ended {
        /// Its number.
        id: u32,
        /// Why it was not followed, where it wasn't.
        fault: Option<AdjustFault>,
    },
    /// Host: what the user said yes to, or wanted, was not done.
    Failed {
        /// Why.
        fault: AdjustFault,
    },
    /// A command has no effect.
    Refused {
        /// Why.
        why: AdjustRefusal,
    },
}

impl AdjustEvent {
    /// What is told of a list.
    fn of_list(message: &AdjustMessage) -> Option<Self> {
        match message {
            AdjustMessage::Setting { kind, state } => {
                Some(Self::Setting { kind: *kind, state: state.clone() })
            }
            AdjustMessage::Earlier(change) => Some(Self::Earlier(change.clone())),
            AdjustMessage::Listed => Some(Self::Listed),
            AdjustMessage::List
            | AdjustMessage::Set { .. }
            | AdjustMessage::Undo { .. }
            | AdjustMessage::Asked { .. }
            | AdjustMessage::Changed { .. }
            | AdjustMessage::Kept { .. }
            | AdjustMessage::Undone { .. }
            | AdjustMessage::Ended { .. } => None,
        }
    }
}

/// Why a command has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdjustRefusal {
    /// The user does not allow it at the moment.
    NotAllowed,
    /// Too much waits already.
    Behind,
    /// The user typed what only the helper can.
    HelpersOnly,
    /// The helper typed what only the user can.
    UsersOnly,
    /// There is no such question, or nothing to keep.
    NoQuestion,
    /// The value is longer than any that makes sense.
    TooLong,
}

impl AdjustRefusal {
    fn word(self) -> &'static str {
        match self {
            Self::NotAllowed => "not-allowed",
            Self::Behind => "behind",
            Self::HelpersOnly => "helpers-only",
            Self::UsersOnly => "users-only",
            Self::NoQuestion => "no-question",
            Self::TooLong => "too-long",
        }
    }

    /// What to tell a person.
    pub fn phrase(self) -> Phrase {
        Phrase::new(match self {
            Self::NotAllowed => "adjust-not-allowed",
            Self::Behind => "adjust-behind",
            Self::HelpersOnly => "adjust-helpers-only",
            Self::UsersOnly => "adjust-users-only",
            Self::NoQuestion => "adjust-no-question",
            Self::TooLong => "adjust-too-long",
        })
    }
}

impl Verb for AdjustCommand {
    type Refused = AdjustEvent;

    const USAGES: &'static [VerbUsage] = &[
        VerbUsage::both("adjust list"),
        VerbUsage::technician("adjust set SETTING VALUE"),
        VerbUsage::host("adjust yes 1"),
        VerbUsage::host("adjust no 1"),
        VerbUsage::host("adjust keep 1"),
        VerbUsage::both("adjust undo 1"),
    ];

    fn parse(word: &str, rest: &str) -> Option<Result<Vec<Self>, Phrase>> {
        if word != "adjust" {
            return None;
        }
        let (what, rest) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
        let rest = rest.trim();
        let number = rest.parse().ok();
        let command = match (what, number) {
            ("list", None) if rest.is_empty() => Ok(Self::List),
            ("set", _) => set(rest),
            ("yes", Some(number)) => Ok(Self::Yes { number }),
            ("no", Some(number)) => Ok(Self::No { number }),
            ("keep", Some(change)) => Ok(Self::Keep { change }),
            ("undo", Some(change)) => Ok(Self::Undo { change }),
            (_, _) => Err(Phrase::new("adjust-how")),
        };
        Some(command.map(|command| vec![command]))
    }

    fn waits_for_room(&self) -> bool {
        match self {
            Self::List | Self::Set { .. } => true,
            Self::Yes { .. } | Self::No { .. } | Self::Keep { .. } | Self::Undo { .. } => false,
        }
    }

    fn widening(&self) -> Option<FeatureWidening> {
        let question = match self {
            Self::Yes { number } => Phrase::with("adjust-yes-question", args![number = *number]),
            Self::Keep { change } => Phrase::with("adjust-keep-question", args![number = *change]),
            Self::List | Self::Set { .. } | Self::No { .. } | Self::Undo { .. } => return None,
        };
        Some(FeatureWidening { verb: "adjust", question })
    }

    fn journalled(entry: &DeedEntry) -> Option<Box<dyn JournalledDeed>> {
        journalled::journalled(entry)
    }

    fn refuse(self, why: CommandRefusal) -> Option<AdjustEvent> {
        let why = match why {
            CommandRefusal::NotAllowed => AdjustRefusal::NotAllowed,
            CommandRefusal::Behind => AdjustRefusal::Behind,
        };
        Some(AdjustEvent::Refused { why })
    }
}

/// What stands behind `adjust set`.
fn set(rest: &str) -> Result<AdjustCommand, Phrase> {
    let (name, value) = rest.split_once(' ').unwrap_or((rest, ""));
    match AdjustKind::from_word(name) {
        Some(kind) if !value.trim().is_empty() => {
            Ok(AdjustCommand::Set { kind, value: value.trim().to_owned() })
        }
        Some(_) => Err(Phrase::new("adjust-how")),
        None => {
            let names: Vec<&str> = AdjustKind::ALL.iter().map(|kind| kind.word()).collect();
            Err(Phrase::with("adjust-unknown", args![names = names.join(", ")]))
        }
    }
}

impl Tell for AdjustEvent {
    const MAY: &'static [(Permission, &'static str)] = &[(Permission::Adjust, "adjust-may")];

    fn asked(&self) -> Option<AskedUser> {
        match self {
            Self::Question { number, .. } => Some(AskedUser::Opens(*number)),
            Self::Dropped { number } => Some(AskedUser::Closes(*number)),
            Self::Setting { .. }
            | Self::Earlier(_)
            | Self::Listed
            | Self::Sent { .. }
            | Self::Asked { .. }
            | Self::Changed { .. }
            | Self::Kept { .. }
            | Self::Undone { .. }
            | Self::Ended { .. }
            | Self::Failed { .. }
            | Self::Refused { .. } => None,
        }
    }

    fn json(&self, words: &Words) -> Value {
        // The technician's words, where they differ: a script has asked.
        let text = || self.phrase(Role::Technician).map(|phrase| words.say(&phrase));
        match self {
            Self::Setting { kind, state } => setting_json(*kind, state),
            Self::Earlier(change) => changed_json("adjust-earlier", change),
            Self::Listed => json!({ "event": "adjust-listed" }),
            Self::Sent { id } => json!({ "event": "adjust-sent", "id": id }),
            Self::Asked { id } => json!({ "event": "adjust-asked", "id": id }),
            Self::Question { number, wish: AdjustWish { kind, from, to, undoes }, who } => json!({
                "event": "adjust-question", "number": number, "setting": kind.word(), "from": from, "to": to,
                "undoes": undoes, "who": who, "text": self.phrase(Role::Host).map(|phrase| words.say(&phrase)),
            }),
            Self::Dropped { number } => json!({ "event": "adjust-dropped", "number": number }),
            Self::Changed { change, trial_secs } => {
                let mut line = changed_json("adjust-changed", change);
                line["trial_secs"] = json!(trial_secs);
                line
            }
            Self::Kept { change } => json!({ "event": "adjust-kept", "change": change }),
            Self::Undone { change, by } => {
                json!({ "event": "adjust-undone", "change": change, "by": by.word() })
            }
            Self::Ended { id, fault } => json!({
                "event": "adjust-ended", "id": id, "fault": fault.map(AdjustFault::word), "text": text(),
            }),
            Self::Failed { fault } => {
                json!({ "event": "adjust-failed", "fault": fault.word(), "text": text() })
            }
            Self::Refused { why } => json!({ "event": "adjust-refused", "why": why.word(), "text": text() }),
        }
    }

    fn phrase(&self, role: Role) -> Option<Phrase> {
        Some(match (self, role) {
            (Self::Setting { kind, state }, _) => setting_phrase(*kind, state),
            (Self::Earlier(change), _) => {
                let (number, what) = (change.number, adjust_change_phrase(change));
                Phrase::with("adjust-earlier", args![number = number, what = what])
            }
            (Self::Listed | Self::Sent { .. }, _) => return None,
            (Self::Asked { .. }, _) => Phrase::new("adjust-asked"),
            (Self::Question { number, wish, who }, _) => {
                let question = adjust_question_phrase(wish, who);
                Phrase::with("adjust-question", args![question = question, number = *number])
            }
            (Self::Dropped { number }, _) => Phrase::with("adjust-dropped", args![number = *number]),
            (Self::Changed { change, trial_secs }, _) => {
                let (number, what) = (change.number, adjust_change_phrase(change));
                let changed = args![number = number, what = what.clone(), secs = *trial_secs];
                match (trial_secs, role) {
                    (0, _) => Phrase::with("adjust-changed", args![number = number, what = what]),
                    (_, Role::Host) => Phrase::with("adjust-changed-on-trial-here", changed),
                    (_, Role::Technician) => Phrase::with("adjust-changed-on-trial", changed),
                }
            }
            (Self::Kept { change }, _) => Phrase::with("adjust-kept", args![number = *change]),
            (Self::Undone { change, by }, _) => undone_phrase(*change, *by),
            (Self::Ended { fault: None, .. }, _) => return None,
            (Self::Ended { fault: Some(fault), .. } | Self::Failed { fault }, _) => {
                Phrase::with("adjust-not-done", args![why = adjust_fault_phrase(*fault)])
            }
            (Self::Refused { why }, _) => why.phrase(),
        })
    }
}

fn changed_json(event: &str, change: &AdjustChange) -> Value {
    let AdjustChange { number, kind, from, to } = change;
    json!({ "event": event, "change": number, "setting": kind.word(), "from": from, "to": to })
}

fn setting_json(kind: AdjustKind, state: &AdjustState) -> Value {
    match state {
        AdjustState::Here(AdjustSetting { value, choices, free }) => json!({
            "event": "adjust-setting", "setting": kind.word(), "value": value, "choices": choices, "free": free,
        }),
        AdjustState::NotHere(fault) => {
            json!({ "event": "adjust-setting", "setting": kind.word(), "unavailable": fault.word() })
        }
    }
}
