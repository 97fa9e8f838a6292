//! The technician's side of control: what they do with mouse and keyboard goes to the host.
//!
//! While keys or buttons are down it says so again and again: what nobody renews the host lets go of.

use std::future::pending;
use std::time::{Duration, Instant};

use beistand_session::{HELD_RENEWAL, InputEvent, PushbackMessage};
use tokio::time::sleep_until;

use super::held::HeldInput;
use super::{ControlCommand, ControlEvent, ControlMessage};
use crate::features::side::{NoWorld, Side, SideContext, SideExistence, SideFault, Standing};

/// The technician's side.
pub(in crate::features) struct ControlTechnician {
    cx: SideContext<Self>,
    /// What is down as far as the technician knows.
    held: HeldInput,
    /// When that is to be said again.
    renew_at: Option<Instant>,
    /// When something was last not sent.
    not_sent_at: Option<Instant>,
}

/// How long after something that was not sent the next such thing is news: within one interruption a person
/// goes on typing, and is told once.
const INTERRUPTION: Duration = Duration::from_secs(3);

impl Side for ControlTechnician {
    type Message = ControlMessage;
    type Command = ControlCommand;
    type Event = ControlEvent;
    type World = NoWorld;

    const EXISTENCE: SideExistence = SideExistence::WhileAllowed;

    fn start(cx: SideContext<Self>, _now: &Standing) -> Result<Self, SideFault> {
        Ok(Self { cx, held: HeldInput::default(), renew_at: None, not_sent_at: None })
    }

    async fn command(&mut self, command: ControlCommand) {
        let ControlCommand::Input(event) = command;
        self.held.note(&event, Instant::now());
        if self.held.any() == (false, false) {
            self.renew_at = None;
        } else {
            self.renew_at.get_or_insert(Instant::now() + HELD_RENEWAL);
        }
        self.cx.outbox.send(ControlMessage::Input(event)).await;
    }

    async fn heard(&mut self, message: ControlMessage) -> Result<(), SideFault> {
        match message {
            ControlMessage::Pushback(PushbackMessage::OwnWindow) => {
                self.cx.events.try_emit(ControlEvent::OwnWindow);
            }
            // The session lets no input through to the technician.
            ControlMessage::Input(_) => tracing::debug!("input for the technician was dropped"),
        }
        Ok(())
    }

    /// What was on its way when the connection was interrupted does not act any more.
    fn void(&mut self) {
        (self.held, self.renew_at) = (HeldInput::default(), None);
        self.tell_once();
    }

    async fn refused(&mut self) {
        self.tell_once();
    }

    async fn run(&mut self) -> SideFault {
        loop {
            let Some(at) = self.renew_at else { return pending().await };
            sleep_until(at.into()).await;
            let (keys, buttons) = self.held.any();
            for (any, word) in [(keys, InputEvent::KeysHeld), (buttons, InputEvent::ButtonsHeld)] {
                if any {
                    self.cx.outbox.send(ControlMessage::Input(word)).await;
                }
            }
            self.renew_at = Some(Instant::now() + HELD_RENEWAL);
        }
    }
}

impl ControlTechnician {
    fn tell_once(&mut self) {
        let now = Instant::now();
        let before = self.not_sent_at.replace(now);
        if before.is_none_or(|before| now.duration_since(before) > INTERRUPTION) {
            self.cx.events.try_emit(ControlEvent::NotSent);
        }
    }
}
