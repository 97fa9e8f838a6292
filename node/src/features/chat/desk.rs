//! The chat's desk, the same on both sides: it numbers what is said, marks what has arrived, and keeps to
//! what the session lets through.
//!
//! It keeps no lines: the programs do.

use std::time::SystemTime;

use beistand_session::{Channel, MAX_CHAT_CHARS, MAX_EARLY_LINES, MAX_REASON_CHARS, Role};

use super::{ChatCommand, ChatEvent, ChatLine, LineFrom};
use crate::features::side::{NoWorld, Side, SideContext, SideExistence, SideFault, Standing};
use beistand_session::ChatMessage;

/// Lines that may be on their way: as many as the session keeps, beside one mark that waits and one that was
/// sent. A line that the session refused would have been shown as said, and gone.
const MAX_UNDER_WAY: u32 = Channel::Chat.spec().waiting as u32 - 2;

/// One side's desk.
pub(in crate::features) struct ChatDesk {
    cx: SideContext<Self>,
    /// Whether the user has consented.
    consented: bool,
    /// The number of the last line that was said here.
    said: u32,
    /// Its text, in case the session has no room for it.
    last: String,
    /// The last line that is known to have arrived.
    delivered: u32,
    /// The last line that was heard, and the last one of which the other side knows that it was.
    heard: u32,
    acknowledged: u32,
}

impl Side for ChatDesk {
    type Message = ChatMessage;
    type Command = ChatCommand;
    type Event = ChatEvent;
    type World = NoWorld;

    const EXISTENCE: SideExistence = SideExistence::WholeSession;

    fn start(cx: SideContext<Self>, now: &Standing) -> Result<Self, SideFault> {
        Ok(Self {
            cx,
            consented: now.consented(),
            said: 0,
            last: String::new(),
            delivered: 0,
            heard: 0,
            acknowledged: 0,
        })
    }

    async fn command(&mut self, command: ChatCommand) {
        let ChatCommand::Say(text) = command;
        if text.is_empty() {
            return;
        }
        if !self.may_say(&text) {
            return self.cx.events.emit(ChatEvent::Refused { text }).await;
        }
        self.said = self.said.saturating_add(1);
        self.last.clone_from(&text);
        let line =
            ChatLine { number: self.said, from: LineFrom::Us, text: text.clone(), at: SystemTime::now() };
        // First, so that no mark comes before its line.
        self.cx.events.emit(ChatEvent::Line(line)).await;
        self.cx.outbox.send(ChatMessage::Line { number: self.said, text }).await;
    }

    async fn heard(&mut self, message: ChatMessage) -> Result<(), SideFault> {
        match message {
            ChatMessage::Line { number, text } => {
                let line = ChatLine { number, from: LineFrom::Peer, text, at: SystemTime::now() };
                self.cx.events.emit(ChatEvent::Line(line)).await;
                self.heard = self.heard.max(number);
                self.acknowledge().await;
            }
            ChatMessage::Delivered { number } => {
                let number = number.min(self.said);
                if number > self.delivered {
                    self.delivered = number;
                    self.cx.events.emit(ChatEvent::Delivered { number }).await;
                }
            }
        }
        Ok(())
    }

    async fn refused(&mut self) {
        self.cx.events.emit(ChatEvent::Refused { text: self.last.clone() }).await;
    }

    async fn changed(&mut self, now: &Standing) {
        self.consented = now.consented();
        self.acknowledge().await;
    }
}

impl ChatDesk {
    fn may_say(&self, text: &str) -> bool {
        if self.consented {
            return text.chars().count() <= MAX_CHAT_CHARS && self.said - self.delivered < MAX_UNDER_WAY;
        }
        self.cx.role == Role::Technician
            && self.said < u32::from(MAX_EARLY_LINES)
            && text.chars().count() <= MAX_REASON_CHARS
    }

    /// Says which lines have arrived.
    async fn acknowledge(&mut self) {
        if self.heard > self.acknowledged {
            self.acknowledged = self.heard;
            self.cx.outbox.send(ChatMessage::Delivered { number: self.heard }).await;
        }
    }
}
