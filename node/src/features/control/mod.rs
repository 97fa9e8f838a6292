//! Control: the technician's mouse and keyboard act on the host's computer.

mod aim;
mod flow;
mod hands;
mod held;
mod host;
mod input_thread;
mod noting;
mod technician;
#[cfg(test)]
mod tests;
mod typed;
mod undone;

use beistand_p2p::{Inbox, InboxDelivery, Inboxes};
use beistand_session::{
    Channel, HandsState, InputEvent, Message, Permission, PermissionSet, PushbackMessage, Role, SystemKind,
};
use serde_json::{Value, json};

use super::tell::Tell;
use super::verb::{CommandRefusal, Verb, VerbUsage};
use super::wire::{Heard, take_once};
use crate::words::{Phrase, Words, args};
pub use flow::{TypingProgress, UnsentCause};
pub(super) use host::ControlHost;
pub(crate) use input_thread::OpenInjector;
pub(super) use technician::ControlTechnician;
pub use undone::{UndoneCause, UndoneInput};

/// What the technician wants to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ControlCommand {
    /// Act on the host's computer, at once: a person does it.
    Input(InputEvent),
    /// Do all of this, in order and as fast as the host can: a script or a paste.
    Type(Vec<InputEvent>),
    /// What waits to be typed is given up.
    StopTyping,
}

/// What the user's program should know of remote input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ControlEvent {
    /// Host: remote input has no effect at the moment.
    HandsOff {
        /// Why.
        why: HandsOff,
    },
    /// Host: something that the technician typed or clicked had no effect. Gathered, and told every few
    /// seconds at most.
    Undone(UndoneInput),
    /// Technician: a click or a turn of the wheel had no effect, since a window of the user's own program is
    /// there.
    OwnWindow,
    /// Technician: the host's system is of this kind; told when they may type.
    System(SystemKind),
    /// Technician: how the host's hands stand, where that has changed.
    Hands(HandsStand),
    /// Technician: something that was typed or clicked was not sent, or had no effect.
    NotSent(UnsentInput),
    /// Technician: how far it is with what is to be typed; also when that is done.
    Typing(TypingProgress),
}

/// How the host's hands stand, for whoever wonders why nothing happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HandsStand {
    /// Whether they take input: not while a question is on the user's screen.
    pub open: bool,
    /// Whether the user's own hand keeps it out.
    pub users_hand: bool,
    /// How much had no effect since the session began.
    pub dropped: u32,
}

impl From<HandsState> for HandsStand {
    fn from(HandsState { open, users_hand, dropped, .. }: HandsState) -> Self {
        Self { open, users_hand, dropped }
    }
}

/// What was not sent, or had no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnsentInput {
    /// Why.
    pub why: UnsentCause,
    /// Characters and other events that surely were typed before it.
    pub typed: usize,
    /// Those that were not, or not for certain; 0: nothing was to be typed, a person did something.
    pub missing: usize,
}

impl UnsentInput {
    fn of(why: UnsentCause, TypingProgress { typed, of }: TypingProgress) -> Self {
        Self { why, typed, missing: of - typed }
    }

    /// For whoever typed it.
    pub fn phrase(&self) -> Phrase {
        let why = Phrase::new(match self.why {
            UnsentCause::Interrupted if self.missing == 0 => return Phrase::new("control-not-sent"),
            UnsentCause::Interrupted => "control-interrupted",
            UnsentCause::KeptOut => "control-kept-out",
            UnsentCause::Stopped => "control-stopped",
            UnsentCause::Refused => "control-refused",
            UnsentCause::Busy => "control-busy",
        });
        match self.missing {
            0 => why,
            missing => Phrase::with(
                "control-not-typed",
                args![why = why, typed = self.typed, all = self.typed + missing],
            ),
        }
    }
}

/// Why remote input has no effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandsOff {
    /// The user's own mouse or keyboard is in use; the technician's waits until it has been still for 2 s.
    UserActive,
    /// This computer takes no remote input, for this reason.
    NotHere(Phrase),
    /// A click was at a window of this program, which nobody presses from afar.
    OwnWindow,
}

/// What both sides say of input, on three channels: what is done, what of it had no effect, and how the hands
/// stand.
#[derive(Debug)]
pub(super) enum ControlMessage {
    Input(InputEvent),
    Pushback(PushbackMessage),
    Hands(HandsState),
}

