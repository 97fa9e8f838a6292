//! Pointing: the technician draws over the user's screen, and the user points back. Beside the pointer that
//! the technician moves it is said who moves it.

mod board;
mod host;
mod technician;
#[cfg(test)]
mod tests;
mod typed;

use beistand_session::{MarkColour, MarkPoint, MarkShape, MarkStay, Permission, Role, UnshownCause};
use serde_json::{Value, json};

use super::tell::Tell;
use super::verb::{CommandRefusal, Verb, VerbUsage};
use crate::words::{Phrase, Words, args};
pub(super) use host::PointingHost;
pub(super) use technician::PointingTechnician;

/// What a person wants to point at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PointingCommand {
    /// Technician: draw this over the user's screen.
    Draw {
        /// A number by which the program knows it again; 0: the node gives one.
        id: u32,
        /// What, in pixels of the picture.
        shape: MarkShape,
        /// In which colour.
        colour: MarkColour,
        /// For how long.
        stay: MarkStay,
    },
    /// Technician: the stroke with this number goes on.
    Extend {
        /// Its number.
        id: u32,
        /// Where to.
        points: Vec<MarkPoint>,
    },
    /// A ring round this place, which is one of the picture for the technician and one of the desktop for the
    /// user. Without one the user's next click says where it is.
    Point(Option<MarkPoint>),
    /// All marks go.
    Wipe,
    /// Host: whether it is said beside the pointer who moves it.
    Label(LabelSwitch),
}

/// Whether it is said beside the pointer who moves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelSwitch {
    /// It is.
    On,
    /// It is not.
    Off,
}

/// What comes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PointingEvent {
    /// Technician: all that was said of this mark is on the user's screen.
    Shown {
        /// Its number.
        id: u32,
    },
    /// Technician: this mark is not on the user's screen.
    Unshown {
        /// Its number.
        id: u32,
        /// Why.
        why: UnshownCause,
    },
    /// Technician: the user points at this pixel of the picture. Host: it was pointed at.
    Back(MarkPoint),
    /// The same along a line.
    BackLine(Vec<MarkPoint>),
    /// Host: the technician draws. Told now and then only.
    Drawing,
    /// Host: there is something of the technician's on the screen, or no longer.
    OnScreen(bool),
    /// Host: the next click is waited for.
    Waiting,
    /// Host: it did not come.
    GaveUp,
    /// The user has wiped all marks.
    Wiped,
    /// Host: from now on it is, or is not, said beside the pointer who moves it.
    Label(LabelSwitch),
    /// Nothing came of a command, or nothing can be drawn here.
    Refused {
        /// Why.
        why: PointingRefusal,
    },
}

/// Why nothing was pointed at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PointingRefusal {
    /// The user does not allow it at the moment.
    NotAllowed,
    /// Too much waits already.
    Behind,
    /// The technician has to say where.
    Nowhere,
    /// The technician does not see that place.
    NotSeen,
    /// Nothing can be drawn over this screen, for this reason.
    NotHere(Phrase),
}

impl PointingRefusal {
    /// The word for it in JSON.
    fn word(&self) -> &'static str {
        match self {
            Self::NotAllowed => "not-allowed",
            Self::Behind => "behind",
            Self::Nowhere => "nowhere",
            Self::NotSeen => "not-seen",
            Self::NotHere(_) => "not-here",
        }
    }

    /// For whoever wanted it.
    fn phrase(&self) -> Phrase {
        match self {
            Self::NotAllowed => Phrase::new("pointing-not-allowed"),
            Self::Behind => Phrase::new("pointing-behind"),
            Self::Nowhere => Phrase::new("pointing-nowhere"),
            Self::NotSeen => Phrase::new("pointing-not-seen"),
            Self::NotHere(reason) => Phrase::with("pointing-not-here", args![reason = reason.clone()]),
        }
    }
}

