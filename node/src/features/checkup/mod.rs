//! Tests on demand: the technician starts one by its name, the user sees it and can stop it, and both read
//! what it found.
//!
//! What it does not do: it measures nothing but the way between the two people (`blocks`); all else is
//! `beistand-probe`'s. A test begins without a question of its own: the permission is for all of them, and
//! what each of them reaches for is shown.

mod blocks;
mod host;
mod say;
mod technician;
#[cfg(test)]
mod tests;

use beistand_probe::ProbeRequest;
pub use beistand_session::{CheckupEnd, CheckupFinding, CheckupKind};
use beistand_session::{MAX_CHECKUP_ARGS_BYTES, Permission, Role};
use serde_json::{Value, json};

use super::tell::Tell;
use super::verb::{CommandRefusal, Verb, VerbUsage};
use crate::words::{Phrase, Words, args};
pub(super) use host::CheckupHost;
pub use say::test_title;
use say::{end_key, finding_phrase, values_json};
pub(super) use technician::CheckupTechnician;

/// Tests that run or wait: one runs, and two more are what a person plans.
const MAX_TESTS: usize = 3;

/// What a person wants of tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckupCommand {
    /// Technician: run a test. Made by [`Self::start`].
    Start {
        /// Which one.
        kind: CheckupKind,
        /// What belongs to it.
        args: String,
    },
    /// Stop the test that runs, and do not begin those that wait.
    Stop,
}

impl CheckupCommand {
    /// The start of a test with what belongs to it.
    ///
    /// # Errors
    /// How it has to be typed.
    pub fn start(kind: CheckupKind, args: &str) -> Result<Self, Phrase> {
        let args = args.trim();
        let nothing_more = kind == CheckupKind::Throughput && args.is_empty();
        let makes_sense = nothing_more || ProbeRequest::parse(kind, args).is_some();
        if makes_sense && args.len() <= MAX_CHECKUP_ARGS_BYTES {
            return Ok(Self::Start { kind, args: args.to_owned() });
        }
        let usage = format!("{} {}", kind.word(), ProbeRequest::usage(kind));
        Err(Phrase::with("checkup-usage", args![usage = usage.trim_end()]))
    }

    /// What belongs to a test, as it is typed.
    pub const fn usage(kind: CheckupKind) -> &'static str {
        ProbeRequest::usage(kind)
    }
}

/// What happens to tests, on both sides. `id` names a test in this session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckupEvent {
    /// It was asked for, and begins when those before it are over.
    Waiting {
        /// Its number.
        id: u32,
        /// Which one.
        kind: CheckupKind,
        /// What it reaches for; empty where that is the computer itself.
        subject: String,
    },
    /// It has begun.
    Begun {
        /// Its number.
        id: u32,
        /// Which one.
        kind: CheckupKind,
        /// As above.
        subject: String,
    },
    /// So far it is.
    Advance {
        /// Its number.
        id: u32,
        /// Which one.
        kind: CheckupKind,
        /// In thousandths.
        permille: u16,
    },
    /// It found this.
    Finding {
        /// Its number.
        id: u32,
        /// Which one.
        kind: CheckupKind,
        /// What it is.
        finding: CheckupFinding,
    },
    /// It is over.
    Ended {
        /// Its number.
        id: u32,
        /// Which one.
        kind: CheckupKind,
        /// How it ended.
        end: CheckupEnd,
    },
    /// A command has no effect.
    Refused {
        /// Why.
        why: CheckupRefusal,
    },
}

/// Why a command has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckupRefusal {
    /// The user does not allow it at the moment.
    NotAllowed,
    /// Too many commands, or tests, wait already.
    Behind,
    /// The user typed what only the helper can.
    HelpersOnly,
    /// There is no test to stop.
    Nothing,
}

impl CheckupRefusal {
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
            Self::NotAllowed => "checkup-not-allowed",
            Self::Behind => "checkup-behind",
            Self::HelpersOnly => "checkup-helpers-only",
            Self::Nothing => "checkup-nothing",
        })
    }
}

impl Verb for CheckupCommand {
    type Refused = CheckupEvent;

    const USAGES: &'static [VerbUsage] =
        &[VerbUsage::technician("test NAME [WHAT]"), VerbUsage::both("test stop")];

    fn parse(word: &str, rest: &str) -> Option<Result<Vec<Self>, Phrase>> {
        if word != "test" {
            return None;
        }
        let (name, args) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
        let command = match CheckupKind::from_word(name) {
            Some(kind) => Self::start(kind, args),
            None if name == "stop" && args.is_empty() => Ok(Self::Stop),
            None => {
                let names: Vec<&str> = CheckupKind::ALL.iter().map(|kind| kind.word()).collect();
                Err(Phrase::with("checkup-unknown", args![names = names.join(", ")]))
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

    fn refuse(self, why: CommandRefusal) -> Option<CheckupEvent> {
        let why = match why {
            CommandRefusal::NotAllowed => CheckupRefusal::NotAllowed,
            CommandRefusal::Behind => CheckupRefusal::Behind,
        };
        Some(CheckupEvent::Refused { why })
    }
}

impl Tell for CheckupEvent {
    const MAY: &'static [(Permission, &'static str)] = &[(Permission::Checkup, "checkup-may")];

    fn json(&self, words: &Words) -> Value {
        // The technician's words, where they differ: a script has asked for the test.
        let text = self.phrase(Role::Technician).map(|phrase| words.say(&phrase));
        match self {
            Self::Waiting { id, kind, subject } => {
                json!({ "event": "test-waiting", "id": id, "test": kind.word(), "subject": subject })
            }
            Self::Begun { id, kind, subject } => {
                json!({ "event": "test-begun", "id": id, "test": kind.word(), "subject": subject })
            }
            Self::Advance { id, kind, permille } => {
                json!({ "event": "test-progress", "id": id, "test": kind.word(), "permille": permille })
            }
            Self::Finding { id, kind, finding } => json!({
                "event": "test-finding", "id": id, "test": kind.word(), "finding": finding.kind().word(),
                "values": values_json(finding), "text": text,
            }),
            Self::Ended { id, kind, end } => json!({
                "event": "test-ended", "id": id, "test": kind.word(), "end": end.word(), "text": text,
            }),
            Self::Refused { why } => json!({ "event": "test-refused", "why": why.word(), "text": text }),
        }
    }

    fn phrase(&self, role: Role) -> Option<Phrase> {
        let named = |kind: CheckupKind, subject: &str| {
            let title = test_title(kind);
            if subject.is_empty() {
                return title;
            }
            Phrase::with("checkup-title-of", args![test = title, subject = subject])
        };
        Some(match (self, role) {
            (Self::Advance { .. }, _) => return None,
            (Self::Waiting { kind, subject, .. }, _) => {
                Phrase::with("checkup-waiting", args![test = named(*kind, subject)])
            }
            (Self::Begun { kind, subject, .. }, Role::Technician) => {
                Phrase::with("checkup-begun", args![test = named(*kind, subject)])
            }
            (Self::Begun { kind, subject, .. }, Role::Host) => {
                Phrase::with("checkup-begun-here", args![test = named(*kind, subject)])
            }
            (Self::Finding { finding, .. }, _) => finding_phrase(finding),
            (Self::Ended { kind, end, .. }, _) => {
                let how = Phrase::new(end_key(*end));
                Phrase::with("checkup-ended", args![test = test_title(*kind), how = how])
            }
            (Self::Refused { why }, _) => why.phrase(),
        })
    }
}
