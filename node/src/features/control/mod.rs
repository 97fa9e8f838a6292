//! Control: the technician's mouse and keyboard act on the host's computer.

mod held;
mod host;
mod input_thread;
mod noting;
mod technician;
#[cfg(test)]
mod tests;
mod typed;

use beistand_session::{InputEvent, Permission, Role};
use serde_json::{Value, json};

use super::tell::Tell;
use super::verb::{CommandRefusal, Verb, VerbUsage};
use crate::words::{Phrase, Words, args};
pub(super) use host::ControlHost;
pub(crate) use input_thread::OpenInjector;
pub(super) use technician::ControlTechnician;

/// What the technician wants to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ControlCommand {
    /// Act on the host's computer.
    Input(InputEvent),
    /// Type a text there, which may be longer than one event.
    Write(String),
}

/// What the user's program should know of remote input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ControlEvent {
    /// Host: remote input has no effect at the moment.
    HandsOff {
        /// Why.
        why: HandsOff,
    },
    /// Technician: something that was typed or clicked was not sent, or did not arrive in time to act,
    /// because the connection was interrupted.
    NotSent,
}

/// Why remote input has no effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandsOff {
    /// The user's own mouse or keyboard is in use; the technician's waits until it has been still for 2 s.
    UserActive,
    /// This computer takes no remote input, for this reason.
    NotHere(Phrase),
}

impl Verb for ControlCommand {
    type Refused = ControlEvent;

    const USAGES: &'static [VerbUsage] = typed::USAGES;

    fn parse(word: &str, rest: &str) -> Option<Result<Vec<Self>, Phrase>> {
        Some(typed::input(word, rest)?.map(|events| events.into_iter().map(Self::Input).collect()))
    }

    /// What is not allowed has no effect, and the technician sees that.
    fn refuse(self, _why: CommandRefusal) -> Option<ControlEvent> {
        None
    }
}

impl Tell for ControlEvent {
    const MAY: &'static [(Permission, &'static str)] =
        &[(Permission::Pointer, "control-may-pointer"), (Permission::Keyboard, "control-may-keyboard")];

    fn json(&self, words: &Words) -> Value {
        match self {
            Self::HandsOff { why: HandsOff::UserActive } => {
                json!({ "event": "hands-off", "why": "user-active" })
            }
            Self::HandsOff { why: HandsOff::NotHere(reason) } => {
                json!({ "event": "hands-off", "why": "not-here", "text": words.say(reason) })
            }
            Self::NotSent => json!({ "event": "not-sent" }),
        }
    }

    fn phrase(&self, _role: Role) -> Option<Phrase> {
        match self {
            // It would be printed at each move of the mouse.
            Self::HandsOff { why: HandsOff::UserActive } => None,
            Self::HandsOff { why: HandsOff::NotHere(reason) } => {
                Some(Phrase::with("control-not-here", args![reason = reason.clone()]))
            }
            Self::NotSent => Some(Phrase::new("control-not-sent")),
        }
    }
}
