//! The technician's side: it passes wishes on and reports what comes of them.

use std::time::{Duration, Instant};

use beistand_session::{AdjustFault, AdjustMessage, MAX_ADJUST_VALUE_BYTES};
use tokio::time::sleep_until;

use super::errands::AdjustErrands;
use super::{AdjustCommand, AdjustEvent, AdjustRefusal};
use crate::features::side::{NoWorld, Side, SideContext, SideExistence, SideFault, SideLoad, Standing};

/// Wishes that wait for an answer: the user is asked about one at a time.
const MAX_WISHES: usize = 4;

/// How long a list is waited for: some services are slow, and some tools hang until they are ended.
const LIST_TIME: Duration = Duration::from_secs(180);

/// The technician's side.
pub(in crate::features) struct AdjustTechnician {
    cx: SideContext<Self>,
    errands: AdjustErrands,
    /// The numbers of wishes that nothing was heard of.
    wishes: Vec<u32>,
    newest: u32,
    /// Until when a list is awaited.
    list: Option<Instant>,
}

impl Side for AdjustTechnician {
    type Message = AdjustMessage;
    type Command = AdjustCommand;
    type Event = AdjustEvent;
    type World = NoWorld;

    const EXISTENCE: SideExistence = SideExistence::WhileAllowed;

    fn start(cx: SideContext<Self>, _now: &Standing) -> Result<Self, SideFault> {
        // Where the side begins again in a session, the end of an older wish is not a newer one's.
        let newest = std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.subsec_nanos());
        Ok(Self { cx, errands: AdjustErrands::default(), wishes: Vec::new(), newest, list: None })
    }

    async fn command(&mut self, command: AdjustCommand) {
        match command {
            AdjustCommand::List => {
                self.list = Some(Instant::now() + LIST_TIME);
                self.errands.say(AdjustMessage::List);
            }
            AdjustCommand::Set { value, .. } if value.len() > MAX_ADJUST_VALUE_BYTES => {
                self.errands.emit(AdjustEvent::Refused { why: AdjustRefusal::TooLong });
            }
            AdjustCommand::Set { kind, value } => {
                self.wish(|id| AdjustMessage::Set { id, kind, value });
            }
            AdjustCommand::Undo { change } => self.wish(|id| AdjustMessage::Undo { id, change }),
            AdjustCommand::Yes { .. } | AdjustCommand::No { .. } | AdjustCommand::Keep { .. } => {
                self.errands.emit(AdjustEvent::Refused { why: AdjustRefusal::UsersOnly });
            }
        }
        self.tell_load();
        self.errands.pass_on(&self.cx).await;
    }

    async fn heard(&mut self, message: AdjustMessage) -> Result<(), SideFault> {
        if let Some(event) = self.take_in(message) {
            self.errands.emit(event);
        }
        self.tell_load();
        self.errands.pass_on(&self.cx).await;
        Ok(())
    }

    async fn refused(&mut self) {
        // What had no room will not be answered.
        self.list = None;
        for id in std::mem::take(&mut self.wishes) {
            self.errands.emit(AdjustEvent::Ended { id, fault: Some(AdjustFault::Lost) });
        }
        self.tell_load();
        self.errands.pass_on(&self.cx).await;
    }

    async fn run(&mut self) -> SideFault {
        loop {
            self.errands.pass_on(&self.cx).await;
            let Some(until) = self.list else { return std::future::pending().await };
            sleep_until(until.into()).await;
            self.list = None;
            self.tell_load();
        }
    }

    async fn stop(self) {
        for id in self.wishes {
            let fault = Some(AdjustFault::TakenBack);
            self.cx.events.try_emit(AdjustEvent::Ended { id, fault });
        }
        self.cx.load.set(SideLoad::Idle);
    }
}

impl AdjustTechnician {
    fn wish(&mut self, message: impl FnOnce(u32) -> AdjustMessage) {
        if self.wishes.len() >= MAX_WISHES {
            return self.errands.emit(AdjustEvent::Refused { why: AdjustRefusal::Behind });
        }
        self.newest = self.newest.wrapping_add(1);
        self.wishes.push(self.newest);
        self.errands.emit(AdjustEvent::Sent { id: self.newest });
        self.errands.say(message(self.newest));
    }

    fn tell_load(&self) {
        let idle = self.wishes.is_empty() && self.list.is_none();
        self.cx.load.set(if idle { SideLoad::Idle } else { SideLoad::Busy });
    }

    fn take_in(&mut self, message: AdjustMessage) -> Option<AdjustEvent> {
        match message {
            AdjustMessage::Listed => {
                // A list that nobody asked for here is the user's own.
                self.list = None;
                Some(AdjustEvent::Listed)
            }
            AdjustMessage::Asked { id } => self.wishes.contains(&id).then_some(AdjustEvent::Asked { id }),
            AdjustMessage::Ended { id, fault } => {
                let place = self.wishes.iter().position(|wish| *wish == id)?;
                self.wishes.remove(place);
                Some(AdjustEvent::Ended { id, fault })
            }
            AdjustMessage::Changed { change, trial_secs } => {
                Some(AdjustEvent::Changed { change, trial_secs })
            }
            AdjustMessage::Kept { change } => Some(AdjustEvent::Kept { change }),
            AdjustMessage::Undone { change, by } => Some(AdjustEvent::Undone { change, by }),
            message @ (AdjustMessage::Setting { .. } | AdjustMessage::Earlier(_)) => {
                AdjustEvent::of_list(&message)
            }
            // The session lets none of these through from a host.
            AdjustMessage::List | AdjustMessage::Set { .. } | AdjustMessage::Undo { .. } => None,
        }
    }
}
