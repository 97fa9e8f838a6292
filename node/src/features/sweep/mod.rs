//! Searches for what does not belong on the user's computer: the technician starts one by its name, the user
//! sees it and can stop it, and both read what it found.
//!
//! What it does not do: it searches nothing itself, that is `beistand-sweep`'s, and it mends nothing. A
//! search begins without a question of its own: the permission is for all of them, and what each looks
//! through is shown.

mod host;
mod run;
mod say;
mod technician;
#[cfg(test)]
mod tests;

use beistand_session::{Permission, Role};
pub use beistand_session::{
    SweepCategory, SweepEnd, SweepFinding, SweepKind, SweepReason, SweepStanding, SweepThing,
};
use beistand_sweep::SweepRequest;
use serde_json::{Value, json};

use super::tell::Tell;
use super::verb::{CommandRefusal, Verb, VerbUsage};
use crate::words::{Phrase, Words, args};
pub(super) use host::SweepHost;
use say::{end_phrase, finding_json, finding_phrase};
pub use say::{
    sweep_category_phrase, sweep_finding_text, sweep_reason_phrase, sweep_standing_phrase,
    sweep_thing_phrase, sweep_title,
};
pub(super) use technician::SweepTechnician;

/// Searches that run or wait: one runs, and two more are what a person plans.
const MAX_SEARCHES: usize = 3;

/// What a person wants of searches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SweepCommand {
    /// Technician: search. Made by [`Self::start`].
    Start {
        /// For what.
        kind: SweepKind,
        /// Where, for viruses.
        args: String,
    },
    /// Stop the search that runs, and do not begin those that wait.
    Stop,
}

impl SweepCommand {
    /// The start of a search with what belongs to it.
    ///
    /// # Errors
    /// How it has to be typed.
    pub fn start(kind: SweepKind, args: &str) -> Result<Self, Phrase> {
        let args = args.trim();
        if SweepRequest::parse(kind, args).is_some() {
            return Ok(Self::Start { kind, args: args.to_owned() });
        }
        let usage = format!("{} {}", kind.word(), SweepRequest::usage(kind));
        Err(Phrase::with("sweep-usage", args![usage = usage.trim_end()]))
    }

    /// What belongs to a search, as it is typed.
    pub const fn usage(kind: SweepKind) -> &'static str {
        SweepRequest::usage(kind)
    }
}

/// What happens to searches, on both sides. `id` names a search in this session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SweepEvent {
    /// It was asked for, and begins when those before it are over.
    Waiting {
        /// Its number.
        id: u32,
        /// Which one.
        kind: SweepKind,
        /// What is scanned; empty where that is the whole computer.
        subject: String,
    },
    /// It has begun.
    Begun {
        /// Its number.
        id: u32,
        /// Which one.
        kind: SweepKind,
        /// As above.
        subject: String,
    },
    /// So far it is.
    Advance {
        /// Its number.
        id: u32,
        /// Which one.
        kind: SweepKind,
        /// In thousandths.
        permille: u16,
        /// What is looked through.
        category: SweepCategory,
        /// How many things were looked at.
        seen: u32,
    },
    /// It found this.
    Finding {
        /// Its number.
        id: u32,
        /// Which one.
        kind: SweepKind,
        /// What it is.
        finding: SweepFinding,
    },
    /// It is over.
    Ended {
        /// Its number.
        id: u32,
        /// Which one.
        kind: SweepKind,
        /// How it ended.
        end: SweepEnd,
        /// How many things were looked at.
        seen: u32,
        /// How many findings are not told.
        left_off: u32,
    },
    /// A command has no effect.
    Refused {
        /// Why.
        why: SweepRefusal,
    },
}

/// Why a command has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SweepRefusal {
    /// The user does not allow it at the moment.
    NotAllowed,
    /// Too many commands, or searches, wait already.
    Behind,
    /// The user typed what only the helper can.
    HelpersOnly,
    /// There is no search to stop.
    Nothing,
}

