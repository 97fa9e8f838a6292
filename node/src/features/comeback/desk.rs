//! What both sides of a return share: where their tickets are, whose they are, and what waits to be said.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use beistand_session::{ComebackMessage, MAX_RETURN_NAME_CHARS, PermissionSet, ReturnSecret, Role};

use super::ComebackEvent;
use crate::features::side::{Side, SideContext};
use crate::features::{HostWorld, TechnicianWorld};
use crate::returns::{ReturnDesk, ReturnTicket};

/// How often a ticket's time is written: a program that is killed loses no more of the hour than this.
pub(super) const REFRESH_INTERVAL: Duration = Duration::from_secs(60);

/// Where the session's ticket is kept; nowhere in one that keeps nothing.
#[derive(Debug, Clone)]
pub(in crate::features) struct ReturnWorld(pub(super) Option<ReturnDesk>);

impl From<&HostWorld> for ReturnWorld {
    fn from(world: &HostWorld) -> Self {
        Self(world.returns.clone())
    }
}

impl From<&TechnicianWorld> for ReturnWorld {
    fn from(world: &TechnicianWorld) -> Self {
        Self(world.returns.clone())
    }
}

/// The ticket of this session, as it is in its file.
#[derive(Debug)]
pub(super) struct KeptTicket {
    role: Role,
    desk: Option<ReturnDesk>,
    ticket: Option<ReturnTicket>,
    /// Whether the ticket by which this session may have come was removed.
    begun: bool,
}

impl KeptTicket {
    pub(super) fn new(role: Role, world: ReturnWorld) -> Self {
        Self { role, desk: world.0, ticket: None, begun: false }
    }

    /// The session has begun: what led to it is used up.
    pub(super) fn begin(&mut self) {
        if !std::mem::replace(&mut self.begun, true)
            && let Some(desk) = &self.desk
        {
            desk.shelf.clear(self.role, &desk.peer_key);
        }
    }

    pub(super) fn is_kept(&self) -> bool {
        self.ticket.is_some()
    }

    /// Keeps a ticket with this secret, whose other side is called `name`. Whether it could be written.
    pub(super) fn keep(
        &mut self,
        secret: ReturnSecret,
        name: Option<String>,
        granted: PermissionSet,
    ) -> bool {
        self.begin();
        let Some(desk) = &self.desk else { return false };
        let (name, now) = (name.unwrap_or_else(|| desk.peer_name.clone()), SystemTime::now());
        let ticket = ReturnTicket::new(self.role, secret, desk.peer_key, name, granted, now);
        self.write(ticket)
    }

    /// Writes it again with these permissions and the time. Whether it is still there: another window may
    /// have removed it, at a person's word.
    pub(super) fn refresh(&mut self, granted: PermissionSet) -> bool {
        let Some(ticket) = &self.ticket else { return false };
        if !self.desk.as_ref().is_some_and(|desk| desk.shelf.has(ticket)) {
            self.ticket = None;
            return false;
        }
        let ticket = ticket.refreshed(granted, SystemTime::now());
        self.write(ticket)
    }

    /// Removes it. Whether there was one.
    pub(super) fn drop_it(&mut self) -> bool {
        if let Some(desk) = &self.desk {
            desk.shelf.clear(self.role, &desk.peer_key);
        }
        self.ticket.take().is_some()
    }

    /// What this side is called.
    pub(super) fn own_name(&self) -> String {
        let name = self.desk.as_ref().map(|desk| desk.own.name.as_str()).unwrap_or_default();
        name.chars().take(MAX_RETURN_NAME_CHARS).collect()
    }

    fn write(&mut self, ticket: ReturnTicket) -> bool {
        let Some(desk) = &self.desk else { return false };
        match desk.put(&ticket) {
            Ok(kept) => {
                self.ticket = kept.then_some(ticket);
                kept
            }
            Err(error) => {
                tracing::warn!(%error, "a ticket could not be written");
                self.drop_it();
                false
            }
        }
    }
}

/// What a desk has yet to do: what has no room goes on waiting. It holds one message, of which the newest
/// counts, and as many events as one change makes.
#[derive(Debug, Default)]
pub(super) struct ReturnErrands {
    message: Option<ComebackMessage>,
    events: VecDeque<ComebackEvent>,
}

impl ReturnErrands {
    pub(super) fn say(&mut self, message: ComebackMessage) {
        self.message = Some(message);
    }

    pub(super) fn emit(&mut self, event: ComebackEvent) {
        self.events.push_back(event);
    }

    /// Nothing is to be said any more.
    pub(super) fn unsay(&mut self) {
        self.message = None;
    }

    /// Passes all on. Cancel safe.
    pub(super) async fn pass_on<S>(&mut self, cx: &SideContext<S>)
    where
        S: Side<Message = ComebackMessage, Event = ComebackEvent>,
    {
        if self.message.is_some() {
            let message = &mut self.message;
            cx.outbox.send_with(|| message.take()).await;
            // Where it still waits nobody is there any more.
            self.message = None;
        }
        while !self.events.is_empty() {
            let (before, events) = (self.events.len(), &mut self.events);
            cx.events.emit_with(|| events.pop_front()).await;
            if self.events.len() == before {
                self.events.clear();
            }
        }
    }
}
