//! A session whose handshake is done: records in and out, and the change of what is allowed.

use super::active::Active;
use super::core::Core;
use super::legs::Legs;
use super::numbers::Numbers;
use super::opening::Opened;
use super::queue::Queues;
use super::timer::{self, Timer};
use crate::channel::MAX_BYTES_BEFORE_CONSENT;
use crate::noise::Secured;
use crate::path::Paths;
use crate::record::{Arrived, Records};
use crate::wire::{Control, Goodbye, Message, WireRequest};
use crate::{
    Channel, CommandError, EndReason, Event, MessageKind, Output, Permission, PermissionSet, Phase, Request,
    Role, Situation, Stats, Verdict, Violation, authorize, escape, text,
};

/// A session whose handshake is done.
pub(super) struct Open {
    pub(super) records: Records,
    pub(super) queues: Queues,
    pub(super) stage: Stage,
    pub(super) legs: Legs,
    pub(super) numbers: Numbers,
    pub(super) peer_key: [u8; 32],
    sas: [u8; 4],
    invite: usize,
    /// Host: what can be allowed. Technician: what it asked for.
    pub(super) offers: PermissionSet,
    /// Lines before consent so far, in either direction.
    pub(super) reasons: u8,
}

/// Named for what is expected next.
pub(super) enum Stage {
    /// Host: the request. Technician: a sign that it arrived; then the program hears of it.
    Request(Option<Box<Request>>),
    /// The user's answer to this.
    Consent(PermissionSet),
    /// Anything that is allowed.
    Active(Box<Active>),
}

/// Why a session stops on what the other side said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// It broke the protocol.
    Violation(Violation),
    /// It said goodbye.
    Left(EndReason),
}

impl From<Violation> for Stop {
    fn from(violation: Violation) -> Self {
        Self::Violation(violation)
    }
}

impl Open {
    /// A session whose handshake is just done, and bytes that arrived after it.
    pub(super) fn new(opened: Opened, paths: Paths, core: &mut Core) -> (Self, Vec<u8>) {
        let Opened { secured, request, offers, rest } = opened;
        let Secured { keys, session_key, sas, static_key, peer_key, invite, .. } = secured;
        let mut open = Self {
            records: Records::new(keys),
            queues: Queues::default(),
            stage: Stage::Request(None),
            legs: Legs::new(core, session_key, static_key, paths),
            numbers: Numbers::default(),
            peer_key,
            sas,
            invite,
            offers,
            reasons: 0,
        };
        if let Some(request) = request {
            let shown = open.request_event(&request, core.role);
            open.stage = Stage::Request(Some(Box::new(shown)));
            open.send(Channel::Control, Message::Control(Control::Request(request)));
        }
        (open, rest)
    }

    pub(super) fn situation(&self) -> Situation {
        let before = |phase| Situation { phase, paused: false, grants: PermissionSet::NONE };
        match &self.stage {
            Stage::Request(_) => before(Phase::AwaitingRequest),
            Stage::Consent(_) => before(Phase::AwaitingConsent),
            Stage::Active(active) => active.situation(),
        }
    }

    /// Takes bytes that arrived on a channel's stream.
    pub(super) fn receive(&mut self, core: &mut Core, channel: Channel, bytes: &[u8]) -> Result<(), Stop> {
        self.records.push(channel, bytes);
        loop {
            let max = match self.stage {
                Stage::Active(_) => channel.max_message_bytes(),
                Stage::Request(_) | Stage::Consent(_) => {
                    channel.max_message_bytes().min(MAX_BYTES_BEFORE_CONSENT)
                }
            };
            let message = self.records.next_message(core.now, channel, max)?;
            if self.records.heard() {
                self.heard(core);
            }
            let Some(Arrived { number, bytes }) = message else { return Ok(()) };
            let message = Message::decode(channel, &bytes)?;
            if number.is_some_and(|number| !self.numbers.take(channel, number)) {
                // It came on an earlier leg already.
                continue;
            }
            self.handle(core, message, number.is_some())?;
            if let Some(received) = self.numbers.urgent_news() {
                self.send(Channel::Control, Message::Control(Control::received(received.numbers())));
            }
        }
    }

    /// Decides about a message that arrived, and lets it act.
    fn handle(&mut self, core: &mut Core, message: Message, numbered: bool) -> Result<(), Stop> {
        let kind = message.kind();
        match authorize(kind, core.role.other(), self.situation()) {
            Verdict::Act if numbered != kind.numbered() => Err(Violation::Malformed.into()),
            Verdict::Act => self.act(core, message),
            Verdict::OutOfPlace => Err(Violation::OutOfPlace.into()),
            Verdict::Paused => {
                core.counts.dropped += 1;
                Ok(())
            }
            Verdict::NotGranted(permission) => {
                core.counts.dropped += 1;
                let Stage::Active(active) = &mut self.stage else { return Err(Violation::OutOfPlace.into()) };
                match active.strike(core.now, permission) {
                    None => return Ok(()),
                    Some(true) => return Err(Violation::NotAuthorised.into()),
                    Some(false) => {}
                }
                core.events.push_back(Event::Dropped { what: kind.words() });
                Ok(())
            }
        }
    }

    /// The next record to leave.
    pub(super) fn next_record(&mut self) -> Option<(Channel, Vec<u8>)> {
        if !self.legs.usable() {
            return None;
        }
        let gated = matches!(&self.stage, Stage::Active(active) if active.gated());
        self.queues.next_record(&mut self.records, gated)
    }

    /// Queues one of our own control messages: there is always room for those.
    pub(super) fn send(&mut self, channel: Channel, message: Message) {
        let queued = self.queues.push(channel, message);
        debug_assert!(queued, "each kind of control message waits once at most");
    }

