//! Where a press of a button came from.

use std::time::Instant;

/// Who made a press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A device that is plugged into this machine.
    Physical,
    /// A program: XTEST, or what else the platform marks as injected.
    Injected,
    /// Several presses came at once, or the one that came was elsewhere: whose this is can't be said.
    Unclear,
    /// The platform knows of no such press, or can't be asked any more.
    Unknown,
}

/// A press of a button or a finger as a window got it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeenPress {
    /// When the window's program came to it.
    pub seen: Instant,
    /// Where, in pixels of the whole screen, if the program knows.
    pub position: Option<(f32, f32)>,
}

/// A key of those by which a person answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerKey {
    /// The space bar.
    Space,
    /// Enter, of either block of keys.
    Enter,
    /// One that does nothing alone: a modifier or a lock, or what a screen reader or a magnifier takes for
    /// one.
    Modifier,
    /// Any other one: it only goes from one answer to the next.
    Other,
}

/// A press of a key as a window got it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenKey {
    /// When the window's program came to it.
    pub seen: Instant,
    /// Which key.
    pub key: AnswerKey,
}

/// Tells a hand at this machine from an injected event, for the dialogs in which the user consents.
pub trait PressOrigin: Send {
    /// Where this press came from. It is the only one that the desktop has seen within the last second and
    /// since the last question, and it was there, or the answer is no [`Origin::Physical`]. A program asks
    /// about each press that it gets, as soon as it does.
    fn origin_of(&mut self, press: &SeenPress) -> Origin;

    /// The same of a key: the only one that the desktop has seen within the last second and since the last
    /// question about a key, and the same key, or the answer is no [`Origin::Physical`]. A hand's modifiers
    /// ([`AnswerKey::Modifier`]) don't count among the others, nor those among them.
    fn key_origin_of(&mut self, _key: &SeenKey) -> Origin {
        Origin::Unknown
    }

    /// Whether this desktop tells at all. Where it never can, [`Self::origin_of`] says [`Origin::Unknown`] to
    /// everything, and whoever asks says so to the user.
    fn tells(&self) -> bool {
        true
    }
}

/// A desktop that can't tell.
#[derive(Debug, Clone, Copy)]
pub struct UnknownOrigin;

impl PressOrigin for UnknownOrigin {
    fn origin_of(&mut self, _press: &SeenPress) -> Origin {
        Origin::Unknown
    }

    fn tells(&self) -> bool {
        false
    }
}

/// A desktop that could tell, but the connection to it is lost: every press is [`Origin::Unknown`].
#[derive(Debug, Clone, Copy)]
pub struct LostOrigin;

impl PressOrigin for LostOrigin {
    fn origin_of(&mut self, _press: &SeenPress) -> Origin {
        Origin::Unknown
    }
}
