//! Mending: the helper proposes one thing at a time by its name, the user says yes or no to each, and what
//! was done can be taken back from a list that survives the session.
//!
//! What it does not do: it does nothing without a yes to that very thing, and holds no rights. How each thing
//! is done is `beistand-mend`'s.

mod entry;
mod host;
mod jobs;
mod say;
mod technician;
#[cfg(test)]
mod tests;
mod typed;

use beistand_mend::DeedEntry;
pub use beistand_session::{
    AutostartEntry, DeedName, DeedPath, DeedSight, DeedSwitch, EntryState, RepairDeed, RepairEnd,
    RepairEntry, RepairOutcome, ServiceChange, SightKind, SpaceKind, SpaceKinds,
};
use beistand_session::{Permission, Role, escape};
use serde_json::{Value, json};

use super::asked::AskedUser;
use super::changes::JournalledDeed;
use super::tell::Tell;
use super::verb::{CommandRefusal, FeatureWidening, Verb, VerbUsage};
use crate::words::{Phrase, PhraseArg, Words, args};
use entry::RepairJournalled;
pub(super) use host::RepairHost;
pub use say::{deed_phrase, end_phrase, entry_phrase, space_phrase};
use say::{kind_word, question_phrase, sight_json, sight_phrase, wish_phrase};
pub(super) use technician::RepairTechnician;
pub use typed::RepairKind;

/// Proposals that wait, that which the user is being asked included: what a person can keep in mind.
const MAX_PROPOSALS: usize = 8;

/// What a person wants of mending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RepairCommand {
    /// Technician: propose this.
    Propose(RepairDeed),
    /// Technician: propose to take this entry of the journal back. Host: take it back.
    TakeBack(u32),
    /// Technician: take back all proposals that wait.
    Withdraw,
    /// Which space can be freed.
    Space,
    /// What was done before.
    List,
    /// Host: yes to the question of this number. Must come from a hand at this machine.
    Yes {
        /// A yes to one is none to another that has taken its place.
        number: u32,
    },
    /// Host: no to the question that is open, or to the one of this number.
    No {
        /// The question's.
        number: Option<u32>,
    },
    /// Host: stop what is being done, where that can be stopped.
    Stop,
}

/// What is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RepairWish {
    /// That this is done.
    Deed(RepairDeed),
    /// That an entry of the journal is taken back.
    TakeBack {
        /// Its number.
        entry: u32,
        /// What it was, where that is known.
        deed: Option<RepairDeed>,
    },
}

/// What the user is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepairQuestion {
    /// No other question of the session has it.
    pub number: u32,
    /// The proposal's number.
    pub id: u32,
    /// Who asks, as they call themselves; escaped.
    pub who: String,
    /// What for.
    pub wish: RepairWish,
    /// How it is now.
    pub before: DeedSight,
    /// Whether it can be taken back.
    pub can_undo: bool,
}

/// What becomes of mending. `id` is a proposal's number in this session.
#[derive(Debug, Clone)]
pub enum RepairEvent {
    /// Technician: it was proposed.
    Proposed {
        /// Its number.
        id: u32,
        /// What for.
        wish: RepairWish,
    },
    /// Host: the user is asked.
    Question(RepairQuestion),
    /// Technician: the user is asked.
    Asked {
        /// Its number.
        id: u32,
        /// What for.
        wish: RepairWish,
    },
    /// The user has said yes, and it is being done.
    Begun {
        /// Its number.
        id: u32,
        /// What.
        wish: RepairWish,
    },
    /// So far it is.
    Advance {
        /// Its number.
        id: u32,
        /// What.
        wish: RepairWish,
        /// In thousandths.
        permille: u16,
    },
    /// It is over, one way or another.
    Ended {
        /// Its number; 0 where the user wanted it by themselves.
        id: u32,
        /// What.
        wish: RepairWish,
        /// How.
        outcome: RepairOutcome,
    },
    /// So much can be freed, in bytes.
    Space(Vec<(SpaceKind, u64)>),
    /// This was done before, the oldest first.
    Entries(Vec<RepairEntry>),
    /// Host: this was being done when a program died, and is perhaps done in part.
    Interrupted(Vec<RepairEntry>),
    /// A command has no effect.
    Refused {
        /// Why.
        why: RepairRefusal,
    },
}

/// Why a command has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepairRefusal {
    /// The user does not allow it at the moment.
    NotAllowed,
    /// Too much waits already.
    Behind,
    /// It is for the other side to do.
    OtherSide,
    /// No such question is open, or nothing is being done.
    Nothing,
    /// The journal can't be read.
    NoJournal,
}