    /// Says that we are still there.
    pub(super) fn beat(&mut self, core: &mut Core) {
        let heartbeat =
            Control::Heartbeat { sent: core.clock.stamp(core.now), echo: core.clock.echo(core.now) };
        self.send(Channel::Control, Message::Control(heartbeat));
        if let Some(received) = self.numbers.news() {
            self.send(Channel::Control, Message::Control(Control::received(received.numbers())));
        }
        let pace = match core.role {
            Role::Technician => core.pace(),
            Role::Host => core.pace() + timer::HEARTBEAT_GRACE,
        };
        core.timers.set(Timer::Heartbeat, core.now + pace);
    }

    /// The user is being asked, and both sides know: from here on each expects to hear the other.
    pub(super) fn await_consent(&mut self, core: &mut Core, request: Request) {
        self.stage = Stage::Consent(request.wants);
        core.events.push_back(Event::Request(request));
        core.timers.stop(Timer::Handshake);
        core.timers.set(Timer::Silence, core.now + core.silence());
        let wait = match core.role {
            Role::Host => timer::CONSENT,
            Role::Technician => timer::CONSENT_AT_TECHNICIAN,
        };
        core.timers.set(Timer::Consent, core.now + wait);
        self.beat(core);
    }

    /// The user consented.
    pub(super) fn activate(&mut self, core: &mut Core, active: Active) {
        core.timers.stop(Timer::Consent);
        let granted = active.grants;
        self.stage = Stage::Active(Box::new(active));
        core.events.push_back(Event::Permissions { granted, revoked: None });
        if core.role == Role::Technician {
            core.timers.set(Timer::Keys, core.now + timer::KEYS);
        }
    }

    /// Takes new grants and pause, and empties everything that is no longer allowed.
    pub(super) fn set_permissions(&mut self, core: &mut Core, grants: PermissionSet, paused: bool) {
        let Stage::Active(active) = &mut self.stage else { return };
        let (granted_before, paused_before) = (active.grants, active.paused);
        let revoked = active.set_grants(core.now, grants);
        active.paused = paused;
        let situation = active.situation();
        let allowed = |kind, sender| authorize(kind, sender, situation) == Verdict::Act;

        let removed = self.queues.retain(|kind| allowed(kind, core.role));
        let sender = core.role.other();
        core.retain_events(|kind| allowed(kind, sender));
        if !allowed(MessageKind::Picture, Role::Host) {
            // What is on its way will be dropped there, so the chain of pictures ends here.
            active.chain_broken |= removed.picture || active.flow.in_flight().0 > 0;
            active.flow.clear();
        }
        let input = PermissionSet::NONE.with(Permission::Pointer).with(Permission::Keyboard);
        let stops_input = !revoked.intersection(input).is_empty() || (paused && !paused_before);
        if core.role == Role::Host && stops_input {
            core.release_input();
        }
        if grants != granted_before {
            core.events.push_back(Event::Permissions { granted: grants, revoked: revoked.iter().next() });
        }
        if paused != paused_before {
            core.events.push_back(Event::Paused(paused));
        }
        if core.role == Role::Host && allowed(MessageKind::Picture, Role::Host) && active.chain_broken {
            active.chain_broken = false;
            core.events.push_back(Event::KeyRequested);
        }
    }

    /// What the program hears of a request.
    pub(super) fn request_event(&self, request: &WireRequest, role: Role) -> Request {
        let own = self.legs.public_key();
        let (technician_key, host_key) = match role {
            Role::Technician => (own, self.peer_key),
            Role::Host => (self.peer_key, own),
        };
        let name = text::truncate(request.name.as_str(), crate::MAX_NAME_CHARS);
        Request {
            name: escape(name),
            warning: text::name_warning(name),
            reason: escape(text::truncate(request.reason.as_str(), crate::MAX_REASON_CHARS)),
            wants: request.wants.intersection(self.offers),
            sas: self.sas,
            technician_key,
            host_key,
            invite: self.invite,
        }
    }

    /// Whether the user's answer is awaited here.
    pub(super) fn check_answer(&self, core: &Core) -> Result<(), CommandError> {
        match (core.role, &self.stage) {
            (Role::Technician, _) => Err(CommandError::WrongRole),
            (Role::Host, Stage::Consent(_)) => Ok(()),
            (Role::Host, Stage::Request(_) | Stage::Active(_)) => Err(CommandError::NotNow),
        }
    }

    pub(super) fn picture_room(&self, role: Role) -> Option<u32> {
        let Stage::Active(active) = &self.stage else { return None };
        let allowed = authorize(MessageKind::Picture, role, active.situation()) == Verdict::Act;
        (allowed && !self.legs.down()).then(|| active.flow.room()).flatten()
    }

    pub(super) fn hold(&mut self, channel: Channel, held: bool) {
        self.queues.hold(channel, held);
    }

    /// The last record of the leg, and a last word on another path where the leg may not carry it.
    pub(super) fn into_goodbye(mut self, core: &Core, goodbye: Goodbye) -> [Option<Output>; 2] {
        let flags = self.queues.clear();
        let goodbye = Message::Control(Control::Goodbye(goodbye)).encode();
        let bytes = self.records.seal(Channel::Control, flags, None, &goodbye);
        let (leg, channel) = (self.legs.leg, Channel::Control);
        [Some(Output::Transmit { leg, channel, bytes }), self.parting_resume(core)]
    }

    pub(super) fn add_stats(&self, stats: &mut Stats) {
        stats.leg = self.legs.leg.number();
        if let Stage::Active(active) = &self.stage {
            let (pictures, bytes) = active.flow.in_flight();
            stats.pictures_in_flight = pictures as u32;
            stats.picture_bytes_in_flight = bytes;
            stats.bandwidth_bytes_per_sec = active.flow.rate();
        }
    }
}
