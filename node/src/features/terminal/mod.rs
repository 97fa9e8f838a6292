//! Terminals on the user's computer: the helper opens them and types in them, the user sees all of it and may
//! end it at any time.
//!
//! A shell has the rights of the user's account, never more. What was typed is recorded where the user wants
//! it, but nothing that the screen did not show.

mod host;
mod line;
mod screen;
mod tab;
mod technician;
#[cfg(test)]
mod tests;
mod typed;

use beistand_session::{Permission, Role, TerminalObstacle};
pub use beistand_session::{TerminalEnd, TerminalSize};
use serde_json::{Value, json};

use super::tell::Tell;
use super::verb::{CommandRefusal, Verb, VerbUsage};
use crate::words::{Phrase, Words, args};
pub(super) use host::TerminalHost;
pub use screen::{
    CellStyle, KeyModes, SCROLLBACK_LINES, ScreenPlace, ScreenRun, ScreenSight, TerminalScreen,
};
pub(super) use technician::TerminalTechnician;

/// What a person wants of terminals. Where none is named, the newest is meant.
#[derive(Clone, PartialEq, Eq)]
pub enum TerminalCommand {
    /// Open one.
    Open(TerminalSize),
    /// Type this.
    Type {
        /// Where.
        terminal: Option<u32>,
        /// What.
        bytes: Vec<u8>,
    },
    /// It is to have this size.
    Resize {
        /// Which one.
        terminal: Option<u32>,
        /// Its size.
        size: TerminalSize,
    },
    /// Tell what is on the screen.
    Look(Option<u32>),
    /// End it, with all that runs in it.
    Close(Option<u32>),
    /// Host: from now on it is (not) recorded what the helper types.
    Record(bool),
    /// Host: what still runs in a terminal that is no longer allowed.
    Leftover {
        /// Where; none only where one is asked about.
        terminal: Option<u32>,
        /// What becomes of it.
        answer: LeftoverAnswer,
    },
}

/// What becomes of a program in a terminal that the user no longer allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftoverAnswer {
    /// It is ended.
    End,
    /// It runs on, in a terminal that is the user's alone.
    Keep,
}

/// Without what is typed: that may be a secret, and logs are kept.
impl std::fmt::Debug for TerminalCommand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Open(size) => write!(f, "Open({size:?})"),
            Self::Type { terminal, bytes } => write!(f, "Type({terminal:?}, {} bytes)", bytes.len()),
            Self::Resize { terminal, size } => write!(f, "Resize({terminal:?}, {size:?})"),
            Self::Look(terminal) => write!(f, "Look({terminal:?})"),
            Self::Close(terminal) => write!(f, "Close({terminal:?})"),
            Self::Record(records) => write!(f, "Record({records})"),
            Self::Leftover { terminal, answer } => write!(f, "Leftover({terminal:?}, {answer:?})"),
        }
    }
}

/// What happens in terminals.
#[derive(Debug, Clone)]
pub enum TerminalEvent {
    /// There is one.
    Opened {
        /// Which one.
        terminal: u32,
        /// Who opened it.
        by: Role,
        /// What is to be seen in it, kept up to date.
        screen: TerminalScreen,
    },
    /// There is something new on the screen since whoever looks last looked.
    Changed {
        /// Which one.
        terminal: u32,
    },
    /// What is on the screen.
    Shown {
        /// Which one.
        terminal: u32,
        /// Its rows.
        text: String,
        /// Where the cursor is, as row and column from 0.
        cursor: (u16, u16),
        /// How large it is.
        size: TerminalSize,
    },
    /// It is closed.
    Closed {
        /// Which one.
        terminal: u32,
        /// Why.
        why: TerminalEnd,
    },
    /// It was not done.
    Refused {
        /// Why.
        why: TerminalRefusal,
    },
    /// Host: the helper typed this line, and the user wants to know.
    Typed {
        /// Where.
        terminal: u32,
        /// What; all of it was on the screen.
        text: String,
    },
    /// Host: the helper typed more lines than a record keeps up with.
    Unrecorded {
        /// Where.
        terminal: u32,
        /// How many are not in it.
        lines: usize,
    },
    /// Host: it is recorded from now on what the helper types, or no longer.
    Recording(bool),
    /// Whether a program other than the shell is in the foreground of a terminal: the end of the session ends
    /// it.
    Busy {
        /// Which one.
        terminal: u32,
        /// Whether one is.
        busy: bool,
    },
    /// Host: this still runs in a terminal that is no longer allowed. Unless the user says otherwise, it is
    /// ended.
    Leftover {
        /// Which one.
        terminal: u32,
        /// The program's name.
        program: String,
        /// How long the user has to answer.
        seconds: u64,
    },
}

