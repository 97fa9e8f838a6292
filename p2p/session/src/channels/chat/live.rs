//! How many lines there may be before consent.

use super::{ChatMessage, ChatWire};
use crate::channels::{Hearing, LiveChannel, Moment, WireForm};
use crate::{CommandError, Violation};

/// Lines before consent: what fits beside the question. More is pressure.
pub const MAX_EARLY_LINES: u8 = 8;

/// The lines before consent so far, in either direction.
#[derive(Default)]
pub(crate) struct LiveChat {
    early: u8,
}

impl LiveChannel<ChatWire> for LiveChat {
    fn say(&mut self, _: &Moment<'_>, message: &mut ChatWire) -> Result<(), CommandError> {
        match message {
            ChatWire::Early { .. } if self.early >= MAX_EARLY_LINES => Err(CommandError::Full),
            ChatWire::Line { .. } | ChatWire::Early { .. } | ChatWire::Delivered { .. } => Ok(()),
        }
    }

    fn queued(&mut self, _: &Moment<'_>, message: &ChatWire) {
        self.early += u8::from(matches!(message, ChatWire::Early { .. }));
    }

    fn hear(
        &mut self,
        moment: &Moment<'_>,
        message: ChatWire,
        number: Option<u64>,
    ) -> Result<Hearing<ChatMessage>, Violation> {
        if matches!(message, ChatWire::Early { .. }) {
            self.early = self.early.saturating_add(1);
            if self.early > MAX_EARLY_LINES {
                return Err(Violation::Rate);
            }
        }
        Ok(Hearing::passed_on(message.unpack(number, moment)))
    }
}