impl RepairRefusal {
    fn word(self) -> &'static str {
        match self {
            Self::NotAllowed => "not-allowed",
            Self::Behind => "behind",
            Self::OtherSide => "other-side",
            Self::Nothing => "nothing",
            Self::NoJournal => "no-journal",
        }
    }

    /// What to tell a person.
    pub fn phrase(self) -> Phrase {
        Phrase::new(match self {
            Self::NotAllowed => "repair-not-allowed",
            Self::Behind => "repair-behind",
            Self::OtherSide => "repair-other-side",
            Self::Nothing => "repair-nothing",
            Self::NoJournal => "repair-no-journal",
        })
    }
}

impl RepairQuestion {
    /// The whole question: what for, how it is, and whether it can be taken back.
    pub fn phrase(&self) -> Phrase {
        question_phrase(self)
    }
}

impl RepairWish {
    /// What it is called.
    pub fn phrase(&self) -> Phrase {
        wish_phrase(self)
    }
}

impl Verb for RepairCommand {
    type Refused = RepairEvent;

    const USAGES: &'static [VerbUsage] = &[
        VerbUsage::technician("repair end PID"),
        VerbUsage::technician("repair autostart off|on desktop|service|cron WHICH"),
        VerbUsage::technician("repair service start|stop|enable|disable WHICH"),
        VerbUsage::technician("repair restart SERVICE"),
        VerbUsage::technician("repair quarantine FILE"),
        VerbUsage::technician("repair hosts"),
        VerbUsage::technician("repair proxy"),
        VerbUsage::technician("repair printer WHICH"),
        VerbUsage::technician("repair free trash,thumbnails,caches,dumps,packages,journal"),
        VerbUsage::technician("repair updates"),
        VerbUsage::technician("repair withdraw"),
        VerbUsage::both("repair undo 1"),
        VerbUsage::both("repair space"),
        VerbUsage::both("repair list"),
        VerbUsage::host("repair yes 1"),
        VerbUsage::host("repair no [1]"),
        VerbUsage::host("repair stop"),
    ];

    fn parse(word: &str, rest: &str) -> Option<Result<Vec<Self>, Phrase>> {
        (word == "repair").then(|| match typed::command(rest) {
            Some(command) => Ok(vec![command]),
            None => Err(Phrase::new("repair-how")),
        })
    }

    fn waits_for_room(&self) -> bool {
        match self {
            Self::Propose(_) | Self::TakeBack(_) => true,
            Self::Withdraw | Self::Space | Self::List | Self::Yes { .. } | Self::No { .. } | Self::Stop => {
                false
            }
        }
    }

    fn widening(&self) -> Option<FeatureWidening> {
        match self {
            Self::Yes { number } => {
                let question = Phrase::with("repair-yes-question", args![number = number.to_string()]);
                Some(FeatureWidening { verb: "repair", question })
            }
            Self::Propose(_)
            | Self::TakeBack(_)
            | Self::Withdraw
            | Self::Space
            | Self::List
            | Self::No { .. }
            | Self::Stop => None,
        }
    }

    fn journalled(entry: &DeedEntry) -> Option<Box<dyn JournalledDeed>> {
        RepairJournalled::of(entry)
    }

    fn refuse(self, why: CommandRefusal) -> Option<RepairEvent> {
        let why = match why {
            CommandRefusal::NotAllowed => RepairRefusal::NotAllowed,
            CommandRefusal::Behind => RepairRefusal::Behind,
        };
        Some(RepairEvent::Refused { why })
    }
}