impl TerminalEvent {
    /// What somebody who looks now sees.
    fn shown(terminal: u32, screen: &TerminalScreen) -> Self {
        screen.looked();
        Self::Shown { terminal, text: screen.text(), cursor: screen.cursor(), size: screen.size() }
    }
}

/// Why something was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TerminalRefusal {
    /// The user does not allow it at the moment.
    NotAllowed,
    /// More is typed than the program there reads.
    Behind,
    /// There are as many as there may be.
    TooMany,
    /// That computer has none to give.
    NotHere,
    /// There is no such terminal.
    Missing,
    /// The user is asked about several, and has to say which one they mean.
    Several,
}

impl TerminalRefusal {
    /// The word for it in JSON.
    fn word(self) -> &'static str {
        match self {
            Self::NotAllowed => "not-allowed",
            Self::Behind => "behind",
            Self::TooMany => "too-many",
            Self::NotHere => "not-here",
            Self::Missing => "missing",
            Self::Several => "several",
        }
    }

    /// What to tell a person.
    pub fn phrase(self) -> Phrase {
        Phrase::new(match self {
            Self::NotAllowed => "terminal-not-allowed",
            Self::Behind => "terminal-behind",
            Self::TooMany => "terminal-too-many",
            Self::NotHere => "terminal-not-here",
            Self::Missing => "terminal-missing",
            Self::Several => "terminal-several",
        })
    }
}

impl From<TerminalObstacle> for TerminalRefusal {
    fn from(obstacle: TerminalObstacle) -> Self {
        match obstacle {
            TerminalObstacle::TooMany => Self::TooMany,
            TerminalObstacle::NotAllowed => Self::NotAllowed,
            TerminalObstacle::NotHere => Self::NotHere,
        }
    }
}

impl Verb for TerminalCommand {
    type Refused = TerminalEvent;

    const USAGES: &'static [VerbUsage] = &[
        VerbUsage::both("terminal open [COLUMNSxROWS]"),
        VerbUsage::both("terminal type[@NUMBER] TEXT"),
        VerbUsage::both("terminal resize[@NUMBER] COLUMNSxROWS"),
        VerbUsage::both("terminal screen[@NUMBER]"),
        VerbUsage::both("terminal close[@NUMBER]"),
        VerbUsage::host("terminal record on|off"),
        VerbUsage::host("terminal end[@NUMBER]|keep[@NUMBER]"),
    ];

    fn parse(word: &str, rest: &str) -> Option<Result<Vec<Self>, Phrase>> {
        (word == "terminal").then(|| line::parse(rest))
    }

    fn refuse(self, why: CommandRefusal) -> Option<TerminalEvent> {
        let why = match why {
            CommandRefusal::NotAllowed => TerminalRefusal::NotAllowed,
            CommandRefusal::Behind => TerminalRefusal::Behind,
        };
        Some(TerminalEvent::Refused { why })
    }
}

/// Who opened a terminal, in JSON.
fn opener_word(by: Role) -> &'static str {
    match by {
        Role::Technician => "technician",
        Role::Host => "user",
    }
}

/// Why a terminal was closed, in JSON.
fn end_word(why: TerminalEnd) -> &'static str {
    match why {
        TerminalEnd::Exited(_) => "exited",
        TerminalEnd::ByTechnician => "technician",
        TerminalEnd::ByUser => "user",
        TerminalEnd::Revoked => "revoked",
    }
}

