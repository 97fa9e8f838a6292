//! Who is at the other end: the host says whose computer it is, and a person says that the four pictures
//! matched, so that the other one is known the next time.
//!
//! What it does: hands over the name, the system, what the user has written of what is wrong, and the secret
//! of a way back once the user has consented, and keeps whom a person has compared. What it does not do: it
//! vouches for nobody's name, and lets nobody in or back.

mod host;
mod technician;
#[cfg(test)]
mod tests;

pub use beistand_session::MAX_ABOUT_CHARS;
use beistand_session::Role;
use serde_json::{Value, json};

use super::side::{Side, SideContext};
use super::tell::Tell;
use super::verb::{CommandRefusal, FeatureWidening, Verb, VerbUsage};
use super::{HostWorld, TechnicianWorld};
use crate::acquaintances::{Acquaintance, Recognition};
use crate::returns::ReturnDesk;
use crate::words::{Phrase, Words, args};
pub(super) use host::MeetingHost;
pub(super) use technician::MeetingTechnician;

/// What a person says of the other one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MeetingCommand {
    /// Host: the four pictures were compared by voice and are the same: the helper is to be known from now
    /// on.
    Matched,
    /// Technician: the same, of the user's computer.
    Compared,
    /// Host: this is what is wrong, at most [`MAX_ABOUT_CHARS`] of it. The helper reads it once the user has
    /// consented.
    About(String),
}

/// What is known of the other one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MeetingEvent {
    /// Host: the session begins with somebody of whom this is known.
    Met(Recognition),
    /// Technician: whose computer it is, as its user says; escaped.
    Host {
        /// What the user is called; may be empty.
        name: String,
        /// What the system is called; may be empty.
        system: String,
        /// What is known of it here.
        recognition: Recognition,
    },
    /// Technician: what is wrong, in the user's own words; escaped.
    About(String),
    /// The other one is known from now on.
    Known(Acquaintance),
    /// That could not be kept.
    NotKept,
    /// A command has no effect: too many wait.
    Behind,
}

impl Verb for MeetingCommand {
    type Refused = MeetingEvent;

    const USAGES: &'static [VerbUsage] =
        &[VerbUsage::host("matched"), VerbUsage::technician("compared"), VerbUsage::host("about TEXT")];

    fn parse(word: &str, rest: &str) -> Option<Result<Vec<Self>, Phrase>> {
        let command = match word {
            "about" => return Some(about(rest.trim()).map(|about| vec![about])),
            "matched" => Self::Matched,
            "compared" => Self::Compared,
            _ => return None,
        };
        let is_alone = rest.trim().is_empty();
        Some(if is_alone { Ok(vec![command]) } else { Err(Phrase::new("meeting-usage")) })
    }

    fn widening(&self) -> Option<FeatureWidening> {
        match self {
            Self::Matched => {
                Some(FeatureWidening { verb: "matched", question: Phrase::new("meeting-matched-question") })
            }
            // It lets nobody do anything on the helper's own computer.
            Self::Compared => None,
            // It only says something.
            Self::About(_) => None,
        }
    }

    fn refuse(self, why: CommandRefusal) -> Option<MeetingEvent> {
        match why {
            CommandRefusal::Behind | CommandRefusal::NotAllowed => Some(MeetingEvent::Behind),
        }
    }
}

/// What is wrong, as it is typed.
fn about(text: &str) -> Result<MeetingCommand, Phrase> {
    match text.chars().count() {
        0 => Err(Phrase::new("meeting-about-usage")),
        1..=MAX_ABOUT_CHARS => Ok(MeetingCommand::About(text.to_owned())),
        _ => Err(Phrase::with("meeting-about-long", args![count = MAX_ABOUT_CHARS])),
    }
}

impl Tell for MeetingEvent {
    fn json(&self, words: &Words) -> Value {
        let text = self.phrase(Role::Technician).map(|phrase| words.say(&phrase));
        match self {
            Self::Host { name, system, recognition } => {
                let (known, since) = match recognition {
                    // Cards are of technicians.
                    Recognition::Stranger | Recognition::Carded(_) | Recognition::OtherThanCard(_) => {
                        ("stranger", None)
                    }
                    Recognition::Known(one) => ("known", Some(one)),
                    Recognition::Other(one) => ("other", Some(one)),
                };
                let since = since.map(|one| words.say(&one.since()));
                json!({
                    "event": "meeting-host", "name": name, "system": system, "known": known, "since": since,
                    "text": text,
                })
            }
            Self::Met(recognition) => {
                let known = recognition.phrase().map(|phrase| words.say(&phrase));
                json!({ "event": "meeting-met", "known": known })
            }
            Self::About(about) => json!({ "event": "meeting-about", "about": about }),
            Self::Known(one) => {
                json!({ "event": "meeting-known", "name": one.name(), "text": text })
            }
            Self::NotKept => json!({ "event": "meeting-not-kept", "text": text }),
            Self::Behind => json!({ "event": "meeting-behind", "text": text }),
        }
    }

    fn phrase(&self, _role: Role) -> Option<Phrase> {
        Some(match self {
            Self::Host { name, system, recognition } => match recognition {
                Recognition::Stranger if name.is_empty() => return None,
                Recognition::Stranger | Recognition::Carded(_) | Recognition::OtherThanCard(_) => {
                    Phrase::with("meeting-host", args![name = name, system = system])
                }
                Recognition::Known(one) => Phrase::with(
                    "meeting-host-known",
                    args![name = one.name(), system = system, since = one.since()],
                ),
                Recognition::Other(one) => {
                    Phrase::with("meeting-host-other", args![name = one.name(), since = one.since()])
                }
            },
            // The question said so.
            Self::Met(_) => return None,
            Self::About(about) => Phrase::with("meeting-about", args![about = about]),
            Self::Known(one) => Phrase::with("meeting-known", args![name = one.name()]),
            Self::NotKept => Phrase::new("meeting-not-kept"),
            Self::Behind => Phrase::new("meeting-behind"),
        })
    }
}

/// With whom the session is; nobody in one that keeps nothing.
#[derive(Debug, Clone)]
pub(in crate::features) struct MeetingWorld(Option<ReturnDesk>);

impl From<&HostWorld> for MeetingWorld {
    fn from(world: &HostWorld) -> Self {
        Self(world.returns.clone())
    }
}

impl From<&TechnicianWorld> for MeetingWorld {
    fn from(world: &TechnicianWorld) -> Self {
        Self(world.returns.clone())
    }
}

impl MeetingWorld {
    /// The other one is known by this name from now on.
    fn keep(&self, name: &str) -> MeetingEvent {
        let kept = self.0.as_ref().filter(|_| !name.is_empty());
        let kept = kept.and_then(|desk| desk.known.keep(&desk.peer_key, name, std::time::SystemTime::now()));
        kept.map_or(MeetingEvent::NotKept, MeetingEvent::Known)
    }
}
