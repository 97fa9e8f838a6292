//! Control: the technician's mouse and keyboard act on the host's computer.

mod held;
mod host;
mod input_thread;
mod noting;
mod technician;
#[cfg(test)]
mod tests;
mod typed;

use beistand_p2p::{Inbox, InboxDelivery, Inboxes};
use beistand_session::{Channel, InputEvent, Message, Permission, PushbackMessage, Role};
use serde_json::{Value, json};

use super::tell::Tell;
use super::verb::{CommandRefusal, Verb, VerbUsage};
use super::wire::{Heard, take_once};
use crate::words::{Phrase, Words, args};
pub(super) use host::ControlHost;
pub(crate) use input_thread::OpenInjector;
pub(super) use technician::ControlTechnician;

/// What the technician wants to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ControlCommand {
    /// Act on the host's computer.
    Input(InputEvent),
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
    /// Technician: a click or a turn of the wheel had no effect, since a window of the user's own program is
    /// there.
    OwnWindow,
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

/// What both sides say of input, on two channels: what is done, and what of it had no effect.
#[derive(Debug)]
pub(super) enum ControlMessage {
    Input(InputEvent),
    Pushback(PushbackMessage),
}

/// Where both wait.
#[derive(Debug)]
pub(super) struct ControlInbox {
    input: Inbox<InputEvent>,
    pushback: Inbox<PushbackMessage>,
}

impl From<ControlMessage> for Message {
    fn from(message: ControlMessage) -> Self {
        match message {
            ControlMessage::Input(event) => event.into(),
            ControlMessage::Pushback(refusal) => refusal.into(),
        }
    }
}

impl Heard for ControlMessage {
    type Inbox = ControlInbox;

    fn take(inboxes: &mut Inboxes) -> ControlInbox {
        ControlInbox { input: take_once(inboxes), pushback: take_once(inboxes) }
    }

    async fn recv(inbox: &mut ControlInbox) -> InboxDelivery<Self> {
        tokio::select! {
            biased;
            delivery = inbox.input.recv() => delivery.map(Self::Input),
            delivery = inbox.pushback.recv() => delivery.map(Self::Pushback),
        }
    }

    fn is_on(channel: Channel) -> bool {
        // A word about a click that finds no room is no loss to tell of.
        matches!(channel, Channel::Input)
    }
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
            Self::HandsOff { why: HandsOff::OwnWindow } => {
                json!({ "event": "hands-off", "why": "own-window" })
            }
            Self::NotSent => json!({ "event": "not-sent" }),
            Self::OwnWindow => json!({ "event": "refused", "why": "own-window" }),
        }
    }

    fn phrase(&self, _role: Role) -> Option<Phrase> {
        match self {
            // It would be printed at each move of the mouse.
            Self::HandsOff { why: HandsOff::UserActive | HandsOff::OwnWindow } => None,
            Self::HandsOff { why: HandsOff::NotHere(reason) } => {
                Some(Phrase::with("control-not-here", args![reason = reason.clone()]))
            }
            Self::NotSent => Some(Phrase::new("control-not-sent")),
            Self::OwnWindow => Some(Phrase::new("control-own-window")),
        }
    }
}
