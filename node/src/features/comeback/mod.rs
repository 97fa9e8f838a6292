//! A return: after a restart of the user's computer or of either program the same helper may ask again, and
//! the user confirms it with one press.
//!
//! What it does: while the user allows it, both sides keep a ticket with a secret of their own that the host
//! has made, and keep its time up to date. It goes with the permission; what was used is used up as soon as
//! the next session begins. What it does not do: it starts nothing, restarts nothing and lets nobody in. A
//! ticket is offered to a person by whoever opens the program next.

mod desk;
mod host;
mod technician;
#[cfg(test)]
mod tests;

use beistand_session::{Permission, Role};
use serde_json::{Value, json};

use super::tell::Tell;
use super::verb::{CommandRefusal, Verb, VerbUsage};
use crate::words::{Phrase, Words};
pub(super) use host::ComebackHost;
pub(super) use technician::ComebackTechnician;

/// What a person wants of a return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ComebackCommand {
    /// Technician: tell the user that their computer is about to be restarted, and ask to come back.
    Announce,
}

/// What happens to a return, on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ComebackEvent {
    /// Both sides have a ticket: the helper can ask again after the session.
    Kept,
    /// They can't: a ticket could not be written.
    NotKept {
        /// By whom.
        by: Role,
    },
    /// It is no longer allowed, and the tickets are gone.
    TakenBack,
    /// The helper says that they are about to restart the user's computer.
    Announced {
        /// Whether they may come back.
        allowed: bool,
    },
    /// A command has no effect.
    Refused {
        /// Too many wait, where it isn't that there is no session.
        behind: bool,
    },
}

impl Verb for ComebackCommand {
    type Refused = ComebackEvent;

    const USAGES: &'static [VerbUsage] = &[VerbUsage::technician("comeback")];

    fn parse(word: &str, rest: &str) -> Option<Result<Vec<Self>, Phrase>> {
        (word == "comeback").then(|| {
            if rest.trim().is_empty() { Ok(vec![Self::Announce]) } else { Err(Phrase::new("comeback-usage")) }
        })
    }

    fn refuse(self, why: CommandRefusal) -> Option<ComebackEvent> {
        let behind = match why {
            CommandRefusal::Behind => true,
            CommandRefusal::NotAllowed => false,
        };
        Some(ComebackEvent::Refused { behind })
    }
}

impl ComebackEvent {
    fn word(&self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::NotKept { .. } => "not-kept",
            Self::TakenBack => "taken-back",
            Self::Announced { .. } => "announced",
            Self::Refused { .. } => "refused",
        }
    }
}

impl Tell for ComebackEvent {
    const MAY: &'static [(Permission, &'static str)] = &[(Permission::Reconnect, "comeback-may")];

    fn json(&self, words: &Words) -> Value {
        let text = self.phrase(Role::Technician).map(|phrase| words.say(&phrase));
        let mut value = json!({ "event": format!("comeback-{}", self.word()), "text": text });
        match self {
            Self::Kept | Self::TakenBack => {}
            Self::NotKept { by: Role::Host } => value["by"] = "user".into(),
            Self::NotKept { by: Role::Technician } => value["by"] = "helper".into(),
            Self::Announced { allowed } => value["allowed"] = (*allowed).into(),
            Self::Refused { behind } => value["why"] = if *behind { "behind" } else { "not-allowed" }.into(),
        }
        value
    }

    fn phrase(&self, role: Role) -> Option<Phrase> {
        Some(Phrase::new(match (self, role) {
            (Self::Kept, Role::Host) => "comeback-kept-here",
            (Self::Kept, Role::Technician) => "comeback-kept",
            (Self::NotKept { by }, _) if *by == role => "comeback-not-kept-here",
            (Self::NotKept { .. }, _) => "comeback-not-kept-there",
            (Self::TakenBack, Role::Host) => "comeback-taken-back-here",
            (Self::TakenBack, Role::Technician) => "comeback-taken-back",
            (Self::Announced { allowed: true }, Role::Host) => "comeback-restarts",
            (Self::Announced { allowed: false }, Role::Host) => "comeback-asks",
            (Self::Announced { allowed: true }, Role::Technician) => "comeback-told",
            (Self::Announced { allowed: false }, Role::Technician) => "comeback-asked",
            (Self::Refused { behind: true }, _) => "comeback-behind",
            (Self::Refused { behind: false }, _) => "comeback-not-allowed",
        }))
    }
}