impl Tell for RepairEvent {
    const MAY: &'static [(Permission, &'static str)] = &[(Permission::Repair, "repair-may")];

    fn asked(&self) -> Option<AskedUser> {
        match self {
            Self::Question(RepairQuestion { id, .. }) => Some(AskedUser::Opens(*id)),
            // The system may ask for a password until there is something of it.
            Self::Begun { id, .. } => Some(AskedUser::Opens(*id)),
            Self::Advance { id, .. } | Self::Ended { id, .. } => Some(AskedUser::Closes(*id)),
            Self::Proposed { .. }
            | Self::Asked { .. }
            | Self::Space(_)
            | Self::Entries(_)
            | Self::Interrupted(_)
            | Self::Refused { .. } => None,
        }
    }

    fn json(&self, words: &Words) -> Value {
        let text = self.phrase(Role::Technician).map(|phrase| words.say(&phrase));
        let wished = |event: &str, id: &u32, wish: &RepairWish| {
            json!({
                "event": event, "id": id, "deed": kind_word(wish), "entry": taken_back(wish), "text": text,
            })
        };
        match self {
            Self::Proposed { id, wish } => wished("repair-proposed", id, wish),
            Self::Question(question) => json!({
                "event": "repair-question", "number": question.number, "id": question.id, "who": question.who,
                "deed": kind_word(&question.wish), "entry": taken_back(&question.wish),
                "title": words.say(&question.wish.phrase()), "before": sight_json(&question.before),
                "undoable": question.can_undo, "text": words.say(&question.phrase()),
            }),
            Self::Asked { id, wish } => wished("repair-asked", id, wish),
            Self::Begun { id, wish } => wished("repair-begun", id, wish),
            Self::Advance { id, wish, permille } => json!({
                "event": "repair-progress", "id": id, "deed": kind_word(wish), "permille": permille,
            }),
            Self::Ended { id, wish, outcome } => json!({
                "event": "repair-ended", "id": id, "deed": kind_word(wish), "end": outcome.end.word(),
                "entry": outcome.entry, "before": sight_json(&outcome.before),
                "after": sight_json(&outcome.after), "detail": outcome.detail, "text": text,
            }),
            Self::Space(kinds) => {
                let kinds: serde_json::Map<String, Value> =
                    kinds.iter().map(|(kind, bytes)| (kind.word().to_owned(), json!(bytes))).collect();
                json!({ "event": "repair-space", "bytes": kinds })
            }
            Self::Entries(entries) => entries_json("repair-entries", entries, words),
            Self::Interrupted(entries) => entries_json("repair-interrupted", entries, words),
            Self::Refused { why } => json!({ "event": "repair-refused", "why": why.word(), "text": text }),
        }
    }

    fn phrase(&self, role: Role) -> Option<Phrase> {
        let about = |key: &'static str, wish: &RepairWish| Phrase::with(key, args![what = wish.phrase()]);
        Some(match (self, role) {
            (Self::Advance { .. }, _) => return None,
            (Self::Proposed { wish, .. }, _) => about("repair-proposed", wish),
            (Self::Question(question), _) => Phrase::with(
                "repair-question",
                args![question = question.phrase(), number = question.number.to_string()],
            ),
            (Self::Asked { wish, .. }, _) => about("repair-asked", wish),
            (Self::Begun { wish, .. }, _) => about("repair-begun", wish),
            (Self::Ended { wish, outcome, .. }, _) => ended_phrase(wish, outcome),
            (Self::Space(kinds), _) => {
                let lines = kinds.iter().map(|(kind, bytes)| space_phrase(*kind, *bytes)).collect();
                Phrase::with("repair-space", args![kinds = PhraseArg::Lines(lines)])
            }
            (Self::Entries(entries), _) if entries.is_empty() => Phrase::new("repair-no-entries"),
            (Self::Entries(entries), _) => {
                let lines = entries.iter().map(entry_phrase).collect();
                Phrase::with("repair-entries", args![entries = PhraseArg::Lines(lines)])
            }
            (Self::Interrupted(entries), _) => {
                let lines = entries.iter().map(entry_phrase).collect();
                Phrase::with("repair-interrupted", args![entries = PhraseArg::Lines(lines)])
            }
            (Self::Refused { why }, _) => why.phrase(),
        })
    }
}

/// How a deed ended, with how it was and how it is.
fn ended_phrase(wish: &RepairWish, outcome: &RepairOutcome) -> Phrase {
    let (what, how) = (wish.phrase(), end_phrase(outcome.end, &outcome.detail));
    match (sight_phrase(&outcome.before), sight_phrase(&outcome.after), outcome.end) {
        (Some(before), Some(after), RepairEnd::Done) => {
            let number = outcome.entry.to_string();
            Phrase::with(
                "repair-ended-with",
                args![what = what, how = how, before = before, after = after, number = number],
            )
        }
        (_, _, _) => Phrase::with("repair-ended", args![what = what, how = how]),
    }
}

fn taken_back(wish: &RepairWish) -> Option<u32> {
    match wish {
        RepairWish::Deed(_) => None,
        RepairWish::TakeBack { entry, .. } => Some(*entry),
    }
}

fn entries_json(event: &str, entries: &[RepairEntry], words: &Words) -> Value {
    let entry = |entry: &RepairEntry| {
        json!({
            "number": entry.number, "title": words.say(&deed_phrase(&entry.deed)), "secs": entry.secs,
            "state": entry.state.word(), "undoable": entry.can_undo,
        })
    };
    json!({ "event": event, "entries": entries.iter().map(entry).collect::<Vec<_>>() })
}

/// What came from this machine as its user, and then the helper, reads it: escaped, and as much as there is
/// room for.
fn shown(sight: DeedSight) -> DeedSight {
    DeedSight { text: fitting(&sight.text), ..sight }
}

fn fitting(text: &str) -> String {
    let text = escape(text);
    text[..text.floor_char_boundary(beistand_session::MAX_SIGHT_BYTES)].to_owned()
}
