//! Both sides of a session in one program, and in the place of a connection a hand that carries bytes from
//! one to the other.
//!
//! All of it is the session's own but the hand: the handshake, the consent that nobody is asked for here, and
//! records that are sealed on one side and opened on the other.

use std::time::Instant;

use beistand_session::{
    Binding, Channel, Command, End, Event, HostSetup, InviteKeys, InviteStanding, Message, Output, PathId,
    PathKind, Permission, PermissionSet, Role, Session, StaticKey, TechnicianSetup,
};
use zeroize::Zeroizing;

/// What the one side shows and the other sees.
const VIEW: PermissionSet = PermissionSet::NONE.with(Permission::View);

/// Two sides that have each other.
pub(super) struct SessionPair {
    host: Session,
    technician: Session,
    /// What one side said and the other has heard, and nobody has taken yet.
    heard: Vec<Message>,
    end: Option<End>,
}

impl SessionPair {
    /// Two sides before the handshake. Their keys are no secret: what travels never leaves this program.
    pub(super) fn new(now: Instant) -> Self {
        let keys = || InviteKeys { psk: Zeroizing::new([1; 32]), invite_id: [1; 16] };
        let binding = || Binding { technician_peer: vec![1; 38], host_peer: vec![2; 38] };
        let technician = TechnicianSetup {
            keys: keys(),
            binding: binding(),
            static_key: StaticKey::from_bytes([3; 32]),
            name: "bench".to_owned(),
            reason: String::new(),
            wants: VIEW,
        };
        let host = HostSetup {
            invites: vec![(keys(), InviteStanding::Open)],
            binding: binding(),
            static_key: StaticKey::from_bytes([4; 32]),
            offers: VIEW,
        };
        let (host, technician) = (Session::host(host, now), Session::technician(technician, now));
        let mut pair = Self { host, technician, heard: Vec::new(), end: None };
        for role in Role::ALL {
            pair.side(role).path_added(now, PathId::FIRST, PathKind::Lan);
        }
        pair
    }

    /// Carries bytes until both sides wait; until when.
    pub(super) fn pump(&mut self) -> Option<Instant> {
        loop {
            let [host, technician] = [Role::Host, Role::Technician].map(|role| self.pump_side(role));
            // What the second one said may have given the first one something to say.
            if !(host.moved || technician.moved) {
                return host.deadline.into_iter().chain(technician.deadline).min();
            }
        }
    }

    /// What was heard since the last call.
    pub(super) fn heard(&mut self) -> Vec<Message> {
        std::mem::take(&mut self.heard)
    }

    /// How one of them ended, where it has: neither is asked to.
    pub(super) fn end(&self) -> Option<String> {
        self.end.map(|end| end.reason.to_string())
    }

    /// How many bytes the next picture may have.
    pub(super) fn picture_room(&self) -> Option<u32> {
        self.host.room(Channel::Video)
    }

    /// One side's program wants this.
    pub(super) fn command(&mut self, role: Role, command: Command) {
        if let Err(error) = self.side(role).command(Instant::now(), command) {
            tracing::debug!(%error, "a command was refused");
        }
    }

    /// Does what is due.
    pub(super) fn handle_timeout(&mut self, now: Instant) {
        for role in Role::ALL {
            self.side(role).handle_timeout(now);
        }
    }

    fn side(&mut self, role: Role) -> &mut Session {
        match role {
            Role::Host => &mut self.host,
            Role::Technician => &mut self.technician,
        }
    }

    /// Carries all that one side has to say.
    fn pump_side(&mut self, role: Role) -> PumpedSide {
        let mut moved = false;
        loop {
            match self.side(role).poll_output() {
                Output::Transmit { leg, channel, bytes } => {
                    moved = true;
                    self.side(role.other()).receive(Instant::now(), leg, channel, &bytes);
                }
                // Only for new keys, which are due long after this is over: there is one path, and it works.
                Output::Resume { .. } => {}
                Output::Event { event, .. } => moved |= self.take(role, event),
                Output::Wait(deadline) => return PumpedSide { moved, deadline },
            }
        }
    }

    /// Takes an event; whether it made the side say something.
    fn take(&mut self, role: Role, event: Event) -> bool {
        match event {
            Event::Heard(message) => self.heard.push(message),
            Event::Ended(end) => self.end = Some(end),
            Event::Request(_) if role == Role::Host => {
                self.command(role, Command::Allow(VIEW));
                return true;
            }
            Event::Request(_)
            | Event::Securing
            | Event::Permissions { .. }
            | Event::Paused(_)
            | Event::Void(_)
            | Event::Refused(_)
            | Event::Dropped { .. }
            | Event::Rtt(_)
            | Event::Path(_)
            | Event::Reconnecting => {}
        }
        false
    }
}

/// What came of carrying for one side.
struct PumpedSide {
    /// Whether there was anything to carry.
    moved: bool,
    deadline: Option<Instant>,
}