impl SweepRefusal {
    fn word(self) -> &'static str {
        match self {
            Self::NotAllowed => "not-allowed",
            Self::Behind => "behind",
            Self::HelpersOnly => "helpers-only",
            Self::Nothing => "nothing",
        }
    }

    fn phrase(self) -> Phrase {
        Phrase::new(match self {
            Self::NotAllowed => "sweep-not-allowed",
            Self::Behind => "sweep-behind",
            Self::HelpersOnly => "sweep-helpers-only",
            Self::Nothing => "sweep-nothing",
        })
    }
}

impl Verb for SweepCommand {
    type Refused = SweepEvent;

    const USAGES: &'static [VerbUsage] =
        &[VerbUsage::technician("sweep NAME [PATH]"), VerbUsage::both("sweep stop")];

    fn parse(word: &str, rest: &str) -> Option<Result<Vec<Self>, Phrase>> {
        if word != "sweep" {
            return None;
        }
        let (name, args) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
        let command = match SweepKind::from_word(name) {
            Some(kind) => Self::start(kind, args),
            None if name == "stop" && args.is_empty() => Ok(Self::Stop),
            None => {
                let names: Vec<&str> = SweepKind::all().map(SweepKind::word).collect();
                Err(Phrase::with("sweep-names", args![names = names.join(", ")]))
            }
        };
        Some(command.map(|command| vec![command]))
    }

    fn waits_for_room(&self) -> bool {
        match self {
            Self::Start { .. } => true,
            Self::Stop => false,
        }
    }

    fn refuse(self, why: CommandRefusal) -> Option<SweepEvent> {
        let why = match why {
            CommandRefusal::NotAllowed => SweepRefusal::NotAllowed,
            CommandRefusal::Behind => SweepRefusal::Behind,
        };
        Some(SweepEvent::Refused { why })
    }
}

impl Tell for SweepEvent {
    const MAY: &'static [(Permission, &'static str)] = &[(Permission::Sweep, "sweep-may")];

    fn json(&self, words: &Words) -> Value {
        // The technician's words, where they differ: a script has asked for the search.
        let text = self.phrase(Role::Technician).map(|phrase| words.say(&phrase));
        match self {
            Self::Waiting { id, kind, subject } => {
                json!({ "event": "sweep-waiting", "id": id, "sweep": kind.word(), "subject": subject })
            }
            Self::Begun { id, kind, subject } => {
                json!({ "event": "sweep-begun", "id": id, "sweep": kind.word(), "subject": subject })
            }
            Self::Advance { id, kind, permille, category, seen } => json!({
                "event": "sweep-progress", "id": id, "sweep": kind.word(), "permille": permille,
                "category": category.word(), "seen": seen,
            }),
            Self::Finding { id, kind, finding } => json!({
                "event": "sweep-finding", "id": id, "sweep": kind.word(), "finding": finding_json(finding),
                "text": text,
            }),
            Self::Ended { id, kind, end, seen, left_off } => json!({
                "event": "sweep-ended", "id": id, "sweep": kind.word(), "end": end.word(), "seen": seen,
                "left_off": left_off, "text": text,
            }),
            Self::Refused { why } => json!({ "event": "sweep-refused", "why": why.word(), "text": text }),
        }
    }

    fn phrase(&self, role: Role) -> Option<Phrase> {
        let named = |kind: SweepKind, subject: &str| {
            let title = sweep_title(kind);
            if subject.is_empty() {
                return title;
            }
            Phrase::with("sweep-title-of", args![search = title, subject = subject])
        };
        Some(match (self, role) {
            (Self::Advance { .. }, _) => return None,
            (Self::Waiting { kind, subject, .. }, _) => {
                Phrase::with("sweep-waiting", args![search = named(*kind, subject)])
            }
            (Self::Begun { kind, subject, .. }, Role::Technician) => {
                Phrase::with("sweep-begun", args![search = named(*kind, subject)])
            }
            (Self::Begun { kind, subject, .. }, Role::Host) => {
                Phrase::with("sweep-begun-here", args![search = named(*kind, subject)])
            }
            (Self::Finding { finding, .. }, _) => finding_phrase(finding),
            (Self::Ended { kind, end, seen, left_off, .. }, _) => {
                let (search, how) = (sweep_title(*kind), end_phrase(*end));
                Phrase::with("sweep-ended", args![search = search, how = how, seen = *seen, more = *left_off])
            }
            (Self::Refused { why }, _) => why.phrase(),
        })
    }
}