impl Tell for TerminalEvent {
    const MAY: &'static [(Permission, &'static str)] =
        &[(Permission::Terminal, "terminal-may-look"), (Permission::TerminalType, "terminal-may-type")];

    fn json(&self, words: &Words) -> Value {
        match self {
            Self::Opened { terminal, by, screen } => {
                let size = screen.size();
                json!({
                    "event": "terminal-opened", "terminal": terminal, "by": opener_word(*by),
                    "columns": size.columns(), "rows": size.rows(),
                })
            }
            Self::Changed { terminal } => json!({ "event": "terminal-changed", "terminal": terminal }),
            Self::Shown { terminal, text, cursor, size } => json!({
                "event": "terminal-screen", "terminal": terminal, "text": text,
                "row": cursor.0, "column": cursor.1, "columns": size.columns(), "rows": size.rows(),
            }),
            Self::Closed { terminal, why } => {
                let code = match why {
                    TerminalEnd::Exited(code) => *code,
                    TerminalEnd::ByTechnician | TerminalEnd::ByUser | TerminalEnd::Revoked => None,
                };
                json!({
                    "event": "terminal-closed", "terminal": terminal, "why": end_word(*why), "code": code,
                })
            }
            Self::Refused { why } => {
                let text = words.say(&why.phrase());
                json!({ "event": "terminal-refused", "why": why.word(), "text": text })
            }
            Self::Typed { terminal, text } => {
                json!({ "event": "terminal-typed", "terminal": terminal, "text": text })
            }
            Self::Unrecorded { terminal, lines } => {
                json!({ "event": "terminal-unrecorded", "terminal": terminal, "lines": lines })
            }
            Self::Recording(on) => json!({ "event": "terminal-recording", "on": on }),
            Self::Busy { terminal, busy } => {
                json!({ "event": "terminal-busy", "terminal": terminal, "busy": busy })
            }
            Self::Leftover { terminal, program, seconds } => json!({
                "event": "terminal-leftover", "terminal": terminal, "program": program, "seconds": seconds,
            }),
        }
    }

    fn phrase(&self, role: Role) -> Option<Phrase> {
        Some(match self {
            Self::Opened { by: Role::Technician, .. } if role == Role::Host => {
                Phrase::new("terminal-opened-by-helper")
            }
            Self::Opened { terminal, .. } => Phrase::with("terminal-opened", args![number = *terminal]),
            Self::Changed { .. } | Self::Busy { .. } => return None,
            Self::Shown { text, .. } => Phrase::with("terminal-screen", args![text = shown(text)]),
            Self::Closed { terminal, why } => Phrase::with(
                match why {
                    TerminalEnd::Exited(_) => "terminal-exited",
                    TerminalEnd::ByTechnician => "terminal-closed-by-helper",
                    TerminalEnd::ByUser => "terminal-closed-by-user",
                    TerminalEnd::Revoked => "terminal-revoked",
                },
                args![number = *terminal],
            ),
            Self::Refused { why } => why.phrase(),
            Self::Typed { text, .. } => {
                Phrase::with("terminal-typed", args![text = beistand_session::escape(text)])
            }
            Self::Unrecorded { lines, .. } => Phrase::with("terminal-unrecorded", args![lines = *lines]),
            Self::Recording(true) => Phrase::new("terminal-recording"),
            Self::Recording(false) => Phrase::new("terminal-not-recording"),
            Self::Leftover { terminal, program, seconds } => Phrase::with(
                "terminal-leftover",
                args![number = *terminal, program = program, seconds = *seconds],
            ),
        })
    }
}

/// A screen's text, for whoever reads it in a terminal of their own: its rows stay rows, and nothing in it
/// acts there.
fn shown(text: &str) -> String {
    text.lines().map(beistand_session::escape).collect::<Vec<_>>().join("\n")
}