impl Verb for PointingCommand {
    type Refused = PointingEvent;

    const USAGES: &'static [VerbUsage] = typed::USAGES;

    fn parse(word: &str, rest: &str) -> Option<Result<Vec<Self>, Phrase>> {
        Some(typed::command(word, rest)?.map(|command| vec![command]))
    }

    fn waits_for_room(&self) -> bool {
        match self {
            Self::Draw { .. } | Self::Extend { .. } | Self::Point(_) => true,
            Self::Wipe | Self::Label(_) => false,
        }
    }

    fn refuse(self, why: CommandRefusal) -> Option<PointingEvent> {
        let why = match why {
            CommandRefusal::NotAllowed => PointingRefusal::NotAllowed,
            CommandRefusal::Behind => PointingRefusal::Behind,
        };
        Some(PointingEvent::Refused { why })
    }
}

impl PointingEvent {
    /// Why a mark is not on the screen, for the technician.
    fn unshown_phrase(why: UnshownCause) -> Phrase {
        Phrase::new(match why {
            UnshownCause::NotShared => "pointing-not-shared",
            UnshownCause::Question => "pointing-question",
            UnshownCause::NotHere => "pointing-not-there",
            UnshownCause::TooLong => "pointing-too-long",
        })
    }
}

impl Tell for PointingEvent {
    const MAY: &'static [(Permission, &'static str)] = &[(Permission::Annotate, "pointing-may")];

    fn json(&self, words: &Words) -> Value {
        match self {
            Self::Shown { id } => json!({ "event": "pointing-shown", "mark": id }),
            Self::Unshown { id, why } => json!({
                "event": "pointing-unshown", "mark": id, "why": why.word(),
                "text": words.say(&Self::unshown_phrase(*why)),
            }),
            Self::Back(at) => json!({ "event": "pointing-back", "x": at.x, "y": at.y }),
            Self::BackLine(line) => {
                let points: Vec<_> = line.iter().map(|at| json!([at.x, at.y])).collect();
                json!({ "event": "pointing-back-line", "points": points })
            }
            Self::Drawing => json!({ "event": "pointing-drawing" }),
            Self::OnScreen(any) => json!({ "event": "pointing-on-screen", "any": any }),
            Self::Waiting => json!({ "event": "pointing-waiting" }),
            Self::GaveUp => json!({ "event": "pointing-gave-up" }),
            Self::Wiped => json!({ "event": "pointing-wiped" }),
            Self::Label(switch) => json!({ "event": "pointing-label", "on": *switch == LabelSwitch::On }),
            Self::Refused { why } => json!({
                "event": "pointing-refused", "why": why.word(), "text": words.say(&why.phrase()),
            }),
        }
    }

    fn phrase(&self, role: Role) -> Option<Phrase> {
        Some(match self {
            Self::Shown { .. } | Self::OnScreen(_) => return None,
            Self::Unshown { why, .. } => Self::unshown_phrase(*why),
            Self::Back(at) => {
                let key = match role {
                    Role::Host => "pointing-pointed",
                    Role::Technician => "pointing-back",
                };
                Phrase::with(key, args![x = at.x, y = at.y])
            }
            Self::BackLine(_) => Phrase::new(match role {
                Role::Host => "pointing-pointed",
                Role::Technician => "pointing-back-line",
            }),
            Self::Drawing => Phrase::new("pointing-drawing"),
            Self::Waiting => Phrase::new("pointing-waiting"),
            Self::GaveUp => Phrase::new("pointing-gave-up"),
            Self::Wiped => Phrase::new(match role {
                Role::Host => "pointing-wiped-here",
                Role::Technician => "pointing-wiped",
            }),
            Self::Label(LabelSwitch::On) => Phrase::new("pointing-label-on"),
            Self::Label(LabelSwitch::Off) => Phrase::new("pointing-label-off"),
            Self::Refused { why } => why.phrase(),
        })
    }
}