/// Where they wait.
#[derive(Debug)]
pub(super) struct ControlInbox {
    input: Inbox<InputEvent>,
    pushback: Inbox<PushbackMessage>,
    hands: Inbox<HandsState>,
}

impl From<ControlMessage> for Message {
    fn from(message: ControlMessage) -> Self {
        match message {
            ControlMessage::Input(event) => event.into(),
            ControlMessage::Pushback(refusal) => refusal.into(),
            ControlMessage::Hands(state) => state.into(),
        }
    }
}

impl Heard for ControlMessage {
    type Inbox = ControlInbox;

    fn take(inboxes: &mut Inboxes) -> ControlInbox {
        ControlInbox { input: take_once(inboxes), pushback: take_once(inboxes), hands: take_once(inboxes) }
    }

    async fn recv(inbox: &mut ControlInbox, allowed: PermissionSet) -> InboxDelivery<Self> {
        tokio::select! {
            biased;
            delivery = inbox.input.recv(allowed) => delivery.map(Self::Input),
            delivery = inbox.pushback.recv(allowed) => delivery.map(Self::Pushback),
            delivery = inbox.hands.recv(allowed) => delivery.map(Self::Hands),
        }
    }

    fn is_on(channel: Channel) -> bool {
        // A word about a click that finds no room is no loss to tell of.
        matches!(channel, Channel::Input | Channel::Hands)
    }
}

impl Verb for ControlCommand {
    type Refused = ControlEvent;

    const USAGES: &'static [VerbUsage] = typed::USAGES;

    fn parse(word: &str, rest: &str) -> Option<Result<Vec<Self>, Phrase>> {
        Some(typed::input(word, rest)?.map(|events| vec![Self::Type(events)]))
    }

    fn waits_for_room(&self) -> bool {
        match self {
            Self::Type(_) => true,
            Self::Input(_) | Self::StopTyping => false,
        }
    }

    /// What a person does and is not allowed has no effect, and they see that. A script does not see it.
    fn refuse(self, _why: CommandRefusal) -> Option<ControlEvent> {
        match self {
            Self::Input(_) | Self::StopTyping => None,
            Self::Type(events) => {
                let progress = TypingProgress { typed: 0, of: events.iter().map(flow::units).sum() };
                Some(ControlEvent::NotSent(UnsentInput::of(UnsentCause::KeptOut, progress)))
            }
        }
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
            Self::HandsOff { why: HandsOff::OwnWindow } => {
                json!({ "event": "hands-off", "why": "own-window" })
            }
            Self::Undone(undone) => json!({
                "event": "not-done", "why": undone.word(), "count": undone.count,
                "text": words.say(&undone.phrase()),
            }),
            Self::OwnWindow => json!({ "event": "refused", "why": "own-window" }),
            Self::System(kind) => json!({ "event": "system", "kind": kind.word() }),
            Self::Hands(HandsStand { open, users_hand, .. }) => {
                json!({ "event": "hands", "open": open, "users-hand": users_hand })
            }
            Self::NotSent(unsent) => {
                let why = match unsent.why {
                    UnsentCause::Interrupted => "interrupted",
                    UnsentCause::KeptOut => "kept-out",
                    UnsentCause::Stopped => "stopped",
                    UnsentCause::Refused => "refused",
                    UnsentCause::Busy => "busy",
                };
                let text = words.say(&unsent.phrase());
                json!({
                    "event": "not-sent", "why": why, "typed": unsent.typed, "missing": unsent.missing, "text": text,
                })
            }
            Self::Typing(TypingProgress { typed, of }) => {
                json!({ "event": "typing", "typed": typed, "of": of })
            }
        }
    }

    fn phrase(&self, _role: Role) -> Option<Phrase> {
        match self {
            // It would be printed at each move of the mouse.
            Self::HandsOff { why: HandsOff::UserActive | HandsOff::OwnWindow } => None,
            Self::HandsOff { why: HandsOff::NotHere(reason) } => {
                Some(Phrase::with("control-not-here", args![reason = reason.clone()]))
            }
            Self::Undone(undone) => Some(undone.phrase()),
            Self::OwnWindow => Some(Phrase::new("control-own-window")),
            Self::NotSent(unsent) => Some(unsent.phrase()),
            // A person sees it on the screen.
            Self::Typing(_) | Self::System(_) | Self::Hands(_) => None,
        }
    }
}
